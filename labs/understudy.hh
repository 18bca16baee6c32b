// A second process that waits in case the first has gone where it cannot do its work.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>

#include "core/file_descriptor.hh"

namespace wirelab {

/// A copy of this process as it was when the copy was made. A user namespace that turns out to be of no use cannot be
/// left again; the understudy has never entered it.
class Understudy {
 public:
  /// fork(2). If take_over is called, the copy runs `play` with its cue, and exits with what that returns; if this
  /// process ends before, so does the copy. To be called while the process has one thread. Throws core::SystemError.
  explicit Understudy(const std::function<int(const std::string& cue)>& play);
  /// Waits until the copy is gone.
  ~Understudy();
  Understudy(const Understudy&) = delete;
  Understudy& operator=(const Understudy&) = delete;

  /// Lets the copy go on, and waits for it: its exit status, 128 and the signal's number if one ended it.
  int take_over(const std::string& cue);

 private:
  int wait();

  pid_t process_ = -1;
  core::FileDescriptor cue_;
};

}  // namespace wirelab

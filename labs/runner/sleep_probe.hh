// Is a thread asleep in the very system call we think? Asked from outside, from /proc (proc(5)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

#include "core/file_descriptor.hh"

namespace wirelab::runner {

/// One thread of this process. Its three files stay open, for they are read before every step of a run.
///
/// No single look is enough: right after a wake-up /proc/…/syscall still names the call. So the caller takes
/// slices(), then asks asleep_in(), then whether the socket has anything to wake it for, and takes slices() again: if
/// the number is the same, the thread has not run in between.
class SleepProbe {
 public:
  /// Throws core::SystemError where /proc does not show this (CONFIG_SCHED_INFO, CONFIG_HAVE_ARCH_TRACEHOOK).
  explicit SleepProbe(pid_t thread);

  /// How often the scheduler has let the thread run: third number of schedstat.
  std::int64_t slices() const;

  /// Sleeping (state S), inside system call `number` with `fd` as its first argument.
  bool asleep_in(long number, int fd) const;

 private:
  core::FileDescriptor syscall_;
  core::FileDescriptor stat_;
  core::FileDescriptor schedstat_;
};

}  // namespace wirelab::runner

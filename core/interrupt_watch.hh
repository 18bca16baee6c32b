// Ctrl-C as something to wait for, like a descriptor.
#pragma once

#include <signal.h>

#include "core/file_descriptor.hh"

namespace wirelab::core {

/// Ctrl-C and SIGTERM become readable instead of deadly, signalfd(2), so that a program ends by cleaning up.
/// Threads made while it lives inherit the mask.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  /// Readable once the user asked to stop.
  int fd() const { return signals_.get(); }

 private:
  sigset_t previous_{};
  FileDescriptor signals_;
};

}  // namespace wirelab::core

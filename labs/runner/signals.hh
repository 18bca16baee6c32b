// The two uses a run has for signals, each put back as it was when the run is over.
#pragma once

#include <signal.h>

#include "core/file_descriptor.hh"

namespace wirelab::runner {

/// SIGUSR1 does nothing but interrupt the system call a thread sleeps in (EINTR, signal(7)): no SA_RESTART.
class WakeSignal {
 public:
  static constexpr int number = SIGUSR1;
  WakeSignal();
  ~WakeSignal();
  WakeSignal(const WakeSignal&) = delete;
  WakeSignal& operator=(const WakeSignal&) = delete;

 private:
  struct sigaction previous_ {};
};

/// Ctrl-C and SIGTERM become readable instead of deadly, signalfd(2), so that a run ends by cleaning up.
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
  core::FileDescriptor signals_;
};

}  // namespace wirelab::runner

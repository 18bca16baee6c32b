// What a run uses a signal for, put back as it was when the run is over.
#pragma once

#include <signal.h>

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

}  // namespace wirelab::runner

#include "labs/runner/signals.hh"

#include "core/error.hh"

namespace wirelab::runner {

WakeSignal::WakeSignal() {
  struct sigaction action {};
  action.sa_handler = [](int) {};
  sigemptyset(&action.sa_mask);
  if (sigaction(number, &action, &previous_) != 0) core::throw_errno("sigaction");
}

WakeSignal::~WakeSignal() { sigaction(number, &previous_, nullptr); }

}  // namespace wirelab::runner

// How long this machine lets a thread wait that could run.
#pragma once

#include <chrono>

namespace wirelab::runner {

struct SchedulerDelay {
  std::chrono::nanoseconds median{};
  std::chrono::nanoseconds worst{};
};

/// Wakes a thread a hundred times and looks when it runs: some milliseconds on an idle machine. Throws
/// std::system_error if there can be no thread.
SchedulerDelay measure_scheduler_delay();

}  // namespace wirelab::runner

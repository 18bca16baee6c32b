#include "labs/runner/scheduler_delay.hh"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace wirelab::runner {

using Clock = std::chrono::steady_clock;

SchedulerDelay measure_scheduler_delay() {
  constexpr int rounds = 100;
  std::mutex mutex;
  std::condition_variable told;
  std::optional<Clock::time_point> told_at;
  std::vector<std::chrono::nanoseconds> delays;
  std::jthread sleeper([&] {
    for (int i = 0; i < rounds; ++i) {
      std::unique_lock lock(mutex);
      told.wait(lock, [&] { return told_at.has_value(); });
      delays.push_back(Clock::now() - *told_at);
      told_at.reset();
      told.notify_all();
    }
  });
  for (int i = 0; i < rounds; ++i) {
    std::unique_lock lock(mutex);
    told.wait(lock, [&] { return !told_at; });
    told_at = Clock::now();
    told.notify_all();
  }
  sleeper.join();
  std::ranges::sort(delays);
  return {.median = delays[delays.size() / 2], .worst = delays.back()};
}

}  // namespace wirelab::runner

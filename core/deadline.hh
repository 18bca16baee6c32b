// A point in time until which somebody is ready to wait.
#pragma once

#include <chrono>
#include <optional>

namespace wirelab::core {

/// A deadline is set once and survives interruptions: a loop that gave each round a fresh time-out of one second
/// could wait for ever. It is of the steady clock, so nobody who sets the time of day moves it.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;

  /// That long from now; zero or less has already expired.
  static Deadline after(Clock::duration duration);
  static Deadline never() { return Deadline(std::nullopt); }

  /// Time left, never negative; Clock::duration::max() for never().
  Clock::duration remaining() const;
  bool expired() const { return remaining() == Clock::duration::zero(); }

  /// For poll(2): milliseconds, -1 for never(). Rounded up, so that a poll which timed out really is past the
  /// deadline, and at most INT_MAX (24 days), so that who waits longer has to ask again.
  int poll_timeout() const;

 private:
  explicit Deadline(std::optional<Clock::time_point> at) : at_(at) {}

  std::optional<Clock::time_point> at_;
};

}  // namespace wirelab::core

#include "core/deadline.hh"

#include <algorithm>
#include <limits>

namespace wirelab::core {

Deadline Deadline::after(Clock::duration duration) {
  const Clock::time_point now = Clock::now();
  // A sum past the clock's end would overflow, and come out as a moment long ago.
  if (duration > Clock::time_point::max() - now) return never();
  return Deadline(now + duration);
}

Deadline::Clock::duration Deadline::remaining() const {
  return at_ ? std::max(*at_ - Clock::now(), Clock::duration::zero()) : Clock::duration::max();
}

int Deadline::poll_timeout() const {
  if (!at_) return -1;
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(remaining()).count();
  return static_cast<int>(std::min<decltype(milliseconds)>(milliseconds, std::numeric_limits<int>::max()));
}

}  // namespace wirelab::core

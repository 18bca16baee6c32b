// How an actor makes a call: for the sources of Actor alone.
#pragma once

#include <sys/syscall.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "core/error.hh"
#include "labs/runner/actor.hh"

namespace wirelab::runner {

/// What the loops read at a time: `until`, `exactly`, messages and files.
inline constexpr std::size_t chunk = 4096;

inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

inline int fd_of(const std::variant<core::StreamSocket, core::Listener, core::DatagramSocket>& socket) {
  return std::visit([](const core::Socket& one) { return one.fd(); }, socket);
}

inline scenario::SocketType type_of(
    const std::variant<core::StreamSocket, core::Listener, core::DatagramSocket>& socket) {
  return std::holds_alternative<core::DatagramSocket>(socket) ? scenario::SocketType::dgram
                                                              : scenario::SocketType::stream;
}

/// For measuring how long a thread was off the processor: what it ran, from clock_gettime(2).
inline timeline::Nanoseconds thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<timeline::Nanoseconds>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

/// Makes one call, which is one event. `make` makes it, `fill` completes its event under the lock. Returns what `make`
/// returned; throws StepFailed if the call failed.
template <typename Make, typename Fill>
auto Actor::call(timeline::Call made, std::optional<Blocking> blocking, Make make, Fill fill) {
  const EventId id = world_.begin_call(lane_, std::move(made), blocking);
  const std::stop_token stop = blocking ? world_.stop_token(lane_) : std::stop_token{};
  const auto begun = Clock::now();
  const timeline::Nanoseconds ran_before = thread_time();
  const auto asleep = [&] {
    const auto passed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begun).count();
    return std::max<timeline::Nanoseconds>(0, passed - (thread_time() - ran_before));
  };
  try {
    auto result = make(stop);
    const timeline::Nanoseconds time_asleep = asleep();
    world_.end_call(lane_, id, [&](timeline::Call& event) {
      event.asleep = time_asleep;
      fill(event, result);
    });
    return result;
  } catch (const core::SystemError& error) {
    const timeline::Nanoseconds time_asleep = asleep();
    std::string name;
    world_.end_call(lane_, id, [&](timeline::Call& event) {
      event.asleep = time_asleep;
      event.result = -1;
      event.error = world_.lane(lane_).timed_out ? "timeout" : core::errno_name(error.error());
      name = event.error;
      if (event.connection >= 0 && (name == "ECONNRESET" || name == "EPIPE")) note_reset(event, name);
    });
    throw StepFailed{name};
  }
}

}  // namespace wirelab::runner

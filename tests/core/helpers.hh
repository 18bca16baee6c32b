// What the tests of core share. Nothing here waits for a time to pass: it waits for a fact, and gives up after a time
// that only a broken program needs.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>

#include "core/address.hh"
#include "core/error.hh"
#include "core/socket.hh"

namespace wirelab::core::test {

inline constexpr std::chrono::seconds patience{30};

/// Looks again until the fact holds. False if it never did.
bool eventually(const std::function<bool()>& fact);

inline std::span<const std::byte> bytes_of(std::string_view text) { return std::as_bytes(std::span(text)); }

/// What one receive of at most `most` bytes brings; "" is end of file.
std::string receive_text(StreamSocket& socket, std::size_t most = 1024);

/// Everything up to end of file.
std::string receive_all(StreamSocket& socket);

/// Bytes in which each place looks different, so that one lost, doubled or moved shows.
std::string pattern(std::size_t size);

bool has_ipv6();

/// A listener on a free loopback port.
Listener listen_on_loopback(Family family = Family::ipv4, int backlog = 5);

/// The two ends of an established connection.
struct Connection {
  StreamSocket client;
  StreamSocket server;
};
Connection connected(Family family = Family::ipv4);

/// The SystemError that `call` throws; a test failure if it throws none.
SystemError error_of(const std::function<void()>& call);

/// A thread in a blocking call, as another thread and the kernel see it.
class Sleeper {
 public:
  explicit Sleeper(std::function<void(std::stop_token)> body);
  ~Sleeper();

  /// Waits until the kernel says that the thread is asleep in this system call (SYS_recvfrom).
  bool falls_asleep_in(long system_call);

  /// Sends a signal whose handler does nothing, without SA_RESTART; returns once the handler has run.
  bool is_interrupted();

  /// Requests the stop and interrupts until the body has returned.
  void stop();

  /// Waits for the body's end; throws what it threw.
  void join();

 private:
  std::promise<void> ended_;
  std::future<void> end_;
  std::atomic<int> id_{0};
  std::atomic<int> signals_{0};
  std::jthread thread_;
};

/// poll(2)'s number; newer machines have only ppoll.
extern const long poll_call;

}  // namespace wirelab::core::test

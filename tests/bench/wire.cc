// What the wire carries, beside what loopback carries with the same calls in the same process.
// Usage: wire_bench
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "core/socket.hh"
#include "labs/scenario/loader.hh"
#include "labs/stage/wire.hh"

namespace {

using namespace wirelab;
using Clock = std::chrono::steady_clock;

constexpr std::size_t bulk_bytes = 256 * 1024 * 1024;
constexpr int round_trips = 3000;
constexpr int datagrams = 60'000;
constexpr std::size_t datagram_bytes = 64;
constexpr int datagrams_ahead = 100;
constexpr int port = 8888;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// Two ends of a connection, each on its own thread, and where they are.
struct Place {
  core::Address to_bind;
  core::Address to_reach;
  std::function<void(int side)> enter;
  std::function<void(const std::function<bool()>& done)> carry;  ///< until it is done
};

/// Runs both sides, carrying packets meanwhile.
void together(const Place& place, const std::function<void()>& server, const std::function<void()>& client) {
  const auto side = [&](int number, const std::function<void()>& work) {
    return std::async(std::launch::async, [&place, number, &work] {
      place.enter(number);
      work();
    });
  };
  std::future<void> first = side(0, server);
  std::future<void> second = side(1, client);
  place.carry([&] {
    return first.wait_for(std::chrono::seconds(0)) == std::future_status::ready &&
           second.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  });
  first.get();
  second.get();
}

struct Result {
  double megabytes_a_second = 0;
  double packets_a_second = 0;
  double round_trip_microseconds = 0;
};

Result measure(const Place& place) {
  Result result;
  std::promise<void> listening;
  std::vector<std::byte> chunk(256 * 1024);
  std::vector<double> trips;
  const auto connected = [&] {
    listening.get_future().wait();
    core::StreamSocket socket = core::StreamSocket::create(place.to_reach.family());
    socket.connect(place.to_reach);
    socket.set_option("TCP_NODELAY", 1);
    return socket;
  };
  const auto accepted = [&] {
    core::StreamSocket socket = core::StreamSocket::create(place.to_bind.family());
    socket.set_option("SO_REUSEADDR", 1);
    socket.bind(place.to_bind);
    core::Listener listener(std::move(socket), 1);
    listening.set_value();
    core::StreamSocket connection = std::move(listener.accept().socket);
    connection.set_option("TCP_NODELAY", 1);
    return connection;
  };
  together(
      place,
      [&] {
        core::StreamSocket socket = accepted();
        std::vector<std::byte> buffer(chunk.size());
        for (std::size_t received = 0; received < bulk_bytes;) received += socket.receive(buffer);
        socket.send_all({buffer.data(), 1});
      },
      [&] {
        core::StreamSocket socket = connected();
        const auto start = Clock::now();
        for (std::size_t sent = 0; sent < bulk_bytes; sent += chunk.size()) socket.send_all(chunk);
        std::byte last;
        socket.receive({&last, 1});
        result.megabytes_a_second = bulk_bytes / seconds_since(start) / 1e6;
      });

  listening = {};
  together(
      place,
      [&] {
        core::StreamSocket socket = accepted();
        std::vector<std::byte> buffer(64);
        for (int i = 0; i < round_trips; ++i) {
          socket.receive_all(buffer);
          socket.send_all(buffer);
        }
      },
      [&] {
        core::StreamSocket socket = connected();
        std::vector<std::byte> buffer(64);
        for (int i = 0; i < round_trips; ++i) {
          const auto start = Clock::now();
          socket.send_all(buffer);
          socket.receive_all(buffer);
          trips.push_back(1e6 * seconds_since(start));
        }
      });
  result.round_trip_microseconds = median(trips);

  listening = {};
  // The sender keeps this much ahead of the receiver, so that what is measured is the way and not a full buffer.
  std::counting_semaphore<datagrams_ahead> room(datagrams_ahead);
  together(
      place,
      [&] {
        core::DatagramSocket socket = core::DatagramSocket::create(place.to_bind.family());
        socket.bind(place.to_bind);
        listening.set_value();
        std::vector<std::byte> buffer(datagram_bytes);
        const auto start = Clock::now();
        for (int i = 0; i < datagrams; ++i) {
          socket.receive_from(buffer);
          room.release();
        }
        result.packets_a_second = datagrams / seconds_since(start);
      },
      [&] {
        listening.get_future().wait();
        core::DatagramSocket socket = core::DatagramSocket::create(place.to_reach.family());
        const std::vector<std::byte> data(datagram_bytes);
        for (int i = 0; i < datagrams; ++i) {
          room.acquire();
          socket.send_to(data, place.to_reach);
        }
      });
  return result;
}

Result on_loopback() {
  const core::Address address = core::Address::loopback(core::Family::ipv4, port);
  return measure({address, address, [](int) {}, [](const auto&) {}});
}

Result on_the_wire(const stage::UserNamespace& right, double& milliseconds_to_make) {
  const scenario::Loaded loaded = scenario::load_text(
      "wirelab: 1\npace: free\nactors:\n  server:\n    - socket: stream\n  client:\n    - socket: stream\n", "bench");
  const std::vector<timeline::Lane> lanes = {{"server", "server"}, {"client", "client"}};
  const auto start = Clock::now();
  stage::Wire wire(right, *loaded.scenario, lanes);
  milliseconds_to_make = 1e3 * seconds_since(start);
  stage::Switch& carrier = *wire.wire();
  return measure({core::Address::any(core::Family::ipv4, port),
                  wire.destination(0, scenario::SocketType::stream, port), [&](int side) { wire.enter(side); },
                  [&](const std::function<bool()>& done) {
                    while (!done()) {
                      carrier.wait_for_frames(std::chrono::milliseconds(1));
                      carrier.take_in({});
                      while (carrier.next_delivery()) carrier.deliver();
                      carrier.flush();
                    }
                  }});
}

}  // namespace

int main() {
  try {
    const auto start = Clock::now();
    const stage::UserNamespace right = stage::UserNamespace::enter();
    const double to_enter = 1e3 * seconds_since(start);
    double to_make = 0;
    const Result wire = on_the_wire(right, to_make);
    // The wire's own namespace has a loopback device, as the machine has.
    const Result loopback = on_loopback();
    fmt::print("{:>12}  {:>12}  {:>6}\n", "wire", "loopback", "ratio");
    const auto line = [](double ours, double peer, const char* what) {
      fmt::print("{:>12.0f}  {:>12.0f}  {:>6.2f}  {}\n", ours, peer, ours / peer, what);
    };
    line(wire.megabytes_a_second, loopback.megabytes_a_second, "MB/s of one TCP stream");
    line(wire.packets_a_second, loopback.packets_a_second, "datagrams of 64 bytes a second");
    line(wire.round_trip_microseconds, loopback.round_trip_microseconds, "µs a round trip of 64 bytes");
    fmt::print("two hosts and their wire: {:.1f} ms, of which {:.1f} ms to enter a user namespace\n", to_enter + to_make,
               to_enter);
  } catch (const std::exception& error) {
    fmt::print(stderr, "wire_bench: {}\n", error.what());
    return 1;
  }
}

// The wire's packets beside those of an independent capture: dumpcap on a host's own link, inside its namespace.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hh"
#include "core/socket.hh"
#include "labs/scenario/loader.hh"
#include "labs/stage/wire.hh"

namespace wirelab::stage {
namespace {

constexpr const char* dumpcap = "/usr/bin/dumpcap";
constexpr std::size_t ethernet_header = 14;
constexpr int port = 8888;

/// dumpcap on the Ethernet link of the network namespace that this thread of ours is in.
class Dumpcap {
 public:
  Dumpcap(pid_t thread, std::string file) : file_(std::move(file)) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) core::throw_errno("pipe2");
    const core::FileDescriptor says(ends[0]);
    core::FileDescriptor writes(ends[1]);
    const std::string space = "/proc/self/task/" + std::to_string(thread) + "/ns/net";
    const core::FileDescriptor host(::open(space.c_str(), O_RDONLY | O_CLOEXEC));
    process_ = fork();
    if (process_ < 0) core::throw_errno("fork");
    if (process_ == 0) {
      if (setns(host.get(), CLONE_NEWNET) != 0 || dup2(writes.get(), STDERR_FILENO) < 0) _exit(126);
      execl(dumpcap, dumpcap, "-i", "eth0", "-P", "-w", file_.c_str(), nullptr);
      _exit(127);
    }
    writes = {};
    // It says so when it has begun to listen.
    std::string said;
    std::array<char, 256> buffer{};
    while (said.find("File: ") == std::string::npos) {
      const ssize_t size = ::read(says.get(), buffer.data(), buffer.size());
      if (size <= 0) throw std::runtime_error("dumpcap: " + said);
      said.append(buffer.data(), static_cast<std::size_t>(size));
    }
    said_ = core::FileDescriptor(fcntl(says.get(), F_DUPFD_CLOEXEC, 0));
  }

  /// The frames it has seen, once it has seen that many.
  std::vector<std::string> frames(std::size_t how_many) {
    // It hands over what it has seen a little later. If it never does, this test's own time limit ends the wait.
    while (read_file().size() < how_many && waitpid(process_, nullptr, WNOHANG) == 0) sched_yield();
    kill(process_, SIGINT);
    waitpid(process_, nullptr, 0);
    process_ = -1;
    return read_file();
  }

  ~Dumpcap() {
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }

 private:
  /// pcap(5), "Savefile": 24 bytes at the beginning, 16 before each frame.
  std::vector<std::string> read_file() const {
    std::ifstream stream(file_, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(stream), {});
    std::vector<std::string> found;
    for (std::size_t at = 24; at + 16 <= bytes.size();) {
      std::uint32_t length = 0;
      std::memcpy(&length, bytes.data() + at + 8, sizeof length);
      if (at + 16 + length > bytes.size()) break;
      found.push_back(bytes.substr(at + 16, length));
      at += 16 + length;
    }
    return found;
  }

  std::string file_;
  core::FileDescriptor said_;
  pid_t process_ = -1;
};

struct Lesson {
  scenario::Scenario scenario;
  std::vector<timeline::Lane> lanes = {{"server", "server"}, {"client", "client"}};
};

Lesson lesson() {
  scenario::Loaded loaded = scenario::load_text(
      "wirelab: 1\nactors:\n  server:\n    - socket: stream\n  client:\n    - socket: stream\n", "conformance");
  return {std::move(*loaded.scenario)};
}

/// On the server's host: takes everything that comes over TCP, then a datagram.
void serve(std::promise<void>& ready) {
  core::StreamSocket socket = core::StreamSocket::create(core::Family::ipv4);
  socket.bind(core::Address::any(core::Family::ipv4, port));
  core::Listener listener(std::move(socket), 1);
  core::DatagramSocket datagrams = core::DatagramSocket::create(core::Family::ipv4);
  datagrams.bind(core::Address::any(core::Family::ipv4, port));
  ready.set_value();
  core::StreamSocket connection = std::move(listener.accept().socket);
  std::vector<std::byte> buffer(65536);
  while (connection.receive(buffer) > 0) {
  }
  connection.close();
  datagrams.receive_from(buffer);
}

/// On the client's: a stream of some length, a datagram in fragments.
void visit(const core::Address& server) {
  core::StreamSocket socket = core::StreamSocket::create(core::Family::ipv4);
  socket.connect(server);
  const std::vector<std::byte> bytes(100'000, std::byte{'x'});
  socket.send_all(bytes);
  socket.shutdown(core::StreamSocket::Side::write);
  std::byte last;
  socket.receive({&last, 1});
  core::DatagramSocket datagrams = core::DatagramSocket::create(core::Family::ipv4);
  datagrams.send_to(std::span(bytes).first(4000), server);
}

TEST(TheWire, HasTheSamePacketsAsDumpcapOnAHostsOwnLink) {
  if (access(dumpcap, X_OK) != 0) GTEST_SKIP() << "dumpcap is not installed";
  std::optional<UserNamespace> right;
  try {
    right = UserNamespace::enter();
  } catch (const core::SystemError& error) {
    GTEST_SKIP() << "this machine allows no private hosts: " << error.what();
  }
  const Lesson played = lesson();
  Wire wire(*right, played.scenario, played.lanes);
  std::string file = std::filesystem::temp_directory_path() / "conformance-XXXXXX";
  const core::FileDescriptor made(mkstemp(file.data()));
  ASSERT_TRUE(made.is_open());

  std::promise<pid_t> on_the_host;
  std::promise<void> watched;
  std::promise<void> ready;
  std::future<void> server = std::async(std::launch::async, [&] {
    wire.enter(0);
    on_the_host.set_value(static_cast<pid_t>(syscall(SYS_gettid)));
    watched.get_future().get();
    serve(ready);
  });
  std::optional<Dumpcap> capture;
  try {
    capture.emplace(on_the_host.get_future().get(), file);
  } catch (const std::exception& error) {
    watched.set_exception(std::current_exception());
    GTEST_SKIP() << error.what();
  }
  watched.set_value();
  std::future<void> client = std::async(std::launch::async, [&] {
    wire.enter(1);
    ready.get_future().get();
    visit(wire.destination(0, scenario::SocketType::stream, port));
  });

  const auto is_over = [](const std::future<void>& one) {
    return one.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  std::vector<std::string> seen;  // from the IP header on: the wire rewrites Ethernet addresses
  Switch& carrier = *wire.wire();
  for (bool over = false; !over;) {
    over = is_over(server) && is_over(client);
    carrier.wait_for_frames(std::chrono::milliseconds(over ? 0 : 1));
    for (const Switch::Arrival& arrival : carrier.take_in({})) {
      seen.push_back((arrival.packet.headers + arrival.packet.data).substr(ethernet_header));
      over = false;
    }
    while (carrier.next_delivery()) carrier.deliver();
    carrier.flush();
  }
  server.get();
  client.get();

  std::vector<std::string> captured;
  for (const std::string& frame : capture->frames(seen.size())) captured.push_back(frame.substr(ethernet_header));
  std::filesystem::remove(file);
  // The host sends its own before the wire sees them, and hears the others' after: the same packets, in another order.
  std::sort(seen.begin(), seen.end());
  std::sort(captured.begin(), captured.end());
  EXPECT_GT(seen.size(), 100U);
  EXPECT_EQ(captured.size(), seen.size());
  std::vector<std::string> not_seen;
  std::set_difference(captured.begin(), captured.end(), seen.begin(), seen.end(), std::back_inserter(not_seen));
  EXPECT_THAT(not_seen, testing::IsEmpty());
  std::vector<std::string> not_captured;
  std::set_difference(seen.begin(), seen.end(), captured.begin(), captured.end(), std::back_inserter(not_captured));
  EXPECT_THAT(not_captured, testing::IsEmpty());
}

}  // namespace
}  // namespace wirelab::stage

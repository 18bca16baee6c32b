#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/syscall.h>

#include <atomic>
#include <cerrno>

#include "core/poller.hh"
#include "core/socket.hh"
#include "tests/core/helpers.hh"

namespace wirelab::core {
namespace {

using namespace std::chrono_literals;
using test::bytes_of;
using test::error_of;
using test::receive_text;
using Side = StreamSocket::Side;

/// A connection from client to server that is narrow, and more than its two buffers hold: a sender whose peer does not
/// read must fall asleep.
constexpr std::size_t too_much = 4 * 1024 * 1024;
test::Connection narrow() {
  test::Connection connection = test::connected();
  connection.client.set_option("SO_SNDBUF", 64 * 1024);
  connection.server.set_option("SO_RCVBUF", 64 * 1024);
  return connection;
}

bool is_blocking(const Socket& socket) { return (::fcntl(socket.fd(), F_GETFL) & O_NONBLOCK) == 0; }
bool closes_on_exec(const Socket& socket) { return (::fcntl(socket.fd(), F_GETFD) & FD_CLOEXEC) != 0; }

/// A port at which nobody listens, kept from everybody else while this lives.
struct DeafPort {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  DeafPort() { socket.bind(Address::loopback(Family::ipv4, 0)); }
  Address address() const { return socket.local_address(); }
};

/// A listener that lets in one connection, which it has: the next handshake waits until that one is accepted.
struct FullListener {
  Listener listener = test::listen_on_loopback(Family::ipv4, 0);
  StreamSocket first = StreamSocket::create(Family::ipv4);
  FullListener() {
    first.connect(address());
    EXPECT_TRUE(test::eventually([&] { return listener.queue().waiting == 1; }));
  }
  Address address() const { return listener.local_address(); }
};

// ------------------------------------------------------------------------------- over both families

class StreamSocketOver : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    if (GetParam() == Family::ipv6 && !test::has_ipv6()) GTEST_SKIP() << "no IPv6 here";
  }
};

INSTANTIATE_TEST_SUITE_P(EachFamily, StreamSocketOver, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& tested) { return tested.param == Family::ipv4 ? "ipv4" : "ipv6"; });

TEST_P(StreamSocketOver, CarriesBytesBothWaysAndThenEndOfFile) {
  test::Connection connection = test::connected(GetParam());
  connection.client.send_all(bytes_of("ping"));
  EXPECT_EQ(receive_text(connection.server), "ping");
  connection.server.send_all(bytes_of("pong"));
  EXPECT_EQ(receive_text(connection.client), "pong");
  connection.client.close();
  EXPECT_EQ(receive_text(connection.server), "");
}

TEST_P(StreamSocketOver, KnowsBothAddresses) {
  Listener listener = test::listen_on_loopback(GetParam());
  StreamSocket client = StreamSocket::create(GetParam());
  client.connect(listener.local_address());
  const Accepted accepted = listener.accept();
  EXPECT_EQ(client.peer_address(), listener.local_address());
  EXPECT_EQ(accepted.peer, client.local_address());
  EXPECT_EQ(accepted.socket.peer_address(), client.local_address());
  EXPECT_TRUE(accepted.peer.is_loopback());
}

TEST_P(StreamSocketOver, ConnectsUnderADeadline) {
  Listener listener = test::listen_on_loopback(GetParam());
  StreamSocket client = StreamSocket::create(GetParam());
  client.connect(listener.local_address(), Deadline::after(test::patience));
  EXPECT_EQ(client.tcp_info().state, TcpState::established);
  EXPECT_TRUE(is_blocking(client));
}

// ------------------------------------------------------------------------------------------- connect

TEST(StreamSocket, IsRefusedWhereNobodyListens) {
  const DeafPort port;
  StreamSocket client = StreamSocket::create(Family::ipv4);
  EXPECT_STREQ(error_of([&] { client.connect(port.address()); }).what(), "connect: Connection refused (ECONNREFUSED)");
}

TEST(StreamSocket, IsRefusedUnderADeadlineToo) {
  const DeafPort port;
  StreamSocket client = StreamSocket::create(Family::ipv4);
  const SystemError error = error_of([&] { client.connect(port.address(), Deadline::after(test::patience)); });
  EXPECT_STREQ(error.what(), "connect: Connection refused (ECONNREFUSED)");
  EXPECT_TRUE(is_blocking(client));
}

TEST(StreamSocket, GivesUpConnectingAtTheDeadline) {
  const FullListener full;
  StreamSocket client = StreamSocket::create(Family::ipv4);
  const Deadline deadline = Deadline::after(30ms);
  const SystemError error = error_of([&] { client.connect(full.address(), deadline); });
  EXPECT_EQ(error.call(), "connect");
  EXPECT_EQ(error.error(), ETIMEDOUT);
  EXPECT_TRUE(deadline.expired());
  EXPECT_TRUE(is_blocking(client));
  EXPECT_EQ(client.tcp_info().state, TcpState::syn_sent);
}

TEST(StreamSocket, GoesOnConnectingAfterASignal) {
  FullListener full;
  StreamSocket client = StreamSocket::create(Family::ipv4);
  test::Sleeper connecting([&](std::stop_token stop) { client.connect(full.address(), stop); });
  ASSERT_TRUE(connecting.falls_asleep_in(SYS_connect));
  ASSERT_TRUE(connecting.is_interrupted());
  ASSERT_TRUE(connecting.falls_asleep_in(test::poll_call));
  ASSERT_TRUE(connecting.is_interrupted());
  const Accepted first = full.listener.accept();  // makes room: the next SYN is answered
  connecting.join();
  EXPECT_EQ(client.tcp_info().state, TcpState::established);
}

TEST(StreamSocket, HearsOfARefusalThatCameAfterASignal) {
  FullListener full;
  StreamSocket client = StreamSocket::create(Family::ipv4);
  std::atomic<int> error = 0;
  test::Sleeper connecting([&](std::stop_token stop) {
    error = error_of([&] { client.connect(full.listener.local_address(), stop); }).error();
  });
  ASSERT_TRUE(connecting.falls_asleep_in(SYS_connect));
  ASSERT_TRUE(connecting.is_interrupted());
  ASSERT_TRUE(connecting.falls_asleep_in(test::poll_call));
  // The port stays ours, so that the repeated SYN meets nobody else: who shuts a listener down listens no more.
  ASSERT_EQ(::shutdown(full.listener.fd(), SHUT_RD), 0);
  connecting.join();
  EXPECT_EQ(error, ECONNREFUSED);
}

TEST(StreamSocket, StopsConnectingWhenAskedTo) {
  const FullListener full;
  StreamSocket client = StreamSocket::create(Family::ipv4);
  std::atomic<int> error = 0;
  test::Sleeper connecting([&](std::stop_token stop) {
    const SystemError stopped = error_of([&] { client.connect(full.address(), stop); });
    EXPECT_EQ(stopped.call(), "connect");
    error = stopped.error();
  });
  ASSERT_TRUE(connecting.falls_asleep_in(SYS_connect));
  connecting.stop();
  EXPECT_EQ(error, EINTR);
}

TEST(StreamSocket, DoesNotBeginACallWhenTheStopWasBefore) {
  test::Connection connection = test::connected();
  std::stop_source stopped;
  stopped.request_stop();
  const SystemError error =
      error_of([&] { static_cast<void>(connection.client.send(bytes_of("x"), stopped.get_token())); });
  EXPECT_STREQ(error.what(), "send: Interrupted system call (EINTR)");
  connection.client.close();
  EXPECT_EQ(receive_text(connection.server), "") << "nothing was sent";
}

// -------------------------------------------------------------------------------------------- receive

TEST(StreamSocket, SleepsInRecvUntilThereIsAByte) {
  test::Connection connection = test::connected();
  test::Sleeper reader([&](std::stop_token stop) {
    std::array<std::byte, 16> buffer{};
    EXPECT_EQ(connection.server.receive(buffer, stop), 5u);
  });
  ASSERT_TRUE(reader.falls_asleep_in(SYS_recvfrom));
  connection.client.send_all(bytes_of("Hello"));
  reader.join();
}

TEST(StreamSocket, ReceivesAgainAfterASignal) {
  test::Connection connection = test::connected();
  test::Sleeper reader([&](std::stop_token stop) {
    std::array<std::byte, 16> buffer{};
    EXPECT_EQ(connection.server.receive(buffer, stop), 5u);
  });
  for (int signal = 0; signal < 5; ++signal) {
    ASSERT_TRUE(reader.falls_asleep_in(SYS_recvfrom));
    ASSERT_TRUE(reader.is_interrupted());
  }
  ASSERT_TRUE(reader.falls_asleep_in(SYS_recvfrom));
  connection.client.send_all(bytes_of("Hello"));
  reader.join();
}

TEST(StreamSocket, StopsReceivingWhenAskedTo) {
  test::Connection connection = test::connected();
  std::atomic<int> error = 0;
  test::Sleeper reader([&](std::stop_token stop) {
    std::array<std::byte, 16> buffer{};
    const SystemError stopped = error_of([&] { static_cast<void>(connection.server.receive(buffer, stop)); });
    EXPECT_EQ(stopped.call(), "recv");
    error = stopped.error();
  });
  ASSERT_TRUE(reader.falls_asleep_in(SYS_recvfrom));
  reader.stop();
  EXPECT_EQ(error, EINTR);
}

TEST(StreamSocket, TakesWhatFitsAndLeavesTheRestUnread) {
  test::Connection connection = test::connected();
  connection.client.send_all(bytes_of("HelloWorld"));
  ASSERT_TRUE(test::eventually([&] { return connection.server.unread_bytes() == 10; }));
  EXPECT_EQ(receive_text(connection.server, 4), "Hell");
  EXPECT_EQ(connection.server.unread_bytes(), 6u);
  EXPECT_EQ(receive_text(connection.server, 100), "oWorld");
  EXPECT_EQ(connection.server.unread_bytes(), 0u);
}

TEST(StreamSocket, NotConnectedCannotReceive) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  EXPECT_STREQ(error_of([&] { receive_text(socket); }).what(), "recv: Transport endpoint is not connected (ENOTCONN)");
}

// ---------------------------------------------------------------------------------------------- send

TEST(StreamSocket, InterruptedInTheMiddleSaysHowMuchWasTaken) {
  test::Connection connection = narrow();
  const std::string data = test::pattern(too_much);
  std::atomic<std::size_t> taken = 0;
  test::Sleeper sender([&](std::stop_token stop) {
    taken = connection.client.send(bytes_of(data), stop);
    connection.client.close();
  });
  ASSERT_TRUE(sender.falls_asleep_in(SYS_sendto));
  ASSERT_TRUE(sender.is_interrupted());
  sender.join();
  EXPECT_GT(taken, 0u);
  EXPECT_LT(taken, too_much);
  EXPECT_EQ(test::receive_all(connection.server), data.substr(0, taken));
}

TEST(StreamSocket, SendsAllInSpiteOfSignalsAndShortSends) {
  test::Connection connection = narrow();
  const std::string data = test::pattern(too_much);
  test::Sleeper sender([&](std::stop_token stop) {
    connection.client.send_all(bytes_of(data), stop);
    connection.client.close();
  });
  std::string received;
  for (int signal = 0; signal < 5; ++signal) {
    ASSERT_TRUE(sender.falls_asleep_in(SYS_sendto));
    ASSERT_TRUE(sender.is_interrupted());
    received += receive_text(connection.server, 100'000);
  }
  received += test::receive_all(connection.server);
  sender.join();
  EXPECT_TRUE(received == data) << received.size() << " bytes of " << data.size();
}

TEST(StreamSocket, StopsSendingWhenAskedTo) {
  test::Connection connection = narrow();
  const std::string data = test::pattern(too_much);
  std::atomic<int> error = 0;
  test::Sleeper sender([&](std::stop_token stop) {
    error = error_of([&] { connection.client.send_all(bytes_of(data), stop); }).error();
  });
  ASSERT_TRUE(sender.falls_asleep_in(SYS_sendto));
  sender.stop();
  EXPECT_EQ(error, EINTR);
}

TEST(StreamSocket, NotBlockingTakesAPartAndThenNothing) {
  test::Connection connection = narrow();
  connection.client.set_blocking(false);
  const std::string data = test::pattern(too_much);
  const std::size_t taken = connection.client.send(bytes_of(data));
  EXPECT_GT(taken, 0u);
  EXPECT_LT(taken, too_much);
  const SystemError error = error_of([&] {
    connection.client.send_all(bytes_of(data));  // until both buffers are full
  });
  EXPECT_STREQ(error.what(), "send: Resource temporarily unavailable (EAGAIN)");
}

TEST(StreamSocket, SendingAfterShutdownIsABrokenPipeAndNotTheEndOfTheProcess) {
  const auto disposition = ::signal(SIGPIPE, SIG_DFL);  // what would end this very test
  test::Connection connection = test::connected();
  connection.client.shutdown(Side::write);
  EXPECT_STREQ(error_of([&] { connection.client.send_all(bytes_of("x")); }).what(), "send: Broken pipe (EPIPE)");
  ::signal(SIGPIPE, disposition);
}

TEST(StreamSocket, SendingIntoAResetConnectionIsFirstAResetThenABrokenPipe) {
  const auto disposition = ::signal(SIGPIPE, SIG_DFL);
  test::Connection connection = test::connected();
  connection.server.abort();
  ASSERT_TRUE(test::eventually([&] { return connection.client.tcp_info().state == TcpState::closed; }));
  EXPECT_EQ(error_of([&] { connection.client.send_all(bytes_of("x")); }).error(), ECONNRESET);
  EXPECT_EQ(error_of([&] { connection.client.send_all(bytes_of("x")); }).error(), EPIPE);
  ::signal(SIGPIPE, disposition);
}

// ------------------------------------------------------------------------- shutdown, close and abort

TEST(StreamSocket, HalfClosedStillReceives) {
  test::Connection connection = test::connected();
  connection.client.send_all(bytes_of("question"));
  connection.client.shutdown(Side::write);
  EXPECT_EQ(receive_text(connection.server), "question");
  EXPECT_EQ(receive_text(connection.server), "");
  EXPECT_EQ(connection.server.tcp_info().state_name(), "CLOSE-WAIT");
  connection.server.send_all(bytes_of("answer"));
  EXPECT_EQ(receive_text(connection.client), "answer");
  EXPECT_EQ(connection.client.tcp_info().state_name(), "FIN-WAIT-2");
}

TEST(StreamSocket, ShutForReadingReadsEndOfFile) {
  test::Connection connection = test::connected();
  connection.server.shutdown(Side::read);
  EXPECT_EQ(receive_text(connection.server), "");
}

TEST(StreamSocket, ShutBothWaysIsOverForBoth) {
  test::Connection connection = test::connected();
  connection.client.shutdown(Side::both);
  EXPECT_EQ(receive_text(connection.client), "");
  EXPECT_EQ(receive_text(connection.server), "");
  EXPECT_EQ(error_of([&] { connection.client.send_all(bytes_of("x")); }).error(), EPIPE);
}

TEST(StreamSocket, NotConnectedHasNothingToShutDown) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  EXPECT_STREQ(error_of([&] { socket.shutdown(Side::write); }).what(),
               "shutdown: Transport endpoint is not connected (ENOTCONN)");
}

TEST(StreamSocket, AbortedIsAResetToThePeer) {
  test::Connection connection = test::connected();
  connection.client.send_all(bytes_of("lost"));
  connection.client.abort();
  EXPECT_FALSE(connection.client.is_open());
  ASSERT_TRUE(test::eventually([&] { return connection.server.tcp_info().state == TcpState::closed; }));
  EXPECT_STREQ(error_of([&] {
                 while (!receive_text(connection.server).empty()) {
                 }
               }).what(),
               "recv: Connection reset by peer (ECONNRESET)");
}

TEST(StreamSocket, ClosedWithBytesUnreadIsAResetToThePeer) {
  test::Connection connection = test::connected();
  connection.client.send_all(bytes_of("unread"));
  ASSERT_TRUE(test::eventually([&] { return connection.server.unread_bytes() == 6; }));
  connection.server.close();
  EXPECT_EQ(error_of([&] { receive_text(connection.client); }).error(), ECONNRESET);
}

TEST(StreamSocket, ClosedFailsEveryCallWithABadDescriptor) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  socket.close();
  EXPECT_EQ(error_of([&] { socket.close(); }).error(), EBADF);
  EXPECT_EQ(error_of([&] { socket.bind(Address::loopback(Family::ipv4, 0)); }).error(), EBADF);
  EXPECT_EQ(error_of([&] { socket.tcp_info(); }).error(), EBADF);
  EXPECT_EQ(error_of([&] { static_cast<void>(socket.unread_bytes()); }).error(), EBADF);
}

// ------------------------------------------------------------------------------ what the kernel knows

TEST(StreamSocket, KnowsItsStateFromTheFirstToTheLast) {
  StreamSocket client = StreamSocket::create(Family::ipv4);
  EXPECT_EQ(client.tcp_info().state_name(), "CLOSED");
  Listener listener = test::listen_on_loopback();
  EXPECT_EQ(listener.tcp_info().state_name(), "LISTEN");
  client.connect(listener.local_address());
  EXPECT_EQ(client.tcp_info().state_name(), "ESTABLISHED");
  listener.accept().socket.abort();
  EXPECT_TRUE(test::eventually([&] { return client.tcp_info().state_name() == "CLOSED"; }));
}

TEST(StreamSocket, CountsWhatWentOverIt) {
  test::Connection connection = test::connected();
  connection.client.send_all(bytes_of("HelloWorld"));
  ASSERT_TRUE(test::eventually([&] { return connection.server.unread_bytes() == 10; }));
  const TcpInfo server = connection.server.tcp_info();
  const TcpInfo client = connection.client.tcp_info();
  EXPECT_EQ(server.bytes_received, 10u);
  EXPECT_GT(client.send_segment_size, 500u);
  EXPECT_GT(client.congestion_window, 0u);
  EXPECT_GT(client.retransmission_timeout, 0us);
  EXPECT_EQ(client.bytes_not_sent, 0u);
  ASSERT_TRUE(client.send_window);
  EXPECT_GT(*client.send_window, 0u);
  if (server.receive_window) {
    EXPECT_GT(*server.receive_window, 0u);
  }
}

TEST(StreamSocket, TheWindowItSeesIsTheOneThePeerOffers) {
  test::Connection connection = test::connected();
  if (!connection.server.tcp_info().receive_window) GTEST_SKIP() << "this kernel does not tell the receive window";
  connection.client.send_all(bytes_of("x"));
  EXPECT_EQ(receive_text(connection.server), "x");
  connection.server.send_all(bytes_of("y"));  // carries the window as it is now
  EXPECT_EQ(receive_text(connection.client), "y");
  const auto offered = *connection.server.tcp_info().receive_window;
  const auto seen = *connection.client.tcp_info().send_window;
  EXPECT_NEAR(offered, seen, 4096) << "the window travels in units of up to some hundred bytes";
}

TEST(StreamSocket, KnowsHowMuchThePeerHasNotAcknowledged) {
  test::Connection connection = narrow();
  EXPECT_EQ(connection.client.unacknowledged_bytes(), 0u);
  connection.client.set_blocking(false);
  const std::size_t taken = connection.client.send(bytes_of(test::pattern(too_much)));
  connection.client.set_blocking(true);
  EXPECT_LE(connection.client.unacknowledged_bytes(), taken);
  EXPECT_GT(connection.client.unacknowledged_bytes(), 0u) << "the peer's buffer is smaller than what was sent";

  connection.client.shutdown(Side::write);
  EXPECT_EQ(test::receive_all(connection.server).size(), taken);
  EXPECT_TRUE(test::eventually([&] { return connection.client.unacknowledged_bytes() == 0; }));
}

TEST(StreamSocket, KnowsTheMemoryItsBuffersTake) {
  test::Connection connection = test::connected();
  EXPECT_EQ(connection.server.memory_info().receive_used, 0u);
  connection.client.send_all(bytes_of("Hello"));
  ASSERT_TRUE(test::eventually([&] { return connection.server.unread_bytes() == 5; }));
  const MemoryInfo memory = connection.server.memory_info();
  EXPECT_GT(memory.receive_used, 5u) << "the kernel counts its own structures";
  EXPECT_EQ(memory.receive_limit, static_cast<std::uint32_t>(connection.server.option("SO_RCVBUF")));
  EXPECT_EQ(memory.send_limit, static_cast<std::uint32_t>(connection.server.option("SO_SNDBUF")));
}

TEST(StreamSocket, IsNotInheritedByProgramsWeStart) {
  Listener listener = test::listen_on_loopback();
  StreamSocket client = StreamSocket::create(Family::ipv4);
  client.connect(listener.local_address());
  const Accepted accepted = listener.accept();
  EXPECT_TRUE(closes_on_exec(client));
  EXPECT_TRUE(closes_on_exec(listener));
  EXPECT_TRUE(closes_on_exec(accepted.socket));
  EXPECT_TRUE(closes_on_exec(DatagramSocket::create(Family::ipv4)));
}

}  // namespace
}  // namespace wirelab::core

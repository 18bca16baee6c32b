#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "core/poller.hh"
#include "core/socket.hh"
#include "tests/core/helpers.hh"

namespace wirelab::core {
namespace {

using test::bytes_of;
using test::error_of;

DatagramSocket bound(Family family = Family::ipv4) {
  DatagramSocket socket = DatagramSocket::create(family);
  socket.bind(Address::loopback(family, 0));
  return socket;
}

struct Datagram {
  std::string text;
  ReceivedDatagram info;
};

Datagram receive(DatagramSocket& socket, std::size_t most = 1024) {
  std::string text(most, '\0');
  const ReceivedDatagram info = socket.receive_from(std::as_writable_bytes(std::span(text)));
  text.resize(info.copied);
  return {text, info};
}

class DatagramSocketOver : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    if (GetParam() == Family::ipv6 && !test::has_ipv6()) GTEST_SKIP() << "no IPv6 here";
  }
};

INSTANTIATE_TEST_SUITE_P(EachFamily, DatagramSocketOver, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& tested) { return tested.param == Family::ipv4 ? "ipv4" : "ipv6"; });

TEST_P(DatagramSocketOver, KeepsOneSendApartFromTheNext) {
  DatagramSocket receiver = bound(GetParam());
  DatagramSocket sender = bound(GetParam());
  EXPECT_EQ(sender.send_to(bytes_of("Hello"), receiver.local_address()), 5u);
  EXPECT_EQ(sender.send_to(bytes_of("World!"), receiver.local_address()), 6u);
  const Datagram first = receive(receiver);
  const Datagram second = receive(receiver);
  EXPECT_EQ(first.text, "Hello");
  EXPECT_EQ(second.text, "World!");
  EXPECT_EQ(first.info.from, sender.local_address());
}

TEST_P(DatagramSocketOver, CutToTheBufferSaysHowLongItWas) {
  DatagramSocket receiver = bound(GetParam());
  DatagramSocket sender = DatagramSocket::create(GetParam());
  sender.send_to(bytes_of("0123456789"), receiver.local_address());
  sender.send_to(bytes_of("next"), receiver.local_address());
  const Datagram cut = receive(receiver, 4);
  EXPECT_EQ(cut.text, "0123");
  EXPECT_EQ(cut.info.full_length, 10u);
  EXPECT_TRUE(cut.info.truncated());
  const Datagram whole = receive(receiver, 4);
  EXPECT_EQ(whole.text, "next") << "the rest of the first one is gone";
  EXPECT_FALSE(whole.info.truncated());
}

TEST(DatagramSocket, OfZeroBytesIsADatagramAndNotTheEnd) {
  DatagramSocket receiver = bound();
  DatagramSocket sender = bound();
  sender.send_to({}, receiver.local_address());
  sender.send_to(bytes_of("more"), receiver.local_address());
  const Datagram empty = receive(receiver);
  EXPECT_EQ(empty.info.full_length, 0u);
  EXPECT_EQ(empty.info.from, sender.local_address());
  EXPECT_EQ(receive(receiver).text, "more");
}

TEST(DatagramSocket, ConnectedSendsWithoutAnAddressAndHearsNobodyElse) {
  DatagramSocket server = bound();
  DatagramSocket stranger = bound();
  DatagramSocket client = bound();
  client.connect(server.local_address());
  client.send(bytes_of("Hello"));
  const Datagram received = receive(server);
  EXPECT_EQ(received.info.from, client.local_address());

  stranger.send_to(bytes_of("not for you"), client.local_address());
  server.send_to(bytes_of("answer"), received.info.from);
  EXPECT_EQ(receive(client).text, "answer");
}

TEST(DatagramSocket, NotConnectedNeedsAnAddress) {
  DatagramSocket socket = DatagramSocket::create(Family::ipv4);
  EXPECT_STREQ(error_of([&] { socket.send(bytes_of("x")); }).what(),
               "send: Destination address required (EDESTADDRREQ)");
}

TEST(DatagramSocket, ConnectedLearnsOfARefusalAtTheNextCall) {
  DatagramSocket deaf = bound();
  DatagramSocket client = DatagramSocket::create(Family::ipv4);
  const Address nobody = deaf.local_address();
  DatagramSocket keeper = bound();
  deaf.connect(keeper.local_address());  // the port is still taken, but it hears one sender only
  client.connect(nobody);
  client.send(bytes_of("x"));
  ASSERT_TRUE(wait(client.fd(), POLLIN, Deadline::after(test::patience)));
  EXPECT_STREQ(error_of([&] { receive(client); }).what(), "recvfrom: Connection refused (ECONNREFUSED)");
}

TEST(DatagramSocket, LongerThanUdpAllowsIsRefusedAtOnce) {
  DatagramSocket receiver = bound();
  DatagramSocket sender = DatagramSocket::create(Family::ipv4);
  const std::string longest(65507, 'x');
  EXPECT_EQ(sender.send_to(bytes_of(longest), receiver.local_address()), longest.size());
  EXPECT_STREQ(error_of([&] { sender.send_to(bytes_of(longest + "x"), receiver.local_address()); }).what(),
               "sendto: Message too long (EMSGSIZE)");
}

// Joining is tried on hosts of our own (tests/runner/wire_test.cc): here it would tell the machine's routers.
TEST(DatagramSocket, CannotLeaveAGroupThatItHasNotJoined) {
  DatagramSocket socket = DatagramSocket::create(Family::ipv4);
  EXPECT_STREQ(error_of([&] { socket.leave(Address::group("239.1.2.3").value()); }).what(),
               "setsockopt: Cannot assign requested address (EADDRNOTAVAIL)");
}

TEST(DatagramSocket, BroadcastNeedsThePermission) {
  DatagramSocket socket = DatagramSocket::create(Family::ipv4);
  const Address everyone = Address::loopback_broadcast(9);
  EXPECT_STREQ(error_of([&] { socket.send_to(bytes_of("x"), everyone); }).what(), "sendto: Permission denied (EACCES)");
}

TEST(DatagramSocket, BroadcastOnLoopbackReachesAllWhoShareThePort) {
  const auto hearing = [](std::uint16_t port) {
    DatagramSocket socket = DatagramSocket::create(Family::ipv4);
    socket.set_option("SO_REUSEADDR", 1);
    socket.bind(Address::any(Family::ipv4, port));
    return socket;
  };
  DatagramSocket one = hearing(0);
  const std::uint16_t port = one.local_address().port();
  DatagramSocket other = hearing(port);
  DatagramSocket caller = DatagramSocket::create(Family::ipv4);
  caller.set_option("SO_BROADCAST", 1);
  caller.send_to(bytes_of("all of you"), Address::loopback_broadcast(port));
  EXPECT_EQ(receive(one).text, "all of you");
  EXPECT_EQ(receive(other).text, "all of you");
}

TEST(DatagramSocket, CountsWhatItsFullBufferMadeTheKernelThrowAway) {
  constexpr std::size_t sent = 100;
  DatagramSocket receiver = bound();
  receiver.set_option("SO_RCVBUF", 0);  // the kernel makes it the least it allows, a few datagrams
  DatagramSocket sender = DatagramSocket::create(Family::ipv4);
  for (std::size_t i = 0; i < sent; ++i) sender.send_to(bytes_of("datagram"), receiver.local_address());

  ASSERT_TRUE(test::eventually([&] { return receiver.memory_info().drops > 0; }));
  receiver.set_blocking(false);
  std::size_t received = 0;
  EXPECT_TRUE(test::eventually([&] {
    try {
      receive(receiver);
      ++received;
    } catch (const SystemError& error) {
      if (error.error() != EAGAIN) throw;
    }
    return received + receiver.memory_info().drops == sent;
  })) << received
      << " received, " << receiver.memory_info().drops << " dropped";
  EXPECT_GT(received, 0u);
}

TEST(DatagramSocket, UnreadBytesAreThoseOfTheNextDatagramAlone) {
  DatagramSocket receiver = bound();
  DatagramSocket sender = DatagramSocket::create(Family::ipv4);
  sender.send_to(bytes_of("12345"), receiver.local_address());
  sender.send_to(bytes_of("123"), receiver.local_address());
  ASSERT_TRUE(wait(receiver.fd(), POLLIN, Deadline::after(test::patience)));
  EXPECT_EQ(receiver.unread_bytes(), 5u);
  receive(receiver);
  ASSERT_TRUE(wait(receiver.fd(), POLLIN, Deadline::after(test::patience)));
  EXPECT_EQ(receiver.unread_bytes(), 3u);
}

TEST(DatagramSocket, ShutDownEndsItsOwnCallsAlone) {
  DatagramSocket peer = bound();
  DatagramSocket socket = DatagramSocket::create(Family::ipv4);
  EXPECT_EQ(error_of([&] { socket.shutdown(DatagramSocket::Side::write); }).error(), ENOTCONN);
  socket.connect(peer.local_address());
  socket.shutdown(DatagramSocket::Side::both);
  EXPECT_EQ(error_of([&] { socket.send(bytes_of("x")); }).error(), EPIPE);
  std::array<std::byte, 16> buffer{};
  const ReceivedDatagram none = socket.receive_from(buffer);
  EXPECT_EQ(none.full_length, 0u);
  EXPECT_EQ(none.from.port(), 0);
}

TEST(DatagramSocket, ReceivesAgainAfterASignal) {
  DatagramSocket receiver = bound();
  test::Sleeper reader([&](std::stop_token stop) {
    std::array<std::byte, 16> buffer{};
    EXPECT_EQ(receiver.receive_from(buffer, stop).copied, 5u);
  });
  ASSERT_TRUE(reader.falls_asleep_in(SYS_recvfrom));
  ASSERT_TRUE(reader.is_interrupted());
  ASSERT_TRUE(reader.falls_asleep_in(SYS_recvfrom));
  DatagramSocket::create(Family::ipv4).send_to(bytes_of("Hello"), receiver.local_address());
  reader.join();
}

TEST(DatagramSocket, StopsReceivingWhenAskedTo) {
  DatagramSocket receiver = bound();
  std::atomic<int> error = 0;
  test::Sleeper reader([&](std::stop_token stop) {
    std::array<std::byte, 16> buffer{};
    const SystemError stopped = error_of([&] { receiver.receive_from(buffer, stop); });
    EXPECT_EQ(stopped.call(), "recvfrom");
    error = stopped.error();
  });
  ASSERT_TRUE(reader.falls_asleep_in(SYS_recvfrom));
  reader.stop();
  EXPECT_EQ(error, EINTR);
}

}  // namespace
}  // namespace wirelab::core

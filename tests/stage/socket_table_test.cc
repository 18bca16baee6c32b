// The kernel's table of sockets, asked about real ones.
#include "labs/stage/socket_table.hh"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "core/error.hh"
#include "core/socket.hh"

namespace wirelab::stage {
namespace {

using core::Address;
using core::Family;
using Timer = TcpSocket::Timer;

/// Looks again until the fact holds: the kernel of the other end may take a moment.
bool eventually(const std::function<bool()>& fact) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!fact()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::yield();
  }
  return true;
}

core::Listener listener(Family family = Family::ipv4, int receive_buffer = 0) {
  core::StreamSocket socket = core::StreamSocket::create(family);
  if (receive_buffer > 0) socket.set_option("SO_RCVBUF", receive_buffer);
  socket.bind(Address::loopback(family, 0));
  return core::Listener(std::move(socket), 5);
}

/// Both ends of a connection, and how the table sees each.
class ConnectionInTheTable : public testing::TestWithParam<Family> {
 protected:
  void SetUp() override {
    try {
      connect(0);
    } catch (const core::SystemError& error) {
      if (GetParam() == Family::ipv4) throw;
      GTEST_SKIP() << "this machine has no IPv6: " << error.what();
    }
  }
  void connect(int receive_buffer) {
    core::Listener listening = listener(GetParam(), receive_buffer);
    client_ = core::StreamSocket::create(GetParam());
    client_->connect(listening.local_address());
    server_ = listening.accept().socket;
    client_address_ = client_->local_address();
    server_address_ = server_->local_address();
  }
  std::optional<TcpSocket> client() { return table_.find(*client_address_, *server_address_); }
  std::optional<TcpSocket> server() { return table_.find(*server_address_, *client_address_); }
  bool client_becomes(const std::string& state) {
    return eventually([&] { return client() && client()->state == state; });
  }
  bool server_becomes(const std::string& state) {
    return eventually([&] { return server() && server()->state == state; });
  }
  void send(std::size_t size) { client_->send_all(std::vector<std::byte>(size)); }

  SocketTable table_;
  std::optional<core::StreamSocket> client_;
  std::optional<core::StreamSocket> server_;
  std::optional<Address> client_address_;
  std::optional<Address> server_address_;
};

INSTANTIATE_TEST_SUITE_P(Over, ConnectionInTheTable, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& test) { return test.param == Family::ipv4 ? "IPv4" : "IPv6"; });

TEST_P(ConnectionInTheTable, IsEstablishedAtBothEnds) {
  EXPECT_EQ(client()->state, "ESTABLISHED");
  EXPECT_EQ(server()->state, "ESTABLISHED");
  EXPECT_EQ(client()->unacknowledged, 0);
  EXPECT_EQ(client()->timer, Timer::none);
}

TEST_P(ConnectionInTheTable, CountsWhatWasWrittenAndReceivedFromTheSyn) {
  EXPECT_EQ(client()->written, 1);
  EXPECT_EQ(server()->received, 1);
  send(100);
  EXPECT_EQ(client()->written, 101);
  EXPECT_TRUE(eventually([&] { return server()->received == 101; }));
}

TEST_P(ConnectionInTheTable, CountsTheSynOfAnEndThatAcceptedAtTheOtherAlone) {
  EXPECT_EQ(server()->written, 0);
  EXPECT_EQ(client()->received, 1);
  server_->send_all(std::vector<std::byte>(100));
  EXPECT_EQ(server()->written, 100);
  EXPECT_TRUE(eventually([&] { return client()->received == 101; }));
}

TEST_P(ConnectionInTheTable, KnowsWhatIsNotYetAcknowledged) {
  connect(4096);
  server_->set_blocking(false);
  client_->set_blocking(false);
  client_->set_option("SO_SNDBUF", 100'000);
  try {
    for (;;) send(1000);
  } catch (const core::SystemError& error) {
    ASSERT_EQ(error.error(), EAGAIN);
  }
  EXPECT_TRUE(eventually([&] { return client()->timer == Timer::zero_window_probe; }));
  EXPECT_GT(client()->unacknowledged, 0);
  EXPECT_GT(*client()->written, *server()->received) << "what the full buffer keeps back";
}

TEST_P(ConnectionInTheTable, GoesThroughTheStatesOfAnOrderlyClose) {
  client_->shutdown(core::StreamSocket::Side::write);
  EXPECT_TRUE(client_becomes("FIN-WAIT-2"));
  EXPECT_TRUE(server_becomes("CLOSE-WAIT"));
  EXPECT_EQ(client()->written, 2) << "the SYN and the FIN";
  server_->close();
  EXPECT_TRUE(client_becomes("TIME-WAIT"));
  EXPECT_TRUE(eventually([&] { return !server(); })) << "whoever closes last is gone";
  client_->close();
  EXPECT_EQ(client()->state, "TIME-WAIT") << "nobody holds it any more, and it is still there";
  EXPECT_EQ(client()->timer, Timer::time_wait);
}

TEST_P(ConnectionInTheTable, IsGoneAtBothEndsAfterAReset) {
  client_->abort();
  EXPECT_TRUE(eventually([&] { return !client() && !server(); }));
}

TEST_P(ConnectionInTheTable, IsThereWhileItWaitsInTheAcceptQueue) {
  core::Listener listening = listener(GetParam());
  core::StreamSocket waiting = core::StreamSocket::create(GetParam());
  waiting.connect(listening.local_address());
  EXPECT_TRUE(eventually([&] {
    const auto queued = table_.find(listening.local_address(), waiting.local_address());
    return queued && queued->state == "ESTABLISHED";
  }));
}

TEST_P(ConnectionInTheTable, IsInSynSentWhileAFullQueueIgnoresIt) {
  core::StreamSocket socket = core::StreamSocket::create(GetParam());
  socket.bind(Address::loopback(GetParam(), 0));
  core::Listener listening(std::move(socket), 0);
  core::StreamSocket first = core::StreamSocket::create(GetParam());
  first.connect(listening.local_address());
  ASSERT_TRUE(eventually([&] { return listening.queue().waiting == 1; }));
  core::StreamSocket second = core::StreamSocket::create(GetParam());
  second.set_blocking(false);
  try {
    second.connect(listening.local_address());
  } catch (const core::SystemError& error) {
    ASSERT_EQ(error.error(), EINPROGRESS);
  }
  const auto found = table_.find(second.local_address(), listening.local_address());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, "SYN-SENT");
  EXPECT_EQ(found->timer, Timer::retransmit);
}

TEST(SocketTable, NeverAnswersWithTheListener) {
  SocketTable table;
  core::Listener listening = listener();
  const Address nobody = Address::loopback(Family::ipv4, 1);
  EXPECT_FALSE(table.find(listening.local_address(), nobody));
}

TEST(SocketTable, KnowsNothingOfWhatIsNot) {
  SocketTable table;
  EXPECT_FALSE(table.find(Address::loopback(Family::ipv4, 1), Address::loopback(Family::ipv4, 2)));
}

}  // namespace
}  // namespace wirelab::stage

#include "core/socket_option.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <set>

#include "tests/core/helpers.hh"

namespace wirelab::core {
namespace {

TEST(SocketOption, IsFoundByTheNameItHasInC) {
  const SocketOption* option = find_socket_option("TCP_NODELAY");
  ASSERT_NE(option, nullptr);
  EXPECT_EQ(option->level, IPPROTO_TCP);
  EXPECT_EQ(option->option, TCP_NODELAY);
  EXPECT_EQ(find_socket_option("TCP_NODELAI"), nullptr);
  EXPECT_EQ(find_socket_option(""), nullptr);
}

TEST(SocketOption, HasOneNameOnly) {
  std::set<std::string_view> names;
  for (const SocketOption& option : socket_options()) EXPECT_TRUE(names.insert(option.name).second) << option.name;
}

TEST(SocketOption, EachCanBeReadFromAConnectedTcpSocket) {
  test::Connection ipv4 = test::connected();
  for (const SocketOption& option : socket_options()) {
    if (option.level == IPPROTO_IPV6) continue;
    EXPECT_NO_THROW(ipv4.client.option(option)) << option.name;
  }
  if (!test::has_ipv6()) GTEST_SKIP() << "no IPv6 here, the rest was not tried";
  test::Connection ipv6 = test::connected(Family::ipv6);
  for (const SocketOption& option : socket_options()) {
    if (option.level == IPPROTO_IP) continue;
    EXPECT_NO_THROW(ipv6.client.option(option)) << option.name;
  }
}

TEST(SocketOption, TheReadOnlyOnesCannotBeSet) {
  test::Connection connection = test::connected();
  for (const SocketOption& option : socket_options()) {
    if (!option.read_only) continue;
    const SystemError error = test::error_of([&] { connection.client.set_option(option, 1); });
    EXPECT_EQ(error.call(), "setsockopt") << option.name;
    EXPECT_EQ(error.error(), ENOPROTOOPT) << option.name;
  }
}

TEST(SocketOption, IsReadBackAsItWasSet) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  EXPECT_EQ(socket.option("TCP_NODELAY"), 0);
  socket.set_option("TCP_NODELAY", 1);
  EXPECT_NE(socket.option("TCP_NODELAY"), 0);
  socket.set_option("IP_TTL", 9);
  EXPECT_EQ(socket.option("IP_TTL"), 9);
}

TEST(SocketOption, OfABufferIsReadBackDoubled) {
  DatagramSocket socket = DatagramSocket::create(Family::ipv4);
  socket.set_option("SO_RCVBUF", 8192);
  EXPECT_EQ(socket.option("SO_RCVBUF"), 2 * 8192);
}

TEST(SocketOption, OfAnUnknownNameIsRefusedBeforeTheKernelIsAsked) {
  StreamSocket socket = StreamSocket::create(Family::ipv4);
  EXPECT_THROW(socket.set_option("SO_REUSEADR", 1), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(socket.option("SO_REUSEADR")), std::invalid_argument);
}

TEST(SocketOption, OfAnotherKindOfSocketIsAnErrorThatNamesTheCall) {
  DatagramSocket socket = DatagramSocket::create(Family::ipv4);
  const SystemError error = test::error_of([&] { static_cast<void>(socket.option("TCP_NODELAY")); });
  EXPECT_EQ(error.call(), "getsockopt");
}

}  // namespace
}  // namespace wirelab::core

#include "core/address.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <sys/un.h>

namespace wirelab::core {
namespace {

TEST(Address, IsWrittenAsPeopleWriteIt) {
  EXPECT_EQ(Address::loopback(Family::ipv4, 8888).to_string(), "127.0.0.1:8888");
  EXPECT_EQ(Address::loopback(Family::ipv6, 8888).to_string(), "[::1]:8888");
  EXPECT_EQ(Address::any(Family::ipv4, 80).to_string(), "0.0.0.0:80");
  EXPECT_EQ(Address::any(Family::ipv6, 65535).to_string(), "[::]:65535");
}

TEST(Address, KnowsItsParts) {
  const Address address = Address::loopback(Family::ipv6, 0x1234);
  EXPECT_EQ(address.family(), Family::ipv6);
  EXPECT_EQ(address.host(), "::1");
  EXPECT_EQ(address.port(), 0x1234);
  EXPECT_EQ(address.with_port(7).to_string(), "[::1]:7");
}

TEST(Address, ResolvesNumbers) {
  EXPECT_THAT(Address::resolve("127.0.0.1", 8888), testing::ElementsAre(Address::loopback(Family::ipv4, 8888)));
  EXPECT_THAT(Address::resolve("::1", "8888", Family::ipv6, Transport::datagram),
              testing::ElementsAre(Address::loopback(Family::ipv6, 8888)));
}

TEST(Address, SaysWhyItCouldNotBeResolved) {
  try {
    Address::resolve("127.0.0.1", "no-such-service");
    FAIL() << "it was resolved";
  } catch (const ResolveError& error) {
    EXPECT_EQ(error.code(), EAI_SERVICE);
    EXPECT_THAT(error.what(), testing::StartsWith("getaddrinfo: "));
    EXPECT_THAT(error.what(), testing::EndsWith("(EAI_SERVICE)"));
  }
}

TEST(Address, RefusesToBeOfTheOtherFamily) {
  EXPECT_THROW(Address::resolve("127.0.0.1", 80, Family::ipv6), ResolveError);
}

TEST(Address, IsTheSameAfterAJourneyThroughTheKernelsForm) {
  for (const Address& address : {Address::loopback(Family::ipv4, 1), Address::loopback(Family::ipv6, 1)}) {
    EXPECT_EQ(Address(address.data(), address.size()), address);
  }
}

TEST(Address, DiffersByFamilyHostAndPort) {
  const Address address = Address::loopback(Family::ipv4, 1);
  EXPECT_NE(address, Address::loopback(Family::ipv4, 2));
  EXPECT_NE(address, Address::any(Family::ipv4, 1));
  EXPECT_NE(Address::any(Family::ipv4, 1), Address::any(Family::ipv6, 1));
  EXPECT_NE(Address::loopback(Family::ipv6, 1), Address::any(Family::ipv6, 1));
}

TEST(Address, KnowsWhatStaysOnThisHost) {
  const auto is_loopback = [](const char* host) { return Address::resolve(host, 1).front().is_loopback(); };
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("127.1.2.3"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_TRUE(is_loopback("::ffff:127.0.0.1"));
  EXPECT_FALSE(is_loopback("128.0.0.1"));
  EXPECT_FALSE(is_loopback("0.0.0.0"));
  EXPECT_FALSE(is_loopback("::2"));
  EXPECT_FALSE(is_loopback("::ffff:10.0.0.1"));
}

TEST(Address, OfAGroupIsOneOfClassD) {
  EXPECT_EQ(Address::group("239.1.2.3", 9000)->to_string(), "239.1.2.3:9000");
  EXPECT_EQ(Address::group("224.0.0.1")->host(), "224.0.0.1");
  for (const char* none :
       {"223.255.255.255", "240.0.0.0", "10.0.0.1", "239.1.2", "239.1.2.300", "ff02::1", "group", ""}) {
    EXPECT_EQ(Address::group(none), std::nullopt) << none;
  }
}

TEST(Address, OfTheLoopbackBroadcastStaysOnTheHost) {
  EXPECT_EQ(Address::loopback_broadcast(9000).to_string(), "127.255.255.255:9000");
  EXPECT_TRUE(Address::loopback_broadcast(9000).is_loopback());
}

TEST(Address, RefusesWhatIsNoInternetAddress) {
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_THROW(Address(reinterpret_cast<const sockaddr*>(&local), sizeof local), std::invalid_argument);
}

TEST(Address, RefusesHalfAnAddress) {
  const Address address = Address::loopback(Family::ipv6, 1);
  EXPECT_THROW(Address(address.data(), sizeof(sockaddr_in)), std::invalid_argument);
  EXPECT_THROW(Address(address.data(), 1), std::invalid_argument);
}

}  // namespace
}  // namespace wirelab::core

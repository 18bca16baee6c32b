#include "labs/timeline/packet.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/timeline/frames.hh"

namespace wirelab::timeline {
namespace {

using namespace tests;  // the frames
using scenario::PacketKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// With the bytes that its payload is a view of.
struct KeptFrame : DecodedFrame {
  std::shared_ptr<const std::string> bytes;
};

KeptFrame decoded(const std::string& frame) {
  const auto bytes = std::make_shared<const std::string>(frame);
  const auto found = decode(*bytes);
  EXPECT_TRUE(found) << "no Ethernet header";
  return {found.value_or(DecodedFrame{}), bytes};
}

PacketKind kind(const std::string& frame) { return kind_of(decoded(frame)); }

bool checksums_right(const std::string& frame) { return checksums_are_right(frame, decoded(frame)); }

/// IPv4: 10.0.0.1 to 10.0.0.2, TCP 40000 to 8888, SYN with the options a Linux kernel sends; written down by hand.
const std::string& a_syn() {
  static const std::string frame = bytes({
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00,  // Ethernet
      0x45, 0x00, 0x00, 0x3c, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06, 0x0a, 0x74,              // IPv4
      0x0a, 0x00, 0x00, 0x01, 0x0a, 0x00, 0x00, 0x02,                                      //   addresses
      0x9c, 0x40, 0x22, 0xb8, 0xde, 0xad, 0xbe, 0xef, 0x00, 0x00, 0x00, 0x00,              // TCP
      0xa0, 0x02, 0xfa, 0xf0, 0xdc, 0x6f, 0x00, 0x00,                                      //   SYN, 64240
      0x02, 0x04, 0x05, 0xb4, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x00, 0x00, 0x07,              //   MSS, SACK, timestamps
      0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x07,                                      //   window scale
  });
  return frame;
}

TEST(Decode, ReadsASynByteByByte) {
  const KeptFrame frame = decoded(a_syn());
  EXPECT_THAT(frame.destination_mac, ElementsAre(2, 0, 0, 0, 0, 2));
  EXPECT_THAT(frame.source_mac, ElementsAre(2, 0, 0, 0, 0, 1));
  EXPECT_EQ(frame.ether_type, 0x0800);
  EXPECT_EQ(frame.protocol, "tcp");
  EXPECT_TRUE(frame.has_ip);
  EXPECT_EQ(to_text(frame.source), "10.0.0.1");
  EXPECT_EQ(to_text(frame.destination), "10.0.0.2");
  EXPECT_EQ(frame.time_to_live, 64);
  EXPECT_EQ(frame.source_port, 40000);
  EXPECT_EQ(frame.destination_port, 8888);
  EXPECT_FALSE(frame.fragment);
  ASSERT_TRUE(frame.tcp);
  EXPECT_EQ(frame.tcp->seq, 0xdeadbeef);
  EXPECT_EQ(frame.tcp->ack, 0U);
  EXPECT_TRUE(frame.tcp->syn);
  EXPECT_FALSE(frame.tcp->ack_flag || frame.tcp->psh || frame.tcp->fin || frame.tcp->rst || frame.tcp->urg);
  EXPECT_EQ(frame.tcp->window, 64240);
  EXPECT_EQ(frame.tcp->options.maximum_segment_size, 1460);
  EXPECT_EQ(frame.tcp->options.window_scale, 7);
  EXPECT_TRUE(frame.tcp->options.sack_permitted);
  ASSERT_TRUE(frame.tcp->options.timestamps);
  EXPECT_EQ(frame.tcp->options.timestamps->value, 7U);
  EXPECT_EQ(frame.tcp->options.timestamps->echo, 0U);
  EXPECT_EQ(frame.transport_begin, 34U);
  EXPECT_EQ(frame.header_length, a_syn().size());
  EXPECT_EQ(frame.payload, "");
  EXPECT_TRUE(checksums_right(a_syn()));
}

TEST(Decode, ReadsAnIpv6DatagramByteByByte) {
  const std::string frame = bytes({
      0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x86, 0xdd,  // Ethernet
      0x60, 0x00, 0x00, 0x00, 0x00, 0x0a, 0x11, 0x40,                                      // IPv6
      0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x00, 0x01, 0xfd, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
      0x00, 0x00, 0x00, 0x02, 0x9c, 0x40, 0x22, 0xb8, 0x00, 0x0a, 0xde, 0x73,  // UDP
      0x68, 0x69,
  });
  const KeptFrame datagram = decoded(frame);
  EXPECT_EQ(datagram.protocol, "udp");
  EXPECT_EQ(to_text(datagram.source), "fd00::1");
  EXPECT_EQ(to_text(datagram.destination), "fd00::2");
  EXPECT_EQ(datagram.source_port, 40000);
  EXPECT_EQ(datagram.destination_port, 8888);
  EXPECT_EQ(datagram.payload, "hi");
  EXPECT_EQ(datagram.header_length, 62U);
  EXPECT_TRUE(checksums_right(frame));
}

TEST(Decode, ReadsTcpOverIpv6LikeTcpOverIpv4) {
  for (const Ip ip : {Ip::v4, Ip::v6}) {
    const std::string bytes_of_frame =
        tcp_frame({.flags = flag::ack | flag::psh, .seq = 5, .ack = 6, .payload = "Hello", .ip = ip});
    const KeptFrame frame = decoded(bytes_of_frame);
    EXPECT_EQ(frame.protocol, "tcp");
    ASSERT_TRUE(frame.tcp);
    EXPECT_EQ(frame.tcp->seq, 5U);
    EXPECT_EQ(frame.tcp->ack, 6U);
    EXPECT_EQ(frame.payload, "Hello");
    EXPECT_TRUE(checksums_are_right(bytes_of_frame, frame));
  }
}

TEST(Decode, LeavesEthernetPaddingOut) {
  std::string frame = udp_frame({.payload = "hi"});
  frame.resize(60, '\0');
  EXPECT_EQ(decoded(frame).payload, "hi");
  EXPECT_TRUE(checksums_right(frame));
}

TEST(Decode, KnowsArpFromItsType) {
  const KeptFrame frame = decoded(ethernet(1, 2, 0x0806, std::string(28, 'a')));
  EXPECT_EQ(frame.protocol, "arp");
  EXPECT_FALSE(frame.has_ip);
  EXPECT_EQ(frame.payload.size(), 28U);
}

TEST(Decode, CallsWhatItDoesNotKnowByItsOutermostLayer) {
  EXPECT_EQ(decoded(ethernet(1, 2, 0x88cc, "?")).protocol, "ethernet");
  EXPECT_EQ(decoded(ipv4_frame(1, 2, 47, "?")).protocol, "ip");
  EXPECT_EQ(decoded(ipv6_frame(1, 2, 59, "")).protocol, "ip");
  EXPECT_EQ(decoded(ipv4_frame(1, 2, 58, std::string(8, '\0'))).protocol, "ip") << "ICMPv6 does not travel over IPv4";
}

TEST(Decode, GivesNothingWithoutAWholeEthernetHeader) {
  for (std::size_t length = 0; length < 14; ++length) EXPECT_FALSE(decode(a_syn().substr(0, length))) << length;
  EXPECT_TRUE(decode(a_syn().substr(0, 14)));
}

TEST(Decode, StopsAtTheFirstHeaderThatIsCutOff) {
  const KeptFrame in_ip = decoded(a_syn().substr(0, 33));
  EXPECT_FALSE(in_ip.has_ip);
  EXPECT_EQ(in_ip.protocol, "ip");
  EXPECT_EQ(in_ip.payload.size(), 19U);

  const KeptFrame in_tcp = decoded(a_syn().substr(0, 50));
  EXPECT_TRUE(in_tcp.has_ip);
  EXPECT_EQ(in_tcp.protocol, "tcp");
  EXPECT_FALSE(in_tcp.tcp);
  EXPECT_EQ(in_tcp.source_port, 0);
  EXPECT_EQ(in_tcp.payload.size(), 16U);
  EXPECT_TRUE(in_tcp.cut_short);
}

TEST(Decode, ReadsNoByteBehindTheFrameWhereverItIsCut) {
  const std::vector<std::string> frames = {
      tcp_frame({.flags = flag::syn, .options = option::timestamps(1, 2) + option::sack(3, 4), .payload = "abc"}),
      tcp_frame({.payload = "abc", .ip = Ip::v6}),
      udp_frame({.payload = "abc", .ip = Ip::v6}),
      icmp_frame(1, 2, 3, 3, "quoted"),
      ipv6_frame(1, 2, 0, bytes({17, 0, 1, 4, 0, 0, 0, 0}) + udp_datagram({.ip = Ip::v6})),
  };
  for (const std::string& frame : frames) {
    for (std::size_t length = 14; length <= frame.size(); ++length) {
      // A buffer of just that size, so that a sanitizer sees a read behind it.
      const std::vector<char> exact(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length));
      const std::string_view cut(exact.data(), exact.size());
      const auto found = decode(cut);
      ASSERT_TRUE(found);
      EXPECT_EQ(found->header_length + found->payload.size(), length);
      EXPECT_TRUE(checksums_are_right(cut, *found)) << "of " << length << " bytes";
    }
  }
}

TEST(Decode, TakesAnIpHeaderThatCannotBeForNone) {
  const std::size_t version = 14;
  const std::size_t total_length = 16;
  std::string too_short_header = a_syn();
  too_short_header[version] = 0x44;
  EXPECT_FALSE(decoded(too_short_header).has_ip);
  std::string of_another_version = a_syn();
  of_another_version[version] = 0x65;
  EXPECT_FALSE(decoded(of_another_version).has_ip);
  std::string shorter_than_its_header = a_syn();
  shorter_than_its_header.replace(total_length, 2, big_endian(19, 2));
  EXPECT_FALSE(decoded(shorter_than_its_header).has_ip);
}

TEST(Decode, TakesATcpHeaderThatCannotBeForNone) {
  const std::size_t data_offset = 14 + 20 + 12;
  for (const int words : {0, 4, 15}) {
    std::string frame = tcp_frame({.payload = "abc"});
    frame[data_offset] = static_cast<char>(words << 4);
    EXPECT_FALSE(decoded(frame).tcp) << words;
    EXPECT_EQ(decoded(frame).payload.size(), 23U) << words;
  }
}

TEST(Decode, SkipsIpv4Options) {
  const KeptFrame frame = decoded(ipv4_frame(1, 2, 17, udp_datagram({.payload = "hi"}), 0, bytes({1, 1, 1, 0})));
  EXPECT_EQ(frame.payload, "hi");
  EXPECT_EQ(frame.source_port, 40000);
}

TEST(Decode, ReadsEveryFlag) {
  const TcpHeader all = *decoded(tcp_frame({.flags = 255})).tcp;
  EXPECT_TRUE(all.syn && all.ack_flag && all.psh && all.fin && all.rst && all.urg && all.ece && all.cwr);
  const TcpHeader none = *decoded(tcp_frame({.flags = 0})).tcp;
  EXPECT_FALSE(none.syn || none.ack_flag || none.psh || none.fin || none.rst || none.urg || none.ece || none.cwr);
}

TEST(TcpOptions, AreReadInAnyOrderAndNumber) {
  const auto options = decoded(tcp_frame({.options = option::sack(10, 20) + option::timestamps(7, 8)})).tcp->options;
  EXPECT_THAT(options.sack, ElementsAre(Pair(10, 20)));
  EXPECT_EQ(options.timestamps->value, 7U);
  EXPECT_EQ(options.timestamps->echo, 8U);
  EXPECT_FALSE(options.maximum_segment_size);
  EXPECT_FALSE(options.window_scale);
  EXPECT_FALSE(options.sack_permitted);
}

TEST(TcpOptions, MayHoldSeveralSackBlocks) {
  const std::string two = bytes({5, 18}) + big_endian(1, 4) + big_endian(2, 4) + big_endian(5, 4) + big_endian(9, 4);
  EXPECT_THAT(decoded(tcp_frame({.options = two})).tcp->options.sack, ElementsAre(Pair(1, 2), Pair(5, 9)));
}

TEST(TcpOptions, OfAnUnknownKindAreSkipped) {
  const auto options = decoded(tcp_frame({.options = bytes({254, 4, 0, 0}) + option::window_scale(3)})).tcp->options;
  EXPECT_EQ(options.window_scale, 3);
}

TEST(TcpOptions, EndAtTheEndOfListOption) {
  const auto options = decoded(tcp_frame({.options = bytes({0}) + option::window_scale(3)})).tcp->options;
  EXPECT_FALSE(options.window_scale);
}

TEST(TcpOptions, BehindALengthThatCannotBeAreNotBelieved) {
  for (const std::string& broken :
       {bytes({2, 0, 1, 1}), bytes({2, 1, 1, 1}), bytes({2, 200, 1, 1}), bytes({1, 1, 1, 2})}) {
    const auto options = decoded(tcp_frame({.options = broken})).tcp->options;
    EXPECT_FALSE(options.maximum_segment_size) << testing::PrintToString(broken);
  }
  const auto after = decoded(tcp_frame({.options = bytes({2, 1}) + option::window_scale(3)})).tcp->options;
  EXPECT_FALSE(after.window_scale);
}

// --------------------------------------------------------------------------------------------- fragments, extensions

TEST(Fragments, ShowTheirPlaceAndOnlyTheFirstHasPorts) {
  const std::string datagram = udp_datagram({.payload = std::string(4000, 'x')});
  const KeptFrame first = decoded(ipv4_frame(1, 2, 17, datagram.substr(0, 1480), 0x2000));
  ASSERT_TRUE(first.fragment);
  EXPECT_EQ(first.fragment->identification, 0x1234U);
  EXPECT_EQ(first.fragment->offset, 0);
  EXPECT_TRUE(first.fragment->more);
  EXPECT_EQ(first.source_port, 40000);
  EXPECT_EQ(first.payload.size(), 1472U);

  const KeptFrame last = decoded(ipv4_frame(1, 2, 17, datagram.substr(2960), 2960 / 8));
  ASSERT_TRUE(last.fragment);
  EXPECT_EQ(last.fragment->offset, 2960);
  EXPECT_FALSE(last.fragment->more);
  EXPECT_EQ(last.protocol, "udp");
  EXPECT_EQ(last.source_port, 0);
  EXPECT_EQ(last.payload.size(), 1048U);
  EXPECT_EQ(last.transport_begin, 0U);
}

TEST(Fragments, OfIpv6AreReadFromTheirHeader) {
  const std::string datagram = udp_datagram({.payload = std::string(2000, 'x'), .ip = Ip::v6});
  const auto piece = [&](std::size_t begin, std::size_t length, int place) {
    return decoded(ipv6_frame(1, 2, 44,
                              bytes({17, 0}) + big_endian(static_cast<std::uint64_t>(place), 2) +
                                  big_endian(0xCAFEBABE, 4) + datagram.substr(begin, length)));
  };
  const KeptFrame first = piece(0, 1448, 1);
  ASSERT_TRUE(first.fragment);
  EXPECT_EQ(first.fragment->identification, 0xCAFEBABE);
  EXPECT_TRUE(first.fragment->more);
  EXPECT_EQ(first.destination_port, 8888);
  const KeptFrame last = piece(1448, 560, 1448);
  ASSERT_TRUE(last.fragment);
  EXPECT_EQ(last.fragment->offset, 1448);
  EXPECT_FALSE(last.fragment->more);
  EXPECT_EQ(last.protocol, "udp");
}

TEST(Fragments, ThatAreFirstAndLastAtOnceAreWholePackets) {
  const std::string frame =
      ipv6_frame(1, 2, 44, bytes({17, 0, 0, 0, 0, 0, 0, 1}) + udp_datagram({.payload = "hi", .ip = Ip::v6}));
  EXPECT_FALSE(decoded(frame).fragment);
  EXPECT_EQ(decoded(frame).payload, "hi");
  EXPECT_TRUE(checksums_right(frame));
}

TEST(Ipv6Extensions, AreSkipped) {
  const std::string hop_by_hop = bytes({60, 0, 1, 4, 0, 0, 0, 0});  // then destination options of 16 bytes
  const std::string destination = bytes({43, 1, 1, 12}) + std::string(12, '\0');
  const std::string routing = bytes({17, 0, 4, 0, 0, 0, 0, 0});  // nothing left to visit
  const std::string frame =
      ipv6_frame(1, 2, 0, hop_by_hop + destination + routing + udp_datagram({.payload = "hi", .ip = Ip::v6}));
  EXPECT_EQ(decoded(frame).protocol, "udp");
  EXPECT_EQ(decoded(frame).payload, "hi");
  EXPECT_EQ(decoded(frame).source_port, 40000);
  EXPECT_TRUE(checksums_right(frame));
}

TEST(Ipv6Extensions, LongerThanThePacketEndTheDecoding) {
  const KeptFrame frame = decoded(ipv6_frame(1, 2, 60, bytes({17, 200, 0, 0, 0, 0, 0, 0})));
  EXPECT_EQ(frame.protocol, "ip");
  EXPECT_EQ(frame.payload.size(), 8U);
}

// ------------------------------------------------------------------------------------------------------------- ICMP

TEST(Icmp, ShowsTypeAndCodeAndQuotesThePacketItIsAbout) {
  const std::string refused = udp_frame({.payload = "hi"}).substr(14);
  const std::string frame = icmp_frame(2, 1, 3, 3, refused);
  const KeptFrame error = decoded(frame);
  EXPECT_EQ(error.protocol, "icmp");
  ASSERT_TRUE(error.icmp);
  EXPECT_EQ(error.icmp->type, 3);
  EXPECT_EQ(error.icmp->code, 3);
  EXPECT_EQ(error.payload, refused);
  EXPECT_TRUE(checksums_right(frame));
}

TEST(Icmp, OfIpv6IsIcmpToo) {
  const std::string frame = icmpv6_frame(2, 1, 1, 4, "quoted");
  const KeptFrame error = decoded(frame);
  EXPECT_EQ(error.protocol, "icmp");
  EXPECT_EQ(error.icmp->type, 1);
  EXPECT_EQ(error.icmp->code, 4);
  EXPECT_TRUE(checksums_right(frame));
}

// ------------------------------------------------------------------------------------------------------------- kinds

TEST(Kind, IsTheStrongestThingASegmentSays) {
  using namespace flag;
  EXPECT_EQ(kind(tcp_frame({.flags = syn})), PacketKind::syn);
  EXPECT_EQ(kind(tcp_frame({.flags = syn | ack})), PacketKind::syn_ack);
  EXPECT_EQ(kind(tcp_frame({.flags = syn, .payload = "early"})), PacketKind::syn);
  EXPECT_EQ(kind(tcp_frame({.flags = ack})), PacketKind::ack);
  EXPECT_EQ(kind(tcp_frame({.flags = ack, .payload = "x"})), PacketKind::data);
  EXPECT_EQ(kind(tcp_frame({.flags = fin | ack})), PacketKind::fin);
  EXPECT_EQ(kind(tcp_frame({.flags = fin | ack | psh, .payload = "x"})), PacketKind::fin);
  EXPECT_EQ(kind(tcp_frame({.flags = rst | ack})), PacketKind::rst);
  EXPECT_EQ(kind(tcp_frame({.flags = rst | fin | syn | ack, .payload = "x"})), PacketKind::rst);
}

TEST(Kind, OfWhatIsNotTcpIsItsProtocol) {
  EXPECT_EQ(kind(udp_frame({})), PacketKind::udp);
  EXPECT_EQ(kind(icmp_frame(1, 2, 3, 3, "")), PacketKind::icmp);
  EXPECT_EQ(kind(icmpv6_frame(1, 2, 1, 4, "")), PacketKind::icmp);
}

TEST(Kind, OfAFragmentIsFragmentWhateverItCarries) {
  EXPECT_EQ(kind(ipv4_frame(1, 2, 17, udp_datagram({}), 0x2000)), PacketKind::fragment);
  EXPECT_EQ(kind(ipv4_frame(1, 2, 17, "rest", 185)), PacketKind::fragment);
  EXPECT_EQ(kind(ipv4_frame(1, 2, 6, tcp_segment({}), 0x2000)), PacketKind::fragment);
}

// --------------------------------------------------------------------------------------------------------- checksums

TEST(Checksums, AreRightOfFramesOfEveryKind) {
  for (const Ip ip : {Ip::v4, Ip::v6}) {
    EXPECT_TRUE(checksums_right(tcp_frame({.payload = "odd", .ip = ip})));
    EXPECT_TRUE(checksums_right(tcp_frame({.payload = "even", .ip = ip})));
    EXPECT_TRUE(checksums_right(udp_frame({.payload = "odd", .ip = ip})));
    EXPECT_TRUE(checksums_right(udp_frame({.ip = ip})));
  }
}

TEST(Checksums, AreWrongWhicheverBitIsTurnedOver) {
  for (const std::string& right :
       {a_syn(), tcp_frame({.payload = "Hello"}), udp_frame({.payload = "Hello"}), icmp_frame(1, 2, 3, 3, "quoted"),
        tcp_frame({.payload = "Hello", .ip = Ip::v6}), icmpv6_frame(1, 2, 1, 4, "quoted")}) {
    const KeptFrame whole = decoded(right);
    for (std::size_t at = whole.transport_begin; at < right.size(); ++at) {
      std::string wrong = right;
      wrong[at] = static_cast<char>(wrong[at] ^ 0x10);
      const KeptFrame damaged = decoded(wrong);
      // Where a length is damaged there may be no whole header left whose checksum could be computed.
      if (damaged.transport_begin == 0) continue;
      EXPECT_FALSE(checksums_are_right(wrong, damaged)) << "byte " << at;
    }
  }
}

TEST(Checksums, OfTheIpv4HeaderAreLookedAtToo) {
  std::string frame = a_syn();
  const std::size_t time_to_live = 22;
  frame[time_to_live] = 63;
  EXPECT_FALSE(checksums_right(frame));
}

TEST(Checksums, OfUdpMayBeLeftOutOverIpv4Only) {
  std::string over_ipv4 = udp_frame({.payload = "hi"});
  over_ipv4.replace(14 + 20 + 6, 2, bytes({0, 0}));
  EXPECT_TRUE(checksums_right(over_ipv4));
  std::string over_ipv6 = udp_frame({.payload = "hi", .ip = Ip::v6});
  over_ipv6.replace(14 + 40 + 6, 2, bytes({0, 0}));
  EXPECT_FALSE(checksums_right(over_ipv6));
}

TEST(Checksums, OfUdpCoverAsMuchAsItsOwnLengthSays) {
  const std::string datagram = udp_datagram({.payload = "hi"});
  EXPECT_TRUE(checksums_right(ipv4_frame(1, 2, 17, datagram + "surplus")));
  std::string too_long = datagram;
  too_long.replace(4, 2, big_endian(100, 2));
  EXPECT_FALSE(checksums_right(ipv4_frame(1, 2, 17, too_long)));
}

TEST(Checksums, OfOneFragmentCannotBeComputed) {
  const std::string datagram = udp_datagram({.payload = std::string(100, 'x')});
  EXPECT_TRUE(checksums_right(ipv4_frame(1, 2, 17, datagram.substr(0, 80), 0x2000)));
  EXPECT_TRUE(checksums_right(ipv4_frame(1, 2, 17, datagram.substr(80), 10)));
}

// --------------------------------------------------------------------------------------------------------- addresses

std::string ipv6_text(std::initializer_list<int> groups) {
  IpAddress address{true, {}};
  std::size_t at = 0;
  for (const int group : groups) {
    address.bytes.at(at++) = static_cast<std::uint8_t>(group >> 8);
    address.bytes.at(at++) = static_cast<std::uint8_t>(group);
  }
  return to_text(address);
}

TEST(Address, OfIpv4IsWrittenWithDots) { EXPECT_EQ(to_text({false, {10, 0, 0, 255}}), "10.0.0.255"); }

TEST(Address, OfIpv6IsWrittenInTheOneFormThatRfc5952Recommends) {
  EXPECT_EQ(ipv6_text({0, 0, 0, 0, 0, 0, 0, 0}), "::");
  EXPECT_EQ(ipv6_text({0, 0, 0, 0, 0, 0, 0, 1}), "::1");
  EXPECT_EQ(ipv6_text({1, 0, 0, 0, 0, 0, 0, 0}), "1::");
  EXPECT_EQ(ipv6_text({0xfd00, 0, 0, 0, 0, 0, 0, 0xA}), "fd00::a");
  EXPECT_EQ(ipv6_text({0x2001, 0xdb8, 0, 1, 1, 1, 1, 1}), "2001:db8:0:1:1:1:1:1") << "one group is not shortened";
  EXPECT_EQ(ipv6_text({0x2001, 0, 0, 1, 0, 0, 0, 1}), "2001:0:0:1::1") << "the longest run is";
  EXPECT_EQ(ipv6_text({0x2001, 0xdb8, 0, 0, 1, 0, 0, 1}), "2001:db8::1:0:0:1") << "of two, the first";
  EXPECT_EQ(ipv6_text({1, 2, 3, 4, 5, 6, 7, 8}), "1:2:3:4:5:6:7:8");
  EXPECT_EQ(ipv6_text({0, 0, 0, 0, 0, 0xFFFF, 0x0a00, 0x0001}), "::ffff:10.0.0.1");
}

// ----------------------------------------------------------------------------------------------------- conversations

constexpr LaneIndex client = 0;
constexpr LaneIndex server = 1;
constexpr std::uint32_t client_initial = 0xFFFFFFF0;  // so that its numbers begin again at 0 after 16 bytes
constexpr std::uint32_t server_initial = 0x7FFFFFF0;

/// A wire with a client, host 1 port 40000, and a server, host 2 port 8888; numbers are given as the sides count them.
class OnTheWire : public testing::Test {
 protected:
  Packet tell(const Tcp& tcp) {
    Packet packet;
    packet.from = tcp.from == 1 ? client : server;
    packet.to = tcp.to == 1 ? client : server;
    const std::string frame = tcp_frame(tcp);
    conversations_.describe(packet, frame, decoded(frame));
    return packet;
  }

  Tcp of_client(int flags, std::int64_t seq, std::int64_t ack, const std::string& payload = "") const {
    return {.flags = flags,
            .seq = client_initial + static_cast<std::uint32_t>(seq),
            .ack = (flags & flag::ack) != 0 ? server_initial + static_cast<std::uint32_t>(ack) : 0,
            .payload = payload};
  }
  Tcp of_server(int flags, std::int64_t seq, std::int64_t ack, const std::string& payload = "") const {
    return {.from = 2,
            .to = 1,
            .source_port = 8888,
            .destination_port = 40000,
            .flags = flags,
            .seq = server_initial + static_cast<std::uint32_t>(seq),
            .ack = (flags & flag::ack) != 0 ? client_initial + static_cast<std::uint32_t>(ack) : 0,
            .payload = payload};
  }
  Packet from_client(int flags, std::int64_t seq, std::int64_t ack, const std::string& payload = "") {
    return tell(of_client(flags, seq, ack, payload));
  }
  Packet from_server(int flags, std::int64_t seq, std::int64_t ack, const std::string& payload = "") {
    return tell(of_server(flags, seq, ack, payload));
  }
  void shake_hands() {
    from_client(flag::syn, 0, 0);
    from_server(flag::syn | flag::ack, 0, 1);
    from_client(flag::ack, 1, 1);
  }

  Conversations conversations_;
};

TEST_F(OnTheWire, AHandshakeIsCountedFromTheSyns) {
  const Packet syn = from_client(flag::syn, 0, 0);
  EXPECT_EQ(syn.kind, PacketKind::syn);
  EXPECT_THAT(syn.flags, ElementsAre("SYN"));
  EXPECT_EQ(syn.seq, 0);
  EXPECT_EQ(syn.ack, 0);
  EXPECT_EQ(syn.absolute_seq, client_initial);
  EXPECT_EQ(syn.source_port, 40000);
  EXPECT_EQ(syn.destination_port, 8888);
  EXPECT_FALSE(syn.stream);

  const Packet answer = from_server(flag::syn | flag::ack, 0, 1);
  EXPECT_THAT(answer.flags, ElementsAre("SYN", "ACK"));
  EXPECT_EQ(answer.seq, 0);
  EXPECT_EQ(answer.ack, 1);
  EXPECT_EQ(answer.absolute_seq, server_initial);

  const Packet last = from_client(flag::ack, 1, 1);
  EXPECT_EQ(last.seq, 1);
  EXPECT_EQ(last.ack, 1);
  for (const Packet& packet : {syn, answer, last}) EXPECT_FALSE(packet.retransmission);
}

TEST_F(OnTheWire, ThePacketIsKeptInTwoPartsThatTogetherAreTheFrame) {
  const std::string frame = tcp_frame({.options = option::timestamps(1, 2), .payload = "Hello"});
  Packet packet;
  conversations_.describe(packet, frame, decoded(frame));
  EXPECT_EQ(packet.headers.size(), 14U + 20 + 32);
  EXPECT_EQ(packet.data, "Hello");
  EXPECT_EQ(packet.length, 5);
  EXPECT_EQ(packet.headers + packet.data, frame);
}

TEST_F(OnTheWire, DataHasItsPlaceInTheStreamAfterTheSyn) {
  shake_hands();
  const Packet first = from_client(flag::ack | flag::psh, 1, 1, "Hello");
  EXPECT_THAT(first.flags, ElementsAre("ACK", "PSH"));
  ASSERT_TRUE(first.stream);
  EXPECT_EQ(first.stream->from, client);
  EXPECT_EQ(first.stream->to, server);
  EXPECT_EQ(first.stream->offset, 0);
  EXPECT_EQ(first.stream->length, 5);
  const Packet second = from_client(flag::ack, 6, 1, "World");
  EXPECT_EQ(second.stream->offset, 5);
  EXPECT_FALSE(second.retransmission);
}

TEST_F(OnTheWire, WhatIsKnownOfTheStreamAlreadyStays) {
  shake_hands();
  Packet packet;
  packet.stream = StreamRange{3, client, server, 0, 0};
  const std::string frame = tcp_frame(of_client(flag::ack, 1, 1, "Hello"));
  conversations_.describe(packet, frame, decoded(frame));
  EXPECT_EQ(packet.stream->connection, 3);
  EXPECT_EQ(packet.stream->length, 5);
}

TEST_F(OnTheWire, NumbersGoOnWhereTheyBeginAgainAtZero) {
  shake_hands();
  from_client(flag::ack, 1, 1, std::string(14, 'a'));  // up to 0xFFFFFFFE
  const Packet across = from_client(flag::ack, 15, 1, std::string(10, 'b'));
  EXPECT_EQ(across.absolute_seq, 0xFFFFFFFF);
  EXPECT_EQ(across.seq, 15);
  const Packet after = from_client(flag::ack, 25, 1, std::string(10, 'c'));
  EXPECT_EQ(after.absolute_seq, 9U);
  EXPECT_EQ(after.seq, 25);
  EXPECT_EQ(after.stream->offset, 24);
  EXPECT_FALSE(after.retransmission);
  EXPECT_TRUE(from_client(flag::ack, 15, 1, std::string(10, 'b')).retransmission);
  EXPECT_EQ(from_server(flag::ack, 1, 35).ack, 35);
}

TEST_F(OnTheWire, AStreamOfMoreThanFourGibibytesKeepsItsPlaces) {
  shake_hands();
  const std::string segment(60000, 'x');
  const std::int64_t end = (std::int64_t{1} << 32) + 1'000'000;
  // Strides of less than 2^31 tell the counter how often the numbers have begun again.
  for (std::int64_t seq = 1; seq < end; seq += 1'000'000'000) from_client(flag::ack, seq, 1, segment);
  const Packet far = from_client(flag::ack, end, 1, segment);
  EXPECT_EQ(far.seq, end);
  EXPECT_FALSE(far.retransmission);
  EXPECT_EQ(from_server(flag::ack, 1, end + 60000).ack, end + 60000);
}

TEST_F(OnTheWire, TheWindowIsScaledIfBothSynsSaidSo) {
  Tcp syn = of_client(flag::syn, 0, 0);
  syn.options = option::window_scale(7);
  EXPECT_EQ(tell(syn).window, 64240) << "that of a SYN never is";
  Tcp answer = of_server(flag::syn | flag::ack, 0, 1);
  answer.options = option::window_scale(2);
  EXPECT_EQ(tell(answer).window, 64240);
  Tcp ack = of_client(flag::ack, 1, 1);
  ack.window = 502;
  EXPECT_EQ(tell(ack).window, 502 * 128);
  Tcp back = of_server(flag::ack, 1, 1);
  back.window = 502;
  EXPECT_EQ(tell(back).window, 502 * 4);
}

TEST_F(OnTheWire, TheWindowIsNotScaledIfOneSynDidNotSaySo) {
  Tcp syn = of_client(flag::syn, 0, 0);
  syn.options = option::window_scale(7);
  tell(syn);
  from_server(flag::syn | flag::ack, 0, 1);
  EXPECT_EQ(from_client(flag::ack, 1, 1).window, 64240);
  EXPECT_EQ(from_server(flag::ack, 1, 1).window, 64240);
}

TEST_F(OnTheWire, AScaleAboveFourteenCountsAsFourteen) {
  Tcp syn = of_client(flag::syn, 0, 0);
  syn.options = option::window_scale(255);
  tell(syn);
  Tcp answer = of_server(flag::syn | flag::ack, 0, 1);
  answer.options = option::window_scale(0);
  tell(answer);
  EXPECT_EQ(from_client(flag::ack, 1, 1).window, 64240 << 14);
}

TEST_F(OnTheWire, OptionsOfTheSynAreShownAsSent) {
  Tcp syn = of_client(flag::syn, 0, 0);
  syn.options = option::maximum_segment_size(1460) + option::sack_permitted() + option::window_scale(7);
  const Packet told = tell(syn);
  EXPECT_EQ(told.options.maximum_segment_size, 1460);
  EXPECT_TRUE(told.options.sack_permitted);
  EXPECT_EQ(told.options.window_scale, 7);
}

TEST_F(OnTheWire, SackEdgesAreCountedAsTheOtherSideCounts) {
  shake_hands();
  from_client(flag::ack, 1, 1, std::string(10, 'a'));
  from_client(flag::ack, 11, 1, std::string(10, 'b'));
  from_client(flag::ack, 21, 1, std::string(10, 'c'));
  Tcp ack = of_server(flag::ack, 1, 11);
  ack.options = option::sack(client_initial + 21, client_initial + 31);
  const Packet told = tell(ack);
  EXPECT_EQ(told.ack, 11);
  EXPECT_THAT(told.options.sack, ElementsAre(Pair(21, 31)));
}

TEST_F(OnTheWire, ASynSentAgainIsARetransmissionAndTheFirstIsNot) {
  EXPECT_FALSE(from_client(flag::syn, 0, 0).retransmission);
  const Packet again = from_client(flag::syn, 0, 0);
  EXPECT_TRUE(again.retransmission);
  EXPECT_EQ(again.seq, 0);
}

TEST_F(OnTheWire, ASynAckSentAgainIsARetransmission) {
  from_client(flag::syn, 0, 0);
  EXPECT_FALSE(from_server(flag::syn | flag::ack, 0, 1).retransmission);
  EXPECT_TRUE(from_server(flag::syn | flag::ack, 0, 1).retransmission);
}

TEST_F(OnTheWire, ASecondSynAckWithAnotherNumberIsARetransmissionCountedAnew) {
  from_client(flag::syn, 0, 0);
  from_server(flag::syn | flag::ack, 0, 1);
  from_client(flag::syn, 0, 0);
  const Packet second = from_server(flag::syn | flag::ack, 12345, 1);
  EXPECT_TRUE(second.retransmission);
  EXPECT_EQ(second.seq, 0);
  EXPECT_EQ(second.ack, 1);
  EXPECT_EQ(from_client(flag::ack, 1, 12346).ack, 1);
}

TEST_F(OnTheWire, BytesSentAgainAreARetransmissionBeTheyMoreOrLessThanBefore) {
  shake_hands();
  from_client(flag::ack, 1, 1, "Hello");
  from_client(flag::ack, 6, 1, "World");
  EXPECT_TRUE(from_client(flag::ack, 6, 1, "World").retransmission);
  EXPECT_TRUE(from_client(flag::ack, 1, 1, "HelloWorld").retransmission);
  EXPECT_TRUE(from_client(flag::ack, 6, 1, "World and more").retransmission);
  EXPECT_FALSE(from_client(flag::ack, 20, 1, "!").retransmission);
}

TEST_F(OnTheWire, AFinSentAgainIsARetransmissionAndOneThatFollowsDataIsNot) {
  shake_hands();
  from_client(flag::ack, 1, 1, "Hello");
  const Packet fin = from_client(flag::fin | flag::ack, 6, 1);
  EXPECT_FALSE(fin.retransmission);
  EXPECT_EQ(fin.seq, 6);
  EXPECT_FALSE(fin.stream) << "a FIN takes a number and no place in the stream";
  EXPECT_TRUE(from_client(flag::fin | flag::ack, 6, 1).retransmission);
  EXPECT_FALSE(from_client(flag::ack, 7, 1).retransmission);
}

TEST_F(OnTheWire, BothDirectionsAreCountedForThemselves) {
  shake_hands();
  from_client(flag::ack, 1, 1, "Hello");
  const Packet answer = from_server(flag::ack, 1, 6, "Hello");
  EXPECT_FALSE(answer.retransmission);
  EXPECT_EQ(answer.stream->offset, 0);
  EXPECT_EQ(answer.stream->from, server);
}

TEST_F(OnTheWire, ABareAckIsNeverARetransmission) {
  shake_hands();
  from_client(flag::ack, 1, 1, "Hello");
  from_server(flag::ack, 1, 6);
  EXPECT_FALSE(from_server(flag::ack, 1, 6).retransmission);
  const Packet probe = from_client(flag::ack, 5, 1);
  EXPECT_FALSE(probe.retransmission) << "nor is a probe: one number back, and no bytes";
  EXPECT_EQ(probe.seq, 5);
  EXPECT_FALSE(probe.stream);
}

TEST_F(OnTheWire, AProbeWithAnOldByteIsARetransmissionOfIt) {
  shake_hands();
  from_client(flag::ack, 1, 1, "Hello");
  const Packet probe = from_client(flag::ack, 5, 1, "o");
  EXPECT_TRUE(probe.retransmission);
  EXPECT_EQ(probe.stream->offset, 4);
  EXPECT_FALSE(from_client(flag::ack, 6, 1, "World").retransmission);
}

TEST_F(OnTheWire, DataInTheSynComesFirstInTheStream) {
  const Packet syn = from_client(flag::syn, 0, 0, "early");
  EXPECT_EQ(syn.kind, PacketKind::syn);
  EXPECT_EQ(syn.stream->offset, 0);
  from_server(flag::syn | flag::ack, 0, 6);
  EXPECT_EQ(from_client(flag::ack, 6, 1, "late").stream->offset, 5);
}

TEST_F(OnTheWire, ANewSynBeginsANewConversationOnTheSamePorts) {
  shake_hands();
  from_client(flag::ack, 1, 1, "Hello");
  const Packet syn = from_client(flag::syn, 1'000'000, 0);
  EXPECT_EQ(syn.seq, 0);
  EXPECT_FALSE(syn.retransmission);
  const Packet answer = from_server(flag::syn | flag::ack, 2'000'000, 1'000'001);
  EXPECT_EQ(answer.seq, 0);
  EXPECT_EQ(answer.ack, 1);
  EXPECT_FALSE(answer.retransmission);
  EXPECT_EQ(from_client(flag::ack, 1'000'001, 2'000'001, "again").stream->offset, 0);
}

TEST_F(OnTheWire, ConversationsOnOtherPortsAndHostsAreOthers) {
  shake_hands();
  from_client(flag::ack, 1, 1, "Hello");
  Tcp other_port = of_client(flag::syn, 0, 0);
  other_port.source_port = 40001;
  EXPECT_FALSE(tell(other_port).retransmission);
  Tcp other_host = of_client(flag::syn, 0, 0);
  other_host.from = 3;
  EXPECT_FALSE(tell(other_host).retransmission);
  EXPECT_EQ(from_client(flag::ack, 6, 1, "World").stream->offset, 5);
}

TEST_F(OnTheWire, SynsThatCrossOpenOneConversation) {
  EXPECT_FALSE(from_client(flag::syn, 0, 0).retransmission);
  EXPECT_FALSE(from_server(flag::syn, 0, 0).retransmission);
  const Packet answer = from_client(flag::syn | flag::ack, 0, 1);
  EXPECT_EQ(answer.seq, 0);
  EXPECT_EQ(answer.ack, 1);
  EXPECT_FALSE(answer.retransmission) << "its number was seen, but as an answer it is the first";
  EXPECT_FALSE(from_server(flag::syn | flag::ack, 0, 1).retransmission);
  EXPECT_TRUE(from_server(flag::syn | flag::ack, 0, 1).retransmission);
  EXPECT_EQ(from_client(flag::ack, 1, 1, "Hello").stream->offset, 0);
}

TEST_F(OnTheWire, ARefusalAnswersTheSyn) {
  from_client(flag::syn, 0, 0);
  Tcp refusal = of_server(flag::rst | flag::ack, 0, 1);
  refusal.seq = 0;
  const Packet rst = tell(refusal);
  EXPECT_EQ(rst.kind, PacketKind::rst);
  EXPECT_EQ(rst.ack, 1);
  EXPECT_FALSE(rst.retransmission);
  const Packet next = from_client(flag::syn, 500'000, 0);
  EXPECT_EQ(next.seq, 0);
  EXPECT_FALSE(next.retransmission);
}

TEST_F(OnTheWire, AConversationWhoseSynsNobodySawIsCountedFromOne) {
  const Packet first = from_client(flag::ack, 5000, 7000, "Hello");
  EXPECT_EQ(first.seq, 1);
  EXPECT_EQ(first.ack, 1);
  EXPECT_EQ(first.stream->offset, 0);
  const Packet answer = from_server(flag::ack, 7000, 5005, "World");
  EXPECT_EQ(answer.seq, 1);
  EXPECT_EQ(answer.ack, 6);
  EXPECT_EQ(answer.window, 64240);
  EXPECT_TRUE(from_client(flag::ack, 5000, 7000, "Hello").retransmission);
}

TEST_F(OnTheWire, DatagramsFragmentsAndErrorsAreDescribedWithoutAConversation) {
  const auto told = [&](const std::string& frame) {
    Packet packet;
    conversations_.describe(packet, frame, decoded(frame));
    EXPECT_EQ(packet.headers + packet.data, frame);
    EXPECT_FALSE(packet.retransmission);
    EXPECT_FALSE(packet.stream);
    EXPECT_THAT(packet.flags, IsEmpty());
    return packet;
  };
  const Packet datagram = told(udp_frame({.payload = "hi"}));
  EXPECT_EQ(datagram.protocol, "udp");
  EXPECT_EQ(datagram.kind, PacketKind::udp);
  EXPECT_EQ(datagram.source_port, 40000);
  EXPECT_EQ(datagram.length, 2);

  const Packet fragment = told(ipv4_frame(1, 2, 17, "rest", 185));
  EXPECT_EQ(fragment.kind, PacketKind::fragment);
  ASSERT_TRUE(fragment.fragment);
  EXPECT_EQ(fragment.fragment->offset, 1480);

  const Packet error = told(icmp_frame(2, 1, 11, 1, "quoted"));
  EXPECT_EQ(error.kind, PacketKind::icmp);
  ASSERT_TRUE(error.icmp);
  EXPECT_EQ(error.icmp->type, 11);
  EXPECT_EQ(error.data, "quoted");
}

}  // namespace
}  // namespace wirelab::timeline

#include "labs/render/packet_text.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirelab::render {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using timeline::Packet;

Packet tcp(std::vector<std::string> flags, std::int64_t seq, std::int64_t ack, std::int64_t length = 0) {
  Packet packet;
  packet.protocol = "tcp";
  packet.flags = std::move(flags);
  packet.seq = seq;
  packet.ack = ack;
  packet.length = length;
  packet.window = 64240;
  return packet;
}

std::vector<std::string> labels(const Packet& packet, const PacketContext& context = {}, bool canonical = false) {
  return labels_of(packet, context, canonical, words::Language::english).longest_first;
}

TEST(PacketLabels, OfASynGetShorterByWhatMattersLeast) {
  Packet syn = tcp({"SYN"}, 0, 0);
  syn.options.maximum_segment_size = 1460;
  EXPECT_THAT(labels(syn), ElementsAre("SYN seq=0 win=64240 mss=1460", "SYN seq=0 win=64240", "SYN seq=0", "SYN"));
  EXPECT_THAT(labels(syn, {}, true), ElementsAre("SYN seq=0 mss=1460", "SYN seq=0", "SYN"));
}

TEST(PacketLabels, NameTheFlagsAsOneSaysThem) {
  EXPECT_EQ(labels(tcp({"SYN", "ACK"}, 0, 1)).back(), "SYN-ACK");
  EXPECT_EQ(labels(tcp({"ACK", "FIN"}, 5, 1)).back(), "FIN-ACK");
  EXPECT_EQ(labels(tcp({"ACK", "PSH"}, 5, 1, 3)).back(), "PSH-ACK");
  EXPECT_EQ(labels(tcp({"ACK", "RST"}, 5, 1)).back(), "RST-ACK");
  EXPECT_EQ(labels(tcp({"RST"}, 5, 0)).back(), "RST");
  EXPECT_EQ(labels(tcp({"ACK"}, 5, 1, 1448)).back(), "data");
  EXPECT_EQ(labels(tcp({}, 5, 0)).back(), "TCP");
}

TEST(PacketLabels, OfDataKeepItsPlaceLongerThanItsFlags) {
  EXPECT_THAT(labels(tcp({"ACK", "PSH"}, 6, 1, 5)),
              ElementsAre("PSH-ACK 5 bytes seq=6 ack=1", "PSH-ACK 5 bytes seq=6", "5 bytes seq=6", "PSH-ACK seq=6",
                          "seq=6", "PSH-ACK 5 bytes", "PSH-ACK"));
}

TEST(PacketLabels, OfDataKeepAFinHoweverShortTheyAre) {
  EXPECT_THAT(labels(tcp({"ACK", "PSH", "FIN"}, 6, 1, 5)), Each(HasSubstr("FIN")));
  EXPECT_EQ(labels(tcp({"ACK", "PSH", "FIN"}, 6, 1, 5))[2], "FIN 5 bytes seq=6");
  EXPECT_THAT(labels(tcp({"SYN"}, 0, 0, 5)), Each(HasSubstr("SYN")));
}

TEST(PacketLabels, OfAProbeNameItsPlace) {
  EXPECT_THAT(labels(tcp({"ACK"}, 0, 1), {.is_probe = true}),
              ElementsAre("ACK probe seq=0 ack=1", "ACK probe seq=0", "ACK probe"));
}

TEST(PacketLabels, SayThatItIsThereAgain) {
  Packet packet = tcp({"ACK", "PSH"}, 6, 1, 5);
  packet.retransmission = true;
  EXPECT_THAT(labels(packet), Each(HasSubstr("again")));
}

TEST(PacketLabels, OfAnAcknowledgementTellWhatItAcknowledges) {
  EXPECT_THAT(labels(tcp({"ACK"}, 6, 11)), ElementsAre("ACK ack=11", "ACK"));
  EXPECT_THAT(labels(tcp({"ACK"}, 6, 11), {.repeats_ack = true}), ElementsAre("ACK repeated ack=11", "ACK repeated"));
}

TEST(PacketLabels, TellWhichBytesBehindAGapHaveCome) {
  Packet packet = tcp({"ACK"}, 1, 6);
  packet.options.sack = {{11, 16}, {21, 26}};
  EXPECT_THAT(labels(packet, {.repeats_ack = true}),
              ElementsAre("ACK repeated ack=6 sack=11-15 sack=21-25", "ACK ack=6 sack=11-15 sack=21-25",
                          "ACK repeated ack=6", "ACK repeated"));
}

TEST(PacketLabels, TellAWindowWhereItIsWorthAWord) {
  Packet packet = tcp({"ACK"}, 1, 6);
  EXPECT_THAT(labels(packet), Each(Not(HasSubstr("win="))));
  packet.window = 1448;
  EXPECT_EQ(labels(packet, {.tells_window = true}).front(), "ACK ack=6 win=1448");
  EXPECT_THAT(labels(packet, {.tells_window = true}, true), Each(Not(HasSubstr("win="))));
  packet.window = 0;
  EXPECT_EQ(labels(packet, {.tells_window = true}, true).front(), "ACK ack=6 win=0");
}

TEST(PacketLabels, OfDatagramsAndTheirPieces) {
  Packet packet;
  packet.protocol = "udp";
  packet.length = 1480;
  EXPECT_THAT(labels(packet), ElementsAre("UDP 1480 bytes"));
  packet.fragment = timeline::Fragment{7, 1480, true};
  EXPECT_THAT(labels(packet), ElementsAre("fragment of 1480 bytes at 1480", "fragment at 1480", "fragment"));
  packet.fragment->more = false;
  EXPECT_EQ(labels(packet)[1], "fragment at 1480, the last");
}

Packet icmp(int type, int code, bool ipv6 = false) {
  Packet packet;
  packet.protocol = "icmp";
  packet.icmp = timeline::IcmpMessage{type, code};
  packet.headers = std::string(12, '\0') + (ipv6 ? "\x86\xDD" : std::string("\x08\x00", 2));
  return packet;
}

TEST(IcmpText, KnowsTheMessagesOfBothFamilies) {
  EXPECT_EQ(icmp_text(icmp(3, 3), words::Language::english), "port unreachable");
  EXPECT_EQ(icmp_text(icmp(3, 1, true), words::Language::english), "reassembly time exceeded");
  EXPECT_EQ(icmp_text(icmp(1, 4, true), words::Language::english), "port unreachable");
  EXPECT_EQ(icmp_text(icmp(3, 4), words::Language::english), "too large, not to be fragmented");
  EXPECT_EQ(icmp_text(icmp(11, 1), words::Language::english), "reassembly time exceeded");
}

TEST(IcmpText, SpeaksTheReadersLanguage) { EXPECT_EQ(icmp_text(icmp(3, 3), words::Language::chinese), "端口不可达"); }

TEST(IcmpText, GivesTheNumbersOfOthers) {
  EXPECT_EQ(icmp_text(icmp(42, 7), words::Language::english), "type 42 code 7");
}

TEST(PacketLabels, OfOtherProtocolsNameThem) {
  EXPECT_THAT(labels(icmp(3, 3)), ElementsAre("ICMP port unreachable", "port unreachable", "ICMP"));
  Packet packet;
  packet.protocol = "arp";
  packet.length = 28;
  EXPECT_THAT(labels(packet), ElementsAre("ARP 28 bytes", "ARP"));
}

TEST(GroupedNumbers, AreEasyToRead) {
  EXPECT_EQ(grouped(7), "7");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1432),
            "1\xC2\xA0"
            "432");
  EXPECT_EQ(grouped(12'345'678),
            "12\xC2\xA0"
            "345\xC2\xA0"
            "678");
}

}  // namespace
}  // namespace wirelab::render

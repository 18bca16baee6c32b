#include "labs/render/pcapng.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/render/sample_runs.hh"
#include "tests/timeline/timeline_builder.hh"
#include "tests/timeline/wire_talk.hh"

namespace wirelab::render {
namespace {

namespace fs = std::filesystem;
namespace flag = tests::flag;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using timeline::EventId;
using timeline::Packet;
using timeline::Verdict;

// ---------------------------------------------------------------------- a reader that shares nothing with the writer

struct Option {
  int code = 0;
  std::string value;
};
struct Block {
  std::uint32_t type = 0;
  std::string body;
  std::vector<Option> options;

  std::vector<std::string> values(int code) const {
    std::vector<std::string> found;
    for (const Option& option : options) {
      if (option.code == code) found.push_back(option.value);
    }
    return found;
  }
};
constexpr int comment = 1;

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t size = 4) {
  std::uint32_t number = 0;
  for (std::size_t i = size; i > 0; --i) number = number << 8 | static_cast<unsigned char>(bytes.at(at + i - 1));
  return number;
}

std::size_t padded(std::size_t length) { return (length + 3) / 4 * 4; }

/// Throws std::out_of_range where the file is not what it says.
std::vector<Block> read(std::string_view file) {
  std::vector<Block> blocks;
  while (!file.empty()) {
    const std::uint32_t length = number_at(file, 4);
    EXPECT_EQ(length % 4, 0U);
    EXPECT_EQ(number_at(file, length - 4), length) << "the length at the end is another one";
    Block block{number_at(file, 0), std::string(file.substr(8, length - 12)), {}};
    const std::size_t fixed = block.type == 0x0A0D0D0A ? 16
                              : block.type == 1        ? 8
                                                       : 20 + padded(number_at(block.body, 12));
    std::string_view rest = std::string_view(block.body).substr(fixed);
    while (!rest.empty()) {
      const int code = static_cast<int>(number_at(rest, 0, 2));
      const std::size_t size = number_at(rest, 2, 2);
      if (code == 0) {
        EXPECT_EQ(rest.size(), 4U) << "something is behind the end of the options";
        break;
      }
      block.options.push_back({code, std::string(rest.substr(4, size))});
      rest.remove_prefix(4 + padded(size));
    }
    blocks.push_back(std::move(block));
    file.remove_prefix(length);
  }
  return blocks;
}

std::vector<Block> blocks_of(const RunRecord& record, std::uint32_t type) {
  std::vector<Block> found;
  for (Block& block : read(to_pcapng(record))) {
    if (block.type == type) found.push_back(std::move(block));
  }
  return found;
}
std::vector<Block> packets_of(const RunRecord& record) { return blocks_of(record, 6); }

std::string frame_in(const Block& packet) { return packet.body.substr(20, number_at(packet.body, 12)); }

// ---------------------------------------------------------------------------------------------------------- the runs

/// A conversation of two hosts in which the wire did something of every kind.
class Capture : public testing::Test {
 protected:
  RunRecord record() const {
    RunRecord made;
    made.scenario.title = "SYN lost";
    made.scenario.file = "lab1/syn-lost.yaml";
    made.timeline = run.timeline();
    made.annotations = annotations;
    return made;
  }

  Packet& wire_did(EventId id, Verdict verdict, int rule_line) {
    talk.packet(id).verdict = verdict;
    talk.packet(id).rule_line = rule_line;
    return talk.packet(id);
  }

  std::vector<std::string> comments_of(std::size_t packet) const {
    return packets_of(record()).at(packet).values(comment);
  }

  /// A packet of the client outside that conversation.
  void add(const std::string& frame) {
    Packet& packet = talk.packet(run.packet("client", "server", scenario::PacketKind::udp));
    timeline::Conversations().describe(packet, frame, *timeline::decode(frame));
  }

  tests::TimelineBuilder run{{{"server", 1}, {"client", 1}}};
  tests::WireTalk talk{run, "client", "server"};
  std::vector<explain::Annotation> annotations;
};

TEST_F(Capture, BeginsWithTheSectionAndAnInterfaceForEachHost) {
  const std::string file = to_pcapng(record());
  EXPECT_EQ(file.substr(0, 4), "\x0A\x0D\x0D\x0A");
  EXPECT_EQ(number_at(file, 8), 0x1A2B3C4DU);
  EXPECT_EQ(number_at(file, 12, 2), 1U);
  const std::vector<Block> blocks = read(file);
  ASSERT_THAT(blocks, SizeIs(3));
  EXPECT_THAT(blocks[0].values(comment), ElementsAre("SYN lost"));
  EXPECT_THAT(blocks[0].values(3), ElementsAre("Linux"));
  EXPECT_THAT(blocks[0].values(4), ElementsAre("Wirelab"));
  EXPECT_EQ(number_at(blocks[1].body, 0, 2), 1U) << "Ethernet";
  EXPECT_THAT(blocks[1].values(2), ElementsAre("server"));
  EXPECT_THAT(blocks[2].values(2), ElementsAre("client"));
  EXPECT_THAT(blocks[2].values(9), ElementsAre("\x09")) << "nanoseconds";
}

TEST_F(Capture, HasEveryPacketAsItsSenderSentIt) {
  talk.shake_hands();
  talk.lost(talk.client(flag::ack, "Hello"));
  const std::vector<Block> packets = packets_of(record());
  ASSERT_THAT(packets, SizeIs(4));
  EXPECT_EQ(number_at(packets[0].body, 0), 1U) << "the client's interface";
  EXPECT_EQ(number_at(packets[1].body, 0), 0U) << "the server's";
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const Packet& packet = talk.packet(static_cast<EventId>(i) + 1);
    EXPECT_EQ(frame_in(packets[i]), packet.headers + packet.data);
    EXPECT_EQ(number_at(packets[i].body, 16), frame_in(packets[i]).size());
    EXPECT_THAT(packets[i].values(2), ElementsAre(std::string("\x02\0\0\0", 4))) << "outbound";
  }
}

TEST_F(Capture, CountsTimeInNanosecondsFromTheBeginningOfTheRun) {
  talk.client(flag::syn);
  run.edit().events[0].at = 5'000'000'123;
  const Block packet = packets_of(record()).front();
  EXPECT_EQ(std::uint64_t{number_at(packet.body, 4)} << 32U | number_at(packet.body, 8), 5'000'000'123U);
}

TEST_F(Capture, IsInTheOrderOfTime) {
  talk.shake_hands();
  run.edit().events[0].at = 300;
  run.edit().events[1].at = 100;
  run.edit().events[2].at = 200;
  std::vector<std::uint32_t> times;
  for (const Block& packet : packets_of(record())) times.push_back(number_at(packet.body, 8));
  EXPECT_THAT(times, ElementsAre(100, 200, 300));
}

TEST_F(Capture, SaysWhatTheWireDidWithAPacketAndByWhichRule) {
  wire_did(talk.client(flag::syn), Verdict::dropped, 31);
  wire_did(talk.again(1), Verdict::dropped, 0);
  const EventId delayed = talk.again(1);
  wire_did(delayed, Verdict::delayed, 32).delivered_at = run.timeline().events.back().at + 20'000'000;
  wire_did(talk.server(flag::syn | flag::ack), Verdict::held, 33).delivered_at = 0;
  wire_did(talk.client(flag::ack), Verdict::duplicated, 34);
  wire_did(talk.client(flag::ack, "x"), Verdict::absorbed, 0);
  EXPECT_THAT(comments_of(0), ElementsAre("dropped by the wire: rule in line 31"));
  EXPECT_THAT(comments_of(1), ElementsAre("dropped by the wire: loss"));
  EXPECT_THAT(comments_of(2), ElementsAre("delayed by the wire for 20.000 ms: rule in line 32"));
  EXPECT_THAT(comments_of(3), ElementsAre("held by the wire and never delivered: rule in line 33"));
  EXPECT_THAT(comments_of(4), ElementsAre("delivered twice by the wire: rule in line 34"));
  EXPECT_THAT(comments_of(5), ElementsAre(HasSubstr("not delivered")));
}

TEST_F(Capture, HasNoCommentWhereThereIsNothingToSay) {
  talk.shake_hands();
  for (const Block& packet : packets_of(record())) EXPECT_THAT(packet.values(comment), IsEmpty());
}

TEST_F(Capture, TellsWhichCallSentAPacketAndWhichOneItWoke) {
  const int connection = run.connected("client", "server");
  const EventId send = run.send("client", connection, "Hello");
  const EventId receive = run.recv("server", connection);
  const EventId data = talk.client(flag::ack, "Hello");
  talk.packet(data).cause = send;
  talk.packet(data).woke = receive;
  run.edit(send).line = 26;
  run.edit(receive).line = 14;
  EXPECT_THAT(comments_of(0), ElementsAre("sent by client: send#1 in line 26", "woke server: recv#1 in line 14"));
}

TEST_F(Capture, CarriesTheAnnotationsOfItsPacketsAndTellsEachInFullOnce) {
  const EventId call = run.call("client", "connect");
  const EventId first = talk.client(flag::syn);
  const EventId second = talk.again(first);
  talk.server(flag::syn | flag::ack);
  annotations = {{"syn-lost", {call, first, second}, "The SYN was lost.", "Nobody answers.", {"RFC 9293 §3.8.1"}, ""},
                 {"elsewhere", {call}, "Nothing of packets.", "", {}, ""}};
  annotations[0].measured = "It took 1.0 s.";
  EXPECT_THAT(comments_of(0), ElementsAre("syn-lost: The SYN was lost."));
  EXPECT_THAT(comments_of(1),
              ElementsAre("syn-lost: The SYN was lost. It took 1.0 s. Nobody answers. See RFC 9293 §3.8.1."));
  EXPECT_THAT(comments_of(2), IsEmpty());
}

TEST_F(Capture, EscapesWhatCouldDoHarmWhereItIsShown) {
  const EventId syn = talk.client(flag::syn);
  annotations = {{"rule", {syn}, "\x1b[2J\xff", "", {}, ""}};
  RunRecord hostile = record();
  hostile.scenario.title = "\x1b]0;title\x07";
  for (const Block& block : read(to_pcapng(hostile))) {
    for (const std::string& text : block.values(comment)) {
      EXPECT_THAT(text, AllOf(Not(HasSubstr("\x1b")), Not(HasSubstr("\xff")), Not(HasSubstr("\x07"))));
    }
  }
}

TEST_F(Capture, CutsACommentThatIsTooLongBetweenTwoCharacters) {
  const EventId syn = talk.client(flag::syn);
  std::string long_text;
  for (int i = 0; i < 30'000; ++i) long_text += "三";
  annotations = {{"r", {syn}, long_text, "", {}, ""}};
  const std::string kept = comments_of(0).at(0);
  EXPECT_LE(kept.size(), 0xFFFFU);
  EXPECT_GT(kept.size(), 0xFFFFU - 3);
  EXPECT_EQ((kept.size() - std::string("r: ").size()) % 3, 0U);
}

TEST_F(Capture, OfAStageWithoutPacketsSaysSo) {
  run.edit().sees_packets = false;
  EXPECT_THAT(read(to_pcapng(record())).front().values(comment), ElementsAre(HasSubstr("saw no packets")));
}

TEST_F(Capture, IsHandedOverBlockByBlock) {
  for (int i = 0; i < 1000; ++i) talk.client(flag::ack, std::string(1000, 'x'));
  const RunRecord large = record();
  std::size_t longest = 0;
  std::size_t total = 0;
  write_pcapng(large, [&](std::string_view bytes) {
    longest = std::max(longest, bytes.size());
    total += bytes.size();
  });
  EXPECT_GT(total, 1'000'000U);
  EXPECT_LT(longest, 2000U);
}

TEST(CaptureOfAnyRun, CanBeRead) {
  for (const auto& [name, sample] : test::all_samples()) {
    SCOPED_TRACE(name);
    const std::vector<Block> blocks = read(to_pcapng(sample));
    EXPECT_GT(blocks.size(), sample.timeline.lanes.size());
  }
}

// --------------------------------------------------------------------------------- what Wireshark's own reader thinks

bool tshark_is_here() { return std::system("command -v tshark >/dev/null 2>&1") == 0; }

/// What `tshark -r FILE` prints: for each packet the values of these fields.
std::vector<std::vector<std::string>> tshark(const std::string& file, const std::vector<std::string>& fields) {
  std::string command = "tshark -n -r '" + file + "' -T fields -E separator=/t -E occurrence=a";
  for (const char* check : {"ip.check_checksum", "tcp.check_checksum", "udp.check_checksum"}) {
    command += std::string(" -o ") + check + ":TRUE";
  }
  for (const std::string& field : fields) command += " -e " + field;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  std::string output;
  std::array<char, 4096> piece{};
  while (const std::size_t length = std::fread(piece.data(), 1, piece.size(), pipe))
    output.append(piece.data(), length);
  EXPECT_EQ(pclose(pipe), 0) << command;
  std::vector<std::vector<std::string>> packets;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> values;
    std::istringstream rest(line);
    for (std::string value; std::getline(rest, value, '\t');) values.push_back(value);
    values.resize(fields.size());
    packets.push_back(values);
  }
  return packets;
}

class Wireshark : public Capture {
 protected:
  void SetUp() override {
    if (!tshark_is_here()) GTEST_SKIP() << "tshark is not installed";
    std::string name = (fs::temp_directory_path() / "wirelab-pcapng-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    if (!folder_.empty()) fs::remove_all(folder_);
  }

  std::vector<std::vector<std::string>> reads(const std::vector<std::string>& fields) {
    const fs::path file = folder_ / "run.pcapng";
    std::ofstream(file, std::ios::binary) << to_pcapng(record());
    return tshark(file.string(), fields);
  }

 private:
  fs::path folder_;
};

TEST_F(Wireshark, FindsEveryPacketWithItsHostAndItsComments) {
  const EventId first = talk.lost(talk.client(flag::syn));
  talk.packet(first).rule_line = 31;
  talk.again(first);
  talk.server(flag::syn | flag::ack);
  talk.client(flag::ack);
  talk.client(flag::ack | flag::psh, "Hello");
  EXPECT_THAT(reads({"frame.number", "frame.interface_name", "frame.time_epoch", "tcp.len", "frame.comment"}),
              ElementsAre(ElementsAre("1", "client", "0.000001000", "0", "dropped by the wire: rule in line 31"),
                          ElementsAre("2", "client", "0.000002000", "0", ""),
                          ElementsAre("3", "server", "0.000003000", "0", ""),
                          ElementsAre("4", "client", "0.000004000", "0", ""),
                          ElementsAre("5", "client", "0.000005000", "5", "")));
}

TEST_F(Wireshark, FindsNothingMalformedAndNoBadChecksum) {
  talk.shake_hands();
  for (const char* payload : {"odd", "even", "a little longer"}) {
    talk.client(flag::ack | flag::psh, payload);
    talk.server(flag::ack);
  }
  talk.client(flag::fin | flag::ack);
  talk.server(flag::fin | flag::ack);
  talk.client(flag::ack);
  add(tests::udp_frame({.payload = "Hello"}));
  add(tests::udp_frame({.payload = "Hello", .ip = tests::Ip::v6}));
  add(tests::tcp_frame({.flags = flag::syn, .options = tests::option::window_scale(7), .ip = tests::Ip::v6}));
  add(tests::icmp_frame(2, 1, 3, 3, tests::udp_frame({.payload = "Hello"}).substr(14)));
  const std::string large = tests::udp_datagram({.payload = std::string(1000, 'x')});
  add(tests::ipv4_frame(1, 2, 17, large.substr(0, 800), 0x2000));
  add(tests::ipv4_frame(1, 2, 17, large.substr(800), 800 / 8));

  const auto packets = reads({"frame.number", "_ws.malformed", "ip.checksum.status", "tcp.checksum.status",
                              "udp.checksum.status", "icmp.checksum.status"});
  EXPECT_THAT(packets, SizeIs(18));
  const std::string bad = "0";
  for (const auto& packet : packets) {
    EXPECT_EQ(packet[1], "") << "packet " << packet[0];
    for (std::size_t checksum = 2; checksum < packet.size(); ++checksum) {
      EXPECT_THAT(packet[checksum], Not(HasSubstr(bad))) << "packet " << packet[0];
    }
  }
  EXPECT_EQ(packets[0][3], "1") << "that it looks at checksums at all";
}

TEST_F(Wireshark, SeesTheSameRetransmissionsAsWe) {
  const EventId syn = talk.lost(talk.client(flag::syn));
  talk.again(syn);
  talk.server(flag::syn | flag::ack);
  talk.client(flag::ack);
  const EventId data = talk.lost(talk.client(flag::ack, "Hello"));
  const EventId data_again = talk.again(data);
  talk.server(flag::ack);
  // One second later, so that it does not take it for a segment out of order.
  for (EventId id = data_again; id <= data_again + 1; ++id) {
    run.edit().events[static_cast<std::size_t>(id) - 1].at += 1'000'000'000;
  }
  std::vector<bool> ours;
  for (const timeline::Event& event : run.timeline().events) ours.push_back(event.packet()->retransmission);
  std::vector<bool> theirs;
  for (const auto& packet : reads({"frame.number", "tcp.analysis.retransmission"})) theirs.push_back(packet[1] != "");
  EXPECT_EQ(ours, theirs);
}

}  // namespace
}  // namespace wirelab::render

// Scenarios on private hosts: real packets of the real kernel, and what the wire does to them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using timeline::Packet;
using timeline::Verdict;

class OnTheWire : public testing::Test {
 protected:
  void SetUp() override {
    if (!wire_ground().right) GTEST_SKIP() << "this machine allows no private hosts: " << wire_ground().why_not;
  }

  static Played play_it(const std::string& yaml) { return play(load(yaml), wire_ground()); }
};

const char* name_of(scenario::PacketKind kind) {
  constexpr const char* names[] = {"SYN", "SYN-ACK", "ACK", "data", "FIN", "RST", "UDP", "fragment", "ICMP"};
  return names[static_cast<int>(kind)];
}

const char* name_of(Verdict verdict) {
  constexpr const char* names[] = {"", " dropped", " delayed", " duplicated", " held", " absorbed"};
  return names[static_cast<int>(verdict)];
}

std::vector<Packet> packets_of(const Played& played) {
  std::vector<Packet> packets;
  for (const timeline::Event& event : played.line().events) {
    if (const Packet* packet = event.packet()) packets.push_back(*packet);
  }
  return packets;
}

/// "client SYN dropped", "server data 21 again".
std::vector<std::string> story(const Played& played) {
  std::vector<std::string> lines;
  for (const Packet& packet : packets_of(played)) {
    std::string line = played.line().lanes[static_cast<std::size_t>(packet.from)].name + " " + name_of(packet.kind);
    if (packet.length > 0) line += " " + std::to_string(packet.length);
    if (packet.retransmission) line += " again";
    lines.push_back(line + name_of(packet.verdict));
  }
  return lines;
}

std::vector<std::string> data_in(std::vector<std::string> story) {
  std::erase_if(story, [](const std::string& packet) { return packet.find(" data ") == std::string::npos; });
  return story;
}

constexpr const char* hello_scripts[] = {"- recv: 100\n- recv: 100\n  expect: eof\n- close\n",
                                         "- send: \"Hello\"\n- close\n"};

std::string hello(const std::string& top = "") { return connected(hello_scripts[0], hello_scripts[1], top); }

TEST_F(OnTheWire, AConversationIsTenPackets) {
  const Played played = play_it(hello());
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(story(played), ElementsAre("client SYN", "server SYN-ACK", "client ACK", "client data 5", "server ACK",
                                         "client FIN", "server ACK", "server FIN", "client ACK"))
      << testing::PrintToString(played);
}

TEST_F(OnTheWire, NumbersAreCountedFromTheSyn) {
  const Played played = play_it(hello());
  const std::vector<Packet> packets = packets_of(played);
  ASSERT_GE(packets.size(), 5U);
  EXPECT_EQ(packets[0].seq, 0);
  EXPECT_EQ(packets[1].seq, 0);
  EXPECT_EQ(packets[1].ack, 1);
  EXPECT_EQ(packets[3].seq, 1);
  ASSERT_TRUE(packets[3].stream);
  EXPECT_EQ(packets[3].stream->offset, 0);
  EXPECT_EQ(packets[3].stream->length, 5);
  EXPECT_EQ(packets[4].ack, 6);
}

TEST_F(OnTheWire, AnEthernetsSegmentSizeIsOffered) {
  const Played played = play_it(hello());
  const std::vector<Packet> packets = packets_of(played);
  ASSERT_GE(packets.size(), 2U);
  EXPECT_EQ(packets[0].options.maximum_segment_size, 1460);
  EXPECT_EQ(packets[1].options.maximum_segment_size, 1460);
  EXPECT_TRUE(packets[0].options.sack_permitted);
  EXPECT_TRUE(packets[0].options.timestamps);
  EXPECT_TRUE(packets[0].options.window_scale);
}

TEST_F(OnTheWire, APacketKnowsTheCallThatSentItAndTheOneItWoke) {
  const Played played = play_it(hello());
  const std::vector<Packet> packets = packets_of(played);
  ASSERT_GE(packets.size(), 9U);
  const auto call = [&](timeline::EventId id) {
    const timeline::Call* found = played.line().call(id);
    return found ? played.line().lanes[static_cast<std::size_t>(found->lane)].name + "." + found->step : "nobody";
  };
  EXPECT_EQ(call(packets[0].cause), "client.connect#1");
  EXPECT_EQ(call(packets[1].cause), "nobody");
  EXPECT_EQ(call(packets[1].woke), "client.connect#1");
  EXPECT_EQ(call(packets[2].woke), "server.accept#1");
  EXPECT_EQ(call(packets[3].cause), "client.send#1");
  EXPECT_EQ(call(packets[3].woke), "server.recv#1");
  EXPECT_EQ(call(packets[5].cause), "client.close#1");
  EXPECT_EQ(call(packets[5].woke), "server.recv#2");
  EXPECT_EQ(call(packets[7].cause), "server.close#1");
}

TEST_F(OnTheWire, HostsHaveAddressesAndPortsOfTheirOwn) {
  const Played played = play_it(scenario_of({{"one", "- socket: stream\n- bind: 8888\n- listen: 1\n"},
                                             {"other", "- socket: stream\n- bind: 8888\n- listen: 1\n"}}));
  EXPECT_THAT(played, EndsAs("completed"));
  EXPECT_THAT(played, Measures("other.errors", "[]"));
}

TEST_F(OnTheWire, APortBelow1024IsRefusedAsToAnyProgram) {
  const Played played = play_it(scenario_of({{"server", "- socket: stream\n- bind: 80\n  expect: {fails: EACCES}\n"}}));
  EXPECT_THAT(played, HoldsThroughout());
}

TEST_F(OnTheWire, ALostSynIsSentAgainAfterASecond) {
  const Played played = play_it(hello("wire:\n  rules:\n    - drop: {from: client, packet: SYN, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  const std::vector<std::string> seen = story(played);
  ASSERT_GE(seen.size(), 4U);
  EXPECT_THAT(std::vector(seen.begin(), seen.begin() + 4),
              ElementsAre("client SYN dropped", "client SYN again", "server SYN-ACK", "client ACK"));
  EXPECT_GE(call_of(played, "client", "connect").returned_at, 1'000'000'000);
}

TEST_F(OnTheWire, ASynThatIsLostTwiceComesAgainAfterOneSecondAndTwoMoreOnEveryKernel) {
  const Played played = play_it(hello("wire:\n  rules:\n    - drop: {from: client, packet: SYN, nth: [1, 2]}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_GE(call_of(played, "client", "connect").returned_at, 3'000'000'000);
}

TEST_F(OnTheWire, ASynAckThatIsLostEveryTimeIsCountedByTheSynsItAnswers) {
  const Played played = play_it(hello("wire:\n  rules:\n    - drop: {packet: SYN-ACK, nth: [1, 2]}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("wire.handshake", "[SYN, SYN-ACK, SYN, SYN-ACK, SYN, SYN-ACK, ACK]"));
}

TEST_F(OnTheWire, ALostSegmentIsSentAgainWhenItsTimerRunsOut) {
  const Played played = play_it(hello("wire:\n  rules:\n    - drop: {from: client, packet: data, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(story(played), testing::Contains("client data 5 again"));
  EXPECT_THAT(played, Measures("server.received.text", "\"Hello\""));
  EXPECT_THAT(played, Measures("wire.retransmitted", "1"));
  EXPECT_THAT(played, Measures("wire.dropped", "1"));
}

TEST_F(OnTheWire, AStepWaitsUntilWhatWasLostHasBeenSentAgain) {
  const Played played = play_it(connected("- recv: 100\n- recv: 100\n", "- send: \"one\"\n- send: \"two\"\n",
                                          "wire:\n  rules:\n    - drop: {from: client, packet: data, nth: 1}\n"));
  EXPECT_THAT(story(played), testing::IsSupersetOf({"client data 3 again", "client data 3"}));
  EXPECT_THAT(played, Measures("server.recv.sizes", "[3, 3]"));
}

TEST_F(OnTheWire, ATimeoutThatIsOverBeforeALostSegmentComesAgainStrikes) {
  const Played played = play_it(connected(
      "- recv: 100\n  timeout: 20ms\n  expect: {fails: timeout}\n- recv: 100\n"
      "- send: \"thanks\"\n",
      "- send: \"Hello\"\n- recv: 100\n", "wire:\n  rules:\n    - drop: {from: client, packet: data, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_EQ(call_of(played, "server", "recv", 2).data, "Hello");
}

TEST_F(OnTheWire, AConnectIsGivenUpBeforeItsLostSynComesAgain) {
  const Played played =
      play_it(scenario_of({{"server",
                            "- socket: stream\n- bind: 8888\n- listen: 1\n- accept:\n  timeout: 1500ms\n"
                            "  expect: {fails: timeout}\n"},
                           {"client",
                            "- socket: stream\n- connect: server\n  after: server.accept blocked\n  timeout: 100ms\n"
                            "  expect: {fails: timeout}\n- close\n"}},
                          "wire:\n  rules:\n    - drop: {from: client, packet: SYN, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(story(played), ElementsAre("client SYN dropped")) << "who has closed knocks no more";
}

TEST_F(OnTheWire, ASleepGoesOnWhileSomethingIsLostAndWhatFollowsItIsSentBeforeThat) {
  const Played played = play_it(connected("- recv: {exactly: 10}\n",
                                          "- setsockopt: {TCP_NODELAY: 1}\n- send: \"first\"\n- sleep: 20ms\n"
                                          "- send: \"later\"\n",
                                          "wire:\n  rules:\n    - drop: {from: client, packet: data, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(data_in(story(played)), ElementsAre("client data 5 dropped", "client data 5", "client data 5 again"))
      << testing::PrintToString(played);
}

TEST_F(OnTheWire, ASleepThatEndsCloseToTheTimerComesBehindWhatIsSentAgainThoughAnotherWasBefore) {
  // A program that waits for 200 ms and a bit less, beside one that waits for a little.
  const Played played = play_it(connected("- recv: {exactly: 10}\n",
                                          "- setsockopt: {TCP_NODELAY: 1}\n- send: \"first\"\n- sleep: 20ms\n"
                                          "- sleep: 170ms\n- send: \"later\"\n",
                                          "wire:\n  rules:\n    - drop: {from: client, packet: data, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(data_in(story(played)), ElementsAre("client data 5 dropped", "client data 5 again", "client data 5"))
      << testing::PrintToString(played);
}

TEST_F(OnTheWire, ASleepAfterSettledWaitsForWhatWasLost) {
  const Played played =
      play_it(connected("- recv: {exactly: 5}\n", "- send: \"first\"\n- sleep: 10ms\n  after: [client.send, settled]\n",
                        "wire:\n  rules:\n    - drop: {from: client, packet: data, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_GT(turn_of(played, "client.sleep#1"), 0);
  const auto& events = played.line().events;
  const auto again = std::find_if(events.begin(), events.end(), [](const timeline::Event& event) {
    return event.packet() && event.packet()->retransmission;
  });
  ASSERT_NE(again, events.end());
  EXPECT_LT(again->at, call_of(played, "client", "sleep").returned_at - 10'000'000) << testing::PrintToString(played);
}

TEST_F(OnTheWire, ARunThatHasOvertakenALostFinStillWaitsForIt) {
  const Played played = play_it(connected("- recv: 5\n- sleep: 20ms\n", "- send: \"Hello\"\n- close\n",
                                          "wire:\n  rules:\n    - drop: {from: client, packet: FIN, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(story(played), testing::Contains("client FIN again")) << testing::PrintToString(played);
}

TEST_F(OnTheWire, WhatACorkKeepsBackIsNoDeadlock) {
  const Played played = play_it(
      connected("- recv: 100\n- send: \"thanks\"\n", "- setsockopt: {TCP_CORK: 1}\n- send: \"Hello\"\n- recv: 100\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_EQ(call_of(played, "server", "recv").data, "Hello");
}

TEST_F(OnTheWire, ALostWindowUpdateIsNoDeadlockAsTheWindowIsProbed) {
  // The receive that takes all at once has emptied the buffer and not returned when the word of it is lost.
  const Played played =
      play_it(scenario_of({{"server",
                            "- socket: stream\n- setsockopt: {SO_RCVBUF: 4096}\n- bind: 8888\n- listen: 1\n- accept\n"
                            "- recv: {exactly: 8000}\n  after: client.send\n"},
                           {"client", connecting("- send: {fill: \"abcdefghij\", size: 8000}\n")}},
                          "kernel: {tcp_window_scaling: 0, tcp_timestamps: 0}\n"
                          "wire:\n  rules:\n    - drop: {from: server, packet: ACK, nth: 4}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_EQ(call_of(played, "server", "recv").result, 8000);
}

TEST_F(OnTheWire, WhoIsLeftOfAConnectionThatTheOtherHasGivenUpWaitsForEver) {
  const Played played = play_it(connected("- recv: 100\n",
                                          "- setsockopt: {TCP_USER_TIMEOUT: 300}\n- send: \"Hello\"\n"
                                          "- recv: 100\n  expect: {fails: ETIMEDOUT}\n",
                                          "wire:\n  rules:\n    - drop: {from: client, packet: data}\n"));
  EXPECT_THAT(played, EndsAs("deadlock"));
  EXPECT_THAT(broken_expectations(played), testing::IsEmpty());
}

TEST_F(OnTheWire, ALostFinIsWaitedForToo) {
  const Played played = play_it(hello("wire:\n  rules:\n    - drop: {from: client, packet: FIN, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(story(played), testing::Contains("client FIN again"));
}

TEST_F(OnTheWire, ThreeDuplicateAcknowledgementsBringALostSegmentBackAtOnce) {
  const Played played =
      play_it(connected("- recv: {until: eof}\n- close\n", "- send: {fill: \"x\", size: 14480}\n- close\n",
                        "wire:\n  rules:\n    - drop: {from: client, packet: data, nth: 3}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  const std::vector<Packet> packets = packets_of(played);
  const auto lost = std::find_if(packets.begin(), packets.end(),
                                 [](const Packet& packet) { return packet.verdict == Verdict::dropped; });
  ASSERT_NE(lost, packets.end());
  std::vector<timeline::Epoch> acknowledged;  // when an ACK that asks for the lost one was delivered
  for (auto packet = lost; packet != packets.end(); ++packet) {
    if (packet->kind == scenario::PacketKind::ack && packet->ack == lost->seq) {
      acknowledged.push_back(packet->delivered_epoch);
    }
  }
  const auto again = std::find_if(lost, packets.end(), [](const Packet& packet) { return packet.retransmission; });
  ASSERT_NE(again, packets.end()) << testing::PrintToString(played);
  // The one that says so first, and three more: with the third the sender's kernel sends it again.
  ASSERT_GE(acknowledged.size(), 4U) << testing::PrintToString(played);
  EXPECT_EQ(again->epoch, acknowledged[3]) << testing::PrintToString(played);
  EXPECT_EQ(again->seq, lost->seq);
}

TEST_F(OnTheWire, WithoutADelayEverySendIsASegmentAndWithOneNagleJoinsTheSmallOnes) {
  const auto payloads = [](const std::string& top, const std::string& first = "") {
    return metric(play_it(connected("- recv: {exactly: 12}\n",
                                    first + "- send: \"abcd\"\n- send: \"efgh\"\n- send: \"ijkl\"\n", top)),
                  "wire.client.payloads");
  };
  EXPECT_EQ(payloads(""), "[4, 4, 4]");
  EXPECT_EQ(payloads("wire: {delay: 10ms}\n"), "[4, 8]");
  EXPECT_EQ(payloads("wire: {delay: 10ms}\n", "- setsockopt: {TCP_NODELAY: 1}\n"), "[4, 4, 4]");
}

TEST_F(OnTheWire, ADelayIsKeptOnTheRealClockAndInTheOrderOfSending) {
  const Played played = play_it(datagrams("- recvfrom: 100\n- recvfrom: 100\n",
                                          "- sendto: {to: server, data: \"one\"}\n- sendto: {to: server, data: \"two\"}\n",
                                          "wire: {delay: 30ms}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("server.messages", "[\"one\", \"two\"]"));
  for (const Packet& packet : packets_of(played)) EXPECT_GE(packet.delivered_at, 30'000'000);
}

TEST_F(OnTheWire, ARateMakesLaterPacketsWaitForEarlierOnes) {
  // 1000 bytes and 66 around them at 80 kbit/s: 106.6 ms each.
  const Played played = play_it(datagrams(
      "- recvfrom: 2000\n- recvfrom: 2000\n",
      "- repeat: {times: 2, steps: [{sendto: {to: server, data: {fill: \"x\", size: 1000}}}]}\n",
      "wire: {rate: 80kbit}\n"));
  const std::vector<Packet> packets = packets_of(played);
  ASSERT_EQ(packets.size(), 2U);
  EXPECT_GE(packets[0].delivered_at, 106'000'000);
  EXPECT_GE(packets[1].delivered_at, 213'000'000);
}

TEST_F(OnTheWire, AHeldDatagramGoesBehindTheNext) {
  const Played played = play_it(datagrams(
      "- recvfrom: 100\n- recvfrom: 100\n- recvfrom: 100\n",
      "- sendto: {to: server, data: \"one\"}\n- sendto: {to: server, data: \"two\"}\n"
      "- sendto: {to: server, data: \"three\"}\n",
      "wire:\n  rules:\n    - hold: {contains: \"one\", until: next}\n"));
  EXPECT_THAT(played, Measures("server.messages", "[\"two\", \"one\", \"three\"]"));
}

TEST_F(OnTheWire, WhatIsHeldUntilAStepComesAfterIt) {
  const Played played = play_it(datagrams(
      "- recvfrom: 100\n- recvfrom: 100\n- recvfrom: 100\n",
      "- sendto: {to: server, data: \"one\"}\n- sendto: {to: server, data: \"two\"}\n"
      "- id: last\n  sendto: {to: server, data: \"three\"}\n",
      "wire:\n  rules:\n    - hold: {contains: \"one\", until: client.last}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("server.messages", "[\"two\", \"three\", \"one\"]"));
}

TEST_F(OnTheWire, WhatIsHeldUntilSettledComesWhenNothingElseCanHappen) {
  const Played played = play_it(datagrams(
      "- recvfrom: 100\n- recvfrom: 100\n- recvfrom: 100\n",
      "- sendto: {to: server, data: \"one\"}\n- sendto: {to: server, data: \"two\"}\n"
      "- sendto: {to: server, data: \"three\"}\n",
      "wire:\n  rules:\n    - hold: {contains: \"one\", until: settled}\n"));
  EXPECT_THAT(played, Measures("server.messages", "[\"two\", \"three\", \"one\"]"));
}

TEST_F(OnTheWire, AfterSettledWaitsForWhatIsDelayed) {
  const Played played = play_it(datagrams("- recvfrom: 100\n",
                                          "- sendto: {to: server, data: \"one\"}\n- id: later\n"
                                          "  note: \"settled now\"\n  after: settled\n",
                                          "wire: {delay: 20ms}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_LT(turn_of(played, "client.sendto#1"), turn_of(played, "client.later"));
  const auto notes_at = [&] {
    for (const timeline::Event& event : played.line().events) {
      if (event.note() && event.note()->text == "settled now") return event.at;
    }
    return timeline::Nanoseconds{0};
  }();
  EXPECT_GE(notes_at, 20'000'000);
}

TEST_F(OnTheWire, WhatIsHeldUntilSettledWaitsForWhatIsDelayed) {
  const Played played =
      play_it(datagrams("- recvfrom: 100\n- recvfrom: 100\n- recvfrom: 100\n",
                        "- sendto: {to: server, data: \"one\"}\n- sendto: {to: server, data: \"two\"}\n"
                        "- sendto: {to: server, data: \"three\"}\n",
                        "wire:\n  delay: 5ms\n  rules:\n    - delay: {contains: \"one\", by: 10ms}\n"
                        "    - hold: {contains: \"two\", until: settled}\n"));
  EXPECT_THAT(played, Measures("server.messages", "[\"three\", \"one\", \"two\"]"));
}

TEST_F(OnTheWire, WhatIsHeldUntilTheNextIsBehindOneThatIsDelayed) {
  const Played played =
      play_it(datagrams("- recvfrom: 100\n- recvfrom: 100\n",
                        "- sendto: {to: server, data: \"one\"}\n- sendto: {to: server, data: \"two\"}\n",
                        "wire:\n  delay: 5ms\n  rules:\n    - hold: {contains: \"one\", until: next}\n"));
  EXPECT_THAT(played, Measures("server.messages", "[\"two\", \"one\"]"));
}

TEST_F(OnTheWire, ACopyOfABroadcastIsHeldUntilTheNextForItsOwnHost) {
  const auto hears = [](const std::string& name) {
    return Script{name, "- socket: dgram\n- bind: 9000\n- recvfrom: 100\n- recvfrom: 100\n"};
  };
  for (const char* to_whom : {"to: b, ", ""}) {
    const Played played = play_it(scenario_of(
        {hears("a"), hears("b"), {"sender", R"(
- socket: dgram
- setsockopt: {SO_BROADCAST: 1}
- sendto: {to: everyone, port: 9000, data: "first"}
  after: [a.recvfrom blocked, b.recvfrom blocked]
- sendto: {to: everyone, port: 9000, data: "second"}
)"}},
        "wire:\n  rules:\n    - hold: {from: sender, " + std::string(to_whom) + "contains: \"first\", until: next}\n"));
    EXPECT_THAT(played, HoldsThroughout());
    EXPECT_THAT(played, Measures("b.messages", "[\"second\", \"first\"]"));
  }
}

TEST_F(OnTheWire, ADuplicatedDatagramIsReceivedTwice) {
  const Played played =
      play_it(datagrams("- recvfrom: 100\n- recvfrom: 100\n", "- sendto: {to: server, data: \"pay 10\"}\n",
                        "wire:\n  rules:\n    - duplicate: {contains: \"pay\"}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("server.messages", "[\"pay 10\", \"pay 10\"]"));
  EXPECT_THAT(played, Measures("datagrams.duplicated", "1"));
}

TEST_F(OnTheWire, ADuplicatedFragmentMakesNoSecondDatagram) {
  for (const char* which : {"1", "2", "3", "[1, 2, 3]"}) {
    SCOPED_TRACE(which);
    const Played played = play_it(datagrams(
        "- recvfrom: 65535\n", "- sendto: {to: server, data: {fill: \"x\", size: 4000}}\n",
        std::string("wire:\n  rules:\n    - duplicate: {packet: fragment, nth: ") + which + "}\n"));
    EXPECT_THAT(played, HoldsThroughout());
    EXPECT_THAT(played, Measures("datagrams.delivered", "1"));
    EXPECT_THAT(played, Measures("datagrams.duplicated", "0"));
    EXPECT_THAT(played, Measures("wire.duplicated", which[0] == '[' ? "3" : "1"));
    EXPECT_EQ(played.record.provenance.size(), 1U) << "nobody knows where the bytes came from";
  }
}

TEST_F(OnTheWire, ALargeDatagramTravelsInFragmentsAndIsGoneWithAnyOfThem) {
  const auto lesson = [](const std::string& top) {
    return play_it(datagrams("- recvfrom: 65535\n  timeout: 50ms\n",
                             "- sendto: {to: server, data: {fill: \"x\", size: 4000}}\n", top));
  };
  const Played whole = lesson("");
  EXPECT_THAT(story(whole), ElementsAre("client fragment 1472", "client fragment 1480", "client fragment 1048"));
  EXPECT_THAT(whole, Measures("server.recvfrom.sizes", "[4000]"));
  const Played lost = lesson("wire:\n  rules:\n    - drop: {packet: fragment, nth: 2}\n");
  EXPECT_THAT(lost, Measures("datagrams.lost", "1"));
  EXPECT_THAT(lost, Measures("server.errors", "[timeout]"));
  EXPECT_THAT(lost, Measures("client.errors", "[]"));
}

TEST_F(OnTheWire, ASmallerMtuMakesSmallerSegments) {
  const Played played = play_it(connected("- recv: {exactly: 1000}\n", "- send: {fill: \"x\", size: 1000}\n",
                                          "wire: {mtu: 600}\nkernel: {tcp_timestamps: 0}\n"));
  EXPECT_THAT(played, Measures("wire.client.payloads", "[560, 440]"));
}

TEST_F(OnTheWire, PacketsThatAreTooManyToKeepAreCountedAndHandedOn) {
  const auto scenario = [] {
    return load(connected("- recv: {exactly: 50000}\n- recv: 1\n  expect: eof\n- close\n",
                          "- send: {fill: \"x\", size: 50000}\n- close\n",
                          "wire:\n  mtu: 600\n  rules:\n    - drop: {packet: data, nth: [5, 50]}\n"));
  };
  const Played whole = play(scenario(), wire_ground());
  Ground small = wire_ground();
  small.most_packets = 20;
  // How often a kernel lost patience with a machine that was late is no matter here.
  const auto is_of_the_story = [](const timeline::Packet& packet) {
    return packet.verdict != timeline::Verdict::absorbed;
  };
  std::ptrdiff_t handed_on = 0;
  std::vector<timeline::Nanoseconds> times;
  small.sink = [&](const timeline::Event& event) {
    if (is_of_the_story(*event.packet())) ++handed_on;
    EXPECT_FALSE(event.packet()->headers.empty());
    times.push_back(event.at);
  };
  const Played part = play(scenario(), small);
  for (const char* name : {"wire.packets", "wire.data", "wire.ACK", "wire.client.dropped", "wire.retransmitted",
                           "wire.handshake", "wire.teardown", "wire.closed_first"}) {
    EXPECT_EQ(metric(part, name), metric(whole, name)) << name;
  }
  EXPECT_THAT(part, Measures("wire.client.payloads", "not observable"));
  EXPECT_EQ(handed_on, std::ranges::count_if(packets_of(whole), is_of_the_story) - 20);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
  EXPECT_LT(packets_of(part).size(), 30U) << "the first 20, and the end of the connection";
}

TEST_F(OnTheWire, ABroadcastReachesEveryHost) {
  const auto hears = [](const std::string& name) {
    return Script{name, "- socket: dgram\n- bind: 9000\n- recvfrom: 100\n"};
  };
  const Played played = play_it(scenario_of({hears("a"), hears("b"), hears("c"), {"sender", R"(
- socket: dgram
- setsockopt: {SO_BROADCAST: 1}
- sendto: {to: everyone, port: 9000, data: "all of you"}
  after: [a.recvfrom blocked, b.recvfrom blocked, c.recvfrom blocked]
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_THAT(played, Measures(std::string(name) + ".messages", "[\"all of you\"]"));
  }
  EXPECT_THAT(played, Measures("datagrams.delivered", "3"));
}

TEST_F(OnTheWire, ABroadcastIsHeardByWhoIsBoundToThePortAndAnyAddressAndNotConnected) {
  const auto deaf = [](const std::string& name, const std::string& bind) {
    return Script{
        name, "- socket: dgram\n- bind: " + bind + "\n- recvfrom: 100\n  timeout: 50ms\n  expect: {fails: timeout}\n"};
  };
  const Played played = play_it(scenario_of({{"sender", R"(
- socket: dgram
- bind: 9000
- setsockopt: {SO_BROADCAST: 1}
- sendto: {to: everyone, port: 9000, data: "all of you"}
  after: [own.bind, other.bind, connected.connect, twice.second]
- recvfrom: 100
)"},
                                             deaf("own", "{port: 9000, address: own}"),
                                             deaf("other", "9001"),
                                             {"connected", R"(
- socket: dgram
- bind: 9000
- connect: {to: sender, port: 9000}
- recv: 100
  timeout: 50ms
  expect: {fails: timeout}
)"},
                                             {"twice", R"(
- socket: dgram
  as: one
- setsockopt: {SO_REUSEADDR: 1}
- bind: 9000
- socket: dgram
  as: two
- setsockopt: {SO_REUSEADDR: 1}
- bind: 9000
  id: second
- recvfrom: 100
  using: one
- recvfrom: 100
  using: two
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("sender.messages", "[\"all of you\"]"));
  EXPECT_THAT(played, Measures("twice.messages", "[\"all of you\", \"all of you\"]"));
  EXPECT_THAT(played, Measures("wire.UDP", "1"));
  EXPECT_THAT(played, Measures("datagrams.delivered", "3"));
  EXPECT_THAT(played, Measures("datagrams.duplicated", "0"));
}

TEST_F(OnTheWire, ABroadcastIsLostForTheOneThatARuleNames) {
  const auto hears = [](const std::string& name) {
    return Script{name, "- socket: dgram\n- bind: 9000\n- recvfrom: 100\n  timeout: 50ms\n"};
  };
  const Played played = play_it(scenario_of({hears("a"), hears("b"), {"sender", R"(
- socket: dgram
- setsockopt: {SO_BROADCAST: 1}
- sendto: {to: everyone, port: 9000, data: "all of you"}
  after: [a.recvfrom blocked, b.recvfrom blocked]
)"}},
                                            "wire:\n  rules:\n    - drop: {from: sender, to: b}\n"));
  EXPECT_THAT(played, Measures("a.messages", "[\"all of you\"]"));
  EXPECT_THAT(played, Measures("b.errors", "[timeout]"));
  EXPECT_THAT(played, Measures("datagrams.lost", "1"));
}

TEST_F(OnTheWire, AGroupIsHeardByItsMembersUntilTheyLeave) {
  const Played played = play_it(scenario_of({{"sender", R"(
- socket: dgram
- sendto: {to: "239.1.2.3", port: 9000, data: "first"}
  after: [member.recvfrom blocked, stranger.recvfrom blocked]
- sendto: {to: "239.1.2.3", port: 9000, data: "second"}
  after: member.leave
)"},
                                             {"member", R"(
- socket: dgram
- bind: 9000
- setsockopt: {IP_ADD_MEMBERSHIP: "239.1.2.3"}
- recvfrom: 100
- setsockopt: {IP_DROP_MEMBERSHIP: "239.1.2.3"}
  id: leave
- recvfrom: 100
  timeout: 50ms
  expect: {fails: timeout}
)"},
                                             {"stranger", R"(
- socket: dgram
- bind: 9000
- recvfrom: 100
  timeout: 50ms
  expect: {fails: timeout}
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("member.messages", "[\"first\"]"));
  EXPECT_THAT(story(played), ElementsAre("sender UDP 5", "sender UDP 6")) << "no IGMP";
}

TEST_F(OnTheWire, AMemberThatSendsHearsItselfUnlessItAskedNotTo) {
  const auto sender = [](const std::string& option) {
    return Script{"sender", "- socket: dgram\n- bind: 9000\n- setsockopt: {IP_ADD_MEMBERSHIP: \"239.1.2.3\"" + option +
                                "}\n- sendto: {to: \"239.1.2.3\", port: 9000, data: \"me\"}\n"
                                "- recvfrom: 100\n  timeout: 50ms\n"};
  };
  EXPECT_THAT(play_it(scenario_of({sender("")})), Measures("sender.messages", "[\"me\"]"));
  EXPECT_THAT(play_it(scenario_of({sender(", IP_MULTICAST_LOOP: 0")})), Measures("sender.errors", "[timeout]"));
}

TEST_F(OnTheWire, WhatMayReachNoNetworkStaysOnAHostThatIsAMember) {
  for (const char* loop : {"1", "0"}) {
    const Played played = play_it(scenario_of({{"sender", R"(
- socket: dgram
- bind: 9000
- setsockopt: {IP_ADD_MEMBERSHIP: "239.1.2.3", IP_MULTICAST_TTL: 0, IP_MULTICAST_LOOP: )" +
                                                              std::string(loop) +
                                                              R"(}
- sendto: {to: "239.1.2.3", port: 9000, data: "stays here"}
  after: other.recvfrom blocked
)"},
                                               {"other", R"(
- socket: dgram
- bind: 9000
- setsockopt: {IP_ADD_MEMBERSHIP: "239.1.2.3"}
- recvfrom: 100
  timeout: 50ms
  expect: {fails: timeout}
)"}}));
    EXPECT_THAT(played, HoldsThroughout());
    EXPECT_THAT(story(played), testing::IsEmpty());
    EXPECT_THAT(played, Measures("datagrams.delivered", *loop == '1' ? "1" : "0"));
  }
}

TEST_F(OnTheWire, WhatMayReachNoNetworkLeavesAHostThatIsNoMember) {
  const Played played = play_it(scenario_of({{"sender", R"(
- socket: dgram
- setsockopt: {IP_MULTICAST_TTL: 0}
- sendto: {to: "239.1.2.3", port: 9000, data: "goes out"}
  after: other.recvfrom blocked
)"},
                                             {"other", R"(
- socket: dgram
- bind: 9000
- setsockopt: {IP_ADD_MEMBERSHIP: "239.1.2.3"}
- recvfrom: 100
  expect: "goes out"
)"}}));
  EXPECT_THAT(played, HoldsThroughout()) << "Linux asks for the TTL only where it gives its own host a copy";
}

TEST_F(OnTheWire, WhatMayReachNoNetworkStaysOnItsHostInIpv6Too) {
  const Played played = play_it(scenario_of({{"sender", R"(
- socket: dgram
- bind: 9000
- setsockopt: {IPV6_MULTICAST_HOPS: 0}
- sendto: {to: everyone, port: 9000, data: "stays here"}
  after: other.bind
- recvfrom: 100
  expect: "stays here"
- setsockopt: {IPV6_MULTICAST_LOOP: 0}
- sendto: {to: everyone, port: 9000, data: "goes out"}
)"},
                                             {"other", R"(
- socket: dgram
- bind: 9000
- recvfrom: 100
  expect: "goes out"
)"}},
                                            "family: ipv6\n"));
  EXPECT_THAT(played, HoldsThroughout());
}

TEST_F(OnTheWire, AGroupIsJoinedOnceAndLeftOnce) {
  const Played played = play_it(scenario_of({{"member", R"(
- socket: dgram
- setsockopt: {IP_DROP_MEMBERSHIP: "239.1.2.3"}
  expect: {fails: EADDRNOTAVAIL}
- setsockopt: {IP_ADD_MEMBERSHIP: "239.1.2.3"}
- setsockopt: {IP_ADD_MEMBERSHIP: "239.1.2.3"}
  expect: {fails: EADDRINUSE}
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
}

TEST_F(OnTheWire, WithoutSoBroadcastTheKernelRefuses) {
  const Played played = play_it(scenario_of({{"sender", R"(
- socket: dgram
- sendto: {to: everyone, port: 9000, data: "all of you"}
  expect: {fails: EACCES}
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
}

TEST_F(OnTheWire, APortWhereNobodyIsBoundAnswersWithIcmp) {
  const Played played = play_it(scenario_of({{"server", "- note: \"has no socket\"\n"}, {"client", R"(
- socket: dgram
- connect: {to: server, port: 8888}
- send: "anybody?"
- recv: 100
  expect: {fails: ECONNREFUSED}
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(story(played), ElementsAre("client UDP 8", testing::StartsWith("server ICMP")));
}

TEST_F(OnTheWire, AFullAcceptQueueIgnoresTheNextSyn) {
  const Played played = play_it(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 0
- accept:
  after: second.connect blocked
- accept
)"},
                                             {"first", R"(
- socket: stream
- connect: server
  after: server.listen
)"},
                                             {"second", R"(
- socket: stream
- connect: server
  after: first.connect
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(story(played), testing::Contains("second SYN again"));
}

TEST_F(OnTheWire, WhoClosesAtTheSameTimeEndsInTimeWaitOnBothSides) {
  const Played played = play_it(connected("- close:\n  after: client.ready\n- close: listener\n",
                                          "- id: ready\n  note: \"about to close as well\"\n  after: server.accept\n"
                                          "- close\n",
                                          "wire: {delay: 20ms}\n"));
  EXPECT_THAT(played, Measures("wire.time_wait", "[server, client]"));
}

TEST_F(OnTheWire, AResetIsOnePacketAndNothingAfterIt) {
  const Played played = play_it(connected("- recv: 100\n  expect: {fails: ECONNRESET}\n- close\n", "- abort\n"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_EQ(story(played).back(), "client RST");
  EXPECT_THAT(played, Measures("wire.time_wait", "[]"));
}

TEST_F(OnTheWire, AKernelSettingOfOneActorLeavesTheOthersAsTheyAre) {
  const Played played = play_it(scenario_of({{"server", serving("- recv: 10\n")},
                                             {"client", connecting("- send: \"x\"\n"), "kernel: {tcp_sack: 0}\n"}}));
  const std::vector<Packet> packets = packets_of(played);
  ASSERT_GE(packets.size(), 2U);
  EXPECT_FALSE(packets[0].options.sack_permitted);
}

TEST_F(OnTheWire, TheLeastRetransmissionTimeoutIsWhatTheScenarioSays) {
  const Played played =
      play_it(hello("kernel: {tcp_rto_min_us: 1000000}\nwire:\n  rules:\n"
                    "    - drop: {from: client, packet: data, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  const std::vector<Packet> packets = packets_of(played);
  const auto again = std::find_if(packets.begin(), packets.end(), [](const Packet& one) { return one.retransmission; });
  ASSERT_NE(again, packets.end());
  const timeline::Nanoseconds sent = call_of(played, "client", "send").returned_at;
  EXPECT_GE(again->delivered_at - sent, 700'000'000) << "200 ms are the kernel's own";
}

/// Further receives of one step need no turn of their own in a free run. Where all others have come to rest they would
/// get one as well, so here somebody's retransmission keeps the world from it.
TEST_F(OnTheWire, AFreeRunLetsAFurtherReceiveGoWhateverElseIsGoingOn) {
  const Played played = play_it(scenario_of({{"server", serving("- recv: {until: eof}\n")},
                                             {"client", connecting("- send: \"Hello\"\n  after: lossy.send\n")},
                                             {"other", serving("- recv: 100\n")},
                                             {"lossy", R"(
- socket: stream
- connect: other
  after: other.accept blocked
- send: "lost"
- recv: 100
  expect: eof
)"}},
                                            "pace: free\nkernel: {tcp_rto_min_us: 1000000}\nwire:\n  rules:\n"
                                            "    - drop: {from: lossy, packet: data, nth: 1}\n"));
  EXPECT_THAT(played, HoldsThroughout());
  const std::vector<Packet> packets = packets_of(played);
  const auto again = std::find_if(packets.begin(), packets.end(), [](const Packet& one) { return one.retransmission; });
  ASSERT_NE(again, packets.end());
  EXPECT_LT(call_of(played, "server", "recv", 2).start_epoch, again->epoch);
}

TEST_F(OnTheWire, TheSameSeedLosesTheSameDatagrams) {
  const auto received = [] {
    return metric(play_it(datagrams("- repeat: {until: \"END\", steps: [recvfrom: 100]}\n",
                                    "- repeat: {times: 20, steps: [{sendto: {to: server, data: \"#{i}\"}}]}\n"
                                    "- sendto: {to: server, data: \"END\"}\n",
                                    "wire:\n  loss: 30%\n  seed: 7\n  rules:\n    - pass: {contains: \"END\"}\n")),
                  "server.messages");
  };
  const std::string first = received();
  EXPECT_THAT(first, HasSubstr("END"));
  EXPECT_EQ(first, received());
  EXPECT_THAT(first, Not(HasSubstr("not observable")));
}

TEST_F(OnTheWire, IsIpv6WhereTheScenarioAsksForIt) {
  const Played played = play_it(hello("family: ipv6\n"));
  EXPECT_THAT(played, HoldsThroughout());
  const std::vector<Packet> packets = packets_of(played);
  ASSERT_GE(packets.size(), 9U);
  EXPECT_EQ(packets[0].options.maximum_segment_size, 1440);
}

TEST_F(OnTheWire, FiftyClientsAreFiftyHosts) {
  const Played played = play_it(scenario_of(
      {{"server", "- socket: stream\n- bind: 8888\n- listen: 50\n- repeat: {times: 50, steps: [accept]}\n"},
       {"client", "- socket: stream\n- connect: server\n  after: server.accept blocked\n", "copies: 50\n"}}));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("wire.SYN", "50"));
}

TEST_F(OnTheWire, WhatIsHeldForEverIsADeadlockAndNotWaitedFor) {
  const Played played = play_it(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 1
- accept
- id: never
  recv: 10
)"},
                                             {"client", R"(
- socket: stream
- connect: server
  after: server.accept blocked
)"}},
                                            "wire:\n  rules:\n    - hold: {from: client, packet: SYN, until: server.never}\n"
                                            "limits: {run: 20s}\n"));
  EXPECT_THAT(played.line().outcome, testing::AnyOf(timeline::Outcome::deadlock, timeline::Outcome::timeout));
}

}  // namespace
}  // namespace wirelab::runner::test

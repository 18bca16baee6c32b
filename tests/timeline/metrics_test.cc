#include "labs/timeline/metrics.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "labs/scenario/value.hh"
#include "tests/timeline/timeline_builder.hh"
#include "tests/timeline/wire_talk.hh"

namespace wirelab::timeline {
namespace {

using scenario::PacketKind;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using tests::TimelineBuilder;
using tests::WireTalk;
namespace flag = tests::flag;
using Fate = Datagram::Fate;

/// The value as a scenario would spell it; "-" if it cannot be seen.
std::string value(const TimelineBuilder& run, const std::string& metric) {
  const Measurement measured = measure(run.timeline(), metric);
  return measured.value ? scenario::to_text(*measured.value) : "-";
}

std::vector<std::string> summary_names(const TimelineBuilder& run) {
  std::vector<std::string> names;
  for (const auto& [name, measured] : summary(run.timeline())) names.push_back(name);
  return names;
}

/// The example of the scenario language: three sends, one recv, end of file.
TimelineBuilder three_sends() {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.listen("server");
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.send("client", c, "World");
  run.send("client", c, "Again");
  run.close("client", c);
  run.recv("server", c);
  run.recv("server", c);
  run.close("server", c);
  return run;
}

TEST(CallMetrics, CountTheCallsAndListWhatEachReturned) {
  const TimelineBuilder run = three_sends();
  EXPECT_EQ(value(run, "server.recv.count"), "2");
  EXPECT_EQ(value(run, "server.recv.sizes"), "[15, 0]");
  EXPECT_EQ(value(run, "client.send.sizes"), "[5, 5, 5]");
  EXPECT_EQ(value(run, "client.recv.count"), "0");
  EXPECT_EQ(value(run, "client.recv.sizes"), "[]");
}

TEST(CallMetrics, NameTheirEvidence) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  const EventId send = run.send("client", c, "Hello");
  const EventId recv = run.recv("server", c);
  EXPECT_THAT(measure(run.timeline(), "client.send.count").events, ElementsAre(send));
  EXPECT_THAT(measure(run.timeline(), "server.recv.sizes").events, ElementsAre(recv));
}

TEST(CallMetrics, CountThePiecesOfACutSendAsOneSend) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.send_in_pieces("client", c, {"He", "ll", "o"});
  run.send("client", c, "World");
  EXPECT_EQ(value(run, "client.send.count"), "2");
  EXPECT_EQ(value(run, "client.send.sizes"), "[5, 5]");
  EXPECT_EQ(value(run, "client.send.result"), "[5, 5]");
}

TEST(CallMetrics, CountTheSameCutStepOfTwoRoundsTwice) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  const EventId first = run.send_in_pieces("client", c, {"ab", "c"});
  const EventId second = run.send_in_pieces("client", c, {"ab", "c"});
  for (const EventId id : {second, second + 1}) run.edit(id).step = run.edit(first).step;
  EXPECT_EQ(value(run, "client.send.sizes"), "[3, 3]");
}

TEST(CallMetrics, CountASendThatWasContinuedAsSeveralCalls) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  const EventId first = run.send("client", c, "Hel");
  const EventId rest = run.send("client", c, "lo");
  run.edit(first).args = {{"len", std::int64_t{5}}};
  run.edit(rest).step = run.edit(first).step;
  EXPECT_EQ(value(run, "client.send.sizes"), "[3, 2]");
}

TEST(CallMetrics, GiveACallThatNeverReturnedACountAndNoSize) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.never_returns(run.recv("server", c));
  EXPECT_EQ(value(run, "server.recv.count"), "1");
  EXPECT_EQ(value(run, "server.recv.sizes"), "[]");
  EXPECT_EQ(value(run, "server.recv.result"), "[]");
  EXPECT_EQ(value(run, "server.recv.blocked"), "yes");
}

TEST(CallMetrics, ShowAnErrorAmongTheResultsByItsName) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.fails(run.call("client", "connect"), "ECONNREFUSED");
  run.connect("client", "server");
  EXPECT_EQ(value(run, "client.connect.result"), "[ECONNREFUSED, 0]");
  EXPECT_EQ(value(run, "client.errors"), "[ECONNREFUSED]");
}

TEST(CallMetrics, SayBlockedOnlyIfTheCallWasFoundAsleep) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.listen("server");
  const int c = run.connected("client", "server");
  run.woken_by(run.timeline().connections[0].accept, run.timeline().connections[0].connect);
  run.send("client", c, "x");
  EXPECT_EQ(value(run, "server.accept.blocked"), "yes");
  EXPECT_EQ(value(run, "client.send.blocked"), "no");
}

TEST(CallMetrics, AddUpObservedTimesAndSayThatTheyDependOnTheMachine) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.edit(run.recv("server", c)).asleep = 1'600'000;
  run.edit(run.recv("server", c)).asleep = 1'600'000;
  EXPECT_EQ(value(run, "server.recv.blocked_ms"), "3");
  EXPECT_TRUE(measure(run.timeline(), "server.recv.blocked_ms").machine_dependent);
  EXPECT_FALSE(measure(run.timeline(), "server.recv.count").machine_dependent);
}

TEST(CallMetrics, DoNotCountWhatTheKernelClosedAtTheEndOfAProcess) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.close("client", c);
  run.close("server", c, "exit");
  EXPECT_EQ(value(run, "client.close.count"), "1");
  EXPECT_EQ(value(run, "server.close.count"), "0");
}

TEST(ActorMetrics, SumAndJoinTheCopiesOfAnActorInLaneOrder) {
  TimelineBuilder run({{"server", 1}, {"client", 2}});
  const int one = run.connected("client#1", "server");
  const int two = run.connected("client#2", "server");
  run.send("client#2", two, "second");
  run.send("client#1", one, "one");
  EXPECT_EQ(value(run, "client.send.count"), "2");
  EXPECT_EQ(value(run, "client.send.sizes"), "[3, 6]");
  EXPECT_EQ(value(run, "client#2.send.sizes"), "[6]");
  EXPECT_EQ(value(run, "client.sent.bytes"), "9");
  EXPECT_EQ(value(run, "client#3.send.sizes"), "-");
}

TEST(ActorMetrics, ShowWhatWasReceived) {
  const TimelineBuilder run = three_sends();
  EXPECT_EQ(value(run, "client.sent.bytes"), "15");
  EXPECT_EQ(value(run, "server.received.bytes"), "15");
  EXPECT_EQ(value(run, "server.received.text"), "\"HelloWorldAgain\"");
  EXPECT_EQ(value(run, "server.received.chunks"), "[\"HelloWorldAgain\"]");
  EXPECT_EQ(value(run, "client.received.chunks"), "[]");
}

TEST(ActorMetrics, ListDecodedMessagesAndNotTheSentOnes) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.message_sent("client", c, "Hello", 0, 6);
  run.message_sent("client", c, "World", 6, 6);
  run.message_decoded("server", c, "Hello", 0, 6);
  EXPECT_EQ(value(run, "server.messages"), "[\"Hello\"]");
  EXPECT_EQ(value(run, "client.messages"), "[]");
  EXPECT_EQ(value(run, "server.messages.missing"), "[\"World\"]");
}

TEST(ActorMetrics, TakeEveryDatagramForAMessage) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int one = run.sendto("client", "server", "one");
  run.sendto("client", "server", "two", Fate::dropped_by_rule, 9);
  const int empty = run.sendto("client", "server", "");
  const int again = run.sendto("client", "server", "one");
  run.recvfrom("server", one);
  run.recvfrom("server", empty);
  run.recvfrom("server", again);
  EXPECT_EQ(value(run, "server.messages"), "[\"one\", \"\", \"one\"]");
  EXPECT_EQ(value(run, "server.messages.distinct"), "[\"one\", \"\"]");
  EXPECT_EQ(value(run, "server.messages.missing"), "[\"two\"]");
}

TEST(ActorMetrics, MissNothingThatCameWhenItWasSentAgain) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.sendto("client", "server", "pay 10", Fate::dropped_by_rule, 9);
  run.recvfrom("server", run.sendto("client", "server", "pay 10"));
  EXPECT_EQ(value(run, "server.messages.missing"), "[]");
}

TEST(ActorMetrics, DoNotMissADatagramThatCameTruncated) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.recvfrom("server", run.sendto("client", "server", "0123456789"), 4);
  EXPECT_EQ(value(run, "server.messages"), "[\"0123\"]");
  EXPECT_EQ(value(run, "server.messages.missing"), "[]");
  EXPECT_EQ(value(run, "datagrams.truncated"), "1");
}

TEST(ActorMetrics, ListErrorsOfCallsAndFramingInTheirOrder) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.fails(run.recv("server", c), "timeout");
  run.message_failed("server", "truncated");
  run.fails(run.send("server", c, "x"), "EPIPE");
  EXPECT_EQ(value(run, "server.errors"), "[timeout, truncated, EPIPE]");
}

TEST(ActorMetrics, DoNotCallTheEndOfTheRunAnError) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  const EventId recv = run.never_returns(run.recv("server", c), "deadlock");
  run.edit(recv).error = "EINTR";
  EXPECT_EQ(value(run, "server.errors"), "[]");
}

TEST(ActorMetrics, AddUpWhatSleepsAskedFor) {
  TimelineBuilder run({{"client", 1}});
  run.sleep("client", 100);
  run.sleep("client", 150);
  EXPECT_EQ(value(run, "client.sleep.asked_ms"), "250");
  EXPECT_FALSE(measure(run.timeline(), "client.sleep.asked_ms").machine_dependent);
}

TEST(ActorMetrics, TakeTheDigestOfAReceivedFileFromItsLastCall) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.connected("client", "server");
  EXPECT_EQ(value(run, "server.sha256"), "\"\"");
  run.file("server", {.name = "copy", .has = 3, .sha256 = "abc123"});
  EXPECT_EQ(value(run, "server.sha256"), "\"abc123\"");
}

TEST(DatagramMetrics, TellSentDeliveredAndLost) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.sendto("client", "server", "1");
  run.sendto("client", "server", "2", Fate::dropped_by_rule, 9);
  run.sendto("client", "server", "3", Fate::buffer_overrun);
  run.sendto("client", "server", "4", Fate::refused);
  run.sendto("client", "server", "5", Fate::on_the_way);
  EXPECT_EQ(value(run, "datagrams.sent"), "5");
  EXPECT_EQ(value(run, "datagrams.delivered"), "1");
  EXPECT_EQ(value(run, "datagrams.lost"), "3");
  EXPECT_EQ(value(run, "datagrams.kernel_dropped"), "1");
  EXPECT_EQ(value(run, "datagrams.duplicated"), "0");
}

TEST(DatagramMetrics, CountABroadcastOnceAsSentAndAtEveryReceiverAsDelivered) {
  TimelineBuilder run({{"client", 1}, {"server", 3}});
  const int first = run.sendto("client", "server#1", "all");
  const EventId sent = run.timeline().datagrams[static_cast<std::size_t>(first)].sent;
  run.edit().datagrams.push_back({sent, run.lane("client"), run.lane("server#2"), 3, Fate::delivered, 0, 0});
  run.edit().datagrams.push_back({sent, run.lane("client"), run.lane("server#3"), 3, Fate::buffer_overrun, 0, 0});
  EXPECT_EQ(value(run, "datagrams.sent"), "1");
  EXPECT_EQ(value(run, "datagrams.delivered"), "2");
  EXPECT_EQ(value(run, "datagrams.lost"), "1");
}

TEST(DatagramMetrics, CountACopyThatTheWireMadeAsDuplicatedAndNotAsDelivered) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.sendto("client", "server", "x");
  run.edit().datagrams.push_back(run.timeline().datagrams[0]);
  EXPECT_EQ(value(run, "datagrams.delivered"), "1");
  EXPECT_EQ(value(run, "datagrams.duplicated"), "1");
}

TEST(WireMetrics, AreNotObservableWhereNoPacketsAreSeen) {
  const TimelineBuilder run = three_sends();
  for (const char* metric : {"wire.handshake", "wire.teardown", "wire.packets", "wire.SYN", "wire.client.payloads"}) {
    EXPECT_EQ(value(run, metric), "-") << metric;
  }
}

TEST(WireMetrics, KnowTimeWaitAndWhoClosedFirstFromTheCalls) {
  TimelineBuilder run = three_sends();
  EXPECT_EQ(value(run, "wire.time_wait"), "[]");
  EXPECT_EQ(value(run, "wire.closed_first"), "client");
  run.edit().connections[0].time_wait = {run.lane("client")};
  EXPECT_EQ(value(run, "wire.time_wait"), "[client]");
}

TEST(WireMetrics, SayThatNobodyClosed) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.connected("client", "server");
  EXPECT_EQ(value(run, "wire.closed_first"), "nobody");
}

/// A client and a server that talk TCP on a wire.
class MeasuredOnTheWire : public testing::Test {
 protected:
  static constexpr int syn_ack = flag::syn | flag::ack;
  static constexpr int fin = flag::fin | flag::ack;

  std::string value_of(const std::string& metric) const { return value(run, metric); }

  /// The handshake, a segment, and an acknowledgement that closes the window.
  void fill_the_buffer_of_server() {
    talk.shake_hands();
    talk.client(flag::ack, "full");
    talk.set_window_of_server(0);
    talk.server(flag::ack);
  }

  TimelineBuilder run{{{"server", 1}, {"client", 2}}};
  WireTalk talk{run, "client#1", "server"};
};

TEST_F(MeasuredOnTheWire, AWholeConversationIsMeasuredFromItsPackets) {
  talk.again(talk.lost(talk.client(flag::syn)));
  talk.server(syn_ack);
  talk.client(flag::ack);
  talk.client(flag::ack, "Hello");
  talk.server(flag::ack);
  talk.client(flag::ack, "World!!");
  talk.client(fin);
  talk.server(flag::ack);
  talk.server(fin);
  talk.client(flag::ack);
  EXPECT_EQ(value_of("wire.packets"), "11");
  EXPECT_EQ(value_of("wire.teardown"), "[client#1 FIN, server ACK, server FIN, client#1 ACK]");
  EXPECT_EQ(value_of("wire.client.payloads"), "[5, 7]");
  EXPECT_EQ(value_of("wire.server.payloads"), "[]");
  EXPECT_EQ(value_of("wire.data"), "2");
  EXPECT_EQ(value_of("wire.ACK"), "4");
  EXPECT_EQ(value_of("wire.server.ACK"), "2");
  EXPECT_EQ(value_of("wire.client.FIN"), "1");
  EXPECT_EQ(value_of("wire.client#2.packets"), "0");
  EXPECT_EQ(value_of("wire.dropped"), "1");
  EXPECT_EQ(value_of("wire.client.dropped"), "1");
  EXPECT_EQ(value_of("wire.server.dropped"), "0");
}

TEST_F(MeasuredOnTheWire, TheHandshakeIsShownAsSentLostPacketsIncluded) {
  const EventId first = talk.lost(talk.client(flag::syn));
  talk.again(first);
  const EventId answer = talk.lost(talk.server(syn_ack));
  talk.again(first);
  talk.again(answer);
  talk.client(flag::ack);
  talk.client(flag::ack, "Hello");
  EXPECT_EQ(value_of("wire.handshake"), "[SYN, SYN, SYN-ACK, SYN, SYN-ACK, ACK]");
  EXPECT_EQ(value_of("wire.client.handshake"), value_of("wire.handshake"));
  EXPECT_EQ(value_of("wire.client#2.handshake"), "[]");
  EXPECT_EQ(value_of("wire.SYN"), "3");
  EXPECT_EQ(value_of("wire.SYN-ACK"), "2");
  EXPECT_EQ(value_of("wire.retransmitted"), "3");
  EXPECT_EQ(value_of("wire.server.retransmitted"), "1");
}

TEST_F(MeasuredOnTheWire, TheHandshakeOfOneConnectionIsNotMixedWithAnother) {
  WireTalk other(run, "client#1", "server", 40001);
  talk.client(flag::syn);
  other.client(flag::syn);
  other.server(syn_ack);
  other.client(flag::ack);
  talk.server(syn_ack);
  talk.client(flag::ack);
  EXPECT_EQ(value_of("wire.handshake"), "[SYN, SYN-ACK, ACK]");
  EXPECT_THAT(measure(run.timeline(), "wire.handshake").events, ElementsAre(1, 5, 6));
}

TEST_F(MeasuredOnTheWire, TheHandshakeOfOneClientIsToldByItsName) {
  WireTalk other(run, "client#2", "server");
  talk.client(flag::syn);
  other.lost(other.client(flag::syn));
  talk.server(syn_ack);
  talk.client(flag::ack);
  EXPECT_EQ(value_of("wire.client#1.handshake"), "[SYN, SYN-ACK, ACK]");
  EXPECT_EQ(value_of("wire.client#2.handshake"), "[SYN]");
}

TEST_F(MeasuredOnTheWire, ARefusedHandshakeEndsWithTheRst) {
  talk.client(flag::syn);
  talk.server(flag::rst | flag::ack);
  EXPECT_EQ(value_of("wire.handshake"), "[SYN, RST]");
  EXPECT_EQ(value_of("wire.closed_first"), "nobody") << "there was nothing to close";
}

TEST_F(MeasuredOnTheWire, SynsThatCrossAreOneHandshake) {
  const EventId of_client = talk.client(flag::syn);
  const EventId of_server = talk.server(flag::syn);
  talk.again(of_client, syn_ack);
  talk.again(of_server, syn_ack);
  talk.client(flag::ack);
  EXPECT_EQ(value_of("wire.handshake"), "[SYN, SYN, SYN-ACK, SYN-ACK, ACK]");
  EXPECT_EQ(value_of("wire.retransmitted"), "0");
}

TEST_F(MeasuredOnTheWire, ThreePacketsCanEndAConversation) {
  talk.shake_hands();
  talk.client(fin);
  talk.server(fin);
  talk.client(flag::ack);
  EXPECT_EQ(value_of("wire.teardown"), "[client#1 FIN, server FIN, client#1 ACK]");
  EXPECT_EQ(value_of("wire.closed_first"), "client#1");
}

TEST_F(MeasuredOnTheWire, AcknowledgementsOfDataAreNoPartOfTheTeardown) {
  talk.shake_hands();
  talk.client(fin);
  talk.server(flag::ack);
  talk.server(flag::ack, "still talking");
  talk.client(flag::ack);
  talk.server(fin);
  talk.client(flag::ack);
  EXPECT_EQ(value_of("wire.teardown"), "[client#1 FIN, server ACK, server FIN, client#1 ACK]");
}

TEST_F(MeasuredOnTheWire, WhatIsLostAndSentAgainIsPartOfTheTeardown) {
  talk.shake_hands();
  const EventId lost = talk.lost(talk.client(fin));
  talk.again(lost);
  talk.server(fin);
  const EventId last = talk.lost(talk.client(flag::ack));
  talk.again(lost + 2);
  talk.again(last);
  EXPECT_EQ(value_of("wire.teardown"),
            "[client#1 FIN, client#1 FIN, server FIN, client#1 ACK, server FIN, client#1 ACK]");
}

TEST_F(MeasuredOnTheWire, ARstIsATeardownOfItsOwn) {
  talk.shake_hands();
  talk.server(flag::ack, "unread");
  talk.client(flag::rst | flag::ack);
  EXPECT_EQ(value_of("wire.teardown"), "[client#1 RST]");
  EXPECT_EQ(value_of("wire.closed_first"), "client#1");
  EXPECT_EQ(value_of("wire.RST"), "1");
}

TEST_F(MeasuredOnTheWire, TheTeardownEndsWhereThePortsAreUsedAgain) {
  talk.shake_hands();
  talk.client(fin);
  talk.server(fin);
  talk.client(flag::ack);
  WireTalk next(run, "client#1", "server");
  next.shake_hands();
  next.server(fin);
  EXPECT_EQ(value_of("wire.teardown"), "[client#1 FIN, server FIN, client#1 ACK]");
}

TEST_F(MeasuredOnTheWire, WhoClosedFirstIsToldByThePacketsAndNotByTheCalls) {
  const int connection = run.connected("client#1", "server");
  talk.shake_hands();
  run.close("client#1", connection);
  talk.server(fin);
  talk.client(fin);
  EXPECT_EQ(value_of("wire.closed_first"), "server");
}

TEST_F(MeasuredOnTheWire, PayloadsAreWhatWasSentForTheFirstTime) {
  talk.shake_hands();
  const EventId lost = talk.lost(talk.client(flag::ack, "Hello"));
  talk.client(flag::ack, "World");
  talk.again(lost);
  talk.server(flag::ack);
  talk.client(fin, "and the rest");
  EXPECT_EQ(value_of("wire.client.payloads"), "[5, 5, 12]") << "with a FIN or without";
  EXPECT_EQ(value_of("wire.data"), "3") << "what carries a FIN counts as FIN";
  EXPECT_EQ(value_of("wire.FIN"), "1");
  EXPECT_EQ(value_of("wire.retransmitted"), "1");
}

TEST_F(MeasuredOnTheWire, AWindowThatFellToZeroCountsOnceHoweverOftenItIsRepeated) {
  talk.shake_hands();
  for (const int window : {100, 0, 0, 0, 50, 0}) {
    talk.set_window_of_server(window);
    talk.client(flag::ack, "x");
    talk.server(flag::ack);
  }
  EXPECT_EQ(value_of("wire.server.zero_windows"), "2");
  EXPECT_EQ(value_of("wire.client.zero_windows"), "0");
}

TEST_F(MeasuredOnTheWire, WindowsOfTwoConnectionsAreNotMixed) {
  WireTalk other(run, "client#1", "server", 40001);
  talk.shake_hands();
  other.shake_hands();
  talk.set_window_of_server(0);
  for (int i = 0; i < 3; ++i) {
    talk.client(flag::ack, "x");
    talk.server(flag::ack);
    other.client(flag::ack, "x");
    other.server(flag::ack);
  }
  EXPECT_EQ(value_of("wire.server.zero_windows"), "1");
}

TEST_F(MeasuredOnTheWire, ASynIntoAFullQueueCountsOnceUntilItIsAnswered) {
  const EventId first = talk.client(flag::syn);
  talk.again(first);
  talk.again(first);
  EXPECT_EQ(value_of("wire.SYN"), "1");
  EXPECT_EQ(value_of("wire.retransmitted"), "0");
  talk.again(first);
  talk.server(syn_ack);
  talk.client(flag::ack);
  EXPECT_EQ(value_of("wire.SYN"), "2") << "the first, and the one that was answered";
  EXPECT_EQ(value_of("wire.handshake"), "[SYN, SYN, SYN-ACK, ACK]");
  EXPECT_EQ(value_of("wire.retransmitted"), "1");
}

TEST_F(MeasuredOnTheWire, EverySynThatTheWireLostCounts) {
  const EventId first = talk.lost(talk.client(flag::syn));
  talk.lost(talk.again(first));
  talk.lost(talk.again(first));
  EXPECT_EQ(value_of("wire.SYN"), "3");
  EXPECT_EQ(value_of("wire.retransmitted"), "2");
  EXPECT_EQ(value_of("wire.dropped"), "3");
}

TEST_F(MeasuredOnTheWire, ASynAckSentAgainThoughItsAckCameCountsForNothing) {
  // The accept queue is full: the server's kernel ignores the last packet of the handshake.
  talk.client(flag::syn);
  const EventId answer = talk.server(syn_ack);
  talk.client(flag::ack);
  for (int i = 0; i < 3; ++i) {
    talk.again(answer);
    talk.client(flag::ack);
  }
  EXPECT_EQ(value_of("wire.SYN-ACK"), "1");
  EXPECT_EQ(value_of("wire.ACK"), "1");
  EXPECT_EQ(value_of("wire.packets"), "3");
  talk.client(flag::ack, "Hello");
  EXPECT_EQ(value_of("wire.data"), "1");
}

TEST_F(MeasuredOnTheWire, DataIntoAFullBufferCountsOnceUntilItIsTaken) {
  talk.shake_hands();
  const EventId ignored = talk.client(flag::ack, "Hello");
  talk.packet(ignored).delivered_at = 0;  // the receiver's kernel let it fall: nothing of it is acknowledged
  for (int i = 0; i < 2; ++i) talk.packet(talk.again(ignored)).delivered_at = 0;
  talk.again(ignored);
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.data"), "2");
  EXPECT_EQ(value_of("wire.client.payloads"), "[5]");
}

TEST_F(MeasuredOnTheWire, DataSentAgainBecauseItsAckWasLostCountsAndSoDoesTheAnswer) {
  talk.shake_hands();
  const EventId sent = talk.client(flag::ack, "Hello");
  talk.lost(talk.server(flag::ack));
  talk.again(sent);
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.data"), "2");
  EXPECT_EQ(value_of("wire.server.ACK"), "2");
  EXPECT_EQ(value_of("wire.retransmitted"), "1");
}

TEST_F(MeasuredOnTheWire, DataSentAgainThatOnlyASackAnsweredCounts) {
  talk.shake_hands();
  const EventId first = talk.lost(talk.client(flag::ack, "Hello"));
  const EventId second = talk.lost(talk.client(flag::ack, "World"));
  talk.again(second);
  talk.packet(talk.server(flag::ack)).options.sack = {{6, 11}};
  talk.again(first);
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.retransmitted"), "2");
}

TEST_F(MeasuredOnTheWire, WhatTheWireAbsorbedIsInNoCount) {
  talk.shake_hands();
  const EventId held = talk.client(flag::ack, "Hello");
  talk.packet(held).verdict = Verdict::held;
  for (int i = 0; i < 2; ++i) {
    const EventId again = talk.again(held);
    talk.packet(again).verdict = Verdict::absorbed;
    talk.packet(again).delivered_at = 0;
  }
  EXPECT_EQ(value_of("wire.packets"), "4");
  EXPECT_EQ(value_of("wire.data"), "1");
  EXPECT_EQ(value_of("wire.retransmitted"), "0");
}

TEST_F(MeasuredOnTheWire, ProbesOfAClosedWindowAndTheirAnswersAreInNoCount) {
  fill_the_buffer_of_server();
  EXPECT_EQ(value_of("wire.ACK"), "2");
  for (int i = 0; i < 3; ++i) {
    talk.probe_by_client();
    talk.server(flag::ack);
  }
  EXPECT_EQ(value_of("wire.ACK"), "2");
  EXPECT_EQ(value_of("wire.packets"), "5");
  EXPECT_EQ(value_of("wire.server.zero_windows"), "1");
  talk.set_window_of_server(4000);
  talk.probe_by_client();
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "3") << "but the window that opens does";
}

TEST_F(MeasuredOnTheWire, TheAnswerToAProbeIsInNoCountThoughBytesWereSentBeforeTheProbeCame) {
  fill_the_buffer_of_server();
  const EventId probe = talk.probe_by_client();
  const EventId bytes = talk.server(flag::ack, "on its way");
  talk.packet(probe).delivered_at = talk.packet(bytes).delivered_at;
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "2");
  EXPECT_EQ(value_of("wire.data"), "2");
}

TEST_F(MeasuredOnTheWire, AnAckThatWasSentBeforeTheProbeCameIsNoAnswerToIt) {
  fill_the_buffer_of_server();
  const EventId probe = talk.probe_by_client();
  const EventId again = talk.server(flag::ack);
  talk.packet(probe).delivered_at = talk.packet(again).delivered_at;
  EXPECT_EQ(value_of("wire.ACK"), "3");
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "3") << "but the next one is";
}

TEST_F(MeasuredOnTheWire, EachOfTwoProbesIsAnswered) {
  fill_the_buffer_of_server();
  talk.probe_by_client();
  talk.probe_by_client();
  talk.server(flag::ack);
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "2");
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "3") << "nobody asked for a third";
}

TEST_F(MeasuredOnTheWire, AProbeThatWasNeverAnsweredIsForgottenWhenMoreIsAcknowledged) {
  talk.shake_hands();
  talk.client(flag::ack, "a");
  talk.server(flag::ack);
  talk.probe_by_client();
  talk.client(flag::ack, "b");
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "3");
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "4");
}

TEST_F(MeasuredOnTheWire, AProbeThatIsLostAsksForNothing) {
  fill_the_buffer_of_server();
  talk.lost(talk.probe_by_client());
  talk.server(flag::ack);
  EXPECT_EQ(value_of("wire.ACK"), "3");
}

TEST_F(MeasuredOnTheWire, AnAckThatRepeatsTheLastOneCountsUnlessAProbeAskedForIt) {
  talk.shake_hands();
  talk.client(flag::ack, "a");
  talk.server(flag::ack);
  talk.lost(talk.client(flag::ack, "b"));
  for (int i = 0; i < 3; ++i) {
    talk.client(flag::ack, "c");
    talk.server(flag::ack);
  }
  EXPECT_EQ(value_of("wire.server.ACK"), "4");
}

TEST_F(MeasuredOnTheWire, WhatIsNeitherTcpNorKnownToTheLanguageIsAPacketAndNoData) {
  talk.shake_hands();
  const EventId other = run.packet("client#1", "server", PacketKind::data);
  talk.packet(other).protocol = "ip";
  talk.packet(run.packet("client#1", "server", PacketKind::data)).protocol = "arp";
  run.packet("server", "client#1", PacketKind::icmp);
  EXPECT_EQ(value_of("wire.packets"), "5");
  EXPECT_EQ(value_of("wire.data"), "0");
  EXPECT_EQ(value_of("wire.ICMP"), "1");
}

TEST_F(MeasuredOnTheWire, DatagramsTheWireDoubledAreCountedAndFragmentsAreNot) {
  run.sendto("client#1", "server", "x");
  talk.packet(run.packet("client#1", "server", PacketKind::udp, 1)).verdict = Verdict::duplicated;
  EXPECT_EQ(value_of("datagrams.duplicated"), "1");
  for (int i = 0; i < 3; ++i) {
    Packet& fragment = talk.packet(run.packet("client#1", "server", PacketKind::fragment, 1480));
    fragment.protocol = "udp";
    fragment.verdict = Verdict::duplicated;
  }
  EXPECT_EQ(value_of("datagrams.duplicated"), "1");
  EXPECT_EQ(value_of("wire.duplicated"), "4");
  EXPECT_EQ(value_of("wire.fragment"), "3");
}

TEST(RunMetrics, TellOutcomeAndOrder) {
  TimelineBuilder run({{"client", 1}});
  run.call("client", "socket");
  EXPECT_EQ(value(run, "run.outcome"), "completed");
  EXPECT_EQ(value(run, "run.order"), "[client.socket#1]");
  run.edit().outcome = Outcome::deadlock;
  EXPECT_EQ(value(run, "run.outcome"), "deadlock");
  EXPECT_TRUE(measure(run.timeline(), "run.elapsed_ms").machine_dependent);
}

TEST(RunMetrics, OfAFileThatWasNotPlayedOnlyTheOutcomeIsSeen) {
  TimelineBuilder run({{"client", 1}});
  run.edit().outcome = Outcome::not_possible_here;
  EXPECT_EQ(value(run, "run.outcome"), "not-possible-here");
  EXPECT_EQ(value(run, "client.send.count"), "-");
}

TEST(Metrics, ThatDoNotExistAreNotObservable) {
  const TimelineBuilder run = three_sends();
  EXPECT_EQ(value(run, "server.recv.colour"), "-");
  EXPECT_EQ(value(run, "nobody.recv.count"), "-");
}

TEST(Summary, HasOneEntryForWhatTheRunShows) {
  const std::vector<std::string> names = summary_names(three_sends());
  EXPECT_THAT(names, Contains("server.recv.sizes"));
  EXPECT_THAT(names, Contains("server.accept.blocked"));
  EXPECT_THAT(names, Contains("client.sent.bytes"));
  EXPECT_THAT(names, Contains("client.errors"));
  EXPECT_THAT(names, Contains("wire.closed_first"));
  EXPECT_THAT(names, Not(Contains("client.accept.count")));
  EXPECT_THAT(names, Not(Contains("datagrams.sent")));
  EXPECT_THAT(names, Not(Contains("wire.packets")));
}

TEST(Summary, NamesNothingTwiceAndNothingThatCannotBeMeasured) {
  TimelineBuilder run = three_sends();
  run.recvfrom("server", run.sendto("client", "server", "x"));
  WireTalk(run, "client", "server").shake_hands();
  run.packet("client", "server", PacketKind::udp, 1);
  std::vector<std::string> names = summary_names(run);
  for (const std::string& name : names) EXPECT_NE(value(run, name), "-") << name;
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Summary, ListsActorsInLaneOrderAndTheRunAtTheEnd) {
  const std::vector<std::string> names = summary_names(three_sends());
  EXPECT_EQ(names.front().substr(0, 7), "server.");
  EXPECT_EQ(names.back(), "run.elapsed_ms");
}

}  // namespace
}  // namespace wirelab::timeline

#include "labs/timeline/metrics.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "labs/scenario/value.hh"
#include "tests/timeline/timeline_builder.hh"

namespace wirelab::timeline {
namespace {

using scenario::PacketKind;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using tests::TimelineBuilder;
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
  const int c = run.connected("client", "server");
  EXPECT_EQ(value(run, "server.sha256"), "-");
  run.edit(run.recv("server", c)).args.emplace_back("sha256", "abc123");
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

TEST(WireMetrics, ReadHandshakeTeardownAndPayloadsFromThePackets) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.connected("client", "server");
  const EventId lost = run.packet("client", "server", PacketKind::syn);
  std::get<Packet>(run.edit().events[static_cast<std::size_t>(lost) - 1].what).verdict = Verdict::dropped;
  run.packet("client", "server", PacketKind::syn);
  run.packet("server", "client", PacketKind::syn_ack);
  run.packet("client", "server", PacketKind::ack);
  run.packet("client", "server", PacketKind::data, 5);
  run.packet("server", "client", PacketKind::ack);
  run.packet("client", "server", PacketKind::data, 7);
  run.packet("client", "server", PacketKind::fin);
  run.packet("server", "client", PacketKind::ack);
  run.packet("server", "client", PacketKind::fin);
  run.packet("client", "server", PacketKind::ack);
  EXPECT_EQ(value(run, "wire.handshake"), "[SYN, SYN, SYN-ACK, ACK]");
  EXPECT_EQ(value(run, "wire.client.handshake"), "[SYN, SYN, SYN-ACK, ACK]");
  EXPECT_EQ(value(run, "wire.teardown"), "[client FIN, server ACK, server FIN, client ACK]");
  EXPECT_EQ(value(run, "wire.client.payloads"), "[5, 7]");
  EXPECT_EQ(value(run, "wire.packets"), "11");
  EXPECT_EQ(value(run, "wire.data"), "2");
  EXPECT_EQ(value(run, "wire.SYN"), "2");
  EXPECT_EQ(value(run, "wire.server.ACK"), "2");
  EXPECT_EQ(value(run, "wire.dropped"), "1");
}

TEST(WireMetrics, CountAWindowThatFellToZeroOnceHoweverOftenItIsRepeated) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.connected("client", "server");
  for (const std::int64_t window : {100, 0, 0, 0, 50, 0}) {
    const EventId id = run.packet("server", "client", PacketKind::ack);
    std::get<Packet>(run.edit().events[static_cast<std::size_t>(id) - 1].what).window = window;
  }
  EXPECT_EQ(value(run, "wire.server.zero_windows"), "2");
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

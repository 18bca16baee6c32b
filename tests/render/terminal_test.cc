#include "labs/render/terminal.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"
#include "tests/render/pages.hh"
#include "tests/render/sample_runs.hh"

namespace wirelab::render {
namespace {

using scenario::Value;
using test::expect_snapshot;
using test::lines_of;
using test::RunBuilder;
using testing::HasSubstr;
using testing::Not;
using timeline::EventId;

/// The number of the first line that has `part` in it, from 0; -1 if there is none.
int line_with(const std::string& page, const std::string& part) {
  const std::vector<std::string> lines = lines_of(page);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (lines[index].find(part) != std::string::npos) return static_cast<int>(index);
  }
  return -1;
}

std::string page_of(const RunRecord& run, int columns = 80) { return to_terminal(run, {.columns = columns}); }

// ----------------------------------------------------------------------------------------------- whole pages

TEST(TerminalPage, ShowsThreeSendsAtEightyColumns) {
  expect_snapshot("three-sends-80", page_of(test::three_sends_one_recv()));
}

TEST(TerminalPage, UsesTheRoomOfAHundredAndSixtyColumns) {
  expect_snapshot("three-sends-160", page_of(test::three_sends_one_recv(), 160));
  expect_snapshot("three-actors-160", page_of(test::three_actors(), 160));
}

TEST(TerminalPage, LeavesOutTimesWhenCanonical) {
  expect_snapshot("three-sends-canonical",
                  to_terminal(test::three_sends_one_recv(), {.columns = 80, .canonical = true}));
}

TEST(TerminalPage, IsDrawnInAsciiWhereNothingElseCanBeShown) {
  expect_snapshot("three-sends-ascii", to_terminal(test::three_sends_one_recv(), {.columns = 80, .ascii = true}));
  expect_snapshot("chinese-ascii", to_terminal(test::chinese(), {.columns = 80, .ascii = true}));
}

TEST(TerminalPage, IsColouredWhereThatIsWanted) {
  expect_snapshot("three-sends-colour", to_terminal(test::three_sends_one_recv(), {.columns = 80, .colour = true}));
}

TEST(TerminalPage, LinesUpChineseText) { expect_snapshot("chinese-80", page_of(test::chinese())); }
TEST(TerminalPage, ShowsARefusedConnect) { expect_snapshot("refused-80", page_of(test::refused())); }
TEST(TerminalPage, ShowsLostDatagrams) { expect_snapshot("datagrams-lost-80", page_of(test::datagrams_lost())); }
TEST(TerminalPage, ShowsWhoWaitsForWhomInADeadlock) { expect_snapshot("deadlock-80", page_of(test::deadlock())); }
TEST(TerminalPage, ShowsAHalfClose) { expect_snapshot("half-close-80", page_of(test::half_close())); }
TEST(TerminalPage, DrawsLargeDataToScale) { expect_snapshot("full-buffers-80", page_of(test::full_buffers())); }
TEST(TerminalPage, FoldsWhatFiftyClientsDoAlike) {
  expect_snapshot("fifty-clients-80", page_of(test::fifty_clients()));
}
TEST(TerminalPage, ShowsDecodedMessagesUnderTheStream) {
  expect_snapshot("framed-messages-80", page_of(test::framed_messages()));
  expect_snapshot("resumed-file-80", page_of(test::resumed_file()));
}
TEST(TerminalPage, FitsThreeActorsIntoEightyColumns) {
  expect_snapshot("three-actors-80", page_of(test::three_actors()));
}
TEST(TerminalPage, SaysWhereAnAnswerIsMissing) { expect_snapshot("unanswered-80", page_of(test::unanswered())); }
TEST(TerminalPage, ShowsOneOfEverything) { expect_snapshot("everything-80", page_of(test::everything())); }
TEST(TerminalPage, ShowsEveryPacketOfAConversation) {
  expect_snapshot("conversation-80", page_of(test::conversation_on_the_wire()));
  expect_snapshot("conversation-40", page_of(test::conversation_on_the_wire(), 40));
  expect_snapshot("conversation-120", page_of(test::conversation_on_the_wire(), 120));
  expect_snapshot("conversation-ascii",
                  to_terminal(test::conversation_on_the_wire(), {.columns = 80, .canonical = true, .ascii = true}));
}
TEST(TerminalPage, ShowsALostSyn) { expect_snapshot("lost-syn-80", page_of(test::lost_syn())); }
TEST(TerminalPage, ShowsALostSegmentAndHowItWasSentAgain) {
  expect_snapshot("lost-segment-80", page_of(test::lost_segment()));
}
TEST(TerminalPage, ShowsWhatBecomesOfDatagramsOnTheWire) {
  expect_snapshot("troubled-datagrams-80", page_of(test::troubled_datagrams()));
  expect_snapshot("troubled-datagrams-40", page_of(test::troubled_datagrams(), 40));
}
TEST(TerminalPage, ShowsABroadcastReachingEveryLane) { expect_snapshot("broadcast-80", page_of(test::broadcast())); }
TEST(TerminalPage, FoldsTheSegmentsOfALongTransfer) {
  expect_snapshot("bulk-transfer-80", page_of(test::bulk_transfer()));
}
TEST(TerminalPage, IsReadableAtFortyColumns) {
  expect_snapshot("three-sends-40", page_of(test::three_sends_one_recv(), 40));
}

// --------------------------------------------------------------------------------------------- what must hold

TEST(TerminalPage, WakesASleeperAfterWhatWokeIt) {
  const std::string page = page_of(test::three_sends_one_recv());
  const int asleep = line_with(page, "accept() asleep");
  const int connect = line_with(page, "connect(server:8888)");
  const int woken = line_with(page, "accept() = client");
  EXPECT_LT(asleep, connect);
  EXPECT_LT(connect, woken);
  EXPECT_LT(woken, line_with(page, "send(\"Hello\")"));
}

TEST(TerminalPage, PutsAMessageSentBeforeTheReceiveItWakes) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  const EventId receive = run.sleeps("server", "recv", {{"len", std::int64_t{9}}});
  run.send("client", "x\n");
  run.message("client", "x", true);
  std::swap(run.timeline().events[2], run.timeline().events[3]);
  run.woken(receive, 2).data = "x\n";
  const std::string page = page_of(run.record());
  EXPECT_LT(line_with(page, "message sent"), line_with(page, "send(\"x"));
  EXPECT_LT(line_with(page, "send(\"x"), line_with(page, "recv(9) = 2"));
}

TEST(TerminalPage, OrdersFreeRunsByTheClock) {
  RunBuilder run({"server", "client"});
  run.timeline().pace = scenario::Pace::free;
  run.connect("client", "server", 8888);
  const EventId receive = run.sleeps("server", "recv", {{"len", std::int64_t{9}}});
  run.send("client", "x");
  timeline::Call& woken = run.woken(receive, 1);
  woken.data = "x";
  woken.return_epoch = woken.start_epoch;
  const std::string page = page_of(run.record());
  EXPECT_LT(line_with(page, "recv(9) asleep"), line_with(page, "send(\"x\")"));
  EXPECT_LT(line_with(page, "send(\"x\")"), line_with(page, "recv(9) = 1"));
}

TEST(TerminalPage, DrawsNoFinOnAConnectionThatWasResetBefore) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", "never read");
  run.call_of(run.close("server")).readable = 10;
  run.close("client");
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr(" RST "));
  EXPECT_THAT(page, Not(HasSubstr(" FIN ")));
  EXPECT_THAT(page, HasSubstr("│never read│"));
}

TEST(TerminalPage, NamesAnActorThatAFailureEndedAndItsLine) {
  RunBuilder run({"server", "client"});
  run.fails("client", "connect", {{"to", "server"}, {"port", std::int64_t{8888}}}, "ECONNREFUSED");
  run.timeline().lanes[1].failure = "ECONNREFUSED";
  const std::string page = page_of(run.record());
  const int line = line_with(page, "client failed with ECONNREFUSED");
  ASSERT_GE(line, 0);
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(line)], testing::EndsWith(":20"));
}

TEST(TerminalPage, ShowsTheLineOfAMessageThatEndedItsActor) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.message("server", "", false);
  auto& message = std::get<timeline::Message>(run.timeline().events.back().what);
  message.error = "message-too-long";
  message.line = 17;
  run.timeline().lanes[0].failure = "message-too-long";
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("failed: message-too-long"));
  const int line = line_with(page, "server failed with message-too-long");
  ASSERT_GE(line, 0);
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(line)], testing::EndsWith(":17"));
}

TEST(TerminalPage, SaysThatAMessageWasNotSent) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.message("client", "", true);
  std::get<timeline::Message>(run.timeline().events.back().what).error = "message-too-long";
  EXPECT_THAT(page_of(run.record()), HasSubstr("not sent: message-too-long"));
}

TEST(TerminalPage, NumbersAnnotationsAsAReaderMeetsThem) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  const EventId receive = run.sleeps("server", "recv", {{"len", std::int64_t{9}}});
  const EventId send = run.send("client", "x");
  timeline::Call& woken = run.woken(receive, 1);
  woken.data = "x";
  run.annotate("of-the-receive", {receive}, "It was asleep.", "", {});
  run.annotate("of-the-send", {send}, "It was sent.", "", {});
  run.annotate("of-nothing-shown", {}, "It is everywhere.", "", {});
  const std::string page = page_of(run.record());
  EXPECT_GE(line_with(page, "send(\"x\") = 1 ①"), 0);
  EXPECT_GE(line_with(page, "recv(9) = 1 \"x\" ②"), 0);
  EXPECT_GE(line_with(page, "① It was sent."), 0);
  EXPECT_GE(line_with(page, "② It was asleep."), 0);
  EXPECT_GE(line_with(page, "③ It is everywhere."), 0);
  EXPECT_LT(line_with(page, "It was sent."), line_with(page, "It was asleep."));
}

TEST(TerminalPage, ShowsAReceiveOfAllAfterTheSendThatFedIt) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  const EventId send = run.send("client", std::string(300'000, 'x'));
  run.receive("server", std::string(300'000, 'x'), 300'000);
  run.woken(send, 300'000);
  const std::string page = page_of(run.record());
  EXPECT_LT(line_with(page, "recv(300000) asleep…"), line_with(page, "the rest"));
  EXPECT_LT(line_with(page, "the rest"), line_with(page, "recv(300000) = 300000"));
}

TEST(TerminalPage, ShowsTheValueThatGetsockoptReadBesideWhatItReturned) {
  RunBuilder run({"server", "client"});
  run.call("client", "getsockopt", {{"option", "SO_ERROR"}, {"value", std::int64_t{32}}});
  EXPECT_THAT(page_of(run.record()), HasSubstr("= 0, value 32"));
}

TEST(TerminalPage, CallsAReceiveThatHadNoRoomNoEndOfFile) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", "x");
  run.receive("server", "", 0);
  run.receive("server", "x");
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("recv(0) = 0"));
  EXPECT_THAT(page, Not(HasSubstr("end of file")));
  EXPECT_THAT(page, Not(HasSubstr("eof")));
}

TEST(TerminalPage, ShowsWhatASendThatFallsAsleepHasAskedFor) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  const EventId send = run.send("client", std::string(8'000, 'x'));
  run.call_of(send).args = {{"len", std::int64_t{100'000}}};
  run.call("server", "abort");
  timeline::Call& woken = run.woken(send, 8'000);
  woken.found_blocked = true;
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("send(100000 bytes) asleep…"));
  EXPECT_THAT(page, HasSubstr("what fits"));
  EXPECT_THAT(page, Not(HasSubstr("the rest"))) << "it never left";
}

TEST(TerminalPage, CountsNoUnreadBytesAsAReceive) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", std::string(4, 'a'));
  run.send("client", std::string(450, 'b'));
  run.receive("server", std::string(4, 'a'), 4);
  run.receive("server", std::string(400, 'b'), 400);
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("2 recvs, 50 never read"));
  EXPECT_THAT(page, Not(HasSubstr("3 recvs")));
}

TEST(TerminalPage, TellsStreamsOfTwoConnectionsApart) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.connect("client", "server", 8888);
  run.send("client", "one", 0);
  run.send("client", "two", 1);
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("client → server, connection 1"));
  EXPECT_THAT(page, HasSubstr("client → server, connection 2"));
}

TEST(TerminalPage, SaysWhatTheHatchesAreWhereThereIsNoRoomForTheWord) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  const EventId send = run.send("client", "abcdefgh");
  run.tcp("client", "server", {"ACK"}, "abc", send);
  const EventId lost = run.tcp("client", "server", {"ACK"}, "de", send);
  run.tcp("client", "server", {"ACK", "PSH"}, "fgh", send);
  run.lose(lost);
  run.again(lost);
  run.receive("server", "abcdefgh");
  EXPECT_THAT(page_of(run.record()), HasSubstr("░ was lost"));
}

/// A sendto to everyone whose datagrams go to the other two lanes.
EventId shout(RunBuilder& run, timeline::Datagram::Fate fate, int rule_line = 0) {
  const EventId sent = run.send_datagram("caller", "one", "news 1", fate, rule_line);
  run.timeline().datagrams.push_back(run.timeline().datagrams.back());
  run.timeline().datagrams.back().to = run.lane("two");
  run.call_of(sent).args = {{"len", std::int64_t{6}}, {"to", "everyone"}, {"port", std::int64_t{9000}}};
  return run.udp("", sent);
}

void add_rule(RunBuilder& run, int line, std::optional<std::string> to) {
  scenario::WireRule rule;
  rule.at.line = line;
  rule.match.to = std::move(to);
  run.scenario().wire.rules.push_back(rule);
}

TEST(TerminalPage, DrawsABroadcastThatIsLostAsArrivingAtNobody) {
  RunBuilder run({"caller", "one", "two"});
  run.lose(shout(run, timeline::Datagram::Fate::dropped_by_rule, 5), 5);
  const std::string page = page_of(run.record());
  const int row = line_with(page, "lost :5");
  ASSERT_GE(row, 0);
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(row)], Not(HasSubstr("▶")));
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(row)], testing::ContainsRegex("✗.*✗"));
}

TEST(TerminalPage, DrawsABroadcastThatIsHeldForAllWhereItIsHeldAndWhereItArrives) {
  RunBuilder run({"caller", "one", "two"});
  add_rule(run, 5, std::nullopt);
  const EventId id = shout(run, timeline::Datagram::Fate::delivered);
  run.packet_of(id).verdict = timeline::Verdict::held;
  run.packet_of(id).rule_line = 5;
  run.note("one", "Nothing has come yet.");
  run.deliver_late(id);
  const std::string page = page_of(run.record());
  const int held = line_with(page, "held :5");
  ASSERT_GE(held, 0);
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(held)], testing::ContainsRegex("‖.*‖"));
  EXPECT_LT(held, line_with(page, "Nothing has come yet."));
  EXPECT_LT(line_with(page, "Nothing has come yet."), line_with(page, "▶"));
}

TEST(TerminalPage, HoldsABroadcastBackFromThoseAloneWhomTheRuleNames) {
  RunBuilder run({"caller", "one", "two"});
  add_rule(run, 5, "two");
  const EventId id = shout(run, timeline::Datagram::Fate::delivered);
  run.packet_of(id).verdict = timeline::Verdict::delayed;
  run.packet_of(id).rule_line = 5;
  const std::string page = page_of(run.record());
  const int row = line_with(page, "delayed :5");
  ASSERT_GE(row, 0);
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(row)], testing::ContainsRegex("▶.*‖"));
  EXPECT_THAT(to_terminal(run.record(), {.columns = 50}), HasSubstr("delayed :5 for two"));
}

TEST(TerminalPage, ShowsADatagramThatWasTakenTwice) {
  RunBuilder run({"server", "client"});
  const EventId sent = run.send_datagram("client", "server", "once");
  run.receive_datagram("server", sent);
  run.receive_datagram("server", sent);
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("1 datagram sent, 2 delivered"));
  EXPECT_THAT(page, HasSubstr("[\"once\"] ×2"));
}

TEST(TerminalPage, CountsADatagramForTwoSocketsOfOneHostAsSentOnce) {
  RunBuilder run({"server", "client"});
  run.send_datagram("client", "server", "once");
  run.timeline().datagrams.push_back(run.timeline().datagrams.back());
  EXPECT_THAT(page_of(run.record()), HasSubstr("1 datagram sent, 2 delivered"));
}

TEST(TerminalPage, GivesAPacketThatLeftLongAfterItsCallATimeOfItsOwn) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  const EventId send = run.send("client", "Again");
  const EventId packet = run.tcp("client", "server", {"ACK", "PSH"}, "Again", send);
  run.timeline().events[static_cast<std::size_t>(packet) - 1].at += 200'000'000;
  run.packet_of(packet).delivered_at += 200'000'000;
  const std::string page = page_of(run.record());
  const int row = line_with(page, "PSH-ACK");
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(row)], Not(HasSubstr("send(")));
  EXPECT_THAT(lines_of(page)[static_cast<std::size_t>(row)], HasSubstr("200ms"));
}

TEST(TerminalPage, LetsAConnectThatGaveUpSleepWhileItsSynIsSentAgain) {
  RunBuilder run({"server", "client"});
  const int made = run.connection("client", "server");
  const EventId connect = run.fails("client", "connect", {{"to", "server"}, {"port", std::int64_t{8888}}}, "ETIMEDOUT");
  run.call_of(connect).connection = made;
  run.timeline().connections[0].connect = connect;
  const EventId first = run.tcp("client", "server", {"SYN"}, "", connect);
  const EventId second = run.again(first);
  for (const EventId id : {first, second}) {
    run.lose(id, 6);
    run.packet_of(id).epoch = run.call_of(connect).start_epoch;
  }
  run.call_of(connect).returned_at = 3'000'000'000;
  const std::string page = page_of(run.record());
  EXPECT_LT(line_with(page, "asleep…"), line_with(page, "SYN again"));
  EXPECT_LT(line_with(page, "SYN again"), line_with(page, "= ETIMEDOUT"));
}

TEST(TerminalPage, LetsAConnectReturnBeforeTheSynAckThatIsSentAgainASecondLater) {
  RunBuilder run({"server", "client"});
  const int made = run.connection("client", "server");
  const EventId connect = run.sleeps("client", "connect", {{"to", "server"}, {"port", std::int64_t{8888}}});
  run.call_of(connect).connection = made;
  run.timeline().connections[0].connect = connect;
  run.tcp("client", "server", {"SYN"}, "", connect);
  const EventId answer = run.tcp("server", "client", {"SYN", "ACK"});
  const timeline::Epoch woken_in = run.packet_of(answer).delivered_epoch;
  run.woken(connect).return_epoch = woken_in;
  const EventId again = run.again(answer);
  run.packet_of(answer).woke = connect;
  run.packet_of(again).epoch = woken_in;
  run.timeline().events[static_cast<std::size_t>(again) - 1].at += 1'000'000'000;
  const std::string page = page_of(run.record());
  EXPECT_LT(line_with(page, "connect() = 0"), line_with(page, "SYN-ACK again"));
}

TEST(TerminalPage, NamesAProbeOfASilentPeer) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.tcp("client", "server", {"SYN"});
  run.tcp("server", "client", {"SYN", "ACK"});
  run.tcp("client", "server", {"ACK"});
  const EventId probe = run.tcp("client", "server", {"ACK"});
  run.packet_of(probe).seq = 0;
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("ACK probe seq=0"));
  EXPECT_THAT(page, Not(HasSubstr("ACK repeated")));
}

TEST(TerminalPage, FoldsReceivesThatAreTheSame) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", "aaaa");
  EventId last = 0;
  for (int time = 0; time < 4; ++time) run.call_of(last = run.receive("server", "a", 1)).line = 30;
  run.annotate("loop", {last}, "Four times.", "", {});
  EXPECT_THAT(page_of(run.record()), HasSubstr("recv(1) = 1 \"a\" ×4 ①"));
}

TEST(TerminalPage, DoesNotFoldReceivesOfDifferentLinesOrWithSomethingBetween) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", "aaaaaaaa");
  for (int time = 0; time < 4; ++time) run.receive("server", "a", 1);
  for (int time = 0; time < 4; ++time) {
    run.call_of(run.receive("server", "a", 1)).line = 40;
    run.note("client", "something between");
  }
  EXPECT_THAT(page_of(run.record()), Not(HasSubstr("×")));
}

TEST(TerminalPage, ShowsTheBytesOfAllReceivesThatItFolds) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", "abcdefgh");
  for (const char letter : std::string("abcdefgh")) {
    run.call_of(run.receive("server", std::string(1, letter), 1)).line = 30;
  }
  EXPECT_THAT(page_of(run.record()), HasSubstr("recv(1) = 1 \"abcdefgh\" ×8"));
}

TEST(TerminalPage, NeverShowsSeveralDatagramsAsOne) {
  RunBuilder run({"server", "client"});
  std::vector<EventId> sent;
  for (int number = 1; number <= 8; ++number) {
    sent.push_back(run.send_datagram("client", "server", fmt::format("n{}", number)));
  }
  for (const EventId id : sent) run.call_of(run.receive_datagram("server", id)).line = 30;
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("\"n8\""));
  EXPECT_THAT(page, Not(HasSubstr("n1n2")));
}

TEST(TerminalPage, NamesTheGroupThatAFrameGoesToThoughNobodyWasToHearIt) {
  RunBuilder run({"caller", "one"});
  const EventId sent = run.send_datagram("caller", "one", "news");
  const EventId frame = run.udp("", sent);
  run.packet_of(frame).cause = 0;
  run.packet_of(frame).headers =
      std::string(12, '\0') + std::string("\x08\x00", 2) + std::string(16, '\0') + "\xEF\x01\x02\x03";
  EXPECT_THAT(page_of(run.record()), HasSubstr("to 239.1.2.3"));
}

TEST(TerminalPage, NamesTheLostFragmentOfABroadcastToEachReceiver) {
  RunBuilder run({"caller", "one", "two"});
  const EventId sent = run.send_datagram("caller", "one", "large", timeline::Datagram::Fate::dropped_by_rule, 6);
  run.timeline().datagrams.push_back(run.timeline().datagrams.back());
  run.timeline().datagrams.back().to = run.lane("two");
  for (const std::int64_t offset : {0, 1480}) {
    const EventId id = run.udp("", sent);
    run.packet_of(id).fragment = timeline::Fragment{7, offset, offset == 0};
    if (offset > 0) run.lose(id, 6);
  }
  const std::string page = page_of(run.record());
  const std::size_t first = page.find("fragment 2 of 2 lost :6");
  ASSERT_NE(first, std::string::npos);
  EXPECT_NE(page.find("fragment 2 of 2 lost :6", first + 1), std::string::npos);
}

TEST(TerminalPage, LeavesAFewReceivesWithDifferentBytesAsTheyAre) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", "HelloWorldAgain");
  for (const std::string word : {"Hello", "World", "Again"}) run.call_of(run.receive("server", word, 5)).line = 30;
  EXPECT_THAT(page_of(run.record()), HasSubstr("recv(5) = 5 \"World\""));
}

TEST(TerminalPage, FoldsRoundsOfALoop) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  for (int round = 0; round < 5; ++round) {
    run.call_of(run.send("client", "ping")).line = 30;
    run.call_of(run.receive("server", "ping")).line = 40;
  }
  const std::string page = page_of(run.record());
  EXPECT_GE(line_with(page, "… the same 4 times more"), 0);
  EXPECT_EQ(line_with(page.substr(page.find("the same 4 times")), "send(\"ping\")"), -1);
}

TEST(TerminalPage, AbridgesAStoryThatIsTooLongToRead) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  EventId told_about = 0;
  for (int round = 0; round < 1000; ++round) {
    const EventId send = run.send("client", fmt::format("number {}", round));
    if (round == 500) told_about = send;
  }
  run.annotate("rule", {told_about}, "Number 500.", "", {});
  const std::string page = page_of(run.record());
  EXPECT_LT(lines_of(page).size(), 600u);
  EXPECT_GE(line_with(page, "send(\"number 0\")"), 0);
  EXPECT_GE(line_with(page, "send(\"number 500\") = 10 ①"), 0);
  EXPECT_GE(line_with(page, "send(\"number 999\")"), 0);
  EXPECT_EQ(line_with(page, "send(\"number 600\")"), -1);
  EXPECT_GE(line_with(page, "… left out here: 261 calls"), 0);
}

TEST(TerminalPage, ShowsTheFieldsOfARecordAsTheyAre) {
  RunBuilder run({"server", "client"});
  run.timeline().lanes[0].framing = scenario::Framing{.kind = scenario::RecordFraming{}};
  run.connect("client", "server", 8888);
  run.message("server", "id=7 text=\"Hello\"", false);
  EXPECT_THAT(page_of(run.record()), HasSubstr("message: id=7 text=\"Hello\""));
}

TEST(TerminalPage, LeavesOutAPortThatTheKernelChoseWhenCanonical) {
  RunBuilder run({"server", "client"});
  const EventId answer =
      run.call("server", "sendto", {{"len", std::int64_t{1}}, {"to", "client"}, {"port", std::int64_t{49453}}}, 1);
  run.call_of(answer).data = "x";
  EXPECT_THAT(to_terminal(run.record(), {.columns = 80, .canonical = true}), HasSubstr("sendto(client, \"x\") = 1"));
  EXPECT_THAT(page_of(run.record()), HasSubstr("sendto(client:49453, \"x\") = 1"));
}

TEST(TerminalPage, ShowsTheBytesThatNobodyRead) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", "read and not read");
  run.receive("server", "read");
  EXPECT_THAT(page_of(run.record()), HasSubstr("13 never read"));
}

TEST(ByteRuler, TellsBytesThatBecameNoMessageFromThoseThatNobodyRead) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", std::string(20, 'a') + "\n" + std::string(19, 'b') + std::string(20, 'c'));
  run.receive("server", std::string(20, 'a') + "\n" + std::string(19, 'b'), 40);
  run.message("server", std::string(20, 'a'), false);
  run.timeline().events.back().what = timeline::Message{
      0, "recv_message#1", 1, false, std::string(20, 'a'), "", timeline::StreamRange{0, 1, 0, 0, 21}, 0};
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, testing::ContainsRegex("message .*no message.*never read"));
  EXPECT_THAT(page, HasSubstr("20 never read"));
}

TEST(ByteRuler, CountsTheSendsOfTheScriptAndTheirPieces) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  int piece = 0;
  for (const std::string text : {"Hel", "lo"}) {
    timeline::Call& call = run.call_of(run.send("client", text));
    call.piece = ++piece;
    call.pieces = 2;
    call.step = "send#1";
  }
  EXPECT_THAT(page_of(run.record()), HasSubstr("5 bytes: 1 send in 2 pieces, 0 recvs"));
}

/// `count` streams, each a byte long; those that are `cut` come out of two receives.
RunRecord streams(int count, int cut) {
  RunBuilder run({"server", "client"});
  for (int index = 0; index < count; ++index) {
    run.connect("client", "server", 8888);
    run.send("client", "ab", index);
    run.receive("server", index < cut ? "a" : "ab", 2, index);
    if (index < cut) run.receive("server", "b", 2, index);
  }
  return run.record();
}

TEST(ByteRuler, SaysOfTheStreamsItLeavesOutOnlyWhatIsSo) {
  EXPECT_THAT(page_of(streams(7, 0)),
              HasSubstr("… and 6 more streams, in which each recv brought what one send had sent"));
  EXPECT_GE(line_with(page_of(streams(7, 6)), " … and 3 more streams"), 0);
  EXPECT_THAT(page_of(streams(7, 6)), Not(HasSubstr("in which each recv")));
  EXPECT_THAT(page_of(streams(4, 4)), Not(HasSubstr("more stream")));
}

TEST(ByteRuler, NeverCutsItsHeading) {
  for (int columns = 40; columns <= 100; ++columns) {
    const std::string page = page_of(test::conversation_on_the_wire(), columns);
    EXPECT_THAT(page, HasSubstr(columns < 72 ? "empty)" : "2 recvs (1 of them empty)")) << columns;
    EXPECT_THAT(page, HasSubstr("client → server")) << columns;
  }
}

TEST(ByteRuler, SpellsControlCharactersWhereOnlyAsciiCanBeShown) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", std::string("a b\n\r\t\0\x01\x7F", 9));
  run.receive("server", "a b");
  const std::string page = to_terminal(run.record(), {.columns = 80, .ascii = true});
  EXPECT_THAT(page, HasSubstr("send     |a_b \\n\\r\\t\\0\\x01\\x7f|"));
  EXPECT_THAT(page, HasSubstr("recv     |a_b|"));
  EXPECT_THAT(page, HasSubstr("_ is a space."));
}

TEST(ByteRuler, ExplainsTheSignsThatStandForControlCharactersWhereThereIsNoRoom) {
  RunBuilder run({"server", "client"});
  run.connect("client", "server", 8888);
  run.send("client", std::string(20, '\x01') + "é");
  const std::string page = to_terminal(run.record(), {.columns = 40, .ascii = true});
  EXPECT_THAT(page, HasSubstr("|....................##|"));
  EXPECT_THAT(page, HasSubstr(". is a control character, # is a byte\n that is not ASCII."));
}

TEST(DatagramTable, GoesByTimeAndNamesTheCallThatSent) {
  RunBuilder run({"server", "late", "early"});
  const EventId first = run.send_datagram("early", "server", "first");
  const EventId second = run.send_datagram("late", "server", "second");
  run.call_of(second).call = "send";
  run.receive_datagram("server", first);
  run.call_of(run.receive_datagram("server", second)).call = "recv";
  const std::string page = page_of(run.record());
  EXPECT_LT(line_with(page, "early → server  1 datagram"), line_with(page, "late → server  1 datagram"));
  EXPECT_GE(line_with(page, " sendto    [\"first\"]"), 0);
  EXPECT_GE(line_with(page, " recvfrom  [\"first\"]"), 0);
  EXPECT_GE(line_with(page, " send      [\"second\"]"), 0);
  EXPECT_GE(line_with(page, " recv      [\"second\"]"), 0);
}

TEST(DatagramTable, NamesNoSingleCallWhereThereWereTwo) {
  RunBuilder run({"client", "server"});
  run.send_datagram("client", "server", "one");
  run.call_of(run.send_datagram("client", "server", "two")).call = "send";
  const std::string page = page_of(run.record());
  EXPECT_GE(line_with(page, " sent      [\"one\"]"), 0);
  EXPECT_GE(line_with(page, " received  – never read"), 0);
}

/// Every arrow tells what it is, whatever the width.
TEST(Arrows, KeepTheirLabelsAtEveryWidth) {
  RunBuilder loopback({"client", "server"});
  loopback.connect("client", "server", 8888);
  loopback.send("client", "12345");
  loopback.close("client");
  for (int columns = 40; columns <= 170; ++columns) {
    const std::string page = page_of(loopback.record(), columns);
    EXPECT_THAT(page, HasSubstr("handshake")) << columns;
    EXPECT_GE(line_with(page, "5 bytes"), 0) << columns;
    EXPECT_THAT(page, HasSubstr("FIN")) << columns;
    const std::string wire = page_of(test::lost_segment(), columns);
    EXPECT_THAT(wire, HasSubstr("SYN-ACK seq=0")) << columns;
    EXPECT_THAT(wire, HasSubstr("lost :14")) << columns;
    EXPECT_THAT(wire, HasSubstr("again")) << columns;
  }
}

TEST(Deadlock, DoesNotSayThatThoseSleepWhoHaveEnded) {
  RunBuilder run({"server", "client"});
  run.call_of(run.sleeps("server", "accept")).ended_by = "deadlock";
  run.timeline().outcome = timeline::Outcome::deadlock;
  run.timeline().waits = {{0, 8, "accept#1", words::Message{"wait.asleep"_text, {{"call", "accept"}}}, 1}};
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("Whoever has not ended sleeps"));
  EXPECT_THAT(page, HasSubstr("server is asleep in accept, and waits for client, which has ended"));
}

TEST(Deadlock, DoesNotSayThatThoseSleepWhoWaitForAFact) {
  RunBuilder run({"server", "client"});
  run.call_of(run.sleeps("server", "accept")).ended_by = "deadlock";
  run.timeline().outcome = timeline::Outcome::deadlock;
  run.timeline().waits = {{0, 8, "accept#1", words::Message{"wait.asleep"_text, {{"call", "accept"}}}, 1},
                          {1, 9, "note#1", words::Message{"wait.for-impossible-fact"_text, {{"fact", "server.close"}}}, 0}};
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("Nobody can go on"));
  EXPECT_THAT(page, Not(HasSubstr("sleeps")));
}

TEST(TerminalPage, CountsNoPointsWhereNoneCouldBeEarned) {
  RunBuilder run({"server", "client"});
  run.check("wire.packets", Value(3), Value(3));
  run.record().checks.back().verdict = grade::Verdict::not_observable;
  EXPECT_THAT(page_of(run.record()), Not(HasSubstr("0 of 0")));
}

TEST(TerminalPage, HidesAMetricEverywhereUntilItIsPredicted) {
  const std::string page = page_of(test::everything());
  EXPECT_THAT(page, HasSubstr("server.recv.count: ???"));
  EXPECT_THAT(page, Not(HasSubstr("4242")));
}

TEST(TerminalPage, ShowsAMetricOnceItIsPredicted) {
  RunBuilder run({"server", "client"});
  run.predict("server.recv.count", Value(7), Value(4242));
  EXPECT_THAT(page_of(run.record()), HasSubstr("4242"));
}

TEST(TerminalPage, RevealsAMetricIfThatIsAskedFor) {
  RunBuilder run({"server", "client"});
  run.predict("server.recv.count", std::nullopt, Value(4242));
  run.record().reveals = true;
  const std::string page = page_of(run.record());
  EXPECT_THAT(page, HasSubstr("server.recv.count: not answered; it was 4242"));
  EXPECT_THAT(page, Not(HasSubstr("???")));
}

TEST(TerminalPage, AnswersAWrongPredictionWithTheExplanationByItsNumberAndTheLines) {
  const std::string page = page_of(test::three_sends_one_recv());
  EXPECT_THAT(page, HasSubstr("because    ② 3 sends (5+5+5 bytes) came out of one recv of 15 bytes."));
  EXPECT_THAT(page, HasSubstr("seen at    lines"));
}

TEST(TerminalPage, SaysSoWhereAMetricCannotBeSeen) {
  EXPECT_THAT(page_of(test::everything()), HasSubstr("not-observable"));
}

TEST(TerminalPage, CountsNoPointsForWhatCannotBeSeen) {
  EXPECT_THAT(page_of(test::everything()), HasSubstr("3 of 5 points"));
}

TEST(TerminalPage, CarriesNoMeaningInColourAlone) {
  const std::string plain = to_terminal(test::everything(), {.columns = 80});
  std::string coloured = to_terminal(test::everything(), {.columns = 80, .colour = true});
  for (std::size_t start = 0; (start = coloured.find('\x1b', start)) != std::string::npos;) {
    coloured.erase(start, coloured.find('m', start) - start + 1);
  }
  EXPECT_EQ(plain, coloured);
}

TEST(TerminalPage, CanonicalIsTheSameForTwoRunsThatDifferInTheirTimes) {
  for (const auto& [name, run] : test::all_samples()) {
    RunRecord slower = run;
    slower.timeline.elapsed *= 7;
    for (timeline::Event& event : slower.timeline.events) {
      event.at = event.at * 7 + 3;
      if (auto* call = std::get_if<timeline::Call>(&event.what)) {
        call->returned_at = call->returned_at * 11 + 5;
        call->asleep += 1000;
        call->state = "SYN_SENT";
        call->unacked = 5;
      }
    }
    const TerminalStyle style{.columns = 80, .canonical = true};
    EXPECT_EQ(to_terminal(run, style), to_terminal(slower, style)) << name;
  }
}

// -------------------------------------------------------------------------- what must hold of every page at all

/// The page is printable UTF-8, and no line of it is wider than `columns`.
void expect_well_formed(const std::string& page, int columns, bool ascii) {
  for (const std::string& line : lines_of(page)) {
    ASSERT_LE(display_width(line), columns) << line;
    for (std::string_view rest = line; !rest.empty();) {
      const scenario::CodePoint here = scenario::first_code_point(rest);
      ASSERT_TRUE(here.valid) << line;
      ASSERT_TRUE(scenario::is_printable(here.value))
          << fmt::format("U+{:04X} in ", static_cast<unsigned>(here.value)) << line;
      ASSERT_TRUE(!ascii || here.value < 0x80) << line;
      rest.remove_prefix(here.bytes);
    }
  }
}

constexpr int every_width[] = {40, 57, 80, 160};

TEST(EveryPage, FitsItsColumnsAndIsHarmless) {
  for (const auto& [name, run] : test::all_samples()) {
    SCOPED_TRACE(name);
    for (const int columns : every_width) {
      for (const bool ascii : {false, true}) {
        expect_well_formed(to_terminal(run, {.columns = columns, .ascii = ascii}), columns, ascii);
      }
    }
  }
}

/// No line begins with a mark that ends a phrase.
void expect_marks_in_place(const std::string& page) {
  for (const std::string& line : lines_of(page)) {
    const std::size_t first = line.find_first_not_of(' ');
    if (first == std::string::npos) continue;
    for (const char* mark : {"，", "。", "；", "：", "、", "？", "）", "”"}) {
      EXPECT_FALSE(std::string_view(line).substr(first).starts_with(mark)) << line;
    }
  }
}

RunRecord in_chinese(RunRecord run) {
  run.language = words::Language::chinese;
  return run;
}

TEST(EveryPage, FitsItsColumnsInChinese) {
  for (const auto& [name, run] : test::all_samples()) {
    SCOPED_TRACE(name);
    for (const int columns : every_width) {
      const std::string page = page_of(in_chinese(run), columns);
      expect_well_formed(page, columns, false);
      expect_marks_in_place(page);
    }
  }
}

/// The columns of a line before the first and before the last `sign`.
std::pair<int, int> columns_of(const std::string& line, const std::string& sign) {
  return {display_width(line.substr(0, line.find(sign))), display_width(line.substr(0, line.rfind(sign)))};
}

TEST(ChinesePage, HasTheRulerOfTheEnglishOne) {
  const RunRecord run = test::conversation_on_the_wire();
  const std::string cell = "│";
  const auto cells_of_ruler = [&](const std::string& page, const std::string& heading) {
    std::vector<std::pair<int, int>> cells;
    const std::string ruler = page.substr(page.find(heading));
    for (const std::string& line : lines_of(ruler.substr(0, ruler.find("\n\n")))) {
      if (line.find(cell) != std::string::npos) cells.push_back(columns_of(line, cell));
    }
    return cells;
  };
  const auto english = cells_of_ruler(page_of(run), "Whose bytes went where");
  EXPECT_FALSE(english.empty());
  EXPECT_EQ(cells_of_ruler(page_of(in_chinese(run)), "谁的字节去了哪里"), english);
}

TEST(ChinesePage, HasTheLanesOfTheEnglishOne) {
  const RunRecord run = test::three_sends_one_recv();
  const auto lanes_of = [](const std::string& page) {
    std::vector<int> columns;
    for (const std::string& line : lines_of(page)) {
      if (line.find("server") == std::string::npos || line.find("client") == std::string::npos) continue;
      columns = {display_width(line.substr(0, line.find("server"))),
                 display_width(line.substr(0, line.find("client")))};
      break;
    }
    return columns;
  };
  EXPECT_EQ(lanes_of(page_of(in_chinese(run))), lanes_of(page_of(run)));
  expect_snapshot("three-sends-chinese", page_of(in_chinese(run)));
  expect_snapshot("everything-chinese", page_of(in_chinese(test::everything())));
}

/// A run of arbitrary calls with arbitrary bytes in them; the same for the same seed.
RunRecord arbitrary_run(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
  const auto bytes = [&] {
    static const std::vector<std::string> pieces{"a",
                                                 "hello ",
                                                 "你",
                                                 "，",
                                                 "\n",
                                                 "\x1b[31m",
                                                 "\xFF",
                                                 "e\xCC\x81",
                                                 "🎉",
                                                 "\"",
                                                 "\\",
                                                 "{i}",
                                                 "\t",
                                                 "한",
                                                 "\xE2\x80\xAE",
                                                 "x",
                                                 "     ",
                                                 "%s%n",
                                                 "<b>",
                                                 std::string(1, '\0'),
                                                 std::string(300, 'w')};
    std::string text;
    for (unsigned left = below(12); left > 0; --left) text += pieces[below(static_cast<unsigned>(pieces.size()))];
    return text;
  };
  std::vector<std::string> lanes{"server"};
  const unsigned copies = below(3) == 0 ? below(12) : 0;
  for (unsigned copy = 1; copy <= copies; ++copy) lanes.push_back(fmt::format("client#{}", copy));
  for (unsigned actor = below(4); actor > 0 || lanes.size() < 2; actor -= actor > 0 ? 1 : 0) {
    lanes.push_back(std::string(1 + below(30), 'n') + fmt::format("{}", lanes.size()));
  }
  RunBuilder run(lanes);
  run.scenario().title = bytes();
  run.scenario().about = bytes() + "\n\n" + bytes();
  const auto lane = [&] { return lanes[below(static_cast<unsigned>(lanes.size()))]; };
  int connections = 0;
  std::vector<EventId> asleep, datagrams;
  for (unsigned left = 5 + below(40); left > 0; --left) {
    switch (below(15)) {
      case 12:
      case 13:
        if (connections > 0) {
          static const std::vector<std::vector<std::string>> flags{
              {"SYN"}, {"SYN", "ACK"}, {"ACK"}, {"ACK", "PSH"}, {"ACK", "FIN"}, {"RST"}, {}};
          const auto connection = static_cast<int>(below(static_cast<unsigned>(connections)));
          const timeline::Connection& known = run.timeline().connections[static_cast<std::size_t>(connection)];
          const bool by_client = below(2) == 0;
          const auto from = static_cast<std::size_t>(by_client ? known.client : known.server);
          const auto to = static_cast<std::size_t>(by_client ? known.server : known.client);
          const EventId id = run.tcp(lanes[from], lanes[to], flags[below(static_cast<unsigned>(flags.size()))], bytes(),
                                     static_cast<EventId>(below(4)), connection);
          run.packet_of(id).verdict = static_cast<timeline::Verdict>(below(6));
          run.packet_of(id).retransmission = below(3) == 0;
          run.packet_of(id).window = below(3) * 1000;
          run.packet_of(id).rule_line = static_cast<int>(below(2000));
          run.packet_of(id).woke = static_cast<EventId>(below(static_cast<unsigned>(id)));
          if (below(4) == 0) run.deliver_late(id);
        }
        break;
      case 14:
        if (!datagrams.empty()) {
          const EventId sent = datagrams[below(static_cast<unsigned>(datagrams.size()))];
          const EventId id = run.udp(below(3) == 0 ? std::string() : lane(), sent);
          run.packet_of(id).verdict = static_cast<timeline::Verdict>(below(6));
          if (below(2) == 0) run.packet_of(id).fragment = timeline::Fragment{1, below(3000), below(2) == 0};
        }
        break;
      case 0:
        run.call(lane(), "socket", {{"type", bytes()}});
        break;
      case 1: {
        const std::string from = lane(), to = lane();
        if (from == to) break;
        run.connect(from, to, static_cast<int>(below(70000)));
        ++connections;
        break;
      }
      case 2:
      case 3:
      case 4:
        if (connections > 0) {
          const auto connection = static_cast<int>(below(static_cast<unsigned>(connections)));
          const timeline::Connection& known = run.timeline().connections[static_cast<std::size_t>(connection)];
          const auto side = static_cast<std::size_t>(below(2) == 0 ? known.client : known.server);
          if (below(2) == 0) {
            run.send(lanes[side], bytes(), connection);
          } else {
            run.receive(lanes[side], bytes(), 1024, connection);
          }
        }
        break;
      case 5:
        asleep.push_back(run.sleeps(lane(), below(2) == 0 ? "accept" : "recv", {{"len", std::int64_t{7}}}));
        break;
      case 6:
        if (!asleep.empty()) {
          run.woken(asleep.back(), 3).data = bytes();
          asleep.pop_back();
        }
        break;
      case 7:
        run.note(lane(), bytes());
        break;
      case 8:
        datagrams.push_back(run.send_datagram(lane(), lane(), bytes(), static_cast<timeline::Datagram::Fate>(below(5)),
                                              static_cast<int>(below(2000))));
        break;
      case 9:
        if (!datagrams.empty())
          run.receive_datagram(lane(), datagrams[below(static_cast<unsigned>(datagrams.size()))], below(30));
        break;
      case 10:
        run.fails(lane(), "connect", {{"to", bytes()}, {"port", std::int64_t{1}}}, "ECONNREFUSED");
        break;
      default:
        if (connections > 0)
          run.message(lanes[static_cast<std::size_t>(run.timeline().connections[0].client)], bytes(), below(2) == 0);
    }
  }
  const auto events = static_cast<unsigned>(run.timeline().events.size());
  for (unsigned left = below(25); left > 0 && events > 0; --left) {
    run.annotate("rule", {static_cast<EventId>(1 + below(events))}, bytes(), bytes(), {bytes()});
  }
  run.check("server.received.text", Value(scenario::Bytes{bytes()}), Value(scenario::Bytes{bytes()}), below(5),
            bytes());
  run.predict("server.received.text", Value(scenario::Bytes{bytes()}), Value(scenario::Bytes{bytes()}));
  return run.record();
}

TEST(EveryPage, FitsItsColumnsAndIsHarmlessWhateverHappened) {
  for (unsigned seed = 1; seed <= 60 && !HasFatalFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("seed {}", seed));
    const RunRecord run = arbitrary_run(seed);
    const bool ascii = seed % 2 == 0;
    const bool canonical = seed % 3 == 0;
    for (const int columns : every_width) {
      expect_well_formed(to_terminal(run, {.columns = columns, .canonical = canonical, .ascii = ascii}), columns,
                         ascii);
    }
  }
}

}  // namespace
}  // namespace wirelab::render

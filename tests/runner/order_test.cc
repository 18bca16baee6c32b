// Who goes when: the paces, the list of priorities, copies, cut and slow, deadlocks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::SizeIs;
using timeline::Wait;

std::vector<Script> three_actors() {
  return {
      {"first", "- note: \"1\"\n- note: \"1 again\"\n"}, {"second", "- note: \"2\"\n"}, {"third", "- note: \"3\"\n"}};
}

TEST(Stepped, LetsTheFirstLaneGoFirst) {
  EXPECT_THAT(notes(play(scenario_of(three_actors()))), ElementsAre("1", "1 again", "2", "3"));
}

TEST(Reversed, LetsTheLastLaneGoFirst) {
  EXPECT_THAT(notes(play(scenario_of(three_actors(), "pace: reversed"))), ElementsAre("3", "2", "1", "1 again"));
}

TEST(Reversed, BeginsWithTheLastCopyToo) {
  const std::vector<Script> copies = {{"many", "- note: \"{copy}\"\n", "copies: 3"}};
  EXPECT_THAT(notes(play(scenario_of(copies))), ElementsAre("1", "2", "3"));
  EXPECT_THAT(notes(play(scenario_of(copies, "pace: reversed"))), ElementsAre("3", "2", "1"));
}

TEST(Free, KeepsWhatTheScenarioOrders) {
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 20
- repeat:
    times: 10
    steps:
      - accept
      - recv: {until: eof}
      - close
)"},
                                          {"client", R"(
- socket: stream
- connect: server
  after: server.listen
- send: "I am {copy} "
)",
                                           "copies: 10"}},
                                         "pace: free"));
  EXPECT_THAT(played, AllOf(EndsAs("completed"), Measures("server.accept.count", "10"),
                            Measures("server.received.bytes", "71"), Measures("client.errors", "[]")));
}

TEST(Free, FindsADeadlockToo) {
  EXPECT_THAT(play(connected("- recv: 10\n", "- recv: 10\n", "pace: free")), EndsAs("deadlock"));
}

TEST(Copies, ShareTheirStepsAndHaveLanesOfTheirOwn) {
  const Played played = play(scenario_of({{"server", R"(
- socket: dgram
- bind: 8888
- repeat:
    times: 50
    steps:
      - recvfrom: 100
)"},
                                          {"client", R"(
- socket: dgram
- sendto: {to: server, data: "copy {copy}, round 1"}
  after: server.bind
)",
                                           "copies: 50"}}));
  EXPECT_THAT(played, AllOf(Measures("client.sendto.count", "50"), Measures("client#50.sendto.sizes", "[16]"),
                            Measures("client#7.sendto.sizes", "[15]"), Measures("datagrams.delivered", "50")));
  EXPECT_THAT(played.line().lanes, SizeIs(51));
  EXPECT_EQ(played.line().lanes[7].name, "client#7");
}

// ----------------------------------------------------------------------------------------------- cut and slow

TEST(Cut, HandsTheStreamOverInPiecesThatAreOneSend) {
  const Played played = play(scenario_of({{"server", serving(R"(
- recv: {until: eof}
  expect: "HelloWorld"
)")},
                                          {"client", connecting(R"(
- send: "Hello"
  after: server.recv blocked
- send: "World"
)"),
                                           "cut: [3, 9]"}}));
  EXPECT_THAT(played,
              AllOf(HoldsThroughout(), Measures("client.send.count", "2"), Measures("client.send.sizes", "[5, 5]"),
                    Measures("server.received.chunks", R"(["Hel", "lo", "Worl", "d"])")));
  EXPECT_EQ(call_of(played, "client", "send", 1).pieces, 2);
  EXPECT_EQ(call_of(played, "client", "send", 2).piece, 2);
}

TEST(Cut, EachHandsOverEveryByteAlone) {
  EXPECT_THAT(
      play(scenario_of({{"server", serving("- recv: {until: eof}\n")},
                        {"client", connecting("- send: \"abc\"\n  after: server.recv blocked\n"), "cut: each"}})),
      AllOf(Measures("server.recv.sizes", "[1, 1, 1, 0]"), Measures("client.send.result", "[3]")));
}

TEST(Cut, CountsTheOffsetsOfEachConnectionAnew) {
  EXPECT_THAT(play(scenario_of({{"server", serving(R"(
- recv: {until: eof}
- close
- accept
- recv: {until: eof}
)")},
                                {"client", connecting(R"(
- send: "Hello"
  after: server.recv blocked
- close
- socket: stream
- connect: server
  after: server.accept#2 blocked
- send: "World"
  after: server.recv#2 blocked
)"),
                                 "cut: [3]"}})),
              Measures("server.received.chunks", R"(["Hel", "lo", "Wor", "ld"])"));
}

TEST(Slow, ReceivesOnlyWhenNothingElseCanHappen) {
  EXPECT_THAT(play(scenario_of({{"server", serving("- recv: 100\n- recv: 100\n  expect: eof\n"), "slow: yes"},
                                {"client", connecting(R"(
- send: "Hello"
- sleep: 10ms
- send: "World"
- sleep: 10ms
)")}})),
              AllOf(HoldsThroughout(), Measures("server.received.chunks", R"(["HelloWorld"])")));
}

TEST(Slow, AppliesToDatagramsAndMessagesToo) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: dgram
- bind: 8888
- recvfrom: 100
- recvfrom: 100
)",
                                 "slow: yes"},
                                {"client", R"(
- socket: dgram
- sendto: {to: server, data: "one"}
  after: server.bind
- sleep: 10ms
- sendto: {to: server, data: "two"}
- note: "both are sent"
)"}})),
              AllOf(Measures("server.recvfrom.blocked", "no"), Measures("server.messages", R"(["one", "two"])")));
}

// -------------------------------------------------------------------------------------------------- priorities

TEST(Priorities, AStepGoesBeforeTheNextPieceOfACutSend) {
  const Played played = play(scenario_of({{"server", serving(R"(
- recv: 1
- note: "a step"
- recv: {until: eof}
)")},
                                          {"client", connecting(R"(
- send: "abc"
  after: server.recv blocked
)"),
                                           "cut: each"}}));
  // After the first piece the server's note and its next receive are let go before the second piece.
  const timeline::Call second_receive = call_of(played, "server", "recv", 2);
  EXPECT_EQ(second_receive.data, "b");
  EXPECT_TRUE(second_receive.found_blocked);
}

TEST(Priorities, APieceGoesBeforeASleepEnds) {
  const Played played =
      play(scenario_of({{"server", serving("- recv: {until: eof}\n")},
                        {"client", connecting("- send: \"abc\"\n  after: server.recv blocked\n"), "cut: each"},
                        {"sleeper", "- sleep: 1ms\n  after: client.send started\n- note: \"awake\"\n"}}));
  std::vector<std::string> seen;
  for (const timeline::Event& event : played.line().events) {
    const timeline::Call* call = event.call();
    if (call && call->call == "send") seen.push_back(call->data);
    if (event.note()) seen.push_back(event.note()->text);
  }
  EXPECT_THAT(seen, ElementsAre("a", "b", "c", "awake"));
}

TEST(Priorities, ASleepEndsBeforeASlowReceive) {
  const Played played =
      play(scenario_of({{"server", serving("- recv: 100\n- note: \"received\"\n"), "slow: yes"},
                        {"client", connecting("- send: \"Hello\"\n- sleep: 10ms\n- note: \"slept\"\n")}}));
  EXPECT_THAT(notes(played), ElementsAre("slept", "received"));
}

// --------------------------------------------------------------------------------------------------- deadlocks

TEST(Deadlock, OfTwoThatBothReceiveIsFoundAtOnceWithWhoWaitsForWhom) {
  const Played played = play(connected("- recv: 10\n", "- recv: 10\n"));
  EXPECT_THAT(played, EndsAs("deadlock"));
  ASSERT_THAT(played.line().waits, SizeIs(2));
  const Wait& server = played.line().waits[0];
  const Wait& client = played.line().waits[1];
  EXPECT_EQ(server.lane, 0);
  EXPECT_EQ(server.line, 9);
  EXPECT_EQ(server.doing, (words::Message{"wait.asleep"_text, {{"call", "recv"}}}));
  EXPECT_EQ(server.waits_for, 1);
  EXPECT_EQ(client.line, 15);
  EXPECT_EQ(client.waits_for, 0);
  EXPECT_LT(played.line().elapsed, 3'000'000'000) << "it is found, not waited out (limits: step is 5 s)";
  EXPECT_EQ(call_of(played, "server", "recv").ended_by, "deadlock");
  EXPECT_EQ(render::exit_status(played.record), 4);
}

TEST(Deadlock, MayBeTheExpectedAnswer) {
  const Played played = play(connected("- recv: 10\n", "- recv: 10\n", "checks:\n  - run.outcome: deadlock\n"));
  EXPECT_EQ(render::exit_status(played.record), 0);
}

TEST(Deadlock, OfTwoFullBuffersFacingEachOther) {
  const std::string buffers = "- setsockopt: {SO_RCVBUF: 20000, SO_SNDBUF: 20000}\n";
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
)" + buffers + R"(
- bind: 8888
- listen: 5
- accept
- send: {fill: "s", size: 500000}
)"},
                                          {"client", R"(
- socket: stream
)" + buffers + R"(
- connect: server
  after: server.accept blocked
- send: {fill: "c", size: 500000}
)"}}));
  EXPECT_THAT(played, AllOf(EndsAs("deadlock"), Measures("server.send.blocked", "yes"),
                            Measures("client.send.blocked", "yes")));
  ASSERT_THAT(played.line().waits, SizeIs(2));
  EXPECT_EQ(played.line().waits[0].doing, (words::Message{"wait.asleep"_text, {{"call", "send"}}}));
  EXPECT_EQ(played.line().waits[0].waits_for, 1);
  EXPECT_EQ(played.line().waits[1].waits_for, 0);
}

TEST(Deadlock, OfAnAfterThatNeverComesTrueNamesTheFact) {
  const Played played = play(scenario_of({{"waiting", "- note: \"never\"\n  after: other.recvfrom\n"},
                                          {"other", "- socket: dgram\n- bind: 8888\n- recvfrom: 100\n"}}));
  EXPECT_THAT(played, EndsAs("deadlock"));
  ASSERT_THAT(played.line().waits, SizeIs(2));
  EXPECT_EQ(played.line().waits[0].doing, (words::Message{"wait.for-fact"_text, {{"fact", "other.recvfrom"}}}));
  EXPECT_EQ(played.line().waits[0].waits_for, 1);
  EXPECT_EQ(played.line().waits[0].line, 5);
}

TEST(Deadlock, DoesNotNameThoseWhoHaveExited) {
  const Played played = play(scenario_of(
      {{"server", "- socket: dgram\n- bind: 8888\n- recvfrom: 100\n"}, {"gone", "- note: \"nothing to say\"\n"}}));
  EXPECT_THAT(played, EndsAs("deadlock"));
  EXPECT_THAT(played.line().waits, SizeIs(1));
}

// ----------------------------------------------------------------------------------------------- failing actors

TEST(Failure, ThatNobodyExpectedEndsTheActorAsAProcessExitWould) {
  const Played played = play(scenario_of({{"server", serving(R"(
- recv: 10
  expect: eof
)")},
                                          {"client", connecting(R"(
- socket: dgram
- setsockopt: {TCP_NODELAY: 1}
- note: "never reached"
)")}}));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("client.errors", "[ENOPROTOOPT]"),
                            Measures("client.close.count", "0")));
  EXPECT_THAT(notes(played), testing::IsEmpty());
  EXPECT_EQ(call_of(played, "client", "exit", 1).socket, 1);
  EXPECT_EQ(call_of(played, "client", "exit", 2).socket, 2);
}

TEST(Failure, LetsTheExitWaitItsTurnLikeAnyStep) {
  const Played played = play(
      scenario_of({{"failing", "- socket: dgram\n- setsockopt: {TCP_NODELAY: 1}\n"}, {"other", "- note: \"1\"\n"}}));
  EXPECT_EQ(turn_of(played, "failing.exit"), 2);
}

}  // namespace
}  // namespace wirelab::runner::test

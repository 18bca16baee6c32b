// `when`: every state of a socket a step may wait for, through a real run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labs/timeline/calls.hh"
#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;

TEST(WhenReadable, WaitsForSoManyBytesOfAStream) {
  EXPECT_THAT(play(connected(R"(
- recv: 100
  when: {readable: 15}
  expect: "HelloWorldAgain"
)",
                             R"(
- send: "Hello"
- send: "World"
- sleep: 10ms
- send: "Again"
)")),
              AllOf(HoldsThroughout(), Measures("server.recv.blocked", "no")));
}

TEST(WhenReadable, IsMetByMoreThanItAsksFor) {
  EXPECT_THAT(play(connected(R"(
- recv: 100
  when: {readable: 3}
  expect: "Hello"
)",
                             R"(
- send: "Hello"
)")),
              HoldsThroughout());
}

TEST(WhenReadable, CountsDatagramsOnADatagramSocket) {
  EXPECT_THAT(
      play(datagrams(R"(
- recvfrom: 100
  when: {readable: 3}
  expect: "one"
)",
                     R"(
- sendto: {to: server, data: "one"}
- sendto: {to: server, data: "two"}
- sleep: 10ms
- sendto: {to: server, data: "three"}
- note: "all are there"
  after: server.recvfrom
)")),
      AllOf(HoldsThroughout(), Measures("server.recvfrom.blocked", "no"), Measures("datagrams.delivered", "3")));
}

TEST(WhenReadable, DoesNotCountDatagramsThatWereLost) {
  EXPECT_THAT(play(datagrams(R"(
- recvfrom: 100
  when: {readable: 2}
  expect: "two"
)",
                             R"(
- sendto: {to: server, data: "one"}
- sendto: {to: server, data: "two"}
- sendto: {to: server, data: "three"}
)",
                             R"(
wire:
  rules:
    - drop: {from: client, nth: 1}
)")),
              HoldsThroughout());
}

TEST(WhenReadable, DoesNotCountDatagramsThatWereReadAlready) {
  EXPECT_THAT(play(datagrams(R"(
- recvfrom: 100
  expect: "one"
- recvfrom: 100
  when: {readable: 2}
  expect: "two"
)",
                             R"(
- sendto: {to: server, data: "one"}
- sendto: {to: server, data: "two"}
  after: server.recvfrom
- sleep: 10ms
- sendto: {to: server, data: "three"}
)")),
              HoldsThroughout());
}

TEST(WhenReadable, FailsOnceEndOfFileMakesItImpossible) {
  const Played played = play(connected(R"(
- recv: 100
  when: {readable: 10}
- note: "never reached"
)",
                                       R"(
- send: "Hello"
- close
)"));
  EXPECT_THAT(played, EndsAs("completed"));
  EXPECT_THAT(notes(played), testing::IsEmpty());
  EXPECT_THAT(played, Measures("server.recv.count", "0"));
  EXPECT_THAT(broken_expectations(played), testing::ElementsAre(testing::HasSubstr("expected when: {readable: 10}")));
  const timeline::Event* death = timeline::death_of(played.line(), 0);
  ASSERT_NE(death, nullptr);
  EXPECT_NE(death->expectation(), nullptr);
}

TEST(WhenReadable, ThatWasExpectedToBeImpossibleIsNoMistake) {
  const Played played = play(connected(R"(
- recv: 100
  when: {readable: 10}
  expect: {fails: when-impossible}
- note: "went on"
)",
                                       R"(
- send: "Hello"
- close
)"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(notes(played), testing::ElementsAre("went on"));
  EXPECT_EQ(render::exit_status(played.record), 0);
}

TEST(WhenReadable, FailsOnceAResetMakesItImpossible) {
  const Played played = play(connected(R"(
- recv: 100
  when: {readable: 10}
)",
                                       R"(
- send: "Hello"
- abort
)"));
  EXPECT_THAT(played, AllOf(EndsAs("completed"), Measures("server.recv.count", "0")));
}

TEST(WhenReadable, IsADeadlockIfEverythingStandsStill) {
  const Played played = play(connected(R"(
- recv: 100
  when: {readable: 10}
)",
                                       R"(
- send: "Hello"
- recv: 100
)"));
  EXPECT_THAT(played, EndsAs("deadlock"));
  ASSERT_EQ(played.line().waits.size(), 2U);
  EXPECT_EQ(played.line().waits[0].waits_for, 1);
  EXPECT_EQ(played.line().waits[1].waits_for, 0);
}

TEST(WhenReadable, DoesNotMakeTheKernelGrowTheBuffer) {
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
- setsockopt: {SO_RCVBUF: 8192}
- bind: 8888
- listen: 5
- accept
- recv: 4000
  when: {readable: 4000}
- recv: 1
)"},
                                          {"client", connecting("- send: {fill: \"x\", size: 4001}\n")}}));
  EXPECT_EQ(call_of(played, "server", "recv", 1).receive_buffer, 16384) << "twice what was asked, socket(7)";
}

TEST(WhenUnacked, WaitsUntilThePeersKernelHasAcknowledgedEverything) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: eof}
)",
                             R"(
- send: {fill: "x", size: 50000}
- getsockopt: SO_ERROR
  when: {unacked: 0}
)")),
              HoldsThroughout());
}

TEST(WhenUnacked, IsNeverMetWhileThePeersBufferIsFull) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- setsockopt: {SO_RCVBUF: 4096}
- bind: 8888
- listen: 5
- accept
- recv: 1
  after: client.getsockopt
)"},
                                {"client", R"(
- socket: stream
- setsockopt: {SO_SNDBUF: 200000}
- connect: server
  after: server.accept blocked
- send: {fill: "x", size: 100000}
- getsockopt: SO_ERROR
  when: {unacked: 0}
)"}})),
              EndsAs("deadlock"));
}

TEST(WhenQueued, WaitsForSoManyConnections) {
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
- accept:
  when: {queued: 3}
- accept
- accept
)"},
                                          {"client", R"(
- socket: stream
- connect: server
  after: server.listen
)",
                                           "copies: 3"}}));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("client.connect.result", "[0, 0, 0]"),
                            Measures("server.accept.blocked", "no")));
  EXPECT_EQ(call_of(played, "server", "accept", 1).queue_length, 2);
}

TEST(WhenQueued, AFullQueueMakesTheNextOneWaitUntilThereIsRoom) {
  // listen(2): a backlog of 0 has room for one. The second SYN is ignored, and sent again after a second.
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 0
- accept:
  when: {queued: 1}
  after: client#2.connect blocked
- accept
)"},
                                          {"client", R"(
- socket: stream
- connect: server
  after: server.listen
- recv: 10
  expect: eof
)",
                                           "copies: 2"}}));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("client#1.connect.blocked", "no"),
                            Measures("client#2.connect.blocked", "yes"), Measures("client.connect.result", "[0, 0]")));
}

}  // namespace
}  // namespace wirelab::runner::test

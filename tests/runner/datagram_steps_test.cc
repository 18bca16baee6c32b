// The actions of datagram sockets, and what becomes of datagrams, each through a real run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;
using timeline::Datagram;

TEST(SendToStep, ReachesTheSocketBoundThere) {
  EXPECT_THAT(play(datagrams(R"(
- recvfrom: 100
  expect: "Hello"
)",
                             R"(
- sendto: {to: server, data: "Hello"}
)")),
              AllOf(HoldsThroughout(), Measures("client.sendto.result", "[5]"), Measures("datagrams.delivered", "1")));
}

TEST(SendToStep, GoesToThePortItNames) {
  EXPECT_THAT(play(datagrams(R"(
- socket: dgram
- bind: 9999
- recvfrom: 100
  expect: "for 9999"
- close
- recvfrom: 100
  expect: "for 8888"
)",
                             R"(
- sendto: {to: server, port: 8888, data: "for 8888"}
- sendto: {to: server, data: "for 9999"}
  after: server.bind#2
)")),
              HoldsThroughout());
}

TEST(SendToStep, WithDataAloneAnswersWhoeverSentLast) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: dgram
- bind: 8888
- recvfrom: 100
- sendto: "to the first"
- recvfrom: 100
- sendto: "to the second"
)"},
                                {"first", R"(
- socket: dgram
- sendto: {to: server, data: "1"}
  after: server.recvfrom blocked
- recvfrom: 100
  expect: "to the first"
)"},
                                {"second", R"(
- socket: dgram
- sendto: {to: server, data: "2"}
  after: server.recvfrom#2 blocked
- recvfrom: 100
  expect: "to the second"
)"}})),
              AllOf(HoldsThroughout(), Measures("server.sendto.result", "[12, 13]")));
}

TEST(SendToStep, ToEveryoneIsPossibleOnHostsOfTheirOwnAlone) {
  const Played played = play(datagrams(R"(
- recvfrom: 100
)",
                                       R"(
- setsockopt: {SO_BROADCAST: 1}
- sendto: {to: everyone, port: 8888, data: "Hello"}
)"));
  if (ground().right) {
    EXPECT_THAT(played, HoldsThroughout());
    EXPECT_THAT(played, Measures("server.messages", "[\"Hello\"]"));
    return;
  }
  EXPECT_THAT(played, EndsAs("not-possible-here"));
  EXPECT_THAT(reason_of(played), testing::HasSubstr("broadcast"));
}

TEST(SendToStep, ToEveryoneIsRefusedWithoutSoBroadcastOnEveryStage) {
  const Played played = play(datagrams(R"(
- recvfrom: 100
  expect: "for you alone"
)",
                                       R"(
- sendto: {to: everyone, port: 8888, data: "Hello"}
  expect: {fails: EACCES}
- sendto: {to: server, data: "for you alone"}
)"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_THAT(played, Measures("datagrams.sent", "1"));
}

TEST(SendToStep, ToNobodyIsNotToldToASocketThatIsNotConnected) {
  const Played played = play(scenario_of({{"server", "- note: \"runs nothing\""}, {"client", R"(
- socket: dgram
- sendto: {to: server, port: 8888, data: "Hello"}
- sendto: {to: server, port: 8888, data: "Hello?"}
)"}}));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("client.errors", "[]"), Measures("datagrams.lost", "2")));
  for (const Datagram& datagram : played.line().datagrams) EXPECT_EQ(datagram.fate, Datagram::Fate::refused);
}

TEST(SendStep, OnAConnectedDatagramSocketIsRefusedAtTheNextCall) {
  EXPECT_THAT(play(scenario_of({{"server", "- note: \"runs nothing\""}, {"client", R"(
- socket: dgram
- connect: {to: server, port: 8888}
- send: "Hello"
- recv: 100
  expect: {fails: ECONNREFUSED}
- send: "Hello?"
- send: "Hello??"
  expect: {fails: ECONNREFUSED}
)"}})),
              AllOf(HoldsThroughout(), Measures("client.send.result", "[5, 6, ECONNREFUSED]")));
}

TEST(RecvStep, OnAConnectedDatagramSocketHearsItsPeerAlone) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: dgram
- bind: 8888
- connect: {to: friend, port: 7001}
  after: friend.bind
- recv: 100
  after: [friend.sendto, stranger.sendto]
  expect: "from the friend"
)"},
                                {"friend", R"(
- socket: dgram
- bind: 7001
- sendto: {to: server, port: 8888, data: "from the friend"}
  after: stranger.sendto
)"},
                                {"stranger", R"(
- socket: dgram
- sendto: {to: server, port: 8888, data: "from a stranger"}
  after: server.connect
)"}})),
              AllOf(HoldsThroughout(), Measures("server.recv.sizes", "[15]")));
}

TEST(ConnectStep, OfADatagramSocketAgainMakesItDeafToItsFirstPeer) {
  const Played played = play(scenario_of({{"server", R"(
- socket: dgram
- bind: 8001
- recvfrom: 100
- sendto: "late answer"
  after: client.again
)"},
                                          {"client", R"(
- socket: dgram
- connect: {to: server, port: 8001}
  after: server.recvfrom blocked
- send: "question"
- id: again
  connect: {to: server, port: 8002}
- close:
  after: server.exit
)"}}));
  EXPECT_THAT(played, HoldsThroughout());
  ASSERT_EQ(played.line().datagrams.size(), 2U);
  EXPECT_EQ(played.line().datagrams[1].fate, Datagram::Fate::refused);
}

TEST(ShutdownStep, OfADatagramSocketEndsItsOwnCallsAlone) {
  const Played played = play(datagrams(R"(
- recvfrom: 100
- sendto: "answer"
  after: client.shut
)",
                                       R"(
- connect: server
- send: "question"
- id: shut
  shutdown: write
- send: "more"
  expect: {fails: EPIPE}
- recv: 100
  expect: "answer"
- shutdown: read
- recv: 100
)"));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_EQ(call_of(played, "client", "recv", 2).result, 0);
  EXPECT_FALSE(call_of(played, "client", "recv", 2).datagram);
  EXPECT_THAT(played, AllOf(Measures("client.messages", "[\"answer\"]"), Measures("datagrams.sent", "2")));
}

TEST(AbortStep, OfADatagramSocketClosesIt) {
  const Played played =
      play(scenario_of({{"one", "- socket: dgram\n- bind: 8888\n- abort\n- socket: dgram\n- bind: 8888\n"}}));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("one.errors", "[]")));
}

TEST(ShutdownStep, OfADatagramSocketThatIsNotConnectedFailsWithENOTCONN) {
  EXPECT_THAT(play(scenario_of({{"one", "- socket: dgram\n- shutdown: write\n  expect: {fails: ENOTCONN}\n"}})),
              HoldsThroughout());
}

// Of two sockets on one port its kernel gives a datagram to the one that is bound closer; if they are alike, to the one
// that was bound last, or with SO_REUSEPORT to either.
TEST(RecvFromStep, LeavesNothingOnItsWayWhereTheCloserOfTwoSocketsHasIt) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: dgram
- setsockopt: {SO_REUSEADDR: 1}
- bind: {port: 9000, address: own}
- socket: dgram
- setsockopt: {SO_REUSEADDR: 1}
- bind: 9000
- note: "it has been sent"
  after: client.exit
)"},
                                {"client", R"(
- socket: dgram
- sendto: {to: server, port: 9000, data: "for one of them"}
  after: server.bind#2
)"}})),
              AllOf(HoldsThroughout(), Measures("datagrams.delivered", "1")));
}

TEST(RecvFromStep, LeavesNothingOnItsWayWhereSocketsShareAPort) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: dgram
  as: one
- setsockopt: {SO_REUSEPORT: 1}
- bind: 9000
- socket: dgram
  as: other
- setsockopt: {SO_REUSEPORT: 1}
- bind: 9000
- note: "both are there"
  id: there
- note: "all have been sent"
  after: client.exit
)"},
                                {"client", R"(
- repeat:
    times: 8
    steps:
      - socket: dgram
      - sendto: {to: server, port: 9000, data: "{round}"}
        after: server.there
)"}})),
              AllOf(HoldsThroughout(), Measures("datagrams.delivered", "8")));
}

// What has been told stays in a queue of reports, where poll(2) sees it.
TEST(RecvFromStep, SleepsAfterARefusalThatHasBeenTold) {
  EXPECT_THAT(play(datagrams(R"(
- note: "nobody reads at 9999"
)",
                             R"(
- setsockopt: {IP_RECVERR: 1}
- sendto: {to: server, port: 9999, data: "refused"}
- recvfrom: 100
  expect: {fails: ECONNREFUSED}
- recvfrom: 100
  timeout: 20ms
  expect: {fails: timeout}
)")),
              HoldsThroughout());
}

TEST(RecvFromStep, TakesOneDatagramEachTime) {
  EXPECT_THAT(play(datagrams(R"(
- recvfrom: 100
  when: {readable: 2}
- recvfrom: 100
)",
                             R"(
- sendto: {to: server, data: "Hello"}
- sendto: {to: server, data: "World"}
)")),
              AllOf(Measures("server.recvfrom.sizes", "[5, 5]"), Measures("server.messages", R"(["Hello", "World"])")));
}

TEST(RecvFromStep, ThrowsAwayWhatDoesNotFit) {
  const Played played = play(datagrams(R"(
- recvfrom: 3
  expect: "Hel"
- recvfrom: 3
  expect: "abc"
)",
                                       R"(
- sendto: {to: server, data: "Hello"}
- sendto: {to: server, data: "abc"}
)"));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("datagrams.truncated", "1")));
  EXPECT_EQ(call_of(played, "server", "recvfrom", 1).full_length, 5);
  EXPECT_TRUE(call_of(played, "server", "recvfrom", 1).truncated);
  EXPECT_FALSE(call_of(played, "server", "recvfrom", 2).truncated);
}

TEST(RecvFromStep, OfAnEmptyDatagramIsNotTheEndOfAnything) {
  EXPECT_THAT(
      play(datagrams(R"(
- recvfrom: 100
  expect: {bytes: 0}
- recvfrom: 100
  expect: "more"
)",
                     R"(
- sendto: {to: server, data: ""}
- sendto: {to: server, data: "more"}
)")),
      AllOf(HoldsThroughout(), Measures("server.messages", R"(["", "more"])"), Measures("datagrams.delivered", "2")));
}

TEST(Overrun, IsCountedDatagramByDatagram) {
  const Played played = play(datagrams(R"(
- setsockopt: {SO_RCVBUF: 1}
- recvfrom: 4096
  after: client.sendto#5
)",
                                       R"(
- repeat:
    times: 5
    steps:
      - sendto: {to: server, data: {fill: "x", size: 4000}}
        after: server.setsockopt
)"));
  EXPECT_THAT(played,
              AllOf(Measures("datagrams.sent", "5"), Measures("datagrams.kernel_dropped", "4"),
                    Measures("datagrams.delivered", "1"), Measures("datagrams.lost", "4"), EndsAs("completed")));
}

TEST(Loss, ByRuleTakesExactlyTheDatagramsItNames) {
  const Played played = play(datagrams(R"(
- repeat:
    until: "END"
    steps:
      - recvfrom: 100
)",
                                       R"(
- repeat:
    times: 6
    steps:
      - sendto: {to: server, data: "number {i}"}
- sendto: {to: server, data: "END"}
)",
                                       R"(
wire:
  rules:
    - drop: {from: client, packet: UDP, nth: [2, 5]}
)"));
  EXPECT_THAT(played, AllOf(Measures("server.messages", R"(["number 1", "number 3", "number 4", "number 6", "END"])"),
                            Measures("server.messages.missing", R"(["number 2", "number 5"])"),
                            Measures("datagrams.lost", "2"), Measures("datagrams.kernel_dropped", "0")));
  EXPECT_EQ(played.line().datagrams[1].fate, Datagram::Fate::dropped_by_rule);
  EXPECT_EQ(played.line().datagrams[1].rule_line, 4);
}

TEST(Loss, ByContentTakesWhatContainsIt) {
  EXPECT_THAT(play(datagrams(R"(
- recvfrom: 100
  expect: "pay 20"
)",
                             R"(
- sendto: {to: server, data: "pay 10"}
- sendto: {to: server, data: "pay 20"}
)",
                             R"(
wire:
  rules:
    - drop: {contains: "pay 10"}
)")),
              AllOf(HoldsThroughout(), Measures("datagrams.lost", "1")));
}

TEST(Loss, ByEveryThirdTakesEveryThird) {
  EXPECT_THAT(play(datagrams(R"(
- repeat:
    times: 4
    steps:
      - recvfrom: 100
)",
                             R"(
- repeat:
    times: 6
    steps:
      - sendto: {to: server, data: "{i}"}
)",
                             R"(
wire:
  rules:
    - drop: {from: client, nth: {every: 3}}
)")),
              Measures("server.messages", R"(["1", "2", "4", "5"])"));
}

/// Which of twenty numbered datagrams come through a loss of 30 % with this seed.
std::string survivors(const std::string& seed, const std::string& loss = "30%") {
  return metric(
      play(datagrams(R"(
- repeat:
    until: "END"
    steps:
      - recvfrom: 100
)",
                     R"(
- repeat:
    times: 20
    steps:
      - sendto: {to: server, data: "{i}"}
- sendto: {to: server, data: "END"}
)",
                     "wire:\n  loss: " + loss + "\n  seed: " + seed + "\n  rules:\n    - pass: {contains: \"END\"}\n")),
      "server.messages");
}

// Computed from the published algorithms; tests/stage/policy_test.cc has the same numbers.
TEST(Loss, BySeedTakesTheSameDatagramsOnEveryMachine) {
  EXPECT_EQ(survivors("7"), R"(["2", "4", "8", "9", "10", "11", "12", "14", "15", "16", "17", "18", "19", "END"])");
  EXPECT_EQ(survivors("8"), R"(["1", "2", "3", "4", "7", "9", "11", "16", "18", "19", "20", "END"])");
}

TEST(Loss, InBurstsTakesTheSameDatagramsOnEveryMachine) {
  EXPECT_EQ(survivors("7", "{model: gilbert-elliott, p: 20%, r: 40%}"),
            R"(["2", "5", "7", "8", "9", "10", "11", "12", "20", "END"])");
}

TEST(Loss, LeavesTheOtherDirectionAlone) {
  EXPECT_THAT(play(datagrams(R"(
- recvfrom: 100
- sendto: "answer"
)",
                             R"(
- sendto: {to: server, data: "lost"}
- sendto: {to: server, data: "question"}
- recvfrom: 100
  expect: "answer"
)",
                             R"(
wire:
  rules:
    - drop: {from: client, to: server, nth: 1}
)")),
              AllOf(HoldsThroughout(), Measures("datagrams.lost", "1"), Measures("datagrams.sent", "3")));
}

}  // namespace
}  // namespace wirelab::runner::test

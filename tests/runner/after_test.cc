// `after`: every kind of fact, through a real run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;

TEST(After, MeansDoneIfNothingElseIsSaid) {
  const Played played = play(scenario_of({{"waiting", R"(
- note: "second"
  after: other.sleep
)"},
                                          {"other", R"(
- sleep: 10ms
- note: "third"
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("second", "third"));
  EXPECT_LT(turn_of(played, "other.sleep#1"), turn_of(played, "waiting.note#1"));
}

TEST(After, DoneMayBeWritten) {
  const Played played = play(
      scenario_of({{"waiting", "- note: \"second\"\n  after: other.note done\n"}, {"other", "- note: \"first\"\n"}}));
  EXPECT_THAT(notes(played), ElementsAre("first", "second"));
}

TEST(After, StartedIsTrueBeforeTheCallReturns) {
  const Played played = play(scenario_of({{"waiting", R"(
- note: "while it sleeps"
  after: other.sleep started
)"},
                                          {"other", R"(
- sleep: 30ms
- note: "when it has slept"
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("while it sleeps", "when it has slept"));
}

TEST(After, BlockedIsTrueOnceTheCallIsAsleep) {
  const Played played = play(connected(R"(
- recv: 100
  expect: "wake up"
)",
                                       R"(
- send: "wake up"
  after: server.recv blocked
)"));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("server.recv.blocked", "yes"),
                            Measures("server.accept.blocked", "yes")));
}

TEST(After, BlockedOfACallThatNeverSleptIsWaitedForInVainAndThatIsADeadlock) {
  const Played played = play(connected(R"(
- recv: 100
  when: {readable: 5}
)",
                                       R"(
- send: "Hello"
- send: "World"
  after: server.recv blocked
)"));
  EXPECT_THAT(played, AllOf(EndsAs("deadlock"), Measures("server.recv.blocked", "no")));
}

TEST(After, AFactOnceTrueStaysTrue) {
  const Played played = play(connected(R"(
- recv: 100
- recv: 100
- note: "the server has gone on"
)",
                                       R"(
- send: "Hello"
  after: server.recv blocked
- send: "World"
- note: "server.recv blocked is still true"
  after: [server.recv blocked, server.note]
)"));
  EXPECT_THAT(notes(played), ElementsAre("the server has gone on", "server.recv blocked is still true"));
}

TEST(After, TheNameOfACallIsTheFirstEver) {
  const Played played = play(scenario_of({{"waiting", R"(
- note: "after the first"
  after: other.sleep
)"},
                                          {"other", R"(
- sleep: 10ms
- sleep: 10ms
- note: "after both"
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("after the first", "after both"));
}

TEST(After, TheNthCallOfThatNameIsCountedAsItHappens) {
  const Played played = play(scenario_of({{"waiting", R"(
- note: "after the second round"
  after: other.sleep#2
)"},
                                          {"other", R"(
- repeat:
    times: 3
    steps:
      - note: "round {i}"
      - sleep: 10ms
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("round 1", "round 2", "after the second round", "round 3"));
}

TEST(After, AnIdNamesAStep) {
  const Played played = play(scenario_of({{"waiting", "- note: \"last\"\n  after: other.the_one\n"}, {"other", R"(
- note: "first"
- note: "middle"
  id: the_one
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("first", "middle", "last"));
  EXPECT_EQ(turn_of(played, "other.the_one"), 1);
}

TEST(After, TheNthTimeOfAnIdIsCountedToo) {
  const Played played = play(scenario_of({{"waiting", "- note: \"waited\"\n  after: other.marked#2\n"}, {"other", R"(
- repeat:
    times: 3
    steps:
      - note: "round {i}"
        id: marked
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("round 1", "round 2", "waited", "round 3"));
}

TEST(After, WithoutACopyIsTrueOfAnyCopy) {
  const Played played = play(scenario_of(
      {{"waiting", "- note: \"waited\"\n  after: many.note\n"}, {"many", "- note: \"copy {copy}\"\n", "copies: 3"}}));
  EXPECT_THAT(notes(played), ElementsAre("copy 1", "waited", "copy 2", "copy 3"));
}

TEST(After, OneCopyCanBeNamed) {
  const Played played = play(scenario_of(
      {{"waiting", "- note: \"waited\"\n  after: many#2.note\n"}, {"many", "- note: \"copy {copy}\"\n", "copies: 3"}}));
  EXPECT_THAT(notes(played), ElementsAre("copy 1", "copy 2", "waited", "copy 3"));
}

TEST(After, TheNthCallOfOneCopyCanBeNamed) {
  const Played played = play(scenario_of({{"waiting", "- note: \"waited\"\n  after: many#2.note#2\n"},
                                          {"many", R"(
- note: "copy {copy}, first"
- note: "copy {copy}, second"
)",
                                           "copies: 2"}}));
  EXPECT_THAT(notes(played),
              ElementsAre("copy 1, first", "copy 1, second", "copy 2, first", "copy 2, second", "waited"));
}

TEST(After, SeveralFactsMustAllBeTrue) {
  const Played played = play(scenario_of({{"waiting", "- note: \"waited\"\n  after: [one.sleep, two.sleep, settled]\n"},
                                          {"one", "- sleep: 20ms\n- note: \"one\"\n"},
                                          {"two", "- sleep: 10ms\n- note: \"two\"\n"}}));
  EXPECT_THAT(notes(played), ElementsAre("two", "waited", "one"));
}

TEST(After, SettledWaitsUntilWhatWasSentHasArrived) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: eof}
  after: client.close
  expect: {bytes: 100000}
)",
                             R"(
- send: {fill: "x", size: 100000}
- getsockopt: SO_ERROR
  after: settled
- close
)")),
              HoldsThroughout());
}

TEST(After, ContainersMayWaitToo) {
  const Played played = play(scenario_of({{"waiting", R"(
- repeat:
    times: 2
    steps:
      - note: "round {i}"
  after: other.note
)"},
                                          {"other", "- note: \"first\"\n"}}));
  EXPECT_THAT(notes(played), ElementsAre("first", "round 1", "round 2"));
}

TEST(After, WorksInFreePaceAsInStepped) {
  EXPECT_THAT(play(connected(R"(
- recv: 100
  expect: "Hello"
- recv: 100
  expect: eof
- note: "the end"
  after: client.exit
)",
                             R"(
- send: "Hello"
  after: server.recv blocked
- close:
  after: [server.recv#2 blocked, settled]
)",
                             "pace: free")),
              AllOf(HoldsThroughout(), Measures("server.recv.blocked", "yes")));
}

}  // namespace
}  // namespace wirelab::runner::test

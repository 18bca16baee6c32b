// setsockopt, getsockopt, sleep, repeat, retry, note, and what is sent as data, each through a real run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "labs/scenario/sha256.hh"
#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;

TEST(SocketOptionSteps, SetAndGetThemOnTheRealSocket) {
  const Played played = play(scenario_of({{"alone", R"(
- socket: stream
- getsockopt: TCP_NODELAY
- setsockopt: {TCP_NODELAY: 1, SO_KEEPALIVE: 1}
- getsockopt: TCP_NODELAY
)"}}));
  EXPECT_THAT(played, AllOf(Measures("alone.setsockopt.count", "2"), Measures("alone.getsockopt.count", "2"),
                            Measures("alone.errors", "[]")));
  using testing::Contains;
  using testing::Pair;
  EXPECT_THAT(call_of(played, "alone", "getsockopt", 1).args,
              Contains(Pair("value", timeline::Argument(std::int64_t{0}))));
  EXPECT_THAT(call_of(played, "alone", "getsockopt", 2).args,
              Contains(Pair("value", timeline::Argument(std::int64_t{1}))));
}

TEST(SocketOptionSteps, FailWhereTheKernelRefuses) {
  EXPECT_THAT(play(scenario_of({{"alone", R"(
- socket: dgram
- setsockopt: {TCP_NODELAY: 1}
  expect: {fails: ENOPROTOOPT}
)"}})),
              HoldsThroughout());
}

TEST(SleepStep, LastsAtLeastAsLongAsAskedAndIsCountedExactly) {
  const Played played = play(scenario_of({{"alone", R"(
- sleep: 30ms
- sleep: 20ms
)"}}));
  EXPECT_THAT(played, AllOf(Measures("alone.sleep.asked_ms", "50"), Measures("alone.sleep.count", "2")));
  EXPECT_GE(played.line().elapsed, 50'000'000);
}

TEST(SleepStep, EndsInTheOrderOfTheClockAndNotOfTheLanes) {
  const Played played = play(scenario_of({{"long", R"(
- sleep: 40ms
- note: "long"
)"},
                                          {"short", R"(
- sleep: 20ms
- note: "short"
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("short", "long"));
}

TEST(SleepStep, OfTheSameLengthEndInTheOrderOfTheLanes) {
  const Played played = play(scenario_of({{"first", R"(
- sleep: 20ms
- note: "first"
)"},
                                          {"second", R"(
- sleep: 20ms
- note: "second"
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("first", "second"));
}

TEST(SleepStep, BeginsWhereTheOneBeforeEndedHoweverSlowTheMachineIs) {
  // 20+20+20 and 30+30 end at the same time on the run's clock; the first lane goes first.
  const Played played = play(scenario_of({{"three", R"(
- repeat:
    times: 3
    steps:
      - sleep: 20ms
- note: "three"
)"},
                                          {"two", R"(
- repeat:
    times: 2
    steps:
      - sleep: 30ms
- note: "two"
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("three", "two"));
}

TEST(RepeatStep, MakesItsStepsSoManyTimesAndNumbersTheRounds) {
  const Played played = play(connected(R"(
- recv: {until: eof}
  expect: "1 2 3 "
)",
                                       R"(
- repeat:
    times: 3
    steps:
      - send: "{i} "
)"));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("client.send.count", "3")));
  EXPECT_EQ(call_of(played, "client", "send", 3).round, 3);
}

TEST(RepeatStep, NumbersTheRoundsOfTheNearestRepeat) {
  const Played played = play(scenario_of({{"alone", R"(
- repeat:
    times: 2
    steps:
      - repeat:
          times: 2
          steps:
            - note: "inner {i}"
      - note: "outer {i}"
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("inner 1", "inner 2", "outer 1", "inner 1", "inner 2", "outer 2"));
}

TEST(RepeatStep, UntilAReceiveEqualsItFinishesTheRound) {
  const Played played = play(connected(R"(
- repeat:
    until: "END"
    steps:
      - recv: 3
        when: {readable: 3}
      - note: "round {i}"
)",
                                       R"(
- send: "oneENDtwo"
)"));
  EXPECT_THAT(notes(played), ElementsAre("round 1", "round 2"));
  EXPECT_THAT(played, Measures("server.received.chunks", R"(["one", "END"])"));
}

TEST(RepeatStep, UntilAMessageEqualsItLooksAtMessagesAndNotAtReceives) {
  EXPECT_THAT(play(connected(R"(
- repeat:
    until: "END"
    steps:
      - recv_message
)",
                             R"(
- send_message: "one"
- send_message: "END"
- send_message: "two"
)",
                             R"(framing: {kind: delimiter, delimiter: "\n"})")),
              AllOf(Measures("server.messages", R"(["one", "END"])"), EndsAs("completed")));
}

TEST(RepeatStep, UntilWhatCannotComeAnyMoreEndsWithTheStream) {
  EXPECT_THAT(play(connected(R"(
- repeat:
    until: "END"
    steps:
      - recv: 100
)",
                             R"(
- send: "one"
  after: server.recv blocked
)")),
              AllOf(Measures("server.recv.sizes", "[3, 0]"), EndsAs("completed")));
}

TEST(RetryStep, BeginsAgainFromTheTopWhileAStepFails) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
  after: client.connect#2
- accept
)"},
                                {"client", R"(
- retry:
    times: 5
    steps:
      - socket: stream
      - sleep: 10ms
        after: server.bind
      - connect: server
- send: "at last"
)"}})),
              AllOf(Measures("client.connect.result", "[ECONNREFUSED, ECONNREFUSED, 0]"),
                    Measures("client.socket.count", "3"), Measures("client.send.count", "1"), EndsAs("completed")));
}

TEST(RetryStep, GivesUpAfterTheLastTimeAndEndsTheActor) {
  const Played played = play(scenario_of({{"server", "- socket: stream\n- bind: 8888\n"}, {"client", R"(
- retry:
    times: 3
    steps:
      - socket: stream
      - connect: server
        after: server.bind
- note: "never reached"
)"}}));
  EXPECT_THAT(played,
              AllOf(Measures("client.errors", "[ECONNREFUSED, ECONNREFUSED, ECONNREFUSED]"), EndsAs("completed")));
  EXPECT_THAT(notes(played), testing::IsEmpty());
}

TEST(NoteStep, IsShownInPlace) {
  const Played played = play(scenario_of({{"one", R"(
- note: "after the other"
  after: other.socket
)"},
                                          {"other", R"(
- note: "first"
- socket: stream
)"}}));
  EXPECT_THAT(notes(played), ElementsAre("first", "after the other"));
}

// ---------------------------------------------------------------------------------------------------- data

/// What the client's one send puts onto the stream.
std::string sent(const std::string& data, const std::filesystem::path& folder = {}) {
  return call_of(play(connected("- recv: {until: eof}\n", "- send: " + data + "\n"), folder), "client", "send").data;
}

TEST(Data, IsTheTextInQuotes) { EXPECT_EQ(sent(R"("Hello #1\n")"), "Hello #1\n"); }

TEST(Data, IsBytesInHexadecimal) { EXPECT_EQ(sent(R"({hex: "de ad 00"})"), std::string("\xde\xad\0", 3)); }

TEST(Data, IsAFillOfThatSize) { EXPECT_EQ(sent(R"({fill: "ab", size: 5})"), "ababa"); }

TEST(Data, IsRandomButTheSameForTheSameSeed) {
  const std::string seven = sent("{random: 4096, seed: 7}");
  EXPECT_EQ(seven.size(), 4096U);
  EXPECT_EQ(sent("{random: 4096, seed: 7}"), seven);
  EXPECT_NE(sent("{random: 4096, seed: 8}"), seven);
  EXPECT_GT(std::set<char>(seven.begin(), seven.end()).size(), 200U);
}

/// A folder beside whose files a scenario lies.
class DataFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "runner-test-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::ofstream(folder_ / "abc.txt") << "abc";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(DataFile, IsSentWhole) { EXPECT_EQ(sent(R"({file: "abc.txt"})", folder_), "abc"); }

TEST_F(DataFile, IsSentInParts) {
  EXPECT_EQ(sent(R"({file: "abc.txt", from: 1})", folder_), "bc");
  EXPECT_EQ(sent(R"({file: "abc.txt", size: 2})", folder_), "ab");
  EXPECT_EQ(sent(R"({file: "abc.txt", from: 1, size: 1})", folder_), "b");
}

TEST_F(DataFile, IsSentFromTheByteThatWasReceivedLast) {
  const std::string client = R"(
- recv: {until: "\n"}
- send: {file: "abc.txt", from: {received: last}}
- recv: {until: "\n"}
- send: {file: "abc.txt", from: {received: last}, size: 1}
- recv: {until: "\n"}
- send: {file: "abc.txt", from: {received: last}}
)";
  EXPECT_THAT(play(connected("- send: \"1\\n1\\n7\\n\"\n- recv: {until: eof}\n  expect: \"bcb\"\n", client), folder_),
              HoldsThroughout());
}

TEST_F(DataFile, IsMeasured) { EXPECT_EQ(sent(R"({size_of: "abc.txt"})", folder_), "3"); }

TEST_F(DataFile, IsSummed) { EXPECT_EQ(sent(R"({sha256_of: "abc.txt"})", folder_), scenario::sha256("abc")); }

TEST_F(DataFile, ArrivesAsTheSameFile) {
  const Played played = play(connected("- recv_file: \"copy\"\n", "- send: {file: \"abc.txt\"}\n"), folder_);
  EXPECT_THAT(played, Measures("server.sha256", "\"" + scenario::sha256("abc") + "\""));
}

TEST(Data, IsWhatWasReceivedLast) {
  EXPECT_THAT(play(connected(R"(
- recv: 100
- send: {received: last}
)",
                             R"(
- send: "echo this"
- recv: 100
  expect: "echo this"
)")),
              HoldsThroughout());
}

TEST(Data, IsTheNumberOfTheCopy) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: dgram
- bind: 8888
- repeat:
    times: 3
    steps:
      - recvfrom: 100
)"},
                                {"client", R"(
- socket: dgram
- sendto: {to: server, data: "I am {copy}"}
  after: server.bind
)",
                                 "copies: 3"}})),
              AllOf(Measures("server.messages", R"(["I am 1", "I am 2", "I am 3"])"),
                    Measures("client#2.sent.bytes", "6"), Measures("client.sent.bytes", "18")));
}

}  // namespace
}  // namespace wirelab::runner::test

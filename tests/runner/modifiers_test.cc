// id, using, as, expect and timeout, each through a real run. (`after` and `when` have files of their own.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::SizeIs;

TEST(Id, IsTheNameOfItsStep) {
  const Played played = play(connected(R"(
- recv: 100
  id: the_greeting
)",
                                       R"(
- send: "Hello"
)"));
  EXPECT_EQ(call_of(played, "server", "recv").step, "the_greeting");
  EXPECT_GE(turn_of(played, "server.the_greeting"), 0);
}

TEST(Using, ChoosesAmongTheSocketsOfAnActor) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
- accept:
  as: one
- accept:
  as: two
- recv: 100
  using: two
  expect: "from bob"
- recv: 100
  using: one
  expect: "from alice"
)"},
                                {"alice", R"(
- socket: stream
- connect: server
  after: server.listen
- send: "from alice"
)"},
                                {"bob", R"(
- socket: stream
- connect: server
  after: alice.connect
- send: "from bob"
)"}})),
              HoldsThroughout());
}

TEST(Using, TheListenerIsCalledListener) {
  EXPECT_THAT(play(connected(R"(
- accept:
  using: listener
  as: second
- recv: 100
  using: second
  expect: "Hello again"
)",
                             R"(
- socket: stream
- connect: server
- send: "Hello again"
)")),
              HoldsThroughout());
}

TEST(As, NamesASocketWhenItIsMade) {
  const Played played = play(scenario_of({{"alone", R"(
- socket: stream
  as: first
- socket: dgram
  as: second
- setsockopt: {SO_KEEPALIVE: 1}
  using: first
- close: first
- close: second
)"}}));
  EXPECT_EQ(call_of(played, "alone", "setsockopt").socket, 1);
  EXPECT_EQ(call_of(played, "alone", "close", 1).socket_name, "first");
  EXPECT_EQ(call_of(played, "alone", "close", 2).socket_name, "second");
}

// -------------------------------------------------------------------------------------------------- expect

TEST(Expect, IsMetByWhatItNames) {
  const Played played = play(connected(R"(
- recv: 100
  expect: "Hello"
- recv: 100
  expect: {bytes: 3}
- recv: 100
  expect: eof
)",
                                       R"(
- send: "Hello"
  after: server.recv blocked
- send: "abc"
  after: server.recv#2 blocked
)"));
  EXPECT_THAT(played, HoldsThroughout());
}

TEST(Expect, ThatIsNotMetIsRecordedAndTheActorGoesOn) {
  const Played played = play(connected(R"(
- recv: 100
  expect: "Goodbye"
- recv: 100
  expect: {bytes: 7}
- recv: 100
  expect: "more"
- note: "went on"
)",
                                       R"(
- send: "Hello"
  after: server.recv blocked
- send: "abc"
  after: server.recv#2 blocked
)"));
  EXPECT_THAT(broken_expectations(played), ElementsAre("server, line 10: expected \"Goodbye\", observed \"Hello\"",
                                                       "server, line 12: expected {bytes: 7}, observed {bytes: 3}",
                                                       "server, line 14: expected \"more\", observed eof"));
  EXPECT_THAT(notes(played), ElementsAre("went on"));
  EXPECT_THAT(played, EndsAs("completed"));
  EXPECT_EQ(render::exit_status(played.record), 1);
}

TEST(Expect, OfEndOfFileIsNotMetByBytes) {
  EXPECT_THAT(broken_expectations(play(connected("- recv: 100\n  expect: eof\n", "- send: \"Hello\"\n"))),
              ElementsAre("server, line 10: expected eof, observed \"Hello\""));
}

TEST(Expect, OfTheTextEofIsNotMetByTheEndOfFile) {
  EXPECT_THAT(broken_expectations(play(connected("- recv: 100\n  expect: \"eof\"\n", "- close\n"))),
              ElementsAre("server, line 10: expected \"eof\", observed eof"));
}

TEST(Expect, OfMessagesComparesThemOneByOne) {
  const std::string framing = R"(framing: {kind: delimiter, delimiter: "\n"})";
  const std::string sends = "- send_message: \"one\"\n- send_message: \"two\"\n";
  EXPECT_THAT(play(connected("- recv_message: 2\n  expect: {messages: [\"one\", \"two\"]}\n", sends, framing)),
              HoldsThroughout());
  EXPECT_THAT(
      broken_expectations(play(connected("- recv_message: 2\n  expect: {messages: [\"onetwo\"]}\n", sends, framing))),
      SizeIs(1));
}

TEST(Expect, OfBytesCountsWhatASendPassedOn) {
  EXPECT_THAT(play(connected("- recv: {until: eof}\n",
                             "- send: \"Hello\"\n  expect: {bytes: 5}\n- send: \"\"\n  expect: {bytes: 0}\n")),
              HoldsThroughout());
  EXPECT_THAT(
      broken_expectations(play(connected("- recv: {until: eof}\n", "- send: \"Hello\"\n  expect: {bytes: 4}\n"))),
      ElementsAre("client, line 16: expected {bytes: 4}, observed {bytes: 5}"));
  const std::string receiver = "- socket: dgram\n- bind: 8888\n- recvfrom: 100\n  expect: {bytes: 3}\n";
  const std::string sender = "- socket: dgram\n- sendto: {to: server, data: \"abc\"}\n  expect: {bytes: 3}\n";
  EXPECT_THAT(play(scenario_of({{"server", receiver}, {"client", sender + "  after: server.bind\n"}})),
              HoldsThroughout());
}

// Sent they are frames, received they are what was in them.
TEST(Expect, OfBytesCountsMessagesWithTheirFramingWhereTheyAreSent) {
  EXPECT_THAT(play(connected("- recv_message: 2\n  expect: {bytes: 5}\n",
                             "- send_message: \"one\"\n  expect: {bytes: 5}\n"
                             "- send_message: \"no\"\n  expect: {bytes: 4}\n",
                             "framing: {kind: length, bytes: 2}")),
              HoldsThroughout());
}

TEST(Expect, OfBytesIsNotMetByACallThatFailed) {
  EXPECT_THAT(
      broken_expectations(play(connected("- close\n", "- shutdown: write\n- send: \"Hello\"\n  expect: {bytes: 0}\n"))),
      ElementsAre(testing::HasSubstr("expected {bytes: 0}, observed {fails: EPIPE}")));
}

TEST(Expect, OfAFailureIsMetByThatFailureAlone) {
  const std::string server = "- socket: stream\n- bind: 8888\n";
  const auto client = [](const std::string& error) {
    return "- socket: stream\n- connect: server\n  after: server.bind\n  expect: {fails: " + error +
           "}\n- note: \"on\"\n";
  };
  const Played met = play(scenario_of({{"server", server}, {"client", client("ECONNREFUSED")}}));
  EXPECT_THAT(met, AllOf(HoldsThroughout(), Measures("client.errors", "[ECONNREFUSED]")));
  EXPECT_THAT(notes(met), ElementsAre("on"));

  const Played other = play(scenario_of({{"server", server}, {"client", client("ETIMEDOUT")}}));
  EXPECT_THAT(broken_expectations(other),
              ElementsAre("client, line 12: expected {fails: ETIMEDOUT}, observed {fails: ECONNREFUSED}"));
}

TEST(Expect, OfAFailureIsNotMetBySuccess) {
  EXPECT_THAT(
      broken_expectations(play(connected("- recv: 100\n  expect: {fails: ECONNRESET}\n", "- send: \"Hello\"\n"))),
      ElementsAre("server, line 10: expected {fails: ECONNRESET}, observed \"Hello\""));
}

// ------------------------------------------------------------------------------------------------- timeout

TEST(Timeout, GivesUpOnACallThatSleepsTooLong) {
  const Played played = play(connected(R"(
- recv: 100
  timeout: 20ms
  expect: {fails: timeout}
- note: "went on"
)",
                                       R"(
- recv: 100
  expect: eof
)"));
  EXPECT_THAT(played,
              AllOf(HoldsThroughout(), Measures("server.errors", "[timeout]"), Measures("server.recv.blocked", "yes")));
  EXPECT_THAT(notes(played), ElementsAre("went on"));
}

TEST(Timeout, NobodyExpectedEndsTheActor) {
  const Played played = play(connected(R"(
- recv: 100
  timeout: 20ms
- note: "never reached"
)",
                                       R"(
- recv: 100
  expect: eof
)"));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), Measures("server.recv.result", "[timeout]")));
  EXPECT_THAT(notes(played), testing::IsEmpty());
}

TEST(Timeout, OfAccept) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
- accept:
  timeout: 20ms
  expect: {fails: timeout}
)"}})),
              HoldsThroughout());
}

TEST(Timeout, OfAConnectThatAFullQueueIgnores) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 0
- accept:
  after: late.exit
)"},
                                {"early", R"(
- socket: stream
- connect: server
  after: server.listen
)"},
                                {"late", R"(
- socket: stream
- connect: server
  after: early.connect
  timeout: 20ms
  expect: {fails: timeout}
)"}})),
              AllOf(HoldsThroughout(), Measures("late.connect.result", "[timeout]")));
}

TEST(Timeout, OfRecvFrom) {
  EXPECT_THAT(play(datagrams("- recvfrom: 100\n  timeout: 20ms\n  expect: {fails: timeout}\n", "")), HoldsThroughout());
}

TEST(Timeout, OfASendIntoFullBuffers) {
  EXPECT_THAT(
      play(scenario_of({{"server", R"(
- socket: stream
- setsockopt: {SO_RCVBUF: 4096}
- bind: 8888
- listen: 5
- accept
- recv: {until: eof}
  after: client.exit
)"},
                        {"client", R"(
- socket: stream
- setsockopt: {SO_SNDBUF: 4096}
- connect: server
  after: server.accept blocked
- send: {fill: "x", size: 1000000}
  timeout: 20ms
)"}})),
      AllOf(EndsAs("completed"), Measures("client.send.blocked", "yes"), Measures("client.errors", "[timeout]")));
}

TEST(Timeout, DoesNotRunWhileTheStepWaitsForItsAfter) {
  EXPECT_THAT(play(connected(R"(
- recv: 100
  after: client.sleep
  timeout: 20ms
  expect: "Hello"
)",
                             R"(
- sleep: 60ms
- send: "Hello"
)")),
              HoldsThroughout());
}

TEST(Timeout, ComesAfterAllThatWasDueEarlierHoweverSlowTheMachineIs) {
  // The send is due at 30 ms and the timeout at 31 ms, of the run's own clock.
  EXPECT_THAT(play(connected(R"(
- recv: 100
  timeout: 31ms
  expect: "just in time"
)",
                             R"(
- sleep: 10ms
  after: server.recv blocked
- sleep: 10ms
- sleep: 10ms
- send: "just in time"
)")),
              HoldsThroughout());
}

TEST(Timeout, ComesBeforeWhatIsDueLater) {
  EXPECT_THAT(play(connected(R"(
- recv: 100
  timeout: 29ms
  expect: {fails: timeout}
- recv: 100
  expect: "too late"
)",
                             R"(
- sleep: 30ms
  after: server.recv blocked
- send: "too late"
)")),
              HoldsThroughout());
}

TEST(Timeout, OfAReceiveThatHasSomeOfItsBytesIsAFailureToo) {
  EXPECT_THAT(play(connected(R"(
- recv: {exactly: 8}
  timeout: 30ms
  expect: {fails: timeout}
)",
                             R"(
- send: "Hello"
  after: server.recv blocked
- recv: 100
  expect: eof
)")),
              AllOf(HoldsThroughout(), Measures("server.errors", "[timeout]")));
}

TEST(Timeout, OfAStepThatReceivesSeveralTimesIsForAllOfThem) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: "END"}
  timeout: 30ms
  expect: {fails: timeout}
)",
                             R"(
- send: "EN"
  after: server.recv blocked
- recv: 100
  expect: eof
)")),
              HoldsThroughout());
}

}  // namespace
}  // namespace wirelab::runner::test

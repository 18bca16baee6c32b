// What the loader finds without running: and, as important, what it keeps silent about.

#include "labs/scenario/validate.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string talk(const std::string& server, const std::string& client) {
  return "wirelab: 1\nactors:\n  server:\n    - socket: stream\n    - bind: 8888\n    - listen: 5\n" + server +
         "  client:\n    - socket: stream\n" + client;
}

constexpr const char* connect_in_order = "    - connect: server\n      after: server.listen\n";

TEST(ALessonInGoodOrder, DeservesNoWarning) { EXPECT_THAT(rules_of(with_conversation("")), IsEmpty()); }

// ------------------------------------------------------------------------------------------- sockets

TEST(ASocket, ThatIsUsedWronglyIsNoMistakeIfItsFailureIsExpected) {
  EXPECT_THAT(rules_of(with_steps("- socket: stream\n- recv: 10\n  expect: {fails: ENOTCONN}")), IsEmpty());
  EXPECT_THAT(rules_of(with_steps("- socket: dgram\n- bind: 9000\n- listen: 5\n  expect: {fails: EOPNOTSUPP}")),
              IsEmpty());
  EXPECT_THAT(rules_of(with_steps("- socket: stream\n- close\n- close:\n  expect: {fails: EBADF}")), IsEmpty());
}

TEST(ASocket, ThatIsClosedMakesThePreviousOneCurrentAgain) {
  EXPECT_THAT(rules_of(talk("    - accept\n    - recv: 10\n      expect: \"x\"\n    - recv: 10\n      expect: eof\n    "
                            "- close\n    - close\n",
                            std::string(connect_in_order) + "    - send: \"x\"\n    - close\n")),
              IsEmpty());
  EXPECT_THAT(rules_of(talk("    - accept\n    - recv: {until: eof}\n    - close\n    - recv: 10\n",
                            std::string(connect_in_order))),
              ElementsAre("no-connection"))
      << "after the connection the listener is current";
}

TEST(ASocket, KeepsItsNameAcrossRounds) {
  EXPECT_THAT(
      rules_of(talk("    - repeat:\n        times: 3\n        steps:\n          - accept:\n            as: talk\n"
                    "          - recv: {until: eof}\n            using: talk\n          - close: talk\n",
                    std::string(connect_in_order) + "    - send: \"x\"\n    - close\n")),
      IsEmpty());
}

TEST(ASocket, ClosedInOneRoundIsMissedInTheNext) {
  EXPECT_THAT(
      rules_of(with_steps("- socket: dgram\n- repeat:\n    times: 2\n    steps:\n      - bind: 9000\n      - close")),
      ElementsAre("closed-socket"));
  EXPECT_THAT(
      rules_of(with_steps("- socket: dgram\n- repeat:\n    times: 1\n    steps:\n      - bind: 9000\n      - close")),
      IsEmpty());
}

TEST(ADatagramSocket, SendsOnceItIsConnected) {
  EXPECT_THAT(
      rules_of("wirelab: 1\nactors:\n  server:\n    - socket: dgram\n    - bind: 9000\n    - recvfrom: 10\n"
               "  client:\n    - socket: dgram\n    - connect: server\n      after: server.bind\n    - send: \"x\"\n"),
      IsEmpty());
}

TEST(AMessageStep, WithoutFramingIsReportedForTheActorThatLacksIt) {
  EXPECT_THAT(
      rules_of("wirelab: 1\nactors:\n  server:\n    framing: {kind: length}\n    steps:\n      - socket: stream\n"
               "      - bind: 8888\n      - listen: 5\n      - accept\n      - recv_message: eof\n"
               "  client:\n    - socket: stream\n    - connect: server\n      after: server.listen\n    - "
               "send_message: \"x\"\n"),
      ElementsAre("no-framing"));
}

TEST(ABrokenFraming, IsNotReportedAgainAtEveryMessage) {
  EXPECT_THAT(
      rules_of("wirelab: 1\nframing: {kind: lenght}\nactors:\n  a:\n    - socket: dgram\n    - recv_message: 2\n"),
      ElementsAre("unknown-word"));
}

// --------------------------------------------------------------------------------------------- facts

std::string two_actors(const std::string& after, const std::string& server = "    - note: \"a\"\n    - note: \"b\"\n") {
  return "wirelab: 1\nactors:\n  server:\n" + server + "  client:\n    - note: \"x\"\n      after: " + after + "\n";
}

TEST(AFact, MayNameAnyStepOfAnyActor) {
  for (const char* fact :
       {"server.note", "server.note#2", "server.note#2 started", "server.exit", "server.exit started", "settled"}) {
    EXPECT_THAT(rules_of(two_actors(fact)), IsEmpty()) << fact;
  }
}

TEST(AFact, CountsRoundsAndCopies) {
  const std::string thrice = "    - repeat: {times: 3, steps: [{note: \"a\"}, {note: \"b\"}]}\n";
  EXPECT_THAT(rules_of(two_actors("server.note#6", thrice)), IsEmpty());
  EXPECT_THAT(rules_of(two_actors("server.note#7", thrice)), ElementsAre("step-too-late"));
  const std::string copied = "    copies: 4\n    steps:\n      - note: \"a\"\n";
  EXPECT_THAT(rules_of(two_actors("server.note#4", copied)), IsEmpty());
  EXPECT_THAT(rules_of(two_actors("server.note#5", copied)), ElementsAre("step-too-late"));
  EXPECT_THAT(rules_of(two_actors("server#4.note", copied)), IsEmpty());
  EXPECT_THAT(rules_of(two_actors("server#4.note#2", copied)), ElementsAre("step-too-late"));
  EXPECT_THAT(rules_of(two_actors("server#5.note", copied)), ElementsAre("unknown-copy"));
}

TEST(AFact, OfAnEndlessLoopMayBeAnyRound) {
  EXPECT_THAT(
      rules_of(two_actors("server.recv#1000000",
                          "    - socket: dgram\n    - bind: 9\n    - repeat: {until: \"END\", steps: [{recv: 10}]}\n")),
      IsEmpty());
}

TEST(AFact, OfAnActorThatIsNotCertainIsLeftAlone) {
  EXPECT_THAT(rules_of(two_actors("server.accept blocked", "    - ???\n")), IsEmpty());
}

TEST(AFact, CanBeWaitedForByAHeldPacket) {
  EXPECT_THAT(rules_of(with_conversation("wire:\n  rules:\n    - hold: {from: server, until: client.send}\n")),
              IsEmpty());
  EXPECT_THAT(rules_of(with_conversation("wire:\n  rules:\n    - hold: {from: server, until: client.sned}\n")),
              ElementsAre("unknown-step"));
}

// ------------------------------------------------------------------------------------------- circles

TEST(ACircle, OfThreeActorsIsNamedWithItsLines) {
  const Loaded loaded = load_text(
      "wirelab: 1\nactors:\n"
      "  a:\n    - note: \"1\"\n      after: b.note\n"
      "  b:\n    - note: \"2\"\n      after: c.note\n"
      "  c:\n    - note: \"3\"\n      after: a.note\n",
      "test.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].rule(), "circle");
  EXPECT_EQ(loaded.diagnostics[0].at, (Position{5, 14}));
  EXPECT_THAT(report_of(loaded),
              HasSubstr("line 5 waits for `b.note`, line 8 waits for `c.note`, line 11 waits for `a.note`"));
}

TEST(ACircle, MayGoThroughTheOrderOfAnActorsOwnSteps) {
  EXPECT_THAT(
      rules_of(
          "wirelab: 1\nactors:\n  a:\n    - note: \"1\"\n      after: b.last\n    - note: \"2\"\n      id: second\n"
          "  b:\n    - note: \"3\"\n      after: a.second\n    - note: \"4\"\n      id: last\n"),
      ElementsAre("circle"));
}

TEST(ACircle, IsNoneIfSomebodyCanBegin) {
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n  a:\n    - note: \"1\"\n    - note: \"2\"\n      after: b.note\n"
                       "  b:\n    - note: \"3\"\n      after: a.note\n"),
              IsEmpty());
}

TEST(ACircle, OfWaitingForAStartIsStillOne) {
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n  a:\n    - note: \"1\"\n      after: b.note started\n"
                       "  b:\n    - note: \"2\"\n      after: a.note started\n"),
              ElementsAre("circle"));
}

TEST(AnActor, MayWaitForItsOwnEarlierStep) {
  EXPECT_THAT(rules_of(with_steps("- note: \"1\"\n- note: \"2\"\n  after: client.note")), IsEmpty());
  EXPECT_THAT(rules_of(with_steps("- note: \"1\"\n  after: client.note#2\n- note: \"2\"")), ElementsAre("circle"));
}

TEST(ALoop, ThatWaitsInsideForWhatComesBehindItIsACircle) {
  EXPECT_THAT(rules_of(with_steps("- repeat:\n    times: 2\n    steps:\n      - note: \"1\"\n        after: "
                                  "client.last\n- note: \"2\"\n  id: last")),
              ElementsAre("circle"));
  EXPECT_THAT(rules_of(with_steps(
                  "- repeat:\n    times: 2\n    steps:\n      - note: \"1\"\n- note: \"2\"\n  after: client.repeat")),
              IsEmpty());
}

// --------------------------------------------------------------------------------------------- races

TEST(ARace, OfAConnectIsSeenAcrossOtherActors) {
  const auto through = [](const std::string& fact) {
    return rules_of(
        "wirelab: 1\nactors:\n  server:\n    - socket: stream\n    - bind: 8888\n    - listen: 5\n"
        "  guide:\n    - note: \"go\"\n      after: " +
        fact +
        "\n"
        "  client:\n    - socket: stream\n    - connect: server\n      after: guide.note\n");
  };
  EXPECT_THAT(through("server.listen"), IsEmpty());
  EXPECT_THAT(through("server.exit"), IsEmpty());
  EXPECT_THAT(through("server.listen started"), ElementsAre("race"));
  EXPECT_THAT(through("server.bind"), ElementsAre("race"));
  EXPECT_THAT(through("settled"), ElementsAre("race")) << "at the very start everything is settled too";
}

TEST(ARace, IsNoneAfterAnEarlierConnect) {
  EXPECT_THAT(rules_of(talk("    - repeat: {times: 2, steps: [accept, {recv: {until: eof}}, close]}\n",
                            std::string(connect_in_order) +
                                "    - close\n    - socket: stream\n    - connect: server\n    - close\n")),
              IsEmpty());
}

TEST(ARace, IsNoneOnceTheServerHasAnswered) {
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n"
                       "  server:\n    - socket: stream\n    - bind: 8888\n    - listen: 5\n    - accept\n    - send: "
                       "\"x\"\n    - recv: {until: eof}\n"
                       "  first:\n    - socket: stream\n    - connect: server\n      after: server.listen\n    - recv: "
                       "1\n    - close\n"
                       "  second:\n    - socket: stream\n    - connect: {to: first, port: 1}\n      after: "
                       "first.recv\n      expect: {fails: ECONNREFUSED}\n"),
              IsEmpty());
}

TEST(ARace, IsNoneWhereTheConnectIsTriedAgainOrMayFail) {
  const std::string server = "    - accept\n    - recv: {until: eof}\n";
  EXPECT_THAT(rules_of(talk(server, "    - retry: {times: 5, steps: [{connect: server}]}\n    - close\n")), IsEmpty());
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n  server:\n    - note: \"no listener\"\n  client:\n    - socket: stream\n"
                       "    - connect: {to: server, port: 8888}\n      expect: {fails: ECONNREFUSED}\n"),
              IsEmpty());
}

TEST(ARace, OfABroadcastIsAboutEveryoneWhoBindsThePort) {
  const auto broadcast = [](const std::string& after) {
    return rules_of(
        "wirelab: 1\nactors:\n  one:\n    - socket: dgram\n    - bind: 9000\n    - recvfrom: 10\n"
        "  two:\n    - socket: dgram\n    - bind: 9000\n    - recvfrom: 10\n"
        "  caller:\n    - socket: dgram\n    - setsockopt: {SO_BROADCAST: 1}\n"
        "    - sendto: {to: everyone, port: 9000, data: \"x\"}\n      after: " +
        after + "\n");
  };
  EXPECT_THAT(broadcast("[one.bind, two.bind]"), IsEmpty());
  EXPECT_THAT(broadcast("[one.bind]"), ElementsAre("race"));
}

TEST(ARace, IsAWarningAndTheFileStillLoads) {
  const Loaded loaded =
      load_text(talk("    - accept\n    - recv: {until: eof}\n", "    - connect: server\n    - close\n"), "test.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].severity, Diagnostic::Severity::warning);
  EXPECT_TRUE(loaded.scenario);
}

TEST(AConnectWhereNobodyListens, IsNoSlipBetweenSocketsThatConnectToEachOther) {
  const auto pair = [](const std::string& second) {
    return rules_of(
        "wirelab: 1\nactors:\n"
        "  server:\n    - socket: stream\n    - bind: 8888\n    - connect: {to: client, port: 7777}\n"
        "      after: client.bind\n"
        "  client:\n    - socket: stream\n    - bind: 7777\n" +
        second);
  };
  EXPECT_THAT(pair("    - connect: {to: server, port: 8888}\n      after: server.bind\n"), IsEmpty());
  EXPECT_THAT(pair("    - close\n"), ElementsAre("nobody-there"));
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n"
                       "  server:\n    - socket: stream\n    - bind: 8888\n    - connect: server\n"),
              IsEmpty());
}

TEST(ADatagramToNobody, IsALessonIfThePortIsSpelledOutAndASlipIfAnotherIsBound) {
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n  server:\n    - note: \"nothing here\"\n"
                       "  client:\n    - socket: dgram\n    - sendto: {to: server, port: 9000, data: \"x\"}\n"),
              IsEmpty());
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n  server:\n    - socket: dgram\n    - bind: 9001\n"
                       "  client:\n    - socket: dgram\n    - sendto: {to: server, port: 9000, data: \"x\"}\n      "
                       "after: server.bind\n"),
              ElementsAre("nobody-there"));
}

// -------------------------------------------------------------------------------------------- closes

std::vector<std::string> closes(const std::string& server, const std::string& client) {
  return rules_of(talk("    - accept\n" + server, std::string(connect_in_order) + client));
}

TEST(TwoCloses, AreOrderedByAnEndOfFileThatOneSees) {
  EXPECT_THAT(closes("    - recv: 10\n      expect: \"x\"\n    - close\n", "    - send: \"x\"\n    - close\n"),
              ElementsAre("unordered-closes"));
  EXPECT_THAT(closes("    - recv: 10\n      expect: \"x\"\n    - recv: 10\n      expect: eof\n    - close\n",
                     "    - send: \"x\"\n    - close\n"),
              IsEmpty());
  EXPECT_THAT(closes("    - recv: {until: eof}\n    - close\n", "    - send: \"x\"\n    - close\n"), IsEmpty());
  EXPECT_THAT(closes("    - recv_file: \"copy\"\n    - close\n", "    - send: \"x\"\n    - close\n"), IsEmpty());
  EXPECT_THAT(closes("    - send: \"x\"\n    - close\n",
                     "    - recv: 10\n      expect: \"x\"\n    - recv: 10\n      expect: eof\n    - close\n"),
              IsEmpty());
}

TEST(TwoCloses, AreOrderedByAFact) {
  EXPECT_THAT(closes("    - recv: 10\n      expect: \"x\"\n    - close\n",
                     "    - send: \"x\"\n    - close:\n      after: server.close\n"),
              IsEmpty());
  EXPECT_THAT(closes("    - recv: 10\n      expect: \"x\"\n    - close:\n      after: client.close\n",
                     "    - send: \"x\"\n    - close\n"),
              IsEmpty());
  EXPECT_THAT(
      closes("    - recv: 10\n      expect: \"x\"\n    - close:\n      after: client.exit\n", "    - send: \"x\"\n"),
      IsEmpty());
}

TEST(TwoCloses, AreOrderedIfOneIsAHalfCloseThatTheOtherSees) {
  EXPECT_THAT(closes("    - recv: {until: eof}\n    - send: \"x\"\n    - close\n",
                     "    - send: \"x\"\n    - shutdown: write\n    - recv: {until: eof}\n    - close\n"),
              IsEmpty());
}

TEST(TwoCloses, MayBeTheEndsOfTheActors) {
  EXPECT_THAT(closes("    - recv: 10\n      expect: \"x\"\n", "    - send: \"x\"\n"), ElementsAre("unordered-closes"));
}

TEST(TwoCloses, AreNotGuessedAtWhereAReceiveMayHaveSeenTheEnd) {
  EXPECT_THAT(closes("    - recv: 10\n    - recv: 10\n    - close\n", "    - send: \"x\"\n    - close\n"), IsEmpty());
  EXPECT_THAT(
      closes("    - recv: 10\n      expect: {fails: ECONNRESET}\n    - close\n", "    - send: \"x\"\n    - abort\n"),
      IsEmpty());
}

TEST(TwoCloses, AreOfNoInterestInADeadlock) {
  const std::string text = talk("    - accept\n    - recv: {exactly: 9}\n    - close\n",
                                std::string(connect_in_order) + "    - recv: {exactly: 9}\n    - close\n");
  EXPECT_THAT(rules_of(text), ElementsAre("unordered-closes"));
  EXPECT_THAT(rules_of(text + "checks:\n  - run.outcome: deadlock\n"), IsEmpty());
}

}  // namespace
}  // namespace wirelab::scenario

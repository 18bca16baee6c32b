#include "labs/render/record.hh"

#include <gtest/gtest.h>

#include "tests/render/sample_runs.hh"

namespace wirelab::render {
namespace {

using scenario::Bytes;
using scenario::Value;
using scenario::Word;
using test::RunBuilder;
using timeline::Outcome;

RunBuilder quiet_run() {
  RunBuilder run({"server", "client"});
  run.call("server", "socket", {{"type", "stream"}});
  return run;
}

TEST(ExitStatus, IsZeroWhenAllHeld) {
  RunBuilder run = quiet_run();
  run.check("server.socket.count", Value(1), Value(1));
  run.predict("server.socket.count", Value(1), Value(1));
  EXPECT_EQ(exit_status(run.record()), 0);
}

TEST(ExitStatus, IsOneWhenACheckFailed) {
  RunBuilder run = quiet_run();
  run.check("server.socket.count", Value(2), Value(1));
  EXPECT_EQ(exit_status(run.record()), 1);
}

TEST(ExitStatus, IsOneWhenAPredictionFailed) {
  RunBuilder run = quiet_run();
  run.predict("server.socket.count", Value(2), Value(1));
  EXPECT_EQ(exit_status(run.record()), 1);
}

TEST(ExitStatus, IsOneWhenAnExpectationWasNotMet) {
  RunBuilder run = quiet_run();
  run.expectation("server", 1, "eof", "\"x\"", false);
  EXPECT_EQ(exit_status(run.record()), 1);
}

TEST(ExitStatus, IsOneWhenAStepEndedItsActorThoughNobodyExpectedThat) {
  RunBuilder run = quiet_run();
  run.timeline().lanes[1].failure = "ECONNREFUSED";
  EXPECT_EQ(exit_status(run.record()), 1);
}

TEST(ExitStatus, IsZeroWhenACheckHadForeseenTheErrorThatEndedAnActor) {
  RunBuilder run = quiet_run();
  run.timeline().lanes[1].failure = "ECONNREFUSED";
  run.check("client.errors", Value(Word{"ECONNREFUSED"}), Value(Word{"ECONNREFUSED"}));
  EXPECT_EQ(exit_status(run.record()), 0);
}

TEST(ExitStatus, IsZeroForWhatIsUnansweredNotObservableOrInconclusive) {
  RunBuilder run = quiet_run();
  run.predict("server.socket.count", std::nullopt, Value(1));
  run.check("wire.SYN", Value(1), Value(2));
  run.check("run.elapsed_ms", Value(1), Value(2));
  run.record().checks[0].verdict = grade::Verdict::not_observable;
  run.record().checks[1].verdict = grade::Verdict::inconclusive;
  EXPECT_EQ(exit_status(run.record()), 0);
}

TEST(ExitStatus, IsZeroForAFileWhoseStepsAreNotAnsweredYet) { EXPECT_EQ(exit_status(test::unanswered()), 0); }

TEST(ExitStatus, IsThreeWhenTheStageCannotDoIt) {
  RunBuilder run = quiet_run();
  run.timeline().outcome = Outcome::not_possible_here;
  EXPECT_EQ(exit_status(run.record()), 3);
}

TEST(ExitStatus, IsFourForADeadlockThatNobodyExpected) {
  RunBuilder run = quiet_run();
  run.timeline().outcome = Outcome::deadlock;
  run.check("server.socket.count", Value(2), Value(1));
  EXPECT_EQ(exit_status(run.record()), 4);
}

TEST(ExitStatus, IsZeroForADeadlockThatACheckExpects) {
  RunBuilder run = quiet_run();
  run.timeline().outcome = Outcome::deadlock;
  run.check("run.outcome", Value(Word{"deadlock"}), Value(Word{"deadlock"}));
  EXPECT_EQ(exit_status(run.record()), 0);
}

TEST(ExitStatus, IsFourForADeadlockWhereACheckExpectsSomethingElse) {
  RunBuilder run = quiet_run();
  run.timeline().outcome = Outcome::deadlock;
  run.check("run.outcome", Value(Word{"completed"}), Value(Word{"deadlock"}));
  EXPECT_EQ(exit_status(run.record()), 4);
}

TEST(ExitStatus, IsThatOfCtrlCWhenInterrupted) {
  RunBuilder run = quiet_run();
  run.timeline().outcome = Outcome::interrupted;
  EXPECT_EQ(exit_status(run.record()), 130);
}

TEST(HiddenMetric, IsOneThatIsStillToBePredicted) {
  RunBuilder run = quiet_run();
  run.predict("server.recv.count", std::nullopt, Value(2));
  run.predict("server.recv.sizes", Value(2), Value(2));
  EXPECT_TRUE(is_hidden(run.record(), "server.recv.count"));
  EXPECT_FALSE(is_hidden(run.record(), "server.recv.sizes"));
}

TEST(HiddenMetric, HidesAChecksComparisonWithItToo) {
  RunBuilder run = quiet_run();
  run.predict("server.recv.count", std::nullopt, Value(2));
  scenario::Check check;
  check.metric = "client.send.count";
  check.expected.kind = scenario::Expected::Kind::same_as;
  check.expected.metric = "server.recv.count";
  EXPECT_TRUE(is_hidden(run.record(), check));
}

/// A run in which "client.send.count" was predicted wrongly, its evidence the first two of its three calls.
class Explanation : public testing::Test {
 protected:
  Explanation() : run_({"server", "client"}) {
    for (int call = 0; call < 3; ++call) run_.call("client", "send");
    run_.predict("client.send.count", Value(1), Value(2), {1, 2});
  }
  void annotate(std::string rule, std::vector<timeline::EventId> events) {
    run_.annotate(std::move(rule), std::move(events), "seen", "why", {});
  }
  std::optional<std::size_t> found() { return explanation_of(run_.record(), run_.record().predictions.at(0)); }

  RunBuilder run_;
};

TEST_F(Explanation, IsTheOneThatSpeaksOfMostOfTheEvidence) {
  annotate("send-buffered", {1});
  annotate("lost", {1, 2, 3});
  EXPECT_EQ(found(), 1U);
}

TEST_F(Explanation, IsOfTheSameSubjectAmongEquals) {
  annotate("lost", {1, 3});
  annotate("split-send", {2});
  EXPECT_EQ(found(), 1U);
}

TEST_F(Explanation, IsTheFirstAmongEqualsOfTheSameSubject) {
  annotate("send-buffered", {1});
  annotate("split-send", {2});
  EXPECT_EQ(found(), 0U);
}

TEST_F(Explanation, IsMissingIfNobodySpeaksOfTheEvidence) {
  annotate("split-send", {3});
  EXPECT_EQ(found(), std::nullopt);
}

TEST_F(Explanation, IsNotNeededForWhatWasRightOrNotPredicted) {
  annotate("split-send", {1, 2});
  for (const grade::Verdict verdict : {grade::Verdict::passed, grade::Verdict::unanswered}) {
    run_.record().predictions.at(0).verdict = verdict;
    EXPECT_EQ(found(), std::nullopt);
  }
}

TEST_F(Explanation, TakesNoAccountOfWhatAnActorIsCalled) {
  run_.record().predictions.at(0).prediction.metric = "lost.send.count";
  annotate("lost", {1});
  annotate("split-send", {2});
  EXPECT_EQ(found(), 1U);
}

TEST_F(Explanation, OfPacketsIsFoundByTheirKind) {
  run_.record().predictions.at(0).prediction.metric = "wire.SYN";
  annotate("handshake", {1});
  annotate("syn-lost", {2});
  EXPECT_EQ(found(), 1U);
}

TEST(HiddenMetric, IsNoneInARecordThatReveals) {
  RunBuilder run = quiet_run();
  run.predict("server.recv.count", std::nullopt, Value(2));
  run.record().reveals = true;
  EXPECT_FALSE(is_hidden(run.record(), "server.recv.count"));
}

TEST(MakeRecord, DerivesEverythingFromTheTimeline) {
  RunRecord sample = test::three_sends_one_recv();
  scenario::Check check;
  check.metric = "server.recv.sizes";
  check.expected.values = {scenario::List{Value(15), Value(0)}};
  sample.scenario.checks = {check};
  scenario::Prediction prediction;
  prediction.metric = "server.recv.count";
  sample.scenario.predict = {prediction};
  const RunRecord record = make_record(sample.scenario, sample.timeline, words::Language::english);
  ASSERT_EQ(record.checks.size(), 1u);
  EXPECT_EQ(record.checks[0].verdict, grade::Verdict::passed);
  ASSERT_EQ(record.predictions.size(), 1u);
  EXPECT_EQ(record.predictions[0].verdict, grade::Verdict::unanswered);
  EXPECT_FALSE(record.annotations.empty());
  ASSERT_EQ(record.provenance.size(), 1u);
  EXPECT_EQ(record.provenance[0].from.size(), 3u);
  EXPECT_FALSE(record.summary.empty());
}

}  // namespace
}  // namespace wirelab::render

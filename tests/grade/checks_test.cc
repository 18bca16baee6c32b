#include "labs/grade/checks.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/timeline/timeline_builder.hh"

namespace wirelab::grade {
namespace {

using scenario::Bytes;
using scenario::Expected;
using scenario::List;
using scenario::Value;
using scenario::Word;
using testing::ElementsAre;
using tests::TimelineBuilder;
using Kind = Expected::Kind;

Expected expected(Kind kind, std::vector<Value> values) { return {kind, std::move(values), "", {}}; }
Expected same_as(std::string metric) { return {Kind::same_as, {}, std::move(metric), {}}; }
Expected is_not(Expected inner) { return {Kind::not_, {}, "", {std::move(inner)}}; }

bool holds(const Expected& what, const Value& observed) { return grade::holds(what, observed, timeline::Timeline{}); }

Value texts(const std::vector<std::string>& all) {
  List list;
  for (const std::string& text : all) list.emplace_back(Bytes{text});
  return list;
}

TEST(Equals, ComparesNumbersListsAndYesNo) {
  EXPECT_TRUE(holds(expected(Kind::equals, {15}), 15));
  EXPECT_FALSE(holds(expected(Kind::equals, {15}), 14));
  EXPECT_TRUE(holds(expected(Kind::equals, {List{15, 0}}), List{15, 0}));
  EXPECT_FALSE(holds(expected(Kind::equals, {List{15, 0}}), List{0, 15}));
  EXPECT_TRUE(holds(expected(Kind::equals, {List{}}), List{}));
  EXPECT_FALSE(holds(expected(Kind::equals, {true}), false));
}

TEST(Equals, NeverTakesAWordForAText) {
  EXPECT_FALSE(holds(expected(Kind::equals, {Word{"eof"}}), Bytes{"eof"}));
  EXPECT_TRUE(holds(expected(Kind::equals, {Word{"eof"}}), Word{"eof"}));
  EXPECT_FALSE(holds(expected(Kind::equals, {1}), true));
}

TEST(Bounds, IncludeTheirEnds) {
  EXPECT_TRUE(holds(expected(Kind::at_least, {5}), 5));
  EXPECT_FALSE(holds(expected(Kind::at_least, {5}), 4));
  EXPECT_TRUE(holds(expected(Kind::at_most, {5}), 5));
  EXPECT_FALSE(holds(expected(Kind::at_most, {5}), 6));
  EXPECT_TRUE(holds(expected(Kind::between, {2, 4}), 2));
  EXPECT_TRUE(holds(expected(Kind::between, {2, 4}), 4));
  EXPECT_FALSE(holds(expected(Kind::between, {2, 4}), 1));
  EXPECT_FALSE(holds(expected(Kind::between, {2, 4}), 5));
}

TEST(Bounds, HoldOfNumbersOnly) {
  EXPECT_FALSE(holds(expected(Kind::at_least, {0}), texts({"a"})));
  EXPECT_FALSE(holds(expected(Kind::at_most, {Bytes{"9"}}), 1));
}

TEST(OneOf, HoldsForAnyOfItsValues) {
  EXPECT_TRUE(holds(expected(Kind::one_of, {Word{"ECONNRESET"}, Word{"EPIPE"}}), Word{"EPIPE"}));
  EXPECT_FALSE(holds(expected(Kind::one_of, {Word{"ECONNRESET"}, Word{"EPIPE"}}), Word{"EACCES"}));
  EXPECT_TRUE(holds(expected(Kind::one_of, {List{4, 8}, List{12}}), List{12}));
}

TEST(Contains, LooksForATextInATextAndForElementsInAList) {
  EXPECT_TRUE(holds(expected(Kind::contains, {Bytes{"World"}}), Bytes{"HelloWorldAgain"}));
  EXPECT_FALSE(holds(expected(Kind::contains, {Bytes{"world"}}), Bytes{"HelloWorldAgain"}));
  EXPECT_TRUE(holds(expected(Kind::contains, {Bytes{"b"}}), texts({"a", "b"})));
  EXPECT_FALSE(holds(expected(Kind::contains, {Bytes{"b"}}), texts({"a", "bb"})));
  EXPECT_TRUE(holds(expected(Kind::contains, {texts({"b", "a"})}), texts({"a", "x", "b"})));
  EXPECT_FALSE(holds(expected(Kind::contains, {texts({"a", "a"})}), texts({"a", "b"})));
  EXPECT_FALSE(holds(expected(Kind::contains, {5}), 15));
}

TEST(StartsWith, ComparesTheBeginning) {
  EXPECT_TRUE(holds(expected(Kind::starts_with, {Bytes{"Hello"}}), Bytes{"HelloWorld"}));
  EXPECT_FALSE(holds(expected(Kind::starts_with, {Bytes{"World"}}), Bytes{"HelloWorld"}));
  EXPECT_TRUE(holds(expected(Kind::starts_with, {List{5, 5}}), List{5, 5, 0}));
  EXPECT_FALSE(holds(expected(Kind::starts_with, {List{5, 5, 0}}), List{5, 5}));
  EXPECT_TRUE(holds(expected(Kind::starts_with, {Word{"SYN"}}), List{Word{"SYN"}, Word{"ACK"}}));
}

TEST(AnyOrder, WantsTheSameElementsAsOften) {
  EXPECT_TRUE(holds(expected(Kind::any_order, {1, 2, 2}), List{2, 1, 2}));
  EXPECT_FALSE(holds(expected(Kind::any_order, {1, 2, 2}), List{2, 1, 1}));
  EXPECT_FALSE(holds(expected(Kind::any_order, {1, 2}), List{1, 2, 3}));
  EXPECT_FALSE(holds(expected(Kind::any_order, {1}), 1));
}

TEST(Not, TurnsAnExpectationRound) {
  EXPECT_TRUE(holds(is_not(expected(Kind::equals, {1})), 2));
  EXPECT_FALSE(holds(is_not(expected(Kind::contains, {Bytes{"a"}})), Bytes{"abc"}));
}

/// A run of two sends that one recv took, for checks on its metrics.
class AChecklist : public testing::Test {
 protected:
  AChecklist() : run_({{"server", 1}, {"client", 1}}) {
    const int c = run_.connected("client", "server");
    run_.send("client", c, "ab");
    run_.send("client", c, "cd");
    recv_ = run_.recv("server", c);
  }
  CheckResult check(std::string metric, Expected what) {
    scenario::Scenario scenario;
    scenario.checks.push_back({std::move(metric), std::move(what), 2, "", "", "", {}});
    return grade::check(scenario, run_.timeline()).at(0);
  }
  TimelineBuilder run_;
  timeline::EventId recv_ = 0;
};

TEST_F(AChecklist, GivesAllPointsForWhatWasSeenWithTheEvidence) {
  const CheckResult result = check("server.recv.sizes", expected(Kind::equals, {List{4}}));
  EXPECT_EQ(result.verdict, Verdict::passed);
  EXPECT_EQ(result.points(), 2);
  EXPECT_EQ(result.observed, Value(List{4}));
  EXPECT_THAT(result.events, ElementsAre(recv_));
}

TEST_F(AChecklist, GivesNoPointsForAnotherValueAndShowsIt) {
  const CheckResult result = check("server.recv.count", expected(Kind::equals, {2}));
  EXPECT_EQ(result.verdict, Verdict::failed);
  EXPECT_EQ(result.points(), 0);
  EXPECT_EQ(result.observed, Value(1));
}

TEST_F(AChecklist, NeitherPassesNorFailsWhatThisStageCannotSee) {
  const CheckResult result = check("wire.handshake", expected(Kind::equals, {List{}}));
  EXPECT_EQ(result.verdict, Verdict::not_observable);
  EXPECT_FALSE(result.observed.has_value());
}

TEST_F(AChecklist, ComparesTwoMetrics) {
  EXPECT_EQ(check("server.received.bytes", same_as("client.sent.bytes")).verdict, Verdict::passed);
  EXPECT_EQ(check("server.recv.count", same_as("client.send.count")).verdict, Verdict::failed);
  EXPECT_EQ(check("server.recv.count", is_not(same_as("client.send.count"))).verdict, Verdict::passed);
  EXPECT_EQ(check("server.recv.count", same_as("wire.data")).verdict, Verdict::not_observable);
  EXPECT_EQ(check("server.recv.count", is_not(same_as("wire.data"))).verdict, Verdict::not_observable);
}

TEST_F(AChecklist, MayExpectADeadlock) {
  run_.edit().outcome = timeline::Outcome::deadlock;
  EXPECT_EQ(check("run.outcome", expected(Kind::equals, {Word{"deadlock"}})).verdict, Verdict::passed);
}

TEST_F(AChecklist, IsUnansweredWhenTheFileWasNotRun) {
  run_.edit().outcome = timeline::Outcome::unanswered;
  EXPECT_EQ(check("server.recv.count", expected(Kind::equals, {1})).verdict, Verdict::unanswered);
}

TEST_F(AChecklist, DoesNotBlameTheStudentForAnInterruptedRun) {
  run_.edit().outcome = timeline::Outcome::interrupted;
  EXPECT_EQ(check("server.recv.count", expected(Kind::equals, {2})).verdict, Verdict::inconclusive);
  EXPECT_EQ(check("server.recv.count", expected(Kind::equals, {1})).verdict, Verdict::passed);
}

TEST_F(AChecklist, ComparesPredictionsAndLeavesAnUnansweredOneOpen) {
  scenario::Scenario scenario;
  scenario.predict.push_back({"server.recv.count", expected(Kind::equals, {2}), {}});
  scenario.predict.push_back({"server.recv.sizes", std::nullopt, {}});
  const std::vector<PredictionResult> results = compare_predictions(scenario, run_.timeline());
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0].verdict, Verdict::failed);
  EXPECT_EQ(results[0].observed, Value(1));
  EXPECT_EQ(results[1].verdict, Verdict::unanswered);
}

TEST(Verdicts, HaveTheNamesOfTheRecord) {
  EXPECT_EQ(to_text(Verdict::not_observable), "not-observable");
  EXPECT_EQ(to_text(Verdict::passed), "passed");
}

}  // namespace
}  // namespace wirelab::grade

#include "labs/grade/scorecard.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace wirelab::grade {
namespace {

CaseScore a_case(std::int64_t max_points, Verdict verdict, Ending ending = Ending::judged) {
  CaseScore score;
  score.max_points = max_points;
  score.verdict = verdict;
  score.ending = ending;
  return score;
}

TEST(Scorecard, StartsWithNoPointsForACaseThatHasNotBeenPlayed) {
  CaseScore fresh;
  fresh.max_points = 3;
  EXPECT_EQ(fresh.points(), 0);
  EXPECT_EQ(fresh.outcome(), "did-not-finish");
}

TEST(Scorecard, GivesAllPointsOfACaseOrNone) {
  EXPECT_EQ(a_case(3, Verdict::passed).points(), 3);
  for (const Verdict verdict : {Verdict::failed, Verdict::not_observable, Verdict::unanswered, Verdict::inconclusive}) {
    EXPECT_EQ(a_case(3, verdict).points(), 0) << to_text(verdict);
  }
}

TEST(Scorecard, AddsUpCasesAndExercises) {
  const ExerciseScore first{.lab = 1, .cases = {a_case(1, Verdict::passed), a_case(2, Verdict::failed)}};
  const ExerciseScore second{.lab = 2, .cases = {a_case(4, Verdict::passed)}};
  EXPECT_EQ(first.points(), 1);
  EXPECT_EQ(first.max_points(), 3);
  const SubmissionScore both{.student = "ada", .exercises = {first, second}};
  EXPECT_EQ(both.points(), 5);
  EXPECT_EQ(both.max_points(), 7);
  EXPECT_EQ(both.count(Verdict::passed), 2);
  EXPECT_EQ(both.count(Verdict::failed), 1);
  EXPECT_EQ(both.count(Verdict::inconclusive), 0);
}

TEST(Scorecard, CountsNoPointsThatThisGradingCouldNotGive) {
  const ExerciseScore exercise{.cases = {a_case(1, Verdict::passed)}, .hidden_cases = 2, .hidden_points = 3};
  EXPECT_EQ(exercise.max_points(), 1);
}

TEST(Scorecard, NamesTheEndingWhereThatIsWhyACaseDidNotPass) {
  EXPECT_EQ(a_case(1, Verdict::failed).outcome(), "failed");
  EXPECT_EQ(a_case(1, Verdict::failed, Ending::crashed).outcome(), "crashed");
  EXPECT_EQ(a_case(1, Verdict::unanswered, Ending::unanswered).outcome(), "unanswered");
  // A machine that was too slow may well have run into the limit: that is not the student's doing.
  EXPECT_EQ(a_case(1, Verdict::inconclusive, Ending::over_limit).outcome(), "inconclusive");
  EXPECT_EQ(a_case(1, Verdict::passed, Ending::over_limit).outcome(), "passed");
}

TEST(Scorecard, HasAWordForEveryOutcome) {
  std::set<std::string_view> seen;
  for (int verdict = 0; verdict <= static_cast<int>(Verdict::inconclusive); ++verdict) {
    for (int ending = 0; ending <= static_cast<int>(Ending::did_not_finish); ++ending) {
      seen.insert(a_case(1, static_cast<Verdict>(verdict), static_cast<Ending>(ending)).outcome());
    }
  }
  EXPECT_EQ(seen, std::set<std::string_view>(outcomes.begin(), outcomes.end()));
}

}  // namespace
}  // namespace wirelab::grade

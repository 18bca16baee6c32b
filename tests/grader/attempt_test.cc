#include "labs/grader/attempt.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <string>

namespace wirelab::grader {
namespace {

using namespace std::chrono_literals;
using grade::Ending;
using grade::Verdict;
using How = Ended::How;
using testing::HasSubstr;

Played judged(Verdict verdict) { return {.verdict = verdict, .ending = Ending::judged}; }

Played at_a_limit(Verdict verdict) { return {.verdict = verdict, .ending = Ending::over_limit, .out_of_time = true}; }

Ended finished(const Played& played, std::chrono::milliseconds lateness = 0ms) {
  return {.how = How::finished, .report = to_report(played), .lateness = lateness};
}

Ended killed(int signal) { return {.how = How::crashed, .signal = signal}; }

Attempt first(const Ended& ended, bool timing = false) { return attempt_of(ended, {}, timing, 1); }
Attempt second(const Ended& ended, bool timing = false) { return attempt_of(ended, {}, timing, 2); }

TEST(AnAttempt, ThatFailedCountsAtOnce) {
  EXPECT_FALSE(first(finished(judged(Verdict::failed))).again);
  EXPECT_EQ(first(finished(judged(Verdict::failed))).played.verdict, Verdict::failed);
}

TEST(AnAttempt, ThatFailedOnALateMachineCountsAtOnceWhereNoClockDecides) {
  EXPECT_FALSE(first(finished(judged(Verdict::failed), 500ms)).again);
}

TEST(AnAttempt, AtALimitCountsWhereTheMachineWasInTime) {
  EXPECT_FALSE(first(finished(at_a_limit(Verdict::failed), 20ms)).again);
}

TEST(AnAttempt, AtALimitIsMadeAgainWhereTheMachineWasLate) {
  EXPECT_TRUE(first(finished(at_a_limit(Verdict::failed), 500ms)).again);
}

TEST(AnAttempt, AtALimitIsInconclusiveIfTheMachineWasLateTwice) {
  const Attempt attempt = second(finished(at_a_limit(Verdict::failed), 500ms));
  EXPECT_FALSE(attempt.again);
  EXPECT_EQ(attempt.played.verdict, Verdict::inconclusive);
  EXPECT_THAT(attempt.played.findings.at(0).message, HasSubstr("500 ms late"));
}

TEST(AnAttempt, AtALimitCountsIfTheMachineWasInTimeTheSecondTime) {
  EXPECT_EQ(second(finished(at_a_limit(Verdict::failed), 20ms)).played.verdict, Verdict::failed);
}

TEST(AnAttempt, ThatWasToReachALimitIsNoDoubt) {
  EXPECT_FALSE(first(finished(at_a_limit(Verdict::passed), 500ms)).again);
  EXPECT_EQ(second(finished(at_a_limit(Verdict::passed), 500ms)).played.verdict, Verdict::passed);
}

TEST(AnAttempt, AtWhatIsAboutTimeIsMadeAgainWhereTheMachineWasLate) {
  EXPECT_TRUE(first(finished(judged(Verdict::failed), 500ms), true).again);
  EXPECT_EQ(second(finished(judged(Verdict::failed), 500ms), true).played.verdict, Verdict::inconclusive);
  EXPECT_EQ(second(finished(judged(Verdict::failed), 20ms), true).played.verdict, Verdict::failed);
  EXPECT_EQ(second(finished(judged(Verdict::passed), 500ms), true).played.verdict, Verdict::passed);
}

TEST(AnAttempt, ThatWasEndedByTheClockIsJudgedLikeOneAtALimit) {
  EXPECT_FALSE(first({.how = How::out_of_time, .lateness = 20ms}).again);
  EXPECT_TRUE(first({.how = How::out_of_time, .lateness = 500ms}).again);
  EXPECT_EQ(first({.how = How::out_of_time, .lateness = 20ms}).played.ending, Ending::over_limit);
}

TEST(AnAttempt, ThatCrashedIsMadeAgainAndThenCounts) {
  EXPECT_TRUE(first(killed(SIGSEGV)).again);
  EXPECT_FALSE(second(killed(SIGSEGV)).again);
  EXPECT_EQ(second(killed(SIGSEGV)).played.verdict, Verdict::failed);
  EXPECT_EQ(second(killed(SIGSEGV)).played.ending, Ending::crashed);
}

TEST(AnAttempt, ThatSomebodyKilledIsNobodysFault) {
  EXPECT_TRUE(first(killed(SIGKILL)).again);
  EXPECT_EQ(second(killed(SIGKILL)).played.verdict, Verdict::inconclusive);
}

TEST(AnAttempt, ThatTheMachineCouldNotMakeIsNobodysFault) {
  const Played played{.verdict = Verdict::inconclusive, .machine_fault = "socket: Too many open files (EMFILE)"};
  EXPECT_TRUE(first(finished(played)).again);
  const Attempt attempt = second(finished(played));
  EXPECT_EQ(attempt.played.verdict, Verdict::inconclusive);
  EXPECT_THAT(attempt.played.findings.at(0).message, HasSubstr("EMFILE"));
}

TEST(AnAttempt, ThatUsedUpItsAllowanceCountsAtOnce) {
  for (const How how :
       {How::out_of_processor_time, How::out_of_memory, How::out_of_file_space, How::reported_too_much}) {
    EXPECT_FALSE(first({.how = how, .lateness = 500ms}).again);
    EXPECT_EQ(first({.how = how}).played.ending, Ending::over_limit);
    EXPECT_EQ(first({.how = how}).played.verdict, Verdict::failed);
  }
}

TEST(AnAttempt, ThatFilledItsOwnDiskWithSeveralFilesIsToldAsOneThatWroteALargeOne) {
  const Attempt several = first(finished({.ending = Ending::over_limit, .out_of_file_space = true}, 500ms));
  const Attempt one = first({.how = How::out_of_file_space});
  EXPECT_FALSE(several.again);
  EXPECT_EQ(several.played.verdict, Verdict::failed);
  EXPECT_EQ(several.played.ending, Ending::over_limit);
  EXPECT_EQ(several.played.findings.at(0).message, one.played.findings.at(0).message);
}

TEST(AnAttempt, ThatReportsNonsenseIsACrash) {
  EXPECT_EQ(second({.how = How::finished, .report = "9 9 nonsense"}).played.ending, Ending::crashed);
  EXPECT_EQ(second({.how = How::finished, .report = ""}).played.ending, Ending::crashed);
}

}  // namespace
}  // namespace wirelab::grader

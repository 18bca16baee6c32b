#include "labs/grader/grading.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/grader/class_folder.hh"

namespace wirelab::grader {
namespace {

using grade::CaseScore;
using grade::Ending;
using grade::Verdict;
using test::ClassFolder;
using test::answer;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

// What the server of a right answer does between accept and close.
constexpr const char* right = "    - recv_message\n    - send_message: {received: last}\n";

grade::SubmissionScore graded(const std::string& text) {
  ClassFolder folder;
  folder.hand_in("alice", text);
  return test::grade_all(folder).submissions.at(0);
}

CaseScore first_case(const std::string& text) { return graded(text).exercises.at(0).cases.at(0); }

TEST(Grading, GivesARightAnswerAllPoints) {
  const grade::SubmissionScore score = graded(answer(right));
  EXPECT_EQ(score.points(), 6) << test::shown(score);
  EXPECT_EQ(score.max_points(), 6);
}

TEST(Grading, PlaysACaseOncePerByteOfTheStream) {
  const grade::SubmissionScore score = graded(answer(right));
  // "Hello\n" can be cut at five places; before that it is played whole, to know how long it is.
  EXPECT_EQ(score.exercises.at(0).cases.at(2).runs, 6);
}

TEST(Grading, CitesTheFirstCutThatTheAnswerDoesNotSurvive) {
  const grade::SubmissionScore score = graded(answer("    - recv: 1024\n    - send: {received: last}\n"));
  const CaseScore& cut = score.exercises.at(0).cases.at(2);
  ASSERT_EQ(cut.verdict, Verdict::failed) << test::shown(score);
  EXPECT_EQ(cut.findings.at(0).run, "cut after byte 1 of 6");
  EXPECT_EQ(score.points(), 3);
}

// Each byte is a run, and how many there are is up to the answer.
TEST(Grading, CutsNoStreamInMorePlacesThanAClassCanWaitFor) {
  scenario::Rubric rubric = test::rubric();
  rubric.exercises.at(0).cases.at(2).one_run_per->path = "server.cut";
  ClassFolder folder;
  folder.hand_in("mallory", answer(std::string(right) + "    - send: {fill: \"x\", size: 2000}\n"));
  const grade::SubmissionScore score = test::grade_all(folder, {}, rubric).submissions.at(0);
  EXPECT_EQ(score.points(), 3) << test::shown(score);
  const CaseScore& cut = score.exercises.at(0).cases.at(2);
  EXPECT_EQ(cut.ending, Ending::over_limit);
  EXPECT_EQ(cut.runs, 1);
  EXPECT_THAT(cut.findings, ElementsAre(Field(&grade::Finding::message, HasSubstr("2006 bytes"))));
}

TEST(Grading, NamesTheMisconceptionAndWhereToLook) {
  const CaseScore score = first_case(answer("    - recv_message\n    - send_message: \"Hi\"\n"));
  ASSERT_EQ(score.verdict, Verdict::failed);
  const grade::Finding& finding = score.findings.at(0);
  EXPECT_EQ(finding.what, "client.messages");
  EXPECT_EQ(finding.expected, "[\"Hello\"]");
  EXPECT_EQ(finding.observed, "[\"Hi\"]");
  EXPECT_EQ(finding.misconception, "one-recv-one-message");
  EXPECT_EQ(finding.because, "What the client sent has to come back, however it arrives.");
  EXPECT_FALSE(finding.events.empty());
  EXPECT_THAT(finding.message, HasSubstr("the message at line"));
}

TEST(Grading, FindsAnAnswerMadeForTheShownWordsAlone) {
  const grade::SubmissionScore score = graded(answer("    - recv_message\n    - send_message: \"Hello\"\n"));
  EXPECT_EQ(score.exercises.at(0).cases.at(0).verdict, Verdict::passed);
  EXPECT_EQ(score.exercises.at(0).cases.at(1).verdict, Verdict::failed);
  EXPECT_EQ(score.exercises.at(0).cases.at(1).findings.at(0).misconception, "only-the-shown-words");
}

TEST(Grading, GivesNothingForWhatWasNotHandedIn) {
  ClassFolder folder;
  folder.hand_in("alice", answer(right), "another.yaml");
  const grade::SubmissionScore score = test::grade_all(folder).submissions.at(0);
  EXPECT_EQ(score.points(), 0);
  EXPECT_EQ(score.exercises.at(0).cases.at(0).ending, Ending::not_handed_in);
}

TEST(Grading, SaysWhatIsNoScenarioWithItsLine) {
  const CaseScore score = first_case("wirelab: 1\nactors:\n  server:\n    - acept\n");
  EXPECT_EQ(score.ending, Ending::invalid);
  EXPECT_THAT(score.findings.at(0).message, HasSubstr("exercise-1-echo.yaml:4:7"));
}

TEST(Grading, SaysWhatIsNotAnsweredYet) {
  const CaseScore score = first_case(answer("    - sleep: ???\n"));
  EXPECT_EQ(score.verdict, Verdict::failed);
  EXPECT_EQ(score.ending, Ending::not_allowed) << "sleep is forbidden";
  const CaseScore open = first_case(answer("    - recv: ???\n"));
  EXPECT_EQ(open.verdict, Verdict::unanswered);
  EXPECT_EQ(open.ending, Ending::unanswered);
}

/// What comes of the first case if it asks for a prediction too.
CaseScore case_of_a_prediction(const std::string& predict, const std::string& steps = right) {
  scenario::Rubric asking = test::rubric();
  asking.exercises.at(0).edit.push_back("predict");
  asking.exercises.at(0).cases.at(0).predict = {"client.send.count"};
  ClassFolder folder;
  folder.hand_in("alice", answer(steps) + predict);
  return test::grade_all(folder, {}, std::move(asking)).submissions.at(0).exercises.at(0).cases.at(0);
}
Verdict of_a_prediction(const std::string& predict) { return case_of_a_prediction(predict).verdict; }

TEST(Grading, TakesOneValueForAPrediction) {
  EXPECT_EQ(of_a_prediction("predict: {client.send.count: 1}\n"), Verdict::passed);
  EXPECT_EQ(of_a_prediction("predict: {client.send.count: 2}\n"), Verdict::failed);
  EXPECT_EQ(of_a_prediction("predict: {client.send.count: {at_least: 0}}\n"), Verdict::unanswered);
  EXPECT_EQ(of_a_prediction("predict: {client.recv.count: 1}\n"), Verdict::unanswered);
  EXPECT_EQ(of_a_prediction(""), Verdict::unanswered);
}

TEST(Grading, SaysWhyAPredictionCountsAsNotAnswered) {
  const auto said_of = [](const std::string& predict) { return case_of_a_prediction(predict).findings.at(0).message; };
  EXPECT_THAT(said_of("predict:\n  client.send.count: ???\n"), HasSubstr("client.send.count still says `???`"));
  EXPECT_EQ(said_of("predict: {client.recv.count: 1}\n"),
            "a prediction is missing: client.send.count does not stand below `predict`");
  EXPECT_THAT(said_of("predict: {client.send.count: {between: [0, 9]}}\n"),
              HasSubstr("a prediction of client.send.count is one value, not {between: [0, 9]}"));
}

TEST(Grading, RefusesAChangeOfWhatHasToStay) {
  std::string text = answer(right);
  text.replace(text.find("\"Hello\""), 7, "\"Hallo\"");
  const CaseScore score = first_case(text);
  EXPECT_EQ(score.ending, Ending::not_allowed);
  EXPECT_EQ(score.findings.at(0).misconception, "changed-the-task");
  EXPECT_THAT(score.findings.at(0).message, HasSubstr("it was `"));
}

TEST(Grading, DoesNotMindAnotherSpellingOfTheSame) {
  std::string text = answer(right) + "# a remark\n";
  text.replace(text.find("limits: {step: 2s, run: 4s}"), 27, "limits:\n  run: 4s\n  step: 2s");
  EXPECT_EQ(graded(text).points(), 6);
}

TEST(Grading, BlamesNobodyForWhatIsStillAsItWasHandedOut) {
  const CaseScore score = first_case(answer(""));
  EXPECT_EQ(score.verdict, Verdict::failed);
  EXPECT_EQ(score.findings.at(0).message, "the file is as it was handed out");
  for (const grade::Finding& finding : score.findings) EXPECT_EQ(finding.misconception, "");
}

TEST(Grading, BlamesNobodyForStepsThatAreAsTheyWereHandedOut) {
  const CaseScore score = case_of_a_prediction("predict: {client.send.count: 1}\n", "");
  EXPECT_EQ(score.verdict, Verdict::failed);
  for (const grade::Finding& finding : score.findings) EXPECT_EQ(finding.misconception, "");
}

TEST(Grading, RefusesAForbiddenWord) {
  const CaseScore score = first_case(answer(std::string("    - sleep: 1ms\n") + right));
  EXPECT_EQ(score.ending, Ending::not_allowed);
  EXPECT_EQ(score.findings.at(0).misconception, "forbidden-sleep");
  EXPECT_THAT(score.findings.at(0).message, HasSubstr("exercise-1-echo.yaml:11:7"));
}

// Waiting for what was handed out with the wait in it is allowed, but not somewhere else.
TEST(Grading, RefusesAForbiddenWordThatWasMoved) {
  scenario::Rubric strict = test::rubric();
  strict.exercises.at(0).edit = {"client"};
  strict.exercises.at(0).forbid = {"after"};
  std::string text = answer("");
  const std::string fact = "\n      after: server.accept blocked";
  text.erase(text.find(fact), fact.size());
  text.replace(text.find("- recv_message"), 14, "- recv_message:" + fact);
  ClassFolder folder;
  folder.hand_in("alice", text);
  const CaseScore score = test::grade_all(folder, {}, std::move(strict)).submissions.at(0).exercises.at(0).cases.at(0);
  EXPECT_EQ(score.ending, Ending::not_allowed);
  EXPECT_EQ(score.findings.at(0).misconception, "forbidden-after");
  EXPECT_THAT(score.findings.at(0).message, HasSubstr("neither added nor moved"));
}

TEST(Grading, TellsADeadlockByWhoWaitsForWhom) {
  const CaseScore score = first_case(answer("    - recv_message: 2\n"));
  EXPECT_EQ(score.verdict, Verdict::failed);
  EXPECT_THAT(score.findings.at(0).message, HasSubstr("deadlock"));
  EXPECT_THAT(score.findings.at(0).message, HasSubstr("client"));
}

TEST(Grading, EndsWhatGoesOnForEver) {
  Grading::Options options;
  options.allowance.processor = std::chrono::seconds(2);
  ClassFolder folder;
  // Two ends that play ball, each fast and without an end.
  folder.hand_in("mallory", answer("    - repeat:\n        until: \"never\"\n        steps:\n          - recv_message\n"
                                   "          - setsockopt: {SO_KEEPALIVE: 1}\n"));
  folder.hand_in("zoe", answer(right));
  const grade::ClassScore score = test::grade_all(folder, options);
  EXPECT_EQ(score.submissions.at(0).points(), 0) << test::shown(score.submissions.at(0));
  EXPECT_EQ(score.submissions.at(1).points(), 6) << test::shown(score.submissions.at(1));
}

TEST(Grading, IsTheSameWhoeverIsPlayedBeside) {
  ClassFolder folder;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) folder.hand_in(name, answer(right));
  folder.hand_in("g", answer("    - recv: 1024\n    - send: {received: last}\n"));
  Grading::Options many;
  many.side_by_side = 16;
  const grade::ClassScore score = test::grade_all(folder, many);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(score.submissions.at(i).points(), 6);
  EXPECT_EQ(score.submissions.at(6).points(), 3);
}

TEST(Grading, LeavesNoProcessBehind) {
  graded(answer(right));
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace wirelab::grader

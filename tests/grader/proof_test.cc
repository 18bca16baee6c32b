// Rubrics are held to what they promise: the exercise as handed out is not solved, right answers get everything, and
// each wrong one fails where, and for the reason, that its rubric says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "labs/grader/grading.hh"
#include "labs/grader/submissions.hh"
#include "tests/grader/class_folder.hh"
#include "tests/runner/program.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;
using grade::CaseScore;
using grade::Verdict;
using runner::test::content_of;
using runner::test::hosts_are_allowed;

const fs::path root = WIRELAB_SOURCE_DIR;

std::vector<scenario::Rubric> load_rubrics() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "tests" / "rubrics")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<scenario::Rubric> all;
  for (const fs::path& file : files) {
    scenario::LoadedRubric loaded = scenario::load_rubric(file, root / "scenarios" / file.stem());
    for (const scenario::Diagnostic& diagnostic : loaded.diagnostics)
      ADD_FAILURE() << to_text(diagnostic, loaded.source, words::Language::english);
    if (loaded.rubric) all.push_back(std::move(*loaded.rubric));
  }
  return all;
}

/// Read once a process: there is a process for every test, and each needs all of them to know the tests' names.
const std::vector<scenario::Rubric>& rubrics() {
  static const std::vector<scenario::Rubric> all = load_rubrics();
  return all;
}

fs::path answers(int lab) { return root / "tests" / "answers" / ("lab" + std::to_string(lab)); }

struct OneExercise {
  int lab;
  const scenario::Exercise* exercise;
};

grade::SubmissionScore graded(const OneExercise& one, const fs::path& answer) {
  test::ClassFolder folder;
  folder.hand_in("somebody", content_of(answer), "../" + one.exercise->file);
  scenario::Rubric alone{.lab = one.lab, .exercises = {*one.exercise}};
  Grading grading({alone}, find_submissions(folder.path()), {.side_by_side = 2});
  for (const CaseId& id : grading.ids()) grading.want(id);
  for (const CaseId& id : grading.ids()) grading.finish(id);
  return grading.score().submissions.at(0);
}

std::vector<OneExercise> exercises() {
  std::vector<OneExercise> all;
  for (const scenario::Rubric& rubric : rubrics()) {
    for (const scenario::Exercise& exercise : rubric.exercises) all.push_back({rubric.lab, &exercise});
  }
  return all;
}

std::string name_of(const std::string& text) {
  std::string name = text;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}
std::string name_of(const OneExercise& one) {
  return name_of("lab" + std::to_string(one.lab) + "_" + fs::path(one.exercise->file).stem().string());
}

void PrintTo(const OneExercise& one, std::ostream* stream) { *stream << name_of(one); }

class AnExercise : public testing::TestWithParam<OneExercise> {};

TEST_P(AnExercise, IsNotSolvedAsItIsHandedOut) {
  const OneExercise& one = GetParam();
  const grade::SubmissionScore score = graded(one, one.exercise->unsolved);
  EXPECT_LT(score.points(), score.max_points());
  EXPECT_TRUE(
      std::ranges::any_of(score.exercises.at(0).cases,
                          [](const CaseScore& each) { return !each.hidden && each.verdict != Verdict::passed; }))
      << "whoever does nothing is told so by no public check\n"
      << test::shown(score);
}

TEST_P(AnExercise, IsTheSameInTheLabAndAsItIsHandedOut) {
  const scenario::Exercise& exercise = *GetParam().exercise;
  EXPECT_EQ(content_of(exercise.unsolved.parent_path().parent_path() / exercise.file), exercise.unsolved_source);
}

// What a rubric names by a check or a guess of its own. That something may not be changed shows nothing of what a
// student thinks of networks.
TEST_P(AnExercise, IsProvedByARightAnswerAndByTwoMisconceptions) {
  const scenario::Exercise& exercise = *GetParam().exercise;
  std::set<std::string> misconceptions;
  for (const scenario::Proof& proof : exercise.proof) {
    const bool is_own = !proof.says.empty() && proof.says != scenario::changed_the_task &&
                        !proof.says.starts_with(scenario::misconception_of_forbidden(""));
    if (is_own) misconceptions.insert(proof.says);
  }
  EXPECT_TRUE(std::ranges::any_of(exercise.proof, &scenario::Proof::full));
  EXPECT_GE(misconceptions.size(), 2U) << testing::PrintToString(misconceptions);
}

INSTANTIATE_TEST_SUITE_P(, AnExercise, testing::ValuesIn(exercises()),
                         [](const testing::TestParamInfo<OneExercise>& one) { return name_of(one.param); });

struct OneProof {
  OneExercise of;
  const scenario::Proof* proof;
};

std::vector<OneProof> proofs() {
  std::vector<OneProof> all;
  for (const OneExercise& one : exercises()) {
    for (const scenario::Proof& proof : one.exercise->proof) all.push_back({one, &proof});
  }
  return all;
}

/// One answer may fail several cases.
std::string name_of(const OneProof& one) {
  return name_of(one.of) + "_" + name_of(one.proof->answer.stem()) +
         (one.proof->full ? "" : "_fails_" + name_of(one.proof->fails));
}
void PrintTo(const OneProof& one, std::ostream* stream) { *stream << name_of(one); }

class AProof : public testing::TestWithParam<OneProof> {};

TEST_P(AProof, Holds) {
  const OneExercise& one = GetParam().of;
  const scenario::Proof& proof = *GetParam().proof;
  const grade::SubmissionScore score = graded(one, answers(one.lab) / proof.answer);
  // Where there can be hosts, nothing is hidden, and what calls itself so is a wrong answer that got away.
  if (score.count(Verdict::not_observable) > 0 && !hosts_are_allowed())
    GTEST_SKIP() << "this machine cannot make the hosts that it takes";
  if (proof.full) {
    EXPECT_EQ(score.points(), score.max_points()) << test::shown(score);
    return;
  }
  const std::vector<CaseScore>& cases = score.exercises.at(0).cases;
  const auto failed = std::ranges::find(cases, proof.fails, &CaseScore::name);
  ASSERT_NE(failed, cases.end()) << "there is no such case: " << proof.fails;
  if (!proof.ends.empty()) {
    EXPECT_EQ(failed->outcome(), proof.ends) << test::shown(score);
    return;
  }
  EXPECT_EQ(failed->verdict, Verdict::failed) << test::shown(score);
  EXPECT_TRUE(std::ranges::any_of(failed->findings,
                                  [&](const grade::Finding& finding) { return finding.misconception == proof.says; }))
      << "it does not say " << proof.says << "\n"
      << test::shown(score);
}

INSTANTIATE_TEST_SUITE_P(, AProof, testing::ValuesIn(proofs()),
                         [](const testing::TestParamInfo<OneProof>& one) { return name_of(one.param); });

// An answer that no rubric knows proves nothing.
TEST(EveryAnswer, IsOneThatARubricProvesSomethingBy) {
  std::set<fs::path> used;
  for (const scenario::Rubric& rubric : rubrics()) {
    for (const scenario::Exercise& exercise : rubric.exercises) {
      for (const scenario::Proof& proof : exercise.proof) used.insert(answers(rubric.lab) / proof.answer);
    }
  }
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "tests" / "answers")) {
    EXPECT_TRUE(entry.is_directory() || used.contains(entry.path())) << entry.path();
  }
}

}  // namespace
}  // namespace wirelab::grader

#include "labs/grader/results.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "labs/grader/submissions.hh"
#include "tests/grader/class_folder.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;
using grade::CaseScore;
using grade::Ending;
using grade::Verdict;
using test::answer;
using test::ClassFolder;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::ThrowsMessage;

Grading grading_of(const ClassFolder& folder) {
  std::vector<scenario::Rubric> rubrics;
  rubrics.push_back(test::rubric());
  return Grading(std::move(rubrics), find_submissions(folder.path()), {});
}

/// Two students; what they wrote is of no account where nothing is played.
class AClass : public testing::Test {
 protected:
  AClass() {
    folder_.hand_in("alice", answer(""));
    folder_.hand_in("bob", answer(""));
  }
  static CaseScore passed(const Grading& grading, const CaseId& id) {
    return {.name = grading.one(id).name,
            .max_points = grading.one(id).points,
            .verdict = Verdict::passed,
            .ending = Ending::judged};
  }
  fs::path results(const std::string& name = "results") const { return folder_.path() / ("." + name); }
  static std::string content(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
  }
  /// One shard's folder with all the cases in it that its number says.
  fs::path shard(int index, int count) {
    const fs::path folder = results("shard-" + std::to_string(index) + "-of-" + std::to_string(count));
    Grading grading = grading_of(folder_);
    Results shard(folder, grading, {index, count});
    int number = 0;
    for (const CaseId& id : grading.ids()) {
      if (number++ % count == index) shard.add(id, passed(grading, id));
    }
    return folder;
  }

  ClassFolder folder_;
};

using TheJournal = AClass;

TEST_F(TheJournal, IsTakenUpWhereAnEarlierGradingLeftIt) {
  {
    Grading grading = grading_of(folder_);
    Results results(this->results(), grading, {});
    results.add(grading.ids().at(1), passed(grading, grading.ids().at(1)));
  }
  Grading grading = grading_of(folder_);
  const Results results(this->results(), grading, {});
  EXPECT_FALSE(grading.is_done(grading.ids().at(0)));
  EXPECT_TRUE(grading.is_done(grading.ids().at(1)));
  EXPECT_EQ(grading.score().submissions.at(0).points(), 2);
}

TEST_F(TheJournal, IsAskedAgainForWhatAMachineCouldNotTell) {
  {
    Grading grading = grading_of(folder_);
    Results results(this->results(), grading, {});
    CaseScore score = passed(grading, grading.ids().at(0));
    score.verdict = Verdict::inconclusive;
    results.add(grading.ids().at(0), score);
    score.verdict = Verdict::not_observable;
    results.add(grading.ids().at(1), score);
  }
  Grading grading = grading_of(folder_);
  const Results results(this->results(), grading, {});
  EXPECT_FALSE(grading.is_done(grading.ids().at(0)));
  EXPECT_FALSE(grading.is_done(grading.ids().at(1)));
}

TEST_F(TheJournal, LosesNothingButTheTornLineOfWhoWasKilled) {
  {
    Grading grading = grading_of(folder_);
    Results results(this->results(), grading, {});
    for (const std::size_t i : {0U, 1U}) results.add(grading.ids().at(i), passed(grading, grading.ids().at(i)));
  }
  const fs::path journal = results() / "journal.jsonl";
  fs::resize_file(journal, fs::file_size(journal) - 10);
  {
    Grading grading = grading_of(folder_);
    Results results(this->results(), grading, {});
    EXPECT_TRUE(grading.is_done(grading.ids().at(0)));
    EXPECT_FALSE(grading.is_done(grading.ids().at(1)));
    results.add(grading.ids().at(1), passed(grading, grading.ids().at(1)));
  }
  Grading grading = grading_of(folder_);
  const Results results(this->results(), grading, {});
  EXPECT_TRUE(grading.is_done(grading.ids().at(1)));
}

TEST_F(TheJournal, ForgetsWhatAChangedAnswerCameTo) {
  {
    Grading grading = grading_of(folder_);
    Results results(this->results(), grading, {});
    for (const CaseId& id : grading.ids()) results.add(id, passed(grading, id));
  }
  folder_.hand_in("alice", answer("    - shutdown: write\n"));
  Grading grading = grading_of(folder_);
  const Results results(this->results(), grading, {});
  EXPECT_EQ(grading.score().submissions.at(0).points(), 0);
  EXPECT_EQ(grading.score().submissions.at(1).points(), 6);
}

// Whether the old text or the new one was read before it was played nobody knows.
TEST_F(TheJournal, DoesNotBelieveWhatAnAnswerCameToThatWasReplacedMeanwhile) {
  {
    Grading grading = grading_of(folder_);
    const CaseId id = grading.ids().front();
    Results results(this->results(), grading, {});
    results.expect(id);
    folder_.hand_in("alice", answer("    - shutdown: write\n"));
    results.add(id, passed(grading, id));
  }
  Grading grading = grading_of(folder_);
  const Results results(this->results(), grading, {});
  EXPECT_FALSE(grading.is_done(grading.ids().front()));
}

TEST_F(TheJournal, ForgetsWhatWasGradedWithAnotherFileBesideTheExercise) {
  const ClassFolder files;
  const fs::path lab = files.path() / "lab1";
  const fs::path source = fs::path(WIRELAB_SOURCE_DIR) / "tests" / "grader" / "labs";
  fs::create_directories(lab / "unsolved");
  const std::string with_a_file = std::regex_replace(content(source / "lab1" / "unsolved" / "exercise-1-echo.yaml"),
                                                     std::regex("\"Hello\""), "{file: \"greeting\"}");
  std::ofstream(lab / "unsolved" / "exercise-1-echo.yaml") << with_a_file;
  std::ofstream(lab / "greeting") << "Hello";
  const auto grading_of_it = [&] {
    std::vector<scenario::Rubric> rubrics;
    rubrics.push_back(scenario::load_rubric(source / "rubrics" / "lab1.yaml", lab).rubric.value());
    return Grading(std::move(rubrics), find_submissions(folder_.path()), {});
  };
  {
    Grading grading = grading_of_it();
    Results results(this->results(), grading, {});
    results.add(grading.ids().front(), passed(grading, grading.ids().front()));
  }
  {
    Grading grading = grading_of_it();
    const Results results(this->results(), grading, {});
    EXPECT_TRUE(grading.is_done(grading.ids().front()));
  }
  std::ofstream(lab / "greeting") << "Hullo";
  Grading grading = grading_of_it();
  const Results results(this->results(), grading, {});
  EXPECT_FALSE(grading.is_done(grading.ids().front()));
}

TEST_F(TheJournal, IsForOneGradingAtATime) {
  Grading grading = grading_of(folder_);
  const Results results(this->results(), grading, {});
  EXPECT_THAT([&] { Results(this->results(), grading, {}); },
              ThrowsMessage<std::runtime_error>(HasSubstr("another grading is at work")));
}

using Exports = AClass;

TEST_F(Exports, AreThereBeforeAnythingIsPlayedAndSaySo) {
  const Grading grading = grading_of(folder_);
  write_exports(grading.score(), results());
  for (const char* file : {"grades.csv", "class.html", "junit.xml", "gradescope/alice.json", "classroom/bob.txt"}) {
    EXPECT_THAT(content(results() / file), Not(IsEmpty())) << file;
  }
  EXPECT_THAT(content(results() / "gradescope/alice.json"), HasSubstr("did-not-finish"));
}

TEST_F(Exports, CallNoFileWhatAStudentIsCalledIfThatLeadsElsewhere) {
  grade::ClassScore score;
  score.submissions.push_back({.student = "../../mallory", .exercises = {}});
  write_exports(score, results());
  EXPECT_TRUE(fs::exists(results() / "gradescope" / "%2E.%2F..%2Fmallory.json"));
}

TEST_F(Exports, HaveAFileForAStudentWhoseNameIsTooLongForOne) {
  grade::ClassScore score;
  for (const char last : {'x', 'y'})
    score.submissions.push_back({.student = std::string(240, '(') + last, .exercises = {}});
  write_exports(score, results());
  const auto files = fs::directory_iterator(results() / "gradescope");
  EXPECT_EQ(std::distance(fs::begin(files), fs::end(files)), 2);
}

TEST_F(Exports, AreOfNobodyWhoHasLeftTheClass) {
  const auto grade_the_class = [&] {
    Grading grading = grading_of(folder_);
    Results results(this->results(), grading, {});
    for (const CaseId& id : grading.ids()) results.add(id, passed(grading, id));
    write_exports(grading.score(), this->results());
  };
  grade_the_class();
  std::ofstream(results() / "classroom" / "mine.txt") << "not of the grader's";
  fs::remove_all(folder_.path() / "bob");
  grade_the_class();
  for (const char* file : {"gradescope/alice.json", "classroom/alice.txt", "classroom/mine.txt"}) {
    EXPECT_TRUE(fs::exists(results() / file)) << file;
  }
  for (const char* file : {"gradescope/bob.json", "classroom/bob.txt"}) EXPECT_FALSE(fs::exists(results() / file));
}

using Shards = AClass;

TEST_F(Shards, TogetherAreTheClass) {
  Grading grading = grading_of(folder_);
  merge({shard(0, 2), shard(1, 2)}, grading);
  EXPECT_EQ(grading.score().submissions.at(0).points(), 6);
  EXPECT_EQ(grading.score().submissions.at(1).points(), 6);
}

TEST_F(Shards, AreNotMergedIfOneIsMissing) {
  Grading grading = grading_of(folder_);
  const std::vector<fs::path> folders = {shard(0, 3), shard(2, 3)};
  EXPECT_THAT([&] { merge(folders, grading); },
              ThrowsMessage<std::runtime_error>(HasSubstr("shard 1 of 3 is missing")));
}

TEST_F(Shards, AreNotMergedIfOneIsThereTwice) {
  Grading grading = grading_of(folder_);
  const fs::path first = shard(0, 2);
  const fs::path twin = results("twin");
  fs::copy(first, twin);
  EXPECT_THAT(
      [&] {
        merge({first, twin, shard(1, 2)}, grading);
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("shard 0 is there twice")));
}

TEST_F(Shards, AreNotMergedIfOneIsNotFinished) {
  const fs::path first = shard(0, 2);
  const fs::path second = shard(1, 2);
  fs::resize_file(second / "journal.jsonl", 0);
  Grading grading = grading_of(folder_);
  EXPECT_THAT(
      [&] {
        merge({first, second}, grading);
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("3 cases have no score in any shard")));
}

TEST_F(Shards, AreNotMergedIfTheyAreOfAnotherDivision) {
  Grading grading = grading_of(folder_);
  const std::vector<fs::path> folders = {shard(0, 2), shard(1, 3)};
  EXPECT_THAT([&] { merge(folders, grading); }, ThrowsMessage<std::runtime_error>(HasSubstr("another one of")));
}

}  // namespace
}  // namespace wirelab::grader

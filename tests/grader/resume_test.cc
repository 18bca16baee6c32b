// The real grader and a whole class: stopped in the middle, in every way that machines and people know.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hh"
#include "core/file_descriptor.hh"
#include "labs/grader/sandbox.hh"
#include "labs/scenario/rubric.hh"
#include "tests/grader/class_folder.hh"
#include "tests/grading/class_maker.hh"
#include "tests/runner/program.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;
using runner::test::content_of;
using runner::test::Ended;
using runner::test::Program;
using runner::test::TemporaryFolder;
using testing::AnyOf;
using testing::Contains;
using testing::Eq;
using testing::HasSubstr;
using testing::Not;

const fs::path source = WIRELAB_SOURCE_DIR;
// A lab in which nothing waits for time to pass.
constexpr int lab = 3;

std::vector<scenario::Rubric> rubrics() {
  const std::string name = "lab" + std::to_string(lab);
  std::vector<scenario::Rubric> all;
  all.push_back(scenario::load_rubric(source / "tests" / "rubrics" / (name + ".yaml"), source / "scenarios" / name)
                    .rubric.value());
  return all;
}

std::vector<test::Made> make_class(std::size_t students, const fs::path& folder) {
  return test::make_class(rubrics(),
                          {.students = students,
                           .seed = 2026,
                           .answers = source / "tests" / "answers",
                           .hostile = source / "tests" / "hostile"},
                          folder);
}

/// One grading by the real program.
class Grader {
 public:
  /// The folder of results may be there or not.
  Grader(const fs::path& submissions, const fs::path& results, const std::vector<std::string>& more_variables = {})
      : journal_(made(results) / "journal.jsonl"),
        program_({"--lab", std::to_string(lab), "--submissions", submissions.string(), "--results", results.string(),
                  "--side-by-side", "4"},
                 scratch_, source, {}, more_variables, WIRELAB_GRADE_CLASS) {}

  /// Waits until the journal has so many lines more than when this was begun, or the program has ended.
  void wait_until_it_has_graded(std::size_t lines) {
    const core::FileDescriptor watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    const core::FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, program_.process(), 0)));
    if (inotify_add_watch(watch.get(), journal_.parent_path().c_str(), IN_MODIFY) < 0)
      core::throw_errno("inotify_add_watch");
    // The watch is there before the look: what is written after the look wakes the poll.
    while (count_lines() < lines_before_ + lines) {
      std::array<pollfd, 2> either = {{{watch.get(), POLLIN, 0}, {process.get(), POLLIN, 0}}};
      if (::poll(either.data(), either.size(), -1) < 0 && errno != EINTR) core::throw_errno("poll");
      if (either[1].revents != 0) return;
      std::array<char, 4096> news{};
      while (::read(watch.get(), news.data(), news.size()) > 0) {
      }
    }
  }
  void signal(int number) { program_.signal(number); }

  Ended wait() {
    Ended ended = program_.wait();
    // Its children are ours now, and on their way out: none may go on without it.
    for (int status = 0; waitpid(-1, &status, 0) > 0;) EXPECT_TRUE(!WIFSIGNALED(status) || WTERMSIG(status) == SIGKILL);
    EXPECT_EQ(errno, ECHILD);
    EXPECT_TRUE(scratch_.is_empty()) << "there are files left of it";
    return ended;
  }

 private:
  // Before the grader makes it: it is watched.
  static const fs::path& made(const fs::path& results) {
    fs::create_directories(results);
    return results;
  }
  std::size_t count_lines() const {
    std::ifstream journal(journal_);
    return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(journal), {}, '\n'));
  }
  fs::path journal_;
  std::size_t lines_before_ = count_lines();
  TemporaryFolder scratch_;
  Program program_;
};

// What GoogleTest says: all tests passed, or some did not. Of a class some never do.
const auto is_done = AnyOf(Eq(0), Eq(1));

class AClassOfTwenty : public testing::Test {
 protected:
  // A grandchild that lost its parent is ours to wait for, prctl(2): so none can be missed.
  AClassOfTwenty() : made_(make_class(20, submissions())) { prctl(PR_SET_CHILD_SUBREAPER, 1); }
  fs::path submissions() const { return folder_.path() / "submissions"; }
  fs::path results() const { return folder_.path() / "results"; }

  static std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
      names.push_back(fs::relative(entry.path(), folder));
    }
    std::ranges::sort(names);
    return names;
  }

  const std::vector<test::Made>& made() const { return made_; }

 private:
  TemporaryFolder folder_;
  std::vector<test::Made> made_;
};

/// student → exercise → points, and what the exercise is worth.
using Table = std::map<std::string, std::map<std::string, int>>;

Table read_table(const std::string& csv) {
  const auto cells_of = [](std::string row) {
    std::vector<std::string> cells;
    std::istringstream stream(row);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    return cells;
  };
  std::istringstream rows(csv);
  std::string row;
  std::getline(rows, row);
  const std::vector<std::string> names = cells_of(row);
  Table table;
  while (std::getline(rows, row)) {
    const std::vector<std::string> cells = cells_of(row);
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i].starts_with("lab")) table[cells.at(0)][names[i]] = std::stoi(cells.at(i));
    }
  }
  return table;
}

TEST_F(AClassOfTwenty, GetsWhatItsAnswersAreWorth) {
  ASSERT_THAT(Grader(submissions(), results()).wait().status, is_done);
  Table table = read_table(content_of(results() / "grades.csv"));
  const std::vector<scenario::Rubric> graded_by = rubrics();
  for (const test::Made& made : made()) {
    const auto& exercises = graded_by.at(0).exercises;
    const std::int64_t worth = std::ranges::find(exercises, made.exercise, &scenario::Exercise::file)->points;
    const int points = table.at(made.student).at("lab3/" + fs::path(made.exercise).stem().string());
    const std::string about =
        made.student + ", " + made.exercise + ": " + std::string(to_text(made.kind)) + " " + made.from;
    switch (made.kind) {
      case test::Kind::solution:
        EXPECT_EQ(points, worth) << about;
        break;
      case test::Kind::wrong:
      case test::Kind::unsolved:
        EXPECT_LT(points, worth) << about;
        break;
      case test::Kind::missing:
      case test::Kind::hostile:
        EXPECT_EQ(points, 0) << about;
        break;
    }
  }
  // What is in the journal is not graded again.
  const std::string journal = content_of(results() / "journal.jsonl");
  ASSERT_THAT(Grader(submissions(), results()).wait().status, is_done);
  EXPECT_EQ(content_of(results() / "journal.jsonl"), journal);
}

TEST_F(AClassOfTwenty, ComesToTheSameHoweverOftenTheGraderIsStopped) {
  const fs::path undisturbed = results() / "undisturbed";
  ASSERT_THAT(Grader(submissions(), undisturbed).wait().status, is_done);

  const fs::path disturbed = results() / "disturbed";
  // So many lines of the journal later, each time.
  const std::vector<std::pair<std::size_t, int>> stops = {{1, SIGKILL}, {2, SIGINT},  {7, SIGKILL}, {40, SIGKILL},
                                                          {1, SIGTERM}, {60, SIGINT}, {3, SIGKILL}, {50, SIGKILL}};
  std::set<int> struck;
  for (const auto& [lines, signal] : stops) {
    Grader grader(submissions(), disturbed);
    grader.wait_until_it_has_graded(lines);
    grader.signal(signal);
    const Ended ended = grader.wait();
    // It does not wait for the signal: where this test is not let go on for a while, it is done before that.
    EXPECT_THAT(ended.status, AnyOf(is_done, signal == SIGKILL ? 128 + SIGKILL : 130)) << ended.complaints;
    struck.insert(ended.status);
  }
  // The first two come when nearly all is still to be graded.
  EXPECT_THAT(struck, Contains(128 + SIGKILL));
  EXPECT_THAT(struck, Contains(130));
  const Ended last = Grader(submissions(), disturbed).wait();
  EXPECT_THAT(last.status, is_done) << last.complaints;
  EXPECT_EQ(content_of(disturbed / "grades.csv"), content_of(undisturbed / "grades.csv"));
  // The same files, and none that is half written.
  EXPECT_EQ(names_in(disturbed), names_in(undisturbed));
}

TEST(KilledWhileItWroteAResult, TheGraderLeavesNothingBehindForGood) {
  const TemporaryFolder folder;
  make_class(1, folder.path() / "submissions");
  const fs::path results = folder.path() / "results";
  fs::create_directories(results / "gradescope");
  // What is half written has such a name until it has its own.
  const std::vector<fs::path> torn = {results / "grades.csv.wirelab-a1B2c3",
                                      results / "gradescope" / "student-0001.json.wirelab-XyZ012"};
  // The instructor's own, and that of a grading that may be at work.
  fs::create_directories(results / "shard-1");
  const std::vector<fs::path> of_others = {results / "grades.csv-backup",
                                           results / "shard-1" / "grades.csv.wirelab-a1B2c3"};
  for (const auto& files : {torn, of_others}) {
    for (const fs::path& file : files) std::ofstream(file) << "half";
  }
  EXPECT_THAT(Grader(folder.path() / "submissions", results).wait().status, is_done);
  for (const fs::path& file : torn) EXPECT_FALSE(fs::exists(file)) << file;
  for (const fs::path& file : of_others) EXPECT_TRUE(fs::exists(file)) << file;
}

// GoogleTest passes over a test whose name begins so.
TEST(AStudentCalledDisabled, IsGradedAsOthersAre) {
  const TemporaryFolder folder;
  const fs::path submissions = folder.path() / "submissions";
  make_class(1, submissions);
  fs::rename(submissions / "student-0001", submissions / "DISABLED_bob");
  EXPECT_THAT(Grader(submissions, folder.path() / "results").wait().status, is_done);
  const std::string table = content_of(folder.path() / "results" / "grades.csv");
  EXPECT_THAT(table, HasSubstr("DISABLED_bob"));
  EXPECT_THAT(table, Not(HasSubstr("did-not-finish:")));
}

TEST(AShardThatThereIsNot, IsRefusedBeforeAnythingIsWritten) {
  const TemporaryFolder folder;
  const fs::path results = folder.path() / "results";
  make_class(1, folder.path() / "submissions");
  const std::vector<std::vector<std::string>> wrong = {{"GTEST_SHARD_INDEX=2", "GTEST_TOTAL_SHARDS=1"},
                                                       {"GTEST_SHARD_INDEX=-1", "GTEST_TOTAL_SHARDS=2"},
                                                       {"GTEST_SHARD_INDEX=0"},
                                                       {"GTEST_TOTAL_SHARDS=4"},
                                                       {"GTEST_SHARD_INDEX=one", "GTEST_TOTAL_SHARDS=2"}};
  for (const std::vector<std::string>& variables : wrong) {
    const Ended ended = Grader(folder.path() / "submissions", results, variables).wait();
    EXPECT_EQ(ended.status, 2) << variables.front();
    EXPECT_THAT(ended.complaints, HasSubstr("GTEST_SHARD_INDEX"));
    EXPECT_TRUE(fs::is_empty(results)) << variables.front();
  }
}

/// Until nothing more goes in.
void fill_the_disk(const fs::path& file) {
  std::ofstream stream(file, std::ios::binary | std::ios::app);
  for (const std::size_t size : {4096U, 1U}) {
    const std::string block(size, 'x');
    while (stream.write(block.data(), static_cast<std::streamsize>(size)).flush()) {
    }
    stream.clear();
  }
}

/// In a process of its own, which is gone with its disk.
std::string on_a_small_disk(const fs::path& folder, const std::function<std::string()>& work) {
  Sandbox sandbox;
  Allowance allowance{.time = std::chrono::minutes(2)};
  sandbox.start(0, allowance, [&]() -> std::string {
    try {
      test::mount_a_small_disk(folder);
    } catch (const core::SystemError& error) {
      return std::string("not here: ") + error.what();
    }
    return work();
  });
  return sandbox.wait().value().report;
}

TEST(AFullDisk, IsSaidAndCostsNothingThatWasThere) {
  const TemporaryFolder folder;
  const fs::path submissions = folder.path() / "submissions";
  const fs::path results = folder.path() / "results";
  make_class(2, submissions);
  fs::create_directories(results);
  const std::string report = on_a_small_disk(results, [&]() -> std::string {
    if (const Ended first = Grader(submissions, results).wait(); first.status > 1) return first.complaints;
    const std::string table = content_of(results / "grades.csv");
    fill_the_disk(results / "filler");
    // Something is to be graded again, so something is to be written.
    fs::remove_all(submissions / "student-0001");
    fs::create_directories(submissions / "student-0001");
    const Ended full = Grader(submissions, results).wait();
    if (full.status == 0) return "exit status 0";
    if (full.complaints.find("ENOSPC") == std::string::npos) return "it says: " + full.complaints + full.output;
    if (content_of(results / "grades.csv") != table) return "the table was lost";
    fs::remove(results / "filler");
    if (const Ended last = Grader(submissions, results).wait(); last.status > 1) return last.complaints;
    return content_of(results / "grades.csv") == table ? "the table is the old one" : "as it should be";
  });
  if (report.starts_with("not here")) GTEST_SKIP() << report;
  EXPECT_EQ(report, "as it should be");
}

}  // namespace
}  // namespace wirelab::grader

// What nobody hands in who means well is graded between two who do, in an exercise where everything may be changed.
#include "tests/grading/hostile.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <ostream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "labs/grader/grading.hh"
#include "labs/grader/results.hh"
#include "labs/grader/submissions.hh"
#include "labs/render/scores_terminal.hh"
#include "labs/scenario/utf8.hh"
#include "tests/grader/class_folder.hh"
#include "tests/runner/program.hh"

namespace wirelab::grader {
namespace test {

/// What GoogleTest calls it.
void PrintTo(const Attack& attack, std::ostream* stream) { *stream << attack.name; }

}  // namespace test

namespace {

namespace fs = std::filesystem;
using grade::CaseScore;
using grade::Ending;
using grade::Verdict;
using runner::test::content_of;
using test::Attack;
using test::ClassFolder;
using test::TemporaryFilesIn;
using testing::HasSubstr;
using testing::Not;

const fs::path source = WIRELAB_SOURCE_DIR;
constexpr const char* exercise = "lab2/exercise-1-open.yaml";

scenario::Rubric open_rubric() {
  const fs::path labs = source / "tests" / "grader" / "labs";
  scenario::LoadedRubric loaded = scenario::load_rubric(labs / "rubrics" / "lab2.yaml", labs / "lab2");
  return std::move(loaded.rubric.value());
}

std::string honest_answer() {
  std::string text = content_of(source / "tests" / "grader" / "labs" / exercise);
  const std::string before = "      after: server.accept blocked\n";
  return text.insert(text.find(before) + before.size(), "    - send: \"Hello\"\n");
}

/// Every file below, by name: what is in it, or what it is; and when it was changed. Pipes and devices are not opened.
std::map<std::string, std::string> inventory(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    constexpr std::uintmax_t small = 1 << 20;
    const fs::file_status status = entry.symlink_status();
    std::string what = std::to_string(static_cast<int>(status.type())) + " ";
    if (fs::is_symlink(status)) {
      what += fs::read_symlink(entry.path()).string();
    } else if (fs::is_regular_file(status)) {
      what += std::to_string(entry.last_write_time().time_since_epoch().count()) + " " +
              (entry.file_size() <= small ? content_of(entry.path()) : std::to_string(entry.file_size()));
    }
    files[entry.path().string()] = what;
  }
  return files;
}

/// Alice and Zoe answer as they should, and between them is Mallory. Nothing may be left of Mallory's doings.
class Hostile : public testing::Test {
 protected:
  Hostile() {
    // A grandchild that lost its parent is ours to wait for, prctl(2): so none can be missed.
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    for (const fs::path& folder : {scratch(), submissions()}) fs::create_directories(folder);
    for (const char* student : {"alice", "zoe"}) hand_in(student, honest_answer());
  }

  fs::path scratch() const { return folder_.path() / "scratch"; }
  fs::path submissions() const { return folder_.path() / "submissions"; }
  fs::path results() const { return folder_.path() / "results"; }

  void hand_in(const std::string& student, const std::string& text) {
    const fs::path file = submissions() / student / exercise;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }
  void hand_in(const Attack& attack) {
    const fs::path student = submissions() / "mallory";
    if (attack.is_archive) return attack.hand_in(student.string() + ".tar.gz", exercise);
    fs::create_directories((student / exercise).parent_path());
    attack.hand_in(student, exercise);
  }

  /// Grades all, and writes what comes of it.
  grade::ClassScore graded(std::size_t side_by_side = 4) {
    Grading grading = make_grading(side_by_side);
    for (const CaseId& id : grading.ids()) grading.want(id);
    for (const CaseId& id : grading.ids()) grading.finish(id);
    write_exports(grading.score(), results());
    return grading.score();
  }
  Grading make_grading(std::size_t side_by_side) const {
    std::vector<scenario::Rubric> rubrics;
    rubrics.push_back(open_rubric());
    return Grading(std::move(rubrics), find_submissions(submissions()),
                   {.side_by_side = side_by_side, .allowance = allowance});
  }

  static void expect_full(const grade::SubmissionScore& score) {
    EXPECT_EQ(score.points(), score.max_points()) << score.student << "\n" << test::shown(score);
  }
  /// No process, no file, no namespace, no mount.
  void expect_nothing_left() const {
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    EXPECT_TRUE(fs::is_empty(scratch()));
    EXPECT_FALSE(fs::exists("/tmp/wirelab-owned"));
    // A namespace lasts as long as a process in it, a descriptor or a mount, namespaces(7).
    EXPECT_EQ(fs::read_symlink("/proc/self/ns/net"), network_);
    EXPECT_EQ(content_of("/proc/self/mountinfo"), mounts_);
    for (const fs::directory_entry& entry : fs::directory_iterator("/proc/self/fd")) {
      std::error_code closed;
      EXPECT_THAT(fs::read_symlink(entry.path(), closed).string(), Not(HasSubstr("net:[")));
    }
  }
  void expect_harmless_exports() const {
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(results())) {
      if (entry.is_regular_file()) expect_harmless(entry.path().string(), content_of(entry.path()));
    }
    // A cell that a spreadsheet would compute.
    std::istringstream table(content_of(results() / "grades.csv"));
    for (std::string row; std::getline(table, row);) {
      for (const char* sign : {"=", "+", "-", "@"}) {
        EXPECT_FALSE(row.starts_with(sign) || row.starts_with(std::string("\"") + sign)) << row;
        EXPECT_THAT(row, Not(HasSubstr(std::string(",") + sign)));
        EXPECT_THAT(row, Not(HasSubstr(std::string(",\"") + sign)));
      }
    }
  }
  static void expect_harmless(const std::string& what, const std::string& text) {
    EXPECT_THAT(text, Not(HasSubstr("root:x:0"))) << what;
    if (what.ends_with(".html") || what.ends_with(".xml")) {
      for (const char* raw : {"<script>alert", "<img src=x", "]]>\\"}) EXPECT_THAT(text, Not(HasSubstr(raw))) << what;
    }
    for (std::string_view left = text; !left.empty();) {
      const scenario::CodePoint next = scenario::first_code_point(left);
      const bool is_layout = next.value == '\n' || next.value == '\r' || next.value == '\t';
      ASSERT_TRUE(next.valid && (is_layout || scenario::is_printable(next.value)))
          << what << " has U+" << std::hex << static_cast<unsigned>(next.value) << " in it";
      left.remove_prefix(next.bytes);
    }
  }

  // Enough for whoever means well, and reached soon. A sanitizer multiplies what a run takes, most of all beside
  // others.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  static constexpr int slowness = 4;
#else
  static constexpr int slowness = 1;
#endif
  Allowance allowance{.time = slowness * std::chrono::seconds(20),
                      .processor = slowness * std::chrono::seconds(2),
                      .memory = std::size_t{256} << 20,
                      .file = std::size_t{8} << 20};

 private:
  ClassFolder folder_;
  TemporaryFilesIn temporary_files_{scratch()};
  fs::path network_ = fs::read_symlink("/proc/self/ns/net");
  std::string mounts_ = content_of("/proc/self/mountinfo");
};

class AnAttack : public Hostile, public testing::WithParamInterface<Attack> {};

TEST_P(AnAttack, EndsAsItShouldAndDisturbsNobody) {
  hand_in(GetParam());
  const std::map<std::string, std::string> before = inventory(submissions());
  const grade::ClassScore score = graded();
  ASSERT_EQ(score.submissions.size(), 3U);
  expect_full(score.submissions.at(0));
  expect_full(score.submissions.at(2));
  const grade::SubmissionScore& mallory = score.submissions.at(1);
  EXPECT_EQ(mallory.points(), 0);
  for (const CaseScore& one : mallory.exercises.at(0).cases) {
    EXPECT_THAT(GetParam().ending, HasSubstr(std::string(grade::to_text(one.ending)))) << test::shown(mallory);
    // A machine that is too slow to tell says so, and gives nothing for it.
    EXPECT_TRUE(one.verdict == Verdict::failed || one.verdict == Verdict::inconclusive) << test::shown(mallory);
  }
  EXPECT_EQ(inventory(submissions()), before);
  expect_nothing_left();
  expect_harmless_exports();
  expect_harmless("the terminal", render::to_terminal(score, {}));
}

std::string name_of(const testing::TestParamInfo<Attack>& attack) {
  std::string name = attack.param.name;
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(, AnAttack, testing::ValuesIn(test::attacks(source / "tests" / "hostile")), name_of);

TEST_F(Hostile, AFolderThatLeadsToTheNeighbourIsNotFollowed) {
  fs::create_directories(submissions() / "mallory");
  fs::create_directory_symlink(submissions() / "alice" / "lab2", submissions() / "mallory" / "lab2");
  const grade::ClassScore score = graded();
  EXPECT_EQ(score.submissions.at(1).points(), 0);
  EXPECT_EQ(score.submissions.at(1).exercises.at(0).cases.at(0).ending, Ending::invalid);
  expect_full(score.submissions.at(0));
}

TEST_F(Hostile, NamesOfStudentsAreShownEscaped) {
  for (const char* name :
       {"=cmd()|'A0", "<script>alert(1)<", "\x1b[2Jbob", "\xff\xfe", "\u202eeve", "-rf", "a\nb", "%2e%2e"}) {
    hand_in(name, honest_answer());
  }
  const grade::ClassScore score = graded();
  for (const grade::SubmissionScore& submission : score.submissions) expect_full(submission);
  expect_harmless_exports();
  expect_harmless("the terminal", render::to_terminal(score, {}));
}

/// A process that kills every other child of ours as soon as it sees it, until it is destroyed.
class Killer {
 public:
  Killer() : process_(fork()) {
    if (process_ == 0) kill_for_ever(getppid(), getpid());
  }
  ~Killer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  Killer(const Killer&) = delete;
  Killer& operator=(const Killer&) = delete;

 private:
  static std::vector<pid_t> children_of(pid_t parent) {
    std::ifstream children("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
    return {std::istream_iterator<pid_t>(children), {}};
  }
  /// The runs are the children of the server, which is a child of the grader.
  [[noreturn]] static void kill_for_ever(pid_t grader, pid_t own) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;; sched_yield()) {
      for (const pid_t server : children_of(grader)) {
        if (server == own) continue;
        for (const pid_t run : children_of(server)) kill(run, SIGKILL);
      }
    }
  }
  pid_t process_;
};

TEST_F(Hostile, AProcessThatIsKilledCostsItsOwnCaseAlone) {
  const std::vector<Attack> attacks = test::attacks(source / "tests" / "hostile");
  hand_in(*std::ranges::find(attacks, "plays-ball", &Attack::name));
  grade::ClassScore score;
  {
    Grading grading = make_grading(1);
    const auto finish = [&](std::size_t submission) {
      for (const CaseId& id : grading.ids()) {
        if (id.submission == submission) grading.finish(id);
      }
    };
    finish(0);
    {
      const Killer killer;
      finish(1);
    }
    finish(2);
    score = grading.score();
  }
  expect_full(score.submissions.at(0));
  for (const CaseScore& one : score.submissions.at(1).exercises.at(0).cases) {
    EXPECT_EQ(one.verdict, Verdict::inconclusive) << "no program kills itself by a mistake";
    EXPECT_EQ(one.runs, 2);
    EXPECT_EQ(one.points(), 0);
  }
  expect_full(score.submissions.at(2));
  expect_nothing_left();
}

}  // namespace
}  // namespace wirelab::grader

// What the program shows of each lab: `wirelab run --canonical` must be what tests/golden holds, to the byte, and its
// JSON the same every time.
//
// After a change that is wanted: WIRELAB_UPDATE_GOLDEN=1 build/tests/golden_tests, and read the difference in git.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "tests/runner/program.hh"

namespace wirelab::golden {
namespace {

namespace fs = std::filesystem;
using runner::test::content_of;
using runner::test::Ended;
using runner::test::hosts_are_allowed;
using runner::test::run_program;

const fs::path root = WIRELAB_SOURCE_DIR;

/// scenarios/lab1/1-conversation.yaml …, from the root. Not the exercises: they are held by their rubrics.
std::vector<fs::path> lab_files() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "scenarios")) {
    const bool is_exercise = entry.path().filename().string().starts_with("exercise-");
    const bool is_translation = entry.path().parent_path().filename() == "zh";
    const bool is_lesson = !is_exercise && !is_translation && entry.path().extension() == ".yaml";
    if (is_lesson) files.push_back(fs::relative(entry.path(), root));
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// A lesson and where it is played.
struct Lesson {
  std::string stage;
  fs::path scenario;
};
void PrintTo(const Lesson& lesson, std::ostream* stream) { *stream << lesson.scenario << " on " << lesson.stage; }

std::vector<Lesson> lessons() {
  std::vector<Lesson> all;
  for (const char* stage : {"loopback", "wire"}) {
    for (const fs::path& scenario : lab_files()) all.push_back({stage, scenario});
  }
  return all;
}

std::vector<Lesson> chinese_lessons() {
  return {
      {"loopback", "scenarios/lab1/6-reset.yaml"},
      {"loopback", "scenarios/lab2/5-two-full-buffers.yaml"},
      {"wire", "scenarios/lab2/9-lost-segment.yaml"},
      {"loopback", "scenarios/lab3/3-delimiter-inside.yaml"},
      {"loopback", "scenarios/lab4/2-slow-receiver.yaml"},
      {"loopback", "scenarios/lab5/3-thirty-percent.yaml"},
      {"wire", "scenarios/lab5/9-fragments.yaml"},
      {"loopback", "scenarios/lab6/5-resume.yaml"},
      {"loopback", "scenarios/lab7/4-chunked.yaml"},
      {"wire", "scenarios/lab8/2-who-hears-it.yaml"},
  };
}

fs::path golden_file(const Lesson& lesson, const std::string& folder) {
  return root / "tests/golden" / folder / lesson.scenario.parent_path().filename() /
         lesson.scenario.filename().replace_extension("txt");
}

fs::path golden_file(const Lesson& lesson) { return golden_file(lesson, lesson.stage); }
fs::path chinese_golden_file(const Lesson& lesson) { return golden_file(lesson, "chinese-" + lesson.stage); }

std::string test_name(const testing::TestParamInfo<Lesson>& test) {
  const fs::path& scenario = test.param.scenario;
  std::string name =
      test.param.stage + "_" + scenario.parent_path().filename().string() + "_" + scenario.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// Run from the root, so that the page names the file as a student would type it.
Ended run(const Lesson& lesson, std::vector<std::string> options) {
  std::vector<std::string> arguments = {"run", lesson.scenario.string(), "--stage", lesson.stage, "--canonical"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_program(arguments, root);
}

class OfALab : public testing::TestWithParam<Lesson> {
 protected:
  void SetUp() override {
    if (GetParam().stage == "wire" && !hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts";
  }
};

class LabPage : public OfALab {};

void expect_golden(const Lesson& lesson, const fs::path& golden, const std::vector<std::string>& options) {
  const Ended ended = run(lesson, options);
  // A lesson that needs hosts says so on loopback; on the wire every one holds.
  constexpr int not_possible_here = 3;
  const bool needs_hosts = ended.output.find("needs private hosts") != std::string::npos;
  EXPECT_EQ(ended.status, lesson.stage == "loopback" && needs_hosts ? not_possible_here : 0) << ended.complaints;
  if (std::getenv("WIRELAB_UPDATE_GOLDEN")) {
    fs::create_directories(golden.parent_path());
    std::ofstream(golden, std::ios::binary) << ended.output;
    GTEST_SKIP() << golden << " is written anew";
  }
  ASSERT_TRUE(fs::exists(golden)) << "there is none yet: WIRELAB_UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(ended.output, content_of(golden));
}

TEST_P(LabPage, IsTheGoldenOne) { expect_golden(GetParam(), golden_file(GetParam()), {}); }

INSTANTIATE_TEST_SUITE_P(Of, LabPage, testing::ValuesIn(lessons()), test_name);

// One lesson of each lab in Chinese, and one that shows packets.
class ChinesePage : public LabPage {};

TEST_P(ChinesePage, IsTheGoldenOne) { expect_golden(GetParam(), chinese_golden_file(GetParam()), {"--lang", "zh"}); }

INSTANTIATE_TEST_SUITE_P(Of, ChinesePage, testing::ValuesIn(chinese_lessons()), test_name);

class LabRecord : public OfALab {};

TEST_P(LabRecord, IsTheSameTenTimes) {
  const std::string first = run(GetParam(), {"--format", "json"}).output;
  EXPECT_TRUE(first.starts_with("{"));
  for (int i = 2; i <= 10; ++i) ASSERT_EQ(run(GetParam(), {"--format", "json"}).output, first) << "run " << i;
}

INSTANTIATE_TEST_SUITE_P(Of, LabRecord, testing::ValuesIn(lessons()), test_name);

TEST(GoldenFiles, BelongToAScenarioThatExists) {
  std::vector<fs::path> wanted;
  for (const Lesson& lesson : lessons()) wanted.push_back(golden_file(lesson));
  for (const Lesson& lesson : chinese_lessons()) wanted.push_back(chinese_golden_file(lesson));
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "tests/golden")) {
    if (!entry.is_regular_file() || entry.path().extension() != ".txt") continue;
    EXPECT_NE(std::find(wanted.begin(), wanted.end(), entry.path()), wanted.end()) << entry.path();
  }
}

}  // namespace
}  // namespace wirelab::golden

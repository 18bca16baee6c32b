// What the program shows of each lab: `wirelab run --canonical` must be what tests/golden holds, to the byte, and its
// JSON the same every time.
//
// After a change that is wanted: WIRELAB_UPDATE_GOLDEN=1 build/tests/golden_tests, and read the difference in git.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/runner/program.hh"

namespace wirelab::golden {
namespace {

namespace fs = std::filesystem;
using runner::test::content_of;
using runner::test::Ended;
using runner::test::run_program;

const fs::path root = WIRELAB_SOURCE_DIR;

/// scenarios/lab1/1-conversation.yaml …, from the root.
std::vector<fs::path> lab_files() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "scenarios")) {
    if (entry.path().extension() == ".yaml") files.push_back(fs::relative(entry.path(), root));
  }
  std::sort(files.begin(), files.end());
  return files;
}

fs::path golden_file(const fs::path& scenario) {
  return root / "tests/golden/loopback" / scenario.parent_path().filename() /
         scenario.filename().replace_extension("txt");
}

std::string test_name(const testing::TestParamInfo<fs::path>& test) {
  std::string name = test.param.parent_path().filename().string() + "_" + test.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// Run from the root, so that the page names the file as a student would type it.
Ended run(const fs::path& scenario, std::vector<std::string> options) {
  std::vector<std::string> arguments = {"run", scenario.string(), "--stage", "loopback", "--canonical"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_program(arguments, root);
}

class LabPage : public testing::TestWithParam<fs::path> {};

TEST_P(LabPage, IsTheGoldenOne) {
  const Ended ended = run(GetParam(), {});
  EXPECT_EQ(ended.status, 0) << ended.complaints;
  const fs::path golden = golden_file(GetParam());
  if (std::getenv("WIRELAB_UPDATE_GOLDEN")) {
    fs::create_directories(golden.parent_path());
    std::ofstream(golden, std::ios::binary) << ended.output;
    GTEST_SKIP() << golden << " is written anew";
  }
  ASSERT_TRUE(fs::exists(golden)) << "there is none yet: WIRELAB_UPDATE_GOLDEN=1 writes it";
  EXPECT_EQ(ended.output, content_of(golden));
}

INSTANTIATE_TEST_SUITE_P(Of, LabPage, testing::ValuesIn(lab_files()), test_name);

class LabRecord : public testing::TestWithParam<fs::path> {};

TEST_P(LabRecord, IsTheSameTenTimes) {
  const std::string first = run(GetParam(), {"--format", "json"}).output;
  EXPECT_TRUE(first.starts_with("{"));
  for (int i = 2; i <= 10; ++i) ASSERT_EQ(run(GetParam(), {"--format", "json"}).output, first) << "run " << i;
}

INSTANTIATE_TEST_SUITE_P(Of, LabRecord, testing::ValuesIn(lab_files()), test_name);

TEST(GoldenFiles, BelongToAScenarioThatExists) {
  std::vector<fs::path> wanted;
  for (const fs::path& scenario : lab_files()) wanted.push_back(golden_file(scenario));
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "tests/golden/loopback")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_NE(std::find(wanted.begin(), wanted.end(), entry.path()), wanted.end()) << entry.path();
  }
}

}  // namespace
}  // namespace wirelab::golden

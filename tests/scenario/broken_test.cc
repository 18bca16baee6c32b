// Each file in tests/broken has one kind of mistake in it, and beside it what a student must read about it.
// WIRELAB_UPDATE_GOLDEN=1 writes the messages anew; read the difference before you keep it.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "labs/scenario/rubric.hh"
#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

const std::filesystem::path folder = std::filesystem::path(WIRELAB_SOURCE_DIR) / "tests" / "broken";
const std::filesystem::path rubrics = folder / "rubrics";

std::vector<std::filesystem::path> broken_files(const std::filesystem::path& where) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(where)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void expect_golden(const std::filesystem::path& file, std::vector<Diagnostic> diagnostics, const std::string& source) {
  ASSERT_FALSE(diagnostics.empty());
  for (Diagnostic& diagnostic : diagnostics) diagnostic.file = file.filename();
  const std::string report = report_of(diagnostics, source);

  std::filesystem::path golden = file;
  golden.replace_extension(".expected");
  if (std::getenv("WIRELAB_UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << report;
  EXPECT_EQ(report, content_of(golden));
}

void expect_order(const std::vector<Diagnostic>& diagnostics, const std::string& source) {
  const auto lines = 1 + std::ranges::count(source, '\n');
  int line_before = 0;
  for (const Diagnostic& diagnostic : diagnostics) {
    EXPECT_GE(diagnostic.at.line, line_before);
    EXPECT_GE(diagnostic.at.line, 1);
    EXPECT_LE(diagnostic.at.line, lines);
    EXPECT_GE(diagnostic.at.column, 1);
    EXPECT_GE(diagnostic.width, 1);
    EXPECT_FALSE(diagnostic.rule.empty());
    line_before = diagnostic.at.line;
  }
}

bool any_error(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(
      diagnostics, [](const Diagnostic& diagnostic) { return diagnostic.severity == Diagnostic::Severity::error; });
}

std::string name_of_test(const testing::TestParamInfo<std::filesystem::path>& parameter) {
  std::string name = parameter.param.stem();
  for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) ? letter : '_';
  return name;
}

class ABrokenFile : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ABrokenFile, IsExplainedAsItsGoldenFileSays) {
  const Loaded loaded = load_file(GetParam());
  expect_golden(GetParam(), loaded.diagnostics, loaded.source);
}

TEST_P(ABrokenFile, GivesNoScenarioUnlessItOnlyDeservesAWarning) {
  const Loaded loaded = load_file(GetParam());
  EXPECT_EQ(loaded.scenario.has_value(), !any_error(loaded.diagnostics));
}

TEST_P(ABrokenFile, HasEveryMistakeInOrderOfLineAndInsideTheFile) {
  const Loaded loaded = load_file(GetParam());
  expect_order(loaded.diagnostics, loaded.source);
}

INSTANTIATE_TEST_SUITE_P(Broken, ABrokenFile, testing::ValuesIn(broken_files(folder)), name_of_test);

class ABrokenRubric : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ABrokenRubric, IsExplainedAsItsGoldenFileSays) {
  const LoadedRubric loaded = load_rubric(GetParam(), rubrics / "lab");
  expect_golden(GetParam(), loaded.diagnostics, loaded.source);
  expect_order(loaded.diagnostics, loaded.source);
  EXPECT_TRUE(any_error(loaded.diagnostics));
  EXPECT_FALSE(loaded.rubric);
}

INSTANTIATE_TEST_SUITE_P(Broken, ABrokenRubric, testing::ValuesIn(broken_files(rubrics)), name_of_test);

TEST(TheGoldenFiles, EachBelongToABrokenFile) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::filesystem::path scenario = entry.path();
    if (scenario.extension() != ".expected") continue;
    EXPECT_TRUE(std::filesystem::exists(scenario.replace_extension(".yaml"))) << entry.path();
  }
}

}  // namespace
}  // namespace wirelab::scenario

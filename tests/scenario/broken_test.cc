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
const std::filesystem::path chinese = folder / "zh";

std::vector<std::filesystem::path> files_in(const std::filesystem::path& where, const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(where)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::filesystem::path golden_beside(std::filesystem::path file) { return file.replace_extension(".expected"); }

void expect_golden(const std::filesystem::path& file, const std::filesystem::path& golden,
                   std::vector<Diagnostic> diagnostics, const std::string& source, words::Language language) {
  ASSERT_FALSE(diagnostics.empty());
  for (Diagnostic& diagnostic : diagnostics) diagnostic.file = file.filename();
  const std::string report = report_of(diagnostics, source, language);
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
    EXPECT_FALSE(diagnostic.rule().empty());
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
  expect_golden(GetParam(), golden_beside(GetParam()), loaded.diagnostics, loaded.source, words::Language::english);
}

TEST_P(ABrokenFile, GivesNoScenarioUnlessItOnlyDeservesAWarning) {
  const Loaded loaded = load_file(GetParam());
  EXPECT_EQ(loaded.scenario.has_value(), !any_error(loaded.diagnostics));
}

TEST_P(ABrokenFile, HasEveryMistakeInOrderOfLineAndInsideTheFile) {
  const Loaded loaded = load_file(GetParam());
  expect_order(loaded.diagnostics, loaded.source);
}

INSTANTIATE_TEST_SUITE_P(Broken, ABrokenFile, testing::ValuesIn(files_in(folder, ".yaml")), name_of_test);

class ABrokenRubric : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ABrokenRubric, IsExplainedAsItsGoldenFileSays) {
  const LoadedRubric loaded = load_rubric(GetParam(), rubrics / "lab");
  expect_golden(GetParam(), golden_beside(GetParam()), loaded.diagnostics, loaded.source, words::Language::english);
  expect_order(loaded.diagnostics, loaded.source);
  EXPECT_TRUE(any_error(loaded.diagnostics));
  EXPECT_FALSE(loaded.rubric);
}

INSTANTIATE_TEST_SUITE_P(Broken, ABrokenRubric, testing::ValuesIn(files_in(rubrics, ".yaml")), name_of_test);

// Of a part of the files: those whose Chinese golden file somebody has read.
class ABrokenFileInChinese : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ABrokenFileInChinese, IsExplainedAsItsGoldenFileSays) {
  std::filesystem::path file = folder / GetParam().filename().replace_extension(".yaml");
  const Loaded loaded = load_file(file);
  expect_golden(file, GetParam(), loaded.diagnostics, loaded.source, words::Language::chinese);
}

INSTANTIATE_TEST_SUITE_P(Broken, ABrokenFileInChinese, testing::ValuesIn(files_in(chinese, ".expected")), name_of_test);

TEST(TheGoldenFiles, EachBelongToABrokenFile) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    std::filesystem::path scenario = entry.path();
    if (scenario.extension() != ".expected") continue;
    if (scenario.parent_path() == chinese) scenario = folder / scenario.filename();
    EXPECT_TRUE(std::filesystem::exists(scenario.replace_extension(".yaml"))) << entry.path();
  }
}

}  // namespace
}  // namespace wirelab::scenario

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

#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

const std::filesystem::path folder = std::filesystem::path(WIRELAB_SOURCE_DIR) / "tests" / "broken";

std::vector<std::filesystem::path> broken_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class ABrokenFile : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ABrokenFile, IsExplainedAsItsGoldenFileSays) {
  Loaded loaded = load_file(GetParam());
  ASSERT_FALSE(loaded.diagnostics.empty());
  for (Diagnostic& diagnostic : loaded.diagnostics) diagnostic.file = GetParam().filename();
  const std::string report = report_of(loaded);

  std::filesystem::path golden = GetParam();
  golden.replace_extension(".expected");
  if (std::getenv("WIRELAB_UPDATE_GOLDEN") != nullptr) std::ofstream(golden, std::ios::binary) << report;
  EXPECT_EQ(report, content_of(golden));
}

TEST_P(ABrokenFile, GivesNoScenarioUnlessItOnlyDeservesAWarning) {
  const Loaded loaded = load_file(GetParam());
  const bool has_error = std::ranges::any_of(loaded.diagnostics, [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Diagnostic::Severity::error;
  });
  EXPECT_EQ(loaded.scenario.has_value(), !has_error);
}

TEST_P(ABrokenFile, HasEveryMistakeInOrderOfLineAndInsideTheFile) {
  const Loaded loaded = load_file(GetParam());
  const auto lines = 1 + std::ranges::count(loaded.source, '\n');
  int line_before = 0;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    EXPECT_GE(diagnostic.at.line, line_before);
    EXPECT_GE(diagnostic.at.line, 1);
    EXPECT_LE(diagnostic.at.line, lines);
    EXPECT_GE(diagnostic.at.column, 1);
    EXPECT_GE(diagnostic.width, 1);
    EXPECT_FALSE(diagnostic.rule.empty());
    line_before = diagnostic.at.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Broken, ABrokenFile, testing::ValuesIn(broken_files()), [](const auto& parameter) {
  std::string name = parameter.param.stem();
  for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) ? letter : '_';
  return name;
});

TEST(TheGoldenFiles, EachBelongToABrokenFile) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::path scenario = entry.path();
    if (scenario.extension() != ".expected") continue;
    EXPECT_TRUE(std::filesystem::exists(scenario.replace_extension(".yaml"))) << entry.path();
  }
}

}  // namespace
}  // namespace wirelab::scenario

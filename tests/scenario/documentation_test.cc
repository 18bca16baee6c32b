// docs/scenario-language.md says what the loader does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "labs/scenario/kernel_settings.hh"
#include "labs/scenario/metric.hh"
#include "labs/scenario/vocabulary.hh"
#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

std::string documentation() {
  std::ifstream stream(WIRELAB_SOURCE_DIR "/docs/scenario-language.md");
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(TheDocumentation, NamesEveryWordOfTheLanguage) {
  const std::string text = documentation();
  for (const std::string_view word : vocabulary()) {
    EXPECT_NE(text.find(word), std::string::npos) << word;
  }
}

TEST(TheDocumentation, NamesEveryMetric) {
  const std::string text = documentation();
  for (const std::string& pattern : metric_patterns()) {
    // What every sender has of its own is said in a sentence, not for each metric.
    const bool of_a_sender = pattern.starts_with("wire.<actor>.");
    const std::string of_all = of_a_sender ? "wire." + pattern.substr(std::string("wire.<actor>.").size()) : pattern;
    EXPECT_TRUE(text.find("`" + pattern + "`") != std::string::npos ||
                text.find("`" + of_all + "`") != std::string::npos)
        << pattern;
  }
}

TEST(TheDocumentation, HasEveryKernelSettingWithItsMeaning) {
  const std::string text = documentation();
  for (const KernelSetting& setting : kernel_settings()) {
    EXPECT_NE(text.find("| `" + std::string(setting.name) + "` |"), std::string::npos) << setting.name;
    EXPECT_NE(text.find(setting.meaning), std::string::npos) << setting.name;
  }
}

TEST(TheDocumentation, BeginsWithAScenarioThatLoads) {
  const std::string text = documentation();
  const std::size_t start = text.find("```yaml\nwirelab: 1");
  ASSERT_NE(start, std::string::npos);
  const std::size_t first = start + std::string("```yaml\n").size();
  load_silently(text.substr(first, text.find("```", first) - first));
}

}  // namespace
}  // namespace wirelab::scenario

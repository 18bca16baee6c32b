// The texts and what says them fit together: none is missing in a language, none is there that nobody says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "labs/words/catalogue.hh"
#include "tests/words/wording.hh"

namespace wirelab::words {
namespace {

namespace fs = std::filesystem;

/// Each `"…"_text` of the sources: a TextId can be had in no other way.
std::set<std::string> texts_said() {
  constexpr std::string_view end_of_id = "\"_text";
  std::set<std::string> names;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(WIRELAB_SOURCE_DIR) / "labs")) {
    const std::string suffix = entry.path().extension();
    if ((suffix != ".cc" && suffix != ".hh") || entry.path().filename() == "message.hh") continue;
    std::ifstream stream(entry.path());
    const std::string source(std::istreambuf_iterator<char>(stream), {});
    for (std::size_t end = source.find(end_of_id); end != std::string::npos; end = source.find(end_of_id, end + 1)) {
      const std::size_t begin = source.rfind('"', end - 1) + 1;
      names.insert(source.substr(begin, end - begin));
    }
  }
  return names;
}

class TextsIn : public testing::TestWithParam<Language> {};

TEST_P(TextsIn, AreThoseThatAreSaid) {
  std::vector<std::string> written;
  for (const auto& [name, text] : catalogue(GetParam()).texts) written.emplace_back(name);
  EXPECT_THAT(written, testing::UnorderedElementsAreArray(texts_said()));
}

TEST_P(TextsIn, HavePlaceholdersAsInEnglishAndFormsAsTheLanguage) {
  const Catalogue& here = catalogue(GetParam());
  for (const auto& [name, english] : catalogue(Language::english).texts) {
    const auto text = here.texts.find(name);
    ASSERT_NE(text, here.texts.end()) << name;
    EXPECT_EQ(names_in(text->second), names_in(english)) << name;
    EXPECT_EQ(fault_of_forms(here, text->second), "") << name;
  }
}

INSTANTIATE_TEST_SUITE_P(EachLanguage, TextsIn, testing::Values(Language::english, Language::chinese),
                         [](const auto& test) { return std::string(code_of(test.param)); });

TEST(ChineseTexts, AreSetAsChinese) {
  for (const auto& [name, text] : catalogue(Language::chinese).texts) EXPECT_EQ(fault_of_chinese(text), "") << name;
}

}  // namespace
}  // namespace wirelab::words

// The texts and what says them fit together: none is missing in a language, none is there that nobody says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "labs/words/catalogue.hh"
#include "tests/words/wording.hh"

namespace wirelab::words {
namespace {

namespace fs = std::filesystem;

/// A place in the sources where a text is said.
struct Said {
  std::string name;
  bool alone;          ///< it is all that a message or a page is given, if nothing stands behind it
  std::string place;   ///< file and line
  std::string behind;  ///< the source from there on
};

/// Of one of several texts, or one that is handed on, nobody sees here what it is given.
bool is_said_alone(std::string_view before) {
  return before.ends_with("{") || before.ends_with("page.say(") || before.ends_with("page_.say(");
}

/// Each `"…"_text` of the sources: a TextId can be had in no other way.
std::vector<Said> places_of_texts() {
  constexpr std::string_view end_of_id = "\"_text";
  std::vector<Said> places;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(WIRELAB_SOURCE_DIR) / "labs")) {
    const std::string suffix = entry.path().extension();
    if ((suffix != ".cc" && suffix != ".hh") || entry.path().filename() == "message.hh") continue;
    std::ifstream stream(entry.path());
    const std::string source(std::istreambuf_iterator<char>(stream), {});
    for (std::size_t end = source.find(end_of_id); end != std::string::npos; end = source.find(end_of_id, end + 1)) {
      const std::size_t begin = source.rfind('"', end - 1) + 1;
      const auto line = 1 + std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(end), '\n');
      places.push_back({source.substr(begin, end - begin), is_said_alone(std::string_view(source).substr(0, begin - 1)),
                        entry.path().string() + ":" + std::to_string(line),
                        source.substr(end + end_of_id.size(), 2000)});
    }
  }
  return places;
}

std::set<std::string> texts_said() {
  std::set<std::string> names;
  for (const Said& said : places_of_texts()) names.insert(said.name);
  return names;
}

/// The names of the arguments written out behind a text: of `, {{"line", 3}, {"call", name}}` `line` and `call`, of
/// nothing none; nullopt if they stand elsewhere.
std::optional<std::set<std::string>> names_given(const Said& said) {
  std::string_view behind = said.behind;
  const auto skip_blanks = [&behind] {
    behind.remove_prefix(std::min(behind.find_first_not_of(" \n"), behind.size()));
  };
  skip_blanks();
  if (behind.starts_with('}') || behind.starts_with(')')) {
    return said.alone ? std::optional(std::set<std::string>()) : std::nullopt;
  }
  if (!behind.starts_with(',')) return std::nullopt;
  behind.remove_prefix(1);
  skip_blanks();
  if (!behind.starts_with("{{\"")) return std::nullopt;
  std::set<std::string> names;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < behind.size(); ++i) {
    const char letter = behind[i];
    if (in_text) {
      if (letter == '\\') ++i;
      if (letter == '"') in_text = false;
      continue;
    }
    if (letter == '"') in_text = true;
    if (letter == '{' && ++depth == 2 && behind.substr(i).starts_with("{\"")) {
      names.emplace(behind.substr(i + 2, behind.find('"', i + 2) - i - 2));
    }
    if (letter == '}' && --depth == 0) break;
  }
  return names;
}

/// Whether an argument of that name is put to those written out, in the lines below.
bool is_added_later(std::string_view behind, const std::string& name) {
  return behind.find("(\"" + name + "\",") != std::string_view::npos;
}

TEST(ATextThatIsSaid, IsGivenWhatItsPlaceholdersName) {
  for (const Said& said : places_of_texts()) {
    const auto given = names_given(said);
    const auto text = catalogue(Language::english).texts.find(said.name);
    if (!given || text == catalogue(Language::english).texts.end()) continue;
    for (const std::string& name : names_in(text->second)) {
      EXPECT_TRUE(given->contains(name) || is_added_later(said.behind, name))
          << said.name << " in " << said.place << " lacks " << name;
    }
  }
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

// The texts of a scenario in another language: where they go, and that ours are all there.

#include "labs/scenario/translation.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using words::Language;

const fs::path lessons = fs::path(WIRELAB_SOURCE_DIR) / "scenarios";

const std::string talk = R"(wirelab: 1
title: "A talk"
about: |
  Two lines
  of it.
actors:
  client:
    - note: "once"
    - repeat:
        times: 2
        steps:
          - note: "in each round"
checks:
  - client.errors: []
    because: "Nothing failed."
  - run.outcome: completed
hints:
  - "Look."
)";

class ATranslation : public testing::Test {
 protected:
  ATranslation() {
    std::string pattern = (fs::temp_directory_path() / "wirelab-texts-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~ATranslation() override { fs::remove_all(folder_); }

  Translation of(const std::string& text) const {
    std::ofstream(folder_ / "texts.yaml") << text;
    return load_translation(folder_ / "texts.yaml");
  }
  std::string report(const std::string& text) const {
    const Translation translation = of(text);
    return report_of(translation.diagnostics, translation.source);
  }

  fs::path folder_;
};

std::vector<std::string> texts_in(Scenario scenario) {
  std::vector<std::string> texts;
  for (const std::string* text : texts_of(scenario)) texts.push_back(*text);
  return texts;
}

TEST(TheTextsOfAScenario, AreTitleAboutNotesReasonsAndHints) {
  EXPECT_THAT(texts_in(load_silently(talk)),
              ElementsAre("A talk", "Two lines\nof it.\n", "once", "in each round", "Nothing failed.", "Look."));
}

TEST_F(ATranslation, TakesThePlaceOfTheVeryTextItWasMadeFrom) {
  Scenario scenario = load_silently(talk);
  translate(scenario, of("texts: 1\npairs:\n  - {english: \"A talk\", chinese: \"对话\"}\n"
                         "  - english: |\n      Two lines\n      of it.\n    chinese: \"两行\"\n"
                         "  - {english: \"in each round\", chinese: \"每轮\"}\n"
                         "  - {english: \"Nothing failed\", chinese: \"没有失败\"}\n"));
  EXPECT_THAT(texts_in(scenario), ElementsAre("对话", "两行", "once", "每轮", "Nothing failed.", "Look."))
      << "a text that is not the same to the letter is somebody's own";
}

TEST_F(ATranslation, ThatIsNotThereChangesNothing) {
  const Translation none = load_translation(folder_ / "nowhere.yaml");
  EXPECT_THAT(none.texts, IsEmpty());
  EXPECT_THAT(none.diagnostics, IsEmpty());
}

TEST_F(ATranslation, SaysWhatIsWrongWithIt) {
  EXPECT_THAT(report("texts: 2\npairs: []\n"), HasSubstr("texts.yaml:1:8: error: version `2` of translations"));
  EXPECT_THAT(report("texts: 1\n"), HasSubstr("error: a translation needs `pairs`"));
  EXPECT_THAT(report("texts: 1\npairs:\n  - {english: \"a\", chinese: b}\n"),
              HasSubstr("texts.yaml:3:29: error: `chinese` is a text, and texts stand in quotes"));
  EXPECT_THAT(report("texts: 1\npairs:\n  - {english: \"a\", chinese: \"\"}\n"),
              HasSubstr("error: `chinese` cannot be empty"));
  EXPECT_THAT(report("texts: 1\npairs:\n  - {english: \"a\", chinese: \"b\"}\n  - {english: \"a\", chinese: \"c\"}\n"),
              HasSubstr("texts.yaml:4:5: error: this text has a translation already"));
  EXPECT_THAT(report("texts: 1\npairs:\n  - {english: \"a\", chinees: \"b\"}\n"), HasSubstr("did you mean `chinese`?"));
  EXPECT_THAT(report("texts: [\n"), HasSubstr("error: this `[` is never closed"));
}

TEST_F(ATranslation, CountsWithoutWhatIsWrongInIt) {
  const Translation translation =
      of("texts: 1\npairs:\n  - {english: \"a\", chinese: 1}\n  - {english: \"b\", chinese: \"乙\"}\n");
  EXPECT_THAT(translation.texts, ElementsAre(std::pair<const std::string, std::string>("b", "乙")));
  EXPECT_EQ(translation.diagnostics.size(), 1U);
}

TEST(WhereATranslationIs, IsTheFolderOfTheLanguageBesideTheFile) {
  EXPECT_EQ(translation_of("scenarios/lab1/3-refused.yaml", Language::chinese), "scenarios/lab1/zh/3-refused.yaml");
  EXPECT_EQ(translation_of("scenarios/lab1/unsolved/e.yaml", Language::chinese), "scenarios/lab1/zh/e.yaml");
  EXPECT_EQ(translation_of("mine.yaml", Language::chinese), "zh/mine.yaml");
  EXPECT_EQ(translation_of("scenarios/lab1/3-refused.yaml", Language::english), "");
}

// ------------------------------------------------------------------------------------------------------- ours

std::vector<fs::path> our_lessons() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(lessons)) {
    const fs::path folder = entry.path().parent_path().filename();
    if (entry.path().extension() == ".yaml" && folder != "zh") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

class OurLesson : public testing::TestWithParam<fs::path> {};

TEST_P(OurLesson, HasEachOfItsTextsInChineseAndNoOther) {
  const Loaded loaded = load_lesson(GetParam());
  ASSERT_TRUE(loaded.scenario);
  const std::vector<std::string> texts = texts_in(*loaded.scenario);
  const fs::path file = translation_of(GetParam(), Language::chinese);
  const Translation translation = load_translation(file);
  EXPECT_EQ(report_of(translation.diagnostics, translation.source), "");
  std::set<std::string> translated;
  for (const auto& [english, chinese] : translation.texts) translated.insert(english);
  EXPECT_EQ(translated, std::set<std::string>(texts.begin(), texts.end())) << file;
}

INSTANTIATE_TEST_SUITE_P(Each, OurLesson, testing::ValuesIn(our_lessons()), [](const auto& test) {
  std::string name = test.param.lexically_relative(lessons).replace_extension();
  for (char& letter : name) letter = std::isalnum(static_cast<unsigned char>(letter)) ? letter : '_';
  return name;
});

TEST(OurTranslations, EachBelongToALesson) {
  for (const auto& entry : fs::recursive_directory_iterator(lessons)) {
    const fs::path folder = entry.path().parent_path();
    if (folder.filename() != "zh" || entry.path().filename() == "checks.yaml") continue;
    EXPECT_TRUE(fs::exists(folder.parent_path() / entry.path().filename())) << entry.path();
  }
}

/// Names of cases and reasons, as far as students may know them.
std::set<std::string> public_texts(const Exercise& exercise) {
  std::set<std::string> texts;
  const auto add_reasons = [&texts](const std::vector<Check>& checks) {
    for (const Check& check : checks) texts.insert(check.because);
  };
  add_reasons(exercise.checks);
  add_reasons(exercise.guesses);
  for (const Case& one : exercise.cases) {
    if (one.hidden) continue;
    texts.insert(one.name);
    if (one.checks) add_reasons(*one.checks);
  }
  texts.erase("");
  return texts;
}

TEST(OurRubrics, HaveEachOfTheirPublicTextsInChineseAndNoOther) {
  for (const auto& entry : fs::directory_iterator(fs::path(WIRELAB_SOURCE_DIR) / "tests" / "rubrics")) {
    const fs::path lab = lessons / entry.path().stem();
    if (entry.path().extension() != ".yaml" || !fs::exists(lab)) continue;
    const LoadedRubric loaded = load_rubric(entry.path(), lab);
    ASSERT_TRUE(loaded.rubric) << report_of(loaded.diagnostics, loaded.source);
    const Translation of_checks = load_translation(translation_of(lab / "checks.yaml", Language::chinese));
    EXPECT_EQ(report_of(of_checks.diagnostics, of_checks.source), "");
    std::set<std::string> wanted;
    for (const Exercise& exercise : loaded.rubric->exercises) {
      const auto own = load_translation(translation_of(lab / exercise.file, Language::chinese)).texts;
      for (const std::string& text : public_texts(exercise)) {
        if (!own.contains(text)) wanted.insert(text);
      }
    }
    std::set<std::string> translated;
    for (const auto& [english, chinese] : of_checks.texts) translated.insert(english);
    EXPECT_EQ(translated, wanted) << lab;
  }
}

}  // namespace
}  // namespace wirelab::scenario

// The words and the rules fit together: no rule without words, no words without a rule, no placeholder without a value.
#include "labs/explain/catalogue.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "labs/explain/rule.hh"
#include "labs/words/catalogue.hh"
#include "tests/words/wording.hh"

namespace wirelab::explain {
namespace {

std::vector<Telling> all_tellings() {
  std::vector<Telling> all;
  for (const Rule& rule : all_rules()) all.insert(all.end(), rule.tellings.begin(), rule.tellings.end());
  return all;
}

using words::Language;

class EntriesIn : public testing::TestWithParam<Language> {
 protected:
  const Entries& here = entries(GetParam());
};

TEST_P(EntriesIn, AreThereForEveryTellingAndNoOther) {
  std::vector<std::string_view> told;
  for (const Telling& telling : all_tellings()) told.push_back(telling.key);
  std::vector<std::string_view> worded;
  for (const auto& [key, entry] : here) worded.push_back(key);
  EXPECT_THAT(worded, testing::UnorderedElementsAreArray(told));
}

TEST_P(EntriesIn, UseOnlyArgumentsThatTheRuleGives) {
  for (const Telling& telling : all_tellings()) {
    const auto entry = here.find(telling.key);
    ASSERT_NE(entry, here.end()) << telling.key;
    std::vector<std::string_view> patterns = {entry->second.seen, entry->second.why};
    const std::vector<std::string_view>& see = references(telling.key);
    patterns.insert(patterns.end(), see.begin(), see.end());
    for (const std::string_view pattern : patterns) {
      for (const std::string& name : words::names_in(pattern)) {
        EXPECT_TRUE(std::count(telling.arguments.begin(), telling.arguments.end(), name))
            << telling.key << " names {" << name << "}";
      }
    }
    for (const std::string& name : words::names_in(entry->second.measured)) {
      EXPECT_TRUE(std::count(telling.measured.begin(), telling.measured.end(), name))
          << telling.key << " measures {" << name << "}";
    }
    EXPECT_EQ(entry->second.measured.empty(), telling.measured.empty()) << telling.key;
  }
}

TEST_P(EntriesIn, TellTheSameAsInEnglish) {
  for (const auto& [key, english] : entries(Language::english)) {
    const auto entry = here.find(key);
    ASSERT_NE(entry, here.end()) << key;
    EXPECT_EQ(words::names_in(entry->second.seen), words::names_in(english.seen)) << key;
    EXPECT_EQ(words::names_in(entry->second.measured), words::names_in(english.measured)) << key;
    for (const std::string_view text : {entry->second.seen, entry->second.why, entry->second.measured}) {
      EXPECT_EQ(words::fault_of_forms(words::catalogue(GetParam()), text), "") << key;
    }
  }
}

TEST_P(EntriesIn, SaySomething) {
  const std::string_view full_stop = GetParam() == Language::chinese ? "。" : ".";
  for (const auto& [key, entry] : here) {
    EXPECT_TRUE(entry.seen.ends_with(full_stop)) << key;
    EXPECT_TRUE(entry.why.ends_with(full_stop)) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(EachLanguage, EntriesIn, testing::Values(Language::english, Language::chinese),
                         [](const auto& test) { return std::string(words::code_of(test.param)); });

TEST(ChineseEntries, AreSetAsChinese) {
  for (const auto& [key, entry] : entries(Language::chinese)) {
    for (const std::string_view text : {entry.seen, entry.why, entry.measured}) {
      EXPECT_EQ(words::fault_of_chinese(text), "") << key;
    }
    EXPECT_TRUE(entry.see.empty()) << key << ": references are in the English catalogue alone";
  }
}

TEST(Rules, HaveNamesOfTheirOwnAndTellingsUnderThem) {
  std::set<std::string_view> ids;
  for (const Rule& rule : all_rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id << " stands for two rules";
    EXPECT_FALSE(rule.tellings.empty()) << rule.id;
    for (const Telling& telling : rule.tellings) {
      EXPECT_TRUE(telling.key == rule.id || telling.key.starts_with(std::string(rule.id) + ".")) << telling.key;
    }
  }
}

}  // namespace
}  // namespace wirelab::explain

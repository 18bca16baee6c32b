// The words and the rules fit together: no rule without words, no words without a rule, no placeholder without a value.
#include "labs/explain/catalogue.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

/// The names between the braces of a template.
std::set<std::string> placeholders(std::string_view pattern) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') continue;
    if (i + 1 < pattern.size() && pattern[i + 1] == '{') {
      ++i;
      continue;
    }
    const std::size_t end = pattern.find_first_of(":}", i);
    names.insert(std::string(pattern.substr(i + 1, end - i - 1)));
    i = pattern.find('}', i);
  }
  return names;
}

std::vector<Telling> all_tellings() {
  std::vector<Telling> all;
  for (const Rule& rule : all_rules()) all.insert(all.end(), rule.tellings.begin(), rule.tellings.end());
  return all;
}

TEST(EnglishCatalogue, HasWordsForEveryTellingAndNoOthers) {
  std::vector<std::string_view> told;
  for (const Telling& telling : all_tellings()) told.push_back(telling.key);
  std::vector<std::string_view> worded;
  for (const auto& [key, entry] : english().entries) worded.push_back(key);
  EXPECT_THAT(worded, testing::UnorderedElementsAreArray(told));
}

TEST(EnglishCatalogue, UsesOnlyArgumentsThatTheRuleGives) {
  for (const Telling& telling : all_tellings()) {
    const auto entry = english().entries.find(telling.key);
    ASSERT_NE(entry, english().entries.end()) << telling.key;
    std::vector<std::string_view> patterns = {entry->second.seen, entry->second.why};
    patterns.insert(patterns.end(), entry->second.see.begin(), entry->second.see.end());
    for (const std::string_view pattern : patterns) {
      for (const std::string& name : placeholders(pattern)) {
        EXPECT_TRUE(std::count(telling.arguments.begin(), telling.arguments.end(), name))
            << telling.key << " names {" << name << "}";
      }
    }
    for (const std::string& name : placeholders(entry->second.measured)) {
      EXPECT_TRUE(std::count(telling.measured.begin(), telling.measured.end(), name))
          << telling.key << " measures {" << name << "}";
    }
    EXPECT_EQ(entry->second.measured.empty(), telling.measured.empty()) << telling.key;
  }
}

TEST(EnglishCatalogue, SaysSomethingInEveryEntry) {
  for (const auto& [key, entry] : english().entries) {
    EXPECT_TRUE(entry.seen.ends_with('.')) << key;
    EXPECT_TRUE(entry.why.ends_with('.')) << key;
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

TEST(Fill, TakesTheFormThatFitsTheNumber) {
  const auto filled = [](std::string_view pattern, std::int64_t bytes) {
    return fill(english(), pattern, {{"bytes", bytes}});
  };
  EXPECT_EQ(filled("{bytes:byte|bytes} {bytes:!was|were} read", 1), "1 byte was read");
  EXPECT_EQ(filled("{bytes:byte|bytes} {bytes:!was|were} read", 15), "15 bytes were read");
  EXPECT_EQ(filled("{bytes:byte|bytes}", 0), "0 bytes");
  EXPECT_EQ(filled("recv = {bytes}", 7), "recv = 7");
}

TEST(Fill, JoinsFragments) {
  const std::vector<Fragment> waits = {
      {"wait", {{"actor", "server"}, {"doing", "asleep in recv"}, {"line", std::int64_t{3}}}},
      {"wait.for", {{"actor", "client"}, {"doing", "asleep in recv"}, {"line", std::int64_t{9}}, {"other", "server"}}}};
  EXPECT_EQ(fill(english(), "{waits}", {{"waits", waits}}),
            "server is asleep in recv, line 3; client is asleep in recv, line 9, and needs server");
}

TEST(Fill, LetsBracesOfTheDataAlone) {
  EXPECT_EQ(fill(english(), "{data}", {{"data", std::string("{sends} {")}}), "{sends} {");
}

TEST(Fill, RefusesAPlaceholderWithoutAValue) { EXPECT_THROW(fill(english(), "{nothing}", {}), fmt::format_error); }

TEST(Fill, ServesALanguageWithOtherFormsOfAWord) {
  Catalogue catalogue;
  catalogue.plural_form = [](std::int64_t number) -> std::size_t { return number == 1 ? 0 : number < 5 ? 1 : 2; };
  const auto filled = [&](std::int64_t n) { return fill(catalogue, "{n:bajt|bajty|bajtów}", {{"n", n}}); };
  EXPECT_EQ(filled(1), "1 bajt");
  EXPECT_EQ(filled(3), "3 bajty");
  EXPECT_EQ(filled(7), "7 bajtów");
}

}  // namespace
}  // namespace wirelab::explain

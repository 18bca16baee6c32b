#include "labs/render/rule_page.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labs/explain/pages.hh"
#include "labs/render/text.hh"
#include "tests/render/pages.hh"

namespace wirelab::render {
namespace {

using test::lines_of;
using words::Language;

class RulePageIn : public testing::TestWithParam<Language> {};

TEST_P(RulePageIn, IsThereForEveryRuleAndFits) {
  for (const auto& [rule, about] : explain::rule_pages(GetParam())) {
    for (const int columns : {40, 80}) {
      for (const std::string& line : lines_of(page_of_rule(rule, {.columns = columns, .language = GetParam()}))) {
        EXPECT_LE(display_width(line), columns) << line;
      }
    }
  }
}

TEST(RulePage, NamesNoLabWhereALessonIsOfNone) {
  const std::string page = page_of_rule("datagram-boundaries", {});
  EXPECT_THAT(page, testing::HasSubstr("\n          scenarios/compare/udp.yaml"));
  EXPECT_THAT(page, testing::HasSubstr("\n  lab 5   scenarios/lab5/1-boundaries-kept.yaml"));
}

TEST_P(RulePageIn, ListHasAllTitlesInOneColumn) {
  const std::string list = list_of_rules({.language = GetParam()});
  std::size_t rules = 0;
  for (const std::string& line : lines_of(list)) {
    EXPECT_LE(display_width(line), 80) << line;
    if (!line.starts_with("  ")) continue;
    const std::string name = line.substr(2, line.find(' ', 2) - 2);
    const std::string title(explain::rule_pages(GetParam()).at(name).title);
    ASSERT_TRUE(line.ends_with(title)) << line << ": nothing of the title is cut off";
    EXPECT_EQ(display_width(line.substr(0, line.size() - title.size())), 31) << line;
    ++rules;
  }
  EXPECT_EQ(rules, explain::rule_pages(GetParam()).size());
}

INSTANTIATE_TEST_SUITE_P(EachLanguage, RulePageIn, testing::Values(Language::english, Language::chinese),
                         [](const auto& test) { return std::string(words::code_of(test.param)); });

TEST(RulePage, LooksLikeThis) {
  test::expect_snapshot("rule-sleep-cost", page_of_rule("sleep-cost", {}));
  test::expect_snapshot("rule-sleep-cost-chinese", page_of_rule("sleep-cost", {.language = Language::chinese}));
}

}  // namespace
}  // namespace wirelab::render

// The pages of `wirelab explain`: one for each rule, in each language.
#include "labs/explain/pages.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "labs/explain/rule.hh"
#include "labs/scenario/column_width.hh"
#include "tests/words/wording.hh"

namespace wirelab::explain {
namespace {

using words::Language;

std::vector<std::string_view> all_ids() {
  std::vector<std::string_view> ids;
  for (const Rule& rule : all_rules()) ids.push_back(rule.id);
  return ids;
}

class PagesIn : public testing::TestWithParam<Language> {};

TEST_P(PagesIn, AreThereForEveryRuleAndNoOther) {
  std::vector<std::string_view> described;
  for (const auto& [rule, page] : rule_pages(GetParam())) described.push_back(rule);
  EXPECT_THAT(described, testing::UnorderedElementsAreArray(all_ids()));
}

TEST_P(PagesIn, SaySomethingWithoutPlaceholders) {
  const std::string_view full_stop = GetParam() == Language::chinese ? "。" : ".";
  constexpr int room_in_the_list = 48;
  for (const auto& [rule, page] : rule_pages(GetParam())) {
    EXPECT_LE(scenario::display_width(page.title), room_in_the_list) << rule;
    EXPECT_FALSE(page.title.empty() || page.title.ends_with(full_stop)) << rule;
    EXPECT_TRUE(page.what.ends_with(full_stop)) << rule;
    EXPECT_TRUE(page.why.ends_with(full_stop)) << rule;
    for (const std::string_view text : {page.title, page.what, page.why}) {
      EXPECT_EQ(text.find('{'), std::string_view::npos) << rule;
      if (GetParam() == Language::chinese) {
        EXPECT_EQ(words::fault_of_chinese(text), "") << rule;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EachLanguage, PagesIn, testing::Values(Language::english, Language::chinese),
                         [](const auto& test) { return std::string(words::code_of(test.param)); });

TEST(Subjects, HaveEachRuleOnce) {
  std::vector<std::string_view> listed;
  for (const Subject& subject : subjects()) {
    EXPECT_FALSE(subject.rules.empty()) << subject.heading.name();
    listed.insert(listed.end(), subject.rules.begin(), subject.rules.end());
  }
  EXPECT_THAT(listed, testing::UnorderedElementsAreArray(all_ids()));
}

TEST(References, OfARuleAreThoseOfAllItsTellings) {
  EXPECT_THAT(references_of("coalesced-recv"), testing::ElementsAre("RFC 9293 §2.2", "RFC 1122 §4.2.2.2", "recv(2)"));
  EXPECT_THAT(references_of("not-connected"), testing::ElementsAre("accept(2)", "connect(2)", "udp(7)"));
  EXPECT_THAT(references_of("no-such-rule"), testing::IsEmpty());
}

}  // namespace
}  // namespace wirelab::explain

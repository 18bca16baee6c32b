// What a rule is about in general, apart from any run: the page of `wirelab explain`.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "labs/words/language.hh"
#include "labs/words/message.hh"

namespace wirelab::explain {

struct RulePage {
  std::string_view title;  ///< a line of a list: at most 48 columns
  std::string_view what;   ///< what is seen
  std::string_view why;
};

using RulePages = std::map<std::string_view, RulePage>;  ///< by Rule::id

const RulePages& rule_pages(words::Language language);

/// Rules about one subject, in the order in which they are listed.
struct Subject {
  words::TextId heading;
  std::vector<std::string_view> rules;
};
const std::vector<Subject>& subjects();

/// RFCs and manual pages on all that the rule may tell.
std::vector<std::string_view> references_of(std::string_view rule);

/// Scenarios that come with the program and in which the rule speaks: `lab2/1-three-sends-one-recv`.
struct Lessons {
  std::vector<std::string_view> everywhere;
  std::vector<std::string_view> with_hosts;  ///< only where there are private hosts
};
const Lessons& lessons_showing(std::string_view rule);

}  // namespace wirelab::explain

#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/explain/pages.hh"
#include "labs/render/rule_page.hh"
#include "labs/scenario/suggestion.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {

int explain_rule(const std::string& rule, words::Language language) {
  const render::TerminalStyle style = render::style_for(STDOUT_FILENO, language);
  if (rule.empty()) {
    print(render::list_of_rules(style));
    return all_well;
  }
  const explain::RulePages& pages = explain::rule_pages(language);
  if (pages.contains(rule)) {
    print(render::page_of_rule(rule, style));
    return all_well;
  }
  std::vector<std::string_view> names;
  for (const auto& [name, page] : pages) names.push_back(name);
  const std::string_view meant = scenario::closest(rule, names);
  complain(words::say(language, "explain.unknown"_text, {{"name", scenario::in_ticks(rule)}}) + "\n  " +
           (meant.empty() ? words::say(language, "explain.list"_text)
                          : words::say(language, "explain.did-you-mean"_text, {{"name", scenario::in_ticks(meant)}})) +
           "\n");
  return wrong_input;
}

}  // namespace wirelab

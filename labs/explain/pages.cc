#include "labs/explain/pages.hh"

#include <algorithm>

#include "labs/explain/catalogues.hh"
#include "labs/explain/rule.hh"

namespace wirelab::explain {

const RulePages& rule_pages(words::Language language) {
  if (language == words::Language::chinese) {
    static const RulePages chinese = chinese_pages();
    return chinese;
  }
  static const RulePages english = english_pages();
  return english;
}

std::vector<std::string_view> references_of(std::string_view rule) {
  std::vector<std::string_view> all;
  const auto found =
      std::find_if(all_rules().begin(), all_rules().end(), [&](const Rule& one) { return one.id == rule; });
  if (found == all_rules().end()) return all;
  for (const Telling& telling : found->tellings) {
    for (const std::string_view reference : references(telling.key)) {
      const bool depends_on_run = reference.find('{') != std::string_view::npos;
      if (!depends_on_run && std::find(all.begin(), all.end(), reference) == all.end()) all.push_back(reference);
    }
  }
  return all;
}

}  // namespace wirelab::explain

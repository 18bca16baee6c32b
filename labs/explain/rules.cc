#include "labs/explain/rule.hh"

namespace wirelab::explain {

const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> all;
    for (const auto& subject :
         {connection_rules, stream_rules, closing_rules, datagram_rules, framing_rules, sleep_rules, failure_rules}) {
      for (Rule& rule : subject()) all.push_back(std::move(rule));
    }
    return all;
  }();
  return rules;
}

}  // namespace wirelab::explain

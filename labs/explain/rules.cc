#include "labs/explain/rule.hh"

namespace wirelab::explain {

const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> all;
    for (const auto& subject :
         {connection_rules, stream_rules, closing_rules, datagram_rules, framing_rules, sleep_rules, failure_rules,
          handshake_rules, ending_rules, loss_rules, fragment_rules, flow_rules, http_rules}) {
      for (Rule& rule : subject()) all.push_back(std::move(rule));
    }
    return all;
  }();
  return rules;
}

std::vector<words::Message> how_lost(const timeline::Packet& packet) {
  if (packet.rule_line == 0) return {{"lost"_text}};
  return {{"lost.rule"_text, {{"line", std::int64_t{packet.rule_line}}}}};
}

}  // namespace wirelab::explain

#include <algorithm>

#include "labs/explain/pages.hh"
#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

struct RulesOn {
  words::TextId heading;
  std::vector<Rule> (*rules)();
};

constexpr RulesOn rules_on[] = {
    {"subject.connections"_text, connection_rules},
    {"subject.stream"_text, stream_rules},
    {"subject.endings"_text, closing_rules},
    {"subject.datagrams"_text, datagram_rules},
    {"subject.framing"_text, framing_rules},
    {"subject.files"_text, file_rules},
    {"subject.sleeps"_text, sleep_rules},
    {"subject.failures"_text, failure_rules},
    {"subject.connections"_text, handshake_rules},
    {"subject.endings"_text, ending_rules},
    {"subject.segments"_text, loss_rules},
    {"subject.datagrams"_text, fragment_rules},
    {"subject.segments"_text, flow_rules},
    {"subject.http"_text, http_rules},
};

}  // namespace

const std::vector<Rule>& all_rules() {
  static const std::vector<Rule> rules = [] {
    std::vector<Rule> all;
    for (const RulesOn& subject : rules_on) {
      for (Rule& rule : subject.rules()) all.push_back(std::move(rule));
    }
    return all;
  }();
  return rules;
}

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> subjects = [] {
    std::vector<Subject> all;
    for (const RulesOn& subject : rules_on) {
      const auto same = [&](const Subject& other) { return other.heading == subject.heading; };
      auto place = std::find_if(all.begin(), all.end(), same);
      if (place == all.end()) place = all.insert(all.end(), {subject.heading, {}});
      for (const Rule& rule : subject.rules()) place->rules.push_back(rule.id);
    }
    return all;
  }();
  return subjects;
}

std::vector<words::Message> how_lost(const timeline::Packet& packet) {
  if (packet.rule_line == 0) return {{"lost"_text}};
  return {{"lost.rule"_text, {{"line", std::int64_t{packet.rule_line}}}}};
}

}  // namespace wirelab::explain

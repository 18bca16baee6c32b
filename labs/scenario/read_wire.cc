#include "labs/scenario/read_wire.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/read_steps.hh"

namespace wirelab::scenario {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// ------------------------------------------------------------------------------- delay, rate, mtu, loss

std::optional<Duration> read_delay(Reader& reader, const Node& node) {
  return reader.duration(node, "`delay`", Duration(0), ceilings::wire_delay);
}

struct RateUnit {
  std::string_view word;
  std::int64_t bits;
};
// Decimal, as networks count: 1 kbit is 1000 bits.
constexpr std::array rate_units = {RateUnit{"gbit", 1'000'000'000}, RateUnit{"mbit", 1'000'000},
                                   RateUnit{"kbit", 1'000}, RateUnit{"bit", 1}};

std::optional<std::int64_t> parse_rate(std::string_view text) {
  const std::size_t unit_start = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto unit = std::ranges::find(rate_units, text.substr(unit_start), &RateUnit::word);
  const auto number = parse_whole_number(text.substr(0, unit_start));
  if (unit == rate_units.end() || !number) return std::nullopt;
  return saturated_product(*number, unit->bits);
}

std::optional<std::int64_t> read_rate(Reader& reader, const Node& node) {
  constexpr std::int64_t least = 1'000;
  constexpr std::int64_t most = 100'000'000'000;
  const auto rate = node.is_word() ? parse_rate(node.text) : std::nullopt;
  if (!rate) {
    reader.wrong_kind(node, "`rate`", phrase("what.rate"_text), remark("write.rate"_text));
    return std::nullopt;
  }
  if (*rate < least || *rate > most) {
    reader.error(node, {"out-of-range.rate"_text});
    return std::nullopt;
  }
  return rate;
}

// `client->server`; nothing after a diagnostic.
std::optional<std::pair<std::string, std::string>> read_direction(Reader& reader, const Node& key) {
  const std::size_t arrow = key.text.find("->");
  if (arrow == std::string::npos || key.text.find(':') != std::string::npos) {
    constexpr std::array<std::string_view, 1> known = {"client->server"};
    reader.unknown_key(key, known, phrase("what.setting-by-direction"_text));
    return std::nullopt;
  }
  std::pair direction(key.text.substr(0, arrow), key.text.substr(arrow + 2));
  const bool both_exist = reader.actor_exists(key, direction.first) && reader.actor_exists(key, direction.second);
  if (!both_exist) return std::nullopt;
  return direction;
}

template <typename T>
void read_by_direction(Reader& reader, const Node& node, PerDirection<T>& setting,
                       std::optional<T> (*read)(Reader&, const Node&)) {
  if (node.kind != Node::Kind::map) {
    setting.everywhere = read(reader, node);
    return;
  }
  for (const Entry& entry : node.entries) {
    const auto direction = read_direction(reader, entry.key);
    if (!direction || reader.is_unanswered(entry.value)) continue;
    if (const auto value = read(reader, entry.value)) setting.between[*direction] = *value;
  }
}

void read_wire_delay(Reader& reader, const Node&, const Node& value, Wire& wire) {
  read_by_direction<Duration>(reader, value, wire.delay, read_delay);
}
void read_wire_rate(Reader& reader, const Node&, const Node& value, Wire& wire) {
  read_by_direction<std::int64_t>(reader, value, wire.bits_per_second, read_rate);
}

// 68 is the least an IPv4 network may carry (RFC 791), 65535 the most a packet can say.
void read_mtu(Reader& reader, const Node&, const Node& value, Wire& wire) {
  if (const auto mtu = reader.whole_number(value, "`mtu`", {68, 65535})) wire.mtu = static_cast<int>(*mtu);
}

enum class LossModel { gilbert_elliott };
constexpr std::array loss_models = {Choice<LossModel>{"gilbert-elliott", LossModel::gilbert_elliott}};

void read_model(Reader& reader, const Node&, const Node& value, GilbertElliott&) {
  reader.choice<LossModel>(value, "`model`", loss_models);
}
void read_p(Reader& reader, const Node&, const Node& value, GilbertElliott& loss) {
  loss.p = reader.percentage(value, "`p`").value_or(0);
}
void read_r(Reader& reader, const Node&, const Node& value, GilbertElliott& loss) {
  loss.r = reader.percentage(value, "`r`").value_or(0);
}
constexpr std::array loss_keys = {Key<GilbertElliott>{"model", read_model, true},
                                  Key<GilbertElliott>{"p", read_p, true}, Key<GilbertElliott>{"r", read_r, true}};

void read_loss(Reader& reader, const Node&, const Node& value, Wire& wire) {
  if (value.kind == Node::Kind::map) {
    GilbertElliott loss;
    reader.keys<GilbertElliott>(value, loss_keys, loss, "`loss`", "{model: gilbert-elliott, p: 5%, r: 30%}");
    wire.loss = loss;
  } else if (const auto probability = reader.percentage(value, "`loss`")) {
    wire.loss = UniformLoss{*probability};
  }
}

void read_seed(Reader& reader, const Node&, const Node& value, Wire& wire) {
  if (const auto seed = reader.whole_number(value, "`seed`", {0, largest}))
    wire.seed = static_cast<std::uint64_t>(*seed);
}

// --------------------------------------------------------------------------------------------- rules

constexpr std::array packet_kinds = {
    Choice<PacketKind>{"SYN", PacketKind::syn},  Choice<PacketKind>{"SYN-ACK", PacketKind::syn_ack},
    Choice<PacketKind>{"ACK", PacketKind::ack},  Choice<PacketKind>{"data", PacketKind::data},
    Choice<PacketKind>{"FIN", PacketKind::fin},  Choice<PacketKind>{"RST", PacketKind::rst},
    Choice<PacketKind>{"UDP", PacketKind::udp},  Choice<PacketKind>{"fragment", PacketKind::fragment},
    Choice<PacketKind>{"ICMP", PacketKind::icmp}};

std::optional<std::string> read_host(Reader& reader, const Node& value, const Phrase& what) {
  std::optional<std::string> name = reader.word(value, what);
  return name && reader.actor_exists(value, *name) ? name : std::nullopt;
}

void read_from(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  rule.match.from = read_host(reader, value, "`from`");
}
void read_to(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  rule.match.to = read_host(reader, value, "`to`");
}
void read_packet(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  rule.match.packet = reader.choice<PacketKind>(value, "`packet`", packet_kinds);
}
void read_contains(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  rule.match.contains = read_bytes(reader, value, "`contains`");
  if (rule.match.contains && rule.match.contains->empty()) {
    reader.error(value, {"empty-text.contains"_text});
  }
}

void read_every(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  rule.match.every = reader.whole_number(value, "`every`", {1, largest});
}
constexpr std::array nth_keys = {Key<WireRule>{"every", read_every, true}};

void read_nth(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  if (value.kind == Node::Kind::map) {
    reader.keys<WireRule>(value, nth_keys, rule, "`nth`", "{every: 3}");
    return;
  }
  const bool is_list = value.kind == Node::Kind::list;
  if (is_list && !reader.is_list(value, "`nth`", "[2, 5]", ceilings::list_items)) return;
  if (is_list && value.items.empty()) reader.error(value, {"empty-list.nth"_text});
  const std::span<const Node> nodes = is_list ? std::span<const Node>(value.items) : std::span<const Node>(&value, 1);
  for (const Node& node : nodes) {
    if (is_list && reader.is_unanswered(node)) continue;
    if (const auto nth = reader.whole_number(node, "`nth`", {1, largest})) rule.match.nth.push_back(*nth);
  }
}

void read_by(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  rule.by = reader.duration(value, "`by`", Duration(1), ceilings::wire_delay).value_or(Duration(0));
}

constexpr std::array hold_words = {Choice<WireRule::HoldUntil>{"next", WireRule::HoldUntil::next},
                                   Choice<WireRule::HoldUntil>{"settled", WireRule::HoldUntil::settled}};

void read_until(Reader& reader, const Node&, const Node& value, WireRule& rule) {
  if (value.text.find('.') == std::string::npos) {
    if (const auto until = reader.choice<WireRule::HoldUntil>(value, "`until`", hold_words)) rule.until = *until;
    return;
  }
  rule.fact = read_fact(reader, value);
  rule.until = WireRule::HoldUntil::fact;
}

constexpr std::array match_keys = {Key<WireRule>{"from", read_from}, Key<WireRule>{"to", read_to},
                                   Key<WireRule>{"packet", read_packet}, Key<WireRule>{"contains", read_contains},
                                   Key<WireRule>{"nth", read_nth}};

template <std::size_t size>
constexpr std::array<Key<WireRule>, size + 1> with(const std::array<Key<WireRule>, size>& keys,
                                                   Key<WireRule> one_more) {
  std::array<Key<WireRule>, size + 1> all{};
  std::copy(keys.begin(), keys.end(), all.begin());
  all[size] = one_more;
  return all;
}
constexpr auto delay_keys = with(match_keys, {"by", read_by, true});
constexpr auto hold_keys = with(match_keys, {"until", read_until, true});

struct RuleForm {
  std::string_view word;
  WireRule::Kind kind;
  std::span<const Key<WireRule>> keys;
  std::string_view example;
};
constexpr std::array rule_forms = {
    RuleForm{"drop", WireRule::Kind::drop, match_keys, "{from: client, packet: SYN, nth: 1}"},
    RuleForm{"delay", WireRule::Kind::delay, delay_keys, "{from: client, packet: data, nth: 2, by: 100ms}"},
    RuleForm{"duplicate", WireRule::Kind::duplicate, match_keys, "{from: client, nth: 1}"},
    RuleForm{"hold", WireRule::Kind::hold, hold_keys, "{from: server, packet: ACK, nth: 2, until: next}"},
    RuleForm{"pass", WireRule::Kind::pass, match_keys, "{contains: \"END\"}"}};

void read_rule(Reader& reader, const Node& node, Wire& wire) {
  if (!reader.is_map(node, phrase("what.rule"_text), "drop: {from: client, packet: SYN, nth: 1}")) return;
  std::vector<std::string_view> words;
  for (const RuleForm& form : rule_forms) words.push_back(form.word);
  reader.refuse_unknown_keys(node, words, phrase("what.rule"_text));
  if (node.entries.size() != 1) {
    reader.error(node, {"one-of-these.rule"_text, {{"words", enumeration(words)}}});
    return;
  }
  const Entry& entry = node.entries[0];
  const auto form = std::ranges::find(rule_forms, std::string_view(entry.key.text), &RuleForm::word);
  if (form == rule_forms.end() || reader.is_unanswered(entry.value)) return;
  WireRule rule{.kind = form->kind, .at = entry.key.at};
  reader.keys<WireRule>(entry.value, form->keys, rule, fmt::format("`{}`", form->word), form->example);
  wire.rules.push_back(std::move(rule));
}

void read_rules(Reader& reader, const Node&, const Node& value, Wire& wire) {
  if (!reader.is_list(value, "`rules`", "- drop: {from: client, packet: SYN, nth: 1}", ceilings::rules)) return;
  for (const Node& item : value.items) {
    if (!reader.is_unanswered(item)) read_rule(reader, item, wire);
  }
}

constexpr std::array wire_keys = {Key<Wire>{"delay", read_wire_delay}, Key<Wire>{"rate", read_wire_rate},
                                  Key<Wire>{"mtu", read_mtu},          Key<Wire>{"loss", read_loss},
                                  Key<Wire>{"seed", read_seed},        Key<Wire>{"rules", read_rules}};

}  // namespace

void read_wire(Reader& reader, const Node& node, Wire& wire) {
  wire.at = node.at;
  reader.keys<Wire>(node, wire_keys, wire, "`wire`", "{delay: 20ms, loss: 30%, seed: 7}");
}

std::vector<std::string_view> keys_of_wire() { return words_of(wire_keys); }

std::vector<std::string_view> wire_words() {
  std::vector<std::string_view> words;
  const auto add = [&words](const auto& table) {
    for (const auto& row : table) words.push_back(row.word);
  };
  add(wire_keys);
  add(loss_keys);
  add(loss_models);
  add(rule_forms);
  add(delay_keys);
  add(hold_keys);
  add(nth_keys);
  add(hold_words);
  add(packet_kinds);
  return words;
}

}  // namespace wirelab::scenario

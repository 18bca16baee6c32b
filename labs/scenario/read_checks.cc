#include "labs/scenario/read_checks.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/metric.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/read_steps.hh"

namespace wirelab::scenario {
namespace {

// What a check or prediction speaks of.
struct Subject {
  Metric metric;
  const Actor* actor = nullptr;  // whose it is; nullptr: nobody's
  const Scenario* scenario = nullptr;
};

// ------------------------------------------------------------------------------------------- metrics

// Every metric there could be of that actor, or of nobody's, for a "did you mean".
std::vector<std::string> metrics_near(std::string_view actor) {
  std::vector<std::string> names;
  const auto replaced = [](std::string text, std::string_view what, std::string_view by) {
    if (const std::size_t at = text.find(what); at != std::string::npos) text.replace(at, what.size(), by);
    return text;
  };
  for (const std::string& pattern : metric_patterns()) {
    const std::string name = replaced(pattern, "<actor>", actor);
    if (name.find("<call>") == std::string::npos) {
      names.push_back(name);
      continue;
    }
    for (const std::string_view call : metric_calls()) {
      const std::string with_call = replaced(name, "<call>", call);
      if (parse_metric(with_call)) names.push_back(with_call);
    }
  }
  return names;
}

// The actor that `name` speaks of: `server` in `server.recv.size`, `client` in `wire.client.payload`.
std::string_view actor_in(std::string_view name) {
  constexpr std::string_view wire = "wire.";
  if (name.starts_with(wire)) name.remove_prefix(wire.size());
  return name.substr(0, name.find('.'));
}

// `server.recv_message.count`: the step's word instead of the call's.
Remark mend_for_call(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> calls_of_steps = {
      {{".recv_message.", ".recv."}, {".send_message.", ".send."}, {".recv_file.", ".recv."}}};
  for (const auto& [step, call] : calls_of_steps) {
    const std::size_t at = name.find(step);
    if (at == std::string_view::npos) continue;
    return remark("write.metric-of-call"_text,
                  {{"metric", fmt::format("{}{}{}", name.substr(0, at), call, name.substr(at + step.size()))}});
  }
  return {};
}

void unknown_metric(Reader& reader, const Node& key) {
  Remark mend = mend_for_call(key.text);
  if (mend.empty()) mend = did_you_mean(closest(key.text, metrics_near(actor_in(key.text))));
  reader.error(key, {"unknown-metric"_text, {{"metric", in_ticks(key.text)}, {"mend", std::move(mend)}}});
}

std::optional<Subject> read_metric(Reader& reader, const Node& node, const std::string& name,
                                   const Scenario& scenario) {
  const std::optional<Metric> metric = parse_metric(name);
  if (!metric) {
    unknown_metric(reader, node);
    return std::nullopt;
  }
  Subject subject{*metric, nullptr, &scenario};
  if (metric->actor.empty()) return subject;
  if (!reader.actor_exists(node, metric->actor)) return std::nullopt;
  const auto actor = std::ranges::find(scenario.actors, metric->actor, &Actor::name);
  if (actor == scenario.actors.end()) return std::nullopt;  // it has mistakes of its own, reported already
  subject.actor = &*actor;
  if (metric->copy && *metric->copy > actor->copies) {
    reader.error(node, actor->copies == 1
                           ? words::Message{"unknown-copy.of-one"_text, {{"actor", actor->name}}}
                           : words::Message{"unknown-copy"_text, {{"actor", actor->name}, {"copies", actor->copies}}});
    return std::nullopt;
  }
  return subject;
}

// -------------------------------------------------------------------------------------------- values

bool is_list_type(MetricType type) {
  return type == MetricType::numbers || type == MetricType::texts || type == MetricType::words ||
         type == MetricType::values;
}

MetricType item_type(MetricType list) {
  switch (list) {
    case MetricType::numbers:
      return MetricType::number;
    case MetricType::texts:
      return MetricType::text;
    case MetricType::words:
      return MetricType::word;
    default:
      return list;  // what stands in a list of values has no type: read_entry
  }
}

Phrase type_in_words(MetricType type) {
  switch (type) {
    case MetricType::yes_no:
      return phrase("kind.yes-or-no"_text);
    case MetricType::number:
      return phrase("kind.whole-number"_text);
    case MetricType::text:
      return phrase("kind.text-in-quotes"_text);
    case MetricType::word:
      return phrase("kind.word"_text);
    case MetricType::numbers:
      return phrase("kind.numbers"_text);
    case MetricType::texts:
      return phrase("kind.texts"_text);
    case MetricType::words:
      return phrase("kind.words"_text);
    case MetricType::values:
      return phrase("kind.values"_text);
  }
  return phrase("kind.value"_text);
}

Phrase kind_or_word(const Node& node) {
  switch (node.kind) {
    case Node::Kind::list:
      return phrase("kind.list"_text);
    case Node::Kind::map:
      return phrase("kind.map"_text);
    case Node::Kind::nothing:
      return phrase("kind.nothing"_text);
    default:
      return node.quoted ? phrase("kind.text"_text) : in_ticks(node.text);
  }
}

// What was meant by a scalar where a list has to be: `"SYN, ACK"` by `[SYN, ACK]`, `none` by `[]`.
std::string as_list(const Node& node, MetricType type) {
  const bool is_text = type == MetricType::texts || (type == MetricType::values && node.quoted);
  if (node.text == "none" && !(is_text && node.quoted)) return "[]";
  return is_text ? fmt::format("[\"{}\"]", shown(node.text)) : fmt::format("[{}]", shown(node.text));
}

void wrong_type(Reader& reader, const Node& node, const Phrase& what, MetricType type) {
  Remark mend;
  const bool is_scalar = node.kind == Node::Kind::scalar;
  const std::string in_quotes = fmt::format("\"{}\"", shown(node.text));
  if (is_list_type(type) && is_scalar) mend = write_this(as_list(node, type));
  if (type == MetricType::text && node.is_word()) mend = write_this(in_quotes);
  if (type == MetricType::number && node.is_text()) mend = remark("write.it-without-quotes"_text);
  reader.error(
      node,
      {"wrong-type"_text,
       {{"what", what}, {"wanted", type_in_words(type)}, {"found", kind_or_word(node)}, {"mend", std::move(mend)}}});
}

std::optional<Value> read_text_value(Reader& reader, const Node& node, const Phrase& what, const Subject& subject) {
  const bool has_framing = subject.actor != nullptr && subject.actor->framing.has_value();
  reader.framing = has_framing ? &*subject.actor->framing : nullptr;
  const std::optional<ReadData> read = read_data(reader, node, what);
  const Framing* framing = std::exchange(reader.framing, nullptr);
  if (!read) return std::nullopt;
  if (const auto* literal = std::get_if<Literal>(&read->data.what)) return Value(Bytes{literal->bytes});
  if (const auto* record = std::get_if<RecordData>(&read->data.what)) {
    return Value(Bytes{record_text(*record, std::get<RecordFraming>(framing->kind))});
  }
  reader.error(node, {"not-known-yet.value"_text, {{"what", what}}});
  return std::nullopt;
}

constexpr std::array<std::string_view, 7> outcomes = {"completed",         "unanswered",  "deadlock", "timeout",
                                                      "not-possible-here", "interrupted", "invalid"};
constexpr std::array<std::string_view, 9> packet_words = {"SYN", "SYN-ACK", "ACK",      "data", "FIN",
                                                          "RST", "UDP",     "fragment", "ICMP"};

bool refuse_unless_known(Reader& reader, const Node& node, const Phrase& what, std::string_view word,
                         std::span<const std::string_view> known) {
  if (std::ranges::find(known, word) != known.end()) return true;
  const std::string_view meant = closest(word, known);
  Remark mend = did_you_mean(meant);
  if (meant.empty() && known.size() <= 12) mend = remark("it-is-one-of"_text, {{"words", enumeration(known)}});
  reader.error(node,
               {"unknown-word.never"_text, {{"what", what}, {"word", in_ticks(word)}, {"mend", std::move(mend)}}});
  return false;
}

std::vector<std::string> lane_names(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const Actor& actor : scenario.actors) {
    for (int copy = 1; copy <= actor.copies; ++copy) names.push_back(lane_name(actor, copy));
  }
  return names;
}

bool word_is_known(Reader& reader, const Node& node, const Phrase& what, const Subject& subject) {
  const std::string& property = subject.metric.property;
  if (property == "outcome") return refuse_unless_known(reader, node, what, node.text, outcomes);
  if (property == "errors") {
    return is_error_name(node.text) || refuse_unless_known(reader, node, what, node.text, error_names());
  }
  if (property == "handshake") return refuse_unless_known(reader, node, what, node.text, packet_words);
  const bool names_lanes = property == "teardown" || property == "time_wait" || property == "closed_first";
  if (!names_lanes || !reader.whole()) return true;
  const std::vector<std::string> lanes = lane_names(*subject.scenario);
  const std::vector<std::string_view> known(lanes.begin(), lanes.end());
  if (property != "teardown") return refuse_unless_known(reader, node, what, node.text, known);
  const std::size_t space = node.text.find(' ');
  if (space == std::string::npos) {
    reader.error(node, {"unknown-word.teardown"_text, {{"what", what}}});
    return false;
  }
  return refuse_unless_known(reader, node, phrase("what.sender"_text), std::string_view(node.text).substr(0, space),
                             known) &&
         refuse_unless_known(reader, node, phrase("what.packet"_text), std::string_view(node.text).substr(space + 1),
                             packet_words);
}

std::optional<Value> read_value(Reader& reader, const Node& node, MetricType type, const Phrase& what,
                                const Subject& subject);
std::optional<Value> read_entry(Reader& reader, const Node& node, MetricType list, const Phrase& what,
                                const Subject& subject);

std::optional<Value> read_list_value(Reader& reader, const Node& node, MetricType type, const Phrase& what,
                                     const Subject& subject) {
  if (node.kind != Node::Kind::list) {
    wrong_type(reader, node, what, type);
    return std::nullopt;
  }
  if (!reader.is_list(node, what, "[…]", ceilings::list_items)) return std::nullopt;
  List list;
  const Phrase item = phrase("what.entry"_text, {{"of", what}});
  for (const Node& node_of_item : node.items) {
    if (auto value = read_entry(reader, node_of_item, type, item, subject)) list.push_back(std::move(*value));
  }
  return Value(std::move(list));
}

// What one call returned, whose type only the run tells: a number, or an error's name.
std::optional<Value> read_any_value(Reader& reader, const Node& node, const Phrase& what, const Subject& subject) {
  if (node.is_text() || spells_data(node)) return read_text_value(reader, node, what, subject);
  if (node.is_word()) {
    if (const auto number = parse_whole_number(node.text)) return Value(*number);
    return Value(Word{node.text});
  }
  reader.wrong_kind(node, what, phrase("kind.number-word-or-text"_text));
  return std::nullopt;
}

std::optional<Value> read_value(Reader& reader, const Node& node, MetricType type, const Phrase& what,
                                const Subject& subject) {
  const auto number = node.is_word() ? parse_whole_number(node.text) : std::nullopt;
  switch (type) {
    case MetricType::yes_no:
      if (auto yes = reader.yes_no(node, what)) return Value(*yes);
      return std::nullopt;
    case MetricType::number:
      if (number) return Value(*number);
      break;
    case MetricType::text:
      if (node.is_text() || node.kind == Node::Kind::map) return read_text_value(reader, node, what, subject);
      break;
    case MetricType::word:
      if (node.is_word() && !number) {
        return word_is_known(reader, node, what, subject) ? std::optional(Value(Word{node.text})) : std::nullopt;
      }
      break;
    default:
      return read_list_value(reader, node, type, what, subject);
  }
  wrong_type(reader, node, what, type);
  return std::nullopt;
}

// One of those that stand in such a list.
std::optional<Value> read_entry(Reader& reader, const Node& node, MetricType list, const Phrase& what,
                                const Subject& subject) {
  if (list == MetricType::values) return read_any_value(reader, node, what, subject);
  return read_value(reader, node, item_type(list), what, subject);
}

// ---------------------------------------------------------------------------------------- predicates

struct Predicate {
  std::string_view word;
  Expected::Kind kind;
  bool is_bound = false;
};
constexpr std::array predicates = {Predicate{"at_least", Expected::Kind::at_least, true},
                                   Predicate{"at_most", Expected::Kind::at_most, true},
                                   Predicate{"between", Expected::Kind::between, true},
                                   Predicate{"one_of", Expected::Kind::one_of},
                                   Predicate{"contains", Expected::Kind::contains},
                                   Predicate{"starts_with", Expected::Kind::starts_with},
                                   Predicate{"any_order", Expected::Kind::any_order},
                                   Predicate{"same_as", Expected::Kind::same_as},
                                   Predicate{"not", Expected::Kind::not_}};

std::vector<std::string_view> predicate_words() {
  std::vector<std::string_view> words;
  for (const Predicate& predicate : predicates) words.push_back(predicate.word);
  return words;
}

std::optional<Expected> read_expected(Reader& reader, const Node& node, const Subject& subject, const Phrase& what);

std::optional<Expected> one_value(Expected::Kind kind, std::optional<Value> value) {
  if (!value) return std::nullopt;
  return Expected{.kind = kind, .values = {std::move(*value)}};
}

void does_not_suit(Reader& reader, const Node& key, const Phrase& what, MetricType type, Remark mend = {}) {
  reader.error(key,
               {"predicate-does-not-suit"_text,
                {{"predicate", key.text}, {"what", what}, {"type", type_in_words(type)}, {"mend", std::move(mend)}}});
}

std::optional<Expected> read_bound(Reader& reader, const Entry& entry, Expected::Kind kind, const Subject& subject,
                                   const Phrase& what) {
  if (subject.metric.type != MetricType::number) {
    does_not_suit(reader, entry.key, what, subject.metric.type);
    return std::nullopt;
  }
  if (kind != Expected::Kind::between) {
    return one_value(kind,
                     read_value(reader, entry.value, MetricType::number, fmt::format("`{}`", entry.key.text), subject));
  }
  if (!reader.is_list(entry.value, "`between`", "[1, 10]", ceilings::list_items)) return std::nullopt;
  if (entry.value.items.size() != 2) {
    reader.error(entry.value, {"wrong-count.between"_text});
    return std::nullopt;
  }
  Expected expected{.kind = kind};
  for (const Node& bound : entry.value.items) {
    auto value = read_value(reader, bound, MetricType::number, phrase("what.bound"_text), subject);
    if (!value) return std::nullopt;
    expected.values.push_back(std::move(*value));
  }
  if (*expected.values[0].as<std::int64_t>() > *expected.values[1].as<std::int64_t>()) {
    reader.error(entry.value, {"wrong-count.bounds"_text});
  }
  return expected;
}

std::optional<Expected> read_one_of(Reader& reader, const Entry& entry, const Subject& subject, const Phrase& what) {
  if (!reader.is_list(entry.value, "`one_of`", "[1, 2]", ceilings::list_items)) return std::nullopt;
  if (entry.value.items.empty()) reader.error(entry.value, {"empty-list.one-of"_text});
  Expected expected{.kind = Expected::Kind::one_of};
  for (const Node& item : entry.value.items) {
    if (auto value = read_value(reader, item, subject.metric.type, what, subject))
      expected.values.push_back(std::move(*value));
  }
  return expected;
}

// `contains` and `starts_with`: of a text a shorter text, of a list one entry or several.
std::optional<Expected> read_part(Reader& reader, const Entry& entry, Expected::Kind kind, const Subject& subject,
                                  const Phrase& what) {
  const MetricType type = subject.metric.type;
  if (type != MetricType::text && !is_list_type(type)) {
    does_not_suit(reader, entry.key, what, type);
    return std::nullopt;
  }
  const bool one_entry = is_list_type(type) && entry.value.kind != Node::Kind::list;
  const std::string part = fmt::format("`{}`", entry.key.text);
  auto value = one_entry ? read_entry(reader, entry.value, type, part, subject)
                         : read_value(reader, entry.value, type, part, subject);
  return one_value(kind, std::move(value));
}

std::optional<Expected> read_any_order(Reader& reader, const Entry& entry, const Subject& subject, const Phrase& what) {
  const MetricType type = subject.metric.type;
  if (!is_list_type(type)) {
    does_not_suit(reader, entry.key, what, type, remark("any-order-is-for-lists"_text));
    return std::nullopt;
  }
  auto list = read_value(reader, entry.value, type, "`any_order`", subject);
  if (!list) return std::nullopt;
  return Expected{.kind = Expected::Kind::any_order, .values = std::get<List>(std::move(list->held))};
}

std::optional<Expected> read_same_as(Reader& reader, const Entry& entry, const Subject& subject) {
  const std::optional<std::string> name = reader.word(entry.value, phrase("what.metric"_text));
  if (!name) return std::nullopt;
  const auto other = read_metric(reader, entry.value, *name, *subject.scenario);
  if (!other) return std::nullopt;
  if (other->metric.type != subject.metric.type) {
    reader.error(entry.value, {"wrong-type.same-as"_text,
                               {{"name", *name},
                                {"type", type_in_words(other->metric.type)},
                                {"other", type_in_words(subject.metric.type)}}});
    return std::nullopt;
  }
  if (other->metric.observed_time) {
    reader.error(entry.value, {"observed-time.same-as"_text, {{"name", *name}}});
    return std::nullopt;
  }
  return Expected{.kind = Expected::Kind::same_as, .metric = *name};
}

std::optional<Expected> read_not(Reader& reader, const Entry& entry, const Subject& subject, const Phrase& what) {
  auto inner = read_expected(reader, entry.value, subject, what);
  if (!inner) return std::nullopt;
  Expected expected{.kind = Expected::Kind::not_};
  expected.inner.push_back(std::move(*inner));
  return expected;
}

std::optional<Expected> read_predicate(Reader& reader, const Entry& entry, const Predicate& predicate,
                                       const Subject& subject, const Phrase& what) {
  if (reader.is_unanswered(entry.value)) return std::nullopt;
  switch (predicate.kind) {
    case Expected::Kind::at_least:
    case Expected::Kind::at_most:
    case Expected::Kind::between:
      return read_bound(reader, entry, predicate.kind, subject, what);
    case Expected::Kind::one_of:
      return read_one_of(reader, entry, subject, what);
    case Expected::Kind::contains:
    case Expected::Kind::starts_with:
      return read_part(reader, entry, predicate.kind, subject, what);
    case Expected::Kind::any_order:
      return read_any_order(reader, entry, subject, what);
    case Expected::Kind::same_as:
      return read_same_as(reader, entry, subject);
    case Expected::Kind::not_:
      return read_not(reader, entry, subject, what);
    case Expected::Kind::equals:
      break;
  }
  return std::nullopt;
}

std::optional<Expected> read_predicate_map(Reader& reader, const Node& map, const Subject& subject,
                                           const Phrase& what) {
  reader.refuse_unknown_keys(map, predicate_words(), phrase("what.expected-value"_text));
  if (map.entries.size() != 1) {
    reader.error(map, {"one-of-these.predicate"_text});
    return std::nullopt;
  }
  const Entry& entry = map.entries[0];
  const auto predicate = std::ranges::find(predicates, std::string_view(entry.key.text), &Predicate::word);
  return predicate == predicates.end() ? std::nullopt : read_predicate(reader, entry, *predicate, subject, what);
}

// An observed time differs from run to run, so only bounds can be asked of it; `not` of a bound is one.
bool is_bound(const Expected& expected) {
  if (expected.kind == Expected::Kind::not_) return is_bound(expected.inner.at(0));
  return expected.kind == Expected::Kind::at_least || expected.kind == Expected::Kind::at_most ||
         expected.kind == Expected::Kind::between;
}

std::optional<Expected> read_expected(Reader& reader, const Node& node, const Subject& subject, const Phrase& what) {
  if (node.kind == Node::Kind::map && !spells_data(node)) return read_predicate_map(reader, node, subject, what);
  return one_value(Expected::Kind::equals, read_value(reader, node, subject.metric.type, what, subject));
}

std::optional<Expected> read_whole_expected(Reader& reader, const Node& node, const Subject& subject,
                                            const std::string& name) {
  auto expected = read_expected(reader, node, subject, in_ticks(name));
  if (expected && subject.metric.observed_time && !is_bound(*expected)) {
    reader.error(node, {"observed-time.exact"_text, {{"name", name}}});
    return std::nullopt;
  }
  return expected;
}

// In a free run the kernel cuts streams as it likes.
void warn_about_free_pace(Reader& reader, const Node& key, const Expected& expected, const Subject& subject) {
  const std::string& property = subject.metric.property;
  const bool depends_on_timing =
      property == "sizes" || property == "received.chunks" || property == "blocked" || property == "order";
  if (subject.scenario->pace != Pace::free || !depends_on_timing || expected.kind != Expected::Kind::equals) return;
  reader.warning(key, {"free-pace"_text, {{"metric", in_ticks(key.text)}}});
}

// ---------------------------------------------------------------------------------- checks, predict

void read_points(Reader& reader, const Node&, const Node& value, Check& check) {
  check.points = reader.whole_number(value, "`points`", {0, ceilings::points}).value_or(1);
}
void read_because(Reader& reader, const Node&, const Node& value, Check& check) {
  check.because = reader.text(value, "`because`").value_or("");
}
void read_name(Reader& reader, const Node&, const Node& value, Check& check) {
  check.name = reader.text(value, "`name`").value_or("");
}
void read_misconception(Reader& reader, const Node&, const Node& value, Check& check) {
  check.misconception = reader.word(value, "`misconception`").value_or("");
}
constexpr std::array check_keys = {Key<Check>{"points", read_points}, Key<Check>{"because", read_because},
                                   Key<Check>{"name", read_name}, Key<Check>{"misconception", read_misconception}};

bool is_check_key(const Entry& entry) {
  return std::ranges::find(check_keys, std::string_view(entry.key.text), &Key<Check>::word) != check_keys.end();
}

// The one entry of a check that is its metric; nullptr after a diagnostic.
const Entry* find_metric_entry(Reader& reader, const Node& map) {
  const Entry* found = nullptr;
  std::vector<std::string_view> words;
  for (const auto& key : check_keys) words.push_back(key.word);
  for (const Entry& entry : map.entries) {
    if (is_check_key(entry)) continue;
    const bool looks_like_metric = entry.key.text.find('.') != std::string::npos;
    if (!looks_like_metric) {
      reader.unknown_key(entry.key, words, phrase("what.check"_text));
    } else if (found != nullptr) {
      reader.error(entry.key,
                   {"two-metrics"_text, {{"metric", in_ticks(found->key.text)}, {"second", shown(entry.key.text)}}});
    } else {
      found = &entry;
    }
  }
  if (found == nullptr && reader.whole()) {
    reader.error(map, {"missing-key.metric"_text});
  }
  return found;
}

void read_check(Reader& reader, const Node& node, Scenario& scenario) {
  if (!reader.is_map(node, phrase("what.check"_text), "server.recv.sizes: [15, 0]")) return;
  const Entry* entry = find_metric_entry(reader, node);
  Check check;
  for (const Key<Check>& key : check_keys) {
    const Entry* found = Reader::find(node, key.word);
    if (found == nullptr) continue;
    reader.refuse_quoted_key(found->key);
    if (!reader.is_unanswered(found->value)) key.read(reader, found->key, found->value, check);
  }
  if (entry == nullptr || reader.is_unanswered(entry->value)) return;
  check.metric = entry->key.text;
  check.at = entry->key.at;
  const auto subject = read_metric(reader, entry->key, check.metric, scenario);
  if (!subject) return;
  auto expected = read_whole_expected(reader, entry->value, *subject, check.metric);
  if (!expected) return;
  warn_about_free_pace(reader, entry->key, *expected, *subject);
  check.expected = std::move(*expected);
  scenario.checks.push_back(std::move(check));
}

bool holds_question_marks(const Node& node) {
  if (Reader::says_question_marks(node)) return true;
  return std::ranges::any_of(node.items, holds_question_marks) ||
         std::ranges::any_of(node.entries, [](const Entry& entry) { return holds_question_marks(entry.value); });
}

// Who predicts that it is at least 0 has said nothing. Of an observed time nothing else can be said.
void warn_about_predicate(Reader& reader, const Node& node, const Expected& guess, const Subject& subject) {
  if (guess.kind == Expected::Kind::equals || subject.metric.observed_time) return;
  reader.warning(node, {"prediction-of-many"_text, {{"predicate", in_ticks(node.entries.at(0).key.text)}}});
}

void read_prediction(Reader& reader, const Entry& entry, Scenario& scenario) {
  const auto subject = read_metric(reader, entry.key, entry.key.text, scenario);
  if (!subject) return;
  Prediction prediction{.metric = entry.key.text, .at = entry.key.at};
  if (entry.value.kind == Node::Kind::nothing) {
    reader.error(entry.key, {"missing-guess"_text, {{"metric", in_ticks(entry.key.text)}}});
    return;
  }
  if (!holds_question_marks(entry.value)) {
    prediction.guess = read_whole_expected(reader, entry.value, *subject, prediction.metric);
    if (!prediction.guess) return;
    warn_about_predicate(reader, entry.value, *prediction.guess, *subject);
  }
  scenario.predict.push_back(std::move(prediction));
}

}  // namespace

void read_checks(Reader& reader, const Node& node, Scenario& scenario) {
  if (!reader.is_list(node, "`checks`", "- server.recv.sizes: [15, 0]", ceilings::checks)) return;
  for (const Node& item : node.items) {
    if (!reader.is_unanswered(item)) read_check(reader, item, scenario);
  }
}

void read_predictions(Reader& reader, const Node& node, Scenario& scenario) {
  if (!reader.is_map(node, "`predict`", "server.recv.count: ???")) return;
  if (node.entries.size() > ceilings::predictions) {
    reader.error(node, {"ceiling-count.predictions"_text, {{"most", counted(ceilings::predictions)}}});
    return;
  }
  for (const Entry& entry : node.entries) read_prediction(reader, entry, scenario);
}

std::vector<std::string_view> check_words() {
  std::vector<std::string_view> words = predicate_words();
  for (const auto& key : check_keys) words.push_back(key.word);
  return words;
}

}  // namespace wirelab::scenario

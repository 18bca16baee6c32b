#include "labs/scenario/read_steps.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/step_rules.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

void count_step(Reader& reader, const Node& node) {
  if (++reader.written_steps == ceilings::written_steps + 1) {
    reader.error(node, {"ceiling-steps"_text, {{"most", counted(ceilings::written_steps)}}});
  }
  const std::int64_t before = reader.spending.executed_steps;
  reader.spending.executed_steps = saturated_sum(before, reader.multiplier);
  if (before <= ceilings::executed_steps && reader.spending.executed_steps > ceilings::executed_steps) {
    reader.error(node, {"ceiling-rounds"_text, {{"most", ceilings::executed_steps}}});
  }
}

// Calls that programs make where a scenario has another word.
constexpr std::array other_words = {std::pair<std::string_view, std::string_view>{"write", "send"},
                                    std::pair<std::string_view, std::string_view>{"sendmsg", "send"},
                                    std::pair<std::string_view, std::string_view>{"read", "recv"},
                                    std::pair<std::string_view, std::string_view>{"recvmsg", "recv"}};

Remark action_mend(std::string_view word) {
  const auto other = std::ranges::find(other_words, word, &std::pair<std::string_view, std::string_view>::first);
  if (other != other_words.end()) return write_this(other->second);
  if (word == "poll" || word == "select" || word.starts_with("epoll")) return remark("write.instead-of-poll"_text);
  return did_you_mean(closest(word, action_words()));
}

// No action, or one without what stands between it and its argument: `send:"x"`, `connect server`.
void refuse_unknown_action(Reader& reader, const Node& node) {
  if (reader.refuse_wide_colon(node)) return;
  const std::string_view text = node.text;
  const std::size_t end = std::min(text.find_first_of(": "), text.size());
  const std::string_view word = text.substr(0, end);
  if (end < text.size() && find_action(word) != nullptr) {
    const std::string_view argument = text.substr(end + 1);
    reader.error(node, {text[end] == ':' ? "space-after-colon"_text : "colon-missing.before-argument"_text,
                        {{"word", std::string(word)}, {"rest", argument.starts_with('{') ? "{…}" : shown(argument)}}});
    return;
  }
  reader.error(node, {"unknown-action"_text, {{"word", in_ticks(text)}, {"mend", action_mend(text)}}});
}

std::optional<Step> read_bare_step(Reader& reader, const Node& node) {
  const ActionRule* action = find_action(node.text);
  if (node.quoted && action != nullptr) {
    reader.word(node, phrase("what.step"_text));
    return std::nullopt;
  }
  if (action == nullptr) {
    refuse_unknown_action(reader, node);
    return std::nullopt;
  }
  if (action->needs_argument) {
    reader.error(node, {"missing-argument"_text,
                        {{"action", std::string(action->word)}, {"example", std::string(action->example)}}});
    return std::nullopt;
  }
  Step step;
  step.at = node.at;
  action->read(reader, Node{}, step);
  return step;
}

// The one action among a step's keys; nullptr after a diagnostic.
const Entry* find_action_entry(Reader& reader, const Node& map) {
  const Entry* found = nullptr;
  for (const Entry& entry : map.entries) {
    if (find_action(entry.key.text) == nullptr) continue;
    if (found == nullptr) {
      found = &entry;
      continue;
    }
    reader.error(entry.key, {"two-actions"_text, {{"first", found->key.text}, {"second", entry.key.text}}});
  }
  if (found != nullptr) return found;
  bool reported = false;
  for (const Entry& entry : map.entries) {
    if (is_modifier(entry.key.text)) continue;
    refuse_unknown_action(reader, entry.key);
    reported = true;
  }
  if (!reported && reader.whole()) {
    reader.error(map, {map.entries.empty() ? "no-action.empty"_text : "no-action"_text});
  }
  return nullptr;
}

void refuse_unknown_step_keys(Reader& reader, const Node& map) {
  std::vector<std::string_view> words = modifier_words();
  for (const Entry& entry : map.entries) {
    if (find_action(entry.key.text) != nullptr || is_modifier(entry.key.text)) {
      reader.refuse_quoted_key(entry.key);
    } else {
      reader.unknown_key(entry.key, words, phrase("what.step"_text));
    }
  }
}

// `accept:` with its modifiers indented below it.
bool refuse_nested_modifiers(Reader& reader, const Entry& entry, const ActionRule& action) {
  const Node& value = entry.value;
  const bool all_modifiers =
      value.kind == Node::Kind::map && !value.entries.empty() &&
      std::ranges::all_of(value.entries, [](const Entry& inner) { return is_modifier(inner.key.text); });
  if (!all_modifiers) return false;
  const std::string& first = value.entries[0].key.text;
  reader.error(value.entries[0].key,
               {"modifier-too-deep"_text, {{"modifier", first}, {"action", std::string(action.word)}}});
  return true;
}

void read_argument(Reader& reader, const ActionRule& action, const Entry& entry, Step& step) {
  const Node& value = entry.value;
  if (refuse_nested_modifiers(reader, entry, action)) return;
  const bool is_nothing = value.kind == Node::Kind::nothing;
  if (is_nothing && action.needs_argument) {
    reader.error(entry.key, {"missing-argument"_text,
                             {{"action", std::string(action.word)}, {"example", std::string(action.example)}}});
    return;
  }
  const bool takes_none = action.word == "accept" || action.word == "abort";
  if (!is_nothing && takes_none) {
    reader.error(value, {"no-argument"_text, {{"action", std::string(action.word)}}});
    return;
  }
  action.read(reader, value, step);
}

std::optional<Step> read_step_map(Reader& reader, const Node& map) {
  const Entry* entry = find_action_entry(reader, map);
  if (entry == nullptr) return std::nullopt;
  refuse_unknown_step_keys(reader, map);
  const ActionRule& action = *find_action(entry->key.text);
  Step step;
  step.at = entry->key.at;
  // What stands there before the argument is read is what a `???` leaves behind.
  step.action = Note{""};
  if (!reader.is_unanswered(entry->value)) read_argument(reader, action, *entry, step);
  read_modifiers(reader, action, map, step);
  return step;
}

std::optional<Step> read_step(Reader& reader, const Node& node) {
  count_step(reader, node);
  if (node.kind == Node::Kind::scalar) return read_bare_step(reader, node);
  if (node.kind == Node::Kind::map) return read_step_map(reader, node);
  reader.wrong_kind(node, phrase("what.step"_text), phrase("what.action"_text), remark("write.action"_text));
  return std::nullopt;
}

// --------------------------------------------------------------------------------------------- facts

constexpr std::array moments = {Choice<Fact::Moment>{"done", Fact::Moment::done},
                                Choice<Fact::Moment>{"started", Fact::Moment::started},
                                Choice<Fact::Moment>{"blocked", Fact::Moment::blocked}};

bool parse_fact(std::string_view text, Fact& fact) {
  const std::size_t space = text.find(' ');
  if (space != std::string_view::npos) {
    const auto moment = std::ranges::find(moments, text.substr(space + 1), &Choice<Fact::Moment>::word);
    if (moment == moments.end()) return false;
    fact.moment = moment->meaning;
    text = text.substr(0, space);
  }
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return false;
  std::string_view actor = text.substr(0, dot);
  std::string_view step = text.substr(dot + 1);
  if (!take_number(actor, fact.copy) || !take_number(step, fact.nth)) return false;
  fact.actor = actor;
  fact.step = step;
  return is_name(actor) && is_name(step);
}

}  // namespace

std::optional<Fact> read_fact(Reader& reader, const Node& node) {
  const std::optional<std::string> text = reader.word(node, phrase("what.fact"_text));
  if (!text) return std::nullopt;
  Fact fact;
  fact.at = node.at;
  fact.text = *text;
  if (*text == "settled") {
    fact.settled = true;
    return fact;
  }
  if (parse_fact(*text, fact)) return reader.actor_exists(node, fact.actor) ? std::optional(fact) : std::nullopt;
  if (text->find(',') != std::string::npos) {
    const Place all_of_them{node.at, static_cast<int>(count_code_points(*text))};
    reader.problems().error(all_of_them,
                            {"bad-fact.several"_text, {{"fact", in_ticks(*text)}, {"facts", shown(*text)}}});
  } else {
    reader.error(node, {"bad-fact"_text, {{"fact", in_ticks(*text)}}});
  }
  return std::nullopt;
}

std::vector<Step> read_steps(Reader& reader, const Node& list, const Phrase& what) {
  std::vector<Step> steps;
  if (list.kind == Node::Kind::nothing) {
    reader.error(list, {"no-steps"_text, {{"what", what}}});
    return steps;
  }
  if (list.kind != Node::Kind::list) {
    reader.wrong_kind(list, what, phrase("kind.steps"_text), remark("begin-each-step"_text));
    return steps;
  }
  for (const Node& item : list.items) {
    if (reader.is_unanswered(item)) continue;
    if (auto step = read_step(reader, item)) steps.push_back(std::move(*step));
  }
  return steps;
}

std::vector<std::string_view> step_words() {
  std::vector<std::string_view> words = argument_words();
  const std::vector<std::string_view> values = modifier_value_words();
  words.insert(words.end(), values.begin(), values.end());
  return words;
}

}  // namespace wirelab::scenario

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/error.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/step_rules.hh"

namespace wirelab::scenario {
namespace {

using std::chrono::milliseconds;

// Says that a modifier does not suit its step, and where it would.
void refuse_modifier(Reader& reader, const Node& node, std::string_view modifier, const ActionRule& action,
                     unsigned suits) {
  reader.error(node, {"modifier-does-not-suit"_text,
                      {{"modifier", std::string(modifier)},
                       {"action", std::string(action.word)},
                       {"actions", enumeration(actions_that_suit(suits))}}});
}

bool suits(Reader& reader, const Node& node, std::string_view modifier, const ActionRule& action, unsigned kinds) {
  if ((action.suits & kinds) != 0) return true;
  refuse_modifier(reader, node, modifier, action, kinds);
  return false;
}

void read_id(Reader& reader, const ActionRule&, const Node&, const Node& value, Step& step) {
  const std::optional<std::string> id = reader.name(value, phrase("what.id"_text));
  if (!id) return;
  if (find_action(*id) != nullptr || *id == "exit") {
    reader.error(value, {"id-is-action"_text, {{"id", in_ticks(*id)}}});
    return;
  }
  const auto [first, is_new] = reader.lines_of_ids.emplace(*id, value.at.line);
  if (!is_new) {
    reader.error(value, {"duplicate-id"_text, {{"id", in_ticks(*id)}, {"line", first->second}}});
  }
  step.id = *id;
}

void read_using(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "using", action, takes_using)) return;
  if (action.word == "close") {
    reader.error(key, {"modifier-does-not-suit.close"_text, {{"name", shown(value.text)}}});
    return;
  }
  step.using_socket = reader.name(value, phrase("what.socket"_text)).value_or("");
  step.using_at = value.at;
}

void read_as(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (suits(reader, key, "as", action, takes_as)) step.as = reader.name(value, phrase("what.socket"_text)).value_or("");
}

void read_after(Reader& reader, const ActionRule&, const Node&, const Node& value, Step& step) {
  const bool is_list = value.kind == Node::Kind::list;
  if (is_list && !reader.is_list(value, "`after`", "[server.listen, client.close]", ceilings::lanes)) return;
  const std::span<const Node> nodes = is_list ? std::span<const Node>(value.items) : std::span<const Node>(&value, 1);
  for (const Node& node : nodes) {
    if (is_list && reader.is_unanswered(node)) continue;
    if (auto fact = read_fact(reader, node)) step.after.push_back(std::move(*fact));
  }
}

struct WhenRule {
  When::Kind kind;
  unsigned suits;
  std::string_view word() const { return word_of(kind); }
};
constexpr std::array when_rules = {WhenRule{When::Kind::readable, when_readable},
                                   WhenRule{When::Kind::unacked, when_unacked},
                                   WhenRule{When::Kind::queued, when_queued}};

void read_when(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "when", action, any_when)) return;
  if (!reader.is_map(value, "`when`", "{readable: 15}")) return;
  std::vector<std::string_view> words;
  for (const WhenRule& rule : when_rules) words.push_back(rule.word());
  reader.refuse_unknown_keys(value, words, "`when`");
  if (value.entries.size() != 1) {
    reader.error(value, {"one-of-these.when"_text, {{"words", enumeration(words)}}});
    return;
  }
  const Entry& entry = value.entries[0];
  const auto rule = std::ranges::find(when_rules, std::string_view(entry.key.text), &WhenRule::word);
  if (rule == when_rules.end() || !suits(reader, entry.key, rule->word(), action, rule->suits)) return;
  if (reader.is_unanswered(entry.value)) return;
  const std::int64_t least = rule->kind == When::Kind::unacked ? 0 : 1;
  if (const auto number = reader.whole_number(entry.value, in_ticks(rule->word()), {least, ceilings::received})) {
    step.when = When{rule->kind, *number, entry.key.at};
  }
}

// ---- expect

std::optional<std::string> read_error_name(Reader& reader, const Node& node) {
  std::optional<std::string> name = reader.word(node, phrase("what.error"_text));
  if (!name) return std::nullopt;
  if (is_error_name(*name)) return name;
  const std::vector<std::string_view> known = error_names();
  reader.error(node,
               {"unknown-error"_text, {{"name", in_ticks(*name)}, {"mend", did_you_mean(closest(*name, known))}}});
  return std::nullopt;
}

using Expectation = decltype(Expect::what);

std::optional<Expectation> read_fails(Reader& reader, const Node& value) {
  auto name = read_error_name(reader, value);
  return name ? std::optional<Expectation>(ExpectFails{std::move(*name)}) : std::nullopt;
}

std::optional<Expectation> read_expected_bytes(Reader& reader, const Node& value) {
  const auto bytes = reader.whole_number(value, "`bytes`", {0, ceilings::received});
  return bytes ? std::optional<Expectation>(ExpectBytes{*bytes}) : std::nullopt;
}

std::optional<Expectation> read_messages(Reader& reader, const Node& value) {
  if (!reader.is_list(value, "`messages`", "[\"Hello\", \"World\"]", ceilings::list_items)) return std::nullopt;
  ExpectMessages expect;
  for (const Node& item : value.items) {
    if (reader.is_unanswered(item)) continue;
    if (auto read = read_data(reader, item, phrase("what.message"_text)))
      expect.messages.push_back(std::move(read->data));
  }
  return expect;
}

struct ExpectRule {
  std::string_view word;
  unsigned suits;
  std::optional<Expectation> (*read)(Reader&, const Node& value);
};
constexpr std::array expect_rules = {ExpectRule{"bytes", expect_bytes, read_expected_bytes},
                                     ExpectRule{"messages", expect_messages, read_messages},
                                     ExpectRule{"fails", expect_fails, read_fails}};

void read_expect_map(Reader& reader, const ActionRule& action, const Node& value, Step& step) {
  std::vector<std::string_view> words = {"bytes", "messages", "fails"};
  const auto forms = data_words();
  words.insert(words.end(), forms.begin(), forms.end());
  reader.refuse_unknown_keys(value, words, "`expect`");
  for (const ExpectRule& rule : expect_rules) {
    const Entry* entry = Reader::find(value, rule.word);
    if (entry == nullptr) continue;
    if (value.entries.size() > 1) {
      reader.error(value, {"one-of-these.expect"_text});
      return;
    }
    if (!suits(reader, entry->key, fmt::format("expect: {{{}: …}}", rule.word), action, rule.suits)) return;
    if (reader.is_unanswered(entry->value)) return;
    if (auto what = rule.read(reader, entry->value)) step.expect = Expect{std::move(*what), value.at};
    return;
  }
  reader.error(value, {"one-of-these.expectations"_text});
}

void read_expect_word(Reader& reader, const ActionRule& action, const Node& value, Step& step) {
  if (value.text == "eof") {
    if (suits(reader, value, "expect: eof", action, expect_eof)) step.expect = Expect{ExpectEof{}, value.at};
  } else if (is_error_name(value.text)) {
    reader.error(value, {"error-needs-fails"_text, {{"name", in_ticks(value.text)}, {"word", value.text}}});
  } else if (parse_whole_number(value.text)) {
    reader.error(value, {"number-needs-bytes"_text, {{"number", value.text}}});
  } else if (constexpr std::array<std::string_view, 1> words = {"eof"}; !closest(value.text, words).empty()) {
    reader.error(value, {"unquoted-text.until"_text, {{"word", in_ticks(value.text)}}});
  } else {
    reader.text(value, phrase("what.expected"_text));
  }
}

void read_expect(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "expect", action, any_expect)) return;
  if (value.is_word()) {
    read_expect_word(reader, action, value, step);
  } else if (value.kind == Node::Kind::map && !spells_data(value) && !value.entries.empty()) {
    read_expect_map(reader, action, value, step);
  } else if (suits(reader, value, "expect with a text", action, expect_data)) {
    if (auto read = read_data(reader, value, phrase("what.expected"_text))) {
      step.expect = Expect{ExpectData{std::move(read->data)}, value.at};
    }
  }
}

void read_timeout(Reader& reader, const ActionRule& action, const Node& key, const Node& value, Step& step) {
  if (!suits(reader, key, "timeout", action, takes_timeout)) return;
  step.timeout = reader.duration(value, "`timeout`", milliseconds(1), ceilings::timeout);
}

struct Modifier {
  std::string_view word;
  void (*read)(Reader&, const ActionRule&, const Node& key, const Node& value, Step&);
};
constexpr std::array modifiers = {Modifier{"id", read_id},          Modifier{"using", read_using},
                                  Modifier{"as", read_as},          Modifier{"after", read_after},
                                  Modifier{"when", read_when},      Modifier{"expect", read_expect},
                                  Modifier{"timeout", read_timeout}};

// Errors that are no errno: what is wrong with messages, a timeout, and a `when` that eof or a reset has made
// impossible.
constexpr std::array<std::string_view, 5> own_errors = {"timeout", "truncated", "message-too-long", "malformed",
                                                        "when-impossible"};

}  // namespace

bool is_modifier(std::string_view word) {
  return std::ranges::find(modifiers, word, &Modifier::word) != modifiers.end();
}

void read_modifiers(Reader& reader, const ActionRule& action, const Node& map, Step& step) {
  for (const Modifier& modifier : modifiers) {
    const Entry* found = Reader::find(map, modifier.word);
    if (found != nullptr && !reader.is_unanswered(found->value)) {
      modifier.read(reader, action, found->key, found->value, step);
    }
  }
}

bool is_error_name(std::string_view word) {
  return std::ranges::find(own_errors, word) != own_errors.end() || core::errno_by_name(word);
}

std::vector<std::string_view> error_names() {
  std::vector<std::string_view> names(own_errors.begin(), own_errors.end());
  for (const std::string_view name : core::errno_names()) names.push_back(name);
  return names;
}

std::vector<std::string_view> modifier_words() {
  std::vector<std::string_view> words;
  for (const Modifier& modifier : modifiers) words.push_back(modifier.word);
  return words;
}

std::vector<std::string_view> modifier_value_words() {
  std::vector<std::string_view> words(own_errors.begin(), own_errors.end());
  for (const WhenRule& rule : when_rules) words.push_back(rule.word());
  for (const ExpectRule& rule : expect_rules) words.push_back(rule.word);
  return words;
}

}  // namespace wirelab::scenario

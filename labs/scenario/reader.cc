#include "labs/scenario/reader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <initializer_list>
#include <limits>

namespace wirelab::scenario {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

Phrase kind_in_words(const Node& node) {
  switch (node.kind) {
    case Node::Kind::nothing:
      return phrase("kind.nothing"_text);
    case Node::Kind::scalar:
      return phrase(node.quoted ? "kind.text"_text : "kind.bare"_text);
    case Node::Kind::list:
      return phrase("kind.list"_text);
    case Node::Kind::map:
      return phrase("kind.map"_text);
    case Node::Kind::refused:
      break;
  }
  return phrase("kind.other"_text);
}

std::string in_quotes(std::string_view text) {
  return text.find('"') == std::string_view::npos && text.find('\\') == std::string_view::npos && text.size() <= 60
             ? fmt::format("\"{}\"", text)
             : "\"…\"";
}

std::string in_small_letters(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return lower;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, in_small_letters(text)) != words.end();
}

// Those of a Chinese keyboard, and those that word processors make of straight ones.
constexpr std::array<std::string_view, 10> curly_quotes = {"“", "”", "„", "‘", "’", "＂", "「", "」", "«", "»"};

// The text between them; nothing if there are none before it.
std::optional<std::string_view> between_curly_quotes(std::string_view text) {
  const auto opening =
      std::ranges::find_if(curly_quotes, [&](std::string_view quote) { return text.starts_with(quote); });
  if (opening == curly_quotes.end()) return std::nullopt;
  text.remove_prefix(opening->size());
  const auto closing =
      std::ranges::find_if(curly_quotes, [&](std::string_view quote) { return text.ends_with(quote); });
  if (closing != curly_quotes.end()) text.remove_suffix(closing->size());
  return text;
}

struct Unit {
  std::string_view word;
  std::int64_t nanoseconds;
};
constexpr std::array units = {Unit{"s", 1'000'000'000}, Unit{"ms", 1'000'000}, Unit{"us", 1'000}, Unit{"ns", 1}};

// Why a number is none: what a reader of C or YAML may have meant.
Remark whole_number_mend(std::string_view text, Limits64 limits) {
  // A switch: one of the kernel's, or a socket option, which may be anything that C calls true.
  if (limits.most == 1 || limits.least < 0) {
    if (is_one_of(text, {"yes", "true", "on"})) return write_this("1");
    if (is_one_of(text, {"no", "false", "off"})) return write_this("0");
  }
  if (text.size() > 1 && text[0] == '0' && is_digits(text)) {
    const std::size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
    return remark("write.without-zero"_text, {{"number", std::string(text.substr(first))}});
  }
  if (text.starts_with("0x")) return remark("write.in-decimal"_text);
  if (text.starts_with('+')) return remark("write.without-plus"_text);
  std::string digits(text);
  std::erase_if(digits, [](char letter) { return letter == '_' || letter == ','; });
  if (digits != text && is_digits(digits)) return write_this(digits);
  return {};
}

Remark duration_mend(std::string_view text) {
  if (is_digits(text)) return remark("write.with-unit"_text, {{"number", std::string(text)}});
  std::string joined(text);
  std::erase(joined, ' ');
  if (joined != text && parse_duration(joined)) return remark("write.without-space"_text, {{"this", joined}});
  return remark("write.like-duration"_text);
}

}  // namespace

std::int64_t saturated_product(std::int64_t one, std::int64_t other) {
  std::int64_t product = 0;
  return __builtin_mul_overflow(one, other, &product) ? std::numeric_limits<std::int64_t>::max() : product;
}

std::int64_t saturated_sum(std::int64_t one, std::int64_t other) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(one, other, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

bool is_name(std::string_view text) {
  constexpr std::size_t longest = 40;
  if (text.empty() || text.size() > longest) return false;
  const auto is_small = [](char letter) { return letter >= 'a' && letter <= 'z'; };
  return is_small(text[0]) &&
         std::ranges::all_of(text, [&](char letter) { return is_small(letter) || is_digit(letter) || letter == '_'; });
}

std::optional<std::int64_t> parse_whole_number(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
  if (!is_digits(digits) || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() ? std::optional(number) : std::nullopt;
}

bool take_number(std::string_view& text, std::optional<int>& number) {
  const std::size_t hash = text.find('#');
  if (hash == std::string_view::npos) return true;
  const auto value = parse_whole_number(text.substr(hash + 1));
  text = text.substr(0, hash);
  if (!value || *value < 1 || *value > std::numeric_limits<int>::max()) return false;
  number = static_cast<int>(*value);
  return true;
}

std::optional<Duration> parse_duration(std::string_view text) {
  const std::size_t unit_start = text.find_first_not_of("0123456789.");
  if (unit_start == std::string_view::npos) return std::nullopt;
  const auto unit = std::ranges::find(units, text.substr(unit_start), &Unit::word);
  if (unit == units.end()) return std::nullopt;
  const std::string_view number = text.substr(0, unit_start);
  const std::size_t dot = number.find('.');
  const std::string_view fraction = dot == std::string_view::npos ? "" : number.substr(dot + 1);
  const std::optional<std::int64_t> whole = parse_whole_number(number.substr(0, dot));
  if (!whole || (dot != std::string_view::npos && !is_digits(fraction)) || fraction.size() > 9) return std::nullopt;
  std::int64_t nanoseconds = saturated_product(*whole, unit->nanoseconds);
  std::int64_t place = unit->nanoseconds;
  for (const char digit : fraction) {
    place /= 10;
    nanoseconds = saturated_sum(nanoseconds, (digit - '0') * place);
  }
  if (nanoseconds == std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return Duration(nanoseconds);
}

std::string duration_text(Duration duration) {
  const std::int64_t nanoseconds = duration.count();
  for (const Unit& unit : units) {
    if (nanoseconds % unit.nanoseconds == 0) return fmt::format("{}{}", nanoseconds / unit.nanoseconds, unit.word);
  }
  return fmt::format("{}ns", nanoseconds);
}

void Reader::error(const Node& node, words::Message what) {
  if (node.kind == Node::Kind::refused) return;
  problems_.error(node.at, std::move(what));
}

void Reader::warning(const Node& node, words::Message what) { problems_.warning(node.at, std::move(what)); }

void Reader::wrong_kind(const Node& node, const Phrase& what, Phrase wanted, Remark mend) {
  const bool is_scalar = node.kind == Node::Kind::scalar;
  Phrase found = is_scalar && !node.quoted ? in_ticks(node.text) : kind_in_words(node);
  error(node, {"wrong-kind"_text, {{"what", what}, {"wanted", wanted}, {"found", found}, {"mend", std::move(mend)}}});
}

std::optional<std::int64_t> Reader::whole_number(const Node& node, const Phrase& what, Limits64 limits) {
  if (!node.is_word()) {
    const bool digits_in_quotes = node.is_text() && parse_whole_number(node.text);
    wrong_kind(node, what, phrase("kind.whole-number"_text),
               digits_in_quotes ? remark("write.without-quotes"_text, {{"this", in_ticks(node.text)}}) : Remark{});
    return std::nullopt;
  }
  const std::optional<std::int64_t> number = parse_whole_number(node.text);
  if (!number) {
    const std::string_view digits = std::string_view(node.text).substr(node.text.starts_with('-') ? 1 : 0);
    if (is_digits(digits) && digits[0] != '0') {
      error(node, {"out-of-range.number"_text, {{"what", what}, {"most", limits.most}}});
    } else {
      error(node, {"not-a-number"_text,
                   {{"what", what}, {"text", in_ticks(node.text)}, {"mend", whole_number_mend(node.text, limits)}}});
    }
    return std::nullopt;
  }
  if (*number < limits.least || *number > limits.most) {
    const bool has_ceiling = limits.most != std::numeric_limits<std::int64_t>::max();
    error(node, {has_ceiling ? "out-of-range"_text : "out-of-range.least"_text,
                 {{"what", what}, {"least", limits.least}, {"most", limits.most}, {"number", *number}}});
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Reader::yes_no(const Node& node, const Phrase& what) {
  if (node.is_word() && node.text == "yes") return true;
  if (node.is_word() && node.text == "no") return false;
  constexpr std::array<std::string_view, 3> meant_yes = {"true", "on", "1"};
  constexpr std::array<std::string_view, 3> meant_no = {"false", "off", "0"};
  const std::string lower = in_small_letters(node.text);
  const bool is_yes = lower == "yes" || std::ranges::find(meant_yes, lower) != meant_yes.end();
  const bool is_no = lower == "no" || std::ranges::find(meant_no, lower) != meant_no.end();
  wrong_kind(node, what, phrase("kind.yes-or-no"_text),
             is_yes  ? write_this("yes")
             : is_no ? write_this("no")
                     : Remark{});
  return std::nullopt;
}

std::optional<std::string> Reader::text(const Node& node, const Phrase& what) {
  if (node.is_text()) return node.text;
  if (const auto quoted = node.is_word() ? between_curly_quotes(node.text) : std::nullopt) {
    error(node, {"unquoted-text.curly"_text, {{"what", what}, {"text", in_quotes(*quoted)}}});
  } else if (node.is_word()) {
    error(node, {"unquoted-text"_text, {{"what", what}, {"text", in_quotes(node.text)}}});
  } else if (node.kind == Node::Kind::map) {
    error(node, {"unquoted-text.map"_text, {{"what", what}}});
  } else {
    wrong_kind(node, what, phrase("kind.text-in-quotes"_text));
  }
  return std::nullopt;
}

std::optional<std::string> Reader::word(const Node& node, const Phrase& what) {
  if (node.is_word()) return node.text;
  if (node.is_text()) {
    const bool is_short = node.text.size() <= 60 && !node.text.empty();
    Remark mend = is_short ? remark("write.without-quotes"_text, {{"this", in_ticks(node.text)}}) : Remark{};
    error(node, {"quoted-word"_text, {{"what", what}, {"mend", std::move(mend)}}});
  } else {
    wrong_kind(node, what, phrase("kind.word"_text));
  }
  return std::nullopt;
}

std::optional<std::string> Reader::name(const Node& node, const Phrase& what) {
  std::optional<std::string> written = word(node, what);
  if (!written || is_name(*written)) return written;
  error(node, {"bad-name"_text, {{"name", in_ticks(*written)}, {"what", what}}});
  return std::nullopt;
}

std::optional<Duration> Reader::duration(const Node& node, const Phrase& what, Duration least, Duration most) {
  if (!node.is_word()) {
    wrong_kind(node, what, phrase("kind.duration"_text),
               node.is_text() ? remark("write.it-without-quotes"_text) : Remark{});
    return std::nullopt;
  }
  const std::optional<Duration> duration = parse_duration(node.text);
  if (!duration) {
    error(node,
          {"not-a-duration"_text, {{"what", what}, {"text", in_ticks(node.text)}, {"mend", duration_mend(node.text)}}});
    return std::nullopt;
  }
  if (*duration < least || *duration > most) {
    error(node,
          {*duration > most ? "ceiling-duration"_text : "out-of-range"_text,
           {{"what", what}, {"least", duration_text(least)}, {"most", duration_text(most)}, {"number", node.text}}});
    return std::nullopt;
  }
  return duration;
}

std::optional<double> Reader::percentage(const Node& node, const Phrase& what) {
  const std::string_view written = node.text;
  const std::string_view number = written.substr(0, written.find('%'));
  double value = 0;
  const auto [end, error_code] =
      std::from_chars(number.data(), number.data() + number.size(), value, std::chars_format::fixed);
  const bool is_number = error_code == std::errc() && end == number.data() + number.size() && !number.empty();
  if (!node.is_word() || !is_number || !written.ends_with('%') || number.size() + 1 != written.size()) {
    Remark mend = write_it_like("30%");
    if (node.is_word() && is_number && number.size() == written.size()) {
      mend = write_this(value > 0 && value < 1 ? fmt::format("{:g}%", value * 100) : fmt::format("{}%", number));
    }
    wrong_kind(node, what, phrase("kind.percentage"_text), mend);
    return std::nullopt;
  }
  if (!(value >= 0 && value <= 100)) {
    error(node, {"out-of-range.percentage"_text, {{"what", what}, {"text", in_ticks(written)}}});
    return std::nullopt;
  }
  return value / 100;
}

void Reader::unknown_word(const Node& node, const Phrase& what, std::span<const std::string_view> known) {
  const std::string_view meant = closest(node.text, known);
  Remark mend = meant.empty() ? remark("it-is"_text, {{"words", enumeration(known)}}) : did_you_mean(meant);
  error(node, {"unknown-word"_text, {{"what", what}, {"word", in_ticks(node.text)}, {"mend", std::move(mend)}}});
}

bool Reader::is_list(const Node& node, const Phrase& what, std::string_view example, std::size_t most) {
  if (node.kind != Node::Kind::list) {
    wrong_kind(node, what, phrase("kind.list"_text), write_it_like(example));
    return false;
  }
  if (node.items.size() > most) {
    error(node,
          {"ceiling-count"_text, {{"what", what}, {"entries", counted(node.items.size())}, {"most", counted(most)}}});
    return false;
  }
  return true;
}

bool Reader::is_map(const Node& node, const Phrase& what, std::string_view example) {
  if (node.kind == Node::Kind::map) return true;
  wrong_kind(node, what, phrase("kind.map"_text), write_it_like(example));
  return false;
}

const Entry* Reader::find(const Node& map, std::string_view key) {
  const auto found = std::ranges::find_if(map.entries, [key](const Entry& entry) { return entry.key.text == key; });
  return found == map.entries.end() ? nullptr : &*found;
}

bool Reader::refuse_wide_colon(const Node& key) {
  constexpr std::string_view wide_colon = "：";
  const std::size_t colon = key.text.find(wide_colon);
  if (colon == std::string::npos || key.quoted) return false;
  std::string_view after = std::string_view(key.text).substr(colon + wide_colon.size());
  after.remove_prefix(std::min(after.find_first_not_of(' '), after.size()));
  error(key,
        {"wide-colon"_text, {{"word", shown(std::string_view(key.text).substr(0, colon))}, {"rest", shown(after)}}});
  return true;
}

void Reader::unknown_key(const Node& key, std::span<const std::string_view> known, const Phrase& what) {
  if (refuse_wide_colon(key)) return;
  // `data:"x"` is one word to YAML, a key without a value.
  const std::size_t colon = key.text.find(':');
  if (colon != std::string::npos && !key.quoted) {
    const std::string_view before = std::string_view(key.text).substr(0, colon);
    const std::string_view after = std::string_view(key.text).substr(colon + 1);
    if (std::ranges::find(known, before) != known.end() || before.find("->") != std::string_view::npos) {
      error(key, {"space-after-colon"_text,
                  {{"word", std::string(before)}, {"rest", after.starts_with('{') ? "{…}" : shown(after)}}});
      return;
    }
  }
  const std::string_view meant = closest(key.text, known);
  Remark mend = did_you_mean(meant);
  if (meant.empty() && known.size() <= 24) mend = remark("its-keys-are"_text, {{"keys", enumeration(known)}});
  error(key, {"unknown-key"_text, {{"key", in_ticks(key.text)}, {"what", what}, {"mend", std::move(mend)}}});
}

void Reader::missing_key(const Node& map, std::string_view key, const Phrase& what) {
  if (whole_) error(map, {"missing-key"_text, {{"what", what}, {"key", std::string(key)}}});
}

void Reader::refuse_unknown_keys(const Node& map, std::span<const std::string_view> known, const Phrase& what) {
  for (const Entry& entry : map.entries) {
    if (std::ranges::find(known, entry.key.text) == known.end()) {
      unknown_key(entry.key, known, what);
    } else {
      refuse_quoted_key(entry.key);
    }
  }
}

void Reader::refuse_quoted_key(const Node& key) {
  if (!key.quoted) return;
  error(key, {"quoted-word.key"_text, {{"word", in_ticks(key.text)}}});
}

bool Reader::is_unanswered(const Node& node) {
  if (!says_question_marks(node)) return false;
  if (unanswered_allowed_) {
    unanswered_.push_back(node.at);
  } else {
    error(node, {"question-marks"_text});
  }
  return true;
}

bool Reader::actor_exists(const Node& node, const std::string& name) {
  if (!whole_ || std::ranges::find(actors_, name) != actors_.end()) return true;
  const std::string meant = closest(name, actors_);
  const std::vector<std::string_view> names(actors_.begin(), actors_.end());
  const bool few = !names.empty() && names.size() <= 12;
  Remark mend = did_you_mean(meant);
  if (meant.empty() && few) mend = remark("the-actors-are"_text, {{"actors", enumeration(names)}});
  error(node, {"unknown-actor"_text, {{"actor", in_ticks(name)}, {"mend", std::move(mend)}}});
  return false;
}

}  // namespace wirelab::scenario

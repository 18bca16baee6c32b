#include "labs/scenario/reader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace wirelab::scenario {
namespace {

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_digits(std::string_view text) { return !text.empty() && std::ranges::all_of(text, is_digit); }

std::string_view kind_in_words(const Node& node) {
  switch (node.kind) {
    case Node::Kind::nothing:
      return "nothing";
    case Node::Kind::scalar:
      return node.quoted ? "a text" : "a bare word or number";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
    case Node::Kind::refused:
      break;
  }
  return "something else";
}

std::string in_quotes(std::string_view text) {
  return text.find('"') == std::string_view::npos && text.find('\\') == std::string_view::npos && text.size() <= 60
             ? fmt::format("\"{}\"", text)
             : "\"…\"";
}

struct Unit {
  std::string_view word;
  std::int64_t nanoseconds;
};
constexpr std::array units = {Unit{"s", 1'000'000'000}, Unit{"ms", 1'000'000}, Unit{"us", 1'000}, Unit{"ns", 1}};

// Why a number is none: what a reader of C or YAML may have meant.
std::string whole_number_mend(std::string_view text) {
  if (text.size() > 1 && text[0] == '0' && is_digits(text)) {
    const std::size_t first = std::min(text.find_first_not_of('0'), text.size() - 1);
    return fmt::format("write `{}`; a leading zero would make it octal in C", text.substr(first));
  }
  if (text.starts_with("0x")) return "write it in decimal";
  if (text.starts_with('+')) return "leave the `+` out";
  std::string digits(text);
  std::erase_if(digits, [](char letter) { return letter == '_' || letter == ','; });
  if (digits != text && is_digits(digits)) return fmt::format("write `{}`", digits);
  return "";
}

std::string duration_mend(std::string_view text) {
  if (is_digits(text)) return fmt::format("a duration has a unit: write `{0}ms` or `{0}s`", text);
  std::string joined(text);
  std::erase(joined, ' ');
  if (joined != text && parse_duration(joined)) return fmt::format("write `{}`, without a space", joined);
  return "write it like `20ms`, `1.5s` or `500us`";
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

void Reader::error(const Node& node, std::string rule, std::string message, std::string mend) {
  if (node.kind == Node::Kind::refused) return;
  problems_.error(node.at, std::move(rule), std::move(message), std::move(mend));
}

void Reader::warning(const Node& node, std::string rule, std::string message, std::string mend) {
  problems_.warning(node.at, std::move(rule), std::move(message), std::move(mend));
}

void Reader::wrong_kind(const Node& node, std::string_view what, std::string_view wanted, std::string mend) {
  const bool is_scalar = node.kind == Node::Kind::scalar;
  const std::string found = is_scalar && !node.quoted ? in_ticks(node.text) : std::string(kind_in_words(node));
  error(node, "wrong-kind", fmt::format("{} must be {}, not {}", what, wanted, found), std::move(mend));
}

std::optional<std::int64_t> Reader::whole_number(const Node& node, std::string_view what, Limits64 limits) {
  if (!node.is_word()) {
    const bool digits_in_quotes = node.is_text() && parse_whole_number(node.text);
    wrong_kind(node, what, "a whole number",
               digits_in_quotes ? fmt::format("write `{}`, without quotes", node.text) : "");
    return std::nullopt;
  }
  const std::optional<std::int64_t> number = parse_whole_number(node.text);
  if (!number) {
    const std::string_view digits = std::string_view(node.text).substr(node.text.starts_with('-') ? 1 : 0);
    if (is_digits(digits) && digits[0] != '0') {
      error(node, "out-of-range", fmt::format("{} is too large a number", what),
            fmt::format("at most {}", limits.most));
    } else {
      error(node, "not-a-number", fmt::format("{} must be a whole number, not {}", what, in_ticks(node.text)),
            whole_number_mend(node.text));
    }
    return std::nullopt;
  }
  if (*number < limits.least || *number > limits.most) {
    const bool has_ceiling = limits.most != std::numeric_limits<std::int64_t>::max();
    error(node, "out-of-range",
          has_ceiling ? fmt::format("{} must be from {} to {}, not {}", what, limits.least, limits.most, *number)
                      : fmt::format("{} must be at least {}, not {}", what, limits.least, *number));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Reader::yes_no(const Node& node, std::string_view what) {
  if (node.is_word() && node.text == "yes") return true;
  if (node.is_word() && node.text == "no") return false;
  constexpr std::array<std::string_view, 3> meant_yes = {"true", "on", "1"};
  constexpr std::array<std::string_view, 3> meant_no = {"false", "off", "0"};
  std::string lower = node.text;
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return std::tolower(letter); });
  const bool is_yes = lower == "yes" || std::ranges::find(meant_yes, lower) != meant_yes.end();
  const bool is_no = lower == "no" || std::ranges::find(meant_no, lower) != meant_no.end();
  wrong_kind(node, what, "`yes` or `no`", is_yes ? "write `yes`" : is_no ? "write `no`" : "");
  return std::nullopt;
}

std::optional<std::string> Reader::text(const Node& node, std::string_view what) {
  if (node.is_text()) return node.text;
  if (node.is_word()) {
    error(node, "unquoted-text", fmt::format("{} is a text, and texts stand in quotes", what),
          fmt::format("write `{}`", in_quotes(node.text)));
  } else if (node.kind == Node::Kind::map) {
    error(node, "unquoted-text", fmt::format("{} must be a text in quotes, not a map", what),
          "without quotes, braces and a colon make a map in YAML: put the text in quotes");
  } else {
    wrong_kind(node, what, "a text in quotes");
  }
  return std::nullopt;
}

std::optional<std::string> Reader::word(const Node& node, std::string_view what) {
  if (node.is_word()) return node.text;
  if (node.is_text()) {
    error(node, "quoted-word", fmt::format("{} is a word of the language, not a text", what),
          node.text.size() <= 60 && !node.text.empty() ? fmt::format("write {}, without quotes", in_ticks(node.text))
                                                       : "");
  } else {
    wrong_kind(node, what, "a word");
  }
  return std::nullopt;
}

std::optional<std::string> Reader::name(const Node& node, std::string_view what) {
  std::optional<std::string> written = word(node, what);
  if (!written || is_name(*written)) return written;
  error(node, "bad-name", fmt::format("{} is no name for {}", in_ticks(*written), what),
        "a name is a small letter, then small letters, digits or `_`, 40 at most");
  return std::nullopt;
}

std::optional<Duration> Reader::duration(const Node& node, std::string_view what, Duration least, Duration most) {
  if (!node.is_word()) {
    wrong_kind(node, what, "a duration such as `20ms`", node.is_text() ? "write it without quotes" : "");
    return std::nullopt;
  }
  const std::optional<Duration> duration = parse_duration(node.text);
  if (!duration) {
    error(node, "not-a-duration", fmt::format("{} must be a duration, not {}", what, in_ticks(node.text)),
          duration_mend(node.text));
    return std::nullopt;
  }
  if (*duration < least || *duration > most) {
    error(node, *duration > most ? "ceiling-duration" : "out-of-range",
          fmt::format("{} must be from {} to {}, not {}", what, duration_text(least), duration_text(most), node.text));
    return std::nullopt;
  }
  return duration;
}

std::optional<double> Reader::percentage(const Node& node, std::string_view what) {
  const std::string_view written = node.text;
  const std::string_view number = written.substr(0, written.find('%'));
  double value = 0;
  const auto [end, error_code] =
      std::from_chars(number.data(), number.data() + number.size(), value, std::chars_format::fixed);
  const bool is_number = error_code == std::errc() && end == number.data() + number.size() && !number.empty();
  if (!node.is_word() || !is_number || !written.ends_with('%') || number.size() + 1 != written.size()) {
    std::string mend = "write it like `30%`";
    if (node.is_word() && is_number && number.size() == written.size()) {
      mend = value > 0 && value < 1 ? fmt::format("write `{:g}%`", value * 100) : fmt::format("write `{}%`", number);
    }
    wrong_kind(node, what, "a percentage", mend);
    return std::nullopt;
  }
  if (!(value >= 0 && value <= 100)) {
    error(node, "out-of-range", fmt::format("{} must be from 0% to 100%, not {}", what, in_ticks(written)));
    return std::nullopt;
  }
  return value / 100;
}

void Reader::unknown_word(const Node& node, std::string_view what, std::span<const std::string_view> known) {
  const std::string_view meant = closest(node.text, known);
  error(node, "unknown-word", fmt::format("{} is not {}", what, in_ticks(node.text)),
        meant.empty() ? fmt::format("it is {}", enumeration(known)) : did_you_mean(meant));
}

bool Reader::is_list(const Node& node, std::string_view what, std::string_view example, std::size_t most) {
  if (node.kind != Node::Kind::list) {
    wrong_kind(node, what, "a list", fmt::format("write it like `{}`", example));
    return false;
  }
  if (node.items.size() > most) {
    error(node, "ceiling-count", fmt::format("{} has {} entries, and {} is the most", what, node.items.size(), most));
    return false;
  }
  return true;
}

bool Reader::is_map(const Node& node, std::string_view what, std::string_view example) {
  if (node.kind == Node::Kind::map) return true;
  wrong_kind(node, what, "a map", fmt::format("write it like `{}`", example));
  return false;
}

const Entry* Reader::find(const Node& map, std::string_view key) {
  const auto found = std::ranges::find_if(map.entries, [key](const Entry& entry) { return entry.key.text == key; });
  return found == map.entries.end() ? nullptr : &*found;
}

void Reader::unknown_key(const Node& key, std::span<const std::string_view> known, std::string_view what) {
  // `data:"x"` is one word to YAML, a key without a value.
  const std::size_t colon = key.text.find(':');
  if (colon != std::string::npos && !key.quoted) {
    const std::string_view before = std::string_view(key.text).substr(0, colon);
    const std::string_view after = std::string_view(key.text).substr(colon + 1);
    if (std::ranges::find(known, before) != known.end() || before.find("->") != std::string_view::npos) {
      error(key, "space-after-colon", fmt::format("a space is missing after `{}:`", before),
            fmt::format("write `{}: {}`", before, after.starts_with('{') ? "{…}" : shown(after)));
      return;
    }
  }
  const std::string_view meant = closest(key.text, known);
  error(key, "unknown-key", fmt::format("{} is not a key of {}", in_ticks(key.text), what),
        !meant.empty()       ? did_you_mean(meant)
        : known.size() <= 24 ? fmt::format("its keys are {}", enumeration(known))
                             : "");
}

void Reader::missing_key(const Node& map, std::string_view key, std::string_view what) {
  if (whole_) error(map, "missing-key", fmt::format("{} needs `{}`", what, key));
}

void Reader::refuse_unknown_keys(const Node& map, std::span<const std::string_view> known, std::string_view what) {
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
  error(key, "quoted-word", fmt::format("{} is a word of the language here", in_ticks(key.text)),
        fmt::format("write {}, without quotes", in_ticks(key.text)));
}

bool Reader::is_unanswered(const Node& node) {
  if (!says_question_marks(node)) return false;
  if (unanswered_allowed_) {
    unanswered_.push_back(node.at);
  } else {
    error(node, "question-marks", "`???` cannot stand here",
          "it is for what a student fills in: in `actors`, `wire` and `predict`");
  }
  return true;
}

bool Reader::actor_exists(const Node& node, const std::string& name) {
  if (!whole_ || std::ranges::find(actors_, name) != actors_.end()) return true;
  const std::string meant = closest(name, actors_);
  const std::vector<std::string_view> names(actors_.begin(), actors_.end());
  const bool few = !names.empty() && names.size() <= 12;
  error(node, "unknown-actor", fmt::format("there is no actor {}", in_ticks(name)),
        !meant.empty() ? did_you_mean(meant)
        : few          ? fmt::format("the actors are {}", enumeration(names))
                       : "");
  return false;
}

}  // namespace wirelab::scenario

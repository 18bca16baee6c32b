#include "labs/render/text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "labs/scenario/utf8.hh"
#include "labs/scenario/value.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {
namespace {

using scenario::CodePoint;

CodePoint code_point_at(std::string_view text, std::size_t offset) {
  return scenario::first_code_point(text.substr(offset));
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

/// The bytes up to `offset`, moved back so that no character is cut.
std::size_t back_to_character(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return text.size();
  std::size_t start = offset;
  while (start > 0 && offset - start < 3 && is_continuation(text[start])) --start;
  return code_point_at(text, start).valid && start + code_point_at(text, start).bytes > offset ? start : offset;
}

/// The longest beginning of `text` that takes at most `columns` columns, in bytes.
std::size_t bytes_in_columns(std::string_view text, int columns) {
  std::size_t offset = 0;
  int used = 0;
  while (offset < text.size()) {
    const CodePoint here = code_point_at(text, offset);
    const int width = here.valid ? column_width(here.value) : 1;
    if (used + width > columns) break;
    used += width;
    offset += here.bytes;
  }
  return offset;
}

std::string without_quotes(const std::string& text) {
  return text.size() >= 2 ? text.substr(1, text.size() - 2) : text;
}

std::string safe_quoted(const std::string& bytes, bool ascii) {
  const std::string text = scenario::quoted(bytes);
  return ascii ? to_ascii(text) : text;
}

/// Where a word that is wider than `columns` is broken: behind a sign that joins two parts of it if there is one, as in
/// `connect(server:8888)`, else where the line ends.
std::size_t place_to_break(std::string_view word, int columns) {
  const std::size_t most = std::max<std::size_t>(bytes_in_columns(word, columns), code_point_at(word, 0).bytes);
  const std::size_t sign = word.substr(0, most).find_last_of("(,:=/");
  return sign == std::string_view::npos || sign == 0 ? most : sign + 1;
}

std::string unicode_escape(char32_t character) {
  const auto number = static_cast<unsigned>(character);
  return number <= 0xFFFF ? fmt::format("\\u{:04x}", number) : fmt::format("\\U{:08x}", number);
}

/// Punctuation that may not begin a line.
bool closes_a_phrase(char32_t character) {
  constexpr std::u32string_view marks = U"、。，．：；！？）］｝〉》」』】”’…";
  return marks.find(character) != std::u32string_view::npos;
}

/// Punctuation that may not end a line.
bool opens_a_phrase(char32_t character) {
  constexpr std::u32string_view marks = U"（［｛〈《「『【“‘";
  return marks.find(character) != std::u32string_view::npos;
}

/// What a Latin word or number begins with. Other ASCII beside a wide character belongs to it: the quotes of `"你好"`.
bool begins_a_word(char32_t character) {
  return character < 0x80 && (std::isalnum(static_cast<int>(character)) != 0 || character == '`');
}

/// Whether a line may end between two characters without a space between them. (Unicode Standard Annex #14 says more;
/// these are its rules that Chinese text with Latin words in it needs.)
bool may_break_between(char32_t before, char32_t after) {
  if (closes_a_phrase(after) || opens_a_phrase(before)) return false;
  const bool before_is_wide = column_width(before) == 2;
  const bool after_is_wide = column_width(after) == 2;
  if (before_is_wide && closes_a_phrase(before)) return true;
  if (before_is_wide) return after_is_wide || begins_a_word(after) || opens_a_phrase(after);
  return after_is_wide;
}

struct StandIn {
  char32_t character;
  std::string_view ascii;
};
constexpr std::array stand_ins{
    StandIn{0xA0, " "},    StandIn{0xA7, "section "}, StandIn{0xB7, "-"},     StandIn{0xD7, "x"},
    StandIn{0x2013, "-"},  StandIn{0x2014, "-"},      StandIn{0x2018, "'"},   StandIn{0x2019, "'"},
    StandIn{0x201C, "\""}, StandIn{0x201D, "\""},     StandIn{0x2022, "*"},   StandIn{0x2026, "..."},
    StandIn{0x2190, "<-"}, StandIn{0x2192, "->"},     StandIn{0x2194, "<->"}, StandIn{0x2212, "-"},
    StandIn{0x2260, "!="}, StandIn{0x2264, "<="},     StandIn{0x2265, ">="},  StandIn{0x2713, "ok"},
    StandIn{0x2717, "X"},  StandIn{0xB5, "u"},        StandIn{0x2248, "~"},
};

}  // namespace

std::string to_ascii(std::string_view text) {
  std::string result;
  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint here = code_point_at(text, offset);
    const auto* stand_in = std::find_if(stand_ins.begin(), stand_ins.end(),
                                        [&](const StandIn& candidate) { return candidate.character == here.value; });
    if (here.value < 0x80) {
      result += text[offset];
    } else if (stand_in != stand_ins.end()) {
      result += stand_in->ascii;
    } else {
      result += unicode_escape(here.value);
    }
    offset += here.bytes;
  }
  return result;
}

std::string shorten_end(std::string_view text, int columns, std::string_view ellipsis) {
  if (display_width(text) <= columns) return std::string(text);
  const int room = columns - display_width(ellipsis);
  if (room < 0) return std::string(text.substr(0, bytes_in_columns(text, columns)));
  return std::string(text.substr(0, bytes_in_columns(text, room))) + std::string(ellipsis);
}

std::optional<std::string> quoted_whole(const std::string& bytes, int columns, bool ascii) {
  // No character takes less than a third of a column a byte (combining marks apart), so more bytes than this cannot fit
  // and need not be looked at.
  if (static_cast<std::int64_t>(bytes.size()) > std::int64_t{4} * std::max(columns, 0)) return std::nullopt;
  std::string whole = safe_quoted(bytes, ascii);
  return display_width(whole) <= columns ? std::optional(std::move(whole)) : std::nullopt;
}

std::string quoted_to_fit(const std::string& bytes, int columns, bool ascii, SizeShown size_shown,
                          words::Language language) {
  if (auto whole = quoted_whole(bytes, columns, ascii)) return *std::move(whole);
  const std::string ellipsis = ascii ? "..." : "…";
  const std::string size = size_shown == SizeShown::never
                               ? ""
                               : words::say(language, "bytes"_text, {{"bytes", static_cast<std::int64_t>(bytes.size())}});
  const auto with_kept = [&](std::size_t kept) {
    const std::size_t head_end = back_to_character(bytes, (kept + 1) / 2);
    const std::size_t tail_start = back_to_character(bytes, bytes.size() - kept / 2);
    return fmt::format("\"{}{}{}\"{}{}", without_quotes(safe_quoted(bytes.substr(0, head_end), ascii)), ellipsis,
                       without_quotes(safe_quoted(bytes.substr(tail_start), ascii)), size.empty() ? "" : " ", size);
  };
  // The most bytes that fit, by halving: how wide a byte comes out is not known before it is escaped.
  constexpr std::size_t fewest = 2;
  std::string best = size.empty() ? ellipsis : size;
  std::size_t low = fewest;
  std::size_t high =
      std::min(static_cast<std::size_t>(std::max(columns, 1)), bytes.size() - std::min<std::size_t>(bytes.size(), 1));
  while (low <= high) {
    const std::size_t kept = low + (high - low) / 2;
    std::string text = with_kept(kept);
    if (display_width(text) <= columns) {
      best = std::move(text);
      low = kept + 1;
    } else {
      high = kept - 1;
    }
  }
  return best;
}

std::vector<std::string> wrap(std::string_view text, int columns) {
  const int room = std::max(columns, 2);
  std::vector<std::string> lines;
  std::string line;
  int line_width = 0;
  std::string word;
  int word_width = 0;
  bool space_before_word = false;

  const auto end_line = [&] {
    lines.push_back(std::exchange(line, {}));
    line_width = 0;
  };
  const auto end_word = [&] {
    if (word.empty()) return;
    const int gap = space_before_word && !line.empty() ? 1 : 0;
    if (!line.empty() && line_width + gap + word_width > room) {
      end_line();
    } else if (gap == 1) {
      line += ' ';
      ++line_width;
    }
    while (word_width > room) {
      const std::size_t cut = place_to_break(word, room);
      line = word.substr(0, cut);
      end_line();
      word.erase(0, cut);
      word_width = display_width(word);
    }
    line += word;
    line_width += word_width;
    word.clear();
    word_width = 0;
    space_before_word = false;
  };

  for (std::size_t offset = 0; offset < text.size();) {
    const CodePoint here = code_point_at(text, offset);
    const int width = here.valid ? column_width(here.value) : 1;
    const std::string_view bytes = text.substr(offset, here.bytes);
    offset += here.bytes;
    if (bytes == " ") {
      end_word();
      space_before_word = true;
      continue;
    }
    word += bytes;
    word_width += width;
    if (offset < text.size() && may_break_between(here.value, code_point_at(text, offset).value)) end_word();
  }
  end_word();
  if (!line.empty() || lines.empty()) end_line();
  return lines;
}

std::vector<std::string> harmless_lines(std::string_view foreign) {
  std::vector<std::string> lines;
  while (!foreign.empty()) {
    const std::size_t end = foreign.find('\n');
    lines.push_back(scenario::printable(foreign.substr(0, end)));
    foreign.remove_prefix(end == std::string_view::npos ? foreign.size() : end + 1);
  }
  return lines;
}

std::string count_of(std::int64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace wirelab::render

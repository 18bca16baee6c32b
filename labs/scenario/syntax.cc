#include "labs/scenario/syntax.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "labs/scenario/suggestion.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

constexpr auto none = std::string_view::npos;

// ------------------------------------------------------------------------------------ looking at lines

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

bool is_blank(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  return first == none || line[first] == '#';
}

// Where the content begins behind the `- `s of list items.
std::size_t content_column(std::string_view line) {
  std::size_t at = indent_of(line);
  while (line.substr(at).starts_with("- ")) at += 2 + indent_of(line.substr(at + 2));
  return at;
}

bool is_item(std::string_view line) { return content_column(line) != indent_of(line); }

bool is_word_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9') ||
         letter == '_' || letter == '-' || letter == '>' || letter == '.' || letter == '#';
}

std::string_view word_at(std::string_view line, std::size_t at) {
  const std::string_view rest = line.substr(std::min(at, line.size()));
  return rest.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(rest, is_word_letter) - rest.begin()));
}

// Without a comment and blanks at the end.
std::string_view without_comment(std::string_view line) {
  bool in_double = false;
  bool in_single = false;
  for (std::size_t index = 0; index < line.size(); ++index) {
    const char byte = line[index];
    if (in_double && byte == '\\') {
      ++index;
    } else if (byte == '"' && !in_single) {
      in_double = !in_double;
    } else if (byte == '\'' && !in_double) {
      in_single = !in_single;
    } else if (byte == '#' && !in_double && !in_single && index > 0 && line[index - 1] == ' ') {
      line = line.substr(0, index);
    }
  }
  const std::size_t last = line.find_last_not_of(" \t");
  return line.substr(0, last == none ? 0 : last + 1);
}

// With both quotes; `none` if the second is missing. In single quotes, two of them stand for one.
std::size_t quoted_length(std::string_view text) {
  const char quote = text[0];
  for (std::size_t index = 1; index < text.size(); ++index) {
    const bool escapes = quote == '"' ? text[index] == '\\' : text.substr(index).starts_with("''");
    if (escapes) {
      ++index;
    } else if (text[index] == quote) {
      return index + 1;
    }
  }
  return none;
}

// Where a quote opens that the line does not close; `none` if it closes all. A quote opens a text only at the start of
// a value, so the apostrophe of `don't` does not count.
std::size_t unclosed_quote(std::string_view line) {
  for (std::size_t index = 0; index < line.size(); ++index) {
    const char quote = line[index];
    const std::size_t before = line.substr(0, index).find_last_not_of(' ');
    const bool opens = before == none || std::string_view(":-[{,").find(line[before]) != none;
    if (quote == '#' && index > 0 && line[index - 1] == ' ') return none;
    if ((quote != '"' && quote != '\'') || !opens) continue;
    const std::size_t length = quoted_length(line.substr(index));
    if (length == none) return index;
    index += length - 1;
  }
  return none;
}

// ----------------------------------------------------------------------------------------- one mistake

// What is wrong, and the change to the text that mends it: the same the reader is told to make.
struct Finding {
  int line = 0;
  std::size_t byte = 0;   // where the caret goes
  std::size_t bytes = 1;  // and how far
  words::Message what;
  // The change: `removed` bytes at `at` of the line make way for `inserted`. Without it the mistake is cut out.
  bool mends = false;
  std::size_t at = 0;
  std::size_t removed = 0;
  std::string inserted;
};

Finding insertion(Finding finding, std::size_t at, std::string text) {
  finding.mends = true;
  finding.at = at;
  finding.inserted = std::move(text);
  return finding;
}

Finding replacement(Finding finding, std::size_t at, std::size_t removed, std::string text) {
  finding = insertion(std::move(finding), at, std::move(text));
  finding.removed = removed;
  return finding;
}

// Lines of a block text after `key: |`, where quotes and braces are nothing but text.
std::vector<bool> block_text_lines(const MendedText& text) {
  std::vector<bool> is_text(static_cast<std::size_t>(text.line_count()), false);
  constexpr std::array<std::string_view, 4> starts = {": |", ": >", "- |", "- >"};
  for (int line = 0; line < text.line_count(); ++line) {
    std::string_view content = without_comment(text.line(line));
    content = content.substr(0, content.find_last_not_of("+-123456789") + 1);
    if (std::ranges::none_of(starts, [content](std::string_view start) { return content.ends_with(start); })) continue;
    const std::size_t indent = indent_of(text.line(line));
    while (line + 1 < text.line_count()) {
      const std::string_view next = text.line(line + 1);
      if (indent_of(next) <= indent && indent_of(next) < next.size()) break;
      is_text[static_cast<std::size_t>(++line)] = true;
    }
  }
  return is_text;
}

struct Situation {
  const MendedText& text;
  const SyntaxError& error;
  int line;               // of the error, or the last line there is
  std::string_view here;  // that line
  std::size_t column;
  std::vector<bool> in_block_text;

  bool says(std::string_view part) const { return error.message.find(part) != std::string::npos; }

  // The nearest line above with something on it; -1 if there is none.
  int line_above(int from) const {
    int above = from - 1;
    while (above >= 0 && is_blank(text.line(above))) --above;
    return above;
  }
};

using Detector = std::optional<Finding> (*)(const Situation&);

// ---- tabs

std::optional<Finding> find_tab(const Situation& situation) {
  for (const int line : {situation.line, situation.line_above(situation.line)}) {
    const std::string_view text = situation.text.line(line);
    const std::size_t tab = text.find_first_not_of(' ');
    if (tab == none || text[tab] != '\t') continue;
    return Finding{.line = line, .byte = tab, .what = {"tab"_text}};
  }
  return std::nullopt;
}

// ---- a blank that is none for YAML: a no-break space, a full-width one

std::optional<Finding> find_odd_blank(const Situation& situation) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 2> blanks = {
      std::pair<std::string_view, std::string_view>{"\xC2\xA0", "U+00A0"},
      std::pair<std::string_view, std::string_view>{"\xE3\x80\x80", "U+3000"}};
  for (const int line : {situation.line, situation.line_above(situation.line)}) {
    const std::string_view text = situation.text.line(line);
    const std::size_t first = indent_of(text);
    for (const auto& [blank, name] : blanks) {
      std::size_t end = first;
      while (text.substr(end).starts_with(blank)) end += blank.size();
      if (end == first) continue;
      return replacement({.line = line,
                          .byte = first,
                          .bytes = end - first,
                          .what = {"odd-blank"_text, {{"character", std::string(name)}}}},
                         first, end - first, std::string((end - first) / blank.size(), ' '));
    }
  }
  return std::nullopt;
}

// ---- ??? in braces

std::optional<Finding> find_question_marks(const Situation& situation) {
  if (!situation.here.substr(std::min(situation.column, situation.here.size())).starts_with("???")) return std::nullopt;
  return replacement(
      {.line = situation.line, .byte = situation.column, .bytes = 3, .what = {"question-marks-in-braces"_text}},
      situation.column, 3, "\"???\"");
}

// ---- a space missing after a colon: `send:"x"`, `when:{…}`

std::optional<Finding> missing_space(int line, std::string_view text) {
  const std::string_view content = without_comment(text);
  for (std::size_t colon = content.find(':'); colon != none; colon = content.find(':', colon + 1)) {
    const std::string_view before = content.substr(0, colon);
    const bool in_text = std::ranges::count(before, '"') % 2 == 1;
    const bool glued = colon + 1 < content.size() && std::string_view("\"'{[?").find(content[colon + 1]) != none;
    std::size_t start = colon;
    while (start > 0 && is_word_letter(content[start - 1])) --start;
    if (in_text || !glued || start == colon) continue;
    const std::string_view word = content.substr(start, colon - start);
    return insertion(
        {.line = line,
         .byte = colon,
         .bytes = 1,
         .what = {"space-after-colon"_text, {{"word", std::string(word)}, {"rest", shown(content.substr(colon + 1))}}}},
        colon + 1, " ");
  }
  return std::nullopt;
}

std::optional<Finding> find_missing_space(const Situation& situation) {
  if (auto found = missing_space(situation.line, situation.here)) return found;
  const int above = situation.line_above(situation.line);
  return above < 0 ? std::nullopt : missing_space(above, situation.text.line(above));
}

// ---- `- accept` with modifiers under it

std::optional<Finding> find_bare_word_with_more(const Situation& situation) {
  if (!situation.says("illegal map value")) return std::nullopt;
  const int above = situation.line_above(situation.line);
  const std::string_view line = situation.text.line(above);
  if (above < 0 || !is_item(line)) return std::nullopt;
  const std::size_t start = content_column(line);
  const std::string_view content = without_comment(line).substr(std::min(start, without_comment(line).size()));
  const bool is_bare_word = !content.empty() && word_at(content, 0) == content;
  if (!is_bare_word || indent_of(situation.here) <= indent_of(line)) return std::nullopt;
  return insertion({.line = above,
                    .byte = start,
                    .bytes = content.size(),
                    .what = {"colon-missing.item"_text, {{"word", shown(content)}}}},
                   start + content.size(), ":");
}

// ---- `after server.accept` without its colon

std::optional<Finding> find_missing_colon(const Situation& situation) {
  if (!situation.says("illegal map value")) return std::nullopt;
  const int above = situation.line_above(situation.line);
  if (above < 0 || situation.in_block_text[static_cast<std::size_t>(above)]) return std::nullopt;
  const std::string_view line = without_comment(situation.text.line(above));
  const std::size_t start = content_column(line);
  const std::string_view word = word_at(line, start);
  const bool has_more = line.substr(std::min(start + word.size(), line.size())).starts_with(' ');
  if (word.empty() || !has_more || line.find(": ") != none || line.ends_with(':')) return std::nullopt;
  return insertion(
      {.line = above, .byte = start, .bytes = word.size(), .what = {"colon-missing"_text, {{"word", shown(word)}}}},
      start + word.size(), ":");
}

// ---- a line that is indented too far, or fits no level

std::optional<Finding> find_too_deep(const Situation& situation) {
  if (!situation.says("illegal map value") || is_item(situation.here)) return std::nullopt;
  const int above = situation.line_above(situation.line);
  const std::string_view line = situation.text.line(above);
  if (above < 0) return std::nullopt;
  const std::size_t column = content_column(line);
  const std::size_t indent = indent_of(situation.here);
  const bool above_has_value = line.substr(std::min(column, line.size())).find(": ") != none;
  if (!above_has_value || indent <= column) return std::nullopt;
  const std::string_view word = word_at(situation.here, indent);
  return replacement(
      {.line = situation.line,
       .byte = indent,
       .bytes = std::max<std::size_t>(word.size(), 1),
       .what = {"indentation.too-far"_text, {{"word", shown(word)}, {"above", shown(word_at(line, column))}}}},
      column, indent - column, "");
}

// A key in the column of items further up is meant to be their neighbour, whatever the steps between.
bool is_beside_items_further_up(const Situation& situation) {
  const std::size_t indent = indent_of(situation.here);
  bool has_deeper = false;
  for (int line = situation.line_above(situation.line); line >= 0; line = situation.line_above(line)) {
    const std::string_view text = situation.text.line(line);
    if (indent_of(text) < indent) return false;
    if (indent_of(text) == indent) return has_deeper && is_item(text);
    has_deeper = has_deeper || is_item(text);
  }
  return false;
}

// The level above that a misplaced line most likely belongs to: for an item the items above it, for a key the first
// key of the item above it.
std::optional<std::size_t> likely_indent(const Situation& situation, bool item) {
  if (!item && is_beside_items_further_up(situation)) return std::nullopt;
  const std::size_t indent = indent_of(situation.here);
  for (int line = situation.line_above(situation.line); line >= 0; line = situation.line_above(line)) {
    const std::string_view text = situation.text.line(line);
    if (is_item(text)) return item ? indent_of(text) : content_column(text);
    if (indent_of(text) < indent) return std::nullopt;
  }
  return std::nullopt;
}

std::optional<Finding> find_misplaced_line(const Situation& situation) {
  const std::size_t indent = indent_of(situation.here);
  const bool at_start = situation.column == indent && indent < situation.here.size();
  const bool fits = situation.says("end of map not found") || situation.says("end of sequence not found") ||
                    situation.says("illegal block entry");
  if (!at_start || !fits) return std::nullopt;
  const bool item = is_item(situation.here) || without_comment(situation.here).ends_with('-');
  Finding finding{.line = situation.line,
                  .byte = indent,
                  .bytes = std::max<std::size_t>(word_at(situation.here, indent).size(), 1),
                  .what = {"indentation"_text}};
  const auto wanted = likely_indent(situation, item);
  if (!wanted || *wanted == indent) return finding;
  finding.what = {"indentation.by"_text, {{"spaces", counted(*wanted)}}};
  return *wanted > indent ? insertion(std::move(finding), 0, std::string(*wanted - indent, ' '))
                          : replacement(std::move(finding), 0, indent - *wanted, "");
}

// ---- quotes

std::optional<Finding> find_unclosed_quote(const Situation& situation) {
  const bool may_be = situation.says("unclosed quote") || situation.says("EOF in scalar") ||
                      situation.says("end of map not found") || situation.says("end of sequence not found") ||
                      situation.says("illegal map value") || situation.says("document indicator in scalar") ||
                      situation.says("flow not found") || situation.says("escape");
  if (!may_be) return std::nullopt;
  for (int line = situation.line; line >= 0; --line) {
    const std::string_view text = situation.text.line(line);
    const bool is_code = !is_blank(text) && !situation.in_block_text[static_cast<std::size_t>(line)];
    const std::size_t quote = is_code ? unclosed_quote(text) : none;
    if (quote == none) continue;
    const std::size_t end = without_comment(text).size();
    return insertion({.line = line,
                      .byte = quote,
                      .bytes = end > quote ? end - quote : 1,
                      .what = {"unclosed-quote"_text, {{"quote", std::string(1, text[quote])}}}},
                     end, std::string(1, text[quote]));
  }
  return std::nullopt;
}

std::optional<Finding> find_text_after_quote(const Situation& situation) {
  if (!situation.says("end of map not found") && !situation.says("flow not found")) return std::nullopt;
  const std::string_view before = situation.here.substr(0, std::min(situation.column, situation.here.size()));
  const std::size_t last = before.find_last_not_of(' ');
  if (last == none || (before[last] != '"' && before[last] != '\'')) return std::nullopt;
  const bool single = before[last] == '\'';
  const std::size_t end = without_comment(situation.here).size();
  if (end <= situation.column) return std::nullopt;
  return replacement({.line = situation.line,
                      .byte = situation.column,
                      .bytes = end - situation.column,
                      .what = {single ? "text-after-quote.apostrophe"_text : "text-after-quote"_text}},
                     situation.column, end - situation.column, "");
}

std::optional<Finding> find_bad_escape(const Situation& situation) {
  const bool is_escape =
      situation.says("unknown escape character") || situation.says("hex number") || situation.says("invalid unicode");
  if (!is_escape) return std::nullopt;
  const std::size_t slash = situation.here.rfind('\\', std::min(situation.column, situation.here.size()));
  if (slash == none) return std::nullopt;
  return insertion({.line = situation.line,
                    .byte = slash,
                    .bytes = 2,
                    .what = {"bad-escape"_text, {{"escape", in_ticks(situation.here.substr(slash, 2))}}}},
                   slash, "\\");
}

// ---- brackets

std::optional<Finding> find_unclosed_bracket(const Situation& situation) {
  if (!situation.says("flow not found")) return std::nullopt;
  for (int line = situation.line; line >= 0; --line) {
    const std::string_view text = without_comment(situation.text.line(line));
    std::vector<std::size_t> open;
    for (std::size_t index = 0; index < text.size(); ++index) {
      if (text[index] == '"') {
        for (++index; index < text.size() && text[index] != '"'; ++index) index += text[index] == '\\' ? 1 : 0;
      } else if (text[index] == '{' || text[index] == '[') {
        open.push_back(index);
      } else if ((text[index] == '}' || text[index] == ']') && !open.empty()) {
        open.pop_back();
      }
    }
    if (open.empty()) continue;
    const char closing = text[open.back()] == '{' ? '}' : ']';
    return insertion({.line = line,
                      .byte = open.back(),
                      .bytes = 1,
                      .what = {"unclosed-bracket"_text,
                               {{"bracket", std::string(1, text[open.back()])}, {"closing", std::string(1, closing)}}}},
                     text.size(), std::string(1, closing));
  }
  return std::nullopt;
}

std::optional<Finding> find_extra_bracket(const Situation& situation) {
  if (!situation.says("illegal flow end") || situation.column >= situation.here.size()) return std::nullopt;
  const char bracket = situation.here[situation.column];
  return replacement({.line = situation.line,
                      .byte = situation.column,
                      .what = {"extra-bracket"_text, {{"bracket", std::string(1, bracket)}}}},
                     situation.column, 1, "");
}

// ---- a text that YAML reads as something else

std::optional<Finding> find_text_that_needs_quotes(const Situation& situation) {
  const bool is_start = situation.says("unknown token") || situation.says("alias") || situation.says("anchor") ||
                        situation.says("tag") || situation.says("block scalar");
  if (!is_start) return std::nullopt;
  const std::string_view before = situation.here.substr(0, std::min(situation.column + 1, situation.here.size()));
  const std::size_t start = before.find_last_of("@`%*&!|>");
  if (start == none) return std::nullopt;
  const std::string_view rest =
      without_comment(situation.here).substr(std::min(start, without_comment(situation.here).size()));
  const std::size_t length = std::min(rest.find_first_of(",]}"), rest.size());
  Finding finding{.line = situation.line,
                  .byte = start,
                  .bytes = std::max<std::size_t>(length, 1),
                  .what = {"needs-quotes"_text,
                           {{"sign", std::string(1, situation.here[start])}, {"text", shown(rest.substr(0, length))}}}};
  if (rest.find('"') != none || length == 0) return finding;
  const std::string in_quotes = fmt::format("\"{}\"", rest.substr(0, length));
  return replacement(std::move(finding), start, length, in_quotes);
}

std::optional<Finding> find_second_colon(const Situation& situation) {
  const bool colon_here = situation.says("illegal map value") && situation.column < situation.here.size() &&
                          situation.here[situation.column] == ':';
  const std::string_view before = situation.here.substr(0, std::min(situation.column, situation.here.size()));
  if (!colon_here || before.find(": ") == none) return std::nullopt;
  return Finding{.line = situation.line, .byte = situation.column, .what = {"second-colon"_text}};
}

std::optional<Finding> find_list_on_a_line(const Situation& situation) {
  if (!situation.says("illegal block entry")) return std::nullopt;
  return Finding{.line = situation.line, .byte = situation.column, .what = {"list-on-a-line"_text}};
}

std::optional<Finding> find_stray_text(const Situation& situation) {
  if (!situation.says("illegal map value") && !situation.says("end of map not found")) return std::nullopt;
  return Finding{.line = situation.line, .byte = situation.column, .what = {"syntax.stray"_text}};
}

Finding as_it_is(const Situation& situation) {
  return {
      .line = situation.line, .byte = situation.column, .what = {"syntax"_text, {{"parser", situation.error.message}}}};
}

// The most particular first.
constexpr std::array<Detector, 17> detectors = {find_tab,
                                                find_odd_blank,
                                                find_question_marks,
                                                find_bad_escape,
                                                find_bare_word_with_more,
                                                find_unclosed_quote,
                                                find_missing_space,
                                                find_missing_colon,
                                                find_too_deep,
                                                find_text_after_quote,
                                                find_unclosed_bracket,
                                                find_extra_bracket,
                                                find_text_that_needs_quotes,
                                                find_second_colon,
                                                find_misplaced_line,
                                                find_list_on_a_line,
                                                find_stray_text};

Finding diagnose(const Situation& situation) {
  for (const Detector detector : detectors) {
    if (auto found = detector(situation)) return std::move(*found);
  }
  return as_it_is(situation);
}

Situation situation_of(const MendedText& text, const SyntaxError& error) {
  int line = std::clamp(error.line, 0, text.line_count() - 1);
  std::size_t column = static_cast<std::size_t>(std::max(error.column, 0));
  // At the end of the file there is nothing to show; the last thing written is nearest to the mistake.
  if (is_blank(text.line(line)) || error.line < 0) {
    while (line > 0 && is_blank(text.line(line))) --line;
    column = text.line(line).size();
  }
  return {text, error, line, text.line(line), std::min(column, text.line(line).size()), block_text_lines(text)};
}

// Takes the line out, and what is indented below it.
void cut_out(MendedText& text, int line) {
  const std::size_t indent = indent_of(text.line(line));
  text.blank_out(line);
  for (int below = line + 1; below < text.line_count(); ++below) {
    if (is_blank(text.line(below))) continue;
    if (indent_of(text.line(below)) <= indent) break;
    text.blank_out(below);
  }
}

}  // namespace

bool closes_its_quote(std::string_view text) { return quoted_length(text) != none; }

MendedText::MendedText(const SourceText& source) : source_(&source) {
  lines_.reserve(static_cast<std::size_t>(source.line_count()));
  for (int number = 1; number <= source.line_count(); ++number) {
    lines_.push_back({std::string(source.line(number)), {}});
  }
}

std::string_view MendedText::line(int index) const {
  if (index < 0 || index >= line_count()) return {};
  return lines_[static_cast<std::size_t>(index)].text;
}

std::string MendedText::text() const {
  std::string text;
  for (const Line& line : lines_) {
    text += line.text;
    text += '\n';
  }
  return text;
}

void MendedText::replace(int line, std::size_t byte, std::size_t removed, std::string_view inserted) {
  Line& mended = lines_.at(static_cast<std::size_t>(line));
  removed = std::min(removed, mended.text.size() - byte);
  mended.text.replace(byte, removed, inserted);
  mended.edits.push_back({byte, removed, inserted.size()});
  ++edits_;
}

void MendedText::blank_out(int line) { replace(line, 0, std::string::npos, ""); }

Position MendedText::original_position(int line, int byte) const {
  std::size_t at = static_cast<std::size_t>(std::max(byte, 0));
  line = std::clamp(line, 0, line_count() - 1);
  const std::vector<Edit>& edits = lines_[static_cast<std::size_t>(line)].edits;
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
    if (at >= edit->byte + edit->inserted) {
      at = at - edit->inserted + edit->removed;
    } else if (at > edit->byte) {
      at = edit->byte;
    }
  }
  return source_->position(line, static_cast<int>(at));
}

bool mend(MendedText& text, const SyntaxError& error, Problems& problems, bool& whole) {
  // Each try reads the whole text again. Whoever has made this many mistakes of syntax mends those first.
  constexpr int most_edits = 40;
  constexpr std::size_t most_bytes_read = 1024 * 1024;
  const Situation situation = situation_of(text, error);
  const Finding finding = diagnose(situation);
  const std::string_view line = text.line(finding.line);
  const std::string_view marked = line.substr(std::min(finding.byte, line.size())).substr(0, finding.bytes);
  const Place place{text.original_position(finding.line, static_cast<int>(finding.byte)),
                    std::max(1, static_cast<int>(count_code_points(marked)))};
  problems.error(place, finding.what);
  const bool hopeless = finding.what.id == "tab"_text || is_blank(line) || text.edits() >= most_edits ||
                        static_cast<std::size_t>(text.edits() + 1) * text.source().text().size() > most_bytes_read;
  if (hopeless) {
    whole = false;
    return false;
  }
  if (finding.mends) {
    text.replace(finding.line, finding.at, finding.removed, finding.inserted);
  } else {
    whole = false;
    cut_out(text, finding.line);
  }
  return true;
}

}  // namespace wirelab::scenario

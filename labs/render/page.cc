#include "labs/render/page.hh"

#include <fmt/format.h>

#include <algorithm>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {
namespace {

constexpr int longest_prose_line = 100;

constexpr Glyphs unicode_glyphs{.lifeline = "│",
                                .asleep = "┊",
                                .call = "├",
                                .call_leftwards = "┤",
                                .call_both_ways = "┼",
                                .horizontal = "─",
                                .arrow_left = "◀",
                                .arrow_right = "▶",
                                .lost = "✗",
                                .kept_back = "‖",
                                .late = "┄",
                                .crossing = "┼",
                                .passed = "✓",
                                .failed = "✗",
                                .not_seen = "–",
                                .ellipsis = "…",
                                .separator = "·",
                                .rule = "─",
                                .box_left = "[",
                                .box_right = "]",
                                .cell = "│",
                                .broken_byte = "▒",
                                .unread = "┄",
                                .hatched = "░"};

constexpr Glyphs ascii_glyphs{.lifeline = "|",
                              .asleep = ":",
                              .call = "+",
                              .call_leftwards = "+",
                              .call_both_ways = "+",
                              .horizontal = "-",
                              .arrow_left = "<",
                              .arrow_right = ">",
                              .lost = "X",
                              .kept_back = "=",
                              .late = ".",
                              .crossing = "|",
                              .passed = "ok",
                              .failed = "X",
                              .not_seen = "-",
                              .ellipsis = "...",
                              .separator = "-",
                              .rule = "-",
                              .box_left = "[",
                              .box_right = "]",
                              .cell = "|",
                              .broken_byte = "#",
                              .unread = ".",
                              .hatched = "/"};

/// ECMA-48 Select Graphic Rendition. Yellow and bright colours vanish on white, blue on black: neither is used.
std::string_view colour_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::strong:
      return "\x1b[1m";
    case Ink::faint:
      return "\x1b[2m";
    case Ink::good:
      return "\x1b[32m";
    case Ink::bad:
      return "\x1b[1;31m";
    case Ink::arrow:
      return "\x1b[36m";
    case Ink::asleep:
      return "\x1b[2;35m";
    case Ink::mark:
      return "\x1b[1;35m";
    case Ink::data:
      return "\x1b[32m";
  }
  return "";
}
constexpr std::string_view colour_end = "\x1b[0m";

}  // namespace

const Glyphs& glyphs_for(const TerminalStyle& style) { return style.ascii ? ascii_glyphs : unicode_glyphs; }

std::string numbered_mark(int number, const TerminalStyle& style) {
  constexpr int circled_digits = 20;  // U+2460 ① to U+2473 ⑳; what follows in Unicode is two columns wide
  if (style.ascii || number > circled_digits) return fmt::format("({})", number);
  std::string mark = "\xE2\x91\xA0";
  mark.back() = static_cast<char>(static_cast<unsigned char>(mark.back()) + number - 1);
  return mark;
}

Line::Line(int columns) : cells_(static_cast<std::size_t>(std::max(columns, 1))) {}

void Line::clear(int column) {
  const auto index = static_cast<std::size_t>(column);
  if (cells_[index].second_half) cells_[index - 1] = Cell{};
  if (index + 1 < cells_.size() && cells_[index + 1].second_half) cells_[index + 1] = Cell{};
  cells_[index] = Cell{};
}

int Line::put(int column, std::string_view text, Ink ink) {
  Cell* before = nullptr;
  for (std::size_t offset = 0; offset < text.size();) {
    const scenario::CodePoint here = scenario::first_code_point(std::string_view(text).substr(offset));
    const bool harmless = here.valid && scenario::is_printable(here.value);
    const std::string glyph = harmless ? std::string(text.substr(offset, here.bytes)) : "?";
    const int width = harmless ? column_width(here.value) : 1;
    offset += here.bytes;
    if (width == 0) {
      if (before != nullptr) before->glyph += glyph;
      continue;
    }
    before = nullptr;
    if (column >= 0 && column + width <= columns()) {
      for (int part = 0; part < width; ++part) clear(column + part);
      before = &cells_[static_cast<std::size_t>(column)];
      *before = {glyph, ink, false};
      if (width == 2) cells_[static_cast<std::size_t>(column) + 1] = {"", ink, true};
    }
    column += width;
  }
  return column;
}

void Line::fill(int first, int last, std::string_view glyph, Ink ink) {
  for (int column = std::max(first, 0); column < last; ++column) put(column, glyph, ink);
}

std::string Line::text(bool colour) const {
  std::size_t end = cells_.size();
  while (end > 0 && cells_[end - 1].glyph == " ") --end;
  std::string result;
  std::string_view current;
  for (std::size_t index = 0; index < end; ++index) {
    const Cell& cell = cells_[index];
    const std::string_view wanted = colour && cell.glyph != " " ? colour_of(cell.ink) : current;
    if (wanted != current) {
      if (!current.empty()) result += colour_end;
      result += wanted;
      current = wanted;
    }
    result += cell.glyph;
  }
  if (!current.empty()) result += colour_end;
  return result;
}

void Page::add(const Line& line) {
  text_ += line.text(style_.colour);
  text_ += '\n';
}

void Page::heading(std::string_view text) {
  blank();
  Line heading_line = line();
  const int after = heading_line.put(0, text, Ink::strong);
  heading_line.fill(after + 1, columns(), glyphs_.rule, Ink::faint);
  add(heading_line);
}

void Page::prose(std::string_view text, int indent, Ink ink) { prose_after("", Ink::plain, text, indent, ink); }

void Page::verbatim(std::string_view text, int indent, Ink ink) {
  Line as_it_is = line();
  as_it_is.put(indent, text, ink);
  add(as_it_is);
}

void Page::prose_after(std::string_view first, Ink first_ink, std::string_view text, int indent, Ink ink) {
  const int room = std::min(columns(), longest_prose_line) - indent;
  bool is_first = true;
  for (const std::string& wrapped : wrap(text, room)) {
    Line prose_line = line();
    if (is_first) prose_line.put(std::max(0, indent - display_width(first) - 1), first, first_ink);
    prose_line.put(indent, wrapped, ink);
    add(prose_line);
    is_first = false;
  }
}

std::string Page::say(words::TextId id, const words::Arguments& arguments) const {
  return words::say(style_.language, id, arguments);
}

std::string Page::foreign(std::string_view text) const {
  const std::string harmless = scenario::printable(text);
  return style_.ascii ? to_ascii(harmless) : harmless;
}

}  // namespace wirelab::render

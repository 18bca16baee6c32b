// A page of coloured text that cannot grow wider than its terminal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labs/render/terminal.hh"
#include "labs/words/message.hh"

namespace wirelab::render {

/// What a piece of text is, not what it looks like; page.cc says once which colour that gets. All are readable on dark
/// and on light ground, and none carries a meaning that the text itself does not.
enum class Ink { plain, strong, faint, good, bad, arrow, asleep, mark, data };

/// The characters pictures are made of, in UTF-8 or in ASCII.
struct Glyphs {
  std::string_view lifeline, asleep;                ///< of a lane
  std::string_view call;                            ///< where a call stands on its lane
  std::string_view call_leftwards, call_both_ways;  ///< where its arrow leaves to the left, or to both sides
  std::string_view horizontal, arrow_left, arrow_right, lost;
  std::string_view kept_back, late;  ///< of an arrow: where it waits, and the way it had come before
  std::string_view crossing;         ///< of an arrow and a lane it passes
  std::string_view passed, failed, not_seen;
  std::string_view ellipsis, separator, rule;
  std::string_view box_left, box_right;                 ///< round a datagram
  std::string_view cell, broken_byte, unread, hatched;  ///< of the byte ruler
};
const Glyphs& glyphs_for(const TerminalStyle& style);

/// ① ② … or (1) (2) …
std::string numbered_mark(int number, const TerminalStyle& style);

/// One line as a row of columns. Whatever is put outside of them is cut off, so no line is ever wider than it was made;
/// a character that is not printable never gets through, whoever forgot to spell it out.
class Line {
 public:
  explicit Line(int columns);

  /// Writes `text` from `column` (from 0) on, over what is there, and returns the column after it.
  int put(int column, std::string_view text, Ink ink = Ink::plain);
  /// Writes `glyph` (one column) into each column from `first` to before `last`.
  void fill(int first, int last, std::string_view glyph, Ink ink = Ink::plain);
  int columns() const { return static_cast<int>(cells_.size()); }

  /// The line without blanks at its end, coloured if wanted.
  std::string text(bool colour) const;

 private:
  struct Cell {
    std::string glyph = " ";
    Ink ink = Ink::plain;
    bool second_half = false;  ///< of the wide character before it
  };
  void clear(int column);
  std::vector<Cell> cells_;
};

/// Lines from top to bottom.
class Page {
 public:
  explicit Page(const TerminalStyle& style) : style_(style), glyphs_(glyphs_for(style)) {}

  const TerminalStyle& style() const { return style_; }
  const Glyphs& glyphs() const { return glyphs_; }
  int columns() const { return style_.columns; }

  Line line() const { return Line(style_.columns); }
  void add(const Line& line);
  void blank() { text_ += '\n'; }
  /// A heading with an empty line above it.
  void heading(std::string_view text);
  /// `text` wrapped, each line from column `indent` on. At most 100 columns wide: longer lines are hard to read.
  void prose(std::string_view text, int indent, Ink ink = Ink::plain);
  /// One line as it is; what does not fit is cut off.
  void verbatim(std::string_view text, int indent, Ink ink = Ink::plain);
  /// `text` wrapped, with `first` (a mark, a bullet) in the columns before the first line.
  void prose_after(std::string_view first, Ink first_ink, std::string_view text, int indent, Ink ink = Ink::plain);

  /// A text in the language of the page; what it is filled with may be foreign.
  std::string say(words::TextId id, const words::Arguments& arguments = {}) const;

  /// Foreign text made harmless, and ASCII where nothing else can be shown.
  std::string foreign(std::string_view text) const;

  const std::string& text() const { return text_; }

 private:
  TerminalStyle style_;
  const Glyphs& glyphs_;
  std::string text_;
};

}  // namespace wirelab::render

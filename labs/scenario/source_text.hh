// The text of a scenario file by lines, and the places in it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

/// A stretch of one line. Columns and widths are in characters (code points), as an editor counts them.
struct Place {
  Position at;
  int width = 1;
};

/// Lines end with \n; a \r before it is taken off, and so is a byte order mark at the start.
class SourceText {
 public:
  explicit SourceText(std::string_view bytes);

  const std::string& text() const { return text_; }
  int line_count() const { return static_cast<int>(line_starts_.size()); }

  /// Without its end; empty if there is no such line. Lines count from 1.
  std::string_view line(int number) const;

  /// The place of a byte of a line; both from 0 as parsers count them.
  Position position(int line_index, int byte_index) const;

  /// The byte index in its line of a position's column.
  std::size_t byte_in_line(Position at) const;

  /// What a caret under `at` should cover: a quoted text with its quotes, a bare word, a `{…}` or `[…]`; at most up to
  /// the end of the line.
  Place word_at(Position at) const;

 private:
  std::string text_;
  std::vector<std::size_t> line_starts_;
  /// Characters before byte 0, 256, 512 … of the text: a file may be one long line, and each of its thousands of nodes
  /// asks for its column.
  std::vector<std::size_t> characters_before_;

  std::size_t characters_up_to(std::size_t byte) const;
};

}  // namespace wirelab::scenario

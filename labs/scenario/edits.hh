// What somebody did to a text, line by line, so that each part of it can be done alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wirelab::scenario {

/// Lines first … last, counted from 1; none if last is before first, and then `first` is the line that follows.
struct LineRange {
  int first = 1;
  int last = 0;
  bool operator==(const LineRange&) const = default;
};

/// One place at which two texts differ.
struct LineEdit {
  LineRange before;   ///< lines of the earlier text, …
  LineRange after;    ///< … in whose place these lines of the later one stand
  std::string alone;  ///< the earlier text with this edit and no other
};

/// In order of place. As many lines in place of as many are as many edits; else lines that were changed, added or
/// removed next to each other are one.
std::vector<LineEdit> line_edits(std::string_view before, std::string_view after);

}  // namespace wirelab::scenario

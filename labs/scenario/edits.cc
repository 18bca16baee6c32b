#include "labs/scenario/edits.hh"

#include <algorithm>
#include <cstddef>

namespace wirelab::scenario {
namespace {

using Lines = std::vector<std::string_view>;

/// Each with its newline, so that joining them gives the text again.
Lines lines_of(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

/// A stretch of both texts, as indices: from `before` to `before_end`, and so on.
struct Hunk {
  std::size_t before = 0, before_end = 0, after = 0, after_end = 0;
};

/// Whether line i of one text and line j of the other are kept together: the longest common subsequence. A table of all
/// pairs; what both texts begin and end with is not in it.
class Alignment {
 public:
  Alignment(const Lines& before, const Lines& after) : before_(before), after_(after) {
    while (start_ < std::min(before.size(), after.size()) && before[start_] == after[start_]) ++start_;
    while (end_ < std::min(before.size(), after.size()) - start_ &&
           before[before.size() - 1 - end_] == after[after.size() - 1 - end_]) {
      ++end_;
    }
  }

  std::vector<Hunk> hunks() const {
    // A class's worth of edits fits easily. Two texts that have nothing to do with each other are one edit.
    constexpr std::size_t most_pairs = 4'000'000;
    const std::size_t rows = before_.size() - end_ - start_;
    const std::size_t columns = after_.size() - end_ - start_;
    if (rows == 0 && columns == 0) return {};
    const Hunk whole{start_, start_ + rows, start_, start_ + columns};
    if (rows * columns > most_pairs) return {whole};

    std::vector<int> common((rows + 1) * (columns + 1), 0);  // of what is left from that pair on
    const auto at = [&](std::size_t row, std::size_t column) -> int& { return common[row * (columns + 1) + column]; };
    const auto same = [&](std::size_t row, std::size_t column) {
      return before_[start_ + row] == after_[start_ + column];
    };
    for (std::size_t row = rows; row-- > 0;) {
      for (std::size_t column = columns; column-- > 0;) {
        at(row, column) =
            same(row, column) ? at(row + 1, column + 1) + 1 : std::max(at(row + 1, column), at(row, column + 1));
      }
    }

    std::vector<Hunk> found;
    Hunk open{start_, start_, start_, start_};
    const auto close = [&] {
      if (open.before < open.before_end || open.after < open.after_end) found.push_back(open);
    };
    std::size_t row = 0;
    std::size_t column = 0;
    while (row < rows || column < columns) {
      if (row < rows && column < columns && same(row, column)) {
        close();
        ++row;
        ++column;
        open = {start_ + row, start_ + row, start_ + column, start_ + column};
      } else if (row < rows && (column == columns || at(row + 1, column) >= at(row, column + 1))) {
        open.before_end = start_ + ++row;
      } else {
        open.after_end = start_ + ++column;
      }
    }
    close();
    return found;
  }

 private:
  const Lines& before_;
  const Lines& after_;
  std::size_t start_ = 0;  ///< so many lines are the same at the start …
  std::size_t end_ = 0;    ///< … and so many at the end
};

/// Line for line, if there are as many on both sides.
std::vector<Hunk> parts_of(const Hunk& hunk) {
  const std::size_t lines = hunk.before_end - hunk.before;
  if (lines != hunk.after_end - hunk.after) return {hunk};
  std::vector<Hunk> parts;
  for (std::size_t line = 0; line < lines; ++line) {
    parts.push_back({hunk.before + line, hunk.before + line + 1, hunk.after + line, hunk.after + line + 1});
  }
  return parts;
}

LineRange range_of(std::size_t first, std::size_t end) { return {static_cast<int>(first) + 1, static_cast<int>(end)}; }

}  // namespace

std::vector<LineEdit> line_edits(std::string_view before, std::string_view after) {
  const Lines earlier = lines_of(before);
  const Lines later = lines_of(after);
  std::vector<LineEdit> edits;
  for (const Hunk& hunk : Alignment(earlier, later).hunks()) {
    for (const Hunk& part : parts_of(hunk)) {
      LineEdit edit{range_of(part.before, part.before_end), range_of(part.after, part.after_end), ""};
      const auto append = [&edit](const Lines& lines, std::size_t first, std::size_t end) {
        for (std::size_t line = first; line < end; ++line) {
          // The last line of a text may lack its newline, and be the last no longer.
          if (!edit.alone.empty() && edit.alone.back() != '\n') edit.alone += '\n';
          edit.alone += lines[line];
        }
      };
      append(earlier, 0, part.before);
      append(later, part.after, part.after_end);
      append(earlier, part.before_end, earlier.size());
      edits.push_back(std::move(edit));
    }
  }
  return edits;
}

}  // namespace wirelab::scenario

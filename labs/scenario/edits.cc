#include "labs/scenario/edits.hh"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "labs/scenario/alignment.hh"

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

/// The stretches between the lines that both texts keep. What both begin and end with is not compared line by line.
std::vector<Hunk> hunks_of(const Lines& before, const Lines& after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t start = 0;
  while (start < shorter && before[start] == after[start]) ++start;
  std::size_t end = 0;
  while (end < shorter - start && before[before.size() - 1 - end] == after[after.size() - 1 - end]) ++end;

  // A class's worth of edits fits easily. Two texts that have nothing to do with each other are one edit.
  constexpr std::size_t most_pairs = 4'000'000;
  const std::size_t rows = before.size() - end - start;
  const std::size_t columns = after.size() - end - start;
  std::vector<std::pair<std::size_t, std::size_t>> kept;
  if (rows * columns <= most_pairs) {
    kept = aligned(rows, columns,
                   [&](std::size_t row, std::size_t column) { return before[start + row] == after[start + column]; });
  }
  kept.emplace_back(rows, columns);

  std::vector<Hunk> found;
  std::size_t row = 0;
  std::size_t column = 0;
  for (const auto& [next_row, next_column] : kept) {
    const Hunk hunk{start + row, start + next_row, start + column, start + next_column};
    if (row < next_row || column < next_column) found.push_back(hunk);
    row = next_row + 1;
    column = next_column + 1;
  }
  return found;
}

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
  for (const Hunk& hunk : hunks_of(earlier, later)) {
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

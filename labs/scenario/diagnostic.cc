#include "labs/scenario/diagnostic.hh"

#include <fmt/format.h>

#include <algorithm>

#include "labs/scenario/source_text.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

constexpr int tab_width = 4;
// Columns of a source line that are shown; a longer one is cut to a window round the caret.
constexpr int shown_columns = 110;
constexpr int shown_before = 60;

// One character of the source line as it is shown: a tab as spaces, what cannot be shown escaped.
struct Cell {
  std::string text;
  int columns = 1;
};

int columns_of(std::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const CodePoint point = first_code_point(text);
    columns += display_width(point.value);
    text.remove_prefix(point.bytes);
  }
  return columns;
}

std::vector<Cell> cells_of(std::string_view line, int first_character, int most_characters) {
  std::vector<Cell> cells;
  int character = 0;
  int column = 0;
  while (!line.empty() && character < first_character + most_characters) {
    const CodePoint point = first_code_point(line);
    const bool is_tab = point.valid && point.value == '\t';
    Cell cell;
    cell.text = is_tab ? std::string(static_cast<std::size_t>(tab_width - column % tab_width), ' ')
                       : printable(line.substr(0, point.bytes));
    cell.columns = columns_of(cell.text);
    if (++character > first_character) {
      column += cell.columns;
      cells.push_back(std::move(cell));
    }
    line.remove_prefix(point.bytes);
  }
  return cells;
}

// The source line, and under it `^~~~` below the characters from `column` on.
std::string excerpt(std::string_view line, Position at, int width) {
  const int first = at.column > shown_before + shown_before / 2 ? at.column - shown_before : 0;
  const std::vector<Cell> cells = cells_of(line, first, shown_columns);
  std::string shown = first > 0 ? "…" : "";
  std::string under = first > 0 ? " " : "";
  int marked = 0;
  for (std::size_t index = 0; index < cells.size(); ++index) {
    shown += cells[index].text;
    const int column = first + static_cast<int>(index) + 1;
    if (column < at.column) under += std::string(static_cast<std::size_t>(cells[index].columns), ' ');
    if (column >= at.column && column < at.column + width) marked += cells[index].columns;
  }
  // A place behind the last character, such as a missing value, still gets its caret.
  const int beyond = at.column - 1 - first - static_cast<int>(cells.size());
  if (beyond > 0) under += std::string(static_cast<std::size_t>(std::min(beyond, shown_columns)), ' ');
  under += '^';
  if (marked > 1) under += std::string(static_cast<std::size_t>(marked) - 1, '~');
  const std::string number = fmt::format("{}", at.line);
  return fmt::format(" {} | {}\n {} | {}\n", number, shown, std::string(number.size(), ' '), under);
}

std::string place_of(const Diagnostic& diagnostic) {
  const std::string file = printable(diagnostic.file);
  if (diagnostic.at.line == 0) return file;
  return fmt::format("{}:{}:{}", file, diagnostic.at.line, diagnostic.at.column);
}

}  // namespace

std::string to_text(const Diagnostic& diagnostic, const std::string& source) {
  const bool is_error = diagnostic.severity == Diagnostic::Severity::error;
  std::string text =
      fmt::format("{}: {}: {}\n", place_of(diagnostic), is_error ? "error" : "warning", diagnostic.message);
  if (diagnostic.at.line > 0) {
    text += excerpt(SourceText(source).line(diagnostic.at.line), diagnostic.at, diagnostic.width);
  }
  if (!diagnostic.mend.empty()) text += fmt::format("   = {}\n", diagnostic.mend);
  return text;
}

}  // namespace wirelab::scenario

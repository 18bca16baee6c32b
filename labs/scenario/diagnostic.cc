#include "labs/scenario/diagnostic.hh"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "labs/scenario/column_width.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::scenario {
namespace {

constexpr int tab_width = 4;
// Characters of a source line that are shown; a longer one is cut to a window round the caret.
constexpr int shown_characters = 110;
constexpr int shown_before = 60;

// One character of the source line as it is shown: a tab as spaces, what cannot be shown escaped.
struct Cell {
  std::string text;
  int columns = 1;
};

std::vector<Cell> cells_of(std::string_view text) {
  std::vector<Cell> cells;
  int column = 0;
  while (!text.empty() && cells.size() < static_cast<std::size_t>(shown_characters)) {
    const CodePoint point = first_code_point(text);
    const bool is_tab = point.valid && point.value == '\t';
    Cell cell;
    cell.text = is_tab ? std::string(static_cast<std::size_t>(tab_width - column % tab_width), ' ')
                       : printable(text.substr(0, point.bytes));
    cell.columns = display_width(cell.text);
    column += cell.columns;
    cells.push_back(std::move(cell));
    text.remove_prefix(point.bytes);
  }
  return cells;
}

// The rest of a line, which may be a megabyte long, behind its first characters.
std::string_view without_characters(std::string_view line, int characters) {
  std::size_t byte = 0;
  for (int passed = -1; byte < line.size(); ++byte) {
    const bool starts_one = (static_cast<unsigned char>(line[byte]) & 0xC0) != 0x80;
    if (starts_one && ++passed == characters) break;
  }
  return line.substr(byte);
}

// That line alone, whichever way lines end.
std::string_view line_of(std::string_view source, int number) {
  for (int skipped = 1; skipped < number; ++skipped) {
    const std::size_t end = source.find('\n');
    if (end == std::string_view::npos) return {};
    source.remove_prefix(end + 1);
  }
  source = source.substr(0, source.find('\n'));
  return source.ends_with('\r') ? source.substr(0, source.size() - 1) : source;
}

// The source line, and under it `^~~~` below the characters from `column` on.
std::string excerpt(std::string_view line, Position at, int width) {
  const int first = at.column > shown_before + shown_before / 2 ? at.column - shown_before : 0;
  const std::vector<Cell> cells = cells_of(without_characters(line, first));
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
  if (beyond > 0) under += std::string(static_cast<std::size_t>(std::min(beyond, shown_characters)), ' ');
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

std::string_view Diagnostic::rule() const { return what.id.name().substr(0, what.id.name().find('.')); }

Complaint in_words(const words::Message& what, words::Language language) {
  const std::string text = words::say(language, what);
  const std::size_t end = std::min(text.find('\n'), text.size());
  return {text.substr(0, end), text.substr(std::min(end + 1, text.size()))};
}

std::string to_text(const Diagnostic& diagnostic, const std::string& source, words::Language language) {
  const bool is_error = diagnostic.severity == Diagnostic::Severity::error;
  const std::string severity = words::say(language, is_error ? "severity.error"_text : "severity.warning"_text);
  const Complaint complaint = in_words(diagnostic.what, language);
  std::string text = fmt::format("{}: {}: {}\n", place_of(diagnostic), severity, complaint.message);
  if (diagnostic.at.line > 0) {
    text += excerpt(line_of(source, diagnostic.at.line), diagnostic.at, diagnostic.width);
  }
  if (!complaint.mend.empty()) text += fmt::format("   = {}\n", complaint.mend);
  return text;
}

}  // namespace wirelab::scenario

#include "labs/scenario/syntax.hh"

namespace wirelab::scenario {

MendedText::MendedText(const SourceText& source) : source_(&source) {
  lines_.reserve(static_cast<std::size_t>(source.line_count()));
  for (int number = 1; number <= source.line_count(); ++number) lines_.push_back({std::string(source.line(number)), {}});
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
  mended.text.replace(byte, removed, inserted);
  mended.edits.push_back({byte, removed, inserted.size()});
}

void MendedText::blank_out(int line) { replace(line, 0, std::string::npos, ""); }

Position MendedText::original_position(int line, int byte) const {
  if (line < 0) return {};
  std::size_t at = static_cast<std::size_t>(byte < 0 ? 0 : byte);
  if (line < line_count()) {
    const std::vector<Edit>& edits = lines_[static_cast<std::size_t>(line)].edits;
    for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit) {
      if (at >= edit->byte + edit->inserted) {
        at = at - edit->inserted + edit->removed;
      } else if (at > edit->byte) {
        at = edit->byte;
      }
    }
  }
  return source_->position(line, static_cast<int>(at));
}

bool mend(MendedText& text, const SyntaxError& error, Problems& problems, bool& whole) {
  whole = false;
  problems.error(text.original_position(error.line, error.column), "syntax", error.message);
  return false;
}

}  // namespace wirelab::scenario

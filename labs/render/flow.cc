#include "labs/render/flow.hh"

#include <fmt/format.h>

#include <utility>

#include "labs/render/text.hh"

namespace wirelab::render {
namespace {

std::string time_text(timeline::Nanoseconds at) {
  const double milliseconds = static_cast<double>(at) / 1e6;
  if (milliseconds < 99.995) return fmt::format("{:.2f}ms", milliseconds);
  if (milliseconds < 9999.5) return fmt::format("{:.0f}ms", milliseconds);
  return fmt::format("{:.1f}s", milliseconds / 1000);
}

/// Fills lines with phrases; data that is too long for a line is shortened in its middle.
class Flow {
 public:
  Flow(int columns, const Page& page) : columns_(columns), page_(page) {}

  std::vector<TextLine> lines_of(const std::vector<Phrase>& phrases) {
    for (std::size_t index = 0; index < phrases.size(); ++index) {
      const Phrase& phrase = phrases[index];
      add(phrase.bytes ? with_bytes(phrase, width_after(phrases, index)) : page_.foreign(phrase.before), phrase.ink);
    }
    return std::move(lines_);
  }

 private:
  static constexpr int hanging_indent = 2;

  bool at_line_start() const { return used_ == (lines_.size() == 1 ? 0 : hanging_indent); }
  int room_left() const { return columns_ - used_ - (at_line_start() ? 0 : 1); }
  static int width_of(const Phrase& phrase) { return display_width(phrase.before) + display_width(phrase.after); }

  /// What stands behind a phrase and should stay on its line: results and marks, but no other data.
  static int width_after(const std::vector<Phrase>& phrases, std::size_t index) {
    int width = 0;
    for (std::size_t next = index + 1; next < phrases.size() && !phrases[next].bytes; ++next) {
      width += 1 + width_of(phrases[next]);
    }
    return width;
  }

  /// In full if a line can hold that. Else cut anyway, so rather to what is left of this line than to all of the next.
  std::string with_bytes(const Phrase& phrase, int behind) const {
    constexpr int least_worth_showing = 12;
    const std::string before = page_.foreign(phrase.before);
    const std::string after = page_.foreign(phrase.after);
    const int around = display_width(before) + display_width(after);
    const bool ascii = page_.style().ascii;
    const int whole_line = columns_ - (lines_.size() == 1 && used_ == 0 ? 0 : hanging_indent) - around;
    if (const auto whole = quoted_whole(*phrase.bytes, whole_line, ascii)) return before + *whole + after;
    for (const int room : {room_left() - around - behind, whole_line - behind}) {
      if (room >= least_worth_showing) return before + fitted(phrase, room) + after;
    }
    return before + fitted(phrase, whole_line) + after;
  }

  std::string fitted(const Phrase& phrase, int room) const {
    return quoted_to_fit(*phrase.bytes, room, page_.style().ascii, phrase.size, page_.style().language);
  }

  void add(const std::string& text, Ink ink) {
    if (display_width(text) > room_left() && !at_line_start()) start_line();
    if (!at_line_start()) put(" ", Ink::plain);
    constexpr int most_lines = 4;
    const int room = columns_ - used_;
    bool first = true;
    for (const std::string& part : wrap(shorten_end(text, room * most_lines, page_.glyphs().ellipsis), room)) {
      if (!std::exchange(first, false)) start_line();
      put(part, ink);
    }
  }

  void start_line() {
    lines_.push_back({{std::string(hanging_indent, ' '), Ink::plain}});
    used_ = hanging_indent;
  }
  void put(const std::string& text, Ink ink) {
    lines_.back().push_back({text, ink});
    used_ += display_width(text);
  }

  int columns_;
  const Page& page_;
  std::vector<TextLine> lines_{1};
  int used_ = 0;
};

}  // namespace

std::vector<TextLine> lines_of(const std::vector<Phrase>& phrases, int columns, const Page& page) {
  return Flow(columns, page).lines_of(phrases);
}

int put(Line& line, int column, const TextLine& pieces) {
  for (const Piece& piece : pieces) column = line.put(column, piece.text, piece.ink);
  return column;
}

void put_margins(Line& line, const Row& row, bool shows_source_line, const Page& page) {
  if (!page.style().canonical && row.kind != Row::Kind::folded) {
    const std::string time = time_text(row.at);
    line.put(time_columns - display_width(time), time, Ink::faint);
  }
  if (row.source_line > 0 && shows_source_line) {
    const std::string source = fmt::format(":{}", row.source_line);
    line.put(page.columns() - display_width(source), source, Ink::faint);
  }
}

}  // namespace wirelab::render

#include "labs/render/lanes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "labs/render/story.hh"
#include "labs/render/text.hh"

namespace wirelab::render {

using timeline::LaneIndex;
using timeline::nobody;

namespace {

constexpr int time_columns = 8;         // "12.34ms" and a space
constexpr int source_line_columns = 6;  // " :1234"
constexpr int least_lane_columns = 22;
constexpr int least_arrow_columns = 4;

std::string time_text(timeline::Nanoseconds at) {
  const double milliseconds = static_cast<double>(at) / 1e6;
  if (milliseconds < 99.995) return fmt::format("{:.2f}ms", milliseconds);
  if (milliseconds < 9999.5) return fmt::format("{:.0f}ms", milliseconds);
  return fmt::format("{:.1f}s", milliseconds / 1000);
}

/// A piece of a laid-out line.
struct Piece {
  std::string text;
  Ink ink = Ink::plain;
};
using TextLine = std::vector<Piece>;

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
      if (room >= least_worth_showing) return before + quoted_to_fit(*phrase.bytes, room, ascii, phrase.size) + after;
    }
    return before + quoted_to_fit(*phrase.bytes, whole_line, ascii, phrase.size) + after;
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

int put(Line& line, int column, const TextLine& pieces) {
  for (const Piece& piece : pieces) column = line.put(column, piece.text, piece.ink);
  return column;
}

// ------------------------------------------------------------------------------------------------------- lanes

/// Where the lanes stand on a page.
struct LaneColumns {
  int left = 0;
  int each = 0;
  bool shows_source_lines = true;
  bool fits = false;
};

LaneColumns lane_columns(const timeline::Timeline& timeline, const Page& page) {
  const int lanes = std::max(1, static_cast<int>(timeline.lanes.size()));
  LaneColumns columns;
  columns.left = page.style().canonical ? 1 : time_columns + 1;
  const int room = page.columns() - columns.left;
  // Rather the picture of one more actor than the numbers of the lines.
  columns.shows_source_lines = (room - source_line_columns) / lanes >= least_lane_columns;
  columns.each = (columns.shows_source_lines ? room - source_line_columns : room) / lanes;
  columns.fits = columns.each >= least_lane_columns;
  return columns;
}

class LanePicture {
 public:
  LanePicture(const timeline::Timeline& timeline, const std::vector<Row>& rows, const LaneColumns& lanes, Page& page)
      : timeline_(timeline), rows_(rows), lanes_(lanes), page_(page), glyphs_(page.glyphs()) {}

  void draw() {
    find_lifelines();
    draw_names();
    for (std::size_t index = 0; index < rows_.size(); ++index) {
      row_index_ = index;
      const Row& row = rows_[index];
      if (row.lane != nobody) asleep_[static_cast<std::size_t>(row.lane)] = false;
      if (row.kind == Row::Kind::note) {
        draw_note(row);
      } else {
        draw_row(row);
      }
      if (row.lane != nobody) asleep_[static_cast<std::size_t>(row.lane)] = row.falls_asleep;
    }
  }

 private:
  int x_of(LaneIndex lane) const { return lanes_.left + lane * lanes_.each; }
  bool is_lane(LaneIndex lane) const { return lane >= 0 && static_cast<std::size_t>(lane) < timeline_.lanes.size(); }

  /// A lane's line ends with its last row or the last arrow that comes to it, unless it is asleep there for ever.
  void find_lifelines() {
    asleep_.assign(timeline_.lanes.size(), false);
    last_row_.assign(timeline_.lanes.size(), rows_.size());
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      const auto last = std::find_if(rows_.rbegin(), rows_.rend(), [&](const Row& row) {
        return row.lane == static_cast<LaneIndex>(lane) && row.kind != Row::Kind::packet;
      });
      if (last == rows_.rend() || last->falls_asleep) continue;
      const auto last_touched = std::find_if(rows_.rbegin(), last, [&](const Row& row) {
        return std::any_of(row.arrows.begin(), row.arrows.end(),
                           [&](const Arrow& arrow) { return arrow.to == static_cast<LaneIndex>(lane); });
      });
      last_row_[lane] =
          static_cast<std::size_t>(std::distance(last_touched == last ? last : last_touched, rows_.rend())) - 1;
    }
  }

  void draw_names() {
    Line names = page_.line();
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      const timeline::Lane& here = timeline_.lanes[lane];
      const std::string name = page_.foreign(here.name) + (here.slow ? " (slow)" : "");
      names.put(x_of(static_cast<LaneIndex>(lane)), shorten_end(name, lanes_.each - 1, glyphs_.ellipsis), Ink::strong);
    }
    page_.add(names);
  }

  Line line_with_lifelines(bool below_own_row = false) const {
    Line line = page_.line();
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      if (row_index_ > last_row_[lane] || (below_own_row && row_index_ == last_row_[lane])) continue;
      const bool asleep = asleep_[lane];
      line.put(x_of(static_cast<LaneIndex>(lane)), asleep ? glyphs_.asleep : glyphs_.lifeline,
               asleep ? Ink::asleep : Ink::faint);
    }
    return line;
  }

  void put_margins(Line& line, const Row& row) const {
    if (!page_.style().canonical) {
      const std::string time = time_text(row.at);
      line.put(time_columns - display_width(time), time, Ink::faint);
    }
    if (row.source_line > 0 && lanes_.shows_source_lines) {
      const std::string source = fmt::format(":{}", row.source_line);
      line.put(page_.columns() - display_width(source), source, Ink::faint);
    }
  }

  void draw_note(const Row& row) {
    const int indent = lanes_.left + 2;
    bool first = true;
    for (const std::string& text :
         wrap(page_.foreign(row.phrases.front().before), page_.columns() - source_line_columns - indent)) {
      Line line = page_.line();
      if (first) put_margins(line, row);
      line.put(lanes_.left, page_.style().ascii ? ">" : "▸", Ink::mark);
      line.put(indent, text, Ink::strong);
      page_.add(line);
      first = false;
    }
  }

  void draw_row(const Row& row) {
    const bool has_lane = is_lane(row.lane);
    const int own_x = has_lane ? x_of(row.lane) : lanes_.left;
    const std::vector<TextLine> texts = Flow(lanes_.each - 3, page_).lines_of(row.phrases);
    std::size_t next_arrow = 0;
    for (std::size_t index = 0; index < texts.size(); ++index) {
      Line line = line_with_lifelines(index > 0);
      if (index == 0) {
        put_margins(line, row);
        if (has_lane) line.put(own_x, glyphs_.call, Ink::plain);
      }
      const int text_end = put(line, own_x + 2, texts[index]);
      // To the left an arrow starts at the call's first line, to the right behind the end of its text.
      const bool has_arrow = next_arrow < row.arrows.size();
      const bool is_its_line = has_arrow && index == (row.arrows[next_arrow].to > row.lane ? texts.size() - 1 : 0);
      if (is_its_line && draw_arrow(line, row.arrows[next_arrow], text_end)) ++next_arrow;
      page_.add(line);
    }
    for (; next_arrow < row.arrows.size(); ++next_arrow) {
      Line line = line_with_lifelines();
      draw_arrow(line, row.arrows[next_arrow], own_x);
      page_.add(line);
    }
  }

  /// False if there is no room for it behind the text that ends at `text_end`.
  bool draw_arrow(Line& line, const Arrow& arrow, int text_end) const {
    if (!is_lane(arrow.from) || !is_lane(arrow.to) || arrow.from == arrow.to) return true;
    const int from = x_of(arrow.from);
    const int to = x_of(arrow.to);
    const bool rightwards = to > from;
    const bool behind_text = rightwards && text_end > from;
    const int first = rightwards ? (behind_text ? text_end + 1 : from + 1) : to + 1;
    const int last = rightwards ? to : from;  // one past the end
    if (last - first < least_arrow_columns) return false;
    const std::string label =
        shorten_end(page_.foreign(arrow.label), to > from ? to - from - 6 : from - to - 6, glyphs_.ellipsis);
    const int label_columns = display_width(label) + 2;
    // What tells why something did not arrive has to be read; a number of bytes is also in the call.
    if (behind_text && arrow.end != Arrow::End::arrives && last - first < label_columns + least_arrow_columns)
      return false;

    int begin = first;
    int end = last;
    if (arrow.end == Arrow::End::lost) {
      const int length = std::min(last - first - 1, std::max((last - first) / 2, label_columns + 3));
      (rightwards ? end : begin) = rightwards ? first + length : last - length;
    }
    const Ink ink = arrow.end == Arrow::End::arrives ? Ink::arrow : Ink::bad;
    line.fill(begin, end, glyphs_.horizontal, ink);
    if (!rightwards) line.put(from, glyphs_.call_leftwards, Ink::plain);
    if (rightwards && !behind_text) line.put(from, glyphs_.call, Ink::plain);
    const std::string_view head = arrow.end != Arrow::End::arrives ? glyphs_.lost
                                  : rightwards                     ? glyphs_.arrow_right
                                                                   : glyphs_.arrow_left;
    line.put(rightwards ? end - 1 : begin, head, ink);
    if (label_columns + 2 <= end - begin) {
      line.put(begin + (end - begin - label_columns) / 2, " " + label + " ", ink);
    }
    return true;
  }

  const timeline::Timeline& timeline_;
  const std::vector<Row>& rows_;
  LaneColumns lanes_;
  Page& page_;
  const Glyphs& glyphs_;
  std::size_t row_index_ = 0;
  std::vector<bool> asleep_;           ///< by lane, before the row being drawn
  std::vector<std::size_t> last_row_;  ///< by lane
};

// -------------------------------------------------------------------------------------------------------- list

/// Rows as lines of text, for when there are more actors than columns.
class ListPicture {
 public:
  ListPicture(const timeline::Timeline& timeline, const std::vector<Row>& rows, Page& page)
      : timeline_(timeline), rows_(rows), page_(page) {
    for (const timeline::Lane& lane : timeline_.lanes) {
      name_columns_ = std::max(name_columns_, display_width(page_.foreign(lane.name)));
    }
    name_columns_ = std::min(name_columns_, page_.columns() / 4);
    if (!page_.style().canonical) left_ = time_columns + 1;
  }

  void draw() {
    for (std::size_t index = 0; index < rows_.size();) {
      const Repetition repetition = repetition_at(index);
      const std::size_t shown = std::max<std::size_t>(repetition.length, 1);
      for (std::size_t row = index; row < index + shown; ++row) draw_row(rows_[row]);
      if (repetition.times > 1) draw_repetition(index, repetition);
      index += shown * static_cast<std::size_t>(std::max(repetition.times, 1));
    }
  }

 private:
  /// Rows that are followed by the same rows of another copy, and another …
  struct Repetition {
    std::size_t length = 0;
    int times = 1;
  };
  static constexpr int fewest_worth_folding = 3;
  static constexpr std::size_t longest_repeated = 40;

  const timeline::Lane* lane_of(const Row& row) const {
    return row.lane >= 0 && static_cast<std::size_t>(row.lane) < timeline_.lanes.size()
               ? &timeline_.lanes[static_cast<std::size_t>(row.lane)]
               : nullptr;
  }
  int copy_of(const Row& row) const { return lane_of(row) != nullptr ? lane_of(row)->copy : 0; }
  std::string name_of(LaneIndex lane) const {
    if (lane < 0 || static_cast<std::size_t>(lane) >= timeline_.lanes.size()) return {};
    return page_.foreign(timeline_.lanes[static_cast<std::size_t>(lane)].name);
  }

  /// The copy that a run of rows is about: the first that has a number.
  int copy_at(std::size_t first, std::size_t length) const {
    for (std::size_t row = first; row < first + length; ++row) {
      if (const int copy = copy_of(rows_[row]); copy > 0) return copy;
    }
    return 0;
  }

  /// What a row says, with the copy's own number replaced where it stands for the copy (in names and in data), so that
  /// copies which do alike compare equal.
  std::string without_copy(const Row& row, int copy) const {
    std::string text = fmt::format("{}:{}:{}:", static_cast<int>(row.kind), row.source_line, row.falls_asleep);
    text += without_number(name_of(row.lane), copy, true);
    for (const Phrase& phrase : row.phrases) {
      text += without_number(phrase.before, copy, true) + without_number(phrase.bytes.value_or(""), copy, false) +
              without_number(phrase.after, copy, true) + '/';
    }
    for (const Arrow& arrow : row.arrows) text += '>' + without_number(name_of(arrow.to), copy, true) + arrow.label;
    return text;
  }

  /// `text` with `{copy}` for each number that is `copy`; `in_names`: only where it follows a #.
  static std::string without_number(const std::string& text, int copy, bool in_names) {
    const std::string number = fmt::format("{}", copy);
    std::string result;
    for (std::size_t index = 0; index < text.size();) {
      const std::size_t end = std::min(text.find_first_not_of("0123456789", index), text.size());
      if (end == index) {
        result += text[index++];
        continue;
      }
      const bool counts = !in_names || (index > 0 && text[index - 1] == '#');
      const std::string found = text.substr(index, end - index);
      result += counts && found == number ? "{copy}" : found;
      index = end;
    }
    return result;
  }

  /// Cheap, and enough to tell most rows apart.
  bool look_alike(const Row& one, const Row& other) const {
    const timeline::Lane* lane = lane_of(one);
    const timeline::Lane* other_lane = lane_of(other);
    return one.kind == other.kind && one.source_line == other.source_line && one.falls_asleep == other.falls_asleep &&
           one.phrases.size() == other.phrases.size() && one.arrows.size() == other.arrows.size() &&
           (lane == nullptr) == (other_lane == nullptr) && (lane == nullptr || lane->actor == other_lane->actor);
  }

  bool same(std::size_t first, std::size_t second, std::size_t length, int first_copy, int second_copy) const {
    for (std::size_t row = 0; row < length; ++row) {
      const Row& one = rows_[first + row];
      const Row& other = rows_[second + row];
      if (one.kind == Row::Kind::note || one.kind == Row::Kind::expectation || !look_alike(one, other)) return false;
    }
    for (std::size_t row = 0; row < length; ++row) {
      if (without_copy(rows_[first + row], first_copy) != without_copy(rows_[second + row], second_copy)) return false;
    }
    return true;
  }

  Repetition repetition_at(std::size_t index) const {
    Repetition best;
    for (std::size_t length = 1; length <= longest_repeated && index + 2 * length <= rows_.size(); ++length) {
      const int copy = copy_at(index, length);
      if (copy == 0) continue;
      int times = 1;
      while (index + (static_cast<std::size_t>(times) + 1) * length <= rows_.size()) {
        const std::size_t next = index + static_cast<std::size_t>(times) * length;
        const int next_copy = copy_at(next, length);
        if (next_copy == copy || next_copy == 0 || !same(index, next, length, copy, next_copy)) break;
        ++times;
      }
      if (times >= fewest_worth_folding &&
          length * static_cast<std::size_t>(times) > best.length * static_cast<std::size_t>(best.times)) {
        best = {length, times};
      }
    }
    return best;
  }

  void draw_repetition(std::size_t index, const Repetition& repetition) {
    const auto copy_number = [&](int time) {
      return copy_at(index + static_cast<std::size_t>(time) * repetition.length, repetition.length);
    };
    const auto* lane = [&]() -> const timeline::Lane* {
      for (std::size_t row = index; row < index + repetition.length; ++row) {
        if (copy_of(rows_[row]) > 0) return lane_of(rows_[row]);
      }
      return nullptr;
    }();
    const std::string text =
        fmt::format("{} the same {} times more, each with its own number: {}#{} to #{}", page_.glyphs().ellipsis,
                    repetition.times - 1, lane != nullptr ? page_.foreign(lane->actor) : "", copy_number(1),
                    copy_number(repetition.times - 1));
    page_.prose(text, left_, Ink::mark);
  }

  void draw_row(const Row& row) {
    const int text_left = left_ + name_columns_ + 2;
    const int right = page_.columns() - source_line_columns;
    std::vector<Phrase> phrases = row.phrases;
    if (row.kind == Row::Kind::note) phrases.front().ink = Ink::strong;
    for (const Arrow& arrow : row.arrows) {
      const bool arrives = arrow.end == Arrow::End::arrives;
      std::string text = page_.style().ascii ? (arrives ? "->" : "-X") : (arrives ? "─▶" : "─✗");
      text += " " + name_of(arrow.to);
      if (!arrow.label.empty()) text += " (" + arrow.label + ")";
      phrases.push_back({text, {}, "", arrives ? Ink::arrow : Ink::bad});
    }
    const std::vector<TextLine> lines = Flow(right - text_left, page_).lines_of(phrases);
    for (std::size_t index = 0; index < lines.size(); ++index) {
      Line line = page_.line();
      if (index == 0) {
        if (!page_.style().canonical) {
          const std::string time = time_text(row.at);
          line.put(time_columns - display_width(time), time, Ink::faint);
        }
        line.put(left_, shorten_end(name_of(row.lane), name_columns_, page_.glyphs().ellipsis), Ink::strong);
        if (row.source_line > 0) {
          const std::string source = fmt::format(":{}", row.source_line);
          line.put(page_.columns() - display_width(source), source, Ink::faint);
        }
      }
      put(line, text_left, lines[index]);
      page_.add(line);
    }
  }

  const timeline::Timeline& timeline_;
  const std::vector<Row>& rows_;
  Page& page_;
  int left_ = 1;
  int name_columns_ = 0;
};

}  // namespace

void draw_timeline(const RunRecord& record, Page& page) {
  const std::vector<Row> rows = story_of(record, page.style());
  const LaneColumns lanes = lane_columns(record.timeline, page);
  if (lanes.fits) {
    LanePicture(record.timeline, rows, lanes, page).draw();
  } else {
    ListPicture(record.timeline, rows, page).draw();
  }
}

}  // namespace wirelab::render

#include "labs/render/lanes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

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

/// Fills lines of `columns` columns with phrases; data that is too long for a line is shortened in its middle.
std::vector<TextLine> flow(const std::vector<Phrase>& phrases, int columns, const Page& page) {
  constexpr int hanging_indent = 2;
  std::vector<TextLine> lines(1);
  int used = 0;
  const auto start_line = [&] {
    lines.push_back({{std::string(hanging_indent, ' '), Ink::plain}});
    used = hanging_indent;
  };
  for (const Phrase& phrase : phrases) {
    const std::string before = page.foreign(phrase.before);
    const std::string after = page.foreign(phrase.after);
    const int around = display_width(before) + display_width(after);
    const int full_room = columns - (lines.size() == 1 && used == 0 ? 0 : hanging_indent);
    std::string text = before;
    if (phrase.bytes) text += quoted_to_fit(*phrase.bytes, full_room - around, page.style().ascii);
    text += after;
    const bool is_line_empty = used == 0 || (lines.size() > 1 && used == hanging_indent);
    const int gap = is_line_empty ? 0 : 1;
    if (used + gap + display_width(text) <= columns) {
      if (gap == 1) lines.back().push_back({" ", Ink::plain});
      lines.back().push_back({text, phrase.ink});
      used += gap + display_width(text);
      continue;
    }
    if (!is_line_empty) start_line();
    constexpr int most_lines_of_a_phrase = 4;
    const int room = columns - used;
    const std::string bounded = shorten_end(text, room * most_lines_of_a_phrase, page.glyphs().ellipsis);
    bool first = true;
    for (const std::string& wrapped : wrap(bounded, room)) {
      if (!first) start_line();
      lines.back().push_back({wrapped, phrase.ink});
      used += display_width(wrapped);
      first = false;
    }
  }
  return lines;
}

int put(Line& line, int column, const TextLine& pieces) {
  for (const Piece& piece : pieces) column = line.put(column, piece.text, piece.ink);
  return column;
}

// ------------------------------------------------------------------------------------------------------- lanes

class LanePicture {
 public:
  LanePicture(const RunRecord& record, std::vector<Row> rows, Page& page)
      : timeline_(record.timeline),
        rows_(std::move(rows)),
        page_(page),
        glyphs_(page.glyphs()),
        left_(page.style().canonical ? 1 : time_columns + 1),
        right_(page.columns() - source_line_columns),
        lane_columns_((right_ - left_) / std::max(1, static_cast<int>(timeline_.lanes.size()))) {}

  bool fits() const { return lane_columns_ >= least_lane_columns || timeline_.lanes.size() <= 1; }

  void draw() {
    find_lifelines();
    draw_names();
    for (std::size_t index = 0; index < rows_.size(); ++index) {
      row_index_ = index;
      const Row& row = rows_[index];
      if (row.kind == Row::Kind::note) {
        draw_note(row);
      } else {
        draw_row(row);
      }
      if (row.lane != nobody) asleep_[static_cast<std::size_t>(row.lane)] = row.falls_asleep;
    }
  }

 private:
  int x_of(LaneIndex lane) const { return left_ + lane * lane_columns_; }
  bool is_lane(LaneIndex lane) const { return lane >= 0 && static_cast<std::size_t>(lane) < timeline_.lanes.size(); }

  /// A lane's line ends with its last row, unless it is asleep there for ever.
  void find_lifelines() {
    asleep_.assign(timeline_.lanes.size(), false);
    last_row_.assign(timeline_.lanes.size(), rows_.size());
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      const auto last = std::find_if(rows_.rbegin(), rows_.rend(), [&](const Row& row) {
        return row.lane == static_cast<LaneIndex>(lane) && row.kind != Row::Kind::packet;
      });
      if (last != rows_.rend() && !last->falls_asleep) {
        last_row_[lane] = static_cast<std::size_t>(std::distance(last, rows_.rend())) - 1;
      }
    }
  }

  void draw_names() {
    Line names = page_.line();
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      const timeline::Lane& here = timeline_.lanes[lane];
      const std::string name = page_.foreign(here.name) + (here.slow ? " (slow)" : "");
      names.put(x_of(static_cast<LaneIndex>(lane)), shorten_end(name, lane_columns_ - 1, glyphs_.ellipsis), Ink::strong);
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
    if (row.source_line > 0) {
      const std::string source = fmt::format(":{}", row.source_line);
      line.put(page_.columns() - display_width(source), source, Ink::faint);
    }
  }

  void draw_note(const Row& row) {
    const int indent = left_ + 2;
    bool first = true;
    for (const std::string& text : wrap(page_.foreign(row.phrases.front().before), right_ - indent)) {
      Line line = page_.line();
      if (first) put_margins(line, row);
      line.put(left_, page_.style().ascii ? ">" : "▸", Ink::mark);
      line.put(indent, text, Ink::strong);
      page_.add(line);
      first = false;
    }
  }

  void draw_row(const Row& row) {
    const bool has_lane = is_lane(row.lane);
    const int own_x = has_lane ? x_of(row.lane) : left_;
    const std::vector<TextLine> texts = flow(row.phrases, lane_columns_ - 3, page_);
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
    const std::string label = page_.foreign(arrow.label);
    const int label_columns = display_width(label) + 2;
    // What tells why something did not arrive has to be read; a number of bytes is also in the call.
    if (behind_text && arrow.end != Arrow::End::arrives && last - first < label_columns + least_arrow_columns) return false;

    int begin = first;
    int end = last;
    if (arrow.end == Arrow::End::lost) {
      const int length = std::min(last - first - 1, std::max((last - first) / 2, label_columns + 3));
      (rightwards ? end : begin) = rightwards ? first + length : last - length;
    }
    const Ink ink = arrow.end == Arrow::End::arrives ? Ink::arrow : Ink::bad;
    line.fill(begin, end, glyphs_.horizontal, ink);
    if (!rightwards) line.put(from, glyphs_.cell_end, Ink::plain);
    if (rightwards && !behind_text) line.put(from, glyphs_.call, Ink::plain);
    const std::string_view head = arrow.end != Arrow::End::arrives ? glyphs_.lost
                                  : rightwards                      ? glyphs_.arrow_right
                                                                    : glyphs_.arrow_left;
    line.put(rightwards ? end - 1 : begin, head, ink);
    if (label_columns + 2 <= end - begin) {
      line.put(begin + (end - begin - label_columns) / 2, " " + label + " ", ink);
    }
    return true;
  }

  const timeline::Timeline& timeline_;
  std::vector<Row> rows_;
  Page& page_;
  const Glyphs& glyphs_;
  int left_;
  int right_;
  int lane_columns_;
  std::size_t row_index_ = 0;
  std::vector<bool> asleep_;            ///< by lane, before the row being drawn
  std::vector<std::size_t> last_row_;   ///< by lane
};

// -------------------------------------------------------------------------------------------------------- list

/// Rows as lines of text, for when there are more actors than columns.
class ListPicture {
 public:
  ListPicture(const RunRecord& record, std::vector<Row> rows, Page& page)
      : timeline_(record.timeline), rows_(std::move(rows)), page_(page) {
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

  /// What a row says, with each number that is `copy` replaced, so that copies which do alike compare equal.
  std::string without_copy(const Row& row, int copy) const {
    std::string text = lane_of(row) != nullptr ? lane_of(row)->name : "";
    text += row.falls_asleep ? "/asleep/" : "/";
    for (const Phrase& phrase : row.phrases) text += phrase.before + phrase.bytes.value_or("") + phrase.after + "/";
    for (const Arrow& arrow : row.arrows) text += fmt::format(">{}{}/", name_of(arrow.to), arrow.label);
    text += fmt::format(":{}:{}", static_cast<int>(row.kind), row.source_line);
    const std::string number = fmt::format("{}", copy);
    std::string result;
    for (std::size_t index = 0; index < text.size();) {
      std::size_t end = index;
      while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
      if (end == index) {
        result += text[index++];
      } else {
        const std::string found = text.substr(index, end - index);
        result += found == number ? "{copy}" : found;
        index = end;
      }
    }
    return result;
  }

  bool same(std::size_t first, std::size_t second, std::size_t length, int first_copy, int second_copy) const {
    for (std::size_t row = 0; row < length; ++row) {
      if (rows_[first + row].kind == Row::Kind::note || rows_[first + row].kind == Row::Kind::expectation) return false;
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
    const std::string text = fmt::format("{} the same {} times more, each with its own number: {}#{} to #{}",
                                         page_.glyphs().ellipsis, repetition.times - 1,
                                         lane != nullptr ? page_.foreign(lane->actor) : "", copy_number(1),
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
    const std::vector<TextLine> lines = flow(phrases, right - text_left, page_);
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
  std::vector<Row> rows_;
  Page& page_;
  int left_ = 1;
  int name_columns_ = 0;
};

}  // namespace

void draw_timeline(const RunRecord& record, Page& page) {
  LanePicture lanes(record, story_of(record, page.style()), page);
  if (lanes.fits()) {
    lanes.draw();
  } else {
    ListPicture(record, story_of(record, page.style()), page).draw();
  }
}

}  // namespace wirelab::render

#include "labs/render/lanes.hh"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "labs/render/flow.hh"
#include "labs/render/list.hh"
#include "labs/render/text.hh"

namespace wirelab::render {

using timeline::LaneIndex;
using timeline::nobody;

namespace {

constexpr int least_lane_columns = 22;

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
      // A kernel sends and acknowledges whether its program is asleep or not.
      const bool is_of_a_program = row.lane != nobody && row.kind != Row::Kind::packet;
      if (is_of_a_program) asleep_[static_cast<std::size_t>(row.lane)] = false;
      switch (row.kind) {
        case Row::Kind::note:
          draw_note(row);
          break;
        case Row::Kind::folded:
          draw_folded(row);
          break;
        case Row::Kind::packet:
          draw_packet(row);
          break;
        default:
          draw_row(row);
      }
      if (is_of_a_program) asleep_[static_cast<std::size_t>(row.lane)] = row.falls_asleep;
    }
  }

 private:
  int x_of(LaneIndex lane) const { return lanes_.left + lane * lanes_.each; }
  bool is_lane(LaneIndex lane) const { return lane >= 0 && static_cast<std::size_t>(lane) < timeline_.lanes.size(); }
  LaneIndex lane_count() const { return static_cast<LaneIndex>(timeline_.lanes.size()); }

  /// A lane's line ends with its last row or the last arrow that comes or goes, unless it is asleep there for ever.
  void find_lifelines() {
    asleep_.assign(timeline_.lanes.size(), false);
    last_row_.assign(timeline_.lanes.size(), rows_.size());
    std::vector<bool> has_row(timeline_.lanes.size(), false);
    std::vector<std::size_t> touched(timeline_.lanes.size(), 0);
    std::vector<bool> asleep_for_ever(timeline_.lanes.size(), false);
    for (std::size_t index = 0; index < rows_.size(); ++index) {
      const Row& row = rows_[index];
      const auto touch = [&](LaneIndex lane) {
        if (is_lane(lane)) touched[static_cast<std::size_t>(lane)] = index;
      };
      touch(row.lane);
      if (is_lane(row.lane) && row.kind != Row::Kind::packet) {
        has_row[static_cast<std::size_t>(row.lane)] = true;
        asleep_for_ever[static_cast<std::size_t>(row.lane)] = row.falls_asleep;
      }
      for (const Arrow& arrow : row.arrows) {
        touch(arrow.to);
        for (LaneIndex lane = 0; arrow.to == nobody && lane < lane_count(); ++lane) touch(lane);
      }
    }
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      if (has_row[lane] && !asleep_for_ever[lane]) last_row_[lane] = touched[lane];
    }
  }

  void draw_names() {
    Line names = page_.line();
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      const timeline::Lane& here = timeline_.lanes[lane];
      const std::string name = here.slow ? page_.say("lane.slow"_text, {{"actor", page_.foreign(here.name)}}) : page_.foreign(here.name);
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

  void draw_note(const Row& row) {
    const int indent = lanes_.left + 2;
    bool first = true;
    for (const std::string& text :
         wrap(page_.foreign(row.phrases.front().before), page_.columns() - source_line_columns - indent)) {
      Line line = page_.line();
      if (first) put_margins(line, row, lanes_.shows_source_lines, page_);
      line.put(lanes_.left, page_.style().ascii ? ">" : "▸", Ink::mark);
      line.put(indent, text, Ink::strong);
      page_.add(line);
      first = false;
    }
  }

  void draw_folded(const Row& row) {
    const int indent = lanes_.left + 2;
    for (const TextLine& text : lines_of(row.phrases, page_.columns() - source_line_columns - indent, page_)) {
      Line line = line_with_lifelines();
      const int end = put(line, indent, text);
      line.put(indent - 1, " ");
      line.put(end, " ");
      page_.add(line);
    }
  }

  void draw_row(const Row& row) {
    const bool has_lane = is_lane(row.lane);
    const int own_x = has_lane ? x_of(row.lane) : lanes_.left;
    const std::vector<TextLine> texts = lines_of(row.phrases, lanes_.each - 3, page_);
    std::size_t next_arrow = 0;
    for (std::size_t index = 0; index < texts.size(); ++index) {
      Line line = line_with_lifelines(index > 0);
      if (index == 0) {
        put_margins(line, row, lanes_.shows_source_lines, page_);
        if (has_lane) line.put(own_x, glyphs_.call, Ink::plain);
      }
      const int text_end = put(line, own_x + 2, texts[index]);
      // To the left an arrow starts at the call's first line, to the right behind the end of its text.
      const bool has_arrow = next_arrow < row.arrows.size();
      const bool is_its_line = has_arrow && index == (goes_right(row.arrows[next_arrow]) ? texts.size() - 1 : 0) &&
                               is_drawable(row.arrows[next_arrow]);
      if (is_its_line && draw_arrow(line, row.arrows[next_arrow], {.text_end = text_end})) ++next_arrow;
      page_.add(line);
    }
    for (; next_arrow < row.arrows.size(); ++next_arrow) {
      if (!is_drawable(row.arrows[next_arrow])) continue;
      Line line = line_with_lifelines();
      draw_arrow(line, row.arrows[next_arrow], {});
      page_.add(line);
    }
  }

  /// Annotations of a packet are marked in its label: nothing else of it is text.
  void draw_packet(const Row& row) {
    for (const Arrow& arrow : row.arrows) {
      if (!is_drawable(arrow)) continue;
      Line line = line_with_lifelines();
      if (&arrow == &row.arrows.front()) put_margins(line, row, lanes_.shows_source_lines, page_);
      const bool has_its_own_start =
          arrow.end != Arrow::End::arrives_late && !asleep_[static_cast<std::size_t>(arrow.from)];
      draw_arrow(line, arrow, {.marks = &row.phrases, .starts_here = has_its_own_start});
      page_.add(line);
    }
  }

  bool is_drawable(const Arrow& arrow) const {
    return is_lane(arrow.from) && arrow.from != arrow.to &&
           (is_lane(arrow.to) || (arrow.to == nobody && lane_count() > 1));
  }
  bool goes_right(const Arrow& arrow) const {
    return arrow.to == nobody ? arrow.from + 1 < lane_count() : arrow.to > arrow.from;
  }

  /// Where and how an arrow is drawn on a line.
  struct Drawing {
    std::optional<int> text_end;  ///< of the text in the arrow's own lane, if there is any
    const std::vector<Phrase>* marks = nullptr;
    bool starts_here = true;  ///< it leaves its lane visibly
  };

  /// False if there is not enough room for it behind the text on that line.
  bool draw_arrow(Line& line, const Arrow& arrow, const Drawing& drawing) const {
    return arrow.to == nobody ? draw_to_everyone(line, arrow, drawing) : draw_to_one(line, arrow, drawing);
  }

  struct Label {
    std::string text;
    std::vector<Phrase> marks;
    int columns() const {
      int sum = display_width(text);
      for (const Phrase& mark : marks) sum += 1 + display_width(mark.before);
      return sum;
    }
  };
  /// The longest that takes at most `room` columns; beside other text only one that tells enough.
  std::optional<Label> label_for(const Arrow& arrow, const Drawing& drawing, int room, bool beside_text) const {
    Label label;
    if (drawing.marks != nullptr) label.marks = *drawing.marks;
    const std::size_t candidates = beside_text ? std::min(arrow.enough, arrow.labels.size()) : arrow.labels.size();
    for (std::size_t index = 0; index < candidates; ++index) {
      label.text = page_.foreign(arrow.labels[index]);
      if (label.columns() <= room) return label;
    }
    if (beside_text) return std::nullopt;
    const int for_marks = label.columns() - display_width(label.text);
    label.text = room - for_marks > 1 ? shorten_end(label.text, room - for_marks, glyphs_.ellipsis) : "";
    return label;
  }
  void put_label(Line& line, int column, const Label& label, Ink ink) const {
    if (label.columns() == 0) return;
    column = line.put(column, " " + label.text, ink);
    for (const Phrase& mark : label.marks) column = line.put(column, " " + mark.before, mark.ink);
    line.put(column, " ");
  }

  static Ink ink_of(const Arrow& arrow) {
    switch (arrow.end) {
      case Arrow::End::lost:
      case Arrow::End::turned_away:
        return Ink::bad;
      case Arrow::End::kept_back:
        return arrow.is_quiet ? Ink::faint : Ink::mark;
      case Arrow::End::arrives:
      case Arrow::End::arrives_late:
        break;
    }
    return arrow.is_quiet ? Ink::faint : Ink::arrow;
  }

  std::string head_of(const Arrow& arrow, bool rightwards) const {
    switch (arrow.end) {
      case Arrow::End::lost:
      case Arrow::End::turned_away:
        return std::string(glyphs_.lost);
      case Arrow::End::kept_back:
        return std::string(glyphs_.kept_back);
      case Arrow::End::arrives:
      case Arrow::End::arrives_late:
        break;
    }
    const std::string head(rightwards ? glyphs_.arrow_right : glyphs_.arrow_left);
    return arrow.comes_twice ? head + head : head;
  }

  bool draw_to_one(Line& line, const Arrow& arrow, const Drawing& drawing) const {
    const int from = x_of(arrow.from);
    const int to = x_of(arrow.to);
    const bool rightwards = to > from;
    const bool beside_text = rightwards && drawing.text_end.has_value();
    const int first = rightwards ? (beside_text ? *drawing.text_end + 1 : from + 1) : to + 1;
    const int last = rightwards ? to : from;  // one past the end
    const std::string head = head_of(arrow, rightwards);
    const bool ends_in_the_middle = arrow.end == Arrow::End::lost || arrow.end == Arrow::End::kept_back;
    const std::string fate = ends_in_the_middle ? page_.foreign(arrow.fate) : std::string();
    constexpr int around_label = 4;  // a blank and a piece of the shaft on each side
    const int behind_head = fate.empty() ? 0 : display_width(fate) + 2;
    const int room = last - first - behind_head - display_width(head);
    const auto label = label_for(arrow, drawing, room - around_label, beside_text);
    if (!label) return false;

    int length = last - first;
    if (ends_in_the_middle) {
      const int least = label->columns() + around_label + display_width(head);
      length =
          std::clamp((last - first) / 2, std::min(least, last - first), std::max(last - first - behind_head, least));
    }
    const int begin = rightwards ? first : last - length;
    const int end = rightwards ? first + length : last;
    const Ink ink = ink_of(arrow);
    line.fill(begin, end, glyphs_.horizontal, ink);
    if (arrow.end == Arrow::End::arrives_late) {
      const int middle = begin + length / 2;
      line.fill(rightwards ? begin : middle, rightwards ? middle : end, glyphs_.late, Ink::faint);
    }
    cross_lanes(line, begin, end, ink);
    if (drawing.starts_here && !beside_text) {
      line.put(from, rightwards ? glyphs_.call : glyphs_.call_leftwards, Ink::plain);
    }
    line.put(rightwards ? end - display_width(head) : begin, head, ink);
    if (!fate.empty()) line.put(rightwards ? end + 1 : begin - 1 - display_width(fate), fate, ink);
    const int taken = label->columns() + 2;
    const int centred = begin + (end - begin - taken) / 2;
    const int shaft = rightwards ? begin : begin + display_width(head);
    put_label(line, std::clamp(centred, shaft, std::max(shaft, shaft + end - begin - display_width(head) - taken)),
              *label, ink);
    return true;
  }

  /// One shaft to both sides, with a head at every lane.
  bool draw_to_everyone(Line& line, const Arrow& arrow, const Drawing& drawing) const {
    if (drawing.text_end && goes_right(arrow)) return false;
    const int from = x_of(arrow.from);
    const Ink ink = ink_of(arrow);
    line.fill(lanes_.left + 1, from, glyphs_.horizontal, ink);
    line.fill(from + 1, x_of(lane_count() - 1), glyphs_.horizontal, ink);
    cross_lanes(line, lanes_.left + 1, x_of(lane_count() - 1), ink);
    const bool both_ways = arrow.from > 0 && goes_right(arrow);
    const std::string_view start = both_ways           ? glyphs_.call_both_ways
                                   : goes_right(arrow) ? glyphs_.call
                                                       : glyphs_.call_leftwards;
    if (drawing.starts_here) line.put(from, start, Ink::plain);
    for (LaneIndex lane = 0; lane < lane_count(); ++lane) {
      if (lane != arrow.from) put_head_at(line, arrow, lane);
    }
    constexpr int around_label = 6;
    const auto label = label_for(with_fate_in_labels(arrow), drawing, lanes_.each - around_label, false);
    const int gap = goes_right(arrow) ? from : from - lanes_.each;
    put_label(line, gap + std::max(1, (lanes_.each - label->columns() - 2) / 2), *label, ink);
    return true;
  }

  void put_head_at(Line& line, const Arrow& arrow, LaneIndex lane) const {
    const auto is_among = [lane](const std::vector<LaneIndex>& lanes) {
      return std::find(lanes.begin(), lanes.end(), lane) != lanes.end();
    };
    Arrow here = arrow;
    if (!arrow.only_at.empty() && !is_among(arrow.only_at)) {
      here.end = Arrow::End::arrives;
      here.comes_twice = false;
    }
    if (is_among(arrow.not_arriving)) here.end = Arrow::End::lost;
    const bool rightwards = lane > arrow.from;
    const std::string head = head_of(here, rightwards);
    line.put(rightwards ? x_of(lane) - display_width(head) : x_of(lane) + 1, head, ink_of(here));
  }

  /// An arrow to everyone goes on to the last of them: what became of it has no room but in its label.
  Arrow with_fate_in_labels(Arrow arrow) const {
    if (arrow.fate.empty()) return arrow;
    for (std::string& label : arrow.labels) {
      label = page_.say("packet.with-fate"_text, {{"packet", label}, {"fate", arrow.fate}});
    }
    arrow.labels.push_back(arrow.fate);
    return arrow;
  }

  /// A lane that an arrow passes is seen to go on below it.
  void cross_lanes(Line& line, int begin, int end, Ink ink) const {
    for (LaneIndex lane = 0; lane < lane_count(); ++lane) {
      const bool goes_on = row_index_ <= last_row_[static_cast<std::size_t>(lane)];
      if (goes_on && x_of(lane) > begin && x_of(lane) < end - 1) line.put(x_of(lane), glyphs_.crossing, ink);
    }
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

}  // namespace

void draw_timeline(const timeline::Timeline& timeline, const std::vector<Row>& rows, Page& page) {
  const LaneColumns lanes = lane_columns(timeline, page);
  if (lanes.fits) {
    LanePicture(timeline, rows, lanes, page).draw();
  } else {
    draw_list(timeline, rows, page);
  }
}

}  // namespace wirelab::render

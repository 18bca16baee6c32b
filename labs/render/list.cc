#include "labs/render/list.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "labs/render/flow.hh"
#include "labs/render/text.hh"

namespace wirelab::render {

using timeline::LaneIndex;

namespace {

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
      if (rows_[index].kind == Row::Kind::folded) {
        draw_folded(rows_[index++]);
        continue;
      }
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
    for (const Arrow& arrow : row.arrows) {
      text += '>' + without_number(name_of(arrow.to), copy, true) + arrow.labels.front() + arrow.fate;
    }
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
    const std::string text = page_.say("folded.the-same-copies"_text,
                                       {{"times", std::int64_t{repetition.times - 1}},
                                        {"actor", lane != nullptr ? page_.foreign(lane->actor) : ""},
                                        {"first", std::int64_t{copy_number(1)}},
                                        {"last", std::int64_t{copy_number(repetition.times - 1)}}});
    page_.prose(fmt::format("{} {}", page_.glyphs().ellipsis, text), left_, Ink::mark);
  }

  void draw_folded(const Row& row) {
    for (const TextLine& text : lines_of(row.phrases, page_.columns() - left_, page_)) {
      Line line = page_.line();
      put(line, left_, text);
      page_.add(line);
    }
  }

  /// Where it goes, and what it is: on one line if that tells enough, else on two.
  std::vector<Phrase> arrow_phrases(const Arrow& arrow, int room) const {
    constexpr int hanging_indent = 2;
    const bool ascii = page_.style().ascii;
    const bool is_of_all = arrow.only_at.empty();
    const Arrow::End end = is_of_all ? arrow.end : Arrow::End::arrives;
    const auto head = [&]() -> std::string_view {
      switch (end) {
        case Arrow::End::lost:
        case Arrow::End::turned_away:
          return ascii ? "-X" : "─✗";
        case Arrow::End::kept_back:
          return ascii ? "-=" : "─‖";
        case Arrow::End::arrives_late:
          return ascii ? ".>" : "┄▶";
        case Arrow::End::arrives:
          break;
      }
      if (arrow.comes_twice && is_of_all) return ascii ? "->>" : "─▶▶";
      return ascii ? "->" : "─▶";
    }();
    const bool fails = arrow.end == Arrow::End::lost || arrow.end == Arrow::End::turned_away;
    const Ink ink = fails ? Ink::bad : arrow.is_quiet ? Ink::faint : Ink::arrow;
    const std::string to = arrow.to == timeline::nobody ? page_.say("list.all"_text) : name_of(arrow.to);
    std::vector<Phrase> phrases{{fmt::format("{} {}", head, to), {}, "", ink}};
    if (!arrow.fate.empty()) phrases.push_back({arrow.fate, {}, "", ink});
    const Phrase for_those{for_those_alone(arrow), {}, "", ink};
    if (!is_of_all && !arrow.comes_twice) phrases.push_back(for_those);
    int used = 0;
    for (const Phrase& phrase : phrases) used += display_width(phrase.before) + 1;
    const auto told = [](const std::string& label) { return fmt::format("({})", label); };
    const auto longest = [&](std::size_t candidates, int columns) -> const std::string* {
      const auto last = arrow.labels.begin() + static_cast<std::ptrdiff_t>(std::min(candidates, arrow.labels.size()));
      const auto found = std::find_if(arrow.labels.begin(), last,
                                      [&](const std::string& label) { return display_width(told(label)) <= columns; });
      return found == last ? nullptr : &*found;
    };
    const std::string* label = longest(arrow.enough, room - used);
    if (label == nullptr) label = longest(arrow.labels.size(), room - hanging_indent);
    phrases.push_back({told(label == nullptr ? arrow.labels.back() : *label), {}, "", ink});
    if (!is_of_all && arrow.comes_twice) phrases.push_back(for_those);
    return phrases;
  }
  std::string for_those_alone(const Arrow& arrow) const {
    std::vector<std::string> those;
    for (const LaneIndex lane : arrow.only_at) those.push_back(name_of(lane));
    const std::string between = page_.say("list.of-words"_text);
    return page_.say("fate.for-those"_text, {{"hosts", fmt::format("{}", fmt::join(those, between))}});
  }

  void draw_row(const Row& row) {
    const int text_left = left_ + name_columns_ + 2;
    const int right = page_.columns() - source_line_columns;
    std::vector<Phrase> phrases = row.phrases;
    if (row.kind == Row::Kind::note) phrases.front().ink = Ink::strong;
    std::vector<Phrase> arrows;
    for (const Arrow& arrow : row.arrows) {
      for (Phrase& phrase : arrow_phrases(arrow, right - text_left)) arrows.push_back(std::move(phrase));
    }
    // The marks of a packet stand behind it, those of a call behind what it returned.
    const bool is_packet = row.kind == Row::Kind::packet;
    phrases.insert(is_packet ? phrases.begin() : phrases.end(), arrows.begin(), arrows.end());
    const std::vector<TextLine> lines = lines_of(phrases, right - text_left, page_);
    for (std::size_t index = 0; index < lines.size(); ++index) {
      Line line = page_.line();
      if (index == 0) {
        put_margins(line, row, true, page_);
        line.put(left_, shorten_end(name_of(row.lane), name_columns_, page_.glyphs().ellipsis),
                 is_packet ? Ink::faint : Ink::strong);
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

void draw_list(const timeline::Timeline& timeline, const std::vector<Row>& rows, Page& page) {
  ListPicture(timeline, rows, page).draw();
}

}  // namespace wirelab::render

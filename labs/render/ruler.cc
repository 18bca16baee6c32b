#include "labs/render/ruler.hh"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::Datagram;
using timeline::Event;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::Timeline;

namespace {

constexpr int label_columns = 10;
constexpr int after_columns = 5;  // " eof"
constexpr int datagram_left = 11;
constexpr std::size_t most_rulers = 4;

std::string lane_name(const Timeline& timeline, LaneIndex lane, const Page& page) {
  if (lane < 0 || static_cast<std::size_t>(lane) >= timeline.lanes.size()) return "?";
  return page.foreign(timeline.lanes[static_cast<std::size_t>(lane)].name);
}

std::string direction_text(const Timeline& timeline, LaneIndex from, LaneIndex to, const Page& page) {
  return fmt::format("{} {} {}", lane_name(timeline, from, page), page.style().ascii ? "->" : "→",
                     lane_name(timeline, to, page));
}

// ---------------------------------------------------------------------------------------------------- streams

struct Extent {
  std::int64_t offset = 0;
  std::int64_t length = 0;
  std::string bytes;       ///< empty for what was never read
  bool never_read = false;
  std::int64_t end() const { return offset + length; }
};

struct Track {
  std::string label;
  std::vector<Extent> extents;  ///< without gaps from 0 to the stream's end, once finished
  Ink ink = Ink::plain;
};

struct Stream {
  int connection = 0;
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  Track sends{"send", {}, Ink::plain};
  Track messages{"message", {}, Ink::mark};
  Track receives{"recv", {}, Ink::data};
  bool end_of_file = false;
  std::int64_t length = 0;

  std::vector<const Track*> tracks() const {
    std::vector<const Track*> all{&sends};
    all.push_back(&receives);
    if (!messages.extents.empty()) all.push_back(&messages);
    return all;
  }
};

std::set<std::int64_t> boundaries(const Track& track) {
  std::set<std::int64_t> cuts;
  for (const Extent& extent : track.extents) cuts.insert({extent.offset, extent.end()});
  return cuts;
}

/// Sorted, and what is missing between the extents filled with one that says so.
void finish(Track& track, std::int64_t length) {
  std::stable_sort(track.extents.begin(), track.extents.end(),
                   [](const Extent& a, const Extent& b) { return a.offset < b.offset; });
  std::vector<Extent> whole;
  std::int64_t reached = 0;
  const auto fill_to = [&](std::int64_t offset) {
    if (offset > reached) whole.push_back({reached, offset - reached, {}, true});
  };
  for (Extent& extent : track.extents) {
    if (extent.offset < reached) continue;
    fill_to(extent.offset);
    reached = extent.end();
    whole.push_back(std::move(extent));
  }
  fill_to(length);
  track.extents = std::move(whole);
}

std::vector<Stream> streams_of(const Timeline& timeline) {
  std::map<std::pair<int, LaneIndex>, Stream> found;
  for (const Event& event : timeline.events) {
    const Call* call = event.call();
    const timeline::Message* message = event.message();
    const auto& range = call != nullptr ? call->stream : message != nullptr ? message->stream : std::nullopt;
    if (!range) continue;
    Stream& stream = found[{range->connection, range->from}];
    stream.connection = range->connection;
    stream.from = range->from;
    stream.to = range->to;
    const Extent extent{range->offset, range->length, call != nullptr ? call->data : message->payload, false};
    if (call != nullptr && call->call == "recv" && call->returned && call->error.empty() && call->result == 0) {
      stream.end_of_file = true;
    }
    if (extent.length <= 0) continue;
    if (call != nullptr) {
      (call->call == "send" ? stream.sends : stream.receives).extents.push_back(extent);
    } else if (!message->sent && message->error.empty()) {
      stream.messages.extents.push_back(extent);
    }
    stream.length = std::max(stream.length, extent.end());
  }
  std::vector<Stream> streams;
  for (auto& [key, stream] : found) {
    if (stream.sends.extents.empty()) continue;
    streams.push_back(std::move(stream));
  }
  return streams;
}

/// Where offsets of a stream lie on the page.
class Axis {
 public:
  /// `columns` from the first boundary to the last.
  Axis(const Stream& stream, int left, int columns) : left_(left), columns_(columns), length_(stream.length) {
    for (const Track* track : stream.tracks()) cuts_.merge(boundaries(*track));
    by_the_byte_ = length_ + static_cast<std::int64_t>(cuts_.size()) <= columns;
  }

  /// Every byte has a column of its own.
  bool by_the_byte() const { return by_the_byte_; }
  const std::set<std::int64_t>& cuts() const { return cuts_; }

  /// The column of a boundary at `offset`.
  int boundary(std::int64_t offset) const {
    if (by_the_byte_) {
      const auto before = std::distance(cuts_.begin(), cuts_.lower_bound(offset));
      return left_ + static_cast<int>(offset + before);
    }
    return left_ + static_cast<int>((offset * (columns_ - 1) + length_ / 2) / std::max<std::int64_t>(length_, 1));
  }
  /// by_the_byte: the column of the byte at `offset`.
  int byte(std::int64_t offset) const {
    return left_ + static_cast<int>(offset + std::distance(cuts_.begin(), cuts_.upper_bound(offset)));
  }

 private:
  int left_;
  int columns_;
  std::int64_t length_;
  std::set<std::int64_t> cuts_;
  bool by_the_byte_ = false;
};

class StreamRuler {
 public:
  StreamRuler(const Stream& stream, Page& page)
      : stream_(stream), page_(page), axis_(stream, label_columns, page.columns() - label_columns - after_columns) {}

  void draw() {
    draw_numbers();
    const Track* above = nullptr;
    for (const Track* track : stream_.tracks()) {
      draw_border(above, track);
      draw_track(*track);
      above = track;
    }
    draw_border(above, nullptr);
  }

 private:
  void draw_numbers() {
    Line line = page_.line();
    line.put(1, "byte", Ink::faint);
    const std::string last = fmt::format("{}", stream_.length);
    const int last_column = axis_.boundary(stream_.length);
    int free_from = label_columns;
    for (const std::int64_t cut : axis_.cuts()) {
      const std::string number = fmt::format("{}", cut);
      const int column = axis_.boundary(cut);
      const bool is_last = cut == stream_.length;
      const int end = column + static_cast<int>(number.size());
      if (column < free_from || (!is_last && end >= last_column)) continue;
      free_from = line.put(column, number, Ink::faint) + 1;
    }
    page_.add(line);
  }

  void draw_border(const Track* above, const Track* below) {
    std::set<int> up, down;
    for (const std::int64_t cut : above != nullptr ? boundaries(*above) : std::set<std::int64_t>{}) {
      up.insert(axis_.boundary(cut));
    }
    for (const std::int64_t cut : below != nullptr ? boundaries(*below) : std::set<std::int64_t>{}) {
      down.insert(axis_.boundary(cut));
    }
    Line line = page_.line();
    const int first = axis_.boundary(0);
    const int last = axis_.boundary(stream_.length);
    for (int column = first; column <= last; ++column) {
      line.put(column, corner(up.contains(column), down.contains(column), column > first, column < last), Ink::faint);
    }
    page_.add(line);
  }

  std::string_view corner(bool up, bool down, bool left, bool right) const {
    if (page_.style().ascii) return up || down ? "+" : "-";
    constexpr std::string_view by_direction[] = {
        " ", "╶", "╴", "─",  // right, left, both
        "╷", "┌", "┐", "┬",  // and down
        "╵", "└", "┘", "┴",  // and up
        "│", "├", "┤", "┼",
    };
    return by_direction[(up ? 8 : 0) + (down ? 4 : 0) + (left ? 2 : 0) + (right ? 1 : 0)];
  }

  void draw_track(const Track& track) {
    Line line = page_.line();
    line.put(1, track.label, Ink::strong);
    for (const Extent& extent : track.extents) {
      if (extent.never_read) {
        draw_label(line, extent, unread_label(extent), Ink::asleep);
      } else if (axis_.by_the_byte() && extent.length == static_cast<std::int64_t>(extent.bytes.size())) {
        draw_bytes(line, extent, track.ink);
      } else {
        draw_label(line, extent, size_label(extent), track.ink);
      }
    }
    for (const std::int64_t cut : boundaries(track)) line.put(axis_.boundary(cut), page_.glyphs().cell, Ink::plain);
    if (&track == &stream_.receives && stream_.end_of_file) {
      line.put(axis_.boundary(stream_.length) + 2, "eof", Ink::strong);
    }
    page_.add(line);
  }

  int room_in(const Extent& extent) const { return axis_.boundary(extent.end()) - axis_.boundary(extent.offset) - 1; }

  std::string unread_label(const Extent& extent) const {
    const std::string text = fmt::format("{} never read", extent.length);
    return display_width(text) <= room_in(extent) ? text : fmt::format("{}", extent.length);
  }
  /// The bytes themselves if they fit, else how many there are.
  std::string size_label(const Extent& extent) const {
    const std::string size = fmt::format("{}", extent.length);
    const int room = room_in(extent);
    if (extent.bytes.empty() || static_cast<std::int64_t>(extent.bytes.size()) > std::int64_t{4} * room) return size;
    const std::string whole = quoted_to_fit(extent.bytes, room, page_.style().ascii);
    return whole.size() > 1 && whole.front() == '"' && whole.back() == '"' ? whole : size;
  }

  void draw_label(Line& line, const Extent& extent, const std::string& label, Ink ink) {
    const int room = room_in(extent);
    if (display_width(label) > room) return;
    line.put(axis_.boundary(extent.offset) + 1 + (room - display_width(label)) / 2, label, ink);
  }

  /// Each byte in its own column. A character of several bytes stands in their first columns, unless a boundary of this
  /// or another track goes through it: then each byte is shown as a piece of something broken.
  void draw_bytes(Line& line, const Extent& extent, Ink ink) {
    for (std::size_t index = 0; index < extent.bytes.size();) {
      const scenario::CodePoint here = scenario::first_code_point(std::string_view(extent.bytes).substr(index));
      const std::int64_t offset = extent.offset + static_cast<std::int64_t>(index);
      const std::string_view bytes = std::string_view(extent.bytes).substr(index, here.bytes);
      const auto cut = axis_.cuts().upper_bound(offset);
      const bool is_whole = cut == axis_.cuts().end() || *cut >= offset + static_cast<std::int64_t>(here.bytes);
      if (here.valid && here.value >= 0x80 && (!is_whole || page_.style().ascii || !scenario::is_printable(here.value))) {
        for (std::size_t part = 0; part < here.bytes; ++part) {
          line.put(axis_.byte(offset + static_cast<std::int64_t>(part)), page_.glyphs().broken_byte, Ink::bad);
        }
      } else {
        line.put(axis_.byte(offset), byte_glyph(here, bytes), ink);
      }
      index += here.bytes;
    }
  }

  std::string byte_glyph(const scenario::CodePoint& here, std::string_view bytes) const {
    const bool ascii = page_.style().ascii;
    if (!here.valid) return std::string(page_.glyphs().broken_byte);
    if (here.value == ' ') return ascii ? "_" : "␣";
    if (here.value >= 0x20 && here.value != 0x7F) return std::string(bytes);
    if (ascii) return here.value == '\n' ? "$" : "?";
    std::string picture = "\xE2\x90\x80";  // U+2400, symbol for null, and after it one for each control character
    picture.back() = static_cast<char>(0x80 + (here.value == 0x7F ? 0x21 : static_cast<int>(here.value)));
    return picture;
  }

  const Stream& stream_;
  Page& page_;
  Axis axis_;
};

bool kept_its_boundaries(const Stream& stream) { return boundaries(stream.sends) == boundaries(stream.receives); }

/// The first few, those before others in which boundaries changed.
template <typename Item, typename IsDull>
std::vector<Item> most_telling(std::vector<Item> items, IsDull is_dull) {
  if (items.size() > most_rulers) std::stable_partition(items.begin(), items.end(), std::not_fn(is_dull));
  if (items.size() > most_rulers) items.resize(most_rulers);
  return items;
}

void draw_streams(const Timeline& timeline, Page& page) {
  std::vector<Stream> streams = streams_of(timeline);
  if (streams.empty()) return;
  const std::size_t all = streams.size();
  page.heading("Whose bytes went where");
  bool first = true;
  for (Stream& stream : most_telling(std::move(streams), kept_its_boundaries)) {
    if (!first) page.blank();
    first = false;
    const auto sends = static_cast<std::int64_t>(stream.sends.extents.size());
    const auto receives = static_cast<std::int64_t>(stream.receives.extents.size());
    finish(stream.sends, stream.length);
    finish(stream.receives, stream.length);
    if (!stream.messages.extents.empty()) finish(stream.messages, stream.length);
    Line title = page.line();
    const int after = title.put(1, direction_text(timeline, stream.from, stream.to, page), Ink::strong);
    title.put(after + 2, fmt::format("{}: {}, {}", count_of(stream.length, "byte"), count_of(sends, "send"),
                                     receives == 0 ? "no recv" : count_of(receives, "recv")), Ink::faint);
    page.add(title);
    StreamRuler(stream, page).draw();
  }
  if (all > most_rulers) {
    page.prose(fmt::format("{} and {} more like these", page.glyphs().ellipsis,
                           count_of(static_cast<std::int64_t>(all - most_rulers), "stream")), 1, Ink::faint);
  }
}

// -------------------------------------------------------------------------------------------------- datagrams

struct Box {
  std::string sent;
  std::string received;
  Ink ink = Ink::data;
  int columns = 0;
};

struct DatagramRow {
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  std::vector<const Datagram*> datagrams;
};

bool arrived(const Datagram* datagram) { return datagram->fate == Datagram::Fate::delivered; }

bool all_arrived(const DatagramRow& row) { return std::all_of(row.datagrams.begin(), row.datagrams.end(), arrived); }

std::string_view fate_text(const Datagram& datagram) {
  switch (datagram.fate) {
    case Datagram::Fate::dropped_by_rule: return "lost";
    case Datagram::Fate::buffer_overrun: return "buffer full";
    case Datagram::Fate::refused: return "refused";
    case Datagram::Fate::delivered: return "never read";
    case Datagram::Fate::on_the_way: return "on its way";
  }
  return "";
}

std::vector<Box> boxes_of(const Timeline& timeline, const DatagramRow& row, const Page& page) {
  const int most_data_columns = std::clamp(page.columns() - datagram_left - 14, 8, 24);
  const bool ascii = page.style().ascii;
  const Glyphs& glyphs = page.glyphs();

  std::vector<EventId> receipts;
  for (const Datagram* datagram : row.datagrams) {
    if (datagram->received != 0) receipts.push_back(datagram->received);
  }
  const bool reordered = !std::is_sorted(receipts.begin(), receipts.end());
  std::sort(receipts.begin(), receipts.end());

  std::vector<Box> boxes;
  std::set<EventId> seen;
  for (const Datagram* datagram : row.datagrams) {
    Box box;
    const Call* send = timeline.call(datagram->sent);
    const std::string data = send != nullptr ? send->data : std::string();
    const std::string text = fmt::format("{}{}{}", glyphs.box_left, quoted_to_fit(data, most_data_columns, ascii),
                                         glyphs.box_right);
    box.sent = seen.insert(datagram->sent).second ? text : std::string("(copy)");
    if (const Call* receive = timeline.call(datagram->received)) {
      box.received = fmt::format("{}{}{}", glyphs.box_left, quoted_to_fit(receive->data, most_data_columns, ascii),
                                 glyphs.box_right);
      if (receive->truncated) box.received += " cut off";
      if (reordered) {
        const auto place = std::lower_bound(receipts.begin(), receipts.end(), datagram->received) - receipts.begin();
        box.received += fmt::format(" #{}", place + 1);
      }
    } else {
      box.ink = arrived(datagram) ? Ink::asleep : Ink::bad;
      box.received = fmt::format("{} {}", arrived(datagram) ? glyphs.not_seen : glyphs.lost, fate_text(*datagram));
    }
    box.columns = std::max(display_width(box.sent), display_width(box.received));
    boxes.push_back(std::move(box));
  }
  return boxes;
}

void draw_boxes(const std::vector<Box>& boxes, Page& page) {
  constexpr int most_bands = 6;
  std::size_t next = 0;
  for (int band = 0; band < most_bands && next < boxes.size(); ++band) {
    Line sent = page.line();
    Line received = page.line();
    sent.put(1, "sendto", Ink::strong);
    received.put(1, "recvfrom", Ink::strong);
    int column = datagram_left;
    while (next < boxes.size() && (column == datagram_left || column + boxes[next].columns <= page.columns())) {
      const Box& box = boxes[next++];
      sent.put(column, box.sent);
      received.put(column, box.received, box.ink);
      column += box.columns + 2;
    }
    if (band > 0) page.blank();
    page.add(sent);
    page.add(received);
  }
  if (next < boxes.size()) {
    page.prose(fmt::format("{} and {} more", page.glyphs().ellipsis,
                           count_of(static_cast<std::int64_t>(boxes.size() - next), "datagram")), datagram_left, Ink::faint);
  }
}

void draw_datagrams(const Timeline& timeline, Page& page) {
  std::map<std::pair<LaneIndex, LaneIndex>, DatagramRow> pairs;
  for (const Datagram& datagram : timeline.datagrams) {
    DatagramRow& row = pairs[{datagram.from, datagram.to}];
    row.from = datagram.from;
    row.to = datagram.to;
    row.datagrams.push_back(&datagram);
  }
  if (pairs.empty()) return;
  std::vector<DatagramRow> rows;
  for (auto& [pair, row] : pairs) rows.push_back(std::move(row));
  const std::size_t all = rows.size();
  page.heading("What became of each datagram");
  bool first = true;
  for (const DatagramRow& row : most_telling(std::move(rows), all_arrived)) {
    if (!first) page.blank();
    first = false;
    Line title = page.line();
    const int after = title.put(1, direction_text(timeline, row.from, row.to, page), Ink::strong);
    const auto delivered = std::count_if(row.datagrams.begin(), row.datagrams.end(), arrived);
    title.put(after + 2, fmt::format("{} sent, {} delivered",
                                     count_of(static_cast<std::int64_t>(row.datagrams.size()), "datagram"), delivered),
              Ink::faint);
    page.add(title);
    draw_boxes(boxes_of(timeline, row, page), page);
  }
  if (all > most_rulers) {
    page.prose(fmt::format("{} and {} more pairs of actors", page.glyphs().ellipsis, all - most_rulers), 1, Ink::faint);
  }
}

}  // namespace

void draw_rulers(const RunRecord& record, Page& page) {
  draw_streams(record.timeline, page);
  draw_datagrams(record.timeline, page);
}

}  // namespace wirelab::render

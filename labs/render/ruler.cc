#include "labs/render/ruler.hh"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"

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
  std::string bytes;  ///< empty for what was never read
  bool never_read = false;
  std::int64_t end() const { return offset + length; }
};

struct Track {
  std::string label;
  std::vector<Extent> extents;  ///< without gaps from 0 to the stream's end, once finished
  Ink ink = Ink::plain;
};

struct Stream {
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  Track sends{"send", {}, Ink::plain};
  Track messages{"message", {}, Ink::mark};
  Track receives{"recv", {}, Ink::data};
  EventId first_send = 0;
  std::int64_t empty_receives = 0;
  std::int64_t length = 0;

  std::vector<const Track*> tracks() const {
    std::vector<const Track*> all{&sends, &receives};
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

/// In the order of their first sends.
std::vector<Stream> streams_of(const Timeline& timeline) {
  std::vector<Stream> streams;
  std::map<std::pair<int, LaneIndex>, std::size_t> places;
  for (const Event& event : timeline.events) {
    const Call* call = event.call();
    const timeline::Message* message = event.message();
    const auto& range = call != nullptr ? call->stream : message != nullptr ? message->stream : std::nullopt;
    if (!range) continue;
    const auto [place, is_new] = places.try_emplace({range->connection, range->from}, streams.size());
    if (is_new) {
      streams.emplace_back();
      streams.back().from = range->from;
      streams.back().to = range->to;
    }
    Stream& stream = streams[place->second];
    if (call != nullptr && timeline::is_receive(*call) && timeline::succeeded(*call) && call->result == 0) {
      ++stream.empty_receives;
    }
    if (range->length <= 0) continue;
    Extent extent{range->offset, range->length, call != nullptr ? call->data : message->payload, false};
    stream.length = std::max(stream.length, extent.end());
    if (call != nullptr) {
      if (timeline::is_send(*call) && stream.first_send == 0) stream.first_send = event.id;
      (timeline::is_send(*call) ? stream.sends : stream.receives).extents.push_back(std::move(extent));
    } else if (!message->sent && message->error.empty()) {
      stream.messages.extents.push_back(std::move(extent));
    }
  }
  std::erase_if(streams, [](const Stream& stream) { return stream.sends.extents.empty(); });
  std::sort(streams.begin(), streams.end(),
            [](const Stream& one, const Stream& other) { return one.first_send < other.first_send; });
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
    const int last_size = display_width(fmt::format("{}", stream_.length));
    const int last_column = std::min(axis_.boundary(stream_.length), page_.columns() - last_size);
    int free_from = label_columns;
    for (const std::int64_t cut : axis_.cuts()) {
      const std::string number = fmt::format("{}", cut);
      const bool is_last = cut == stream_.length;
      const int column = is_last ? last_column : axis_.boundary(cut);
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
    if (&track == &stream_.receives && stream_.empty_receives > 0) {
      line.put(axis_.boundary(stream_.length) + 2, "eof", Ink::strong);
    }
    page_.add(line);
  }

  int room_in(const Extent& extent) const { return axis_.boundary(extent.end()) - axis_.boundary(extent.offset) - 1; }

  /// Never a number alone: that would read as if so many had been received.
  std::string unread_label(const Extent& extent) const {
    const int room = room_in(extent);
    for (const std::string& text :
         {fmt::format("{} never read", extent.length), std::string("never read"), std::string("unread")}) {
      if (display_width(text) <= room) return text;
    }
    std::string dashes;
    for (int column = 0; column < room; ++column) dashes += page_.glyphs().unread;
    return dashes;
  }
  /// The bytes themselves if they fit, else how many there are.
  std::string size_label(const Extent& extent) const {
    const std::string size = fmt::format("{}", extent.length);
    const int room = room_in(extent);
    if (extent.bytes.empty()) return size;
    return quoted_whole(extent.bytes, room, page_.style().ascii).value_or(size);
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
      if (here.valid && here.value >= 0x80 &&
          (!is_whole || page_.style().ascii || !scenario::is_printable(here.value))) {
        for (std::size_t part = 0; part < here.bytes; ++part) {
          line.put(axis_.byte(offset + static_cast<std::int64_t>(part)), page_.glyphs().broken_byte, Ink::bad);
        }
      } else {
        const std::string marks = here.value >= ' ' ? marks_after(extent.bytes, index + here.bytes, cut, extent) : "";
        line.put(axis_.byte(offset), byte_glyph(here, bytes) + marks, ink);
        index += marks.size();
      }
      index += here.bytes;
    }
  }

  /// The combining marks that belong to the character before `index`, as far as no boundary comes between.
  std::string marks_after(const std::string& bytes, std::size_t index, std::set<std::int64_t>::const_iterator cut,
                          const Extent& extent) const {
    std::string marks;
    while (index < bytes.size() && !page_.style().ascii) {
      const scenario::CodePoint here = scenario::first_code_point(std::string_view(bytes).substr(index));
      const std::int64_t end = extent.offset + static_cast<std::int64_t>(index + here.bytes);
      const bool is_cut = cut != axis_.cuts().end() && *cut < end;
      if (!here.valid || is_cut || column_width(here.value) != 0 || !scenario::is_printable(here.value)) break;
      marks += bytes.substr(index, here.bytes);
      index += here.bytes;
    }
    return marks;
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

/// A message's row shows the bytes it takes on the stream, its length or delimiter too, not only what it says.
void show_framing(Stream& stream) {
  std::string bytes;
  for (const Extent& extent : stream.sends.extents) bytes += extent.bytes;
  if (static_cast<std::int64_t>(bytes.size()) != stream.length) return;
  for (Extent& message : stream.messages.extents) {
    if (!message.never_read) {
      message.bytes = bytes.substr(static_cast<std::size_t>(message.offset), static_cast<std::size_t>(message.length));
    }
  }
}

bool kept_its_boundaries(const Stream& stream) { return boundaries(stream.sends) == boundaries(stream.receives); }

/// All if they are few. Else the first few of those that show something, or one example if none does.
template <typename Item, typename IsDull>
std::vector<Item> most_telling(std::vector<Item> items, IsDull is_dull) {
  if (items.size() <= most_rulers) return items;
  const auto dull = std::stable_partition(items.begin(), items.end(), std::not_fn(is_dull));
  const auto telling = static_cast<std::size_t>(std::distance(items.begin(), dull));
  items.erase(items.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(telling, 1, most_rulers)),
              items.end());
  return items;
}

void draw_streams(const Timeline& timeline, Page& page) {
  std::vector<Stream> streams = streams_of(timeline);
  if (streams.empty()) return;
  const std::size_t all = streams.size();
  page.heading("Whose bytes went where");
  bool first = true;
  std::vector<Stream> shown = most_telling(std::move(streams), kept_its_boundaries);
  for (Stream& stream : shown) {
    if (!first) page.blank();
    first = false;
    const auto sends = static_cast<std::int64_t>(stream.sends.extents.size());
    const auto receives = static_cast<std::int64_t>(stream.receives.extents.size());
    finish(stream.sends, stream.length);
    finish(stream.receives, stream.length);
    if (!stream.messages.extents.empty()) {
      finish(stream.messages, stream.length);
      show_framing(stream);
    }
    Line title = page.line();
    const int after = title.put(1, direction_text(timeline, stream.from, stream.to, page), Ink::strong);
    std::string counts = fmt::format("{}: {}, {}", count_of(stream.length, "byte"), count_of(sends, "send"),
                                     count_of(receives + stream.empty_receives, "recv"));
    if (stream.empty_receives > 0) counts += fmt::format(" ({} of them empty)", stream.empty_receives);
    title.put(after + 2, counts, Ink::faint);
    page.add(title);
    StreamRuler(stream, page).draw();
  }
  if (all > shown.size()) {
    page.prose(fmt::format("{} and {} more like {}", page.glyphs().ellipsis,
                           count_of(static_cast<std::int64_t>(all - shown.size()), "stream"),
                           shown.size() == 1 ? "this one" : "these"),
               1, Ink::faint);
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
    case Datagram::Fate::dropped_by_rule:
      return "lost";
    case Datagram::Fate::buffer_overrun:
      return "buffer full";
    case Datagram::Fate::refused:
      return "refused";
    case Datagram::Fate::delivered:
      return "never read";
    case Datagram::Fate::on_the_way:
      return "on its way";
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
    const std::string text =
        fmt::format("{}{}{}", glyphs.box_left, quoted_to_fit(data, most_data_columns, ascii), glyphs.box_right);
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
                           count_of(static_cast<std::int64_t>(boxes.size() - next), "datagram")),
               datagram_left, Ink::faint);
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
  const std::vector<DatagramRow> shown = most_telling(std::move(rows), all_arrived);
  for (const DatagramRow& row : shown) {
    if (!first) page.blank();
    first = false;
    Line title = page.line();
    const int after = title.put(1, direction_text(timeline, row.from, row.to, page), Ink::strong);
    const auto delivered = std::count_if(row.datagrams.begin(), row.datagrams.end(), arrived);
    title.put(after + 2,
              fmt::format("{} sent, {} delivered",
                          count_of(static_cast<std::int64_t>(row.datagrams.size()), "datagram"), delivered),
              Ink::faint);
    page.add(title);
    draw_boxes(boxes_of(timeline, row, page), page);
  }
  if (all > shown.size()) {
    page.prose(fmt::format("{} and {} more", page.glyphs().ellipsis,
                           count_of(static_cast<std::int64_t>(all - shown.size()), "pair")),
               1, Ink::faint);
  }
}

}  // namespace

void draw_rulers(const RunRecord& record, Page& page) {
  draw_streams(record.timeline, page);
  draw_datagrams(record.timeline, page);
}

}  // namespace wirelab::render

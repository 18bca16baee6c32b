#include "labs/render/stream_ruler.hh"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "labs/render/packet_text.hh"
#include "labs/render/ruler.hh"
#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::Event;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::Packet;
using timeline::Timeline;
using timeline::Verdict;

namespace {

constexpr int label_columns = 10;
constexpr int after_columns = 5;  // " eof"

// ------------------------------------------------------------------------------------------- what is to be shown

struct Extent {
  enum class Kind {
    bytes,
    never_read,
    no_message,  ///< read, and no part of a whole message
    lost,        ///< by the wire
    nothing,     ///< not in this row
  };
  std::int64_t offset = 0;
  std::int64_t length = 0;
  std::string bytes;
  Kind kind = Kind::bytes;
  std::int64_t end() const { return offset + length; }
};

struct Track {
  words::TextId label;
  words::TextId count;  ///< of its extents, for when they are too many to draw
  Ink ink = Ink::plain;
  Extent::Kind gap = Extent::Kind::nothing;  ///< what the bytes are that are in none of its extents
  std::vector<Extent> extents;               ///< without gaps from 0 to the stream's end, once finished
};

struct Stream {
  int connection = 0;
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  Track sends{"ruler.send"_text, "count.sends"_text, Ink::plain, Extent::Kind::never_read, {}};
  std::list<Track> packets;  ///< first what was sent for the first time, then what was sent again, and again
  Track receives{"ruler.recv"_text, "count.recvs"_text, Ink::data, Extent::Kind::never_read, {}};
  Track messages{"ruler.message"_text, "count.messages"_text, Ink::mark, Extent::Kind::never_read, {}};
  std::set<std::size_t> script_sends;
  bool is_cut = false;  ///< by `cut`: one send of the script is several calls
  EventId first_send = 0;
  std::int64_t packet_count = 0;
  std::int64_t lost_packets = 0;
  std::int64_t empty_receives = 0;
  bool is_told_over = false;  ///< by a receive that returned 0 though it had room
  std::int64_t length = 0;

  std::vector<const Track*> tracks() const {
    std::vector<const Track*> all{&sends};
    for (const Track& track : packets) all.push_back(&track);
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
    if (offset > reached) whole.push_back({reached, offset - reached, {}, track.gap});
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

/// Into the first row in which none of its bytes are yet: the second row has what was sent a second time.
void add_packet(Stream& stream, const Packet& packet) {
  constexpr std::size_t most_rows = 4;
  const bool is_lost = packet.verdict == Verdict::dropped;
  Extent extent{packet.stream->offset, packet.stream->length, is_lost ? std::string() : packet.data,
                is_lost ? Extent::Kind::lost : Extent::Kind::bytes};
  ++stream.packet_count;
  if (is_lost) ++stream.lost_packets;
  const auto is_free = [&](const Track& row) {
    return std::none_of(row.extents.rbegin(), row.extents.rend(), [&](const Extent& other) {
      return other.offset < extent.end() && extent.offset < other.end();
    });
  };
  auto row = packet.retransmission ? std::find_if(stream.packets.begin(), stream.packets.end(), is_free)
                                   : stream.packets.begin();
  if (row == stream.packets.end()) {
    if (stream.packets.size() == most_rows) return;
    const words::TextId label = stream.packets.empty() ? "ruler.packet"_text : "ruler.again"_text;
    stream.packets.push_back({label, "count.packets"_text, Ink::arrow, Extent::Kind::nothing, {}});
    row = std::prev(stream.packets.end());
  }
  row->extents.push_back(std::move(extent));
}

void add_call(Stream& stream, const Event& event, const Call& call, Extent extent) {
  if (timeline::is_send(call)) {
    if (stream.first_send == 0) stream.first_send = event.id;
    if (call.piece > 0) stream.is_cut = true;
    stream.sends.extents.push_back(std::move(extent));
  } else {
    stream.receives.extents.push_back(std::move(extent));
  }
}

const std::optional<timeline::StreamRange>& range_of(const Event& event) {
  static const std::optional<timeline::StreamRange> none;
  if (const Call* call = event.call()) return call->stream;
  if (const Packet* packet = event.packet()) return packet->verdict == Verdict::absorbed ? none : packet->stream;
  if (const timeline::Message* message = event.message()) return message->stream;
  return none;
}

/// In the order of their first sends.
std::vector<Stream> streams_of(const Timeline& timeline) {
  std::map<EventId, std::size_t> script_send_of;
  const std::vector<timeline::ScriptSend> script_sends = timeline::script_sends(timeline);
  for (std::size_t index = 0; index < script_sends.size(); ++index) {
    for (const EventId id : script_sends[index].calls) script_send_of[id] = index;
  }
  std::vector<Stream> streams;
  std::map<std::pair<int, LaneIndex>, std::size_t> places;
  for (const Event& event : timeline.events) {
    const auto& range = range_of(event);
    if (!range) continue;
    const auto [place, is_new] = places.try_emplace({range->connection, range->from}, streams.size());
    if (is_new) {
      streams.emplace_back();
      streams.back().connection = range->connection;
      streams.back().from = range->from;
      streams.back().to = range->to;
    }
    Stream& stream = streams[place->second];
    const Call* call = event.call();
    if (call != nullptr && timeline::is_receive(*call) && timeline::succeeded(*call) && call->result == 0) {
      ++stream.empty_receives;
      stream.is_told_over = stream.is_told_over || timeline::told_the_end(*call);
    }
    if (range->length <= 0) continue;
    stream.length = std::max(stream.length, range->offset + range->length);
    if (call != nullptr) {
      if (const auto script = script_send_of.find(event.id); script != script_send_of.end()) {
        stream.script_sends.insert(script->second);
      }
      add_call(stream, event, *call, {range->offset, range->length, call->data});
    } else if (const Packet* packet = event.packet()) {
      if (timeline.left_out.empty()) add_packet(stream, *packet);
    } else if (!event.message()->sent && event.message()->error.empty()) {
      stream.messages.extents.push_back({range->offset, range->length, event.message()->payload});
    }
  }
  std::erase_if(streams, [](const Stream& stream) { return stream.sends.extents.empty(); });
  std::sort(streams.begin(), streams.end(),
            [](const Stream& one, const Stream& other) { return one.first_send < other.first_send; });
  return streams;
}

/// In the row of messages, bytes that were read and became none are not the ones that nobody has read.
void tell_read_from_unread(Stream& stream) {
  std::int64_t read = 0;
  for (const Extent& received : stream.receives.extents) {
    if (received.kind == Extent::Kind::bytes) read = std::max(read, received.end());
  }
  std::vector<Extent> told;
  for (Extent& extent : stream.messages.extents) {
    if (extent.kind == Extent::Kind::never_read && extent.offset < read) {
      const std::int64_t of_it = std::min(extent.end(), read) - extent.offset;
      told.push_back({extent.offset, of_it, {}, Extent::Kind::no_message});
      extent.offset += of_it;
      extent.length -= of_it;
    }
    if (extent.length > 0) told.push_back(std::move(extent));
  }
  stream.messages.extents = std::move(told);
}

/// A message's row shows the bytes it takes on the stream, its length or delimiter too, not only what it says.
void show_framing(Stream& stream) {
  std::string bytes;
  for (const Extent& extent : stream.sends.extents) bytes += extent.bytes;
  if (static_cast<std::int64_t>(bytes.size()) != stream.length) return;
  for (Extent& message : stream.messages.extents) {
    if (message.kind != Extent::Kind::bytes) continue;
    message.bytes = bytes.substr(static_cast<std::size_t>(message.offset), static_cast<std::size_t>(message.length));
  }
}

bool kept_its_boundaries(const Stream& stream) { return boundaries(stream.sends) == boundaries(stream.receives); }

// ------------------------------------------------------------------------------------- how single bytes are shown

/// How bytes that are no letters are spelled where ASCII is all there is.
enum class Spelling {
  one_column,  ///< a sign that stands for many
  escaped,     ///< `\n`, `\xff`
};

/// Signs that a reader has to be told the meaning of.
struct Signs {
  bool space = false;
  bool control = false;
  bool broken = false;
  bool hatched = false;  ///< with no room for the word beside it
};

/// A byte on its own, where only ASCII can be shown.
std::string ascii_glyph(char byte, Spelling spelling, const Glyphs& glyphs) {
  if (byte == ' ') return "_";
  if (byte > ' ' && byte < '\x7F') return std::string(1, byte);
  if (spelling == Spelling::one_column) {
    return static_cast<unsigned char>(byte) < 0x80 ? "." : std::string(glyphs.broken_byte);
  }
  switch (byte) {
    case '\0':
      return "\\0";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
}

/// U+2400, symbol for null, and after it one for each control character; ␣ for a space; else the character itself.
std::string unicode_glyph(const scenario::CodePoint& here, std::string_view bytes, const Glyphs& glyphs) {
  if (!here.valid) return std::string(glyphs.broken_byte);
  if (here.value == ' ') return "␣";
  if (here.value > ' ' && here.value != 0x7F) return std::string(bytes);
  std::string picture = "\xE2\x90\x80";
  picture.back() = static_cast<char>(0x80 + (here.value == 0x7F ? 0x21 : static_cast<int>(here.value)));
  return picture;
}

// ---------------------------------------------------------------------------------------------------- the picture

/// Where offsets of a stream lie on the page.
class Axis {
 public:
  /// `columns` from the first boundary to the last.
  Axis(const Stream& stream, int left, int columns, const Page& page)
      : left_(left), columns_(columns), length_(stream.length) {
    for (const Track* track : stream.tracks()) cuts_.merge(boundaries(*track));
    const auto room = static_cast<std::int64_t>(columns) - static_cast<std::int64_t>(cuts_.size());
    by_the_byte_ = length_ <= room;
    if (by_the_byte_) {
      set_widths(stream, Spelling::one_column, page.glyphs());
      if (page.style().ascii) {
        set_widths(stream, Spelling::escaped, page.glyphs());
        if (begins_.back() > room) set_widths(stream, Spelling::one_column, page.glyphs());
      }
      return;
    }
    cuts_.clear();
    for (const Track* track : stream.tracks()) {
      if (is_too_fine(*track)) continue;
      cuts_.merge(boundaries(*track));
    }
    cuts_.insert({0, length_});
  }

  /// Every byte has a column of its own, or several.
  bool by_the_byte() const { return by_the_byte_; }
  Spelling spelling() const { return spelling_; }
  /// Its extents would be nothing but boundaries.
  bool is_too_fine(const Track& track) const {
    constexpr int least_columns_each = 3;
    if (by_the_byte_) return false;
    if (static_cast<int>(track.extents.size()) * least_columns_each > columns_) return true;
    return std::any_of(track.extents.begin(), track.extents.end(), [this](const Extent& extent) {
      return extent.kind != Extent::Kind::nothing && boundary(extent.end()) - boundary(extent.offset) < 2;
    });
  }
  const std::set<std::int64_t>& cuts() const { return cuts_; }

  /// The column of a boundary at `offset`.
  int boundary(std::int64_t offset) const {
    if (by_the_byte_) return column_of(offset, std::distance(cuts_.begin(), cuts_.lower_bound(offset)));
    return left_ + static_cast<int>((offset * (columns_ - 1) + length_ / 2) / std::max<std::int64_t>(length_, 1));
  }
  /// by_the_byte: the first column of the byte at `offset`.
  int byte(std::int64_t offset) const {
    return column_of(offset, std::distance(cuts_.begin(), cuts_.upper_bound(offset)));
  }

 private:
  int column_of(std::int64_t offset, std::ptrdiff_t boundaries_before) const {
    return left_ + begins_[static_cast<std::size_t>(offset)] + static_cast<int>(boundaries_before);
  }
  void set_widths(const Stream& stream, Spelling spelling, const Glyphs& glyphs) {
    std::vector<int> widths(static_cast<std::size_t>(length_), 1);
    const auto note = [&](const Track& track) {
      for (const Extent& extent : track.extents) {
        for (std::size_t index = 0; index < extent.bytes.size() && spelling == Spelling::escaped; ++index) {
          const auto offset = static_cast<std::size_t>(extent.offset) + index;
          if (offset >= widths.size()) break;
          widths[offset] = display_width(ascii_glyph(extent.bytes[index], spelling, glyphs));
        }
      }
    };
    note(stream.sends);
    note(stream.receives);
    begins_.assign(1, 0);
    for (const int width : widths) begins_.push_back(begins_.back() + width);
    spelling_ = spelling;
  }

  int left_;
  int columns_;
  std::int64_t length_;
  std::set<std::int64_t> cuts_;
  bool by_the_byte_ = false;
  Spelling spelling_ = Spelling::one_column;
  std::vector<int> begins_;  ///< by_the_byte: of each offset, the columns that the bytes before it take
};

class StreamRuler {
 public:
  StreamRuler(const Stream& stream, Page& page, Signs& signs)
      : stream_(stream),
        page_(page),
        signs_(signs),
        axis_(stream, label_columns, page.columns() - label_columns - after_columns, page) {}

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
    line.put(1, page_.say("ruler.byte"_text), Ink::faint);
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

  std::set<int> boundary_columns(const Track* track) const {
    std::set<int> columns;
    if (track == nullptr) return columns;
    columns.insert({axis_.boundary(0), axis_.boundary(stream_.length)});
    if (axis_.is_too_fine(*track)) return columns;
    for (const std::int64_t cut : boundaries(*track)) columns.insert(axis_.boundary(cut));
    return columns;
  }

  void draw_border(const Track* above, const Track* below) {
    const std::set<int> up = boundary_columns(above);
    const std::set<int> down = boundary_columns(below);
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
    line.put(1, page_.say(track.label), Ink::strong);
    if (axis_.is_too_fine(track)) {
      draw_summary(line, track);
    } else {
      for (const Extent& extent : track.extents) draw_extent(line, track, extent);
    }
    for (const int column : boundary_columns(&track)) line.put(column, page_.glyphs().cell, Ink::plain);
    if (&track == &stream_.receives && stream_.is_told_over) {
      line.put(axis_.boundary(stream_.length) + 2, page_.say("ruler.eof"_text), Ink::strong);
    }
    page_.add(line);
  }

  void draw_extent(Line& line, const Track& track, const Extent& extent) {
    switch (extent.kind) {
      case Extent::Kind::nothing:
        return;
      case Extent::Kind::never_read:
        draw_label(line, extent,
                   label_in(extent, {"ruler.bytes-never-read"_text, "ruler.never-read"_text, "ruler.unread"_text}),
                   Ink::asleep);
        return;
      case Extent::Kind::no_message:
        draw_label(line, extent, label_in(extent, {"ruler.bytes-no-message"_text, "ruler.no-message"_text}),
                   Ink::asleep);
        return;
      case Extent::Kind::lost:
        draw_lost(line, extent);
        return;
      case Extent::Kind::bytes:
        break;
    }
    if (axis_.by_the_byte() && extent.length == static_cast<std::int64_t>(extent.bytes.size())) {
      draw_bytes(line, extent, track.ink);
    } else {
      draw_label(line, extent, size_label(extent), track.ink);
    }
  }

  void draw_lost(Line& line, const Extent& extent) {
    const std::string word = page_.say("fate.lost"_text);
    const std::string between_hatches = " " + word + " ";
    const int room = room_in(extent);
    const bool has_hatches = room < display_width(word) || room >= display_width(between_hatches);
    if (has_hatches) {
      line.fill(axis_.boundary(extent.offset) + 1, axis_.boundary(extent.end()), page_.glyphs().hatched, Ink::bad);
    }
    signs_.hatched = signs_.hatched || (room > 0 && room < display_width(word));
    draw_label(line, extent, has_hatches ? between_hatches : word, Ink::bad);
  }

  /// How many there are, and where those are that somebody may look for: what was lost, what was sent again.
  void draw_summary(Line& line, const Track& track) {
    const int first = axis_.boundary(0) + 1;
    const int last = axis_.boundary(stream_.length);  // one past the end
    const bool all_are_told = &track == &stream_.sends || &track == &stream_.receives ||
                              (!stream_.packets.empty() && &track == &stream_.packets.front());
    std::int64_t count = 0;
    std::int64_t never_read = 0;
    std::int64_t no_message = 0;
    std::set<int> marked;
    for (const Extent& extent : track.extents) {
      if (extent.kind == Extent::Kind::nothing) continue;
      if (extent.kind == Extent::Kind::never_read) {
        never_read += extent.length;
        continue;
      }
      if (extent.kind == Extent::Kind::no_message) {
        no_message += extent.length;
        continue;
      }
      ++count;
      const bool is_lost = extent.kind == Extent::Kind::lost;
      if (all_are_told && !is_lost) continue;
      const int column = std::clamp(axis_.boundary(extent.offset), first, last - 1);
      marked.insert(column);
      line.put(column, is_lost ? page_.glyphs().lost : page_.glyphs().cell, is_lost ? Ink::bad : track.ink);
    }
    // In the middle, or beside what stands there.
    std::string label = page_.say(track.count, {{"count", count}});
    if (no_message > 0) {
      label += page_.say("list.of-words"_text) + page_.say("ruler.bytes-no-message"_text, {{"bytes", no_message}});
    }
    if (never_read > 0) {
      label += page_.say("list.of-words"_text) + page_.say("ruler.bytes-never-read"_text, {{"bytes", never_read}});
    }
    const int width = display_width(label);
    const auto is_free = [&](int column) {
      const auto mark = marked.lower_bound(column - 1);
      return column >= first && column + width <= last && (mark == marked.end() || *mark > column + width);
    };
    const int middle = first + (last - first - width) / 2;
    for (int distance = 0; distance < last - first; ++distance) {
      for (const int column : {middle - distance, middle + distance}) {
        if (!is_free(column)) continue;
        line.put(column, label, track.ink);
        return;
      }
    }
  }

  int room_in(const Extent& extent) const { return axis_.boundary(extent.end()) - axis_.boundary(extent.offset) - 1; }

  /// Never a number alone: that would read as if so many had been received.
  std::string label_in(const Extent& extent, std::initializer_list<words::TextId> longest_first) const {
    const int room = room_in(extent);
    for (const words::TextId id : longest_first) {
      const std::string text = page_.say(id, {{"bytes", extent.length}});
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

  void draw_bytes(Line& line, const Extent& extent, Ink ink) {
    if (page_.style().ascii) {
      draw_ascii_bytes(line, extent, ink);
    } else {
      draw_characters(line, extent, ink);
    }
  }

  void draw_ascii_bytes(Line& line, const Extent& extent, Ink ink) {
    for (std::size_t index = 0; index < extent.bytes.size(); ++index) {
      const char byte = extent.bytes[index];
      line.put(axis_.byte(extent.offset + static_cast<std::int64_t>(index)),
               ascii_glyph(byte, axis_.spelling(), page_.glyphs()), ink);
      const bool is_escaped = axis_.spelling() == Spelling::escaped;
      signs_.space = signs_.space || byte == ' ';
      signs_.control =
          signs_.control || (!is_escaped && static_cast<unsigned char>(byte) < ' ') || (!is_escaped && byte == '\x7F');
      signs_.broken = signs_.broken || (!is_escaped && static_cast<unsigned char>(byte) >= 0x80);
    }
  }

  /// A character of several bytes stands in their first columns, unless a boundary of this or another track goes
  /// through it: then each byte is shown as a piece of something broken.
  void draw_characters(Line& line, const Extent& extent, Ink ink) {
    for (std::size_t index = 0; index < extent.bytes.size();) {
      const scenario::CodePoint here = scenario::first_code_point(std::string_view(extent.bytes).substr(index));
      const std::int64_t offset = extent.offset + static_cast<std::int64_t>(index);
      const std::string_view bytes = std::string_view(extent.bytes).substr(index, here.bytes);
      const auto cut = axis_.cuts().upper_bound(offset);
      const bool is_whole = cut == axis_.cuts().end() || *cut >= offset + static_cast<std::int64_t>(here.bytes);
      if (here.valid && here.value >= 0x80 && (!is_whole || !scenario::is_printable(here.value))) {
        for (std::size_t part = 0; part < here.bytes; ++part) {
          line.put(axis_.byte(offset + static_cast<std::int64_t>(part)), page_.glyphs().broken_byte, Ink::bad);
        }
        signs_.broken = true;
      } else {
        const std::string marks = here.value >= ' ' ? marks_after(extent.bytes, index + here.bytes, cut, extent) : "";
        line.put(axis_.byte(offset), unicode_glyph(here, bytes, page_.glyphs()) + marks, ink);
        signs_.broken = signs_.broken || !here.valid;
        index += marks.size();
      }
      index += here.bytes;
    }
  }

  /// The combining marks that belong to the character before `index`, as far as no boundary comes between.
  std::string marks_after(const std::string& bytes, std::size_t index, std::set<std::int64_t>::const_iterator cut,
                          const Extent& extent) const {
    std::string marks;
    while (index < bytes.size()) {
      const scenario::CodePoint here = scenario::first_code_point(std::string_view(bytes).substr(index));
      const std::int64_t end = extent.offset + static_cast<std::int64_t>(index + here.bytes);
      const bool is_cut = cut != axis_.cuts().end() && *cut < end;
      if (!here.valid || is_cut || column_width(here.value) != 0 || !scenario::is_printable(here.value)) break;
      marks += bytes.substr(index, here.bytes);
      index += here.bytes;
    }
    return marks;
  }

  const Stream& stream_;
  Page& page_;
  Signs& signs_;
  Axis axis_;
};

/// `15 bytes: 3 sends, 4 packets (1 lost), 2 recvs (1 of them empty)`
std::string counts_of(const Stream& stream, const Page& page) {
  const auto calls = static_cast<std::int64_t>(stream.sends.extents.size());
  const auto receives = static_cast<std::int64_t>(stream.receives.extents.size()) + stream.empty_receives;
  const auto sends = static_cast<std::int64_t>(stream.script_sends.size());
  std::vector<std::string> counts;
  // The script's `send` may be several calls: cut into pieces, or made again for what the kernel did not take.
  counts.push_back(sends == 0 || sends == calls
                       ? page.say("count.sends"_text, {{"count", calls}})
                       : page.say(stream.is_cut ? "stream.sends-in-pieces"_text : "stream.sends-in-calls"_text,
                                  {{"sends", sends}, {"calls", calls}}));
  if (stream.packet_count > 0) {
    counts.push_back(page.say(stream.lost_packets == 0      ? "count.packets"_text
                              : stream.packet_count == 1 ? "stream.packet-lost"_text
                                                         : "stream.packets-lost"_text,
                              {{"count", stream.packet_count}, {"lost", stream.lost_packets}}));
  }
  counts.push_back(page.say(stream.empty_receives == 0 ? "count.recvs"_text : "stream.recvs-empty"_text,
                            {{"count", receives}, {"empty", stream.empty_receives}}));
  const std::string between = page.say("list.of-words"_text);
  return page.say("stream.counts"_text,
                  {{"bytes", stream.length}, {"counts", fmt::format("{}", fmt::join(counts, between))}});
}

/// `client → server`; where another one has the same title, with the number of its connection.
std::string title_of(const Timeline& timeline, const Stream& stream, const std::vector<Stream>& all, const Page& page) {
  const std::string title = direction_text(timeline, stream.from, stream.to, page);
  const auto alike = std::count_if(
      all.begin(), all.end(), [&](const Stream& other) { return other.from == stream.from && other.to == stream.to; });
  if (alike < 2) return title;
  return page.say("stream.of-connection"_text,
                  {{"direction", title}, {"connection", std::int64_t{stream.connection} + 1}});
}

void draw_legend(const Signs& signs, Page& page) {
  std::vector<std::string> meanings;
  const bool ascii = page.style().ascii;
  if (signs.space && ascii) meanings.push_back(page.say("legend.space"_text));
  if (signs.control && ascii) meanings.push_back(page.say("legend.control"_text));
  if (signs.broken) {
    meanings.push_back(page.say(ascii ? "legend.not-ascii"_text : "legend.broken"_text,
                                {{"sign", std::string(page.glyphs().broken_byte)}}));
  }
  if (signs.hatched) {
    meanings.push_back(page.say("legend.lost"_text, {{"sign", std::string(page.glyphs().hatched)}}));
  }
  if (meanings.empty()) return;
  const std::string between = page.say("list.of-words"_text);
  page.prose(page.say("legend"_text, {{"meanings", fmt::format("{}", fmt::join(meanings, between))}}), 1, Ink::faint);
}

}  // namespace

void draw_streams(const Timeline& timeline, Page& page) {
  std::vector<Stream> streams = streams_of(timeline);
  if (streams.empty()) return;
  const std::size_t all = streams.size();
  const bool all_dull = std::all_of(streams.begin(), streams.end(), kept_its_boundaries);
  page.heading(page.say("heading.streams"_text));
  bool first = true;
  Signs signs;
  std::vector<Stream> shown = most_telling(std::move(streams), kept_its_boundaries);
  for (Stream& stream : shown) {
    if (!first) page.blank();
    first = false;
    const std::string counts = counts_of(stream, page);
    finish(stream.sends, stream.length);
    for (Track& track : stream.packets) finish(track, stream.length);
    finish(stream.receives, stream.length);
    if (!stream.messages.extents.empty()) {
      finish(stream.messages, stream.length);
      tell_read_from_unread(stream);
      show_framing(stream);
    }
    draw_title(title_of(timeline, stream, shown, page), counts, page);
    StreamRuler(stream, page, signs).draw();
  }
  draw_legend(signs, page);
  if (all > shown.size()) {
    const auto more = static_cast<std::int64_t>(all - shown.size());
    page.prose(fmt::format("{} {}", page.glyphs().ellipsis,
                           page.say(all_dull ? "streams.more-alike"_text : "streams.more"_text, {{"streams", more}})),
               1, Ink::faint);
  }
}

}  // namespace wirelab::render

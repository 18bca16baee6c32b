#include "labs/render/datagram_table.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "labs/render/ruler.hh"
#include "labs/render/text.hh"
#include "labs/timeline/calls.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::Datagram;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::Packet;
using timeline::Timeline;

namespace {

constexpr int datagram_left = 11;

struct Box {
  std::string sent;
  std::string received;
  Ink ink = Ink::data;
  int columns = 0;
};

/// The datagrams from one actor to another, in the order in which they were sent.
struct DatagramRow {
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  std::vector<const Datagram*> datagrams;
};

bool arrived(const Datagram* datagram) { return datagram->fate == Datagram::Fate::delivered; }

bool all_arrived(const DatagramRow& row) { return std::all_of(row.datagrams.begin(), row.datagrams.end(), arrived); }

/// Pairs of actors in the order of their first datagrams.
std::vector<DatagramRow> rows_of(const Timeline& timeline) {
  std::vector<const Datagram*> by_time;
  for (const Datagram& datagram : timeline.datagrams) by_time.push_back(&datagram);
  std::stable_sort(by_time.begin(), by_time.end(),
                   [](const Datagram* one, const Datagram* other) { return one->sent < other->sent; });
  std::vector<DatagramRow> rows;
  std::map<std::pair<LaneIndex, LaneIndex>, std::size_t> places;
  for (const Datagram* datagram : by_time) {
    const auto [place, is_new] = places.try_emplace({datagram->from, datagram->to}, rows.size());
    if (is_new) rows.push_back({datagram->from, datagram->to, {}});
    rows[place->second].datagrams.push_back(datagram);
  }
  return rows;
}

/// How many receives took each datagram, by its index: the wire may have delivered it twice.
using Receipts = std::map<int, std::int64_t>;

Receipts receipts_of(const Timeline& timeline) {
  Receipts receipts;
  for (const timeline::Event& event : timeline.events) {
    const Call* call = event.call();
    if (call != nullptr && timeline::brought_datagram(*call) && call->datagram) ++receipts[*call->datagram];
  }
  return receipts;
}

std::int64_t times_taken(const Timeline& timeline, const Receipts& receipts, const Datagram& datagram) {
  const auto found = receipts.find(static_cast<int>(&datagram - timeline.datagrams.data()));
  return found == receipts.end() ? 0 : found->second;
}

/// `fragment 2 of 3 lost`, for a datagram that came to the wire in several packets of which not all went on.
std::string lost_fragment(const Timeline& timeline, const Datagram& datagram, const Page& page) {
  // Of one for many each receiver has a datagram, and the packets know the first.
  const auto is_of_it = [&](const Packet& packet) {
    const auto index = static_cast<std::size_t>(packet.datagram.value_or(-1));
    return index < timeline.datagrams.size() && timeline.datagrams[index].sent == datagram.sent;
  };
  std::map<std::int64_t, bool> lost;  // by offset
  for (const timeline::Event& event : timeline.events) {
    const Packet* packet = event.packet();
    if (packet == nullptr || !packet->fragment || !is_of_it(*packet)) continue;
    lost[packet->fragment->offset] = packet->verdict == timeline::Verdict::dropped;
  }
  std::int64_t number = 0;
  for (const auto& [offset, is_lost] : lost) {
    ++number;
    if (!is_lost) continue;
    return page.say("fate.fragment-lost"_text,
                    {{"fragment", number}, {"fragments", static_cast<std::int64_t>(lost.size())}});
  }
  return "";
}

std::string fate_text(const Timeline& timeline, const Datagram& datagram, const Page& page) {
  switch (datagram.fate) {
    case Datagram::Fate::dropped_by_rule: {
      const bool sees_all = timeline.sees_packets && timeline.left_out.empty();
      const std::string fragment = sees_all ? lost_fragment(timeline, datagram, page) : "";
      const std::string what = fragment.empty() ? page.say("fate.lost"_text) : fragment;
      return datagram.rule_line > 0 ? fmt::format("{} :{}", what, datagram.rule_line) : what;
    }
    case Datagram::Fate::buffer_overrun:
      return page.say("fate.buffer-full"_text);
    case Datagram::Fate::refused:
      return page.say("fate.refused"_text);
    case Datagram::Fate::delivered:
      return page.say("ruler.never-read"_text);
    case Datagram::Fate::on_the_way:
      return page.say("fate.on-its-way"_text);
  }
  return "";
}

std::vector<Box> boxes_of(const Timeline& timeline, const Receipts& receipts_by_datagram, const DatagramRow& row,
                          const Page& page) {
  const int most_data_columns = std::clamp(page.columns() - datagram_left - 14, 8, 24);
  const Glyphs& glyphs = page.glyphs();
  const auto boxed = [&](const std::string& data) {
    const std::string text =
        quoted_to_fit(data, most_data_columns, page.style().ascii, SizeShown::when_cut, page.style().language);
    return fmt::format("{}{}{}", glyphs.box_left, text, glyphs.box_right);
  };

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
    box.sent = seen.insert(datagram->sent).second ? boxed(data) : page.say("datagram.copy"_text);
    if (const Call* receive = timeline.call(datagram->received)) {
      box.received = boxed(receive->data);
      if (receive->truncated) box.received += " " + page.say("datagram.cut-off"_text);
      if (reordered) {
        const auto place = std::lower_bound(receipts.begin(), receipts.end(), datagram->received) - receipts.begin();
        box.received += fmt::format(" #{}", place + 1);
      }
      if (const std::int64_t times = times_taken(timeline, receipts_by_datagram, *datagram); times > 1) {
        box.received += page.foreign(fmt::format(" ×{}", times));
      }
    } else {
      box.ink = arrived(datagram) ? Ink::asleep : Ink::bad;
      box.received =
          fmt::format("{} {}", arrived(datagram) ? glyphs.not_seen : glyphs.lost,
                      fate_text(timeline, *datagram, page));
    }
    box.columns = std::max(display_width(box.sent), display_width(box.received));
    boxes.push_back(std::move(box));
  }
  return boxes;
}

/// The call that all of them were made with, or `otherwise`.
std::string common_call(const Timeline& timeline, const DatagramRow& row, EventId Datagram::*event,
                        std::string otherwise) {
  std::set<std::string> calls;
  for (const Datagram* datagram : row.datagrams) {
    if (const Call* call = timeline.call(datagram->*event)) calls.insert(call->call);
  }
  return calls.size() == 1 ? *calls.begin() : otherwise;
}

void draw_boxes(const std::vector<Box>& boxes, const std::string& sending, const std::string& receiving, Page& page) {
  constexpr int most_bands = 6;
  std::size_t next = 0;
  for (int band = 0; band < most_bands && next < boxes.size(); ++band) {
    Line sent = page.line();
    Line received = page.line();
    sent.put(1, sending, Ink::strong);
    received.put(1, receiving, Ink::strong);
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
    const auto more = static_cast<std::int64_t>(boxes.size() - next);
    page.prose(fmt::format("{} {}", page.glyphs().ellipsis, page.say("datagrams.more"_text, {{"datagrams", more}})),
               datagram_left, Ink::faint);
  }
}

}  // namespace

void draw_datagrams(const Timeline& timeline, Page& page) {
  std::vector<DatagramRow> rows = rows_of(timeline);
  if (rows.empty()) return;
  const std::size_t all = rows.size();
  page.heading(page.say("heading.datagrams"_text));
  bool first = true;
  const Receipts receipts = receipts_of(timeline);
  const std::vector<DatagramRow> shown = most_telling(std::move(rows), all_arrived);
  for (const DatagramRow& row : shown) {
    if (!first) page.blank();
    first = false;
    std::set<EventId> sent;
    std::int64_t delivered = 0;
    for (const Datagram* datagram : row.datagrams) {
      sent.insert(datagram->sent);
      if (arrived(datagram)) delivered += std::max<std::int64_t>(1, times_taken(timeline, receipts, *datagram));
    }
    draw_title(direction_text(timeline, row.from, row.to, page),
               page.say("datagrams.counts"_text,
                        {{"datagrams", static_cast<std::int64_t>(sent.size())}, {"delivered", delivered}}),
               page);
    draw_boxes(boxes_of(timeline, receipts, row, page),
               common_call(timeline, row, &Datagram::sent, page.say("datagram.sent"_text)),
               common_call(timeline, row, &Datagram::received, page.say("datagram.received"_text)), page);
  }
  if (all > shown.size()) {
    const auto more = static_cast<std::int64_t>(all - shown.size());
    page.prose(fmt::format("{} {}", page.glyphs().ellipsis, page.say("datagrams.more-pairs"_text, {{"pairs", more}})), 1,
               Ink::faint);
  }
}

}  // namespace wirelab::render

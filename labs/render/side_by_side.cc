#include "labs/render/side_by_side.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "labs/render/call_text.hh"
#include "labs/render/page.hh"
#include "labs/render/text.hh"
#include "labs/scenario/remark.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {
namespace {

using scenario::counted;
using scenario::PacketKind;
using timeline::Call;
using timeline::Datagram;
using timeline::Event;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::Packet;
using timeline::Timeline;
using timeline::Verdict;

constexpr std::size_t most_named = 6;  // of a list

using words::Message;
using Sentences = std::vector<Message>;

/// `a, b, c`; of a long list the first few.
std::string joined(const std::vector<std::string>& things, std::string_view between) {
  std::string text;
  for (std::size_t i = 0; i < things.size() && i < most_named; ++i) {
    if (i > 0) text += between;
    text += things[i];
  }
  return things.size() > most_named ? text + std::string(between) + "…" : text;
}

template <typename Numbers>
std::string listed(const Numbers& numbers, std::string_view before = "") {
  std::vector<std::string> texts;
  for (const auto number : numbers) texts.push_back(fmt::format("{}{}", before, number));
  return joined(texts, ", ");
}

/// One of the two runs, asked what it shows of each difference.
class Side {
 public:
  explicit Side(const RunRecord& record) : record_(record), timeline_(record.timeline) {
    for (const Event& event : timeline_.events) {
      if (const Call* call = event.call(); call && timeline::made_by_script(*call)) calls_.emplace_back(event.id, call);
      if (const Packet* packet = event.packet()) packets_.emplace_back(event.id, packet);
    }
  }

  std::string name() const { return scenario::printable(record_.scenario.file.stem().string()); }
  std::string title() const { return scenario::printable(record_.scenario.title); }

  /// Stream or datagrams: which sends came out of which receives.
  Sentences boundaries() const {
    Sentences told;
    for (const auto& [sender, sends] : sends_by_lane()) {
      std::vector<std::string> sizes;
      for (const EventId id : sends) sizes.push_back(fmt::format("{}", timeline_.call(id)->result));
      told.push_back({"compare.sends"_text,
                      {{"sends", counted(sends.size())},
                       {"sender", lane(sender)},
                       {"sizes", joined(sizes, "+")},
                       {"seen", seen_at(sends)}}});
    }
    std::int64_t whole = 0;
    std::vector<EventId> mixed;
    Sentences first;
    for (const timeline::Provenance& one : record_.provenance) {
      const Call* receive = timeline_.call(one.recv);
      const Call* send = one.from.size() == 1 ? timeline_.call(one.from.front().send) : nullptr;
      if (receive == nullptr) continue;
      if (send != nullptr && send->result == receive->result) {
        ++whole;
        continue;
      }
      if (mixed.empty()) {
        const std::int64_t line = receive->line;
        const std::string receiver = lane(receive->lane);
        if (one.from.size() > 1) {
          first = {
              {"compare.mixed.sends"_text,
               {{"receiver", receiver}, {"call", receive->call}, {"line", line}, {"sends", counted(one.from.size())}}}};
        } else {
          first = {{"compare.mixed.part"_text, {{"receiver", receiver}, {"call", receive->call}, {"line", line}}}};
        }
      }
      mixed.push_back(one.recv);
    }
    if (whole > 0) told.push_back({"compare.whole"_text, {{"receives", whole}}});
    if (!mixed.empty()) {
      told.push_back(
          {"compare.mixed"_text, {{"receives", counted(mixed.size())}, {"first", first}, {"seen", seen_at(mixed)}}});
    }
    if (whole == 0 && mixed.empty()) told.push_back({"compare.nothing-received"_text});
    return told;
  }

  /// Real time under loss: what was lost, whether it came again, and who waited for it.
  Sentences loss() const {
    Sentences told;
    if (!timeline_.sees_packets) told.push_back({"compare.no-packets"_text});
    bool lost_any = false;
    for (const auto& [id, packet] : packets_) {
      if (packet->verdict != Verdict::dropped) continue;
      lost_any = true;
      if (packet->length == 0) continue;
      told.push_back({"compare.lost-packet"_text, {{"bytes", packet->length}, {"seen", seen_at({id})}}});
      const Sentences rest = packet->stream ? after_lost_bytes(id, *packet) : after_lost_datagram(id, *packet);
      told.insert(told.end(), rest.begin(), rest.end());
    }
    for (const Datagram& datagram : timeline_.datagrams) {
      const bool is_dropped = datagram.fate == Datagram::Fate::dropped_by_rule;
      lost_any = lost_any || is_dropped || datagram.fate == Datagram::Fate::buffer_overrun;
      if (timeline_.sees_packets || !is_dropped) continue;
      told.push_back({"compare.lost-datagram"_text, {{"bytes", datagram.length}, {"seen", seen_at({datagram.sent})}}});
    }
    if (!lost_any) told.push_back({"compare.nothing-lost"_text});
    for (const auto& [reader, sizes] : sizes_read()) {
      told.push_back({"compare.read"_text, {{"reader", lane(reader)}, {"sizes", joined(sizes, ", ")}}});
    }
    return told;
  }

  /// Connection and reliability: what had to happen before the first byte and after the last, what arrived of all.
  Sentences reliability() const {
    Sentences told;
    if (timeline_.sees_packets) told = packets_without_data();
    std::int64_t sent = 0;
    std::int64_t received = 0;
    std::vector<EventId> unread;
    std::set<EventId> sources;
    for (const timeline::Provenance& one : record_.provenance) {
      for (const timeline::Origin& origin : one.from) sources.insert(origin.send);
    }
    for (const auto& [id, call] : calls_) {
      if (!timeline::succeeded(*call)) continue;
      if (timeline::is_receive(*call)) received += call->result;
      if (!timeline::is_send(*call)) continue;
      sent += call->result;
      if (call->result > 0 && !sources.contains(id)) unread.push_back(id);
    }
    told.push_back({"compare.bytes"_text, {{"sent", sent}, {"read", received}}});
    if (!unread.empty())
      told.push_back({"compare.unread"_text, {{"sends", counted(unread.size())}, {"seen", seen_at(unread)}}});
    return told;
  }

  /// Listen and accept, or not; how a server knows who speaks.
  Sentences opening() const {
    Sentences told;
    for (const char* wanted : {"listen", "accept", "connect"}) {
      std::vector<EventId> made;
      std::set<LaneIndex> by;
      for (const auto& [id, call] : calls_) {
        if (call->call != wanted) continue;
        made.push_back(id);
        by.insert(call->lane);
      }
      if (made.empty()) {
        told.push_back({"compare.no-call"_text, {{"call", wanted}}});
      } else {
        told.push_back(
            {"compare.calls"_text,
             {{"call", wanted}, {"times", counted(made.size())}, {"actors", names(by)}, {"seen", seen_at(made)}}});
      }
    }
    std::set<int> served;
    std::vector<EventId> named;
    std::set<LaneIndex> senders;
    for (const auto& [id, call] : calls_) {
      if (!timeline::succeeded(*call)) continue;
      if (call->call == "accept") served.insert(call->connection);
      if (call->call != "recvfrom" || call->peer == timeline::nobody) continue;
      named.push_back(id);
      senders.insert(call->peer);
    }
    if (!served.empty()) told.push_back({"compare.served"_text, {{"connections", counted(served.size())}}});
    if (!named.empty()) {
      told.push_back({"compare.named"_text,
                      {{"receives", counted(named.size())}, {"senders", names(senders)}, {"seen", seen_at(named)}}});
    }
    return told;
  }

  /// `server 1, client 2`; empty if nobody made that call.
  std::string who_called(const std::string& wanted) const {
    std::map<LaneIndex, std::int64_t> counts;
    for (const auto& [id, call] : calls_) {
      if (call->call == wanted) ++counts[call->lane];
    }
    std::vector<std::string> texts;
    for (const auto& [index, count] : counts) texts.push_back(fmt::format("{} {}", lane(index), count));
    return joined(texts, ", ");
  }

  std::vector<std::string> calls_made() const {
    std::vector<std::string> made;
    for (const auto& [id, call] : calls_) {
      if (std::find(made.begin(), made.end(), call->call) == made.end()) made.push_back(call->call);
    }
    return made;
  }

 private:
  std::string lane(LaneIndex index) const { return lane_name(timeline_, index); }
  std::string names(const std::set<LaneIndex>& lanes) const {
    std::vector<std::string> texts;
    for (const LaneIndex index : lanes) texts.push_back(lane(index));
    return joined(texts, ", ");
  }

  /// Lines (`:16`) and events where a reader finds what is said.
  Sentences seen_at(const std::vector<EventId>& ids) const {
    std::set<int> lines;
    std::set<EventId> events;
    for (const EventId id : ids) {
      const Event* event = timeline_.event(id);
      if (event == nullptr) continue;
      events.insert(id);
      const Call* call = event->call();
      const Packet* packet = event->packet();
      const int line = call != nullptr ? call->line : packet != nullptr ? packet->rule_line : 0;
      if (line > 0) lines.insert(line);
    }
    Sentences seen;
    if (!lines.empty()) {
      seen.push_back({"compare.seen"_text, {{"lines", listed(lines, ":")}, {"events", listed(events)}}});
    } else if (!events.empty()) {
      seen.push_back({"compare.seen.events"_text, {{"events", listed(events)}}});
    }
    return seen;
  }

  /// The sends that put something on its way, by who made them.
  std::map<LaneIndex, std::vector<EventId>> sends_by_lane() const {
    std::map<LaneIndex, std::vector<EventId>> sends;
    for (const auto& [id, call] : calls_) {
      if (timeline::is_send(*call) && timeline::succeeded(*call)) sends[call->lane].push_back(id);
    }
    return sends;
  }

  /// What each program was given, in the order in which it was.
  std::map<LaneIndex, std::vector<std::string>> sizes_read() const {
    std::map<LaneIndex, std::vector<std::string>> sizes;
    for (const auto& [id, call] : calls_) {
      if (!timeline::is_receive(*call) || !timeline::succeeded(*call) || call->result == 0) continue;
      sizes[call->lane].push_back(fmt::format("{}", call->result));
    }
    return sizes;
  }

  Sentences packets_without_data() const {
    std::vector<EventId> before;
    std::vector<EventId> bare;
    std::vector<EventId> ends;
    bool has_data = false;
    for (const auto& [id, packet] : packets_) {
      has_data = has_data || packet->length > 0;
      if (!has_data) before.push_back(id);
      if (has_data && packet->kind == PacketKind::ack) bare.push_back(id);
      if (packet->kind == PacketKind::fin || packet->kind == PacketKind::rst) ends.push_back(id);
    }
    Sentences told;
    if (before.empty()) {
      told.push_back({"compare.none-before"_text});
    } else {
      told.push_back({"compare.before"_text, {{"packets", counted(before.size())}, {"seen", seen_at(before)}}});
    }
    if (!bare.empty()) told.push_back({"compare.acknowledgements"_text, {{"packets", counted(bare.size())}}});
    if (ends.empty()) {
      told.push_back({"compare.no-end"_text});
    } else {
      told.push_back({"compare.end"_text, {{"packets", counted(ends.size())}, {"seen", seen_at(ends)}}});
    }
    return told;
  }

  /// Bytes are sent again; what follows them in the stream has to wait at the receiver's, however early it came.
  Sentences after_lost_bytes(EventId lost_id, const Packet& lost) const {
    const auto same_way = [&](const Packet& packet) {
      return packet.stream && packet.stream->connection == lost.stream->connection && packet.from == lost.from;
    };
    const auto again = std::find_if(packets_.begin(), packets_.end(), [&](const auto& one) {
      return one.first > lost_id && same_way(*one.second) && one.second->verdict != Verdict::dropped &&
             one.second->stream->offset <= lost.stream->offset &&
             one.second->stream->offset + one.second->stream->length > lost.stream->offset;
    });
    if (again == packets_.end()) return {{"compare.not-sent-again"_text}};
    Sentences told = {{"compare.sent-again"_text, {{"sender", lane(lost.from)}, {"seen", seen_at({again->first})}}}};
    std::int64_t bytes = 0;
    std::vector<EventId> waited;
    for (const auto& [id, packet] : packets_) {
      const bool came_early = id > lost_id && id < again->first && same_way(*packet) &&
                              packet->verdict != Verdict::dropped && packet->stream->offset > lost.stream->offset;
      if (!came_early) continue;
      waited.push_back(id);
      bytes += packet->length;
    }
    if (!waited.empty()) {
      told.push_back(
          {"compare.waited"_text, {{"packets", counted(waited.size())}, {"bytes", bytes}, {"seen", seen_at(waited)}}});
    }
    return told;
  }

  Sentences after_lost_datagram(EventId lost_id, const Packet& lost) const {
    Sentences told = {{"compare.nobody-sent-again"_text}};
    std::vector<EventId> read;
    for (const Datagram& datagram : timeline_.datagrams) {
      if (datagram.from == lost.from && datagram.received != 0 && datagram.sent > lost_id) {
        read.push_back(datagram.received);
      }
    }
    if (!read.empty())
      told.push_back({"compare.not-waited"_text, {{"datagrams", counted(read.size())}, {"seen", seen_at(read)}}});
    return told;
  }

  const RunRecord& record_;
  const Timeline& timeline_;
  std::vector<std::pair<EventId, const Call*>> calls_;
  std::vector<std::pair<EventId, const Packet*>> packets_;
};

class SideBySidePage {
 public:
  SideBySidePage(const Side& left, const Side& right, const TerminalStyle& style)
      : left_(left), right_(right), page_(style) {}

  std::string text() {
    draw(wrapped(left_.name()), wrapped(right_.name()), Ink::strong);
    draw(wrapped(left_.title()), wrapped(right_.title()), Ink::plain);
    section("compare.stream-or-datagrams"_text, &Side::boundaries);
    section("compare.under-loss"_text, &Side::loss);
    section("compare.reliability"_text, &Side::reliability);
    section("compare.listen-and-accept"_text, &Side::opening);
    draw_calls();
    return page_.text();
  }

 private:
  static constexpr int margin = 1;
  static constexpr int between = 3;

  int column_width() const { return (page_.columns() - margin - between) / 2; }

  void section(words::TextId heading, Sentences (Side::*told)() const) {
    page_.heading(page_.say(heading, {}));
    draw(wrapped((left_.*told)()), wrapped((right_.*told)()), Ink::plain);
  }

  std::vector<std::string> wrapped(const std::string& text) const {
    constexpr int hanging = 2;
    std::vector<std::string> lines = wrap(page_.foreign(text), column_width() - hanging);
    for (std::size_t i = 1; i < lines.size(); ++i) lines[i].insert(0, hanging, ' ');
    return lines;
  }

  std::vector<std::string> wrapped(const Sentences& sentences) const {
    std::vector<std::string> lines;
    for (const Message& sentence : sentences) {
      for (std::string& line : wrapped(page_.say(sentence.id, sentence.arguments))) lines.push_back(std::move(line));
    }
    return lines;
  }

  /// Lines that fit their columns, beside each other.
  void draw(const std::vector<std::string>& lefts, const std::vector<std::string>& rights, Ink ink) {
    const int middle = margin + column_width() + between / 2;
    for (std::size_t i = 0; i < std::max(lefts.size(), rights.size()); ++i) {
      Line line = page_.line();
      if (i < lefts.size()) line.put(margin, lefts[i], ink);
      line.put(middle, page_.style().ascii ? "|" : "│", Ink::faint);
      if (i < rights.size()) line.put(middle + 1 + between / 2, rights[i], ink);
      page_.add(line);
    }
  }

  void draw_calls() {
    page_.heading(page_.say("compare.calls-used"_text, {}));
    std::vector<std::string> names = left_.calls_made();
    for (const std::string& name : right_.calls_made()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    for (const std::string& name : names) {
      const auto cell = [&](const Side& side) {
        const std::string who = side.who_called(name);
        constexpr int name_columns = 12;
        const std::string text = fmt::format("{:<{}}{}", name, name_columns, who.empty() ? "-" : who);
        return std::vector{shorten_end(page_.foreign(text), column_width(), page_.glyphs().ellipsis)};
      };
      draw(cell(left_), cell(right_), Ink::plain);
    }
  }

  const Side& left_;
  const Side& right_;
  Page page_;
};

}  // namespace

std::string side_by_side(const RunRecord& left, const RunRecord& right, const TerminalStyle& style) {
  const RunRecord one = without_uncounted_packets(left);
  const RunRecord other = without_uncounted_packets(right);
  return SideBySidePage(Side(one), Side(other), style).text();
}

}  // namespace wirelab::render

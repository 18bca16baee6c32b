#include "labs/render/packet_rows.hh"

#include <fmt/format.h>

#include <algorithm>

#include "labs/render/packet_text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using timeline::Datagram;
using timeline::Event;
using timeline::LaneIndex;
using timeline::nobody;
using timeline::Packet;
using timeline::Verdict;

namespace {

constexpr int shown_first = 4;
constexpr std::size_t shown_last = 2;
constexpr std::size_t fewest_folded = 5;

std::string with_line(std::string text, int rule_line) {
  return rule_line > 0 ? fmt::format("{} :{}", text, rule_line) : text;
}

/// Where an IPv4 packet goes, by its header: `239.1.2.3`. The call that sent it may not be known, as where nobody was
/// to hear it.
std::string ipv4_destination(const Packet& packet) {
  constexpr std::size_t ether_type_at = 12, destination_at = 14 + 16, address_size = 4;
  const std::string& headers = packet.headers;
  if (headers.size() < destination_at + address_size || headers[ether_type_at] != 0x08 ||
      headers[ether_type_at + 1] != 0)
    return "";
  const auto byte = [&](std::size_t index) { return static_cast<unsigned char>(headers[destination_at + index]); };
  return fmt::format("{}.{}.{}.{}", byte(0), byte(1), byte(2), byte(3));
}

}  // namespace

std::string PacketRows::say(words::TextId id, const words::Arguments& arguments) const {
  return words::say(style_.language, id, arguments);
}

std::string PacketRows::what_was_done(Verdict verdict) const {
  return say(verdict == Verdict::held ? "fate.held"_text : "fate.delayed"_text);
}

std::string PacketRows::with_fate(const std::string& label, const std::string& fate) const {
  return say("packet.with-fate"_text, {{"packet", label}, {"fate", fate}});
}

PacketRows::Standing PacketRows::standing_of(const Packet& packet) {
  Standing standing;
  const bool acknowledges = std::find(packet.flags.begin(), packet.flags.end(), "ACK") != packet.flags.end();
  if (!acknowledges) return standing;
  const auto [place, is_first] = sides_.try_emplace(std::tuple(packet.connection, packet.from, packet.to));
  Side& side = place->second;
  const Side before = std::exchange(side, {packet.ack, packet.window, std::max(side.largest_window, packet.window)});
  const bool is_bare = is_bare_ack(packet);
  // With new bytes behind a gap it asks for the same again, even if its window has grown meanwhile.
  const bool says_no_more = before.window == packet.window || !packet.options.sack.empty();
  const auto other = sides_.find(std::tuple(packet.connection, packet.to, packet.from));
  const bool is_known_connection = packet.connection >= 0 && other != sides_.end();
  standing.context.is_probe = is_known_connection && is_bare && packet.seq < other->second.ack;
  standing.context.repeats_ack =
      !is_first && is_bare && before.ack == packet.ack && says_no_more && !standing.context.is_probe;
  standing.turns_window = !is_first && (before.window == 0) != (packet.window == 0);
  const bool is_low = packet.window * 2 < side.largest_window;
  standing.context.tells_window = standing.turns_window || (is_bare && is_low);
  return standing;
}

bool PacketRows::is_dull(const Packet& packet, const Standing& standing) {
  const bool is_usual = packet.kind == scenario::PacketKind::data || packet.kind == scenario::PacketKind::ack;
  return packet.protocol == "tcp" && is_usual && packet.verdict == Verdict::passed && !packet.retransmission &&
         !standing.context.repeats_ack && !standing.context.is_probe && !standing.turns_window &&
         packet.options.sack.empty();
}

/// The rule's `to`, where it says one: what the wire did with a frame for everyone, it did for those alone. Nobody: for
/// all.
std::vector<LaneIndex> PacketRows::named_by_rule(const Packet& packet) const {
  std::vector<LaneIndex> named;
  const auto rule = std::find_if(wire_.rules.begin(), wire_.rules.end(), [&](const scenario::WireRule& one) {
    return packet.rule_line > 0 && one.at.line == packet.rule_line;
  });
  if (packet.to != nobody || rule == wire_.rules.end() || !rule->match.to) return named;
  for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
    const bool is_meant =
        timeline_.lanes[lane].name == *rule->match.to || timeline_.lanes[lane].actor == *rule->match.to;
    if (is_meant && static_cast<LaneIndex>(lane) != packet.from) named.push_back(static_cast<LaneIndex>(lane));
  }
  return named.size() + 1 < timeline_.lanes.size() ? named : std::vector<LaneIndex>();
}

/// What the wire or the receiver's kernel did with it.
void PacketRows::say_fate(const Packet& packet, Arrow& arrow) const {
  if (packet.verdict != Verdict::dropped) arrow.only_at = named_by_rule(packet);
  switch (packet.verdict) {
    case Verdict::passed:
      break;
    case Verdict::dropped:
      arrow.end = Arrow::End::lost;
      arrow.fate = with_line(say("fate.lost"_text), packet.rule_line);
      return;
    case Verdict::held:
    case Verdict::delayed:
      arrow.end = Arrow::End::kept_back;
      arrow.fate = with_line(what_was_done(packet.verdict), packet.rule_line);
      break;
    case Verdict::duplicated:
      arrow.comes_twice = true;
      for (std::string& label : arrow.labels) label += with_line(" " + say("fate.twice"_text), packet.rule_line);
      if (packet.to == nobody) arrow.labels.push_back(with_line(say("fate.twice"_text), packet.rule_line));
      break;
    case Verdict::absorbed:
      arrow.end = Arrow::End::kept_back;
      arrow.is_quiet = true;
      arrow.fate = say("fate.not-needed"_text);
      return;
  }
  say_who_missed_it(packet, arrow);
}

void PacketRows::say_who_missed_it(const Packet& packet, Arrow& arrow) const {
  if (packet.protocol != "udp" || packet.fragment || !packet.datagram) return;
  const bool is_kept_back = arrow.end == Arrow::End::kept_back;
  if (is_kept_back && packet.to != nobody) return;
  const auto first = static_cast<std::size_t>(std::max(*packet.datagram, 0));
  for (std::size_t index = first; index < timeline_.datagrams.size(); ++index) {
    const Datagram& datagram = timeline_.datagrams[index];
    if (datagram.sent != timeline_.datagrams[first].sent) break;
    if (packet.to == nobody) {
      const bool fails =
          datagram.fate == Datagram::Fate::dropped_by_rule || datagram.fate == Datagram::Fate::buffer_overrun;
      if (fails) arrow.not_arriving.push_back(datagram.to);
    } else if (datagram.to == packet.to && datagram.fate == Datagram::Fate::buffer_overrun) {
      arrow.end = Arrow::End::turned_away;
      const std::string full = say("fate.buffer-full"_text);
      arrow.labels = {with_fate(arrow.labels.front(), full), full};
      arrow.enough = 2;
    }
  }
}

Arrow PacketRows::arrow_of(const Packet& packet, const Standing& standing) const {
  PacketLabels labels = labels_of(packet, standing.context, style_.canonical, style_.language);
  Arrow arrow{.from = packet.from, .to = packet.to, .labels = std::move(labels.longest_first), .enough = labels.enough};
  arrow.is_quiet = is_bare_ack(packet) && is_dull(packet, standing);
  say_fate(packet, arrow);
  if (packet.to == nobody) {
    const std::vector<std::string> names = std::exchange(arrow.labels, {});
    const timeline::Call* sent = timeline_.call(packet.cause);
    const std::string to =
        sent != nullptr ? timeline::text_argument(*sent, "to").value_or("") : ipv4_destination(packet);
    const std::string whom =
        scenario::is_group(to) ? say("packet.to-group"_text, {{"group", to}}) : say("packet.to-everyone"_text);
    for (const std::string& to_whom : {whom, say("packet.to-all"_text)}) {
      arrow.labels.push_back(names.front() + " " + to_whom);
    }
    arrow.labels.insert(arrow.labels.end(), names.begin(), names.end());
    arrow.enough = arrow.labels.size();
  }
  return arrow;
}

/// Beside the call that sent it, if nothing has come between, not even time that a reader sees: what a timer of the
/// kernel let go long after the call has a time of its own.
bool PacketRows::join_call(const Event& event, const Packet& packet, const Arrow& arrow) {
  if (packet.cause == 0 || rows_.empty() || shown_ > 0 || !kept_.empty()) return false;
  Row& row = rows_.back();
  const bool is_its_call = row.kind == Row::Kind::call && row.events.back() == packet.cause && row.lane == packet.from;
  constexpr timeline::Nanoseconds long_after = 100'000'000;
  const bool left_later = !style_.canonical && event.at - row.at >= long_after;
  if (!is_its_call || left_later || !row.arrows.empty()) return false;
  row.arrows.push_back(arrow);
  row.events.push_back(event.id);
  return true;
}

void PacketRows::add_arrival(const Event& event, const Packet& packet) {
  if (packet.from == packet.to) return;
  const Standing standing = standing_of(packet);
  Arrow arrow = arrow_of(packet, standing);
  if (join_call(event, packet, arrow)) return;
  Row row;
  row.kind = Row::Kind::packet;
  row.events = {event.id};
  row.lane = packet.from;
  row.at = event.at;
  row.arrows.push_back(std::move(arrow));
  if (!is_dull(packet, standing)) {
    end_stretch();
    rows_.push_back(std::move(row));
  } else if (shown_ < shown_first) {
    ++shown_;
    rows_.push_back(std::move(row));
  } else {
    kept_.push_back(std::move(row));
    if (kept_.size() > shown_last + fewest_folded || !folded_.empty()) {
      while (kept_.size() > shown_last) {
        fold(kept_.front());
        kept_.pop_front();
      }
    }
  }
}

void PacketRows::add_delivery(const Event& event, const Packet& packet) {
  end_stretch();
  // The delivery that is known is the first: of those who had it at once.
  if (!named_by_rule(packet).empty()) return;
  const bool nothing_between = !rows_.empty() && rows_.back().events.back() == event.id;
  if (nothing_between) {
    Arrow& arrow = rows_.back().arrows.back();
    arrow.end = Arrow::End::arrives;
    for (std::string& label : arrow.labels) label = with_fate(label, arrow.fate);
    arrow.fate.clear();
    return;
  }
  Row row;
  row.kind = Row::Kind::packet;
  row.events = {event.id};
  row.lane = packet.from;
  row.at = packet.delivered_at;
  PacketLabels labels = labels_of(packet, {}, style_.canonical, style_.language);
  Arrow arrow{.from = packet.from, .to = packet.to, .end = Arrow::End::arrives_late};
  // It has been told before; its name is enough to know it again.
  const std::size_t first = labels.enough - 1;
  arrow.labels.assign(labels.longest_first.begin() + static_cast<std::ptrdiff_t>(first), labels.longest_first.end());
  const std::string told = with_fate(arrow.labels.front(), what_was_done(packet.verdict));
  arrow.labels.insert(arrow.labels.begin(), {say("fate.till-now"_text, {{"packet", told}}), told});
  arrow.enough = arrow.labels.size();
  row.arrows.push_back(std::move(arrow));
  rows_.push_back(std::move(row));
}

void PacketRows::fold(const Row& row) {
  const Packet& packet = *timeline_.event(row.events.front())->packet();
  Folded& counts = folded_[{packet.from, packet.to}];
  if (packet.length > 0) {
    ++counts.packets;
    counts.bytes += packet.length;
  } else {
    ++counts.acknowledgements;
  }
  if (folded_row_.events.empty()) folded_row_.at = row.at;
  folded_row_.events.push_back(row.events.front());
}

void PacketRows::end_stretch() {
  if (!folded_.empty()) {
    const auto name = [&](LaneIndex lane) {
      return lane >= 0 && static_cast<std::size_t>(lane) < timeline_.lanes.size()
                 ? scenario::printable(timeline_.lanes[static_cast<std::size_t>(lane)].name)
                 : say("everyone"_text);
    };
    std::vector<std::pair<Direction, Folded>> directions(folded_.begin(), folded_.end());
    std::stable_sort(directions.begin(), directions.end(),
                     [](const auto& one, const auto& other) { return one.second.bytes > other.second.bytes; });
    std::vector<words::Message> told;
    for (const auto& [direction, counts] : directions) {
      const bool has_both = counts.packets > 0 && counts.acknowledgements > 0;
      told.push_back({has_both             ? "folded.packets-and-acks"_text
                      : counts.packets > 0 ? "folded.packets"_text
                                           : "folded.acks"_text,
                      {{"from", name(direction.first)},
                       {"to", name(direction.second)},
                       {"packets", counts.packets},
                       {"packets_shown", grouped(counts.packets)},
                       {"bytes_shown", grouped(counts.bytes)},
                       {"acks", counts.acknowledgements},
                       {"acks_shown", grouped(counts.acknowledgements)}}});
    }
    const std::string all = grouped(static_cast<std::int64_t>(folded_row_.events.size()));
    folded_row_.kind = Row::Kind::folded;
    folded_row_.phrases = {{say("folded.more-packets"_text, {{"packets_shown", all}, {"told", told}}), {}, "", Ink::mark}};
    rows_.push_back(std::exchange(folded_row_, {}));
    folded_.clear();
  }
  for (Row& row : kept_) rows_.push_back(std::move(row));
  kept_.clear();
  shown_ = 0;
}

}  // namespace wirelab::render

#include "labs/timeline/packets.hh"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace wirelab::timeline {
namespace {

using scenario::PacketKind;

bool acknowledges(const Packet& packet) {
  return std::find(packet.flags.begin(), packet.flags.end(), "ACK") != packet.flags.end();
}

/// Looks at the TCP packets one after the other, as they came to the wire.
class TimerWatch {
 public:
  /// `id` numbers the packets; what does not count comes back by that.
  void look_at(EventId id, Nanoseconds at, const Packet& packet) {
    if (packet.verdict == Verdict::absorbed) {
      uncounted_.push_back(id);
      return;
    }
    const Direction direction = direction_of(packet);
    if (packet.kind == PacketKind::syn && !packet.retransmission) {
      give_up_waiting(direction);
      sides_.erase(direction);
      sides_.erase(reversed(direction));
    }
    Side& own = sides_[direction];
    Side& peer = sides_[reversed(direction)];
    own.hear_until(at);
    if (is_probe(packet, own)) {
      note_question(id, packet, own);
      return;
    }
    const bool says_nothing_new =
        packet.kind == PacketKind::ack && packet.ack == own.told_ack && packet.window == own.told_window;
    // What was sent before the question came is no answer to it.
    if (says_nothing_new && peer.has_asked_until(at)) {
      peer.questions.erase(peer.questions.begin());
      uncounted_.push_back(id);
      return;
    }
    if (packet.retransmission && packet.verdict != Verdict::dropped) note_retransmission(id, packet, own);
    note_answer(at, packet, own, peer);
    own.highest = std::max(own.highest, end_of_numbers(packet));
  }

  /// No more packets come.
  void end() {
    for (const auto& [direction, side] : sides_) ignore(side.unanswered);
  }

  std::vector<EventId> take() {
    std::sort(uncounted_.begin(), uncounted_.end());
    return std::move(uncounted_);
  }

 private:
  struct Sent {
    EventId event = 0;
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };
  struct Side {
    std::int64_t highest = 0;  ///< relative number after the last one it sent
    std::int64_t told_ack = -1;
    std::int64_t told_window = -1;
    std::int64_t acknowledged = 0;                     ///< of what it sent, as far as it has been told
    std::multimap<Nanoseconds, std::int64_t> to_come;  ///< acknowledgements by when they are delivered to it
    std::vector<Sent> unanswered;                      ///< what it has sent again, and nothing came of it yet
    /// When packets of its came that can only be answered by what was said before, and were not answered yet.
    std::multiset<Nanoseconds> questions;

    bool has_asked_until(Nanoseconds now) const { return !questions.empty() && *questions.begin() <= now; }
    void hear_until(Nanoseconds now) {
      while (!to_come.empty() && to_come.begin()->first <= now) {
        acknowledged = std::max(acknowledged, to_come.begin()->second);
        to_come.erase(to_come.begin());
      }
    }
  };

  /// Linux sends the number before the next one, and no byte.
  static bool is_probe(const Packet& packet, const Side& own) {
    return packet.kind == PacketKind::ack && own.highest > 0 && packet.seq == own.highest - 1;
  }

  void note_question(EventId id, const Packet& packet, Side& own) {
    if (packet.delivered_at > 0) own.questions.insert(packet.delivered_at);
    uncounted_.push_back(id);
  }

  void note_retransmission(EventId id, const Packet& packet, Side& own) {
    const Sent sent{id, packet.seq, end_of_numbers(packet)};
    if (sent.end <= own.acknowledged) {
      note_question(id, packet, own);
      return;
    }
    const auto is_the_same = [&](const Sent& one) { return one.begin < sent.end && sent.begin < one.end; };
    const auto ignored = std::stable_partition(own.unanswered.begin(), own.unanswered.end(), std::not_fn(is_the_same));
    ignore({ignored, own.unanswered.end()});
    own.unanswered.erase(ignored, own.unanswered.end());
    own.unanswered.push_back(sent);
  }

  static void note_answer(Nanoseconds at, const Packet& packet, Side& own, Side& peer) {
    if (packet.kind == PacketKind::rst) peer.unanswered.clear();
    if (!acknowledges(packet)) return;
    std::erase_if(peer.unanswered, [&](const Sent& one) {
      return packet.ack > one.begin ||
             std::any_of(packet.options.sack.begin(), packet.options.sack.end(),
                         [&](const auto& held) { return held.first <= one.begin && held.second >= one.end; });
    });
    // Who has come on has left the questions behind: they were answered before, or never will be.
    if (packet.ack > own.told_ack) peer.questions.erase(peer.questions.begin(), peer.questions.upper_bound(at));
    if (packet.delivered_at > 0) peer.to_come.emplace(packet.delivered_at, packet.ack);
    own.told_ack = packet.ack;
    own.told_window = packet.window;
  }

  void give_up_waiting(const Direction& direction) {
    for (const Direction& one : {direction, reversed(direction)}) {
      const auto side = sides_.find(one);
      if (side != sides_.end()) ignore(side->second.unanswered);
    }
  }

  void ignore(const std::vector<Sent>& unanswered) {
    for (const Sent& sent : unanswered) uncounted_.push_back(sent.event);
  }

  std::map<Direction, Side> sides_;
  std::vector<EventId> uncounted_;
};

}  // namespace

std::string_view to_text(PacketKind kind) {
  switch (kind) {
    case PacketKind::syn:
      return "SYN";
    case PacketKind::syn_ack:
      return "SYN-ACK";
    case PacketKind::ack:
      return "ACK";
    case PacketKind::data:
      return "data";
    case PacketKind::fin:
      return "FIN";
    case PacketKind::rst:
      return "RST";
    case PacketKind::udp:
      return "UDP";
    case PacketKind::fragment:
      return "fragment";
    case PacketKind::icmp:
      return "ICMP";
  }
  return "";
}

Direction direction_of(const Packet& packet) {
  return {packet.from, packet.source_port, packet.to, packet.destination_port};
}

Direction reversed(const Direction& direction) {
  return {direction.to, direction.destination_port, direction.from, direction.source_port};
}

std::int64_t end_of_numbers(const Packet& packet) {
  switch (packet.kind) {
    case PacketKind::rst:
      return packet.seq;
    case PacketKind::syn:
    case PacketKind::syn_ack:
    case PacketKind::fin:
      return packet.seq + packet.length + 1;
    default:
      return packet.seq + packet.length;
  }
}

std::vector<EventId> uncounted_packets(const Timeline& timeline) {
  TimerWatch watch;
  for (const Event& event : timeline.events) {
    const Packet* packet = event.packet();
    if (packet && packet->protocol == "tcp" && !packet->fragment) watch.look_at(event.id, event.at, *packet);
  }
  if (timeline.left_out.empty()) watch.end();
  return watch.take();
}

struct PacketTally::State {
  using Kind = std::tuple<LaneIndex, std::string, PacketKind, Verdict, bool>;
  TimerWatch watch;
  std::map<Kind, std::size_t> place_of;  ///< in counts
  std::vector<LeftOut> counts;
  std::vector<std::uint16_t> kinds;  ///< by packet: place in counts and one more; 0: kept
};

PacketTally::PacketTally() : state_(std::make_unique<State>()) {}
PacketTally::~PacketTally() = default;

void PacketTally::look_at(Nanoseconds at, const Packet& packet, bool kept) {
  State& state = *state_;
  std::size_t place = 0;
  if (!kept && packet.protocol != "arp") {
    LeftOut alike{packet.from, packet.protocol, packet.kind, packet.verdict, packet.retransmission, 0};
    const auto [found, is_new] = state.place_of.try_emplace(
        State::Kind(alike.from, alike.protocol, alike.kind, alike.verdict, alike.retransmission), state.counts.size());
    if (is_new) state.counts.push_back(std::move(alike));
    place = found->second + 1;
    ++state.counts[found->second].count;
  }
  state.kinds.push_back(static_cast<std::uint16_t>(place));
  if (packet.protocol == "tcp" && !packet.fragment) {
    state.watch.look_at(static_cast<EventId>(state.kinds.size()), at, packet);
  }
}

std::vector<LeftOut> PacketTally::left_out() {
  State& state = *state_;
  state.watch.end();
  for (const EventId id : state.watch.take()) {
    const std::uint16_t place = state.kinds[static_cast<std::size_t>(id) - 1];
    if (place > 0) --state.counts[place - 1].count;
  }
  std::vector<LeftOut> counted = std::move(state.counts);
  std::erase_if(counted, [](const LeftOut& one) { return one.count == 0; });
  return counted;
}

}  // namespace wirelab::timeline

#include "labs/stage/switch.hh"

#include <algorithm>
#include <utility>

#include "labs/timeline/packets.hh"

namespace wirelab::stage {
namespace {

using Kind = scenario::WireRule::Kind;
using timeline::DecodedFrame;
using timeline::IpAddress;
using timeline::Packet;
using timeline::Verdict;

/// Bits on a link besides the frame: preamble, frame check and gap, IEEE 802.3.
constexpr std::size_t bytes_around_a_frame = 24;

/// Multicast listener and neighbour discovery, ICMPv6 types 130–143 without the echo's: RFC 4861, RFC 3810. The stacks'
/// own talk, no part of any lesson.
bool is_stack_talk(const DecodedFrame& frame) {
  if (!frame.has_ip || frame.protocol == "ip") return true;
  return frame.source.is_ipv6 && frame.icmp && frame.icmp->type >= 130 && frame.icmp->type <= 143;
}

bool is_broadcast(const IpAddress& address) {
  if (address.is_ipv6) return address.bytes[0] == 0xff;
  return (address.bytes[0] & 0xf0) == 0xe0 || address.bytes[3] == 0xff;
}

/// Where on Ethernet a group is sent, RFC 1112 §6.4 and RFC 2464 §7; all ones for a broadcast.
MacAddress group_mac(const IpAddress& address) {
  const auto& bytes = address.bytes;
  if (address.is_ipv6) return {0x33, 0x33, bytes[12], bytes[13], bytes[14], bytes[15]};
  if ((bytes[0] & 0xf0) != 0xe0) return {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
  return {0x01, 0x00, 0x5e, static_cast<std::uint8_t>(bytes[1] & 0x7f), bytes[2], bytes[3]};
}

Verdict verdict_of(Kind kind) {
  switch (kind) {
    case Kind::drop:
      return Verdict::dropped;
    case Kind::delay:
      return Verdict::delayed;
    case Kind::duplicate:
      return Verdict::duplicated;
    case Kind::hold:
      return Verdict::held;
    case Kind::pass:
      return Verdict::passed;
  }
  return Verdict::passed;
}

bool has_flag(const Packet& packet, std::string_view flag) {
  return std::find(packet.flags.begin(), packet.flags.end(), flag) != packet.flags.end();
}

}  // namespace

Switch::Switch(const scenario::Scenario& scenario, const std::vector<timeline::Lane>& lanes, PacketPort packets,
               std::vector<SwitchPort> ports)
    : wire_(scenario.wire),
      lanes_(lanes),
      packets_(std::move(packets)),
      ports_(std::move(ports)),
      policy_(scenario.wire) {}

std::vector<Switch::Arrival> Switch::take_in(std::chrono::nanoseconds clock) {
  std::vector<Arrival> arrivals;
  while (packets_.receive([&](int link, std::string_view frame) { take(link, frame, clock, arrivals); })) {
  }
  return arrivals;
}

void Switch::take(int link, std::string_view frame, std::chrono::nanoseconds clock, std::vector<Arrival>& arrivals) {
  const auto port = std::find_if(ports_.begin(), ports_.end(), [&](const SwitchPort& one) { return one.link == link; });
  const std::optional<DecodedFrame> decoded = timeline::decode(frame);
  if (port == ports_.end() || !decoded || is_stack_talk(*decoded)) return;
  const auto from = static_cast<LaneIndex>(port - ports_.begin());
  const std::vector<LaneIndex> receivers = receivers_of(from, *decoded);

  Arrival arrival{tickets_++, {}, {}, 0};
  Packet& packet = arrival.packet;
  packet.from = from;
  packet.to = is_broadcast(decoded->destination) || receivers.empty() ? timeline::nobody : receivers.front();
  conversations_.describe(packet, frame, *decoded);

  std::optional<Segment> segment;
  if (packet.protocol == "tcp" && !packet.fragment) {
    segment = Segment{{from, packet.source_port}, {packet.to, packet.destination_port}, packet.seq,
                      timeline::end_of_numbers(packet), packet.ack};
  }
  if (segment && packet.retransmission && (is_needless(*segment) || is_early_answer(packet, *segment))) {
    packet.verdict = Verdict::absorbed;
    arrivals.push_back(std::move(arrival));
    return;
  }
  bool reaches_somebody = false;
  const std::vector<Decision> decisions = judge(packet, receivers);
  for (std::size_t i = 0; i < receivers.size(); ++i) {
    const LaneIndex to = receivers[i];
    const Decision& decision = decisions[i];
    if (!reaches_somebody) {
      packet.verdict = verdict_of(decision.kind);
      packet.rule_line = decision.rule ? decision.rule->at.line : 0;
    }
    if (decision.kind == Kind::drop) {
      arrival.lost.push_back({to, decision.rule ? decision.rule->at.line : 0});
      continue;
    }
    reaches_somebody = true;
    arrival.deliveries += decision.kind == Kind::duplicate ? 2 : 1;
    Kept kept{arrival.ticket, from, to, std::string(frame), segment, nullptr, -1};
    const MacAddress& mac =
        packet.to == timeline::nobody ? group_mac(decoded->destination) : ports_[static_cast<std::size_t>(to)].mac;
    std::copy(mac.begin(), mac.end(), kept.frame.begin());
    send_on(std::move(kept), decision, clock);
  }
  if (segment && !receivers.empty()) {
    if (reaches_somebody) {
      if (has_flag(packet, "RST")) {
        std::erase_if(lost_, [&](const Lost& one) { return one.segment.is_between(segment->from, segment->to); });
      }
      note_sent_again(*segment);
    } else if (!has_flag(packet, "RST")) {
      note_lost(packet, *segment);
    }
    if (packet.kind == scenario::PacketKind::syn) note_syn_again(*segment, reaches_somebody);
  }
  arrivals.push_back(std::move(arrival));
}

std::vector<Decision> Switch::judge(const Packet& packet, const std::vector<LaneIndex>& receivers) {
  if (receivers.empty()) return {};
  std::vector<Receiver> names;
  for (const LaneIndex to : receivers) names.push_back({lane_name(to), actor_name(to)});
  return policy_.judge({lane_name(packet.from), {}, actor_name(packet.from), {}, packet.kind, packet.data}, names);
}

std::vector<LaneIndex> Switch::receivers_of(LaneIndex from, const DecodedFrame& frame) const {
  std::vector<LaneIndex> receivers;
  const bool everybody = is_broadcast(frame.destination);
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const auto lane = static_cast<LaneIndex>(i);
    if (lane != from && (everybody || ports_[i].address == frame.destination)) receivers.push_back(lane);
  }
  return receivers;
}

void Switch::send_on(Kept kept, const Decision& decision, std::chrono::nanoseconds clock) {
  // What is held until the next has passed goes right behind this one.
  if (decision.kind != Kind::hold) {
    for (Kept& held : held_) {
      const bool waits = held.rule->until == scenario::WireRule::HoldUntil::next && held.behind < 0;
      if (waits && held.from == kept.from && held.to == kept.to) held.behind = kept.ticket;
    }
  }
  if (decision.kind == Kind::hold) {
    kept.rule = decision.rule;
    held_.push_back(std::move(kept));
    return;
  }
  std::chrono::nanoseconds due = time_on_link(kept.from, kept.to, kept.frame.size(), clock);
  due += between(wire_.delay, kept.from, kept.to).value_or(std::chrono::nanoseconds(0));
  if (decision.kind == Kind::delay) due += decision.rule->by;
  const int copies = decision.kind == Kind::duplicate ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy) {
    Kept one = copy + 1 < copies ? kept : std::move(kept);
    if (due <= clock) {
      ready_.push_back(std::move(one));
    } else {
      const KeptUntil until{due, std::chrono::steady_clock::now() + (due - clock)};
      delayed_.emplace(due, std::pair(until, std::move(one)));
    }
  }
}

std::chrono::nanoseconds Switch::time_on_link(LaneIndex from, LaneIndex to, std::size_t bytes,
                                              std::chrono::nanoseconds clock) {
  const auto rate = between(wire_.bits_per_second, from, to);
  if (!rate) return clock;
  const double seconds = 8.0 * static_cast<double>(bytes + bytes_around_a_frame) / static_cast<double>(*rate);
  std::chrono::nanoseconds& free_at = link_free_[{from, to}];
  free_at = std::max(free_at, clock) + std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9));
  return free_at;
}

std::optional<Switch::Delivery> Switch::next_delivery() const {
  if (ready_.empty()) return std::nullopt;
  return Delivery{ready_.front().ticket, ready_.front().to};
}

void Switch::deliver() {
  Kept kept = std::move(ready_.front());
  ready_.pop_front();
  const bool another_copy = std::any_of(ready_.begin(), ready_.end(), [&](const Kept& one) {
    return one.ticket == kept.ticket && one.to == kept.to;
  });
  if (!another_copy) {
    for (auto held = held_.end(); held != held_.begin();) {
      const auto candidate = std::prev(held);
      // Copies of a broadcast have one ticket.
      if (candidate->behind == kept.ticket && candidate->to == kept.to) {
        ready_.push_front(std::move(*candidate));
        held = held_.erase(candidate);
      } else {
        held = candidate;
      }
    }
  }
  outgoing_.push_back({ports_[static_cast<std::size_t>(kept.to)].link, std::move(kept.frame)});
}

void Switch::flush() {
  packets_.send(outgoing_);
  outgoing_.clear();
}

std::optional<KeptUntil> Switch::next_due() const {
  if (delayed_.empty()) return std::nullopt;
  return delayed_.begin()->second.first;
}

void Switch::release_due(std::chrono::nanoseconds clock) {
  while (!delayed_.empty() && delayed_.begin()->first <= clock) {
    ready_.push_back(std::move(delayed_.begin()->second.second));
    delayed_.erase(delayed_.begin());
  }
}

bool Switch::release_held(const std::function<bool(const scenario::Fact&)>& holds) {
  bool released = false;
  for (auto held = held_.begin(); held != held_.end();) {
    const scenario::WireRule& rule = *held->rule;
    if (rule.until == scenario::WireRule::HoldUntil::fact && rule.fact && holds(*rule.fact)) {
      ready_.push_back(std::move(*held));
      held = held_.erase(held);
      released = true;
    } else {
      ++held;
    }
  }
  return released;
}

bool Switch::release_one_when_settled() {
  if (!delayed_.empty()) return false;
  const auto found = std::find_if(held_.begin(), held_.end(), [](const Kept& held) {
    return held.rule->until != scenario::WireRule::HoldUntil::fact;
  });
  if (found == held_.end()) return false;
  ready_.push_back(std::move(*found));
  held_.erase(found);
  return true;
}

template <typename Visit>
void Switch::each_kept(Visit visit) const {
  for (const Kept& kept : ready_) visit(kept);
  for (const auto& [due, kept] : delayed_) visit(kept.second);
  for (const Kept& kept : held_) visit(kept);
}

Switch::OnTheWay Switch::on_the_way(const Endpoint& one, const Endpoint& other) const {
  const auto between_them = [&](const Segment& segment) { return segment.is_between(one, other); };
  const bool has_lost =
      std::any_of(lost_.begin(), lost_.end(), [&](const Lost& lost) { return between_them(lost.segment); });
  if (has_lost) return OnTheWay::lost;
  OnTheWay found = OnTheWay::nothing;
  each_kept([&](const Kept& kept) {
    if (kept.segment && between_them(*kept.segment)) found = OnTheWay::kept;
  });
  return found;
}

/// The wire still has the same bytes, or the acknowledgement of them: the sender's timer ran out because of the wire,
/// not because anything is missing.
bool Switch::is_needless(const Segment& segment) const {
  bool needless = false;
  each_kept([&](const Kept& kept) {
    if (!kept.segment) return;
    const Segment& known = *kept.segment;
    const bool the_same = known.from == segment.from && known.to == segment.to && known.begin <= segment.begin &&
                          known.end >= segment.end;
    const bool its_answer = known.from == segment.to && known.to == segment.from && known.ack >= segment.end;
    needless = needless || the_same || its_answer;
  });
  return needless;
}

/// Of a lost SYN-ACK both sides' timers are running, for one second each: that of the SYN began first, and is the one
/// that counts. What the other's timer sends again is early, once for each SYN-ACK that was lost and for each SYN that
/// is lost after it: before the SYN has come again, or behind the answer to that, if this is lost as well.
bool Switch::is_early_answer(const Packet& packet, const Segment& segment) {
  if (packet.kind != scenario::PacketKind::syn_ack) return false;
  Lost* early = nullptr;
  bool is_asked = false;
  for (Lost& lost : lost_) {
    if (lost.segment.from != segment.from || lost.segment.to != segment.to) continue;
    is_asked = std::exchange(lost.is_asked, false) || is_asked;
    if (lost.early_answers > 0) early = &lost;
  }
  if (is_asked || early == nullptr) return false;
  --early->early_answers;
  return true;
}

void Switch::note_syn_again(const Segment& syn, bool passed) {
  for (Lost& lost : lost_) {
    if (lost.segment.from == syn.to && lost.segment.to == syn.from && lost.is_syn_ack) {
      lost.is_asked = lost.is_asked || passed;
      lost.early_answers += passed ? 0 : 1;
    }
  }
}

void Switch::note_lost(const Packet& packet, const Segment& segment) {
  const bool is_syn_ack = packet.kind == scenario::PacketKind::syn_ack;
  if (segment.end > segment.begin) lost_.push_back({segment, is_syn_ack, is_syn_ack ? 1 : 0});
}

void Switch::note_sent_again(const Segment& segment) {
  for (Lost& one : lost_) {
    Segment& lost = one.segment;
    if (lost.from != segment.from || lost.to != segment.to) continue;
    if (segment.begin <= lost.begin && segment.end > lost.begin) lost.begin = segment.end;
  }
  std::erase_if(lost_, [](const Lost& one) { return one.segment.begin >= one.segment.end; });
}

std::string_view Switch::lane_name(LaneIndex lane) const { return lanes_[static_cast<std::size_t>(lane)].name; }

std::string_view Switch::actor_name(LaneIndex lane) const { return lanes_[static_cast<std::size_t>(lane)].actor; }

template <typename T>
std::optional<T> Switch::between(const scenario::PerDirection<T>& setting, LaneIndex from, LaneIndex to) const {
  // A lane's own name says more than its actor's.
  for (const std::string_view sender : {lane_name(from), actor_name(from)}) {
    for (const std::string_view receiver : {lane_name(to), actor_name(to)}) {
      const auto found = setting.between.find({std::string(sender), std::string(receiver)});
      if (found != setting.between.end()) return found->second;
    }
  }
  return setting.everywhere;
}

}  // namespace wirelab::stage

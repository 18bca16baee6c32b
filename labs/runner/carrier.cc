#include "labs/runner/carrier.hh"

#include <algorithm>
#include <utility>

#include "labs/runner/stillness.hh"
#include "labs/timeline/calls.hh"

namespace wirelab::runner {
namespace {

using timeline::Datagram;
using timeline::Packet;

constexpr std::int64_t udp_header = 8;  // RFC 768

/// Which connection has these two ends, and whether the client is at the first. The youngest: a port may serve two,
/// one after the other.
struct Ends {
  int connection = -1;
  bool client_first = true;
};
Ends connection_between(World& world, const core::Address& one, const core::Address& other) {
  for (std::size_t i = world.connections.size(); i-- > 0;) {
    Tracked& tracked = world.connections[i];
    if (!tracked.client_address) world.learn_client_address(tracked);
    if (!tracked.client_address) continue;
    if (*tracked.client_address == one && *tracked.server_address == other) return {static_cast<int>(i), true};
    if (*tracked.client_address == other && *tracked.server_address == one) return {static_cast<int>(i), false};
  }
  return {};
}

void set_connection(World& world, Packet& packet, const Ends& ends) {
  const Tracked& tracked = world.connections[static_cast<std::size_t>(ends.connection)];
  packet.connection = ends.connection;
  packet.from = tracked.sides[ends.client_first ? 0 : 1].lane;
  packet.to = tracked.sides[ends.client_first ? 1 : 0].lane;
  if (packet.stream)
    packet.stream =
        timeline::StreamRange{ends.connection, packet.from, packet.to, packet.stream->offset, packet.stream->length};
}

}  // namespace

void record_overheard(World& world) {
  for (stage::Overheard& one : world.stage().overheard()) {
    Packet& packet = one.packet;
    if (packet.protocol == "tcp") {
      const Ends ends = connection_between(world, one.source, one.destination);
      if (ends.connection < 0) continue;
      set_connection(world, packet, ends);
    } else {
      packet.from = world.lane_at(scenario::SocketType::dgram, one.source);
      packet.to = world.lane_at(scenario::SocketType::dgram, one.destination);
      if (packet.from == timeline::nobody || packet.to == timeline::nobody) continue;
    }
    const auto type = packet.protocol == "tcp" ? scenario::SocketType::stream : scenario::SocketType::dgram;
    packet.source_port = world.stage().port_in_file(packet.from, type, packet.source_port);
    packet.destination_port = world.stage().port_in_file(packet.to, type, packet.destination_port);
    packet.epoch = packet.delivered_epoch = world.epoch;
    packet.delivered_at = world.now();
    const PacketLog::Kept kept = world.packets.keep(packet);
    if (kept == PacketLog::Kept::no) {
      world.packets.complete({0, world.now(), std::move(packet)}, kept, world.began());
    } else {
      world.push(std::move(packet));
      world.packets.complete(world.line.events.back(), kept, world.began());
    }
  }
}

void Carrier::take_in() {
  for (stage::Switch::Arrival& arrival : wire_.take_in(world_.clock)) record(std::move(arrival));
}

void Carrier::record(stage::Switch::Arrival arrival) {
  Packet& packet = arrival.packet;
  packet.epoch = world_.epoch;
  if (packet.protocol == "tcp") join_stream(packet);
  if (packet.protocol == "udp") join_datagram(packet);
  note_lost(packet, arrival.lost);
  ++world_.progress;
  Known& known = known_[arrival.ticket];
  known.deliveries_left = arrival.deliveries;
  known.kept = world_.packets.keep(packet);
  if (known.kept != PacketLog::Kept::no) {
    known.event = world_.push(std::move(packet));
  } else {
    known.unkept = {0, world_.now(), std::move(packet)};
  }
  complete();
}

timeline::Event& Carrier::event_of(Known& known) {
  return known.kept != PacketLog::Kept::no ? world_.line.events[static_cast<std::size_t>(known.event) - 1]
                                           : known.unkept;
}

void Carrier::complete() {
  for (auto next = known_.begin(); next != known_.end();) {
    timeline::Event& event = event_of(next->second);
    if (next->second.deliveries_left > 0) {
      // What is kept back for long need not keep back the others.
      const timeline::Verdict verdict = std::get<Packet>(event.what).verdict;
      if (verdict != timeline::Verdict::held && verdict != timeline::Verdict::delayed) return;
      ++next;
      continue;
    }
    world_.packets.complete(event, next->second.kept, world_.began());
    next = known_.erase(next);
  }
}

void Carrier::give_up() {
  for (auto& [ticket, known] : known_) known.deliveries_left = 0;
  complete();
}

void Carrier::join_stream(Packet& packet) {
  if (packet.to == timeline::nobody) return;
  const auto endpoint = [&](LaneIndex lane, int port) {
    return world_.stage().destination(lane, scenario::SocketType::stream, port);
  };
  const Ends ends = connection_between(world_, endpoint(packet.from, packet.source_port),
                                       endpoint(packet.to, packet.destination_port));
  if (ends.connection >= 0) set_connection(world_, packet, ends);
}

void Carrier::join_datagram(Packet& packet) {
  if (packet.fragment && packet.fragment->offset > 0) {
    const auto known = in_fragments_.find({packet.from, packet.fragment->identification});
    if (known == in_fragments_.end()) return;
    packet.datagram = known->second.datagram;
    packet.source_port = known->second.source_port;
    packet.destination_port = known->second.destination_port;
    return;
  }
  const auto found = std::find_if(world_.sent_datagrams.begin(), world_.sent_datagrams.end(), [&](int index) {
    const Datagram& datagram = world_.line.datagrams[static_cast<std::size_t>(index)];
    const std::string& data = world_.call(datagram.sent).data;
    const bool same_data = packet.fragment ? data.starts_with(packet.data) : data == packet.data;
    return datagram.from == packet.from && (packet.to == timeline::nobody || datagram.to == packet.to) && same_data;
  });
  if (found == world_.sent_datagrams.end()) return;
  packet.datagram = *found;
  if (packet.fragment) {
    in_fragments_[{packet.from, packet.fragment->identification}] = {*found, packet.source_port,
                                                                     packet.destination_port};
  }
  const timeline::EventId call = world_.line.datagrams[static_cast<std::size_t>(*found)].sent;
  const bool for_everyone = packet.to == timeline::nobody;
  std::erase_if(world_.sent_datagrams, [&, first = *found](int index) {
    return index == first || (for_everyone && world_.line.datagrams[static_cast<std::size_t>(index)].sent == call);
  });
}

template <typename Visit>
void Carrier::each_of_the_same_call(int first, Visit visit) {
  std::vector<Datagram>& datagrams = world_.line.datagrams;
  const timeline::EventId call = datagrams[static_cast<std::size_t>(first)].sent;
  for (auto i = static_cast<std::size_t>(first); i < datagrams.size() && datagrams[i].sent == call; ++i) {
    visit(static_cast<int>(i), datagrams[i]);
  }
}

void Carrier::note_lost(const Packet& packet, const std::vector<stage::Switch::LostCopy>& lost) {
  if (!packet.datagram) return;
  each_of_the_same_call(*packet.datagram, [&](int, Datagram& datagram) {
    const auto copy = std::find_if(lost.begin(), lost.end(), [&](const auto& one) { return one.to == datagram.to; });
    if (copy == lost.end()) return;
    datagram.fate = Datagram::Fate::dropped_by_rule;
    datagram.rule_line = copy->rule_line;
  });
}

bool Carrier::deliver_one() {
  const bool taken = take_next();
  // The sender's kernel gives up on a segment at the third repetition, or when a timer of its own runs out before that
  // comes (RFC 8985 §6.2): which of the two must not depend on how long we take. Repetitions wake nobody, so none has
  // to be waited for.
  constexpr int that_mean_a_loss = 3;
  while (repeated_acks_ > 0 && repeated_acks_ < that_mean_a_loss && next_repeats_the_last() && take_next()) {
  }
  wire_.flush();
  return taken;
}

bool Carrier::next_repeats_the_last() {
  const std::optional<stage::Switch::Delivery> next = wire_.next_delivery();
  return next && repeats_the_last(std::get<Packet>(event_of(known_.at(next->ticket)).what));
}

/// A duplicate acknowledgement: RFC 5681 §2 for one without SACK; one with it is known by that, whatever its window.
bool Carrier::repeats_the_last(const Packet& packet) const {
  return packet.kind == scenario::PacketKind::ack && packet.connection >= 0 &&
         packet.connection == last_ack_.connection && packet.from == last_ack_.from && packet.ack == last_ack_.ack &&
         (packet.window == last_ack_.window || !packet.options.sack.empty());
}

void Carrier::deliver_all() {
  while (take_next()) {
  }
  wire_.flush();
}

bool Carrier::take_next() {
  const std::optional<stage::Switch::Delivery> next = wire_.next_delivery();
  if (!next) return false;
  world_.begin_epoch(next->to);
  Known& known = known_.at(next->ticket);
  auto& packet = std::get<Packet>(event_of(known).what);
  if (packet.delivered_at == 0) {
    packet.delivered_at = world_.now();
    packet.delivered_epoch = world_.epoch;
  }
  repeated_acks_ = repeats_the_last(packet) ? repeated_acks_ + 1 : 0;
  last_ack_ = {packet.connection, packet.from, packet.ack, packet.window};
  note_delivered(packet, next->to);
  if (packet.kind == scenario::PacketKind::syn && packet.connection >= 0) {
    Tracked& tracked = world_.connections[static_cast<std::size_t>(packet.connection)];
    if (!accept_queue_is_full(world_, tracked)) ++tracked.syns_with_room;
  }
  wire_.deliver();
  if (--known.deliveries_left == 0) complete();
  return true;
}

OpenSocket* Carrier::receiver_of(const Packet& packet, const Datagram& datagram) {
  const LaneIndex to = datagram.to;
  if (packet.to != timeline::nobody) {
    return world_.receiver_of_datagrams(to, packet.destination_port, packet.from, packet.source_port);
  }
  // It may have been closed or have left the group meanwhile.
  const auto several = timeline::text_argument(world_.call(datagram.sent), "to");
  for (OpenSocket* hearing : world_.hearers_of(to, several.value_or(""), packet.destination_port)) {
    if (hearing->number == datagram.socket) return hearing;
  }
  return nullptr;
}

void Carrier::note_delivered(const Packet& packet, LaneIndex to) {
  if (!packet.datagram) return;
  each_of_the_same_call(*packet.datagram, [&](int index, Datagram& datagram) {
    if (datagram.to != to) return;
    if (packet.fragment) {
      // What is in the socket's buffer is whole: until the last piece has come there is nothing.
      auto& [places, bytes] = delivered_fragments_[{index, to}];
      // One that comes twice is one piece: the kernel that joins them takes each place once, RFC 791 §3.2.
      if (!places.insert(packet.fragment->offset).second) return;
      bytes += packet.length + (packet.fragment->offset == 0 ? udp_header : 0);
      if (bytes != datagram.length + udp_header) return;
    }
    OpenSocket* receiving = receiver_of(packet, datagram);
    if (receiving) {
      receiving->due.push_back(index);
    } else if (packet.to == timeline::nobody) {
      // Nobody is told that nobody heard it, RFC 1122 §3.2.2.
    } else if (datagram.fate == Datagram::Fate::on_the_way) {
      datagram.fate = Datagram::Fate::refused;
    }
  });
}

}  // namespace wirelab::runner

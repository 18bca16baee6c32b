#include "labs/runner/carrier.hh"

#include <algorithm>
#include <utility>

namespace wirelab::runner {
namespace {

using timeline::Datagram;
using timeline::Packet;

constexpr std::int64_t udp_header = 8;  // RFC 768

}  // namespace

void Carrier::take_in() {
  for (stage::Switch::Arrival& arrival : wire_.take_in(world_.clock)) record(std::move(arrival));
}

void Carrier::record(stage::Switch::Arrival arrival) {
  Packet& packet = arrival.packet;
  packet.epoch = world_.epoch;
  if (packet.protocol == "tcp") join_stream(packet);
  if (packet.protocol == "udp") join_datagram(packet);
  note_lost(packet, arrival.lost_to);
  world_.recorded_bytes += packet.headers.size() + packet.data.size();
  ++world_.progress;
  events_.push_back(world_.push(std::move(packet)));
}

void Carrier::join_stream(Packet& packet) {
  // The youngest first: a port may serve two connections, one after the other.
  for (std::size_t i = world_.connections.size(); i-- > 0;) {
    Tracked& tracked = world_.connections[i];
    if (!tracked.client_address) world_.learn_client_address(tracked);
    if (!tracked.client_address) continue;
    const int client_port = tracked.client_address->port();
    const int server_port = tracked.server_address->port();
    const bool there = packet.from == tracked.sides[0].lane && packet.to == tracked.sides[1].lane &&
                       packet.source_port == client_port && packet.destination_port == server_port;
    const bool back = packet.from == tracked.sides[1].lane && packet.to == tracked.sides[0].lane &&
                      packet.source_port == server_port && packet.destination_port == client_port;
    if (!there && !back) continue;
    packet.connection = static_cast<int>(i);
    break;
  }
  if (!packet.stream) return;
  packet.stream->connection = packet.connection;
  packet.stream->from = packet.from;
  packet.stream->to = packet.to;
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

void Carrier::note_lost(const Packet& packet, const std::vector<LaneIndex>& lost_to) {
  if (!packet.datagram) return;
  each_of_the_same_call(*packet.datagram, [&](int, Datagram& datagram) {
    if (std::find(lost_to.begin(), lost_to.end(), datagram.to) == lost_to.end()) return;
    datagram.fate = Datagram::Fate::dropped_by_rule;
    datagram.rule_line = packet.rule_line;
  });
}

bool Carrier::deliver_one() {
  const std::optional<stage::Switch::Delivery> next = wire_.next_delivery();
  if (!next) return false;
  ++world_.epoch;
  world_.let_go_in.push_back(next->to);
  ++world_.progress;
  auto& packet = std::get<Packet>(world_.line.events[static_cast<std::size_t>(events_[static_cast<std::size_t>(
                                                         next->ticket)]) - 1].what);
  if (packet.delivered_at == 0) {
    packet.delivered_at = world_.now();
    packet.delivered_epoch = world_.epoch;
  }
  note_delivered(packet, next->to);
  wire_.deliver();
  return true;
}

void Carrier::note_delivered(const Packet& packet, LaneIndex to) {
  if (!packet.datagram) return;
  each_of_the_same_call(*packet.datagram, [&](int index, Datagram& datagram) {
    if (datagram.to != to) return;
    if (packet.fragment) {
      // What is in the socket's buffer is whole: until the last piece has come there is nothing.
      std::int64_t& bytes = delivered_bytes_[{index, to}];
      bytes += packet.length + (packet.fragment->offset == 0 ? udp_header : 0);
      if (bytes != datagram.length + udp_header) return;
    }
    OpenSocket* receiving =
        world_.receiver_of_datagrams(to, packet.destination_port, packet.from, packet.source_port);
    if (receiving) {
      receiving->due.push_back(index);
    } else if (datagram.fate == Datagram::Fate::on_the_way) {
      datagram.fate = Datagram::Fate::refused;
    }
  });
}

}  // namespace wirelab::runner

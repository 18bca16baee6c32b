#include "labs/explain/talk.hh"

#include <algorithm>
#include <map>

#include "labs/timeline/packets.hh"

namespace wirelab::explain {

using scenario::PacketKind;
using timeline::LaneIndex;
using timeline::Packet;
using timeline::Timeline;

std::vector<SeenPacket> seen_packets(const Timeline& timeline) {
  std::vector<SeenPacket> found;
  // Of a part of the packets, half of what could be said would be false.
  if (!timeline.left_out.empty()) return found;
  const std::vector<timeline::EventId> uncounted = timeline::uncounted_packets(timeline);
  for (const timeline::Event& event : timeline.events) {
    if (const Packet* packet = event.packet()) {
      found.push_back({event.id, event.at, packet, !std::binary_search(uncounted.begin(), uncounted.end(), event.id)});
    }
  }
  return found;
}

std::vector<Talk> talks_of(const Timeline& timeline, const std::vector<SeenPacket>& packets) {
  std::map<int, Talk> found;
  for (const SeenPacket& seen : packets) {
    const bool is_known =
        seen->connection >= 0 && static_cast<std::size_t>(seen->connection) < timeline.connections.size();
    if (!is_known || seen->protocol != "tcp") continue;
    const timeline::Connection& connection = timeline.connections[static_cast<std::size_t>(seen->connection)];
    if (connection.client == timeline::nobody || connection.server == timeline::nobody) continue;
    Talk& talk = found[seen->connection];
    talk.connection = seen->connection;
    talk.client = connection.client;
    talk.server = connection.server;
    talk.packets.push_back(seen);
  }
  std::vector<Talk> talks;
  for (auto& [connection, talk] : found) talks.push_back(std::move(talk));
  return talks;
}

bool has_flag(const Packet& packet, std::string_view flag) {
  return std::find(packet.flags.begin(), packet.flags.end(), flag) != packet.flags.end();
}

bool is_delivered(const Packet& packet) { return packet.delivered_at > 0; }

bool is_lost(const Packet& packet) { return packet.verdict == timeline::Verdict::dropped; }

bool carries_stream(const Packet& packet) { return packet.kind == PacketKind::data || packet.kind == PacketKind::fin; }

bool delivered_before(const SeenPacket& earlier, const SeenPacket& later) {
  return is_delivered(*earlier) && earlier->delivered_at < later.at;
}

std::optional<std::int64_t> room_in_segment(const Talk& talk, LaneIndex sender) {
  constexpr std::int64_t timestamps_option = 12;  // RFC 7323 appendix A
  std::optional<std::int64_t> taken_by_peer;
  bool both_stamp = true;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->kind != PacketKind::syn && seen->kind != PacketKind::syn_ack) continue;
    both_stamp = both_stamp && seen->options.timestamps.has_value();
    if (seen->from != sender) taken_by_peer = seen->options.maximum_segment_size;
  }
  if (taken_by_peer && both_stamp) *taken_by_peer -= timestamps_option;
  return taken_by_peer;
}

std::optional<Handshake> handshake_of(const Talk& talk) {
  Handshake found;
  for (const SeenPacket& seen : talk.packets) {
    // Two SYNs that cross are another way to a connection: simultaneous open, RFC 9293 §3.5.
    const bool by_server = seen->kind == PacketKind::syn && seen->from == talk.server;
    if (by_server || (seen->kind == PacketKind::syn_ack && seen->from == talk.client)) return std::nullopt;
    if (!seen.counts || !is_delivered(*seen) || seen->kind == PacketKind::rst) continue;
    if (!found.syn.packet) {
      if (seen->kind == PacketKind::syn && seen->from == talk.client) found.syn = seen;
    } else if (!found.syn_ack.packet) {
      if (seen->kind == PacketKind::syn_ack && seen->from == talk.server) found.syn_ack = seen;
    } else if (seen->from == talk.client && seen->seq >= 1 && has_flag(*seen, "ACK") &&
               delivered_before(found.syn_ack, seen)) {
      found.ack = seen;
      return found;
    }
  }
  return std::nullopt;
}

HandshakeEnd end_of_handshake(const Talk& talk, const Handshake& handshake) {
  bool goes_on = false;    // something of the client has come behind the ACK
  bool has_bytes = false;  // that a kernel which had taken the connection would acknowledge
  std::vector<SeenPacket> from_client;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from == talk.client) {
      if (seen.id >= handshake.ack.id && is_delivered(*seen)) from_client.push_back(seen);
      continue;
    }
    if (!delivered_before(handshake.ack, seen)) continue;
    if (seen->kind == PacketKind::syn_ack) return HandshakeEnd::ignored;
    for (const SeenPacket& came : from_client) {
      if (!delivered_before(came, seen)) continue;
      goes_on = goes_on || came.id != handshake.ack.id;
      has_bytes = has_bytes || (carries_stream(*came) && came->seq == 1);
    }
    // The reset that answers an ACK acknowledges nothing itself, RFC 9293 §3.10.7; that of a close does.
    const bool answers = seen->kind == PacketKind::rst && !has_flag(*seen, "ACK") && seen->seq == handshake.ack->ack;
    if (answers) return goes_on ? HandshakeEnd::unknown : HandshakeEnd::reset;
    const bool took_bytes = has_flag(*seen, "ACK") && seen->ack > 1;
    return has_bytes && !took_bytes ? HandshakeEnd::unknown : HandshakeEnd::taken;
  }
  return HandshakeEnd::taken;
}

bool Ending::is_crossed() const {
  return first->ack < timeline::end_of_numbers(*second) && second->ack < timeline::end_of_numbers(*first);
}

std::optional<Ending> ending_of(const Talk& talk) {
  Ending found;
  const auto acknowledges = [](const SeenPacket& seen, const SeenPacket& fin) {
    return fin.packet && seen->from == fin->to && has_flag(*seen, "ACK") && seen->ack >= timeline::end_of_numbers(*fin);
  };
  for (const SeenPacket& seen : talk.packets) {
    if (seen->kind == PacketKind::rst) return std::nullopt;
    if (!seen.counts) continue;
    if (seen->kind == PacketKind::fin) {
      if (!is_delivered(*seen) || seen->retransmission) return std::nullopt;
      (found.first.packet ? found.second : found.first) = seen;
    }
    const bool first_acknowledges = !found.first_acknowledged.packet && acknowledges(seen, found.first);
    const bool second_acknowledges = !found.second_acknowledged.packet && acknowledges(seen, found.second);
    if (!is_delivered(*seen) && (first_acknowledges || second_acknowledges)) return std::nullopt;
    if (first_acknowledges) found.first_acknowledged = seen;
    if (second_acknowledges) found.second_acknowledged = seen;
  }
  const bool complete = found.second.packet && found.first_acknowledged.packet && found.second_acknowledged.packet;
  return complete && found.first->from != found.second->from ? std::optional(found) : std::nullopt;
}

}  // namespace wirelab::explain

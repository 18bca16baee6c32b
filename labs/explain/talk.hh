// The packets of a run, as the rules ask for them. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "labs/timeline/event.hh"

namespace wirelab::explain {

/// An event that is a packet, both at hand.
struct SeenPacket {
  timeline::EventId id = 0;
  timeline::Nanoseconds at = 0;
  const timeline::Packet* packet = nullptr;
  bool counts = true;  ///< false: there only because a timer ran out, and another run may not have it (packets.hh)

  const timeline::Packet* operator->() const { return packet; }
  const timeline::Packet& operator*() const { return *packet; }
};

/// The TCP packets of one connection, in event order.
struct Talk {
  int connection = 0;  ///< index into Timeline::connections
  timeline::LaneIndex client = timeline::nobody;
  timeline::LaneIndex server = timeline::nobody;
  std::vector<SeenPacket> packets;

  timeline::LaneIndex peer_of(timeline::LaneIndex lane) const { return lane == client ? server : client; }
};

std::vector<SeenPacket> seen_packets(const timeline::Timeline& timeline);
std::vector<Talk> talks_of(const timeline::Timeline& timeline, const std::vector<SeenPacket>& packets);

bool has_flag(const timeline::Packet& packet, std::string_view flag);
bool is_delivered(const timeline::Packet& packet);
bool is_lost(const timeline::Packet& packet);

/// It takes numbers of the stream: bytes or a FIN.
bool carries_stream(const timeline::Packet& packet);

/// `earlier` had been given to its receiver when `later` came to the wire.
bool delivered_before(const SeenPacket& earlier, const SeenPacket& later);

/// The most bytes a segment of `sender` can carry, besides the options that every one of them has: RFC 6691. Nothing if
/// the other side's SYN was not seen.
std::optional<std::int64_t> room_in_segment(const Talk& talk, timeline::LaneIndex sender);

/// The three packets that made the connection, as they were delivered; nothing if they were not all seen, or if both
/// sides had sent a SYN.
struct Handshake {
  SeenPacket syn;
  SeenPacket syn_ack;
  SeenPacket ack;  ///< perhaps with the client's first bytes
};
std::optional<Handshake> handshake_of(const Talk& talk);

/// What the listener's kernel did with the last packet of a handshake.
enum class HandshakeEnd {
  taken,    ///< the connection went into its queue
  ignored,  ///< it went on as if the ACK had not come: it sent its SYN-ACK again
  reset,    ///< it answered with RST
  unknown,  ///< nothing shows that it was taken, though there were bytes to acknowledge, or what was reset is not it
};
HandshakeEnd end_of_handshake(const Talk& talk, const Handshake& handshake);

/// The two FINs that ended the connection and the packets that acknowledged them; nothing if there was a reset, a FIN
/// or an ACK of it was lost, or not all of them were seen.
struct Ending {
  SeenPacket first;
  SeenPacket second;
  SeenPacket first_acknowledged;  ///< by the side of `second`; it may be that FIN itself
  SeenPacket second_acknowledged;

  /// Each side had sent its FIN before the other's came to it.
  bool is_crossed() const;
};
std::optional<Ending> ending_of(const Talk& talk);

}  // namespace wirelab::explain

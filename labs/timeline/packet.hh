// From the bytes of an Ethernet frame to its headers. Pure: no addresses of ours, no memory of earlier packets.
//
// Frames come from strangers as far as this file is concerned: whatever the bytes, decoding reads none that are not
// there and allocates no more than the frame's own size (tests/fuzz/packet_fuzz.cc).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "labs/scenario/scenario.hh"
#include "labs/timeline/event.hh"

namespace wirelab::timeline {

/// IPv4 addresses take the first four bytes.
struct IpAddress {
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const IpAddress&) const = default;
};
/// 10.0.0.1, fd00::1 (RFC 5952).
std::string to_text(const IpAddress& address);

struct TcpHeader {
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  bool syn = false, ack_flag = false, psh = false, fin = false, rst = false, urg = false, ece = false, cwr = false;
  std::uint16_t window = 0;  ///< as sent: not scaled
  TcpOptions options;        ///< its sack edges are as sent, not relative
};

/// What a frame's headers say. Only what the frame really holds is filled in: a header that is cut off leaves the ones
/// before it, with `payload` whatever follows them.
struct DecodedFrame {
  std::array<std::uint8_t, 6> destination_mac{};
  std::array<std::uint8_t, 6> source_mac{};
  std::uint16_t ether_type = 0;
  std::string protocol;  ///< tcp, udp, icmp (ICMPv6 too), arp; else "ip" or "ethernet"
  bool has_ip = false;
  IpAddress source;
  IpAddress destination;
  int time_to_live = 0;
  std::optional<Fragment> fragment;  ///< IPv4, and IPv6 with a fragment header; absent in whole packets
  int source_port = 0;               ///< of a fragment: the first one has them
  int destination_port = 0;
  std::optional<TcpHeader> tcp;
  std::optional<IcmpMessage> icmp;
  std::size_t transport_begin = 0;  ///< where a whole TCP, UDP or ICMP header begins in the frame; 0: there is none
  std::size_t header_length = 0;    ///< where the payload begins in the frame
  std::string_view payload;         ///< to the end the IP header gives, without Ethernet padding
  bool cut_short = false;           ///< the frame ends before the end that the IP header gives
};

/// Nothing if the frame has no whole Ethernet header. The payload is a view of `frame`, which must outlive it.
std::optional<DecodedFrame> decode(std::string_view frame);

/// Which of the language's kinds it is: RST before FIN before SYN before data before ACK; a fragment is a `fragment`
/// whatever it carries. What fits none of them counts as data: ARP, other protocols, a TCP header that is cut off.
scenario::PacketKind kind_of(const DecodedFrame& frame);

/// The checksums of IPv4, TCP, UDP, ICMP and ICMPv6 that can be computed from this frame alone are right (RFC 1071):
/// of a fragment only that of IP. `decoded` must be what decode() made of that frame.
bool checksums_are_right(std::string_view frame, const DecodedFrame& decoded);

/// Follows the TCP connections on a wire, packet by packet in the order in which they come to it, and tells what a
/// packet means among those before it.
///
/// A SYN without ACK begins a new conversation on its pair of addresses and ports, unless it is the one that began this
/// conversation, sent again, or the other side's of a simultaneous open (RFC 9293 §3.5). Where the SYNs came by before
/// anybody looked, numbers are counted from the first one seen, which is 1; windows are shown as sent.
class Conversations {
 public:
  /// Fills in all of `packet` that comes from the bytes: protocol to window and length, `retransmission`, and, if there
  /// is a payload, of `stream` the offset and length (SYN and FIN take a sequence number and no place in the stream).
  ///
  /// A retransmission carries a SYN, a FIN or bytes that its side has sent before; a bare ACK never is one, so neither
  /// is a probe without bytes. A second SYN-ACK is one even if it has another number: then the listener had forgotten
  /// its first.
  void describe(Packet& packet, std::string_view frame, const DecodedFrame& decoded);

 private:
  struct Side {
    bool seen = false;
    std::uint32_t initial = 0;        ///< the SYN's number, or one before the first seen
    std::int64_t highest = 0;         ///< relative number after the last one sent so far
    std::optional<int> window_scale;  ///< of its SYN
    bool has_answered_syn = false;    ///< it has sent a SYN-ACK
  };
  struct Endpoint {
    IpAddress address;
    int port = 0;
    bool operator<(const Endpoint& other) const;
  };
  using Conversation = std::array<Side, 2>;  ///< of the lesser end, of the other

  void follow(Packet& packet, const DecodedFrame& decoded);
  static void begin_if_new(Conversation& conversation, std::size_t place, const TcpHeader& tcp);

  std::map<std::pair<Endpoint, Endpoint>, Conversation> conversations_;
};

}  // namespace wirelab::timeline

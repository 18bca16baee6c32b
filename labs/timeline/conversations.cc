#include <algorithm>
#include <tuple>

#include "labs/timeline/packet.hh"

namespace wirelab::timeline {
namespace {

/// The largest shift that RFC 7323 §2.3 allows; a larger one counts as this.
constexpr int largest_window_scale = 14;

/// What `number` is counted from `initial` on. Sequence numbers begin again at 2^32, so of all the counts it can mean
/// the one closest to `expected` is taken (RFC 9293 §3.4).
std::int64_t relative(std::uint32_t number, std::uint32_t initial, std::int64_t expected) {
  const std::uint32_t expected_number = initial + static_cast<std::uint32_t>(expected);
  return expected + static_cast<std::int32_t>(number - expected_number);
}

std::vector<std::string> flags_of(const TcpHeader& tcp) {
  std::vector<std::string> flags;
  const auto add = [&](bool is_set, const char* name) {
    if (is_set) flags.emplace_back(name);
  };
  add(tcp.syn, "SYN");
  add(tcp.ack_flag, "ACK");
  add(tcp.psh, "PSH");
  add(tcp.fin, "FIN");
  add(tcp.rst, "RST");
  add(tcp.urg, "URG");
  add(tcp.ece, "ECE");
  add(tcp.cwr, "CWR");
  return flags;
}

}  // namespace

bool Conversations::Endpoint::operator<(const Endpoint& other) const {
  return std::tie(address.is_ipv6, address.bytes, port) <
         std::tie(other.address.is_ipv6, other.address.bytes, other.port);
}

void Conversations::describe(Packet& packet, std::string_view frame, const DecodedFrame& decoded) {
  packet.protocol = decoded.protocol;
  packet.kind = kind_of(decoded);
  packet.headers = frame.substr(0, decoded.header_length);
  packet.data = decoded.payload;
  packet.length = static_cast<std::int64_t>(decoded.payload.size());
  packet.source_port = decoded.source_port;
  packet.destination_port = decoded.destination_port;
  packet.fragment = decoded.fragment;
  packet.icmp = decoded.icmp;
  if (decoded.tcp && !decoded.fragment) follow(packet, decoded);
}

void Conversations::begin_if_new(Conversation& conversation, std::size_t place, const TcpHeader& tcp) {
  Side& own = conversation.at(place);
  Side& other = conversation.at(1 - place);
  if (tcp.syn && !tcp.rst) {
    if (!own.seen || own.initial != tcp.seq) {
      // Nobody has acknowledged anything yet if this side is unknown and the other is not: both open at once.
      const bool opens_too = !own.seen && other.seen;
      if (!tcp.ack_flag && !opens_too) other = {};
      own = {.seen = true, .initial = tcp.seq, .has_answered_syn = tcp.ack_flag && own.has_answered_syn};
    }
    own.window_scale = tcp.options.window_scale;
  } else if (!own.seen) {
    own = {.seen = true, .initial = tcp.seq - 1, .highest = 1};
  }
  if (tcp.ack_flag && !other.seen) other = {.seen = true, .initial = tcp.ack - 1, .highest = 1};
}

void Conversations::follow(Packet& packet, const DecodedFrame& decoded) {
  const TcpHeader& tcp = *decoded.tcp;
  const Endpoint from{decoded.source, decoded.source_port};
  const Endpoint to{decoded.destination, decoded.destination_port};
  const std::size_t place = to < from ? 1 : 0;
  Conversation& conversation = conversations_[place == 0 ? std::pair(from, to) : std::pair(to, from)];
  begin_if_new(conversation, place, tcp);
  Side& own = conversation.at(place);
  const Side& other = conversation.at(1 - place);

  packet.flags = flags_of(tcp);
  packet.absolute_seq = tcp.seq;
  packet.seq = relative(tcp.seq, own.initial, own.highest);
  packet.ack = tcp.ack_flag ? relative(tcp.ack, other.initial, other.highest) : 0;
  packet.options = tcp.options;
  for (auto& [begin, end] : packet.options.sack) {
    begin = relative(static_cast<std::uint32_t>(begin), other.initial, other.highest);
    end = relative(static_cast<std::uint32_t>(end), other.initial, other.highest);
  }
  const bool is_scaled = !tcp.syn && own.window_scale && other.window_scale;  // RFC 7323 §2.2
  packet.window = std::int64_t{tcp.window} << (is_scaled ? std::min(*own.window_scale, largest_window_scale) : 0);

  const std::int64_t first_byte = packet.seq + (tcp.syn ? 1 : 0);
  const std::int64_t end = first_byte + packet.length + (tcp.fin ? 1 : 0);
  if (end > packet.seq && !tcp.rst) {
    // In a simultaneous open the SYN-ACK has the number of the side's own SYN, and is its first answer all the same.
    const bool is_answer = tcp.syn && tcp.ack_flag;
    packet.retransmission = is_answer ? own.has_answered_syn : packet.seq < own.highest;
    own.has_answered_syn = own.has_answered_syn || is_answer;
    own.highest = std::max(own.highest, end);
  }
  if (packet.length > 0) {
    StreamRange range = packet.stream.value_or(StreamRange{packet.connection, packet.from, packet.to, 0, 0});
    range.offset = first_byte - 1;
    range.length = packet.length;
    packet.stream = range;
  }
}

}  // namespace wirelab::timeline

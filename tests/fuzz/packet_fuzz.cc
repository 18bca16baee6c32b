// Frames from strangers, one after the other: each is the two bytes of its length and that many bytes. Whatever they
// are, decoding reads only what is there, and following their conversations stays true to them.

#include <arpa/inet.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "labs/timeline/packet.hh"

namespace {

using namespace wirelab::timeline;

void demand(bool holds) {
  if (!holds) std::abort();
}

void look_at_address(const IpAddress& address) {
  unsigned char read[16] = {};
  demand(inet_pton(address.is_ipv6 ? AF_INET6 : AF_INET, to_text(address).c_str(), read) == 1);
  for (std::size_t i = 0; i < (address.is_ipv6 ? 16 : 4); ++i) demand(read[i] == address.bytes.at(i));
}

void look_at_frame(std::string_view frame, const DecodedFrame& decoded) {
  const std::string_view rest = frame.substr(decoded.header_length);
  demand(decoded.payload.data() == rest.data() && decoded.payload.size() <= rest.size());
  demand(decoded.transport_begin < decoded.header_length);
  demand(decoded.has_ip || (!decoded.tcp && !decoded.icmp && !decoded.fragment));
  if (decoded.tcp) demand(decoded.tcp->options.sack.size() <= 4);
  if (decoded.has_ip) {
    look_at_address(decoded.source);
    look_at_address(decoded.destination);
  }
  // Right or wrong, it is only watched for what it reads; but where there is nothing to sum up nothing can be wrong.
  demand(checksums_are_right(frame, decoded) || decoded.has_ip);
}

void look_at_packet(std::string_view frame, const Packet& packet) {
  demand(frame.starts_with(packet.headers + packet.data));
  demand(packet.length == static_cast<std::int64_t>(packet.data.size()));
  demand(packet.protocol == "tcp" || (!packet.retransmission && !packet.stream && packet.flags.empty()));
  if (packet.stream) demand(packet.stream->length == packet.length && packet.length > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(bytes), size);
  Conversations conversations;
  while (input.size() >= 2) {
    const std::size_t length =
        static_cast<std::uint8_t>(input[0]) * std::size_t{256} + static_cast<std::uint8_t>(input[1]);
    // A buffer of just its size, so that a byte read behind it is seen.
    const std::string_view here = input.substr(2, length);
    const std::vector<char> exact(here.begin(), here.end());
    const std::string_view frame(exact.data(), exact.size());
    input.remove_prefix(2 + frame.size());

    const std::optional<DecodedFrame> decoded = decode(frame);
    demand(decoded.has_value() == (frame.size() >= 14));
    if (!decoded) continue;
    look_at_frame(frame, *decoded);
    Packet packet;
    conversations.describe(packet, frame, *decoded);
    look_at_packet(frame, packet);

    Packet again;
    conversations.describe(again, frame, *decoded);
    demand(again.seq == packet.seq && again.ack == packet.ack && again.window == packet.window);
    const bool takes_numbers = decoded->tcp && !decoded->fragment && !decoded->tcp->rst &&
                               (decoded->tcp->syn || decoded->tcp->fin || packet.length > 0);
    demand(again.retransmission == takes_numbers);
  }
  return 0;
}

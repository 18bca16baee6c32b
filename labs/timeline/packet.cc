#include "labs/timeline/packet.hh"

#include <fmt/format.h>

#include <algorithm>

namespace wirelab::timeline {
namespace {

constexpr std::size_t ethernet_header_length = 14;
constexpr std::uint16_t ether_type_ipv4 = 0x0800;
constexpr std::uint16_t ether_type_arp = 0x0806;
constexpr std::uint16_t ether_type_ipv6 = 0x86dd;

constexpr std::size_t ipv4_header_length = 20;
constexpr std::size_t ipv6_header_length = 40;
constexpr std::size_t tcp_header_length = 20;
constexpr std::size_t udp_header_length = 8;
/// Type, code, checksum, and four bytes whose meaning depends on the type. ICMPv6 messages are never shorter either.
constexpr std::size_t icmp_header_length = 8;

/// Assigned numbers of what an IP packet carries, and of IPv6's extension headers (RFC 8200 §4).
enum class IpProtocol : std::uint8_t {
  ipv6_hop_by_hop = 0,
  icmp = 1,
  tcp = 6,
  udp = 17,
  ipv6_routing = 43,
  ipv6_fragment = 44,
  icmpv6 = 58,
  ipv6_destination = 60,
};

/// The number in network byte order that begins at `at`; the caller has looked that it is there.
template <typename Number>
Number number_at(std::string_view bytes, std::size_t at) {
  Number number = 0;
  for (const char byte : bytes.substr(at, sizeof(Number))) {
    number = static_cast<Number>(static_cast<std::uint64_t>(number) << 8U | static_cast<std::uint8_t>(byte));
  }
  return number;
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) { return number_at<std::uint8_t>(bytes, at); }

template <std::size_t size>
std::array<std::uint8_t, size> bytes_at(std::string_view bytes, std::size_t at) {
  std::array<std::uint8_t, size> found{};
  std::copy_n(bytes.substr(at).begin(), size, found.begin());
  return found;
}

IpAddress address_at(std::string_view bytes, std::size_t at, bool is_ipv6) {
  IpAddress address{is_ipv6, {}};
  std::copy_n(bytes.substr(at).begin(), is_ipv6 ? 16 : 4, address.bytes.begin());
  return address;
}

// ------------------------------------------------------------------------------------------------- what IP carries

/// Nothing is read behind the first option whose length cannot be right.
TcpOptions read_tcp_options(std::string_view bytes) {
  enum class Kind : std::uint8_t {
    end = 0,
    no_operation,
    maximum_segment_size,
    window_scale,
    sack_permitted,
    sack,
    timestamps = 8
  };
  TcpOptions options;
  while (!bytes.empty()) {
    const auto kind = static_cast<Kind>(byte_at(bytes, 0));
    if (kind == Kind::end) break;
    if (kind == Kind::no_operation) {
      bytes.remove_prefix(1);
      continue;
    }
    if (bytes.size() < 2) break;
    const std::size_t length = byte_at(bytes, 1);
    if (length < 2 || length > bytes.size()) break;
    if (kind == Kind::maximum_segment_size && length == 4) {
      options.maximum_segment_size = number_at<std::uint16_t>(bytes, 2);
    } else if (kind == Kind::window_scale && length == 3) {
      options.window_scale = byte_at(bytes, 2);
    } else if (kind == Kind::sack_permitted && length == 2) {
      options.sack_permitted = true;
    } else if (kind == Kind::sack) {
      for (std::size_t at = 2; at + 8 <= length; at += 8) {
        options.sack.emplace_back(number_at<std::uint32_t>(bytes, at), number_at<std::uint32_t>(bytes, at + 4));
      }
    } else if (kind == Kind::timestamps && length == 10) {
      options.timestamps = {number_at<std::uint32_t>(bytes, 2), number_at<std::uint32_t>(bytes, 6)};
    }
    bytes.remove_prefix(length);
  }
  return options;
}

TcpHeader read_tcp_header(std::string_view header) {
  const std::uint8_t flags = byte_at(header, 13);
  const auto has = [&](unsigned bit) { return (flags >> bit & 1U) != 0; };
  TcpHeader tcp;
  tcp.seq = number_at<std::uint32_t>(header, 4);
  tcp.ack = number_at<std::uint32_t>(header, 8);
  tcp.fin = has(0);
  tcp.syn = has(1);
  tcp.rst = has(2);
  tcp.psh = has(3);
  tcp.ack_flag = has(4);
  tcp.urg = has(5);
  tcp.ece = has(6);
  tcp.cwr = has(7);
  tcp.window = number_at<std::uint16_t>(header, 14);
  tcp.options = read_tcp_options(header.substr(tcp_header_length));
  return tcp;
}

/// `decoded.payload` is what IP carries, and becomes what that carries.
void read_transport(DecodedFrame& decoded, IpProtocol protocol) {
  const std::string_view segment = decoded.payload;
  std::size_t length = 0;  // of the header; 0: it is not all there
  if (protocol == IpProtocol::tcp) {
    decoded.protocol = "tcp";
    if (segment.size() >= tcp_header_length) {
      length = (byte_at(segment, 12) >> 4U) * std::size_t{4};
      if (length < tcp_header_length || length > segment.size()) length = 0;
    }
  } else if (protocol == IpProtocol::udp) {
    decoded.protocol = "udp";
    if (segment.size() >= udp_header_length) length = udp_header_length;
  } else if (protocol == (decoded.source.is_ipv6 ? IpProtocol::icmpv6 : IpProtocol::icmp)) {
    decoded.protocol = "icmp";
    if (segment.size() >= icmp_header_length) length = icmp_header_length;
  }
  const bool is_later_fragment = decoded.fragment && decoded.fragment->offset > 0;
  if (length == 0 || is_later_fragment) return;

  if (decoded.protocol == "icmp") {
    decoded.icmp = {byte_at(segment, 0), byte_at(segment, 1)};
  } else {
    decoded.source_port = number_at<std::uint16_t>(segment, 0);
    decoded.destination_port = number_at<std::uint16_t>(segment, 2);
    if (decoded.protocol == "tcp") decoded.tcp = read_tcp_header(segment.substr(0, length));
  }
  decoded.transport_begin = decoded.header_length;
  decoded.header_length += length;
  decoded.payload.remove_prefix(length);
}

// -------------------------------------------------------------------------------------------------------------- IP

/// The payload is the IP packet, and becomes what follows its first `header` of `total` bytes.
void enter_ip(DecodedFrame& decoded, std::size_t header, std::size_t total) {
  decoded.has_ip = true;
  decoded.cut_short = decoded.payload.size() < total;
  decoded.payload = decoded.payload.substr(0, total).substr(header);
  decoded.header_length += header;
}

void read_ipv4(DecodedFrame& decoded) {
  const std::string_view packet = decoded.payload;
  if (packet.size() < ipv4_header_length || byte_at(packet, 0) >> 4U != 4) return;
  const std::size_t header = (byte_at(packet, 0) & 0x0FU) * std::size_t{4};
  const std::size_t total = number_at<std::uint16_t>(packet, 2);
  if (header < ipv4_header_length || header > packet.size() || total < header) return;

  const std::uint16_t fragment = number_at<std::uint16_t>(packet, 6);
  const bool more = (fragment & 0x2000U) != 0;
  const std::int64_t offset = (fragment & 0x1FFFU) * std::int64_t{8};
  if (more || offset > 0) decoded.fragment = {number_at<std::uint16_t>(packet, 4), offset, more};
  decoded.time_to_live = byte_at(packet, 8);
  decoded.source = address_at(packet, 12, false);
  decoded.destination = address_at(packet, 16, false);
  enter_ip(decoded, header, total);
  read_transport(decoded, static_cast<IpProtocol>(byte_at(packet, 9)));
}

bool is_ipv6_extension(IpProtocol protocol) {
  return protocol == IpProtocol::ipv6_hop_by_hop || protocol == IpProtocol::ipv6_routing ||
         protocol == IpProtocol::ipv6_destination || protocol == IpProtocol::ipv6_fragment;
}

void read_ipv6(DecodedFrame& decoded) {
  const std::string_view packet = decoded.payload;
  if (packet.size() < ipv6_header_length || byte_at(packet, 0) >> 4U != 6) return;
  decoded.time_to_live = byte_at(packet, 7);
  decoded.source = address_at(packet, 8, true);
  decoded.destination = address_at(packet, 24, true);
  enter_ip(decoded, ipv6_header_length, ipv6_header_length + number_at<std::uint16_t>(packet, 4));

  auto next = static_cast<IpProtocol>(byte_at(packet, 6));
  while (is_ipv6_extension(next)) {
    const std::string_view extension = decoded.payload;
    if (extension.size() < 8) return;
    std::size_t length = 8;
    if (next == IpProtocol::ipv6_fragment) {
      const std::uint16_t place = number_at<std::uint16_t>(extension, 2);
      const Fragment fragment{number_at<std::uint32_t>(extension, 4), place & 0xFFF8U, (place & 1U) != 0};
      // RFC 6946: first and last at once is a whole packet that carries the header all the same.
      if (fragment.more || fragment.offset > 0) decoded.fragment = fragment;
    } else {
      length += byte_at(extension, 1) * std::size_t{8};
      if (length > extension.size()) return;
    }
    next = static_cast<IpProtocol>(byte_at(extension, 0));
    decoded.header_length += length;
    decoded.payload.remove_prefix(length);
    if (decoded.fragment && decoded.fragment->offset > 0) break;  // what follows is from the middle of something
  }
  read_transport(decoded, next);
}

// ------------------------------------------------------------------------------------------------------- checksums

/// The sum of RFC 1071 over all the bytes added, carries not folded in yet. Each add() begins at an even place.
class InternetChecksum {
 public:
  void add(std::string_view bytes) {
    for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) sum_ += number_at<std::uint16_t>(bytes, at);
    if (bytes.size() % 2 != 0) sum_ += static_cast<std::uint64_t>(byte_at(bytes, bytes.size() - 1)) << 8U;
  }
  void add(std::uint64_t number) { sum_ += number; }

  /// True if the checksum among the bytes is that of the others.
  bool is_right() const {
    std::uint64_t folded = sum_;
    while (folded > 0xFFFF) folded = (folded & 0xFFFF) + (folded >> 16U);
    return folded == 0xFFFF;
  }

 private:
  std::uint64_t sum_ = 0;
};

bool transport_checksum_is_right(const DecodedFrame& decoded, std::string_view segment) {
  const bool is_ipv6 = decoded.source.is_ipv6;
  InternetChecksum checksum;
  if (decoded.protocol == "udp") {
    const std::size_t length = number_at<std::uint16_t>(segment, 4);
    if (length < udp_header_length || length > segment.size()) return false;
    if (number_at<std::uint16_t>(segment, 6) == 0) return !is_ipv6;  // none was computed; IPv6 demands one
    segment = segment.substr(0, length);
  }
  if (decoded.protocol != "icmp" || is_ipv6) {  // the pseudo-header: RFC 9293 §3.1, RFC 8200 §8.1
    for (const IpAddress& address : {decoded.source, decoded.destination}) {
      checksum.add(std::string_view(reinterpret_cast<const char*>(address.bytes.data()), is_ipv6 ? 16 : 4));
    }
    const IpProtocol protocol = decoded.protocol == "tcp"   ? IpProtocol::tcp
                                : decoded.protocol == "udp" ? IpProtocol::udp
                                                            : IpProtocol::icmpv6;
    checksum.add(static_cast<std::uint64_t>(protocol));
    checksum.add(segment.size());
  }
  checksum.add(segment);
  return checksum.is_right();
}

// ------------------------------------------------------------------------------------------------------- addresses

std::string ipv4_text(const std::uint8_t* bytes) {
  return fmt::format("{}.{}.{}.{}", bytes[0], bytes[1], bytes[2], bytes[3]);
}

/// Where the longest run of two or more zero groups begins, and how many it has: RFC 5952 §4.2.
std::pair<std::size_t, std::size_t> longest_zero_run(const std::array<std::uint16_t, 8>& groups) {
  std::pair<std::size_t, std::size_t> longest{groups.size(), 1};
  for (std::size_t begin = 0; begin < groups.size(); ++begin) {
    std::size_t length = 0;
    while (begin + length < groups.size() && groups.at(begin + length) == 0) ++length;
    if (length > longest.second) longest = {begin, length};
  }
  return longest.first == groups.size() ? std::pair<std::size_t, std::size_t>{groups.size(), 0} : longest;
}

}  // namespace

std::string to_text(const IpAddress& address) {
  if (!address.is_ipv6) return ipv4_text(address.bytes.data());
  const std::string_view bytes(reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size());
  std::array<std::uint16_t, 8> groups{};
  for (std::size_t i = 0; i < groups.size(); ++i) groups.at(i) = number_at<std::uint16_t>(bytes, i * 2);
  const bool is_mapped_ipv4 = bytes.starts_with(std::string(10, '\0') + "\xFF\xFF");
  if (is_mapped_ipv4) return "::ffff:" + ipv4_text(address.bytes.data() + 12);

  const auto [zeros, count] = longest_zero_run(groups);
  std::string text;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == zeros) {
      text += "::";
      i += count - 1;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += fmt::format("{:x}", groups.at(i));
  }
  return text;
}

// ---------------------------------------------------------------------------------------------------------- frames

std::optional<DecodedFrame> decode(std::string_view frame) {
  if (frame.size() < ethernet_header_length) return std::nullopt;
  DecodedFrame decoded;
  decoded.destination_mac = bytes_at<6>(frame, 0);
  decoded.source_mac = bytes_at<6>(frame, 6);
  decoded.ether_type = number_at<std::uint16_t>(frame, 12);
  decoded.header_length = ethernet_header_length;
  decoded.payload = frame.substr(ethernet_header_length);
  switch (decoded.ether_type) {
    case ether_type_ipv4:
      decoded.protocol = "ip";
      read_ipv4(decoded);
      break;
    case ether_type_ipv6:
      decoded.protocol = "ip";
      read_ipv6(decoded);
      break;
    case ether_type_arp:
      decoded.protocol = "arp";
      break;
    default:
      decoded.protocol = "ethernet";
  }
  return decoded;
}

scenario::PacketKind kind_of(const DecodedFrame& frame) {
  using scenario::PacketKind;
  if (frame.fragment) return PacketKind::fragment;
  if (frame.protocol == "udp") return PacketKind::udp;
  if (frame.protocol == "icmp") return PacketKind::icmp;
  if (!frame.tcp) return PacketKind::data;
  if (frame.tcp->rst) return PacketKind::rst;
  if (frame.tcp->fin) return PacketKind::fin;
  if (frame.tcp->syn) return frame.tcp->ack_flag ? PacketKind::syn_ack : PacketKind::syn;
  return frame.payload.empty() ? PacketKind::ack : PacketKind::data;
}

bool checksums_are_right(std::string_view frame, const DecodedFrame& decoded) {
  if (!decoded.has_ip) return true;
  if (!decoded.source.is_ipv6) {
    const std::size_t length = (byte_at(frame, ethernet_header_length) & 0x0FU) * std::size_t{4};
    InternetChecksum header;
    header.add(frame.substr(ethernet_header_length, length));
    if (!header.is_right()) return false;
  }
  const bool is_whole = decoded.transport_begin > 0 && !decoded.fragment && !decoded.cut_short;
  if (!is_whole) return true;
  const std::size_t end = decoded.header_length + decoded.payload.size();
  return transport_checksum_is_right(decoded, frame.substr(decoded.transport_begin, end - decoded.transport_begin));
}

}  // namespace wirelab::timeline

// Ethernet frames as a kernel would send them, built byte by byte and with right checksums: for tests that decode them
// and for the fuzzers' first corpus.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wirelab::tests {

/// The number's bytes, highest first.
inline std::string big_endian(std::uint64_t number, int bytes) {
  std::string text;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) text += static_cast<char>(number >> shift);
  return text;
}

/// `bytes({0x45, 0x00})`.
inline std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

/// RFC 1071: the complement of the one's complement sum, with a zero byte behind an odd one.
inline std::uint16_t internet_checksum(std::string text) {
  if (text.size() % 2 != 0) text += '\0';
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    sum +=
        static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]) << 8 | static_cast<unsigned char>(text[i + 1]));
    sum = (sum & 0xFFFFU) + (sum >> 16U);
  }
  return static_cast<std::uint16_t>(~sum);
}

inline std::string with_checksum(std::string text, std::size_t at, const std::string& pseudo_header = "") {
  return text.replace(at, 2, big_endian(internet_checksum(pseudo_header + text), 2));
}

enum class Ip { v4, v6 };

/// Host 1 is 10.0.0.1 or fd00::1.
inline std::string address(Ip ip, int host) {
  return ip == Ip::v4 ? bytes({10, 0, 0, host}) : bytes({0xfd, 0}) + std::string(13, '\0') + bytes({host});
}

inline std::string ethernet(int from, int to, int ether_type, const std::string& payload) {
  return bytes({2, 0, 0, 0, 0, to, 2, 0, 0, 0, 0, from}) + big_endian(static_cast<std::uint64_t>(ether_type), 2) +
         payload;
}

/// `fragment`: the two bytes of flags and offset.
inline std::string ipv4_frame(int from, int to, int protocol, const std::string& payload, int fragment = 0x4000,
                              const std::string& options = "") {
  const auto header_length = 20 + options.size();
  std::string header = big_endian(0x40 + header_length / 4, 1) + bytes({0}) +
                       big_endian(header_length + payload.size(), 2) + big_endian(0x1234, 2) +
                       big_endian(static_cast<std::uint64_t>(fragment), 2) + bytes({64, protocol, 0, 0}) +
                       address(Ip::v4, from) + address(Ip::v4, to) + options;
  return ethernet(from, to, 0x0800, with_checksum(std::move(header), 10) + payload);
}

inline std::string ipv6_frame(int from, int to, int next_header, const std::string& payload) {
  return ethernet(from, to, 0x86dd,
                  bytes({0x60, 0, 0, 0}) + big_endian(payload.size(), 2) + bytes({next_header, 64}) +
                      address(Ip::v6, from) + address(Ip::v6, to) + payload);
}

inline std::string ip_frame(Ip ip, int from, int to, int protocol, const std::string& payload) {
  return ip == Ip::v4 ? ipv4_frame(from, to, protocol, payload) : ipv6_frame(from, to, protocol, payload);
}

/// What TCP, UDP and ICMPv6 sum up besides themselves.
inline std::string pseudo_header(Ip ip, int from, int to, int protocol, std::size_t length) {
  return address(ip, from) + address(ip, to) + big_endian(length, 4) +
         big_endian(static_cast<std::uint64_t>(protocol), 4);
}

namespace flag {
inline constexpr int fin = 1, syn = 2, rst = 4, psh = 8, ack = 16, urg = 32, ece = 64, cwr = 128;
}

struct Tcp {
  int from = 1;
  int to = 2;
  int source_port = 40000;
  int destination_port = 8888;
  int flags = flag::ack;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  int window = 64240;
  std::string options;  ///< padded with zeros to a multiple of four
  std::string payload;
  Ip ip = Ip::v4;
};

inline std::string tcp_segment(const Tcp& tcp) {
  std::string options = tcp.options;
  options.resize((options.size() + 3) / 4 * 4, '\0');
  std::string segment = big_endian(static_cast<std::uint64_t>(tcp.source_port), 2) +
                        big_endian(static_cast<std::uint64_t>(tcp.destination_port), 2) + big_endian(tcp.seq, 4) +
                        big_endian(tcp.ack, 4) + big_endian((20 + options.size()) / 4 << 4, 1) + bytes({tcp.flags}) +
                        big_endian(static_cast<std::uint64_t>(tcp.window), 2) + bytes({0, 0, 0, 0}) + options +
                        tcp.payload;
  return with_checksum(segment, 16, pseudo_header(tcp.ip, tcp.from, tcp.to, 6, segment.size()));
}

inline std::string tcp_frame(const Tcp& tcp) { return ip_frame(tcp.ip, tcp.from, tcp.to, 6, tcp_segment(tcp)); }

struct Udp {
  int from = 1;
  int to = 2;
  int source_port = 40000;
  int destination_port = 8888;
  std::string payload;
  Ip ip = Ip::v4;
};

inline std::string udp_datagram(const Udp& udp) {
  const std::string datagram = big_endian(static_cast<std::uint64_t>(udp.source_port), 2) +
                               big_endian(static_cast<std::uint64_t>(udp.destination_port), 2) +
                               big_endian(8 + udp.payload.size(), 2) + bytes({0, 0}) + udp.payload;
  return with_checksum(datagram, 6, pseudo_header(udp.ip, udp.from, udp.to, 17, datagram.size()));
}

inline std::string udp_frame(const Udp& udp) { return ip_frame(udp.ip, udp.from, udp.to, 17, udp_datagram(udp)); }

/// `quoted` is the packet the error is about, from its IP header on.
inline std::string icmp_frame(int from, int to, int type, int code, const std::string& quoted) {
  return ipv4_frame(from, to, 1, with_checksum(bytes({type, code, 0, 0, 0, 0, 0, 0}) + quoted, 2));
}

inline std::string icmpv6_frame(int from, int to, int type, int code, const std::string& quoted) {
  const std::string message = bytes({type, code, 0, 0, 0, 0, 0, 0}) + quoted;
  return ipv6_frame(from, to, 58, with_checksum(message, 2, pseudo_header(Ip::v6, from, to, 58, message.size())));
}

/// TCP options, for Tcp::options.
namespace option {
inline std::string maximum_segment_size(int size) {
  return bytes({2, 4}) + big_endian(static_cast<std::uint64_t>(size), 2);
}
inline std::string window_scale(int shift) { return bytes({1, 3, 3, shift}); }
inline std::string sack_permitted() { return bytes({1, 1, 4, 2}); }
inline std::string timestamps(std::uint32_t value, std::uint32_t echo) {
  return bytes({1, 1, 8, 10}) + big_endian(value, 4) + big_endian(echo, 4);
}
inline std::string sack(std::uint32_t begin, std::uint32_t end) {
  return bytes({1, 1, 5, 10}) + big_endian(begin, 4) + big_endian(end, 4);
}
}  // namespace option

}  // namespace wirelab::tests

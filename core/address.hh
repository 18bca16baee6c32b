// Internet addresses: host and port, IPv4 and IPv6.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace wirelab::core {

enum class Family { ipv4, ipv6 };
enum class Transport { stream, datagram };

/// AF_INET or AF_INET6, for socket(2).
int protocol_family(Family family);

/// getaddrinfo(3) found no address: "getaddrinfo: Name or service not known (EAI_NONAME)".
class ResolveError : public std::runtime_error {
 public:
  explicit ResolveError(int code);

  /// The EAI_… number getaddrinfo returned.
  int code() const { return code_; }

 private:
  int code_;
};

/// Where a socket is or should go: an address and a port, kept in the form the kernel takes. ip(7), ipv6(7).
class Address {
 public:
  /// 127.0.0.1 or ::1. Port 0 in a bind means "any port that is free".
  static Address loopback(Family family, std::uint16_t port);

  /// 0.0.0.0 or :: — bound to it, a socket hears whatever address of this host is used.
  static Address any(Family family, std::uint16_t port);

  /// 127.255.255.255: all of 127.0.0.0/8, which is this host alone. RFC 919.
  static Address loopback_broadcast(std::uint16_t port);

  /// A multicast group of IPv4 as it is written, "239.1.2.3" (inet_pton(3), RFC 1112 section 4); nothing if it is none.
  static std::optional<Address> group(const std::string& text, std::uint16_t port = 0);

  /// getaddrinfo(3): the addresses of `host` ("localhost", "127.0.0.1", "::1") for `service` ("8888", "http"),
  /// in the order in which they should be tried. Asks name servers if it must, and blocks until they answer.
  /// Without a family: of both. Never returns an empty list.
  /// Throws ResolveError, or SystemError{"getaddrinfo"} where the resolver itself met a system error.
  static std::vector<Address> resolve(const std::string& host, const std::string& service,
                                      std::optional<Family> family = std::nullopt,
                                      Transport transport = Transport::stream);
  static std::vector<Address> resolve(const std::string& host, std::uint16_t port,
                                      std::optional<Family> family = std::nullopt,
                                      Transport transport = Transport::stream);

  /// What the kernel filled in: accept4(2), getsockname(2), recvfrom(2).
  /// Throws std::invalid_argument if it is neither a whole IPv4 nor a whole IPv6 address.
  Address(const sockaddr* address, socklen_t size);

  Family family() const;
  std::uint16_t port() const;

  /// The same host with another port.
  Address with_port(std::uint16_t port) const;

  /// "127.0.0.1", "::1". inet_ntop(3).
  std::string host() const;

  /// "127.0.0.1:8888", "[::1]:8888": the brackets keep the port apart from the colons. RFC 3986 section 3.2.2.
  std::string to_string() const;

  /// 127.0.0.0/8, ::1, or the former written as an IPv6 address (::ffff:127.0.0.1): it never leaves the host.
  bool is_loopback() const;

  /// For bind(2), connect(2), sendto(2).
  const sockaddr* data() const;
  socklen_t size() const;

  /// Same family, host, port and (IPv6) scope.
  bool operator==(const Address& other) const;

 private:
  Address() = default;
  static Address from_ipv4(in_addr_t network_order, std::uint16_t port);
  const sockaddr_in& ipv4() const;
  const sockaddr_in6& ipv6() const;
  void set_port(std::uint16_t port);

  sockaddr_storage storage_{};
};

}  // namespace wirelab::core

// Socket options by the names they have in C.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace wirelab::core {

/// One option whose value is an int, which most are. socket(7), tcp(7), ip(7), ipv6(7).
struct SocketOption {
  std::string_view name;   ///< "TCP_NODELAY"
  int level;               ///< IPPROTO_TCP
  int option;              ///< TCP_NODELAY
  bool read_only = false;  ///< setsockopt(2) answers ENOPROTOOPT
};

/// All that are known, by level: those of sockets first, then TCP, IPv4, IPv6.
std::span<const SocketOption> socket_options();

/// The option of that name; nullptr if there is none. It lives for ever.
const SocketOption* find_socket_option(std::string_view name);

}  // namespace wirelab::core

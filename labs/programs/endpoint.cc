#include "labs/programs/endpoint.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace wirelab::programs {
namespace {

std::uint16_t port_number(const std::string& text, Role role) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  const int least = role == Role::server ? 0 : 1;
  if (error != std::errc() || stopped != end || port < least) {
    throw WrongArgument(fmt::format("\"{}\" is no port: a port is a number from {} to 65535.", text, least));
  }
  return port;
}

std::optional<core::Address> numeric_address(const std::string& host, std::uint16_t port) {
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  ipv4.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &ipv4.sin_addr) == 1) {
    return core::Address(reinterpret_cast<const sockaddr*>(&ipv4), sizeof ipv4);
  }
  sockaddr_in6 ipv6{};
  ipv6.sin6_family = AF_INET6;
  ipv6.sin6_port = htons(port);
  if (inet_pton(AF_INET6, host.c_str(), &ipv6.sin6_addr) == 1) {
    return core::Address(reinterpret_cast<const sockaddr*>(&ipv6), sizeof ipv6);
  }
  return std::nullopt;
}

}  // namespace

core::Address endpoint(const std::string& host, const std::string& port, Role role) {
  const std::uint16_t number = port_number(port, role);
  // The name that RFC 6761 section 6.3 keeps for this machine. Any other might be asked for in the network.
  if (host == "localhost") return core::Address::loopback(core::Family::ipv4, number);
  const std::optional<core::Address> address = numeric_address(host, number);
  if (address && address->is_loopback()) return *address;
  throw WrongArgument(
      fmt::format("\"{}\" is refused: what Wirelab sends stays on this machine, so the address has to be one of its "
                  "loopback interface. Write 127.0.0.1, ::1 or localhost.",
                  host));
}

}  // namespace wirelab::programs

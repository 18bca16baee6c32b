#include "core/address.hh"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "core/error.hh"

namespace wirelab::core {
namespace {

std::string_view name_of_resolve_error(int code) {
  // clang-format off
  static constexpr auto known = std::to_array<std::pair<int, std::string_view>>({
      {EAI_ADDRFAMILY, "EAI_ADDRFAMILY"}, {EAI_AGAIN, "EAI_AGAIN"}, {EAI_BADFLAGS, "EAI_BADFLAGS"},
      {EAI_FAIL, "EAI_FAIL"}, {EAI_FAMILY, "EAI_FAMILY"}, {EAI_MEMORY, "EAI_MEMORY"}, {EAI_NODATA, "EAI_NODATA"},
      {EAI_NONAME, "EAI_NONAME"}, {EAI_OVERFLOW, "EAI_OVERFLOW"}, {EAI_SERVICE, "EAI_SERVICE"},
      {EAI_SOCKTYPE, "EAI_SOCKTYPE"},
  });
  // clang-format on
  for (const auto& [number, name] : known) {
    if (number == code) return name;
  }
  return "unknown error";
}

}  // namespace

int protocol_family(Family family) { return family == Family::ipv4 ? AF_INET : AF_INET6; }

ResolveError::ResolveError(int code)
    : std::runtime_error(fmt::format("getaddrinfo: {} ({})", ::gai_strerror(code), name_of_resolve_error(code))),
      code_(code) {}

Address Address::loopback(Family family, std::uint16_t port) {
  if (family == Family::ipv4) return from_ipv4(htonl(INADDR_LOOPBACK), port);
  Address address = any(family, port);
  reinterpret_cast<sockaddr_in6&>(address.storage_).sin6_addr = in6addr_loopback;
  return address;
}

Address Address::any(Family family, std::uint16_t port) {
  Address address;  // all zero, which is what INADDR_ANY and in6addr_any are
  address.storage_.ss_family = static_cast<sa_family_t>(protocol_family(family));
  address.set_port(port);
  return address;
}

Address Address::from_ipv4(in_addr_t network_order, std::uint16_t port) {
  Address address = any(Family::ipv4, port);
  reinterpret_cast<sockaddr_in&>(address.storage_).sin_addr.s_addr = network_order;
  return address;
}

Address Address::loopback_broadcast(std::uint16_t port) { return from_ipv4(htonl(0x7fffffff), port); }

std::optional<Address> Address::group(const std::string& text, std::uint16_t port) {
  in_addr parsed{};
  if (::inet_pton(AF_INET, text.c_str(), &parsed) != 1 || !IN_MULTICAST(ntohl(parsed.s_addr))) return std::nullopt;
  return from_ipv4(parsed.s_addr, port);
}

std::vector<Address> Address::resolve(const std::string& host, const std::string& service, std::optional<Family> family,
                                      Transport transport) {
  addrinfo hints{};
  hints.ai_family = family ? protocol_family(*family) : AF_UNSPEC;
  hints.ai_socktype = transport == Transport::stream ? SOCK_STREAM : SOCK_DGRAM;
  addrinfo* head = nullptr;
  const int code = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &head);
  if (code == EAI_SYSTEM) throw_errno("getaddrinfo");
  if (code != 0) throw ResolveError(code);

  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(head, &::freeaddrinfo);
  std::vector<Address> addresses;
  for (const addrinfo* each = head; each != nullptr; each = each->ai_next) {
    addresses.emplace_back(each->ai_addr, each->ai_addrlen);
  }
  return addresses;
}

std::vector<Address> Address::resolve(const std::string& host, std::uint16_t port, std::optional<Family> family,
                                      Transport transport) {
  return resolve(host, std::to_string(port), family, transport);
}

Address::Address(const sockaddr* address, socklen_t size) {
  const bool whole = size >= sizeof(sa_family_t) && ((address->sa_family == AF_INET && size >= sizeof(sockaddr_in)) ||
                                                     (address->sa_family == AF_INET6 && size >= sizeof(sockaddr_in6)));
  if (!whole) throw std::invalid_argument("neither an IPv4 nor an IPv6 address");
  std::memcpy(&storage_, address, address->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
}

// The kernel and POSIX agree that a sockaddr_storage may be read as the address its family says it holds.
const sockaddr_in& Address::ipv4() const { return reinterpret_cast<const sockaddr_in&>(storage_); }
const sockaddr_in6& Address::ipv6() const { return reinterpret_cast<const sockaddr_in6&>(storage_); }

Family Address::family() const { return storage_.ss_family == AF_INET ? Family::ipv4 : Family::ipv6; }

std::uint16_t Address::port() const { return ntohs(family() == Family::ipv4 ? ipv4().sin_port : ipv6().sin6_port); }

void Address::set_port(std::uint16_t port) {
  if (family() == Family::ipv4) {
    reinterpret_cast<sockaddr_in&>(storage_).sin_port = htons(port);
  } else {
    reinterpret_cast<sockaddr_in6&>(storage_).sin6_port = htons(port);
  }
}

Address Address::with_port(std::uint16_t port) const {
  Address other = *this;
  other.set_port(port);
  return other;
}

std::string Address::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* binary = family() == Family::ipv4 ? static_cast<const void*>(&ipv4().sin_addr)
                                                : static_cast<const void*>(&ipv6().sin6_addr);
  if (::inet_ntop(storage_.ss_family, binary, text.data(), text.size()) == nullptr) throw_errno("inet_ntop");
  return text.data();
}

std::string Address::to_string() const {
  return family() == Family::ipv4 ? fmt::format("{}:{}", host(), port()) : fmt::format("[{}]:{}", host(), port());
}

bool Address::is_loopback() const {
  if (family() == Family::ipv4) return ntohl(ipv4().sin_addr.s_addr) >> 24 == 127;
  const in6_addr& address = ipv6().sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&address) || (IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127);
}

const sockaddr* Address::data() const { return reinterpret_cast<const sockaddr*>(&storage_); }

socklen_t Address::size() const { return family() == Family::ipv4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6); }

bool Address::operator==(const Address& other) const {
  if (family() != other.family() || port() != other.port()) return false;
  if (family() == Family::ipv4) return ipv4().sin_addr.s_addr == other.ipv4().sin_addr.s_addr;
  return std::memcmp(&ipv6().sin6_addr, &other.ipv6().sin6_addr, sizeof(in6_addr)) == 0 &&
         ipv6().sin6_scope_id == other.ipv6().sin6_scope_id;
}

}  // namespace wirelab::core

#include "labs/stage/wire.hh"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "core/error.hh"

namespace wirelab::stage {
namespace {

constexpr int default_mtu = 1500;
constexpr int least_ipv6_mtu = 1280;  // RFC 8200 §5

/// The name of a host's only Ethernet link, inside it.
const std::string link_in_host = "eth0";

/// 10.0.0.0/24 and fd00::/64: for private use by RFC 1918 and RFC 4193.
constexpr int ipv4_prefix = 24;
constexpr int ipv6_prefix = 64;

core::Address make_ipv4(std::uint32_t host_order, int port = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(host_order);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

core::Address make_ipv6(std::uint8_t first, std::uint8_t second, int last, int port = 0) {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<std::uint16_t>(port));
  address.sin6_addr.s6_addr[0] = first;
  address.sin6_addr.s6_addr[1] = second;
  address.sin6_addr.s6_addr[15] = static_cast<std::uint8_t>(last);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

/// 10.0.0.1 is the first lane's.
core::Address host_address(core::Family family, LaneIndex lane) {
  return family == core::Family::ipv4 ? make_ipv4(0x0a000001U + static_cast<std::uint32_t>(lane))
                                      : make_ipv6(0xfd, 0, lane + 1);
}

timeline::IpAddress as_seen_on_the_wire(const core::Address& address) {
  timeline::IpAddress seen;
  seen.is_ipv6 = address.family() == core::Family::ipv6;
  if (seen.is_ipv6) {
    std::memcpy(seen.bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr, 16);
  } else {
    std::memcpy(seen.bytes.data(), &reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr, 4);
  }
  return seen;
}

/// Locally administered, IEEE 802; `side` 0: the host's end of the cable, 1: the wire's.
MacAddress mac_of(LaneIndex lane, int side) {
  const int number = lane + 1;
  return {0x02, static_cast<std::uint8_t>(side), 0, 0, static_cast<std::uint8_t>(number >> 8),
          static_cast<std::uint8_t>(number & 0xff)};
}

/// What makes hosts' stacks tell the same story every time, and nothing but the lesson's (docs/stages.md has the
/// reason for each).
std::vector<StackSetting> default_profile(core::Family family) {
  std::vector<StackSetting> profile = {
      {"ipv4/ip_forward", "0"},
      {"ipv4/tcp_congestion_control", "reno"},
      {"ipv4/tcp_early_retrans", "0"},
      {"ipv4/tcp_syn_linear_timeouts", "0"},
      {"ipv4/tcp_no_metrics_save", "1"},
      {"ipv4/tcp_autocorking", "0"},
      {"ipv4/tcp_comp_sack_nr", "0"},
      {"ipv4/tcp_backlog_ack_defer", "0"},
      {"ipv4/tcp_moderate_rcvbuf", "0"},
      {"ipv4/tcp_invalid_ratelimit", "0"},
      {"ipv4/tcp_slow_start_after_idle", "0"},
      {"ipv4/icmp_ratelimit", "0"},
  };
  if (family == core::Family::ipv4) {
    profile.push_back({"ipv6/conf/all/disable_ipv6", "1"});
    profile.push_back({"ipv6/conf/default/disable_ipv6", "1"});
  } else {
    profile.push_back({"ipv6/icmp/ratelimit", "0"});
    profile.push_back({"ipv6/conf/default/accept_ra", "0"});
    profile.push_back({"ipv6/conf/default/router_solicitations", "0"});
    profile.push_back({"ipv6/conf/default/accept_dad", "0"});
    // Else the link would give itself an address of its own, and tell everybody.
    profile.push_back({"ipv6/conf/default/addr_gen_mode", "1"});
  }
  return profile;
}

/// Settings of the language that are no sysctl: routes carry them.
constexpr std::string_view delayed_ack = "delayed_ack";
constexpr std::string_view least_timeout = "tcp_rto_min_us";

std::string path_of(const std::string& setting) {
  return (setting == "somaxconn" ? "core/" : "ipv4/") + setting;
}

std::int64_t value_or(const scenario::KernelSettings& settings, std::string_view name, std::int64_t otherwise) {
  const auto found = settings.find(std::string(name));
  return found == settings.end() ? otherwise : found->second;
}

std::vector<StackSetting> settings_of(core::Family family, const scenario::KernelSettings& asked) {
  std::vector<StackSetting> settings = default_profile(family);
  for (const auto& [name, value] : asked) {
    if (name == delayed_ack || name == least_timeout) continue;
    std::erase_if(settings, [&](const StackSetting& one) { return one.path == path_of(name); });
    settings.push_back({path_of(name), std::to_string(value), true});
  }
  return settings;
}

const scenario::KernelSettings& kernel_of(const scenario::Scenario& scenario, const timeline::Lane& lane) {
  return std::find_if(scenario.actors.begin(), scenario.actors.end(),
                      [&](const scenario::Actor& actor) { return actor.name == lane.actor; })
      ->kernel;
}

/// What is on the other side of the link, and how TCP is to treat it.
std::vector<Route> routes_of(core::Family family, const scenario::KernelSettings& asked, scenario::Pace pace) {
  const bool is_ipv4 = family == core::Family::ipv4;
  Route neighbours{is_ipv4 ? make_ipv4(0x0a000000U) : make_ipv6(0xfd, 0, 0), is_ipv4 ? ipv4_prefix : ipv6_prefix, {},
                   {}};
  // The delayed acknowledgement is the one timer nobody can look at from outside. A free run promises no order.
  neighbours.quick_acknowledgements = value_or(asked, delayed_ack, pace == scenario::Pace::free ? 1 : 0) == 0;
  if (const std::int64_t microseconds = value_or(asked, least_timeout, 0); microseconds > 0) {
    neighbours.least_retransmission_timeout = static_cast<int>(std::max<std::int64_t>(1, microseconds / 1000));
  }
  std::vector<Route> routes = {neighbours};
  if (is_ipv4) {
    routes.push_back({make_ipv4(0xffffffffU), 32, {}, {}});
    routes.push_back({make_ipv4(0xe0000000U), 4, {}, {}});
  } else {
    routes.push_back({make_ipv6(0xff, 0, 0), 8, {}, {}});
  }
  return routes;
}

/// The kernel brings IPv6 addresses into use on a work queue of its own; until then a host drops what comes for it.
void wait_until_in_use(LinkTable& links, const core::Address& address) {
  using namespace std::chrono_literals;
  const auto give_up = std::chrono::steady_clock::now() + 5s;
  while (!links.is_own(address)) {
    if (std::chrono::steady_clock::now() > give_up) throw core::SystemError("rtnetlink(RTM_GETROUTE)", ETIMEDOUT);
    std::this_thread::sleep_for(100us);
  }
}

}  // namespace

Wire::Wire(const UserNamespace& right, const scenario::Scenario& scenario, const std::vector<timeline::Lane>& lanes)
    : family_(scenario.family == scenario::Family::ipv6 ? core::Family::ipv6 : core::Family::ipv4), wire_(right) {
  PacketPort packets;
  std::vector<SwitchPort> ports;
  const int mtu = scenario.wire.mtu.value_or(default_mtu);
  for (LaneIndex lane = 0; lane < static_cast<LaneIndex>(lanes.size()); ++lane) {
    const scenario::KernelSettings& kernel = kernel_of(scenario, lanes[static_cast<std::size_t>(lane)]);
    hosts_.push_back({HostNamespace(wire_, settings_of(family_, kernel)), host_address(family_, lane)});
    Host& host = hosts_.back();
    const std::string end_at_wire = "wire" + std::to_string(lane);
    wire_.links().create({.name = end_at_wire,
                          .mac = mac_of(lane, 1),
                          .peer_name = link_in_host,
                          .peer_mac = mac_of(lane, 0),
                          .peer_namespace = host.space.fd(),
                          .mtu = mtu,
                          .single_segments = scenario.pace != scenario::Pace::free});
    switch_off_offloads(wire_.control(), end_at_wire);
    switch_off_offloads(host.space.control(), link_in_host);
    const int link = wire_.links().index_of(end_at_wire);
    wire_.links().bring_up(link);
    ports.push_back({link, mac_of(lane, 0), as_seen_on_the_wire(host.address)});
  }
  // The hosts' ends last: a host that sends before the wire's end is up would lose it unseen.
  for (Host& host : hosts_) {
    const int link = host.space.links().index_of(link_in_host);
    host.space.links().add_address(link, host.address, family_ == core::Family::ipv4 ? ipv4_prefix : ipv6_prefix);
    host.space.links().bring_up_without_arp(link);
    const auto lane = static_cast<std::size_t>(&host - hosts_.data());
    for (const Route& route : routes_of(family_, kernel_of(scenario, lanes[lane]), scenario.pace)) {
      host.space.links().add_route(link, route);
    }
  }
  for (Host& host : hosts_) wait_until_in_use(host.space.links(), host.address);
  switch_ = std::make_unique<Switch>(scenario, lanes, std::move(packets), std::move(ports));
}

void Wire::enter(LaneIndex lane) { hosts_[static_cast<std::size_t>(lane)].space.enter(); }

core::Address Wire::where_to_bind(LaneIndex lane, scenario::SocketType, int port, scenario::BindAddress address) {
  const auto number = static_cast<std::uint16_t>(port);
  if (address == scenario::BindAddress::any) return core::Address::any(family_, number);
  return hosts_[static_cast<std::size_t>(lane)].address.with_port(number);
}

core::Address Wire::destination(LaneIndex lane, scenario::SocketType, int port) {
  return hosts_[static_cast<std::size_t>(lane)].address.with_port(static_cast<std::uint16_t>(port));
}

core::Address Wire::everyone(int port) {
  // IPv6 has no broadcast: the group of all nodes takes its place, RFC 4291 §2.7.1.
  return family_ == core::Family::ipv4 ? make_ipv4(0xffffffffU, port) : make_ipv6(0xff, 0x02, 1, port);
}

LaneIndex Wire::lane_of(const core::Address& address) const {
  const auto found = std::find_if(hosts_.begin(), hosts_.end(), [&](const Host& host) {
    return host.address.with_port(address.port()) == address;
  });
  return found == hosts_.end() ? timeline::nobody : static_cast<LaneIndex>(found - hosts_.begin());
}

std::optional<TcpSocket> Wire::tcp_socket(LaneIndex lane, const core::Address& local, const core::Address& remote) {
  return hosts_[static_cast<std::size_t>(lane)].space.sockets().find(local, remote);
}

std::optional<words::Message> wire_cannot(const scenario::Scenario& scenario) {
  if (scenario.family == scenario::Family::ipv6) {
    if (!std::filesystem::exists("/proc/sys/net/ipv6")) return words::Message{"not-here.ipv6"_text};
    if (scenario.wire.mtu && *scenario.wire.mtu < least_ipv6_mtu) {
      return words::Message{"not-here.mtu"_text};
    }
  }
  for (const scenario::Actor& actor : scenario.actors) {
    for (const auto& [name, value] : actor.kernel) {
      if (name == delayed_ack || name == least_timeout) continue;
      if (std::filesystem::exists("/proc/sys/net/" + path_of(name))) continue;
      return words::Message{"not-here.setting"_text, {{"setting", name}}};
    }
  }
  return std::nullopt;
}

}  // namespace wirelab::stage

#include "labs/stage/loopback.hh"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <random>

#include "core/error.hh"
#include "labs/stage/capabilities.hh"

namespace wirelab::stage {
namespace {

/// The IP_TOS (IPv6: traffic class) that means "lose me". A code point of the pool for local use, RFC 2474 §6, with
/// the ECN bits clear, so that nothing else gives it a meaning.
constexpr int lose_me = 0x4c;

constexpr int attempts_to_find_a_port = 1000;

int read_number(const char* file, int otherwise) {
  std::ifstream stream(file);
  int number = 0;
  return stream >> number ? number : otherwise;
}

core::StreamSocket bound_stream(core::Family family, const core::Address& address) {
  core::StreamSocket socket = core::StreamSocket::create(family);
  socket.bind(address);
  return socket;
}

/// Bound and connected to itself: the kernel finds no receiver for anyone else's datagrams and answers with ICMP port
/// unreachable, RFC 1122 §4.1.3.1.
core::DatagramSocket refusing_datagram(core::Family family, const core::Address& address) {
  core::DatagramSocket socket = core::DatagramSocket::create(family);
  socket.bind(address);
  socket.connect(socket.local_address());
  return socket;
}

core::Address address_of(const timeline::IpAddress& seen, int port) {
  if (seen.is_ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<std::uint16_t>(port));
    std::copy(seen.bytes.begin(), seen.bytes.end(), address.sin6_addr.s6_addr);
    return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  std::memcpy(&address.sin_addr, seen.bytes.data(), sizeof address.sin_addr);
  return {reinterpret_cast<const sockaddr*>(&address), sizeof address};
}

}  // namespace

std::optional<words::Message> loopback_cannot(const scenario::Scenario& scenario) {
  const scenario::Wire& wire = scenario.wire;
  const auto needs_hosts = [](words::Message what) {
    return words::Message{"not-here.needs-hosts"_text, {{"what", std::vector{std::move(what)}}}};
  };
  const auto key_needs_hosts = [&](const char* key) { return needs_hosts({"needs-hosts.key"_text, {{"key", key}}}); };
  if (scenario.stage == scenario::StageChoice::wire) return key_needs_hosts("stage: wire");
  if (wire.delay.everywhere || !wire.delay.between.empty()) return key_needs_hosts("wire: delay");
  if (wire.bits_per_second.everywhere || !wire.bits_per_second.between.empty()) return key_needs_hosts("wire: rate");
  if (wire.mtu) return key_needs_hosts("wire: mtu");
  for (const scenario::WireRule& rule : wire.rules) {
    using Kind = scenario::WireRule::Kind;
    const words::Arguments where = {{"line", std::int64_t{rule.at.line}}};
    if (rule.kind != Kind::drop && rule.kind != Kind::pass) return needs_hosts({"needs-hosts.rule"_text, where});
    const auto& kind = rule.match.packet;
    if (kind && *kind != scenario::PacketKind::udp) return needs_hosts({"needs-hosts.rule-not-of-udp"_text, where});
  }
  bool has_datagrams = false;
  bool has_streams = false;
  // Without SO_BROADCAST a kernel refuses a broadcast wherever it goes; IPv6 has none, and nothing to be refused.
  bool may_broadcast = scenario.family == scenario::Family::ipv6;
  std::optional<words::Message> broadcast;
  const auto look_at = [&](const auto& self,
                           const std::vector<scenario::Step>& steps) -> std::optional<words::Message> {
    for (const scenario::Step& step : steps) {
      const words::Arguments at_line = {{"line", std::int64_t{step.at.line}}};
      if (const auto* socket = std::get_if<scenario::Socket>(&step.action)) {
        (socket->type == scenario::SocketType::dgram ? has_datagrams : has_streams) = true;
      } else if (const auto* set = std::get_if<scenario::SetSocketOption>(&step.action)) {
        for (const auto& [option, value] : set->options) {
          may_broadcast = may_broadcast || option == "SO_BROADCAST";
          if (std::holds_alternative<std::string>(value)) return needs_hosts({"needs-hosts.group"_text, at_line});
        }
      } else if (const auto* send_to = std::get_if<scenario::SendTo>(&step.action)) {
        if (send_to->to == "everyone" && !broadcast) broadcast = {"needs-hosts.broadcast"_text, at_line};
        if (send_to->to && scenario::is_group(*send_to->to)) return needs_hosts({"needs-hosts.group"_text, at_line});
      } else if (const auto* repeat = std::get_if<scenario::Repeat>(&step.action)) {
        if (auto found = self(self, repeat->steps)) return found;
      } else if (const auto* retry = std::get_if<scenario::Retry>(&step.action)) {
        if (auto found = self(self, retry->steps)) return found;
      }
    }
    return std::nullopt;
  };
  for (const scenario::Actor& actor : scenario.actors) {
    if (!actor.kernel.empty()) return needs_hosts({"needs-hosts.kernel"_text});
    if (auto found = look_at(look_at, actor.steps)) return found;
  }
  if (may_broadcast && broadcast) return needs_hosts(*broadcast);
  if (has_streams && wire.loss) return needs_hosts({"needs-hosts.loss"_text});
  if (has_streams && !has_datagrams && !wire.rules.empty()) return needs_hosts({"needs-hosts.rule-of-tcp"_text});
  return std::nullopt;
}

Loopback::Loopback(const scenario::Scenario& scenario, const std::vector<timeline::Lane>& lanes,
                   std::string why_no_wire, Capture capture)
    : lanes_(lanes),
      why_no_wire_(std::move(why_no_wire)),
      family_(scenario.family == scenario::Family::ipv6 ? core::Family::ipv6 : core::Family::ipv4),
      has_losses_(scenario.wire.loss.has_value() || !scenario.wire.rules.empty()),
      policy_(scenario.wire),
      first_unprivileged_port_(read_number("/proc/sys/net/ipv4/ip_unprivileged_port_start", 1024)),
      first_ephemeral_port_(read_number("/proc/sys/net/ipv4/ip_local_port_range", 32768)),
      next_candidate_(static_cast<int>(std::random_device{}() & 0x7fffffff)) {
  if (capture == Capture::no) return;
  try {
    packets_.emplace(static_cast<int>(if_nametoindex("lo")));
  } catch (const core::SystemError& error) {
    why_no_packets_ = error.what();
  }
}

std::vector<words::Message> Loopback::note() const {
  const words::Arguments address = {{"address", core::Address::loopback(family_, 0).host()}};
  std::vector<words::Message> sentences = {sees_packets()
                                               ? words::Message{"stage.shares-address.captured"_text, address}
                                               : words::Message{"stage.shares-address"_text, address}};
  if (!why_no_packets_.empty()) sentences.push_back({"stage.no-capture"_text, {{"reason", why_no_packets_}}});
  if (!why_no_wire_.empty()) sentences.push_back({"stage.no-hosts"_text, {{"reason", why_no_wire_}}});
  return sentences;
}

std::vector<Overheard> Loopback::overheard() {
  std::vector<Overheard> seen;
  if (!packets_) return seen;
  while (packets_->receive([&](int /*link*/, std::string_view frame) {
    const std::optional<timeline::DecodedFrame> decoded = timeline::decode(frame);
    if (!decoded || !(decoded->tcp || decoded->protocol == "udp") || decoded->fragment) return;
    Overheard one{{}, address_of(decoded->source, decoded->source_port),
                  address_of(decoded->destination, decoded->destination_port)};
    conversations_.describe(one.packet, frame, *decoded);
    seen.push_back(std::move(one));
  })) {
  }
  return seen;
}

void Loopback::enter(LaneIndex /*lane*/) { drop_capabilities(); }

core::Address Loopback::where_to_bind(LaneIndex lane, scenario::SocketType type, int number,
                                      scenario::BindAddress /*address*/) {
  if (number == 0) return core::Address::loopback(family_, 0);
  if (number < first_unprivileged_port_) return core::Address::loopback(family_, static_cast<std::uint16_t>(number));
  const std::lock_guard lock(mutex_);
  Port& found = port(lane, type, number);
  found.held_stream.reset();
  found.held_datagram.reset();
  return found.address;
}

core::Address Loopback::destination(LaneIndex lane, scenario::SocketType type, int number) {
  const std::lock_guard lock(mutex_);
  return port(lane, type, number).address;
}

core::Address Loopback::everyone(int port) {
  return core::Address::loopback_broadcast(static_cast<std::uint16_t>(port));
}

int Loopback::port_in_file(LaneIndex lane, scenario::SocketType type, int real_port) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, port] : ports_) {
    const auto& [owner, kind, number] = key;
    if (owner == lane && kind == type && port.address.port() == real_port) return number;
  }
  return real_port;
}

void Loopback::prepare(core::StreamSocket& socket) {
  // The congestion control of RFC 5681 instead of whatever this machine prefers: some of the others pace by the clock,
  // and a story that depends on the clock is another one each time. tcp(7)
  constexpr std::string_view reno = "reno";
  if (setsockopt(socket.fd(), IPPROTO_TCP, TCP_CONGESTION, reno.data(), reno.size()) != 0) {
    core::throw_errno("setsockopt(TCP_CONGESTION)");
  }
  // An Ethernet's segments (RFC 9293 §3.7.1), not the 64 KiB of the loopback device, which are as large as the buffers
  // a lesson fills and make windows open in jumps.
  socket.set_option("TCP_MAXSEG", family_ == core::Family::ipv4 ? 1460 : 1440);
}

void Loopback::prepare(core::DatagramSocket& socket) {
  if (!has_losses_) return;
  // Drops what carries the mark. The field is read relative to the network header, where the kernel has put it whatever
  // the link; in IPv6 it straddles two bytes (RFC 8200 §3).
  const bool is_ipv4 = family_ == core::Family::ipv4;
  const unsigned network_header = static_cast<unsigned>(SKF_NET_OFF);
  const unsigned mask = is_ipv4 ? 0x00ff : 0x0ff0;
  const unsigned mark = is_ipv4 ? lose_me : lose_me << 4;
  std::array<sock_filter, 5> program = {{
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, network_header),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, mark, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  if (setsockopt(socket.fd(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) {
    core::throw_errno("setsockopt(SO_ATTACH_FILTER)");
  }
}

namespace {
void mark(core::DatagramSocket& socket, core::Family family, int value) {
  const bool is_ipv4 = family == core::Family::ipv4;
  if (setsockopt(socket.fd(), is_ipv4 ? IPPROTO_IP : IPPROTO_IPV6, is_ipv4 ? IP_TOS : IPV6_TCLASS, &value,
                 sizeof value) != 0) {
    core::throw_errno(is_ipv4 ? "setsockopt(IP_TOS)" : "setsockopt(IPV6_TCLASS)");
  }
}
}  // namespace

DatagramVerdict Loopback::before_send(core::DatagramSocket& socket, LaneIndex from, LaneIndex to,
                                      std::string_view data) {
  if (!has_losses_) return {};
  Decision decision;
  {
    const std::lock_guard lock(mutex_);
    const timeline::Lane& sender = lanes_[static_cast<std::size_t>(from)];
    const timeline::Lane& receiver = lanes_[static_cast<std::size_t>(to)];
    decision =
        policy_.judge({sender.name, receiver.name, sender.actor, receiver.actor, scenario::PacketKind::udp, data});
  }
  if (decision.kind != scenario::WireRule::Kind::drop) return {};
  mark(socket, family_, lose_me);
  return {true, decision.rule ? decision.rule->at.line : 0};
}

void Loopback::after_send(core::DatagramSocket& socket) { mark(socket, family_, 0); }

std::optional<TcpSocket> Loopback::tcp_socket(LaneIndex /*lane*/, const core::Address& local,
                                              const core::Address& remote) {
  return sockets_.find(local, remote);
}

Loopback::Port& Loopback::port(LaneIndex lane, scenario::SocketType type, int number) {
  const auto key = PortKey{lane, type, number};
  const auto found = ports_.find(key);
  if (found != ports_.end()) return found->second;
  return ports_.emplace(key, hold_a_free_port(type)).first->second;
}

Loopback::Port Loopback::hold_a_free_port(scenario::SocketType type) {
  // Below the ephemeral range, so that no other program's bind to port 0 or connect can take the port in the moment
  // between letting go of it here and the actor's own bind.
  const int lowest = 10000 < first_ephemeral_port_ ? 10000 : 1024;
  const int range = first_ephemeral_port_ > lowest ? first_ephemeral_port_ - lowest : 0;
  for (int attempt = 0; attempt < attempts_to_find_a_port; ++attempt) {
    const int candidate = range > 0 ? lowest + next_candidate_++ % range : 0;
    next_candidate_ &= 0x7fffffff;
    try {
      Port port{core::Address::loopback(family_, static_cast<std::uint16_t>(candidate)), {}, {}};
      if (type == scenario::SocketType::stream) {
        port.held_stream = bound_stream(family_, port.address);
        port.address = port.held_stream->local_address();
      } else {
        port.held_datagram = refusing_datagram(family_, port.address);
        port.address = port.held_datagram->local_address();
      }
      return port;
    } catch (const core::SystemError& error) {
      if (error.code().value() != EADDRINUSE) throw;
    }
  }
  throw core::SystemError("bind", EADDRINUSE);
}

}  // namespace wirelab::stage

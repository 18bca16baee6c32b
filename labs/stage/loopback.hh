// The stage that works everywhere: every actor in one network, 127.0.0.1 (or ::1), no privileges.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "core/file_descriptor.hh"
#include "labs/stage/packet_port.hh"
#include "labs/stage/policy.hh"
#include "labs/stage/socket_table.hh"
#include "labs/stage/stage.hh"
#include "labs/timeline/packet.hh"

namespace wirelab::stage {

/// What the scenario asks for that loopback cannot do, as a sentence; nothing if it can play it.
std::optional<words::Message> loopback_cannot(const scenario::Scenario& scenario);

/// Whether the packets on the loopback device are to be recorded, where the process may: CAP_NET_RAW, packet(7).
enum class Capture { no, if_allowed };

/// Ports of the file are mapped to free ones, so that any number of runs can go on at once; a port of the file that
/// nobody has bound is held (bound, not listening), so that no other program answers on it.
/// Datagrams to be lost are marked in their IP_TOS and dropped by a filter in the receiver's kernel, socket(7).
class Loopback final : public Stage {
 public:
  /// `why_no_wire`: what kept the run from having private hosts, or empty. Throws core::SystemError if the kernel will not show its sockets.
  Loopback(const scenario::Scenario& scenario, const std::vector<timeline::Lane>& lanes, std::string why_no_wire,
           Capture capture);

  std::string_view name() const override { return "loopback"; }
  std::vector<words::Message> note() const override;
  bool sees_packets() const override { return packets_.has_value(); }
  void enter(LaneIndex lane) override;
  core::Address where_to_bind(LaneIndex lane, scenario::SocketType type, int port,
                              scenario::BindAddress address) override;
  core::Address destination(LaneIndex lane, scenario::SocketType type, int port) override;
  core::Address everyone(int port) override;
  LaneIndex lane_of(const core::Address&) const override { return timeline::nobody; }
  int port_in_file(LaneIndex lane, scenario::SocketType type, int real_port) const override;
  void prepare(core::StreamSocket& socket) override;
  void prepare(core::DatagramSocket& socket) override;
  DatagramVerdict before_send(core::DatagramSocket& socket, LaneIndex from, LaneIndex to,
                              std::string_view data) override;
  void after_send(core::DatagramSocket& socket) override;
  std::optional<TcpSocket> tcp_socket(LaneIndex lane, const core::Address& local, const core::Address& remote) override;
  /// What the kernel has taken on loopback it delivers at once; the runner sees the rest at the sockets.
  bool at_rest() override { return true; }
  Switch* wire() override { return nullptr; }
  std::vector<Overheard> overheard() override;

 private:
  /// One port of the file: the real one, and what keeps it until an actor binds it.
  struct Port {
    core::Address address;
    std::optional<core::StreamSocket> held_stream;
    std::optional<core::DatagramSocket> held_datagram;
  };
  using PortKey = std::tuple<LaneIndex, scenario::SocketType, int>;

  Port& port(LaneIndex lane, scenario::SocketType type, int port);
  Port hold_a_free_port(scenario::SocketType type);

  const std::vector<timeline::Lane> lanes_;
  std::string why_no_wire_;
  core::Family family_;
  bool has_losses_;
  mutable std::mutex mutex_;  ///< ports_, policy_, next_candidate_: actors ask from their own threads
  std::map<PortKey, Port> ports_;
  Policy policy_;
  int first_unprivileged_port_;
  int first_ephemeral_port_;
  int next_candidate_;
  std::optional<PacketPort> packets_;  ///< of the loopback device
  std::string why_no_packets_;
  timeline::Conversations conversations_;
  SocketTable sockets_;  ///< asked by the director's thread alone
};

}  // namespace wirelab::stage

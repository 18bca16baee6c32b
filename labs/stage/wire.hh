// The stage with a host of its own for every actor: a network namespace with its own TCP/IP stack, its own address, and
// a cable to a switch in this program that sees, delays, loses and doubles packets. No rights needed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "labs/stage/private_network.hh"
#include "labs/stage/stage.hh"
#include "labs/stage/switch.hh"

namespace wirelab::stage {

class Wire final : public Stage {
 public:
  /// Makes the hosts. To be called by the process's only thread, which is in the wire's network namespace from then on.
  /// Throws core::SystemError that names the step which failed.
  Wire(const UserNamespace& right, const scenario::Scenario& scenario, const std::vector<timeline::Lane>& lanes);

  std::string_view name() const override { return "wire"; }
  std::vector<words::Message> note() const override { return {}; }
  bool sees_packets() const override { return true; }
  void enter(LaneIndex lane) override;
  core::Address where_to_bind(LaneIndex lane, scenario::SocketType type, int port,
                              scenario::BindAddress address) override;
  core::Address destination(LaneIndex lane, scenario::SocketType type, int port) override;
  core::Address everyone(int port) override;
  int port_in_file(LaneIndex, scenario::SocketType, int real_port) const override { return real_port; }
  LaneIndex lane_of(const core::Address& address) const override;
  void prepare(core::StreamSocket&) override {}
  void prepare(core::DatagramSocket&) override {}
  DatagramVerdict before_send(core::DatagramSocket&, LaneIndex, LaneIndex, std::string_view) override { return {}; }
  void after_send(core::DatagramSocket&) override {}
  std::optional<TcpSocket> tcp_socket(LaneIndex lane, const core::Address& local, const core::Address& remote) override;
  bool at_rest() override { return switch_->is_drained(); }
  Switch* wire() override { return switch_.get(); }
  std::vector<Overheard> overheard() override { return {}; }

 private:
  struct Host {
    HostNamespace space;
    core::Address address;
  };
  const core::Family family_;
  WireNamespace wire_;
  std::vector<Host> hosts_;
  std::unique_ptr<Switch> switch_;
};

/// Settings the scenario asks for that this kernel does not have, as a sentence; nothing if it has them all.
std::optional<words::Message> wire_cannot(const scenario::Scenario& scenario);

}  // namespace wirelab::stage

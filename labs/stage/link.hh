// Network links as the kernel's rtnetlink(7) makes them: veth pairs, addresses, routes. Built with libmnl.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/address.hh"

struct mnl_socket;
struct nlmsghdr;

namespace wirelab::stage {

using MacAddress = std::array<std::uint8_t, 6>;

/// The two ends of a virtual Ethernet cable, veth(4).
struct VethPair {
  std::string name;  ///< of the end in the namespace it is made from
  MacAddress mac;
  std::string peer_name;  ///< of the end in the other namespace
  MacAddress peer_mac;
  int peer_namespace = -1;  ///< its file descriptor
  int mtu = 1500;
  /// The peer's TCP cuts its stream itself, one segment at a time. By default it hands down bundles (generic
  /// segmentation offload) whose size depends on the round-trip time, and with it what is sent when.
  bool single_segments = true;
};

/// A destination reached directly over a link, and how the kernel's TCP is to treat what goes there.
struct Route {
  core::Address destination;  ///< port unused
  int prefix_length = 0;
  bool quick_acknowledgements = false;             ///< RTAX_QUICKACK: never delay one
  std::optional<int> least_retransmission_timeout;  ///< RTAX_RTO_MIN, milliseconds
};

/// rtnetlink in the network namespace in which this was constructed, whichever namespace the calls are made from.
/// Each call waits for the kernel's answer; what the kernel refuses is thrown as core::SystemError.
class LinkTable {
 public:
  LinkTable();

  void create(const VethPair& pair);
  /// The number other calls know a link by. if_nametoindex(3) would look in the calling thread's namespace.
  int index_of(const std::string& name);
  void bring_up(int index);
  /// Neither ARP nor neighbour discovery: frames carry the link's own address as destination. IFF_NOARP, netdevice(7).
  void bring_up_without_arp(int index);
  /// Without a route of its own: add_route gives one that can be told how to behave.
  void add_address(int index, const core::Address& address, int prefix_length);
  void add_route(int index, const Route& route);
  /// Is this an address of the host's own, in use? IPv6 brings one into use a while after it was added.
  bool is_own(const core::Address& address);

 private:
  struct Close {
    void operator()(mnl_socket* socket) const;
  };
  using Take = int (*)(const nlmsghdr* message, void* found);
  /// Sends a request, and hands what the kernel answers to `take`. False, with errno, if it refuses.
  bool exchange(void* request, const std::string& what, Take take, void* found);
  /// A request for which the kernel's acknowledgement is all there is to know; throws what it refuses.
  void ask(void* request, const std::string& what);
  void set_flags(int index, unsigned flags);

  std::unique_ptr<mnl_socket, Close> socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace wirelab::stage

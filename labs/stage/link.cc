#include "labs/stage/link.hh"

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>

#include "core/error.hh"

namespace wirelab::stage {
namespace {

/// Room for one request; the longest here takes some 200 bytes.
using Request = std::array<char, 1024>;

nlmsghdr* begin(Request& request, std::uint16_t type, std::uint16_t flags) {
  request.fill(0);
  nlmsghdr* header = mnl_nlmsg_put_header(request.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  return header;
}

/// The bytes of an address as netlink carries them.
void put_address(nlmsghdr* header, std::uint16_t type, const core::Address& address) {
  if (address.family() == core::Family::ipv4) {
    mnl_attr_put(header, type, sizeof(in_addr), &reinterpret_cast<const sockaddr_in*>(address.data())->sin_addr);
  } else {
    mnl_attr_put(header, type, sizeof(in6_addr), &reinterpret_cast<const sockaddr_in6*>(address.data())->sin6_addr);
  }
}

/// Else a link gets a queue for each processor, switches all but one off again, and every lesson waits for that.
void one_queue(nlmsghdr* header) {
  mnl_attr_put_u32(header, IFLA_NUM_TX_QUEUES, 1);
  mnl_attr_put_u32(header, IFLA_NUM_RX_QUEUES, 1);
}

unsigned char netlink_family(const core::Address& address) {
  return static_cast<unsigned char>(core::protocol_family(address.family()));
}

}  // namespace

void LinkTable::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

LinkTable::LinkTable() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)) {
  if (!socket_) core::throw_errno("socket(NETLINK_ROUTE)");
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) core::throw_errno("bind(NETLINK_ROUTE)");
}

void LinkTable::create(const VethPair& pair) {
  Request request;
  nlmsghdr* header = begin(request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg));
  mnl_attr_put_strz(header, IFLA_IFNAME, pair.name.c_str());
  mnl_attr_put(header, IFLA_ADDRESS, pair.mac.size(), pair.mac.data());
  mnl_attr_put_u32(header, IFLA_MTU, static_cast<std::uint32_t>(pair.mtu));
  one_queue(header);
  nlattr* link_info = mnl_attr_nest_start(header, IFLA_LINKINFO);
  mnl_attr_put_strz(header, IFLA_INFO_KIND, "veth");
  nlattr* data = mnl_attr_nest_start(header, IFLA_INFO_DATA);
  nlattr* peer = mnl_attr_nest_start(header, VETH_INFO_PEER);
  mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg));
  mnl_attr_put_strz(header, IFLA_IFNAME, pair.peer_name.c_str());
  mnl_attr_put(header, IFLA_ADDRESS, pair.peer_mac.size(), pair.peer_mac.data());
  mnl_attr_put_u32(header, IFLA_MTU, static_cast<std::uint32_t>(pair.mtu));
  one_queue(header);
  if (pair.single_segments) mnl_attr_put_u32(header, IFLA_GSO_MAX_SEGS, 1);
  mnl_attr_put_u32(header, IFLA_NET_NS_FD, static_cast<std::uint32_t>(pair.peer_namespace));
  mnl_attr_nest_end(header, peer);
  mnl_attr_nest_end(header, data);
  mnl_attr_nest_end(header, link_info);
  ask(header, "rtnetlink(RTM_NEWLINK veth)");
}

int LinkTable::index_of(const std::string& name) {
  Request request;
  nlmsghdr* header = begin(request, RTM_GETLINK, 0);
  mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg));
  mnl_attr_put_strz(header, IFLA_IFNAME, name.c_str());
  int index = 0;
  const auto take = [](const nlmsghdr* message, void* found) {
    *static_cast<int*>(found) = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message))->ifi_index;
    return MNL_CB_STOP;
  };
  const std::string what = "rtnetlink(RTM_GETLINK " + name + ")";
  if (!exchange(header, what, take, &index)) core::throw_errno(what);
  return index;
}

void LinkTable::set_flags(int index, unsigned flags) {
  Request request;
  nlmsghdr* header = begin(request, RTM_NEWLINK, NLM_F_ACK);
  auto* info = static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(header, sizeof(ifinfomsg)));
  info->ifi_index = index;
  info->ifi_flags = flags;
  info->ifi_change = flags;
  ask(header, "rtnetlink(RTM_NEWLINK up)");
}

void LinkTable::bring_up(int index) { set_flags(index, IFF_UP); }

void LinkTable::bring_up_without_arp(int index) { set_flags(index, IFF_UP | IFF_NOARP); }

void LinkTable::add_address(int index, const core::Address& address, int prefix_length) {
  Request request;
  nlmsghdr* header = begin(request, RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  auto* info = static_cast<ifaddrmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(ifaddrmsg)));
  info->ifa_family = netlink_family(address);
  info->ifa_prefixlen = static_cast<unsigned char>(prefix_length);
  info->ifa_index = static_cast<unsigned>(index);
  put_address(header, IFA_LOCAL, address);
  put_address(header, IFA_ADDRESS, address);
  mnl_attr_put_u32(header, IFA_FLAGS, IFA_F_NOPREFIXROUTE | IFA_F_NODAD);
  ask(header, "rtnetlink(RTM_NEWADDR)");
}

void LinkTable::add_route(int index, const Route& route) {
  Request request;
  nlmsghdr* header = begin(request, RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL);
  auto* info = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg)));
  info->rtm_family = netlink_family(route.destination);
  info->rtm_dst_len = static_cast<unsigned char>(route.prefix_length);
  info->rtm_table = RT_TABLE_MAIN;
  info->rtm_protocol = RTPROT_STATIC;
  info->rtm_scope = RT_SCOPE_LINK;
  info->rtm_type = RTN_UNICAST;
  put_address(header, RTA_DST, route.destination);
  mnl_attr_put_u32(header, RTA_OIF, static_cast<std::uint32_t>(index));
  nlattr* metrics = mnl_attr_nest_start(header, RTA_METRICS);
  if (route.quick_acknowledgements) mnl_attr_put_u32(header, RTAX_QUICKACK, 1);
  if (route.least_retransmission_timeout) {
    // Only a locked one is looked at: tcp_rto_min() of the kernel; `ip route … rto_min` locks it too.
    mnl_attr_put_u32(header, RTAX_LOCK, 1U << RTAX_RTO_MIN);
    mnl_attr_put_u32(header, RTAX_RTO_MIN, static_cast<std::uint32_t>(*route.least_retransmission_timeout));
  }
  mnl_attr_nest_end(header, metrics);
  ask(header, "rtnetlink(RTM_NEWROUTE)");
}

bool LinkTable::is_own(const core::Address& address) {
  Request request;
  nlmsghdr* header = begin(request, RTM_GETROUTE, 0);
  auto* info = static_cast<rtmsg*>(mnl_nlmsg_put_extra_header(header, sizeof(rtmsg)));
  info->rtm_family = netlink_family(address);
  info->rtm_dst_len = address.family() == core::Family::ipv4 ? 32 : 128;
  put_address(header, RTA_DST, address);
  bool is_local = false;
  const auto take = [](const nlmsghdr* message, void* found) {
    *static_cast<bool*>(found) = static_cast<const rtmsg*>(mnl_nlmsg_get_payload(message))->rtm_type == RTN_LOCAL;
    return MNL_CB_STOP;
  };
  // A refusal is an answer too: there is no route there yet.
  return exchange(header, "rtnetlink(RTM_GETROUTE)", take, &is_local) && is_local;
}

void LinkTable::ask(void* request, const std::string& what) {
  // The acknowledgement is an error message whose error is 0 or the errno, netlink(7).
  if (!exchange(request, what, nullptr, nullptr)) core::throw_errno(what);
}

bool LinkTable::exchange(void* request, const std::string& what, Take take, void* found) {
  auto* header = static_cast<nlmsghdr*>(request);
  header->nlmsg_seq = ++sequence_;
  if (mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0) core::throw_errno(what);
  alignas(nlmsghdr) std::array<char, 8192> answer{};
  const ssize_t size = mnl_socket_recvfrom(socket_.get(), answer.data(), answer.size());
  if (size < 0) core::throw_errno(what);
  return mnl_cb_run(answer.data(), static_cast<std::size_t>(size), sequence_, mnl_socket_get_portid(socket_.get()),
                    take, found) >= 0;
}

}  // namespace wirelab::stage

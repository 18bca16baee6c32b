#include "labs/stage/packet_port.hh"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "core/error.hh"

namespace wirelab::stage {
namespace {

/// Ethernet's header and the largest IP packet.
constexpr std::size_t longest_frame = 14 + 65535;
constexpr std::size_t frames_at_once = 32;

/// Room for everything the hosts can send before anybody looks: their send buffers, with the kernel's overhead.
constexpr int receive_buffer = 256 * 1024 * 1024;

void set(const core::FileDescriptor& socket, int level, int option, int value, const char* name) {
  if (setsockopt(socket.get(), level, option, &value, sizeof value) != 0) {
    core::throw_errno(std::string("setsockopt(") + name + ")");
  }
}

}  // namespace

PacketPort::PacketPort(int link)
    : socket_(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)),
      room_(std::make_unique_for_overwrite<char[]>(frames_at_once * longest_frame)) {
  if (!socket_.is_open()) core::throw_errno("socket(AF_PACKET)");
  set(socket_, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1, "PACKET_IGNORE_OUTGOING");
  // A link that was opened before its peer keeps a queue that swallows packets for a while: go around it.
  set(socket_, SOL_PACKET, PACKET_QDISC_BYPASS, 1, "PACKET_QDISC_BYPASS");
  // The FORCE is for the machine's root, and not in a user namespace: then what net.core.rmem_max allows must do.
  if (setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &receive_buffer, sizeof receive_buffer) != 0) {
    set(socket_, SOL_SOCKET, SO_RCVBUF, receive_buffer, "SO_RCVBUF");
  }
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = link;
  if (bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    core::throw_errno("bind(AF_PACKET)");
  }
}

bool PacketPort::wait_for_frames(std::chrono::milliseconds longest) const {
  pollfd entry{socket_.get(), POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(longest.count())) > 0;
}

bool PacketPort::receive(const std::function<void(int link, std::string_view frame)>& take) {
  std::array<mmsghdr, frames_at_once> messages{};
  std::array<iovec, frames_at_once> parts;
  std::array<sockaddr_ll, frames_at_once> from;
  for (std::size_t i = 0; i < frames_at_once; ++i) {
    parts[i] = {room_.get() + i * longest_frame, longest_frame};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
    messages[i].msg_hdr.msg_name = &from[i];
    messages[i].msg_hdr.msg_namelen = sizeof from[i];
  }
  int count = 0;
  do {
    count = recvmmsg(socket_.get(), messages.data(), frames_at_once, MSG_DONTWAIT, nullptr);
  } while (count < 0 && errno == EINTR);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
  if (count < 0) core::throw_errno("recvmmsg(AF_PACKET)");
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    take(from[i].sll_ifindex, {room_.get() + i * longest_frame, messages[i].msg_len});
  }
  tpacket_stats statistics{};
  socklen_t size = sizeof statistics;
  if (getsockopt(socket_.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0 && statistics.tp_drops > 0) {
    throw core::SystemError("recvmmsg(AF_PACKET)", ENOBUFS);
  }
  return true;
}

void PacketPort::send(const std::vector<Outgoing>& frames) {
  std::array<mmsghdr, frames_at_once> messages{};
  std::array<iovec, frames_at_once> parts;
  std::array<sockaddr_ll, frames_at_once> to;
  for (std::size_t done = 0; done < frames.size();) {
    const std::size_t count = std::min(frames_at_once, frames.size() - done);
    for (std::size_t i = 0; i < count; ++i) {
      const Outgoing& one = frames[done + i];
      to[i] = {};
      to[i].sll_family = AF_PACKET;
      to[i].sll_ifindex = one.link;
      parts[i] = {const_cast<char*>(one.frame.data()), one.frame.size()};
      messages[i].msg_hdr = {};
      messages[i].msg_hdr.msg_name = &to[i];
      messages[i].msg_hdr.msg_namelen = sizeof to[i];
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int sent = sendmmsg(socket_.get(), messages.data(), static_cast<unsigned>(count), 0);
    if (sent < 0 && errno == EINTR) continue;
    // A receiver whose kernel has no room loses it, as on any link.
    if (sent < 0 && errno != ENOBUFS) core::throw_errno("sendmmsg(AF_PACKET)");
    done += sent < 0 ? 1 : static_cast<std::size_t>(sent);
  }
}

}  // namespace wirelab::stage

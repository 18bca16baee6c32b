#include "labs/stage/socket_table.hh"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "core/error.hh"

namespace wirelab::stage {
namespace {

/// Linux's numbers for the states of a TCP socket (include/net/tcp_states.h), by their names in RFC 9293 §3.3.2.
constexpr std::array<std::string_view, 13> state_names = {
    "",       "ESTABLISHED", "SYN-SENT", "SYN-RECEIVED", "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT",
    "CLOSED", "CLOSE-WAIT",  "LAST-ACK", "LISTEN",       "CLOSING",    "SYN-RECEIVED"};
constexpr int listen_state = 10;

struct Question {
  nlmsghdr header;
  inet_diag_req_v2 request;
};

/// Puts an address into the form sock_diag wants: four 32-bit words, network order, and a port in network order.
void put(const core::Address& address, __be32 (&words)[4], __be16& port) {
  if (address.family() == core::Family::ipv4) {
    sockaddr_in in{};
    std::memcpy(&in, address.data(), sizeof in);
    words[0] = in.sin_addr.s_addr;
    port = in.sin_port;
  } else {
    sockaddr_in6 in6{};
    std::memcpy(&in6, address.data(), sizeof in6);
    std::memcpy(words, &in6.sin6_addr, sizeof in6.sin6_addr);
    port = in6.sin6_port;
  }
}

/// An attribute that follows the message, as far as the kernel gave it; the rest stays zero. Nothing if it gave none.
template <typename Attribute>
std::optional<Attribute> attribute_of(const nlmsghdr& answer, ssize_t size, int type) {
  const char* begin = static_cast<const char*>(NLMSG_DATA(&answer)) + NLMSG_ALIGN(sizeof(inet_diag_msg));
  const char* end = reinterpret_cast<const char*>(&answer) + std::min<ssize_t>(size, answer.nlmsg_len);
  while (end - begin >= static_cast<std::ptrdiff_t>(sizeof(nlattr))) {
    nlattr header{};
    std::memcpy(&header, begin, sizeof header);
    if (header.nla_len < sizeof header || header.nla_len > end - begin) break;
    if (header.nla_type == type) {
      Attribute attribute{};
      std::memcpy(&attribute, begin + NLA_HDRLEN, std::min<std::size_t>(sizeof attribute, header.nla_len - NLA_HDRLEN));
      return attribute;
    }
    begin += NLA_ALIGN(header.nla_len);
  }
  return std::nullopt;
}

TcpSocket::Timer timer_of(std::uint8_t number) {
  switch (number) {
    case 1:
      return TcpSocket::Timer::retransmit;
    case 2:
      return TcpSocket::Timer::keepalive;
    case 3:
      return TcpSocket::Timer::time_wait;
    case 4:
      return TcpSocket::Timer::zero_window_probe;
    default:
      return TcpSocket::Timer::none;
  }
}

}  // namespace

SocketTable::SocketTable() : netlink_(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
  if (!netlink_.is_open()) core::throw_errno("socket(NETLINK_SOCK_DIAG)");
}

std::optional<TcpSocket> SocketTable::find(const core::Address& local, const core::Address& remote) {
  Question question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.header.nlmsg_seq = ++sequence_;
  question.request.sdiag_family = local.family() == core::Family::ipv4 ? AF_INET : AF_INET6;
  question.request.sdiag_protocol = IPPROTO_TCP;
  question.request.idiag_states = ~0U;
  question.request.idiag_ext = 1U << (INET_DIAG_INFO - 1);
  put(local, question.request.id.idiag_src, question.request.id.idiag_sport);
  put(remote, question.request.id.idiag_dst, question.request.id.idiag_dport);
  question.request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  question.request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (::send(netlink_.get(), &question, sizeof question, 0) < 0) core::throw_errno("send(NETLINK_SOCK_DIAG)");

  alignas(nlmsghdr) std::array<char, 4096> buffer{};
  ssize_t size = 0;
  do {
    size = ::recv(netlink_.get(), buffer.data(), buffer.size(), 0);
  } while (size < 0 && errno == EINTR);
  if (size < 0) core::throw_errno("recv(NETLINK_SOCK_DIAG)");

  const auto* answer = reinterpret_cast<const nlmsghdr*>(buffer.data());
  if (answer->nlmsg_type == NLMSG_ERROR) {
    const int error = -static_cast<const nlmsgerr*>(NLMSG_DATA(answer))->error;
    if (error == ENOENT) return std::nullopt;
    throw core::SystemError("sock_diag", error);
  }
  const auto* found = static_cast<const inet_diag_msg*>(NLMSG_DATA(answer));
  // Where no connected socket fits, the kernel answers with the listener of that port.
  if (found->idiag_state == listen_state || found->id.idiag_dport != question.request.id.idiag_dport) {
    return std::nullopt;
  }
  TcpSocket socket;
  if (found->idiag_state < state_names.size()) socket.state = state_names[found->idiag_state];
  socket.unacknowledged = found->idiag_wqueue;
  socket.timer = timer_of(found->idiag_timer);
  socket.timer_fires_in = std::chrono::milliseconds(found->idiag_expires);
  socket.retransmits = found->idiag_retrans;
  if (const std::optional<tcp_info> info = attribute_of<tcp_info>(*answer, size, INET_DIAG_INFO)) {
    socket.backoff = info->tcpi_backoff;
    socket.unsent = info->tcpi_notsent_bytes;
    // tcpi_bytes_acked counts the SYN where connect() sent it, and not where the kernel answered for a listener: that
    // socket is made when its SYN is acknowledged already. tcpi_bytes_received counts no SYN. Both count a FIN.
    socket.written = static_cast<std::int64_t>(info->tcpi_bytes_acked) + socket.unacknowledged;
    socket.received = static_cast<std::int64_t>(info->tcpi_bytes_received) + 1;
    socket.taken = static_cast<std::int64_t>(info->tcpi_bytes_received) - found->idiag_rqueue;
  }
  return socket;
}

}  // namespace wirelab::stage

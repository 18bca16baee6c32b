#include "core/tcp_info.hh"

// Of the two headers that know struct tcp_info, glibc's <netinet/tcp.h> stops years short, and they cannot be included
// together.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "core/error.hh"

namespace wirelab::core {
namespace {

/// What getsockopt wrote. Kernel and header may be of different age, so a member is there only if the kernel's answer
/// reaches behind it.
class Answer {
 public:
  explicit Answer(int fd) {
    if (::getsockopt(fd, IPPROTO_TCP, TCP_INFO, bytes_.data(), &length_) == -1) throw_errno("getsockopt");
    std::memcpy(&known_, bytes_.data(), std::min<std::size_t>(length_, sizeof known_));
  }

  const tcp_info* operator->() const { return &known_; }

  template <typename Number>
  std::optional<Number> at(std::size_t offset) const {
    if (offset + sizeof(Number) > length_) return std::nullopt;
    Number value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

 private:
  std::array<std::byte, 1024> bytes_{};
  socklen_t length_ = bytes_.size();
  tcp_info known_{};
};

TcpState state_from(std::uint8_t number) {
  constexpr std::uint8_t new_syn_received = 12;  // Linux's own: a request socket, which is SYN-RECEIVED to the RFC
  if (number == new_syn_received) return TcpState::syn_received;
  return static_cast<TcpState>(number);
}

}  // namespace

std::string_view name_of(TcpState state) {
  switch (state) {
    case TcpState::established:
      return "ESTABLISHED";
    case TcpState::syn_sent:
      return "SYN-SENT";
    case TcpState::syn_received:
      return "SYN-RECEIVED";
    case TcpState::fin_wait_1:
      return "FIN-WAIT-1";
    case TcpState::fin_wait_2:
      return "FIN-WAIT-2";
    case TcpState::time_wait:
      return "TIME-WAIT";
    case TcpState::closed:
      return "CLOSED";
    case TcpState::close_wait:
      return "CLOSE-WAIT";
    case TcpState::last_ack:
      return "LAST-ACK";
    case TcpState::listen:
      return "LISTEN";
    case TcpState::closing:
      return "CLOSING";
  }
  return "unknown state";
}

TcpInfo read_tcp_info(int fd) {
  using std::chrono::microseconds;
  const Answer answer(fd);
  // <linux/tcp.h> got tcpi_rcv_wnd with Linux 6.2; it stands behind tcpi_snd_wnd, which it has had since 5.4.
  constexpr std::size_t receive_window_offset = offsetof(tcp_info, tcpi_snd_wnd) + sizeof(std::uint32_t);

  TcpInfo info;
  info.state = state_from(answer->tcpi_state);
  info.unacknowledged = answer->tcpi_unacked;
  info.selectively_acknowledged = answer->tcpi_sacked;
  info.lost = answer->tcpi_lost;
  info.timeouts = answer->tcpi_retransmits;
  info.retransmissions = answer->tcpi_total_retrans;
  info.round_trip_time = microseconds(answer->tcpi_rtt);
  info.round_trip_variation = microseconds(answer->tcpi_rttvar);
  info.retransmission_timeout = microseconds(answer->tcpi_rto);
  info.send_segment_size = answer->tcpi_snd_mss;
  info.receive_segment_size = answer->tcpi_rcv_mss;
  info.congestion_window = answer->tcpi_snd_cwnd;
  info.slow_start_threshold = answer->tcpi_snd_ssthresh;
  info.bytes_acknowledged = answer.at<std::uint64_t>(offsetof(tcp_info, tcpi_bytes_acked));
  info.bytes_received = answer.at<std::uint64_t>(offsetof(tcp_info, tcpi_bytes_received));
  info.bytes_not_sent = answer.at<std::uint32_t>(offsetof(tcp_info, tcpi_notsent_bytes));
  info.send_window = answer.at<std::uint32_t>(offsetof(tcp_info, tcpi_snd_wnd));
  info.receive_window = answer.at<std::uint32_t>(receive_window_offset);
  return info;
}

}  // namespace wirelab::core

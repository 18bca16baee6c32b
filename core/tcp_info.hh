// What the kernel knows about one of its TCP connections.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace wirelab::core {

/// The states of RFC 9293 section 3.3.2, with Linux's numbers.
enum class TcpState {
  established = 1,
  syn_sent,
  syn_received,
  fin_wait_1,
  fin_wait_2,
  time_wait,
  closed,
  close_wait,
  last_ack,
  listen,
  closing,
};

/// As the RFC writes it: "SYN-SENT", "FIN-WAIT-2".
std::string_view name_of(TcpState state);

/// TCP_INFO of tcp(7); <linux/tcp.h> calls each member tcpi_ and the name in brackets. Counts of segments, unless
/// it says bytes. An optional member is one this machine's kernel may be too old to tell.
struct TcpInfo {
  TcpState state = TcpState::closed;

  /// Sent and not yet acknowledged (unacked). Of a listener: connections that wait for accept.
  std::uint32_t unacknowledged = 0;
  /// Acknowledged out of order, RFC 2018 (sacked). Of a listener: its backlog.
  std::uint32_t selectively_acknowledged = 0;
  std::uint32_t lost = 0;             ///< held for lost (lost)
  std::uint32_t timeouts = 0;         ///< retransmission time-outs in a row, RFC 6298 (retransmits)
  std::uint32_t retransmissions = 0;  ///< over the connection's life (total_retrans)

  std::chrono::microseconds round_trip_time{};         ///< smoothed, RFC 6298 (rtt)
  std::chrono::microseconds round_trip_variation{};    ///< (rttvar)
  std::chrono::microseconds retransmission_timeout{};  ///< (rto)

  std::uint32_t send_segment_size = 0;     ///< bytes; the most one segment carries, RFC 9293 section 3.7.1 (snd_mss)
  std::uint32_t receive_segment_size = 0;  ///< bytes; what the peer's segments seem to carry (rcv_mss)
  std::uint32_t congestion_window = 0;     ///< RFC 5681 (snd_cwnd)
  std::uint32_t slow_start_threshold = 0;  ///< RFC 5681 (snd_ssthresh)

  std::optional<std::uint64_t> bytes_acknowledged;  ///< SYN and FIN count as one each (bytes_acked)
  std::optional<std::uint64_t> bytes_received;      ///< (bytes_received)
  std::optional<std::uint32_t> bytes_not_sent;      ///< in the send buffer, not yet on the wire (notsent_bytes)
  std::optional<std::uint32_t> send_window;         ///< bytes the peer is ready to take (snd_wnd, Linux 5.4)
  std::optional<std::uint32_t> receive_window;      ///< bytes we offered the peer (rcv_wnd, Linux 6.2)

  std::string_view state_name() const { return name_of(state); }
};

/// getsockopt(2) of TCP_INFO. Never blocks. Throws SystemError{"getsockopt"}: EOPNOTSUPP if it is not a TCP socket.
TcpInfo read_tcp_info(int fd);

}  // namespace wirelab::core

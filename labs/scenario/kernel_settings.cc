#include "labs/scenario/kernel_settings.hh"

#include <algorithm>
#include <array>

namespace wirelab::scenario {
namespace {

constexpr std::array settings = {
    KernelSetting{"delayed_ack", 0, 1, true, "let the receiver wait before it acknowledges, as kernels do by default"},
    KernelSetting{"icmp_ratelimit", 0, 60'000, false, "milliseconds between two ICMP errors to one host; 0: no limit"},
    KernelSetting{"icmp_ratemask", 0, 0xFFFF, false, "which ICMP types the limit is for, a bit each"},
    KernelSetting{"ip_default_ttl", 1, 255, false, "time to live of packets sent"},
    KernelSetting{"ip_no_pmtu_disc", 0, 3, false, "1: never ask for the path MTU"},
    KernelSetting{"ipfrag_time", 1, 60, false, "seconds a fragment waits for the rest of its datagram"},
    KernelSetting{"somaxconn", 0, 65'535, false, "the most a listen() backlog can be"},
    KernelSetting{"tcp_abort_on_overflow", 0, 1, false, "1: a full accept queue answers with RST"},
    KernelSetting{"tcp_autocorking", 0, 1, false, "1: join small writes while packets wait in the device"},
    KernelSetting{"tcp_backlog_ack_defer", 0, 1, false, "1: acknowledge once for what came while the socket was busy"},
    KernelSetting{"tcp_comp_sack_nr", 0, 255, false, "how many selective acknowledgements may be joined into one"},
    KernelSetting{"tcp_dsack", 0, 1, false, "1: report segments received twice"},
    KernelSetting{"tcp_early_retrans", 0, 4, false, "0: no tail loss probe; 3: one after two round trips"},
    KernelSetting{"tcp_ecn", 0, 2, false, "explicit congestion notification: 0 off, 1 ask for it, 2 agree to it"},
    KernelSetting{"tcp_fin_timeout", 1, 120, false, "seconds an orphan stays in FIN_WAIT2"},
    KernelSetting{"tcp_frto", 0, 2, false, "forward RTO recovery: find retransmissions that were needless"},
    KernelSetting{"tcp_invalid_ratelimit", 0, 10'000, false,
                  "milliseconds between two answers to unacceptable segments"},
    KernelSetting{"tcp_keepalive_intvl", 1, 120, false, "seconds between keepalive probes"},
    KernelSetting{"tcp_keepalive_probes", 1, 20, false, "unanswered keepalive probes until the connection is dead"},
    KernelSetting{"tcp_keepalive_time", 1, 7'200, false, "idle seconds before the first keepalive probe"},
    KernelSetting{"tcp_limit_output_bytes", 4'096, 16'777'216, false, "bytes a socket may have in the device's queue"},
    KernelSetting{"tcp_max_syn_backlog", 1, 65'535, false, "half-open connections remembered per listener"},
    KernelSetting{"tcp_max_tw_buckets", 0, 65'536, false, "connections kept in TIME-WAIT; more are closed at once"},
    KernelSetting{"tcp_min_rtt_wlen", 0, 86'400, false, "seconds over which the least round trip is remembered"},
    KernelSetting{"tcp_moderate_rcvbuf", 0, 1, false, "1: the kernel grows receive buffers by itself"},
    KernelSetting{"tcp_no_metrics_save", 0, 1, false, "1: a connection learns nothing from earlier ones"},
    KernelSetting{"tcp_orphan_retries", 0, 15, false, "retransmissions for a connection nobody holds any more"},
    KernelSetting{"tcp_recovery", 0, 7, false,
                  "bits of loss detection: 1 RACK, 2 static window, 4 no duplicate-ACK rule"},
    KernelSetting{"tcp_reordering", 1, 300, false, "duplicate acknowledgements that mean a loss"},
    KernelSetting{"tcp_retries1", 1, 15, false, "retransmissions until the route is suspected"},
    KernelSetting{"tcp_retries2", 1, 15, false, "retransmissions until the connection is given up"},
    KernelSetting{"tcp_rto_min_us", 1'000, 1'000'000, false, "least retransmission timeout, in microseconds"},
    KernelSetting{"tcp_sack", 0, 1, false, "1: selective acknowledgements"},
    KernelSetting{"tcp_slow_start_after_idle", 0, 1, false, "1: an idle connection starts slowly again"},
    KernelSetting{"tcp_syn_retries", 1, 6, false, "retransmissions of a SYN until connect() fails"},
    KernelSetting{"tcp_synack_retries", 0, 6, false, "retransmissions of a SYN-ACK until the request is forgotten"},
    KernelSetting{"tcp_syncookies", 0, 2, false,
                  "0: drop SYNs when the queue is full; 1: answer with a cookie; 2: always"},
    KernelSetting{"tcp_timestamps", 0, 2, false, "0: no timestamps; 1: with a random offset; 2: without"},
    KernelSetting{"tcp_tw_reuse", 0, 2, false, "1: connect() may take a port over from TIME-WAIT"},
    KernelSetting{"tcp_window_scaling", 0, 1, false, "1: windows above 64 KiB"},
};

}  // namespace

std::span<const KernelSetting> kernel_settings() { return settings; }

const KernelSetting* find_kernel_setting(std::string_view name) {
  const auto found = std::ranges::find(settings, name, &KernelSetting::name);
  return found == settings.end() ? nullptr : &*found;
}

}  // namespace wirelab::scenario

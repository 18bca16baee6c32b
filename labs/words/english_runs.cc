#include "labs/words/texts.hh"

namespace wirelab::words::english {

Texts of_runs() {
  return {
      // Behind `… is`, where a run stood still.
      {"wait.asleep", "asleep in {call}"},
      {"wait.for-fact", "waiting for {fact}"},
      {"wait.for-impossible-fact", "waiting for {fact}, which can never be"},
      {"wait.until", "waiting until {condition} is {number}"},
      {"wait.about-to-go-on", "about to go on"},

      {"limit.bytes", "The actors sent and received more than {bytes:byte|bytes}."},
      {"limit.run", "The run took longer than its limit of {milliseconds} ms."},
      {"limit.step", "Nothing moved for the step limit of {milliseconds} ms."},

      {"stage.shares-address", "Actors share {address}: their calls are seen, the packets between them are not."},
      {"stage.shares-address.captured",
       "Actors share {address}: their calls are seen, and the packets of the loopback device."},
      {"stage.no-capture", "--capture is not allowed here ({reason})."},
      {"stage.no-hosts", "No private hosts here ({reason}): see `make doctor`."},

      {"not-here.needs-hosts", "{what} needs private hosts with a wire between them."},
      {"needs-hosts.key", "`{key}`"},
      {"needs-hosts.kernel", "`kernel` (a host's own TCP/IP settings)"},
      {"needs-hosts.rule", "a rule that delays, duplicates or holds packets (line {line})"},
      {"needs-hosts.rule-not-of-udp", "a rule about packets other than UDP (line {line})"},
      {"needs-hosts.rule-of-tcp", "a rule about TCP packets"},
      {"needs-hosts.broadcast", "a broadcast (line {line})"},
      {"needs-hosts.group", "a multicast group (line {line})"},
      {"needs-hosts.loss", "`wire: loss` on TCP"},
      {"not-here.no-hosts", "Private hosts cannot be made here: {reason}; see `make doctor`."},
      {"not-here.ipv6", "`family: ipv6`: this machine's kernel has no IPv6."},
      {"not-here.mtu", "`wire: mtu`: IPv6 needs links that carry at least 1280 bytes (RFC 8200 §5)."},
      {"not-here.setting", "`kernel: {setting}`: this machine's kernel has no such setting."},
  };
}

}  // namespace wirelab::words::english

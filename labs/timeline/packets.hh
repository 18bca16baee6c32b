// Questions that several readers of a timeline ask of its packets. Pure.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "labs/timeline/event.hh"

namespace wirelab::timeline {

/// As scenarios spell it: `SYN-ACK`.
std::string_view to_text(scenario::PacketKind kind);

/// One direction between two TCP or UDP endpoints.
struct Direction {
  LaneIndex from = nobody;
  int source_port = 0;
  LaneIndex to = nobody;
  int destination_port = 0;
  auto operator<=>(const Direction&) const = default;
};
Direction direction_of(const Packet& packet);
Direction reversed(const Direction& direction);

/// TCP: the relative number after the last one the packet takes. SYN and FIN take one each, a RST takes none.
std::int64_t end_of_numbers(const Packet& packet);

/// Packets that are there because a timer ran out though the wire had lost nothing, in event order:
///   - what the wire absorbed;
///   - what was sent again, and the receiver's kernel ignored: a SYN into a full queue, data into a full buffer. The
///     first sending counts, and the one that was answered in the end;
///   - what was sent again though its acknowledgement had come, which the sender's kernel had ignored;
///   - probes of a closed window or of a silent peer (RFC 9293 §3.8.6.1, §3.8.4);
///   - acknowledgements that say nothing new in answer to one of those.
/// How many there are depends on how long everybody waited, so another run has more or fewer of them. They are in the
/// record; no metric counts them, and a canonical form has to leave them out. Where later packets were left out of the
/// timeline, what was sent again and not answered in what is there counts.
std::vector<EventId> uncounted_packets(const Timeline& timeline);

/// Counts the packets of a run that are not kept. It has to see the others too, to know which ones do not count.
class PacketTally {
 public:
  PacketTally();
  ~PacketTally();

  /// The next packet, in the order in which they came to the wire, with all that is known about it in the end.
  void look_at(Nanoseconds at, const Packet& packet, bool kept);
  /// Those that were not kept, without `uncounted_packets`. At the end.
  std::vector<LeftOut> left_out();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace wirelab::timeline

#include "labs/timeline/causes.hh"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "labs/timeline/calls.hh"

namespace wirelab::timeline {
namespace {

using scenario::PacketKind;

/// The sends of each direction of each connection, by the offset of their first byte.
class Sends {
 public:
  explicit Sends(const Timeline& timeline) {
    for (const Event& event : timeline.events) {
      const Call* call = event.call();
      if (!call || !is_send(*call) || !call->stream || call->stream->length == 0) continue;
      by_offset_[{call->stream->connection, call->stream->from}].emplace(call->stream->offset, event.id);
    }
  }

  /// The one that put the first of these bytes into the stream; 0: none.
  EventId of(const StreamRange& range) const {
    const auto sends = by_offset_.find({range.connection, range.from});
    if (sends == by_offset_.end()) return 0;
    const auto next = sends->second.upper_bound(range.offset);
    return next == sends->second.begin() ? 0 : std::prev(next)->second;
  }

 private:
  std::map<std::pair<int, LaneIndex>, std::map<std::int64_t, EventId>> by_offset_;
};

EventId cause_of(const Timeline& timeline, const Sends& sends, const Packet& packet) {
  if (packet.retransmission) return 0;
  if (packet.datagram) return timeline.datagrams[static_cast<std::size_t>(*packet.datagram)].sent;
  if (packet.connection < 0) return 0;
  const Connection& connection = timeline.connections[static_cast<std::size_t>(packet.connection)];
  if (packet.kind == PacketKind::syn) return connection.connect;
  if (packet.length > 0 && packet.stream) return sends.of(*packet.stream);
  if (packet.kind != PacketKind::fin && packet.kind != PacketKind::rst) return 0;
  const auto closing = std::find_if(connection.closes.begin(), connection.closes.end(), [&](EventId id) {
    const Call* call = timeline.call(id);
    return call && call->lane == packet.from && call->start_epoch <= packet.epoch;
  });
  return closing == connection.closes.end() ? 0 : *closing;
}

}  // namespace

void join_packets_to_calls(Timeline& timeline) {
  const Sends sends(timeline);
  // A call that began before an epoch in which it returned was asleep, and what began the epoch woke it.
  std::map<std::pair<Epoch, LaneIndex>, EventId> woken;
  for (const Event& event : timeline.events) {
    const Call* call = event.call();
    if (call && call->returned && call->start_epoch < call->return_epoch) {
      woken.emplace(std::pair(call->return_epoch, call->lane), event.id);
    }
  }
  for (Event& event : timeline.events) {
    auto* packet = std::get_if<Packet>(&event.what);
    if (!packet) continue;
    packet->cause = cause_of(timeline, sends, *packet);
    if (packet->delivered_at == 0 || packet->to == nobody) continue;
    const auto found = woken.find({packet->delivered_epoch, packet->to});
    if (found != woken.end()) packet->woke = found->second;
  }
}

}  // namespace wirelab::timeline

// Two hosts that talk TCP on a wire, for tests: real frames with real numbers, told by Conversations and put into a
// timeline as a stage that sees packets does.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "labs/timeline/packet.hh"
#include "labs/timeline/packets.hh"
#include "tests/timeline/frames.hh"
#include "tests/timeline/timeline_builder.hh"

namespace wirelab::tests {

class WireTalk {
 public:
  /// Between those two lanes of `run`, which must outlive it. The server's port is 8888.
  WireTalk(TimelineBuilder& run, const std::string& client, const std::string& server, int client_port = 40000)
      : run_(run) {
    sides_[0] = {client, 1, client_port, 1'000'000, 0, 64240};
    sides_[1] = {server, 2, 8888, 2'000'000, 0, 64240};
    run_.edit().sees_packets = true;
  }

  /// The next packet of a side: its number follows what the side has sent before, and it acknowledges what has been
  /// delivered to it. It is delivered half a step later.
  timeline::EventId client(int flags, const std::string& payload = "") { return send(0, flags, payload); }
  timeline::EventId server(int flags, const std::string& payload = "") { return send(1, flags, payload); }

  void shake_hands() {
    client(flag::syn);
    server(flag::syn | flag::ack);
    client(flag::ack);
  }

  /// The same bytes and numbers once more, perhaps with other flags.
  timeline::EventId again(timeline::EventId id, std::optional<int> flags = std::nullopt) {
    const timeline::Packet first = packet(id);
    const std::size_t side = first.from == run_.lane(sides_[0].lane) ? 0 : 1;
    const std::int64_t next = std::exchange(sides_.at(side).next, first.seq);
    const timeline::EventId sent = send(side, flags.value_or(flags_.at(id)), first.data);
    sides_.at(side).next = next;
    return sent;
  }

  /// The number before the next one, and no byte.
  timeline::EventId probe_by_client() { return probe(0); }
  timeline::EventId probe_by_server() { return probe(1); }

  void set_window_of_client(int window) { sides_[0].window = window; }
  void set_window_of_server(int window) { sides_[1].window = window; }

  /// The wire drops it.
  timeline::EventId lost(timeline::EventId id) {
    packet(id).verdict = timeline::Verdict::dropped;
    packet(id).delivered_at = 0;
    return id;
  }

  timeline::Packet& packet(timeline::EventId id) {
    return std::get<timeline::Packet>(run_.edit().events.at(static_cast<std::size_t>(id) - 1).what);
  }

 private:
  struct Side {
    std::string lane;
    int host = 0;
    int port = 0;
    std::uint32_t initial = 0;
    std::int64_t next = 0;
    int window = 0;
  };

  timeline::EventId send(std::size_t place, int flags, const std::string& payload) {
    Side& from = sides_.at(place);
    const Side& to = sides_.at(1 - place);
    const std::string frame = tcp_frame({
        .from = from.host,
        .to = to.host,
        .source_port = from.port,
        .destination_port = to.port,
        .flags = flags,
        .seq = from.initial + static_cast<std::uint32_t>(from.next),
        .ack = (flags & flag::ack) != 0 ? to.initial + static_cast<std::uint32_t>(delivered_to(from, to)) : 0,
        .window = from.window,
        .payload = payload,
    });
    const timeline::EventId id = run_.packet(from.lane, to.lane, scenario::PacketKind::ack);
    timeline::Packet& told = packet(id);
    conversations_.describe(told, frame, *timeline::decode(frame));
    told.delivered_at = run_.timeline().events.back().at + 500;
    flags_[id] = flags;
    from.next = std::max(from.next, timeline::end_of_numbers(told));
    return id;
  }

  timeline::EventId probe(std::size_t place) {
    --sides_.at(place).next;
    const timeline::EventId sent = send(place, flag::ack, "");
    ++sides_.at(place).next;
    return sent;
  }

  /// The number after the last one that came to `to` without a gap.
  std::int64_t delivered_to(const Side& to, const Side& from) const {
    std::int64_t next = 0;
    for (std::int64_t before = -1; before != next;) {
      before = next;
      for (const timeline::Event& event : run_.timeline().events) {
        const timeline::Packet* one = event.packet();
        const bool counts = one && one->delivered_at > 0 && one->from == run_.lane(from.lane) &&
                            one->source_port == from.port && one->destination_port == to.port && one->seq <= next;
        if (counts) next = std::max(next, timeline::end_of_numbers(*one));
      }
    }
    return next;
  }

  TimelineBuilder& run_;
  timeline::Conversations conversations_;
  std::array<Side, 2> sides_;
  std::map<timeline::EventId, int> flags_;
};

}  // namespace wirelab::tests

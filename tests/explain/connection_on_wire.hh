// The packets of a connection that a TimelineBuilder has made, one after the other, each delivered before the next.
#pragma once

#include <algorithm>
#include <string>

#include "tests/timeline/wire_talk.hh"

namespace wirelab::tests {

class ConnectionOnWire {
 public:
  /// `run` must outlive it.
  ConnectionOnWire(TimelineBuilder& run, int connection, int client_port = 40000)
      : run_(run),
        connection_(connection),
        client_(run.timeline().connections.at(static_cast<std::size_t>(connection)).client),
        server_(run.timeline().connections.at(static_cast<std::size_t>(connection)).server),
        talk_(run, name(client_), name(server_), client_port) {}

  timeline::EventId client(int flags, const std::string& payload = "") { return joined(talk_.client(flags, payload)); }
  timeline::EventId server(int flags, const std::string& payload = "") { return joined(talk_.server(flags, payload)); }
  timeline::EventId again(timeline::EventId id) { return joined(talk_.again(id)); }
  timeline::EventId probe_by_client() { return joined(talk_.probe_by_client()); }

  void shake_hands() {
    client(flag::syn);
    server(flag::syn | flag::ack);
    client(flag::ack);
  }

  /// The wire's rule at line 6 dropped it.
  timeline::EventId lost(timeline::EventId id) {
    talk_.lost(id);
    packet(id).rule_line = 6;
    --epoch_;
    return id;
  }
  /// The wire keeps it …
  timeline::EventId held(timeline::EventId id) {
    packet(id).verdict = timeline::Verdict::held;
    packet(id).rule_line = 6;
    packet(id).delivered_at = 0;
    --epoch_;
    return id;
  }
  /// … and delivers it after all that there has been so far.
  void deliver(timeline::EventId id) {
    packet(id).delivered_at = run_.timeline().events.back().at + 600;
    follow_calls();
    packet(id).delivered_epoch = ++epoch_;
  }

  void set_window_of_server(int window) { talk_.set_window_of_server(window); }
  timeline::Packet& packet(timeline::EventId id) { return talk_.packet(id); }

  static constexpr std::int64_t segment = 1448;  ///< what fits into one: MSS 1460, and 12 bytes of timestamps

 private:
  const std::string& name(timeline::LaneIndex lane) const {
    return run_.timeline().lanes.at(static_cast<std::size_t>(lane)).name;
  }

  timeline::EventId joined(timeline::EventId id) {
    timeline::Packet& told = packet(id);
    told.connection = connection_;
    if (told.stream) {
      told.stream->connection = connection_;
      told.stream->from = told.from;
      told.stream->to = told.to;
    }
    const bool opens = told.kind == scenario::PacketKind::syn || told.kind == scenario::PacketKind::syn_ack;
    if (opens) {
      told.options.maximum_segment_size = 1460;
      told.options.sack_permitted = true;
      told.options.window_scale = 7;
    }
    told.options.timestamps = timeline::TcpOptions::Timestamps{1, 2};
    follow_calls();
    told.epoch = epoch_;
    told.delivered_epoch = ++epoch_;
    return id;
  }

  void follow_calls() {
    for (const timeline::Event& event : run_.timeline().events) {
      if (const timeline::Call* call = event.call()) epoch_ = std::max(epoch_, call->return_epoch);
    }
  }

  TimelineBuilder& run_;
  int connection_;
  timeline::LaneIndex client_;
  timeline::LaneIndex server_;
  WireTalk talk_;
  timeline::Epoch epoch_ = 0;
};

}  // namespace wirelab::tests

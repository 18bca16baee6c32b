// How a connection ends: end of file, half-close, reset, broken pipe, TIME-WAIT.
#include <algorithm>
#include <set>
#include <utility>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using scenario::ShutdownSide;
using timeline::Call;
using timeline::Connection;
using timeline::LaneIndex;

bool shuts_writing(const Call& call) {
  const auto side = timeline::shutdown_side(call);
  return timeline::succeeded(call) && (side == ShutdownSide::write || side == ShutdownSide::both);
}

bool shuts_reading(const Call& call) {
  const auto side = timeline::shutdown_side(call);
  return timeline::succeeded(call) && (side == ShutdownSide::read || side == ShutdownSide::both);
}

bool is_stream_receive(const Call& call) { return call.call == "recv" && !timeline::is_datagram_call(call); }

/// The first call by which `lane` ended its direction of the connection, if it was made before `later` returned.
MadeCall end_of_sending(const Story& story, int connection, LaneIndex lane, const Call& later) {
  for (const MadeCall& made : story.calls_on(connection, lane)) {
    if (made->start_epoch > later.return_epoch) break;
    if (is_closing(*made) || shuts_writing(*made)) return made;
  }
  return {};
}

/// The earlier calls of the same actor that are about the same connection.
std::vector<MadeCall> before_on_connection(const Story& story, const MadeCall& made) {
  std::vector<MadeCall> found = story.calls_on(story.connection_of(made), made->lane);
  std::erase_if(found, [&](const MadeCall& other) { return other.id >= made.id; });
  return found;
}

/// A call had told so. EPIPE behind one's own shutdown tells of that shutdown alone.
bool was_reset_before(const Story& story, const MadeCall& made) {
  bool has_shut = false;
  for (const MadeCall& other : before_on_connection(story, made)) {
    if (other->error == "ECONNRESET" || (other->error == "EPIPE" && !has_shut)) return true;
    has_shut = has_shut || shuts_writing(*other);
  }
  return false;
}

/// The kernel ends the connection with RST because of that call.
bool closes_with_reset(const Call& call) {
  return is_closing(call) && (is_abort(call) || call.readable.value_or(0) > 0);
}

/// The RST of an end that its kernel made acknowledges, the one that answers a segment does not: RFC 9293 §3.10.7.
bool is_reset_of_an_end(const timeline::Packet& packet) {
  return packet.kind == scenario::PacketKind::rst && has_flag(packet, "ACK");
}

/// The FIN of that end was there when the receive returned.
bool end_had_come(const Story& story, const MadeCall& end, const MadeCall& receive) {
  const Talk* talk = story.talk(story.connection_of(receive));
  if (!talk) return !story.timeline.sees_packets && returned_before(*end, *receive);
  return std::any_of(talk->packets.begin(), talk->packets.end(), [&](const SeenPacket& seen) {
    return seen->kind == scenario::PacketKind::fin && seen->from == end->lane && is_delivered(*seen) &&
           seen->delivered_at <= receive->returned_at;
  });
}

std::vector<Finding> end_of_file(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (!is_stream_receive(*made) || !timeline::succeeded(*made) || made->result != 0) continue;
    if (timeline::asked_bytes(*made) == 0) continue;
    const int connection = story.connection_of(made);
    const LaneIndex peer = story.peer_in(connection, made->lane);
    if (peer == timeline::nobody) continue;
    Arguments arguments = {{"receiver", story.name(made->lane)}, {"peer", story.name(peer)}};
    if (was_reset_before(story, made)) {
      findings.push_back({"end-of-file.after-reset", {made.id}, story.actor(made->lane), std::move(arguments)});
      continue;
    }
    const MadeCall end = end_of_sending(story, connection, peer, *made);
    const std::vector<MadeCall> own = before_on_connection(story, made);
    const bool shut = std::any_of(own.begin(), own.end(), [](const MadeCall& other) { return shuts_reading(*other); });
    if (end.call && (!shut || end_had_come(story, end, made))) {
      const std::string_view key = end->call == "shutdown" ? "end-of-file.shutdown"
                                   : end->call == "exit"   ? "end-of-file.exit"
                                                           : "end-of-file.close";
      findings.push_back({key, {end.id, made.id}, story.actor(made->lane), std::move(arguments)});
    } else if (shut) {
      arguments.erase("peer");
      findings.push_back({"end-of-file.own-shutdown", {made.id}, story.actor(made->lane), std::move(arguments)});
    } else if (!story.sees(peer)) {
      findings.push_back({"end-of-file", {made.id}, story.actor(made->lane), std::move(arguments)});
    }
  }
  return findings;
}

std::vector<Finding> half_close(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& shutdown : story.calls) {
    if (!shuts_writing(*shutdown)) continue;
    const int connection = story.connection_of(shutdown);
    std::vector<timeline::EventId> events = {shutdown.id};
    std::int64_t bytes = 0;
    for (const StreamReceive& received : story.receives) {
      if (received.range.connection != connection || received.range.to != shutdown->lane) continue;
      const bool sent_afterwards = std::all_of(received.sends.begin(), received.sends.end(), [&](std::size_t send) {
        return returned_before(*shutdown, *story.sends[send].first());
      });
      if (received.sends.empty() || !sent_afterwards) continue;
      events.push_back(received.receive.id);
      bytes += received.range.length;
    }
    if (bytes == 0) continue;
    findings.push_back({"half-close",
                        std::move(events),
                        story.actor(shutdown->lane),
                        {{"actor", story.name(shutdown->lane)},
                         {"peer", story.name(story.peer_in(connection, shutdown->lane))},
                         {"bytes", bytes}}});
  }
  return findings;
}

std::vector<Finding> reading_shut(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& shutdown : story.calls) {
    if (!shuts_reading(*shutdown)) continue;
    for (const StreamReceive& received : story.receives) {
      if (received.range.connection != story.connection_of(shutdown) || received.range.to != shutdown->lane) continue;
      const bool sent_afterwards = std::any_of(received.sends.begin(), received.sends.end(), [&](std::size_t send) {
        return returned_before(*shutdown, *story.sends[send].first());
      });
      if (!sent_afterwards) continue;
      findings.push_back({"shutdown-read",
                          {shutdown.id, received.receive.id},
                          story.actor(shutdown->lane),
                          {{"actor", story.name(shutdown->lane)}, {"peer", story.name(received.range.from)}}});
      break;
    }
  }
  return findings;
}

/// The call of a listening process that took its queue of unaccepted connections away.
MadeCall listener_gone(const Story& story, const Connection& connection) {
  const Call* listen = story.timeline.call(connection.listen);
  if (!listen || connection.accept != 0) return {};
  for (const MadeCall& made : story.calls) {
    if (is_closing(*made) && made->lane == listen->lane && made->socket == listen->socket &&
        made.id > connection.listen) {
      return made;
    }
  }
  return {};
}

/// The reset that a call told of, if packets were seen: the first that had come.
SeenPacket reset_told_by(const Story& story, const MadeCall& made) {
  const Talk* talk = story.talk(story.connection_of(made));
  SeenPacket first;
  if (!talk) return first;
  for (const SeenPacket& seen : talk->packets) {
    if (seen->kind != scenario::PacketKind::rst || seen->to != made->lane || !is_delivered(*seen)) continue;
    if (!first.packet || seen->delivered_at < first->delivered_at) first = seen;
  }
  return first;
}

std::vector<Finding> reset(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->error != "ECONNRESET" || made->call == "connect") continue;
    const int connection = story.connection_of(made);
    const LaneIndex peer = story.peer_in(connection, made->lane);
    if (peer == timeline::nobody) continue;
    Arguments arguments = {{"actor", story.name(made->lane)}, {"call", made->call}, {"peer", story.name(peer)}};
    const std::vector<MadeCall> of_peer = story.calls_on(connection, peer);
    const auto closing = std::find_if(of_peer.begin(), of_peer.end(), [&](const MadeCall& other) {
      return is_closing(*other) && other->start_epoch <= made->return_epoch;
    });
    const MadeCall gone = listener_gone(story, story.timeline.connections.at(static_cast<std::size_t>(connection)));
    const SeenPacket told_by = reset_told_by(story, made);
    // The reset of the closing itself has not come.
    const bool answered = told_by.packet && !is_reset_of_an_end(*told_by);
    if (answered && closing != of_peer.end() && closes_with_reset(**closing)) {
      findings.push_back(
          {"reset.answered", {closing->id, told_by.id, made.id}, story.actor(made->lane), std::move(arguments)});
    } else if (closing != of_peer.end() && is_abort(**closing)) {
      findings.push_back({"reset.aborted", {closing->id, made.id}, story.actor(made->lane), std::move(arguments)});
    } else if (closing != of_peer.end() && (*closing)->readable.value_or(0) > 0) {
      findings.push_back({"reset.unread", {closing->id, made.id}, story.actor(made->lane), std::move(arguments)});
    } else if (gone.call && gone->start_epoch <= made->return_epoch) {
      findings.push_back({"reset.never-accepted", {gone.id, made.id}, story.actor(made->lane), std::move(arguments)});
    } else {
      findings.push_back({"reset", {made.id}, story.actor(made->lane), std::move(arguments)});
    }
  }
  return findings;
}

/// Whether the closing was what ended the connection: one that the peer had reset before has nothing more to send.
bool sent_reset(const Story& story, const MadeCall& closing) {
  const int connection = story.connection_of(closing);
  if (const Talk* talk = story.talk(connection)) {
    return std::any_of(talk->packets.begin(), talk->packets.end(), [&](const SeenPacket& seen) {
      return seen->from == closing->lane && is_reset_of_an_end(*seen) && seen->epoch >= closing->start_epoch;
    });
  }
  const std::vector<MadeCall> of_peer = story.calls_on(connection, story.peer_in(connection, closing->lane));
  return !was_reset_before(story, closing) && std::none_of(of_peer.begin(), of_peer.end(), [&](const MadeCall& other) {
    return other.id < closing.id && closes_with_reset(*other);
  });
}

std::vector<Finding> closed_unread(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    const int connection = story.connection_of(made);
    if (!is_closing(*made) || is_abort(*made) || made->readable.value_or(0) <= 0 || connection < 0) continue;
    const LaneIndex peer = story.peer_in(connection, made->lane);
    if (peer == timeline::nobody || !sent_reset(story, made)) continue;
    if (!story.timeline.connections.at(static_cast<std::size_t>(connection)).reset) continue;
    findings.push_back({"closed-unread",
                        {made.id},
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)}, {"peer", story.name(peer)}, {"bytes", *made->readable}}});
  }
  return findings;
}

/// The end of `lane`'s socket, in an orderly way: what comes there afterwards finds nobody.
MadeCall orderly_closing(const Story& story, int connection, LaneIndex lane) {
  for (const MadeCall& made : story.calls_on(connection, lane)) {
    if (is_closing(*made)) return closes_with_reset(*made) ? MadeCall{} : made;
  }
  return {};
}

/// The first such send of each side: it is the one that is answered with a reset.
std::vector<Finding> sent_to_closed(const Story& story) {
  std::vector<Finding> findings;
  std::set<std::pair<int, LaneIndex>> told;
  for (const StreamSend& send : story.sends) {
    const int connection = send.range.connection;
    if (!story.timeline.connections.at(static_cast<std::size_t>(connection)).reset) continue;
    const MadeCall closing = orderly_closing(story, connection, send.range.to);
    if (!closing.call || !returned_before(*closing, *send.first()) || was_reset_before(story, send.first())) continue;
    if (!told.insert({connection, send.range.from}).second) continue;
    findings.push_back(
        {"sent-to-closed",
         {closing.id, send.first().id},
         story.actor(send.range.from),
         {{"actor", story.name(send.range.from)}, {"peer", story.name(send.range.to)}, {"bytes", send.range.length}}});
  }
  return findings;
}

std::vector<Finding> broken_pipe(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->error != "EPIPE") continue;
    const int connection = story.connection_of(made);
    const LaneIndex peer = story.peer_in(connection, made->lane);
    Arguments arguments = {{"actor", story.name(made->lane)}};
    const bool has_connection = connection >= 0;
    const std::vector<MadeCall> own = has_connection ? before_on_connection(story, made) : story.before_on_socket(made);
    const auto shutdown =
        std::find_if(own.begin(), own.end(), [](const MadeCall& other) { return shuts_writing(*other); });
    const std::vector<MadeCall> of_peer = story.calls_on(connection, peer);
    const auto closing = std::find_if(of_peer.begin(), of_peer.end(), [&](const MadeCall& other) {
      return is_closing(*other) && returned_before(*other, *made);
    });
    if (shutdown != own.end() && !has_connection) {
      // A stream without a connection cannot be shut down: this is a datagram socket.
      arguments["call"] = made->call;
      findings.push_back({"broken-pipe.datagram", {shutdown->id, made.id}, story.actor(made->lane), arguments});
    } else if (shutdown != own.end()) {
      findings.push_back({"broken-pipe.own-shutdown", {shutdown->id, made.id}, story.actor(made->lane), arguments});
    } else if (closing != of_peer.end()) {
      arguments["peer"] = story.name(peer);
      findings.push_back({"broken-pipe.peer-gone", {closing->id, made.id}, story.actor(made->lane), arguments});
    } else {
      findings.push_back({"broken-pipe", {made.id}, story.actor(made->lane), arguments});
    }
  }
  return findings;
}

std::vector<Finding> time_wait(const Story& story) {
  std::vector<Finding> findings;
  for (const Connection& connection : story.timeline.connections) {
    if (connection.closes.empty()) continue;
    const std::vector<timeline::EventId>& events = connection.closes;
    const Call* first = story.timeline.call(connection.closes.front());
    if (connection.time_wait.empty()) {
      if (!connection.reset) continue;
      findings.push_back({"time-wait.nobody",
                          events,
                          story.actor(connection.client),
                          {{"client", story.name(connection.client)}, {"server", story.name(connection.server)}}});
    } else if (connection.time_wait.size() > 1) {
      // Where packets are seen, the rule about the ending shows how it came.
      const Talk* talk = story.talk(static_cast<int>(&connection - story.timeline.connections.data()));
      const std::optional<Ending> ending = talk ? ending_of(*talk) : std::nullopt;
      if (ending && ending->is_crossed()) continue;
      findings.push_back({"time-wait.both",
                          events,
                          story.actor(connection.client),
                          {{"client", story.name(connection.client)}, {"server", story.name(connection.server)}}});
    } else if (first && first->lane == connection.time_wait.front()) {
      const LaneIndex peer = first->lane == connection.client ? connection.server : connection.client;
      findings.push_back({"time-wait",
                          events,
                          story.actor(first->lane),
                          {{"actor", story.name(first->lane)}, {"peer", story.name(peer)}}});
    }
  }
  return findings;
}

std::vector<Finding> closed_by_exit(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call != "exit" || made->connection < 0 || made->readable.value_or(0) > 0) continue;
    if (!story.timeline.lanes.at(static_cast<std::size_t>(made->lane)).failure.empty()) continue;
    const LaneIndex peer = story.peer_in(made->connection, made->lane);
    if (peer == timeline::nobody || was_reset_before(story, made)) continue;
    // Whether the peer has seen a reset or an end is only then plain when nothing was reset at all.
    if (story.timeline.connections.at(static_cast<std::size_t>(made->connection)).reset) continue;
    findings.push_back({"closed-by-exit",
                        {made.id},
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)}, {"peer", story.name(peer)}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> closing_rules() {
  return {
      {"end-of-file",
       {{"end-of-file", {"receiver", "peer"}},
        {"end-of-file.close", {"receiver", "peer"}},
        {"end-of-file.shutdown", {"receiver", "peer"}},
        {"end-of-file.exit", {"receiver", "peer"}},
        {"end-of-file.after-reset", {"receiver", "peer"}},
        {"end-of-file.own-shutdown", {"receiver"}}},
       end_of_file},
      {"half-close", {{"half-close", {"actor", "peer", "bytes"}}}, half_close},
      {"shutdown-read", {{"shutdown-read", {"actor", "peer"}}}, reading_shut},
      {"reset",
       {{"reset.aborted", {"actor", "call", "peer"}},
        {"reset.unread", {"actor", "call", "peer"}},
        {"reset.answered", {"actor", "call", "peer"}},
        {"reset.never-accepted", {"actor", "call", "peer"}},
        {"reset", {"actor", "call", "peer"}}},
       reset},
      {"closed-unread", {{"closed-unread", {"actor", "peer", "bytes"}}}, closed_unread},
      {"sent-to-closed", {{"sent-to-closed", {"actor", "peer", "bytes"}}}, sent_to_closed},
      {"broken-pipe",
       {{"broken-pipe.own-shutdown", {"actor"}},
        {"broken-pipe.datagram", {"actor", "call"}},
        {"broken-pipe.peer-gone", {"actor", "peer"}},
        {"broken-pipe", {"actor"}}},
       broken_pipe},
      {"time-wait",
       {{"time-wait", {"actor", "peer"}},
        {"time-wait.both", {"client", "server"}},
        {"time-wait.nobody", {"client", "server"}}},
       time_wait},
      {"closed-by-exit", {{"closed-by-exit", {"actor", "peer"}}}, closed_by_exit},
  };
}

}  // namespace wirelab::explain

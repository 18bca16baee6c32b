// How a TCP connection comes about, or does not.
#include <algorithm>
#include <map>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using scenario::PacketKind;
using timeline::Call;
using timeline::Connection;
using timeline::LaneIndex;

/// What one side knows of it alone. An accept that did not sleep has found the connection in the queue.
std::vector<Finding> handshake_of_one_side(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    const int connection = story.connection_of(made);
    if (!timeline::succeeded(*made) || made->found_blocked || !story.knows(connection)) continue;
    if (made->call != "accept" && made->call != "connect") continue;
    const Connection& between = story.timeline.connections[static_cast<std::size_t>(connection)];
    if (story.sees(story.peer_in(connection, made->lane))) continue;
    findings.push_back({made->call == "accept" ? "handshake-before-accept.queued" : "handshake-before-accept.connected",
                        {made.id},
                        story.actor(made->lane),
                        {{"client", story.name(between.client)}, {"server", story.name(between.server)}}});
  }
  return findings;
}

std::vector<Finding> handshake_before_accept(const Story& story) {
  std::vector<Finding> findings = handshake_of_one_side(story);
  for (const Connection& connection : story.timeline.connections) {
    const MadeCall connect = story.made(connection.connect);
    const MadeCall accept = story.made(connection.accept);
    if (!connect.call || !accept.call || !timeline::succeeded(*connect) || !returned_before(*connect, *accept))
      continue;
    const Talk* talk = story.talk(story.connection_of(connect));
    const std::optional<Handshake> handshake = talk ? handshake_of(*talk) : std::nullopt;
    // The end of a handshake may be kept back while connect has returned already.
    const bool seen = handshake && handshake->ack->delivered_epoch < accept->start_epoch &&
                      end_of_handshake(*talk, *handshake) == HandshakeEnd::taken;
    findings.push_back({seen ? "handshake-before-accept.seen" : "handshake-before-accept",
                        {connect.id, accept.id},
                        story.actor(connection.client),
                        {{"client", story.name(connection.client)}, {"server", story.name(connection.server)}}});
  }
  return findings;
}

/// TCP_DEFER_ACCEPT: the last packet of a handshake is not what puts a connection into that server's queue.
bool defers_accept(const Story& story, LaneIndex server) {
  return std::any_of(story.options.begin(), story.options.end(), [&](const MadeCall& made) {
    const auto set = made->lane == server ? timeline::socket_option(*made) : std::nullopt;
    return set && set->name == "TCP_DEFER_ACCEPT" && set->value != 0;
  });
}

std::vector<Finding> accept_asleep(const Story& story) {
  std::map<timeline::EventId, timeline::EventId> wakers;  // the packets, by the calls they woke
  for (const SeenPacket& seen : story.packets) {
    if (seen->woke != 0) wakers.emplace(seen->woke, seen.id);
  }
  std::vector<Finding> findings;
  for (const Connection& connection : story.timeline.connections) {
    const MadeCall accept = story.made(connection.accept);
    if (!accept.call || !timeline::succeeded(*accept) || !accept->found_blocked) continue;
    std::vector<timeline::EventId> events;
    if (connection.connect != 0) events.push_back(connection.connect);
    const auto waker = wakers.find(accept.id);
    if (waker != wakers.end()) events.push_back(waker->second);
    events.push_back(accept.id);
    const bool by_handshake = waker != wakers.end() && !defers_accept(story, connection.server);
    findings.push_back({by_handshake ? "accept-asleep.seen" : "accept-asleep",
                        std::move(events),
                        story.actor(connection.server),
                        {{"server", story.name(connection.server)}, {"client", story.name(connection.client)}}});
  }
  return findings;
}

std::vector<Finding> never_accepted(const Story& story) {
  std::vector<Finding> findings;
  for (const Connection& connection : story.timeline.connections) {
    const MadeCall connect = story.made(connection.connect);
    if (connection.accept != 0 || connection.server == timeline::nobody || !connect.call) continue;
    // Where nobody listens, two that connect to each other have no queue.
    if (!timeline::succeeded(*connect) || connection.listen == 0) continue;
    if (defers_accept(story, connection.server)) continue;
    const Talk* talk = story.talk(story.connection_of(connect));
    const std::optional<Handshake> handshake = talk ? handshake_of(*talk) : std::nullopt;
    // Without the last ACK, or where that was not taken, it was not in the queue.
    if (talk && (!handshake || end_of_handshake(*talk, *handshake) != HandshakeEnd::taken)) continue;
    findings.push_back({"never-accepted",
                        {connect.id},
                        story.actor(connection.client),
                        {{"client", story.name(connection.client)}, {"server", story.name(connection.server)}}});
  }
  return findings;
}

/// The connections to `server` that stood finished in its queue all the while `connect` was asleep.
std::int64_t waiting_during(const Story& story, LaneIndex server, const MadeCall& connect) {
  return std::count_if(
      story.timeline.connections.begin(), story.timeline.connections.end(), [&](const Connection& connection) {
        const Call* other = story.timeline.call(connection.connect);
        const Call* accept = story.timeline.call(connection.accept);
        if (connection.server != server || !other || !timeline::succeeded(*other)) return false;
        return returned_before(*other, *connect) && (!accept || connect->start_epoch < accept->return_epoch);
      });
}

/// A SYN or its answer got lost: of that speak the rules about losses.
bool lost_in_handshake(const Talk& talk) {
  return std::any_of(talk.packets.begin(), talk.packets.end(), [](const SeenPacket& seen) {
    return is_lost(*seen) && (seen->kind == PacketKind::syn || seen->kind == PacketKind::syn_ack);
  });
}

/// The first SYN of a client, if it came to the server and was not answered then.
SeenPacket unanswered_syn(const Talk& talk) {
  SeenPacket syn;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from == talk.client && seen->kind == PacketKind::syn && is_delivered(*seen)) {
      if (syn.packet) return syn;  // it had to be sent again
      syn = seen;
    } else if (seen->from == talk.server) {
      return {};
    }
  }
  return syn;
}

/// The handshakes with the same server that were under way at that moment: answered, and not finished.
std::int64_t half_open_at(const Story& story, const Talk& knocking, timeline::Nanoseconds moment) {
  return std::count_if(story.talks.begin(), story.talks.end(), [&](const Talk& talk) {
    if (talk.server != knocking.server || talk.connection == knocking.connection) return false;
    const std::optional<Handshake> made = handshake_of(talk);
    const bool answered = std::any_of(talk.packets.begin(), talk.packets.end(), [&](const SeenPacket& seen) {
      return seen->kind == PacketKind::syn_ack && seen.at < moment;
    });
    return answered && (!made || made->ack->delivered_at > moment);
  });
}

std::vector<Finding> connect_asleep(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call != "connect" || !made->found_blocked || made->peer == timeline::nobody) continue;
    const Talk* talk = story.talk(story.connection_of(made));
    if (talk && lost_in_handshake(*talk)) continue;
    const SeenPacket syn = talk ? unanswered_syn(*talk) : SeenPacket{};
    const auto listen = std::find_if(story.calls.rbegin(), story.calls.rend(), [&](const MadeCall& other) {
      return other->call == "listen" && other->lane == made->peer && returned_before(*other, *made);
    });
    constexpr std::int64_t unknown = -1;
    const std::int64_t backlog =
        listen == story.calls.rend() ? unknown : timeline::number_argument(**listen, "backlog").value_or(unknown);
    const std::int64_t waiting = waiting_during(story, made->peer, made);
    Arguments arguments = {{"client", story.name(made->lane)}, {"server", story.name(made->peer)}};
    const std::int64_t half_open = syn.packet ? half_open_at(story, *talk, syn->delivered_at) : 0;
    Finding finding{"connect-asleep", {made.id}, story.actor(made->lane), std::move(arguments)};
    if (backlog != unknown && waiting > backlog) {
      finding.key = syn.packet ? "connect-asleep.queue-full.seen" : "connect-asleep.queue-full";
      finding.arguments.insert({{"backlog", backlog}, {"waiting", waiting}});
    } else if (backlog != unknown && half_open > 0 && half_open >= backlog) {
      finding.key = "connect-asleep.half-open";
      finding.arguments.insert({{"backlog", backlog}, {"half_open", half_open}});
    }
    if (finding.key != "connect-asleep") {
      finding.events = {listen->id, made.id};
      if (syn.packet) finding.events.push_back(syn.id);
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// The port of the file that a listening socket was bound to.
std::optional<std::int64_t> port_of(const Story& story, const MadeCall& listen) {
  std::optional<std::int64_t> port;
  for (const MadeCall& made : story.before_on_socket(listen)) {
    if (made->call == "bind" && timeline::succeeded(*made)) port = timeline::number_argument(*made, "port");
  }
  return port;
}

/// Why nobody was listening: the story of the peer's listening sockets up to the refusal.
Finding refusal(const Story& story, const MadeCall& connect) {
  Finding finding{"connect-refused", {connect.id}, story.actor(connect->lane), {}};
  finding.arguments = {{"client", story.name(connect->lane)}};
  if (connect->peer == timeline::nobody) return finding;
  finding.arguments = {{"client", story.name(connect->lane)}, {"server", story.name(connect->peer)}};
  std::vector<MadeCall> listens;
  for (const MadeCall& made : story.calls) {
    if (made->call == "listen" && made->lane == connect->peer && timeline::succeeded(*made)) listens.push_back(made);
  }
  if (listens.empty()) {
    finding.key = "connect-refused.no-listen";
    return finding;
  }
  const auto came_later = [&](const MadeCall& listen) { return returned_before(*connect, *listen); };
  const auto was_closed = [&](const MadeCall& listen) {
    return std::any_of(story.calls.begin(), story.calls.end(), [&](const MadeCall& made) {
      return is_closing(*made) && made->lane == listen->lane && made->socket == listen->socket && made.id > listen.id &&
             returned_before(*made, *connect);
    });
  };
  const auto port = timeline::number_argument(*connect, "port");
  const auto is_elsewhere = [&](const MadeCall& listen) {
    const auto listening = port_of(story, listen);
    return port && listening && *port != *listening;
  };
  const MadeCall last = listens.back();
  const std::size_t all = listens.size();
  std::erase_if(listens, is_elsewhere);
  if (listens.empty() && all == 1 && !came_later(last) && !was_closed(last)) {
    finding.key = "connect-refused.other-port";
    finding.events = {last.id, connect.id};
    finding.arguments.insert({{"port", *port}, {"listening", *port_of(story, last)}});
  } else if (!listens.empty() && std::all_of(listens.begin(), listens.end(), came_later)) {
    finding.key = "connect-refused.too-early";
    finding.events = {listens.front().id, connect.id};
  } else if (!listens.empty() && std::all_of(listens.begin(), listens.end(), was_closed)) {
    finding.key = "connect-refused.closed";
    finding.events = {listens.back().id, connect.id};
  } else {
    finding.arguments.erase("server");
  }
  return finding;
}

/// The SYN that was refused and the RST that refused it, if they were seen.
std::vector<timeline::EventId> refusing_packets(const Story& story, const MadeCall& connect) {
  const Talk* talk = story.talk(story.connection_of(connect));
  if (!talk) return {};
  std::vector<timeline::EventId> found;
  for (const SeenPacket& seen : talk->packets) {
    const bool asks = seen->kind == PacketKind::syn && is_delivered(*seen) && found.empty();
    const bool refuses = seen->kind == PacketKind::rst && seen->from == talk->server && found.size() == 1;
    if (asks || refuses) found.push_back(seen.id);
  }
  return found.size() == 2 ? found : std::vector<timeline::EventId>{};
}

std::vector<Finding> connect_refused(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call != "connect" || made->error != "ECONNREFUSED") continue;
    Finding finding = refusal(story, made);
    const std::vector<timeline::EventId> packets = refusing_packets(story, made);
    finding.events.insert(finding.events.end() - 1, packets.begin(), packets.end());
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// Every SYN there was, if all of them were lost.
std::vector<SeenPacket> lost_syns(const Talk& talk) {
  std::vector<SeenPacket> lost;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->kind != PacketKind::syn) continue;
    if (!is_lost(*seen)) return {};
    lost.push_back(seen);
  }
  return lost;
}

std::vector<Finding> connect_unanswered(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call != "connect" || made->error != "ETIMEDOUT") continue;
    Finding finding{"connect-unanswered", {made.id}, story.actor(made->lane), {{"client", story.name(made->lane)}}};
    const Talk* talk = story.talk(story.connection_of(made));
    const std::vector<SeenPacket> lost = talk ? lost_syns(*talk) : std::vector<SeenPacket>{};
    if (!lost.empty()) {
      finding.key = "connect-unanswered.lost";
      finding.events.clear();
      for (const SeenPacket& seen : lost) finding.events.push_back(seen.id);
      finding.events.push_back(made.id);
      finding.arguments.insert({{"syns", static_cast<std::int64_t>(lost.size())}, {"how", how_lost(*lost.front())}});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Rule> connection_rules() {
  return {
      {"handshake-before-accept",
       {{"handshake-before-accept", {"client", "server"}},
        {"handshake-before-accept.seen", {"client", "server"}},
        {"handshake-before-accept.queued", {"client", "server"}},
        {"handshake-before-accept.connected", {"client", "server"}}},
       handshake_before_accept},
      {"accept-asleep",
       {{"accept-asleep", {"client", "server"}}, {"accept-asleep.seen", {"client", "server"}}},
       accept_asleep},
      {"never-accepted", {{"never-accepted", {"client", "server"}}}, never_accepted},
      {"connect-asleep",
       {{"connect-asleep", {"client", "server"}},
        {"connect-asleep.queue-full", {"client", "server", "backlog", "waiting"}},
        {"connect-asleep.queue-full.seen", {"client", "server", "backlog", "waiting"}},
        {"connect-asleep.half-open", {"client", "server", "backlog", "half_open"}}},
       connect_asleep},
      {"connect-refused",
       {{"connect-refused", {"client"}},
        {"connect-refused.no-listen", {"client", "server"}},
        {"connect-refused.too-early", {"client", "server"}},
        {"connect-refused.closed", {"client", "server"}},
        {"connect-refused.other-port", {"client", "server", "port", "listening"}}},
       connect_refused},
      {"connect-unanswered",
       {{"connect-unanswered", {"client"}}, {"connect-unanswered.lost", {"client", "syns", "how"}}},
       connect_unanswered},
  };
}

}  // namespace wirelab::explain

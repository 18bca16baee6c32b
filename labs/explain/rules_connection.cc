// How a TCP connection comes about, or does not.
#include <algorithm>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using timeline::Call;
using timeline::Connection;
using timeline::LaneIndex;

std::vector<Finding> handshake_before_accept(const Story& story) {
  std::vector<Finding> findings;
  for (const Connection& connection : story.timeline.connections) {
    const MadeCall connect = story.made(connection.connect);
    const MadeCall accept = story.made(connection.accept);
    if (!connect.call || !accept.call || !timeline::succeeded(*connect) || !returned_before(*connect, *accept))
      continue;
    findings.push_back({"handshake-before-accept",
                        {connect.id, accept.id},
                        story.actor(connection.client),
                        {{"client", story.name(connection.client)}, {"server", story.name(connection.server)}}});
  }
  return findings;
}

std::vector<Finding> accept_asleep(const Story& story) {
  std::vector<Finding> findings;
  for (const Connection& connection : story.timeline.connections) {
    const MadeCall accept = story.made(connection.accept);
    if (!accept.call || !timeline::succeeded(*accept) || !accept->found_blocked) continue;
    std::vector<timeline::EventId> events;
    if (connection.connect != 0) events.push_back(connection.connect);
    events.push_back(accept.id);
    findings.push_back({"accept-asleep",
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
    if (!timeline::succeeded(*connect)) continue;
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

std::vector<Finding> connect_asleep(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call != "connect" || !made->found_blocked || made->peer == timeline::nobody) continue;
    const auto listen = std::find_if(story.calls.rbegin(), story.calls.rend(), [&](const MadeCall& other) {
      return other->call == "listen" && other->lane == made->peer && returned_before(*other, *made);
    });
    constexpr std::int64_t unknown = -1;
    const std::int64_t backlog =
        listen == story.calls.rend() ? unknown : timeline::number_argument(**listen, "backlog").value_or(unknown);
    const std::int64_t waiting = waiting_during(story, made->peer, made);
    Arguments arguments = {{"client", story.name(made->lane)}, {"server", story.name(made->peer)}};
    if (backlog != unknown && waiting > backlog) {
      arguments.insert({{"backlog", backlog}, {"waiting", waiting}});
      findings.push_back({"connect-asleep.queue-full", {listen->id, made.id}, story.actor(made->lane), arguments});
    } else {
      findings.push_back({"connect-asleep", {made.id}, story.actor(made->lane), arguments});
    }
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
  if (std::all_of(listens.begin(), listens.end(), came_later)) {
    finding.key = "connect-refused.too-early";
    finding.events = {listens.front().id, connect.id};
  } else if (std::all_of(listens.begin(), listens.end(), was_closed)) {
    finding.key = "connect-refused.closed";
    finding.events = {listens.back().id, connect.id};
  } else {
    const auto port = timeline::number_argument(*connect, "port");
    const auto listening = port_of(story, listens.back());
    if (listens.size() == 1 && port && listening && *port != *listening) {
      finding.key = "connect-refused.other-port";
      finding.events = {listens.back().id, connect.id};
      finding.arguments.insert({{"port", *port}, {"listening", *listening}});
    } else {
      finding.arguments.erase("server");
    }
  }
  return finding;
}

std::vector<Finding> connect_refused(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call == "connect" && made->error == "ECONNREFUSED") findings.push_back(refusal(story, made));
  }
  return findings;
}

std::vector<Finding> connect_unanswered(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call != "connect" || made->error != "ETIMEDOUT") continue;
    findings.push_back(
        {"connect-unanswered", {made.id}, story.actor(made->lane), {{"client", story.name(made->lane)}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> connection_rules() {
  return {
      {"handshake-before-accept", {{"handshake-before-accept", {"client", "server"}}}, handshake_before_accept},
      {"accept-asleep", {{"accept-asleep", {"client", "server"}}}, accept_asleep},
      {"never-accepted", {{"never-accepted", {"client", "server"}}}, never_accepted},
      {"connect-asleep",
       {{"connect-asleep", {"client", "server"}},
        {"connect-asleep.queue-full", {"client", "server", "backlog", "waiting"}}},
       connect_asleep},
      {"connect-refused",
       {{"connect-refused", {"client"}},
        {"connect-refused.no-listen", {"client", "server"}},
        {"connect-refused.too-early", {"client", "server"}},
        {"connect-refused.closed", {"client", "server"}},
        {"connect-refused.other-port", {"client", "server", "port", "listening"}}},
       connect_refused},
      {"connect-unanswered", {{"connect-unanswered", {"client"}}}, connect_unanswered},
  };
}

}  // namespace wirelab::explain

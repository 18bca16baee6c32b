// Calls that fail, programs that end because of it, and programs that wait for ever.
#include <algorithm>
#include <set>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using timeline::Call;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::Wait;

std::vector<MadeCall> failed_with(const Story& story, std::string_view error) {
  std::vector<MadeCall> found;
  for (const MadeCall& made : story.calls) {
    if (made->error == error && timeline::made_by_script(*made)) found.push_back(made);
  }
  return found;
}

/// A finding for every call that failed so, saying who and in which call.
std::vector<Finding> plain(const Story& story, std::string_view key, std::string_view error) {
  std::vector<Finding> findings;
  for (const MadeCall& made : failed_with(story, error)) {
    findings.push_back(
        {key, {made.id}, story.actor(made->lane), {{"actor", story.name(made->lane)}, {"call", made->call}}});
  }
  return findings;
}

/// Whether that socket was closed before `later` was made.
bool was_closed_before(const Story& story, const MadeCall& of_socket, const MadeCall& later) {
  return std::any_of(story.calls.begin(), story.calls.end(), [&](const MadeCall& made) {
    return is_closing(*made) && made->lane == of_socket->lane && made->socket == of_socket->socket &&
           made.id > of_socket.id && made.id < later.id;
  });
}

/// The actor's own bind that took the port of a later one, which failed.
MadeCall earlier_bind(const Story& story, const MadeCall& failed) {
  const auto port = timeline::number_argument(*failed, "port");
  MadeCall found;
  for (const MadeCall& made : story.calls) {
    if (made.id >= failed.id) break;
    const bool same_port = port && timeline::number_argument(*made, "port") == port;
    if (made->call == "bind" && made->lane == failed->lane && same_port && timeline::succeeded(*made)) found = made;
  }
  return found;
}

/// A connection that came from that listening socket, was accepted before the call failed, and was open then.
const timeline::Connection* open_connection_of(const Story& story, const MadeCall& bound, const MadeCall& failed) {
  for (const timeline::Connection& one : story.timeline.connections) {
    const Call* listen = story.timeline.call(one.listen);
    const bool accepted = listen && listen->lane == failed->lane && listen->socket == bound->socket &&
                          one.accept != 0 && one.accept < failed.id;
    if (!accepted) continue;
    const std::vector<MadeCall> own = story.calls_on(story.connection_of(story.made(one.accept)), failed->lane);
    const bool closed = std::any_of(own.begin(), own.end(),
                                    [&](const MadeCall& made) { return is_closing(*made) && made.id < failed.id; });
    if (!closed && !one.reset) return &one;
  }
  return nullptr;
}

std::vector<Finding> address_in_use(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : failed_with(story, "EADDRINUSE")) {
    Arguments arguments = {{"actor", story.name(made->lane)}, {"call", made->call}};
    if (made->call == "setsockopt") {
      findings.push_back({"address-in-use.member", {made.id}, story.actor(made->lane), arguments});
      continue;
    }
    const MadeCall before = made->call == "bind" ? earlier_bind(story, made) : MadeCall{};
    const bool closed = before.call && was_closed_before(story, before, made);
    const auto kept = std::find_if(
        story.timeline.connections.begin(), story.timeline.connections.end(), [&](const timeline::Connection& one) {
          const Call* listen = story.timeline.call(one.listen);
          const bool of_that_socket = before.call && listen && listen->lane == made->lane &&
                                      listen->socket == before->socket && one.accept != 0 && one.accept < made.id;
          return of_that_socket && std::count(one.time_wait.begin(), one.time_wait.end(), made->lane) > 0;
        });
    const timeline::Connection* open = closed ? open_connection_of(story, before, made) : nullptr;
    if (before.call && !closed) {
      const bool of_datagrams = is_on_datagram_socket(story, made);
      findings.push_back({of_datagrams ? "address-in-use.own-datagram-socket" : "address-in-use.own-socket",
                          {before.id, made.id},
                          story.actor(made->lane),
                          arguments});
    } else if (open) {
      arguments["peer"] = story.name(open->client);
      findings.push_back({"address-in-use.open", {open->accept, made.id}, story.actor(made->lane), arguments});
    } else if (kept != story.timeline.connections.end()) {
      arguments["peer"] = story.name(kept->client);
      findings.push_back({"address-in-use.connection", {before.id, made.id}, story.actor(made->lane), arguments});
    } else if (made->call == "bind" && is_on_datagram_socket(story, made)) {
      findings.push_back({"address-in-use.datagram", {made.id}, story.actor(made->lane), arguments});
    } else {
      findings.push_back({"address-in-use", {made.id}, story.actor(made->lane), arguments});
    }
  }
  return findings;
}

std::vector<Finding> permission(const Story& story) {
  constexpr std::int64_t first_free_port = 1024;
  std::vector<Finding> findings;
  for (const MadeCall& made : failed_with(story, "EACCES")) {
    const auto port = timeline::number_argument(*made, "port");
    Arguments arguments = {{"actor", story.name(made->lane)}};
    if (made->call == "bind" && port && *port > 0 && *port < first_free_port) {
      arguments["port"] = *port;
      findings.push_back({"permission.port", {made.id}, story.actor(made->lane), arguments});
    } else if (timeline::is_send(*made)) {
      arguments["call"] = made->call;
      findings.push_back({"permission.broadcast", {made.id}, story.actor(made->lane), arguments});
    }
  }
  return findings;
}

std::vector<Finding> datagram_too_long(const Story& story) {
  std::vector<Finding> findings = plain(story, "datagram-too-long", "EMSGSIZE");
  std::erase_if(findings,
                [&](const Finding& finding) { return !timeline::is_send(*story.made(finding.events.back())); });
  return findings;
}

std::vector<Finding> not_connected(const Story& story) {
  std::vector<Finding> findings = plain(story, "not-connected", "ENOTCONN");
  for (Finding& finding : findings) {
    if (is_on_datagram_socket(story, story.made(finding.events.back()))) finding.key = "not-connected.datagram";
  }
  return findings;
}

/// An option that the kernel did not set.
std::vector<Finding> option_refused(const Story& story) {
  std::vector<Finding> findings;
  for (const std::string_view error : {"EADDRNOTAVAIL", "EINVAL"}) {
    for (const MadeCall& made : failed_with(story, error)) {
      if (made->call != "setsockopt") continue;
      const auto group = timeline::text_argument(*made, "group");
      const auto option = timeline::socket_option(*made);
      const bool leaves = group && timeline::text_argument(*made, "option") == "IP_DROP_MEMBERSHIP";
      Arguments arguments = {{"actor", story.name(made->lane)}};
      if (error == "EADDRNOTAVAIL" && leaves) {
        arguments["group"] = *group;
        findings.push_back({"option-refused.not-joined", {made.id}, story.actor(made->lane), arguments});
      } else if (error == "EINVAL" && option) {
        arguments["option"] = option->name;
        arguments["value"] = option->value;
        findings.push_back({"option-refused.value", {made.id}, story.actor(made->lane), arguments});
      }
    }
  }
  return findings;
}

/// The send buffer that the program itself had made small is what the datagram did not fit into.
std::vector<Finding> no_room_to_send(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : failed_with(story, "ENOBUFS")) {
    if (!timeline::is_send(*made) || !is_on_datagram_socket(story, made)) continue;
    std::vector<EventId> events;
    for (const MadeCall& other : story.before_on_socket(made)) {
      const auto option = timeline::socket_option(*other);
      if (other->call == "setsockopt" && timeline::succeeded(*other) && option && option->name == "SO_SNDBUF")
        events = {other.id};
    }
    if (events.empty()) continue;
    events.push_back(made.id);
    findings.push_back({"no-room-to-send",
                        std::move(events),
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)}, {"call", made->call}}});
  }
  return findings;
}

std::vector<Finding> no_destination(const Story& story) { return plain(story, "no-destination", "EDESTADDRREQ"); }

std::vector<Finding> timed_out(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : failed_with(story, "timeout")) {
    const bool of_datagrams = timeline::is_receive(*made) && is_on_datagram_socket(story, made);
    findings.push_back({of_datagrams ? "timeout.datagram" : "timeout",
                        {made.id},
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)}, {"call", made->call}}});
  }
  return findings;
}

/// The lane's last event, where a reader looks for why it stopped.
EventId last_event_of(const Story& story, LaneIndex lane) {
  EventId last = 0;
  for (const MadeCall& made : story.calls) {
    if (made->lane == lane) last = made.id;
  }
  return last;
}

/// Both ends of one connection asleep in send.
bool faces_full_buffers(const Story& story) {
  std::set<std::pair<int, LaneIndex>> asleep;
  for (const MadeCall& made : story.calls) {
    if (made->call == "send" && !made->returned && made->found_blocked && made->ended_by == "deadlock") {
      asleep.insert({story.connection_of(made), made->lane});
    }
  }
  return std::any_of(asleep.begin(), asleep.end(), [&](const auto& end) {
    return end.first >= 0 && asleep.contains({end.first, story.peer_in(end.first, end.second)});
  });
}

/// Where everybody stands still, whoever waits for nothing has come to its end.
bool has_ended(const Story& story, LaneIndex lane) {
  const std::vector<Wait>& waits = story.timeline.waits;
  return std::none_of(waits.begin(), waits.end(), [&](const Wait& wait) { return wait.lane == lane; });
}

std::vector<Finding> deadlock(const Story& story) {
  if (story.timeline.outcome != timeline::Outcome::deadlock || story.timeline.waits.empty()) return {};
  std::vector<EventId> events;
  std::vector<words::Message> waits;
  for (const Wait& wait : story.timeline.waits) {
    if (const EventId last = last_event_of(story, wait.lane); last != 0) events.push_back(last);
    const bool is_alone = wait.waits_for == timeline::nobody;
    words::Message told{is_alone                           ? "deadlock.waits"_text
                        : has_ended(story, wait.waits_for) ? "deadlock.waits-for-ended"_text
                                                           : "deadlock.waits-for"_text,
                        {{"actor", story.name(wait.lane)},
                         {"doing", std::vector{wait.doing}},
                         {"line", static_cast<std::int64_t>(wait.line)},
                         {"other", story.name(wait.waits_for)}}};
    waits.push_back(std::move(told));
  }
  if (events.empty()) events.push_back(story.timeline.events.back().id);
  std::sort(events.begin(), events.end());
  const std::string_view key = faces_full_buffers(story) ? "deadlock.full-buffers" : "deadlock";
  return {{key, std::move(events), "", {{"waits", std::move(waits)}}}};
}

/// The step had said that it might fail, so that its actor went on whatever the error was.
bool was_expected(const Story& story, EventId failed, LaneIndex lane, const std::string& step) {
  return std::any_of(story.timeline.events.begin(), story.timeline.events.end(), [&](const timeline::Event& event) {
    const timeline::Expectation* expectation = event.expectation();
    return expectation && event.id > failed && expectation->lane == lane && expectation->step == step &&
           expectation->expected.starts_with("{fails:");
  });
}

/// An actor that goes on has handled it: inside a retry.
bool went_on(const Story& story, EventId failed, LaneIndex lane) {
  return std::any_of(story.calls.begin(), story.calls.end(), [&](const MadeCall& made) {
    return made.id > failed && made->lane == lane && timeline::made_by_script(*made);
  });
}

/// A message or a file that its framing, its size, or the end of the stream made into an error: no call failed.
template <typename Happening>
void add_unexpected_failure(const Story& story, EventId id, const Happening& what, std::string word,
                            std::vector<Finding>& findings) {
  if (what.error.empty() || went_on(story, id, what.lane) || was_expected(story, id, what.lane, what.step)) return;
  const auto call = std::find_if(story.calls.begin(), story.calls.end(), [&](const MadeCall& made) {
    return made->lane == what.lane && made->step == what.step;
  });
  if (call != story.calls.end()) word = (*call)->word;
  findings.push_back({"unexpected-failure.message",
                      {id},
                      story.actor(what.lane),
                      {{"actor", story.name(what.lane)},
                       {"step", std::move(word)},
                       {"error", what.error},
                       {"line", static_cast<std::int64_t>(what.line)}}});
}

std::vector<Finding> unexpected_failures_without_a_call(const Story& story) {
  std::vector<Finding> findings;
  for (const timeline::Event& event : story.timeline.events) {
    if (const timeline::Message* message = event.message()) {
      add_unexpected_failure(story, event.id, *message, message->sent ? "send_message" : "recv_message", findings);
    } else if (const timeline::File* file = event.file()) {
      add_unexpected_failure(story, event.id, *file, "recv_file", findings);
    }
  }
  return findings;
}

std::vector<Finding> unexpected_failure(const Story& story) {
  std::vector<Finding> findings = unexpected_failures_without_a_call(story);
  for (const MadeCall& made : story.calls) {
    const bool cut_off = !made->ended_by.empty() && made->ended_by != "timeout";
    if (made->error.empty() || cut_off || !timeline::made_by_script(*made)) continue;
    if (was_expected(story, made.id, made->lane, made->step) || went_on(story, made.id, made->lane)) continue;
    findings.push_back({"unexpected-failure",
                        {made.id},
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)},
                         {"call", made->call},
                         {"error", made->error},
                         {"line", static_cast<std::int64_t>(made->line)}}});
  }
  return findings;
}

std::vector<Finding> option_differs(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    const auto read = timeline::socket_option(*made);
    if (made->call != "getsockopt" || !read || !timeline::succeeded(*made)) continue;
    if (read->name != "SO_RCVBUF" && read->name != "SO_SNDBUF") continue;
    MadeCall asked;
    for (const MadeCall& other : story.before_on_socket(made)) {
      const auto option = timeline::socket_option(*other);
      if (other->call == "setsockopt" && option && option->name == read->name && timeline::succeeded(*other))
        asked = other;
    }
    if (!asked.call || timeline::socket_option(*asked)->value == read->value) continue;
    findings.push_back({"buffer-size",
                        {asked.id, made.id},
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)},
                         {"option", read->name},
                         {"asked", timeline::socket_option(*asked)->value},
                         {"got", read->value}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> failure_rules() {
  return {
      {"address-in-use",
       {{"address-in-use", {"actor", "call"}},
        {"address-in-use.datagram", {"actor", "call"}},
        {"address-in-use.own-socket", {"actor", "call"}},
        {"address-in-use.own-datagram-socket", {"actor", "call"}},
        {"address-in-use.open", {"actor", "call", "peer"}},
        {"address-in-use.connection", {"actor", "call", "peer"}},
        {"address-in-use.member", {"actor", "call"}}},
       address_in_use},
      {"permission", {{"permission.port", {"actor", "port"}}, {"permission.broadcast", {"actor", "call"}}}, permission},
      {"datagram-too-long", {{"datagram-too-long", {"actor", "call"}}}, datagram_too_long},
      {"not-connected",
       {{"not-connected", {"actor", "call"}}, {"not-connected.datagram", {"actor", "call"}}},
       not_connected},
      {"option-refused",
       {{"option-refused.not-joined", {"actor", "group"}}, {"option-refused.value", {"actor", "option", "value"}}},
       option_refused},
      {"no-room-to-send", {{"no-room-to-send", {"actor", "call"}}}, no_room_to_send},
      {"no-destination", {{"no-destination", {"actor", "call"}}}, no_destination},
      {"timeout", {{"timeout", {"actor", "call"}}, {"timeout.datagram", {"actor", "call"}}}, timed_out},
      {"deadlock", {{"deadlock", {"waits"}}, {"deadlock.full-buffers", {"waits"}}}, deadlock},
      {"unexpected-failure",
       {{"unexpected-failure", {"actor", "call", "error", "line"}},
        {"unexpected-failure.message", {"actor", "step", "error", "line"}}},
       unexpected_failure},
      {"buffer-size", {{"buffer-size", {"actor", "option", "asked", "got"}}}, option_differs},
  };
}

}  // namespace wirelab::explain

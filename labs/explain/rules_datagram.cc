// What UDP keeps (the boundaries), and what it does not promise (everything else).
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using timeline::Call;
using timeline::Datagram;
using timeline::EventId;
using timeline::LaneIndex;
using Fate = timeline::Datagram::Fate;

/// The receives that brought a datagram of a sender that is known.
std::vector<MadeCall> datagram_receives(const Story& story) {
  std::vector<MadeCall> found;
  for (const MadeCall& made : story.calls) {
    if (timeline::brought_datagram(*made) && story.datagram(*made)) found.push_back(made);
  }
  return found;
}

std::vector<Finding> boundaries(const Story& story) {
  std::map<LaneIndex, std::vector<MadeCall>> by_lane;
  for (const MadeCall& made : datagram_receives(story)) by_lane[made->lane].push_back(made);
  std::vector<Finding> findings;
  for (const auto& [lane, receives] : by_lane) {
    const bool whole = std::none_of(receives.begin(), receives.end(), [](const MadeCall& m) { return m->truncated; });
    if (receives.size() < 2 || !whole) continue;
    std::vector<EventId> events;
    std::vector<std::int64_t> sizes;
    for (const MadeCall& made : receives) {
      events.push_back(made.id);
      sizes.push_back(made->result);
    }
    findings.push_back({"datagram-boundaries",
                        std::move(events),
                        story.actor(lane),
                        {{"receiver", story.name(lane)},
                         {"datagrams", static_cast<std::int64_t>(receives.size())},
                         {"sizes", as_sum(sizes)}}});
  }
  return findings;
}

std::vector<Finding> truncated(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : datagram_receives(story)) {
    if (!made->truncated || made->full_length <= made->result) continue;
    const Datagram& datagram = *story.datagram(*made);
    findings.push_back({"datagram-truncated",
                        {datagram.sent, made.id},
                        story.actor(made->lane),
                        {{"receiver", story.name(made->lane)},
                         {"sender", story.name(datagram.from)},
                         {"full", made->full_length},
                         {"bytes", made->result},
                         {"lost", made->full_length - made->result}}});
  }
  return findings;
}

std::vector<Finding> empty(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : datagram_receives(story)) {
    if (made->result != 0 || made->truncated) continue;
    const Datagram& datagram = *story.datagram(*made);
    findings.push_back(
        {"empty-datagram",
         {datagram.sent, made.id},
         story.actor(made->lane),
         {{"receiver", story.name(made->lane)}, {"sender", story.name(datagram.from)}, {"call", made->call}}});
  }
  return findings;
}

std::vector<Finding> woken(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : datagram_receives(story)) {
    const Datagram& datagram = *story.datagram(*made);
    // Who heard one for many is told at once (rules_broadcast.cc).
    if (!made->found_blocked || datagram.socket != 0) continue;
    findings.push_back(
        {"datagram-woke",
         {datagram.sent, made.id},
         story.actor(made->lane),
         {{"receiver", story.name(made->lane)}, {"sender", story.name(datagram.from)}, {"call", made->call}}});
  }
  return findings;
}

/// Datagrams that one actor sent to another, and what they shared as their fate.
struct Group {
  std::vector<EventId> events;
  std::vector<LaneIndex> from;
  std::vector<LaneIndex> to;
  std::int64_t count = 0;
};
using Pair = std::pair<std::string, std::string>;

void add(Group& group, const Datagram& datagram) {
  group.events.push_back(datagram.sent);
  group.from.push_back(datagram.from);
  group.to.push_back(datagram.to);
  ++group.count;
}

/// Of these the rule about fragments speaks. Indices into Timeline::datagrams.
std::set<int> lost_by_a_fragment(const Story& story) {
  std::set<int> found;
  for (const SeenPacket& seen : story.packets) {
    if (seen->fragment && seen->datagram && is_lost(*seen)) found.insert(*seen->datagram);
  }
  return found;
}

/// One side alone never learns what became of its datagrams.
std::vector<Finding> maybe_lost(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    const bool is_sent = timeline::is_send(*made) && timeline::is_datagram_call(*made) && timeline::succeeded(*made);
    if (!is_sent || made->datagram || made->peer == timeline::nobody || story.sees(made->peer)) continue;
    findings.push_back({"datagrams-lost.unknown",
                        {made.id},
                        story.actor(made->lane),
                        {{"sender", story.name(made->lane)},
                         {"receiver", story.name(made->peer)},
                         {"call", made->call},
                         {"bytes", made->result}}});
  }
  return findings;
}

std::vector<Finding> lost(const Story& story) {
  const std::set<int> explained = lost_by_a_fragment(story);
  using Cause = std::pair<std::string_view, int>;  // key, and the line of the rule
  std::map<Pair, Group> due;
  std::map<std::pair<Pair, Cause>, Group> groups;
  for (std::size_t i = 0; i < story.timeline.datagrams.size(); ++i) {
    const Datagram& datagram = story.timeline.datagrams[i];
    const Pair pair = {story.actor(datagram.from), story.actor(datagram.to)};
    add(due[pair], datagram);
    if (explained.contains(static_cast<int>(i))) continue;
    if (datagram.fate == Fate::buffer_overrun) add(groups[{pair, {"datagrams-lost.overrun", 0}}], datagram);
    const bool was_for_many = datagram.socket != 0;  // rules_broadcast.cc
    if (datagram.fate == Fate::dropped_by_rule && !was_for_many) {
      const bool by_line = datagram.rule_line > 0;
      add(groups[{pair, {by_line ? "datagrams-lost.rule" : "datagrams-lost.loss", datagram.rule_line}}], datagram);
    }
  }
  std::vector<Finding> findings = maybe_lost(story);
  for (auto& [which, group] : groups) {
    const auto& [pair, cause] = which;
    const auto& [key, line] = cause;
    const Call* first = story.timeline.call(group.events.front());
    Finding finding{key,
                    group.events,
                    pair.first,
                    {{"sender", timeline::names_of(story.timeline, group.from)},
                     {"receiver", timeline::names_of(story.timeline, group.to)},
                     {"lost", group.count},
                     {"due", due[pair].count},
                     {"first", as_quoted(first ? first->data : "")}}};
    if (line > 0) finding.arguments["line"] = static_cast<std::int64_t>(line);
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// A connect that a datagram socket's owner made before, so that the kernel knows whom its errors are about.
bool is_connected(const Story& story, const MadeCall& made) {
  const std::vector<MadeCall> before = story.before_on_socket(made);
  return std::any_of(before.begin(), before.end(),
                     [](const MadeCall& other) { return other->call == "connect" && timeline::succeeded(*other); });
}

/// RFC 792 and RFC 4443 §3.1.
bool is_port_unreachable(const timeline::IcmpMessage& message) {
  const bool of_ipv4 = message.type == 3 && message.code == 3;
  const bool of_ipv6 = message.type == 1 && message.code == 4;
  return of_ipv4 || of_ipv6;
}

/// "Port unreachable" that came to `sender` after one of its datagrams had been sent.
const SeenPacket* port_unreachable(const Story& story, const Datagram& datagram) {
  const auto later = std::partition_point(story.errors.begin(), story.errors.end(),
                                          [&](const SeenPacket& seen) { return seen.id <= datagram.sent; });
  const auto found = std::find_if(later, story.errors.end(), [&](const SeenPacket& seen) {
    if (seen->from != datagram.to || seen->to != datagram.from) return false;
    return is_port_unreachable(*seen->icmp);
  });
  return found == story.errors.end() ? nullptr : &*found;
}

std::vector<Finding> refused(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    const bool moves_data = timeline::is_send(*made) || timeline::is_receive(*made);
    if (!moves_data || made->error != "ECONNREFUSED" || !is_on_datagram_socket(story, made)) continue;
    std::vector<EventId> events;
    const SeenPacket* answer = nullptr;
    for (const MadeCall& other : story.before_on_socket(made)) {
      const Datagram* datagram = story.datagram(*other);
      if (!timeline::is_send(*other) || !datagram || datagram->fate != Fate::refused) continue;
      events = {other.id};
      answer = port_unreachable(story, *datagram);
    }
    if (answer) events.push_back(answer->id);
    events.push_back(made.id);
    findings.push_back({answer ? "datagram-refused.seen" : "datagram-refused",
                        std::move(events),
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)}, {"call", made->call}}});
  }
  return findings;
}

/// The receiver had a socket at that port, but connected: whom it takes datagrams from was settled.
bool is_for_another_peer(const Story& story, const Datagram& datagram) {
  const MadeCall sent = story.made(datagram.sent);
  const auto port = timeline::number_argument(*sent, "port");
  std::map<int, bool> connected;  // of the sockets at that port
  for (const MadeCall& made : story.calls) {
    if (made.id >= sent.id) break;
    if (made->lane != datagram.to || !timeline::succeeded(*made)) continue;
    const bool binds_it = made->call == "bind" && port && timeline::number_argument(*made, "port") == port;
    if (binds_it && is_on_datagram_socket(story, made)) connected[made->socket] = false;
    if (made->call == "connect" && connected.contains(made->socket)) connected[made->socket] = true;
    if (is_closing(*made)) connected.erase(made->socket);
  }
  return std::any_of(connected.begin(), connected.end(), [](const auto& socket) { return socket.second; });
}

/// "Port unreachable" that was sent to `sender` for one of its datagrams, and that the wire lost.
const SeenPacket* lost_refusal(const Story& story, const Datagram& datagram) {
  const auto found = std::find_if(story.packets.begin(), story.packets.end(), [&](const SeenPacket& seen) {
    if (!seen->icmp || !is_lost(*seen) || seen.id < datagram.sent) return false;
    return seen->from == datagram.to && seen->to == datagram.from && is_port_unreachable(*seen->icmp);
  });
  return found == story.packets.end() ? nullptr : &*found;
}

std::vector<Finding> never_refused(const Story& story) {
  std::map<Pair, Group> groups;
  std::map<Pair, Group> of_others;
  std::map<Pair, Group> without_answer;
  std::map<Pair, EventId> answers;
  std::map<Pair, std::set<EventId>> lost_answers;
  for (const Datagram& datagram : story.timeline.datagrams) {
    const MadeCall sent = story.made(datagram.sent);
    if (datagram.fate != Fate::refused || !sent.call) continue;
    const bool heard_of_it = std::any_of(story.calls.begin(), story.calls.end(), [&](const MadeCall& made) {
      return made->lane == sent->lane && made->socket == sent->socket && made->error == "ECONNREFUSED";
    });
    if (heard_of_it) continue;
    const Pair pair = {story.actor(datagram.from), story.actor(datagram.to)};
    if (is_connected(story, sent)) {
      // It would have been told by its next call, were it not for the wire.
      const SeenPacket* answer = port_unreachable(story, datagram) ? nullptr : lost_refusal(story, datagram);
      if (!answer) continue;
      add(without_answer[pair], datagram);
      lost_answers[pair].insert(answer->id);
      continue;
    }
    if (is_for_another_peer(story, datagram)) {
      add(of_others[pair], datagram);
      continue;
    }
    add(groups[pair], datagram);
    if (const SeenPacket* answer = port_unreachable(story, datagram)) answers[pair] = answer->id;
  }
  const auto about = [&story](const char* key, const Pair& pair, const Group& group) {
    return Finding{key,
                   group.events,
                   pair.first,
                   {{"sender", timeline::names_of(story.timeline, group.from)},
                    {"receiver", timeline::names_of(story.timeline, group.to)},
                    {"datagrams", group.count}}};
  };
  std::vector<Finding> findings;
  for (const auto& [pair, group] : of_others) {
    findings.push_back(about("datagram-never-refused.other-peer", pair, group));
  }
  for (auto& [pair, group] : without_answer) {
    group.events.insert(group.events.end(), lost_answers[pair].begin(), lost_answers[pair].end());
    std::sort(group.events.begin(), group.events.end());
    findings.push_back(about("datagram-never-refused.answer-lost", pair, group));
  }
  for (auto& [pair, group] : groups) {
    const auto answer = answers.find(pair);
    if (answer != answers.end()) group.events.push_back(answer->second);
    const bool was_seen = answer != answers.end();
    findings.push_back(about(was_seen ? "datagram-never-refused.seen" : "datagram-never-refused", pair, group));
  }
  return findings;
}

std::vector<Finding> unread(const Story& story) {
  if (story.timeline.outcome != timeline::Outcome::completed) return {};
  std::map<std::string, Group> groups;
  for (const Datagram& datagram : story.timeline.datagrams) {
    if (datagram.fate == Fate::delivered && datagram.received == 0) add(groups[story.actor(datagram.to)], datagram);
  }
  std::vector<Finding> findings;
  for (const auto& [actor, group] : groups) {
    findings.push_back({"datagrams-unread",
                        group.events,
                        actor,
                        {{"receiver", timeline::names_of(story.timeline, group.to)}, {"datagrams", group.count}}});
  }
  return findings;
}

/// The packets that a rule of the wire did one of those things to, by the call that sent their datagram.
std::map<EventId, SeenPacket> packets_with(const Story& story, std::initializer_list<timeline::Verdict> verdicts) {
  std::map<EventId, SeenPacket> found;
  for (const SeenPacket& seen : story.packets) {
    const bool is_known = seen->datagram && *seen->datagram >= 0 &&
                          static_cast<std::size_t>(*seen->datagram) < story.timeline.datagrams.size();
    const bool by_rule =
        seen->rule_line != 0 && std::find(verdicts.begin(), verdicts.end(), seen->verdict) != verdicts.end();
    if (!is_known || !by_rule) continue;
    found.emplace(story.timeline.datagrams[static_cast<std::size_t>(*seen->datagram)].sent, seen);
  }
  return found;
}

std::vector<Finding> reordered(const Story& story) {
  using timeline::Verdict;
  const std::map<EventId, SeenPacket> kept_back = packets_with(story, {Verdict::held, Verdict::delayed});
  // By sender, receiver and the receiver's socket: the receive of the newest. Who reads one socket before another has
  // chosen that order itself.
  std::map<std::tuple<LaneIndex, LaneIndex, int>, MadeCall> latest;
  std::vector<Finding> findings;
  for (const MadeCall& made : datagram_receives(story)) {
    const Datagram& datagram = *story.datagram(*made);
    MadeCall& newest = latest[{datagram.from, datagram.to, made->socket}];
    if (newest.call && story.datagram(*newest)->sent > datagram.sent) {
      const Call* sent = story.timeline.call(datagram.sent);
      Finding finding{"datagrams-reordered",
                      {newest.id, made.id},
                      story.actor(made->lane),
                      {{"receiver", story.name(made->lane)},
                       {"late", as_quoted(sent ? sent->data : "")},
                       {"early", as_quoted(newest->data)}}};
      if (const auto kept = kept_back.find(datagram.sent); kept != kept_back.end()) {
        finding.key = "datagrams-reordered.kept-back";
        finding.events.insert(finding.events.begin(), kept->second.id);
        finding.arguments["line"] = std::int64_t{kept->second->rule_line};
      }
      findings.push_back(std::move(finding));
    } else {
      newest = made;
    }
  }
  return findings;
}

std::vector<Finding> duplicated(const Story& story) {
  const std::map<EventId, SeenPacket> doubled = packets_with(story, {timeline::Verdict::duplicated});
  std::map<std::tuple<EventId, LaneIndex, int>, MadeCall> first;  // each socket has its own copy of a broadcast
  std::vector<Finding> findings;
  for (const MadeCall& made : datagram_receives(story)) {
    const Datagram& datagram = *story.datagram(*made);
    if (datagram.sent == 0) continue;  // by somebody who is not seen: two that look alike may be two
    const auto [before, is_new] = first.try_emplace({datagram.sent, datagram.to, datagram.socket}, made);
    if (is_new) continue;
    const Call* sent = story.timeline.call(datagram.sent);
    const std::string& data = sent && !sent->data.empty() ? sent->data : made->data;
    Finding finding{
        "datagram-duplicated",
        {datagram.sent, before->second.id, made.id},
        story.actor(made->lane),
        {{"receiver", story.name(made->lane)}, {"sender", story.name(datagram.from)}, {"data", as_quoted(data)}}};
    if (const auto twice = doubled.find(datagram.sent); twice != doubled.end()) {
      finding.key = "datagram-duplicated.by-rule";
      finding.events.insert(finding.events.begin() + 1, twice->second.id);
      finding.arguments["line"] = std::int64_t{twice->second->rule_line};
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Rule> datagram_rules() {
  return {
      {"datagram-boundaries", {{"datagram-boundaries", {"receiver", "datagrams", "sizes"}}}, boundaries},
      {"datagram-truncated", {{"datagram-truncated", {"receiver", "sender", "full", "bytes", "lost"}}}, truncated},
      {"empty-datagram", {{"empty-datagram", {"receiver", "sender", "call"}}}, empty},
      {"datagram-woke", {{"datagram-woke", {"receiver", "sender", "call"}}}, woken},
      {"datagrams-lost",
       {{"datagrams-lost.rule", {"sender", "receiver", "lost", "due", "first", "line"}},
        {"datagrams-lost.loss", {"sender", "receiver", "lost", "due", "first"}},
        {"datagrams-lost.overrun", {"sender", "receiver", "lost", "due", "first"}},
        {"datagrams-lost.unknown", {"sender", "receiver", "call", "bytes"}}},
       lost},
      {"datagram-refused",
       {{"datagram-refused", {"actor", "call"}}, {"datagram-refused.seen", {"actor", "call"}}},
       refused},
      {"datagram-never-refused",
       {{"datagram-never-refused", {"sender", "receiver", "datagrams"}},
        {"datagram-never-refused.seen", {"sender", "receiver", "datagrams"}},
        {"datagram-never-refused.answer-lost", {"sender", "receiver", "datagrams"}},
        {"datagram-never-refused.other-peer", {"sender", "receiver", "datagrams"}}},
       never_refused},
      {"datagrams-unread", {{"datagrams-unread", {"receiver", "datagrams"}}}, unread},
      {"datagrams-reordered",
       {{"datagrams-reordered", {"receiver", "late", "early"}},
        {"datagrams-reordered.kept-back", {"receiver", "late", "early", "line"}}},
       reordered},
      {"datagram-duplicated",
       {{"datagram-duplicated", {"receiver", "sender", "data"}},
        {"datagram-duplicated.by-rule", {"receiver", "sender", "data", "line"}}},
       duplicated},
  };
}

}  // namespace wirelab::explain

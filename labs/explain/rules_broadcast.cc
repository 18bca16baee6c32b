// One datagram for many: who hears a broadcast or what is sent to a group, who does not, and why.
#include <algorithm>
#include <map>
#include <set>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using timeline::Call;
using timeline::Datagram;
using timeline::EventId;
using timeline::LaneIndex;
using Fate = timeline::Datagram::Fate;

/// A call that sent one datagram to everyone, or to a group.
struct Question {
  MadeCall made;
  std::string to;
  std::int64_t port = 0;
  std::vector<const Datagram*> copies;    ///< one for each socket that was to hear it
  std::vector<const SeenPacket*> frames;  ///< that the wire saw of it
};

/// Before which event the next question is asked that cannot be told from this one by its frame.
EventId asked_again(const Story& story, const MadeCall& made) {
  const auto port = timeline::number_argument(*made, "port");
  const auto later = std::ranges::upper_bound(story.calls, made.id, {}, &MadeCall::id);
  const auto again = std::find_if(later, story.calls.end(), [&](const MadeCall& other) {
    return other->lane == made->lane && other->data == made->data && timeline::is_send(*other) &&
           timeline::number_argument(*other, "port") == port;
  });
  return again != story.calls.end() ? again->id : static_cast<EventId>(story.timeline.events.size()) + 1;
}

/// Where nobody was to hear it they do not know their call.
std::vector<const SeenPacket*> frames_of(const Story& story, const MadeCall& made) {
  const EventId end = asked_again(story, made);
  const auto port = timeline::number_argument(*made, "port");
  std::vector<const SeenPacket*> frames;
  for (const SeenPacket& seen : story.packets) {
    const bool may_be = seen->cause == 0 && seen->protocol == "udp" && seen->from == made->lane &&
                        seen->to == timeline::nobody && seen.id > made.id && seen.id < end;
    const bool has_its_bytes =
        seen->fragment ? made->data.find(seen->data) != std::string::npos
                       : seen->data == made->data && port && seen->destination_port == static_cast<int>(*port);
    if (seen->cause == made.id || (may_be && has_its_bytes)) frames.push_back(&seen);
  }
  return frames;
}

std::vector<Question> questions_of(const Story& story) {
  std::vector<Question> found;
  for (const MadeCall& made : story.calls) {
    const std::string to = timeline::text_argument(*made, "to").value_or("");
    if (made->call != "sendto" || !timeline::succeeded(*made) || !scenario::is_for_several(to)) continue;
    found.push_back({made, to, timeline::number_argument(*made, "port").value_or(0), {}, frames_of(story, made)});
    for (const Datagram& datagram : story.timeline.datagrams) {
      if (datagram.sent == made.id) found.back().copies.push_back(&datagram);
    }
  }
  return found;
}

/// Who read it though nobody had counted on that when it was sent: a host that joined the group while it was on its
/// way.
std::set<LaneIndex> unforeseen_hearers(const Story& story, const Question& question) {
  std::set<LaneIndex> hearers;
  for (const MadeCall& made : story.calls) {
    const bool took_it = timeline::is_receive(*made) && timeline::succeeded(*made) && !made->datagram &&
                         made->peer == question.made->lane && made->data == question.made->data;
    if (took_it && !made->stream && made->lane != question.made->lane && made.id > question.made.id)
      hearers.insert(made->lane);
  }
  return hearers;
}

words::Argument in_words(const std::string& to) {
  if (to == "everyone") return std::vector<words::Message>{{"everyone"_text}};
  return to;
}

/// Its packets behind the call; the call alone where none was seen.
std::vector<EventId> call_and_packet(const Question& question) {
  std::vector<EventId> events = {question.made.id};
  for (const SeenPacket* frame : question.frames) events.push_back(frame->id);
  return events;
}

/// The frame of it that the wire lost before any other host was given it; nullptr where none was seen. Of one in
/// several frames that is a fragment.
const SeenPacket* lost_frame(const Question& question) {
  const auto found = std::ranges::find_if(question.frames, [](const SeenPacket* frame) { return is_lost(**frame); });
  return found == question.frames.end() ? nullptr : *found;
}

bool went_in_fragments(const Question& question) {
  return std::ranges::any_of(question.frames, [](const SeenPacket* frame) { return (*frame)->fragment.has_value(); });
}

/// By the EtherType of the frames that were seen of a run: its hosts speak one of the two.
bool speaks_ipv6(const Story& story) {
  return std::any_of(story.packets.begin(), story.packets.end(), [](const SeenPacket& seen) {
    return seen->headers.size() >= 14 && seen->headers.compare(12, 2, "\x86\xdd") == 0;
  });
}

/// The call that last set this option of its socket to 0; nothing if it was set to something else since.
std::optional<MadeCall> set_to_zero(const Story& story, const MadeCall& made, std::string_view option) {
  std::optional<MadeCall> latest;
  for (const MadeCall& other : story.options) {
    if (other.id > made.id || other->lane != made->lane || other->socket != made->socket) continue;
    const auto set = timeline::socket_option(*other);
    if (set && set->name == option) latest = other;
  }
  return latest && timeline::socket_option(**latest)->value == 0 ? latest : std::nullopt;
}

/// The option that says how many networks it may reach, where that is none. A broadcast of IPv4 is no multicast, and no
/// socket of IPv4 takes the other one's option.
std::optional<MadeCall> limited_by(const Story& story, const Question& question) {
  const bool is_group = scenario::is_group(question.to);
  return set_to_zero(story, question.made, is_group ? "IP_MULTICAST_TTL" : "IPV6_MULTICAST_HOPS");
}

/// The option that kept it on the sender's own host: none goes further than 0 networks, and the wire saw no packet.
std::optional<MadeCall> kept_by(const Story& story, const Question& question) {
  const bool sees_all = story.timeline.sees_packets && story.timeline.left_out.empty();
  if (!sees_all || !question.frames.empty()) return std::nullopt;
  return limited_by(story, question);
}

/// The option that denied the sender's own host its copy.
std::optional<MadeCall> silenced_by(const Story& story, const Question& question) {
  const bool is_group = scenario::is_group(question.to);
  return set_to_zero(story, question.made, is_group ? "IP_MULTICAST_LOOP" : "IPV6_MULTICAST_LOOP");
}

/// One side alone, whose datagrams may have been heard. Where the wire is seen all hosts of it are known, be it one.
bool sees_none_but(const Story& story, LaneIndex one) {
  if (story.timeline.sees_packets) return false;
  for (LaneIndex lane = 0; lane < static_cast<LaneIndex>(story.timeline.lanes.size()); ++lane) {
    if (lane != one && story.sees(lane)) return false;
  }
  return true;
}

/// `one, two`: each lane once, in their order.
std::string listed(const Story& story, const std::set<LaneIndex>& lanes) {
  std::string text;
  for (const LaneIndex lane : lanes) text += (text.empty() ? "" : ", ") + story.name(lane);
  return text;
}

std::vector<Finding> heard(const Story& story) {
  std::vector<Finding> findings;
  for (const Question& question : questions_of(story)) {
    std::set<LaneIndex> hearers = unforeseen_hearers(story, question);
    for (const Datagram* copy : question.copies) {
      if (copy->fate == Fate::delivered) hearers.insert(copy->to);
    }
    Finding finding{"broadcast.nobody",
                    call_and_packet(question),
                    story.actor(question.made->lane),
                    {{"sender", story.name(question.made->lane)}, {"to", in_words(question.to)}}};
    const bool lost = std::any_of(question.copies.begin(), question.copies.end(),
                                  [](const Datagram* copy) { return copy->fate == Fate::dropped_by_rule; });
    if (hearers.empty() && (lost || lost_frame(question))) continue;  // the rule below tells of it
    if (const auto option = kept_by(story, question)) {
      finding.key = silenced_by(story, question) ? "broadcast.stayed-unheard" : "broadcast.stayed";
      finding.events.insert(finding.events.begin(), option->id);
      finding.arguments["option"] = std::string(timeline::socket_option(**option)->name);
      findings.push_back(std::move(finding));
      continue;
    }
    if (sees_none_but(story, question.made->lane)) finding.key = "broadcast.unknown";
    if (!hearers.empty()) {
      const bool is_group = scenario::is_group(question.to);
      finding.key = is_group ? "broadcast.group" : speaks_ipv6(story) ? "broadcast.all-nodes" : "broadcast.everyone";
      finding.arguments["hosts"] = static_cast<std::int64_t>(hearers.size());
      finding.arguments["names"] = listed(story, hearers);
      if (!is_group) finding.arguments.erase("to");
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// It went in several frames, and one of them was lost: of that the rule about fragments speaks.
bool has_lost_a_fragment(const Story& story, const MadeCall& made) {
  return std::any_of(story.packets.begin(), story.packets.end(), [&](const SeenPacket& seen) {
    const bool is_known = seen->fragment && seen->datagram && *seen->datagram >= 0 &&
                          static_cast<std::size_t>(*seen->datagram) < story.timeline.datagrams.size();
    return is_known && is_lost(*seen) &&
           story.timeline.datagrams[static_cast<std::size_t>(*seen->datagram)].sent == made.id;
  });
}

/// Every other host, whatever it is told by: where no packet was kept, that all were to have it and nobody had.
bool are_all_others(const Story& story, const std::set<LaneIndex>& lanes) {
  return lanes.size() + 1 == story.timeline.lanes.size();
}

/// Lost as one frame, for all; or the copies of some.
std::vector<Finding> lost(const Story& story) {
  std::vector<Finding> findings;
  for (const Question& question : questions_of(story)) {
    if (has_lost_a_fragment(story, question.made)) continue;
    std::map<int, std::set<LaneIndex>> lost_by_line;
    const SeenPacket* frame = lost_frame(question);
    // It is lost for all the others, even if none of them was to hear it.
    if (frame && !(*frame)->fragment) lost_by_line[(*frame)->rule_line];
    for (const Datagram* copy : question.copies) {
      if (copy->fate == Fate::dropped_by_rule) lost_by_line[copy->rule_line].insert(copy->to);
    }
    for (const auto& [line, lanes] : lost_by_line) {
      Finding finding{"broadcast-lost.chance",
                      call_and_packet(question),
                      story.actor(question.made->lane),
                      {{"sender", story.name(question.made->lane)}}};
      if (line > 0) {
        const bool for_all = !question.frames.empty() ? frame != nullptr : are_all_others(story, lanes);
        finding.key = for_all                       ? "broadcast-lost.rule"
                      : went_in_fragments(question) ? "broadcast-lost.fragment"
                                                    : "broadcast-lost.copy";
        finding.arguments["line"] = std::int64_t{line};
      }
      if (finding.key == "broadcast-lost.copy" || finding.key == "broadcast-lost.fragment")
        finding.arguments["names"] = listed(story, lanes);
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::vector<Finding> echoed(const Story& story) {
  std::vector<Finding> findings;
  for (const Question& question : questions_of(story)) {
    const LaneIndex sender = question.made->lane;
    const auto own = std::find_if(question.copies.begin(), question.copies.end(),
                                  [&](const Datagram* copy) { return copy->to == sender && copy->received != 0; });
    if (own == question.copies.end()) continue;
    findings.push_back({"broadcast-echo",
                        {question.made.id, (*own)->received},
                        story.actor(sender),
                        {{"sender", story.name(sender)}}});
  }
  return findings;
}

/// It left though its option let it reach no network.
std::vector<Finding> unlimited(const Story& story) {
  std::vector<Finding> findings;
  for (const Question& question : questions_of(story)) {
    const auto option = limited_by(story, question);
    if (!option || question.frames.empty()) continue;
    Finding finding{"broadcast-limit",
                    call_and_packet(question),
                    story.actor(question.made->lane),
                    {{"sender", story.name(question.made->lane)},
                     {"to", in_words(question.to)},
                     {"option", std::string(timeline::socket_option(**option)->name)}}};
    finding.events.insert(finding.events.begin(), option->id);
    findings.push_back(std::move(finding));
  }
  return findings;
}

/// What a socket for datagrams was told about what it is to hear.
struct Listening {
  LaneIndex lane = timeline::nobody;
  EventId bind = 0;
  std::int64_t port = 0;
  bool is_own_address = false;
  EventId connect = 0;  ///< 0: it is not connected
};

/// The sockets for datagrams that were bound and open when a call was made.
std::vector<Listening> listening_at(const Story& story, EventId when) {
  std::map<std::pair<LaneIndex, int>, Listening> open;
  std::set<std::pair<LaneIndex, int>> for_datagrams;
  for (const MadeCall& made : story.calls) {
    if (made.id >= when) break;
    const auto socket = std::pair(made->lane, made->socket);
    if (!timeline::succeeded(*made)) continue;
    if (made->call == "socket" && timeline::text_argument(*made, "type") == "dgram") for_datagrams.insert(socket);
    if (made->call == "bind" && for_datagrams.contains(socket)) {
      open[socket] = {made->lane, made.id, timeline::number_argument(*made, "port").value_or(0),
                      timeline::text_argument(*made, "address") == "own", 0};
    }
    if (made->call == "connect" && open.contains(socket)) open[socket].connect = made.id;
    if (is_closing(*made)) open.erase(socket);
  }
  std::vector<Listening> listening;
  for (const auto& [socket, one] : open) listening.push_back(one);
  return listening;
}

/// One of the host's sockets had joined that group, and had neither left it nor been closed when a call was made.
bool is_member(const Story& story, LaneIndex lane, const std::string& group, EventId when) {
  std::set<int> members;
  for (const MadeCall& made : story.calls) {
    if (made.id >= when) break;
    if (made->lane != lane || !timeline::succeeded(*made)) continue;
    if (is_closing(*made)) members.erase(made->socket);
    if (timeline::text_argument(*made, "group") != group) continue;
    const bool joins = timeline::text_argument(*made, "option") == "IP_ADD_MEMBERSHIP";
    if (joins) members.insert(made->socket);
    if (!joins) members.erase(made->socket);
  }
  return !members.empty();
}

/// The sender listens too, and its own option is why it did not hear itself.
void add_silenced(const Story& story, const Question& question, std::vector<Finding>& findings) {
  const LaneIndex sender = question.made->lane;
  const auto option = silenced_by(story, question);
  const bool is_for_it = !scenario::is_group(question.to) || is_member(story, sender, question.to, question.made.id);
  if (!option || !is_for_it) return;
  const std::vector<Listening> listening = listening_at(story, question.made.id);
  const bool listens = std::any_of(listening.begin(), listening.end(), [&](const Listening& one) {
    return one.lane == sender && one.port == question.port && !one.is_own_address && one.connect == 0;
  });
  const bool has_copy = std::any_of(question.copies.begin(), question.copies.end(),
                                    [&](const Datagram* copy) { return copy->to == sender; });
  if (!listens || has_copy) return;
  findings.push_back(
      {"broadcast-unheard.own",
       {option->id, question.made.id},
       story.actor(sender),
       {{"sender", story.name(sender)}, {"option", std::string(timeline::socket_option(**option)->name)}}});
}

std::vector<Finding> unheard(const Story& story) {
  std::vector<Finding> findings;
  for (const Question& question : questions_of(story)) {
    add_silenced(story, question, findings);
    if (kept_by(story, question) || lost_frame(question)) continue;  // there was nothing to hear
    std::set<LaneIndex> due = unforeseen_hearers(story, question);
    for (const Datagram* copy : question.copies) due.insert(copy->to);
    for (const Listening& one : listening_at(story, question.made.id)) {
      if (due.contains(one.lane) || one.lane == question.made->lane) continue;
      Finding finding{"broadcast-unheard.not-joined",
                      {one.bind, question.made.id},
                      story.actor(one.lane),
                      {{"listener", story.name(one.lane)}, {"sender", story.name(question.made->lane)}}};
      if (one.port != question.port) {
        finding.key = "broadcast-unheard.port";
        finding.arguments["bound"] = one.port;
        finding.arguments["port"] = question.port;
      } else if (one.is_own_address) {
        finding.key = "broadcast-unheard.own-address";
      } else if (one.connect != 0) {
        finding.key = "broadcast-unheard.connected";
        finding.events.insert(finding.events.begin() + 1, one.connect);
      } else if (scenario::is_group(question.to)) {
        finding.arguments["group"] = question.to;
      } else {
        continue;
      }
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

std::vector<Finding> membership(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.options) {
    const auto group = timeline::text_argument(*made, "group");
    if (!group) continue;
    const bool joins = timeline::text_argument(*made, "option") == "IP_ADD_MEMBERSHIP";
    findings.push_back({joins ? "group.joined" : "group.left",
                        {made.id},
                        story.actor(made->lane),
                        {{"actor", story.name(made->lane)}, {"group", *group}}});
  }
  return findings;
}

/// Where packets were seen, it is known when a datagram came; elsewhere it comes with its sending.
bool had_come(const Story& story, const Datagram& datagram, EventId first_read) {
  if (datagram.sent > first_read) return false;
  const Call* read = story.timeline.call(first_read);
  return std::none_of(story.packets.begin(), story.packets.end(), [&](const SeenPacket& seen) {
    const bool is_of_it =
        seen->datagram && &story.timeline.datagrams.at(static_cast<std::size_t>(*seen->datagram)) == &datagram;
    return is_of_it && read != nullptr && read->returned && seen->delivered_at > read->returned_at;
  });
}

/// Answers to one question that were there before the first of them was read.
std::vector<Finding> answers(const Story& story) {
  std::vector<Finding> findings;
  const std::vector<Question> questions = questions_of(story);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& question = questions[i];
    const EventId next = i + 1 < questions.size() ? questions[i + 1].made.id : story.calls.back().id + 1;
    std::set<LaneIndex> hearers;
    for (const Datagram* copy : question.copies) hearers.insert(copy->to);
    std::vector<const Datagram*> to_it;
    EventId first_read = next;
    for (const Datagram& datagram : story.timeline.datagrams) {
      const bool is_answer = datagram.to == question.made->lane && datagram.from != datagram.to &&
                             datagram.sent > question.made.id && datagram.sent < next &&
                             hearers.contains(datagram.from);
      if (!is_answer) continue;
      to_it.push_back(&datagram);
      if (datagram.received != 0) first_read = std::min(first_read, datagram.received);
    }
    std::erase_if(to_it, [&](const Datagram* one) { return !had_come(story, *one, first_read); });
    std::set<LaneIndex> from;
    for (const Datagram* one : to_it) from.insert(one->from);
    if (from.size() < 2) continue;
    const auto lost = std::count_if(to_it.begin(), to_it.end(),
                                    [](const Datagram* one) { return one->fate == Fate::buffer_overrun; });
    Finding finding{
        lost > 0 ? "answers-together.lost" : "answers-together",
        {question.made.id},
        story.actor(question.made->lane),
        {{"receiver", story.name(question.made->lane)}, {"answers", static_cast<std::int64_t>(to_it.size())}}};
    for (const Datagram* one : to_it) finding.events.push_back(one->sent);
    if (first_read != next) finding.events.push_back(first_read);
    if (lost > 0) finding.arguments["lost"] = static_cast<std::int64_t>(lost);
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Rule> broadcast_rules() {
  return {
      {"broadcast",
       {{"broadcast.everyone", {"sender", "hosts", "names"}},
        {"broadcast.group", {"sender", "to", "hosts", "names"}},
        {"broadcast.all-nodes", {"sender", "hosts", "names"}},
        {"broadcast.stayed", {"sender", "to", "option"}},
        {"broadcast.stayed-unheard", {"sender", "to", "option"}},
        {"broadcast.nobody", {"sender", "to"}},
        {"broadcast.unknown", {"sender", "to"}}},
       heard},
      {"broadcast-lost",
       {{"broadcast-lost.rule", {"sender", "line"}},
        {"broadcast-lost.chance", {"sender"}},
        {"broadcast-lost.copy", {"sender", "names", "line"}},
        {"broadcast-lost.fragment", {"sender", "names", "line"}}},
       lost},
      {"broadcast-limit", {{"broadcast-limit", {"sender", "to", "option"}}}, unlimited},
      {"broadcast-echo", {{"broadcast-echo", {"sender"}}}, echoed},
      {"broadcast-unheard",
       {{"broadcast-unheard.port", {"listener", "sender", "bound", "port"}},
        {"broadcast-unheard.own-address", {"listener", "sender"}},
        {"broadcast-unheard.connected", {"listener", "sender"}},
        {"broadcast-unheard.own", {"sender", "option"}},
        {"broadcast-unheard.not-joined", {"listener", "sender", "group"}}},
       unheard},
      {"group", {{"group.joined", {"actor", "group"}}, {"group.left", {"actor", "group"}}}, membership},
      {"answers-together",
       {{"answers-together", {"receiver", "answers"}}, {"answers-together.lost", {"receiver", "answers", "lost"}}},
       answers},
  };
}

}  // namespace wirelab::explain

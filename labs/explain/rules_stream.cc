// What a stream does with the boundaries between sends, and where the bytes wait.
#include <algorithm>
#include <map>

#include "labs/explain/rule.hh"
#include "labs/timeline/packets.hh"

namespace wirelab::explain {
namespace {

using timeline::Call;
using timeline::LaneIndex;

std::vector<timeline::EventId> with_their_sends(const Story& story, const StreamReceive& received) {
  std::vector<timeline::EventId> events;
  for (const std::size_t send : received.sends) events.push_back(story.sends[send].first().id);
  events.push_back(received.receive.id);
  return events;
}

std::vector<Finding> coalesced_recv(const Story& story) {
  std::vector<Finding> findings;
  for (const StreamReceive& received : story.receives) {
    if (!story.sees(received.range.from)) {
      findings.push_back({"coalesced-recv.unknown",
                          {received.receive.id},
                          story.actor(received.range.to),
                          {{"sender", story.name(received.range.from)},
                           {"receiver", story.name(received.range.to)},
                           {"bytes", received.range.length}}});
      continue;
    }
    if (received.sends.size() < 2) continue;
    bool whole = true;
    for (std::size_t i = 0; i < received.sends.size(); ++i) {
      whole = whole && received.bytes[i] == story.sends[received.sends[i]].range.length;
    }
    findings.push_back({whole ? "coalesced-recv" : "coalesced-recv.partly",
                        with_their_sends(story, received),
                        story.actor(received.range.to),
                        {{"sender", story.name(received.range.from)},
                         {"receiver", story.name(received.range.to)},
                         {"sends", static_cast<std::int64_t>(received.sends.size())},
                         {"sizes", as_sum(received.bytes)},
                         {"bytes", received.range.length},
                         {"data", as_quoted(received.receive->data)}}});
  }
  return findings;
}

std::vector<Finding> coalesced_despite_nodelay(const Story& story) {
  std::vector<Finding> findings;
  for (const StreamReceive& received : story.receives) {
    if (received.sends.size() < 2) continue;
    const bool nodelay = std::all_of(received.sends.begin(), received.sends.end(), [&](std::size_t send) {
      return option_in_force(story, story.sends[send].first(), "TCP_NODELAY");
    });
    if (!nodelay) continue;
    findings.push_back(
        {"nodelay-keeps-no-boundaries",
         with_their_sends(story, received),
         story.actor(received.range.from),
         {{"sender", story.name(received.range.from)}, {"sends", static_cast<std::int64_t>(received.sends.size())}}});
  }
  return findings;
}

/// The receives a send came out of, and how many of its bytes each took.
struct Parts {
  std::vector<timeline::EventId> receives;
  std::vector<std::int64_t> bytes;
  std::int64_t total = 0;
};

std::vector<Parts> parts_of_sends(const Story& story) {
  std::vector<Parts> all(story.sends.size());
  for (const StreamReceive& received : story.receives) {
    for (std::size_t i = 0; i < received.sends.size(); ++i) {
      Parts& parts = all[received.sends[i]];
      parts.receives.push_back(received.receive.id);
      parts.bytes.push_back(received.bytes[i]);
      parts.total += received.bytes[i];
    }
  }
  return all;
}

std::vector<Finding> split_send(const Story& story) {
  std::vector<Finding> findings;
  const std::vector<Parts> all = parts_of_sends(story);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const StreamSend& send = story.sends[i];
    if (all[i].receives.size() < 2 || all[i].total != send.range.length) continue;
    std::vector<timeline::EventId> events = {send.first().id};
    events.insert(events.end(), all[i].receives.begin(), all[i].receives.end());
    Arguments arguments = {{"sender", story.name(send.range.from)},
                           {"receiver", story.name(send.range.to)},
                           {"bytes", send.range.length},
                           {"recvs", static_cast<std::int64_t>(all[i].receives.size())},
                           {"sizes", as_sum(all[i].bytes)}};
    const bool is_cut = send.first()->pieces > 1;
    if (is_cut) arguments["pieces"] = std::int64_t{send.first()->pieces};
    findings.push_back({is_cut ? "split-send.cut" : "split-send", std::move(events), story.actor(send.range.to),
                        std::move(arguments)});
  }
  return findings;
}

/// The sends whose bytes arrive bit by bit, as they need more than one segment.
std::vector<MadeCall> long_sends(const Story& story) {
  constexpr std::int64_t surely_one_segment = 1200;
  std::vector<MadeCall> found;
  for (const MadeCall& made : story.calls) {
    if (made->call == "send" && timeline::asked_bytes(*made).value_or(0) > surely_one_segment) found.push_back(made);
  }
  return found;
}

/// Whether what stood in the buffer after a receive is the same in every run: no long send was arriving meanwhile.
bool is_steady(const Story& story, const StreamReceive& received, const std::vector<MadeCall>& sends) {
  return std::none_of(sends.begin(), sends.end(), [&](const MadeCall& send) {
    const bool same_direction =
        send->lane == received.range.from && story.connection_of(send) == received.range.connection;
    return same_direction && send->start_epoch <= received.receive->return_epoch &&
           !returned_before(*send, *received.receive);
  });
}

std::vector<Finding> short_recv(const Story& story) {
  std::vector<Finding> findings;
  const std::vector<MadeCall> sends = long_sends(story);
  for (const StreamReceive& received : story.receives) {
    const Call& call = *received.receive;
    if (call.readable.value_or(0) <= 0 || !is_steady(story, received, sends)) continue;
    findings.push_back({"short-recv",
                        {received.receive.id},
                        story.actor(call.lane),
                        {{"receiver", story.name(call.lane)}, {"bytes", call.result}, {"left", *call.readable}}});
  }
  return findings;
}

/// The receives that one recv step made directly one after the other, for each step that made any.
std::vector<std::vector<const StreamReceive*>> receives_by_step(const Story& story) {
  std::map<timeline::EventId, const StreamReceive*> brought;
  for (const StreamReceive& received : story.receives) brought[received.receive.id] = &received;
  std::vector<std::vector<const StreamReceive*>> steps;
  std::map<LaneIndex, const Call*> last;  // the lane's last call, if it was such a receive
  for (const MadeCall& made : story.calls) {
    const auto received = brought.find(made.id);
    const Call* before = last[made->lane];
    last[made->lane] = nullptr;
    if (received == brought.end() || made->word != "recv") continue;
    last[made->lane] = made.call;
    const bool goes_on = before && before->step == made->step && before->round == made->round;
    if (goes_on) {
      const auto step = std::find_if(steps.rbegin(), steps.rend(),
                                     [&](const auto& one) { return one.back()->receive.call == before; });
      step->push_back(received->second);
    } else {
      steps.push_back({received->second});
    }
  }
  return steps;
}

std::vector<Finding> recv_loop(const Story& story) {
  std::vector<Finding> findings;
  for (const auto& step : receives_by_step(story)) {
    if (step.size() < 2) continue;
    std::vector<timeline::EventId> events;
    std::vector<std::int64_t> sizes;
    std::int64_t sum = 0;
    for (const StreamReceive* received : step) {
      events.push_back(received->receive.id);
      sizes.push_back(received->range.length);
      sum += received->range.length;
    }
    const LaneIndex lane = step.front()->receive->lane;
    findings.push_back({"recv-loop",
                        std::move(events),
                        story.actor(lane),
                        {{"receiver", story.name(lane)},
                         {"recvs", static_cast<std::int64_t>(step.size())},
                         {"sizes", as_sum(sizes)},
                         {"bytes", sum}}});
  }
  return findings;
}

/// The first receive that took any of a send's bytes.
const StreamReceive* first_receive_of(const Story& story, std::size_t send) {
  const auto found = std::find_if(story.receives.begin(), story.receives.end(), [&](const StreamReceive& received) {
    return std::find(received.sends.begin(), received.sends.end(), send) != received.sends.end();
  });
  return found == story.receives.end() ? nullptr : &*found;
}

std::vector<Finding> send_buffered(const Story& story) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < story.sends.size(); ++i) {
    const StreamSend& send = story.sends[i];
    const Call& call = *send.last();
    const StreamReceive* received = first_receive_of(story, i);
    Arguments arguments = {{"sender", story.name(send.range.from)}, {"receiver", story.name(send.range.to)}};
    if (timeline::succeeded(call) && !story.sees(send.range.to)) {
      findings.push_back(
          {"send-buffered.unknown", {send.last().id}, story.actor(send.range.from), std::move(arguments)});
      continue;
    }
    if (!timeline::succeeded(call) || !received || !returned_before(call, *received->receive)) continue;
    const Call* accept =
        story.timeline.call(story.timeline.connections.at(static_cast<std::size_t>(send.range.connection)).accept);
    if (accept && accept->lane == send.range.to && returned_before(call, *accept)) {
      findings.push_back({"send-buffered.before-accept",
                          {received->receive.id, send.last().id},
                          story.actor(send.range.from),
                          std::move(arguments)});
    } else {
      findings.push_back({"send-buffered",
                          {received->receive.id, send.last().id},
                          story.actor(send.range.from),
                          std::move(arguments)});
    }
  }
  return findings;
}

/// What the other side's window was to a call while that was asleep.
enum class Window {
  open,    ///< it had room for more than was sent
  full,    ///< all that it had room for was on its way
  closed,  ///< it had no room for a segment
};

Window window_during(const Story& story, const Talk& talk, const MadeCall& send) {
  const std::int64_t segment = room_in_segment(talk, send->lane).value_or(1);
  const timeline::Nanoseconds start = story.timeline.event(send.id)->at;
  const auto later = [&](timeline::Nanoseconds moment) { return send->returned && moment > send->returned_at; };
  std::vector<SeenPacket> heard;
  for (const SeenPacket& seen : talk.packets) {
    const bool tells = seen->to == send->lane && seen->kind != scenario::PacketKind::rst && has_flag(*seen, "ACK");
    if (tells && is_delivered(*seen) && !later(seen->delivered_at)) heard.push_back(seen);
  }
  std::stable_sort(heard.begin(), heard.end(),
                   [](const SeenPacket& a, const SeenPacket& b) { return a->delivered_at < b->delivered_at; });
  bool closed = false;
  for (const SeenPacket& seen : heard) {
    closed = seen->window < segment || (closed && seen->delivered_at >= start);
  }
  if (closed) return Window::closed;
  auto next = heard.begin();
  std::int64_t edge = 0;  // the first number there was no room for
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from != send->lane || !carries_stream(*seen) || later(seen.at)) continue;
    for (; next != heard.end() && delivered_before(*next, seen); ++next) {
      edge = std::max(edge, (*next)->ack + (*next)->window);
    }
    if (edge - timeline::end_of_numbers(*seen) < segment) return Window::full;
  }
  return Window::open;
}

std::vector<Finding> send_asleep(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    if (made->call != "send" || !made->found_blocked || timeline::is_datagram_call(*made)) continue;
    const int connection = story.connection_of(made);
    const LaneIndex peer = story.peer_in(connection, made->lane);
    const std::vector<MadeCall> of_peer = story.calls_on(connection, peer);
    const auto woken_by = std::find_if(of_peer.begin(), of_peer.end(), [&](const MadeCall& other) {
      return timeline::is_receive(*other) && timeline::succeeded(*other) && other->result > 0 &&
             other->return_epoch > made->start_epoch && other->start_epoch <= made->return_epoch;
    });
    const Talk* talk = story.talk(connection);
    // Where no packets are seen, an acknowledgement comes at once: only a full receive buffer can have kept it.
    const Window unseen = story.timeline.sees_packets ? Window::full : Window::closed;
    const Window window = talk ? window_during(story, *talk, made) : unseen;
    if (timeline::succeeded(*made) && window == Window::open) {
      findings.push_back({"send-asleep.acknowledged",
                          {made.id},
                          story.actor(made->lane),
                          {{"sender", story.name(made->lane)}, {"receiver", story.name(peer)}}});
    } else if (timeline::succeeded(*made) && window == Window::closed && woken_by != of_peer.end()) {
      findings.push_back({"send-asleep.woken",
                          {woken_by->id, made.id},
                          story.actor(made->lane),
                          {{"sender", story.name(made->lane)}, {"receiver", story.name(peer)}}});
    } else {
      findings.push_back({"send-asleep", {made.id}, story.actor(made->lane), {{"sender", story.name(made->lane)}}});
    }
  }
  return findings;
}

std::vector<Finding> short_send(const Story& story) {
  std::vector<Finding> findings;
  for (const MadeCall& made : story.calls) {
    const auto asked = timeline::asked_bytes(*made);
    if (made->call != "send" || !made->stream || !timeline::succeeded(*made) || !asked || made->result >= *asked)
      continue;
    findings.push_back({"short-send", {made.id}, story.actor(made->lane), {{"sender", story.name(made->lane)}}});
  }
  return findings;
}

/// The socket, or the listening one that it came from, had been told to wait for more than one byte.
bool waits_for_more(const Story& story, const MadeCall& receive) {
  return std::any_of(story.options.begin(), story.options.end(), [&](const MadeCall& made) {
    const auto option = timeline::socket_option(*made);
    return made.id < receive.id && made->lane == receive->lane && option && option->name == "SO_RCVLOWAT";
  });
}

std::vector<Finding> recv_woken(const Story& story) {
  std::vector<Finding> findings;
  for (const StreamReceive& received : story.receives) {
    const MadeCall& receive = received.receive;
    if (!receive->found_blocked || received.sends.empty()) continue;
    const bool all = timeline::text_argument(*receive, "flags") == "MSG_WAITALL";
    // What returned with less was ended by something else than bytes.
    if (all ? receive->result < timeline::asked_bytes(*receive) : waits_for_more(story, receive)) continue;
    Finding finding{"recv-woken",
                    with_their_sends(story, received),
                    story.actor(received.range.to),
                    {{"receiver", story.name(received.range.to)}, {"sender", story.name(received.range.from)}}};
    if (all) {
      finding.key = "recv-woken.all";
      finding.arguments.insert({"bytes", receive->result});
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace

std::vector<Rule> stream_rules() {
  return {
      {"coalesced-recv",
       {{"coalesced-recv", {"sender", "receiver", "sends", "sizes", "bytes", "data"}},
        {"coalesced-recv.partly", {"sender", "receiver", "sends", "sizes", "bytes", "data"}},
        {"coalesced-recv.unknown", {"sender", "receiver", "bytes"}}},
       coalesced_recv},
      {"nodelay-keeps-no-boundaries",
       {{"nodelay-keeps-no-boundaries", {"sender", "sends"}}},
       coalesced_despite_nodelay},
      {"split-send",
       {{"split-send", {"sender", "receiver", "bytes", "recvs", "sizes"}},
        {"split-send.cut", {"sender", "receiver", "bytes", "pieces", "recvs", "sizes"}}},
       split_send},
      {"short-recv", {{"short-recv", {"receiver", "bytes", "left"}}}, short_recv},
      {"recv-loop", {{"recv-loop", {"receiver", "recvs", "sizes", "bytes"}}}, recv_loop},
      {"send-buffered",
       {{"send-buffered", {"sender", "receiver"}},
        {"send-buffered.before-accept", {"sender", "receiver"}},
        {"send-buffered.unknown", {"sender", "receiver"}}},
       send_buffered},
      {"send-asleep",
       {{"send-asleep", {"sender"}},
        {"send-asleep.acknowledged", {"sender", "receiver"}},
        {"send-asleep.woken", {"sender", "receiver"}}},
       send_asleep},
      {"short-send", {{"short-send", {"sender"}}}, short_send},
      {"recv-woken",
       {{"recv-woken", {"receiver", "sender"}}, {"recv-woken.all", {"receiver", "sender", "bytes"}}},
       recv_woken},
  };
}

}  // namespace wirelab::explain

// When TCP sends, how much at a time, and when it acknowledges.
#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "labs/explain/rule.hh"
#include "labs/timeline/packets.hh"

namespace wirelab::explain {
namespace {

using scenario::PacketKind;
using timeline::EventId;
using timeline::LaneIndex;

// ---------------------------------------------------------------------------------------------- segmentation

/// What a direction has sent for the first time, in the order of its bytes.
std::vector<SeenPacket> first_copies(const Talk& talk, LaneIndex sender) {
  std::vector<SeenPacket> found;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from == sender && seen->length > 0 && seen->stream && !seen->retransmission) found.push_back(seen);
  }
  return found;
}

std::int64_t end_offset(const timeline::StreamRange& range) { return range.offset + range.length; }

/// Indices into Story::sends, of each connection and sender in the order of their bytes.
using SendsOfDirections = std::map<std::pair<int, LaneIndex>, std::vector<std::size_t>>;

SendsOfDirections sends_of_directions(const Story& story) {
  SendsOfDirections found;
  for (std::size_t i = 0; i < story.sends.size(); ++i) {
    found[{story.sends[i].range.connection, story.sends[i].range.from}].push_back(i);
  }
  return found;
}

std::vector<Finding> segmentation(const Story& story) {
  // Beyond the first flight (RFC 6928) where a segment ends may depend on when acknowledgements come.
  constexpr std::size_t first_flight = 10;
  SendsOfDirections sends = sends_of_directions(story);
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      const auto room = room_in_segment(talk, sender);
      if (!room) continue;
      const std::vector<SeenPacket> segments = first_copies(talk, sender);
      for (const std::size_t index : sends[{talk.connection, sender}]) {
        const StreamSend& send = story.sends[index];
        if (send.calls.size() > 1) continue;
        const auto begin = std::lower_bound(
            segments.begin(), segments.end(), send.range.offset,
            [](const SeenPacket& segment, std::int64_t offset) { return segment->stream->offset < offset; });
        if (begin == segments.end() || (*begin)->stream->offset != send.range.offset) continue;
        const auto last = std::find_if(begin, segments.end(), [&](const SeenPacket& segment) {
          return segment->length != *room || end_offset(*segment->stream) >= end_offset(send.range);
        });
        if (begin == last || last == segments.end() || end_offset(*(*last)->stream) != end_offset(send.range)) continue;
        if (last - begin + 1 > static_cast<std::ptrdiff_t>(first_flight)) continue;
        std::vector<EventId> events = {send.first().id};
        std::vector<std::int64_t> sizes;
        for (auto segment = begin; segment <= last; ++segment) {
          events.push_back(segment->id);
          sizes.push_back((*segment)->length);
        }
        const bool stamped = (*begin)->options.timestamps.has_value();
        findings.push_back({stamped ? "segmentation.timestamps" : "segmentation",
                            std::move(events),
                            "",
                            {{"sender", story.name(sender)},
                             {"receiver", story.name(talk.peer_of(sender))},
                             {"bytes", send.range.length},
                             {"segments", static_cast<std::int64_t>(sizes.size())},
                             {"sizes", as_sum(sizes)},
                             {"mss", *room + (stamped ? 12 : 0)}}});
      }
    }
  }
  return findings;
}

// ---------------------------------------------------------------------------------------------- delayed ACK

/// Only where the world comes to rest between two deliveries do the packets tell what a kernel waited for.
bool shows_waiting(const Story& story) { return story.timeline.pace != scenario::Pace::free; }

/// A segment that had been delivered in its place, and the packet that acknowledged it when something else had
/// happened in between.
struct LateAck {
  SeenPacket segment;
  SeenPacket ack;
  bool waited_for_next = false;  ///< it came with the segment behind
};

std::vector<LateAck> late_acks(const Talk& talk, LaneIndex sender) {
  std::vector<LateAck> late;
  std::deque<SeenPacket> waiting;  // delivered in their place, not acknowledged
  std::vector<SeenPacket> by_delivery;
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from == sender && seen->kind == PacketKind::data && is_delivered(*seen)) by_delivery.push_back(seen);
  }
  std::stable_sort(by_delivery.begin(), by_delivery.end(),
                   [](const SeenPacket& a, const SeenPacket& b) { return a->delivered_at < b->delivered_at; });
  auto next = by_delivery.begin();
  std::int64_t expected = 1;  // the number of the next byte without a gap
  for (const SeenPacket& seen : talk.packets) {
    for (; next != by_delivery.end() && delivered_before(*next, seen); ++next) {
      const std::int64_t end = timeline::end_of_numbers(**next);
      if ((*next)->seq == expected) {
        waiting.push_back(*next);
        expected = end;
      } else {
        // Behind a gap, so that it cannot be acknowledged yet; or sent again, as the first one was not taken.
        expected = std::max(expected, end);
        waiting.clear();
      }
    }
    if (seen->from == sender || !has_flag(*seen, "ACK")) continue;
    std::vector<SeenPacket> acknowledged;
    while (!waiting.empty() && timeline::end_of_numbers(*waiting.front()) <= seen->ack) {
      acknowledged.push_back(waiting.front());
      waiting.pop_front();
    }
    if (acknowledged.empty() || acknowledged.front()->delivered_epoch >= seen->epoch) continue;
    late.push_back({acknowledged.front(), seen, acknowledged.back()->delivered_epoch == seen->epoch});
  }
  return late;
}

std::string_view key_of(const LateAck& late) {
  if (late.ack->kind != PacketKind::ack) return "delayed-ack.with-data";
  return late.waited_for_next ? "delayed-ack.with-next" : "delayed-ack.alone";
}

// ------------------------------------------------------------------------------------------------------ Nagle

/// One direction of a talk as its sender knew it.
struct SendingSide {
  std::vector<SeenPacket> segments;      ///< as first sent, in the order of their bytes
  std::vector<SeenPacket> heard;         ///< what came to it, in the order in which it came
  timeline::Nanoseconds first_loss = 0;  ///< when it first sent something again; 0: never
};

SendingSide sending_side(const Talk& talk, LaneIndex sender) {
  SendingSide side{first_copies(talk, sender), {}, 0};
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from != sender && is_delivered(*seen)) side.heard.push_back(seen);
    if (seen->from == sender && seen->retransmission && side.first_loss == 0) side.first_loss = seen.at;
  }
  std::stable_sort(side.heard.begin(), side.heard.end(),
                   [](const SeenPacket& a, const SeenPacket& b) { return a->delivered_at < b->delivered_at; });
  return side;
}

/// How many packets had come to the sender before a moment.
std::size_t heard_before(const SendingSide& side, timeline::Nanoseconds moment) {
  const auto end =
      std::lower_bound(side.heard.begin(), side.heard.end(), moment,
                       [](const SeenPacket& seen, timeline::Nanoseconds at) { return seen->delivered_at < at; });
  return static_cast<std::size_t>(end - side.heard.begin());
}

/// What a sender has under way, and not acknowledged.
struct InFlight {
  std::size_t segments = 0;
  std::size_t small = 0;  ///< of them; only for these Linux keeps others back
};

/// When it sends its segment number `next`, having heard that everything before `acknowledged` has come.
InFlight in_flight_before(const SendingSide& side, std::size_t next, std::int64_t acknowledged, std::int64_t room) {
  InFlight found;
  while (next-- > 0 && timeline::end_of_numbers(*side.segments[next]) > acknowledged) {
    ++found.segments;
    if (side.segments[next]->length < room) ++found.small;
  }
  return found;
}

/// A segment that was kept back until everything before it was acknowledged.
struct HeldBack {
  SeenPacket segment;
  SeenPacket ack;                   ///< whose coming let it go
  std::int64_t unacknowledged = 0;  ///< bytes on their way until then
  std::vector<std::size_t> sends;   ///< whose bytes it carries; indices into Story::sends
  std::vector<std::int64_t> sizes;  ///< how many of each
};

void find_sends(const Story& story, const std::vector<std::size_t>& of_direction, HeldBack& held) {
  const timeline::StreamRange& range = *held.segment->stream;
  auto send = std::partition_point(of_direction.begin(), of_direction.end(),
                                   [&](std::size_t i) { return end_offset(story.sends[i].range) <= range.offset; });
  for (; send != of_direction.end() && story.sends[*send].range.offset < end_offset(range); ++send) {
    const timeline::StreamRange& sent = story.sends[*send].range;
    held.sends.push_back(*send);
    held.sizes.push_back(std::min(end_offset(sent), end_offset(range)) - std::max(sent.offset, range.offset));
  }
}

/// The window had room for it, a small one was in flight, and the congestion window let more than those go.
bool only_nagle_kept(const SendingSide& side, std::size_t i, const SeenPacket& before, std::int64_t room) {
  constexpr std::size_t first_flight = 10;  // segments, RFC 6928
  const bool window_had_room = before->ack + before->window >= timeline::end_of_numbers(*side.segments[i]);
  const InFlight in_flight = in_flight_before(side, i, before->ack, room);
  return window_had_room && in_flight.small > 0 && in_flight.segments < first_flight;
}

/// Nothing but the missing acknowledgement can have kept them: the sends had returned, the segment is a small one, the
/// window had room, and nothing had been lost that would have made the congestion window smaller than it is at first.
std::vector<HeldBack> held_back(const Story& story, const std::vector<std::size_t>& sends, const Talk& talk,
                                LaneIndex sender) {
  const auto room = room_in_segment(talk, sender);
  if (!room) return {};
  const SendingSide side = sending_side(talk, sender);
  std::vector<HeldBack> found;
  for (std::size_t i = 0; i < side.segments.size(); ++i) {
    const SeenPacket& segment = side.segments[i];
    if (side.first_loss != 0 && side.first_loss < segment.at) break;
    if (segment->kind != PacketKind::data || segment->length >= *room) continue;
    const std::size_t heard = heard_before(side, segment.at);
    if (heard < 2) continue;
    const SeenPacket& before = side.heard[heard - 2];
    HeldBack held{segment, side.heard[heard - 1], segment->seq - before->ack, {}, {}};
    if (held.ack->ack != segment->seq || held.ack->delivered_epoch != segment->epoch) continue;
    if (!only_nagle_kept(side, i, before, *room)) continue;
    find_sends(story, sends, held);
    const bool all_waited =
        !held.sends.empty() && std::all_of(held.sends.begin(), held.sends.end(), [&](std::size_t send) {
          const MadeCall& call = story.sends[send].last();
          return timeline::succeeded(*call) && call->returned_at < held.ack->delivered_at &&
                 !option_in_force(story, call, "TCP_NODELAY") && !option_in_force(story, call, "TCP_CORK");
        });
    if (all_waited) found.push_back(std::move(held));
  }
  return found;
}

/// The call by which `lane` ended its direction of the connection.
MadeCall orderly_end_of_sending(const Story& story, int connection, LaneIndex lane) {
  for (const MadeCall& made : story.calls_on(connection, lane)) {
    const auto side = timeline::shutdown_side(*made);
    const bool shuts = side && *side != scenario::ShutdownSide::read && timeline::succeeded(*made);
    if (shuts || (is_closing(*made) && !is_abort(*made))) return made;
  }
  return {};
}

/// The last bytes of a side that Nagle's algorithm had kept back, and which left together with its FIN.
struct KeptToTheEnd {
  HeldBack held;
  MadeCall end;
};

std::optional<KeptToTheEnd> kept_to_the_end(const Story& story, const std::vector<std::size_t>& sends, const Talk& talk,
                                            LaneIndex sender) {
  const auto room = room_in_segment(talk, sender);
  const SendingSide side = sending_side(talk, sender);
  const MadeCall end = orderly_end_of_sending(story, talk.connection, sender);
  if (!room || side.segments.empty() || !end.call) return std::nullopt;
  const std::size_t last = side.segments.size() - 1;
  const SeenPacket& segment = side.segments[last];
  const std::size_t heard = heard_before(side, segment.at);
  const bool was_lost = side.first_loss != 0 && side.first_loss < segment.at;
  if (segment->kind != PacketKind::fin || segment->length >= *room || heard == 0 || was_lost) return std::nullopt;
  const SeenPacket& before = side.heard[heard - 1];
  if (!only_nagle_kept(side, last, before, *room)) return std::nullopt;
  KeptToTheEnd found{{segment, before, segment->seq - before->ack, {}, {}}, end};
  find_sends(story, sends, found.held);
  const bool all_waited = std::all_of(found.held.sends.begin(), found.held.sends.end(), [&](std::size_t send) {
    const MadeCall& call = story.sends[send].last();
    return timeline::succeeded(*call) && returned_before(*call, *end) && !option_in_force(story, call, "TCP_NODELAY") &&
           !option_in_force(story, call, "TCP_CORK");
  });
  return all_waited && !found.held.sends.empty() ? std::optional(found) : std::nullopt;
}

/// The acknowledgements of the other side that a timer had held back.
std::set<EventId> acks_by_timer(const Talk& talk, LaneIndex sender) {
  std::set<EventId> found;
  for (const LateAck& late : late_acks(talk, sender)) {
    if (key_of(late) == "delayed-ack.alone") found.insert(late.ack.id);
  }
  return found;
}

std::vector<Finding> nagle(const Story& story) {
  if (!shows_waiting(story)) return {};
  SendsOfDirections sends = sends_of_directions(story);
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      const std::set<EventId> delayed = acks_by_timer(talk, sender);
      for (const HeldBack& held : held_back(story, sends[{talk.connection, sender}], talk, sender)) {
        std::vector<EventId> events;
        for (const std::size_t send : held.sends) events.push_back(story.sends[send].last().id);
        events.push_back(held.ack.id);
        events.push_back(held.segment.id);
        findings.push_back(
            {delayed.contains(held.ack.id) ? "nagle.delayed-ack" : "nagle",
             std::move(events),
             "",
             {{"sender", story.name(sender)},
              {"receiver", story.name(talk.peer_of(sender))},
              {"sends", static_cast<std::int64_t>(held.sends.size())},
              {"sizes", as_sum(held.sizes)},
              {"unacknowledged", held.unacknowledged}},
             {{"later", as_measured(held.segment.at - story.sends[held.sends.front()].last()->returned_at)}}});
      }
      if (const auto kept = kept_to_the_end(story, sends[{talk.connection, sender}], talk, sender)) {
        std::vector<EventId> events;
        for (const std::size_t send : kept->held.sends) events.push_back(story.sends[send].last().id);
        events.push_back(kept->end.id);
        events.push_back(kept->held.segment.id);
        findings.push_back({"nagle.fin",
                            std::move(events),
                            "",
                            {{"sender", story.name(sender)},
                             {"receiver", story.name(talk.peer_of(sender))},
                             {"sends", static_cast<std::int64_t>(kept->held.sends.size())},
                             {"sizes", as_sum(kept->held.sizes)},
                             {"unacknowledged", kept->held.unacknowledged}}});
      }
    }
  }
  return findings;
}

/// The segments that TCP_CORK had held back, until it was taken off or its 200 ms were over.
std::vector<Finding> cork(const Story& story) {
  constexpr timeline::Nanoseconds nearly_the_ceiling = 190'000'000;
  if (!shows_waiting(story)) return {};
  SendsOfDirections sends = sends_of_directions(story);
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      for (const SeenPacket& segment : first_copies(talk, sender)) {
        HeldBack held{segment, {}, 0, {}, {}};
        find_sends(story, sends[{talk.connection, sender}], held);
        const bool corked = !held.sends.empty() && std::all_of(held.sends.begin(), held.sends.end(), [&](auto send) {
          const MadeCall& call = story.sends[send].last();
          return timeline::succeeded(*call) && call->returned_at < segment.at &&
                 option_in_force(story, call, "TCP_CORK");
        });
        if (!corked || segment->kind != PacketKind::data) continue;
        const MadeCall first = story.sends[held.sends.front()].last();
        const MadeCall last = story.sends[held.sends.back()].last();
        const auto pulled = std::find_if(story.options.begin(), story.options.end(), [&](const MadeCall& made) {
          const auto option = timeline::socket_option(*made);
          return made.id > last.id && made->lane == sender && made->socket == last->socket && option &&
                 option->name == "TCP_CORK" && option->value == 0 && story.timeline.event(made.id)->at <= segment.at;
        });
        const timeline::Nanoseconds waited = segment.at - first->returned_at;
        if (pulled == story.options.end() && waited < nearly_the_ceiling) continue;
        Finding finding{pulled == story.options.end() ? "cork.timer" : "cork",
                        {},
                        "",
                        {{"sender", story.name(sender)},
                         {"sends", static_cast<std::int64_t>(held.sends.size())},
                         {"sizes", as_sum(held.sizes)}},
                        {{"later", as_measured(waited)}}};
        for (const std::size_t send : held.sends) finding.events.push_back(story.sends[send].last().id);
        if (pulled != story.options.end()) finding.events.push_back(pulled->id);
        finding.events.push_back(segment.id);
        findings.push_back(std::move(finding));
      }
    }
  }
  return findings;
}

/// Small segments that did not wait although earlier bytes were on their way: Nagle's algorithm was switched off.
std::vector<Finding> nagle_off(const Story& story) {
  if (!shows_waiting(story)) return {};
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      const auto room = room_in_segment(talk, sender);
      if (!room) continue;
      const SendingSide side = sending_side(talk, sender);
      std::vector<EventId> events;
      std::vector<std::int64_t> sizes;
      for (std::size_t i = 0; i < side.segments.size(); ++i) {
        const SeenPacket& segment = side.segments[i];
        const MadeCall cause = story.made(segment->cause);
        if (segment->kind != PacketKind::data || segment->length >= *room || !cause.call) continue;
        const std::size_t heard = heard_before(side, segment.at);
        if (heard == 0 || in_flight_before(side, i, side.heard[heard - 1]->ack, *room).small == 0) continue;
        if (!option_in_force(story, cause, "TCP_NODELAY")) continue;
        events.push_back(segment.id);
        sizes.push_back(segment->length);
      }
      if (events.empty()) continue;
      findings.push_back({"nagle-off",
                          std::move(events),
                          "",
                          {{"sender", story.name(sender)},
                           {"segments", static_cast<std::int64_t>(sizes.size())},
                           {"sizes", as_sum(sizes)}}});
    }
  }
  return findings;
}

std::vector<Finding> delayed_ack(const Story& story) {
  if (!shows_waiting(story)) return {};
  SendsOfDirections sends = sends_of_directions(story);
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex sender : {talk.client, talk.server}) {
      std::set<EventId> told;  // already, with the segment that waited for it
      for (const HeldBack& held : held_back(story, sends[{talk.connection, sender}], talk, sender))
        told.insert(held.ack.id);
      for (const LateAck& late : late_acks(talk, sender)) {
        const std::string_view key = key_of(late);
        if (key == "delayed-ack.alone" && told.contains(late.ack.id)) continue;
        findings.push_back({key,
                            {late.segment.id, late.ack.id},
                            "",
                            {{"sender", story.name(sender)},
                             {"receiver", story.name(talk.peer_of(sender))},
                             {"bytes", late.segment->length}},
                            {{"later", as_measured(late.ack.at - late.segment->delivered_at)}}});
      }
    }
  }
  return findings;
}

// ------------------------------------------------------------------------------------------------ zero window

/// A window that was closed, and the packet that opened it again.
struct ClosedWindow {
  SeenPacket closing;
  SeenPacket opening;       ///< may be none
  std::int64_t probes = 0;  ///< by the other side, in between
};

std::optional<ClosedWindow> first_closed_window(const Talk& talk, LaneIndex receiver) {
  ClosedWindow found;
  std::int64_t next = 0;  // number of the sender's next byte
  for (const SeenPacket& seen : talk.packets) {
    if (seen->from != receiver) {
      if (found.closing.packet && !found.opening.packet && seen->kind == PacketKind::ack && seen->seq == next - 1) {
        ++found.probes;
      }
      next = std::max(next, timeline::end_of_numbers(*seen));
      continue;
    }
    const bool tells = seen->kind == PacketKind::ack || carries_stream(*seen);
    if (!tells || !has_flag(*seen, "ACK")) continue;
    if (!found.closing.packet) {
      if (seen->window == 0 && seen.counts) found.closing = seen;
    } else if (seen->window > 0 && is_delivered(*seen)) {
      found.opening = seen;
      break;
    }
  }
  return found.closing.packet ? std::optional(found) : std::nullopt;
}

/// The receive that made room: it was under way, or done, when the window opened.
MadeCall receive_between(const Story& story, const Talk& talk, LaneIndex receiver, const ClosedWindow& window) {
  MadeCall found;
  for (const MadeCall& made : story.calls_on(talk.connection, receiver)) {
    const timeline::Event* event = story.timeline.event(made.id);
    if (!timeline::is_receive(*made) || event->at > window.opening.at) continue;
    const bool ended_before = made->returned && made->returned_at < window.closing.at;
    if (!ended_before && made->result > 0) found = made;
  }
  return found;
}

std::vector<Finding> zero_window(const Story& story) {
  std::vector<Finding> findings;
  for (const Talk& talk : story.talks) {
    for (const LaneIndex receiver : {talk.client, talk.server}) {
      const std::optional<ClosedWindow> window = first_closed_window(talk, receiver);
      if (!window) continue;
      Finding finding{"zero-window",
                      {window->closing.id},
                      story.actor(receiver),
                      {{"receiver", story.name(receiver)}, {"sender", story.name(talk.peer_of(receiver))}},
                      {}};
      if (window->opening.packet) {
        const MadeCall receive = receive_between(story, talk, receiver, *window);
        if (receive.call) {
          finding.key = "zero-window.opened";
          finding.events = {window->closing.id, receive.id, window->opening.id};
          finding.measured = {{"later", as_measured(window->opening.at - window->closing.at)},
                              {"probes", window->probes}};
        }
      }
      findings.push_back(std::move(finding));
    }
  }
  return findings;
}

}  // namespace

std::vector<Rule> flow_rules() {
  const std::vector<std::string_view> of_segmentation = {"sender", "receiver", "bytes", "segments", "sizes", "mss"};
  const std::vector<std::string_view> of_nagle = {"sender", "receiver", "sends", "sizes", "unacknowledged"};
  const std::vector<std::string_view> of_delayed_ack = {"sender", "receiver", "bytes"};
  return {
      {"segmentation",
       {{"segmentation", of_segmentation}, {"segmentation.timestamps", of_segmentation}},
       segmentation,
       1},
      {"nagle",
       {{"nagle", of_nagle, {"later"}}, {"nagle.delayed-ack", of_nagle, {"later"}}, {"nagle.fin", of_nagle}},
       nagle,
       1},
      {"cork",
       {{"cork", {"sender", "sends", "sizes"}, {"later"}}, {"cork.timer", {"sender", "sends", "sizes"}, {"later"}}},
       cork,
       1},
      {"nagle-off", {{"nagle-off", {"sender", "segments", "sizes"}}}, nagle_off, 1},
      {"delayed-ack",
       {{"delayed-ack.with-data", of_delayed_ack, {"later"}},
        {"delayed-ack.with-next", of_delayed_ack, {"later"}},
        {"delayed-ack.alone", of_delayed_ack, {"later"}}},
       delayed_ack,
       1},
      {"zero-window",
       {{"zero-window", {"receiver", "sender"}}, {"zero-window.opened", {"receiver", "sender"}, {"later", "probes"}}},
       zero_window},
  };
}

}  // namespace wirelab::explain

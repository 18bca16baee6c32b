#include "labs/timeline/metrics.hh"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "labs/scenario/metric.hh"
#include "labs/timeline/calls.hh"
#include "labs/timeline/packets.hh"

namespace wirelab::timeline {
namespace {

using scenario::Bytes;
using scenario::List;
using scenario::Metric;
using scenario::PacketKind;
using scenario::Value;
using scenario::Word;

constexpr std::int64_t nanoseconds_in_a_millisecond = 1'000'000;

/// The lesson's packets, looked through once however many metrics are asked for.
class CountedPackets {
 public:
  explicit CountedPackets(const Timeline& timeline) : timeline_(timeline) {}

  const std::vector<const Event*>& events() const {
    if (!events_) events_ = find();
    return *events_;
  }

 private:
  /// Address resolution is the stage's own business.
  std::vector<const Event*> find() const {
    const std::vector<EventId> uncounted = uncounted_packets(timeline_);
    std::vector<const Event*> found;
    for (const Event& event : timeline_.events) {
      const Packet* packet = event.packet();
      if (!packet || packet->protocol == "arp") continue;
      if (!std::binary_search(uncounted.begin(), uncounted.end(), event.id)) found.push_back(&event);
    }
    return found;
  }

  const Timeline& timeline_;
  mutable std::optional<std::vector<const Event*>> events_;
};

/// What a metric is asked of: a timeline, and the lanes its name speaks of (all copies of `client`, in lane order).
struct Question {
  const Timeline& timeline;
  const CountedPackets& packets;
  const Metric& metric;
  std::vector<LaneIndex> lanes;

  bool speaks_of(LaneIndex lane) const { return std::find(lanes.begin(), lanes.end(), lane) != lanes.end(); }
};

const std::string& lane_name(const Timeline& timeline, LaneIndex lane) {
  return timeline.lanes.at(static_cast<std::size_t>(lane)).name;
}

template <typename Visit>
void each_call(const Question& question, Visit visit) {
  for (const LaneIndex lane : question.lanes) {
    for (const Event& event : question.timeline.events) {
      const Call* call = event.call();
      if (call && call->lane == lane && made_by_script(*call)) visit(event, *call);
    }
  }
}

// ------------------------------------------------------------------------------------- one kind of POSIX call

/// A call as the script counts it: the pieces of a `cut` send are one.
struct Counted {
  std::vector<EventId> events;
  const Call* last = nullptr;
  std::int64_t bytes = 0;
  Nanoseconds asleep = 0;
  bool blocked = false;
};

std::vector<Counted> counted_calls(const Question& question) {
  std::map<EventId, const ScriptSend*> send_of;
  std::vector<ScriptSend> sends;
  if (question.metric.call == "send") sends = script_sends(question.timeline);
  for (const ScriptSend& send : sends) {
    for (const EventId id : send.calls) send_of[id] = &send;
  }
  std::vector<Counted> counted;
  each_call(question, [&](const Event& event, const Call& call) {
    if (call.call != question.metric.call) return;
    const auto send = send_of.find(event.id);
    if (send == send_of.end() || send->second->calls.front() == event.id) counted.emplace_back();
    Counted& current = counted.back();
    current.events.push_back(event.id);
    current.last = &call;
    if (succeeded(call)) current.bytes += call.result;
    current.asleep += call.asleep;
    current.blocked = current.blocked || call.found_blocked;
  });
  return counted;
}

Measurement call_metric(const Question& question) {
  const std::vector<Counted> calls = counted_calls(question);
  const std::string& property = question.metric.property;
  Measurement measured;
  List list;
  std::int64_t asleep = 0;
  bool blocked = false;
  for (const Counted& call : calls) {
    const bool is_evidence =
        property == "count" || property == "blocked_ms" || (property == "blocked" ? call.blocked : call.last->returned);
    if (is_evidence) measured.events.insert(measured.events.end(), call.events.begin(), call.events.end());
    asleep += call.asleep;
    blocked = blocked || call.blocked;
    if (property == "sizes" && succeeded(*call.last)) list.emplace_back(call.bytes);
    if (property == "result" && call.last->returned) {
      list.push_back(call.last->error.empty() ? Value(call.last->pieces > 0 ? call.bytes : call.last->result)
                                              : Value(Word{call.last->error}));
    }
  }
  if (property == "count") measured.value = static_cast<std::int64_t>(calls.size());
  if (property == "sizes" || property == "result") measured.value = std::move(list);
  if (property == "blocked") measured.value = blocked;
  if (property == "blocked_ms") {
    measured.value = asleep / nanoseconds_in_a_millisecond;
    measured.machine_dependent = true;
  }
  return measured;
}

// --------------------------------------------------------------------------------- what an actor sent and got

Measurement sent_bytes(const Question& question) {
  Measurement measured;
  std::int64_t sum = 0;
  each_call(question, [&](const Event& event, const Call& call) {
    if (!is_send(call) || !succeeded(call)) return;
    sum += call.result;
    measured.events.push_back(event.id);
  });
  measured.value = sum;
  return measured;
}

/// The receives that brought data, for whatever is made of them.
template <typename Visit>
std::vector<EventId> each_chunk(const Question& question, Visit visit) {
  std::vector<EventId> events;
  each_call(question, [&](const Event& event, const Call& call) {
    if (!is_receive(call) || !succeeded(call) || call.result <= 0) return;
    visit(call);
    events.push_back(event.id);
  });
  return events;
}

Measurement received_bytes(const Question& question) {
  std::int64_t sum = 0;
  auto events = each_chunk(question, [&](const Call& call) { sum += call.result; });
  return {Value(sum), std::move(events)};
}

Measurement received_text(const Question& question) {
  std::string text;
  auto events = each_chunk(question, [&](const Call& call) { text += call.data; });
  return {Value(Bytes{std::move(text)}), std::move(events)};
}

Measurement received_chunks(const Question& question) {
  List chunks;
  auto events = each_chunk(question, [&](const Call& call) { chunks.emplace_back(Bytes{call.data}); });
  return {Value(std::move(chunks)), std::move(events)};
}

// ------------------------------------------------------------------------------------------------- messages

struct Received {
  EventId event = 0;
  LaneIndex lane = nobody;
  std::string text;
};

/// Decoded messages, and datagrams that no framing took apart.
std::vector<Received> messages_received(const Question& question) {
  std::vector<Received> all;
  for (const LaneIndex lane : question.lanes) {
    for (const Event& event : question.timeline.events) {
      if (const Message* message = event.message()) {
        if (message->lane == lane && !message->sent && message->error.empty()) {
          all.push_back({event.id, lane, message->payload});
        }
      } else if (const Call* call = event.call()) {
        if (call->lane == lane && made_by_script(*call) && brought_datagram(*call) && call->word != "recv_message") {
          all.push_back({event.id, lane, call->data});
        }
      }
    }
  }
  return all;
}

Measurement messages(const Question& question) {
  Measurement measured;
  List texts;
  for (Received& message : messages_received(question)) {
    texts.emplace_back(Bytes{std::move(message.text)});
    measured.events.push_back(message.event);
  }
  measured.value = std::move(texts);
  return measured;
}

Measurement distinct_messages(const Question& question) {
  Measurement measured;
  List texts;
  std::set<std::string> seen;
  for (const Received& message : messages_received(question)) {
    if (!seen.insert(message.text).second) continue;
    texts.emplace_back(Bytes{message.text});
    measured.events.push_back(message.event);
  }
  measured.value = std::move(texts);
  return measured;
}

/// The distinct texts that were sent to a lane and never came, in the order of their first sending. By text and not
/// by attempt: what was lost once and came when it was sent again is not missing.
Measurement missing_messages(const Question& question) {
  Measurement measured;
  List texts;
  const std::vector<Received> received = messages_received(question);
  for (const LaneIndex lane : question.lanes) {
    std::set<std::string> settled;  // came, or is already told as missing
    for (const Received& message : received) {
      if (message.lane == lane) settled.insert(message.text);
    }
    std::vector<std::pair<EventId, std::string>> sent;
    for (const Datagram& datagram : question.timeline.datagrams) {
      const Call* call = question.timeline.call(datagram.sent);
      if (datagram.to != lane || !call) continue;
      // A truncated datagram came, though with another text than was sent.
      if (datagram.received != 0) settled.insert(call->data);
      sent.emplace_back(datagram.sent, call->data);
    }
    for (const Event& event : question.timeline.events) {
      const Message* message = event.message();
      if (message && message->sent && message->error.empty() && message->stream && message->stream->to == lane) {
        sent.emplace_back(event.id, message->payload);
      }
    }
    std::stable_sort(sent.begin(), sent.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [event, text] : sent) {
      if (!settled.insert(text).second) continue;
      texts.emplace_back(Bytes{std::move(text)});
      measured.events.push_back(event);
    }
  }
  measured.value = std::move(texts);
  return measured;
}

// ---------------------------------------------------------------------------------------------- and the rest

/// Of calls, framing and files, expected or not. A call that the end of the run cut off did not fail by itself.
Measurement errors(const Question& question) {
  static const std::set<std::string> ends_of_the_run = {"deadlock", "limit", "interrupt"};
  Measurement measured;
  List words;
  for (const LaneIndex lane : question.lanes) {
    for (const Event& event : question.timeline.events) {
      std::string error;
      if (const Call* call = event.call()) {
        if (call->lane == lane && made_by_script(*call) && !ends_of_the_run.contains(call->ended_by))
          error = call->error;
      } else if (const Message* message = event.message()) {
        if (message->lane == lane) error = message->error;
      } else if (const File* file = event.file()) {
        if (file->lane == lane) error = file->error;
      }
      if (error.empty()) continue;
      words.emplace_back(Word{error});
      measured.events.push_back(event.id);
    }
  }
  measured.value = std::move(words);
  return measured;
}

Measurement asked_sleep_in_milliseconds(const Question& question) {
  Measurement measured;
  Nanoseconds sum = 0;
  each_call(question, [&](const Event& event, const Call& call) {
    const auto asked = asked_sleep(call);
    if (!asked) return;
    sum += *asked;
    measured.events.push_back(event.id);
  });
  measured.value = sum / nanoseconds_in_a_millisecond;
  return measured;
}

/// No digest is empty: that of no bytes is one too. So whoever received no file is told from everybody who did.
Measurement sha256(const Question& question) {
  Measurement measured{.value = Value(Bytes{}), .events = {}};
  for (const Event& event : question.timeline.events) {
    const File* file = event.file();
    if (file == nullptr || std::ranges::find(question.lanes, file->lane) == question.lanes.end()) continue;
    measured.value = Value(Bytes{file->sha256});
    measured.events = {event.id};
  }
  return measured;
}

Measurement actor_metric(const Question& question) {
  static const std::map<std::string, Measurement (*)(const Question&), std::less<>> properties = {
      {"sent.bytes", sent_bytes},
      {"received.bytes", received_bytes},
      {"received.text", received_text},
      {"received.chunks", received_chunks},
      {"messages", messages},
      {"messages.distinct", distinct_messages},
      {"messages.missing", missing_messages},
      {"errors", errors},
      {"sleep.asked_ms", asked_sleep_in_milliseconds},
      {"sha256", sha256},
  };
  const Metric& metric = question.metric;
  const auto property = properties.find(metric.call.empty() ? metric.property : metric.call + "." + metric.property);
  if (property != properties.end()) return property->second(question);
  return metric.call.empty() ? Measurement{} : call_metric(question);
}

// ------------------------------------------------------------------------------------------------- datagrams

/// What became of a datagram at one receiving socket, whatever number of copies the wire made of it.
struct Due {
  EventId sent = 0;
  std::vector<EventId> received;
  int entries = 0;
  bool delivered = false;
  bool lost = false;  ///< known not to have come: not merely on its way when the run ended
};

std::vector<Due> due_datagrams(const Timeline& timeline) {
  std::map<std::tuple<EventId, LaneIndex, int>, Due> due;
  for (const Datagram& datagram : timeline.datagrams) {
    Due& one = due[{datagram.sent, datagram.to, datagram.socket}];
    one.sent = datagram.sent;
    ++one.entries;
    if (datagram.received != 0) one.received.push_back(datagram.received);
    one.delivered = one.delivered || datagram.fate == Datagram::Fate::delivered;
    one.lost = one.lost || (datagram.fate != Datagram::Fate::delivered && datagram.fate != Datagram::Fate::on_the_way);
  }
  std::vector<Due> all;
  for (auto& [key, one] : due) {
    one.lost = one.lost && !one.delivered;
    all.push_back(std::move(one));
  }
  return all;
}

Measurement datagram_metric(const Timeline& timeline, const std::string& property) {
  Measurement measured;
  std::int64_t count = 0;
  const auto add = [&](EventId event) {
    ++count;
    if (measured.events.empty() || measured.events.back() != event) measured.events.push_back(event);
  };
  if (property == "sent" || property == "truncated") {
    for (const Event& event : timeline.events) {
      const Call* call = event.call();
      if (!call || !succeeded(*call) || !is_datagram_call(*call)) continue;
      if (property == "sent" ? is_send(*call) : call->truncated) add(event.id);
    }
  } else if (property == "kernel_dropped") {
    for (const Datagram& datagram : timeline.datagrams) {
      if (datagram.fate == Datagram::Fate::buffer_overrun) add(datagram.sent);
    }
  } else if (property == "duplicated" && timeline.sees_packets) {
    for (const Event& event : timeline.events) {
      const Packet* packet = event.packet();
      // Doubled fragments still make one datagram: the kernel that joins them takes each place once.
      if (packet && packet->kind == PacketKind::udp && packet->verdict == Verdict::duplicated) add(event.id);
    }
    for (const LeftOut& alike : timeline.left_out) {
      if (alike.kind == PacketKind::udp && alike.verdict == Verdict::duplicated) count += alike.count;
    }
  } else {
    for (const Due& due : due_datagrams(timeline)) {
      if (property == "delivered" && due.delivered) add(due.sent);
      if (property == "lost" && due.lost) add(due.sent);
      if (property == "duplicated" && due.entries > 1) add(due.sent);
    }
  }
  measured.value = count;
  return measured;
}

// ------------------------------------------------------------------------------------------------------ wire

template <typename Visit>
void each_packet(const Question& question, Visit visit) {
  for (const Event* event : question.packets.events()) visit(*event, *event->packet());
}

/// From a SYN to the first packet of the connecting side that answers the SYN-ACK, lost ones included.
Measurement handshake(const Question& question) {
  Measurement measured;
  List words;
  std::optional<Direction> client;
  bool answered = false;
  bool complete = false;
  each_packet(question, [&](const Event& event, const Packet& packet) {
    if (complete || packet.protocol != "tcp") return;
    if (!client) {
      if (packet.kind != PacketKind::syn || (!question.metric.actor.empty() && !question.speaks_of(packet.from)))
        return;
      client = direction_of(packet);
    }
    const Direction direction = direction_of(packet);
    if (direction != *client && direction != reversed(*client)) return;
    complete = packet.kind == PacketKind::rst || (answered && direction == *client && packet.kind != PacketKind::syn &&
                                                  packet.kind != PacketKind::syn_ack);
    answered = answered || packet.kind == PacketKind::syn_ack;
    words.emplace_back(Word{std::string(to_text(packet.kind))});
    measured.events.push_back(event.id);
  });
  if (!complete && !question.timeline.left_out.empty()) return {};
  measured.value = std::move(words);
  return measured;
}

/// Of one connection: every FIN and RST, and the packets without data that acknowledge a FIN. What still travels in
/// between, and the acknowledgements of it, are not about the end.
Measurement teardown(const Question& question) {
  Measurement measured;
  List words;
  std::optional<Direction> first;
  std::map<Direction, std::int64_t> fins;  // by sender: the number after its FIN
  bool complete = false;
  each_packet(question, [&](const Event& event, const Packet& packet) {
    const Direction direction = direction_of(packet);
    const bool ends = packet.kind == PacketKind::fin || packet.kind == PacketKind::rst;
    if (!first) {
      const bool fits =
          question.metric.actor.empty() || question.speaks_of(packet.from) || question.speaks_of(packet.to);
      if (!ends || !fits) return;
      first = direction;
    }
    if (complete || (direction != *first && direction != reversed(*first))) return;
    complete = packet.kind == PacketKind::syn;  // the next connection between the same ports
    const auto other_fin = fins.find(reversed(direction));
    const bool acknowledges_fin =
        packet.kind == PacketKind::ack && other_fin != fins.end() && packet.ack >= other_fin->second;
    if (!ends && !acknowledges_fin) return;
    if (packet.kind == PacketKind::fin) fins[direction] = end_of_numbers(packet);
    words.emplace_back(Word{lane_name(question.timeline, packet.from) + " " + std::string(to_text(packet.kind))});
    measured.events.push_back(event.id);
  });
  measured.value = std::move(words);
  return measured;
}

/// Bytes that travel with a FIN are payload too.
Measurement payloads(const Question& question) {
  Measurement measured;
  List sizes;
  each_packet(question, [&](const Event& event, const Packet& packet) {
    const bool carries_data = packet.protocol == "tcp" && packet.kind != PacketKind::fragment && packet.length > 0;
    if (!carries_data || packet.retransmission || !question.speaks_of(packet.from)) return;
    sizes.emplace_back(packet.length);
    measured.events.push_back(event.id);
  });
  measured.value = std::move(sizes);
  return measured;
}

/// How often a side's advertised window fell to zero, on all of its connections.
Measurement zero_windows(const Question& question) {
  Measurement measured;
  std::int64_t count = 0;
  std::map<Direction, bool> closed;
  each_packet(question, [&](const Event& event, const Packet& packet) {
    if (packet.protocol != "tcp" || packet.kind == PacketKind::rst || packet.kind == PacketKind::fragment) return;
    if (!question.speaks_of(packet.from)) return;
    bool& was_closed = closed[direction_of(packet)];
    if (packet.window == 0 && !was_closed) {
      ++count;
      measured.events.push_back(event.id);
    }
    was_closed = packet.window == 0;
  });
  measured.value = count;
  return measured;
}

template <typename Seen>
bool counts_as(const Seen& packet, const std::string& property) {
  if (property == "packets") return true;
  if (property == "dropped") return packet.verdict == Verdict::dropped;
  if (property == "duplicated") return packet.verdict == Verdict::duplicated;
  if (property == "retransmitted") return packet.retransmission;
  // What the language has no kind for is kept as data, and is none.
  if (property == "data") return packet.kind == PacketKind::data && packet.protocol == "tcp";
  return property == to_text(packet.kind);
}

Measurement packet_count(const Question& question) {
  Measurement measured;
  std::int64_t count = 0;
  each_packet(question, [&](const Event& event, const Packet& packet) {
    if (!question.metric.actor.empty() && !question.speaks_of(packet.from)) return;
    if (!counts_as(packet, question.metric.property)) return;
    ++count;
    measured.events.push_back(event.id);
  });
  for (const LeftOut& alike : question.timeline.left_out) {
    const bool is_meant = question.metric.actor.empty() || question.speaks_of(alike.from);
    if (is_meant && counts_as(alike, question.metric.property)) count += alike.count;
  }
  measured.value = count;
  return measured;
}

Measurement time_wait(const Timeline& timeline) {
  Measurement measured;
  std::set<LaneIndex> keeping;
  for (const Connection& connection : timeline.connections) {
    keeping.insert(connection.time_wait.begin(), connection.time_wait.end());
    if (!connection.closes.empty()) measured.events.push_back(connection.closes.front());
  }
  List names;
  for (const LaneIndex lane : keeping) names.emplace_back(Word{lane_name(timeline, lane)});
  measured.value = std::move(names);
  return measured;
}

/// Of several connections, the first that anybody began to close. A RST that refuses a SYN closes nothing.
EventId first_end_on_the_wire(const Question& question) {
  std::set<Direction> only_asked;  // who has sent a SYN that nobody has answered
  EventId first = 0;
  each_packet(question, [&](const Event& event, const Packet& packet) {
    if (first != 0 || packet.protocol != "tcp") return;
    const Direction direction = direction_of(packet);
    if (packet.kind == PacketKind::syn) only_asked.insert(direction);
    const bool refuses = packet.kind == PacketKind::rst && only_asked.contains(reversed(direction));
    if (packet.kind != PacketKind::syn) only_asked.erase(reversed(direction));
    if (packet.kind == PacketKind::fin || (packet.kind == PacketKind::rst && !refuses)) first = event.id;
  });
  return first;
}

EventId first_end_by_call(const Timeline& timeline) {
  EventId first = 0;
  for (const Connection& connection : timeline.connections) {
    if (!connection.closes.empty() && (first == 0 || connection.closes.front() < first))
      first = connection.closes.front();
  }
  return first;
}

/// Where no packets are seen, whoever ended a direction first by a call. `nobody` if none was.
Measurement closed_first(const Question& question) {
  const Timeline& timeline = question.timeline;
  const Event* first =
      timeline.event(timeline.sees_packets ? first_end_on_the_wire(question) : first_end_by_call(timeline));
  if (!first) return {Value(Word{"nobody"}), {}};
  const LaneIndex lane = first->call() ? first->call()->lane : first->packet()->from;
  return {Value(Word{lane_name(timeline, lane)}), {first->id}};
}

template <typename Alike>
bool leaves_out(const Timeline& timeline, Alike alike) {
  return std::any_of(timeline.left_out.begin(), timeline.left_out.end(), alike);
}

Measurement wire_metric(const Question& question) {
  const std::string& property = question.metric.property;
  if (property == "time_wait") return time_wait(question.timeline);
  if (property == "closed_first") return closed_first(question);
  if (!question.timeline.sees_packets) return {};
  if (property == "handshake") return handshake(question);
  const bool ends_are_kept = !leaves_out(question.timeline, [](const LeftOut& alike) {
    return alike.kind == PacketKind::fin || alike.kind == PacketKind::rst;
  });
  if (property == "teardown") return ends_are_kept ? teardown(question) : Measurement{};
  if (property == "payloads" || property == "zero_windows") {
    // A list without its end is another list.
    if (leaves_out(question.timeline, [](const LeftOut& alike) { return alike.protocol == "tcp"; })) return {};
    return property == "payloads" ? payloads(question) : zero_windows(question);
  }
  return packet_count(question);
}

// ------------------------------------------------------------------------------------------------------- run

Measurement run_metric(const Timeline& timeline, const std::string& property) {
  if (property == "outcome") return {Value(Word{std::string(to_text(timeline.outcome))}), {}};
  if (property == "order") {
    List steps;
    for (const std::string& step : timeline.order) steps.emplace_back(Word{step});
    return {Value(std::move(steps)), {}};
  }
  if (property == "elapsed_ms") return {Value(timeline.elapsed / nanoseconds_in_a_millisecond), {}, true};
  return {};
}

std::vector<LaneIndex> lanes_of(const Timeline& timeline, const Metric& metric) {
  std::vector<LaneIndex> lanes;
  for (std::size_t i = 0; i < timeline.lanes.size(); ++i) {
    const Lane& lane = timeline.lanes[i];
    if (lane.actor == metric.actor && (!metric.copy || *metric.copy == lane.copy)) {
      lanes.push_back(static_cast<LaneIndex>(i));
    }
  }
  return lanes;
}

bool was_played(const Timeline& timeline) {
  return timeline.outcome != Outcome::unanswered && timeline.outcome != Outcome::not_possible_here;
}

Measurement measure_among(const Timeline& timeline, const CountedPackets& packets, std::string_view metric) {
  const auto parsed = scenario::parse_metric(metric);
  if (!parsed) return {};
  const Question question{timeline, packets, *parsed, lanes_of(timeline, *parsed)};
  if (parsed->subject == Metric::Subject::run && parsed->property == "outcome") return run_metric(timeline, "outcome");
  if (!was_played(timeline) || (!parsed->actor.empty() && question.lanes.empty())) return {};
  switch (parsed->subject) {
    case Metric::Subject::actor:
      return actor_metric(question);
    case Metric::Subject::wire:
      return wire_metric(question);
    case Metric::Subject::datagrams:
      return datagram_metric(timeline, parsed->property);
    case Metric::Subject::run:
      return run_metric(timeline, parsed->property);
  }
  return {};
}

// --------------------------------------------------------------------------------------------------- summary

/// Gathers the entries of a summary, leaving out what cannot be seen here.
class Summary {
 public:
  explicit Summary(const Timeline& timeline) : timeline_(timeline), packets_(timeline) {}

  void add(const std::string& metric) {
    Measurement measured = measure_among(timeline_, packets_, metric);
    if (measured.value) entries_.emplace_back(metric, std::move(measured));
  }
  void add_unless_empty(const std::string& metric) {
    Measurement measured = measure_among(timeline_, packets_, metric);
    if (!measured.value) return;
    const auto* list = measured.value->as<List>();
    const auto* number = measured.value->as<std::int64_t>();
    const auto* text = measured.value->as<Bytes>();
    if ((list && list->empty()) || (number && *number == 0) || (text && text->bytes.empty())) return;
    entries_.emplace_back(metric, std::move(measured));
  }
  std::vector<std::pair<std::string, Measurement>> take() { return std::move(entries_); }

 private:
  const Timeline& timeline_;
  CountedPackets packets_;
  std::vector<std::pair<std::string, Measurement>> entries_;
};

struct SummarisedCall {
  const char* name;
  bool has_sizes;
  bool may_block;
};
constexpr std::array<SummarisedCall, 14> summarised_calls = {{{"socket", false, false},
                                                              {"bind", false, false},
                                                              {"listen", false, false},
                                                              {"accept", false, true},
                                                              {"connect", false, true},
                                                              {"send", true, true},
                                                              {"recv", true, true},
                                                              {"sendto", true, true},
                                                              {"recvfrom", true, true},
                                                              {"shutdown", false, false},
                                                              {"close", false, false},
                                                              {"setsockopt", false, false},
                                                              {"getsockopt", false, false},
                                                              {"sleep", false, false}}};

void summarise_actor(Summary& summary, const Timeline& timeline, const std::string& actor) {
  std::set<std::string> made;
  bool has_messages = false;
  for (const Event& event : timeline.events) {
    if (const Call* call = event.call()) {
      if (timeline.lanes.at(static_cast<std::size_t>(call->lane)).actor != actor || !made_by_script(*call)) continue;
      made.insert(call->call);
      has_messages = has_messages || brought_datagram(*call);
    } else if (const Message* message = event.message()) {
      has_messages =
          has_messages || (timeline.lanes.at(static_cast<std::size_t>(message->lane)).actor == actor && !message->sent);
    }
  }
  for (const SummarisedCall& call : summarised_calls) {
    if (!made.contains(call.name)) continue;
    const std::string prefix = actor + "." + call.name + ".";
    summary.add(prefix + "count");
    if (call.has_sizes) summary.add(prefix + "sizes");
    if (call.may_block) {
      summary.add(prefix + "blocked");
      summary.add(prefix + "blocked_ms");
    }
  }
  if (made.contains("sleep")) summary.add(actor + ".sleep.asked_ms");
  if (made.contains("send") || made.contains("sendto")) summary.add(actor + ".sent.bytes");
  if (made.contains("recv") || made.contains("recvfrom")) {
    summary.add(actor + ".received.bytes");
    summary.add(actor + ".received.chunks");
  }
  if (has_messages) summary.add(actor + ".messages");
  summary.add_unless_empty(actor + ".messages.missing");
  summary.add(actor + ".errors");
  summary.add_unless_empty(actor + ".sha256");
}

void summarise_wire(Summary& summary, const Timeline& timeline, const std::vector<std::string>& actors) {
  if (timeline.sees_packets) {
    if (!timeline.connections.empty()) {
      summary.add("wire.handshake");
      summary.add("wire.teardown");
    }
    for (const char* count : {"packets", "data", "dropped", "duplicated", "retransmitted"}) {
      summary.add(std::string("wire.") + count);
    }
    for (const char* kind : {"SYN", "SYN-ACK", "ACK", "FIN", "RST", "UDP", "fragment", "ICMP"}) {
      summary.add_unless_empty(std::string("wire.") + kind);
    }
    for (const std::string& actor : actors) {
      summary.add_unless_empty("wire." + actor + ".payloads");
      summary.add_unless_empty("wire." + actor + ".zero_windows");
    }
  }
  if (!timeline.connections.empty()) {
    summary.add("wire.time_wait");
    summary.add("wire.closed_first");
  }
}

}  // namespace

Measurement measure(const Timeline& timeline, std::string_view metric) {
  return measure_among(timeline, CountedPackets(timeline), metric);
}

std::vector<std::pair<std::string, Measurement>> summary(const Timeline& timeline) {
  Summary entries(timeline);
  if (was_played(timeline)) {
    std::vector<std::string> actors;
    for (const Lane& lane : timeline.lanes) {
      if (std::find(actors.begin(), actors.end(), lane.actor) == actors.end()) actors.push_back(lane.actor);
    }
    for (const std::string& actor : actors) summarise_actor(entries, timeline, actor);
    const bool has_datagrams = std::any_of(timeline.events.begin(), timeline.events.end(), [](const Event& event) {
      return event.call() && is_datagram_call(*event.call());
    });
    if (has_datagrams) {
      for (const char* count : {"sent", "delivered", "lost", "duplicated", "truncated", "kernel_dropped"}) {
        entries.add(std::string("datagrams.") + count);
      }
    }
    summarise_wire(entries, timeline, actors);
  }
  entries.add("run.outcome");
  entries.add("run.order");
  entries.add("run.elapsed_ms");
  return entries.take();
}

}  // namespace wirelab::timeline

// Messages on a stream: what framing mends, and how it goes wrong.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using scenario::DelimiterFraming;
using scenario::Framing;
using scenario::LengthFraming;
using scenario::RecordFraming;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::Message;
using timeline::StreamRange;

struct FramedMessage {
  EventId id = 0;
  const Message* message = nullptr;

  const Message* operator->() const { return message; }
};

struct Direction {
  int connection = 0;
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  auto operator<=>(const Direction&) const = default;
};

/// One direction of a connection as messages: put in at one end, taken out at the other.
struct Conversation {
  std::vector<FramedMessage> sent;
  std::vector<FramedMessage> decoded;
  std::vector<const StreamReceive*> receives;
};

Direction direction_of(const StreamRange& range) { return {range.connection, range.from, range.to}; }

std::map<Direction, Conversation> conversations(const Story& story) {
  std::map<Direction, Conversation> all;
  for (const timeline::Event& event : story.timeline.events) {
    const Message* message = event.message();
    if (!message || !message->error.empty() || !message->stream) continue;
    Conversation& conversation = all[direction_of(*message->stream)];
    (message->sent ? conversation.sent : conversation.decoded).push_back({event.id, message});
  }
  for (const StreamReceive& received : story.receives) {
    if (const auto found = all.find(direction_of(received.range)); found != all.end()) {
      found->second.receives.push_back(&received);
    }
  }
  return all;
}

const std::optional<Framing>& framing_of(const Story& story, LaneIndex lane) {
  return story.timeline.lanes.at(static_cast<std::size_t>(lane)).framing;
}

template <typename Kind>
const Kind* framing_as(const Story& story, LaneIndex lane) {
  const std::optional<Framing>& framing = framing_of(story, lane);
  return framing ? std::get_if<Kind>(&framing->kind) : nullptr;
}

std::int64_t end_of(const StreamRange& range) { return range.offset + range.length; }

/// The framing as a scenario would write it, which also tells two apart.
std::string describe(const Framing& framing) {
  if (const auto* delimiter = std::get_if<DelimiterFraming>(&framing.kind)) {
    std::string text = "kind: delimiter, delimiter: " + scenario::quoted(delimiter->delimiter);
    if (delimiter->escape) text += ", escape: " + scenario::quoted(std::string(1, *delimiter->escape));
    return text;
  }
  if (const auto* length = std::get_if<LengthFraming>(&framing.kind)) {
    return fmt::format("kind: length, bytes: {}, order: {}", length->bytes, length->big_endian ? "big" : "little");
  }
  if (std::holds_alternative<scenario::HttpFraming>(framing.kind)) return "kind: http";
  std::string fields;
  for (const scenario::RecordField& field : std::get<RecordFraming>(framing.kind).fields) {
    fields += fmt::format("{}{}({} B)", fields.empty() ? "" : ", ", field.name, field.size);
  }
  return "kind: record, fields: " + fields;
}

/// Whether a receive ended inside the message, and after how many of its bytes.
std::vector<std::pair<EventId, std::int64_t>> cuts_in(const Conversation& conversation, const StreamRange& message) {
  std::vector<std::pair<EventId, std::int64_t>> cuts;
  for (const StreamReceive* received : conversation.receives) {
    const std::int64_t end = end_of(received->range);
    if (end > message.offset && end < end_of(message)) cuts.emplace_back(received->receive.id, end - message.offset);
  }
  return cuts;
}

std::vector<Finding> restored(const Story& story) {
  std::vector<Finding> findings;
  for (const auto& [direction, conversation] : conversations(story)) {
    const auto& [connection, from, to] = direction;
    if (conversation.decoded.empty() || conversation.receives.empty()) continue;
    std::set<std::int64_t> message_ends;
    std::set<std::int64_t> receive_ends;
    std::vector<EventId> events;
    std::vector<std::int64_t> sizes;
    const std::int64_t last_end = end_of(*conversation.decoded.back()->stream);
    for (const StreamReceive* received : conversation.receives) {
      if (received->range.offset >= last_end) break;  // what it brought became no message
      receive_ends.insert(end_of(received->range));
      sizes.push_back(received->range.length);
      events.push_back(received->receive.id);
    }
    for (const FramedMessage& message : conversation.decoded) {
      message_ends.insert(end_of(*message->stream));
      events.push_back(message.id);
    }
    if (message_ends == receive_ends) continue;
    std::sort(events.begin(), events.end());
    const bool as_sent = std::equal(
        conversation.sent.begin(), conversation.sent.end(), conversation.decoded.begin(), conversation.decoded.end(),
        [](const FramedMessage& a, const FramedMessage& b) { return a->payload == b->payload; });
    findings.push_back({as_sent ? "framing-restored" : "framing-restored.decoded",
                        std::move(events),
                        story.actor(to),
                        {{"receiver", story.name(to)},
                         {"sender", story.name(from)},
                         {"messages", static_cast<std::int64_t>(conversation.decoded.size())},
                         {"recvs", static_cast<std::int64_t>(sizes.size())},
                         {"sizes", as_sum(sizes)}}});
    if (const std::int64_t rest = *receive_ends.rbegin() - last_end; rest > 0) {
      findings.back().key = "framing-restored.and-more";
      findings.back().arguments["rest"] = rest;
    }
  }
  return findings;
}

std::vector<Finding> delimiter_cut(const Story& story) {
  std::vector<Finding> findings;
  for (const auto& [direction, conversation] : conversations(story)) {
    const auto* framing = framing_as<DelimiterFraming>(story, direction.to);
    if (!framing) continue;
    const auto length = static_cast<std::int64_t>(framing->delimiter.size());
    for (const FramedMessage& message : conversation.decoded) {
      for (const auto& [receive, after] : cuts_in(conversation, *message->stream)) {
        const std::int64_t of_delimiter = after - (message->stream->length - length);
        if (of_delimiter <= 0) continue;
        findings.push_back({"delimiter-cut",
                            {receive, message.id},
                            story.actor(direction.to),
                            {{"receiver", story.name(direction.to)},
                             {"bytes", of_delimiter},
                             {"length", length},
                             {"delimiter", as_quoted(framing->delimiter)}}});
      }
    }
  }
  return findings;
}

std::vector<Finding> message_cut(const Story& story) {
  std::vector<Finding> findings;
  for (const auto& [direction, conversation] : conversations(story)) {
    const auto* prefix = framing_as<LengthFraming>(story, direction.to);
    const auto* delimiter = framing_as<DelimiterFraming>(story, direction.to);
    const std::int64_t tail = delimiter ? static_cast<std::int64_t>(delimiter->delimiter.size()) : 0;
    for (const FramedMessage& message : conversation.decoded) {
      auto cuts = cuts_in(conversation, *message->stream);
      // Behind the last byte of the payload only the delimiter is cut.
      std::erase_if(cuts, [&](const auto& cut) { return tail > 0 && cut.second >= message->stream->length - tail; });
      if (cuts.empty()) continue;
      Arguments arguments = {{"receiver", story.name(direction.to)}, {"message", as_quoted(message->payload)}};
      if (prefix && cuts.front().second < prefix->bytes) {
        arguments.insert({{"bytes", cuts.front().second}, {"length", static_cast<std::int64_t>(prefix->bytes)}});
        findings.push_back(
            {"message-cut.prefix", {cuts.front().first, message.id}, story.actor(direction.to), arguments});
      } else {
        std::vector<EventId> events;
        for (const auto& cut : cuts) events.push_back(cut.first);
        events.push_back(message.id);
        arguments["recvs"] = static_cast<std::int64_t>(cuts.size()) + 1;
        findings.push_back({"message-cut", std::move(events), story.actor(direction.to), arguments});
      }
    }
  }
  return findings;
}

bool lies_in(const StreamRange& inner, const StreamRange& outer) {
  return inner.offset >= outer.offset && end_of(inner) <= end_of(outer);
}

std::vector<Finding> delimiter_in_payload(const Story& story) {
  std::vector<Finding> findings;
  for (const auto& [direction, conversation] : conversations(story)) {
    const auto* framing = framing_as<DelimiterFraming>(story, direction.from);
    if (!framing || framing->delimiter.empty()) continue;
    for (const FramedMessage& sent : conversation.sent) {
      if (sent->payload.find(framing->delimiter) == std::string::npos) continue;
      std::vector<EventId> events = {sent.id};
      const Message* decoded = nullptr;
      for (const FramedMessage& message : conversation.decoded) {
        if (!lies_in(*message->stream, *sent->stream)) continue;
        events.push_back(message.id);
        decoded = message.message;
      }
      const auto count = static_cast<std::int64_t>(events.size()) - 1;
      Arguments arguments = {{"sender", story.name(direction.from)},
                             {"receiver", story.name(direction.to)},
                             {"message", as_quoted(sent->payload)},
                             {"delimiter", as_quoted(framing->delimiter)}};
      if (count > 1) {
        arguments["messages"] = count;
        findings.push_back({"delimiter-in-payload", std::move(events), story.actor(direction.from), arguments});
      } else if (framing->escape && decoded && decoded->payload == sent->payload) {
        arguments["escape"] = as_quoted(std::string(1, *framing->escape));
        findings.push_back({"delimiter-in-payload.escaped", std::move(events), story.actor(direction.from), arguments});
      }
    }
  }
  return findings;
}

/// The longest message that a length prefix can announce; nothing for other framings.
std::optional<std::int64_t> most_of_prefix(const Framing& framing) {
  const auto* length = std::get_if<LengthFraming>(&framing.kind);
  if (!length || length->bytes >= 8) return std::nullopt;
  return (std::int64_t{1} << (8 * length->bytes)) - 1;
}

std::vector<Finding> too_long(const Story& story) {
  std::vector<Finding> findings;
  for (const timeline::Event& event : story.timeline.events) {
    const Message* message = event.message();
    if (!message || message->error != "message-too-long" || !framing_of(story, message->lane)) continue;
    const Framing& framing = *framing_of(story, message->lane);
    Finding finding{message->sent ? "message-too-long.sent" : "message-too-long",
                    {event.id},
                    story.actor(message->lane),
                    {{"actor", story.name(message->lane)}, {"limit", static_cast<std::int64_t>(framing.max_message)}}};
    const std::optional<std::int64_t> most = most_of_prefix(framing);
    if (message->sent && most && *most < static_cast<std::int64_t>(framing.max_message)) {
      finding.key = "message-too-long.prefix";
      finding.arguments["limit"] = *most;
      finding.arguments["length"] = std::int64_t{std::get<LengthFraming>(framing.kind).bytes};
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> truncated(const Story& story) {
  std::vector<Finding> findings;
  for (const timeline::Event& event : story.timeline.events) {
    const Message* message = event.message();
    if (!message || message->error != "truncated" || message->sent) continue;
    const bool counted_bytes = std::any_of(story.calls.begin(), story.calls.end(), [&](const MadeCall& made) {
      return made->lane == message->lane && made->step == message->step && made->word == "recv";
    });
    if (counted_bytes) {
      findings.push_back({"message-truncated.recv",
                          {event.id},
                          story.actor(message->lane),
                          {{"receiver", story.name(message->lane)},
                           {"bytes", message->stream ? message->stream->length : std::int64_t{0}}}});
    } else if (message->stream && message->stream->length > 0) {
      findings.push_back({"message-truncated.bytes",
                          {event.id},
                          story.actor(message->lane),
                          {{"receiver", story.name(message->lane)}, {"bytes", message->stream->length}}});
    } else {
      findings.push_back(
          {"message-truncated", {event.id}, story.actor(message->lane), {{"receiver", story.name(message->lane)}}});
    }
  }
  return findings;
}

std::vector<Finding> mismatch(const Story& story) {
  std::vector<Finding> findings;
  for (const auto& [direction, conversation] : conversations(story)) {
    const std::optional<Framing>& ours = framing_of(story, direction.from);
    const std::optional<Framing>& theirs = framing_of(story, direction.to);
    if (conversation.sent.empty() || !ours || !theirs || describe(*ours) == describe(*theirs)) continue;
    const LaneIndex receiver = direction.to;
    const bool takes_messages = std::any_of(story.calls.begin(), story.calls.end(), [&](const MadeCall& made) {
      return made->lane == receiver && made->word == "recv_message";
    });
    if (!takes_messages) continue;
    findings.push_back({"framing-mismatch",
                        {conversation.sent.front().id},
                        story.actor(direction.from),
                        {{"sender", story.name(direction.from)},
                         {"receiver", story.name(direction.to)},
                         {"ours", describe(*ours)},
                         {"theirs", describe(*theirs)}}});
  }
  return findings;
}

}  // namespace

std::vector<Rule> framing_rules() {
  return {
      {"framing-restored",
       {{"framing-restored", {"receiver", "sender", "messages", "recvs", "sizes"}},
        {"framing-restored.decoded", {"receiver", "sender", "messages", "recvs", "sizes"}},
        {"framing-restored.and-more", {"receiver", "sender", "messages", "recvs", "sizes", "rest"}}},
       restored},
      {"delimiter-cut", {{"delimiter-cut", {"receiver", "bytes", "length", "delimiter"}}}, delimiter_cut},
      {"message-cut",
       {{"message-cut", {"receiver", "message", "recvs"}},
        {"message-cut.prefix", {"receiver", "message", "bytes", "length"}}},
       message_cut},
      {"delimiter-in-payload",
       {{"delimiter-in-payload", {"sender", "receiver", "message", "delimiter", "messages"}},
        {"delimiter-in-payload.escaped", {"sender", "receiver", "message", "delimiter", "escape"}}},
       delimiter_in_payload},
      {"message-too-long",
       {{"message-too-long", {"actor", "limit"}},
        {"message-too-long.sent", {"actor", "limit"}},
        {"message-too-long.prefix", {"actor", "limit", "length"}}},
       too_long},
      {"message-truncated",
       {{"message-truncated", {"receiver"}},
        {"message-truncated.bytes", {"receiver", "bytes"}},
        {"message-truncated.recv", {"receiver", "bytes"}}},
       truncated},
      {"framing-mismatch", {{"framing-mismatch", {"sender", "receiver", "ours", "theirs"}}}, mismatch},
  };
}

}  // namespace wirelab::explain

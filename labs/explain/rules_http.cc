// HTTP/1.1 on a stream: where its messages end, and how many share a connection. Found in the bytes that were sent,
// whether a program wrote them by hand or not.
#include <algorithm>

#include "core/http.hh"
#include "labs/explain/http_fault.hh"
#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using core::HttpContentEnd;
using core::HttpFault;
using timeline::EventId;

/// The call that put the last of the bytes before `offset` into the stream.
const MadeCall& sent_before(const HttpDirection& direction, std::int64_t offset) {
  for (const MadeCall& piece : direction.pieces) {
    if (piece->stream->offset + piece->stream->length >= offset) return piece;
  }
  return direction.pieces.back();
}

/// What is told in both directions of each connection.
template <typename Tell>
std::vector<Finding> in_both_directions(const Story& story, Tell tell) {
  std::vector<Finding> findings;
  for (const HttpTalk& talk : story.http_talks) {
    tell(findings, talk, talk.requests);
    tell(findings, talk, talk.responses);
  }
  return findings;
}

/// The responses that are answers: not those that only come before one.
std::vector<const HttpMessage*> answers_of(const HttpTalk& talk) {
  std::vector<const HttpMessage*> answers;
  for (const HttpMessage& response : talk.responses.messages) {
    if (is_answer(response)) answers.push_back(&response);
  }
  return answers;
}

std::vector<Finding> exchange(const Story& story) {
  std::vector<Finding> findings;
  for (const HttpTalk& talk : story.http_talks) {
    const std::vector<const HttpMessage*> answers = answers_of(talk);
    const auto& requests = talk.requests.messages;
    for (std::size_t i = 0; i < std::min(requests.size(), answers.size()); ++i) {
      findings.push_back({"http-exchange",
                          {sent_before(talk.requests, requests[i].content_begin).id,
                           sent_before(talk.responses, answers[i]->content_begin).id},
                          story.actor(talk.requests.from),
                          {{"client", story.name(talk.requests.from)},
                           {"server", story.name(talk.responses.from)},
                           {"request", as_quoted(requests[i].head.start_line)},
                           {"response", as_quoted(answers[i]->head.start_line)}}});
    }
  }
  return findings;
}

std::vector<Finding> content(const Story& story) {
  return in_both_directions(
      story, [&](std::vector<Finding>& findings, const HttpTalk&, const HttpDirection& direction) {
        for (const HttpMessage& message : direction.messages) {
          const bool is_plain_request = message.head.is_request() && message.head.content_end == HttpContentEnd::none;
          if (!message.is_over || is_plain_request) continue;
          const auto bytes = static_cast<std::int64_t>(message.body.content);
          Finding finding{"http-content.length",
                          {sent_before(direction, message.content_begin).id, sent_before(direction, message.end).id},
                          story.actor(direction.from),
                          {{"sender", story.name(direction.from)}, {"bytes", bytes}}};
          switch (message.head.content_end) {
            case HttpContentEnd::length:
              break;
            case HttpContentEnd::close:
              finding.key = "http-content.close";
              break;
            case HttpContentEnd::chunked:
              finding.key = "http-content.chunked";
              finding.arguments["chunks"] = static_cast<std::int64_t>(message.body.chunks);
              finding.arguments["framing"] = message.end - message.content_begin - bytes;
              break;
            case HttpContentEnd::none:
              finding.key = "http-content.none";
              finding.arguments.erase("bytes");
              finding.arguments["response"] = as_quoted(message.head.start_line);
              break;
          }
          findings.push_back(std::move(finding));
        }
      });
}

std::vector<Finding> head_and_more(const Story& story) {
  return in_both_directions(
      story, [&](std::vector<Finding>& findings, const HttpTalk& talk, const HttpDirection& direction) {
        for (const HttpMessage& message : direction.messages) {
          for (const StreamReceive& received : story.receives) {
            const timeline::StreamRange& range = received.range;
            const std::int64_t end = range.offset + range.length;
            const bool is_there = range.connection == talk.connection && range.from == direction.from &&
                                  range.offset < message.content_begin && end > message.content_begin;
            if (!is_there) continue;
            findings.push_back({"http-head-and-more",
                                {received.receive.id},
                                story.actor(direction.to),
                                {{"receiver", story.name(direction.to)},
                                 {"head", message.content_begin - std::max(message.begin, range.offset)},
                                 {"more", end - message.content_begin}}});
          }
        }
      });
}

/// The first message of so many exchanges behind which the connection was to end; nullptr if there is none.
const HttpMessage* last_by_right(const HttpTalk& talk, std::size_t exchanges) {
  const std::vector<const HttpMessage*> answers = answers_of(talk);
  for (std::size_t i = 0; i < exchanges; ++i) {
    const HttpMessage& request = talk.requests.messages[i];
    if (!request.head.keeps_open()) return &request;
    if (!answers[i]->head.keeps_open()) return answers[i];
  }
  return nullptr;
}

/// The last call of the receiver, if it was still asleep in it when the run ended, and had read all there was.
const MadeCall* asleep_at_the_end(const Story& story, const HttpTalk& talk, const HttpDirection& direction) {
  const std::int64_t sent = direction.pieces.back()->stream->offset + direction.pieces.back()->stream->length;
  std::int64_t received = 0;
  for (const StreamReceive& one : story.receives) {
    const bool is_of_it = one.range.connection == talk.connection && one.range.from == direction.from;
    if (is_of_it) received = std::max(received, one.range.offset + one.range.length);
  }
  if (received != sent) return nullptr;
  for (const MadeCall& made : story.calls) {
    const bool is_asleep = made->lane == direction.to && made->call == "recv" && !made->returned &&
                           story.connection_of(made) == talk.connection;
    if (is_asleep) return &made;
  }
  return nullptr;
}

/// A message behind which the connection was to end was followed by a request, or by nothing: the server did not close.
std::vector<Finding> ended_by_right(const Story& story, const HttpTalk& talk, std::size_t answered) {
  if (talk.responses.is_switched || talk.responses.fault || talk.responses.is_inside) return {};
  const HttpMessage* last = last_by_right(talk, answered);
  if (last == nullptr) return {};
  Finding finding{"http-kept-open.unanswered",
                  {},
                  story.actor(talk.requests.from),
                  {{"client", story.name(talk.requests.from)},
                   {"server", story.name(talk.requests.to)},
                   {"last", as_quoted(last->head.start_line)}}};
  if (talk.requests.messages.size() > answered) {
    if (!talk.responses.has_ended) return {};
    const HttpMessage& request = talk.requests.messages[answered];
    finding.events = {sent_before(talk.requests, request.content_begin).id};
    finding.arguments["request"] = as_quoted(request.head.start_line);
    return {std::move(finding)};
  }
  const MadeCall* asleep = talk.responses.is_closed ? nullptr : asleep_at_the_end(story, talk, talk.responses);
  if (asleep == nullptr || !story.sees(talk.requests.to)) return {};
  finding.key = "http-kept-open.not-closed";
  finding.events = {asleep->id};
  return {std::move(finding)};
}

std::vector<Finding> kept_open(const Story& story) {
  std::vector<Finding> findings;
  for (const HttpTalk& talk : story.http_talks) {
    const std::size_t answered = std::min(answers_of(talk).size(), talk.requests.messages.size());
    for (Finding& finding : ended_by_right(story, talk, answered)) findings.push_back(std::move(finding));
    if (answered < 2) continue;
    std::vector<EventId> events;
    for (std::size_t i = 0; i < answered; ++i) {
      events.push_back(sent_before(talk.requests, talk.requests.messages[i].content_begin).id);
    }
    events.erase(std::unique(events.begin(), events.end()), events.end());
    Finding finding{"http-kept-open",
                    std::move(events),
                    story.actor(talk.requests.from),
                    {{"client", story.name(talk.requests.from)},
                     {"server", story.name(talk.requests.to)},
                     {"requests", static_cast<std::int64_t>(answered)}}};
    if (const HttpMessage* last = last_by_right(talk, answered - 1)) {
      finding.key = "http-kept-open.too-long";
      finding.arguments["last"] = as_quoted(last->head.start_line);
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::vector<Finding> pipelined(const Story& story) {
  std::vector<Finding> findings;
  for (const HttpTalk& talk : story.http_talks) {
    if (talk.responses.pieces.empty()) continue;
    const MadeCall& first_answer = talk.responses.pieces.front();
    if (first_answer->call != "send") continue;  // when it was sent, nobody here knows
    std::int64_t requests = 0;
    EventId last = 0;
    for (const HttpMessage& request : talk.requests.messages) {
      const MadeCall& sent = sent_before(talk.requests, request.end);
      if (!request.is_over || !returned_before(*sent, *first_answer)) break;
      ++requests;
      last = sent.id;
    }
    if (requests < 2) continue;
    findings.push_back({"http-pipelined",
                        {last, first_answer.id},
                        story.actor(talk.requests.from),
                        {{"client", story.name(talk.requests.from)},
                         {"server", story.name(talk.requests.to)},
                         {"requests", requests}}});
  }
  return findings;
}

/// What stands behind a message may be the beginning of another one.
bool may_begin_message(const std::string& bytes, bool is_response) {
  constexpr std::string_view version = "HTTP/";
  if (is_response) return bytes.starts_with(version) || version.starts_with(bytes);
  const auto line_end = bytes.find('\n');
  if (line_end != std::string::npos) return bytes.substr(0, line_end).find(version) != std::string::npos;
  return !bytes.empty() && bytes[0] >= 'A' && bytes[0] <= 'Z';
}

/// A message is over by its length, or with its head, and what comes behind it is none: that length was wrong, or
/// content was sent where there is none.
bool is_followed_by_no_message(const HttpTalk& talk, const HttpDirection& direction) {
  const bool is_left_over = direction.is_closed && direction.is_inside && direction.is_http;
  if (direction.messages.empty() || !(direction.fault || is_left_over)) return false;
  const HttpMessage& last = direction.messages.back();
  const HttpContentEnd end = last.head.content_end;
  if (!last.is_over || (end != HttpContentEnd::length && end != HttpContentEnd::none)) return false;
  return direction.fault == HttpFault::start_line ||
         !may_begin_message(direction.bytes_from(last.end), &direction == &talk.responses);
}

/// The receive of `lane` that was told of a reset; no call if none was.
MadeCall reset_receive(const Story& story, int connection, timeline::LaneIndex lane) {
  for (const MadeCall& made : story.calls_on(connection, lane)) {
    if (timeline::is_receive(*made) && made->error == "ECONNRESET") return made;
  }
  return {};
}

std::vector<Finding> cut_short(const Story& story) {
  return in_both_directions(
      story, [&](std::vector<Finding>& findings, const HttpTalk& talk, const HttpDirection& direction) {
        const bool is_unfinished = direction.is_inside && direction.is_http && !direction.has_ended && !direction.fault;
        const MadeCall reset = is_unfinished ? reset_receive(story, talk.connection, direction.to) : MadeCall{};
        if (reset.call && !is_followed_by_no_message(talk, direction)) {
          findings.push_back({"http-cut-short.reset",
                              {reset.id},
                              story.actor(direction.to),
                              {{"receiver", story.name(direction.to)}, {"sender", story.name(direction.from)}}});
          return;
        }
        if (!direction.is_broken_off || is_followed_by_no_message(talk, direction)) return;
        Finding finding{"http-cut-short.head",
                        {direction.pieces.back().id},
                        story.actor(direction.from),
                        {{"sender", story.name(direction.from)}}};
        if (!direction.messages.empty() && !direction.messages.back().is_over) {
          const HttpMessage& message = direction.messages.back();
          finding.key = direction.has_last_chunk ? "http-cut-short.last-line" : "http-cut-short.chunked";
          if (message.head.content_end == HttpContentEnd::length) {
            finding.key = "http-cut-short.length";
            finding.arguments["said"] = static_cast<std::int64_t>(message.head.content_length);
            finding.arguments["bytes"] = message.end - message.content_begin;
          }
        }
        findings.push_back(std::move(finding));
      });
}

/// What HTTP/1.1 allows, or asks receivers to put up with, and core/http.hh does not read; "" of other faults.
std::string_view told_apart(HttpFault fault) {
  if (fault == HttpFault::coding) return "http-malformed.coding";
  return fault == HttpFault::folded_field ? "http-malformed.folded" : "";
}

/// Behind a request, and before the next one.
bool is_empty_line_before_a_request(const HttpTalk& talk, const HttpDirection& direction) {
  if (&direction != &talk.requests || direction.fault != HttpFault::start_line) return false;
  const std::int64_t begin = direction.messages.empty() ? 0 : direction.messages.back().end;
  return direction.bytes_from(begin).starts_with("\r\n");
}

std::vector<Finding> malformed(const Story& story) {
  return in_both_directions(
      story, [&](std::vector<Finding>& findings, const HttpTalk& talk, const HttpDirection& direction) {
        Finding finding{"http-malformed.response",
                        {direction.fault ? sent_before(direction, direction.fault_at + 1).id : EventId{0}},
                        story.actor(direction.from),
                        {{"sender", story.name(direction.from)}}};
        if (is_empty_line_before_a_request(talk, direction)) {
          finding.key = "http-malformed.empty-line";
          findings.push_back(std::move(finding));
          return;
        }
        if (is_followed_by_no_message(talk, direction)) {
          const HttpMessage& last = direction.messages.back();
          finding.key = "http-malformed.behind-head";
          if (last.head.content_end == HttpContentEnd::length) {
            finding.key = "http-malformed.behind";
            finding.arguments["bytes"] = static_cast<std::int64_t>(last.body.content);
          } else {
            finding.arguments["message"] = as_quoted(last.head.start_line);
          }
          if (!direction.fault) finding.events = {direction.pieces.back().id};
          findings.push_back(std::move(finding));
          return;
        }
        if (!direction.fault) return;
        if (const std::string_view special = told_apart(*direction.fault); !special.empty()) {
          finding.key = special;
          findings.push_back(std::move(finding));
          return;
        }
        finding.arguments["fault"] = std::vector<words::Message>{{text_of(*direction.fault)}};
        if (&direction == &talk.requests) {
          finding.key = "http-malformed.request";
          finding.arguments["status"] = std::int64_t{core::status_of(*direction.fault)};
        }
        findings.push_back(std::move(finding));
      });
}

/// Who looks for a message of HTTP and has only a part of it, until the end of the run.
std::vector<Finding> incomplete(const Story& story) {
  return in_both_directions(
      story, [&](std::vector<Finding>& findings, const HttpTalk& talk, const HttpDirection& direction) {
        if (!direction.is_inside || direction.has_ended || direction.fault) return;
        if (!reads_messages_of_http(story, direction.to)) return;
        const MadeCall* asleep = asleep_at_the_end(story, talk, direction);
        if (asleep == nullptr) return;
        Finding finding{"http-incomplete.head",
                        {asleep->id},
                        story.actor(direction.to),
                        {{"receiver", story.name(direction.to)}, {"sender", story.name(direction.from)}}};
        const HttpMessage* message = direction.messages.empty() ? nullptr : &direction.messages.back();
        if (message == nullptr || message->is_over) {
          const std::int64_t begin = message == nullptr ? 0 : message->end;
          finding.arguments["bytes"] = static_cast<std::int64_t>(direction.bytes_from(begin).size());
        } else if (message->head.content_end == HttpContentEnd::length) {
          finding.key = "http-incomplete.length";
          finding.arguments["said"] = static_cast<std::int64_t>(message->head.content_length);
          finding.arguments["bytes"] = message->end - message->content_begin;
        } else {
          finding.key = message->head.content_end == HttpContentEnd::close ? "http-incomplete.close"
                        : direction.has_last_chunk                         ? "http-incomplete.last-line"
                                                                           : "http-incomplete.chunked";
        }
        findings.push_back(std::move(finding));
      });
}

}  // namespace

std::vector<Rule> http_rules() {
  return {
      {"http-exchange", {{"http-exchange", {"client", "server", "request", "response"}}}, exchange},
      {"http-content",
       {{"http-content.length", {"sender", "bytes"}},
        {"http-content.chunked", {"sender", "bytes", "chunks", "framing"}},
        {"http-content.close", {"sender", "bytes"}},
        {"http-content.none", {"sender", "response"}}},
       content},
      {"http-head-and-more", {{"http-head-and-more", {"receiver", "head", "more"}}}, head_and_more},
      {"http-kept-open",
       {{"http-kept-open", {"client", "server", "requests"}},
        {"http-kept-open.too-long", {"client", "server", "requests", "last"}},
        {"http-kept-open.unanswered", {"client", "server", "request", "last"}},
        {"http-kept-open.not-closed", {"client", "server", "last"}}},
       kept_open},
      {"http-pipelined", {{"http-pipelined", {"client", "server", "requests"}}}, pipelined},
      {"http-cut-short",
       {{"http-cut-short.length", {"sender", "said", "bytes"}},
        {"http-cut-short.chunked", {"sender"}},
        {"http-cut-short.last-line", {"sender"}},
        {"http-cut-short.head", {"sender"}},
        {"http-cut-short.reset", {"receiver", "sender"}}},
       cut_short},
      {"http-malformed",
       {{"http-malformed.request", {"sender", "fault", "status"}},
        {"http-malformed.response", {"sender", "fault"}},
        {"http-malformed.coding", {"sender"}},
        {"http-malformed.folded", {"sender"}},
        {"http-malformed.empty-line", {"sender"}},
        {"http-malformed.behind", {"sender", "bytes"}},
        {"http-malformed.behind-head", {"sender", "message"}}},
       malformed},
      {"http-incomplete",
       {{"http-incomplete.length", {"receiver", "sender", "said", "bytes"}},
        {"http-incomplete.chunked", {"receiver", "sender"}},
        {"http-incomplete.last-line", {"receiver", "sender"}},
        {"http-incomplete.close", {"receiver", "sender"}},
        {"http-incomplete.head", {"receiver", "sender", "bytes"}}},
       incomplete},
  };
}

}  // namespace wirelab::explain

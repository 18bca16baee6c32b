// HTTP/1.1 on a stream: where its messages end, and how many share a connection. Found in the bytes that were sent,
// whether a program wrote them by hand or not.
#include <algorithm>
#include <optional>

#include "core/http.hh"
#include "labs/explain/http_fault.hh"
#include "labs/explain/rule.hh"

namespace wirelab::explain {
namespace {

using core::HttpContentEnd;
using core::HttpFault;
using timeline::EventId;
using timeline::LaneIndex;

/// One message, and where its bytes are in its direction of the connection.
struct HttpMessage {
  core::HttpHead head;
  core::HttpEnd body;  ///< of a message that is not over: nothing yet
  std::int64_t begin = 0;
  std::int64_t content_begin = 0;
  std::int64_t end = 0;  ///< as far as it came
  bool is_over = false;
};

/// One direction of a connection, as far as it is HTTP.
struct HttpDirection {
  LaneIndex from = timeline::nobody;
  LaneIndex to = timeline::nobody;
  std::vector<MadeCall> pieces;  ///< the sends; where those are not known, what was received of them
  std::vector<HttpMessage> messages;
  bool is_http = false;  ///< it began with a start line
  std::optional<HttpFault> fault;
  std::int64_t fault_at = 0;
  bool has_ended = false;      ///< its sender closed
  bool is_broken_off = false;  ///< it ended inside a message
};

/// A connection on which requests went.
struct HttpTalk {
  int connection = 0;
  HttpDirection requests;
  HttpDirection responses;
};

std::vector<std::string> methods_in(const HttpDirection& requests) {
  std::vector<std::string> methods;
  for (const HttpMessage& request : requests.messages) methods.push_back(request.head.method);
  return methods;
}

/// `answered`: the methods of the requests that the messages answer.
void read_messages(HttpDirection& direction, const std::vector<std::string>& answered) {
  core::HttpParser parser;
  std::size_t answers = 0;
  const auto expect_next = [&] {
    if (answers < answered.size()) parser.expect_answer_to(answered[answers]);
  };
  expect_next();
  std::int64_t at = 0;
  std::int64_t message_end = 0;
  try {
    for (const MadeCall& piece : direction.pieces) {
      if (piece->stream->offset != at) return;  // what came before is not known
      std::string_view unread = piece->data;
      const std::int64_t piece_end = at + static_cast<std::int64_t>(unread.size());
      while (const std::optional<core::HttpPart> part = parser.next(unread)) {
        at = piece_end - static_cast<std::int64_t>(unread.size());
        if (const auto* head = std::get_if<core::HttpHead>(&*part)) {
          direction.messages.push_back({*head, {}, message_end, at, at, false});
        } else if (const auto* end = std::get_if<core::HttpEnd>(&*part)) {
          HttpMessage& message = direction.messages.back();
          message.body = *end;
          message.is_over = true;
          message.end = message_end = at;
          if (message.head.status >= 200) ++answers;
          expect_next();
        }
      }
      at = piece_end;
      if (!direction.messages.empty() && !direction.messages.back().is_over) direction.messages.back().end = at;
    }
    direction.is_http = parser.has_begun();
    direction.is_broken_off = parser.is_inside() && direction.is_http && direction.has_ended;
    if (!direction.has_ended) return;
    if (const auto end = parser.finish()) {
      direction.messages.back().body = *end;
      direction.messages.back().is_over = true;
      direction.is_broken_off = false;
    }
  } catch (const core::HttpError& error) {
    direction.is_http = parser.has_begun();
    if (!direction.is_http) return;
    direction.fault = error.fault();
    direction.fault_at = at;
  }
}

bool has_closed(const Story& story, int connection, LaneIndex lane) {
  const auto& closes = story.timeline.connections[static_cast<std::size_t>(connection)].closes;
  return std::any_of(closes.begin(), closes.end(), [&](EventId id) {
    const timeline::Call* call = story.timeline.call(id);
    return call && call->lane == lane && !is_abort(*call);
  });
}

bool has_seen_the_end(const Story& story, int connection, LaneIndex lane) {
  const std::vector<MadeCall> calls = story.calls_on(connection, lane);
  return std::any_of(calls.begin(), calls.end(), [](const MadeCall& made) {
    return made->call == "recv" && timeline::succeeded(*made) && made->result == 0 && timeline::asked_bytes(*made) != 0;
  });
}

HttpDirection direction_of(const Story& story, int connection, LaneIndex from, LaneIndex to) {
  HttpDirection direction;
  direction.from = from;
  direction.to = to;
  direction.has_ended = has_closed(story, connection, from) || has_seen_the_end(story, connection, to);
  for (const StreamSend& send : story.sends) {
    if (send.range.connection != connection || send.range.from != from) continue;
    direction.pieces.insert(direction.pieces.end(), send.calls.begin(), send.calls.end());
  }
  if (!direction.pieces.empty()) return direction;
  for (const StreamReceive& received : story.receives) {
    if (received.range.connection == connection && received.range.from == from) {
      direction.pieces.push_back(received.receive);
    }
  }
  return direction;
}

std::vector<HttpTalk> http_talks(const Story& story) {
  std::vector<HttpTalk> talks;
  for (std::size_t i = 0; i < story.timeline.connections.size(); ++i) {
    const timeline::Connection& between = story.timeline.connections[i];
    const int connection = static_cast<int>(i);
    HttpTalk talk{connection, direction_of(story, connection, between.client, between.server),
                  direction_of(story, connection, between.server, between.client)};
    read_messages(talk.requests, {});
    read_messages(talk.responses, methods_in(talk.requests));
    if (talk.requests.is_http || talk.responses.is_http) {
      talks.push_back(std::move(talk));
    }
  }
  return talks;
}

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
  for (const HttpTalk& talk : http_talks(story)) {
    tell(findings, talk, talk.requests);
    tell(findings, talk, talk.responses);
  }
  return findings;
}

/// The responses that are answers: not those that only say to go on (1xx).
std::vector<const HttpMessage*> answers_of(const HttpTalk& talk) {
  std::vector<const HttpMessage*> answers;
  for (const HttpMessage& response : talk.responses.messages) {
    if (response.head.status >= 200) answers.push_back(&response);
  }
  return answers;
}

std::vector<Finding> exchange(const Story& story) {
  std::vector<Finding> findings;
  for (const HttpTalk& talk : http_talks(story)) {
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

std::vector<Finding> kept_open(const Story& story) {
  std::vector<Finding> findings;
  for (const HttpTalk& talk : http_talks(story)) {
    const std::size_t answered = std::min(answers_of(talk).size(), talk.requests.messages.size());
    if (answered < 2) continue;
    std::vector<EventId> events;
    for (std::size_t i = 0; i < answered; ++i) {
      events.push_back(sent_before(talk.requests, talk.requests.messages[i].content_begin).id);
    }
    events.erase(std::unique(events.begin(), events.end()), events.end());
    findings.push_back({"http-kept-open",
                        std::move(events),
                        story.actor(talk.requests.from),
                        {{"client", story.name(talk.requests.from)},
                         {"server", story.name(talk.requests.to)},
                         {"requests", static_cast<std::int64_t>(answered)}}});
  }
  return findings;
}

std::vector<Finding> pipelined(const Story& story) {
  std::vector<Finding> findings;
  for (const HttpTalk& talk : http_talks(story)) {
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

std::vector<Finding> cut_short(const Story& story) {
  return in_both_directions(story,
                            [&](std::vector<Finding>& findings, const HttpTalk&, const HttpDirection& direction) {
                              if (!direction.is_broken_off) return;
                              Finding finding{"http-cut-short.head",
                                              {direction.pieces.back().id},
                                              story.actor(direction.from),
                                              {{"sender", story.name(direction.from)}}};
                              if (!direction.messages.empty() && !direction.messages.back().is_over) {
                                const HttpMessage& message = direction.messages.back();
                                finding.key = "http-cut-short.chunked";
                                if (message.head.content_end == HttpContentEnd::length) {
                                  finding.key = "http-cut-short.length";
                                  finding.arguments["said"] = static_cast<std::int64_t>(message.head.content_length);
                                  finding.arguments["bytes"] = message.end - message.content_begin;
                                }
                              }
                              findings.push_back(std::move(finding));
                            });
}

std::vector<Finding> malformed(const Story& story) {
  return in_both_directions(
      story, [&](std::vector<Finding>& findings, const HttpTalk& talk, const HttpDirection& direction) {
        if (!direction.fault) return;
        Finding finding{"http-malformed.response",
                        {sent_before(direction, direction.fault_at + 1).id},
                        story.actor(direction.from),
                        {{"sender", story.name(direction.from)},
                         {"fault", std::vector<words::Message>{{text_of(*direction.fault)}}}}};
        const bool is_behind_content = *direction.fault == HttpFault::start_line && !direction.messages.empty() &&
                                       direction.messages.back().is_over &&
                                       direction.messages.back().head.content_end == HttpContentEnd::length;
        if (is_behind_content) {
          finding.key = "http-malformed.behind";
          finding.arguments.erase("fault");
          finding.arguments["bytes"] = static_cast<std::int64_t>(direction.messages.back().body.content);
        } else if (&direction == &talk.requests) {
          finding.key = "http-malformed.request";
          finding.arguments["status"] = std::int64_t{core::status_of(*direction.fault)};
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
      {"http-kept-open", {{"http-kept-open", {"client", "server", "requests"}}}, kept_open},
      {"http-pipelined", {{"http-pipelined", {"client", "server", "requests"}}}, pipelined},
      {"http-cut-short",
       {{"http-cut-short.length", {"sender", "said", "bytes"}},
        {"http-cut-short.chunked", {"sender"}},
        {"http-cut-short.head", {"sender"}}},
       cut_short},
      {"http-malformed",
       {{"http-malformed.request", {"sender", "fault", "status"}},
        {"http-malformed.response", {"sender", "fault"}},
        {"http-malformed.behind", {"sender", "bytes"}}},
       malformed},
  };
}

}  // namespace wirelab::explain

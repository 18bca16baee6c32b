#include "labs/explain/http_talk.hh"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "labs/explain/story.hh"

namespace wirelab::explain {
namespace {

using timeline::EventId;
using timeline::LaneIndex;

std::vector<std::string> methods_in(const HttpDirection& requests) {
  std::vector<std::string> methods;
  for (const HttpMessage& request : requests.messages) methods.push_back(request.head.method);
  return methods;
}

/// It looked for messages of HTTP, and found that these are none.
bool has_refused(const Story& story, LaneIndex lane) {
  const auto& events = story.timeline.events;
  return reads_messages_of_http(story, lane) &&
         std::any_of(events.begin(), events.end(), [&](const timeline::Event& event) {
           const timeline::Message* message = event.message();
           return message && message->lane == lane && !message->sent && message->error == "malformed";
         });
}

/// Behind this response HTTP is over: RFC 9110 §15.2.2, §9.3.6. `method`: of the request that it answers.
bool switches(const core::HttpHead& response, const std::string& method) {
  return response.status == 101 || (method == "CONNECT" && response.status >= 200 && response.status < 300);
}

/// `answered`: the methods of the requests that the messages answer. `is_meant_as_http`: even if it does not begin so.
/// `most`: messages; what is behind them is none of HTTP. `passes_over_empty_lines`: before a request, as servers
/// should, RFC 9112 §2.2.
void read_messages(HttpDirection& direction, const std::vector<std::string>& answered, bool is_meant_as_http,
                   bool passes_over_empty_lines, std::size_t most = SIZE_MAX) {
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
      while (true) {
        if (passes_over_empty_lines && !parser.is_inside() && unread.starts_with("\r\n")) unread.remove_prefix(2);
        const std::optional<core::HttpPart> part = parser.next(unread);
        if (!part) break;
        at = piece_end - static_cast<std::int64_t>(unread.size());
        if (const auto* head = std::get_if<core::HttpHead>(&*part)) {
          direction.messages.push_back({*head, {}, message_end, at, at, false});
          const bool is_answer = !head->is_request() && answers < answered.size();
          if (is_answer && switches(*head, answered[answers])) {
            HttpMessage& last = direction.messages.back();
            last.head.content_end = core::HttpContentEnd::none;  // whatever its fields say
            last.is_over = direction.is_http = direction.is_switched = true;
            return;
          }
        } else if (const auto* end = std::get_if<core::HttpEnd>(&*part)) {
          HttpMessage& message = direction.messages.back();
          message.body = *end;
          message.is_over = true;
          message.end = message_end = at;
          if (message.head.status >= 200) ++answers;
          expect_next();
          if (direction.messages.size() == most) {
            direction.is_http = true;
            return;
          }
        }
      }
      at = piece_end;
      if (!direction.messages.empty() && !direction.messages.back().is_over) direction.messages.back().end = at;
    }
    direction.is_http = parser.has_begun();
    direction.is_inside = parser.is_inside();
    direction.has_last_chunk = parser.has_last_chunk();
    direction.is_broken_off = parser.is_inside() && direction.is_http && direction.has_ended;
    if (!direction.has_ended) return;
    if (const auto end = parser.finish()) {
      direction.messages.back().body = *end;
      direction.messages.back().is_over = true;
      direction.is_broken_off = false;
    }
  } catch (const core::HttpError& error) {
    direction.is_http = parser.has_begun() || is_meant_as_http;
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

/// A receive of `lane` returned 0, and not because it had ended that direction itself.
bool was_told_the_end(const Story& story, int connection, LaneIndex lane) {
  for (const MadeCall& made : story.calls_on(connection, lane)) {
    const bool stops_reading = made->call == "shutdown" && timeline::text_argument(*made, "how") != "write";
    if (stops_reading) return false;
    if (timeline::told_the_end(*made)) return true;
  }
  return false;
}

HttpDirection direction_of(const Story& story, int connection, LaneIndex from, LaneIndex to) {
  HttpDirection direction;
  direction.from = from;
  direction.to = to;
  const bool is_told = was_told_the_end(story, connection, to);
  direction.is_closed = has_closed(story, connection, from) || is_told;
  direction.has_ended = is_told || (direction.is_closed && !story.sees(to));
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

}  // namespace

bool reads_messages_of_http(const Story& story, LaneIndex lane) {
  if (lane == timeline::nobody) return false;
  const auto& framing = story.timeline.lanes.at(static_cast<std::size_t>(lane)).framing;
  return framing && std::holds_alternative<scenario::HttpFraming>(framing->kind);
}

std::string HttpDirection::bytes_from(std::int64_t offset) const {
  std::string bytes;
  for (const MadeCall& piece : pieces) bytes += piece->data;
  return bytes.substr(std::min(bytes.size(), static_cast<std::size_t>(offset)));
}

bool is_answer(const HttpMessage& response) { return response.head.status >= 200 || response.head.status == 101; }

std::vector<HttpTalk> http_talks_of(const Story& story) {
  std::vector<HttpTalk> talks;
  for (std::size_t i = 0; i < story.timeline.connections.size(); ++i) {
    const timeline::Connection& between = story.timeline.connections[i];
    const int connection = static_cast<int>(i);
    HttpTalk talk{connection, direction_of(story, connection, between.client, between.server),
                  direction_of(story, connection, between.server, between.client)};
    const bool server_refused = has_refused(story, between.server);
    read_messages(talk.requests, {}, server_refused, !server_refused);
    read_messages(talk.responses, methods_in(talk.requests), has_refused(story, between.client), false);
    if (talk.responses.is_switched) {
      const auto answers = std::ranges::count_if(talk.responses.messages,
                                                 [](const HttpMessage& response) { return is_answer(response); });
      talk.requests = direction_of(story, connection, between.client, between.server);
      read_messages(talk.requests, {}, false, true, static_cast<std::size_t>(answers));
    }
    if (talk.requests.is_http || talk.responses.is_http) {
      talks.push_back(std::move(talk));
    }
  }
  return talks;
}

}  // namespace wirelab::explain

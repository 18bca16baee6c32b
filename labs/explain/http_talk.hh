// What went over a connection, read as HTTP/1.1: where its messages begin and end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/http.hh"
#include "labs/explain/made_call.hh"
#include "labs/timeline/event.hh"

namespace wirelab::explain {

class Story;

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
  timeline::LaneIndex from = timeline::nobody;
  timeline::LaneIndex to = timeline::nobody;
  std::vector<MadeCall> pieces;  ///< the sends; where those are not known, what was received of them
  std::vector<HttpMessage> messages;
  bool is_http = false;  ///< it began with a start line
  std::optional<core::HttpFault> fault;
  std::int64_t fault_at = 0;
  bool is_closed = false;      ///< its sender closed: nothing follows what was sent
  bool has_ended = false;      ///< and its receiver was told the end, which a reset or its own close may forestall
  bool is_broken_off = false;  ///< it ended inside a message
  bool is_inside = false;      ///< a message has begun and is not over
  bool has_last_chunk = false;  ///< of that message, only the empty line behind the chunk of size 0 is missing
  /// Of the responses: the last says that what follows is another protocol (101), or a tunnel (2xx to CONNECT).
  bool is_switched = false;

  /// The bytes from there on.
  std::string bytes_from(std::int64_t offset) const;
};

/// A connection on which requests went.
struct HttpTalk {
  int connection = 0;
  HttpDirection requests;
  HttpDirection responses;
};

/// Whether the response is the answer to a request: another one that begins with 1 only comes before it.
bool is_answer(const HttpMessage& response);

/// Whether the framing of that lane is that of HTTP.
bool reads_messages_of_http(const Story& story, timeline::LaneIndex lane);

/// Found in the bytes that were sent, or received of a sender that is not seen.
std::vector<HttpTalk> http_talks_of(const Story& story);

}  // namespace wirelab::explain

// HTTP/1.1 messages out of a stream of bytes: RFC 9112. Pure: no socket is touched here.
//
//   HttpParser parser;
//   std::string_view unread = bytes_just_received;
//   while (auto part = parser.next(unread)) use(*part);
//   waiting = unread;   // of the next message, if there is something left
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wirelab::core {

/// What is wrong with a stream that should be HTTP/1.1.
enum class HttpFault {
  line_end,      ///< a line that ends with LF alone, or a CR inside a line
  start_line,    ///< neither a request line nor a status line
  version,       ///< another version than HTTP/1.0 and HTTP/1.1
  field,         ///< a line of the head that is no header field
  field_space,   ///< whitespace between the name of a field and its colon, RFC 9112 §5.1
  folded_field,  ///< a field that goes on in a second line, which begins with whitespace, RFC 9112 §5.2
  host,          ///< a request of HTTP/1.1 without a Host field, or with two
  length,        ///< a Content-Length that is no number, or two that differ
  two_ends,      ///< a Content-Length beside a Transfer-Encoding
  coding,        ///< a transfer coding other than chunked
  chunk,         ///< a chunk that does not begin with its size in hexadecimal digits, or does not end where that says
  start_line_too_long,
  fields_too_long,
  content_too_long,
};

/// The status that a server answers a request with that has this fault: 400, 413, 414, 431, 501, 505.
int status_of(HttpFault fault);

class HttpError : public std::runtime_error {
 public:
  explicit HttpError(HttpFault fault);
  HttpFault fault() const { return fault_; }

 private:
  HttpFault fault_;
};

struct HttpField {
  std::string name;
  std::string value;  ///< without the spaces around it
};

/// Where the content of a message ends, RFC 9112 §6.3.
enum class HttpContentEnd {
  none,     ///< there is no content
  length,   ///< after as many bytes as Content-Length says
  chunked,  ///< with the chunk of size 0
  close,    ///< with the stream
};

/// The lines of a message up to the empty one.
struct HttpHead {
  std::string start_line;
  std::string method;  ///< of a request; empty in a response
  std::string target;  ///< of a request: /index.html
  int status = 0;      ///< of a response; 0 in a request
  int minor_version = 1;
  std::vector<HttpField> fields;
  HttpContentEnd content_end = HttpContentEnd::none;
  std::uint64_t content_length = 0;  ///< if `content_end` is `length`

  bool is_request() const { return status == 0; }
  /// The value of the first field of that name, whatever its case; nullptr if there is none.
  const std::string* field(std::string_view name) const;
  /// Whether the connection is to stay open behind this message, RFC 9112 §9.3.
  bool keeps_open() const;
};

/// A piece of content; it lies in the bytes that were given to next().
struct HttpData {
  std::string_view bytes;
};

/// The message is over.
struct HttpEnd {
  std::uint64_t content = 0;  ///< bytes of content it had
  std::uint64_t chunks = 0;   ///< that had bytes
};

using HttpPart = std::variant<HttpHead, HttpData, HttpEnd>;

/// The most that is taken, in bytes.
struct HttpLimits {
  std::size_t start_line = 8000;   ///< RFC 9112 §3 asks for at least that
  std::size_t fields = 16 * 1024;  ///< all of a head, or of a trailer, together
  std::uint64_t content = UINT64_MAX;
};

/// Reads one direction of one connection, however its bytes are cut: head, content and end of one message after the
/// other. It keeps what it has of the head, and nothing of the content. Lines have to end with CRLF.
class HttpParser {
 public:
  explicit HttpParser(HttpLimits limits = {}) : limits_(limits) {}

  /// The next part that begins in `bytes`, from which what was looked at is taken off the front; nothing when all of it
  /// was and more is needed. Throws HttpError: from there on no boundary can be trusted, and it must not be called
  /// again.
  std::optional<HttpPart> next(std::string_view& bytes);

  /// Says that the stream has ended. The end of a message that ends just so; nothing between two messages and inside
  /// one, see is_inside().
  std::optional<HttpEnd> finish();

  /// Whether a message has begun and is not over.
  bool is_inside() const { return state_ != State::start_line || !line_.empty(); }

  /// Whether the chunk of size 0 has come, and the empty line behind it has not.
  bool has_last_chunk() const { return state_ == State::trailer; }

  /// Whether there was a start line of HTTP at all.
  bool has_begun() const { return has_begun_; }

  /// The next response answers a request of that method: to HEAD it has no content, whatever its fields say.
  void expect_answer_to(std::string_view method) { answers_head_ = method == "HEAD"; }

 private:
  enum class State { start_line, fields, length_known, until_close, chunk_size, chunk_data, chunk_end, trailer, over };

  std::optional<std::string> take_line(std::string_view& bytes, std::size_t most, HttpFault too_long,
                                       HttpFault bad_end = HttpFault::line_end);
  std::optional<std::string_view> take_content(std::string_view& bytes);
  void finish_head();
  void begin_content(std::uint64_t bytes);

  HttpLimits limits_;
  State state_ = State::start_line;
  std::string line_;        ///< that has not ended yet
  std::size_t fields_ = 0;  ///< bytes of the fields so far
  HttpHead head_;
  HttpEnd end_;
  std::uint64_t left_ = 0;  ///< of the content, or of the chunk
  bool answers_head_ = false;
  bool has_begun_ = false;
};

}  // namespace wirelab::core

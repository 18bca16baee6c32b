// Messages out of a stream of bytes, and back. Pure: no socket is touched here.
//
// TCP gives no message boundaries, so the two sides have to agree on some. Three ways: a delimiter after each message,
// its length before it, or records that all have the same size. HTTP/1.1 uses the first for its heads and the second
// for its content.
//
//   auto decoder = make_decoder(LengthFormat{.bytes = 4});
//   decoder->feed(bytes_just_received);
//   while (auto message = decoder->next()) use(message->payload);
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/record.hh"

namespace wirelab::core {

inline constexpr std::size_t default_max_message = 64 * 1024;

/// Each message is followed by the delimiter. Without an escape a payload must not hold the delimiter; encode() lets it
/// pass, and the receiver reads two messages. With one, encode() puts it before each delimiter (and each escape)
/// inside the payload.
struct DelimiterFormat {
  std::string delimiter;                      ///< one byte or more
  std::optional<char> escape = std::nullopt;  ///< not a byte of the delimiter
  std::size_t max_message = default_max_message;
};

/// Each message follows its length, an unsigned number that does not count itself.
struct LengthFormat {
  int bytes = 4;  ///< of the number: 1, 2, 4 or 8
  bool big_endian = true;
  std::size_t max_message = default_max_message;
};

/// Each message is one record, all of the same size.
struct RecordFormat {
  std::vector<RecordField> fields;
  std::size_t max_message = default_max_message;
};

/// Messages of HTTP/1.1 (core/http.hh). The payload is the start line and, if there is content, "\n" and the content;
/// header fields and the sizes of chunks are framing. They are only read: encode() does not write heads.
struct HttpFormat {
  std::size_t max_message = default_max_message;  ///< of the content
};

using Format = std::variant<DelimiterFormat, LengthFormat, RecordFormat, HttpFormat>;

/// A stream in which no further message can be found, or a message that cannot be put into one.
class FramingError : public std::runtime_error {
 public:
  enum class Kind {
    message_too_long,  ///< longer than max_message, or than the length prefix can say
    truncated,         ///< the stream ended inside a message
    malformed,         ///< it is not what its format allows
  };
  FramingError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

/// One message and where it was: bytes begin … end-1 of the stream, counted from 0, framing included.
struct Decoded {
  std::string payload;  ///< framing and escapes taken off; of a record its bytes, see decode_record()
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Finds the messages in one direction of one connection, however its bytes are cut into pieces: any split gives the
/// same messages, and each byte is looked at a bounded number of times even if they come one by one.
///
/// It keeps what was fed and not yet handed out, and no more: a message that is too long is refused before memory is
/// set aside for it. So call next() until it has nothing before the next feed().
class Decoder {
 public:
  virtual ~Decoder() = default;

  /// Takes in the next bytes of the stream.
  void feed(std::span<const std::byte> bytes);
  void feed(std::string_view bytes);

  /// Takes note of what went the other way on the same connection, as far as it has gone. Only to HTTP it matters: the
  /// answer to a request HEAD has no content, whatever its fields say.
  virtual void note_sent(std::string_view) {}

  /// The next whole message, or nothing until more is fed. Throws FramingError{message_too_long} or {malformed}: from
  /// there on no boundary can be trusted, so every later call throws it again and what is fed is thrown away.
  std::optional<Decoded> next();

  /// Says that the stream has ended, once next() has nothing any more. The last message, if the stream's end is what
  /// ends it. Throws FramingError{truncated} if it ended inside a message, of which there are buffered() bytes. After
  /// another FramingError it has nothing to add.
  std::optional<Decoded> finish();

  /// Bytes fed that belong to no message handed out yet.
  std::size_t buffered() const { return static_cast<std::size_t>(fed_ - message_begin_); }

 protected:
  explicit Decoder(std::size_t max_message) : max_message_(max_message) {}

  std::size_t max_message() const { return max_message_; }

  /// What was fed and not yet consumed.
  std::string_view unread() const { return std::string_view(buffer_).substr(consumed_); }
  void consume(std::size_t bytes) { consumed_ += bytes; }

  [[noreturn]] void fail(FramingError error);
  [[noreturn]] void fail_too_long();

 private:
  /// Consumes up to the end of a message and returns its payload, or nothing if unread() ends before.
  virtual std::optional<std::string> extract() = 0;
  /// The payload of a message that the end of the stream ends.
  virtual std::optional<std::string> extract_last() { return std::nullopt; }
  std::optional<Decoded> decoded(std::optional<std::string> payload);

  std::size_t max_message_;
  std::string buffer_;
  std::size_t consumed_ = 0;         ///< bytes of buffer_ that are done with
  std::uint64_t fed_ = 0;            ///< length of the stream so far
  std::uint64_t message_begin_ = 0;  ///< where the message not yet handed out begins
  std::optional<FramingError> failure_;
};

/// A decoder for that format. Throws std::invalid_argument if it is none: an empty delimiter, one that holds the
/// escape, a prefix of 3 bytes, a record without bytes.
std::unique_ptr<Decoder> make_decoder(const Format& format);

/// The bytes that carry `payload`. max_message binds the receiver and is not looked at here.
/// Throws FramingError{message_too_long} if the length prefix cannot say it, std::invalid_argument if the format is
/// none or only read, or a record's payload has not the record's size.
std::string encode(const Format& format, std::string_view payload);

}  // namespace wirelab::core

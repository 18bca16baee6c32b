#include "core/framing.hh"

#include <fmt/format.h>

#include <deque>
#include <utility>

#include "core/byte_order.hh"
#include "core/http.hh"

namespace wirelab::core {
namespace {

// --------------------------------------------------------------------------------------------- rules

void check(const DelimiterFormat& format) {
  if (format.delimiter.empty()) throw std::invalid_argument("a delimiter has at least one byte");
  if (format.escape && format.delimiter.find(*format.escape) != std::string::npos) {
    throw std::invalid_argument("the escape must not be a byte of the delimiter");
  }
}

void check(const LengthFormat& format) {
  if (format.bytes != 1 && format.bytes != 2 && format.bytes != 4 && format.bytes != 8) {
    throw std::invalid_argument(fmt::format("a length prefix has 1, 2, 4 or 8 bytes, not {}", format.bytes));
  }
}

void check(const RecordFormat& format) {
  if (size_of(format.fields) == 0) throw std::invalid_argument("a record has at least one byte");
}

void check(const HttpFormat&) {}

ByteOrder order_of(const LengthFormat& format) { return format.big_endian ? ByteOrder::big : ByteOrder::little; }

// ------------------------------------------------------------------------------------------ decoders

class DelimiterDecoder : public Decoder {
 public:
  explicit DelimiterDecoder(DelimiterFormat format) : Decoder(format.max_message), format_(std::move(format)) {}

 private:
  // Every byte leaves unread() as soon as it is known to be payload, so that it is looked at once; what stays there is
  // at most the beginning of a delimiter, or an escape whose byte has not come yet.
  std::optional<std::string> extract() override {
    const std::string_view input = unread();
    std::size_t at = 0;
    while (at < input.size()) {
      const std::string_view rest = input.substr(at);
      if (rest[0] == format_.escape) {
        if (rest.size() == 1) break;
        append(rest[1]);
        at += 2;
      } else if (rest.starts_with(format_.delimiter)) {
        consume(at + format_.delimiter.size());
        return std::exchange(payload_, {});
      } else if (format_.delimiter.starts_with(rest)) {
        break;
      } else {
        append(rest[0]);
        at += 1;
      }
    }
    consume(at);
    return std::nullopt;
  }

  void append(char byte) {
    if (payload_.size() == max_message()) fail_too_long();
    payload_.push_back(byte);
  }

  DelimiterFormat format_;
  std::string payload_;  ///< of the message that is still going on
};

class LengthDecoder : public Decoder {
 public:
  explicit LengthDecoder(const LengthFormat& format)
      : Decoder(format.max_message), prefix_(static_cast<std::size_t>(format.bytes)), order_(order_of(format)) {}

 private:
  std::optional<std::string> extract() override {
    const std::string_view input = unread();
    if (input.size() < prefix_) return std::nullopt;
    const std::uint64_t length = read_number(input.substr(0, prefix_), order_);
    // A stranger wrote this number. Before anything else is done with it, it has to be one we are ready to keep.
    if (length > max_message()) fail_too_long();
    if (input.size() - prefix_ < length) return std::nullopt;
    std::string payload(input.substr(prefix_, static_cast<std::size_t>(length)));
    consume(prefix_ + payload.size());
    return payload;
  }

  std::size_t prefix_;
  ByteOrder order_;
};

class RecordDecoder : public Decoder {
 public:
  explicit RecordDecoder(const RecordFormat& format) : Decoder(format.max_message), size_(size_of(format.fields)) {}

 private:
  std::optional<std::string> extract() override {
    const std::string_view input = unread();
    if (!input.empty() && size_ > max_message()) fail_too_long();
    if (input.size() < size_) return std::nullopt;
    std::string payload(input.substr(0, size_));
    consume(size_);
    return payload;
  }

  std::size_t size_;
};

class HttpDecoder : public Decoder {
 public:
  explicit HttpDecoder(const HttpFormat& format)
      : Decoder(format.max_message), parser_(HttpLimits{.content = format.max_message}) {}

  void note_sent(std::string_view bytes) override {
    try {
      while (is_readable_ && !bytes.empty()) {
        const std::optional<HttpPart> part = requests_.next(bytes);
        if (!part) return;
        const auto* head = std::get_if<HttpHead>(&*part);
        if (head != nullptr && head->is_request()) unanswered_.push_back(head->method);
      }
    } catch (const HttpError&) {
      is_readable_ = false;  // whoever gets it will say so
    }
  }

 private:
  std::optional<std::string> extract() override {
    std::string_view input = unread();
    std::optional<std::string> message;
    while (!message) {
      const std::size_t before = input.size();
      parser_.expect_answer_to(unanswered_.empty() ? "" : unanswered_.front());
      const std::optional<HttpPart> part = next_part(input);
      consume(before - input.size());
      if (!part) break;
      if (const auto* head = std::get_if<HttpHead>(&*part)) {
        payload_ = head->start_line;
        has_content_ = false;
        if (head->status >= 200 && !unanswered_.empty()) unanswered_.pop_front();
      } else if (const auto* data = std::get_if<HttpData>(&*part)) {
        if (!std::exchange(has_content_, true)) payload_ += '\n';
        payload_ += data->bytes;
      } else {
        message = std::exchange(payload_, {});
      }
    }
    return message;
  }

  std::optional<std::string> extract_last() override {
    return parser_.finish() ? std::optional(std::exchange(payload_, {})) : std::nullopt;
  }

  std::optional<HttpPart> next_part(std::string_view& input) {
    try {
      return parser_.next(input);
    } catch (const HttpError& error) {
      switch (error.fault()) {
        case HttpFault::start_line_too_long:
        case HttpFault::fields_too_long:
        case HttpFault::content_too_long:
          fail(FramingError(FramingError::Kind::message_too_long, error.what()));
        default:
          fail(FramingError(FramingError::Kind::malformed, error.what()));
      }
    }
  }

  HttpParser parser_;
  HttpParser requests_;  ///< of what was sent
  bool is_readable_ = true;
  std::deque<std::string> unanswered_;  ///< methods of requests
  std::string payload_;                 ///< of the message that is still going on
  bool has_content_ = false;
};

std::unique_ptr<Decoder> decoder_for(const DelimiterFormat& f) { return std::make_unique<DelimiterDecoder>(f); }
std::unique_ptr<Decoder> decoder_for(const LengthFormat& f) { return std::make_unique<LengthDecoder>(f); }
std::unique_ptr<Decoder> decoder_for(const RecordFormat& f) { return std::make_unique<RecordDecoder>(f); }
std::unique_ptr<Decoder> decoder_for(const HttpFormat& f) { return std::make_unique<HttpDecoder>(f); }

// ------------------------------------------------------------------------------------------ encoders

std::string encode_as(const DelimiterFormat& format, std::string_view payload) {
  if (!format.escape) return std::string(payload) + format.delimiter;

  // A delimiter may also begin inside the payload and end in the one that follows it: of "aa" after "xa".
  const std::string text = std::string(payload) + format.delimiter;
  std::string stream;
  for (std::size_t at = 0; at < payload.size(); ++at) {
    if (text[at] == *format.escape || std::string_view(text).substr(at).starts_with(format.delimiter)) {
      stream.push_back(*format.escape);
    }
    stream.push_back(text[at]);
  }
  return stream + format.delimiter;
}

std::string encode_as(const LengthFormat& format, std::string_view payload) {
  const auto prefix = static_cast<std::size_t>(format.bytes);
  if (payload.size() > largest_number(prefix)) {
    throw FramingError(FramingError::Kind::message_too_long,
                       fmt::format("a length prefix of {} bytes cannot say {}", prefix, payload.size()));
  }
  return write_number(payload.size(), prefix, order_of(format)).append(payload);
}

std::string encode_as(const RecordFormat& format, std::string_view payload) {
  if (payload.size() != size_of(format.fields)) {
    throw std::invalid_argument(fmt::format("the record has {} bytes, not {}", size_of(format.fields), payload.size()));
  }
  return std::string(payload);
}

std::string encode_as(const HttpFormat&, std::string_view) {
  throw std::invalid_argument("a message of HTTP is not written by this");
}

}  // namespace

// ------------------------------------------------------------------------------------------- Decoder

void Decoder::feed(std::span<const std::byte> bytes) {
  feed(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void Decoder::feed(std::string_view bytes) {
  if (failure_) return;
  // Moving what is left to the front costs its length. Done only when as much lies before it, this is paid for by the
  // bytes that were consumed since the last time: each byte is moved once on average.
  if (consumed_ >= buffer_.size() - consumed_) {
    buffer_.erase(0, consumed_);
    consumed_ = 0;
  }
  buffer_.append(bytes);
  fed_ += bytes.size();
}

std::optional<Decoded> Decoder::next() {
  if (failure_) throw *failure_;
  return decoded(extract());
}

std::optional<Decoded> Decoder::finish() {
  if (failure_) return std::nullopt;
  if (auto last = decoded(extract_last())) return last;
  if (buffered() > 0) {
    throw FramingError(FramingError::Kind::truncated,
                       fmt::format("the stream ends inside a message, of which {} bytes came", buffered()));
  }
  return std::nullopt;
}

std::optional<Decoded> Decoder::decoded(std::optional<std::string> payload) {
  if (!payload) return std::nullopt;
  const std::uint64_t begin = std::exchange(message_begin_, fed_ - unread().size());
  return Decoded{std::move(*payload), begin, message_begin_};
}

void Decoder::fail(FramingError error) {
  failure_ = std::move(error);
  std::string().swap(buffer_);
  consumed_ = 0;
  throw *failure_;
}

void Decoder::fail_too_long() {
  fail(FramingError(FramingError::Kind::message_too_long,
                    fmt::format("a message is longer than {} bytes", max_message())));
}

std::unique_ptr<Decoder> make_decoder(const Format& format) {
  return std::visit(
      [](const auto& chosen) {
        check(chosen);
        return decoder_for(chosen);
      },
      format);
}

std::string encode(const Format& format, std::string_view payload) {
  return std::visit(
      [payload](const auto& chosen) {
        check(chosen);
        return encode_as(chosen, payload);
      },
      format);
}

}  // namespace wirelab::core

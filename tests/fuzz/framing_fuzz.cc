// A stream of bytes from a stranger, in any framing and cut into any pieces: the same messages come out of it, none
// longer than allowed, and what encode() makes of them is what was in the stream.
//
// The input: a byte that chooses the framing, one for the longest message, one for how the stream is cut; the rest is
// the stream.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "core/framing.hh"

namespace {

using namespace wirelab::core;

void demand(bool holds) {
  if (!holds) std::abort();
}

Format format_of(std::uint8_t choice, std::size_t max_message) {
  const std::vector<Format> formats = {
      DelimiterFormat{"\n", std::nullopt, max_message},
      DelimiterFormat{"\r\n\r\n", std::nullopt, max_message},
      DelimiterFormat{"aab", std::nullopt, max_message},
      DelimiterFormat{"\n", '\\', max_message},
      DelimiterFormat{"aa", '\\', max_message},
      DelimiterFormat{"abab", '!', max_message},
      LengthFormat{1, true, max_message},
      LengthFormat{2, true, max_message},
      LengthFormat{4, true, max_message},
      LengthFormat{8, true, max_message},
      LengthFormat{2, false, max_message},
      LengthFormat{8, false, max_message},
      RecordFormat{{{"id", RecordField::Type::u32, 0}, {"text", RecordField::Type::characters, 5}}, max_message},
      RecordFormat{{{"bit", RecordField::Type::i8, 0}}, max_message},
      HttpFormat{max_message},
  };
  return formats[choice % formats.size()];
}

/// All that one way of cutting the stream showed.
struct Seen {
  std::vector<Decoded> messages;
  bool too_long = false;
  bool malformed = false;
  bool truncated = false;
  std::size_t buffered = 0;
};

bool same(const Seen& one, const Seen& other) {
  if (one.messages.size() != other.messages.size() || one.too_long != other.too_long ||
      one.malformed != other.malformed) {
    return false;
  }
  for (std::size_t i = 0; i < one.messages.size(); ++i) {
    const Decoded& a = one.messages[i];
    const Decoded& b = other.messages[i];
    if (a.payload != b.payload || a.begin != b.begin || a.end != b.end) return false;
  }
  // After a message that is too long or malformed nothing further is promised.
  return one.too_long || one.malformed || (one.truncated == other.truncated && one.buffered == other.buffered);
}

template <typename NextPiece>
Seen decode_in_pieces(const Format& format, std::string_view stream, NextPiece next_piece) {
  Seen seen;
  const std::unique_ptr<Decoder> decoder = make_decoder(format);
  try {
    while (!stream.empty()) {
      const std::string_view piece = stream.substr(0, next_piece());
      const std::vector<char> exact(piece.begin(), piece.end());
      decoder->feed(std::string_view(exact.data(), exact.size()));
      stream.remove_prefix(piece.size());
      while (auto message = decoder->next()) seen.messages.push_back(std::move(*message));
    }
    seen.buffered = decoder->buffered();
    if (auto last = decoder->finish()) {
      seen.messages.push_back(std::move(*last));
      seen.buffered = decoder->buffered();
    }
  } catch (const FramingError& error) {
    seen.too_long = error.kind() == FramingError::Kind::message_too_long;
    seen.malformed = error.kind() == FramingError::Kind::malformed;
    seen.truncated = error.kind() == FramingError::Kind::truncated;
  }
  return seen;
}

/// Each message in its place, and encode(), where there is one, brings it there again.
void look_at_messages(const Format& format, std::string_view stream, std::size_t max_message, const Seen& seen) {
  const bool is_only_read = std::holds_alternative<HttpFormat>(format);
  std::uint64_t end = 0;
  std::string encoded;
  for (const Decoded& message : seen.messages) {
    // Of HTTP the limit is for the content, behind the start line.
    const std::size_t line = is_only_read ? std::min(message.payload.find('\n'), message.payload.size() - 1) + 1 : 0;
    demand(message.payload.size() - line <= max_message);
    demand(message.begin == end && message.end > message.begin && message.end <= stream.size());
    end = message.end;
    if (is_only_read) continue;
    const std::string again = encode(format, message.payload);
    // An escape before a byte that needs none is taken off all the same, so only there the bytes may differ.
    const auto* delimiter = std::get_if<DelimiterFormat>(&format);
    if (!delimiter || !delimiter->escape) {
      demand(again == stream.substr(message.begin, message.end - message.begin));
    }
    encoded += again;
  }
  if (!seen.too_long && !seen.malformed) {
    demand(seen.buffered == stream.size() - end && seen.truncated == (seen.buffered > 0));
  }
  if (is_only_read) return;

  const Seen of_encoded = decode_in_pieces(format, encoded, [&] { return encoded.size(); });
  demand(!of_encoded.too_long && !of_encoded.truncated && of_encoded.messages.size() == seen.messages.size());
  for (std::size_t i = 0; i < seen.messages.size(); ++i) {
    demand(of_encoded.messages[i].payload == seen.messages[i].payload);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 3) return 0;
  const std::size_t max_message = bytes[1];
  const Format format = format_of(bytes[0], max_message);
  const std::string_view stream(reinterpret_cast<const char*>(bytes) + 3, size - 3);

  const Seen whole = decode_in_pieces(format, stream, [&] { return stream.size(); });
  look_at_messages(format, stream, max_message, whole);
  demand(same(whole, decode_in_pieces(format, stream, [] { return std::size_t{1}; })));
  std::minstd_rand random(bytes[2] + 1U);
  demand(same(whole, decode_in_pieces(format, stream, [&] { return std::size_t{1} + random() % 9; })));
  return 0;
}

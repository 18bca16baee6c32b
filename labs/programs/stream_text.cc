#include "labs/programs/stream_text.hh"

#include <algorithm>
#include <cstddef>

namespace wirelab::programs {
namespace {

/// How many bytes at the end of `text` begin a character of UTF-8 that is longer (RFC 3629 section 3).
std::size_t begun_character(std::string_view text) {
  constexpr std::size_t longest = 3;
  for (std::size_t size = 1; size <= std::min(longest, text.size()); ++size) {
    const auto byte = static_cast<unsigned char>(text[text.size() - size]);
    if ((byte & 0xC0) == 0x80) continue;
    const std::size_t length = byte < 0xC2 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : byte < 0xF5 ? 4 : 1;
    return length > size ? size : 0;
  }
  return 0;
}

}  // namespace

std::string StreamText::take(std::string_view bytes) {
  std::string text = unfinished_.append(bytes);
  unfinished_ = text.substr(text.size() - begun_character(text));
  text.resize(text.size() - unfinished_.size());
  return text;
}

}  // namespace wirelab::programs

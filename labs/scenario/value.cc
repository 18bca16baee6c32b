#include "labs/scenario/value.hh"

#include <fmt/format.h>

#include <string_view>
#include <type_traits>

#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

// Escapes the two characters that printable() leaves alone because outside quotes they mean themselves.
std::string between_quotes(std::string_view bytes) {
  std::string escaped;
  while (!bytes.empty()) {
    const std::size_t special = bytes.find_first_of("\"\\");
    escaped += printable(bytes.substr(0, special));
    if (special == std::string_view::npos) break;
    escaped += '\\';
    escaped += bytes[special];
    bytes.remove_prefix(special + 1);
  }
  return escaped;
}

/// A list may be so many times as long as what is in it: a thousand short texts are as unreadable as a long one.
constexpr std::size_t longest_list = 20;

bool continues_a_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The cut must not fall inside a character, or its halves would show as escaped bytes. A run of stray continuation
// bytes is no character, so at most three are skipped.
std::size_t character_start(std::string_view bytes, std::size_t index) {
  for (int skipped = 0; skipped < 3 && index > 0 && continues_a_character(bytes[index]); ++skipped) --index;
  return index;
}

std::string shortened(std::string_view bytes, std::size_t longest) {
  const std::size_t tail_length = longest / 3;
  const std::string_view head = bytes.substr(0, character_start(bytes, longest - tail_length));
  const std::string_view tail =
      tail_length == 0 ? std::string_view() : bytes.substr(character_start(bytes, bytes.size() - tail_length));
  return fmt::format("\"{}…{}\" ({} bytes)", between_quotes(head), between_quotes(tail), bytes.size());
}

}  // namespace

std::string quoted(const std::string& bytes, std::size_t longest) {
  if (longest != 0 && bytes.size() > longest) return shortened(bytes, longest);
  return fmt::format("\"{}\"", between_quotes(bytes));
}

std::string to_text(const Value& value, std::size_t longest) {
  return std::visit(
      [longest](const auto& held) -> std::string {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, bool>) {
          return held ? "yes" : "no";
        } else if constexpr (std::is_same_v<Held, std::int64_t>) {
          return fmt::format("{}", held);
        } else if constexpr (std::is_same_v<Held, Word>) {
          return printable(held.text);
        } else if constexpr (std::is_same_v<Held, Bytes>) {
          return quoted(held.bytes, longest);
        } else {
          std::string list = "[";
          for (std::size_t i = 0; i < held.size(); ++i) {
            if (i > 0) list += ", ";
            if (longest != 0 && list.size() > longest_list * longest) {
              return fmt::format("{}… {} more]", list, held.size() - i);
            }
            list += to_text(held[i], longest);
          }
          return list + "]";
        }
      },
      value.held);
}

}  // namespace wirelab::scenario

#include "labs/render/json_text.hh"

#include <algorithm>
#include <cstdint>

#include "labs/scenario/hexadecimal.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::render {
namespace {

std::optional<std::string> bytes_from_hex(std::string_view hex) {
  // Only what bytes_json() writes: two spellings of the same bytes would not compare equal.
  if (hex.find_first_of("ABCDEF") != std::string_view::npos) return std::nullopt;
  std::string bytes;
  while (!hex.empty()) {
    const auto high = scenario::hexadecimal_digit(hex[0]);
    const auto low = hex.size() < 2 ? std::nullopt : scenario::hexadecimal_digit(hex[1]);
    if (!high || !low) return std::nullopt;
    bytes += static_cast<char>(*high * 16 + *low);
    hex.remove_prefix(2);
    if (hex.empty()) break;
    if (hex[0] != ' ' || hex.size() == 1) return std::nullopt;
    hex.remove_prefix(1);
  }
  return bytes;
}

}  // namespace

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t offset = 0; offset < bytes.size(); offset += 3) {
    const std::string_view group = bytes.substr(offset, 3);
    std::uint32_t bits = 0;
    for (std::size_t index = 0; index < 3; ++index) {
      bits = (bits << 8) | (index < group.size() ? static_cast<unsigned char>(group[index]) : 0u);
    }
    for (std::size_t index = 0; index < 4; ++index) {
      text += index <= group.size() ? alphabet[(bits >> (18 - 6 * index)) & 63u] : '=';
    }
  }
  return text;
}

Json bytes_json(const std::string& bytes) {
  for (std::string_view rest = bytes; !rest.empty();) {
    const scenario::CodePoint here = scenario::first_code_point(rest);
    if (here.valid) {
      rest.remove_prefix(here.bytes);
      continue;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char byte : bytes) {
      const auto value = static_cast<unsigned char>(byte);
      if (!hex.empty()) hex += ' ';
      hex += digits[value >> 4];
      hex += digits[value & 15u];
    }
    return Json{{"hex", hex}};
  }
  return bytes;
}

std::optional<std::string> bytes_from(const Json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (!json.is_object() || json.size() != 1 || !json.contains("hex") || !json["hex"].is_string()) return std::nullopt;
  return bytes_from_hex(json["hex"].get_ref<const std::string&>());
}

std::string compact(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string escape_unprintable(std::string json) {
  const auto may_need_it = [](char byte) { return static_cast<unsigned char>(byte) >= 0x7F; };
  // A call's data may be millions of bytes: no second copy of them where none is needed.
  if (std::none_of(json.begin(), json.end(), may_need_it)) return json;
  std::string text;
  text.reserve(json.size());
  for (std::string_view rest = json; !rest.empty();) {
    const auto harmless = static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), may_need_it) - rest.begin());
    text += rest.substr(0, harmless);
    rest.remove_prefix(harmless);
    if (rest.empty()) break;
    const scenario::CodePoint here = scenario::first_code_point(rest);
    const std::string bytes(rest.substr(0, here.bytes));
    rest.remove_prefix(here.bytes);
    if (scenario::is_printable(here.value)) {
      text += bytes;
    } else if (here.value == 0x7F) {
      text += "\\u007f";
    } else {
      // Alone in a string the library spells it for ASCII, with surrogate pairs where they are needed.
      const std::string spelled = Json(bytes).dump(-1, ' ', true);
      text += spelled.substr(1, spelled.size() - 2);
    }
  }
  return text;
}

}  // namespace wirelab::render

#include "tests/words/wording.hh"

#include <vector>

namespace wirelab::words {
namespace {

enum class Kind { han, wide_mark, latin, narrow_mark, blank, other };

/// What stands for a whole phrase: nobody knows how it begins and ends.
const std::set<std::string> phrases = {"again", "doing", "fault",   "first",  "found",  "how",
                                       "mend",  "other", "packets", "place",  "places", "told",
                                       "type",  "units", "waits",   "wanted", "what"};

/// With each placeholder written out as something like what it stands for.
std::string with_examples(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') {
      text += pattern[i];
      continue;
    }
    if (pattern.substr(i).starts_with("{{")) {
      text += "{";
      ++i;
      continue;
    }
    const std::size_t close = pattern.find('}', i);
    const std::string_view inside = pattern.substr(i + 1, close - i - 1);
    const std::size_t colon = inside.find(':');
    if (colon != std::string_view::npos) {
      const bool word_alone = inside[colon + 1] == '!';
      text += (word_alone ? "" : "1 ") + std::string(inside.substr(colon + (word_alone ? 2 : 1)));
    } else {
      text += phrases.contains(std::string(inside)) ? "·" : "x";
    }
    i = close;
  }
  return text;
}

std::u32string decoded(std::string_view text) {
  std::u32string characters;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t character = length == 1 ? lead : lead & (0x7Fu >> length);
    for (std::size_t part = 1; part < length; ++part) {
      character = (character << 6) | (static_cast<unsigned char>(text[i + part]) & 0x3F);
    }
    characters += character;
    i += length;
  }
  return characters;
}

Kind kind_of(char32_t character) {
  if (character >= 0x3400 && character <= 0x9FFF) return Kind::han;
  if ((character >= 0x3001 && character <= 0x303F) || (character >= 0xFF01 && character <= 0xFF60)) {
    return Kind::wide_mark;
  }
  if (character == ' ') return Kind::blank;
  if (character == '\n') return Kind::other;
  if (character >= 0x80) return Kind::other;
  const auto letter = static_cast<char>(character);
  const bool is_word = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                       (letter >= '0' && letter <= '9') || letter == '`' || letter == '$' || letter == '-';
  return is_word ? Kind::latin : Kind::narrow_mark;
}

}  // namespace

std::string fault_of_chinese(std::string_view pattern) {
  const std::u32string text = decoded(with_examples(pattern));
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const Kind before = kind_of(text[i]);
    const Kind after = kind_of(text[i + 1]);
    const auto either = [&](Kind one, Kind other) {
      return (before == one && after == other) || (before == other && after == one);
    };
    const std::string place = " at character " + std::to_string(i + 1) + " of " + std::string(pattern);
    if (either(Kind::han, Kind::latin)) return "no blank between Han and Latin" + place;
    if (either(Kind::han, Kind::narrow_mark)) return "a narrow mark beside Han" + place;
    if (either(Kind::wide_mark, Kind::blank)) return "a blank beside a wide mark" + place;
    if (before == Kind::han && after == Kind::blank && i + 2 < text.size() && kind_of(text[i + 2]) == Kind::han) {
      return "a blank between Han" + place;
    }
  }
  return "";
}

}  // namespace wirelab::words

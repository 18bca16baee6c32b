#include "labs/scenario/source_text.hh"

#include <algorithm>

#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

std::size_t quoted_length(std::string_view text) {
  const char quote = text[0];
  for (std::size_t index = 1; index < text.size(); ++index) {
    if (quote == '"' && text[index] == '\\') {
      ++index;
    } else if (text[index] == quote) {
      return index + 1;
    }
  }
  return text.size();
}

// Up to the bracket that closes the first one; all of it if none does.
std::size_t bracketed_length(std::string_view text) {
  int depth = 0;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char byte = text[index];
    if (byte == '"' || byte == '\'') {
      index += quoted_length(text.substr(index)) - 1;
    } else if (byte == '{' || byte == '[') {
      ++depth;
    } else if ((byte == '}' || byte == ']') && --depth == 0) {
      return index + 1;
    }
  }
  return text.size();
}

std::size_t bare_length(std::string_view text) {
  const std::size_t end = std::min({text.find(": "), text.find(" #"), text.find_first_of(",[]{}"), text.size()});
  std::string_view word = text.substr(0, end);
  if (word.size() > 1 && word.back() == ':') word.remove_suffix(1);
  const std::size_t last = word.find_last_not_of(' ');
  return last == std::string_view::npos ? 1 : last + 1;
}

std::size_t word_length(std::string_view text) {
  if (text.empty()) return 1;
  switch (text[0]) {
    case '"':
    case '\'':
      return quoted_length(text);
    case '{':
    case '[':
      return bracketed_length(text);
    default:
      return bare_length(text);
  }
}

constexpr std::size_t checkpoint_distance = 256;

// Counts characters of valid UTF-8; in front of the first invalid byte, which is as far as anyone looks, it is right
// too.
bool starts_a_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

}  // namespace

SourceText::SourceText(std::string_view bytes) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  text_.reserve(bytes.size());
  line_starts_.push_back(0);
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    if (bytes[index] == '\r' && index + 1 < bytes.size() && bytes[index + 1] == '\n') continue;
    text_ += bytes[index];
    if (bytes[index] == '\n') line_starts_.push_back(text_.size());
  }
  std::size_t characters = 0;
  for (std::size_t index = 0; index < text_.size(); ++index) {
    if (index % checkpoint_distance == 0) characters_before_.push_back(characters);
    if (starts_a_character(text_[index])) ++characters;
  }
}

std::size_t SourceText::characters_up_to(std::size_t byte) const {
  if (characters_before_.empty()) return 0;
  byte = std::min(byte, text_.size());
  const std::size_t checkpoint = std::min(byte / checkpoint_distance, characters_before_.size() - 1);
  const auto from = text_.begin() + static_cast<std::ptrdiff_t>(checkpoint * checkpoint_distance);
  const auto to = text_.begin() + static_cast<std::ptrdiff_t>(byte);
  return characters_before_[checkpoint] + static_cast<std::size_t>(std::count_if(from, to, starts_a_character));
}

std::string_view SourceText::line(int number) const {
  if (number < 1 || number > line_count()) return {};
  const auto index = static_cast<std::size_t>(number);
  const std::size_t start = line_starts_[index - 1];
  const std::size_t end = index < line_starts_.size() ? line_starts_[index] - 1 : text_.size();
  return std::string_view(text_).substr(start, end - start);
}

Position SourceText::position(int line_index, int byte_index) const {
  const std::size_t start = line_starts_.at(static_cast<std::size_t>(line_index));
  const std::size_t byte = std::min(static_cast<std::size_t>(std::max(byte_index, 0)), line(line_index + 1).size());
  return {line_index + 1, static_cast<int>(characters_up_to(start + byte) - characters_up_to(start)) + 1};
}

std::size_t SourceText::byte_in_line(Position at) const {
  const std::size_t length = line(at.line).size();
  if (at.column <= 1 || length == 0) return 0;
  const std::size_t start = line_starts_[static_cast<std::size_t>(at.line) - 1];
  const std::size_t wanted = characters_up_to(start) + static_cast<std::size_t>(at.column) - 1;
  // The last checkpoint that is not behind the wanted character, and from there on step by step.
  const auto behind = std::ranges::upper_bound(characters_before_, wanted);
  const auto checkpoint = static_cast<std::size_t>(behind - characters_before_.begin()) - 1;
  std::size_t byte = checkpoint * checkpoint_distance;
  for (std::size_t characters = characters_before_[checkpoint]; byte < start + length; ++byte) {
    if (!starts_a_character(text_[byte])) continue;
    if (characters == wanted) break;
    ++characters;
  }
  return std::clamp(byte, start, start + length) - start;
}

Place SourceText::word_at(Position at) const {
  // More than anyone will ever be shown.
  constexpr std::size_t longest = 1'000;
  const std::string_view rest = line(at.line).substr(byte_in_line(at)).substr(0, longest);
  const std::size_t length = std::min(word_length(rest), rest.size());
  return {at, std::max(1, static_cast<int>(count_code_points(rest.substr(0, length))))};
}

}  // namespace wirelab::scenario

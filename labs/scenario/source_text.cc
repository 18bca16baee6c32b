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
    case '\'': return quoted_length(text);
    case '{':
    case '[': return bracketed_length(text);
    default: return bare_length(text);
  }
}

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
}

std::string_view SourceText::line(int number) const {
  if (number < 1 || number > line_count()) return {};
  const std::size_t start = line_starts_[static_cast<std::size_t>(number) - 1];
  const std::string_view rest = std::string_view(text_).substr(start);
  return rest.substr(0, rest.find('\n'));
}

Position SourceText::position(int line_index, int byte_index) const {
  const std::string_view before = line(line_index + 1).substr(0, static_cast<std::size_t>(std::max(byte_index, 0)));
  return {line_index + 1, static_cast<int>(count_code_points(before)) + 1};
}

std::size_t SourceText::byte_in_line(Position at) const {
  const std::string_view whole = line(at.line);
  std::string_view rest = whole;
  for (int column = 1; column < at.column && !rest.empty(); ++column) rest.remove_prefix(first_code_point(rest).bytes);
  return whole.size() - rest.size();
}

Place SourceText::word_at(Position at) const {
  const std::string_view rest = line(at.line).substr(byte_in_line(at));
  const std::size_t length = std::min(word_length(rest), rest.size());
  return {at, std::max(1, static_cast<int>(count_code_points(rest.substr(0, length))))};
}

}  // namespace wirelab::scenario

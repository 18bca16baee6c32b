#include "labs/programs/file_exchange.hh"

#include <algorithm>
#include <charconv>

#include "labs/scenario/utf8.hh"

namespace wirelab::programs {

std::optional<std::string> LineReader::line() {
  constexpr std::size_t longest = 1024;
  std::string line;
  while (true) {
    const std::size_t end = rest_.find('\n');
    line += rest_.substr(0, end);
    if (line.size() > longest) throw BadExchange{{"transfer.long-line"_text}};
    if (end != std::string_view::npos) {
      rest_.remove_prefix(end + 1);
      return line;
    }
    rest_ = {};
    rest_ = bytes(longest);
    if (rest_.empty()) return std::nullopt;
  }
}

std::string_view LineReader::bytes(std::size_t most) {
  if (rest_.empty()) {
    buffer_.resize(file_piece);
    const auto deadline = patience_ ? core::Deadline::after(*patience_) : core::Deadline::never();
    const auto size = connection_.receive_into(std::span(buffer_).first(std::min(most, file_piece)), deadline);
    if (!size) throw Silent{};
    rest_ = std::string_view(buffer_).substr(0, *size);
  }
  const std::string_view part = rest_.substr(0, most);
  rest_.remove_prefix(part.size());
  return part;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && number >= 0 && text.front() != '-';
  return is_number ? std::optional(number) : std::nullopt;
}

std::string name_fault(std::string_view name) {
  constexpr std::size_t longest = 200;  // a suffix has to fit behind it, into the 255 bytes that Linux allows
  if (name.empty()) return "a file needs a name";
  if (name.size() > longest) return "that name is too long";
  if (name.find('/') != std::string_view::npos) return "a name, and no path: it must not contain a slash";
  if (name.front() == '.') return "a name must not begin with a dot";
  if (name != scenario::printable(name)) return "that name has characters in it that cannot be printed";
  return "";
}

}  // namespace wirelab::programs

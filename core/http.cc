#include "core/http.hh"

#include <algorithm>
#include <charconv>
#include <utility>

namespace wirelab::core {
namespace {

const char* text_of(HttpFault fault) {
  switch (fault) {
    case HttpFault::line_end:
      return "a line does not end with CR LF";
    case HttpFault::start_line:
      return "this is neither a request line nor a status line";
    case HttpFault::version:
      return "this is not HTTP/1.0 or HTTP/1.1";
    case HttpFault::field:
      return "a line of the head is not a header field";
    case HttpFault::field_space:
      return "there is whitespace between the name of a header field and its colon";
    case HttpFault::folded_field:
      return "a header field goes on in a second line";
    case HttpFault::host:
      return "a request of HTTP/1.1 has exactly one Host field";
    case HttpFault::length:
      return "the Content-Length does not say how long the content is";
    case HttpFault::two_ends:
      return "Content-Length and Transfer-Encoding both say where the content ends";
    case HttpFault::coding:
      return "chunked is the only transfer coding that is understood";
    case HttpFault::chunk:
      return "a chunk is its size in hexadecimal digits, CR LF, so many bytes, and CR LF";
    case HttpFault::start_line_too_long:
      return "the start line is too long";
    case HttpFault::fields_too_long:
      return "the header fields are too long";
    case HttpFault::content_too_long:
      return "the content is too long";
  }
  return "";
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

/// RFC 9110 §5.6.2: methods and names of fields.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || marks.find(c) != std::string_view::npos;
  });
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto begin = text.find_first_not_of(blanks);
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// All of the text as a number; nothing if it is none, or too large.
std::optional<std::uint64_t> whole_number(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The entries of a field that is a list, RFC 9110 §5.6.1, in all the lines it takes.
std::vector<std::string_view> list_in(const HttpHead& head, std::string_view name) {
  std::vector<std::string_view> entries;
  for (const HttpField& field : head.fields) {
    if (!same_word(field.name, name)) continue;
    for (std::string_view rest = field.value;;) {
      const auto comma = rest.find(',');
      entries.push_back(trimmed(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return entries;
}

bool lists(const HttpHead& head, std::string_view name, std::string_view word) {
  return std::ranges::any_of(list_in(head, name), [&](std::string_view entry) { return same_word(entry, word); });
}

/// `HTTP/1.1` → 1.
int minor_version(std::string_view version) {
  if (version == "HTTP/1.1") return 1;
  if (version == "HTTP/1.0") return 0;
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
                          version[6] == '.' && is_digit(version[7]);
  throw HttpError(is_version ? HttpFault::version : HttpFault::start_line);
}

HttpHead read_start_line(std::string line) {
  HttpHead head;
  const std::string_view text = line;
  const auto first = text.find(' ');
  if (first == std::string_view::npos) throw HttpError(HttpFault::start_line);
  if (text.starts_with("HTTP/")) {
    head.minor_version = minor_version(text.substr(0, first));
    const std::string_view code = text.substr(first + 1, 3);
    const std::string_view reason = text.substr(std::min(text.size(), first + 4));
    const bool is_code = code.size() == 3 && std::ranges::all_of(code, is_digit) && code[0] != '0';
    if (!is_code || (!reason.empty() && reason[0] != ' ')) throw HttpError(HttpFault::start_line);
    head.status = static_cast<int>(*whole_number(code, 10));
  } else {
    const auto last = text.rfind(' ');
    const std::string_view target = text.substr(first + 1, std::max(last, first + 1) - first - 1);
    const bool is_target =
        !target.empty() && std::ranges::none_of(target, [](char c) { return c == ' ' || is_control(c); });
    if (!is_token(text.substr(0, first)) || !is_target) throw HttpError(HttpFault::start_line);
    head.minor_version = minor_version(text.substr(last + 1));
    head.method = text.substr(0, first);
    head.target = target;
  }
  head.start_line = std::move(line);
  return head;
}

HttpField read_field(std::string_view line) {
  const auto colon = line.find(':');
  if (!line.empty() && trimmed(line.substr(0, 1)).empty()) throw HttpError(HttpFault::folded_field);
  const std::string_view name = line.substr(0, colon);
  if (colon != std::string_view::npos && trimmed(name) != name && is_token(trimmed(name))) {
    throw HttpError(HttpFault::field_space);
  }
  if (colon == std::string_view::npos || !is_token(name)) throw HttpError(HttpFault::field);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (std::ranges::any_of(value, [](char c) { return is_control(c) && c != '\t'; })) throw HttpError(HttpFault::field);
  return {std::string(line.substr(0, colon)), std::string(value)};
}

/// What Content-Length says; nothing if there is none.
std::optional<std::uint64_t> read_length(const HttpHead& head) {
  const std::vector<std::string_view> said = list_in(head, "Content-Length");
  if (said.empty()) return std::nullopt;
  const bool is_number = std::ranges::all_of(said[0], is_digit);
  const auto length = is_number ? whole_number(said[0], 10) : std::nullopt;
  if (!length || std::ranges::any_of(said, [&](std::string_view other) { return other != said[0]; })) {
    throw HttpError(HttpFault::length);
  }
  return length;
}

/// RFC 9112 §6.3. A message with both a length and chunks is refused: two readers could take two different ends.
void find_content_end(HttpHead& head, bool answers_head) {
  const std::optional<std::uint64_t> length = read_length(head);
  const std::vector<std::string_view> codings = list_in(head, "Transfer-Encoding");
  if (!codings.empty()) {
    if (length) throw HttpError(HttpFault::two_ends);
    if (codings.size() != 1 || !same_word(codings[0], "chunked")) throw HttpError(HttpFault::coding);
  }
  const bool has_none =
      !head.is_request() && (answers_head || head.status < 200 || head.status == 204 || head.status == 304);
  if (has_none) return;
  if (!codings.empty()) {
    head.content_end = HttpContentEnd::chunked;
  } else if (length) {
    head.content_end = HttpContentEnd::length;
    head.content_length = *length;
  } else if (!head.is_request()) {
    head.content_end = HttpContentEnd::close;
  }
}

}  // namespace

int status_of(HttpFault fault) {
  switch (fault) {
    case HttpFault::version:
      return 505;
    case HttpFault::coding:
      return 501;
    case HttpFault::start_line_too_long:
      return 414;
    case HttpFault::fields_too_long:
      return 431;
    case HttpFault::content_too_long:
      return 413;
    default:
      return 400;
  }
}

HttpError::HttpError(HttpFault fault) : std::runtime_error(text_of(fault)), fault_(fault) {}

const std::string* HttpHead::field(std::string_view name) const {
  const auto found =
      std::ranges::find_if(fields, [name](const HttpField& field) { return same_word(field.name, name); });
  return found == fields.end() ? nullptr : &found->value;
}

bool HttpHead::keeps_open() const {
  if (content_end == HttpContentEnd::close || lists(*this, "Connection", "close")) return false;
  return minor_version > 0 || lists(*this, "Connection", "keep-alive");
}

std::optional<HttpPart> HttpParser::next(std::string_view& bytes) {
  for (;;) {
    switch (state_) {
      case State::start_line: {
        std::optional<std::string> line = take_line(bytes, limits_.start_line, HttpFault::start_line_too_long);
        if (!line) return std::nullopt;
        head_ = read_start_line(std::move(*line));
        has_begun_ = true;
        fields_ = 0;
        state_ = State::fields;
        break;
      }
      case State::fields: {
        const std::optional<std::string> line = take_line(bytes, limits_.fields - fields_, HttpFault::fields_too_long);
        if (!line) return std::nullopt;
        fields_ += line->size();
        if (!line->empty()) {
          head_.fields.push_back(read_field(*line));
          break;
        }
        finish_head();
        return std::exchange(head_, {});
      }
      case State::length_known:
      case State::until_close:
      case State::chunk_data:
        if (const auto data = take_content(bytes)) return HttpData{*data};
        if (state_ == State::until_close || left_ > 0) return std::nullopt;
        state_ = state_ == State::length_known ? State::over : State::chunk_end;
        break;
      case State::chunk_size: {
        constexpr std::size_t size_line = 1024;
        const std::optional<std::string> line = take_line(bytes, size_line, HttpFault::chunk);
        if (!line) return std::nullopt;
        const auto size = whole_number(trimmed(std::string_view(*line).substr(0, line->find(';'))), 16);
        if (!size || line->front() == ' ' || line->front() == '\t') throw HttpError(HttpFault::chunk);
        if (*size == 0) {
          fields_ = 0;
          state_ = State::trailer;
          break;
        }
        ++end_.chunks;
        begin_content(*size);
        state_ = State::chunk_data;
        break;
      }
      case State::chunk_end: {
        const std::optional<std::string> line = take_line(bytes, 0, HttpFault::chunk, HttpFault::chunk);
        if (!line) return std::nullopt;
        state_ = State::chunk_size;
        break;
      }
      case State::trailer: {
        const std::optional<std::string> line = take_line(bytes, limits_.fields - fields_, HttpFault::fields_too_long);
        if (!line) return std::nullopt;
        fields_ += line->size();
        if (line->empty()) {
          state_ = State::over;
        } else {
          read_field(*line);
        }
        break;
      }
      case State::over:
        state_ = State::start_line;
        return std::exchange(end_, {});
    }
  }
}

std::optional<HttpEnd> HttpParser::finish() {
  if (state_ != State::until_close) return std::nullopt;
  state_ = State::start_line;
  return std::exchange(end_, {});
}

std::optional<std::string> HttpParser::take_line(std::string_view& bytes, std::size_t most, HttpFault too_long,
                                                 HttpFault bad_end) {
  const auto feed = bytes.find('\n');
  const bool is_whole = feed != std::string_view::npos;
  const std::string_view piece = bytes.substr(0, is_whole ? feed + 1 : bytes.size());
  const std::size_t unseen = line_.size() - std::min<std::size_t>(line_.size(), 1);
  line_ += piece;
  bytes.remove_prefix(piece.size());
  // The CR of a line's end is not counted; one that stands anywhere else is wrong, and wrong before the line is too
  // long if it comes before: so that every cut gives the same fault.
  const std::size_t ending = is_whole ? 2 : 1;
  const auto ret = line_.find('\r', unseen);
  const bool is_stray = ret != std::string::npos && ret + ending != line_.size();
  if (line_.size() > most + ending && !(is_stray && ret < most)) throw HttpError(too_long);
  if (is_stray || (is_whole && ret == std::string::npos)) throw HttpError(bad_end);
  if (!is_whole) return std::nullopt;
  line_.resize(ret);
  return std::exchange(line_, {});
}

std::optional<std::string_view> HttpParser::take_content(std::string_view& bytes) {
  const bool is_endless = state_ == State::until_close;
  if (bytes.empty() || (!is_endless && left_ == 0)) return std::nullopt;
  const std::string_view data =
      is_endless ? bytes : bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  if (is_endless) begin_content(data.size());
  left_ -= data.size();
  bytes.remove_prefix(data.size());
  return data;
}

void HttpParser::finish_head() {
  if (head_.is_request() && head_.minor_version > 0) {
    const auto hosts =
        std::ranges::count_if(head_.fields, [](const HttpField& f) { return same_word(f.name, "Host"); });
    if (hosts != 1) throw HttpError(HttpFault::host);
  }
  find_content_end(head_, std::exchange(answers_head_, false));
  switch (head_.content_end) {
    case HttpContentEnd::none:
      state_ = State::over;
      break;
    case HttpContentEnd::length:
      begin_content(head_.content_length);
      state_ = State::length_known;
      break;
    case HttpContentEnd::chunked:
      state_ = State::chunk_size;
      break;
    case HttpContentEnd::close:
      state_ = State::until_close;
      break;
  }
}

void HttpParser::begin_content(std::uint64_t bytes) {
  if (bytes > limits_.content - end_.content) throw HttpError(HttpFault::content_too_long);
  end_.content += bytes;
  left_ = bytes;
}

}  // namespace wirelab::core

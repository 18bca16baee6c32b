// Fetches one page from a web server, and shows the two heads that belong to it.
#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hh"
#include "core/http.hh"
#include "labs/explain/http_fault.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr std::size_t most_at_once = 16 * 1024;  // bytes of a recv

struct Url {
  std::string host;  ///< 127.0.0.1, ::1
  std::string port = "80";
  std::string authority;  ///< 127.0.0.1:8080, as it was written: for the field Host
  std::string target;     ///< /a/b?c
};

/// RFC 9110 §4.2.1. Throws WrongArgument.
Url read_url(const std::string& text) {
  const WrongArgument refusal(
      fmt::format("\"{}\" is refused: a URL looks like http://127.0.0.1:8080/page.html.", text));
  constexpr std::string_view scheme = "http://";
  const bool is_plain =
      std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
  if (!text.starts_with(scheme) || !is_plain) throw refusal;
  std::string_view rest = std::string_view(text).substr(scheme.size());
  rest = rest.substr(0, rest.find('#'));
  const auto authority_end = std::min(rest.find_first_of("/?"), rest.size());
  std::string_view authority = rest.substr(0, authority_end);
  Url url{.host = {}, .authority = std::string(authority), .target = std::string(rest.substr(authority_end))};
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  // The colons of an IPv6 address stand in brackets.
  const auto bracket = authority.find(']');
  if (const auto colon = authority.rfind(':');
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    url.port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) authority = authority.substr(1, authority.size() - 2);
  if (authority.empty()) throw refusal;
  url.host = authority;
  return url;
}

/// Where the page goes: a file, or standard output.
class Destination {
 public:
  Destination(const Interruption& interruption, const std::string& path) : interruption_(interruption), path_(path) {}

  /// A file that is there already stays as it is until then. Throws SystemError{"open"}.
  void open() {
    if (path_.empty() || file_.is_open()) return;
    // A named pipe that nobody reads is an error, ENXIO, and not waited for.
    file_ = core::FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0666));
    if (!file_.is_open()) core::throw_errno("open");
  }

  /// The file, if it was opened.
  std::optional<std::string> file() const { return file_.is_open() ? std::optional(path_) : std::nullopt; }

  /// To standard output in pieces that have room in a pipe of which poll(2) says that it has some, pipe(7): our file
  /// takes what it can. Throws SystemError{"write"}, Interrupted.
  void write(std::string_view bytes) {
    const int fd = file_.is_open() ? file_.get() : STDOUT_FILENO;
    const std::size_t most = file_.is_open() ? bytes.size() : PIPE_BUF;
    while (!bytes.empty()) {
      interruption_.wait(fd, POLLOUT);
      const ssize_t taken = ::write(fd, bytes.data(), std::min(bytes.size(), most));
      if (taken < 0 && errno == EAGAIN) continue;
      if (taken < 0) core::throw_errno("write");
      bytes.remove_prefix(static_cast<std::size_t>(taken));
      written_ += taken;
    }
  }
  std::int64_t written() const { return written_; }

 private:
  const Interruption& interruption_;
  std::string path_;
  std::int64_t written_ = 0;
  core::FileDescriptor file_;
};

/// What came is HTTP, and no answer.
struct NotHttp {
  words::Message fault;
};

class HttpGet {
 public:
  HttpGet(Program& program, const HttpGetOptions& options, const Url& url)
      : program_(program),
        patience_(options.patience),
        connection_(program, program.address),
        destination_(program.interruption, options.output) {
    const std::string head =
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: wirelab\r\nAccept: */*\r\nConnection: close\r\n\r\n",
                    url.target, url.authority);
    show('>', head);
    connection_.send_all(head);
  }

  /// Whether all of the page came, and it is the one that was asked for.
  bool fetch() {
    try {
      const bool is_page = receive();
      if (!is_over_) tell_what_is_not_whole();
      return is_page;
    } catch (...) {
      tell_what_is_not_whole();
      throw;
    }
  }

 private:
  bool receive() {
    try {
      while (!is_over_) {
        if (!program_.interruption.wait(connection_.fd(), POLLIN, core::Deadline::after(patience_))) {
          program_.terminal.remark("http.silent"_text);
          return false;
        }
        const std::optional<std::string> bytes = connection_.try_receive(most_at_once);
        if (!bytes) continue;
        if (bytes->empty()) {
          if (const auto end = parser_.finish()) take(*end);
          break;
        }
        std::string_view unread = *bytes;
        while (!is_over_) {
          const std::optional<core::HttpPart> part = parser_.next(unread);
          if (!part) break;
          std::visit([this](const auto& each) { take(each); }, *part);
        }
      }
    } catch (const core::HttpError& error) {
      return tell_that_it_is_not_http({explain::text_of(error.fault())});
    } catch (const NotHttp& error) {
      return tell_that_it_is_not_http(error.fault);
    }
    program_.terminal.remark(is_over_ ? how_it_ended() : "http.too-early"_text,
                             {{"bytes", static_cast<std::int64_t>(content_)}});
    return is_over_ && status_ < 400;
  }

  bool tell_that_it_is_not_http(const words::Message& fault) {
    program_.terminal.remark("http.not-http"_text, {{"fault", std::vector{fault}}});
    return false;
  }

  void tell_what_is_not_whole() {
    if (const auto file = destination_.file()) {
      program_.terminal.remark("http.not-whole"_text, {{"file", *file}, {"bytes", destination_.written()}});
    }
  }

  void take(const core::HttpHead& head) {
    if (head.is_request()) throw NotHttp{{"http.is-request"_text}};
    status_ = head.status;
    content_end_ = head.content_end;
    std::string lines = head.start_line + "\r\n";
    for (const core::HttpField& field : head.fields) lines += field.name + ": " + field.value + "\r\n";
    show('<', lines + "\r\n");
  }

  void take(const core::HttpData& data) {
    content_ += data.bytes.size();
    destination_.open();
    destination_.write(data.bytes);
  }

  /// A status 1xx says that the response is still to come.
  void take(const core::HttpEnd&) {
    if (status_ < 200) return;
    destination_.open();  // a page of no bytes is one, too
    is_over_ = true;
  }

  words::TextId how_it_ended() const {
    switch (content_end_) {
      case core::HttpContentEnd::none:
        return "http.came.none"_text;
      case core::HttpContentEnd::length:
        return "http.came.length"_text;
      case core::HttpContentEnd::chunked:
        return "http.came.chunked"_text;
      case core::HttpContentEnd::close:
        break;
    }
    return "http.came.close"_text;
  }

  /// The lines of a head, the empty one too, each behind a mark that says which way it went.
  void show(char mark, std::string_view head) {
    while (!head.empty()) {
      const auto end = head.find("\r\n");
      program_.terminal.remark(fmt::format("{}{}{}", mark, end == 0 ? "" : " ", head.substr(0, end)));
      head.remove_prefix(end + 2);
    }
  }

  Program& program_;
  Patience patience_;
  TcpConnection connection_;
  Destination destination_;
  core::HttpParser parser_;
  int status_ = 0;
  core::HttpContentEnd content_end_ = core::HttpContentEnd::none;
  std::uint64_t content_ = 0;
  bool is_over_ = false;
};

}  // namespace

int http_get(const HttpGetOptions& options) {
  const Url url = read_url(options.url);
  const Description description{"http-get", "http-server .", Role::client, core::Transport::stream};
  Options where = options;
  where.host = url.host;
  where.port = url.port;
  bool has_page = false;
  const int ended = perform(description, where, [&](Program& program) {
    try {
      has_page = HttpGet(program, options, url).fetch();
    } catch (const Interrupted&) {
      throw Failed{{"http.interrupted"_text}};
    }
  });
  return ended == 0 && !has_page ? 1 : ended;
}

}  // namespace wirelab::programs

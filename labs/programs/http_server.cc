// A web server for one folder: HTTP/1.1 over the sockets of the other programs.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hh"
#include "core/http.hh"
#include "labs/programs/advice.hh"
#include "labs/programs/served_folder.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr int backlog = 64;
constexpr std::size_t most_clients = 64;             // at once; the others wait in the queue of listen
constexpr std::size_t most_at_once = 16 * 1024;      // bytes of a recv
constexpr std::size_t file_part = 64 * 1024;         // bytes, and each has to go before the patience is over
constexpr std::uint64_t most_content = 1024 * 1024;  // bytes of a request's content, which is not looked at

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
  }
  return "";
}

/// RFC 9110 §5.6.7: Sun, 06 Nov 1994 08:49:37 GMT
std::string date() { return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::time(nullptr))); }

/// One client, from accept to close. Whatever it sends or does not send, it takes up no more than some buffers, and no
/// longer than the patience for each step.
class Visitor {
 public:
  Visitor(Program& program, const ServedFolder& folder, Patience patience, TcpListener::Accepted&& accepted)
      : program_(program),
        folder_(folder),
        patience_(patience),
        connection_(std::move(accepted.connection)),
        name_(accepted.peer.to_string()),
        deadline_(core::Deadline::after(patience)) {}

  int fd() const { return connection_.fd(); }
  short waits_for() const { return state_ == State::sending ? POLLOUT : POLLIN; }
  const core::Deadline& deadline() const { return deadline_; }
  bool is_gone() const { return state_ == State::gone; }

  /// Does what can be done now that its socket is ready.
  void go_on() {
    try {
      if (state_ != State::sending) receive();
      take_steps();
    } catch (const core::SystemError& error) {
      program_.terminal.say("program.gone"_text, {{"client", name_}, {"error", error.what()}});
      state_ = State::gone;
    }
  }

  /// The deadline has passed.
  void be_late() {
    if (state_ == State::sending) program_.terminal.say("http.late"_text, {{"client", name_}});
    if (state_ != State::reading || !parser_.is_inside()) {
      state_ = State::gone;
      return;
    }
    try {
      refuse(408, "the request did not come to its end in time");
      take_steps();
    } catch (const core::SystemError&) {
      state_ = State::gone;
    }
  }

 private:
  enum class State {
    reading,
    sending,
    leaving,  ///< the last response has gone. If it closed now with bytes unread, a reset could overtake that response.
    gone,
  };

  void receive() {
    const std::optional<std::string> bytes = connection_.try_receive(most_at_once);
    if (!bytes) return;
    if (bytes->empty()) {
      if (state_ == State::reading && parser_.is_inside()) {
        program_.terminal.say("http.broken-off"_text, {{"client", name_}});
      }
      state_ = State::gone;
      return;
    }
    if (state_ == State::reading) {
      unread_ += *bytes;
    } else if ((passed_over_ += bytes->size()) > most_content) {
      state_ = State::gone;
    }
  }

  void take_steps() {
    while ((state_ == State::reading && answer_next()) || (state_ == State::sending && send_next())) {
    }
  }

  /// Looks for a request in what was received, and no further while one is answered. False if there is none yet.
  bool answer_next() {
    std::string_view bytes = unread_;
    try {
      while (state_ == State::reading) {
        if (!pass_over_empty_line(bytes)) break;
        const std::optional<core::HttpPart> part = parser_.next(bytes);
        if (!part) break;
        if (const auto* head = std::get_if<core::HttpHead>(&*part)) {
          request_ = *head;
          content_ = 0;
          if (head->method != "GET" && head->method != "HEAD") {
            refuse(405, "this server knows GET and HEAD");
          } else {
            pass_over_content(head->content_length);
          }
        } else if (const auto* data = std::get_if<core::HttpData>(&*part)) {
          if (request_.content_end == core::HttpContentEnd::chunked) pass_over_content(data->bytes.size());
        } else if (std::holds_alternative<core::HttpEnd>(*part)) {
          answer();
        }
      }
    } catch (const core::HttpError& error) {
      refuse(core::status_of(error.fault()), error.what());
    }
    unread_.erase(0, unread_.size() - bytes.size());
    return state_ == State::sending;
  }

  /// One before each request, RFC 9112 §2.2. False if it may still become one.
  bool pass_over_empty_line(std::string_view& bytes) {
    constexpr std::string_view line_end = "\r\n";
    if (parser_.is_inside() || has_passed_over_line_ || bytes.empty()) return true;
    if (bytes.size() < line_end.size() && line_end.starts_with(bytes)) return false;
    if (bytes.starts_with(line_end)) bytes.remove_prefix(line_end.size());
    has_passed_over_line_ = true;
    return true;
  }

  /// The parser does not limit it: it would refuse a method's content before this server can refuse the method.
  void pass_over_content(std::uint64_t bytes) {
    if ((content_ += bytes) > most_content) throw core::HttpError(core::HttpFault::content_too_long);
  }

  void answer() {
    is_last_ = !request_.keeps_open();
    std::optional<ServedFile> file;
    try {
      file = folder_.open(request_.target);
    } catch (const core::SystemError&) {  // no descriptor is left: with a visitor less there will be one again
      return refuse(503, "this server has too much open now");
    }
    if (!file) return say(404, "there is no such file");
    begin_response(200, file->content_type, file->size);
    if (request_.method == "HEAD") return;
    file_ = std::move(file->descriptor);
    file_left_ = file->size;
  }

  /// Where the next request begins, nobody knows: this was the last one.
  void refuse(int status, std::string_view why) {
    is_last_ = true;
    say(status, why);
  }

  void say(int status, std::string_view why) {
    const std::string text = fmt::format("{} {}: {}.\n", status, reason_of(status), why);
    begin_response(status, "text/plain; charset=utf-8", text.size());
    if (request_.method != "HEAD") unsent_ += text;
  }

  void begin_response(int status, std::string_view content_type, std::uint64_t length) {
    unsent_ = fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n", status,
                          reason_of(status), date(), content_type, length);
    if (status == 405) unsent_ += "Allow: GET, HEAD\r\n";
    if (is_last_) {
      unsent_ += "Connection: close\r\n";
    } else if (request_.minor_version == 0) {
      unsent_ += "Connection: keep-alive\r\n";
    }
    unsent_ += "\r\n";
    const auto content_length = static_cast<std::int64_t>(length);
    state_ = State::sending;
    deadline_ = core::Deadline::after(patience_);
    program_.terminal.say("http.answered"_text, {{"client", name_},
                                                 {"request", request_.start_line.empty() ? "?" : request_.start_line},
                                                 {"status", std::int64_t{status}},
                                                 {"bytes", request_.method == "HEAD" ? 0 : content_length}});
  }

  /// One send. True when all of the response has gone.
  bool send_next() {
    unsent_.erase(0, connection_.try_send(unsent_));
    if (!unsent_.empty()) return false;
    if (file_left_ > 0) {
      read_file();
      return false;
    }
    file_ = core::FileDescriptor();
    request_ = {};
    has_passed_over_line_ = false;
    deadline_ = core::Deadline::after(patience_);
    state_ = State::reading;
    if (is_last_) {
      connection_.shut_down_writing();
      state_ = State::leaving;
    }
    return true;
  }

  void read_file() {
    unsent_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(file_left_, file_part)));
    const ssize_t bytes = ::read(file_.get(), unsent_.data(), unsent_.size());
    // A length was promised. If the file has become shorter, only the end of the stream can tell.
    if (bytes <= 0) {
      program_.terminal.say("http.file-shorter"_text, {{"client", name_}});
      state_ = State::gone;
      return;
    }
    unsent_.resize(static_cast<std::size_t>(bytes));
    file_left_ -= static_cast<std::uint64_t>(bytes);
    deadline_ = core::Deadline::after(patience_);
  }

  Program& program_;
  const ServedFolder& folder_;
  Patience patience_;
  TcpConnection connection_;
  std::string name_;
  core::Deadline deadline_;  ///< of what it does now
  State state_ = State::reading;
  core::HttpParser parser_;
  std::string unread_;                 ///< received, and not looked at
  core::HttpHead request_;             ///< that is received or answered
  std::uint64_t content_ = 0;          ///< bytes of it
  bool has_passed_over_line_ = false;  ///< before it
  bool is_last_ = false;               ///< the response that is sent
  std::string unsent_;
  core::FileDescriptor file_;  ///< to be sent behind that
  std::uint64_t file_left_ = 0;
  std::uint64_t passed_over_ = 0;  ///< bytes that came since it is leaving
};

class HttpServer {
 public:
  HttpServer(Program& program, const HttpServerOptions& options)
      : program_(program), folder_(options.folder), patience_(options.patience), listener_(program, backlog) {}

  /// Until it is interrupted.
  [[noreturn]] void serve() {
    program_.terminal.say("http.waits"_text, {{"url", fmt::format("http://{}/", listener_.address().to_string())}});
    while (true) {
      core::Poller poller;
      core::Deadline earliest = core::Deadline::never();
      if (visitors_.size() < room_) poller.watch(listener_.fd(), POLLIN);
      for (const Visitor& visitor : visitors_) {
        poller.watch(visitor.fd(), visitor.waits_for());
        if (visitor.deadline().remaining() < earliest.remaining()) earliest = visitor.deadline();
      }
      for (const pollfd& ready : program_.interruption.wait(poller, earliest)) {
        if (ready.fd == listener_.fd()) {
          welcome();
        } else {
          std::ranges::find(visitors_, ready.fd, &Visitor::fd)->go_on();
        }
      }
      for (Visitor& visitor : visitors_) {
        if (!visitor.is_gone() && visitor.deadline().expired()) visitor.be_late();
      }
      visitors_.remove_if([](const Visitor& visitor) { return visitor.is_gone(); });
    }
  }

 private:
  void welcome() {
    if (auto accepted = listener_.try_accept(visitors_.size(), room_)) {
      visitors_.emplace_back(program_, folder_, patience_, std::move(*accepted));
    }
  }

  Program& program_;
  ServedFolder folder_;
  Patience patience_;
  TcpListener listener_;
  std::size_t room_ = most_clients;
  std::list<Visitor> visitors_;
};

}  // namespace

int http_server(const HttpServerOptions& options) {
  const Description description{"http-server " + shell_word(options.folder), "http-get", Role::server,
                                core::Transport::stream};
  return perform(description, options, [&](Program& program) { HttpServer(program, options).serve(); });
}

}  // namespace wirelab::programs

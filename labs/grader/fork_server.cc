#include "labs/grader/fork_server.hh"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <type_traits>
#include <utility>

#include "core/error.hh"
#include "core/poller.hh"

namespace wirelab::grader {
namespace {

// Both ends are the same program: what goes between them are its own structures, and each is followed by a text.
struct Order {
  int ticket = 0;
  Allowance allowance;
  std::size_t text = 0;
};

struct Answer {
  enum class Kind { started, refused, ended };
  Kind kind = Kind::started;
  int error = 0;  ///< of the call that was refused, whose name is the text
  // Of what has ended, its report being the text.
  int ticket = 0;
  Ended::How how = Ended::How::finished;
  int signal = 0;
  std::chrono::milliseconds time{};
  std::chrono::milliseconds lateness{};
  std::size_t text = 0;
};

/// Where nobody reads any more it is lost: who expects an answer sees that.
void send_whole(int socket, const void* bytes, std::size_t size) {
  for (const char* next = static_cast<const char*>(bytes); size > 0;) {
    const ssize_t sent = ::send(socket, next, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) return;
    if (sent < 0) core::throw_errno("send");
    next += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

/// False if there is nothing more to come. ECONNRESET: the other process ended with something unread, unix(7).
bool receive_whole(int socket, void* bytes, std::size_t size) {
  for (char* next = static_cast<char*>(bytes); size > 0;) {
    const ssize_t received = ::recv(socket, next, size, 0);
    if (received < 0 && errno == EINTR) continue;
    if (received < 0 && errno != ECONNRESET) core::throw_errno("recv");
    if (received <= 0) return false;
    next += received;
    size -= static_cast<std::size_t>(received);
  }
  return true;
}

template <typename Head>
void tell(int socket, Head head, const std::string& text) {
  static_assert(std::is_trivially_copyable_v<Head>);
  head.text = text.size();
  send_whole(socket, &head, sizeof head);
  send_whole(socket, text.data(), text.size());
}

template <typename Head>
bool hear(int socket, Head& head, std::string& text) {
  if (!receive_whole(socket, &head, sizeof head)) return false;
  text.resize(head.text);
  return receive_whole(socket, text.data(), text.size());
}

Answer answer_of(const Ended& ended) {
  return {.kind = Answer::Kind::ended,
          .ticket = ended.ticket,
          .how = ended.how,
          .signal = ended.signal,
          .time = ended.time,
          .lateness = ended.lateness};
}

Ended ended_of(const Answer& answer, std::string report) {
  return {.ticket = answer.ticket,
          .how = answer.how,
          .signal = answer.signal,
          .report = std::move(report),
          .time = answer.time,
          .lateness = answer.lateness};
}

void hear_answer(int socket, Answer& answer, std::string& text) {
  if (!hear(socket, answer, text)) throw ServerIsGone();
}

/// Until nobody can give orders any more.
void serve(int socket, const ForkServer::Work& work) {
  Sandbox sandbox;
  for (;;) {
    if (sandbox.at_work() > 0) {
      if (const std::optional<Ended> ended = sandbox.wait(socket)) {
        tell(socket, answer_of(*ended), ended->report);
        continue;
      }
    }
    Order order;
    std::string text;
    if (!hear(socket, order, text)) return;
    try {
      sandbox.start(order.ticket, order.allowance, [&] { return work(text); });
      tell(socket, Answer{.kind = Answer::Kind::started}, "");
    } catch (const core::SystemError& error) {
      tell(socket, Answer{.kind = Answer::Kind::refused, .error = error.error()}, error.call());
    }
  }
}

[[noreturn]] void be_the_server(int socket, pid_t parent, const ForkServer::Work& work) {
  become_a_child(parent, socket);
  try {
    serve(socket, work);
  } catch (const std::exception&) {
    // Who gives the orders sees that the socket is closed.
    _exit(1);
  }
  _exit(0);
}

}  // namespace

ServerIsGone::ServerIsGone() : std::runtime_error("the process that starts the runs was killed") {}

ForkServer::ForkServer(const Work& work) {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) core::throw_errno("socketpair");
  socket_ = core::FileDescriptor(ends[0]);
  const core::FileDescriptor servers(ends[1]);
  // What is buffered would be printed twice.
  std::fflush(nullptr);
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ < 0) core::throw_errno("fork");
  if (process_ == 0) be_the_server(servers.get(), parent, work);
}

ForkServer::~ForkServer() {
  socket_ = {};
  while (waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ForkServer::start(int ticket, const Allowance& allowance, const std::string& order) {
  tell(socket_.get(), Order{.ticket = ticket, .allowance = allowance}, order);
  Answer answer;
  std::string text;
  // Others may have ended in the meantime.
  while (hear_answer(socket_.get(), answer, text), answer.kind == Answer::Kind::ended) {
    ended_.push_back(ended_of(answer, std::move(text)));
  }
  if (answer.kind == Answer::Kind::refused) throw core::SystemError(text, answer.error);
  ++at_work_;
}

std::optional<Ended> ForkServer::wait(int interrupt) {
  if (ended_.empty()) {
    core::Poller poller;
    if (interrupt != core::FileDescriptor::none) poller.watch(interrupt, POLLIN);
    poller.watch(socket_.get(), POLLIN);
    if (poller.wait(core::Deadline::never()).front().fd == interrupt) return std::nullopt;
    Answer answer;
    std::string text;
    hear_answer(socket_.get(), answer, text);
    ended_.push_back(ended_of(answer, std::move(text)));
  }
  Ended ended = std::move(ended_.front());
  ended_.pop_front();
  --at_work_;
  return ended;
}

}  // namespace wirelab::grader

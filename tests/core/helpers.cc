#include "tests/core/helpers.hh"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>

#include "core/deadline.hh"

namespace wirelab::core::test {
namespace {

/// How many signals this thread has handled. A pointer, because a handler may touch lock-free atomics only.
thread_local std::atomic<int>* handled = nullptr;

void count_signal(int) {
  if (handled != nullptr) handled->fetch_add(1);
}

void install_handler() {
  struct sigaction action {};
  action.sa_handler = count_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = 0;  // not SA_RESTART: a call that is interrupted shall see EINTR
  if (sigaction(SIGUSR1, &action, nullptr) == -1) throw_errno("sigaction");
}

}  // namespace

#ifdef SYS_poll
const long poll_call = SYS_poll;
#else
const long poll_call = SYS_ppoll;
#endif

bool eventually(const std::function<bool()>& fact) {
  const Deadline deadline = Deadline::after(patience);
  while (!fact()) {
    if (deadline.expired()) return false;
    std::this_thread::yield();
  }
  return true;
}

std::string receive_text(StreamSocket& socket, std::size_t most) {
  std::string text(most, '\0');
  text.resize(socket.receive(std::as_writable_bytes(std::span(text))));
  return text;
}

std::string receive_all(StreamSocket& socket) {
  std::string all;
  while (true) {
    const std::string part = receive_text(socket, 64 * 1024);
    if (part.empty()) return all;
    all += part;
  }
}

std::string pattern(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<char>(state >> 24);
  }
  return bytes;
}

bool has_ipv6() {
  try {
    DatagramSocket::create(Family::ipv6).bind(Address::loopback(Family::ipv6, 0));
    return true;
  } catch (const SystemError&) {
    return false;
  }
}

Listener listen_on_loopback(Family family, int backlog) {
  StreamSocket socket = StreamSocket::create(family);
  socket.bind(Address::loopback(family, 0));
  return Listener(std::move(socket), backlog);
}

Connection connected(Family family) {
  Listener listener = listen_on_loopback(family);
  StreamSocket client = StreamSocket::create(family);
  client.connect(listener.local_address());
  return {std::move(client), listener.accept().socket};
}

SystemError error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const SystemError& error) {
    return error;
  }
  ADD_FAILURE() << "the call succeeded, and should have failed";
  return SystemError("none", 0);
}

Sleeper::Sleeper(std::function<void(std::stop_token)> body) : end_(ended_.get_future()) {
  install_handler();
  thread_ = std::jthread([this, body = std::move(body)](std::stop_token stop) {
    handled = &signals_;
    id_ = static_cast<int>(::gettid());
    try {
      body(stop);
      ended_.set_value();
    } catch (...) {
      ended_.set_exception(std::current_exception());
    }
    handled = nullptr;
  });
}

Sleeper::~Sleeper() {
  if (thread_.joinable()) stop();
}

bool Sleeper::falls_asleep_in(long system_call) {
  return eventually([&] {
    const std::string task = "/proc/self/task/" + std::to_string(id_.load());
    long number = -1;
    if (!(std::ifstream(task + "/syscall") >> number) || number != system_call) return false;  // else: "running"
    std::string stat;
    std::getline(std::ifstream(task + "/stat"), stat);
    const std::size_t state = stat.rfind(") ");
    return state != std::string::npos && stat[state + 2] == 'S';
  });
}

bool Sleeper::is_interrupted() {
  const int before = signals_;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  return eventually([&] { return signals_ > before; });
}

void Sleeper::stop() {
  thread_.request_stop();
  eventually([&] {
    if (end_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) return true;
    pthread_kill(thread_.native_handle(), SIGUSR1);
    return end_.wait_for(std::chrono::milliseconds(1)) == std::future_status::ready;
  });
  thread_.join();
}

void Sleeper::join() {
  if (end_.wait_for(patience) != std::future_status::ready) {
    ADD_FAILURE() << "the thread is still in its call";
    stop();
  }
  if (thread_.joinable()) thread_.join();
  end_.get();
}

}  // namespace wirelab::core::test

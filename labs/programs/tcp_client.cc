// The client of the tutorial: it sends what is typed, line by line, and shows what comes back.
#include <poll.h>

#include <cstddef>
#include <iterator>
#include <string>

#include "labs/programs/incoming.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr std::size_t most_at_once = 1024;  // bytes of a recv

class TcpClient {
 public:
  explicit TcpClient(Program& program)
      : program_(program), connection_(program, program.address), incoming_(program, program.address) {
    program_.terminal.say("program.connected"_text, {{"address", program_.address.to_string()}});
  }

  void talk() {
    while (const auto line = ask_for_message(program_)) {
      if (!show_what_came_late()) return;
      connection_.send_all(*line);
      program_.terminal.say("program.sent"_text, {{"bytes", std::ssize(*line)}});
      if (!show_answer()) return;
    }
  }

 private:
  /// An answer may come in parts, or the server may be gone since. False at the end of the stream. A server that sends
  /// for ever keeps no message from being sent: what was there is shown, and one recv more, for the end behind it.
  bool show_what_came_late() {
    const std::size_t was_there = connection_.unread_bytes();
    for (std::size_t shown = 0; program_.interruption.is_ready(connection_.fd(), POLLIN);) {
      const bool is_last = shown >= was_there;
      const std::string bytes = connection_.receive(most_at_once);
      if (!incoming_.say(bytes)) return false;
      if (is_last) break;
      shown += bytes.size();
    }
    return true;
  }

  bool show_answer() { return incoming_.say(connection_.receive(most_at_once)); }

  Program& program_;
  TcpConnection connection_;
  Incoming incoming_;
};

}  // namespace

int tcp_client(const Options& options) {
  const Description description{"tcp-client", "tcp-server", Role::client, core::Transport::stream};
  return perform(description, options, [](Program& program) { TcpClient(program).talk(); });
}

}  // namespace wirelab::programs

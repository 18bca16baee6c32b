// The client of the tutorial: it sends what is typed, line by line, and shows what comes back.
#include <fmt/format.h>
#include <poll.h>

#include <cstddef>
#include <string>

#include "labs/programs/sockets.hh"
#include "labs/programs/stream_text.hh"
#include "labs/render/text.hh"

namespace wirelab::programs {
namespace {

constexpr std::size_t most_at_once = 1024;  // bytes of a recv

class TcpClient {
 public:
  explicit TcpClient(Program& program) : program_(program), connection_(program, program.address) {
    program_.terminal.say(fmt::format("Connected to {}.", program_.address.to_string()));
  }

  void talk() {
    while (const auto line = ask_for_message(program_)) {
      if (!show_what_came_late()) return;
      connection_.send_all(*line);
      program_.terminal.say(fmt::format("Sent {}.", render::count_of(std::ssize(*line), "byte")));
      if (!show(connection_.receive(most_at_once))) return;
    }
  }

 private:
  /// An answer may come in parts, or the server may be gone since.
  bool show_what_came_late() {
    while (program_.interruption.is_ready(connection_.fd(), POLLIN)) {
      if (!show(connection_.receive(most_at_once))) return false;
    }
    return true;
  }

  /// False at the end of the stream.
  bool show(const std::string& bytes) {
    if (bytes.empty()) {
      if (!text_.unfinished().empty()) program_.terminal.say("A character was left unfinished: " + text_.unfinished());
      program_.terminal.say("The server has closed: recv returned 0 bytes.");
      return false;
    }
    const std::string text = text_.take(bytes);
    program_.terminal.say(fmt::format("Received {}: {}{}", render::count_of(std::ssize(bytes), "byte"), text,
                                      text_.unfinished().empty() ? "" : "…"));
    return true;
  }

  Program& program_;
  TcpConnection connection_;
  StreamText text_;
};

}  // namespace

int tcp_client(const Options& options) {
  const Description description{"tcp-client", "tcp-server", Role::client, core::Transport::stream};
  return perform(description, options, [](Program& program) { TcpClient(program).talk(); });
}

}  // namespace wirelab::programs

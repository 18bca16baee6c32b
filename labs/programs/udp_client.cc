// The client of the tutorial over UDP: each line is a datagram, and an answer may never come.
#include <poll.h>

#include <chrono>
#include <cstddef>
#include <iterator>

#include "labs/programs/incoming.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr std::size_t most_of_datagram = 1024;  // bytes of a recvfrom

class UdpClient {
 public:
  UdpClient(Program& program, Patience patience) : program_(program), patience_(patience), socket_(program) {
    // Sends nothing: it lets the kernel tell of a refusal, and keeps strangers' datagrams out.
    socket_.connect(program.address);
  }

  void talk() {
    while (const auto line = ask_for_message(program_)) {
      show_what_came_late();
      socket_.send_to(*line, program_.address);
      program_.terminal.say("program.sent"_text, {{"bytes", std::ssize(*line)}});
      if (const auto answer = socket_.receive_from(most_of_datagram, core::Deadline::after(patience_))) {
        say_received(program_, *answer);
      } else {
        program_.terminal.say("program.no-answer"_text);
      }
    }
  }

 private:
  void show_what_came_late() {
    while (program_.interruption.is_ready(socket_.fd(), POLLIN)) {
      const auto late = socket_.try_receive_from(most_of_datagram);
      if (!late) continue;
      program_.terminal.say("program.late"_text);
      say_received(program_, *late);
    }
  }

  Program& program_;
  Patience patience_;
  UdpSocket socket_;
};

}  // namespace

int udp_client(const UdpClientOptions& options) {
  return perform({"udp-client", "udp-server", Role::client, core::Transport::datagram}, options,
                 [&](Program& program) { UdpClient(program, options.patience).talk(); });
}

}  // namespace wirelab::programs

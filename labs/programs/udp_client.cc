// The client of the tutorial over UDP: each line is a datagram, and an answer may never come.
#include <fmt/format.h>
#include <poll.h>

#include <chrono>
#include <cstddef>
#include <string_view>

#include "labs/programs/sockets.hh"
#include "labs/render/text.hh"

namespace wirelab::programs {
namespace {

constexpr std::size_t most_of_datagram = 1024;  // bytes of a recvfrom

class UdpClient {
 public:
  UdpClient(Program& program, core::Deadline::Clock::duration patience)
      : program_(program), patience_(patience), socket_(program) {
    // Sends nothing: it lets the kernel tell of a refusal, and keeps strangers' datagrams out.
    socket_.connect(program.address);
  }

  void talk() {
    while (const auto line = ask_for_message(program_)) {
      while (program_.interruption.is_ready(socket_.fd(), POLLIN)) {
        if (const auto late = socket_.try_receive_from(most_of_datagram)) show("Received late:", *late);
      }
      socket_.send_to(*line, program_.address);
      program_.terminal.say(fmt::format("Sent {}.", render::count_of(std::ssize(*line), "byte")));
      if (const auto answer = socket_.receive_from(most_of_datagram, core::Deadline::after(patience_))) {
        show("Received", *answer);
      } else {
        program_.terminal.say("No answer so far: it is late, or a datagram was lost, the message or the answer.");
      }
    }
  }

 private:
  void show(std::string_view how, const UdpSocket::Datagram& datagram) {
    program_.terminal.say(fmt::format("{} {}: {}", how, datagram.size(), datagram.bytes));
  }

  Program& program_;
  core::Deadline::Clock::duration patience_;
  UdpSocket socket_;
};

}  // namespace

int udp_client(const UdpClientOptions& options) {
  const auto patience = std::chrono::duration_cast<core::Deadline::Clock::duration>(options.patience);
  return perform({"udp-client", "udp-server", Role::client, core::Transport::datagram}, options,
                 [&](Program& program) { UdpClient(program, patience).talk(); });
}

}  // namespace wirelab::programs

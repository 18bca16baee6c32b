// The server of the tutorial over UDP: no connection, a datagram for each message and one for each answer.
#include <fmt/format.h>

#include <cstddef>
#include <string_view>

#include "core/error.hh"
#include "labs/programs/sockets.hh"
#include "labs/render/text.hh"

namespace wirelab::programs {
namespace {

constexpr std::string_view answer = "Receive your message";
constexpr std::size_t most_of_datagram = 1024;  // bytes of a recvfrom

void serve(Program& program) {
  UdpSocket socket(program);
  socket.bind(program.address);
  program.terminal.say(
      fmt::format("Waiting for a datagram at {}. Ctrl-C ends this.", socket.local_address().to_string()));
  while (true) {
    const UdpSocket::Datagram datagram = *socket.receive_from(most_of_datagram);
    const std::string sender = datagram.from.to_string();
    program.terminal.say(fmt::format("Received {} from {}: {}", datagram.size(), sender, datagram.bytes));
    try {
      socket.send_to(answer, datagram.from);
      program.terminal.say(
          fmt::format("Fed back {} to {}: {}", render::count_of(std::ssize(answer), "byte"), sender, answer));
    } catch (const core::SystemError& error) {
      program.terminal.say(fmt::format("Could not answer {}: {}.", sender, error.what()));
    }
  }
}

}  // namespace

int udp_server(const Options& options) {
  return perform({"udp-server", "udp-client", Role::server, core::Transport::datagram}, options, serve);
}

}  // namespace wirelab::programs

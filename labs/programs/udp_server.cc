// The server of the tutorial over UDP: no connection, a datagram for each message and one for each answer.
#include <cstddef>
#include <string>
#include <string_view>

#include "labs/programs/incoming.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr std::string_view answer = "Receive your message";
constexpr std::size_t most_of_datagram = 1024;  // bytes of a recvfrom

void serve(Program& program) {
  UdpSocket socket(program);
  socket.bind(program.address);
  program.terminal.say("program.waits-for-datagram"_text, {{"address", socket.local_address().to_string()}});
  while (true) {
    const UdpSocket::Datagram datagram = *socket.receive_from(most_of_datagram);
    say_received(program, datagram);
    feed_back(program, socket, answer, datagram.from);
  }
}

}  // namespace

int udp_server(const Options& options) {
  return perform({"udp-server", "udp-client", Role::server, core::Transport::datagram}, options, serve);
}

}  // namespace wirelab::programs

// Hears what is sent to everyone on the loopback device, and answers. As many of them as there are terminals.
#include <fmt/format.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "labs/programs/broadcast.hh"
#include "labs/programs/incoming.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr std::size_t most_of_datagram = 1024;  // bytes of a recvfrom

void listen(Program& program) {
  UdpSocket socket(program);
  // All of this machine's listeners share the port; each has its own copy of a broadcast, socket(7).
  socket.set_option("SO_REUSEADDR", 1);
  socket.bind(program.address);
  const std::int64_t process = getpid();
  program.terminal.say("program.listens-for-broadcasts"_text,
                       {{"address", socket.local_address().to_string()}, {"process", std::to_string(process)}});
  const std::string answer = fmt::format("Process {} has heard you.", process);
  while (true) {
    const UdpSocket::Datagram datagram = *socket.receive_from(most_of_datagram);
    say_received(program, datagram);
    feed_back(program, socket, answer, datagram.from);
  }
}

}  // namespace

int broadcast_listen(const Options& options) {
  return perform({"broadcast-listen", "broadcast-send", Role::server, core::Transport::datagram},
                 on_the_loopback_broadcast(options), listen);
}

}  // namespace wirelab::programs

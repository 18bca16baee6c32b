// Asks everyone on the loopback device with one datagram, and shows who answers.
#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

#include "core/deadline.hh"
#include "labs/programs/broadcast.hh"
#include "labs/programs/incoming.hh"
#include "labs/programs/sockets.hh"

namespace wirelab::programs {
namespace {

constexpr std::size_t most_of_datagram = 1024;  // bytes of a recvfrom

void ask(Program& program, const std::string& text, Patience patience) {
  UdpSocket socket(program);
  socket.set_option("SO_BROADCAST", 1);
  socket.send_to(text, program.address);
  program.terminal.say("program.sent-to-everyone"_text,
                       {{"bytes", std::ssize(text)}, {"address", program.address.to_string()}});
  // One limit for all of them: somebody might answer for ever.
  const auto deadline = core::Deadline::after(patience);
  std::int64_t answers = 0;
  while (const auto answer = socket.receive_from(most_of_datagram, deadline)) {
    ++answers;
    say_received(program, *answer);
  }
  const std::string seconds = fmt::format("{:g}", std::chrono::duration<double>(patience).count());
  if (answers == 0) {
    program.terminal.say("program.nobody-answered"_text, {{"seconds", seconds}});
  } else {
    program.terminal.say("program.all-answers"_text, {{"answers", answers}, {"seconds", seconds}});
  }
}

}  // namespace

int broadcast_send(const BroadcastSendOptions& options) {
  return perform({"broadcast-send", "broadcast-listen", Role::client, core::Transport::datagram},
                 on_the_loopback_broadcast(options),
                 [&](Program& program) { ask(program, options.text, options.patience); });
}

}  // namespace wirelab::programs

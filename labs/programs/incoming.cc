#include "labs/programs/incoming.hh"

#include <iterator>

#include "core/error.hh"

namespace wirelab::programs {

bool Incoming::say(const std::string& bytes) {
  Terminal& terminal = program_->terminal;
  if (!bytes.empty()) {
    std::string text = text_.take(bytes);
    if (!text_.unfinished().empty()) text += "…";
    terminal.say("program.received"_text, {{"bytes", std::ssize(bytes)}, {"sender", sender_}, {"text", text}});
    return true;
  }
  if (const std::string& rest = text_.unfinished(); !rest.empty()) {
    terminal.say("program.unfinished"_text, {{"sender", sender_}, {"rest", rest}});
  }
  terminal.say("program.closed"_text, {{"sender", sender_}});
  return false;
}

void say_received(Program& program, const UdpSocket::Datagram& datagram) {
  const words::Arguments arguments = {{"bytes", std::ssize(datagram.bytes)},
                                      {"full", static_cast<std::int64_t>(datagram.full_length)},
                                      {"sender", datagram.from.to_string()},
                                      {"text", datagram.bytes}};
  program.terminal.say(datagram.is_cut() ? "program.received.cut"_text : "program.received"_text, arguments);
}

void feed_back(Program& program, UdpSocket& socket, std::string_view answer, const core::Address& receiver) {
  const std::string name = receiver.to_string();
  try {
    socket.send_to(answer, receiver);
    program.terminal.say("program.fed-back"_text,
                         {{"bytes", std::ssize(answer)}, {"receiver", name}, {"text", std::string(answer)}});
  } catch (const core::SystemError& error) {
    program.terminal.say("program.not-fed-back"_text, {{"receiver", name}, {"error", error.what()}});
  }
}

}  // namespace wirelab::programs

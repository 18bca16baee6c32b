// What comes from a peer, said as it comes.
#pragma once

#include <string>
#include <string_view>

#include "labs/programs/program.hh"
#include "labs/programs/sockets.hh"
#include "labs/programs/stream_text.hh"

namespace wirelab::programs {

/// One direction of a connection.
class Incoming {
 public:
  Incoming(Program& program, const core::Address& sender) : program_(&program), sender_(sender.to_string()) {}

  /// What a recv brought. False if that was the end: no bytes.
  bool say(const std::string& bytes);

 private:
  Program* program_;
  std::string sender_;
  StreamText text_;
};

void say_received(Program& program, const UdpSocket::Datagram& datagram);

/// Answers a datagram, and says so. That an answer cannot be sent is told, and no reason to end.
void feed_back(Program& program, UdpSocket& socket, std::string_view answer, const core::Address& receiver);

}  // namespace wirelab::programs

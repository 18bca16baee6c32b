#include "labs/programs/advice.hh"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>
#include <limits>

namespace wirelab::programs {
namespace {

std::string in_use(const Description& program, const core::Address& address) {
  const bool is_stream = program.transport == core::Transport::stream;
  const std::uint16_t port = address.port();
  const std::uint16_t other = port == std::numeric_limits<std::uint16_t>::max() ? port - 1 : port + 1;
  std::string text = fmt::format("Port {} is taken. Which program has it is shown by\n  ss -{}np 'sport = :{}'\n", port,
                                 is_stream ? "lt" : "lu", port);
  if (is_stream) {
    text += fmt::format(
        "If that shows none, connections of a server that has ended are in TIME-WAIT, for 60 seconds:\n"
        "  ss -tan 'sport = :{}'\n"
        "They are in the way unless both servers, the old one and the new one, set SO_REUSEADDR before bind. This "
        "one does.\n",
        port);
  }
  return text + fmt::format("Or take another port:\n  {}\n", command(program.name, address.with_port(other)));
}

std::string refused(const Description& program, const core::Address& address) {
  return fmt::format("Nobody waits at {}. Start the server first, in another terminal:\n  {}\n", address.to_string(),
                     command(program.other, address));
}

}  // namespace

std::string advice(const core::SystemError& error, const Description& program, const core::Address& address) {
  switch (error.error()) {
    case EADDRINUSE:
      return in_use(program, address);
    case ECONNREFUSED:
      return refused(program, address);
    case EACCES:
      if (error.call() != "bind") return "";
      return "Ports below 1024 are kept for programs with the capability CAP_NET_BIND_SERVICE. Take one from 1024 "
             "on.\n";
    case EAFNOSUPPORT:
    case EADDRNOTAVAIL:
      return "This machine has no such address. Take 127.0.0.1.\n";
    case ECONNRESET:
    case EPIPE:
      return "The other program has ended the connection, or has died.\n";
    default:
      return "";
  }
}

std::string command(const std::string& program, const core::Address& address) {
  return fmt::format("{} {} {} {}", program_invocation_name, program, address.host(), address.port());
}

}  // namespace wirelab::programs

// Where a program waits, or whom it calls: never farther away than this machine.
#pragma once

#include <stdexcept>
#include <string>

#include "core/address.hh"

namespace wirelab::programs {

/// The command line asks for what is not possible; what() says why.
class WrongArgument : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Role { server, client };

/// The address that `host` (127.0.0.1, ::1, localhost) and `port` name. A server may take port 0: any that is free.
/// No name server is asked. Throws WrongArgument: not of this machine's loopback interface, or no port.
core::Address endpoint(const std::string& host, const std::string& port, Role role);

}  // namespace wirelab::programs

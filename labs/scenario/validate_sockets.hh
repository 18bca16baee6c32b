// Plays an actor's steps over on imagined sockets, and complains about what no kernel would do.
#pragma once

#include <map>
#include <string>

#include "labs/scenario/problems.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

/// Which socket a step is about.
struct SocketUse {
  int socket = 0;  ///< numbers the actor's sockets, from 1
  SocketType type = SocketType::stream;
  std::string peer;  ///< the actor it was connected to; empty: it was accepted, or is not connected
  bool accepted = false;
};

/// By the step's address; steps that are about no socket are absent.
using SocketUses = std::map<const Step*, SocketUse>;

/// `framing_is_known`: false if the file's framing could not be read, so that its absence means nothing.
SocketUses validate_sockets(const Actor& actor, Family family, bool framing_is_known, Problems& problems);

}  // namespace wirelab::scenario

// The network of the programs for broadcasts.
#pragma once

#include "core/address.hh"
#include "labs/programs/programs.hh"

namespace wirelab::programs {

/// The same options, at the address that means everyone on the loopback device. A listener that is bound to it hears
/// broadcasts of this machine alone; bound to any address it would hear those of its network too.
inline Options on_the_loopback_broadcast(Options options) {
  options.host = core::Address::loopback_broadcast(0).host();
  return options;
}

}  // namespace wirelab::programs

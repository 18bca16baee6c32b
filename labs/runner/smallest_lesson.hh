// A handshake and the end of it between two hosts: what tells whether this machine lets us make hosts, and how fast it
// is.
#pragma once

#include "labs/timeline/event.hh"

namespace wirelab::runner {

/// Enters a user namespace and plays it on hosts of its own. In a process of its own, while that has one thread: there
/// is no way back out of the namespace. Throws core::SystemError that names the step the machine refused.
timeline::Timeline play_the_smallest_lesson();

}  // namespace wirelab::runner

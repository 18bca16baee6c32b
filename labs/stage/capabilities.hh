// What an actor must not have, capabilities(7).
#pragma once

namespace wirelab::stage {

/// Gives up every capability of the calling thread. An actor must meet the EACCES its own program would meet, even
/// where the lab is run by root, or by a thread that has made the network itself. Throws core::SystemError.
void drop_capabilities();

}  // namespace wirelab::stage

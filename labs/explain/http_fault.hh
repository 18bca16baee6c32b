// What is wrong with a message of HTTP, in words.
#pragma once

#include "core/http.hh"
#include "labs/words/message.hh"

namespace wirelab::explain {

/// The text that names the fault. Faults of size share one.
words::TextId text_of(core::HttpFault fault);

}  // namespace wirelab::explain

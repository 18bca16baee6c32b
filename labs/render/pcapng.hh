// The packets of a run as a capture file for Wireshark and its like: pcapng, draft-ietf-opsawg-pcapng.
//
// Every packet is in it once, at the interface of the host that sent it and at the time at which it came to the wire,
// in the order of these times: those too that the wire dropped, kept back or delivered twice. Comments on a packet say
// what became of it, which call sent it and which one it woke, and what our annotations say of it. Times count from the
// beginning of the run, which is shown as 1 January 1970.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "labs/render/record.hh"

namespace wirelab::render {

/// Takes the next bytes of a file.
using Sink = std::function<void(std::string_view)>;

/// Hands the file over block by block, so that it is never held in memory as a whole. A packet recorded without its
/// bytes is left out; the comment of the section counts these.
void write_pcapng(const RunRecord& record, const Sink& sink);

std::string to_pcapng(const RunRecord& record);

}  // namespace wirelab::render

// The packets of a run as a capture file for Wireshark and its like: pcapng, draft-ietf-opsawg-pcapng.
//
// Every packet is in it once, at the interface of the host that sent it and at the time at which it came to the wire,
// in the order of these times: those too that the wire dropped, kept back or delivered twice. Comments on a packet say
// what became of it, which call sent it and which one it woke, and what our annotations say of it. Times count from the
// beginning of the run, which is shown as 1 January 1970.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "labs/render/record.hh"
#include "labs/render/sink.hh"

namespace wirelab::render {

/// Packets that were written down while the run went on, because there are too many to be kept.
struct LaterPackets {
  timeline::Nanoseconds from = 0;  ///< when the first of them came: all later ones are among them
  std::function<void()> write;     ///< hands their blocks to the sink
};

/// Hands the file over block by block, so that it is never held in memory as a whole.
void write_pcapng(const RunRecord& record, const Sink& sink, const std::optional<LaterPackets>& later = {});

/// The block of a packet of which the record knows no more.
std::string pcapng_block(const timeline::Event& packet);

std::string to_pcapng(const RunRecord& record);

}  // namespace wirelab::render

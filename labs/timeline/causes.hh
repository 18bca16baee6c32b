// Which call sent a packet, and which call a packet woke. Pure.
#pragma once

#include "labs/timeline/event.hh"

namespace wirelab::timeline {

/// Fills in Packet::cause and Packet::woke of a stepped run whose events are in causal order. What a kernel sends by
/// itself (an acknowledgement, a retransmission) has no cause among the calls.
void join_packets_to_calls(Timeline& timeline);

}  // namespace wirelab::timeline

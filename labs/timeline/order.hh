// From the order in which things were noticed to the order in which they must have happened.
#pragma once

#include <vector>

#include "labs/timeline/event.hh"

namespace wirelab::timeline {

/// Sorts the events of a stepped run by what is causal: first by epoch, in an epoch whoever was let go before those it
/// woke, these by lane, each lane by its own order. Numbers the events anew and mends every reference to them.
/// `let_go_in[e]` is the lane that was let go in epoch e.
void order_causally(Timeline& timeline, const std::vector<LaneIndex>& let_go_in);

}  // namespace wirelab::timeline

// From the order in which things were noticed to the order in which they must have happened.
#pragma once

#include <cstddef>
#include <vector>

#include "labs/timeline/event.hh"

namespace wirelab::timeline {

/// A point in the story of a run.
struct Moment {
  std::size_t event = 0;  ///< index into Timeline::events
  bool is_end = false;    ///< the call returns, the packet that was kept back is delivered

  bool operator==(const Moment&) const = default;
};

/// A run's story from its first point to its last, each after what caused it. Every event has a point, where it begins;
/// and a second one, its end, if something else had to happen before: a call that was asleep, a packet that the wire
/// held or delayed.
///
/// In a stepped run what is causal alone decides: the epochs, each lane's own order, and within an epoch who sent the
/// bytes, the FIN, the datagram or the packet that somebody was woken by. What has no order comes in that of the lanes,
/// so the story is the same however long anything took. A free run goes by the clock.
std::vector<Moment> moments_of(const Timeline& timeline);

/// Sorts the events of a stepped run by the points at which they begin, numbers them anew and mends every reference to
/// them. `let_go_in[e]` is the lane that was let go in epoch e, or nobody: it comes first there.
void order_causally(Timeline& timeline, const std::vector<LaneIndex>& let_go_in);

}  // namespace wirelab::timeline

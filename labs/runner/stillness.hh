// Is the world still? Nobody runs, and everything sent is in the kernel it was sent to, or behind something that only a
// step can end. What this finds decides when the next step may go: it is the heart of every promise about order.
#pragma once

#include "labs/runner/world.hh"

namespace wirelab::runner {

struct Stillness {
  /// Nobody runs, and nothing moves but what a clock or the wire will move.
  bool quiet = false;
  /// And everything sent is where only a step can move it on; a packet that was lost is not.
  bool still = false;
  /// Something would yet happen by itself if one waited: a retransmission, a delayed acknowledgement.
  bool kernel_timer = false;
  /// If that is a retransmission which keeps the world from being still: when.
  std::optional<Clock::time_point> sends_again_at;
};

/// Looks once, without waiting. Lock held. Also takes note of datagrams that have arrived since the last look.
Stillness look(World& world);

/// Takes note of datagrams that have arrived. Lock held. False: some that were sent are not accounted for yet.
bool account_for_datagrams(World& world);

/// Whether the queue of the listener behind this connection is full, so that its kernel ignores what knocks. Lock held.
bool accept_queue_is_full(World& world, const Tracked& tracked);

/// Is nothing of the connections on its way any more? Lock held. Used once more when all actors are gone.
Stillness look_at_connections(World& world);

}  // namespace wirelab::runner

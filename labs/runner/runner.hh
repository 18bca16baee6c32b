// A scenario played on a stage: what comes out is its timeline.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.hh"
#include "labs/runner/packet_log.hh"
#include "labs/scenario/scenario.hh"
#include "labs/stage/private_network.hh"
#include "labs/stage/stage.hh"
#include "labs/timeline/event.hh"

namespace wirelab::runner {

/// What a run may play on: with the right to make networks, on hosts of their own; without, on loopback.
struct Ground {
  std::optional<stage::UserNamespace> right;
  std::string why_not;                 ///< without: what failed, in one line
  bool capture = false;                ///< on loopback: record the packets of its device, where the process may
  std::int64_t most_packets = 20'000;  ///< that become events; the others are counted, and go to the sink
  PacketSink sink = {};                ///< called on the thread that runs; may be empty

  /// With the right, if this machine gives it. While the process has one thread. Throws GroundLost.
  static Ground best();
};

/// The machine let us have a user namespace and then no network in it, or an incomplete one: the process can play
/// neither there nor outside any more. Another one can, on loopback.
class GroundLost : public core::SystemError {
 public:
  /// `step`: what the machine refused.
  explicit GroundLost(const core::SystemError& step) : core::SystemError(step) {}
};

/// What an actor received had no room on the disk. Whose fault that is knows whoever made the disk.
class DiskFull : public core::SystemError {
 public:
  explicit DiskFull(const core::SystemError& write) : core::SystemError(write) {}
};

/// The actors, copies counted: the columns of every picture.
std::vector<timeline::Lane> lanes_of(const scenario::Scenario& scenario);

/// A run that is over. The kernel takes longer to take a stage down than most runs take: whoever has something to show
/// shows it first.
struct Run {
  timeline::Timeline line;
  std::unique_ptr<stage::Stage> stage;  ///< it was played on; null: nothing was
};

/// Plays the scenario, with a thread per actor, and returns when it is over: every actor has exited, or nobody can ever
/// move again, or a limit was reached, or the user asked to stop (SIGINT, SIGTERM, SIGHUP). Whatever it made is gone by
/// then but the stage: threads, actors' sockets, received files. At most scenario.limits.run long.
///
/// `stage: auto` is the wire where the ground has it, else loopback. What a scenario cannot do on its stage comes back
/// as Outcome::not_possible_here; so does a `???` in a step as Outcome::unanswered. Throws GroundLost,
/// DiskFull, and core::SystemError where the machine itself fails (no threads, no memory, no /proc). Only one run at a
/// time in a process.
Run run(const scenario::Scenario& scenario, const Ground& ground = {});

}  // namespace wirelab::runner

// A scenario played on a stage: what comes out is its timeline.
#pragma once

#include "labs/scenario/scenario.hh"
#include "labs/timeline/event.hh"

namespace wirelab::runner {

/// Plays the scenario, with a thread per actor, and returns when it is over: every actor has exited, or nobody can ever
/// move again, or a limit was reached, or the user asked to stop (SIGINT, SIGTERM, SIGHUP). Whatever it made is gone by
/// then: threads, sockets, scratch folder. At most scenario.limits.run long.
///
/// What a scenario cannot do on any stage this machine offers comes back as Outcome::not_possible_here; so does a
/// `???` in a step as Outcome::unanswered. Throws core::SystemError where the machine itself fails (no threads, no
/// memory, no /proc). Only one run at a time in a process.
timeline::Timeline run(const scenario::Scenario& scenario);

}  // namespace wirelab::runner

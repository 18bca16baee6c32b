// What the scenario says about the order of its steps: facts that cannot come true, circles, races.
#pragma once

#include <map>
#include <string>

#include "labs/scenario/plan.hh"
#include "labs/scenario/problems.hh"
#include "labs/scenario/scenario.hh"
#include "labs/scenario/validate_sockets.hh"

namespace wirelab::scenario {

/// An actor whose steps are known for certain.
struct CertainActor {
  Plan plan;
  SocketUses uses;
};
using CertainActors = std::map<std::string, CertainActor, std::less<>>;

/// Facts of `actors`' steps and of the wire's rules that name a step that its actor never makes, or not as often.
void validate_facts(const Scenario& scenario, const CertainActors& actors, Problems& problems);

/// Circles of `after`s: steps each of which waits for the next.
void validate_circles(const CertainActors& actors, Problems& problems);

/// Warns of a `connect` or `sendto` that nothing orders after the peer's `listen` or `bind`; and, if the run
/// `ends_well`, of two closes of one connection that nothing orders. Only where every actor is certain.
void validate_races(const CertainActors& actors, bool ends_well, Problems& problems);

}  // namespace wirelab::scenario

// What can be known of a scenario before it runs, beyond the words of it: sockets used as no kernel would let them,
// facts that never come true, circles of `after`, races.
#pragma once

#include <set>
#include <string>

#include "labs/scenario/problems.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

struct Validation {
  /// Actors with a mistake or a `???` in them: of what they do nothing certain is known, so nothing is said.
  std::set<std::string> uncertain_actors;
  /// Are all of the file's actors there and certain? Without that no race is reported.
  bool everything_is_known() const { return uncertain_actors.empty(); }
};

/// Adds errors and warnings to `problems`.
void validate(const Scenario& scenario, const Validation& validation, Problems& problems);

}  // namespace wirelab::scenario

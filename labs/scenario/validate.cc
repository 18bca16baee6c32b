#include "labs/scenario/validate.hh"

#include <algorithm>

#include "labs/scenario/validate_order.hh"
#include "labs/scenario/validate_sockets.hh"

namespace wirelab::scenario {
namespace {

// A scenario whose point is a deadlock never comes to its closes.
bool is_expected_to_end(const Scenario& scenario) {
  const Expected completed{.values = {Word{"completed"}}};
  return std::ranges::none_of(scenario.checks, [&completed](const Check& check) {
    return check.metric == "run.outcome" && check.expected.kind == Expected::Kind::equals &&
           check.expected.values != completed.values;
  });
}

}  // namespace

void validate(const Scenario& scenario, const Validation& validation, Problems& problems) {
  // What could not be read of the framing concerns every actor, though their other steps are certain.
  const bool framing_is_known = !validation.uncertain_actors.contains("everyone");
  CertainActors actors;
  bool all_certain = framing_is_known;
  for (const Actor& actor : scenario.actors) {
    if (validation.uncertain_actors.contains(actor.name)) {
      all_certain = false;
      continue;
    }
    actors.emplace(actor.name,
                   CertainActor{plan_of(actor), validate_sockets(actor, scenario.family, framing_is_known, problems)});
  }
  validate_facts(scenario, actors, problems);
  validate_circles(actors, problems);
  if (all_certain && !problems.any_error()) validate_races(actors, is_expected_to_end(scenario), problems);
}

}  // namespace wirelab::scenario

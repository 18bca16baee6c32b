#include "labs/scenario/plan.hh"

#include <limits>

#include "labs/scenario/reader.hh"

namespace wirelab::scenario {
namespace {

struct Surroundings {
  std::int64_t rounds = 1;
  bool in_loop = false;
  bool in_retry = false;
};

void add_steps(const std::vector<Step>& steps, Surroundings around, std::vector<PlannedStep>& planned) {
  for (const Step& step : steps) {
    const std::size_t index = planned.size();
    planned.push_back({&step, word_of(step.action), around.rounds, around.in_loop, around.in_retry, index + 1});
    if (const auto* repeat = std::get_if<Repeat>(&step.action)) {
      const std::int64_t rounds = repeat->times ? *repeat->times : std::numeric_limits<std::int64_t>::max();
      add_steps(repeat->steps, {saturated_product(around.rounds, rounds), true, around.in_retry}, planned);
    } else if (const auto* retry = std::get_if<Retry>(&step.action)) {
      add_steps(retry->steps, {saturated_product(around.rounds, retry->times), true, true}, planned);
    }
    planned[index].end = planned.size();
  }
}

}  // namespace

std::vector<std::size_t> Plan::find(std::string_view name) const {
  std::vector<std::size_t> found;
  for (std::size_t index = 0; index < steps.size(); ++index) {
    const bool has_id = steps[index].step != nullptr && steps[index].step->id == name;
    if (has_id || steps[index].word == name) found.push_back(index);
  }
  return found;
}

Plan plan_of(const Actor& actor) {
  Plan plan{.actor = &actor, .steps = {}};
  add_steps(actor.steps, {}, plan.steps);
  plan.steps.push_back({.word = "exit", .end = plan.steps.size() + 1});
  return plan;
}

bool expects_failure(const Step& step) { return step.expect && std::holds_alternative<ExpectFails>(step.expect->what); }

}  // namespace wirelab::scenario

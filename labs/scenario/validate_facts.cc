#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/read_steps.hh"
#include "labs/scenario/reader.hh"
#include "labs/scenario/suggestion.hh"
#include "labs/scenario/validate_order.hh"

namespace wirelab::scenario {
namespace {

constexpr std::array<std::string_view, 9> blocking_words = {
    "accept", "connect", "send", "recv", "sendto", "recvfrom", "send_message", "recv_message", "recv_file"};
// The steps that make a call of another name, by that call.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> calls_inside = {
    {{"recv", "recv_message"}, {"recv", "recv_file"}, {"send", "send_message"}}};

// "`server` receives inside `recv_message`" is the commonest reason why there is no `server.recv`.
Remark mend_for_step(const Fact& fact, const Plan& plan) {
  for (const auto& [call, step] : calls_inside) {
    if (fact.step == call && !plan.find(step).empty()) {
      return remark("write.step-of-call"_text, {{"actor", fact.actor}, {"step", std::string(step)}});
    }
  }
  std::vector<std::string_view> made;
  for (const PlannedStep& planned : plan.steps) {
    made.push_back(planned.word);
    if (planned.step != nullptr && !planned.step->id.empty()) made.push_back(planned.step->id);
  }
  const std::string_view meant = closest(fact.step, made);
  return meant.empty() ? Remark{} : did_you_mean(fmt::format("{}.{}", fact.actor, meant));
}

std::int64_t most_times(const Fact& fact, const Plan& plan, const std::vector<std::size_t>& found) {
  std::int64_t most = 0;
  for (const std::size_t index : found) most = saturated_sum(most, plan.steps[index].most);
  return fact.copy ? most : saturated_product(most, plan.actor->copies);
}

void validate_fact(const Fact& fact, const Plan& plan, Problems& problems) {
  const std::vector<std::size_t> found = plan.find(fact.step);
  if (fact.copy && *fact.copy > plan.actor->copies) {
    problems.error(fact.at, {plan.actor->copies == 1 ? "unknown-copy.none"_text : "unknown-copy"_text,
                             {{"actor", fact.actor}, {"copies", plan.actor->copies}}});
  }
  if (found.empty()) {
    problems.error(fact.at,
                   {"unknown-step"_text,
                    {{"actor", fact.actor}, {"step", in_ticks(fact.step)}, {"mend", mend_for_step(fact, plan)}}});
    return;
  }
  const std::int64_t most = most_times(fact, plan, found);
  if (fact.nth && *fact.nth > most) {
    problems.error(fact.at, {most == 1 ? "step-too-late.once"_text : "step-too-late"_text,
                             {{"actor", fact.actor}, {"step", fact.step}, {"most", most}, {"nth", *fact.nth}}});
  }
  const auto may_block = [&plan](std::size_t index) {
    return std::ranges::find(blocking_words, plan.steps[index].word) != blocking_words.end();
  };
  if (fact.moment == Fact::Moment::blocked && std::ranges::none_of(found, may_block)) {
    problems.error(fact.at, {"never-blocked"_text, {{"step", fact.step}, {"actor", fact.actor}}});
  }
}

}  // namespace

void validate_facts(const Scenario& scenario, const CertainActors& actors, Problems& problems) {
  const auto validate_known = [&](const Fact& fact) {
    const auto actor = actors.find(fact.actor);
    if (!fact.settled && actor != actors.end()) validate_fact(fact, actor->second.plan, problems);
  };
  const std::function<void(const std::vector<Step>&)> validate_steps = [&](const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      std::ranges::for_each(step.after, validate_known);
      if (const auto* repeat = std::get_if<Repeat>(&step.action)) validate_steps(repeat->steps);
      if (const auto* retry = std::get_if<Retry>(&step.action)) validate_steps(retry->steps);
    }
  };
  for (const Actor& actor : scenario.actors) validate_steps(actor.steps);
  for (const WireRule& rule : scenario.wire.rules) {
    if (rule.fact) validate_known(*rule.fact);
  }
}

}  // namespace wirelab::scenario

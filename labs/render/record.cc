#include "labs/render/record.hh"

#include <algorithm>

namespace wirelab::render {

using grade::Verdict;
using timeline::Outcome;

RunRecord make_record(scenario::Scenario scenario, timeline::Timeline timeline) {
  RunRecord record;
  record.scenario = std::move(scenario);
  record.timeline = std::move(timeline);
  record.annotations = explain::explain(record.timeline);
  record.provenance = timeline::provenance(record.timeline);
  record.summary = timeline::summary(record.timeline);
  record.predictions = grade::compare_predictions(record.scenario, record.timeline);
  record.checks = grade::check(record.scenario, record.timeline);
  return record;
}

bool is_hidden(const RunRecord& record, std::string_view metric) {
  return std::any_of(record.predictions.begin(), record.predictions.end(), [&](const grade::PredictionResult& result) {
    return !result.prediction.guess.has_value() && result.prediction.metric == metric;
  });
}

int exit_status(const RunRecord& record) {
  constexpr int all_held = 0, not_held = 1, not_possible = 3, stood_still = 4, interrupted = 130;
  switch (record.timeline.outcome) {
    case Outcome::interrupted: return interrupted;
    case Outcome::not_possible_here: return not_possible;
    case Outcome::unanswered: return all_held;
    case Outcome::deadlock:
    case Outcome::timeout: {
      const bool expected = std::any_of(record.checks.begin(), record.checks.end(), [](const grade::CheckResult& check) {
        return check.check.metric == "run.outcome" && check.verdict == Verdict::passed;
      });
      if (!expected) return stood_still;
      break;
    }
    case Outcome::completed: break;
  }
  const auto failed = [](const auto& result) { return result.verdict == Verdict::failed; };
  const bool any_failed =
      std::any_of(record.checks.begin(), record.checks.end(), failed) ||
      std::any_of(record.predictions.begin(), record.predictions.end(), failed) ||
      std::any_of(record.timeline.events.begin(), record.timeline.events.end(), [](const timeline::Event& event) {
        return event.expectation() != nullptr && !event.expectation()->held;
      });
  return any_failed ? not_held : all_held;
}

}  // namespace wirelab::render

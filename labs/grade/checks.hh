// Timeline × what the scenario says must be seen → verdicts, each with its evidence. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labs/scenario/scenario.hh"
#include "labs/timeline/event.hh"

namespace wirelab::grade {

enum class Verdict { passed, failed, not_observable, unanswered, inconclusive };
std::string_view to_text(Verdict verdict);  ///< `not-observable`

struct CheckResult {
  scenario::Check check;
  std::optional<scenario::Value> observed;
  Verdict verdict = Verdict::failed;
  std::vector<timeline::EventId> events;
  std::int64_t points() const { return verdict == Verdict::passed ? check.points : 0; }
};
struct PredictionResult {
  scenario::Prediction prediction;
  std::optional<scenario::Value> observed;  ///< hidden from whoever has not answered: renderers must not show it
  Verdict verdict = Verdict::unanswered;
  std::vector<timeline::EventId> events;
};

bool holds(const scenario::Expected& expected, const scenario::Value& observed, const timeline::Timeline& timeline);

std::vector<CheckResult> check(const scenario::Scenario& scenario, const timeline::Timeline& timeline);
std::vector<PredictionResult> compare_predictions(const scenario::Scenario& scenario,
                                                  const timeline::Timeline& timeline);

}  // namespace wirelab::grade

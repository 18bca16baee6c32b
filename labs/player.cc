#include "labs/player.hh"

#include <utility>

#include "labs/scenario/loader.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {

using timeline::Outcome;

std::optional<render::RunRecord> Player::play(const std::string& text, const std::string& file) {
  scenario::Loaded loaded = scenario::load_text(text, file);
  if (!loaded.scenario) return std::nullopt;
  return play(std::move(*loaded.scenario));
}

render::RunRecord Player::play(scenario::Scenario scenario) {
  if (stage_) scenario.stage = *stage_;
  timeline::Timeline line = runner::run(scenario, ground_).line;
  if (line.outcome == Outcome::interrupted) was_interrupted_ = true;
  if (line.outcome == Outcome::not_possible_here && why_not_.empty()) {
    why_not_ = scenario.file.string() + ": " + words::say(language_, line.outcome_reason);
  }
  return render::make_record(std::move(scenario), std::move(line), language_);
}

}  // namespace wirelab

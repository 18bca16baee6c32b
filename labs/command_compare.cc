#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "labs/best_ground.hh"
#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/player.hh"
#include "labs/render/side_by_side.hh"
#include "labs/render/terminal.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {
namespace {

/// A step or a prediction is not answered yet, and the page would answer it.
bool is_open(const scenario::Scenario& scenario) {
  const bool guessed = std::all_of(scenario.predict.begin(), scenario.predict.end(),
                                   [](const scenario::Prediction& one) { return one.guess.has_value(); });
  return !guessed || !scenario.unanswered.empty();
}

int play_both(const std::vector<scenario::Scenario>& scenarios, const CompareOptions& options,
              const runner::Ground& ground) {
  constexpr int not_possible = 3, interrupted = 130;
  Player player(options.stage, options.language, ground);
  std::vector<render::RunRecord> records;
  for (const scenario::Scenario& scenario : scenarios) {
    records.push_back(player.play(scenario));
    if (player.was_interrupted()) return interrupted;
    if (player.why_not().empty()) continue;
    complain("wirelab: " + scenario::printable(player.why_not()) + "\n");
    return not_possible;
  }
  print(render::side_by_side(records[0], records[1], render::style_for(STDOUT_FILENO, options.language)));
  return std::max(render::exit_status(records[0]), render::exit_status(records[1]));
}

}  // namespace

int compare(const CompareOptions& options) {
  std::vector<scenario::Scenario> scenarios;
  for (const std::string& file : options.files) {
    if (auto scenario = load_in(options.language, file)) scenarios.push_back(std::move(*scenario));
  }
  if (scenarios.size() < options.files.size()) return wrong_input;
  const auto open = std::find_if(scenarios.begin(), scenarios.end(), is_open);
  if (open != scenarios.end()) {
    complain(words::say(options.language, "compare.still-open"_text,
                        {{"file", scenario::printable(open->file.string())}}) +
             "\n");
    return wrong_input;
  }
  const auto play = [&](const runner::Ground& ground) { return play_both(scenarios, options, ground); };
  if (options.stage == scenario::StageChoice::loopback) return play({});
  std::size_t only_scene = 0;
  return on_best_ground(only_scene, play);
}

}  // namespace wirelab

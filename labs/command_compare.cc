#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "labs/best_ground.hh"
#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/exercise_files.hh"
#include "labs/player.hh"
#include "labs/render/side_by_side.hh"
#include "labs/render/terminal.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {
namespace {

int play_both(const std::vector<scenario::Scenario>& scenarios, const CompareOptions& options,
              const runner::Ground& ground) {
  Player player(options.stage, options.language, ground);
  std::vector<render::RunRecord> records;
  for (const scenario::Scenario& scenario : scenarios) {
    records.push_back(player.play(scenario));
    if (player.was_interrupted()) return end_by_interrupt(options.language);
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
  // The page would answer what a student is to find out.
  const auto open = std::find_if(scenarios.begin(), scenarios.end(), is_open);
  if (open != scenarios.end()) {
    complain(
        words::say(options.language, "compare.still-open"_text, {{"file", scenario::printable(open->file.string())}}) +
        "\n");
    return wrong_input;
  }
  const auto play = [&](const runner::Ground& ground) { return play_both(scenarios, options, ground); };
  return on_best_ground(options.stage, play);
}

}  // namespace wirelab

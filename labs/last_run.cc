#include "labs/last_run.hh"

#include "labs/state_folder.hh"

namespace wirelab {
namespace {

constexpr const char* last = "last-run";
constexpr const char* one_before = "run-before";

bool was_played(timeline::Outcome outcome) {
  using timeline::Outcome;
  return outcome == Outcome::completed || outcome == Outcome::deadlock || outcome == Outcome::timeout;
}

}  // namespace

void remember_run(const render::RunRecord& record) {
  if (!was_played(record.timeline.outcome)) return;
  const StateFolder state = StateFolder::of_user();
  const scenario::Scenario& scenario = record.scenario;
  const auto known = state.read(last, scenario.file);
  if (known == scenario.source) return;
  if (known) state.write(one_before, scenario.file, *known);
  state.write(last, scenario.file, scenario.source);
}

std::optional<std::string> text_played_before(const std::filesystem::path& file, const std::string& now) {
  const StateFolder state = StateFolder::of_user();
  auto text = state.read(last, file);
  return text == now ? state.read(one_before, file) : text;
}

}  // namespace wirelab

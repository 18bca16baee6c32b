#include "labs/export/exporter.hh"

#include <iterator>
#include <utility>

#include "labs/scenario/problems.hh"
#include "labs/scenario/source_text.hh"

namespace wirelab::exporter {

Exported export_programs(const scenario::Scenario& scenario, Language language) {
  const scenario::SourceText source(scenario.source);
  scenario::Problems problems(scenario.file.string(), source);
  for (const scenario::Position& at : scenario.unanswered) {
    problems.error(at, {"unanswered-for-a-program"_text});
  }
  Exported exported;
  if (!problems.any_error()) {
    const std::vector<Script> scripts = scripts_of(scenario, problems);
    for (const Script& script : scripts) {
      if (problems.any_error()) break;
      std::vector<File> files = language == Language::c ? to_c(script, problems) : to_python(script, problems);
      Exported::Program program{
          script.actor->name, std::move(files.front()), {}, script.parameters, script.start_facts};
      program.data.assign(std::make_move_iterator(files.begin() + 1), std::make_move_iterator(files.end()));
      exported.programs.push_back(std::move(program));
    }
  }
  if (problems.any_error()) exported.programs.clear();
  exported.refusals = problems.in_order();
  return exported;
}

}  // namespace wirelab::exporter

#include "labs/console.hh"

#include <cstdio>
#include <utility>

#include "labs/scenario/translation.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void complain(const std::string& text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int end_by_interrupt(words::Language language) {
  complain(words::say(language, "run.interrupted"_text) + "\n");
  return interrupted;
}

void report(const std::vector<scenario::Diagnostic>& diagnostics, const std::string& source, words::Language language) {
  for (const scenario::Diagnostic& diagnostic : diagnostics) {
    complain(scenario::to_text(diagnostic, source, language) + "\n");
  }
}

bool report(const scenario::Loaded& loaded, words::Language language) {
  report(loaded.diagnostics, loaded.source, language);
  return loaded.scenario.has_value();
}

std::optional<scenario::Scenario> load_in(words::Language language, const std::filesystem::path& file) {
  scenario::Loaded loaded = scenario::load_file(file);
  if (!report(loaded, language)) return std::nullopt;
  const scenario::Translation translation = translate(*loaded.scenario, file, language);
  report(translation.diagnostics, translation.source, language);
  return std::move(loaded.scenario);
}

}  // namespace wirelab

#include "labs/console.hh"

#include <cstdio>

namespace wirelab {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void complain(const std::string& text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void report(const std::vector<scenario::Diagnostic>& diagnostics, const std::string& source) {
  for (const scenario::Diagnostic& diagnostic : diagnostics) complain(scenario::to_text(diagnostic, source) + "\n");
}

bool report(const scenario::Loaded& loaded) {
  report(loaded.diagnostics, loaded.source);
  return loaded.scenario.has_value();
}

}  // namespace wirelab

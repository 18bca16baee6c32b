#include "labs/console.hh"

#include <cstdio>

namespace wirelab {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void complain(const std::string& text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool report(const scenario::Loaded& loaded) {
  for (const scenario::Diagnostic& diagnostic : loaded.diagnostics) {
    complain(scenario::to_text(diagnostic, loaded.source) + "\n");
  }
  return loaded.scenario.has_value();
}

}  // namespace wirelab

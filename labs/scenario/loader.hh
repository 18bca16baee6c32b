// YAML text → a Scenario, or everything that is wrong with it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "labs/scenario/diagnostic.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

struct Loaded {
  std::optional<Scenario> scenario;     ///< absent if any diagnostic is an error
  std::vector<Diagnostic> diagnostics;  ///< errors and warnings, in order of line
  std::string source;                   ///< what was read, for showing the diagnostics
};

/// Reads and checks a scenario file: syntax, words, types, ceilings, and everything that can be known before a run
/// (validate.hh). Never throws for what is in the file; a file that cannot be read is a diagnostic too.
Loaded load_file(const std::filesystem::path& file);

/// The same for text already in memory; `{file: …}` is looked up beside `file`.
Loaded load_text(std::string text, const std::filesystem::path& file);

}  // namespace wirelab::scenario

// The scenario as programs: each actor as the C or Python program that makes the same calls. docs/export.md says what
// becomes of what. Pure: a scenario in, texts out.
#pragma once

#include <vector>

#include "labs/export/languages.hh"
#include "labs/export/script.hh"
#include "labs/scenario/diagnostic.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::exporter {

enum class Language { c, python };

struct Exported {
  struct Program {
    std::string actor;
    File source;
    std::vector<File> data;  ///< what it reads: too large to stand in it
    std::vector<Parameter> parameters;
    std::vector<std::string> start_facts;  ///< as written; all must be true before it is started
  };
  std::vector<Program> programs;               ///< in lane order; none if anything was refused
  std::vector<scenario::Diagnostic> refusals;  ///< what no program can do, and where
};

Exported export_programs(const scenario::Scenario& scenario, Language language);

}  // namespace wirelab::exporter

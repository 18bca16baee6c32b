// YAML text → a Scenario, or everything that is wrong with it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "labs/scenario/diagnostic.hh"
#include "labs/scenario/document.hh"
#include "labs/scenario/problems.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

/// A file as far as YAML goes: between its text and what it means, which is where changes are made (patch.hh).
struct WrittenFile {
  std::filesystem::path file;
  std::string text;
  std::shared_ptr<const SourceText> source;  ///< what the problems point into
  Document document;                         ///< without a root if nothing could be read
  Problems problems;                         ///< so far
};

/// Refuses what is no text, too large or no plain YAML; what it means is not asked yet.
WrittenFile read_yaml(std::string text, const std::filesystem::path& file);

/// The same for what is in a file; one that cannot be read is a problem too. `path` is what the file is called in
/// diagnostics, and where files beside it are looked for.
WrittenFile read_yaml_file(const std::filesystem::path& file, const std::filesystem::path& path);

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

/// The same for a document, of which parts may have been changed since it was read.
Loaded load_document(WrittenFile written);

}  // namespace wirelab::scenario

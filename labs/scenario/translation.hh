// A scenario's texts in another language, from a file beside it: `zh/3-refused.yaml` has those of `3-refused.yaml`, and
// of `unsolved/3-refused.yaml` the same.
//
// Each translation stands below the text that it was made from, and takes the place of that very text, wherever it
// stands. So one that has become stale is not shown, nor does any take the place of a text that is the student's own.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "labs/scenario/diagnostic.hh"
#include "labs/scenario/rubric.hh"
#include "labs/scenario/scenario.hh"
#include "labs/words/language.hh"

namespace wirelab::scenario {

/// Title, about, notes, reasons of checks and hints, those that say something, in order of the file.
std::vector<std::string*> texts_of(Scenario& scenario);

/// Where the texts of that file are in that language; empty if it is the one the file is written in.
std::filesystem::path translation_of(const std::filesystem::path& file, words::Language language);

struct Translation {
  std::map<std::string, std::string> texts;  ///< by the text that each was made from
  std::vector<Diagnostic> diagnostics;       ///< in order of line; what is wrong is left out, and all else counts
  std::string source;
};

/// Never throws for what is in the file; without a file there are no texts.
Translation load_translation(const std::filesystem::path& file);

void translate(Scenario& scenario, const Translation& translation);

/// By the file beside `file`; returns what that was.
Translation translate(Scenario& scenario, const std::filesystem::path& file, words::Language language);

/// Each exercise by its own translation, its cases and reasons also by the one of the lab's `checks.yaml`.
void translate(Rubric& rubric, const std::filesystem::path& lab_folder, words::Language language);

}  // namespace wirelab::scenario

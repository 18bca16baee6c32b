// What every command says, and how it ends.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "labs/scenario/loader.hh"
#include "labs/words/language.hh"

namespace wirelab {

inline constexpr int all_well = 0;
inline constexpr int wrong_input = 2;
inline constexpr int not_possible = 3;
inline constexpr int interrupted = 130;
inline constexpr int machine_failed = 70;  // EX_SOFTWARE, sysexits.h

void print(const std::string& text);

/// To standard error, behind what was printed.
void complain(const std::string& text);

/// Says that nothing is left behind; the exit status.
int end_by_interrupt(words::Language language);

/// Shows what is wrong with a file.
void report(const std::vector<scenario::Diagnostic>& diagnostics, const std::string& source, words::Language language);

/// The same; true if it can be run all the same.
bool report(const scenario::Loaded& loaded, words::Language language);

/// A scenario with its texts in that language, after a word about what is wrong with its file or with those texts.
/// Nothing if it cannot be run.
std::optional<scenario::Scenario> load_in(words::Language language, const std::filesystem::path& file);

}  // namespace wirelab

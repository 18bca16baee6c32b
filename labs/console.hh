// What every command says, and how it ends.
#pragma once

#include <string>
#include <vector>

#include "labs/scenario/loader.hh"

namespace wirelab {

inline constexpr int all_well = 0;
inline constexpr int wrong_input = 2;
inline constexpr int machine_failed = 70;  // EX_SOFTWARE, sysexits.h

void print(const std::string& text);

/// To standard error, behind what was printed.
void complain(const std::string& text);

/// Shows what is wrong with a file.
void report(const std::vector<scenario::Diagnostic>& diagnostics, const std::string& source);

/// The same; true if it can be run all the same.
bool report(const scenario::Loaded& loaded);

}  // namespace wirelab

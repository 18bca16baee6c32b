// What this machine lets Wirelab do, found out by doing it.
#pragma once

#include <filesystem>

#include "labs/words/language.hh"

namespace wirelab {

/// Prints what works here and what does not, with the step that failed, what that costs (which of the scenarios in
/// `labs`), and the command that would change it. Leaves nothing behind. Returns 0 if everything works, 3 if private
/// hosts cannot be made. While the process has one thread.
int doctor(const std::filesystem::path& labs, words::Language language);

}  // namespace wirelab

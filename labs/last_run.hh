// What was played last of a file: what `wirelab diff FILE` compares it with.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "labs/render/record.hh"

namespace wirelab {

/// Keeps the text of what was played (docs/exercises.md), if it was played to an end, and the text before it if that
/// was another one.
void remember_run(const render::RunRecord& record);

/// The text that was played when the file last had another one than `now`; nothing if none is known.
std::optional<std::string> text_played_before(const std::filesystem::path& file, const std::string& now);

}  // namespace wirelab

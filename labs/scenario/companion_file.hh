// Files beside a scenario: what `{file: "name"}`, `{size_of: "name"}` and `{sha256_of: "name"}` may reach.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "labs/scenario/remark.hh"

namespace wirelab::scenario {

/// What is wrong with such a name as a name, whether or not there is a file: empty, absolute, with `..` in it, with
/// characters that cannot be printed. Empty if nothing is.
Remark companion_name_fault(std::string_view name);

struct CompanionFile {
  std::filesystem::path path;  ///< symbolic links followed; a regular file in the scenario's folder or below
  std::size_t size = 0;
  Remark fault;  ///< why it may not be read; empty if it may
};

/// Looks a file up from the folder of `scenario_file`. A symbolic link that leads out of the folder is a fault, so is
/// whatever is no regular file, or larger than ceilings::file_beside. Never throws.
CompanionFile find_companion(const std::filesystem::path& scenario_file, std::string_view name);

/// Its bytes; nothing if it cannot be read, or has changed in size since it was found.
std::optional<std::string> read_companion(const CompanionFile& file);

/// A file's bytes if it is a regular file of at most `most` bytes, else a sentence about why not. Never blocks on a
/// pipe, never reads more than `most`.
struct ReadFile {
  std::string bytes;
  Remark fault;
  bool too_large = false;
};
ReadFile read_regular_file(const std::filesystem::path& path, std::size_t most);

}  // namespace wirelab::scenario

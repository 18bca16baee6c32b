// An archive as students hand it in.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wirelab::grader::test {

struct Member {
  std::string name;
  std::string text;
  std::string link;  ///< not empty: a symbolic link to there
};

/// A .tar.gz with the same bytes for the same members. Throws std::runtime_error if it cannot be written.
void pack(const std::filesystem::path& file, const std::vector<Member>& members);

}  // namespace wirelab::grader::test

// An archive as students hand it in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace wirelab::grader::test {

struct Member {
  std::string name;
  std::string text;
  std::string link;  ///< not empty: a symbolic link to there
  bool is_hard_link = false;  ///< the link is a hard one, as tar(1) packs the second name of a file
  std::uintmax_t zeros = 0;   ///< so many of them after the text; they are never in memory all at once
};

enum class Format { tar, tar_gz, tar_bz2, zip, seven_zip };

/// An archive with the same bytes for the same members. Throws std::runtime_error if it cannot be written.
void pack(const std::filesystem::path& file, const std::vector<Member>& members, Format format = Format::tar_gz);

}  // namespace wirelab::grader::test

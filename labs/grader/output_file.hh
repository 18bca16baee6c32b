// A result on disk that is there whole or not at all.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace wirelab::grader {

/// Where a result goes: standard output, or a file that takes its name in one step, rename(2), when it is finished.
/// Until then, and if it never is, what was there before stays as it was.
class OutputFile {
 public:
  /// Empty: standard output. A pipe or a device is written to and not replaced. Throws core::SystemError.
  explicit OutputFile(const std::filesystem::path& path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);

  /// All is out, and the file gets its name. Throws core::SystemError if that could not be written (ENOSPC, EDQUOT);
  /// what became of standard output its stream remembers.
  void finish();

 private:
  std::string path_;
  std::string temporary_;
  std::FILE* file_ = nullptr;
};

/// That such a file was begun and never got its name: whoever wrote it was killed.
bool is_half_written(const std::filesystem::path& file);

/// The file with these bytes and no others, or what it was. Throws core::SystemError.
void replace_file(const std::filesystem::path& file, std::string_view bytes);

}  // namespace wirelab::grader

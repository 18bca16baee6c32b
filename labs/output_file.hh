// A file that is there whole or not at all.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace wirelab {

/// Where a result goes: standard output, or a file that is there whole or not at all.
class OutputFile {
 public:
  /// Empty: standard output. Throws core::SystemError.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);

  /// The file gets its name. Throws core::SystemError if it could not be written.
  void finish();

 private:
  std::string path_;
  std::string temporary_;
  std::FILE* file_ = nullptr;
};

}  // namespace wirelab

// The files of a folder, for strangers to ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/file_descriptor.hh"

namespace wirelab::programs {

struct ServedFile {
  core::FileDescriptor descriptor;  ///< open for reading, at the beginning
  std::uint64_t size = 0;
  std::string_view content_type;  ///< by its name: text/html; charset=utf-8
};

/// What is not in the folder cannot be had from it: no `..`, however it is spelled, and no symbolic link is followed.
class ServedFolder {
 public:
  /// Throws WrongArgument (labs/programs/endpoint.hh) if there is no such folder.
  explicit ServedFolder(const std::string& path);

  /// The file that the target of a request names: `/a/b.html?x`, `http://host/a%20b`. Of a folder, its index.html.
  /// Nothing if there is none, or it is no regular file, or may not be read. Throws SystemError{"openat"} if there are
  /// too many open files.
  std::optional<ServedFile> open(std::string_view target) const;

 private:
  core::FileDescriptor folder_;
};

}  // namespace wirelab::programs

// A file on its way to the disk: under another name until it is whole, and what has come of it is kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/file_descriptor.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab::programs {

/// It cannot be opened, written or renamed; what() says why, to both sides. What has been written stays.
class DiskError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Every member function may throw DiskError.
class IncomingFile {
 public:
  /// Opens `.name.part` in the folder, or goes on with the one that is there, if it is not larger than `size`. Room for
  /// all of it is set aside. What it has already is read, for the sum. Refused if there is a file `name`, or another
  /// program is writing this one. The name must not begin with a dot: so none is that of another's part.
  IncomingFile(const std::filesystem::path& folder, const std::string& name, std::int64_t size);
  /// What has come stays, and no more than that: the rest of the room is given back.
  ~IncomingFile();
  IncomingFile(const IncomingFile&) = delete;
  IncomingFile& operator=(const IncomingFile&) = delete;

  /// How many bytes it has.
  std::int64_t has() const { return has_; }
  /// How many it had when it was opened.
  std::int64_t had() const { return had_; }
  std::int64_t size() const { return size_; }
  bool is_complete() const { return has_ == size_; }

  /// write(2), behind what it has.
  void append(std::string_view bytes);

  /// SHA-256 of all it has, in hexadecimal digits. Once, when all have come.
  std::string digest() { return sum_.digits(); }

  /// renameat2(2): from now on it has its name. Refused if another file has it now: none is ever overwritten.
  void keep();
  /// unlink(2): nothing of it stays.
  void discard();

 private:
  void set_room_aside();
  void give_room_back() noexcept;

  std::filesystem::path name_;
  std::filesystem::path part_;
  core::FileDescriptor descriptor_;  ///< closed when it has its name, or none
  std::int64_t size_;
  std::int64_t had_ = 0;
  std::int64_t has_ = 0;
  scenario::Sha256 sum_;
};

}  // namespace wirelab::programs

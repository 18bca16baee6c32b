// Who owns a descriptor closes it, once.
#pragma once

#include <utility>

namespace wirelab::core {

/// Owns one file descriptor. It can be moved, never copied: two owners would close it twice, and the second close
/// could hit a descriptor that another thread has just been given under the same number.
class FileDescriptor {
 public:
  static constexpr int none = -1;

  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  /// Closes without a word: a destructor has nobody to tell. Who wants to know calls close().
  ~FileDescriptor();

  /// The number to pass to system calls; `none` after release(), close() or a move.
  int get() const { return fd_; }
  bool is_open() const { return fd_ != none; }

  /// Gives the ownership away: the caller closes the returned descriptor.
  int release() { return std::exchange(fd_, none); }

  /// close(2). Throws SystemError{"close"}: EBADF if there is nothing to close, EIO.
  ///
  /// The descriptor is gone whatever close(2) returns. On Linux that is true after EINTR as well, so EINTR is no
  /// error here, and the call is not made again: by then the number may belong to another thread's new file.
  void close();

 private:
  int fd_ = none;
};

}  // namespace wirelab::core

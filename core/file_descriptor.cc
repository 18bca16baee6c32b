#include "core/file_descriptor.hh"

#include <unistd.h>

#include <cerrno>

#include "core/error.hh"

namespace wirelab::core {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (is_open()) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (is_open()) ::close(fd_);
}

void FileDescriptor::close() {
  if (::close(release()) == -1 && errno != EINTR) throw_errno("close");
}

}  // namespace wirelab::core

#include "labs/programs/incoming_file.hh"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "core/error.hh"
#include "labs/programs/file_exchange.hh"

namespace wirelab::programs {
namespace {

[[noreturn]] void fail(const char* call, int error = errno) {
  const std::string what = core::SystemError(call, error).what();
  switch (error) {
    case EEXIST:
      throw DiskError("there is a file of that name already, and it stays as it is");
    case EWOULDBLOCK:
      throw DiskError("another program is receiving a file of that name");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      throw DiskError("there is no room for it: " + what);
    default:
      throw DiskError(what);
  }
}

}  // namespace

IncomingFile::IncomingFile(const std::filesystem::path& folder, const std::string& name, std::int64_t size)
    : name_(folder / name), part_(folder / ("." + name + ".part")), size_(size) {
  // Asked for again when it gets its name; but it is better told before the bytes than after them.
  struct stat status {};
  if (::lstat(name_.c_str(), &status) == 0) fail("open", EEXIST);
  descriptor_ =
      core::FileDescriptor(::open(part_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
  if (!descriptor_.is_open()) fail("open");
  if (::flock(descriptor_.get(), LOCK_EX | LOCK_NB) != 0) fail("flock");
  if (::fstat(descriptor_.get(), &status) != 0) fail("fstat");
  if (!S_ISREG(status.st_mode)) fail("open", EEXIST);
  // Before it let go of the lock, another program may have given it its name, or thrown it away.
  struct stat named {};
  if (::lstat(part_.c_str(), &named) != 0 || named.st_ino != status.st_ino) fail("flock", EWOULDBLOCK);
  if (status.st_size > size && ::ftruncate(descriptor_.get(), 0) != 0) fail("ftruncate");
  std::string piece(file_piece, '\0');
  while (true) {
    const ssize_t bytes = ::read(descriptor_.get(), piece.data(), piece.size());
    if (bytes < 0) fail("read");
    if (bytes == 0) break;
    sum_.add(std::string_view(piece).substr(0, static_cast<std::size_t>(bytes)));
    has_ += bytes;
  }
  had_ = has_;
  set_room_aside();
}

IncomingFile::~IncomingFile() { give_room_back(); }

/// Not every file system can do that (EOPNOTSUPP); then a full disk is noticed when it is full.
void IncomingFile::set_room_aside() {
  if (size_ == 0 || ::fallocate(descriptor_.get(), FALLOC_FL_KEEP_SIZE, 0, size_) == 0 || errno == EOPNOTSUPP) return;
  const int error = errno;
  give_room_back();  // what it did get: ext4 keeps that
  fail("fallocate", error);
}

/// A name with nothing behind it is given back as well. That something cannot be given back is nothing to fail for.
void IncomingFile::give_room_back() noexcept {
  if (!descriptor_.is_open()) return;
  [[maybe_unused]] const int failed =
      has_ == 0 ? ::unlink(part_.c_str()) : ::ftruncate(descriptor_.get(), static_cast<off_t>(has_));
}

void IncomingFile::append(std::string_view bytes) {
  sum_.add(bytes);
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    has_ += written;
  }
}

void IncomingFile::keep() {
  // An attempt that was killed may have left more room set aside than this one.
  if (::ftruncate(descriptor_.get(), static_cast<off_t>(has_)) != 0) fail("ftruncate");
  if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, name_.c_str(), RENAME_NOREPLACE) != 0) fail("rename");
  descriptor_ = core::FileDescriptor();
}

void IncomingFile::discard() {
  if (::unlink(part_.c_str()) != 0) fail("unlink");
  descriptor_ = core::FileDescriptor();
}

}  // namespace wirelab::programs

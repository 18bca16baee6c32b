#include "core/file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "core/error.hh"

namespace wirelab::core {

FileDescriptor unnamed_file(const std::filesystem::path& folder) {
  FileDescriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600));
  // EOPNOTSUPP says the file system; EISDIR a kernel to which O_TMPFILE is O_DIRECTORY.
  if (!file.is_open() && (errno == EOPNOTSUPP || errno == EISDIR)) {
    std::string name = (folder / "wirelab-XXXXXX").string();
    file = FileDescriptor(mkostemp(name.data(), O_APPEND | O_CLOEXEC));
    if (file.is_open()) ::unlink(name.c_str());
  }
  if (!file.is_open()) throw_errno("open(" + folder.string() + ")");
  return file;
}

void write_whole(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_whole(int fd) {
  struct stat about {};
  if (::fstat(fd, &about) != 0) throw_errno("fstat");
  std::string bytes(static_cast<std::size_t>(about.st_size), '\0');
  std::size_t read = 0;
  while (read < bytes.size()) {
    const ssize_t size = ::pread(fd, bytes.data() + read, bytes.size() - read, static_cast<off_t>(read));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw_errno("pread");
    if (size == 0) break;
    read += static_cast<std::size_t>(size);
  }
  bytes.resize(read);
  return bytes;
}

}  // namespace wirelab::core

#include "labs/grader/output_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "core/error.hh"

namespace wirelab::grader {
namespace {

// What is behind the name, and before six signs of mkstemp(3): nobody else calls a file so.
constexpr std::string_view until_finished = ".wirelab-";
constexpr std::size_t signs = 6;

}  // namespace

bool is_half_written(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  const std::size_t size = until_finished.size() + signs;
  return name.size() > size && name.substr(name.size() - size).starts_with(until_finished);
}

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path.string()) {
  if (path_.empty()) return;
  struct stat there {};
  if (stat(path_.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    file_ = std::fopen(path_.c_str(), "we");
    if (!file_) core::throw_errno("open(" + path_ + ")");
    return;
  }
  // In the same folder, so that the rename below is one step, rename(2).
  temporary_ = path_ + std::string(until_finished) + std::string(signs, 'X');
  const int fd = mkostemp(temporary_.data(), O_CLOEXEC);
  if (fd < 0) core::throw_errno("mkstemp(" + path_ + ")");
  file_ = fdopen(fd, "w");
  // mkstemp(3) makes it for its owner alone; a result is as readable as any file the user makes.
  const mode_t mask = umask(0);
  umask(mask);
  fchmod(fd, 0666 & ~mask);
}

OutputFile::~OutputFile() {
  if (!file_) return;
  std::fclose(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), file_ ? file_ : stdout); }

void OutputFile::finish() {
  if (!file_) {
    std::fflush(stdout);
    return;
  }
  const bool failed = std::ferror(file_) != 0;
  const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
  const bool replaces = !temporary_.empty();
  if (failed || !closed || (replaces && ::rename(temporary_.c_str(), path_.c_str()) != 0)) {
    const int error = errno;
    if (replaces) ::unlink(temporary_.c_str());
    throw core::SystemError("write(" + path_ + ")", error);
  }
}

void replace_file(const std::filesystem::path& file, std::string_view bytes) {
  OutputFile output(file);
  output.write(bytes);
  output.finish();
}

}  // namespace wirelab::grader

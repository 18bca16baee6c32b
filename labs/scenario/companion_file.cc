#include "labs/scenario/companion_file.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/suggestion.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

class OpenFile {
 public:
  // O_NONBLOCK: opening a pipe without a writer must not wait for one.
  explicit OpenFile(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

Remark system_message(int error) {
  return remark("file.system-says"_text, {{"error", std::generic_category().message(error)}});
}

Remark cannot_be_read(const std::string& error) { return remark("file.cannot-be-read"_text, {{"error", error}}); }

Remark what_it_is(mode_t mode) {
  if (S_ISDIR(mode)) return remark("file.folder"_text);
  if (S_ISFIFO(mode)) return remark("file.pipe"_text);
  if (S_ISSOCK(mode)) return remark("file.socket"_text);
  return remark("file.device"_text);
}

// Reads until the end of file, or until one byte more than allowed is there.
ReadFile read_all(int descriptor, std::size_t size, std::size_t most) {
  ReadFile result;
  result.bytes.resize(std::min(size, most) + 1);
  std::size_t length = 0;
  while (length < result.bytes.size()) {
    const ssize_t count = ::read(descriptor, result.bytes.data() + length, result.bytes.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return {.bytes = "", .fault = system_message(errno)};
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  result.too_large = length > most;
  result.bytes.resize(std::min(length, most));
  return result;
}

bool lies_below(const std::filesystem::path& path, const std::filesystem::path& folder) {
  const auto [folder_end, path_end] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return folder_end == folder.end() && path_end != path.end();
}

}  // namespace

ReadFile read_regular_file(const std::filesystem::path& path, std::size_t most) {
  const OpenFile file(path);
  if (file.descriptor() < 0) return {.bytes = "", .fault = system_message(errno)};
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0) return {.bytes = "", .fault = system_message(errno)};
  if (!S_ISREG(status.st_mode)) return {.bytes = "", .fault = what_it_is(status.st_mode)};
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > most) return {.bytes = "", .fault = {}, .too_large = true};
  return read_all(file.descriptor(), size, most);
}

Remark companion_name_fault(std::string_view name) {
  if (name.empty()) return remark("file.no-name"_text);
  if (name.size() > 255) return remark("file.long-name"_text);
  if (name != printable(name)) return remark("file.unprintable-name"_text);
  const std::filesystem::path path(name);
  if (path.is_absolute()) return remark("file.absolute"_text);
  const auto leads_up = [](const std::filesystem::path& part) { return part == ".."; };
  if (std::any_of(path.begin(), path.end(), leads_up)) {
    return remark("file.leads-up"_text);
  }
  return {};
}

CompanionFile find_companion(const std::filesystem::path& scenario_file, std::string_view name) {
  CompanionFile found;
  found.fault = companion_name_fault(name);
  if (!found.fault.empty()) return found;
  const std::filesystem::path parent = scenario_file.parent_path();
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::canonical(parent.empty() ? "." : parent, error);
  if (!error) found.path = std::filesystem::canonical(folder / name, error);
  if (error) {
    found.fault =
        error == std::errc::no_such_file_or_directory ? remark("file.missing"_text) : cannot_be_read(error.message());
    return found;
  }
  if (!lies_below(found.path, folder)) {
    found.fault = remark("file.leads-out"_text);
    return found;
  }
  const std::filesystem::file_status status = std::filesystem::status(found.path, error);
  if (error || !std::filesystem::is_regular_file(status)) {
    found.fault = remark("file.not-regular"_text);
    return found;
  }
  found.size = std::filesystem::file_size(found.path, error);
  if (error) found.fault = cannot_be_read(error.message());
  if (::access(found.path.c_str(), R_OK) != 0) found.fault = cannot_be_read(std::generic_category().message(errno));
  if (found.size > static_cast<std::size_t>(ceilings::file_beside)) {
    found.fault = remark("file.too-large"_text, {{"bytes", counted(found.size)}, {"most", ceilings::file_beside}});
  }
  return found;
}

std::optional<std::string> read_companion(const CompanionFile& file) {
  ReadFile read = read_regular_file(file.path, file.size);
  if (!read.fault.empty() || read.too_large || read.bytes.size() != file.size) return std::nullopt;
  return std::move(read.bytes);
}

}  // namespace wirelab::scenario

#include "labs/runner/sleep_probe.hh"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/error.hh"

namespace wirelab::runner {
namespace {

core::FileDescriptor open_task_file(pid_t thread, const char* name) {
  const std::string path = "/proc/self/task/" + std::to_string(thread) + "/" + name;
  core::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) core::throw_errno("open(" + path + ")");
  return file;
}

/// The files are made anew at every read from their beginning.
template <std::size_t Size>
std::string_view read_again(const core::FileDescriptor& file, std::array<char, Size>& buffer) {
  const ssize_t size = ::pread(file.get(), buffer.data(), buffer.size() - 1, 0);
  if (size <= 0) return {};
  buffer[static_cast<std::size_t>(size)] = '\0';
  return {buffer.data(), static_cast<std::size_t>(size)};
}

}  // namespace

SleepProbe::SleepProbe(pid_t thread)
    : syscall_(open_task_file(thread, "syscall")),
      stat_(open_task_file(thread, "stat")),
      schedstat_(open_task_file(thread, "schedstat")) {}

std::int64_t SleepProbe::slices() const {
  std::array<char, 128> buffer{};
  const std::string_view text = read_again(schedstat_, buffer);
  const std::size_t last_space = text.rfind(' ');
  return last_space == std::string_view::npos ? -1 : std::strtoll(text.data() + last_space, nullptr, 10);
}

bool SleepProbe::asleep_in(long number, int fd) const {
  std::array<char, 512> buffer{};
  // "45 0x7 0x55… …"; "running" while it runs.
  const std::string_view call = read_again(syscall_, buffer);
  if (call.empty() || call.front() < '0' || call.front() > '9') return false;
  char* rest = nullptr;
  if (std::strtol(call.data(), &rest, 10) != number) return false;
  if (std::strtol(rest, nullptr, 16) != fd) return false;
  // "1657 (name) S …": the name may hold anything, so look behind its last parenthesis.
  const std::string_view stat = read_again(stat_, buffer);
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string_view::npos && name_end + 2 < stat.size() && stat[name_end + 2] == 'S';
}

}  // namespace wirelab::runner

#include "labs/programs/served_folder.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "core/error.hh"
#include "labs/programs/endpoint.hh"
#include "labs/scenario/hexadecimal.hh"

namespace wirelab::programs {
namespace {

constexpr std::string_view index_file = "index.html";

std::string_view content_type_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> types = {
      {{".html", "text/html; charset=utf-8"},
       {".txt", "text/plain; charset=utf-8"},
       {".md", "text/plain; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".js", "text/javascript"},
       {".json", "application/json"},
       {".png", "image/png"},
       {".jpg", "image/jpeg"},
       {".gif", "image/gif"},
       {".svg", "image/svg+xml"}}};
  for (const auto& [ending, type] : types) {
    if (name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

/// With each `%2e` as the byte it stands for; nothing if a percent sign stands for none.
std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? scenario::hexadecimal_digit(text[i + 1]) : std::nullopt;
    const auto low = high ? scenario::hexadecimal_digit(text[i + 2]) : std::nullopt;
    if (!low) return std::nullopt;
    decoded += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return decoded;
}

/// The names on the way to what is asked for, from the folder on; nothing if they cannot be names in it.
std::optional<std::vector<std::string>> names_in(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  if (target.starts_with(scheme)) {
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find('/'), target.size()));
    if (target.empty()) target = "/";
  }
  target = target.substr(0, target.find('?'));
  if (!target.starts_with('/')) return std::nullopt;
  std::vector<std::string> names;
  while (!target.empty()) {
    target.remove_prefix(1);
    const auto end = std::min(target.find('/'), target.size());
    std::optional<std::string> name = percent_decoded(target.substr(0, end));
    if (!name || *name == ".." || name->find('/') != std::string::npos || name->find('\0') != std::string::npos) {
      return std::nullopt;
    }
    if (!name->empty() && *name != ".") names.push_back(*std::move(name));
    target.remove_prefix(end);
  }
  return names;
}

/// One name further; nothing if it is not there or leads elsewhere. A named pipe is not waited for.
core::FileDescriptor open_below(int folder, const std::string& name) {
  core::FileDescriptor opened(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open() && (errno == EMFILE || errno == ENFILE)) core::throw_errno("openat");
  return opened;
}

std::optional<struct stat> status_of(const core::FileDescriptor& opened) {
  struct stat status {};
  return opened.is_open() && ::fstat(opened.get(), &status) == 0 ? std::optional(status) : std::nullopt;
}

}  // namespace

ServedFolder::ServedFolder(const std::string& path)
    : folder_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!folder_.is_open()) throw WrongArgument(fmt::format("\"{}\": {}.", path, std::strerror(errno)));
}

std::optional<ServedFile> ServedFolder::open(std::string_view target) const {
  const std::optional<std::vector<std::string>> names = names_in(target);
  if (!names) return std::nullopt;
  core::FileDescriptor opened = open_below(folder_.get(), ".");
  std::string_view last;
  for (const std::string& name : *names) {
    if (!opened.is_open()) return std::nullopt;
    opened = open_below(opened.get(), name);
    last = name;
  }
  std::optional<struct stat> status = status_of(opened);
  if (status && S_ISDIR(status->st_mode)) {
    opened = open_below(opened.get(), std::string(index_file));
    last = index_file;
    status = status_of(opened);
  }
  if (!status || !S_ISREG(status->st_mode)) return std::nullopt;
  return ServedFile{std::move(opened), static_cast<std::uint64_t>(status->st_size), content_type_of(last)};
}

}  // namespace wirelab::programs

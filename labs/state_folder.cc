#include "labs/state_folder.hh"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

#include "core/error.hh"
#include "labs/grader/output_file.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab {

namespace fs = std::filesystem;

StateFolder StateFolder::of_user() {
  const auto absolute = [](const char* variable) {
    const char* value = std::getenv(variable);
    const fs::path path = value == nullptr ? "" : value;
    return path.is_absolute() ? path : fs::path();  // the specification says to ignore any other
  };
  if (const fs::path state = absolute("XDG_STATE_HOME"); !state.empty()) return StateFolder(state / "wirelab");
  if (const fs::path home = absolute("HOME"); !home.empty()) return StateFolder(home / ".local/state/wirelab");
  return StateFolder(fs::path());
}

std::optional<std::string> StateFolder::read(std::string_view kind, const fs::path& about) const {
  if (folder_.empty()) return std::nullopt;
  scenario::ReadFile file = scenario::read_regular_file(place_of(kind, about), longest_text);
  if (!file.fault.empty()) return std::nullopt;
  return std::move(file.bytes);
}

bool StateFolder::write(std::string_view kind, const fs::path& about, const std::string& text) const {
  if (folder_.empty() || text.size() > longest_text) return false;
  std::error_code error;
  fs::create_directories(folder_, error);
  make_room();
  try {
    grader::replace_file(place_of(kind, about), text);
    return true;
  } catch (const core::SystemError&) {
    return false;
  }
}

/// By the name that the file has wherever one stands, in a form that any name can have.
fs::path StateFolder::place_of(std::string_view kind, const fs::path& about) const {
  std::error_code error;
  fs::path whole = fs::weakly_canonical(about, error);
  if (error) whole = fs::absolute(about, error);
  return folder_ / (scenario::sha256(whole.string()) + "." + std::string(kind));
}

/// For one more.
void StateFolder::make_room() const {
  std::vector<std::pair<fs::file_time_type, fs::path>> texts;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_, error)) {
    if (entry.is_regular_file(error)) texts.emplace_back(entry.last_write_time(error), entry.path());
  }
  if (texts.size() < most_texts) return;
  std::sort(texts.begin(), texts.end());
  texts.resize(texts.size() - (most_texts - 1));
  for (const auto& [time, path] : texts) fs::remove(path, error);
}

}  // namespace wirelab

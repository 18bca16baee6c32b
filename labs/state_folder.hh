// What Wirelab remembers from one call to the next.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace wirelab {

/// Small texts about files, kept for the convenience of whoever works with these files. That one cannot be read or
/// written is no error: it is as if nothing had been remembered. There are never more than `most_texts`; the oldest go
/// first.
class StateFolder {
 public:
  static constexpr std::size_t most_texts = 200;
  static constexpr std::size_t longest_text = 1 << 20;  ///< bytes

  /// `$XDG_STATE_HOME/wirelab`, or `$HOME/.local/state/wirelab` (XDG Base Directory Specification 0.8). With neither in
  /// the environment nothing is remembered.
  static StateFolder of_user();
  explicit StateFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// What `kind` of thing was remembered about the file; nothing if none was.
  std::optional<std::string> read(std::string_view kind, const std::filesystem::path& about) const;

  /// False if it could not be remembered. The text is there whole or not at all.
  bool write(std::string_view kind, const std::filesystem::path& about, const std::string& text) const;

 private:
  std::filesystem::path place_of(std::string_view kind, const std::filesystem::path& about) const;
  void make_room() const;

  std::filesystem::path folder_;  ///< empty: there is none
};

}  // namespace wirelab

// What yaml-cpp says about a text that is no YAML, turned into what a student should write instead.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/problems.hh"
#include "labs/scenario/source_text.hh"

namespace wirelab::scenario {

/// Where and how yaml-cpp gave up; both counted from 0, the column in bytes.
struct SyntaxError {
  int line = 0;
  int column = 0;
  std::string message;
};

/// A copy of the source in which mistakes of syntax are being mended, and which knows the way back: a place in the copy
/// is a place in the file.
class MendedText {
 public:
  explicit MendedText(const SourceText& source);

  const SourceText& source() const { return *source_; }
  int line_count() const { return static_cast<int>(lines_.size()); }
  /// Lines count from 0 here, as yaml-cpp counts them; empty if there is no such line.
  std::string_view line(int index) const;
  std::string text() const;

  /// Puts `inserted` in the place of `removed` bytes of a line.
  void replace(int line, std::size_t byte, std::size_t removed, std::string_view inserted);
  void blank_out(int line);
  int edits() const { return edits_; }

  Position original_position(int line, int byte) const;

 private:
  struct Edit {
    std::size_t byte;
    std::size_t removed;
    std::size_t inserted;
  };
  struct Line {
    std::string text;
    std::vector<Edit> edits;
  };

  const SourceText* source_;
  std::vector<Line> lines_;
  int edits_ = 0;
};

/// Does the text that begins with a quote end with one, all on this line?
bool closes_its_quote(std::string_view text);

/// Reports the mistake at `error` and mends it in `text`. False if nothing could be done and reading ends here.
/// Clears `whole` if a part of the file had to be cut out.
bool mend(MendedText& text, const SyntaxError& error, Problems& problems, bool& whole);

}  // namespace wirelab::scenario

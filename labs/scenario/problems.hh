// Gathers the diagnostics of one file while it is being read.
#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/diagnostic.hh"
#include "labs/scenario/source_text.hh"

namespace wirelab::scenario {

class Problems {
 public:
  /// `source` must outlive this.
  Problems(std::string file, const SourceText& source) : file_(std::move(file)), source_(&source) {}

  void error(Place place, words::Message what);
  void warning(Place place, words::Message what);

  /// The same, under the whole word, text or bracket that stands at the position.
  void error(Position at, words::Message what);
  void warning(Position at, words::Message what);

  /// From that line on the file could not be read: whatever is found there later is not worth telling.
  void ignore_from(int line) { unreadable_from_ = std::min(unreadable_from_, line); }

  bool any_error() const { return errors_ > 0; }
  std::size_t errors() const { return errors_; }
  const SourceText& source() const { return *source_; }

  /// In order of line; the same complaint about the same place only once, and no more than `most_diagnostics`.
  std::vector<Diagnostic> in_order() const;

 private:
  void add(Diagnostic::Severity severity, Place place, words::Message what);

  std::string file_;
  const SourceText* source_;
  std::vector<Diagnostic> found_;
  std::size_t errors_ = 0;
  int unreadable_from_ = std::numeric_limits<int>::max();
};

}  // namespace wirelab::scenario

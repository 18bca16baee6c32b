// What is wrong in a scenario file, where, and how to mend it.
#pragma once

#include <string>
#include <vector>

#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

struct Diagnostic {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  std::string file;
  Position at;
  int width = 1;        ///< columns under the caret line
  std::string rule;     ///< stable name of the kind of mistake: `unknown-key`
  std::string message;  ///< one sentence: what is wrong
  std::string mend;     ///< one sentence: what to write instead; may be empty
};

/// `file:line:col: error: …`, the source line, a caret under the place, how to mend it.
/// Tabs and wide characters in the source line keep the caret under its place; control characters are escaped.
std::string to_text(const Diagnostic& diagnostic, const std::string& source);

}  // namespace wirelab::scenario

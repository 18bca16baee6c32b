// What is wrong in a scenario file, where, and how to mend it.
#pragma once

#include <string>
#include <string_view>

#include "labs/scenario/remark.hh"
#include "labs/scenario/scenario.hh"
#include "labs/words/language.hh"

namespace wirelab::scenario {

struct Diagnostic {
  enum class Severity { error, warning };
  Severity severity = Severity::error;
  std::string file;
  Position at;
  int width = 1;  ///< columns under the caret line
  words::Message what;

  /// The kind of mistake, a stable name: of `missing-key.broadcast-port` it is `missing-key`.
  std::string_view rule() const;
};

/// The text of a mistake is a line that says what is wrong, and, if there is something to say, another with what to
/// write instead.
struct Complaint {
  std::string message;
  std::string mend;  ///< may be empty
};
Complaint in_words(const words::Message& what, words::Language language);

/// `file:line:col: error: …`, the source line, a caret under the place, how to mend it.
/// Tabs and wide characters in the source line keep the caret under its place; control characters are escaped.
std::string to_text(const Diagnostic& diagnostic, const std::string& source, words::Language language);

}  // namespace wirelab::scenario

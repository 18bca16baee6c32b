// The run record as a terminal page: lanes, arrows, the byte ruler, annotations, predictions, checks.
#pragma once

#include <string>

#include "labs/render/record.hh"
#include "labs/words/language.hh"

namespace wirelab::render {

struct TerminalStyle {
  int columns = 80;  ///< no line is wider; at least 40
  bool colour = false;
  bool canonical = false;  ///< no times, nothing machine-dependent: the same bytes on every run of the scenario
  bool ascii = false;      ///< nothing but ASCII, for locales whose charset is not UTF-8
  words::Language language = words::Language::english;  ///< of a run: the one its record is in
};

/// What suits the terminal on `descriptor` and the environment:
/// - colour on a terminal, unless NO_COLOR is set to anything or TERM is `dumb`; CLICOLOR_FORCE other than 0 wants it
///   in a file or pipe too;
/// - the width from COLUMNS, else from the terminal (TIOCGWINSZ, ioctl_tty(2)), else 80, and never under 40;
/// - ASCII if LC_ALL, LC_CTYPE or LANG (the first that is set) names a locale whose charset is not UTF-8. With none of
///   them set nothing is known, and UTF-8 is what terminals have spoken for many years. Never in Chinese: whoever asks
///   for it says that it can be shown.
TerminalStyle style_for(int descriptor, words::Language language);

/// The whole page, ending in a newline. What a scenario or its payloads bring along (titles, notes, bytes) comes out
/// with terminal escapes, control characters and bidirectional controls spelled out.
std::string to_terminal(const RunRecord& record, const TerminalStyle& style);

}  // namespace wirelab::render

// The run record as a terminal page: lanes, arrows, the byte ruler, annotations, predictions, checks.
#pragma once

#include <string>

#include "labs/render/record.hh"

namespace wirelab::render {

struct TerminalStyle {
  int columns = 80;
  bool colour = false;
  bool canonical = false;   ///< no times, nothing machine-dependent
};

/// Colour only where it is wanted: a terminal on `descriptor`, NO_COLOR, CLICOLOR_FORCE, TERM=dumb; its width too.
TerminalStyle style_for(int descriptor);

std::string to_terminal(const RunRecord& record, const TerminalStyle& style);

}  // namespace wirelab::render

// Two runs beside each other, as what they are: how TCP and UDP differ, shown by what happened in these two.
#pragma once

#include <string>

#include "labs/render/record.hh"
#include "labs/render/terminal.hh"

namespace wirelab::render {

/// The page that tells it, ending in a newline: a column for each run. Each sentence is about the record it stands
/// under and names the lines of its file and the events it is drawn from; what a record does not show is not said.
std::string side_by_side(const RunRecord& left, const RunRecord& right, const TerminalStyle& style);

}  // namespace wirelab::render

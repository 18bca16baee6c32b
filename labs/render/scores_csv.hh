// Scores as a table for spreadsheets: grades.csv (docs/grades.md).
#pragma once

#include <string>

#include "labs/render/scores.hh"

namespace wirelab::render {

/// RFC 4180: a row a student after a row of names, each ending in CR LF, in UTF-8. A cell that a spreadsheet would take
/// for a formula begins with an apostrophe; control characters are spelled out.
std::string to_csv(const grade::ClassScore& scores);

}  // namespace wirelab::render

// A class's scores as one HTML page.
#pragma once

#include <string>

#include "labs/render/scores.hh"

namespace wirelab::render {

/// The page needs nothing but itself: no script, no picture, no font from elsewhere, and its own policy forbids them,
/// whatever a submission is called. It follows the reader's light or dark, and prints with everything unfolded. What
/// a row or a case is stands in `data-` attributes too, for whoever reads it with a program.
std::string to_html(const grade::ClassScore& scores);

}  // namespace wirelab::render

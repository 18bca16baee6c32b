// One submission's scores as Gradescope's autograder takes them: results.json (docs/grades.md).
#pragma once

#include <string>

#include "labs/render/scores.hh"

namespace wirelab::render {

/// Ends in a newline. Hidden cases are `after_published`: Gradescope keeps them, and with them the total, from the
/// students until the instructor publishes the grades; from then on they may see what cost them points and object.
/// (`hidden` would keep the reason from them for good.)
std::string to_gradescope(const grade::SubmissionScore& submission);

}  // namespace wirelab::render

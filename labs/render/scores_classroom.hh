// One submission's scores as GitHub Classroom's autograding reporter takes them (docs/grades.md).
#pragma once

#include <string>

#include "labs/render/scores.hh"

namespace wirelab::render {

/// A line of base64, without a newline at its end. The reporter prints what is in it into a log that the student reads:
/// so it tells no more of hidden cases than a student may know, and nothing in it is taken for a command of the runner.
std::string to_classroom(const grade::SubmissionScore& submission);

}  // namespace wirelab::render

// Scores on a terminal: what a student sees of a submission, and what an instructor sees of a class.
#pragma once

#include <string>

#include "labs/render/scores.hh"
#include "labs/render/terminal.hh"

namespace wirelab::render {

/// One submission: each exercise with its cases, what was found where one did not pass, what is still open and what is
/// checked only when it is graded. Ends in a newline, like to_terminal() of a run.
std::string to_terminal(const grade::SubmissionScore& submission, Audience audience, const TerminalStyle& style);

/// One submission at a glance: a row an exercise, by labs, and the total.
std::string to_progress(const grade::SubmissionScore& submission, const TerminalStyle& style);

/// A class as a table, a row a student, and under it the summary and what the columns are. A table that is wider than
/// the terminal goes on in another one below.
std::string to_terminal(const grade::ClassScore& scores, const TerminalStyle& style);

}  // namespace wirelab::render

// Scores as JUnit XML, in the form that Ant began and Jenkins, GitLab and others read (docs/grades.md).
#pragma once

#include <string>

#include "labs/render/scores.hh"

namespace wirelab::render {

/// A testsuite a submission, a testcase a case. Points stand in properties, which viewers show or pass over. Characters
/// that XML 1.0 has no place for are spelled out.
std::string to_junit(const grade::ClassScore& scores);

}  // namespace wirelab::render

// A class that nobody has taught: students whose answers are right, wrong, unsolved, missing or hostile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "labs/scenario/rubric.hh"

namespace wirelab::grader::test {

enum class Kind { solution, wrong, unsolved, missing, hostile };
std::string_view to_text(Kind kind);

struct ClassPlan {
  std::size_t students = 20;
  std::uint64_t seed = 1;
  std::filesystem::path answers;  ///< tests/answers: for each lab a folder
  std::filesystem::path hostile;  ///< tests/hostile
  std::vector<Kind> kinds = {Kind::solution, Kind::wrong, Kind::unsolved, Kind::missing, Kind::hostile};
};

/// One answer of the class, and what it was made from.
struct Made {
  std::string student;
  int lab = 0;
  std::string exercise;  ///< its file
  Kind kind = Kind::missing;
  std::string from;  ///< an answer's file, or an attack's name
};

/// Fills `folder`, which must not be there yet: a folder or an archive for each student, with an answer to each
/// exercise of `rubrics`, and `.expected.tsv`: student, lab, exercise, kind and from, a line each. The same for the
/// same plan on every machine. A student is the same in a small class and in a large one. Throws std::runtime_error.
std::vector<Made> make_class(const std::vector<scenario::Rubric>& rubrics, const ClassPlan& plan,
                             const std::filesystem::path& folder);

}  // namespace wirelab::grader::test

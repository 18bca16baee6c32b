// What one student hands in, and how an answer is found in it.
#pragma once

#include <array>
#include <filesystem>
#include <string>

namespace wirelab::grader {

/// A student's answer to one exercise.
struct Answer {
  enum class Kind { there, missing, unreadable };
  Kind kind = Kind::missing;
  std::filesystem::path file;  ///< for showing: alice/lab3/exercise-1-split.yaml
  std::string text;
  std::string fault;  ///< of an unreadable one: in one sentence why
};

struct Submission;

/// Looks for `labN/FILE`, then `scenarios/labN/FILE`, then `FILE`, in the submission's folder. A symbolic link that
/// leads out of it is unreadable, so is what is no regular file, what is larger than a scenario may be, and what lies
/// where the grader may not look. Never throws for what is in a submission.
Answer find_in_folder(const Submission& submission, int lab, const std::string& file);

struct Submission {
  std::string student;
  std::filesystem::path where;
  /// How an answer is found in it; of an archive find_in_archive (submissions.hh), which not every program needs.
  Answer (*find)(const Submission& submission, int lab, const std::string& file) = find_in_folder;
};

/// Where an answer may be, the best place first.
std::array<std::string, 3> places_of(int lab, const std::string& file);

/// That answer, with what keeps it from being read.
Answer unreadable(Answer answer, std::string fault);

}  // namespace wirelab::grader

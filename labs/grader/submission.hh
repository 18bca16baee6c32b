// What students hand in: a folder each, or an archive each, as `make submit` packs it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wirelab::grader {

struct Submission {
  std::string student;         ///< name of the folder, or of the archive without its endings
  std::filesystem::path where;
};

/// All that lie in a folder, by name. What begins with a dot is none; what is neither folder nor archive is `passed_over`.
/// Throws std::runtime_error if it cannot be read, or two submissions are of one student.
std::vector<Submission> find_submissions(const std::filesystem::path& folder,
                                         std::vector<std::filesystem::path>* passed_over = nullptr);

/// A student's answer to one exercise.
struct Answer {
  enum class Kind { there, missing, unreadable };
  Kind kind = Kind::missing;
  std::filesystem::path file;  ///< for showing: alice/lab3/exercise-1-split.yaml
  std::string text;
  std::string fault;  ///< of an unreadable one: in one sentence why
};

/// Looks for `labN/FILE`, then `scenarios/labN/FILE`, then `FILE`, in the folder or in the archive, there also in one
/// folder that everything was packed in. A symbolic link that
/// leads out of the folder is unreadable, so is what is no regular file, what is larger than a scenario may be, and an
/// archive with more than 64 MiB in it. Never throws for what is in a submission.
Answer find_answer(const Submission& submission, int lab, const std::string& file);

}  // namespace wirelab::grader

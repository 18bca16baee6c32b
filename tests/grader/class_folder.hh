// A class of the tests' own: one exercise, and whatever is handed in for it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "labs/grade/scorecard.hh"
#include "labs/grader/grading.hh"
#include "labs/scenario/rubric.hh"

namespace wirelab::grader::test {

/// An answer to tests/grader/labs/lab1/exercise-1-echo.yaml: the file with these steps, each a line with four spaces
/// before it, between the server's `accept` and `close`.
std::string answer(const std::string& steps);

/// A folder of submissions that is gone with the test.
class ClassFolder {
 public:
  ClassFolder();
  ~ClassFolder();
  ClassFolder(const ClassFolder&) = delete;
  ClassFolder& operator=(const ClassFolder&) = delete;

  /// Into lab1 of that student's folder.
  void hand_in(const std::string& student, const std::string& text, const std::string& file = "exercise-1-echo.yaml");
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// As long as it lives, temporary files go into that folder.
class TemporaryFilesIn {
 public:
  explicit TemporaryFilesIn(const std::filesystem::path& folder);
  ~TemporaryFilesIn();
  TemporaryFilesIn(const TemporaryFilesIn&) = delete;
  TemporaryFilesIn& operator=(const TemporaryFilesIn&) = delete;

 private:
  std::string usual_;  ///< TMPDIR as it was; empty: it was not set
};

/// Mounts a file system in memory that is full after 1 MiB, in namespaces of this process's own. Throws
/// core::SystemError where that is not allowed.
void mount_a_small_disk(const std::filesystem::path& folder);

scenario::Rubric rubric();

/// Every case of every submission.
grade::ClassScore grade_all(const ClassFolder& folder, Grading::Options options = {}, scenario::Rubric by = rubric());

/// Verdicts and messages, for a test that fails.
std::string shown(const grade::SubmissionScore& score);

}  // namespace wirelab::grader::test

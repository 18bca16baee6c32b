// What a grading leaves on disk: a journal that survives being killed, and the exports drawn from it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/file_descriptor.hh"
#include "labs/grade/scorecard.hh"
#include "labs/grader/grading.hh"

namespace wirelab::grader {

/// Which part of a class a grading has: of `count` gradings that share it, the one numbered `index`, from 0.
struct Shard {
  int index = 0;
  int count = 1;
};

/// What identifies an answer and how it is graded: two gradings with the same one come to the same score. A journal's
/// line is believed only if it has that of today.
class Fingerprints {
 public:
  explicit Fingerprints(const Grading& grading) : grading_(grading) {}
  const std::string& of(const CaseId& id);

 private:
  /// Of its submission what makes a difference to it: of a folder one answer, of an archive everything.
  std::string handed_in(const CaseId& id);

  const Grading& grading_;
  std::map<std::size_t, std::string> archives_;  ///< by submission
  std::map<CaseId, std::string> known_;          ///< of the first case of an exercise: its others have the same
};

/// The folder of one grading. While it is open no other process can open it: flock(2).
class Results {
 public:
  /// Makes the folder if there is none, and gives `grading` the scores that its journal has from an earlier grading,
  /// but for those that are inconclusive or not observable. Removes the exports of who is not in this class. Throws
  /// core::SystemError, and std::runtime_error if another grading has the folder.
  Results(std::filesystem::path folder, Grading& grading, Shard shard);

  /// It is about to be played: what it was judged by is what is there now. If that is replaced before it was read, the
  /// score has an old fingerprint, and nobody believes it later.
  void expect(const CaseId& id);
  /// A line in the journal: there, and whole, when this returns.
  void add(const CaseId& id, const grade::CaseScore& score);

 private:
  Grading& grading_;
  Fingerprints fingerprints_;
  core::FileDescriptor journal_;
};

/// Writes grades.csv, class.html, junit.xml, gradescope/STUDENT.json and classroom/STUDENT.txt, each in one step.
/// Throws core::SystemError.
void write_exports(const grade::ClassScore& score, const std::filesystem::path& folder);

/// Gives `grading` what all shards of it came to. Throws std::runtime_error, in words for the instructor, if one of
/// them is missing, is there twice, is of another class, or is not finished.
void merge(const std::vector<std::filesystem::path>& folders, Grading& grading);

}  // namespace wirelab::grader

// What an exercise is graded by, as plain data. docs/rubrics.md is its description for people.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "labs/scenario/diagnostic.hh"
#include "labs/scenario/document.hh"
#include "labs/scenario/patch.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

/// `{one_run_per: byte}`: the case is played once for every place at which the actor's stream can be cut in two.
/// `{one_run_per: [1, 2, 3]}`: once for each of these values.
struct OneRunPer {
  bool byte = false;
  std::vector<Node> values;
  std::string path;  ///< client.cut, wire.seed
  Position at;
};

/// Misconceptions that no rubric has to name: a step that had to stay is not as it was, or has one of `forbid` in it.
inline constexpr const char* changed_the_task = "changed-the-task";
inline std::string misconception_of_forbidden(const std::string& word) { return "forbidden-" + word; }

/// One thing that is graded: passed or not, for so many points.
struct Case {
  std::string name;
  std::int64_t points = 1;
  bool hidden = false;  ///< students learn that it exists, and nothing else
  bool timing = false;  ///< real time decides it, so a machine that is too slow may spoil it
  std::vector<Change> changes;
  std::optional<OneRunPer> one_run_per;
  std::vector<std::string> predict;          ///< metrics whose predictions by the student are judged in this run
  std::optional<std::vector<Check>> checks;  ///< instead of the exercise's
  Position at;
};

/// What `make test` holds an exercise to: that answer, so graded, comes out so.
struct Proof {
  std::filesystem::path answer;  ///< below the folder of answers
  bool full = false;             ///< it gets all points
  std::string fails;             ///< or else: the case it must fail
  std::string says;              ///< and the misconception that must be named there
  std::string ends;              ///< or how it must end, where that names no misconception: unanswered
  Position at;
};

/// A value that each student has an own one of, made from the instructor's key, the student's name and the exercise.
struct Variant {
  enum class Kind { seed, word, number };
  std::string path;  ///< as in Change
  Kind kind = Kind::seed;
  Position at;
};

struct Exercise {
  std::string file;  ///< in the lab's folder
  std::int64_t points = 0;
  std::vector<std::string> edit;    ///< paths that may differ from the file as it was handed out
  std::vector<std::string> forbid;  ///< words that may not be added to it or moved in it
  std::vector<Check> checks;        ///< hold in every run of every case; the file's own if the rubric has none
  std::vector<Check> guesses;       ///< wrong predictions whose misconception has a name: what is expected is the guess
  std::vector<Variant> variants;
  std::vector<Case> cases;
  std::vector<Proof> proof;
  /// Of a public rubric: how many hidden cases were left out of it, and what they are worth.
  int hidden_cases = 0;
  std::int64_t hidden_points = 0;

  std::filesystem::path unsolved;  ///< the file as it was handed out
  std::string unsolved_source;
  Document unsolved_document;
  std::string title;
  std::vector<std::string> hints;
  Position at;
};

/// Where students have it. Files beside it are those that were handed out.
std::filesystem::path place_of(const Exercise& exercise);

struct Rubric {
  std::filesystem::path file;
  std::string source;
  std::vector<std::string> companions;  ///< files beside the exercises that it speaks of
  int lab = 0;
  std::vector<Exercise> exercises;
};

struct LoadedRubric {
  std::optional<Rubric> rubric;         ///< absent if any diagnostic is an error
  std::vector<Diagnostic> diagnostics;  ///< of the rubric, in order of line
  std::string source;
};

/// Reads and checks a rubric: words, types, points that add up, paths that exist in the exercise, metrics of its
/// actors. `lab_folder` is where the exercises are; each is compared with and graded against what lies in `unsolved/`
/// there.
LoadedRubric load_rubric(const std::filesystem::path& file, const std::filesystem::path& lab_folder);

/// The rubric as students may have it: without hidden cases, proofs and misconceptions; with their number.
std::string public_rubric(const Rubric& rubric);

/// Of a rubric's texts in another language (translation.hh) those that the public one has. Throws std::runtime_error
/// if there is no such file.
std::string public_texts(const Rubric& rubric, const std::filesystem::path& translation);

}  // namespace wirelab::scenario

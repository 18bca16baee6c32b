// The exercises of a lab as files: what a student edits, and what it was when it was handed out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/commands.hh"

namespace wirelab {

struct ExerciseFile {
  std::filesystem::path file;      ///< scenarios/lab2/exercise-1-stick.yaml; a student may have removed it
  std::filesystem::path unsolved;  ///< scenarios/lab2/unsolved/exercise-1-stick.yaml

  /// `1-stick` of exercise-1-stick.yaml, and `1`.
  std::string short_name() const;
  std::string number() const;

  /// Whether it is not, to the byte, what was handed out.
  bool is_changed() const;
};

/// The files in `folder` whose names begin and end so, by name.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder, std::string_view beginning,
                                            std::string_view ending);

/// By name. Empty if the folder is no lab, or has none.
std::vector<ExerciseFile> exercises_of(const std::filesystem::path& lab);

/// The one that a student calls `1`, `exercise-1-stick`, `1-stick`, with or without `.yaml` or the folder before it.
std::optional<ExerciseFile> find_exercise(const std::vector<ExerciseFile>& exercises, const std::string& called);

/// A step or a prediction is not answered yet.
bool is_open(const scenario::Scenario& scenario);

/// Still to be done: it says `???` somewhere, or is as it was handed out.
bool is_unsolved(const ExerciseFile& exercise);

/// What its last assessment came to; kept in the StateFolder.
void remember_assessment(const std::filesystem::path& file, bool failed);

/// The next one to work at: unsolved, or its last assessment failed.
bool is_to_be_done(const ExerciseFile& exercise);

/// To standard error, a line each.
void list_names(const std::vector<ExerciseFile>& exercises);

/// The exercises of a lab, of which there are some, and the one that was named if one was.
struct ChosenExercise {
  std::vector<ExerciseFile> all;
  std::optional<ExerciseFile> named;
};
/// What a student chose. Nothing if there is no such thing, which has been said.
std::optional<ChosenExercise> look_up(const ExerciseChoice& choice, words::Language language);

}  // namespace wirelab

#include "labs/exercise_files.hh"

#include <algorithm>
#include <system_error>

#include "labs/console.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/utf8.hh"
#include "labs/state_folder.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "exercise-";
constexpr std::string_view suffix = ".yaml";
constexpr const char* last_assessment = "last-assessment";
constexpr const char* has_failed = "failed";

scenario::ReadFile content_of(const fs::path& file) {
  return scenario::read_regular_file(file, scenario::ceilings::file_bytes);
}

}  // namespace

std::string ExerciseFile::short_name() const { return file.stem().string().substr(prefix.size()); }

std::string ExerciseFile::number() const {
  const std::string name = short_name();
  return name.substr(0, name.find('-'));
}

bool ExerciseFile::is_changed() const {
  const scenario::ReadFile now = content_of(file);
  return !now.fault.empty() || now.bytes != content_of(unsolved).bytes;
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view beginning, std::string_view ending) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(beginning) && name.ends_with(ending)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<ExerciseFile> exercises_of(const fs::path& lab) {
  std::vector<ExerciseFile> exercises;
  for (const fs::path& unsolved : files_in(lab / "unsolved", prefix, suffix)) {
    exercises.push_back({lab / unsolved.filename(), unsolved});
  }
  return exercises;
}

std::optional<ExerciseFile> find_exercise(const std::vector<ExerciseFile>& exercises, const std::string& called) {
  std::string wanted = fs::path(called).filename();
  if (wanted.ends_with(suffix)) wanted.resize(wanted.size() - suffix.size());
  if (wanted.starts_with(prefix)) wanted.erase(0, prefix.size());
  const auto found = std::find_if(exercises.begin(), exercises.end(), [&](const ExerciseFile& exercise) {
    return exercise.short_name() == wanted || exercise.number() == wanted;
  });
  return found == exercises.end() ? std::nullopt : std::optional(*found);
}

bool is_unsolved(const ExerciseFile& exercise) {
  if (!exercise.is_changed()) return true;
  const scenario::Loaded loaded = scenario::load_file(exercise.file);
  return !loaded.scenario || is_open(*loaded.scenario);
}

void remember_assessment(const fs::path& file, bool failed) {
  StateFolder::of_user().write(last_assessment, file, failed ? has_failed : "no check failed");
}

bool is_to_be_done(const ExerciseFile& exercise) {
  if (is_unsolved(exercise)) return true;
  return StateFolder::of_user().read(last_assessment, exercise.file) == has_failed;
}

bool is_open(const scenario::Scenario& scenario) {
  const auto& predict = scenario.predict;
  return !scenario.unanswered.empty() ||
         std::any_of(predict.begin(), predict.end(), [](const scenario::Prediction& one) { return !one.guess; });
}

void list_names(const std::vector<ExerciseFile>& exercises) {
  for (const ExerciseFile& exercise : exercises)
    complain("  " + scenario::printable(exercise.file.filename().string()) + "\n");
}

std::optional<ChosenExercise> look_up(const ExerciseChoice& choice, words::Language language) {
  const words::Arguments names = {{"exercise", scenario::printable(choice.exercise)},
                                  {"lab", scenario::printable(choice.lab.string())}};
  ChosenExercise chosen{exercises_of(choice.lab), std::nullopt};
  if (chosen.all.empty()) {
    complain(words::say(language, "exercises.none"_text, names) + "\n");
    return std::nullopt;
  }
  if (choice.exercise.empty()) return chosen;
  chosen.named = find_exercise(chosen.all, choice.exercise);
  if (chosen.named) return chosen;
  complain(words::say(language, "exercises.unknown"_text, names) + "\n");
  list_names(chosen.all);
  return std::nullopt;
}

}  // namespace wirelab

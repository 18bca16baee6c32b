#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/exercise_files.hh"
#include "labs/grader/grading.hh"
#include "labs/render/scores_terminal.hh"
#include "labs/scenario/rubric.hh"
#include "labs/scenario/translation.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {
namespace {

namespace fs = std::filesystem;

/// Where a lab's rubric is: with the tests, or, in what students are given, a public one in the lab's own folder.
fs::path rubric_of(const fs::path& lab) {
  const fs::path folder = fs::weakly_canonical(lab);
  const fs::path whole =
      folder.parent_path().parent_path() / "tests" / "rubrics" / (folder.filename().string() + ".yaml");
  return fs::exists(whole) ? whole : folder / "checks.yaml";
}

/// Without what students may not know of.
void keep_what_is_public(scenario::Rubric& rubric) {
  for (scenario::Exercise& exercise : rubric.exercises) {
    for (const scenario::Case& one : exercise.cases) {
      if (!one.hidden) continue;
      ++exercise.hidden_cases;
      exercise.hidden_points += one.points;
    }
    std::erase_if(exercise.cases, [](const scenario::Case& one) { return one.hidden; });
  }
}

std::vector<scenario::Rubric> public_rubrics(const std::vector<fs::path>& labs, words::Language language) {
  std::vector<scenario::Rubric> rubrics;
  for (const fs::path& lab : labs) {
    scenario::LoadedRubric loaded = scenario::load_rubric(rubric_of(lab), lab);
    report(loaded.diagnostics, loaded.source, language);
    if (!loaded.rubric) continue;
    keep_what_is_public(*loaded.rubric);
    translate(*loaded.rubric, lab, language);
    rubrics.push_back(std::move(*loaded.rubric));
  }
  return rubrics;
}

/// Of all labs' exercises as they lie in `folder`.
grade::SubmissionScore graded(std::vector<scenario::Rubric> rubrics, const fs::path& folder, words::Language language) {
  grader::Grading grading(std::move(rubrics), {{"", folder}},
                          {.side_by_side = grader::usual_side_by_side(), .language = language});
  for (const grader::CaseId& id : grading.ids()) grading.want(id);
  for (const grader::CaseId& id : grading.ids()) grading.finish(id);
  return grading.score().submissions.front();
}

/// For `hint`, which goes to what is not solved. What this machine cannot show has not failed.
void remember(const grade::ExerciseScore& exercise, const fs::path& lab) {
  const bool failed = std::ranges::count(exercise.cases, grade::Verdict::failed, &grade::CaseScore::verdict) > 0;
  remember_assessment(lab / exercise.file, failed);
}

int nothing_to_assess(const fs::path& folder, words::Language language) {
  complain(words::say(language, "assess.nothing"_text, {{"folder", scenario::printable(folder.string())}}) + "\n");
  return wrong_input;
}

int show(const std::string& page, const grade::SubmissionScore& score) {
  constexpr int not_all_points = 1;
  print(page);
  return score.points() == score.max_points() ? all_well : not_all_points;
}

}  // namespace

int assess(const ExerciseChoice& choice, words::Language language) {
  const std::optional<ChosenExercise> chosen = look_up(choice, language);
  if (!chosen) return wrong_input;
  std::vector<scenario::Rubric> rubrics = public_rubrics({choice.lab}, language);
  for (scenario::Rubric& rubric : rubrics) {
    std::erase_if(rubric.exercises, [&](const scenario::Exercise& exercise) {
      return chosen->named && exercise.file != chosen->named->file.filename();
    });
  }
  if (rubrics.empty()) return nothing_to_assess(choice.lab, language);
  const grade::SubmissionScore score = graded(std::move(rubrics), choice.lab.parent_path(), language);
  for (const grade::ExerciseScore& exercise : score.exercises) remember(exercise, choice.lab);
  return show(render::to_terminal(score, render::Audience::student, render::style_for(STDOUT_FILENO, language)), score);
}

int progress(const fs::path& folder, words::Language language) {
  std::vector<fs::path> labs;
  std::error_code error;  // without such a folder there is nothing to assess in it
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_directory() && fs::exists(rubric_of(entry.path()))) labs.push_back(entry.path());
  }
  std::ranges::sort(labs);
  std::vector<scenario::Rubric> rubrics = public_rubrics(labs, language);
  if (rubrics.empty()) return nothing_to_assess(folder, language);
  const grade::SubmissionScore score = graded(std::move(rubrics), folder, language);
  for (const grade::ExerciseScore& exercise : score.exercises) {
    remember(exercise, folder / fmt::format("lab{}", exercise.lab));
  }
  return show(render::to_progress(score, render::style_for(STDOUT_FILENO, language)), score);
}

}  // namespace wirelab

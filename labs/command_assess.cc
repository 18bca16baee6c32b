#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "labs/commands.hh"
#include "labs/grader/grading.hh"
#include "labs/render/scores_terminal.hh"
#include "labs/scenario/rubric.hh"

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

std::vector<scenario::Rubric> public_rubrics(const std::vector<fs::path>& labs, const std::string& wanted) {
  std::vector<scenario::Rubric> rubrics;
  for (const fs::path& lab : labs) {
    scenario::LoadedRubric loaded = scenario::load_rubric(rubric_of(lab), lab);
    for (const scenario::Diagnostic& diagnostic : loaded.diagnostics) {
      fmt::print(stderr, "{}\n", to_text(diagnostic, loaded.source));
    }
    if (!loaded.rubric) continue;
    keep_what_is_public(*loaded.rubric);
    std::erase_if(loaded.rubric->exercises,
                  [&](const scenario::Exercise& exercise) { return exercise.file.find(wanted) == std::string::npos; });
    if (!loaded.rubric->exercises.empty()) rubrics.push_back(std::move(*loaded.rubric));
  }
  return rubrics;
}

/// Of all labs' exercises as they lie in `folder`.
grade::SubmissionScore graded(std::vector<scenario::Rubric> rubrics, const fs::path& folder) {
  const std::size_t side_by_side = 2 * std::max(1U, std::thread::hardware_concurrency());
  grader::Grading grading(std::move(rubrics), {{"", folder}}, {.side_by_side = side_by_side});
  for (const grader::CaseId& id : grading.ids()) grading.want(id);
  for (const grader::CaseId& id : grading.ids()) grading.finish(id);
  return grading.score().submissions.front();
}

int nothing_to_assess(const std::string& wanted) {
  if (wanted.empty()) {
    fmt::print(stderr, "wirelab: there are no exercises in that lab\n");
  } else {
    fmt::print(stderr, "wirelab: there is no exercise called {} in that lab\n", wanted);
  }
  return 2;
}

int print(const std::string& page, const grade::SubmissionScore& score) {
  std::fwrite(page.data(), 1, page.size(), stdout);
  return score.points() == score.max_points() ? 0 : 1;
}

}  // namespace

int assess(const ExerciseChoice& choice) {
  std::vector<scenario::Rubric> rubrics = public_rubrics({choice.lab}, choice.exercise);
  if (rubrics.empty()) return nothing_to_assess(choice.exercise);
  const grade::SubmissionScore score = graded(std::move(rubrics), choice.lab.parent_path());
  return print(render::to_terminal(score, render::Audience::student, render::style_for(STDOUT_FILENO)), score);
}

int progress(const fs::path& folder) {
  std::vector<fs::path> labs;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory() && fs::exists(rubric_of(entry.path()))) labs.push_back(entry.path());
  }
  std::ranges::sort(labs);
  std::vector<scenario::Rubric> rubrics = public_rubrics(labs, "");
  if (rubrics.empty()) return nothing_to_assess("");
  const grade::SubmissionScore score = graded(std::move(rubrics), folder);
  return print(render::to_progress(score, render::style_for(STDOUT_FILENO)), score);
}

}  // namespace wirelab

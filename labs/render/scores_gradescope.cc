#include "labs/render/scores_gradescope.hh"

#include <fmt/format.h>

#include "labs/render/json_text.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::ExerciseScore;
using grade::SubmissionScore;

std::string to_gradescope(const SubmissionScore& submission) {
  Json tests = Json::array();
  std::int64_t milliseconds = 0;
  int exercise_number = 0;
  for (const ExerciseScore& exercise : submission.exercises) {
    ++exercise_number;
    int case_number = 0;
    for (const CaseScore& score : exercise.cases) {
      milliseconds += score.milliseconds;
      tests.push_back({{"name", full_case_name(exercise, score, Audience::instructor)},
                       {"number", fmt::format("{}.{}", exercise_number, ++case_number)},
                       {"score", score.points()},
                       {"max_score", score.max_points},
                       {"status", standing_of(score) == Standing::passed ? "passed" : "failed"},
                       {"output", explanation_of(exercise, score, Audience::instructor)},
                       {"output_format", "text"},
                       {"visibility", score.hidden ? "after_published" : "visible"}});
    }
  }
  const Json results{{"score", submission.points()},
                     {"execution_time", static_cast<double>(milliseconds) / 1000},
                     {"visibility", "visible"},
                     {"stdout_visibility", "hidden"},
                     {"extra_data", {{"max_score", submission.max_points()}}},
                     {"tests", std::move(tests)}};
  return escape_unprintable(results.dump(2)) + '\n';
}

}  // namespace wirelab::render

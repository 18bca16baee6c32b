#include "labs/render/scores_classroom.hh"

#include <utility>

#include "labs/render/json_text.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::ExerciseScore;
using grade::SubmissionScore;

namespace {

constexpr Audience audience = Audience::student;

std::string_view status_of(Standing standing) {
  switch (standing) {
    case Standing::passed:
      return "pass";
    case Standing::failed:
      return "fail";
    case Standing::error:
      break;
  }
  return "error";
}

/// GitHub's runner obeys lines of a log that begin with `::`, and `##[` anywhere in one.
std::string without_commands(std::string text) {
  for (const auto& [command, harmless] : {std::pair{"::", ":\\:"}, std::pair{"##[", "##\\["}}) {
    const std::string_view sign = command;
    for (std::size_t at = text.find(sign); at != std::string::npos; at = text.find(sign, at)) {
      text.replace(at, sign.size(), harmless);
    }
  }
  return text;
}

Json test_of(const ExerciseScore& exercise, const CaseScore& score) {
  const bool is_told = !score.hidden && !score.findings.empty();
  return {{"name", without_commands(full_case_name(exercise, score, audience))},
          {"status", status_of(standing_of(score))},
          {"score", score.points()},
          {"message", without_commands(explanation_of(exercise, score, audience))},
          {"test_code", without_commands(exercise_name(exercise))},
          {"filename", without_commands(scenario::printable(exercise.file))},
          {"line_no", is_told ? score.findings.front().line : 0},
          {"duration", score.milliseconds}};
}

/// A failure weighs more than an error: it is the student's to mend.
Standing worst_of(const SubmissionScore& submission) {
  Standing worst = Standing::passed;
  for (const ExerciseScore& exercise : submission.exercises) {
    for (const CaseScore& score : exercise.cases) {
      const Standing standing = standing_of(score);
      if (standing == Standing::failed) return standing;
      if (standing == Standing::error) worst = standing;
    }
  }
  return worst;
}

}  // namespace

std::string to_classroom(const SubmissionScore& submission) {
  Json tests = Json::array();
  for (const ExerciseScore& exercise : submission.exercises) {
    for (const CaseScore& score : exercise.cases) tests.push_back(test_of(exercise, score));
  }
  return base64(compact({{"version", 1},
                         {"status", status_of(worst_of(submission))},
                         {"max_score", submission.max_points()},
                         {"tests", std::move(tests)}}));
}

}  // namespace wirelab::render

#include "labs/grade/scorecard.hh"

#include <algorithm>

namespace wirelab::grade {

std::string_view to_text(Ending ending) {
  switch (ending) {
    case Ending::judged:
      return "judged";
    case Ending::not_handed_in:
      return "not-handed-in";
    case Ending::unanswered:
      return "unanswered";
    case Ending::invalid:
      return "invalid";
    case Ending::not_allowed:
      return "not-allowed";
    case Ending::crashed:
      return "crashed";
    case Ending::over_limit:
      return "over-limit";
    case Ending::did_not_finish:
      return "did-not-finish";
  }
  return "";
}

std::string_view CaseScore::outcome() const {
  const bool ending_decided = verdict == Verdict::failed || verdict == Verdict::unanswered;
  return ending_decided && ending != Ending::judged ? to_text(ending) : to_text(verdict);
}

std::int64_t ExerciseScore::points() const {
  std::int64_t sum = 0;
  for (const CaseScore& one : cases) sum += one.points();
  return sum;
}

std::int64_t ExerciseScore::max_points() const {
  std::int64_t sum = 0;
  for (const CaseScore& one : cases) sum += one.max_points;
  return sum;
}

std::int64_t SubmissionScore::points() const {
  std::int64_t sum = 0;
  for (const ExerciseScore& exercise : exercises) sum += exercise.points();
  return sum;
}

std::int64_t SubmissionScore::max_points() const {
  std::int64_t sum = 0;
  for (const ExerciseScore& exercise : exercises) sum += exercise.max_points();
  return sum;
}

int SubmissionScore::count(Verdict verdict) const {
  std::ptrdiff_t count = 0;
  for (const ExerciseScore& exercise : exercises) {
    count += std::ranges::count(exercise.cases, verdict, &CaseScore::verdict);
  }
  return static_cast<int>(count);
}

}  // namespace wirelab::grade

// What the formats of scores have in common: names, what a case says for itself, sums over a class. One file a format
// makes text of it: scores_terminal, scores_csv, scores_junit, scores_gradescope, scores_classroom, scores_html.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/grade/scorecard.hh"
#include "labs/words/language.hh"

namespace wirelab::render {

/// For whom it is written. A student is told of a hidden case that there is one, what it is worth and how it came out,
/// and neither its name nor its findings.
enum class Audience { student, instructor };

/// The three that every format of others knows. `error`: it came to no judgement, so somebody should look at it.
enum class Standing { passed, failed, error };
Standing standing_of(const grade::CaseScore& score);

/// `lab3/exercise-1-split`
std::string exercise_name(const grade::ExerciseScore& exercise);
/// Its name; `hidden check` if `audience` is not to know it.
std::string case_name(const grade::CaseScore& score, Audience audience,
                      words::Language language = words::Language::english);
/// The same with the exercise's: `lab3/exercise-1-split: cut at every byte`
std::string full_case_name(const grade::ExerciseScore& exercise, const grade::CaseScore& score, Audience audience);

/// `unanswered`, in the reader's language.
std::string outcome_in_words(std::string_view outcome, words::Language language);
/// What the outcome means, in a sentence; nothing for `passed` and `failed`, which say it themselves.
std::string meaning_of(std::string_view outcome, words::Language language = words::Language::english);

/// `exercise-1-split.yaml:14, cut after byte 6 of 18`: where a finding was made, as far as it says.
std::string place_of(const grade::ExerciseScore& exercise, const grade::Finding& finding);

/// The outcome, its meaning, and the findings if `audience` may know them: lines for a log or a report, each harmless.
std::string explanation_of(const grade::ExerciseScore& exercise, const grade::CaseScore& score, Audience audience);

/// `3 more checks, 4 points, when it is graded`; empty if there are none.
std::string hidden_checks(int cases, std::int64_t points, words::Language language = words::Language::english);

/// How many of the submission's cases came out so.
int count_outcome(const grade::SubmissionScore& submission, std::string_view outcome);

/// A column of a table of the class.
struct ExerciseColumn {
  std::string number;                              ///< 3.1: the lab, and which of its exercises
  const grade::ExerciseScore* exercise = nullptr;  ///< somebody's: of it only the names are meant
  std::int64_t worth = 0;                          ///< the most that anybody could get
};
/// Every exercise that anybody in the class has, by lab and file.
std::vector<ExerciseColumn> columns_of(const grade::ClassScore& scores);
/// The submission's own score of that exercise; null if it has none.
const grade::ExerciseScore* find_exercise(const grade::SubmissionScore& submission, const grade::ExerciseScore& like);

/// True if that is how all of its cases came out.
bool is_not_handed_in(const grade::ExerciseScore& exercise);

/// A sign beside the points of an exercise: a number alone would not tell that somebody should look at it.
struct Flag {
  std::string_view sign;
  std::string_view meaning;
  std::array<std::string_view, 3> outcomes;
  bool covers(std::string_view outcome) const;
};
inline constexpr std::array flags{
    Flag{"?", "inconclusive, or not to be seen where it was played", {"inconclusive", "not-observable", ""}},
    Flag{"!", "crashed, over a limit, or not finished", {"crashed", "over-limit", "did-not-finish"}}};
bool has_flag(const grade::ExerciseScore& exercise, const Flag& flag);
/// The signs of all that it has.
std::string flags_of(const grade::ExerciseScore& exercise);

struct ClassSummary {
  double median = 0;
  std::int64_t max_points = 0;  ///< the most that any of the submissions could get
  int full = 0;                 ///< submissions with all points
  int none = 0;                 ///< without any
  int inconclusive = 0;         ///< with a case that is
  /// Each with how many of the submissions show it, the most frequent first.
  std::vector<std::pair<std::string, int>> misconceptions;
};
ClassSummary summary_of(const grade::ClassScore& scores);

}  // namespace wirelab::render

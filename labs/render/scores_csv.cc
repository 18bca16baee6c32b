#include "labs/render/scores_csv.hh"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "labs/scenario/utf8.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::ClassScore;
using grade::ExerciseScore;
using grade::SubmissionScore;

namespace {

/// What spreadsheets read as the beginning of a formula, also in its East Asian full width. (Of tab and CR, which some
/// of them skip, nothing is left when a text is printable.)
bool begins_a_formula(std::string_view text) {
  constexpr std::u32string_view signs = U"=+-@＝＋－＠";
  while (text.starts_with(' ')) text.remove_prefix(1);
  return !text.empty() && signs.find(scenario::first_code_point(text).value) != std::u32string_view::npos;
}

std::string cell(std::string_view foreign) {
  std::string text = scenario::printable(foreign);
  if (begins_a_formula(text)) text.insert(text.begin(), '\'');
  // A semicolon separates where a comma is part of numbers.
  if (text.find_first_of("\",;") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char byte : text) quoted += byte == '"' ? std::string("\"\"") : std::string(1, byte);
  return quoted + '"';
}

class Row {
 public:
  void add(std::string_view foreign) { cells_.push_back(cell(foreign)); }
  void add(std::int64_t number) { cells_.push_back(std::to_string(number)); }
  std::string text() const { return fmt::format("{}\r\n", fmt::join(cells_, ",")); }

 private:
  std::vector<std::string> cells_;
};

bool is_unusual(std::string_view outcome) { return outcome != "passed" && outcome != "failed"; }

/// What came out neither passed nor failed: `inconclusive: lab3/exercise-1-split "cut at every byte"; …`; without a
/// case's name where all of the exercise did.
std::string notes_of(const SubmissionScore& submission) {
  std::string notes;
  const auto add = [&](std::string_view outcome, const std::string& about) {
    notes += fmt::format("{}{}: {}", notes.empty() ? "" : "; ", outcome, about);
  };
  for (const ExerciseScore& exercise : submission.exercises) {
    if (exercise.cases.empty()) continue;
    const std::string_view first = exercise.cases.front().outcome();
    if (is_unusual(first) &&
        std::ranges::all_of(exercise.cases, [&](const CaseScore& score) { return score.outcome() == first; })) {
      add(first, exercise_name(exercise));
      continue;
    }
    for (const CaseScore& score : exercise.cases) {
      if (!is_unusual(score.outcome())) continue;
      add(score.outcome(), fmt::format("{} \"{}\"", exercise_name(exercise), case_name(score, Audience::instructor)));
    }
  }
  return notes;
}

}  // namespace

std::string to_csv(const ClassScore& scores) {
  const std::vector<ExerciseColumn> columns = columns_of(scores);
  Row names;
  for (const std::string_view name : {"student", "total", "max"}) names.add(name);
  for (const ExerciseColumn& column : columns) names.add(exercise_name(*column.exercise));
  for (const std::string_view outcome : grade::outcomes) names.add(outcome);
  names.add("notes");
  std::string text = names.text();
  for (const SubmissionScore& submission : scores.submissions) {
    Row row;
    row.add(submission.student);
    row.add(submission.points());
    row.add(submission.max_points());
    for (const ExerciseColumn& column : columns) {
      const ExerciseScore* own = find_exercise(submission, *column.exercise);
      own == nullptr ? row.add("") : row.add(own->points());
    }
    for (const std::string_view outcome : grade::outcomes) row.add(count_outcome(submission, outcome));
    row.add(notes_of(submission));
    text += row.text();
  }
  return text;
}

}  // namespace wirelab::render

#include "labs/render/scores.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::ClassScore;
using grade::ExerciseScore;
using grade::Finding;
using grade::SubmissionScore;

namespace {

bool is_kept_from(Audience audience, const CaseScore& score) { return score.hidden && audience == Audience::student; }

double median_of(std::vector<std::int64_t> points) {
  if (points.empty()) return 0;
  std::sort(points.begin(), points.end());
  const std::size_t middle = points.size() / 2;
  const auto upper = static_cast<double>(points[middle]);
  return points.size() % 2 == 1 ? upper : (static_cast<double>(points[middle - 1]) + upper) / 2;
}

std::set<std::string> misconceptions_of(const SubmissionScore& submission) {
  std::set<std::string> found;
  for (const ExerciseScore& exercise : submission.exercises) {
    for (const CaseScore& score : exercise.cases) {
      for (const Finding& finding : score.findings) {
        if (!finding.misconception.empty()) found.insert(finding.misconception);
      }
    }
  }
  return found;
}

}  // namespace

Standing standing_of(const CaseScore& score) {
  const std::string_view outcome = score.outcome();
  if (outcome == "passed") return Standing::passed;
  return std::ranges::any_of(flags, [&](const Flag& flag) { return flag.covers(outcome); }) ? Standing::error
                                                                                            : Standing::failed;
}

std::string exercise_name(const ExerciseScore& exercise) {
  std::string_view file = exercise.file;
  if (file.ends_with(".yaml")) file.remove_suffix(5);
  return fmt::format("lab{}/{}", exercise.lab, scenario::printable(file));
}

std::string case_name(const CaseScore& score, Audience audience, words::Language language) {
  return is_kept_from(audience, score) ? words::say(language, "scores.hidden-check"_text)
                                       : scenario::printable(score.name);
}

std::string full_case_name(const ExerciseScore& exercise, const CaseScore& score, Audience audience) {
  return fmt::format("{}: {}", exercise_name(exercise), case_name(score, audience));
}

namespace {

struct Meaning {
  std::string_view outcome;
  words::TextId word;
  words::TextId meaning;
};
constexpr std::array<Meaning, 9> meanings{{
    {"unanswered", "scores.word.unanswered"_text, "scores.unanswered"_text},
    {"inconclusive", "scores.word.inconclusive"_text, "scores.inconclusive"_text},
    {"not-observable", "scores.word.not-observable"_text, "scores.not-observable"_text},
    {"not-handed-in", "scores.word.not-handed-in"_text, "scores.not-handed-in"_text},
    {"invalid", "scores.word.invalid"_text, "scores.invalid"_text},
    {"not-allowed", "scores.word.not-allowed"_text, "scores.not-allowed"_text},
    {"crashed", "scores.word.crashed"_text, "scores.crashed"_text},
    {"over-limit", "scores.word.over-limit"_text, "scores.over-limit"_text},
    {"did-not-finish", "scores.word.did-not-finish"_text, "scores.did-not-finish"_text},
}};

}  // namespace

std::string outcome_in_words(std::string_view outcome, words::Language language) {
  const auto* found = std::ranges::find(meanings, outcome, &Meaning::outcome);
  return found == meanings.end() ? std::string(outcome) : words::say(language, found->word);
}

std::string meaning_of(std::string_view outcome, words::Language language) {
  const auto* found = std::ranges::find(meanings, outcome, &Meaning::outcome);
  return found == meanings.end() ? "" : words::say(language, found->meaning);
}

std::string place_of(const ExerciseScore& exercise, const Finding& finding) {
  std::string place;
  if (finding.line > 0) place = fmt::format("{}:{}", scenario::printable(exercise.file), finding.line);
  if (!finding.run.empty()) place += (place.empty() ? "" : ", ") + scenario::printable(finding.run);
  return place;
}

std::string explanation_of(const ExerciseScore& exercise, const CaseScore& score, Audience audience) {
  const std::string meaning = meaning_of(score.outcome());
  std::string text(score.outcome());
  if (!meaning.empty()) text += fmt::format(": {}", meaning);
  if (is_kept_from(audience, score)) return text;
  const auto add = [&](std::string_view label, std::string_view foreign) {
    for (const std::string& line : harmless_lines(foreign)) text += fmt::format("\n{}{}", label, line);
  };
  for (const Finding& finding : score.findings) {
    if (const std::string place = place_of(exercise, finding); !place.empty()) text += "\n" + place;
    add("", finding.message);
    add("looks like: ", finding.misconception);
    add("because: ", finding.because);
  }
  return text;
}

std::string hidden_checks(int cases, std::int64_t points, words::Language language) {
  if (cases == 0) return "";
  return words::say(language, "scores.hidden"_text, {{"cases", cases}, {"points", points}});
}

int count_outcome(const SubmissionScore& submission, std::string_view outcome) {
  std::ptrdiff_t count = 0;
  for (const ExerciseScore& exercise : submission.exercises) {
    count += std::ranges::count(exercise.cases, outcome, &CaseScore::outcome);
  }
  return static_cast<int>(count);
}

std::vector<ExerciseColumn> columns_of(const ClassScore& scores) {
  std::map<std::pair<int, std::string_view>, ExerciseColumn> by_place;
  for (const SubmissionScore& submission : scores.submissions) {
    for (const ExerciseScore& exercise : submission.exercises) {
      ExerciseColumn& column = by_place[{exercise.lab, exercise.file}];
      column.exercise = &exercise;
      column.worth = std::max(column.worth, exercise.max_points());
    }
  }
  std::vector<ExerciseColumn> columns;
  int lab = 0;
  int number = 0;
  for (auto& [place, column] : by_place) {
    number = place.first == std::exchange(lab, place.first) ? number + 1 : 1;
    column.number = fmt::format("{}.{}", lab, number);
    columns.push_back(std::move(column));
  }
  return columns;
}

const ExerciseScore* find_exercise(const SubmissionScore& submission, const ExerciseScore& like) {
  const auto found = std::ranges::find_if(
      submission.exercises, [&](const ExerciseScore& one) { return one.lab == like.lab && one.file == like.file; });
  return found == submission.exercises.end() ? nullptr : &*found;
}

bool is_not_handed_in(const ExerciseScore& exercise) {
  return !exercise.cases.empty() &&
         std::ranges::all_of(exercise.cases, [](const CaseScore& score) { return score.outcome() == "not-handed-in"; });
}

bool Flag::covers(std::string_view outcome) const { return std::ranges::find(outcomes, outcome) != outcomes.end(); }

bool has_flag(const ExerciseScore& exercise, const Flag& flag) {
  return std::ranges::any_of(exercise.cases, [&](const CaseScore& score) { return flag.covers(score.outcome()); });
}

std::string flags_of(const ExerciseScore& exercise) {
  std::string signs;
  for (const Flag& flag : flags) {
    if (has_flag(exercise, flag)) signs += flag.sign;
  }
  return signs;
}

ClassSummary summary_of(const ClassScore& scores) {
  ClassSummary summary;
  std::vector<std::int64_t> all_points;
  std::map<std::string, int> misconceptions;
  for (const SubmissionScore& submission : scores.submissions) {
    const std::int64_t points = submission.points();
    all_points.push_back(points);
    summary.max_points = std::max(summary.max_points, submission.max_points());
    if (points == 0) {
      ++summary.none;
    } else if (points == submission.max_points()) {
      ++summary.full;
    }
    if (submission.count(grade::Verdict::inconclusive) > 0) ++summary.inconclusive;
    for (const std::string& name : misconceptions_of(submission)) ++misconceptions[name];
  }
  summary.median = median_of(std::move(all_points));
  summary.misconceptions.assign(misconceptions.begin(), misconceptions.end());
  std::ranges::stable_sort(summary.misconceptions, std::ranges::greater(), &std::pair<std::string, int>::second);
  return summary;
}

}  // namespace wirelab::render

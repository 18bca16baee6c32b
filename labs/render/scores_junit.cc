#include "labs/render/scores_junit.hh"

#include <fmt/format.h>

#include "labs/render/markup.hh"
#include "labs/render/text.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::ClassScore;
using grade::ExerciseScore;
using grade::SubmissionScore;

namespace {

struct Count {
  int tests = 0;
  int failures = 0;
  int errors = 0;
  std::int64_t milliseconds = 0;

  void add(const SubmissionScore& submission) {
    for (const ExerciseScore& exercise : submission.exercises) {
      for (const CaseScore& score : exercise.cases) {
        ++tests;
        failures += standing_of(score) == Standing::failed ? 1 : 0;
        errors += standing_of(score) == Standing::error ? 1 : 0;
        milliseconds += score.milliseconds;
      }
    }
  }
  std::string attributes() const {
    return fmt::format(R"(tests="{}" failures="{}" errors="{}" time="{}")", tests, failures, errors,
                       seconds(milliseconds));
  }
  static std::string seconds(std::int64_t milliseconds) {
    return fmt::format("{:.3f}", static_cast<double>(milliseconds) / 1000);
  }
};

std::string score_properties(std::int64_t points, std::int64_t max_points, std::string_view indent) {
  return fmt::format(
      "{0}<properties>\n"
      "{0}  <property name=\"score\" value=\"{1}\"/>\n"
      "{0}  <property name=\"max_score\" value=\"{2}\"/>\n"
      "{0}</properties>\n",
      indent, points, max_points);
}

/// `lab3.exercise-1-split`: viewers make a tree of what dots divide.
std::string class_name(const ExerciseScore& exercise) {
  std::string name = exercise_name(exercise);
  name[name.find('/')] = '.';
  return markup_attribute(name);
}

std::string test_case(const ExerciseScore& exercise, const CaseScore& score) {
  std::string text =
      fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{}\">\n", class_name(exercise),
                  markup_attribute(case_name(score, Audience::instructor)), Count::seconds(score.milliseconds));
  text += score_properties(score.points(), score.max_points, "      ");
  if (standing_of(score) != Standing::passed) {
    const std::string_view element = standing_of(score) == Standing::failed ? "failure" : "error";
    const std::string meaning = meaning_of(score.outcome());
    const std::string found = score.findings.empty() ? std::string(meaning) : score.findings.front().message;
    const std::vector<std::string> lines = harmless_lines(found);
    text += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element, score.outcome(),
                        lines.empty() ? std::string() : markup_attribute(lines.front()),
                        markup_text(explanation_of(exercise, score, Audience::instructor)));
  }
  return text + "    </testcase>\n";
}

}  // namespace

std::string to_junit(const ClassScore& scores) {
  Count all;
  std::string suites;
  for (const SubmissionScore& submission : scores.submissions) {
    all.add(submission);
    Count own;
    own.add(submission);
    suites += fmt::format("  <testsuite name=\"{}\" {}>\n", markup_attribute(submission.student), own.attributes());
    suites += score_properties(submission.points(), submission.max_points(), "    ");
    for (const ExerciseScore& exercise : submission.exercises) {
      for (const CaseScore& score : exercise.cases) suites += test_case(exercise, score);
    }
    suites += "  </testsuite>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"{}\" {}>\n{}</testsuites>\n",
      markup_attribute(scores.title), all.attributes(), suites);
}

}  // namespace wirelab::render

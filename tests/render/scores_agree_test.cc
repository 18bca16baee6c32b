// Every format of scores is read back, as whoever it is for would read it, and must tell the same.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "labs/render/scores_classroom.hh"
#include "labs/render/scores_csv.hh"
#include "labs/render/scores_gradescope.hh"
#include "labs/render/scores_html.hh"
#include "labs/render/scores_junit.hh"
#include "labs/render/scores_terminal.hh"
#include "labs/scenario/utf8.hh"
#include "tests/render/pages.hh"
#include "tests/render/sample_scores.hh"

namespace wirelab::render {
namespace {

using grade::CaseScore;
using grade::ClassScore;
using grade::ExerciseScore;
using grade::SubmissionScore;
using Json = nlohmann::json;
using test::lines_of;
using test::Tag;

/// What any format must tell of a case, and of a submission.
struct CaseSeen {
  std::string outcome;
  std::int64_t points = 0;
  std::int64_t max_points = 0;
  bool operator==(const CaseSeen&) const = default;
};
void PrintTo(const CaseSeen& seen, std::ostream* out) {
  *out << seen.outcome << ' ' << seen.points << '/' << seen.max_points;
}

struct Seen {
  std::int64_t points = 0;
  std::int64_t max_points = 0;
  std::vector<CaseSeen> cases;
  bool operator==(const Seen&) const = default;
};
void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.points << '/' << seen.max_points << ": " << testing::PrintToString(seen.cases);
}

Seen truth_of(const SubmissionScore& submission) {
  Seen seen{submission.points(), submission.max_points(), {}};
  for (const ExerciseScore& exercise : submission.exercises) {
    for (const CaseScore& score : exercise.cases) {
      seen.cases.push_back({std::string(score.outcome()), score.points(), score.max_points});
    }
  }
  return seen;
}

std::vector<Seen> truth_of(const ClassScore& scores) {
  std::vector<Seen> all;
  for (const SubmissionScore& submission : scores.submissions) all.push_back(truth_of(submission));
  return all;
}

std::int64_t number(const std::string& text) { return text.empty() ? -1 : std::stoll(text); }

// ---------------------------------------------------------------------------------------- reading each format

std::vector<Seen> read_junit(const std::string& xml) {
  std::vector<Seen> all;
  bool in_case = false;
  for (const Tag& tag : test::tags_of(xml)) {
    if (tag.name == "testsuite") all.emplace_back();
    if (tag.name == "testcase") all.back().cases.push_back({"passed", 0, 0});
    if (tag.name == "testcase" || tag.name == "/testcase") in_case = tag.name == "testcase";
    if (tag.name == "failure" || tag.name == "error") all.back().cases.back().outcome = tag.attribute("type");
    if (tag.name != "property") continue;
    std::int64_t& points = in_case ? all.back().cases.back().points : all.back().points;
    std::int64_t& max_points = in_case ? all.back().cases.back().max_points : all.back().max_points;
    (tag.attribute("name") == "score" ? points : max_points) = number(tag.attribute("value"));
  }
  return all;
}

std::vector<Seen> read_html(const std::string& html) {
  std::vector<Seen> all;
  std::size_t details = 0;
  for (const Tag& tag : test::tags_of(html)) {
    const std::int64_t points = number(tag.attribute("data-points"));
    const std::int64_t max_points = number(tag.attribute("data-max"));
    if (tag.name == "tr" && points >= 0) all.push_back({points, max_points, {}});
    if (tag.name == "details") ++details;
    if (tag.name == "li" && points >= 0) {
      all.at(details - 1).cases.push_back({tag.attribute("data-outcome"), points, max_points});
    }
  }
  return all;
}

/// `crashed: The process …` and whatever follows.
std::string first_word(const std::string& text) { return text.substr(0, text.find_first_of(":\n")); }

Seen read_gradescope(const std::string& text) {
  const Json results = Json::parse(text);
  Seen seen{results.at("score"), results.at("extra_data").at("max_score"), {}};
  for (const Json& one : results.at("tests")) {
    seen.cases.push_back({first_word(one.at("output")), one.at("score"), one.at("max_score")});
    EXPECT_EQ(one.at("status") == "passed", seen.cases.back().outcome == "passed");
  }
  return seen;
}

/// The reporter adds the scores up by itself, and knows of no most a single test could get.
Seen read_classroom(const std::string& text) {
  const Json result = Json::parse(test::base64_decoded(text));
  Seen seen{0, result.at("max_score"), {}};
  for (const Json& one : result.at("tests")) {
    seen.points += one.at("score").get<std::int64_t>();
    seen.cases.push_back({first_word(one.at("message")), one.at("score"), 0});
    EXPECT_EQ(one.at("status") == "pass", seen.cases.back().outcome == "passed");
  }
  return seen;
}

/// RFC 4180.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> rows(1, {""});
  bool quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (quoted && text[at] == '"' && text.substr(at, 2) == "\"\"") {
      rows.back().back() += text[++at];
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[at] == ',') {
      rows.back().emplace_back();
    } else if (!quoted && text.substr(at, 2) == "\r\n") {
      rows.push_back({""});
      ++at;
    } else {
      rows.back().back() += text[at];
    }
  }
  rows.pop_back();
  return rows;
}

/// `… crashed  0 of 2 points`: what a line ends with.
struct LineEnd {
  std::string before;
  std::int64_t points = 0;
  std::int64_t max_points = 0;
};
std::optional<LineEnd> read_end(std::string line) {
  for (const std::string_view unit : {" points", " point"}) {
    if (line.ends_with(unit)) line.erase(line.size() - unit.size());
  }
  const std::size_t of = line.rfind(" of ");
  if (of == std::string::npos) return std::nullopt;
  const std::string after = line.substr(of + 4);
  const std::size_t first = line.find_last_not_of("0123456789", of - 1) + 1;
  if (after.find_first_not_of("0123456789") != std::string::npos || first == of) return std::nullopt;
  return LineEnd{line.substr(0, first), number(line.substr(first, of - first)), number(after)};
}

/// The rows under the heading of a table of the class: `name … 3 of 7`.
std::vector<std::pair<std::int64_t, std::int64_t>> read_table(const std::string& page, std::size_t students) {
  const std::vector<std::string> lines = lines_of(page);
  const auto worth = std::ranges::find_if(lines, [](const std::string& line) { return line.starts_with(" worth"); });
  std::vector<std::pair<std::int64_t, std::int64_t>> totals;
  for (auto line = worth; totals.size() < students && ++line < lines.end();) {
    if (const auto end = read_end(*line)) totals.emplace_back(end->points, end->max_points);
  }
  return totals;
}

/// A case's row begins with its sign in the third column and ends with its points; nothing else begins there. The last
/// sum of the page is the total.
Seen read_student_page(const std::string& page) {
  Seen seen;
  for (const std::string& line : lines_of(page)) {
    const std::optional<LineEnd> end = read_end(line);
    if (!end) continue;
    if (end->before == "    ") {
      seen.points = end->points;
      seen.max_points = end->max_points;
    } else if (line.starts_with("  ") && line[2] != ' ') {
      const auto known = std::ranges::find_if(grade::outcomes, [&](std::string_view outcome) {
        return end->before.ends_with(fmt::format("  {}  ", outcome));
      });
      const std::string sign = line.starts_with("  ✓") ? "passed" : "failed";
      seen.cases.push_back({known == grade::outcomes.end() ? sign : std::string(*known), end->points, end->max_points});
    }
  }
  return seen;
}

// ------------------------------------------------------------------------------------------------ and comparing

void expect_csv_tells(const ClassScore& scores) {
  const std::vector<std::vector<std::string>> rows = read_csv(to_csv(scores));
  ASSERT_EQ(rows.size(), scores.submissions.size() + 1);
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(rows[0], name) - rows[0].begin());
  };
  for (std::size_t index = 0; index < scores.submissions.size(); ++index) {
    const std::vector<std::string>& row = rows[index + 1];
    const Seen truth = truth_of(scores.submissions[index]);
    ASSERT_EQ(row.size(), rows[0].size());
    EXPECT_EQ(number(row[column("total")]), truth.points);
    EXPECT_EQ(number(row[column("max")]), truth.max_points);
    for (const std::string_view outcome : grade::outcomes) {
      EXPECT_EQ(number(row[column(outcome)]), std::ranges::count(truth.cases, outcome, &CaseSeen::outcome)) << outcome;
    }
    std::int64_t sum = 0;
    for (std::size_t exercise = 3; exercise < column("passed"); ++exercise) {
      if (!row[exercise].empty()) sum += number(row[exercise]);
    }
    EXPECT_EQ(sum, truth.points);
  }
}

void expect_all_tell(const ClassScore& scores) {
  const std::vector<Seen> truth = truth_of(scores);
  EXPECT_EQ(read_junit(to_junit(scores)), truth);
  EXPECT_EQ(read_html(to_html(scores)), truth);
  expect_csv_tells(scores);
  const auto totals = read_table(to_terminal(scores, {.columns = 300}), truth.size());
  ASSERT_EQ(totals.size(), truth.size());
  for (std::size_t index = 0; index < truth.size(); ++index) {
    const SubmissionScore& submission = scores.submissions[index];
    EXPECT_EQ(totals[index], std::pair(truth[index].points, truth[index].max_points));
    EXPECT_EQ(read_gradescope(to_gradescope(submission)), truth[index]);
    for (const Audience audience : {Audience::student, Audience::instructor}) {
      EXPECT_EQ(read_student_page(to_terminal(submission, audience, {.columns = 200})), truth[index]);
    }
    Seen without_single_maxima = truth[index];
    for (CaseSeen& one : without_single_maxima.cases) one.max_points = 0;
    EXPECT_EQ(read_classroom(to_classroom(submission)), without_single_maxima);
  }
}

TEST(AllFormats, TellTheSameOfAClassInWhichEverythingOccurs) {
  const ClassScore scores = test::small_class();
  std::set<std::string> outcomes;
  for (const Seen& seen : truth_of(scores)) {
    for (const CaseSeen& one : seen.cases) outcomes.insert(one.outcome);
  }
  EXPECT_EQ(outcomes.size(), grade::outcomes.size());
  expect_all_tell(scores);
}

TEST(AllFormats, TellTheSameOfAnEmptyClassAndOfAnEmptySubmission) {
  expect_all_tell({});
  expect_all_tell({"", {{"ada", {}}, {"bob", {{.lab = 1, .file = "a.yaml"}}}}});
}

TEST(AllFormats, TellTheSameOfHostileClasses) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    expect_all_tell(test::hostile_class(seed));
    if (HasFailure()) break;
  }
}

/// Bytes that no text format may hand to a terminal, a spreadsheet or an XML parser.
bool is_harmless(const std::string& text) {
  for (std::string_view rest = text; !rest.empty();) {
    const scenario::CodePoint here = scenario::first_code_point(rest);
    const bool ends_a_line = here.value == '\n' || here.value == '\r';
    if (!here.valid || (!ends_a_line && !scenario::is_printable(here.value))) return false;
    rest.remove_prefix(here.bytes);
  }
  return true;
}

TEST(AllFormats, LetNothingThroughThatIsNotPrintable) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE(seed);
    const ClassScore scores = test::hostile_class(seed);
    EXPECT_TRUE(is_harmless(to_csv(scores)));
    EXPECT_TRUE(is_harmless(to_junit(scores)));
    EXPECT_TRUE(is_harmless(to_html(scores)));
    EXPECT_TRUE(is_harmless(to_terminal(scores, {})));
    for (const SubmissionScore& submission : scores.submissions) {
      EXPECT_TRUE(is_harmless(to_terminal(submission, Audience::instructor, {})));
      EXPECT_TRUE(is_harmless(to_gradescope(submission)));
      EXPECT_TRUE(is_harmless(test::base64_decoded(to_classroom(submission))));
    }
  }
}

}  // namespace
}  // namespace wirelab::render

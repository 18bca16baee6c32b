#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "labs/render/scores_classroom.hh"
#include "labs/render/scores_csv.hh"
#include "labs/render/scores_gradescope.hh"
#include "labs/render/scores_html.hh"
#include "labs/render/scores_junit.hh"
#include "labs/render/scores_terminal.hh"
#include "labs/render/text.hh"
#include "tests/render/pages.hh"
#include "tests/render/sample_scores.hh"

namespace wirelab::render {
namespace {

using grade::CaseScore;
using grade::ClassScore;
using grade::Ending;
using grade::SubmissionScore;
using grade::Verdict;
using Json = nlohmann::json;
using test::expect_snapshot;
using test::lines_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::SizeIs;
using testing::StartsWith;

/// A class of one student with one exercise of one case.
ClassScore one_case(CaseScore score, std::string student = "ada") {
  return {"", {{std::move(student), {{.lab = 1, .file = "exercise-1.yaml", .cases = {std::move(score)}}}}}};
}

const SubmissionScore& submission_of(const ClassScore& scores, std::string_view student) {
  return *std::ranges::find(scores.submissions, student, &SubmissionScore::student);
}

// ------------------------------------------------------------------------------------------------ the terminal

TEST(AnOutcome, IsNamedInTheReadersLanguage) {
  EXPECT_EQ(outcome_in_words("not-handed-in", words::Language::english), "not-handed-in");
  EXPECT_EQ(outcome_in_words("not-handed-in", words::Language::chinese), "未提交");
  EXPECT_EQ(outcome_in_words("passed", words::Language::english), "passed");
}

TEST(StudentPage, ShowsWhatFailedWhatIsOpenAndWhatComesLater) {
  expect_snapshot("own-check-80", to_terminal(test::own_check(), Audience::student, {}));
  expect_snapshot("own-check-40", to_terminal(test::own_check(), Audience::student, {.columns = 40}));
  expect_snapshot("own-check-ascii", to_terminal(test::own_check(), Audience::student, {.ascii = true}));
  expect_snapshot("own-check-colour", to_terminal(test::own_check(), Audience::student, {.colour = true}));
}

TEST(StudentPage, KeepsTheCaretOfADiagnosticUnderWhatItMeans) {
  const std::string diagnostic =
      "exercise-1.yaml:12:11: error: `recv` takes a number\n"
      " 12 |   - recv: many\n"
      "    |           ^~~~\n"
      "   = write `recv: 1024`\n";
  const CaseScore invalid{.name = "as handed in", .ending = Ending::invalid, .findings = {{.message = diagnostic}}};
  const ClassScore scores = one_case(invalid);
  EXPECT_THAT(to_terminal(scores.submissions.front(), Audience::student, {}),
              HasSubstr("       12 |   - recv: many\n          |           ^~~~\n"));
}

TEST(StudentPage, KeepsHiddenCasesFromTheStudentAndShowsThemToTheInstructor) {
  const ClassScore scores = test::small_class();
  const SubmissionScore& bob = submission_of(scores, "bob");
  const std::string for_student = to_terminal(bob, Audience::student, {});
  EXPECT_THAT(for_student, AllOf(HasSubstr("hidden check"), Not(HasSubstr("cut at every byte")),
                                 Not(HasSubstr("cut after byte")), Not(HasSubstr("one-recv-one-message"))));
  const std::string for_instructor = to_terminal(bob, Audience::instructor, {});
  EXPECT_THAT(for_instructor, AllOf(HasSubstr("cut at every byte"), HasSubstr("cut after byte 6 of 18"),
                                    HasSubstr("one-recv-one-message"), Not(HasSubstr("hidden check"))));
  expect_snapshot("graded-80", for_instructor);
}

TEST(ClassPage, IsATableWithASummary) {
  expect_snapshot("class-80", to_terminal(test::small_class(), {}));
  expect_snapshot("class-120-colour", to_terminal(test::small_class(), {.columns = 120, .colour = true}));
  expect_snapshot("class-ascii", to_terminal(test::small_class(), {.ascii = true}));
}

TEST(ClassPage, GoesOnInAnotherTableWhereTheTerminalIsTooNarrow) {
  expect_snapshot("term-80", to_terminal(test::whole_term(), {}));
  expect_snapshot("term-160", to_terminal(test::whole_term(), {.columns = 160}));
}

TEST(ScoresOnATerminal, AreNeverWiderThanItAndPlainWithoutColour) {
  for (const int columns : {40, 80, 133}) {
    for (std::uint32_t seed = 1; seed <= 60; ++seed) {
      const ClassScore scores = test::hostile_class(seed);
      std::string pages = to_terminal(scores, {.columns = columns});
      for (const SubmissionScore& one : scores.submissions) {
        pages += to_terminal(one, Audience::instructor, {.columns = columns});
      }
      EXPECT_THAT(pages, Not(HasSubstr("\x1b")));
      for (const std::string& line : lines_of(pages)) EXPECT_LE(display_width(line), columns) << line;
    }
  }
}

// ------------------------------------------------------------------------------------------------- the summary

TEST(ClassSummary, FindsTheMiddleAndTheEnds) {
  const ClassSummary summary = summary_of(test::small_class());  // 7, 5, 0, 2, 0, 0 of 7
  EXPECT_DOUBLE_EQ(summary.median, 1);
  EXPECT_EQ(summary.max_points, 7);
  EXPECT_EQ(summary.full, 1);
  EXPECT_EQ(summary.none, 3);
  EXPECT_EQ(summary.inconclusive, 1);
  EXPECT_DOUBLE_EQ(summary_of({}).median, 0);
}

TEST(ClassSummary, CountsAStudentOnceForAMisconception) {
  EXPECT_THAT(summary_of(test::small_class()).misconceptions,
              ElementsAre(Pair("one-recv-one-message", 2), Pair("sleeping-is-synchronizing", 1)));
}

// ---------------------------------------------------------------------------------------------------- the files

TEST(GradesCsv, HasARowAStudent) { expect_snapshot("class", to_csv(test::small_class()), ".csv"); }

TEST(GradesCsv, HoldsNothingASpreadsheetWouldCalculate) {
  const auto cell_of = [](std::string student) {
    const std::string text = to_csv(one_case({}, std::move(student)));
    const std::size_t row = text.find("\r\n") + 2;
    return text.substr(row, text.find(",0,0,0,") - row);
  };
  EXPECT_EQ(cell_of("ada"), "ada");
  EXPECT_EQ(cell_of("=1+1"), "'=1+1");
  EXPECT_EQ(cell_of("+1"), "'+1");
  EXPECT_EQ(cell_of("-1"), "'-1");
  EXPECT_EQ(cell_of("@A1"), "'@A1");
  EXPECT_EQ(cell_of("＝1"), "'＝1");
  EXPECT_EQ(cell_of("  =1"), "'  =1");
  EXPECT_EQ(cell_of("\t=1"), "\\t=1");
  EXPECT_EQ(cell_of("\r=1"), "\\r=1");
  EXPECT_EQ(cell_of("=\"a\",b"), "\"'=\"\"a\"\",b\"");
  EXPECT_EQ(cell_of("two\nlines"), "two\\nlines");
  // Where the cells of a table are separated by semicolons this would be two of them.
  EXPECT_EQ(cell_of("x;=1+1"), "\"x;=1+1\"");
}

TEST(JunitXml, HasASuiteASubmission) { expect_snapshot("class", to_junit(test::small_class()), ".xml"); }

TEST(JunitXml, IsValidByItsSchema) {
  if (std::system("command -v xmllint >/dev/null 2>&1") != 0) GTEST_SKIP() << "xmllint (libxml2-utils) is not here";
  const std::filesystem::path root = WIRELAB_SOURCE_DIR;
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("wirelab-junit-" + std::to_string(getpid()) + ".xml");
  ClassScore everybody = test::small_class();
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    for (SubmissionScore& one : test::hostile_class(seed).submissions) everybody.submissions.push_back(one);
  }
  for (const ClassScore& scores : {everybody, ClassScore{}}) {
    std::ofstream(file) << to_junit(scores);
    const std::string command = "xmllint --noout --nonet --schema '" + (root / "tests/render/junit.xsd").string() +
                                "' '" + file.string() + "' 2>&1 | tail -20";
    std::string said;
    FILE* pipe = popen(command.c_str(), "r");
    ASSERT_NE(pipe, nullptr);
    for (int byte = fgetc(pipe); byte != EOF; byte = fgetc(pipe)) said += static_cast<char>(byte);
    pclose(pipe);
    EXPECT_EQ(said, file.string() + " validates\n");
  }
  std::filesystem::remove(file);
}

TEST(Gradescope, HasATestACase) {
  const ClassScore scores = test::small_class();
  expect_snapshot("gradescope", to_gradescope(submission_of(scores, "bob")), ".json");
  const Json results = Json::parse(to_gradescope(submission_of(scores, "陈小明")));
  EXPECT_EQ(results.at("score"), 2);
  EXPECT_EQ(results.at("visibility"), "visible");
  EXPECT_EQ(results.at("stdout_visibility"), "hidden");
  EXPECT_TRUE(results.at("execution_time").is_number());
  for (const Json& one : results.at("tests")) {
    const bool is_hidden = one.at("name") != "lab3/exercise-1-split: as handed in" && one.at("number") > "2";
    EXPECT_EQ(one.at("visibility"), is_hidden ? "after_published" : "visible") << one;
    EXPECT_EQ(one.at("output_format"), "text");
  }
}

TEST(Classroom, HasATestACaseAndKeepsHiddenOnes) {
  const ClassScore scores = test::small_class();
  const std::string text = to_classroom(submission_of(scores, "bob"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  const std::string decoded = test::base64_decoded(text);
  EXPECT_THAT(decoded, Not(HasSubstr("cut at")));
  const Json result = Json::parse(decoded);
  EXPECT_EQ(result.at("version"), 1);
  EXPECT_EQ(result.at("status"), "fail");
  EXPECT_EQ(result.at("max_score"), 7);
  ASSERT_THAT(result.at("tests"), SizeIs(5));
  for (const Json& one : result.at("tests")) {
    for (const char* key : {"name", "status", "score", "message", "test_code", "filename", "line_no", "duration"}) {
      EXPECT_TRUE(one.contains(key)) << key;
    }
  }
  EXPECT_EQ(result.at("tests")[1].at("status"), "error");  // inconclusive
  EXPECT_EQ(result.at("tests")[3].at("line_no"), 0);       // hidden
}

TEST(Classroom, IsAnErrorOnlyWhereNothingFailed) {
  const auto status_with = [](Verdict verdict, Ending ending) {
    CaseScore score;
    score.verdict = verdict;
    score.ending = ending;
    return Json::parse(test::base64_decoded(to_classroom(one_case(score).submissions[0]))).at("status");
  };
  EXPECT_EQ(status_with(Verdict::passed, Ending::judged), "pass");
  EXPECT_EQ(status_with(Verdict::failed, Ending::judged), "fail");
  EXPECT_EQ(status_with(Verdict::failed, Ending::not_handed_in), "fail");
  EXPECT_EQ(status_with(Verdict::failed, Ending::crashed), "error");
  EXPECT_EQ(status_with(Verdict::inconclusive, Ending::judged), "error");
}

TEST(Classroom, GivesTheRunnerNoCommands) {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    for (const SubmissionScore& one : test::hostile_class(seed).submissions) {
      EXPECT_THAT(test::base64_decoded(to_classroom(one)), AllOf(Not(HasSubstr("::")), Not(HasSubstr("##["))));
    }
  }
}

TEST(HtmlPage, NeedsNothingButItself) {
  const std::string page = to_html(test::small_class());
  expect_snapshot("class", page, ".html");
  for (const test::Tag& tag : test::tags_of(page)) {
    EXPECT_THAT(tag.name, AllOf(Not("script"), Not("link"), Not("img"), Not("iframe"), Not("object"), Not("form")));
    for (const auto& [key, value] : tag.attributes) {
      EXPECT_THAT(key, AllOf(Not(StartsWith("on")), Not("src")));
      EXPECT_TRUE(key != "href" || value.starts_with("#")) << value;
    }
  }
  EXPECT_THAT(page, AllOf(Not(HasSubstr("url(")), Not(HasSubstr("@import"))));
}

}  // namespace
}  // namespace wirelab::render

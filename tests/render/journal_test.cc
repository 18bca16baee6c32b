#include "labs/render/journal.hh"

#include <gtest/gtest.h>

#include <limits>

#include "labs/scenario/utf8.hh"
#include "tests/render/sample_scores.hh"

namespace wirelab::render {
namespace {

using grade::CaseScore;
using grade::Ending;
using grade::Finding;
using grade::Verdict;

void expect_equal(const std::vector<Finding>& left, const std::vector<Finding>& right) {
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t index = 0; index < left.size(); ++index) {
    EXPECT_EQ(left[index].run, right[index].run);
    EXPECT_EQ(left[index].what, right[index].what);
    EXPECT_EQ(left[index].expected, right[index].expected);
    EXPECT_EQ(left[index].observed, right[index].observed);
    EXPECT_EQ(left[index].message, right[index].message);
    EXPECT_EQ(left[index].misconception, right[index].misconception);
    EXPECT_EQ(left[index].because, right[index].because);
    EXPECT_EQ(left[index].line, right[index].line);
    EXPECT_EQ(left[index].events, right[index].events);
  }
}

void expect_equal(const JournalEntry& left, const JournalEntry& right) {
  EXPECT_EQ(left.student, right.student);
  EXPECT_EQ(left.lab, right.lab);
  EXPECT_EQ(left.exercise, right.exercise);
  EXPECT_EQ(left.fingerprint, right.fingerprint);
  EXPECT_EQ(left.score.name, right.score.name);
  EXPECT_EQ(left.score.hidden, right.score.hidden);
  EXPECT_EQ(left.score.max_points, right.score.max_points);
  EXPECT_EQ(left.score.verdict, right.score.verdict);
  EXPECT_EQ(left.score.ending, right.score.ending);
  EXPECT_EQ(left.score.runs, right.score.runs);
  EXPECT_EQ(left.score.milliseconds, right.score.milliseconds);
  expect_equal(left.score.findings, right.score.findings);
}

void expect_survives(const JournalEntry& entry) {
  const std::string line = to_journal_line(entry);
  EXPECT_EQ(scenario::printable(line), line) << "one line, and harmless to look at";
  const std::optional<JournalEntry> read = from_journal_line(line);
  ASSERT_TRUE(read) << line;
  expect_equal(*read, entry);
}

JournalEntry an_entry() {
  CaseScore score;
  score.name = "cut at every byte";
  score.hidden = true;
  score.max_points = 2;
  score.ending = Ending::judged;
  score.findings = {{.run = "cut after byte 6 of 18",
                     .what = "server.messages",
                     .message = "two\nlines",
                     .misconception = "one-recv-one-message",
                     .line = 14,
                     .events = {12, 18}}};
  score.runs = 17;
  score.milliseconds = 230;
  return {"ada", 3, "exercise-1-split.yaml", "5f70bf18", score};
}

TEST(Journal, KeepsEveryFieldOfACase) { expect_survives(an_entry()); }

TEST(Journal, KeepsEveryVerdictAndEnding) {
  JournalEntry entry = an_entry();
  for (int verdict = 0; verdict <= static_cast<int>(Verdict::inconclusive); ++verdict) {
    for (int ending = 0; ending <= static_cast<int>(Ending::did_not_finish); ++ending) {
      entry.score.verdict = static_cast<Verdict>(verdict);
      entry.score.ending = static_cast<Ending>(ending);
      expect_survives(entry);
    }
  }
}

TEST(Journal, KeepsTheLargestAndSmallestNumbers) {
  JournalEntry entry = an_entry();
  entry.lab = std::numeric_limits<int>::min();
  entry.score.runs = std::numeric_limits<int>::max();
  entry.score.max_points = std::numeric_limits<std::int64_t>::max();
  entry.score.milliseconds = std::numeric_limits<std::int64_t>::min();
  expect_survives(entry);
}

TEST(Journal, KeepsBytesThatAreNoText) {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    for (const grade::SubmissionScore& submission : test::hostile_class(seed).submissions) {
      for (const grade::ExerciseScore& exercise : submission.exercises) {
        for (const CaseScore& score : exercise.cases) {
          expect_survives({.student = submission.student,
                           .lab = exercise.lab,
                           .exercise = exercise.file,
                           .fingerprint = exercise.title,
                           .score = score});
        }
      }
    }
  }
}

TEST(Journal, GivesNothingForALineTornAnywhere) {
  const std::string line = to_journal_line(an_entry());
  for (std::size_t length = 0; length < line.size(); ++length) {
    EXPECT_FALSE(from_journal_line(std::string_view(line).substr(0, length))) << length;
  }
  EXPECT_FALSE(from_journal_line(line.substr(0, 20) + line));
}

/// The line of an_entry() with `part` of it replaced.
std::string line_with(const std::string& part, const std::string& other) {
  std::string line = to_journal_line(an_entry());
  const std::size_t at = line.find(part);
  EXPECT_NE(at, std::string::npos) << part;
  return at == std::string::npos ? line : line.replace(at, part.size(), other);
}

TEST(Journal, GivesNothingForWhatItHasNotWritten) {
  EXPECT_TRUE(from_journal_line(line_with("\"lab\":3", "\"lab\":4")));
  EXPECT_FALSE(from_journal_line(line_with("\"lab\":3", "\"lab\":\"3\"")));
  EXPECT_FALSE(from_journal_line(line_with("\"lab\":3", "\"lab\":3.5")));
  EXPECT_FALSE(from_journal_line(line_with("\"lab\":3", "\"lab\":4294967299")));
  EXPECT_FALSE(from_journal_line(line_with("\"lab\":3,", "")));
  EXPECT_FALSE(from_journal_line(line_with("\"failed\"", "\"perfect\"")));
  EXPECT_FALSE(from_journal_line(line_with("\"hidden\":true", "\"hidden\":1")));
  EXPECT_FALSE(from_journal_line(line_with("\"max_points\":2", "\"max_points\":18446744073709551615")));
  EXPECT_FALSE(from_journal_line(line_with("[12,18]", "[12,null]")));
  EXPECT_FALSE(from_journal_line(line_with("[12,18]", "12")));
  EXPECT_FALSE(from_journal_line("[]"));
  EXPECT_FALSE(from_journal_line("null"));
  EXPECT_FALSE(from_journal_line(std::string(100000, '[')));
}

TEST(Findings, AloneAreSpelledAsInTheJournal) {
  const std::vector<Finding> findings = an_entry().score.findings;
  const std::string text = to_json(findings);
  EXPECT_NE(to_journal_line(an_entry()).find(text), std::string::npos);
  const auto read = findings_from_json(text);
  ASSERT_TRUE(read);
  expect_equal(*read, findings);
  EXPECT_EQ(findings_from_json("[]")->size(), 0U);
  for (const char* other : {"", "{}", "[1]", "[{}]", R"(["message"])", "[[]]"}) {
    EXPECT_FALSE(findings_from_json(other)) << other;
  }
}

}  // namespace
}  // namespace wirelab::render

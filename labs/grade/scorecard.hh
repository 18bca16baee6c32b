// What grading came to: the one result that every export is drawn from.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "labs/grade/checks.hh"

namespace wirelab::grade {

/// How a case came to its verdict.
enum class Ending {
  judged,          ///< it was played and looked at
  not_handed_in,   ///< there is no such file
  unanswered,      ///< there is still a `???` in it
  invalid,         ///< it is no scenario
  not_allowed,     ///< it was changed where it may not be
  crashed,         ///< the process that played it died
  over_limit,      ///< it used more time, memory or disk than it may
  did_not_finish,  ///< grading was broken off before its turn
};
std::string_view to_text(Ending ending);  ///< `not-handed-in`

/// One reason why a case did not pass, with what was seen.
struct Finding {
  std::string run;            ///< which of the case's runs: `cut after byte 6 of 18`; empty if there is one
  std::string what;           ///< server.messages, run.outcome, edit: what was looked at
  std::string expected;       ///< as a scenario would spell it; may be empty
  std::string observed;       ///< the same
  std::string message;        ///< in one or a few lines, complete in itself: what was seen, at which line and event
  std::string misconception;  ///< one-recv-one-message; or empty
  std::string because;        ///< the rubric's reason, or the explanation that the run itself gives
  int line = 0;               ///< of the student's file; 0: none
  std::vector<timeline::EventId> events;
};

/// One case of one exercise.
struct CaseScore {
  std::string name;
  bool hidden = false;
  std::int64_t max_points = 0;
  Verdict verdict = Verdict::failed;
  Ending ending = Ending::did_not_finish;
  std::vector<Finding> findings;  ///< why it did not pass; a few, though every run of it may have found some
  int runs = 0;                   ///< how often it was played
  std::int64_t milliseconds = 0;  ///< what that took, all together
  std::int64_t points() const { return verdict == Verdict::passed ? max_points : 0; }
  /// How it came out, in one word of `outcomes`: the ending where that is why it did not pass, else the verdict.
  std::string_view outcome() const;
};
/// All there are, in the order in which they are counted and shown.
inline constexpr std::array<std::string_view, 11> outcomes{
    "passed",  "failed",      "unanswered", "inconclusive", "not-observable", "not-handed-in",
    "invalid", "not-allowed", "crashed",    "over-limit",   "did-not-finish"};

struct ExerciseScore {
  int lab = 0;
  std::string file;
  std::string title;
  std::vector<CaseScore> cases;
  int hidden_cases = 0;  ///< more of them, which this grading did not have
  std::int64_t hidden_points = 0;
  std::int64_t points() const;
  std::int64_t max_points() const;
};

struct SubmissionScore {
  std::string student;
  std::vector<ExerciseScore> exercises;
  std::int64_t points() const;
  std::int64_t max_points() const;
  /// How many cases have that verdict.
  int count(Verdict verdict) const;
};

struct ClassScore {
  std::string title;
  std::vector<SubmissionScore> submissions;  ///< by name
};

}  // namespace wirelab::grade

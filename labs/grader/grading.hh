// A class graded: which runs have to be made, side by side in processes of their own, and what their results come to.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/interrupt_watch.hh"
#include "labs/grade/scorecard.hh"
#include "labs/grader/fork_server.hh"
#include "labs/grader/play.hh"
#include "labs/grader/sandbox.hh"
#include "labs/grader/submission.hh"
#include "labs/scenario/rubric.hh"

namespace wirelab::grader {

/// One case of one exercise of one submission: the thing that has a score.
struct CaseId {
  std::size_t submission = 0;
  std::size_t rubric = 0;
  std::size_t exercise = 0;
  std::size_t one = 0;
  auto operator<=>(const CaseId&) const = default;
};

/// How many runs at once keep this machine busy: two a processor, since each waits for the kernel half of its time.
std::size_t usual_side_by_side();

/// What this machine can do, and how long it takes for that.
struct Machine {
  double patience = 1;       ///< deadlines are so many times as long
  std::string why_no_hosts;  ///< not empty: it can make no private hosts
};

/// Stopped by SIGINT, SIGTERM or SIGHUP.
struct Interrupted {};

class Grading {
 public:
  struct Options {
    std::size_t side_by_side = 1;                         ///< runs at once
    Allowance allowance;                                  ///< of each run, before it is multiplied by the patience
    std::string key;                                      ///< the instructor's; empty: no variants
    words::Language language = words::Language::english;  ///< of the findings
    std::function<void(const CaseId&)> begins;            ///< told of each run's case before the answer is read
    std::function<void(const CaseId&, const grade::CaseScore&)> finished;  ///< told of each case that has its score
  };

  /// The process must have one thread: what plays the runs is a copy of it. The smaller it is now, the less a run
  /// costs.
  Grading(std::vector<scenario::Rubric> rubrics, std::vector<Submission> submissions, Options options);
  ~Grading();

  const std::vector<scenario::Rubric>& rubrics() const { return rubrics_; }
  const std::vector<Submission>& submissions() const { return submissions_; }
  const scenario::Exercise& exercise(const CaseId& id) const;
  const scenario::Case& one(const CaseId& id) const;
  const std::string& key() const { return options_.key; }

  /// Of every case there is, in order of submissions, rubrics, exercises and cases.
  std::vector<CaseId> ids() const;
  bool is_done(const CaseId& id) const;

  /// It has that score already, from an earlier grading that was broken off.
  void take(const CaseId& id, grade::CaseScore score);
  /// It is to be graded, in its turn.
  void want(const CaseId& id);
  /// Grades until that one has its score, with others that are wanted beside it. The first call looks what this machine
  /// can do. Throws Interrupted, and core::SystemError where the machine itself
  /// fails.
  const grade::CaseScore& finish(const CaseId& id);

  /// All there is so far; what was not graded yet says that it did not finish.
  grade::ClassScore score() const;

 private:
  struct Progress;
  struct Run;
  struct Order;

  /// In a child: carries it out.
  std::string report_on(const std::string& order) const;
  void fill();
  /// False if there is no room for it now, but will be.
  bool start(const Run& run);
  void take_in(const Ended& ended);
  void settle(const CaseId& id);

  std::vector<scenario::Rubric> rubrics_;
  std::vector<Submission> submissions_;
  Options options_;
  ForkServer runs_;             ///< from before there was anything else
  std::optional<Machine> machine_;  ///< once it is known what it can do
  std::map<CaseId, Progress> cases_;
  std::deque<Run> waiting_;
  std::map<int, Run> playing_;
  int tickets_ = 0;
  /// From the first case to the last: a Ctrl-C between two of them is not lost.
  std::optional<core::InterruptWatch> interrupts_;
};

}  // namespace wirelab::grader

// One run of one case of one answer, from the text a student handed in to a judgement. For a process of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "labs/grade/scorecard.hh"
#include "labs/grader/submission.hh"
#include "labs/scenario/rubric.hh"
#include "labs/words/language.hh"

namespace wirelab::grader {

/// Which of a case's runs.
struct Turn {
  int number = 0;
  std::optional<std::int64_t> cut_after;  ///< the actor's stream is cut behind so many bytes
  std::optional<std::size_t> value;       ///< index into the case's values
  std::int64_t of = 0;                    ///< cut_after: bytes of the stream
};
/// `cut after byte 6 of 18`, `wire.seed: 3`; empty if the case has one run.
std::string label_of(const scenario::Case& one, const Turn& turn);

/// What all runs of a grading have in common.
struct Terms {
  std::string key;           ///< the instructor's; empty: no variants
  double patience = 1;       ///< deadlines are so many times as long: how slow this machine is
  std::string why_no_hosts;  ///< not empty: no private hosts can be made here, and runs are on loopback
  words::Language language = words::Language::english;  ///< of the findings
};

struct Played {
  grade::Verdict verdict = grade::Verdict::failed;
  grade::Ending ending = grade::Ending::judged;
  std::vector<grade::Finding> findings;
  std::int64_t stream_bytes = 0;  ///< of the actor whose stream is to be cut: what it sent
  bool out_of_time = false;       ///< a limit of the run was reached: by the answer, or because the machine is slow
  bool out_of_file_space = false;  ///< its files, all together, are more than its own disk holds
  std::string machine_fault;      ///< the machine could not do what it had said it could; then nothing else counts
};

/// Reads the answer, holds it against what was handed out, makes the case's changes, plays it and judges what came.
/// Whatever is wrong with the answer is a finding. To be called in a process that has one thread and ends afterwards:
/// it enters namespaces that it cannot leave.
Played play(const scenario::Rubric& rubric, const scenario::Exercise& exercise, const scenario::Case& one,
            const Turn& turn, const Submission& submission, const Terms& terms);

/// For a pipe between two processes. from_report() throws std::runtime_error for what is no report.
std::string to_report(const Played& played);
Played from_report(const std::string& report);

}  // namespace wirelab::grader

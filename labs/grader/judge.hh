// One run of a case → what did not hold in it. Pure.
#pragma once

#include <string>
#include <vector>

#include "labs/grade/scorecard.hh"
#include "labs/render/record.hh"

namespace wirelab::grader {

struct Judgement {
  grade::Verdict verdict = grade::Verdict::failed;
  std::vector<grade::Finding> findings;  ///< empty if it passed
};

/// Judges the record's checks, its predictions, every `expect` of its steps, how its actors ended and how the run did.
/// A wrong prediction that is one of `guesses` shows the misconception that is named there.
/// The verdict is `passed` only if all of that held; `unanswered` if a prediction or a step still is a `???`;
/// `not_observable` if nothing failed, but something asked for cannot be seen on the stage.
Judgement judge(const render::RunRecord& record, const std::vector<scenario::Check>& guesses = {});

}  // namespace wirelab::grader

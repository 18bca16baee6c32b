// An actor's steps in one row, as far as their order is known before a run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

struct PlannedStep {
  const Step* step = nullptr;  ///< nullptr: the actor's exit, after all others
  std::string_view word;
  std::int64_t most = 1;  ///< how often one copy can make it at most; the largest number if nobody knows
  bool in_loop = false;   ///< inside a repeat or retry
  bool in_retry = false;
  std::size_t end = 0;  ///< index behind it; behind its last inner step for repeat and retry
};

/// A repeat or retry stands before its steps, which are there once; `exit` is the last.
struct Plan {
  const Actor* actor = nullptr;
  std::vector<PlannedStep> steps;

  /// Indices of what `server.<name>` may mean: the step with that id, or all steps with that word.
  std::vector<std::size_t> find(std::string_view name) const;
};

Plan plan_of(const Actor& actor);

bool expects_failure(const Step& step);

}  // namespace wirelab::scenario

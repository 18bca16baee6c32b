// What one attempt at a run came to, and whether the machine may have had a hand in it. Pure.
#pragma once

#include <string>

#include "labs/grader/play.hh"
#include "labs/grader/sandbox.hh"

namespace wirelab::grader {

struct Attempt {
  Played played;
  /// The machine may have had a hand in it: it is played once more before anybody loses a point for it.
  bool again = false;
};

/// A run is tried so often. What is still doubtful then is the machine's fault, and inconclusive.
constexpr int most_attempts = 2;

/// What asked for more than a run, or all of a case's, may have.
Played over_limit(std::string message);

/// Doubtful is what the machine could not do, what was killed by somebody else (the kernel, out of memory), and what a
/// deadline decided while sleepers were woken late: a limit that was reached, or, where `timing` says that real time is
/// what the case is about, any failure. A crash gets another attempt too; if it crashes again, that is what it does.
/// `number` counts from 1.
Attempt attempt_of(const Ended& ended, const Allowance& allowance, bool timing, int number);

}  // namespace wirelab::grader

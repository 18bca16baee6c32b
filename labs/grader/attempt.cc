#include "labs/grader/attempt.hh"

#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

namespace wirelab::grader {
namespace {

using grade::Ending;
using grade::Verdict;
using How = Ended::How;

// Woken later than that, a sleeper is on a machine that has no time for it.
constexpr std::chrono::milliseconds late(100);

constexpr int mebibyte = 20;  // as a power of two

Played without_a_judgement(Ending ending, std::string message) {
  Played played{.verdict = Verdict::failed, .ending = ending};
  played.findings.push_back({.what = std::string(grade::to_text(ending)), .message = std::move(message)});
  return played;
}

Played reported(const std::string& report) {
  try {
    return from_report(report);
  } catch (const std::runtime_error& error) {
    return without_a_judgement(Ending::crashed, error.what());
  }
}

Played crashed(const Ended& ended) {
  if (ended.signal == 0) {
    return without_a_judgement(Ending::crashed, "the process that played it died: " + ended.report);
  }
  Played played =
      without_a_judgement(Ending::crashed, fmt::format("the process that played it died of signal {}", ended.signal));
  // No program does that to itself by a mistake.
  if (ended.signal == SIGKILL) played.machine_fault = "somebody killed the process that played it";
  return played;
}

/// One large file and several that are large together: a limit of the kernel's ends the one, its own disk the others.
Played out_of_file_space(const Allowance& allowance) {
  return over_limit(
      fmt::format("it wrote more than {} MiB into files, the most a run may", allowance.file >> mebibyte));
}

/// What the process reported, or has to say by the way it died.
Played played_of(const Ended& ended, const Allowance& allowance) {
  switch (ended.how) {
    case How::finished: {
      Played played = reported(ended.report);
      return played.out_of_file_space ? out_of_file_space(allowance) : played;
    }
    case How::crashed:
      return crashed(ended);
    case How::out_of_time: {
      Played played = over_limit(fmt::format("it was still at work after {} ms", ended.time.count()));
      played.out_of_time = true;
      return played;
    }
    case How::out_of_processor_time:
      return over_limit(
          fmt::format("it used {} s of the processor's time, the most a run may have", allowance.processor.count()));
    case How::out_of_memory:
      return over_limit(
          fmt::format("it wanted more than {} MiB of memory, the most a run may have", allowance.memory >> mebibyte));
    case How::out_of_file_space:
      return out_of_file_space(allowance);
    case How::reported_too_much:
      return over_limit("what it did is more than can be reported");
  }
  return {};
}

}  // namespace

Played over_limit(std::string message) { return without_a_judgement(Ending::over_limit, std::move(message)); }

Attempt attempt_of(const Ended& ended, const Allowance& allowance, bool timing, int number) {
  Attempt attempt{played_of(ended, allowance)};
  Played& played = attempt.played;
  const bool was_late = ended.lateness > late;
  const bool real_time_decided = played.verdict == Verdict::failed && (played.out_of_time || timing);
  const bool machines = !played.machine_fault.empty() || (real_time_decided && was_late);
  if (number < most_attempts) {
    attempt.again = machines || played.ending == Ending::crashed;
  } else if (machines) {
    played.verdict = Verdict::inconclusive;
    played.findings.insert(
        played.findings.begin(),
        {.what = "the machine",
         .message = played.machine_fault.empty()
                        ? fmt::format("this machine woke sleepers up to {} ms late while it was played, twice",
                                      ended.lateness.count())
                        : "this machine could not play it, twice: " + played.machine_fault});
  }
  return attempt;
}

}  // namespace wirelab::grader

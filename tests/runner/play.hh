// How the tests of the runner play a scenario: for real, on this machine's own sockets. What a test finds wrong prints
// the whole page of the run.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "labs/render/record.hh"
#include "labs/runner/runner.hh"

namespace wirelab::runner::test {

/// A run that is over. The name of a failing test's value: it prints itself as the page a student would see.
struct Played {
  render::RunRecord record;
  const timeline::Timeline& line() const { return record.timeline; }
};
void PrintTo(const Played& played, std::ostream* stream);

/// Why it ended as it did, in English.
std::string reason_of(const Played& played);

/// Loads the YAML text and plays it. Files the scenario names are looked up in `folder`.
/// Throws std::runtime_error with the diagnostics if the text is no scenario.
Played play(const std::string& yaml, const std::filesystem::path& folder = {});
scenario::Scenario load(const std::string& yaml, const std::filesystem::path& folder = {});
Played play(scenario::Scenario scenario);
Played play(scenario::Scenario scenario, const Ground& on);
/// Private hosts, whatever WIRELAB_TEST_STAGE says, if this machine allows them.
const Ground& wire_ground();
/// Where these tests play: on loopback, or with WIRELAB_TEST_STAGE=wire in the environment on private hosts.
const Ground& ground();

/// Steps of one actor, each line without indentation; what stands before `steps` in the actor's map, if anything.
struct Script {
  std::string name;
  std::string steps;
  std::string options = "";
};

/// The YAML of a scenario with these actors and these top-level keys.
std::string scenario_of(const std::vector<Script>& actors, const std::string& top = "");

/// A server and a client that have a connection already, each in its current socket, and go on with these steps.
/// The server's accept is its first step after listen; the client connects when the server is asleep in it.
std::string connected(const std::string& server_steps, const std::string& client_steps, const std::string& top = "");
/// Both steps lists of `connected`, for scripts that need options of their own.
std::string serving(const std::string& steps);
std::string connecting(const std::string& steps);

/// A server with a datagram socket on port 8888, and a client with one that goes on when the server is bound.
std::string datagrams(const std::string& server_steps, const std::string& client_steps, const std::string& top = "");

/// A metric as a scenario would spell it; `not observable` if there is none.
std::string metric(const Played& played, std::string_view name);

/// The n-th call of that name a lane made, from 1. A test failure, and an empty call, if there is none.
timeline::Call call_of(const Played& played, std::string_view lane, std::string_view call, int nth = 1);

/// When a step was let go, counted from 0: `server.accept#1`. A test failure, and -1, if it never was.
int turn_of(const Played& played, std::string_view step);

/// The notes in the order they were made.
std::vector<std::string> notes(const Played& played);

/// What steps expected and did not get, as "line 7: expected …, observed …".
std::vector<std::string> broken_expectations(const Played& played);

MATCHER_P2(Measures, name, value, std::string("whose ") + name + (negation ? " is not " : " is ") + value) {
  const std::string measured = metric(arg, name);
  *result_listener << "whose " << name << " is " << measured;
  return measured == value;
}

MATCHER_P(EndsAs, outcome, std::string(negation ? "does not end as " : "ends as ") + outcome) {
  return metric(arg, "run.outcome") == outcome;
}

/// Completed, with every `expect` and every check met.
MATCHER(HoldsThroughout, negation ? "does not hold throughout" : "ends with every expectation and check met") {
  for (const std::string& broken : broken_expectations(arg)) *result_listener << "\n" << broken;
  bool checks_passed = true;
  for (const grade::CheckResult& check : arg.record.checks) {
    if (check.verdict == grade::Verdict::passed) continue;
    *result_listener << "\n" << check.check.metric << ": " << grade::to_text(check.verdict);
    checks_passed = false;
  }
  return checks_passed && broken_expectations(arg).empty() && metric(arg, "run.outcome") == "completed";
}

}  // namespace wirelab::runner::test

// The program itself: exit status, interruption, many at once.
#include "tests/runner/program.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <list>
#include <nlohmann/json.hpp>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class TheProgram : public testing::Test {
 protected:
  /// A scenario file for the program to play.
  std::string file(const std::string& yaml) {
    const std::filesystem::path path = files_.path() / "scenario.yaml";
    std::ofstream(path) << yaml;
    return path;
  }
  int status_of(const std::string& yaml) { return run_program({"run", file(yaml)}).status; }

 private:
  TemporaryFolder files_;
};

TEST_F(TheProgram, ExitsWith0IfAllHeld) {
  EXPECT_EQ(status_of(connected("- recv: 10\n  expect: \"Hello\"\n", "- send: \"Hello\"\n")), 0);
}

TEST_F(TheProgram, ExitsWith0IfAStepIsUnanswered) {
  const Ended ended = run_program({"run", file(scenario_of({{"alone", "- sleep: ???\n"}})), "--format", "json"});
  EXPECT_EQ(ended.status, 0);
  const nlohmann::json record = nlohmann::json::parse(ended.output);
  EXPECT_EQ(record["outcome"], "unanswered");
  EXPECT_THAT(record["events"], IsEmpty());
}

TEST_F(TheProgram, ExitsWith1IfAnExpectationIsNotMet) {
  EXPECT_EQ(status_of(connected("- recv: 10\n  expect: \"Goodbye\"\n", "- send: \"Hello\"\n")), 1);
}

TEST_F(TheProgram, ExitsWith1IfACheckIsNotMet) {
  EXPECT_EQ(status_of(connected("", "", "checks:\n  - client.connect.count: 2\n")), 1);
}

TEST_F(TheProgram, ExitsWith2IfTheFileIsWrong) {
  const Ended ended = run_program({"run", file("wirelab: 1\nactors:\n  alone:\n    - sokcet: stream\n")});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.output, IsEmpty());
  EXPECT_THAT(ended.complaints, HasSubstr("scenario.yaml:4:7: error"));
}

TEST_F(TheProgram, ExitsWith3IfTheStageCannotDoIt) {
  const Ended ended = run_program(
      {"run", file(connected("", "", "wire:\n  delay: 20ms\n")), "--stage", "loopback", "--format", "json"});
  EXPECT_EQ(ended.status, 3);
  EXPECT_EQ(nlohmann::json::parse(ended.output)["outcome"], "not-possible-here");
}

TEST_F(TheProgram, ExitsWith4AtADeadlock) { EXPECT_EQ(status_of(connected("- recv: 10\n", "- recv: 10\n")), 4); }

TEST_F(TheProgram, ExitsWith4AtALimit) {
  EXPECT_EQ(status_of(scenario_of({{"alone", "- sleep: 5s\n"}}, "limits: {run: 50ms}")), 4);
}

TEST_F(TheProgram, LeavesNothingBehind) {
  const TemporaryFolder folder;
  EXPECT_EQ(Program({"run", file(connected("- recv_file: \"copy\"\n", "- send: \"Hello\"\n"))}, folder).wait().status,
            0);
  EXPECT_TRUE(folder.is_empty());
}

class Interrupted : public TheProgram, public testing::WithParamInterface<std::pair<int, const char*>> {};

TEST_P(Interrupted, EndsWith130AndLeavesNothingBehindAndNothingHalf) {
  const TemporaryFolder folder;
  // One sleeps on the run's clock, one in a call with half a file, one waits to be let go.
  const std::string scenario = file(scenario_of({{"server", serving("- recv_file: \"copy\"\n")},
                                                 {"client", connecting("- send: \"half a file\"\n- sleep: 10s\n")},
                                                 {"waiting", "- note: \"never\"\n  after: client.sleep\n"}}));
  Program program({"run", scenario, "--format", "json"}, folder);
  ASSERT_TRUE(program.has_begun()) << program.wait().complaints;
  program.signal(GetParam().first);
  const Ended ended = program.wait();
  EXPECT_EQ(ended.status, 130);
  EXPECT_TRUE(folder.is_empty());
  const nlohmann::json record = nlohmann::json::parse(ended.output);
  EXPECT_EQ(record["outcome"], "interrupted");
  EXPECT_THAT(ended.complaints, HasSubstr("interrupted"));
}

INSTANTIATE_TEST_SUITE_P(By, Interrupted,
                         testing::Values(std::pair(SIGINT, "SIGINT"), std::pair(SIGTERM, "SIGTERM"),
                                         std::pair(SIGHUP, "SIGHUP")),
                         [](const auto& test) { return test.param.second; });

TEST_F(TheProgram, GivesTheSameRecordInSixteenProcessesAtOnce) {
  const std::string scenario = file(scenario_of({{"server", serving(R"(
- recv_message: 3
- close: listener
)"),
                                                  R"(framing: {kind: delimiter, delimiter: "\n"})"},
                                                 {"client", connecting(R"(
- send_message: "Hello"
- sleep: 5ms
- send_message: "World"
- send_message: "Again"
- socket: dgram
- sendto: {to: letters, data: "one"}
- sendto: {to: letters, data: "two"}
)"),
                                                  "cut: each\nframing: {kind: delimiter, delimiter: \"\\n\"}"},
                                                 {"letters", "- socket: dgram\n- bind: 8888\n- recvfrom: 10\n"}},
                                                "wire:\n  rules:\n    - drop: {contains: \"one\"}\n"));
  const TemporaryFolder folder;
  std::list<Program> programs;
  for (int i = 0; i < 16; ++i) {
    programs.emplace_back(std::vector<std::string>{"run", scenario, "--format", "json", "--canonical"}, folder);
  }
  const Ended first = programs.front().wait();
  EXPECT_EQ(first.status, 0) << first.output << first.complaints;
  for (auto program = std::next(programs.begin()); program != programs.end(); ++program) {
    const Ended other = program->wait();
    EXPECT_EQ(other.status, first.status);
    EXPECT_EQ(other.output, first.output);
  }
  EXPECT_TRUE(folder.is_empty());
}

}  // namespace
}  // namespace wirelab::runner::test

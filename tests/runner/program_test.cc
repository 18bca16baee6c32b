// The program itself: exit status, interruption, many at once.
#include "tests/runner/program.hh"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <list>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::ContainsRegex;
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

  /// Plays it in so many processes at once: all must end as the first, which must have held throughout.
  Ended the_same_in(int processes, const std::string& yaml) {
    const std::string scenario = file(yaml);
    const TemporaryFolder folder;
    std::list<Program> programs;
    for (int i = 0; i < processes; ++i) {
      programs.emplace_back(std::vector<std::string>{"run", scenario, "--format", "json", "--canonical"}, folder);
    }
    Ended first = programs.front().wait();
    EXPECT_EQ(first.status, 0) << first.output << first.complaints;
    for (auto program = std::next(programs.begin()); program != programs.end(); ++program) {
      const Ended other = program->wait();
      EXPECT_EQ(other.status, first.status);
      EXPECT_EQ(other.output, first.output);
    }
    EXPECT_TRUE(folder.is_empty());
    return first;
  }

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

TEST_F(TheProgram, TellsAtWhichStepNoMoreFilesMayBeOpen) {
  std::string steps;
  for (int i = 0; i < 200; ++i) steps += "- recv_file: {name: \"" + std::to_string(i) + "\", size: 1}\n";
  const auto few_descriptors = [] {
    const rlimit few{64, 64};
    return setrlimit(RLIMIT_NOFILE, &few) == 0;
  };
  const Ended ended =
      run_program({"run", file(connected(steps, "- send: {fill: \"x\", size: 200}\n")), "--stage", "loopback"}, {},
                  few_descriptors);
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, ContainsRegex("server failed with EMFILE, and no step expected that +:[1-9]"));
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

// ------------------------------------------------------------------------------- where hosts cannot be made

/// From now on unshare(2) fails with EPERM in this process, if its flags have one of these bits: seccomp(2), as a
/// container does it.
bool forbid_unshare(unsigned flags) {
  std::array<sock_filter, 6> program = {{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  }};
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

bool write_text(const char* file, const std::string& text) {
  const int fd = ::open(file, O_WRONLY | O_CLOEXEC);
  const bool written = fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  if (fd >= 0) ::close(fd);
  return written;
}

/// From now on this process may make no network namespace: user_namespaces(7), "Interaction with … limits".
bool forbid_network_namespaces() {
  const std::string user = "0 " + std::to_string(geteuid()) + " 1";
  const std::string group = "0 " + std::to_string(getegid()) + " 1";
  return unshare(CLONE_NEWUSER) == 0 && write_text("/proc/self/setgroups", "deny") &&
         write_text("/proc/self/uid_map", user) && write_text("/proc/self/gid_map", group) && write_text("/proc/sys/user/max_net_namespaces", "0");
}

struct Obstacle {
  const char* name;
  std::function<bool()> first;
  const char* step;
};
void PrintTo(const Obstacle& obstacle, std::ostream* stream) { *stream << obstacle.name; }

class WithoutHosts : public TheProgram, public testing::WithParamInterface<Obstacle> {
 protected:
  void SetUp() override {
    if (!hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts anyway";
  }
};

TEST_P(WithoutHosts, PlaysOnLoopbackAndSaysInOneLineWhatStoodInTheWay) {
  const std::string scenario = file(connected("- recv: 10\n  expect: \"Hello\"\n", "- send: \"Hello\"\n"));
  const Ended ended = run_program({"run", scenario, "--format", "json"}, {}, GetParam().first);
  if (ended.status == 127) GTEST_SKIP() << "this machine does not let a test forbid itself that";
  EXPECT_EQ(ended.status, 0) << ended.complaints;
  const nlohmann::json record = nlohmann::json::parse(ended.output);
  EXPECT_EQ(record["stage"], "loopback");
  EXPECT_THAT(record["stage_note"].get<std::string>(), HasSubstr(GetParam().step));
  EXPECT_THAT(record["stage_note"].get<std::string>(), HasSubstr("make doctor"));
}

TEST_P(WithoutHosts, SaysThatAScenarioWhichNeedsThemIsNotPossibleHere) {
  const std::string scenario = file(connected("", "", "wire: {delay: 20ms}\n"));
  const Ended ended = run_program({"run", scenario, "--format", "json"}, {}, GetParam().first);
  if (ended.status == 127) GTEST_SKIP() << "this machine does not let a test forbid itself that";
  EXPECT_EQ(ended.status, 3) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr(GetParam().step));
}

TEST_P(WithoutHosts, TheDoctorNamesTheStepAndWhatWouldChangeIt) {
  const Ended ended = run_program({"doctor", WIRELAB_SOURCE_DIR "/scenarios"}, {}, GetParam().first);
  if (ended.status == 127) GTEST_SKIP() << "this machine does not let a test forbid itself that";
  EXPECT_EQ(ended.status, 3) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr(GetParam().step));
  EXPECT_THAT(ended.output, HasSubstr("To change it"));
}

INSTANTIATE_TEST_SUITE_P(
    Because, WithoutHosts,
    testing::Values(Obstacle{"AFilterRefusesUserNamespaces", [] { return forbid_unshare(CLONE_NEWUSER); },
                             "unshare(CLONE_NEWUSER): "},
                    Obstacle{"AFilterRefusesNetworkNamespaces", [] { return forbid_unshare(CLONE_NEWNET); },
                             "unshare(CLONE_NEWNET): "},
                    Obstacle{"NoNetworkNamespaceIsLeft", forbid_network_namespaces, "unshare(CLONE_NEWNET): "}),
    [](const auto& test) { return test.param.name; });

TEST_F(TheProgram, LeavesNoProcessAndNoFileBehindEvenIfItIsKilled) {
  const TemporaryFolder folder;
  const std::string scenario = file(scenario_of(
      {{"server", serving("- recv_file: \"copy\"\n")}, {"client", connecting("- send: \"half\"\n- sleep: 10s\n")}}));
  Program program({"run", scenario}, folder);
  ASSERT_TRUE(program.has_begun());
  // Whoever waits to take its place, as the kernel lists them: proc(5), task/…/children.
  const std::string task = std::to_string(program.process());
  std::istringstream children(content_of("/proc/" + task + "/task/" + task + "/children"));
  std::vector<pollfd> living;
  for (pid_t child = 0; children >> child;) {
    living.push_back({static_cast<int>(syscall(SYS_pidfd_open, child, 0)), POLLIN, 0});
  }
  program.signal(SIGKILL);
  program.wait();
  EXPECT_TRUE(folder.is_empty());
  for (pollfd& child : living) {
    // Gone already, or going: the descriptor is readable when it has ended, pidfd_open(2).
    if (child.fd < 0) continue;
    EXPECT_EQ(::poll(&child, 1, 60'000), 1) << "a process is still there a minute after its parent was killed";
    ::close(child.fd);
  }
}

TEST_F(TheProgram, GivesTheSameRecordInSixteenProcessesAtOnce) {
  the_same_in(16, scenario_of({{"server", serving(R"(
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
}

TEST_F(TheProgram, TellsOneStoryOfALostSynAckWhoeversTimerIsSeenFirst) {
  if (!hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts";
  const Ended first = the_same_in(8, connected("- recv: 10\n  expect: \"Hello\"\n", "- send: \"Hello\"\n",
                                               "wire: {rules: [{drop: {from: server, packet: SYN-ACK, nth: 1}}]}\n"));
  EXPECT_EQ(nlohmann::json::parse(first.output)["summary"]["wire.handshake"],
            nlohmann::json::array({"SYN", "SYN-ACK", "SYN", "SYN-ACK", "ACK"}));
}

TEST_F(TheProgram, CapturesOnLoopbackHoweverThatWasChosen) {
  if (!hosts_are_allowed()) GTEST_SKIP() << "this machine allows no network of one's own";
  const std::string hello = connected("- recv: 10\n", "- send: \"Hello\"\n", "stage: loopback\n");
  for (const std::vector<std::string>& choice : {std::vector<std::string>{}, {"--stage", "loopback"}}) {
    std::vector<std::string> arguments = {"run", file(hello), "--capture", "--format", "json"};
    arguments.insert(arguments.end(), choice.begin(), choice.end());
    const nlohmann::json record = nlohmann::json::parse(run_program(arguments).output);
    EXPECT_EQ(record["stage"], "loopback");
    EXPECT_EQ(record["summary"]["wire.handshake"], nlohmann::json::array({"SYN", "SYN-ACK", "ACK"}));
  }
}

/// How many packets are in a capture: blocks of type 6, each of which says how long it is.
std::size_t packets_in(const std::string& capture) {
  std::size_t packets = 0;
  const auto number = [&](std::size_t at) {
    std::uint32_t value = 0;
    std::memcpy(&value, capture.data() + at, sizeof value);
    return value;
  };
  for (std::size_t at = 0; at + 12 <= capture.size(); at += number(at + 4)) packets += number(at) == 6;
  return packets;
}

TEST_F(TheProgram, WritesAllPacketsToLinesAndCapturesHoweverFewItKeeps) {
  if (!hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts";
  const std::string scenario = file(connected("- recv: {exactly: 50000}\n", "- send: {fill: \"x\", size: 50000}\n",
                                              "wire: {mtu: 600}\n"));
  const auto run = [&](const char* format) {
    return run_program({"run", scenario, "--packets", "20", "--format", format}).output;
  };
  std::istringstream lines(run("jsonl"));
  nlohmann::json line;
  std::int64_t packets = 0;
  std::int64_t without_id = 0;
  for (std::string text; std::getline(lines, text);) {
    line = nlohmann::json::parse(text);
    if (line.value("kind", "") != "packet") continue;
    ++packets;
    without_id += !line.contains("id");
  }
  const auto all = line["summary"]["wire.packets"].get<std::int64_t>();
  EXPECT_GT(all, 100);
  EXPECT_EQ(packets, all);
  std::int64_t counted = 0;
  for (const nlohmann::json& alike : line["packets_left_out"]) counted += alike["count"].get<std::int64_t>();
  EXPECT_EQ(without_id, counted);
  EXPECT_EQ(packets_in(run("pcapng")), static_cast<std::size_t>(all));
  EXPECT_THAT(run("text"), HasSubstr("more packets were counted and are not shown"));
}

}  // namespace
}  // namespace wirelab::runner::test

// A run as a whole: limits, what is not possible here, IPv6, one after another, and the labs backwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>

#include "core/address.hh"
#include "core/error.hh"
#include "core/socket.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/loader.hh"
#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Limits, OfTheRunEndItHoweverBusyItIs) {
  const Played played = play(scenario_of({{"alone", R"(
- repeat:
    times: 1000
    steps:
      - sleep: 10ms
)"}},
                                         "limits: {run: 100ms}"));
  EXPECT_THAT(played, EndsAs("timeout"));
  EXPECT_THAT(reason_of(played), HasSubstr("100 ms"));
  // The limit ends the sleep that it comes upon, and none before; a machine that is late may not have begun one.
  const auto& events = played.line().events;
  for (std::size_t i = 0; i + 1 < events.size(); ++i) {
    EXPECT_EQ(events[i].call() ? events[i].call()->ended_by : "", "") << "event " << i + 1;
  }
  EXPECT_EQ(render::exit_status(played.record), 4);
}

TEST(Limits, OfAStepEndARunInWhichNothingMoves) {
  // The second client's SYN is ignored by a full queue, and is sent again after a second at the earliest.
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 0
- accept:
  after: client#2.connect
)"},
                                          {"client", R"(
- socket: stream
- connect: server
  after: server.listen
)",
                                           "copies: 2"}},
                                         "limits: {step: 200ms}"));
  EXPECT_THAT(played, AllOf(EndsAs("timeout"), Measures("client#2.connect.blocked", "yes")));
  EXPECT_THAT(reason_of(played), HasSubstr("200 ms"));
  EXPECT_EQ(call_of(played, "client#2", "connect").ended_by, "limit");
}

TEST(Limits, OfAStepDoNotEndASleep) {
  EXPECT_THAT(play(scenario_of({{"alone", "- sleep: 1500ms\n"}}, "limits: {step: 1s}")), EndsAs("completed"));
}

TEST(Unanswered, AStepWithQuestionMarksIsNotPlayed) {
  const Played played = play(scenario_of({{"alone", "- note: \"never\"\n- sleep: ???\n"}}));
  EXPECT_THAT(played, EndsAs("unanswered"));
  EXPECT_THAT(played.line().events, IsEmpty());
  EXPECT_EQ(render::exit_status(played.record), 0);
}

TEST(NotPossibleHere, AWireThatDelaysIsNotPlayedOnLoopback) {
  scenario::Scenario scenario = load(connected("", "", "wire:\n  delay: 20ms\n"));
  scenario.stage = scenario::StageChoice::loopback;
  const Played played = play(std::move(scenario));
  EXPECT_THAT(played, EndsAs("not-possible-here"));
  EXPECT_THAT(played.line().events, IsEmpty());
  EXPECT_THAT(reason_of(played), HasSubstr("delay"));
  EXPECT_EQ(render::exit_status(played.record), 3);
}

bool has_ipv6() {
  try {
    core::StreamSocket::create(core::Family::ipv6).bind(core::Address::loopback(core::Family::ipv6, 0));
    return true;
  } catch (const core::SystemError&) {
    return false;
  }
}

TEST(Ipv6, PlaysTheSameStories) {
  if (!has_ipv6()) GTEST_SKIP() << "this machine has no IPv6";
  EXPECT_THAT(play(connected(R"(
- recv: 100
  expect: "Hello"
- close
)",
                             R"(
- send: "Hello"
  after: server.recv blocked
- recv: 100
  expect: eof
)",
                             "family: ipv6")),
              AllOf(HoldsThroughout(), Measures("wire.time_wait", "[server]")));
  EXPECT_THAT(play(datagrams(R"(
- recvfrom: 100
  expect: "two"
- sendto: "answer"
)",
                             R"(
- sendto: {to: server, data: "one"}
- sendto: {to: server, data: "two"}
- recvfrom: 100
  expect: "answer"
)",
                             R"(
family: ipv6
wire:
  rules:
    - drop: {contains: "one"}
)")),
              AllOf(HoldsThroughout(), Measures("datagrams.lost", "1")));
  EXPECT_THAT(play(scenario_of({{"server", "- note: \"runs nothing\""}, {"client", R"(
- socket: dgram
- connect: {to: server, port: 8888}
- send: "Hello"
- recv: 100
  expect: {fails: ECONNREFUSED}
)"}},
                               "family: ipv6")),
              HoldsThroughout());
}

TEST(Runs, FollowEachOtherInOneProcess) {
  const std::string yaml = connected("- recv: 10\n  expect: \"Hello\"\n", "- send: \"Hello\"\n");
  const Played first = play(yaml);
  const Played second = play(yaml);
  EXPECT_THAT(first, HoldsThroughout());
  EXPECT_THAT(second, HoldsThroughout());
  EXPECT_EQ(first.line().order, second.line().order);
}

TEST(Runs, CloseEveryDescriptorTheyOpened) {
  const auto open_descriptors = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  play(connected("", ""));
  const auto before = open_descriptors();
  play(connected("- recv: 10\n", "- recv: 10\n"));
  play(connected("- recv_file: \"copy\"\n", "- send: \"Hello\"\n"));
  play(scenario_of({{"alone", "- sleep: 5s\n"}}, "limits: {run: 10ms}"));
  play(datagrams("- recvfrom: 10\n  timeout: 10ms\n  expect: {fails: timeout}\n", ""));
  EXPECT_EQ(open_descriptors(), before);
}

TEST(Runs, GiveTheSignalsBackAsTheyWere) {
  struct sigaction before {};
  ASSERT_EQ(sigaction(SIGUSR1, nullptr, &before), 0);
  sigset_t blocked_before;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked_before);
  play(connected("", ""));
  struct sigaction after {};
  sigaction(SIGUSR1, nullptr, &after);
  sigset_t blocked_after;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked_after);
  EXPECT_EQ(after.sa_handler, before.sa_handler);
  EXPECT_EQ(sigismember(&blocked_after, SIGINT), sigismember(&blocked_before, SIGINT));
}

// ------------------------------------------------------------------------------------------------------ the labs

std::vector<std::filesystem::path> lab_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(WIRELAB_SOURCE_DIR "/scenarios")) {
    // An exercise as it is handed out does not hold.
    const bool is_exercise = entry.path().filename().string().starts_with("exercise-");
    const bool is_translation = entry.path().parent_path().filename() == "zh";
    if (!is_exercise && !is_translation && entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string test_name(const std::filesystem::path& file) {
  std::string name = file.parent_path().filename().string() + "_" + file.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class Lab : public testing::TestWithParam<std::filesystem::path> {
 protected:
  static Played play_at(scenario::Pace pace) {
    scenario::Loaded loaded = scenario::load_file(GetParam());
    if (!loaded.scenario) throw std::runtime_error("not well formed: " + GetParam().string());
    loaded.scenario->pace = pace;
    return play(std::move(*loaded.scenario));
  }
};

/// A lesson that checks messages with `any_order` says that their order is luck.
bool comes_in_any_order(const Played& played, const std::string& metric) {
  return std::ranges::any_of(played.record.checks, [&](const grade::CheckResult& result) {
    const std::string actor = result.check.metric.substr(0, result.check.metric.find('.'));
    return result.check.expected.kind == scenario::Expected::Kind::any_order &&
           (metric == actor + ".messages" || metric.starts_with(actor + ".received."));
  });
}

TEST_P(Lab, HoldsAndDependsOnNoLuckButWhereSaid) {
  const Played forward = play_at(scenario::Pace::stepped);
  if (!ground().right && forward.line().outcome == timeline::Outcome::not_possible_here) {
    EXPECT_THAT(reason_of(forward), testing::HasSubstr("private hosts"));
    return;
  }
  const Played backward = play_at(scenario::Pace::reversed);
  EXPECT_EQ(render::exit_status(forward.record), 0) << testing::PrintToString(forward);

  const auto values = [](const Played& played) {
    std::map<std::string, std::string> found;
    for (const auto& [name, measured] : played.record.summary) {
      const bool may_differ = name.ends_with(".blocked") || name == "run.order" || measured.machine_dependent ||
                              comes_in_any_order(played, name);
      if (!may_differ && measured.value) found[name] = scenario::to_text(*measured.value);
    }
    return found;
  };
  EXPECT_EQ(values(backward), values(forward)) << testing::PrintToString(backward);
  ASSERT_EQ(backward.record.checks.size(), forward.record.checks.size());
  for (std::size_t i = 0; i < forward.record.checks.size(); ++i) {
    const grade::CheckResult& there = forward.record.checks[i];
    const grade::CheckResult& back = backward.record.checks[i];
    if (there.check.metric.ends_with(".blocked")) continue;
    EXPECT_EQ(back.verdict, there.verdict) << there.check.metric << testing::PrintToString(backward);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Lab, testing::ValuesIn(lab_files()),
                         [](const auto& test) { return test_name(test.param); });

}  // namespace
}  // namespace wirelab::runner::test

#include "labs/grader/sandbox.hh"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/error.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/loader.hh"
#include "tests/grader/class_folder.hh"

namespace wirelab::grader {
namespace {

using namespace std::chrono_literals;
using How = Ended::How;

Ended do_in_a_sandbox(const Sandbox::Work& work, const Allowance& allowance = {}) {
  Sandbox sandbox;
  sandbox.start(7, allowance, work);
  return sandbox.wait().value();
}

TEST(Sandbox, ReportsWhatTheWorkReturns) {
  const Ended ended = do_in_a_sandbox([] { return std::string("done"); });
  EXPECT_EQ(ended.how, How::finished);
  EXPECT_EQ(ended.ticket, 7);
  EXPECT_EQ(ended.report, "done");
}

TEST(Sandbox, ReportsMoreThanAPipeHolds) {
  const std::string much(std::size_t{300} << 10, 'x');
  EXPECT_EQ(do_in_a_sandbox([&] { return much; }).report, much);
}

TEST(Sandbox, LetsNoChangeOutOfTheChild) {
  int here = 1;
  do_in_a_sandbox([&] {
    here = 2;
    return std::string();
  });
  EXPECT_EQ(here, 1);
}

TEST(Sandbox, SurvivesACrash) {
  const Ended ended = do_in_a_sandbox([]() -> std::string {
    raise(SIGKILL);
    return "";
  });
  EXPECT_EQ(ended.how, How::crashed);
  EXPECT_EQ(ended.signal, SIGKILL);
}

TEST(Sandbox, TellsWhatWasThrown) {
  const Ended ended = do_in_a_sandbox([]() -> std::string { throw std::runtime_error("no such luck"); });
  EXPECT_EQ(ended.how, How::crashed);
  EXPECT_EQ(ended.signal, 0);
  EXPECT_EQ(ended.report, "no such luck");
}

// A run that may have no file system of its own writes to the one of all.
TEST(Sandbox, LeavesNoFileOfARunThatIsKilled) {
  const test::ClassFolder folder;
  const test::TemporaryFilesIn here(folder.path());
  const scenario::Loaded lesson = scenario::load_text(R"(
wirelab: 1
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
    - accept
    - recv_file: "copy"
  client:
    - socket: stream
    - connect: server
      after: server.listen
    - send: "x"
    - sleep: 10s
)",
                                                      "lesson.yaml");
  ASSERT_TRUE(lesson.scenario);
  Allowance allowance;
  allowance.time = 1s;
  const Ended ended = do_in_a_sandbox(
      [&] {
        runner::run(*lesson.scenario, {.why_not = "it is not asked for"});
        return std::string();
      },
      allowance);
  EXPECT_EQ(ended.how, How::out_of_time);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Sandbox, EndsWhatSleepsForEver) {
  Allowance allowance;
  allowance.time = 1ms;
  EXPECT_EQ(
      do_in_a_sandbox([]() -> std::string { return std::string(static_cast<std::size_t>(pause()), ' '); }, allowance)
          .how,
      How::out_of_time);
}

TEST(Sandbox, EndsWhatComputesForEver) {
  Allowance allowance;
  allowance.processor = 1s;
  // Beside others that compute it may take much longer than that to have computed for a second.
  allowance.time = 1h;
  const Ended ended = do_in_a_sandbox(
      []() -> std::string {
        // Something to look at in each turn: a loop that does nothing at all might be left out.
        for (volatile bool goes_on = true; goes_on;) {
        }
        return "";
      },
      allowance);
  EXPECT_EQ(ended.how, How::out_of_processor_time);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Sandbox, EndsWhatWantsMoreAndMoreMemory) {
  Allowance allowance;
  allowance.memory = std::size_t{128} << 20;
  const Ended ended = do_in_a_sandbox(
      []() -> std::string {
        std::vector<std::string> hoard;
        for (;;) hoard.emplace_back(std::size_t{1} << 20, 'x');
      },
      allowance);
  EXPECT_EQ(ended.how, How::out_of_memory);
}
#endif

TEST(Sandbox, EndsWhatFillsTheDisk) {
  Allowance allowance;
  allowance.file = 1 << 20;
  std::string name = testing::TempDir() + "wirelab-sandbox-XXXXXX";
  const core::FileDescriptor made(mkstemp(name.data()));
  const Ended ended = do_in_a_sandbox(
      [&]() -> std::string {
        std::ofstream file(name);
        const std::string block(std::size_t{64} << 10, 'x');
        while (file.write(block.data(), static_cast<std::streamsize>(block.size()))) {
        }
        return "";
      },
      allowance);
  unlink(name.c_str());
  EXPECT_EQ(ended.how, How::out_of_file_space);
}

TEST(Sandbox, EndsWhatReportsWithoutEnd) {
  Allowance allowance;
  allowance.report = 1000;
  EXPECT_EQ(do_in_a_sandbox([] { return std::string(1 << 20, 'x'); }, allowance).how, How::reported_too_much);
}

TEST(Sandbox, HasNoFileOpenButItsReport) {
  const Ended ended = do_in_a_sandbox([]() -> std::string {
    int open = 0;
    for (int fd = STDERR_FILENO + 1; fd < 256; ++fd) open += fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    return std::to_string(open);
  });
  EXPECT_EQ(ended.report, "1");
}

TEST(Sandbox, ReadsNothingAndWritesNowhere) {
  const Ended ended = do_in_a_sandbox([]() -> std::string {
    char byte = 0;
    return ::read(STDIN_FILENO, &byte, 1) == 0 && ::write(STDOUT_FILENO, "x", 1) == 1 ? "nothing" : "something";
  });
  EXPECT_EQ(ended.report, "nothing");
}

TEST(Sandbox, TakesWhateverAChildHasStartedWithIt) {
  // Then a grandchild that lost its parent is ours to wait for: prctl(2).
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  Allowance allowance;
  allowance.report = 1000;
  const Ended ended = do_in_a_sandbox(
      []() -> std::string {
        if (fork() == 0) pause();
        return std::string(2000, 'x');
      },
      allowance);
  EXPECT_EQ(ended.how, How::reported_too_much);
  int status = 0;
  EXPECT_GT(waitpid(-1, &status, 0), 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
}

TEST(Sandbox, WorksSideBySide) {
  Sandbox sandbox;
  constexpr int many = 8;
  for (int i = 0; i < many; ++i) {
    sandbox.start(i, {}, [i] { return std::to_string(i); });
  }
  EXPECT_EQ(sandbox.at_work(), 8U);
  std::set<std::string> reports;
  while (sandbox.at_work() > 0) reports.insert(sandbox.wait().value().report);
  EXPECT_EQ(reports.size(), 8U);
}

TEST(Sandbox, StopsWaitingWhenItIsInterrupted) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const core::FileDescriptor hears(ends[0]);
  const core::FileDescriptor tells(ends[1]);
  Sandbox sandbox;
  sandbox.start(1, {}, []() -> std::string { return std::string(static_cast<std::size_t>(pause()), ' '); });
  ASSERT_EQ(write(tells.get(), "!", 1), 1);
  EXPECT_FALSE(sandbox.wait(hears.get()).has_value());
}

TEST(Sandbox, LeavesNoChildBehind) {
  {
    Sandbox sandbox;
    sandbox.start(1, {}, []() -> std::string { return std::string(static_cast<std::size_t>(pause()), ' '); });
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace wirelab::grader

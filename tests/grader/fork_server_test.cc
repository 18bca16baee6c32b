#include "labs/grader/fork_server.hh"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <set>
#include <string>

namespace wirelab::grader {
namespace {

using How = Ended::How;

std::string sleep_for_ever(const std::string&) { return std::string(static_cast<std::size_t>(pause()), ' '); }

pid_t only_child_of(pid_t parent) {
  std::ifstream children("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
  pid_t child = 0;
  children >> child;
  return child;
}

TEST(ForkServer, ReportsWhatIsMadeOfAnOrder) {
  ForkServer server([](const std::string& order) { return "done: " + order; });
  server.start(7, {}, "dinner");
  const Ended ended = server.wait().value();
  EXPECT_EQ(ended.ticket, 7);
  EXPECT_EQ(ended.how, How::finished);
  EXPECT_EQ(ended.report, "done: dinner");
}

TEST(ForkServer, HasReportsOfEverySizeComeWhole) {
  constexpr std::size_t largest = std::size_t{1} << 20;
  ForkServer server([](const std::string& order) { return std::string(std::stoul(order), 'x'); });
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, largest}) {
    server.start(1, {}, std::to_string(size));
    EXPECT_EQ(server.wait().value().report.size(), size);
  }
}

TEST(ForkServer, WorksSideBySide) {
  ForkServer server([](const std::string& order) { return order; });
  constexpr int many = 8;
  for (int i = 0; i < many; ++i) server.start(i, {}, std::to_string(i));
  EXPECT_EQ(server.at_work(), 8U);
  std::set<std::string> reports;
  while (server.at_work() > 0) reports.insert(server.wait().value().report);
  EXPECT_EQ(reports.size(), 8U);
}

TEST(ForkServer, IsACopyOfWhatWasThereWhenItWasMade) {
  std::string here = "early";
  ForkServer server([&](const std::string&) { return here; });
  here = "late";
  server.start(1, {}, "");
  EXPECT_EQ(server.wait().value().report, "early");
}

TEST(ForkServer, TellsHowAChildDied) {
  ForkServer server([](const std::string&) {
    raise(SIGKILL);
    return std::string();
  });
  server.start(1, {}, "");
  const Ended ended = server.wait().value();
  EXPECT_EQ(ended.how, How::crashed);
  EXPECT_EQ(ended.signal, SIGKILL);
}

TEST(ForkServer, KeepsTheLimitsOfEachOrder) {
  ForkServer server(sleep_for_ever);
  server.start(1, {.time = std::chrono::milliseconds(20)}, "");
  EXPECT_EQ(server.wait().value().how, How::out_of_time);
}

TEST(ForkServer, StopsWaitingWhenItIsInterrupted) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const core::FileDescriptor hears(ends[0]);
  const core::FileDescriptor tells(ends[1]);
  ForkServer server(sleep_for_ever);
  server.start(1, {}, "");
  ASSERT_EQ(write(tells.get(), "!", 1), 1);
  EXPECT_FALSE(server.wait(hears.get()).has_value());
}

TEST(ForkServer, LeavesNoProcessBehind) {
  {
    ForkServer server(sleep_for_ever);
    server.start(1, {}, "");
  }
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(ForkServer, SaysThatItWasKilled) {
  ForkServer server(sleep_for_ever);
  server.start(1, {}, "");
  kill(only_child_of(getpid()), SIGKILL);
  EXPECT_THROW(server.wait(), ServerIsGone);
  EXPECT_THROW(server.start(2, {}, ""), ServerIsGone);
}

// Whether the server hears that its maker is gone, and kills the child, or is killed itself before: the kernel closes
// what a process had open first, and sends the signals of PR_SET_PDEATHSIG after that.
TEST(ForkServer, EndsWithItsMakerHoweverThatEnds) {
  // Orphans become ours, prctl(2).
  ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  const pid_t maker = fork();
  if (maker == 0) {
    ForkServer server(sleep_for_ever);
    server.start(1, {}, "");
    raise(SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(maker, &status, 0), maker);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it had started a child that sleeps for ever";
  // Comes to an end only if both have ended.
  while (waitpid(-1, nullptr, 0) > 0) {
  }
  EXPECT_EQ(errno, ECHILD);
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

}  // namespace
}  // namespace wirelab::grader

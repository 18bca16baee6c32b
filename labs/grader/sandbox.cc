#include "labs/grader/sandbox.hh"

#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <utility>

#include "core/error.hh"
#include "core/file.hh"
#include "core/poller.hh"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WIRELAB_SANITIZED 1
#endif

namespace wirelab::grader {
namespace {

// Exit statuses of a child, beyond 0.
constexpr int threw = 1;
constexpr int no_memory = 2;

// How often we look how late we are woken.
constexpr std::chrono::milliseconds between_looks(50);

void limit(int resource, std::size_t most) {
  rlimit wanted{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) != 0) return;
  wanted.rlim_cur = std::min<rlim_t>(most, wanted.rlim_max);
  // The soft limit alone: of the processor's time the kernel warns at the soft one (SIGXCPU), which kills.
  setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted);
}

void keep_within(const Allowance& allowance) {
  constexpr std::size_t stack_of_a_thread = std::size_t{512} << 10;
  constexpr std::size_t descriptors = 4096;
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, descriptors);
  limit(RLIMIT_FSIZE, allowance.file);
  limit(RLIMIT_CPU, static_cast<std::size_t>(allowance.processor.count()));
#ifndef WIRELAB_SANITIZED
  // A sanitizer writes to more memory than the machine has, in a way: its shadow counts.
  limit(RLIMIT_DATA, allowance.memory);
#endif
  // Two hundred actors are two hundred threads, and each would otherwise count with a stack of 8 MiB.
  pthread_attr_t attributes{};
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack_of_a_thread);
  pthread_setattr_default_np(&attributes);
  pthread_attr_destroy(&attributes);
  mallopt(M_ARENA_MAX, 2);
}

[[noreturn]] void be_the_child(int report, pid_t parent, const Allowance& allowance,
                               const Sandbox::Work& work) noexcept {
  become_a_child(parent, report);
  keep_within(allowance);
  std::set_new_handler([] { _exit(no_memory); });
  std::string said;
  int status = 0;
  try {
    said = work();
  } catch (const std::exception& error) {
    said = error.what();
    status = threw;
  }
  core::write_whole(report, said);
  _exit(status);
}

Ended::How how_it_ended(const siginfo_t& end, const Allowance& allowance, std::size_t reported) {
  using How = Ended::How;
  if (end.si_code == CLD_EXITED) {
    if (reported > allowance.report) return How::reported_too_much;
    return end.si_status == 0 ? How::finished : end.si_status == no_memory ? How::out_of_memory : How::crashed;
  }
  if (end.si_status == SIGXCPU) return How::out_of_processor_time;
  if (end.si_status == SIGXFSZ) return How::out_of_file_space;
  return reported > allowance.report ? How::reported_too_much : How::crashed;
}

}  // namespace

void become_a_child(pid_t parent, int kept) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have died before that was said.
  if (getppid() != parent) _exit(threw);
  setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, standard);
  constexpr unsigned first = STDERR_FILENO + 1;
  const auto only = static_cast<unsigned>(kept);
  if (only > first) close_range(first, only - 1, 0);
  close_range(only + 1, ~0U, 0);
}

Sandbox::~Sandbox() {
  for (Child& child : children_) reap(child, true);
}

void Sandbox::start(int ticket, const Allowance& allowance, const Work& work) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) core::throw_errno("pipe2");
  core::FileDescriptor hears(ends[0]);
  const core::FileDescriptor tells(ends[1]);
  // What is buffered would be printed twice.
  std::fflush(nullptr);
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) core::throw_errno("fork");
  if (process == 0) be_the_child(tells.get(), parent, allowance, work);
  // Said by both, so that it holds whoever comes first.
  setpgid(process, process);
  if (children_.empty()) next_look_ = core::Deadline::Clock::now() + between_looks;
  children_.push_back({.process = process,
                       .ticket = ticket,
                       .allowance = allowance,
                       .started = core::Deadline::Clock::now(),
                       .deadline = core::Deadline::after(allowance.time),
                       .pipe = std::move(hears),
                       .report = {}});
}

bool Sandbox::read_report(Child& child) {
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t size = ::read(child.pipe.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) core::throw_errno("read");
    child.report.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0 && child.report.size() <= child.allowance.report;
  }
}

Ended Sandbox::reap(Child& child, bool kill_it) {
  // Its group first: whatever it may have started goes with it.
  if (kill_it) kill(-child.process, SIGKILL);
  siginfo_t end{};
  while (waitid(P_PID, static_cast<id_t>(child.process), &end, WEXITED) != 0) {
    if (errno != EINTR) core::throw_errno("waitid");
  }
  const auto time = core::Deadline::Clock::now() - child.started;
  return {.ticket = child.ticket,
          .how = how_it_ended(end, child.allowance, child.report.size()),
          .signal = end.si_code == CLD_EXITED ? 0 : end.si_status,
          .report = std::move(child.report),
          .time = std::chrono::duration_cast<std::chrono::milliseconds>(time),
          .lateness = child.lateness};
}

void Sandbox::note_lateness(core::Deadline::Clock::duration lateness) {
  for (Child& child : children_) {
    child.lateness = std::max(child.lateness, std::chrono::duration_cast<std::chrono::milliseconds>(lateness));
  }
}

std::optional<Ended> Sandbox::wait(int interrupt) {
  for (;;) {
    core::Poller poller;
    if (interrupt != core::FileDescriptor::none) poller.watch(interrupt, POLLIN);
    core::Deadline::Clock::duration patience = next_look_ - core::Deadline::Clock::now();
    for (const Child& child : children_) {
      poller.watch(child.pipe.get(), POLLIN);
      patience = std::min(patience, child.deadline.remaining());
    }
    const std::span<const pollfd> ready = poller.wait(core::Deadline::after(patience));
    if (const auto now = core::Deadline::Clock::now(); now >= next_look_) {
      note_lateness(now - next_look_);
      next_look_ = now + between_looks;
    }
    if (!ready.empty() && ready.front().fd == interrupt) return std::nullopt;
    for (const pollfd& one : ready) {
      const auto child = std::ranges::find(children_, one.fd, [](const Child& each) { return each.pipe.get(); });
      if (read_report(*child)) continue;
      Child ended = std::move(*child);
      children_.erase(child);
      return reap(ended, ended.report.size() > ended.allowance.report);
    }
    const auto late = std::ranges::find_if(children_, [](const Child& child) { return child.deadline.expired(); });
    if (late == children_.end()) continue;
    Child ended = std::move(*late);
    children_.erase(late);
    Ended end = reap(ended, true);
    end.how = Ended::How::out_of_time;
    return end;
  }
}

}  // namespace wirelab::grader

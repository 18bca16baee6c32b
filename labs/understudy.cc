#include "labs/understudy.hh"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "core/error.hh"
#include "core/file.hh"

namespace wirelab {
namespace {

std::string read_all(int fd) {
  std::string text;
  std::array<char, 512> buffer{};
  for (;;) {
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

}  // namespace

Understudy::Understudy(const std::function<int(const std::string& cue)>& play) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) core::throw_errno("pipe2");
  core::FileDescriptor hears(ends[0]);
  cue_ = core::FileDescriptor(ends[1]);
  process_ = fork();
  if (process_ < 0) core::throw_errno("fork");
  if (process_ > 0) return;

  cue_ = {};
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const std::string cue = read_all(hears.get());
  if (cue.empty()) _exit(0);
  const int status = play(cue);
  std::fflush(nullptr);
  _exit(status);
}

Understudy::~Understudy() {
  if (process_ > 0) wait();
}

int Understudy::take_over(const std::string& cue) {
  // Ctrl-C goes to both: it is the understudy that knows what to do about it.
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &ignore, nullptr);
  core::write_whole(cue_.get(), cue);
  return wait();
}

int Understudy::wait() {
  cue_ = {};
  int status = 0;
  while (waitpid(process_, &status, 0) < 0) {
    if (errno != EINTR) core::throw_errno("waitpid");
  }
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace wirelab

#include "tests/programs/process.hh"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <sstream>

#include "core/deadline.hh"
#include "core/error.hh"
#include "core/poller.hh"

extern char** environ;

namespace wirelab::programs::test {
namespace {

constexpr std::chrono::seconds patience{60};

struct Pipe {
  core::FileDescriptor read_end;
  core::FileDescriptor write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) core::throw_errno("pipe2");
  return {core::FileDescriptor(ends[0]), core::FileDescriptor(ends[1])};
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> found;
  for (std::string& text : texts) found.push_back(text.data());
  found.push_back(nullptr);
  return found;
}

int count(const std::string& text, const std::string& part) {
  int times = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++times;
  return times;
}

}  // namespace

Process::Process(const std::vector<std::string>& words) {
  std::vector<std::string> arguments = words;
  // Of two of the same name the first counts.
  std::vector<std::string> variables = {"NO_COLOR=1", "COLUMNS=80", "LC_ALL=C.UTF-8", "PYTHONUNBUFFERED=1"};
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read_end.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write_end.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write_end.get(), STDERR_FILENO);
  // Whatever else is open here is open because of whoever runs the tests.
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  // Where the tests run in the background of a shell, or under nohup(1), these are ignored, and that is inherited.
  sigset_t not_ignored;
  sigemptyset(&not_ignored);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&not_ignored, number);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &not_ignored);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int failed = posix_spawnp(&process_, arguments.front().c_str(), &actions, &attributes,
                                  pointers(arguments).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw core::SystemError("posix_spawnp", failed);
  input_ = std::move(in.write_end);
  output_end_ = std::move(out.read_end);
}

Process::~Process() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

bool Process::read_on() {
  if (!core::wait(output_end_.get(), POLLIN, core::Deadline::after(patience))) return false;
  std::array<char, 64 * 1024> part{};
  const ssize_t bytes = ::read(output_end_.get(), part.data(), part.size());
  if (bytes <= 0) return false;
  output_.append(part.data(), static_cast<std::size_t>(bytes));
  return true;
}

bool Process::shows(const std::string& text, int times) {
  while (count(output_, text) < times) {
    if (!read_on()) return false;
  }
  return true;
}

void Process::type(const std::string& text) {
  if (::write(input_.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) core::throw_errno("write");
}

void Process::signal(int number) const {
  if (kill(process_, number) != 0) core::throw_errno("kill");
}

int Process::wait() {
  while (read_on()) {
  }
  int status = 0;
  const core::Deadline deadline = core::Deadline::after(patience);
  while (waitpid(process_, &status, WNOHANG) == 0) {
    if (deadline.expired()) return -1;
    sched_yield();
  }
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool is_installed(const std::string& program) {
  const char* folders = std::getenv("PATH");
  std::istringstream path(folders != nullptr ? folders : "/usr/bin:/bin");
  for (std::string folder; std::getline(path, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::vector<std::string> wirelab(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), WIRELAB_PROGRAM);
  return arguments;
}

std::vector<std::string> tutorial(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {"python3", WIRELAB_SOURCE_DIR "/tests/programs/tutorial.py"});
  return arguments;
}

}  // namespace wirelab::programs::test

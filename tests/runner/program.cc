#include "tests/runner/program.hh"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace wirelab::runner::test {
namespace {

[[noreturn]] void fail(const char* call) { throw std::system_error(errno, std::generic_category(), call); }

/// After fork() and before exec: only what signal-safety(7) allows.
void become(const char* program, char* const* arguments, char* const* environment, const char* working_folder,
            const char* output, const char* complaints) {
  // Where the tests run in the background of a shell, or under nohup(1), these are ignored, and that is inherited.
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::signal(number, SIG_DFL);
  const int out = ::open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const int err = ::open(complaints, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const bool ready = out >= 0 && err >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0 &&
                     (*working_folder == '\0' || chdir(working_folder) == 0);
  if (ready) execve(program, arguments, environment);
  _exit(127);
}

/// Whether the process has a file open that is in the folder, and has no name there: proc_pid_fd(5).
bool has_an_unnamed_file(pid_t process, const std::filesystem::path& folder) {
  std::error_code gone;
  for (const auto& one : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd", gone)) {
    const std::string target = std::filesystem::read_symlink(one.path(), gone).string();
    if (target.starts_with(folder.string()) && target.ends_with(" (deleted)")) return true;
  }
  return false;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "runner-test-XXXXXX").string();
  if (!mkdtemp(pattern.data())) fail("mkdtemp");
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Program::Program(const std::vector<std::string>& arguments, const TemporaryFolder& folder,
                 const std::filesystem::path& working_folder, const std::function<bool()>& first,
                 const std::vector<std::string>& more_variables, const std::string& program)
    : folder_(folder) {
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  // Of two of one name getenv(3) finds the first.
  std::vector<std::string> variables = more_variables;
  for (const char* usual : {"PATH=/usr/bin:/bin", "COLUMNS=80", "LC_ALL=C.UTF-8", "NO_COLOR=1", "TERM=dumb"}) {
    variables.emplace_back(usual);
  }
  variables.push_back("TMPDIR=" + folder.path().string());
  // A sanitizer's report belongs to the run of the test, wherever it is made.
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = getenv(name)) variables.push_back(std::string(name) + "=" + value);
  }
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> found;
    for (std::string& text : texts) found.push_back(text.data());
    found.push_back(nullptr);
    return found;
  };
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);
  const std::string place = working_folder.string();
  const std::string output = outputs_.path() / "output";
  const std::string complaints = outputs_.path() / "complaints";
  process_ = fork();
  if (process_ < 0) fail("fork");
  if (process_ == 0) {
    if (first && !first()) _exit(127);
    become(program.c_str(), argv.data(), envp.data(), place.c_str(), output.c_str(), complaints.c_str());
  }
}

Program::~Program() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

bool Program::has_begun() {
  pollfd end = {static_cast<int>(syscall(SYS_pidfd_open, process_, 0)), POLLIN, 0};
  if (end.fd < 0) fail("pidfd_open");
  bool begun = false;
  // Nobody tells of such a file: one has to look again.
  while (!(begun = has_an_unnamed_file(process_, folder_.path())) && end.revents == 0) {
    if (::poll(&end, 1, 1) < 0 && errno != EINTR) fail("poll");
  }
  ::close(end.fd);
  return begun;
}

void Program::signal(int number) {
  if (kill(process_, number) != 0) fail("kill");
}

Ended Program::wait() {
  int status = 0;
  while (waitpid(process_, &status, 0) < 0) {
    if (errno != EINTR) fail("waitpid");
  }
  process_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), content_of(outputs_.path() / "output"),
          content_of(outputs_.path() / "complaints")};
}

Ended run_program(const std::vector<std::string>& arguments, const std::filesystem::path& working_folder,
                  const std::function<bool()>& first, const std::vector<std::string>& more_variables) {
  const TemporaryFolder folder;
  return Program(arguments, folder, working_folder, first, more_variables).wait();
}

bool hosts_are_allowed() {
  static const bool allowed = run_program({"doctor", "."}).status == 0;
  return allowed;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

}  // namespace wirelab::runner::test

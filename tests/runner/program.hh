// The real program as a child process, its environment and its temporary folder its own.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace wirelab::runner::test {

/// A folder that is gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  bool is_empty() const { return std::filesystem::is_empty(path_); }

 private:
  std::filesystem::path path_;
};

struct Ended {
  int status = -1;  ///< exit status; 128 + the signal if one killed it
  std::string output;
  std::string complaints;  ///< standard error
};

/// The program under test with these arguments, started. No colour, 80 columns, UTF-8; output goes to files, and
/// TMPDIR is `folder`.
class Program {
 public:
  /// `first` is done in the child before it becomes the program: what it forbids itself holds for the program too.
  /// `more_variables`: of its environment, `NAME=value`.
  Program(const std::vector<std::string>& arguments, const TemporaryFolder& folder,
          const std::filesystem::path& working_folder = {}, const std::function<bool()>& first = {},
          const std::vector<std::string>& more_variables = {}, const std::string& program = WIRELAB_PROGRAM);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Waits until a run that receives a file has begun: it has that file open. False if the program ends before.
  bool has_begun();
  void signal(int number);
  pid_t process() const { return process_; }
  /// Waits for its end.
  Ended wait();

 private:
  const TemporaryFolder& folder_;
  TemporaryFolder outputs_;
  pid_t process_ = -1;
};

/// Started, and waited for.
Ended run_program(const std::vector<std::string>& arguments, const std::filesystem::path& working_folder = {},
                  const std::function<bool()>& first = {}, const std::vector<std::string>& more_variables = {});

/// Whether this machine lets the program make private hosts: what its doctor says, asked once.
bool hosts_are_allowed();

/// All that is in a file. Throws std::runtime_error if it cannot be read.
std::string content_of(const std::filesystem::path& file);

}  // namespace wirelab::runner::test

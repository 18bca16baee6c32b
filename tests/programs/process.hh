// A program in a terminal of its own: what it prints is read as it comes, and lines are typed into it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/file_descriptor.hh"

namespace wirelab::programs::test {

class Process {
 public:
  /// `words` are the program and its arguments, looked for in PATH. No colour, 80 columns, UTF-8.
  explicit Process(const std::vector<std::string>& words);
  /// Kills what has not ended.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// Reads on until it has printed `text`, `times` times. False if it ended, or went silent for longer than any machine
  /// needs.
  bool shows(const std::string& text, int times = 1);
  /// What it has printed and was read, to standard error too.
  const std::string& output() const { return output_; }
  /// Readable when it has printed more, which read_on() reads. False at the end of its output.
  int output_descriptor() const { return output_end_.get(); }
  bool read_on();

  void type(const std::string& text);
  void end_input() { input_ = core::FileDescriptor(); }
  void signal(int number) const;
  /// Waits for its end, reading on: exit status, or 128 + the signal that killed it; -1 if it does not end.
  int wait();
  pid_t id() const { return process_; }

 private:
  core::FileDescriptor input_;
  core::FileDescriptor output_end_;
  std::string output_;
  pid_t process_ = -1;
};

/// Whether there is such a program.
bool is_installed(const std::string& program);

/// Our own, as its reader calls it.
std::vector<std::string> wirelab(std::vector<std::string> arguments);

/// The tutorial's programs as they are typed in Python: tests/programs/tutorial.py.
std::vector<std::string> tutorial(std::vector<std::string> arguments);

}  // namespace wirelab::programs::test

/// Leaves the test where that program is not.
#define SKIP_WITHOUT(program, package) \
  if (!::wirelab::programs::test::is_installed(program)) GTEST_SKIP() << program " is not here: install " package

// Work that may crash, hang or grow without end, each piece in a process of its own.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/deadline.hh"
#include "core/file_descriptor.hh"

namespace wirelab::grader {

/// What a piece of work may use. setrlimit(2), but for the time.
struct Allowance {
  std::chrono::milliseconds time{30'000};       ///< on the wall's clock
  std::chrono::seconds processor{20};           ///< RLIMIT_CPU
  std::size_t memory = std::size_t{768} << 20;  ///< RLIMIT_DATA: bytes of memory it can write to
  std::size_t file = std::size_t{64} << 20;     ///< RLIMIT_FSIZE, and all its files together where it has its own /tmp
  std::size_t report = std::size_t{1} << 20;    ///< bytes it may report
};

/// How a piece of work ended.
struct Ended {
  enum class How {
    finished,
    crashed,
    out_of_time,
    out_of_processor_time,
    out_of_memory,
    out_of_file_space,
    reported_too_much,
  };
  int ticket = 0;
  How how = How::finished;
  int signal = 0;      ///< that killed it; 0: none
  std::string report;  ///< what it returned; whole only if it finished
  std::chrono::milliseconds time{};
  /// How much later than planned we ourselves were woken while it worked, at most: what a busy machine does to
  /// sleepers.
  std::chrono::milliseconds lateness{};
};

/// For a child of `parent` that has just been forked: it dies with its parent, prctl(2) PR_SET_PDEATHSIG, is in a
/// process group of its own, and has nothing to read from, nowhere to write to, and no open file but `kept`.
void become_a_child(pid_t parent, int kept);

/// Child processes that work side by side. The calling process must have one thread only: a copy of it is each child.
///
/// A child has the limits of its allowance, and no open file but its report. It dies with us, however we end.
class Sandbox {
 public:
  using Work = std::function<std::string()>;

  Sandbox() = default;
  /// Kills what still works, and waits for it.
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Starts a child that does the work, reports what it returns, and ends. What it throws is a crash whose report is
  /// the exception's words. Throws core::SystemError (fork: EAGAIN, ENOMEM).
  void start(int ticket, const Allowance& allowance, const Work& work);

  std::size_t at_work() const { return children_.size(); }

  /// Blocks until a child has ended, or is past its time and therefore killed, and tells how. At least one must be at
  /// work. Nothing if `interrupt`, a descriptor, can be read before. Throws core::SystemError (poll, read, waitid).
  std::optional<Ended> wait(int interrupt = core::FileDescriptor::none);

 private:
  struct Child {
    pid_t process = 0;
    int ticket = 0;
    Allowance allowance;
    core::Deadline::Clock::time_point started;
    core::Deadline deadline = core::Deadline::never();
    core::FileDescriptor pipe;
    std::string report;
    std::chrono::milliseconds lateness{};
  };

  /// False at its end: the child has ended, or is about to.
  static bool read_report(Child& child);
  static Ended reap(Child& child, bool kill_it);
  void note_lateness(core::Deadline::Clock::duration lateness);

  std::vector<Child> children_;
  core::Deadline::Clock::time_point next_look_;  ///< when we want to be woken next, whatever happens
};

}  // namespace wirelab::grader

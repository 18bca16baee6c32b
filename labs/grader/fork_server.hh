// A process that is kept small, so that copies of it are cheap.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/file_descriptor.hh"
#include "labs/grader/sandbox.hh"

namespace wirelab::grader {

/// Somebody has killed it.
struct ServerIsGone : std::runtime_error {
  ServerIsGone();
};

/// A Sandbox in a process of its own, and what is done in it is told by orders.
///
/// What fork(2) and exit(2) cost grows with the memory of the process that is copied. The server is a copy of this one
/// as it is when the server is made, and each child a copy of that: what this process holds later costs them nothing,
/// and is not in their memory either.
class ForkServer {
 public:
  /// What a child does with its order: returns its report, as a Sandbox's work does.
  using Work = std::function<std::string(const std::string& order)>;

  /// The calling process must have one thread. The server ends with it, however it ends, and the children with the
  /// server. Throws core::SystemError (socketpair, fork).
  explicit ForkServer(const Work& work);
  /// Kills what still works, and waits for it.
  ~ForkServer();
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;

  /// As Sandbox::start(). Throws ServerIsGone too.
  void start(int ticket, const Allowance& allowance, const std::string& order);
  std::size_t at_work() const { return at_work_; }
  /// As Sandbox::wait(). Throws ServerIsGone too.
  std::optional<Ended> wait(int interrupt = core::FileDescriptor::none);

 private:
  core::FileDescriptor socket_;
  pid_t process_ = 0;
  std::size_t at_work_ = 0;
  std::deque<Ended> ended_;  ///< told, and not asked for yet
};

}  // namespace wirelab::grader

// Waiting for descriptors to become ready.
#pragma once

#include <poll.h>

#include <span>
#include <stop_token>
#include <vector>

#include "core/deadline.hh"

namespace wirelab::core {

/// poll(2) for one descriptor. Blocks until one of `events` (POLLIN, POLLOUT) holds, or an error or a hang-up, which
/// poll reports unasked: the next call on the descriptor will not block. False if the deadline came first.
///
/// Interrupted by a signal it goes on with the time that is left; if `stop` was requested it throws
/// SystemError{"poll", EINTR}.
bool wait(int fd, short events, Deadline deadline, std::stop_token stop = {});

/// poll(2) for several descriptors. It does not own them: forget() one before it is closed.
class Poller {
 public:
  /// Waits for `events` on `fd` from now on; replaces what was said of `fd` before.
  void watch(int fd, short events);
  void forget(int fd);

  /// Blocks until a watched descriptor is ready and returns those that are, each with its `revents`, in the order in
  /// which they were first watched. Empty if the deadline came first. Valid until the next call on this Poller.
  /// Signals: as wait(). A closed descriptor is ready with POLLNVAL.
  std::span<const pollfd> wait(Deadline deadline, std::stop_token stop = {});

 private:
  std::vector<pollfd> watched_;
  std::vector<pollfd> ready_;
};

}  // namespace wirelab::core

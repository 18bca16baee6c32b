#include "labs/programs/interruption.hh"

#include <algorithm>

namespace wirelab::programs {

bool Interruption::wait(int fd, short events, core::Deadline deadline) const {
  core::Poller poller;
  poller.watch(fd, events);
  return !wait(poller, deadline).empty();
}

bool Interruption::waits_for_room(int fd) const {
  core::Poller poller;
  poller.watch(fd, POLLOUT);
  poller.watch(watch_.fd(), POLLIN);
  return poller.wait(core::Deadline::never()).front().fd == fd;
}

std::span<const pollfd> Interruption::wait(core::Poller& poller, core::Deadline deadline) const {
  poller.watch(watch_.fd(), POLLIN);
  const std::span<const pollfd> ready = poller.wait(deadline);
  if (std::ranges::any_of(ready, [&](const pollfd& each) { return each.fd == watch_.fd(); })) throw Interrupted{};
  return ready;
}

}  // namespace wirelab::programs

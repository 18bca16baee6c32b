#include "core/poller.hh"

#include <algorithm>
#include <cerrno>

#include "core/error.hh"

namespace wirelab::core {
namespace {

/// poll(2) with a deadline that interruptions do not move. How many are ready.
int poll_until(std::span<pollfd> descriptors, Deadline deadline, const std::stop_token& stop) {
  while (true) {
    if (stop.stop_requested()) throw SystemError("poll", EINTR);
    const int ready = ::poll(descriptors.data(), descriptors.size(), deadline.poll_timeout());
    if (ready == -1 && errno != EINTR) throw_errno("poll");
    if (ready > 0 || (ready == 0 && deadline.expired())) return ready;
  }
}

}  // namespace

bool wait(int fd, short events, Deadline deadline, std::stop_token stop) {
  pollfd descriptor{fd, events, 0};
  return poll_until({&descriptor, 1}, deadline, stop) > 0;
}

void Poller::watch(int fd, short events) {
  const auto found = std::find_if(watched_.begin(), watched_.end(), [fd](const pollfd& each) { return each.fd == fd; });
  if (found != watched_.end()) {
    found->events = events;
  } else {
    watched_.push_back({fd, events, 0});
  }
}

void Poller::forget(int fd) {
  std::erase_if(watched_, [fd](const pollfd& each) { return each.fd == fd; });
}

std::span<const pollfd> Poller::wait(Deadline deadline, std::stop_token stop) {
  ready_.clear();
  if (poll_until(watched_, deadline, stop) > 0) {
    std::copy_if(watched_.begin(), watched_.end(), std::back_inserter(ready_),
                 [](const pollfd& each) { return each.revents != 0; });
  }
  return ready_;
}

}  // namespace wirelab::core

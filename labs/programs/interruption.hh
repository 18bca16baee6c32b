// Ctrl-C, wherever a program is waiting.
#pragma once

#include <span>

#include "core/deadline.hh"
#include "core/interrupt_watch.hh"
#include "core/poller.hh"

namespace wirelab::programs {

/// The user wants the program to end. What is open is closed on the way out.
struct Interrupted {};

/// Every sleep of a program, in one place: in poll(2), which wakes for the signal too. A signal that comes before the
/// sleep is not missed, as it stays readable (signalfd(2)); so sockets are not to block, or it would be.
class Interruption {
 public:
  /// Until one of `events` holds on `fd`, or an error or a hang-up; false if the deadline came first. Throws
  /// Interrupted.
  bool wait(int fd, short events, core::Deadline deadline = core::Deadline::never()) const;

  /// Whether that is so now. Throws Interrupted, so that no loop goes on for ever with a peer that does.
  bool is_ready(int fd, short events) const { return wait(fd, events, core::Deadline::after({})); }

  /// The same for all that `poller` watches: those that are ready.
  std::span<const pollfd> wait(core::Poller& poller, core::Deadline deadline = core::Deadline::never()) const;

 private:
  core::InterruptWatch watch_;
};

}  // namespace wirelab::programs

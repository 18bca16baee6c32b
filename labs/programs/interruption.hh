// Ctrl-C, wherever a program is waiting.
#pragma once

#include <span>

#include "core/deadline.hh"
#include "core/interrupt_watch.hh"
#include "core/poller.hh"

namespace wirelab::programs {

/// The user wants the program to end. What is open is closed on the way out.
struct Interrupted {};

/// Every sleep of a program, in one place: in poll(2), which wakes for the signal too. One that comes just before the
/// sleep is not missed, for it stays readable (signalfd(2)). A program that sleeps elsewhere, in a socket that blocks,
/// cannot be interrupted; nor can one that never comes here.
class Interruption {
 public:
  /// Until one of `events` holds on `fd`, or an error or a hang-up; false if the deadline came first. Throws
  /// Interrupted.
  bool wait(int fd, short events, core::Deadline deadline = core::Deadline::never()) const;

  /// Whether that is so now. Throws Interrupted.
  bool is_ready(int fd, short events) const { return wait(fd, events, core::Deadline::after({})); }

  /// Until `fd` takes bytes; false if the user wants the program to end before it does. Throws nothing for that: what
  /// closes a socket has to say so, too.
  bool waits_for_room(int fd) const;

  /// The same as the first for all that `poller` watches: those that are ready.
  std::span<const pollfd> wait(core::Poller& poller, core::Deadline deadline = core::Deadline::never()) const;

 private:
  core::InterruptWatch watch_;
};

}  // namespace wirelab::programs

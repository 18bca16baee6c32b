#include "core/interrupt_watch.hh"

#include <sys/signalfd.h>
#include <unistd.h>

#include "core/error.hh"

namespace wirelab::core {

InterruptWatch::InterruptWatch() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    // Who started us may have chosen to ignore one (nohup(1), a shell's background job): then it stays so.
    struct sigaction current {};
    if (sigaction(number, nullptr, &current) == 0 && current.sa_handler != SIG_IGN) sigaddset(&wanted, number);
  }
  pthread_sigmask(SIG_BLOCK, &wanted, &previous_);
  signals_ = FileDescriptor(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.is_open()) {
    pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
    throw_errno("signalfd");
  }
}

InterruptWatch::~InterruptWatch() {
  // What was read as "stop" must not kill the program when the mask is lifted.
  signalfd_siginfo pending{};
  while (::read(signals_.get(), &pending, sizeof pending) > 0) {
  }
  pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
}

}  // namespace wirelab::core

#include <fcntl.h>
#include <unistd.h>

#include "labs/cli.hh"

namespace {

/// If one of them is closed, the next file or socket that is opened would get its number, and what is meant for the
/// terminal.
void open_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) == -1) ::open("/dev/null", O_RDWR);  // which takes the lowest number that is free
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  return wirelab::command_line(argc, argv);
}

// The kernel's own table of TCP sockets, sock_diag(7): one exact question takes a few microseconds and needs no rights.
#pragma once

#include <optional>

#include "core/address.hh"
#include "core/file_descriptor.hh"
#include "labs/stage/stage.hh"

namespace wirelab::stage {

class SocketTable {
 public:
  /// Opens the table of the calling thread's network namespace. Throws core::SystemError.
  SocketTable();

  /// The connected, half-open or closing socket with exactly these two addresses; never a listener.
  /// Throws core::SystemError.
  std::optional<TcpSocket> find(const core::Address& local, const core::Address& remote);

 private:
  core::FileDescriptor netlink_;
  std::uint32_t sequence_ = 0;
};

}  // namespace wirelab::stage

#include "core/socket.hh"

#include <fcntl.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <string>

#include "core/error.hh"

namespace wirelab::core {
namespace {

/// Makes a blocking call until no signal interrupts it, or until `stop` says that one was meant to. Returns what the
/// call returned, -1 with errno included.
template <typename Call>
auto uninterrupted(const char* name, const std::stop_token& stop, Call call) {
  while (true) {
    if (stop.stop_requested()) throw SystemError(name, EINTR);
    const auto result = call();
    if (result != -1 || errno != EINTR) return result;
  }
}

/// The same for calls whose -1 is always an error and whose result is a number of bytes.
template <typename Call>
std::size_t transferred(const char* name, const std::stop_token& stop, Call call) {
  const ssize_t bytes = uninterrupted(name, stop, call);
  if (bytes == -1) throw_errno(name);
  return static_cast<std::size_t>(bytes);
}

FileDescriptor new_socket(Family family, int type) {
  const int fd = ::socket(protocol_family(family), type | SOCK_CLOEXEC, 0);
  if (fd == -1) throw_errno("socket");
  return FileDescriptor(fd);
}

const SocketOption& option_named(std::string_view name) {
  if (const SocketOption* option = find_socket_option(name)) return *option;
  throw std::invalid_argument("unknown socket option " + std::string(name));
}

/// What getsockname(2), getpeername(2), accept4(2) and recvfrom(2) fill in.
struct AddressBuffer {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;

  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
  Address address() { return Address(data(), size); }
};

std::size_t queued_bytes(int fd, unsigned long request) {
  int bytes = 0;
  if (::ioctl(fd, request, &bytes) == -1) throw_errno("ioctl");
  return static_cast<std::size_t>(bytes);
}

/// accept(2), "Error handling": errors that were pending on the connection it would have returned. EOPNOTSUPP stands
/// in that list too, but a socket that cannot listen says so as well, and would say it for ever.
bool connection_died_in_the_queue(int error) {
  switch (error) {
    case ECONNABORTED:
    case ENETDOWN:
    case EPROTO:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case ENETUNREACH:
      return true;
    default:
      return false;
  }
}

}  // namespace

// -------------------------------------------------------------------------------------------- Socket

void Socket::bind(const Address& address) {
  if (::bind(fd(), address.data(), address.size()) == -1) throw_errno("bind");
}

Address Socket::local_address() const {
  AddressBuffer local;
  if (::getsockname(fd(), local.data(), &local.size) == -1) throw_errno("getsockname");
  return local.address();
}

Address Socket::peer_address() const {
  AddressBuffer peer;
  if (::getpeername(fd(), peer.data(), &peer.size) == -1) throw_errno("getpeername");
  return peer.address();
}

void Socket::set_option(const SocketOption& option, int value) {
  if (::setsockopt(fd(), option.level, option.option, &value, sizeof value) == -1) throw_errno("setsockopt");
}

int Socket::option(const SocketOption& option) const {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(fd(), option.level, option.option, &value, &size) == -1) throw_errno("getsockopt");
  return value;
}

void Socket::set_option(std::string_view name, int value) { set_option(option_named(name), value); }

int Socket::option(std::string_view name) const { return option(option_named(name)); }

void Socket::set_blocking(bool blocking) {
  const int flags = ::fcntl(fd(), F_GETFL);
  if (flags == -1) throw_errno("fcntl");
  if (::fcntl(fd(), F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) == -1) throw_errno("fcntl");
}

std::size_t Socket::unread_bytes() const { return queued_bytes(fd(), FIONREAD); }

void Socket::shutdown(Side side) {
  const int how = side == Side::read ? SHUT_RD : side == Side::write ? SHUT_WR : SHUT_RDWR;
  if (::shutdown(fd(), how) == -1) throw_errno("shutdown");
}

void Socket::abort() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  if (::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == -1) throw_errno("setsockopt");
  close();
}

MemoryInfo Socket::memory_info() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> values{};
  socklen_t size = sizeof values;
  if (::getsockopt(fd(), SOL_SOCKET, SO_MEMINFO, values.data(), &size) == -1) throw_errno("getsockopt");
  return {.receive_used = values[SK_MEMINFO_RMEM_ALLOC],
          .receive_limit = values[SK_MEMINFO_RCVBUF],
          .send_used = values[SK_MEMINFO_WMEM_ALLOC],
          .send_limit = values[SK_MEMINFO_SNDBUF],
          .send_queued = values[SK_MEMINFO_WMEM_QUEUED],
          .backlog = values[SK_MEMINFO_BACKLOG],
          .drops = values[SK_MEMINFO_DROPS]};
}

// -------------------------------------------------------------------------------------- StreamSocket

StreamSocket StreamSocket::create(Family family) { return StreamSocket(new_socket(family, SOCK_STREAM)); }

void StreamSocket::connect(const Address& address, std::stop_token stop) {
  if (stop.stop_requested()) throw SystemError("connect", EINTR);
  if (::connect(fd(), address.data(), address.size()) == 0) return;
  if (errno != EINTR) throw_errno("connect");
  finish_connecting(Deadline::never(), stop);
}

void StreamSocket::connect(const Address& address, Deadline deadline) {
  set_blocking(false);
  const int error = ::connect(fd(), address.data(), address.size()) == 0 ? 0 : errno;
  set_blocking(true);
  // In EINTR's case the handshake goes on as in EINPROGRESS's: connect(2).
  if (error == EINPROGRESS || error == EINTR) return finish_connecting(deadline, {});
  if (error != 0) throw SystemError("connect", error);
}

void StreamSocket::finish_connecting(Deadline deadline, const std::stop_token& stop) {
  pollfd handshake{fd(), POLLOUT, 0};
  int ready = 0;
  do {
    ready = uninterrupted("connect", stop, [&] { return ::poll(&handshake, 1, deadline.poll_timeout()); });
    if (ready == -1) throw_errno("poll");
    if (ready == 0 && deadline.expired()) throw SystemError("connect", ETIMEDOUT);
  } while (ready == 0);
  if (const int error = option("SO_ERROR"); error != 0) throw SystemError("connect", error);
}

std::size_t StreamSocket::send(std::span<const std::byte> bytes, std::stop_token stop) {
  return transferred("send", stop, [&] { return ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
}

void StreamSocket::send_all(std::span<const std::byte> bytes, std::stop_token stop) {
  while (!bytes.empty()) bytes = bytes.subspan(send(bytes, stop));
}

std::size_t StreamSocket::receive(std::span<std::byte> buffer, std::stop_token stop) {
  return transferred("recv", stop, [&] { return ::recv(fd(), buffer.data(), buffer.size(), 0); });
}

std::size_t StreamSocket::receive_all(std::span<std::byte> buffer, std::stop_token stop) {
  return transferred("recv", stop, [&] { return ::recv(fd(), buffer.data(), buffer.size(), MSG_WAITALL); });
}

std::size_t StreamSocket::unacknowledged_bytes() const { return queued_bytes(fd(), SIOCOUTQ); }

// ------------------------------------------------------------------------------------------ Listener

Listener::Listener(StreamSocket&& socket, int backlog) : Socket(FileDescriptor()) {
  if (::listen(socket.fd(), backlog) == -1) throw_errno("listen");
  descriptor_ = socket.release();
}

Accepted Listener::accept(std::stop_token stop) {
  while (true) {
    AddressBuffer peer;
    const int fd = uninterrupted("accept", stop,
                                 [&] { return ::accept4(descriptor_.get(), peer.data(), &peer.size, SOCK_CLOEXEC); });
    if (fd != -1) {
      StreamSocket socket{FileDescriptor(fd)};
      return {std::move(socket), peer.address()};
    }
    if (!connection_died_in_the_queue(errno)) throw_errno("accept");
  }
}

AcceptQueue Listener::queue() const {
  const TcpInfo info = tcp_info();
  return {.waiting = info.unacknowledged, .backlog = info.selectively_acknowledged};
}

// ------------------------------------------------------------------------------------ DatagramSocket

DatagramSocket DatagramSocket::create(Family family) { return DatagramSocket(new_socket(family, SOCK_DGRAM)); }

void DatagramSocket::connect(const Address& address) {
  if (::connect(fd(), address.data(), address.size()) == -1) throw_errno("connect");
}

void DatagramSocket::join(const Address& group) { set_membership(IP_ADD_MEMBERSHIP, group); }

void DatagramSocket::leave(const Address& group) { set_membership(IP_DROP_MEMBERSHIP, group); }

void DatagramSocket::set_membership(int option, const Address& group) {
  ip_mreqn membership{};
  membership.imr_multiaddr = reinterpret_cast<const sockaddr_in*>(group.data())->sin_addr;
  if (::setsockopt(fd(), IPPROTO_IP, option, &membership, sizeof membership) == -1) throw_errno("setsockopt");
}

std::size_t DatagramSocket::send_to(std::span<const std::byte> bytes, const Address& to, std::stop_token stop) {
  return transferred("sendto", stop,
                     [&] { return ::sendto(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL, to.data(), to.size()); });
}

std::size_t DatagramSocket::send(std::span<const std::byte> bytes, std::stop_token stop) {
  return transferred("send", stop, [&] { return ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
}

ReceivedDatagram DatagramSocket::receive_from(std::span<std::byte> buffer, std::stop_token stop) {
  AddressBuffer from;
  // Given to recvfrom, MSG_TRUNC makes it return the datagram's own length, also where the buffer was shorter.
  const std::size_t length = transferred("recvfrom", stop, [&] {
    return ::recvfrom(fd(), buffer.data(), buffer.size(), MSG_TRUNC, from.data(), &from.size);
  });
  // No datagram: the socket is shut down for reading, and nothing waits in it.
  const bool from_nobody = from.size == 0;
  return {.copied = std::min(length, buffer.size()),
          .full_length = length,
          .from = from_nobody ? Address::any(local_address().family(), 0) : from.address()};
}

}  // namespace wirelab::core

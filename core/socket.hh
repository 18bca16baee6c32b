// Stream sockets, listeners and datagram sockets: one method, one system call.
//
// Errors      Every error is a SystemError that names the call. Only those that are worth knowing are listed.
// Blocking    A call that blocks sleeps in the system call it is named after; nothing here polls behind one's back.
// Signals     A call that a signal interrupts (EINTR, signal(7)) is made again. A caller who wants to get out of a
//             sleeping call passes a stop token, requests the stop, and sends the thread a signal whose handler does
//             nothing and was installed without SA_RESTART; the call then throws with EINTR. A token that is stopped
//             already throws before the call. As the signal may come just before the thread falls asleep, send it
//             again until the call has returned.
// Exec        Each descriptor is made with SOCK_CLOEXEC: a program we start does not inherit our connections.
// Threads     One thread may send while another receives, as the kernel allows; nobody may close meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string_view>
#include <utility>

#include "core/address.hh"
#include "core/deadline.hh"
#include "core/file_descriptor.hh"
#include "core/socket_option.hh"
#include "core/tcp_info.hh"

namespace wirelab::core {

/// What a socket's buffers cost the kernel, in bytes: SO_MEMINFO, the numbers of `ss -m`.
///
/// They count the kernel's own structures too, so a datagram of one byte takes several hundred.
struct MemoryInfo {
  std::uint32_t receive_used = 0;   ///< SK_MEMINFO_RMEM_ALLOC
  std::uint32_t receive_limit = 0;  ///< SK_MEMINFO_RCVBUF: SO_RCVBUF
  std::uint32_t send_used = 0;      ///< SK_MEMINFO_WMEM_ALLOC: handed to the network, not yet freed
  std::uint32_t send_limit = 0;     ///< SK_MEMINFO_SNDBUF: SO_SNDBUF
  std::uint32_t send_queued = 0;    ///< SK_MEMINFO_WMEM_QUEUED: of TCP, sent and unsent
  std::uint32_t backlog = 0;        ///< SK_MEMINFO_BACKLOG: arrived while a call held the socket
  std::uint32_t drops = 0;          ///< SK_MEMINFO_DROPS: packets (not bytes) thrown away, so far
};

/// What all sockets can do. Moved from or closed, every call on it fails with EBADF.
class Socket {
 public:
  int fd() const { return descriptor_.get(); }
  bool is_open() const { return descriptor_.is_open(); }

  /// bind(2): gives the socket its own address; port 0 takes any free one, see local_address(). Never blocks.
  /// EADDRINUSE: the port is taken, or a connection from it is in TIME-WAIT and SO_REUSEADDR is not set.
  /// EACCES: a port below 1024 without the privilege. EADDRNOTAVAIL: not an address of this host.
  void bind(const Address& address);

  /// getsockname(2). Before bind: the any-address and port 0.
  Address local_address() const;

  /// getpeername(2). ENOTCONN: it is not connected (any more, after a reset).
  Address peer_address() const;

  /// setsockopt(2). Never blocks. ENOPROTOOPT: not of this kind of socket; EINVAL: not such a value. Linux doubles
  /// SO_RCVBUF and SO_SNDBUF (socket(7)), so that option() may return another value than was set.
  void set_option(const SocketOption& option, int value);
  int option(const SocketOption& option) const;

  /// The same by name, "TCP_NODELAY". Throws std::invalid_argument if there is no such option.
  void set_option(std::string_view name, int value);
  int option(std::string_view name) const;

  /// fcntl(2) with O_NONBLOCK: where a call would sleep, a non-blocking socket throws EAGAIN (connect: EINPROGRESS).
  void set_blocking(bool blocking);

  enum class Side { read, write, both };

  /// shutdown(2): closes one direction and keeps the descriptor. After Side::write the peer of a stream reads end of
  /// file and can still answer (RFC 9293 section 3.6, "half-close"). A datagram socket has nobody to tell: its own
  /// calls alone end, with EPIPE or with nothing received. ENOTCONN: it is not connected.
  void shutdown(Side side);

  /// FIONREAD, tcp(7), udp(7): of a stream, the bytes that wait to be received; of a datagram socket, the size of the
  /// next datagram alone. EINVAL: it is a listener.
  std::size_t unread_bytes() const;

  MemoryInfo memory_info() const;

  /// close(2). A connected stream says goodbye with FIN, or with RST if bytes were left unread (RFC 2525 section
  /// 2.17). What was sent before is still delivered, so this neither blocks nor tells whether it arrived.
  void close() { descriptor_.close(); }

  /// SO_LINGER with a time of 0, then close(2): the peer of a stream sees RST instead of FIN, what is in the buffers is
  /// thrown away, and nobody stays in TIME-WAIT. socket(7), RFC 9293 section 3.10.5. For others the same as close().
  void abort();

  /// Gives the descriptor away, open.
  FileDescriptor release() { return std::move(descriptor_); }

 protected:
  explicit Socket(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

  FileDescriptor descriptor_;
};

/// One end of a TCP connection. tcp(7), RFC 9293.
///
/// TCP carries bytes in order; it does not keep one send apart from the next. See core/framing.hh.
class StreamSocket : public Socket {
 public:
  /// socket(2). EMFILE: this process has too many files open; EAFNOSUPPORT: no IPv6 here.
  static StreamSocket create(Family family);

  /// Takes over a connected descriptor.
  explicit StreamSocket(FileDescriptor descriptor) : Socket(std::move(descriptor)) {}

  /// connect(2). Blocks until the handshake is done: the peer's kernel answered, its program need not have called
  /// accept. ECONNREFUSED: nobody listens there. ETIMEDOUT: nobody answered, after minutes. EADDRNOTAVAIL: no port
  /// is free.
  ///
  /// An interrupted handshake goes on in the kernel, and POSIX forbids to call connect again (EALREADY), so then we
  /// wait for its end in poll(2). Once it was stopped, the socket can only be closed.
  void connect(const Address& address, std::stop_token stop = {});

  /// The same with a limit: connects without blocking, sleeps in poll(2), asks SO_ERROR how it ended (connect(2),
  /// EINPROGRESS). ETIMEDOUT: the deadline came first; the socket can only be closed. Afterwards the socket blocks.
  void connect(const Address& address, Deadline deadline);

  /// One send(2). Blocks until the kernel has room in this socket's send buffer, for all of the bytes unless a signal
  /// interrupts: what it returns may be less than was given. "Taken" is not "arrived": see unacknowledged_bytes().
  /// EPIPE: this side was shut down, or the connection was reset; never the signal SIGPIPE, which would end the
  /// process (MSG_NOSIGNAL). ECONNRESET: the peer reset the connection.
  std::size_t send(std::span<const std::byte> bytes, std::stop_token stop = {});

  /// send() until everything is taken. If it throws, some of the bytes may have been.
  void send_all(std::span<const std::byte> bytes, std::stop_token stop = {});

  /// One recv(2). Blocks until there is a byte, then takes what is there, as much as fits. 0 is end of file: the peer
  /// will send no more (and also what a receive into an empty buffer returns). ECONNRESET: the peer reset the
  /// connection; ENOTCONN: there is none.
  std::size_t receive(std::span<std::byte> buffer, std::stop_token stop = {});

  /// One recv(2) with MSG_WAITALL: blocks until the buffer is full. Less than that comes back when the stream ends, the
  /// connection fails or a signal interrupts after the first byte; 0 is end of file. Errors as receive().
  std::size_t receive_all(std::span<std::byte> buffer, std::stop_token stop = {});

  TcpInfo tcp_info() const { return read_tcp_info(fd()); }

  /// SIOCOUTQ, tcp(7): bytes taken from us and not yet acknowledged by the peer's kernel, a FIN counted as one.
  std::size_t unacknowledged_bytes() const;

 private:
  void finish_connecting(Deadline deadline, const std::stop_token& stop);
};

/// A connection that waited in a listener's queue, and who made it.
struct Accepted {
  StreamSocket socket;
  Address peer;
};

/// Connections whose handshake is done and that wait for accept. The kernel lets in `backlog` + 1.
struct AcceptQueue {
  std::size_t waiting = 0;
  std::size_t backlog = 0;
};

/// A socket that waits for others to connect.
class Listener : public Socket {
 public:
  /// listen(2) on a bound socket. Never blocks; from now on the kernel answers handshakes on its own. If it throws,
  /// `socket` keeps its descriptor. EADDRINUSE: another socket listens on the port already.
  Listener(StreamSocket&& socket, int backlog);

  /// accept4(2). Blocks until a connection waits, takes the oldest. EMFILE, ENFILE: no descriptor is left; the
  /// connection stays in the queue, and accept works again once something was closed.
  ///
  /// Linux reports errors of the connection itself here: it died before it was taken (ECONNABORTED, EPROTO,
  /// ENETDOWN …, accept(2) "Error handling"). As the man page asks, such a one is passed over and the next is waited
  /// for: they are no fault of the listener.
  Accepted accept(std::stop_token stop = {});

  /// TCP_INFO of a listening socket.
  AcceptQueue queue() const;

  TcpInfo tcp_info() const { return read_tcp_info(fd()); }
};

/// One datagram, or as much of it as fitted into the buffer.
struct ReceivedDatagram {
  std::size_t copied = 0;       ///< bytes in the buffer
  std::size_t full_length = 0;  ///< bytes that were sent
  Address from;                 ///< port 0: it is none, and the socket is shut down for reading

  /// The rest is gone: the next receive returns the next datagram.
  bool truncated() const { return copied < full_length; }
};

/// UDP. udp(7), RFC 768. Each send is one datagram, which arrives whole, twice, later than others, or never.
class DatagramSocket : public Socket {
 public:
  /// socket(2). Errors as StreamSocket::create.
  static DatagramSocket create(Family family);

  explicit DatagramSocket(FileDescriptor descriptor) : Socket(std::move(descriptor)) {}

  /// connect(2): no packet is sent and nothing blocks. The kernel notes whom send() is for, receives from nobody else,
  /// and now has somebody to tell when the other host refuses.
  void connect(const Address& address);

  /// setsockopt(2), IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP of ip(7), on the interface that the route to the group
  /// chooses: the host begins to take what is sent to the group, or no longer does once its last socket has left.
  /// EADDRINUSE: it has joined already. EADDRNOTAVAIL: it is no member. ENODEV: there is no route to the group.
  void join(const Address& group);
  void leave(const Address& group);

  /// One sendto(2), one datagram, of zero bytes too. Blocks only while this socket's send buffer is full. That it
  /// returns says nothing about arrival. Binds an unbound socket to a free port. EMSGSIZE: longer than a datagram can
  /// be (65507 bytes over IPv4). ENOBUFS: the interface's queue is full. EACCES: a broadcast without SO_BROADCAST.
  /// ECONNREFUSED: an earlier datagram was refused (connected sockets, or with IP_RECVERR).
  std::size_t send_to(std::span<const std::byte> bytes, const Address& to, std::stop_token stop = {});

  /// One send(2), to the connected address. EDESTADDRREQ: there is none. Otherwise as send_to().
  std::size_t send(std::span<const std::byte> bytes, std::stop_token stop = {});

  /// One recvfrom(2) with MSG_TRUNC. Blocks until there is a datagram and takes it, all of it: what does not fit into
  /// the buffer is lost, and full_length says how long it was. Zero bytes are a datagram, not an end of anything.
  /// ECONNREFUSED: as send_to().
  ReceivedDatagram receive_from(std::span<std::byte> buffer, std::stop_token stop = {});

 private:
  void set_membership(int option, const Address& group);
};

}  // namespace wirelab::core

// The sockets of a program: their calls are told by its narrator, and none sleeps. What waits looks for Ctrl-C every
// time, also where there is always something to do. Each socket closes itself in the end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/socket.hh"
#include "labs/programs/program.hh"

namespace wirelab::programs {

/// One end of a TCP connection. Errors are those of core::StreamSocket.
class TcpConnection {
 public:
  /// socket(2) and connect(2). Throws Interrupted.
  TcpConnection(Program& program, const core::Address& to);
  /// What accept(2) returned.
  TcpConnection(Program& program, core::StreamSocket&& accepted, int number);
  TcpConnection(TcpConnection&& other) = default;
  ~TcpConnection();

  int fd() const { return socket_.fd(); }

  /// FIONREAD: bytes that wait to be received.
  std::size_t unread_bytes() const { return socket_.unread_bytes(); }

  /// One recv(2) of at most so many bytes: "" at the end of the stream, nothing if there is nothing yet.
  std::optional<std::string> try_receive(std::size_t most);
  /// The same, and waits. Throws Interrupted.
  std::string receive(std::size_t most);
  /// The same into room that is there already: how many bytes, 0 at the end of the stream; nothing if the deadline came
  /// first.
  std::optional<std::size_t> receive_into(std::span<char> room, core::Deadline deadline = core::Deadline::never());

  /// One send(2): how many bytes the kernel took, 0 while it has no room.
  std::size_t try_send(std::string_view bytes);
  /// All of them, and waits. Throws Interrupted.
  void send_all(std::string_view bytes);

  /// shutdown(2): the peer reads to the end of the stream, and may still send.
  void shut_down_writing();

 private:
  timeline::Call begin(std::string call);
  std::optional<std::size_t> try_receive_into(std::span<char> room);

  Program& program_;
  int number_;
  core::StreamSocket socket_;
  std::int64_t received_ = 0;
  std::int64_t sent_ = 0;
};

class TcpListener {
 public:
  /// socket(2), SO_REUSEADDR, bind(2) to the program's address, listen(2).
  TcpListener(Program& program, int backlog);
  ~TcpListener();

  int fd() const { return listener_.fd(); }
  core::Address address() const { return listener_.local_address(); }

  struct Accepted {
    TcpConnection connection;
    core::Address peer;
  };
  /// accept(2): nothing if no connection waits.
  std::optional<Accepted> try_accept();
  /// The same for a server that serves so many. If it has no descriptor for one more (EMFILE, ENFILE), says so, and
  /// `room` is from then on for no more than those. Throws if there are none: nobody would free a descriptor.
  std::optional<Accepted> try_accept(std::size_t served, std::size_t& room);

 private:
  Program& program_;
  int number_;
  core::Listener listener_;
};

/// Errors are those of core::DatagramSocket.
class UdpSocket {
 public:
  /// socket(2), of the family of the program's address.
  explicit UdpSocket(Program& program);
  ~UdpSocket();

  int fd() const { return socket_.fd(); }
  core::Address local_address() const { return socket_.local_address(); }
  void bind(const core::Address& address);
  void connect(const core::Address& address);
  void set_option(const std::string& option, int value);

  struct Datagram {
    std::string bytes;
    std::size_t full_length = 0;  ///< as it was sent; what had no room is gone
    core::Address from;

    bool is_cut() const { return bytes.size() < full_length; }
  };
  /// One recvfrom(2) of at most so many bytes: nothing if there is nothing yet.
  std::optional<Datagram> try_receive_from(std::size_t most);
  /// The same, and waits: nothing if the deadline came first. Throws Interrupted.
  std::optional<Datagram> receive_from(std::size_t most, core::Deadline deadline = core::Deadline::never());

  /// sendto(2), and waits while the kernel has no room. Throws Interrupted.
  void send_to(std::string_view bytes, const core::Address& to);

 private:
  timeline::Call begin_receive(std::size_t most);

  Program& program_;
  int number_;
  core::DatagramSocket socket_;
};

}  // namespace wirelab::programs

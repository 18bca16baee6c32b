// Where a scenario plays: what actors' sockets bind to, how they reach each other, and what the network in between
// can tell about itself. The runner knows no other way to the network, so a stage may be one process's loopback or a
// host with its own TCP/IP stack per actor.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/address.hh"
#include "core/socket.hh"
#include "labs/scenario/scenario.hh"
#include "labs/timeline/event.hh"

namespace wirelab::stage {

using timeline::LaneIndex;

/// A TCP socket as the kernel sees it, whether or not anyone holds a descriptor of it: in an accept queue, orphaned,
/// or in TIME-WAIT. From sock_diag(7).
struct TcpSocket {
  std::string state;  ///< RFC 9293 name: ESTABLISHED, SYN-SENT, TIME-WAIT
  // Places in the two streams, counted from the SYN, which is 0 and takes one; a FIN takes one as well. Not known of a
  // socket in TIME-WAIT or SYN-RECEIVED.
  std::optional<std::int64_t> written;   ///< where the next byte written will go; one less at the end that accepted
  std::optional<std::int64_t> received;  ///< where the next byte received is expected: all before has arrived
  std::int64_t taken = 0;                ///< bytes that have left its receive buffer, in a receive that may go on
  std::int64_t unacknowledged = 0;       ///< bytes written and not yet acknowledged; a FIN counts as one
  std::int64_t unsent = 0;               ///< of these: bytes not yet sent for the first time
  enum class Timer { none, retransmit, keepalive, time_wait, zero_window_probe } timer = Timer::none;
  std::chrono::milliseconds timer_fires_in{0};  ///< if one runs
  int retransmits = 0;  ///< how often the retransmission timer has fired in a row
  int backoff = 0;      ///< how often a timer has been doubled: grows with every probe of a closed window
};

/// What the stage's policy did to a datagram at the moment it was sent.
struct DatagramVerdict {
  bool dropped = false;
  int rule_line = 0;  ///< of the rule that dropped it; 0: the loss percentage
};

/// A packet seen on its way between actors that share a host.
struct Overheard {
  timeline::Packet packet;  ///< without lanes: who they are the runner knows by the addresses
  core::Address source;
  core::Address destination;
};

class Switch;

class Stage {
 public:
  virtual ~Stage() = default;

  virtual std::string_view name() const = 0;
  /// Sentences about what this stage cannot show; none if there is nothing to say.
  virtual std::vector<words::Message> note() const = 0;
  virtual bool sees_packets() const = 0;

  /// Makes the calling thread part of that lane's host, without privileges. Called once, first thing, by each actor's
  /// thread. Throws core::SystemError.
  virtual void enter(LaneIndex lane) = 0;

  /// The address bind(2) is to be given for a port of the file. Throws core::SystemError if no port is to be had.
  virtual core::Address where_to_bind(LaneIndex lane, scenario::SocketType type, int port,
                                      scenario::BindAddress address) = 0;

  /// The address under which a lane's port of the file is reached, whether or not anybody is bound to it.
  virtual core::Address destination(LaneIndex lane, scenario::SocketType type, int port) = 0;

  /// Where a datagram for every host is sent; it arrives where the stage has hosts.
  virtual core::Address everyone(int port) = 0;

  /// Whose host has that address; nobody where hosts have none of their own.
  virtual LaneIndex lane_of(const core::Address& address) const = 0;

  /// The port of the file behind a real local port of that lane's; the same number if it is not one of the file's.
  virtual int port_in_file(LaneIndex lane, scenario::SocketType type, int real_port) const = 0;

  /// A socket was made; before it is used.
  virtual void prepare(core::StreamSocket& socket) = 0;
  virtual void prepare(core::DatagramSocket& socket) = 0;

  /// About to send a datagram: marks the socket as the policy decides. `after_send` takes the mark off again.
  virtual DatagramVerdict before_send(core::DatagramSocket& socket, LaneIndex from, LaneIndex to,
                                      std::string_view data) = 0;
  virtual void after_send(core::DatagramSocket& socket) = 0;

  /// That TCP socket of the lane's host; nothing if the kernel has none. Throws core::SystemError.
  virtual std::optional<TcpSocket> tcp_socket(LaneIndex lane, const core::Address& local,
                                              const core::Address& remote) = 0;

  /// Is nothing on its way between the hosts, in any queue the kernels do not show?
  virtual bool at_rest() = 0;

  /// What carries the packets between the hosts; null where the kernel does that itself.
  virtual Switch* wire() = 0;

  /// Packets seen since the last call where the kernel carries them itself; none unless the stage was asked to listen.
  virtual std::vector<Overheard> overheard() = 0;
};

}  // namespace wirelab::stage

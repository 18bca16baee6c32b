#include "labs/runner/stillness.hh"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/error.hh"
#include "core/tcp_info.hh"
#include "labs/stage/switch.hh"

namespace wirelab::runner {
namespace {

using timeline::Datagram;
using Timer = stage::TcpSocket::Timer;

short ready_events(int fd, short events) {
  pollfd entry{fd, events, 0};
  return ::poll(&entry, 1, 0) > 0 ? entry.revents : short{0};
}

// ------------------------------------------------------------------------------------------ datagrams

/// What one look at the next unseen datagram of a socket found.
struct Peeked {
  std::string data;
  std::optional<core::Address> from;
};

/// The next datagram this socket has not shown us yet. SO_PEEK_OFF makes the kernel remember where we stopped.
std::optional<Peeked> peek(int fd) {
  // An error waiting on the socket (a refusal) would be consumed by any receive, and it belongs to the actor.
  if (ready_events(fd, POLLIN) & POLLERR) return std::nullopt;
  static thread_local std::array<char, 65536> buffer;
  sockaddr_storage from{};
  iovec part{buffer.data(), buffer.size()};
  msghdr message{};
  message.msg_name = &from;
  message.msg_namelen = sizeof from;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const ssize_t size = ::recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT | MSG_TRUNC);
  if (size < 0) return std::nullopt;
  Peeked peeked{{buffer.data(), static_cast<std::size_t>(size)}, std::nullopt};
  if (message.msg_namelen > 0) {
    peeked.from = core::Address(reinterpret_cast<const sockaddr*>(&from), message.msg_namelen);
  }
  return peeked;
}

std::int64_t kernel_drops(int fd) {
  std::array<std::uint32_t, 9> counters{};
  socklen_t size = sizeof counters;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, counters.data(), &size) != 0) return 0;
  constexpr std::size_t drops = 8;  // SK_MEMINFO_DROPS, linux/sock_diag.h
  return counters[drops];
}

/// True if every datagram sent to this socket has been seen to arrive or to be dropped.
bool account_for(World& world, LaneIndex lane, OpenSocket& socket) {
  while (const std::optional<Peeked> peeked = peek(socket.fd)) {
    const LaneIndex from = peeked->from ? world.lane_at(scenario::SocketType::dgram, *peeked->from) : timeline::nobody;
    socket.waiting.push_back(world.note_arrival(lane, socket, [&](const Datagram& datagram) {
      return datagram.from == from && world.call(datagram.sent).data == peeked->data;
    }));
  }
  if (socket.due.empty()) return true;
  // Only if all that are due were dropped it is clear which ones.
  std::vector<OpenSocket*> droppers;  // one for each
  for (OpenSocket* sharing : world.sharing_the_port_of(lane, socket)) {
    const std::int64_t dropped = kernel_drops(sharing->fd) - sharing->drops_by_rule - sharing->overruns;
    const auto missing = static_cast<std::int64_t>(socket.due.size() - droppers.size());
    for (std::int64_t i = 0; i < std::min(dropped, missing); ++i) droppers.push_back(sharing);
  }
  if (droppers.size() < socket.due.size()) return false;
  for (OpenSocket* dropper : droppers) ++dropper->overruns;
  for (const int index : socket.due) {
    world.line.datagrams[static_cast<std::size_t>(index)].fate = Datagram::Fate::buffer_overrun;
  }
  socket.due.clear();
  return true;
}

/// A refusal that is to come has come when the socket shows an error.
bool refusal_has_arrived(OpenSocket& socket) {
  if (!socket.refusal_expected) return true;
  if (!(ready_events(socket.fd, 0) & POLLERR)) return false;
  socket.refusal_expected = false;
  return true;
}

// ---------------------------------------------------------------------------------------- connections

constexpr Stillness moving{false, false, true, std::nullopt};
constexpr Stillness still{true, true, false, std::nullopt};
constexpr Stillness still_until_a_timer{true, true, true, std::nullopt};

/// It was delivered, and not answered in the same moment.
constexpr Stillness an_answer_is_due{true, false, true, std::nullopt};

Stillness both(const Stillness& one, const Stillness& other) {
  Stillness all{one.quiet && other.quiet, one.still && other.still, one.kernel_timer || other.kernel_timer,
                one.sends_again_at ? one.sends_again_at : other.sends_again_at};
  if (one.sends_again_at && other.sends_again_at) {
    all.sends_again_at = std::min(*one.sends_again_at, *other.sends_again_at);
  }
  return all;
}

Stillness waiting_for_a_retransmission(const stage::TcpSocket& of) {
  return {true, false, true, Clock::now() + of.timer_fires_in};
}

/// May the next probe of a closed window find it open? A receiver that has read a little need not say so at once
/// (RFC 9293 §3.8.6.2.2), and what it says may be lost, so then a probe has to be waited for; where nothing was read
/// there is nothing to find. Read in the kernel's sense: a receive that waits for all has returned nothing yet.
bool probe_may_find_room(const stage::TcpSocket& sender, Tracked::Side& to, const stage::TcpSocket& receiver) {
  if (!to.closed_window || to.closed_window->taken != receiver.taken) {
    to.closed_window = {receiver.taken, sender.backoff};
  }
  return receiver.taken > 0 && sender.backoff <= to.closed_window->backoff;
}

enum class SenderHas { connected, accepted };

/// Is everything that was written at one end in the kernel of the other, or kept back by its full buffer?
Stillness look_at_direction(SenderHas how, const stage::TcpSocket& sender, Tracked::Side& to,
                            const stage::TcpSocket& receiver, bool on_a_wire) {
  if (sender.unacknowledged == 0 || sender.state == "TIME-WAIT") return still;
  // The receiver's window is closed: the sender probes it (RFC 9293 §3.8.6.1), and only a receive opens it.
  if (sender.timer == Timer::zero_window_probe) {
    // Where all has been read no window stays closed. Or none was: TCP_CORK, tcp(7), runs the same timer for 200 ms.
    const bool all_is_read = receiver.received && receiver.taken + 1 >= *receiver.received;
    if (all_is_read) return still_until_a_timer;
    return probe_may_find_room(sender, to, receiver) ? still_until_a_timer : still;
  }
  // Delivered, and the acknowledgement is on its way or delayed (RFC 9293 §3.8.6.3). A socket nobody holds any more
  // does not take data: it answers with a reset.
  if (receiver.state == "TIME-WAIT") return still_until_a_timer;
  const std::int64_t uncounted_syn = how == SenderHas::accepted ? 1 : 0;
  const auto has_arrived = [&](std::int64_t bytes) {
    return receiver.received && *receiver.received >= bytes + uncounted_syn;
  };
  const bool arrived = sender.written && has_arrived(*sender.written);
  if (arrived && !to.closed) return still_until_a_timer;
  // All that was sent has arrived, and what was written later waits for an acknowledgement that the wire has lost.
  const bool resends = sender.timer == Timer::retransmit;
  if (on_a_wire && resends && sender.unsent > 0 && sender.written && has_arrived(*sender.written - sender.unsent)) {
    return waiting_for_a_retransmission(sender);
  }
  // Sent again and still not taken: the receiver's buffer is full and its kernel throws away what it has no room for.
  if (resends && sender.retransmits > 0) return on_a_wire ? still_until_a_timer : still;
  return moving;
}

/// The descriptor of the socket that listens for it; -1: there is none.
int listener_of(World& world, const Tracked& tracked) {
  for (const auto& [number, socket] : world.lane(tracked.sides[1].lane).sockets) {
    if (socket.listening && socket.port == tracked.server_port) return socket.fd;
  }
  return -1;
}

}  // namespace

bool accept_queue_is_full(World& world, const Tracked& tracked) {
  const int listener = listener_of(world, tracked);
  if (listener < 0) return false;
  const core::TcpInfo info = core::read_tcp_info(listener);
  return info.unacknowledged > info.selectively_acknowledged;
}

namespace {

/// TCP_DEFER_ACCEPT, tcp(7): the handshake's last ACK is thrown away, and only data make the connection.
bool waits_for_data(World& world, const Tracked& tracked) {
  int seconds = 0;
  socklen_t size = sizeof seconds;
  const int listener = listener_of(world, tracked);
  return getsockopt(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, &size) == 0 && seconds > 0;
}

/// Its kernel has not given up yet.
bool will_send_again(const std::optional<stage::TcpSocket>& socket) {
  return socket && (socket->timer == Timer::retransmit || socket->state == "SYN-SENT" || socket->state == "SYN-RECEIVED");
}

Stillness look_at_connection(World& world, Tracked& tracked) {
  if (!tracked.client_address) {
    // The kernel chooses the client's port inside connect(): until then nothing of it is anywhere.
    return tracked.connecting ? moving : still;
  }
  const LaneIndex client_lane = tracked.sides[0].lane;
  const LaneIndex server_lane = tracked.sides[1].lane;
  const auto client = world.stage().tcp_socket(client_lane, *tracked.client_address, *tracked.server_address);
  const auto server = world.stage().tcp_socket(server_lane, *tracked.server_address, *tracked.client_address);
  stage::Switch* wire = world.stage().wire();
  if (wire) {
    switch (wire->on_the_way({client_lane, tracked.client_address->port()},
                             {server_lane, tracked.server_address->port()})) {
      case stage::Switch::OnTheWay::lost:
        if (will_send_again(client) && will_send_again(server)) {
          return both(waiting_for_a_retransmission(*client), waiting_for_a_retransmission(*server));
        }
        if (will_send_again(client)) return waiting_for_a_retransmission(*client);
        if (will_send_again(server)) return waiting_for_a_retransmission(*server);
        break;
      case stage::Switch::OnTheWay::kept:
        return still_until_a_timer;
      case stage::Switch::OnTheWay::nothing:
        break;
    }
  }
  const bool kernel_still_tries = client && client->state == "SYN-SENT";
  if (tracked.connecting || kernel_still_tries) {
    // It sleeps in connect(), or has given that up, and its kernel has not. A full queue ignores its SYN, and it will
    // be sent again; otherwise an answer is coming.
    if (accept_queue_is_full(world, tracked)) return still_until_a_timer;
    if (!wire || !client) return moving;
    // Two were delivered while there was room, and none answered: they are ignored for another reason.
    return tracked.syns_with_room > 1 ? still_until_a_timer : an_answer_is_due;
  }
  if (!client && !server) return still;
  if (!client || !server) {
    const stage::TcpSocket& left = client ? *client : *server;
    if (left.state == "TIME-WAIT") return still;
    // Nothing is on the wire, so the one that is left has not been told, and will not be before it sends something.
    if (!wire) return moving;
    return left.timer == Timer::none ? still : still_until_a_timer;
  }
  if (server->state == "SYN-RECEIVED") {
    const bool nothing_comes = client->unacknowledged == 0 && waits_for_data(world, tracked);
    return nothing_comes || accept_queue_is_full(world, tracked) ? still_until_a_timer : moving;
  }
  const Stillness there = look_at_direction(SenderHas::connected, *client, tracked.sides[1], *server, wire);
  const Stillness back = look_at_direction(SenderHas::accepted, *server, tracked.sides[0], *client, wire);
  return both(there, back);
}

}  // namespace

bool account_for_datagrams(World& world) {
  bool complete = true;
  for (LaneIndex i = 0; i < world.lane_count(); ++i) {
    for (auto& [number, socket] : world.lane(i).sockets) {
      if (socket.type != scenario::SocketType::dgram) continue;
      complete = account_for(world, i, socket) && complete;
      complete = refusal_has_arrived(socket) && complete;
    }
  }
  return complete;
}

Stillness look_at_connections(World& world) {
  Stillness all = still;
  for (Tracked& tracked : world.connections) {
    if (!tracked.client_address) world.learn_client_address(tracked);
    all = both(all, look_at_connection(world, tracked));
  }
  return all;
}

Stillness look(World& world) {
  const LaneIndex lanes = world.lane_count();
  std::vector<std::int64_t> slices(static_cast<std::size_t>(lanes), -1);
  for (LaneIndex i = 0; i < lanes; ++i) {
    const LaneState& lane = world.lane(i);
    if (lane.activity == Activity::running) return {};
    if (lane.activity == Activity::in_call) slices[static_cast<std::size_t>(i)] = lane.probe->slices();
  }
  for (LaneIndex i = 0; i < lanes; ++i) {
    const LaneState& lane = world.lane(i);
    if (lane.activity != Activity::in_call) continue;
    if (!lane.probe->asleep_in(lane.blocking->syscall, lane.blocking->fd)) return {};
    if (ready_events(lane.blocking->fd, lane.blocking->events) != 0) return {};
  }
  if (!world.stage().at_rest() || !world.sent_datagrams.empty()) return {};
  if (!account_for_datagrams(world)) return {};
  Stillness found = look_at_connections(world);
  for (LaneIndex i = 0; i < lanes; ++i) {
    const LaneState& lane = world.lane(i);
    if (lane.activity != Activity::in_call) continue;
    if (lane.probe->slices() != slices[static_cast<std::size_t>(i)]) return {};
    // Woken, and not on a processor yet: a kernel's timer has sent what was kept back, and the tables do not tell.
    if (ready_events(lane.blocking->fd, lane.blocking->events) != 0) return {};
  }
  // A kernel's timer may have sent something while the tables were read: then they tell of it, and nobody has seen it.
  if (!world.stage().at_rest()) return {};
  return found;
}

}  // namespace wirelab::runner

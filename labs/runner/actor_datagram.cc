// The calls of datagram sockets: sendto, recvfrom, and send and recv on a connected one.
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "labs/runner/actor_call.hh"

namespace wirelab::runner {
namespace {

using scenario::SocketType;
using timeline::Call;

/// Makes a call. The report of an error that it has told stays in a queue, ip(7) IP_RECVERR, and as long as no program
/// has read that, poll(2) says POLLERR of a socket whose next receive sleeps. No step reads it, so it is read here.
template <typename Make>
auto with_errors_read(int fd, const std::stop_token& stop, Make make) {
  try {
    return make();
  } catch (const core::SystemError&) {
    // What comes while a timeout ends the call is for the next one to tell.
    msghdr report{};
    while (!stop.stop_requested() && recvmsg(fd, &report, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) {
    }
    throw;
  }
}

}  // namespace

Actor::Outcome Actor::act(const scenario::SendTo& action, const scenario::Step& step, Round round) {
  OwnSocket& socket = own(step);
  const std::string bytes = resolve(action.data, round);
  if (!action.to) {
    if (!socket.last_sender) throw_failed_call("sendto", &socket, EDESTADDRREQ);
    return {.sent =
                send_datagram(socket, bytes, {socket.last_sender_lane, socket.last_sender_port, socket.last_sender})};
  }
  if (scenario::is_for_several(*action.to)) {
    const int their_port = action.port.value_or(0);
    const core::Address address = scenario::is_group(*action.to)
                                      ? core::Address::group(*action.to, static_cast<std::uint16_t>(their_port)).value()
                                      : world_.stage().everyone(their_port);
    return {.sent = send_datagram(socket, bytes, {timeline::nobody, their_port, address, *action.to})};
  }
  const LaneIndex to = world_.find_lane(*action.to);
  const int port = port_of(to, SocketType::dgram, action.port);
  return {.sent = send_datagram(socket, bytes, {to, port, world_.stage().destination(to, SocketType::dgram, port)})};
}

Actor::Outcome Actor::act(const scenario::ReceiveFrom& action, const scenario::Step& step, Round) {
  Outcome outcome;
  outcome.bytes = receive_datagram(own(step), action.at_most, "recvfrom");
  return outcome;
}

std::size_t Actor::send_datagram(OwnSocket& socket, std::string_view bytes, const Target& target) {
  const std::string_view call_name = target.address ? "sendto" : "send";
  core::DatagramSocket& sending = datagram(socket, call_name);
  Call made = event(std::string(call_name), &socket);
  made.args = {{"len", static_cast<std::int64_t>(bytes.size())}};
  const bool to_one_of_ours = target.lane != timeline::nobody;
  const bool is_for_several = !target.several.empty();
  if (to_one_of_ours || is_for_several) {
    made.args.emplace_back(
        "to", is_for_several ? target.several : world_.line.lanes[static_cast<std::size_t>(target.lane)].name);
    made.args.emplace_back("port", std::int64_t{target.port});
  }
  made.peer = target.lane;
  stage::DatagramVerdict verdict;
  int index = -1;
  try {
    return call(
        std::move(made), Blocking{SYS_sendto, sending.fd(), POLLOUT},
        [&](std::stop_token stop) {
          if (to_one_of_ours) verdict = world_.stage().before_send(sending, lane_, target.lane, bytes);
          if (is_for_several) {
            index = world_.expect_datagrams(lane_, socket.number, target.several, target.port, bytes);
          } else if (to_one_of_ours) {
            index = world_.expect_datagram(lane_, socket.number, target.lane, target.port, bytes, verdict);
          }
          const std::size_t taken = with_errors_read(sending.fd(), stop, [&] {
            return target.address ? sending.send_to(as_bytes(bytes), *target.address, stop)
                                  : sending.send(as_bytes(bytes), stop);
          });
          if (verdict.dropped) world_.stage().after_send(sending);
          return taken;
        },
        [&](Call& event, std::size_t taken) {
          event.result = static_cast<std::int64_t>(taken);
          event.data = bytes;
          if (index >= 0) event.datagram = index;
          event.send_buffer = sending.option("SO_SNDBUF");
          world_.remember_address(lane_, SocketType::dgram, sending.local_address());
        });
  } catch (const StepFailed&) {
    if (verdict.dropped) world_.stage().after_send(sending);
    if (index >= 0) world_.forget_datagram(lane_, socket.number, index);
    throw;
  }
}

std::string Actor::receive_datagram(OwnSocket& socket, std::size_t at_most, std::string_view call_name) {
  if (script_.slow) world_.wait_at(lane_, Gate::slow_receive);
  core::DatagramSocket& receiving = datagram(socket, call_name);
  Call made = event(std::string(call_name), &socket);
  made.args = {{"len", static_cast<std::int64_t>(at_most)}};
  std::string buffer(at_most, '\0');
  call(
      std::move(made), Blocking{SYS_recvfrom, receiving.fd(), POLLIN},
      [&](std::stop_token stop) {
        return with_errors_read(receiving.fd(), stop, [&] {
          return receiving.receive_from(std::as_writable_bytes(std::span(buffer)), stop);
        });
      },
      [&](Call& event, core::ReceivedDatagram& received) {
        buffer.resize(received.copied);
        event.result = static_cast<std::int64_t>(received.copied);
        event.data = buffer;
        event.full_length = static_cast<std::int64_t>(received.full_length);
        event.truncated = received.truncated();
        if (received.from.port() == 0) return;  // the socket is shut down for reading, and there was none
        const int index = world_.take_datagram(lane_, socket.number, received.from, buffer, event.full_length);
        if (index >= 0) {
          event.datagram = index;
          world_.line.datagrams[static_cast<std::size_t>(index)].received = world_.lane(lane_).call_just_made;
        }
        socket.last_sender = received.from;
        socket.last_sender_lane = world_.lane_at(SocketType::dgram, received.from);
        event.peer = socket.last_sender_lane;
        if (event.peer != timeline::nobody) {
          socket.last_sender_port = world_.stage().port_in_file(event.peer, SocketType::dgram, received.from.port());
        }
        event.readable = static_cast<std::int64_t>(receiving.unread_bytes());
        event.receive_buffer = receiving.option("SO_RCVBUF");
      });
  return buffer;
}

}  // namespace wirelab::runner

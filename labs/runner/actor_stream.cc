// The calls of stream sockets: listen, accept, connect, send, recv, shutdown.
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "labs/runner/actor_call.hh"

namespace wirelab::runner {
namespace {

using scenario::SocketType;
using timeline::Call;

std::string_view word_of(scenario::ShutdownSide side) {
  switch (side) {
    case scenario::ShutdownSide::write:
      return "write";
    case scenario::ShutdownSide::read:
      return "read";
    case scenario::ShutdownSide::both:
      return "both";
  }
  return "";
}

core::StreamSocket::Side side_of(scenario::ShutdownSide side) {
  switch (side) {
    case scenario::ShutdownSide::write:
      return core::StreamSocket::Side::write;
    case scenario::ShutdownSide::read:
      return core::StreamSocket::Side::read;
    case scenario::ShutdownSide::both:
      break;
  }
  return core::StreamSocket::Side::both;
}

}  // namespace

Actor::Outcome Actor::act(const scenario::Listen& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  Call made = event("listen", &socket);
  made.args = {{"backlog", std::int64_t{action.backlog}}};
  call(
      std::move(made), {},
      [&](std::stop_token) {
        if (auto* listener = std::get_if<core::Listener>(&socket.socket)) {
          // listen(2) again only changes the backlog.
          if (::listen(listener->fd(), action.backlog) != 0) core::throw_errno("listen");
          return 0;
        }
        core::Listener listener(std::move(stream(socket, "listen")), action.backlog);
        socket.socket = std::move(listener);
        return 0;
      },
      [&](Call& event, int) {
        if (socket.name.empty() && !find("listener")) socket.name = "listener";
        event.socket_name = socket.name;
        event.queue_length = 0;
        world_.lane(lane_).sockets.at(socket.number).listening = true;
      });
  return {};
}

Actor::Outcome Actor::act(const scenario::Accept&, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  auto* listener = std::get_if<core::Listener>(&socket.socket);
  call(
      event("accept", &socket), Blocking{SYS_accept4, fd_of(socket.socket), POLLIN},
      [&](std::stop_token stop) {
        // What accept(2) says of a socket that does not listen, and of one that never can.
        const bool is_stream = type_of(socket.socket) == SocketType::stream;
        if (!listener) throw core::SystemError("accept", is_stream ? EINVAL : EOPNOTSUPP);
        return listener->accept(stop);
      },
      [&](Call& event, core::Accepted& accepted) {
        const int connection = world_.find_connection(accepted.peer);
        OwnSocket& added = add(std::move(accepted.socket), step.as);
        added.connection = connection;
        added.side = 1;
        world_.lane(lane_).sockets.at(added.number).connection = connection;
        event.connection = connection;
        event.result = added.number;
        event.queue_length = static_cast<std::int64_t>(listener->queue().waiting);
        if (connection >= 0) {
          timeline::Connection& known = world_.line.connections[static_cast<std::size_t>(connection)];
          known.accept = world_.lane(lane_).call_just_made;
          event.peer = known.client;
        }
      });
  return {};
}

Actor::Outcome Actor::act(const scenario::Connect& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  const SocketType type = type_of(socket.socket);
  const LaneIndex peer = world_.find_lane(action.to);
  const int port = port_of(peer, type, action.port);
  Call made = event("connect", &socket);
  made.args = {{"to", action.to}, {"port", std::int64_t{port}}};
  made.peer = peer;
  const core::Address address = world_.stage().destination(peer, type, port);
  if (type == SocketType::dgram) {
    call(
        std::move(made), {},
        [&](std::stop_token) {
          datagram(socket, "connect").connect(address);
          return 0;
        },
        [&](Call&, int) {
          socket.connected_lane = peer;
          socket.connected_port = port;
          world_.lane(lane_).sockets.at(socket.number).connected_to = address;
        });
    return {};
  }
  if (socket.connection < 0) {
    const auto guard = world_.lock();
    socket.connection = world_.track_connect(lane_, socket.number, peer, port, address);
    socket.side = 0;
    world_.lane(lane_).sockets.at(socket.number).connection = socket.connection;
  }
  made.connection = socket.connection;
  const auto index = static_cast<std::size_t>(socket.connection);
  const auto settle = [&](bool connected) {
    Tracked& tracked = world_.connections[index];
    tracked.connecting = false;
    tracked.connected = tracked.connected || connected;
    world_.learn_client_address(tracked);
    timeline::Connection& known = world_.line.connections[index];
    known.connect = world_.lane(lane_).call_just_made;
    known.established = connected;
  };
  try {
    call(
        std::move(made), Blocking{SYS_connect, fd_of(socket.socket), POLLOUT},
        [&](std::stop_token stop) {
          stream(socket, "connect").connect(address, stop);
          return 0;
        },
        [&](Call& event, int) {
          settle(true);
          ask_the_kernel(event, socket, false);
        });
  } catch (const StepFailed&) {
    const auto guard = world_.lock();
    settle(false);
    // The socket may try again: that will be another connection.
    socket.connection = -1;
    throw;
  }
  return {};
}

Actor::Outcome Actor::act(const scenario::Send& action, const scenario::Step& step, Round round) {
  OwnSocket& socket = own(step);
  const std::string bytes = resolve(action.data, round);
  if (type_of(socket.socket) == SocketType::stream) return {.sent = send_stream(socket, bytes)};
  return {.sent = send_datagram(socket, bytes, {socket.connected_lane, socket.connected_port, std::nullopt})};
}

Actor::Outcome Actor::act(const scenario::Receive& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  Outcome outcome;
  if (const auto* at_most = std::get_if<scenario::Receive::AtMost>(&action.how)) {
    outcome.bytes = type_of(socket.socket) == SocketType::dgram ? receive_datagram(socket, at_most->bytes, "recv")
                                                                : receive_once(socket, at_most->bytes, false);
    outcome.eof = outcome.bytes->empty() && type_of(socket.socket) == SocketType::stream && at_most->bytes > 0;
    return outcome;
  }
  std::string gathered = std::exchange(socket.leftover, {});
  const auto* exactly = std::get_if<scenario::Receive::Exactly>(&action.how);
  const auto* until = std::get_if<scenario::Receive::UntilBytes>(&action.how);
  const auto end = [&]() -> std::size_t {
    if (exactly) return gathered.size() >= exactly->bytes ? exactly->bytes : std::string::npos;
    if (!until) return std::string::npos;
    const std::size_t found = gathered.find(until->bytes);
    return found == std::string::npos ? found : found + until->bytes.size();
  };
  for (bool again = false; end() == std::string::npos; again = true) {
    // `exactly` lets the kernel do the waiting, and never asks for what belongs to the next step.
    const std::string part = exactly ? receive_once(socket, exactly->bytes - gathered.size(), again, Amount::all)
                                     : receive_once(socket, chunk, again);
    if (part.empty()) {
      outcome.eof = true;
      break;
    }
    gathered += part;
  }
  if (!outcome.eof) {
    socket.leftover = gathered.substr(end());
    gathered.resize(end());
  }
  outcome.bytes = std::move(gathered);
  if (outcome.eof && (exactly || until)) {
    record_broken_end(socket, "truncated", static_cast<std::int64_t>(outcome.bytes->size()));
    throw StepFailed{"truncated"};
  }
  return outcome;
}

Actor::Outcome Actor::act(const scenario::Shutdown& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  Call made = event("shutdown", &socket);
  made.args = {{"how", std::string(word_of(action.side))}};
  call(
      std::move(made), {},
      [&](std::stop_token) {
        std::visit([&](core::Socket& one) { one.shutdown(side_of(action.side)); }, socket.socket);
        return 0;
      },
      [&](Call& event, int) {
        ask_the_kernel(event, socket, false);
        if (socket.connection < 0 || action.side == scenario::ShutdownSide::read) return;
        const auto index = static_cast<std::size_t>(socket.connection);
        world_.connections[index].sides[static_cast<std::size_t>(socket.side)].write_ended = true;
        world_.line.connections[index].closes.push_back(world_.lane(lane_).call_just_made);
      });
  return {};
}

std::size_t Actor::send_once(OwnSocket& socket, std::string_view bytes, int piece, int pieces) {
  Call made = event("send", &socket);
  made.args = {{"len", static_cast<std::int64_t>(bytes.size())}};
  made.piece = piece;
  made.pieces = pieces;
  const std::size_t all = call(
      std::move(made), Blocking{SYS_sendto, fd_of(socket.socket), POLLOUT},
      [&](std::stop_token stop) { return stream(socket, "send").send(as_bytes(bytes), stop); },
      [&](Call& event, std::size_t taken) {
        event.result = static_cast<std::int64_t>(taken);
        event.data = bytes.substr(0, taken);
        event.stream = range(socket, true, static_cast<std::int64_t>(taken));
        ask_the_kernel(event, socket, true);
      });
  if (format_ && std::holds_alternative<core::HttpFormat>(*format_)) socket.sent += bytes.substr(0, all);
  return all;
}

std::size_t Actor::send_stream(OwnSocket& socket, std::string_view bytes) {
  // Where to cut, as offsets within these bytes.
  std::vector<std::size_t> ends;
  if (script_.cut && socket.connection >= 0) {
    std::int64_t begin = 0;
    {
      const auto guard = world_.lock();
      const auto index = static_cast<std::size_t>(socket.connection);
      begin = world_.connections[index].sides[static_cast<std::size_t>(socket.side)].sent;
    }
    const auto is_cut = [&](std::int64_t offset) {
      const auto& offsets = script_.cut->offsets;
      return script_.cut->each || std::find(offsets.begin(), offsets.end(), offset) != offsets.end();
    };
    for (std::size_t i = 1; i < bytes.size(); ++i) {
      if (is_cut(begin + static_cast<std::int64_t>(i))) ends.push_back(i);
    }
    if (!socket.no_delay_for_pieces) {
      stream(socket, "setsockopt").set_option("TCP_NODELAY", 1);  // else the kernel would join the pieces again
      socket.no_delay_for_pieces = true;
    }
  }
  ends.push_back(bytes.size());

  const int pieces = static_cast<int>(ends.size());
  std::size_t done = 0;
  for (int piece = 1; piece <= pieces; ++piece) {
    if (piece > 1) world_.wait_at(lane_, Gate::piece);
    const std::size_t end = ends[static_cast<std::size_t>(piece) - 1];
    do {  // a send of nothing is a call too
      done += send_once(socket, bytes.substr(done, end - done), pieces > 1 ? piece : 0, pieces > 1 ? pieces : 0);
    } while (done < end);
  }
  return done;
}

std::string Actor::receive_once(OwnSocket& socket, std::size_t at_most, bool again, Amount amount) {
  if (script_.slow) {
    world_.wait_at(lane_, Gate::slow_receive);
  } else if (again) {
    world_.wait_at(lane_, Gate::receive);
  }
  Call made = event("recv", &socket);
  made.args = {{"len", static_cast<std::int64_t>(at_most)}};
  if (amount == Amount::all) made.args.emplace_back("flags", "MSG_WAITALL");
  std::string buffer(at_most, '\0');
  call(
      std::move(made), Blocking{SYS_recvfrom, fd_of(socket.socket), POLLIN | POLLRDHUP},
      [&](std::stop_token stop) {
        core::StreamSocket& receiving = stream(socket, "recv");
        const auto bytes = std::as_writable_bytes(std::span(buffer));
        return amount == Amount::all ? receiving.receive_all(bytes, stop) : receiving.receive(bytes, stop);
      },
      [&](Call& event, std::size_t received) {
        buffer.resize(received);
        event.result = static_cast<std::int64_t>(received);
        event.data = buffer;
        event.stream = range(socket, false, static_cast<std::int64_t>(received));
        last_receive_ = world_.lane(lane_).call_just_made;
        ask_the_kernel(event, socket, false);
      });
  return buffer;
}

timeline::StreamRange Actor::range(const OwnSocket& socket, bool outgoing, std::int64_t length) {
  timeline::StreamRange found;
  if (socket.connection < 0) return found;
  Tracked& tracked = world_.connections[static_cast<std::size_t>(socket.connection)];
  Tracked::Side& mine = tracked.sides[static_cast<std::size_t>(socket.side)];
  Tracked::Side& theirs = tracked.sides[static_cast<std::size_t>(1 - socket.side)];
  std::int64_t& count = outgoing ? mine.sent : mine.received;
  found.connection = socket.connection;
  found.from = outgoing ? mine.lane : theirs.lane;
  found.to = outgoing ? theirs.lane : mine.lane;
  found.offset = count;
  found.length = length;
  count += length;
  return found;
}

void Actor::note_reset(const Call& event, std::string_view error) {
  const auto index = static_cast<std::size_t>(event.connection);
  const auto& sides = world_.connections[index].sides;
  const bool ended_by_us = std::any_of(
      sides.begin(), sides.end(), [&](const Tracked::Side& side) { return side.lane == lane_ && side.write_ended; });
  if (error == "ECONNRESET" || !ended_by_us) world_.line.connections[index].reset = true;
}

void Actor::ask_the_kernel(Call& event, OwnSocket& socket, bool sent) {
  auto* connected = std::get_if<core::StreamSocket>(&socket.socket);
  if (!connected) return;
  event.state = connected->tcp_info().state_name();
  if (sent) {
    event.unacked = static_cast<std::int64_t>(connected->unacknowledged_bytes());
    event.send_buffer = connected->option("SO_SNDBUF");
  } else if (event.call == "recv") {
    event.readable = static_cast<std::int64_t>(connected->unread_bytes());
    event.receive_buffer = connected->option("SO_RCVBUF");
  }
}

}  // namespace wirelab::runner

// The sockets an actor owns, and the calls every socket has: socket, bind, close, setsockopt, getsockopt.
#include <sys/socket.h>

#include <cerrno>

#include "labs/runner/actor_call.hh"

namespace wirelab::runner {
namespace {

using scenario::SocketType;
using timeline::Call;

}  // namespace

Actor::Outcome Actor::act(const scenario::Socket& action, const scenario::Step& step, Round) {
  Call made = event("socket", nullptr);
  const bool is_stream = action.type == SocketType::stream;
  made.args = {{"type", is_stream ? "stream" : "dgram"}};
  const core::Family family =
      world_.scenario().family == scenario::Family::ipv6 ? core::Family::ipv6 : core::Family::ipv4;
  using Any = std::variant<core::StreamSocket, core::Listener, core::DatagramSocket>;
  call(
      std::move(made), {},
      [&](std::stop_token) -> Any {
        if (is_stream) {
          core::StreamSocket socket = core::StreamSocket::create(family);
          world_.stage().prepare(socket);
          return socket;
        }
        core::DatagramSocket socket = core::DatagramSocket::create(family);
        world_.stage().prepare(socket);
        // So that each datagram that arrives can be looked at once, without taking it (stillness.cc).
        const int from_the_first = 0;
        setsockopt(socket.fd(), SOL_SOCKET, SO_PEEK_OFF, &from_the_first, sizeof from_the_first);
        return socket;
      },
      [&](Call& event, Any& socket) {
        OwnSocket& added = add(std::move(socket), step.as);
        event.socket = added.number;
        event.socket_name = added.name;
        event.result = added.number;
      });
  return {};
}

Actor::Outcome Actor::act(const scenario::Bind& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  const SocketType type = type_of(socket.socket);
  Call made = event("bind", &socket);
  made.args = {{"port", std::int64_t{action.port}}};
  if (action.address == scenario::BindAddress::own) made.args.emplace_back("address", "own");
  call(
      std::move(made), {},
      [&](std::stop_token) {
        const core::Address address = world_.stage().where_to_bind(lane_, type, action.port, action.address);
        std::visit([&](core::Socket& one) { one.bind(address); }, socket.socket);
        return 0;
      },
      [&](Call&, int) {
        LaneState& state = world_.lane(lane_);
        OpenSocket& bound = state.sockets.at(socket.number);
        bound.port = action.port;
        bound.bound_to_own = action.address == scenario::BindAddress::own;
        (type == SocketType::stream ? state.last_bound_stream : state.last_bound_datagram) = action.port;
      });
  return {};
}

Actor::Outcome Actor::act(const scenario::Close& action, const scenario::Step& step, Round) {
  if (action.socket) {
    OwnSocket* named = find(*action.socket);
    if (!named) throw_failed_call("close", nullptr, EBADF);
    close(*named, "close");
  } else {
    close(own(step), "close");
  }
  return {};
}

Actor::Outcome Actor::act(const scenario::Abort&, const scenario::Step& step, Round) {
  close(own(step), "abort");
  return {};
}

Actor::Outcome Actor::act(const scenario::SetSocketOption& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  for (const auto& [name, value] : action.options) {
    if (const auto* number = std::get_if<int>(&value)) {
      set_option(socket, name, *number);
    } else {
      set_membership(socket, name, std::get<std::string>(value));
    }
  }
  return {};
}

void Actor::set_option(OwnSocket& socket, std::string_view name, int value) {
  Call made = event("setsockopt", &socket);
  made.args = {{"option", std::string(name)}, {"value", std::int64_t{value}}};
  call(
      std::move(made), {},
      [&](std::stop_token) {
        std::visit([&](core::Socket& one) { one.set_option(name, value); }, socket.socket);
        return 0;
      },
      [&](Call&, int) {
        OpenSocket& open = world_.lane(lane_).sockets.at(socket.number);
        if (name == "IP_MULTICAST_LOOP" || name == "IPV6_MULTICAST_LOOP") open.hears_own_groups = value != 0;
        if (name == "IP_MULTICAST_TTL" || name == "IPV6_MULTICAST_HOPS") open.may_leave_host = value != 0;
      });
}

void Actor::set_membership(OwnSocket& socket, std::string_view name, const std::string& group) {
  core::DatagramSocket& member = datagram(socket, "setsockopt");
  const bool joins = name == "IP_ADD_MEMBERSHIP";
  Call made = event("setsockopt", &socket);
  made.args = {{"option", std::string(name)}, {"group", group}};
  call(
      std::move(made), {},
      [&](std::stop_token) {
        const core::Address address = core::Address::group(group).value();
        joins ? member.join(address) : member.leave(address);
        return 0;
      },
      [&](Call&, int) {
        std::set<std::string>& groups = world_.lane(lane_).sockets.at(socket.number).groups;
        joins ? void(groups.insert(group)) : void(groups.erase(group));
      });
}

Actor::Outcome Actor::act(const scenario::GetSocketOption& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  Call made = event("getsockopt", &socket);
  made.args = {{"option", action.option}};
  call(
      std::move(made), {},
      [&](std::stop_token) {
        return std::visit([&](const core::Socket& one) { return one.option(action.option); }, socket.socket);
      },
      [](Call& event, int value) { event.args.emplace_back("value", std::int64_t{value}); });
  return {};
}

Actor::Outcome Actor::act(const scenario::Sleep& action, const scenario::Step&, Round) {
  Call made = event("sleep", nullptr);
  made.args = {{"duration_ns", std::int64_t{action.duration.count()}}};
  call(
      std::move(made), {},
      [&](std::stop_token) {
        world_.sleep(lane_, action.duration);
        return 0;
      },
      [](Call&, int) {});
  return {};
}

void Actor::throw_failed_call(std::string call_name, OwnSocket* socket, int error) {
  call(
      event(call_name, socket), {}, [&](std::stop_token) -> int { throw core::SystemError(call_name, error); },
      [](Call&, int) {});
  throw StepFailed{core::errno_name(error)};
}

void Actor::close(OwnSocket& socket, std::string_view call_name) {
  Call made = event(std::string(call_name), &socket);
  made.args = {{"socket", socket.name}};
  made.connection = socket.connection;
  auto* connected = std::get_if<core::StreamSocket>(&socket.socket);
  if (connected && socket.connection >= 0) {
    made.readable = static_cast<std::int64_t>(connected->unread_bytes());
    made.state = connected->tcp_info().state_name();
  }
  const auto bookkeeping = [&] {
    world_.lane(lane_).sockets.erase(socket.number);
    if (socket.connection < 0) return;
    const auto index = static_cast<std::size_t>(socket.connection);
    Tracked& tracked = world_.connections[index];
    Tracked::Side& side = tracked.sides[static_cast<std::size_t>(socket.side)];
    timeline::Connection& known = world_.line.connections[index];
    // Without an end of our own, a connection that is closed already was reset: there is nothing a FIN could be sent
    // on.
    const bool was_reset = !side.write_ended && made.state == core::name_of(core::TcpState::closed);
    if (was_reset) known.reset = true;
    if ((!side.write_ended && !was_reset) || call_name == "abort") {
      known.closes.push_back(world_.lane(lane_).call_just_made);
    }
    side.write_ended = true;
    side.closed = true;
    if (call_name == "abort" || made.readable.value_or(0) > 0) known.reset = true;
  };
  const std::optional<std::int64_t> unread = made.readable;
  call(
      Call(made), {},
      [&](std::stop_token) {
        std::visit([&](core::Socket& one) { call_name == "abort" ? one.abort() : one.close(); }, socket.socket);
        return 0;
      },
      [&](Call& event, int) {
        event.readable = unread;
        bookkeeping();
      });
  forget(socket);
}

Actor::OwnSocket* Actor::own_or_none(const scenario::Step& step) {
  if (!step.using_socket.empty()) return find(step.using_socket);
  if (std::holds_alternative<scenario::Accept>(step.action)) {
    // `accept` is made on the listener, whichever connection is current.
    const auto found = std::find_if(sockets_.rbegin(), sockets_.rend(), [](const OwnSocket& one) {
      return std::holds_alternative<core::Listener>(one.socket);
    });
    if (found != sockets_.rend()) return &*found;
  }
  return sockets_.empty() ? nullptr : &sockets_.back();
}

Actor::OwnSocket& Actor::own(const scenario::Step& step) {
  OwnSocket* found = own_or_none(step);
  if (!found) throw_failed_call(std::string(scenario::word_of(step.action)), nullptr, EBADF);
  return *found;
}

Actor::OwnSocket* Actor::find(std::string_view name) {
  const auto found =
      std::find_if(sockets_.rbegin(), sockets_.rend(), [&](const OwnSocket& one) { return one.name == name; });
  return found == sockets_.rend() ? nullptr : &*found;
}

core::StreamSocket& Actor::stream(OwnSocket& socket, std::string_view call_name) {
  if (auto* found = std::get_if<core::StreamSocket>(&socket.socket)) return *found;
  // What the kernel says of a listener, and of a call that datagram sockets do not have.
  const bool listens = std::holds_alternative<core::Listener>(socket.socket);
  const int of_a_listener = call_name == "send" ? EPIPE : call_name == "connect" ? EISCONN : ENOTCONN;
  throw core::SystemError(std::string(call_name), listens ? of_a_listener : EOPNOTSUPP);
}

core::DatagramSocket& Actor::datagram(OwnSocket& socket, std::string_view call_name) {
  if (auto* found = std::get_if<core::DatagramSocket>(&socket.socket)) return *found;
  throw_failed_call(std::string(call_name), &socket, EOPNOTSUPP);
}

Actor::OwnSocket& Actor::add(std::variant<core::StreamSocket, core::Listener, core::DatagramSocket> socket,
                             std::string name) {
  OwnSocket added{.number = next_number_++, .name = std::move(name), .socket = std::move(socket)};
  OpenSocket open;
  open.number = added.number;
  open.fd = fd_of(added.socket);
  open.type = type_of(added.socket);
  world_.lane(lane_).sockets.emplace(added.number, std::move(open));
  sockets_.push_back(std::move(added));
  return sockets_.back();
}

void Actor::forget(OwnSocket& socket) {
  sockets_.remove_if([&](const OwnSocket& one) { return &one == &socket; });
}

Call Actor::event(std::string call_name, const OwnSocket* socket) const {
  Call made;
  made.call = std::move(call_name);
  made.round = round_;
  if (socket) {
    made.socket = socket->number;
    made.socket_name = socket->name;
    made.connection = socket->connection;
  }
  return made;
}

int Actor::port_of(LaneIndex lane, SocketType type, std::optional<int> port) const {
  if (port) return *port;
  {
    const auto guard = world_.lock();
    const LaneState& state = world_.lane(lane);
    const auto& bound = type == SocketType::stream ? state.last_bound_stream : state.last_bound_datagram;
    if (bound) return *bound;
  }
  // Not bound yet: the first port its steps will bind.
  const std::string& name = world_.line.lanes[static_cast<std::size_t>(lane)].actor;
  for (const scenario::Actor& actor : world_.scenario().actors) {
    if (actor.name != name) continue;
    for (const scenario::Step& step : actor.steps) {
      if (const auto* bind = std::get_if<scenario::Bind>(&step.action)) return bind->port;
    }
  }
  return 0;
}

}  // namespace wirelab::runner

#include "labs/runner/actor.hh"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <span>
#include <utility>

#include "core/error.hh"
#include "labs/runner/framing.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab::runner {
namespace {

using scenario::SocketType;
using timeline::Call;
using timeline::Datagram;

/// What the loops read at a time: `until`, `exactly`, messages and files.
constexpr std::size_t chunk = 4096;

std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

/// For measuring how long a thread was off the processor: what it ran, from clock_gettime(2).
timeline::Nanoseconds thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<timeline::Nanoseconds>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

int fd_of(const std::variant<core::StreamSocket, core::Listener, core::DatagramSocket>& socket) {
  return std::visit([](const core::Socket& one) { return one.fd(); }, socket);
}

SocketType type_of(const std::variant<core::StreamSocket, core::Listener, core::DatagramSocket>& socket) {
  return std::holds_alternative<core::DatagramSocket>(socket) ? SocketType::dgram : SocketType::stream;
}

std::string_view word_of(scenario::ShutdownSide side) {
  switch (side) {
    case scenario::ShutdownSide::write: return "write";
    case scenario::ShutdownSide::read: return "read";
    case scenario::ShutdownSide::both: return "both";
  }
  return "";
}

core::StreamSocket::Side side_of(scenario::ShutdownSide side) {
  switch (side) {
    case scenario::ShutdownSide::write: return core::StreamSocket::Side::write;
    case scenario::ShutdownSide::read: return core::StreamSocket::Side::read;
    case scenario::ShutdownSide::both: break;
  }
  return core::StreamSocket::Side::both;
}

std::string error_of(const core::FramingError& error) {
  return error.kind() == core::FramingError::Kind::truncated ? "truncated" : "message-too-long";
}

/// What a scenario would write after `expect:` for what came.
std::string describe(const std::optional<std::string>& bytes, bool eof, const std::vector<std::string>& messages) {
  constexpr std::size_t longest = 200;
  if (!messages.empty()) {
    scenario::List list;
    for (const std::string& message : messages) list.emplace_back(scenario::Bytes{message});
    return "{messages: " + scenario::to_text(scenario::Value(std::move(list)), longest) + "}";
  }
  if (eof && (!bytes || bytes->empty())) return "eof";
  if (bytes) return scenario::quoted(*bytes, longest);
  return "success";
}

}  // namespace

Actor::Actor(World& world, const scenario::Actor& script, LaneIndex lane, std::filesystem::path scratch)
    : world_(world), script_(script), lane_(lane), scratch_(std::move(scratch)) {
  if (script.framing) format_ = to_format(*script.framing);
}

template <typename Make, typename Fill>
auto Actor::call(Call made, std::optional<Blocking> blocking, Make make, Fill fill) {
  const EventId id = world_.begin_call(lane_, std::move(made), blocking);
  const std::stop_token stop = blocking ? world_.stop_token(lane_) : std::stop_token{};
  const auto begun = Clock::now();
  const timeline::Nanoseconds ran_before = thread_time();
  const auto asleep = [&] {
    const auto passed = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begun).count();
    return std::max<timeline::Nanoseconds>(0, passed - (thread_time() - ran_before));
  };
  try {
    auto result = make(stop);
    const timeline::Nanoseconds time_asleep = asleep();
    world_.end_call(lane_, id, [&](Call& event) {
      event.asleep = time_asleep;
      fill(event, result);
    });
    return result;
  } catch (const core::SystemError& error) {
    const timeline::Nanoseconds time_asleep = asleep();
    std::string name;
    world_.end_call(lane_, id, [&](Call& event) {
      event.asleep = time_asleep;
      event.result = -1;
      event.error = world_.lane(lane_).timed_out ? "timeout" : core::errno_name(error.error());
      name = event.error;
      if (event.connection >= 0 && name == "ECONNRESET") {
        world_.line.connections[static_cast<std::size_t>(event.connection)].reset = true;
      }
    });
    throw StepFailed{name};
  }
}

void Actor::run() {
  try {
    world_.stage().enter(lane_);
    world_.begin(lane_);
    try {
      perform_all(script_.steps, {});
    } catch (const StepFailed&) {
      // As a program whose call failed and that does not know what to do: it exits.
    }
    exit();
  } catch (const RunEnded&) {
    // The run is over; what is open is closed with the actor.
  } catch (const std::exception& error) {
    world_.fail(error.what());
  }
  world_.finish(lane_);
}

// ---------------------------------------------------------------------------------------------- steps

void Actor::perform_all(const std::vector<scenario::Step>& steps, Round round) {
  for (const scenario::Step& step : steps) perform(step, round);
}

void Actor::perform(const scenario::Step& step, Round round) {
  const bool is_container =
      std::holds_alternative<scenario::Repeat>(step.action) || std::holds_alternative<scenario::Retry>(step.action);
  int socket_for_when = 0;
  if (step.when) {
    const OwnSocket* asked = own_or_none(step);
    socket_for_when = asked ? asked->number : 0;  // no such socket: the call itself will say so
  }
  const bool gated = !is_container || !step.after.empty();
  const bool possible =
      world_.enter_step(lane_, &step, std::string(scenario::word_of(step.action)), gated, socket_for_when);
  round_ = round.number;
  Outcome outcome;
  std::string failure;
  try {
    if (!possible) throw StepFailed{"when-impossible"};
    outcome = act(step, round);
  } catch (const StepFailed& failed) {
    failure = failed.error;
  }
  if (outcome.bytes) {
    last_received_ = *outcome.bytes;
    received_.push_back(*outcome.bytes);
  }
  received_.insert(received_.end(), outcome.messages.begin(), outcome.messages.end());
  if (outcome.eof) reached_eof_ = true;
  if (step.expect) compare(*step.expect, outcome, failure, round);
  world_.leave_step(lane_);
  const bool failure_was_expected = step.expect && std::holds_alternative<scenario::ExpectFails>(step.expect->what);
  if (!failure.empty() && !failure_was_expected) throw StepFailed{failure};
}

Actor::Outcome Actor::act(const scenario::Step& step, Round round) {
  return std::visit([&](const auto& action) { return act(action, step, round); }, step.action);
}

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
        if (is_stream) return core::StreamSocket::create(family);
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
        state.sockets.at(socket.number).port = action.port;
        (type == SocketType::stream ? state.last_bound_stream : state.last_bound_datagram) = action.port;
      });
  return {};
}

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
        if (!listener) throw core::SystemError("accept", EINVAL);  // what accept(2) says of a socket not listening
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
  if (type_of(socket.socket) == SocketType::dgram) {
    send_datagram(socket, bytes, socket.connected_lane, socket.connected_port, std::nullopt);
  } else {
    send_stream(socket, bytes);
  }
  return {};
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
    // `exactly` never asks for more than it wants, so nothing is taken that belongs to the next step.
    const std::string part = receive_once(socket, exactly ? exactly->bytes - gathered.size() : chunk, again);
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
  if (outcome.eof && (exactly || until)) throw StepFailed{"truncated"};
  return outcome;
}

Actor::Outcome Actor::act(const scenario::SendTo& action, const scenario::Step& step, Round round) {
  OwnSocket& socket = own(step);
  const std::string bytes = resolve(action.data, round);
  if (!action.to) {
    if (!socket.last_sender) throw_failed_call("sendto", &socket, EDESTADDRREQ);
    send_datagram(socket, bytes, socket.last_sender_lane, socket.last_sender_port, socket.last_sender);
    return {};
  }
  const LaneIndex to = world_.find_lane(*action.to);
  const int port = port_of(to, SocketType::dgram, action.port);
  send_datagram(socket, bytes, to, port, world_.stage().destination(to, SocketType::dgram, port));
  return {};
}

Actor::Outcome Actor::act(const scenario::ReceiveFrom& action, const scenario::Step& step, Round) {
  Outcome outcome;
  outcome.bytes = receive_datagram(own(step), action.at_most, "recvfrom");
  return outcome;
}

Actor::Outcome Actor::act(const scenario::SendMessage& action, const scenario::Step& step, Round round) {
  OwnSocket& socket = own(step);
  const std::string payload = resolve(action.data, round);
  std::string framed;
  try {
    framed = core::encode(*format_, payload);
  } catch (const core::FramingError& error) {
    record_message(socket, true, shown(payload), error_of(error), 0, 0);
    throw StepFailed{error_of(error)};
  }
  std::int64_t begin = 0;
  if (socket.connection >= 0) {
    const auto guard = world_.lock();
    begin = world_.connections[static_cast<std::size_t>(socket.connection)]
                .sides[static_cast<std::size_t>(socket.side)]
                .sent;
  }
  record_message(socket, true, shown(payload), "", begin, static_cast<std::int64_t>(framed.size()));
  send_stream(socket, framed);
  return {};
}

Actor::Outcome Actor::act(const scenario::ReceiveMessage& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  Outcome outcome;
  bool again = false;
  while (action.until_eof || static_cast<int>(outcome.messages.size()) < action.count) {
    std::optional<core::Decoded> message = next_message(socket, again);
    if (!message) {
      outcome.eof = true;
      break;
    }
    last_received_ = message->payload;
    outcome.messages.push_back(std::move(message->payload));
  }
  return outcome;
}

Actor::Outcome Actor::act(const scenario::ReceiveFile& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  std::string content;
  bool again = false;
  if (format_) {
    if (std::optional<core::Decoded> message = next_message(socket, again)) content = std::move(message->payload);
  } else {
    content = std::exchange(socket.leftover, {});
    for (std::string part = receive_once(socket, chunk, again); !part.empty();
         part = receive_once(socket, chunk, again)) {
      content += part;
      again = true;
    }
  }
  std::ofstream file(scratch_ / action.name, std::ios::binary);
  file << content << std::flush;
  if (!file) throw core::SystemError("write(" + action.name + ")", EIO);
  const auto guard = world_.lock();
  if (last_receive_ != 0) {
    auto& args = world_.call(last_receive_).args;
    args.emplace_back("file", action.name);
    args.emplace_back("sha256", scenario::sha256(content));
  }
  return {};
}

Actor::Outcome Actor::act(const scenario::Shutdown& action, const scenario::Step& step, Round) {
  OwnSocket& socket = own(step);
  Call made = event("shutdown", &socket);
  made.args = {{"how", std::string(word_of(action.side))}};
  call(
      std::move(made), {},
      [&](std::stop_token) {
        stream(socket, "shutdown").shutdown(side_of(action.side));
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
    Call made = event("setsockopt", &socket);
    made.args = {{"option", name}, {"value", std::int64_t{value}}};
    call(
        std::move(made), {},
        [&, option = std::string_view(name), number = value](std::stop_token) {
          std::visit([&](core::Socket& one) { one.set_option(option, number); }, socket.socket);
          return 0;
        },
        [](Call&, int) {});
  }
  return {};
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

Actor::Outcome Actor::act(const scenario::Repeat& action, const scenario::Step&, Round) {
  const bool bounded = action.times.has_value();
  for (int number = 1; !bounded || number <= *action.times; ++number) {
    const std::size_t before = received_.size();
    reached_eof_ = false;
    perform_all(action.steps, {number});
    if (!action.until) continue;
    const auto begin = received_.begin() + static_cast<std::ptrdiff_t>(before);
    if (std::find(begin, received_.end(), *action.until) != received_.end()) break;
    // After the end of the stream what we wait for cannot come any more.
    if (reached_eof_) break;
  }
  return {};
}

Actor::Outcome Actor::act(const scenario::Retry& action, const scenario::Step&, Round round) {
  for (int attempt = 1;; ++attempt) {
    try {
      perform_all(action.steps, round);
      return {};
    } catch (const StepFailed&) {
      if (attempt >= action.times) throw;
    }
  }
}

Actor::Outcome Actor::act(const scenario::Note& action, const scenario::Step& step, Round round) {
  timeline::Note note;
  note.lane = lane_;
  note.step = world_.here(lane_).name;
  note.line = step.at.line;
  note.text = with_placeholders(action.text, round);
  world_.record(std::move(note));
  return {};
}

void Actor::exit() {
  world_.enter_step(lane_, nullptr, "exit", true, 0);
  sockets_.sort([](const OwnSocket& left, const OwnSocket& right) { return left.number < right.number; });
  while (!sockets_.empty()) close(sockets_.front(), "exit");
  world_.leave_step(lane_);
}

// ---------------------------------------------------------------------------------------------- calls

void Actor::throw_failed_call(std::string call_name, OwnSocket* socket, int error) {
  call(
      event(call_name, socket), {}, [&](std::stop_token) -> int { throw core::SystemError(call_name, error); },
      [](Call&, int) {});
  throw StepFailed{core::errno_name(error)};
}

std::size_t Actor::send_once(OwnSocket& socket, std::string_view bytes, int piece, int pieces) {
  Call made = event("send", &socket);
  made.args = {{"len", static_cast<std::int64_t>(bytes.size())}};
  made.piece = piece;
  made.pieces = pieces;
  return call(
      std::move(made), Blocking{SYS_sendto, fd_of(socket.socket), POLLOUT},
      [&](std::stop_token stop) { return stream(socket, "send").send(as_bytes(bytes), stop); },
      [&](Call& event, std::size_t taken) {
        event.result = static_cast<std::int64_t>(taken);
        event.data = bytes.substr(0, taken);
        event.stream = range(socket, true, static_cast<std::int64_t>(taken));
        ask_the_kernel(event, socket, true);
      });
}

void Actor::send_stream(OwnSocket& socket, std::string_view bytes) {
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
}

std::string Actor::receive_once(OwnSocket& socket, std::size_t at_most, bool again) {
  if (script_.slow) {
    world_.wait_at(lane_, Gate::slow_receive);
  } else if (again) {
    world_.wait_at(lane_, Gate::receive);
  }
  Call made = event("recv", &socket);
  made.args = {{"len", static_cast<std::int64_t>(at_most)}};
  std::string buffer(at_most, '\0');
  call(
      std::move(made), Blocking{SYS_recvfrom, fd_of(socket.socket), POLLIN | POLLRDHUP},
      [&](std::stop_token stop) {
        return stream(socket, "recv").receive(std::as_writable_bytes(std::span(buffer)), stop);
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

void Actor::send_datagram(OwnSocket& socket, std::string_view bytes, LaneIndex to, int port,
                          const std::optional<core::Address>& address) {
  core::DatagramSocket& sending = datagram(socket, address ? "sendto" : "send");
  Call made = event(address ? "sendto" : "send", &socket);
  made.args = {{"len", static_cast<std::int64_t>(bytes.size())}};
  if (to != timeline::nobody) {
    made.args.emplace_back("to", world_.line.lanes[static_cast<std::size_t>(to)].name);
    made.args.emplace_back("port", std::int64_t{port});
  }
  made.peer = to;
  stage::DatagramVerdict verdict;
  int index = -1;
  try {
    call(
        std::move(made), Blocking{SYS_sendto, sending.fd(), POLLOUT},
        [&](std::stop_token stop) {
          if (to != timeline::nobody) {
            verdict = world_.stage().before_send(sending, lane_, to, bytes);
            index = world_.expect_datagram(lane_, socket.number, to, port, bytes, verdict);
          }
          const std::size_t taken =
              address ? sending.send_to(as_bytes(bytes), *address, stop) : sending.send(as_bytes(bytes), stop);
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
    if (index >= 0) world_.forget_datagram(index);
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
        return receiving.receive_from(std::as_writable_bytes(std::span(buffer)), stop);
      },
      [&](Call& event, core::ReceivedDatagram& received) {
        buffer.resize(received.copied);
        event.result = static_cast<std::int64_t>(received.copied);
        event.data = buffer;
        event.full_length = static_cast<std::int64_t>(received.full_length);
        event.truncated = received.truncated();
        const int index = world_.take_datagram(lane_, socket.number, received.from, buffer, event.full_length);
        if (index >= 0) {
          event.datagram = index;
          world_.line.datagrams[static_cast<std::size_t>(index)].received = world_.lane(lane_).call_just_made;
        }
        socket.last_sender = received.from;
        socket.last_sender_lane = world_.lane_at(SocketType::dgram, received.from);
        event.peer = socket.last_sender_lane;
        if (event.peer != timeline::nobody) {
          socket.last_sender_port =
              world_.stage().port_in_file(event.peer, SocketType::dgram, received.from.port());
        }
        event.readable = static_cast<std::int64_t>(receiving.unread_bytes());
        event.receive_buffer = receiving.option("SO_RCVBUF");
      });
  return buffer;
}

void Actor::close(OwnSocket& socket, std::string_view call_name) {
  Call made = event(std::string(call_name), &socket);
  made.args = {{"socket", socket.name}};
  made.connection = socket.connection;
  auto* connected = std::get_if<core::StreamSocket>(&socket.socket);
  if (connected && socket.connection >= 0) made.readable = static_cast<std::int64_t>(connected->unread_bytes());
  const auto bookkeeping = [&] {
    world_.lane(lane_).sockets.erase(socket.number);
    if (socket.connection < 0) return;
    const auto index = static_cast<std::size_t>(socket.connection);
    Tracked& tracked = world_.connections[index];
    Tracked::Side& side = tracked.sides[static_cast<std::size_t>(socket.side)];
    timeline::Connection& known = world_.line.connections[index];
    if (!side.write_ended || call_name == "abort") known.closes.push_back(world_.lane(lane_).call_just_made);
    side.write_ended = true;
    side.closed = true;
    if (call_name == "abort" || made.readable.value_or(0) > 0) known.reset = true;
  };
  const std::optional<std::int64_t> unread = made.readable;
  call(
      Call(made), {},
      [&](std::stop_token) {
        if (call_name == "abort") {
          stream(socket, "abort").abort();
        } else {
          std::visit([](core::Socket& one) { one.close(); }, socket.socket);
        }
        return 0;
      },
      [&](Call& event, int) {
        event.readable = unread;
        bookkeeping();
      });
  forget(socket);
}

// -------------------------------------------------------------------------------------------- sockets

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
  // What the kernel says of a listener (ENOTCONN) and of a call that datagram sockets do not have (EOPNOTSUPP).
  throw core::SystemError(std::string(call_name),
                          std::holds_alternative<core::Listener>(socket.socket) ? ENOTCONN : EOPNOTSUPP);
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

// ------------------------------------------------------------------------------------------- messages

core::Decoder& Actor::decoder(OwnSocket& socket) {
  if (!socket.decoder) {
    socket.decoder = core::make_decoder(*format_);
    if (socket.connection >= 0) {
      const auto guard = world_.lock();
      const auto index = static_cast<std::size_t>(socket.connection);
      const Tracked::Side& mine = world_.connections[index].sides[static_cast<std::size_t>(socket.side)];
      socket.decoder_begins = static_cast<std::uint64_t>(mine.received) - socket.leftover.size();
    }
    socket.decoder->feed(std::exchange(socket.leftover, {}));
  }
  return *socket.decoder;
}

std::optional<core::Decoded> Actor::next_message(OwnSocket& socket, bool& again) {
  core::Decoder& messages = decoder(socket);
  const auto position = [&](std::uint64_t offset) {
    return static_cast<std::int64_t>(socket.decoder_begins + offset);
  };
  try {
    for (;;) {
      if (std::optional<core::Decoded> message = messages.next()) {
        record_message(socket, false, shown(message->payload), "", position(message->begin),
                       static_cast<std::int64_t>(message->end - message->begin));
        return message;
      }
      const std::string part = receive_once(socket, chunk, std::exchange(again, true));
      if (part.empty()) {
        messages.finish();
        return std::nullopt;
      }
      messages.feed(part);
    }
  } catch (const core::FramingError& error) {
    std::int64_t received = 0;
    if (socket.connection >= 0) {
      const auto guard = world_.lock();
      const auto index = static_cast<std::size_t>(socket.connection);
      received = world_.connections[index].sides[static_cast<std::size_t>(socket.side)].received;
    }
    const auto buffered = static_cast<std::int64_t>(messages.buffered());
    record_message(socket, false, "", error_of(error), received - buffered, buffered);
    throw StepFailed{error_of(error)};
  }
}

void Actor::record_message(const OwnSocket& socket, bool sent, std::string payload, std::string error,
                           std::int64_t begin, std::int64_t length) {
  const StepAt at = world_.here(lane_);
  timeline::Message message;
  message.lane = lane_;
  message.step = at.name;
  message.line = at.line;
  message.sent = sent;
  message.payload = std::move(payload);
  message.error = std::move(error);
  if (socket.connection >= 0) {
    const auto guard = world_.lock();
    const Tracked& tracked = world_.connections[static_cast<std::size_t>(socket.connection)];
    const LaneIndex peer = tracked.sides[static_cast<std::size_t>(1 - socket.side)].lane;
    message.stream = timeline::StreamRange{socket.connection, sent ? lane_ : peer, sent ? peer : lane_, begin, length};
  }
  world_.record(std::move(message));
}

std::string Actor::shown(const std::string& payload) const {
  const auto* record = format_ ? std::get_if<core::RecordFormat>(&*format_) : nullptr;
  if (!record || payload.size() != core::size_of(record->fields)) return payload;
  return core::to_text(core::decode_record(record->fields, payload));
}

// ----------------------------------------------------------------------------------------------- data

std::string Actor::with_placeholders(std::string text, Round round) const {
  const auto replace = [&](std::string_view placeholder, int number) {
    if (number == 0) return;
    const std::string digits = std::to_string(number);
    for (std::size_t at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + digits.size())) {
      text.replace(at, placeholder.size(), digits);
    }
  };
  replace("{i}", round.number);
  replace("{copy}", world_.line.lanes[static_cast<std::size_t>(lane_)].copy);
  return text;
}

std::string Actor::resolve(const scenario::Data& data, Round round) const {
  const std::filesystem::path folder = world_.scenario().file.parent_path();
  const auto read = [&](const std::string& name) {
    std::ifstream file(folder / name, std::ios::binary);
    if (!file) throw StepFailed{"ENOENT"};
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  struct Resolver {
    const Actor& actor;
    Round round;
    decltype(read)& read_file;
    std::string operator()(const scenario::Literal& literal) const {
      return literal.has_placeholders ? actor.with_placeholders(literal.bytes, round) : literal.bytes;
    }
    std::string operator()(const scenario::ReceivedLast&) const { return actor.last_received_; }
    std::string operator()(const scenario::SizeOf& size) const { return std::to_string(read_file(size.file).size()); }
    std::string operator()(const scenario::Sha256Of& sum) const { return scenario::sha256(read_file(sum.file)); }
    std::string operator()(const scenario::RecordData& record) const {
      return core::encode_record(std::get<core::RecordFormat>(*actor.format_).fields, to_record(record));
    }
  };
  return std::visit(Resolver{*this, round, read}, data.what);
}

void Actor::compare(const scenario::Expect& expect, const Outcome& outcome, const std::string& failure, Round round) {
  const StepAt at = world_.here(lane_);
  timeline::Expectation found;
  found.lane = lane_;
  found.step = at.name;
  found.line = expect.at.line != 0 ? expect.at.line : at.line;
  found.observed = failure.empty() ? describe(outcome.bytes, outcome.eof, outcome.messages) : "{fails: " + failure + "}";
  const bool succeeded = failure.empty();
  constexpr std::size_t longest = 200;
  if (std::holds_alternative<scenario::ExpectEof>(expect.what)) {
    found.expected = "eof";
    found.held = succeeded && outcome.eof && (!outcome.bytes || outcome.bytes->empty()) && outcome.messages.empty();
  } else if (const auto* data = std::get_if<scenario::ExpectData>(&expect.what)) {
    const std::string wanted = resolve(data->data, round);
    found.expected = scenario::quoted(wanted, longest);
    std::string got = outcome.bytes.value_or("");
    for (const std::string& message : outcome.messages) got += message;
    const bool brought_data = (outcome.bytes && !outcome.eof) || !outcome.messages.empty();
    found.held = succeeded && (brought_data || !wanted.empty() || !outcome.eof) && got == wanted;
  } else if (const auto* size = std::get_if<scenario::ExpectBytes>(&expect.what)) {
    found.expected = "{bytes: " + std::to_string(size->bytes) + "}";
    found.held = succeeded && outcome.bytes && static_cast<std::int64_t>(outcome.bytes->size()) == size->bytes;
    if (succeeded && outcome.bytes) found.observed = "{bytes: " + std::to_string(outcome.bytes->size()) + "}";
  } else if (const auto* messages = std::get_if<scenario::ExpectMessages>(&expect.what)) {
    std::vector<std::string> wanted;
    scenario::List list;
    for (const scenario::Data& one : messages->messages) {
      wanted.push_back(resolve(one, round));
      list.emplace_back(scenario::Bytes{wanted.back()});
    }
    found.expected = "{messages: " + scenario::to_text(scenario::Value(std::move(list)), longest) + "}";
    found.held = succeeded && outcome.messages == wanted;
  } else {
    const std::string& error = std::get<scenario::ExpectFails>(expect.what).error;
    found.expected = "{fails: " + error + "}";
    found.held = failure == error;
  }
  world_.record(std::move(found));
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

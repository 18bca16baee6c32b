#include "labs/runner/world.hh"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "core/error.hh"

namespace wirelab::runner {
namespace {

std::optional<core::Address> local_address(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return std::nullopt;
  core::Address address(reinterpret_cast<sockaddr*>(&storage), size);
  if (address.port() == 0) return std::nullopt;
  return address;
}

/// The port it sends from; 0: the kernel has given it none yet.
int own_port(const OpenSocket& socket) {
  const auto address = local_address(socket.fd);
  return address ? address->port() : 0;
}

}  // namespace

bool StepFacts::true_for(scenario::Fact::Moment moment) const {
  switch (moment) {
    case scenario::Fact::Moment::started:
      return started;
    case scenario::Fact::Moment::blocked:
      return blocked;
    case scenario::Fact::Moment::done:
      return done;
  }
  return false;
}

World::World(const scenario::Scenario& scenario, stage::Stage& stage, std::vector<timeline::Lane> lane_list,
             std::int64_t most_packets, PacketSink sink)
    : packets(most_packets, std::move(sink)),
      scenario_(scenario),
      stage_(stage),
      notifications_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      start_(Clock::now()) {
  if (!notifications_.is_open()) core::throw_errno("eventfd");
  for (std::size_t i = 0; i < lane_list.size(); ++i) lanes.push_back(std::make_unique<LaneState>());
  line.lanes = std::move(lane_list);
  let_go_in.push_back(timeline::nobody);
}

void World::begin(LaneIndex index) {
  auto probe = std::make_unique<SleepProbe>(gettid());
  const auto guard = lock();
  LaneState& state = lane(index);
  state.thread = pthread_self();
  state.probe = std::move(probe);
}

void World::finish(LaneIndex index) {
  const auto guard = lock();
  lane(index).activity = Activity::finished;
  ++progress;
  notify();
}

bool World::enter_step(LaneIndex index, const scenario::Step* step, std::string word, bool gated, int socket_for_when) {
  auto guard = lock();
  LaneState& state = lane(index);
  const auto begin_execution = [&](const std::string& name) {
    std::deque<StepFacts>& executions = state.history[name];
    executions.emplace_back();
    return &executions.back();
  };
  StepAt at;
  at.step = step;
  at.line = step ? step->at.line : 0;
  at.facts.push_back(begin_execution(word));
  at.name = step ? word + "#" + std::to_string(state.history[word].size()) : word;
  if (step && !step->id.empty()) {
    at.facts.push_back(begin_execution(step->id));
    const std::size_t times = state.history[step->id].size();
    at.name = times == 1 ? step->id : step->id + "#" + std::to_string(times);
  }
  at.word = std::move(word);
  state.at.push_back(std::move(at));
  state.socket_for_when = socket_for_when;
  state.timed_out = false;
  state.due.reset();
  const Permission permission = gated ? wait(guard, state, Gate::step) : Permission::go;
  for (StepFacts* facts : state.at.back().facts) facts->started = true;
  if (gated) line.order.push_back(line.lanes[static_cast<std::size_t>(index)].name + "." + state.at.back().name);
  if (step && step->timeout) state.due = Due{clock + *step->timeout, Clock::now() + *step->timeout};
  return permission != Permission::impossible;
}

void World::leave_step(LaneIndex index) {
  const auto guard = lock();
  LaneState& state = lane(index);
  for (StepFacts* facts : state.at.back().facts) facts->done = true;
  state.at.pop_back();
  state.due.reset();
  ++progress;
}

void World::wait_at(LaneIndex index, Gate gate) {
  auto guard = lock();
  wait(guard, lane(index), gate);
}

void World::sleep(LaneIndex index, scenario::Duration duration) {
  auto guard = lock();
  LaneState& state = lane(index);
  state.due = Due{clock + duration, Clock::now() + duration};
  wait(guard, state, Gate::sleep);
  state.due.reset();
}

Permission World::wait(std::unique_lock<std::mutex>& guard, LaneState& state, Gate gate) {
  if (!ended_by.empty()) throw RunEnded{};
  state.activity = Activity::at_gate;
  state.gate = gate;
  state.permission = Permission::none;
  ++progress;
  notify();
  state.let_go.wait(guard, [&] { return state.permission != Permission::none || !ended_by.empty(); });
  state.activity = Activity::running;
  if (!ended_by.empty()) throw RunEnded{};
  return state.permission;
}

StepAt World::here(LaneIndex index) const {
  const auto guard = lock();
  return lanes[static_cast<std::size_t>(index)]->at.back();
}

EventId World::begin_call(LaneIndex index, timeline::Call call_made, std::optional<Blocking> blocking) {
  const auto guard = lock();
  if (!ended_by.empty()) throw RunEnded{};
  LaneState& state = lane(index);
  const StepAt& at = state.at.back();
  call_made.lane = index;
  call_made.step = at.name;
  call_made.word = at.word;
  call_made.line = at.line;
  call_made.start_epoch = epoch;
  const EventId id = push(std::move(call_made));
  state.call = id;
  state.call_just_made = id;
  if (blocking) {
    // A step whose time is up may still be in a loop: its next call is stopped before it begins.
    if (!state.timed_out) state.stop = std::stop_source();
    state.blocking = blocking;
    state.activity = Activity::in_call;
  }
  return id;
}

void World::end_call(LaneIndex index, EventId id, const std::function<void(timeline::Call&)>& fill) {
  const auto guard = lock();
  LaneState& state = lane(index);
  timeline::Call& event = call(id);
  state.activity = Activity::running;
  state.blocking.reset();
  state.call = 0;
  ++progress;
  if (!ended_by.empty()) {
    event.ended_by = ended_by;
    throw RunEnded{};
  }
  event.returned = true;
  event.returned_at = now();
  event.return_epoch = epoch;
  fill(event);
  recorded_bytes += event.data.size();
}

int World::expect_datagram(LaneIndex from, int socket, LaneIndex to, int port, std::string_view data,
                           const stage::DatagramVerdict& verdict) {
  const auto guard = lock();
  LaneState& sender = lane(from);
  call(sender.call_just_made).data = data;
  OpenSocket& sending = sender.sockets.at(socket);
  const int index = add_datagram(from, to, data.size());
  // What a host sends to itself never leaves it.
  if (stage_.wire() && to != from) {
    // The wire will see it, and tell what became of it.
    sent_datagrams.push_back(index);
    return index;
  }
  timeline::Datagram& datagram = line.datagrams.back();
  OpenSocket* receiving = receiver_of_datagrams(to, port, from, own_port(sending));
  if (verdict.dropped) {
    datagram.fate = timeline::Datagram::Fate::dropped_by_rule;
    datagram.rule_line = verdict.rule_line;
    if (receiving) ++receiving->drops_by_rule;
  } else if (receiving) {
    receiving->due.push_back(index);
  } else {
    datagram.fate = timeline::Datagram::Fate::refused;
    sending.refusal_expected = sending.connected_to.has_value();
  }
  return index;
}

int World::expect_datagrams(LaneIndex from, int socket, const std::string& several, int port, std::string_view data) {
  const auto guard = lock();
  LaneState& sender = lane(from);
  call(sender.call_just_made).data = data;
  // Without hosts of their own the call is one that fails, or the stage would not have played it.
  if (!stage_.wire()) return -1;
  const OpenSocket& sending = sender.sockets.at(socket);
  const auto first = static_cast<int>(line.datagrams.size());
  const bool stays = stays_on_its_host(from, sending, several);
  for (LaneIndex i = 0; i < lane_count(); ++i) {
    if (i == from || stays) continue;
    for (const OpenSocket* hearing : hearers_of(i, several, port)) {
      sent_datagrams.push_back(add_datagram(from, i, data.size()));
      line.datagrams.back().socket = hearing->number;
    }
  }
  // The sender's own host has its copy at once, and no wire is asked.
  const bool is_broadcast = several == "everyone" && scenario_.family == scenario::Family::ipv4;
  if (is_broadcast || sending.hears_own_groups) {
    for (OpenSocket* hearing : hearers_of(from, several, port)) {
      hearing->due.push_back(add_datagram(from, from, data.size()));
      line.datagrams.back().socket = hearing->number;
    }
  }
  return first < static_cast<int>(line.datagrams.size()) ? first : -1;
}

bool World::stays_on_its_host(LaneIndex from, const OpenSocket& sending, const std::string& several) const {
  if (sending.may_leave_host) return false;
  if (several != "everyone") {
    const auto& sockets = lanes[static_cast<std::size_t>(from)]->sockets;
    return std::any_of(sockets.begin(), sockets.end(),
                       [&](const auto& one) { return one.second.groups.contains(several); });
  }
  // A broadcast of IPv4 is no multicast; for IPv6 it is, and every host is a member.
  return scenario_.family == scenario::Family::ipv6 && sending.hears_own_groups;
}

int World::add_datagram(LaneIndex from, LaneIndex to, std::size_t length) {
  timeline::Datagram datagram;
  datagram.sent = lane(from).call_just_made;
  datagram.from = from;
  datagram.to = to;
  datagram.length = static_cast<std::int64_t>(length);
  line.datagrams.push_back(datagram);
  return static_cast<int>(line.datagrams.size()) - 1;
}

bool World::is_deaf_to(const OpenSocket& socket, LaneIndex from, int from_port) const {
  const auto& peer = socket.connected_to;
  const LaneIndex peer_lane = peer ? stage_.lane_of(*peer) : timeline::nobody;
  return peer && (peer->port() != from_port || (peer_lane != timeline::nobody && peer_lane != from));
}

OpenSocket* World::receiver_of_datagrams(LaneIndex index, int port, LaneIndex from, int from_port) {
  OpenSocket* receiving = nullptr;
  for (auto& [number, candidate] : lane(index).sockets) {
    if (candidate.type != scenario::SocketType::dgram || candidate.port != port) continue;
    if (!is_deaf_to(candidate, from, from_port)) receiving = &candidate;
  }
  if (receiving) return receiving;
  OpenSocket* unbound = socket_with_port(index, port);
  return unbound && !is_deaf_to(*unbound, from, from_port) ? unbound : nullptr;
}

std::vector<OpenSocket*> World::hearers_of(LaneIndex index, const std::string& several, int port) {
  auto& sockets = lane(index).sockets;
  // A host takes what is sent to a group that one of its sockets has joined; then each socket that is bound to the port
  // has a copy, whether it has joined or not: IP_MULTICAST_ALL, ip(7).
  const bool is_for_this_host =
      several == "everyone" ||
      std::any_of(sockets.begin(), sockets.end(), [&](const auto& one) { return one.second.groups.contains(several); });
  std::vector<OpenSocket*> hearing;
  if (!is_for_this_host) return hearing;
  for (auto& [number, candidate] : sockets) {
    const bool is_bound = candidate.type == scenario::SocketType::dgram && candidate.port == port;
    // connect(2) of a datagram socket binds it to an address of its host as well, udp(7): deaf to what is for several.
    if (is_bound && !candidate.bound_to_own && !candidate.connected_to) hearing.push_back(&candidate);
  }
  return hearing;
}

OpenSocket* World::socket_with_port(LaneIndex index, int real_port) {
  for (auto& [number, candidate] : lane(index).sockets) {
    if (candidate.type != scenario::SocketType::dgram || candidate.port >= 0) continue;
    const auto own = local_address(candidate.fd);
    if (own && own->port() == real_port) return &candidate;
  }
  return nullptr;
}

void World::forget_datagram(LaneIndex from, int sending, int index) {
  const auto guard = lock();
  // One call may have been meant for several receivers.
  const EventId call_made = line.datagrams[static_cast<std::size_t>(index)].sent;
  for (timeline::Datagram& datagram : line.datagrams) {
    if (datagram.sent == call_made) datagram.sent = 0;
  }
  std::erase_if(sent_datagrams, [&](int one) { return line.datagrams[static_cast<std::size_t>(one)].sent == 0; });
  // What made the call fail was the refusal of an earlier one, and this one will bring none.
  lane(from).sockets.at(sending).refusal_expected = false;
  for (auto& state : lanes) {
    for (auto& [number, socket] : state->sockets) {
      std::erase_if(socket.due, [&](int one) { return line.datagrams[static_cast<std::size_t>(one)].sent == 0; });
    }
  }
}

int World::take_datagram(LaneIndex index, int number, const core::Address& from, std::string_view data,
                         std::int64_t full_length) {
  OpenSocket& socket = lane(index).sockets.at(number);
  if (!socket.waiting.empty()) {
    const int first = socket.waiting.front();
    socket.waiting.pop_front();
    return first;
  }
  // It was read before anybody looked: the first that is due from there with these bytes.
  const LaneIndex sender = lane_at(scenario::SocketType::dgram, from);
  return note_arrival(index, socket, [&](const timeline::Datagram& datagram) {
    return datagram.from == sender && datagram.length == full_length && call(datagram.sent).data.starts_with(data);
  });
}

std::vector<OpenSocket*> World::sharing_the_port_of(LaneIndex index, OpenSocket& socket) {
  std::vector<OpenSocket*> sharing = {&socket};
  for (auto& [number, other] : lane(index).sockets) {
    const bool shares = &other != &socket && other.type == socket.type && other.port == socket.port && socket.port >= 0;
    if (shares) sharing.push_back(&other);
  }
  return sharing;
}

int World::note_arrival(LaneIndex index, OpenSocket& at, const std::function<bool(const timeline::Datagram&)>& is_it) {
  for (OpenSocket* socket : sharing_the_port_of(index, at)) {
    const auto found = std::find_if(socket->due.begin(), socket->due.end(), [&](int candidate) {
      return is_it(line.datagrams[static_cast<std::size_t>(candidate)]);
    });
    if (found == socket->due.end()) continue;
    const int arrived = *found;
    socket->due.erase(found);
    line.datagrams[static_cast<std::size_t>(arrived)].fate = timeline::Datagram::Fate::delivered;
    return arrived;
  }
  return -1;
}

void World::note_failure(LaneIndex index, std::string error) {
  const auto guard = lock();
  line.lanes[static_cast<std::size_t>(index)].failure = std::move(error);
}

void World::fail(std::exception_ptr what) {
  const auto guard = lock();
  if (!failure) failure = std::move(what);
  end("error");
}

std::stop_token World::stop_token(LaneIndex index) const {
  const auto guard = lock();
  return lanes[static_cast<std::size_t>(index)]->stop.get_token();
}

EventId World::push(decltype(timeline::Event::what) what) {
  const auto id = static_cast<EventId>(line.events.size() + 1);
  line.events.push_back({id, now(), std::move(what)});
  return id;
}

LaneIndex World::find_lane(std::string_view name) const {
  const auto find = [&](auto member) {
    const auto found = std::find_if(line.lanes.begin(), line.lanes.end(),
                                    [&](const timeline::Lane& one) { return one.*member == name; });
    return found == line.lanes.end() ? timeline::nobody : static_cast<LaneIndex>(found - line.lanes.begin());
  };
  const LaneIndex exact = find(&timeline::Lane::name);
  return exact != timeline::nobody ? exact : find(&timeline::Lane::actor);
}

bool World::holds(const scenario::Fact& fact) const {
  const std::size_t execution = static_cast<std::size_t>(fact.nth.value_or(1)) - 1;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (line.lanes[i].actor != fact.actor || (fact.copy && line.lanes[i].copy != *fact.copy)) continue;
    const auto found = lanes[i]->history.find(fact.step);
    if (found == lanes[i]->history.end() || found->second.size() <= execution) continue;
    if (found->second[execution].true_for(fact.moment)) return true;
  }
  return false;
}

timeline::Nanoseconds World::now() const {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_).count();
}

int World::track_connect(LaneIndex client, int socket, LaneIndex server, int port, core::Address server_address) {
  Tracked tracked;
  tracked.client_socket = socket;
  tracked.server_port = port;
  tracked.server_address = server_address;
  tracked.sides[0].lane = client;
  tracked.sides[1].lane = server;
  connections.push_back(std::move(tracked));
  timeline::Connection connection;
  connection.client = client;
  connection.server = server;
  line.connections.push_back(std::move(connection));
  return static_cast<int>(connections.size()) - 1;
}

int World::find_connection(const core::Address& client_address) {
  // The youngest first: a port may serve two connections, one after the other.
  for (std::size_t i = connections.size(); i-- > 0;) {
    Tracked& tracked = connections[i];
    if (!tracked.client_address) learn_client_address(tracked);
    if (tracked.client_address && *tracked.client_address == client_address) return static_cast<int>(i);
  }
  return -1;
}

void World::learn_client_address(Tracked& tracked) {
  const auto& sockets = lane(tracked.sides[0].lane).sockets;
  const auto open = sockets.find(tracked.client_socket);
  if (open != sockets.end()) tracked.client_address = local_address(open->second.fd);
}

LaneIndex World::lane_at(scenario::SocketType type, const core::Address& address) {
  if (const LaneIndex owner = stage_.lane_of(address); owner != timeline::nobody) return owner;
  const std::string any_host = core::Address::any(address.family(), 0).host();
  for (LaneIndex i = 0; i < lane_count(); ++i) {
    for (const auto& [number, socket] : lane(i).sockets) {
      if (socket.type != type) continue;
      const auto own = local_address(socket.fd);
      // A socket that was never bound to one address of its host has the any-address.
      if (own && own->port() == address.port() && (*own == address || own->host() == any_host)) return i;
    }
  }
  const auto known = std::find_if(addresses_.rbegin(), addresses_.rend(), [&](const KnownAddress& one) {
    return one.type == type && one.address.port() == address.port() &&
           (one.address == address || one.address.host() == any_host);
  });
  return known == addresses_.rend() ? timeline::nobody : known->lane;
}

void World::remember_address(LaneIndex index, scenario::SocketType type, const core::Address& address) {
  const bool known = std::any_of(addresses_.begin(), addresses_.end(), [&](const KnownAddress& one) {
    return one.lane == index && one.type == type && one.address == address;
  });
  if (!known) addresses_.push_back({index, type, address});
}

void World::begin_epoch(LaneIndex let_go) {
  ++epoch;
  let_go_in.push_back(let_go);
  ++progress;
}

void World::notify() {
  const std::uint64_t one = 1;
  // Full (2^64-2 pending) is as good as told.
  [[maybe_unused]] const ssize_t written = ::write(notifications_.get(), &one, sizeof one);
}

void World::end(std::string reason) {
  ended_by = std::move(reason);
  for (auto& state : lanes) {
    state->stop.request_stop();
    state->let_go.notify_all();
  }
}

}  // namespace wirelab::runner

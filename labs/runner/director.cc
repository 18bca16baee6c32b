#include "labs/runner/director.hh"

#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <numeric>

#include "core/error.hh"
#include "core/tcp_info.hh"
#include "labs/runner/signals.hh"
#include "labs/scenario/ceilings.hh"

namespace wirelab::runner {
namespace {

using namespace std::chrono_literals;
using timeline::Outcome;

/// How soon to look again while a thread is on its way into or out of a call, which nobody announces. Begins short,
/// because that takes microseconds, and grows, so that a busy machine is not kept busier.
constexpr auto first_look = 20us;
constexpr auto last_look = 1ms;

/// A signal may arrive just before the thread falls asleep: it is sent again until the thread is out.
constexpr auto signal_again = 1ms;

/// So much earlier than a kernel's timer, a time comes first on a busy machine as well.
constexpr auto clearly_before = 50ms;

/// How long to wait for the kernels to finish closing once every actor is gone.
constexpr auto closing_time = 2s;

/// Twice what a file may send (scenario/ceilings.hh): sent once, received once. A loop whose end only the run can tell
/// stops here.
constexpr std::size_t most_recorded_bytes = 2 * static_cast<std::size_t>(scenario::ceilings::sent_bytes);

/// Has the other end said that it is done, by FIN or by reset? Asked of the connection's state and not of poll(2), for
/// which a shutdown of our own for reading looks the same, though it stops nothing that comes later.
bool no_more_comes(int fd) {
  using core::TcpState;
  switch (core::read_tcp_info(fd).state) {
    case TcpState::close_wait:
    case TcpState::closing:
    case TcpState::last_ack:
    case TcpState::time_wait:
    case TcpState::closed:
      return true;
    default:
      return false;
  }
}

}  // namespace

Director::Director(World& world, const core::InterruptWatch& interrupts)
    : world_(world),
      interrupts_(interrupts),
      wire_(world.stage().wire()),
      order_(static_cast<std::size_t>(world.lane_count())),
      run_ends_(Clock::now() + world.scenario().limits.run),
      last_progress_(Clock::now()) {
  if (wire_) carrier_.emplace(world, *wire_);
  std::iota(order_.begin(), order_.end(), 0);
  if (world.scenario().pace == scenario::Pace::reversed) std::reverse(order_.begin(), order_.end());
}

void Director::run() {
  try {
    if (world_.scenario().pace == scenario::Pace::free) {
      run_freely();
    } else {
      run_in_steps();
    }
  } catch (const std::exception&) {
    // Whoever sleeps has to be called out of it before anybody hears of this.
    world_.fail(std::current_exception());
  }
  // Whoever is still in a call is called out of it; whoever waits at a gate has been told by World::end.
  for (;;) {
    auto guard = world_.lock();
    if (everyone_finished()) break;
    for (LaneIndex i = 0; i < world_.lane_count(); ++i) {
      LaneState& lane = world_.lane(i);
      if (lane.activity == Activity::in_call) pthread_kill(lane.thread, WakeSignal::number);
    }
    guard.unlock();
    wait_for_news(Clock::now() + signal_again);
  }
  const auto guard = world_.lock();
  if (world_.line.outcome == Outcome::completed) find_time_wait();
  record_overheard(world_);
  if (carrier_) carrier_->give_up();
}

void Director::run_in_steps() {
  while (wait_until_still() == Waited::still) {
    auto guard = world_.lock();
    if (everyone_finished() && !wire_has_more_to_do()) return;
    note_who_is_blocked();
    if (let_go_at(Gate::receive) || let_a_step_go(Steps::any) || let_go_at(Gate::piece)) continue;
    if (found_.still && wire_ && wire_->release_one_when_settled()) continue;
    if (const auto next = next_due()) {
      const bool comes_first = found_.still || next->lane == timeline::nobody || is_before_the_retransmission(*next);
      if (comes_first && Clock::now() >= next->due.real) {
        come_due(*next);
      } else {
        guard.unlock();
        wait_for_news(std::min<Clock::time_point>(comes_first ? next->due.real : Clock::now() + last_look, run_ends_));
        last_progress_ = Clock::now();  // a sleep is no standstill
      }
      continue;
    }
    if (let_go_at(Gate::slow_receive)) continue;
    if (found_.kernel_timer) {
      if (!found_.still) last_progress_ = Clock::now();  // nor is a retransmission's timer
      guard.unlock();
      wait_for_news(Clock::now() + last_look);
      continue;
    }
    describe_waits();
    end(Outcome::deadlock, "deadlock");
    return;
  }
}

void Director::run_freely() {
  for (;;) {
    auto guard = world_.lock();
    if (must_end()) return;
    // Here nobody waits for the clock to be moved: it goes as the real one does.
    world_.clock = std::max(world_.clock, std::chrono::nanoseconds(world_.now()));
    if (carrier_) {
      carrier_->take_in();
      wire_->release_held([&](const scenario::Fact& fact) { return world_.holds(fact); });
      carrier_->deliver_all();
    }
    record_overheard(world_);
    account_for_datagrams(world_);
    if (everyone_finished()) {
      const bool has_closed = !wire_ || (!wire_has_more_to_do() && look_at_connections(world_).still);
      if (has_closed || Clock::now() - last_progress_ > closing_time) return;
    }
    bool went = false;
    for (const LaneIndex i : order_) {
      const LaneState& lane = world_.lane(i);
      // Here nobody has looked whether it was asleep already when its time was up.
      if (lane.timed_out && lane.call != 0) pthread_kill(lane.thread, WakeSignal::number);
      if (lane.activity != Activity::at_gate) continue;
      // Nor does anybody promise how much a further receive finds: it goes at once.
      const auto permission = lane.gate == Gate::step      ? may_go(i)
                              : lane.gate == Gate::receive ? std::optional(Permission::go)
                                                           : std::nullopt;
      if (!permission) continue;
      let_go(i, *permission);
      went = true;
    }
    const auto next = next_due();
    if (next && Clock::now() >= next->due.real) {
      come_due(*next);
      went = true;
    }
    if (went) continue;
    const Stillness found = look(world_);
    if (found.still) {
      note_who_is_blocked();
      if (let_go_at(Gate::piece)) continue;
      if (wire_ && wire_->release_one_when_settled()) continue;
      if (!next && let_go_at(Gate::slow_receive)) continue;
      // What has just become blocked may have been waited for.
      const bool somebody_may_go = std::any_of(order_.begin(), order_.end(), [&](LaneIndex i) {
        const LaneState& lane = world_.lane(i);
        return lane.activity == Activity::at_gate && lane.gate == Gate::step && may_go(i);
      });
      if (somebody_may_go) continue;
      if (!next && !found.kernel_timer) {
        describe_waits();
        end(Outcome::deadlock, "deadlock");
        return;
      }
      if (next) last_progress_ = Clock::now();
    }
    guard.unlock();
    const auto again = Clock::now() + (found.still ? std::chrono::nanoseconds(last_look) : 5 * first_look);
    wait_for_news(next ? std::min(next->due.real, again) : again);
  }
}

Director::Waited Director::wait_until_still() {
  auto pause = std::chrono::nanoseconds(first_look);
  for (;;) {
    {
      const auto guard = world_.lock();
      if (must_end()) return Waited::over;
      if (carrier_) carrier_->take_in();
      record_overheard(world_);
      found_ = look(world_);
      const bool went = found_.quiet && (let_the_wire_go_on() ||
                                         // Its time runs from now on, whatever a kernel waits for.
                                         (found_.sends_again_at && let_a_step_go(Steps::sleeps)));
      if (went) {
        pause = first_look;
        continue;
      }
      if (found_.still) has_overtaken_ = false;
      if (found_.still || overtakes()) return Waited::still;
      // Waiting for a retransmission is no standstill: its timer runs.
      if (found_.quiet && !everyone_finished()) last_progress_ = Clock::now();
      if (everyone_finished() && Clock::now() - last_progress_ > closing_time) return Waited::over;
    }
    wait_for_news(Clock::now() + pause);
    pause = std::min<std::chrono::nanoseconds>(pause * 2, last_look);
  }
}

/// One packet after the other, each when the one before has been dealt with: so what a host answers does not depend on
/// how fast it was. A delayed one only where a lost one keeps the world from being still, and its time has come.
bool Director::let_the_wire_go_on() {
  if (!carrier_) return false;
  wire_->release_held([&](const scenario::Fact& fact) { return world_.holds(fact); });
  if (carrier_->deliver_one()) return true;
  const auto due = wire_->next_due();
  if (found_.still || !due || Clock::now() < due->real) return false;
  world_.clock = std::max(world_.clock, due->logical);
  wire_->release_due(world_.clock);
  return true;
}

bool Director::is_before_the_retransmission(const NextDue& next) const {
  return found_.sends_again_at && next.due.real + clearly_before <= *found_.sends_again_at;
}

bool Director::overtakes() {
  if (!found_.quiet || !found_.sends_again_at || everyone_finished()) return false;
  const auto next = next_due();
  if (!has_overtaken_ && next && next->lane != timeline::nobody) {
    has_overtaken_ = Clock::now() >= next->due.real && is_before_the_retransmission(*next);
  }
  return has_overtaken_;
}

bool Director::wire_has_more_to_do() const { return wire_ && (wire_->next_due() || wire_->next_delivery()); }

void Director::wait_for_news(Clock::time_point until) {
  const auto remaining = std::max<std::chrono::nanoseconds>(until - Clock::now(), 0ns);
  const timespec timeout{static_cast<time_t>(remaining / 1s), static_cast<long>((remaining % 1s).count())};
  // Of a stage without a wire, the last one's -1 is passed over: poll(2).
  std::array<pollfd, 3> watched = {
      {{world_.notifications(), POLLIN, 0}, {interrupts_.fd(), POLLIN, 0}, {wire_ ? wire_->fd() : -1, POLLIN, 0}}};
  if (ppoll(watched.data(), watched.size(), &timeout, nullptr) <= 0) return;
  if (watched[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t size = ::read(world_.notifications(), &count, sizeof count);
  }
}

bool Director::must_end() {
  if (world_.failure) return true;
  pollfd interrupt{interrupts_.fd(), POLLIN, 0};
  if (::poll(&interrupt, 1, 0) > 0) {
    end(Outcome::interrupted, "interrupt");
    return true;
  }
  const auto now = Clock::now();
  if (world_.progress != progress_seen_) {
    progress_seen_ = world_.progress;
    last_progress_ = now;
  }
  const scenario::Limits& limits = world_.scenario().limits;
  const bool too_long = now >= run_ends_;
  const bool too_much = world_.recorded_bytes > most_recorded_bytes;
  if (!too_long && !too_much && now - last_progress_ < limits.step) return false;
  describe_waits();
  const auto in_milliseconds = [](scenario::Duration limit) -> words::Arguments {
    return {{"milliseconds", std::int64_t{std::chrono::duration_cast<std::chrono::milliseconds>(limit).count()}}};
  };
  world_.line.outcome_reason = {
      too_much   ? words::Message{"limit.bytes"_text, {{"bytes", static_cast<std::int64_t>(most_recorded_bytes)}}}
      : too_long ? words::Message{"limit.run"_text, in_milliseconds(limits.run)}
                 : words::Message{"limit.step"_text, in_milliseconds(limits.step)}};
  end(Outcome::timeout, "limit");
  return true;
}

void Director::note_who_is_blocked() {
  for (LaneIndex i = 0; i < world_.lane_count(); ++i) {
    LaneState& lane = world_.lane(i);
    if (lane.activity != Activity::in_call) continue;
    world_.call(lane.call).found_blocked = true;
    for (StepFacts* facts : lane.at.back().facts) facts->blocked = true;
  }
}

bool Director::let_a_step_go(Steps which) {
  for (const LaneIndex i : order_) {
    const LaneState& lane = world_.lane(i);
    if (lane.activity != Activity::at_gate || lane.gate != Gate::step) continue;
    const scenario::Step* step = lane.at.back().step;
    if (which == Steps::sleeps && !(step && std::holds_alternative<scenario::Sleep>(step->action))) continue;
    if (const auto permission = may_go(i)) {
      let_go(i, *permission);
      return true;
    }
  }
  return false;
}

bool Director::let_go_at(Gate gate) {
  const auto found = std::find_if(order_.begin(), order_.end(), [&](LaneIndex i) {
    const LaneState& lane = world_.lane(i);
    return lane.activity == Activity::at_gate && lane.gate == gate;
  });
  if (found == order_.end()) return false;
  let_go(*found, Permission::go);
  return true;
}

void Director::let_go(LaneIndex index, Permission permission) {
  LaneState& lane = world_.lane(index);
  world_.begin_epoch(index);
  lane.permission = permission;
  lane.activity = Activity::running;
  lane.let_go.notify_one();
}

std::optional<Director::NextDue> Director::next_due() const {
  std::optional<NextDue> earliest;
  if (const auto packet = wire_ ? wire_->next_due() : std::nullopt) {
    earliest = NextDue{timeline::nobody, {packet->logical, packet->real}, false};
  }
  for (const LaneIndex i : order_) {
    const LaneState& lane = world_.lane(i);
    const bool sleeps = lane.activity == Activity::at_gate && lane.gate == Gate::sleep;
    const bool may_time_out = lane.activity == Activity::in_call && !lane.timed_out;
    if (!lane.due || !(sleeps || may_time_out)) continue;
    if (!earliest || lane.due->logical < earliest->due.logical) earliest = NextDue{i, *lane.due, may_time_out};
  }
  return earliest;
}

void Director::come_due(const NextDue& next) {
  world_.clock = std::max(world_.clock, next.due.logical);
  if (next.lane == timeline::nobody) {
    wire_->release_due(world_.clock);
    return;
  }
  if (!next.is_timeout) {
    let_go(next.lane, Permission::go);
    return;
  }
  LaneState& lane = world_.lane(next.lane);
  world_.begin_epoch(next.lane);
  lane.timed_out = true;
  lane.activity = Activity::running;
  lane.stop.request_stop();
  // It was found asleep in the call, so one signal is enough in a stepped run; World::end sends more.
  pthread_kill(lane.thread, WakeSignal::number);
}

bool Director::everyone_finished() const {
  return std::all_of(order_.begin(), order_.end(),
                     [&](LaneIndex i) { return world_.lane(i).activity == Activity::finished; });
}

std::optional<Permission> Director::may_go(LaneIndex index) {
  const LaneState& lane = world_.lane(index);
  const scenario::Step* step = lane.at.back().step;
  if (!step) return Permission::go;
  for (const scenario::Fact& fact : step->after) {
    if (fact.settled) {
      // A stepped run has just looked; run_freely has to.
      const bool is_free = world_.scenario().pace == scenario::Pace::free;
      if (is_free ? !look(world_).still : !found_.still) return std::nullopt;
      if (wire_ && !wire_->keeps_nothing()) return std::nullopt;
    } else if (!world_.holds(fact)) {
      return std::nullopt;
    }
  }
  return step->when ? judge(lane, *step->when) : Permission::go;
}

std::optional<Permission> Director::judge(const LaneState& lane, const scenario::When& when) const {
  const auto found = lane.sockets.find(lane.socket_for_when);
  if (found == lane.sockets.end()) return Permission::impossible;
  const OpenSocket& socket = found->second;
  const auto value_of = [&](unsigned long request) {
    int value = 0;
    return ::ioctl(socket.fd, request, &value) == 0 ? value : 0;
  };
  const auto verdict = [](bool holds, bool never) -> std::optional<Permission> {
    if (holds) return Permission::go;
    return never ? std::optional(Permission::impossible) : std::nullopt;
  };
  switch (when.kind) {
    case scenario::When::Kind::readable: {
      if (socket.type == scenario::SocketType::dgram) {
        return verdict(static_cast<std::int64_t>(socket.waiting.size()) >= when.value, false);
      }
      return verdict(value_of(FIONREAD) >= when.value, no_more_comes(socket.fd));
    }
    case scenario::When::Kind::unacked: {
      pollfd state{socket.fd, 0, 0};
      ::poll(&state, 1, 0);
      return verdict(value_of(SIOCOUTQ) <= when.value, (state.revents & POLLERR) != 0);
    }
    case scenario::When::Kind::queued: {
      if (!socket.listening) return Permission::impossible;
      return verdict(core::read_tcp_info(socket.fd).unacknowledged >= when.value, false);
    }
  }
  return Permission::impossible;
}

void Director::end(Outcome outcome, std::string reason) {
  world_.line.outcome = outcome;
  world_.end(std::move(reason));
}

void Director::describe_waits() {
  world_.line.waits.clear();
  for (LaneIndex i = 0; i < world_.lane_count(); ++i) {
    if (world_.lane(i).activity != Activity::finished) world_.line.waits.push_back(describe_wait(i));
  }
}

timeline::Wait Director::describe_wait(LaneIndex index) const {
  const LaneState& lane = world_.lane(index);
  timeline::Wait wait;
  wait.lane = index;
  if (!lane.at.empty()) {
    wait.line = lane.at.back().line;
    wait.step = lane.at.back().name;
  }
  if (lane.activity == Activity::in_call) {
    const timeline::Call& call = world_.call(lane.call);
    wait.doing = {"wait.asleep"_text, {{"call", call.call}}};
    wait.waits_for = peer_of(call);
  } else if (lane.activity == Activity::at_gate && lane.gate == Gate::step && !lane.at.empty() && lane.at.back().step) {
    const scenario::Step& step = *lane.at.back().step;
    for (const scenario::Fact& fact : step.after) {
      if (fact.settled || world_.holds(fact)) continue;
      wait.doing = {can_still_come(fact) ? "wait.for-fact"_text : "wait.for-impossible-fact"_text,
                    {{"fact", fact.text}}};
      wait.waits_for = world_.find_lane(fact.copy ? fact.actor + "#" + std::to_string(*fact.copy) : fact.actor);
      return wait;
    }
    if (!step.when) return wait;
    wait.doing = {"wait.until"_text,
                  {{"condition", std::string(scenario::word_of(step.when->kind))}, {"number", step.when->value}}};
    const auto socket = lane.sockets.find(lane.socket_for_when);
    if (socket != lane.sockets.end() && socket->second.connection >= 0) {
      const timeline::Connection& known = world_.line.connections[static_cast<std::size_t>(socket->second.connection)];
      wait.waits_for = known.client == index ? known.server : known.client;
    }
  }
  return wait;
}

bool Director::can_still_come(const scenario::Fact& fact) const {
  for (LaneIndex i = 0; i < world_.lane_count(); ++i) {
    const timeline::Lane& lane = world_.line.lanes[static_cast<std::size_t>(i)];
    const bool is_meant = lane.actor == fact.actor && (!fact.copy || lane.copy == *fact.copy);
    if (is_meant && world_.lane(i).activity != Activity::finished) return true;
  }
  return false;
}

LaneIndex Director::peer_of(const timeline::Call& call) const {
  if (call.peer != timeline::nobody) return call.peer;
  if (call.connection >= 0) {
    const timeline::Connection& known = world_.line.connections[static_cast<std::size_t>(call.connection)];
    return known.client == call.lane ? known.server : known.client;
  }
  // Asleep in accept or recvfrom: whoever is the only other one.
  return world_.lane_count() == 2 ? 1 - call.lane : timeline::nobody;
}

void Director::find_time_wait() {
  const auto give_up = Clock::now() + closing_time;
  while (!look_at_connections(world_).still && Clock::now() < give_up) wait_for_news(Clock::now() + last_look);
  for (std::size_t i = 0; i < world_.connections.size(); ++i) {
    const Tracked& tracked = world_.connections[i];
    if (!tracked.connected || !tracked.client_address) continue;
    const auto in_time_wait = [&](LaneIndex lane, const core::Address& local, const core::Address& remote) {
      const auto socket = world_.stage().tcp_socket(lane, local, remote);
      if (socket && socket->state == "TIME-WAIT") world_.line.connections[i].time_wait.push_back(lane);
    };
    // A connection that ended without a reset leaves one behind (RFC 9293 §3.6). The kernel's table may not show it in
    // the moment in which it takes the place of the socket it was.
    const timeline::Connection& known = world_.line.connections[i];
    const auto look_until = known.reset ? Clock::now() : Clock::now() + 100ms;
    do {
      in_time_wait(tracked.sides[0].lane, *tracked.client_address, *tracked.server_address);
      in_time_wait(tracked.sides[1].lane, *tracked.server_address, *tracked.client_address);
    } while (known.time_wait.empty() && Clock::now() < look_until);
  }
}

}  // namespace wirelab::runner

#include "labs/runner/runner.hh"

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

#include "core/error.hh"
#include "labs/runner/actor.hh"
#include "labs/runner/director.hh"
#include "labs/runner/signals.hh"
#include "labs/stage/loopback.hh"
#include "labs/stage/wire.hh"
#include "labs/timeline/causes.hh"
#include "labs/timeline/order.hh"

namespace wirelab::runner {
namespace {

/// Datagrams that were counted on and then not sent leave the list; references to the others are mended.
void remove_unsent_datagrams(timeline::Timeline& line) {
  std::vector<int> new_index(line.datagrams.size(), -1);
  std::vector<timeline::Datagram> kept;
  for (std::size_t i = 0; i < line.datagrams.size(); ++i) {
    if (line.datagrams[i].sent == 0) continue;
    new_index[i] = static_cast<int>(kept.size());
    kept.push_back(line.datagrams[i]);
  }
  line.datagrams = std::move(kept);
  for (timeline::Event& event : line.events) {
    auto* call = std::get_if<timeline::Call>(&event.what);
    if (call && call->datagram) call->datagram = new_index[static_cast<std::size_t>(*call->datagram)];
    auto* packet = std::get_if<timeline::Packet>(&event.what);
    if (!packet || !packet->datagram) continue;
    packet->datagram = new_index[static_cast<std::size_t>(*packet->datagram)];
    if (*packet->datagram < 0) packet->datagram.reset();
  }
}

/// Which listen a connection knocked at: the server's last one before, on that port.
void find_listens(World& world) {
  for (std::size_t i = 0; i < world.connections.size(); ++i) {
    timeline::Connection& connection = world.line.connections[i];
    for (const timeline::Event& event : world.line.events) {
      const timeline::Call* call = event.call();
      if (event.id > connection.connect) break;
      if (call && call->call == "listen" && call->lane == connection.server && call->error.empty()) {
        connection.listen = event.id;
      }
    }
  }
}

/// Time begins with the first event, not with the making of the threads.
void begin_at_zero(timeline::Timeline& line) {
  if (line.events.empty()) return;
  const timeline::Nanoseconds first = line.events.front().at;
  for (timeline::Event& event : line.events) {
    event.at -= first;
    auto* call = std::get_if<timeline::Call>(&event.what);
    if (call && call->returned) call->returned_at -= first;
    auto* packet = std::get_if<timeline::Packet>(&event.what);
    if (packet && packet->delivered_at != 0) packet->delivered_at -= first;
  }
  line.began += first;
  line.elapsed -= first;
}

Run without_a_run(const scenario::Scenario& scenario, timeline::Outcome outcome, std::vector<words::Message> reason) {
  timeline::Timeline line;
  line.lanes = lanes_of(scenario);
  line.pace = scenario.pace;
  line.seed = scenario.wire.seed;
  line.outcome = outcome;
  line.outcome_reason = std::move(reason);
  return {std::move(line), nullptr};
}

void enter_network_of_its_own(const stage::UserNamespace& right) {
  try {
    const stage::WireNamespace entered(right);
  } catch (const core::SystemError& error) {
    throw GroundLost(error);
  }
}

/// The stage a scenario is to be played on, or why there is none.
struct Choice {
  std::unique_ptr<stage::Stage> stage;
  std::vector<words::Message> why_none;
};

Choice choose_stage(const scenario::Scenario& scenario, const std::vector<timeline::Lane>& lanes,
                    const Ground& ground) {
  using scenario::StageChoice;
  if (scenario.stage != StageChoice::loopback && ground.right) {
    if (auto reason = stage::wire_cannot(scenario)) return {nullptr, {std::move(*reason)}};
    try {
      return {std::make_unique<stage::Wire>(*ground.right, scenario, lanes), {}};
    } catch (const core::SystemError& error) {
      throw GroundLost(error);
    }
  }
  if (auto reason = stage::loopback_cannot(scenario)) {
    std::vector<words::Message> why = {std::move(*reason)};
    if (!ground.why_not.empty()) why.push_back({"not-here.no-hosts"_text, {{"reason", ground.why_not}}});
    return {nullptr, std::move(why)};
  }
  // Whoever may make a network may listen in it; to the machine's own loopback device the right does not extend.
  if (ground.right && ground.capture) enter_network_of_its_own(*ground.right);
  return {std::make_unique<stage::Loopback>(scenario, lanes, ground.why_not,
                                            ground.capture ? stage::Capture::if_allowed : stage::Capture::no),
          {}};
}

}  // namespace

std::vector<timeline::Lane> lanes_of(const scenario::Scenario& scenario) {
  std::vector<timeline::Lane> lanes;
  for (const scenario::Actor& actor : scenario.actors) {
    for (int copy = 1; copy <= actor.copies; ++copy) {
      lanes.push_back(
          {scenario::lane_name(actor, copy), actor.name, actor.copies > 1 ? copy : 0, actor.framing, actor.slow});
    }
  }
  return lanes;
}

Ground Ground::best() {
  try {
    return {.right = stage::UserNamespace::enter()};
  } catch (const core::SystemError& error) {
    // Refused at once, or let in and then not given an identity there: from that there is no way back.
    if (!error.call().starts_with("unshare")) throw GroundLost(error);
    return {.right = std::nullopt, .why_not = error.what()};
  }
}

Run run(const scenario::Scenario& scenario, const Ground& ground) {
  if (!scenario.unanswered.empty()) {
    return without_a_run(scenario, timeline::Outcome::unanswered, {});
  }
  const std::vector<timeline::Lane> lanes = lanes_of(scenario);
  Choice choice = choose_stage(scenario, lanes, ground);
  if (!choice.stage) {
    return without_a_run(scenario, timeline::Outcome::not_possible_here, std::move(choice.why_none));
  }

  const core::InterruptWatch interrupts;
  const WakeSignal wake_signal;
  stage::Stage& stage = *choice.stage;
  World world(scenario, stage, lanes, ground.most_packets, ground.sink);
  world.line.stage = stage.name();
  world.line.stage_note = stage.note();
  world.line.sees_packets = stage.sees_packets();
  world.line.pace = scenario.pace;
  world.line.seed = scenario.wire.seed;

  std::vector<std::unique_ptr<Actor>> actors;
  for (const scenario::Actor& script : scenario.actors) {
    for (int copy = 1; copy <= script.copies; ++copy) {
      actors.push_back(std::make_unique<Actor>(world, script, static_cast<LaneIndex>(actors.size())));
    }
  }
  {
    std::vector<std::jthread> threads;
    try {
      for (const auto& actor : actors) threads.emplace_back([&actor] { actor->run(); });
    } catch (...) {
      world.fail(std::current_exception());
      throw;
    }
    Director(world, interrupts).run();
  }
  if (world.failure) std::rethrow_exception(world.failure);

  timeline::Timeline line = [&] {
    const auto guard = world.lock();
    world.line.elapsed = world.now();
    const std::chrono::nanoseconds since_1970 = std::chrono::system_clock::now().time_since_epoch();
    world.line.began = since_1970.count() - world.line.elapsed;
    world.line.left_out = world.packets.left_out();
    find_listens(world);
    return std::move(world.line);
  }();
  begin_at_zero(line);
  remove_unsent_datagrams(line);
  if (scenario.pace != scenario::Pace::free) timeline::order_causally(line, world.let_go_in);
  timeline::join_packets_to_calls(line);
  return {std::move(line), std::move(choice.stage)};
}

}  // namespace wirelab::runner

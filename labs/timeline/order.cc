#include "labs/timeline/order.hh"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace wirelab::timeline {
namespace {

struct Place {
  Epoch epoch = 0;
  LaneIndex lane = nobody;
};

Place place_of(const Event& event) {
  struct Visitor {
    Place operator()(const Call& call) const { return {call.start_epoch, call.lane}; }
    Place operator()(const Packet& packet) const { return {packet.epoch, packet.from}; }
    Place operator()(const Message& message) const { return {message.epoch, message.lane}; }
    Place operator()(const Note& note) const { return {note.epoch, note.lane}; }
    Place operator()(const Expectation& expectation) const { return {expectation.epoch, expectation.lane}; }
  };
  return std::visit(Visitor{}, event.what);
}

}  // namespace

void order_causally(Timeline& timeline, const std::vector<LaneIndex>& let_go_in) {
  const auto key = [&](std::size_t index) {
    const Place place = place_of(timeline.events[index]);
    const auto epoch = static_cast<std::size_t>(place.epoch);
    const bool woken = epoch >= let_go_in.size() || let_go_in[epoch] != place.lane;
    return std::tuple(place.epoch, woken, place.lane, index);
  };
  std::vector<std::size_t> order(timeline.events.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) { return key(left) < key(right); });

  std::vector<EventId> new_id(timeline.events.size() + 1, 0);
  std::vector<Event> sorted;
  sorted.reserve(timeline.events.size());
  for (const std::size_t index : order) {
    const auto id = static_cast<EventId>(sorted.size() + 1);
    new_id[static_cast<std::size_t>(timeline.events[index].id)] = id;
    sorted.push_back(std::move(timeline.events[index]));
    sorted.back().id = id;
  }
  timeline.events = std::move(sorted);
  const auto renumber = [&](EventId& id) { id = new_id[static_cast<std::size_t>(id)]; };
  for (Connection& connection : timeline.connections) {
    for (EventId* id : {&connection.connect, &connection.accept, &connection.listen}) renumber(*id);
    for (EventId& id : connection.closes) renumber(id);
  }
  for (Datagram& datagram : timeline.datagrams) {
    renumber(datagram.sent);
    renumber(datagram.received);
  }
}

}  // namespace wirelab::timeline

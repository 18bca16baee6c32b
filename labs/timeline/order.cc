#include "labs/timeline/order.hh"

#include <algorithm>
#include <map>
#include <optional>
#include <queue>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "labs/timeline/calls.hh"

namespace wirelab::timeline {
namespace {

bool can_sleep(const Call& call) {
  constexpr std::string_view sleepers[] = {"accept", "connect", "send", "recv", "sendto", "recvfrom", "sleep"};
  return std::find(std::begin(sleepers), std::end(sleepers), call.call) != std::end(sleepers);
}

/// Let go in one moment and back only in a later one. In a free run any call may be, so it must be one that can sleep.
bool slept(const Call& call) { return call.returned && call.return_epoch > call.start_epoch && can_sleep(call); }

bool was_kept_back(const Packet& packet) {
  return (packet.verdict == Verdict::held || packet.verdict == Verdict::delayed) && packet.delivered_at > 0;
}

LaneIndex lane_of(const Event& event) {
  return std::visit(
      [](const auto& what) {
        if constexpr (std::is_same_v<std::decay_t<decltype(what)>, Packet>) {
          return what.from;
        } else {
          return what.lane;
        }
      },
      event.what);
}

Epoch begin_epoch_of(const Event& event) {
  return std::visit(
      [](const auto& what) {
        if constexpr (std::is_same_v<std::decay_t<decltype(what)>, Call>) {
          return what.start_epoch;
        } else {
          return what.epoch;
        }
      },
      event.what);
}

std::optional<Epoch> end_epoch_of(const Event& event) {
  if (const Call* call = event.call()) return call->returned ? std::optional(call->return_epoch) : std::nullopt;
  if (const Packet* packet = event.packet()) {
    if (was_kept_back(*packet)) return packet->delivered_epoch;
  }
  return std::nullopt;
}

// ------------------------------------------------------------------------------------------- runs in steps

/// The points of a stepped run and what must come before what. Only points of one epoch need to be told their order.
class CausalOrder {
 public:
  /// `let_go_in` empty: whoever was let go is known by being the first of the epoch in the events' own order.
  CausalOrder(const Timeline& timeline, const std::vector<LaneIndex>& let_go_in)
      : timeline_(timeline), points_(2 * timeline.events.size()), let_go_in_(let_go_in) {
    for (std::size_t event = 0; event < timeline.events.size(); ++event) {
      points_[begin_of(event)].epoch = begin_epoch_of(timeline.events[event]);
      points_[end_of(event)].epoch = end_epoch_of(timeline.events[event]);
    }
    follow_lanes();
    follow_streams();
    follow_connections();
    follow_datagrams();
    follow_packets();
  }

  /// All points there are, each after its causes.
  std::vector<Moment> sorted() {
    std::map<Epoch, std::vector<Point>> epochs;
    for (Point point = 0; point < points_.size(); ++point) {
      if (points_[point].epoch) epochs[*points_[point].epoch].push_back(point);
    }
    for (const auto& [epoch, points] : epochs) sort_epoch(epoch, points);
    return std::move(sorted_);
  }

  /// Something else had to happen before the call could return.
  bool has_waited(std::size_t event, const std::vector<std::size_t>& position) const {
    const Node& end = points_[end_of(event)];
    return std::any_of(end.causes.begin(), end.causes.end(),
                       [&](Point cause) { return position[cause] > position[begin_of(event)]; });
  }

  static std::size_t point_of(const Moment& moment) {
    return moment.is_end ? end_of(moment.event) : begin_of(moment.event);
  }

 private:
  using Point = std::size_t;  // two for each event: where it begins, where it ends
  struct Node {
    std::optional<Epoch> epoch;  ///< absent: there is no such point
    std::vector<Point> next;
    std::vector<Point> causes;  ///< in other lanes
    int waits_for = 0;
  };

  static Point begin_of(std::size_t event) { return 2 * event; }
  static Point end_of(std::size_t event) { return 2 * event + 1; }
  static std::size_t event_of(Point point) { return point / 2; }
  static bool is_end(Point point) { return point % 2 == 1; }

  const Event& at(Point point) const { return timeline_.events[event_of(point)]; }
  static std::optional<std::size_t> index_of(EventId id) {
    return id > 0 ? std::optional(static_cast<std::size_t>(id) - 1) : std::nullopt;
  }

  bool in_one_epoch(Point first, Point second) const {
    return points_[first].epoch && points_[first].epoch == points_[second].epoch;
  }
  void order(Point first, Point second) {
    if (first == second || !in_one_epoch(first, second)) return;
    points_[first].next.push_back(second);
    ++points_[second].waits_for;
  }
  void causes(Point cause, Point effect) {
    if (!in_one_epoch(cause, effect)) return;
    order(cause, effect);
    points_[effect].causes.push_back(cause);
  }
  /// `cause` began before `call` returned. Nothing else can have woken it, and the clock is the same for both.
  bool can_have_woken(std::size_t cause, const Call& call) const {
    return timeline_.events[cause].at <= call.returned_at;
  }

  void follow_lanes() {
    std::map<LaneIndex, Point> last;
    for (std::size_t event = 0; event < timeline_.events.size(); ++event) {
      if (timeline_.events[event].packet() != nullptr) {
        order(begin_of(event), end_of(event));
        continue;
      }
      const auto [before, is_first] = last.try_emplace(lane_of(timeline_.events[event]), begin_of(event));
      if (!is_first) order(before->second, begin_of(event));
      order(begin_of(event), end_of(event));
      before->second = points_[end_of(event)].epoch ? end_of(event) : begin_of(event);
    }
  }

  /// A receive after the sends it took from; a send that was asleep after the receive that made room for it.
  void follow_streams() {
    using Direction = std::pair<int, LaneIndex>;  // connection, sender
    std::map<Direction, std::vector<std::size_t>> sends;
    std::map<std::pair<Direction, Epoch>, std::vector<std::size_t>> woken_sends;
    for (std::size_t event = 0; event < timeline_.events.size(); ++event) {
      const Call* call = timeline_.events[event].call();
      if (call == nullptr || !is_send(*call) || !call->stream) continue;
      const Direction direction(call->stream->connection, call->lane);
      sends[direction].push_back(event);
      if (slept(*call)) woken_sends[{direction, call->return_epoch}].push_back(event);
    }
    const auto range_of = [&](std::size_t event) -> const StreamRange& {
      return *timeline_.events[event].call()->stream;
    };
    const auto end_offset = [](const StreamRange& range) { return range.offset + range.length; };
    for (std::size_t event = 0; event < timeline_.events.size(); ++event) {
      const Call* receive = timeline_.events[event].call();
      if (receive == nullptr || !is_receive(*receive) || !receive->stream) continue;
      const Direction direction(receive->stream->connection, receive->stream->from);
      const std::vector<std::size_t>& all = sends[direction];
      const std::int64_t begin = receive->stream->offset;
      const std::int64_t end = end_offset(*receive->stream);
      auto sent = std::partition_point(all.begin(), all.end(),
                                       [&](std::size_t send) { return end_offset(range_of(send)) <= begin; });
      for (; sent != all.end() && range_of(*sent).offset < end; ++sent) {
        if (can_have_woken(*sent, *receive)) causes(begin_of(*sent), end_of(event));
        if (slept(*timeline_.events[*sent].call()) && end_offset(range_of(*sent)) <= end) {
          causes(end_of(*sent), end_of(event));
        }
      }
      const auto woken = woken_sends.find({direction, receive->start_epoch});
      if (woken == woken_sends.end()) continue;
      for (const std::size_t send : woken->second) causes(begin_of(event), end_of(send));
    }
  }

  /// accept after the connect that woke it, a connect that found the queue full after the accept that made room, and
  /// whoever saw the end of a connection after whoever ended it.
  void follow_connections() {
    for (const Connection& connection : timeline_.connections) {
      const auto connect = index_of(connection.connect);
      const auto accept = index_of(connection.accept);
      if (connect && accept) causes(begin_of(*connect), end_of(*accept));
    }
    std::map<std::pair<LaneIndex, Epoch>, std::vector<std::size_t>> accepts;
    std::map<std::pair<int, Epoch>, std::vector<std::size_t>> closings;
    for (const Connection& connection : timeline_.connections) {
      for (const EventId id : connection.closes) {
        if (const Call* call = timeline_.call(id)) {
          closings[{static_cast<int>(&connection - timeline_.connections.data()), call->start_epoch}].push_back(
              *index_of(id));
        }
      }
    }
    for (std::size_t event = 0; event < timeline_.events.size(); ++event) {
      const Call* call = timeline_.events[event].call();
      if (call != nullptr && call->call == "accept") accepts[{call->lane, call->start_epoch}].push_back(event);
    }
    for (std::size_t event = 0; event < timeline_.events.size(); ++event) {
      const Call* call = timeline_.events[event].call();
      if (call == nullptr || !call->returned) continue;
      if (call->call == "connect" && slept(*call)) {
        for (const std::size_t accept : accepts[{call->peer, call->return_epoch}]) {
          causes(begin_of(accept), end_of(event));
        }
      }
      const int connection = call->stream ? call->stream->connection : call->connection;
      const bool saw_the_end = (is_receive(*call) && call->error.empty() && call->result == 0) ||
                               call->error == "ECONNRESET" || call->error == "EPIPE";
      const auto ended = closings.find({connection, call->return_epoch});
      if (connection < 0 || !saw_the_end || ended == closings.end()) continue;
      for (const std::size_t closing : ended->second) {
        const bool by_another = timeline_.events[closing].call()->lane != call->lane;
        if (by_another && can_have_woken(closing, *call)) causes(begin_of(closing), end_of(event));
      }
    }
  }

  void follow_datagrams() {
    for (const Datagram& datagram : timeline_.datagrams) {
      const auto sent = index_of(datagram.sent);
      const auto received = index_of(datagram.received);
      if (sent && received) causes(begin_of(*sent), end_of(*received));
    }
  }

  /// A packet after the call that sent it and before the one it woke; the packets of one connection, or of two hosts,
  /// as the wire saw them come and go.
  void follow_packets() {
    std::vector<std::pair<Nanoseconds, Point>> seen;
    for (std::size_t event = 0; event < timeline_.events.size(); ++event) {
      const Packet* packet = timeline_.events[event].packet();
      if (packet == nullptr) continue;
      seen.emplace_back(timeline_.events[event].at, begin_of(event));
      const Point delivered = points_[end_of(event)].epoch ? end_of(event) : begin_of(event);
      if (delivered == end_of(event)) seen.emplace_back(packet->delivered_at, delivered);
      if (const auto cause = index_of(packet->cause)) order(begin_of(*cause), begin_of(event));
      if (const auto woken = index_of(packet->woke)) causes(delivered, end_of(*woken));
      follow_syn(event, *packet);
    }
    std::stable_sort(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::map<int, Point> last_of_connection;
    std::map<std::pair<LaneIndex, LaneIndex>, Point> last_between;
    for (const auto& [when, point] : seen) {
      const Packet& packet = *at(point).packet();
      const auto [last, is_first] = packet.connection >= 0 ? follow(last_of_connection, packet.connection, point)
                                                           : follow(last_between, hosts(packet.from, packet.to), point);
      if (!is_first) order(last, point);
      // An answer to everyone's datagram comes after it.
      const auto to_everyone = last_between.find(hosts(packet.to, nobody));
      if (packet.connection < 0 && packet.to != nobody && to_everyone != last_between.end()) {
        order(to_everyone->second, point);
      }
    }
  }
  /// A connect that gave up was asleep while its kernel sent the SYN again and again. One that succeeded had returned
  /// long before the other side's timer, a second long, sent the SYN-ACK again: nothing causes that but the clock, and
  /// half a second is more than any machine keeps somebody from waking up.
  void follow_syn(std::size_t event, const Packet& packet) {
    constexpr Nanoseconds half_a_second = 500'000'000;
    const bool is_syn = packet.kind == scenario::PacketKind::syn;
    const bool is_answer_again = packet.kind == scenario::PacketKind::syn_ack && packet.retransmission;
    if ((!is_syn && !is_answer_again) || packet.connection < 0) return;
    const auto connection = static_cast<std::size_t>(packet.connection);
    if (connection >= timeline_.connections.size()) return;
    const auto connect = index_of(timeline_.connections[connection].connect);
    if (!connect || timeline_.events[*connect].call() == nullptr) return;
    const Call& call = *timeline_.events[*connect].call();
    if (is_syn && call.error == "ETIMEDOUT" && can_have_woken(event, call)) causes(begin_of(event), end_of(*connect));
    const bool had_returned = succeeded(call) && timeline_.events[event].at - call.returned_at >= half_a_second;
    if (is_answer_again && had_returned) order(end_of(*connect), begin_of(event));
  }
  static std::pair<LaneIndex, LaneIndex> hosts(LaneIndex one, LaneIndex other) { return std::minmax(one, other); }
  /// The point before this one, and whether there is none.
  template <typename Key>
  static std::pair<Point, bool> follow(std::map<Key, Point>& last, const Key& key, Point point) {
    const auto [place, is_first] = last.try_emplace(key, point);
    return {std::exchange(place->second, point), is_first};
  }

  /// Where an epoch starts from: the first point of the lane that was let go in it, if one was.
  std::optional<Point> first_of(Epoch epoch, const std::vector<Point>& points) const {
    const auto found = let_go_point(epoch, points);
    return found && points_[*found].waits_for == 0 ? found : std::nullopt;
  }
  std::optional<Point> let_go_point(Epoch epoch, const std::vector<Point>& points) const {
    const auto number = static_cast<std::size_t>(epoch);
    for (const Point point : points) {
      const bool is_packet = at(point).packet() != nullptr;
      if (is_packet) continue;
      if (!let_go_in_.empty()) {
        if (number < let_go_in_.size() && lane_of(at(point)) == let_go_in_[number]) return point;
        continue;
      }
      const Call* call = at(point).call();
      const bool was_due = is_end(point) && (call->call == "sleep" || call->error == "timeout");
      if (was_due) return point;
    }
    if (!let_go_in_.empty()) return std::nullopt;
    const auto begins = std::find_if(points.begin(), points.end(),
                                     [this](Point point) { return !is_end(point) && at(point).packet() == nullptr; });
    return begins == points.end() ? std::nullopt : std::optional(*begins);
  }

  /// Whoever was woken by something that left no other trace was so by the call that was let go.
  void wake_after_first_call(const std::vector<Point>& points, LaneIndex let_go) {
    const auto call = std::find_if(points.begin(), points.end(), [&](Point point) {
      return !is_end(point) && at(point).call() != nullptr && lane_of(at(point)) == let_go;
    });
    if (call == points.end()) return;
    for (const Point point : points) {
      const bool is_woken = is_end(point) && at(point).call() != nullptr && slept(*at(point).call());
      if (is_woken && lane_of(at(point)) != let_go && points_[point].causes.empty()) order(*call, point);
    }
  }

  void sort_epoch(Epoch epoch, const std::vector<Point>& points) {
    const std::optional<Point> first = first_of(epoch, points);
    const LaneIndex let_go = first ? lane_of(at(*first)) : nobody;
    const auto key = [&](Point point) {
      const Event& event = at(point);
      const LaneIndex lane = lane_of(event);
      // Kernels act by themselves, before any program goes on. What somebody was woken by comes right before that.
      const bool follows =
          is_end(point) || event.message() != nullptr || event.file() != nullptr || event.expectation() != nullptr;
      const int rank = first && point == *first    ? 0
                       : event.packet() != nullptr ? 1
                       : follows                   ? 2
                       : lane == let_go            ? 3
                                                   : 4;
      return std::tuple(rank, lane != let_go, lane, point);
    };
    wake_after_first_call(points, let_go);
    using Key = decltype(key(0));
    std::priority_queue<Key, std::vector<Key>, std::greater<>> ready;
    std::vector<Point> waiting;
    if (first) {
      for (const Point point : points) {
        if (point != *first && points_[point].waits_for == 0) order(*first, point);
      }
    }
    for (const Point point : points) {
      if (points_[point].waits_for == 0) {
        ready.push(key(point));
      } else {
        waiting.push_back(point);
      }
    }
    std::sort(waiting.begin(), waiting.end(), [&](Point a, Point b) { return key(a) > key(b); });
    std::size_t left = points.size();
    while (left > 0) {
      if (ready.empty()) {
        // Causes in a circle: the clock of a free or damaged run. Somebody has to be first.
        while (points_[waiting.back()].waits_for <= 0) waiting.pop_back();
        points_[waiting.back()].waits_for = 0;
        ready.push(key(waiting.back()));
      }
      const Point point = std::get<3>(ready.top());
      ready.pop();
      points_[point].waits_for = -1;  // done
      --left;
      sorted_.push_back({event_of(point), is_end(point)});
      for (const Point next : points_[point].next) {
        if (points_[next].waits_for > 0 && --points_[next].waits_for == 0) ready.push(key(next));
      }
    }
  }

  const Timeline& timeline_;
  std::vector<Node> points_;
  const std::vector<LaneIndex>& let_go_in_;
  std::vector<Moment> sorted_;
};

std::vector<Moment> moments_by_cause(const Timeline& timeline) {
  const std::vector<LaneIndex> unknown;
  CausalOrder order(timeline, unknown);
  std::vector<Moment> moments = order.sorted();
  std::vector<std::size_t> position(2 * timeline.events.size(), 0);
  for (std::size_t index = 0; index < moments.size(); ++index) {
    position[CausalOrder::point_of(moments[index])] = index;
  }
  std::erase_if(moments, [&](const Moment& moment) {
    const Call* call = timeline.events[moment.event].call();
    return moment.is_end && call != nullptr && !slept(*call) && !order.has_waited(moment.event, position);
  });
  return moments;
}

// ----------------------------------------------------------------------------------------------- free runs

/// Actors run as they like there: what the clock saw is all there is to go by.
std::vector<Moment> moments_by_clock(const Timeline& timeline) {
  std::vector<std::pair<Nanoseconds, Moment>> timed;
  std::vector<std::pair<Nanoseconds, LaneIndex>> began;
  for (std::size_t index = 0; index < timeline.events.size(); ++index) {
    const Event& event = timeline.events[index];
    timed.push_back({event.at, {index, false}});
    if (event.packet() == nullptr) began.emplace_back(event.at, lane_of(event));
    if (const Packet* packet = event.packet(); packet != nullptr && was_kept_back(*packet)) {
      timed.push_back({packet->delivered_at, {index, true}});
    }
  }
  std::sort(began.begin(), began.end());
  std::vector<bool> woken(timeline.events.size() + 1, false);
  for (const Event& event : timeline.events) {
    const Packet* packet = event.packet();
    if (packet != nullptr && timeline.event(packet->woke) != nullptr) {
      woken[static_cast<std::size_t>(packet->woke)] = true;
    }
  }
  for (std::size_t index = 0; index < timeline.events.size(); ++index) {
    const Event& event = timeline.events[index];
    const Call* call = event.call();
    if (call == nullptr || !call->returned) continue;
    const auto first = std::upper_bound(began.begin(), began.end(), std::pair(event.at, call->lane),
                                        [](const auto& a, const auto& b) { return a.first < b.first; });
    const bool others_moved =
        std::any_of(first,
                    std::lower_bound(first, began.end(), std::pair(call->returned_at, nobody),
                                     [](const auto& a, const auto& b) { return a.first < b.first; }),
                    [&](const auto& other) { return other.second != call->lane; });
    if (others_moved || woken[index + 1]) timed.push_back({call->returned_at, {index, true}});
  }
  std::stable_sort(timed.begin(), timed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Moment> moments;
  for (const auto& [at, moment] : timed) moments.push_back(moment);
  return moments;
}

}  // namespace

std::vector<Moment> moments_of(const Timeline& timeline) {
  return timeline.pace == scenario::Pace::free ? moments_by_clock(timeline) : moments_by_cause(timeline);
}

void order_causally(Timeline& timeline, const std::vector<LaneIndex>& let_go_in) {
  std::vector<EventId> new_id(timeline.events.size() + 1, 0);
  std::vector<Event> sorted;
  sorted.reserve(timeline.events.size());
  for (const Moment& moment : CausalOrder(timeline, let_go_in).sorted()) {
    if (moment.is_end) continue;
    const auto id = static_cast<EventId>(sorted.size() + 1);
    Event& event = timeline.events[moment.event];
    new_id[static_cast<std::size_t>(event.id)] = id;
    sorted.push_back(std::move(event));
    sorted.back().id = id;
  }
  timeline.events = std::move(sorted);
  const auto renumber = [&](EventId& id) { id = new_id[static_cast<std::size_t>(id)]; };
  for (Event& event : timeline.events) {
    if (auto* packet = std::get_if<Packet>(&event.what)) {
      renumber(packet->cause);
      renumber(packet->woke);
    }
  }
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

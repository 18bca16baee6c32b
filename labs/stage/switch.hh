// The wire between the hosts: takes in what they send, decides what becomes of it, and gives it to whom it is for.
//
// It never acts by itself. Whoever holds it says when packets are taken in and when the next one is delivered; so a run
// that lets the world come to rest between two deliveries is the same run every time.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/scenario/scenario.hh"
#include "labs/stage/link.hh"
#include "labs/stage/packet_port.hh"
#include "labs/stage/policy.hh"
#include "labs/timeline/event.hh"
#include "labs/timeline/packet.hh"

namespace wirelab::stage {

using timeline::LaneIndex;

/// One host as the switch sees it.
struct SwitchPort {
  int link = 0;  ///< index of the wire's end of its cable
  MacAddress mac{};
  timeline::IpAddress address;
};

/// When something kept is due: on the run's own clock, and on the real one.
struct KeptUntil {
  std::chrono::nanoseconds logical{};
  std::chrono::steady_clock::time_point real;
};

class Switch {
 public:
  /// `ports` by lane.
  Switch(const scenario::Scenario& scenario, const std::vector<timeline::Lane>& lanes, PacketPort packets,
         std::vector<SwitchPort> ports);

  /// Readable when a host has sent something.
  int fd() const { return packets_.fd(); }
  /// Waits until a host has sent something, at most that long.
  void wait_for_frames(std::chrono::milliseconds longest) const { packets_.wait_for_frames(longest); }
  /// Is everything taken in that the hosts have sent?
  bool is_drained() const { return !packets_.wait_for_frames({}); }

  /// A receiver for whom a packet was dropped, and the line of the rule; 0: the loss percentage.
  struct LostCopy {
    LaneIndex to = timeline::nobody;
    int rule_line = 0;
  };
  /// A packet that has come to the wire, with what was decided about it. Tickets count from 0, one for each.
  struct Arrival {
    int ticket = 0;
    timeline::Packet packet;
    std::vector<LostCopy> lost;
    int deliveries = 0;  ///< how often it will be delivered
  };
  /// Takes in all there is. `clock` is the run's own, for delays. Throws core::SystemError.
  std::vector<Arrival> take_in(std::chrono::nanoseconds clock);

  struct Delivery {
    int ticket = 0;
    LaneIndex to = timeline::nobody;
  };
  /// Which packet `deliver` would give to its host now; nothing if there is none that waits for nothing more.
  std::optional<Delivery> next_delivery() const;
  /// Takes it for its host; `flush` gives what was taken to the hosts. Throws core::SystemError.
  void deliver();
  void flush();

  /// When the earliest delayed packet is due; nothing if none is delayed.
  std::optional<KeptUntil> next_due() const;
  /// What is due at that time waits no longer.
  void release_due(std::chrono::nanoseconds clock);
  /// Releases what is held until facts that are true now. True if there was any.
  bool release_held(const std::function<bool(const scenario::Fact&)>& holds);
  /// The world is still: releases the oldest packet held until it has settled, or until a next one which has not come.
  /// False: there is none, or something is delayed.
  bool release_one_when_settled();

  /// Is nothing delayed or held?
  bool keeps_nothing() const { return delayed_.empty() && held_.empty(); }

  /// What the wire knows about two TCP endpoints.
  enum class OnTheWay {
    nothing,  ///< all that was sent has been delivered, as far as the wire decides
    kept,     ///< something is delayed or held
    lost,     ///< a SYN, bytes or a FIN were dropped and have not been sent again
  };
  struct Endpoint {
    LaneIndex lane = timeline::nobody;
    int port = 0;
    bool operator==(const Endpoint&) const = default;
  };
  OnTheWay on_the_way(const Endpoint& one, const Endpoint& other) const;

 private:
  /// The sequence numbers a TCP packet takes, relative; SYN and FIN take one each.
  struct Segment {
    Endpoint from;
    Endpoint to;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int64_t ack = 0;
    bool is_between(const Endpoint& one, const Endpoint& other) const {
      return (from == one && to == other) || (from == other && to == one);
    }
  };
  /// What was dropped and has not been sent again.
  struct Lost {
    Segment segment;
    bool is_syn_ack = false;
    int early_answers = 0;  ///< of a SYN-ACK: how many more its sender may send again in vain
    bool is_asked = false;  ///< of a SYN-ACK: the SYN has come again, so the next one is its answer, and not early
  };
  /// A packet with the wire, on its way to one host.
  struct Kept {
    int ticket = 0;
    LaneIndex from = timeline::nobody;
    LaneIndex to = timeline::nobody;
    std::string frame;
    std::optional<Segment> segment;
    const scenario::WireRule* rule = nullptr;  ///< of a held one
    int behind = -1;                           ///< held until next: the ticket it goes after, once that has come
  };

  void take(int link, std::string_view frame, std::chrono::nanoseconds clock, std::vector<Arrival>& arrivals);
  std::vector<LaneIndex> receivers_of(LaneIndex from, const timeline::DecodedFrame& frame) const;
  /// One decision for each of them.
  std::vector<Decision> judge(const timeline::Packet& packet, const std::vector<LaneIndex>& receivers);
  void send_on(Kept kept, const Decision& decision, std::chrono::nanoseconds clock);
  std::chrono::nanoseconds time_on_link(LaneIndex from, LaneIndex to, std::size_t bytes, std::chrono::nanoseconds clock);
  template <typename Visit>
  void each_kept(Visit visit) const;
  bool is_needless(const Segment& segment) const;
  bool is_early_answer(const timeline::Packet& packet, const Segment& segment);
  void note_syn_again(const Segment& syn, bool passed);
  void note_lost(const timeline::Packet& packet, const Segment& segment);
  void note_sent_again(const Segment& segment);
  std::string_view lane_name(LaneIndex lane) const;
  std::string_view actor_name(LaneIndex lane) const;
  template <typename T>
  std::optional<T> between(const scenario::PerDirection<T>& setting, LaneIndex from, LaneIndex to) const;

  const scenario::Wire wire_;
  const std::vector<timeline::Lane> lanes_;
  PacketPort packets_;
  std::vector<SwitchPort> ports_;
  Policy policy_;
  timeline::Conversations conversations_;
  int tickets_ = 0;
  std::deque<Kept> ready_;
  std::vector<PacketPort::Outgoing> outgoing_;
  std::multimap<std::chrono::nanoseconds, std::pair<KeptUntil, Kept>> delayed_;
  std::list<Kept> held_;
  std::vector<Lost> lost_;
  std::map<std::pair<LaneIndex, LaneIndex>, std::chrono::nanoseconds> link_free_;  ///< `rate`: when the last bit is out
};

}  // namespace wirelab::stage

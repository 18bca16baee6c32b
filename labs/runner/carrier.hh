// Between the wire and the run: what the switch sees becomes events, and what it delivers becomes the receivers' due.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "labs/runner/world.hh"
#include "labs/stage/switch.hh"

namespace wirelab::runner {

/// Everything with the world's lock held, by the director's thread.
class Carrier {
 public:
  Carrier(World& world, stage::Switch& wire) : world_(world), wire_(wire) {}

  /// Records what the hosts have sent since.
  void take_in();
  /// Delivers the next packet that waits for nothing more; that is something let go, and begins an epoch. False: none.
  /// Of an acknowledgement that is repeated, as many as mean a loss come without a pause between them.
  bool deliver_one();
  /// Delivers all that wait for nothing more.
  void deliver_all();
  /// The run is over: what has not been delivered never will be.
  void give_up();

 private:
  bool take_next();
  bool next_repeats_the_last();
  bool repeats_the_last(const timeline::Packet& packet) const;
  void record(stage::Switch::Arrival arrival);
  void join_stream(timeline::Packet& packet);
  void join_datagram(timeline::Packet& packet);
  void note_lost(const timeline::Packet& packet, const std::vector<stage::Switch::LostCopy>& lost);
  /// The socket that a datagram is for, as its packet is delivered; null if there is none (any more).
  OpenSocket* receiver_of(const timeline::Packet& packet, const timeline::Datagram& datagram);
  void note_delivered(const timeline::Packet& packet, LaneIndex to);
  /// All the datagrams of one call, each to another receiver, begin with this one.
  template <typename Visit>
  void each_of_the_same_call(int first, Visit visit);

  World& world_;
  stage::Switch& wire_;
  /// A packet of which not all is known yet.
  struct Known {
    PacketLog::Kept kept = PacketLog::Kept::no;
    timeline::EventId event = 0;  ///< if it is kept; else it is here
    timeline::Event unkept;
    int deliveries_left = 0;
  };
  timeline::Event& event_of(Known& known);
  /// Is done with those of which all is known, in the order of their coming.
  void complete();

  std::map<int, Known> known_;  ///< by ticket
  /// What the packet delivered last acknowledged.
  struct Acknowledgement {
    int connection = -1;
    LaneIndex from = timeline::nobody;
    std::int64_t ack = 0;
    std::int64_t window = 0;
  };
  Acknowledgement last_ack_;
  int repeated_acks_ = 0;  ///< how often it had been said before, without a pause
  struct Sent {
    int datagram = -1;
    int source_port = 0;
    int destination_port = 0;
  };
  std::map<std::pair<LaneIndex, std::uint32_t>, Sent> in_fragments_;  ///< by sender and identification
  struct Joined {
    std::set<std::int64_t> places;  ///< offsets of the fragments delivered
    std::int64_t bytes = 0;
  };
  std::map<std::pair<int, LaneIndex>, Joined> delivered_fragments_;  ///< by datagram and receiver
};

/// Records the packets a stage has overheard since the last time, as far as they are between actors. Lock held.
void record_overheard(World& world);

}  // namespace wirelab::runner

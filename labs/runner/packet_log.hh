// Which packets become events, and what becomes of the others: a run may have millions.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "labs/timeline/event.hh"
#include "labs/timeline/packets.hh"

namespace wirelab::runner {

/// Takes the packets that come after the first ones, one by one, when all is known about them. Those that are events of
/// the run as well have an id, though it may become another; times are those of the run.
using PacketSink = std::function<void(const timeline::Event&)>;

class PacketLog {
 public:
  enum class Kept {
    no,
    as_one_of_the_first,
    as_an_end,  ///< of a connection, or its beginning
  };

  /// `most`: how many packets are kept. `sink` may be empty.
  PacketLog(std::int64_t most, PacketSink sink) : most_(most), sink_(std::move(sink)) {}

  /// Is it to be an event? The first ones are, and then those with which connections begin and end.
  Kept keep(const timeline::Packet& packet);

  /// All is known about that packet; in the order in which they came to the wire. `began`: when the run's first event
  /// was, from which its times are counted.
  void complete(const timeline::Event& event, Kept kept, timeline::Nanoseconds began);

  /// What was not kept, counted.
  std::vector<timeline::LeftOut> left_out() { return tally_.left_out(); }

 private:
  bool begins_or_ends_a_connection(const timeline::Packet& packet);

  std::int64_t most_;
  std::int64_t kept_ = 0;
  std::int64_t bytes_left_ = 64 * 1024 * 1024;  ///< for the bytes of those that are kept
  std::int64_t ends_kept_ = 0;                  ///< when there were enough already
  std::set<int> ending_;  ///< connections in which a FIN or RST was seen
  timeline::PacketTally tally_;
  PacketSink sink_;
};

}  // namespace wirelab::runner

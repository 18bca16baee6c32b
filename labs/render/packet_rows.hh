// Packets as rows of a story: beside the call that sent them, or in rows of their own; long stretches of the same kind
// folded, so that a page stays readable whatever was sent.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "labs/render/packet_text.hh"
#include "labs/render/story.hh"
#include "labs/timeline/event.hh"

namespace wirelab::render {

class PacketRows {
 public:
  /// Appends to `rows`. All of these must outlive it.
  PacketRows(const timeline::Timeline& timeline, const scenario::Wire& wire, const TerminalStyle& style,
             std::vector<Row>& rows)
      : timeline_(timeline), wire_(wire), style_(style), rows_(rows) {}

  /// The packet has come to the wire.
  void add_arrival(const timeline::Event& event, const timeline::Packet& packet);
  /// The wire had kept it back, and delivers it now.
  void add_delivery(const timeline::Event& event, const timeline::Packet& packet);
  /// Something else comes next.
  void end_stretch();

 private:
  /// Data and acknowledgements that came and went as they should: the first and last of many are enough to see.
  struct Folded {
    std::int64_t packets = 0;
    std::int64_t bytes = 0;
    std::int64_t acknowledgements = 0;
  };
  using Direction = std::pair<timeline::LaneIndex, timeline::LaneIndex>;

  /// What is to be said about a packet because of those before it from the same side.
  struct Standing {
    PacketContext context;
    bool turns_window = false;  ///< it closes the window, or opens it again
  };
  Standing standing_of(const timeline::Packet& packet);
  Arrow arrow_of(const timeline::Packet& packet, const Standing& standing) const;
  static bool is_dull(const timeline::Packet& packet, const Standing& standing);
  void say_fate(const timeline::Packet& packet, Arrow& arrow) const;
  void say_who_missed_it(const timeline::Packet& packet, Arrow& arrow) const;
  std::vector<timeline::LaneIndex> named_by_rule(const timeline::Packet& packet) const;
  bool join_call(const timeline::Event& event, const timeline::Packet& packet, const Arrow& arrow);
  void fold(const Row& row);
  std::string say(words::TextId id, const words::Arguments& arguments = {}) const;
  std::string with_fate(const std::string& label, const std::string& fate) const;
  std::string what_was_done(timeline::Verdict verdict) const;

  const timeline::Timeline& timeline_;
  const scenario::Wire& wire_;
  const TerminalStyle& style_;
  std::vector<Row>& rows_;

  /// Of one side of a connection, what its last packet said.
  struct Side {
    std::int64_t ack = 0;
    std::int64_t window = 0;
    std::int64_t largest_window = 0;
  };
  std::map<std::tuple<int, timeline::LaneIndex, timeline::LaneIndex>, Side> sides_;

  int shown_ = 0;         ///< of the stretch, already among the rows
  std::deque<Row> kept_;  ///< of the stretch, to be shown or folded
  std::map<Direction, Folded> folded_;
  Row folded_row_;
};

}  // namespace wirelab::render

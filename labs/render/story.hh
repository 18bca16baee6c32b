// A timeline as rows from top to bottom: what a picture of it has to show, before anybody decides how wide it is.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labs/render/page.hh"
#include "labs/render/record.hh"
#include "labs/render/text.hh"

namespace wirelab::render {

/// A piece of a row that is kept together if it fits: `before`, then quoted bytes if there are any, then `after`.
struct Phrase {
  std::string before;
  std::optional<std::string> bytes;
  std::string after;
  Ink ink = Ink::plain;
  SizeShown size = SizeShown::when_cut;  ///< of the bytes; `never` where the row tells it anyway
};

/// Something that goes from one lane to another.
struct Arrow {
  enum class End {
    arrives,
    lost,         ///< on the way: it ends in the middle
    turned_away,  ///< at the other's door
  };
  timeline::LaneIndex from = timeline::nobody;
  timeline::LaneIndex to = timeline::nobody;
  std::string label;
  End end = End::arrives;
};

struct Row {
  enum class Kind { call, wake_up, packet, message, note, expectation };
  Kind kind = Kind::call;
  timeline::EventId event = 0;
  timeline::LaneIndex lane = timeline::nobody;
  std::string step;
  timeline::Nanoseconds at = 0;
  int source_line = 0;        ///< 0: none
  bool falls_asleep = false;  ///< from this row on, until the lane's wake_up row
  std::vector<Phrase> phrases;
  std::vector<Arrow> arrows;
};

/// The rows in causal order. A call that slept has two: where it was made, and where it woke up, which is after what
/// woke it. In a stepped run that order comes from the epochs alone, so it is the same however long anything took.
/// Marks of annotations (by their place in the record, from 1) are behind the last row of the last event they speak of.
std::vector<Row> story_of(const RunRecord& record, const TerminalStyle& style);

/// The call as the student's own program would have it: `socket(SOCK_STREAM)`, `connect(server:8888)`.
std::string call_text(const timeline::Call& call);

}  // namespace wirelab::render

// A timeline as rows from top to bottom: what a picture of it has to show, before anybody decides how wide it is.
#pragma once

#include <cstddef>
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
  bool is_datagram = false;              ///< the bytes are a whole of their own, and go into no sum

  bool operator==(const Phrase&) const = default;
};

/// Something that goes from one lane to another.
struct Arrow {
  enum class End {
    arrives,
    arrives_late,  ///< what the wire had kept back comes now
    kept_back,     ///< by the wire: it ends in the middle, for now
    lost,          ///< on the way: it ends in the middle
    turned_away,   ///< at the other's door
  };
  timeline::LaneIndex from = timeline::nobody;
  timeline::LaneIndex to = timeline::nobody;  ///< nobody: to everyone else
  std::vector<std::string> labels;            ///< ways to say what it is, longest first; never empty
  std::size_t enough = 1;                     ///< the first so many tell enough to stand beside other text
  std::string fate;                           ///< told where it ends in the middle: `lost :12`
  End end = End::arrives;
  bool is_quiet = false;  ///< less important than what is around it
  bool comes_twice = false;
  std::vector<timeline::LaneIndex> not_arriving;  ///< of one to everyone: at whom it does not
  /// Of one to everyone: who alone gets it late or twice; nobody in it: all do.
  std::vector<timeline::LaneIndex> only_at;

  bool operator==(const Arrow&) const = default;
};

struct Row {
  enum class Kind { call, wake_up, packet, folded, message, note, expectation };
  Kind kind = Kind::call;
  std::vector<timeline::EventId> events;  ///< what it tells of
  timeline::LaneIndex lane = timeline::nobody;
  std::string step;
  timeline::Nanoseconds at = 0;
  int source_line = 0;        ///< 0: none
  bool falls_asleep = false;  ///< from this row on, until the lane's wake_up row
  std::vector<Phrase> phrases;
  std::vector<Arrow> arrows;
};

struct Story {
  std::vector<Row> rows;
  /// Places of the record's annotations, from 0, in the order in which a reader of the rows meets their marks: the
  /// first is number 1.
  std::vector<std::size_t> annotations;
};

/// The rows in causal order (timeline/order.hh). A call that slept has two: where it was made, and where it woke up,
/// which is after what woke it. A packet stands beside the call that sent it, or in a row of its own. What is the same
/// many times in a row is folded, and a story too long to be read is abridged (labs/render/fold.hh).
///
/// Marks of annotations are behind the last row of the last event they speak of.
Story story_of(const RunRecord& record, const TerminalStyle& style);

}  // namespace wirelab::render

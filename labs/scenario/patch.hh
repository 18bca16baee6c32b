// Changes made to a scenario before it is read: what a rubric's case says under `change`, a student's own variant, one
// edit of several. They name places by the same paths as metrics do, and work on the document, so that whatever comes
// out is read and checked like any file.
//
//   pace, wire.seed, kernel.tcp_sack     a key of the top level, or one in it; made if it is not there
//   client.cut, client.slow, client.framing   an option of an actor; made if it is not there
//   client.send_message                  the argument of its steps of that word, in order, those in loops too: a list
//                                        has one for each (as many as there are), anything else goes to all of them
//   client.send#2, client.greeting       that of the second such step, of the step with that id
//   predict.server.recv.count            a prediction
//
// A value, or any value in one, may be `{delimiter_of: client}`: the delimiter that the document has for this actor, in
// the actor's framing or in that of the top level; where there is none, some plain text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/document.hh"
#include "labs/scenario/remark.hh"

namespace wirelab::scenario {

inline constexpr std::string_view delimiter_of_word = "delimiter_of";

struct Change {
  std::string path;
  Node value;
  Position at;  ///< of the path, in the file that says it
};

/// Why a change cannot be made in this document: there is no such actor or step, or another number of them. Empty if it
/// can.
Remark change_fault(const Document& document, const Change& change);

/// The document with the change made. Nodes that a change brought are at `at` of the place they stand in for, so that a
/// diagnostic about them points into the file that is changed. Throws std::invalid_argument with change_fault()'s
/// words.
void apply(const Change& change, Document& document);

}  // namespace wirelab::scenario

// What happens the same many times in a row, told once.
#pragma once

#include <set>
#include <vector>

#include "labs/render/story.hh"

namespace wirelab::render {

/// - Rows of one line of the file that come directly after each other and say the same become one with `×8` behind it.
/// - Receives of a stream that differ in nothing but their bytes do so too, if they are more than one wants to read,
/// and
///   then show the bytes of all. Datagrams that differ stay apart: what was sent apart is never shown as one.
/// - Several rows that come again and again in the same order, with other sequence numbers perhaps, are shown once, and
///   under them how often they come again.
std::vector<Row> folded(std::vector<Row> rows, words::Language language);

/// Of a story too long to be read: its beginning, its end, and between them what is told about (`annotated`) or did not
/// go as it should. What is left out is counted.
std::vector<Row> abridged(std::vector<Row> rows, const std::set<timeline::EventId>& annotated,
                          const timeline::Timeline& timeline, words::Language language);

}  // namespace wirelab::render

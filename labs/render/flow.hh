// Phrases as lines of text: what the two pictures of a timeline have in common.
#pragma once

#include <string>
#include <vector>

#include "labs/render/page.hh"
#include "labs/render/story.hh"

namespace wirelab::render {

/// A piece of a laid-out line.
struct Piece {
  std::string text;
  Ink ink = Ink::plain;
};
using TextLine = std::vector<Piece>;

/// `phrases` in lines of at most `columns`; those after the first are indented a little. Data that is too long for a
/// line is shortened in its middle.
std::vector<TextLine> lines_of(const std::vector<Phrase>& phrases, int columns, const Page& page);

/// Writes it from `column` on and returns the column after it.
int put(Line& line, int column, const TextLine& pieces);

/// The columns that every picture keeps free: on the left for the time and a blank, on the right for the line in the
/// file.
constexpr int time_columns = 8;         // "12.34ms" and a blank
constexpr int source_line_columns = 6;  // " :1234"

/// Time and line of a row, in its margins. The canonical page has no times.
void put_margins(Line& line, const Row& row, bool shows_source_line, const Page& page);

}  // namespace wirelab::render

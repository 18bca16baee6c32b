// The timeline as a picture: a column for each actor, time from top to bottom, arrows for what goes across.
#pragma once

#include <vector>

#include "labs/render/page.hh"
#include "labs/render/story.hh"

namespace wirelab::render {

/// Draws the rows. With more actors than columns for them the picture becomes a list (labs/render/list.hh).
void draw_timeline(const timeline::Timeline& timeline, const std::vector<Row>& rows, Page& page);

}  // namespace wirelab::render

// The picture of a timeline for when there are more actors than columns: a line of text for each row.
#pragma once

#include <vector>

#include "labs/render/page.hh"
#include "labs/render/story.hh"

namespace wirelab::render {

/// What many copies of an actor do alike is drawn once.
void draw_list(const timeline::Timeline& timeline, const std::vector<Row>& rows, Page& page);

}  // namespace wirelab::render

// The timeline as a picture: a column for each actor, time from top to bottom, arrows for what goes across.
#pragma once

#include "labs/render/page.hh"
#include "labs/render/record.hh"

namespace wirelab::render {

/// Draws the timeline. With more actors than columns for them it becomes a list, `client#7  send("x") = 1 → server`,
/// in which what several copies of an actor do alike is written once.
void draw_timeline(const RunRecord& record, Page& page);

}  // namespace wirelab::render

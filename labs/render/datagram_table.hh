// What became of each datagram.
#pragma once

#include "labs/render/page.hh"
#include "labs/timeline/event.hh"

namespace wirelab::render {

/// For each pair of actors, in the order of their first datagrams, what was sent and under it what was received of it,
/// or why nothing was.
void draw_datagrams(const timeline::Timeline& timeline, Page& page);

}  // namespace wirelab::render

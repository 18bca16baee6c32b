// The byte ruler: what was sent, carried and received on one axis of bytes, so that one sees where boundaries went.
#pragma once

#include "labs/render/page.hh"
#include "labs/timeline/event.hh"

namespace wirelab::render {

/// A box for each direction of a TCP connection that carried bytes: sends, packets where they are seen, receives and
/// decoded messages in rows under each other. Short streams show their bytes (column under column the same byte; a
/// space is ␣ and a blank is no byte but the place of somebody else's boundary), long ones are drawn to scale with
/// sizes. Bytes that a lost packet carried are hatched; those that were sent again are in a row of their own.
void draw_streams(const timeline::Timeline& timeline, Page& page);

}  // namespace wirelab::render

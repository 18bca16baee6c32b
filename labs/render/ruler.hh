// The byte ruler: what was sent and what was received on one axis of bytes, so that one sees where boundaries went.
#pragma once

#include "labs/render/page.hh"
#include "labs/render/record.hh"

namespace wirelab::render {

/// A box for each direction of a TCP connection that carried bytes: sends, decoded messages and receives in rows under
/// each other. Short streams show their bytes (column under column the same byte; a space is ␣ and a blank is no byte
/// but the place of somebody else's boundary), long ones are drawn to scale with sizes. Then the datagrams of each
/// pair of actors, each with what became of it.
void draw_rulers(const RunRecord& record, Page& page);

}  // namespace wirelab::render

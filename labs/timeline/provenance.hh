// Which bytes of which receive came out of which send. Pure: from stream offsets and datagram identities.
#pragma once

#include <vector>

#include "labs/timeline/event.hh"

namespace wirelab::timeline {

struct Origin {
  EventId send = 0;
  std::int64_t bytes = 0;
};
struct Provenance {
  EventId recv = 0;
  std::vector<Origin> from;  ///< in the order of the bytes
};

/// One entry for each receive that brought bytes, in event order.
std::vector<Provenance> provenance(const Timeline& timeline);

}  // namespace wirelab::timeline

// An event that is a call, both at hand.
#pragma once

#include "labs/timeline/event.hh"

namespace wirelab::explain {

struct MadeCall {
  timeline::EventId id = 0;
  const timeline::Call* call = nullptr;

  const timeline::Call* operator->() const { return call; }
  const timeline::Call& operator*() const { return *call; }
};

}  // namespace wirelab::explain

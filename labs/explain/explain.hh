// Timeline → annotations: what was seen, why, and where to read on. Pure: never includes core, stage or runner.
#pragma once

#include <string>
#include <vector>

#include "labs/timeline/event.hh"
#include "labs/words/language.hh"

namespace wirelab::explain {

struct Annotation {
  std::string rule;                       ///< coalesced-recv
  std::vector<timeline::EventId> events;  ///< what it speaks of; the last is where it is shown
  std::string seen;                       ///< numbers and bytes of this run
  std::string why;
  std::vector<std::string> see;  ///< RFC 9293 §3.7, recv(2)
  std::string measured;          ///< more of `seen`, or empty: what another run or machine has differently, so that it
                                 ///< has no place in a canonical form
};

/// In order of the last event each speaks of; each rule at most a few times a run.
std::vector<Annotation> explain(const timeline::Timeline& timeline, words::Language language);

}  // namespace wirelab::explain

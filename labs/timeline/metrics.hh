// Timeline → what checks, predictions and the record's summary name. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/scenario/value.hh"
#include "labs/timeline/event.hh"

namespace wirelab::timeline {

struct Measurement {
  std::optional<scenario::Value> value;  ///< absent: not observable on this stage
  std::vector<EventId> events;           ///< the evidence
  bool machine_dependent = false;        ///< an observed time: left out of the canonical record
};

/// The metric of that name; a name that parse_metric does not know is not observable.
Measurement measure(const Timeline& timeline, std::string_view metric);

/// One entry for each metric that says something about this run, in a fixed order.
std::vector<std::pair<std::string, Measurement>> summary(const Timeline& timeline);

}  // namespace wirelab::timeline

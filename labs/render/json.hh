// The run record as one JSON object (docs/run-record.md).
#pragma once

#include <string>

#include "labs/render/record.hh"

namespace wirelab::render {

/// Without a newline at its end. `canonical`: without times, real ports and machine-dependent values; the same bytes on
/// every run of the scenario.
std::string to_json(const RunRecord& record, bool canonical);

}  // namespace wirelab::render

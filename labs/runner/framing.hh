// From the scenario's words to core's framing codecs.
#pragma once

#include "core/framing.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::runner {

core::Format to_format(const scenario::Framing& framing);
core::Record to_record(const scenario::RecordData& data);

}  // namespace wirelab::runner

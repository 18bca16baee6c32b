// The run record as one JSON object (docs/run-record.md).
#pragma once

#include <functional>
#include <string>

#include "labs/render/record.hh"
#include "labs/render/sink.hh"

namespace wirelab::render {

/// Without a newline at its end. `canonical`: without times, real ports and machine-dependent values; the same bytes on
/// every run of the scenario.
std::string to_json(const RunRecord& record, bool canonical);

/// The record as JSON lines: each event is a line, as in the record's list; then come the lines that `left_out` adds;
/// the last line is the rest of the record.
void write_json_lines(const RunRecord& record, bool canonical, const Sink& sink,
                      const std::function<void()>& left_out = {});

/// Such a line for a packet the record will not have, newline included. Of the record the lanes must be known.
std::string json_line(const RunRecord& record, const timeline::Event& packet);

}  // namespace wirelab::render

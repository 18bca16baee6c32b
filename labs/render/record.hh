// The one result of a run: everything a renderer or exporter may show.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "labs/explain/explain.hh"
#include "labs/grade/checks.hh"
#include "labs/scenario/scenario.hh"
#include "labs/timeline/event.hh"
#include "labs/timeline/metrics.hh"
#include "labs/timeline/provenance.hh"

namespace wirelab::render {

struct RunRecord {
  scenario::Scenario scenario;
  timeline::Timeline timeline;
  std::vector<explain::Annotation> annotations;
  std::vector<timeline::Provenance> provenance;
  std::vector<std::pair<std::string, timeline::Measurement>> summary;
  std::vector<grade::PredictionResult> predictions;
  std::vector<grade::CheckResult> checks;
};

/// All that is derived from a timeline, derived.
RunRecord make_record(scenario::Scenario scenario, timeline::Timeline timeline);

/// The exit status of `wirelab run` for this record (docs/run-record.md).
int exit_status(const RunRecord& record);

}  // namespace wirelab::render

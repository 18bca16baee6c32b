// The one result of a run: everything a renderer or exporter may show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/explain/explain.hh"
#include "labs/grade/checks.hh"
#include "labs/scenario/scenario.hh"
#include "labs/timeline/event.hh"
#include "labs/timeline/metrics.hh"
#include "labs/timeline/provenance.hh"
#include "labs/words/language.hh"

namespace wirelab::render {

struct RunRecord {
  words::Language language = words::Language::english;  ///< of the annotations, and of a page or JSON of it all
  scenario::Scenario scenario;
  timeline::Timeline timeline;
  std::vector<explain::Annotation> annotations;
  std::vector<timeline::Provenance> provenance;
  std::vector<std::pair<std::string, timeline::Measurement>> summary;
  std::vector<grade::PredictionResult> predictions;
  std::vector<grade::CheckResult> checks;
  bool reveals = false;  ///< the reader asked for what unanswered predictions would hide
};

/// All that is derived from a timeline, derived.
RunRecord make_record(scenario::Scenario scenario, timeline::Timeline timeline, words::Language language);

/// Without the packets that are there only because a timer ran out (timeline/packets.hh): the next run has others. The
/// events that are left are numbered anew, wherever they are named.
RunRecord without_uncounted_packets(RunRecord record);

/// Which annotation (its place in the record) tells why a metric is what it is: of those that speak of its evidence the
/// one that has most of it; of several, the one whose rule is about the same thing as the metric (`coalesced-recv` and
/// `server.recv.count`); then the first.
std::optional<std::size_t> explanation_of(const RunRecord& record, std::string_view metric,
                                          const std::vector<timeline::EventId>& events);
/// The same, of why a wrong prediction was wrong. Nothing for one that did not fail.
std::optional<std::size_t> explanation_of(const RunRecord& record, const grade::PredictionResult& prediction);

/// True if the scenario asks for a prediction of this metric and the student has not made one: then no renderer may
/// show what was seen, neither as a prediction nor in the summary nor in a check of the same metric. Never if the
/// record reveals it.
bool is_hidden(const RunRecord& record, std::string_view metric);
/// True for a check that would give such a value away: it is about that metric, or compares with it (`same_as`).
bool is_hidden(const RunRecord& record, const scenario::Check& check);

/// The ports that stand in the file. Any other was chosen by a kernel, and is another one in each run.
std::set<std::int64_t> ports_of(const scenario::Scenario& scenario);

/// True if a step failed that nobody expected to, and so ended the actor; no success, unless a check says that this
/// error was to come.
bool died_unexpectedly(const RunRecord& record, const timeline::Lane& lane);

/// The exit status of `wirelab run` for this record:
/// 0 all held · 1 a check, an expectation or a prediction did not, or an actor died unexpectedly · 3 not possible here
/// · 4 deadlock or timeout, unless a check on `run.outcome` expects it · 130 interrupted. What is unanswered, not
/// observable or inconclusive is no failure. (2, the file or command line is wrong, is given before there is a record.)
int exit_status(const RunRecord& record);

}  // namespace wirelab::render

#include "labs/grader/judge.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "labs/scenario/metric.hh"
#include "labs/timeline/calls.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::grader {
namespace {

using grade::Finding;
using grade::Verdict;
using render::RunRecord;
using timeline::Call;
using timeline::EventId;
using timeline::Outcome;

// Data in a finding are shortened to so many bytes: it has to fit into a table.
constexpr std::size_t longest = 200;

std::string shown(const RunRecord& record, const std::optional<scenario::Value>& value) {
  return value ? scenario::to_text(*value, longest) : words::say(record.language, "finding.nothing"_text);
}

/// `recv at line 18 (event 14)`.
words::Message place_of(const timeline::Timeline& line, EventId id) {
  const timeline::Event* event = line.event(id);
  if (const Call* call = line.call(id)) {
    return {"finding.call"_text, {{"call", call->call}, {"line", call->line}, {"event", id}}};
  }
  const timeline::Message* message = event == nullptr ? nullptr : event->message();
  if (message != nullptr) return {"finding.message"_text, {{"line", message->line}, {"event", id}}};
  const timeline::File* file = event == nullptr ? nullptr : event->file();
  if (file != nullptr) return {"finding.file"_text, {{"file", file->name}, {"line", file->line}, {"event", id}}};
  return {"finding.event"_text, {{"event", id}}};
}

/// Where to look, in at most a few places: the last ones, where it became what it is.
words::Argument places_of(const RunRecord& record, const std::vector<EventId>& events) {
  constexpr std::size_t most = 3;
  std::vector<std::string> places;
  for (const EventId id : events) places.push_back(words::say(record.language, place_of(record.timeline, id)));
  if (places.size() > most) places.erase(places.begin(), places.end() - most);
  return fmt::format("{}", fmt::join(places, words::say(record.language, "finding.between-places"_text)));
}

int line_of(const timeline::Timeline& line, const std::vector<EventId>& events) {
  for (auto id = events.rbegin(); id != events.rend(); ++id) {
    const timeline::Event* event = line.event(*id);
    const int found = event == nullptr ? 0 : timeline::line_of(*event);
    if (found > 0) return found;
  }
  return 0;
}

/// What a metric was instead of what it should have been, and the run's own explanation of that.
Finding finding(const RunRecord& record, std::string metric, std::string expected, std::string observed,
                std::vector<EventId> events) {
  Finding found{.what = std::move(metric), .expected = std::move(expected), .observed = std::move(observed)};
  words::Arguments seen = {{"what", found.what}, {"expected", found.expected}, {"observed", found.observed}};
  if (!events.empty()) seen.emplace("places", places_of(record, events));
  found.message = words::say(record.language, events.empty() ? "finding.check"_text : "finding.check-at"_text, seen);
  found.line = line_of(record.timeline, events);
  if (const auto place = render::explanation_of(record, found.what, events)) {
    found.because = record.annotations[*place].seen;
  }
  found.events = std::move(events);
  return found;
}

bool hides(const timeline::Timeline& line, const std::string& metric) {
  const auto parsed = scenario::parse_metric(metric);
  return parsed && parsed->subject == scenario::Metric::Subject::wire && !line.sees_packets;
}
bool hides(const timeline::Timeline& line, const scenario::Expected& expected) {
  return (expected.kind == scenario::Expected::Kind::same_as && hides(line, expected.metric)) ||
         std::ranges::any_of(expected.inner, [&line](const scenario::Expected& inner) { return hides(line, inner); });
}

/// Another machine would show it. If none would, it is the answer that lacks it: an actor that is gone, an end of a
/// connection behind more packets than anybody looks at.
bool is_hidden_here(const RunRecord& record, const grade::CheckResult& result) {
  return result.verdict == Verdict::not_observable &&
         (hides(record.timeline, result.check.metric) || hides(record.timeline, result.check.expected));
}

void judge_checks(const RunRecord& record, Judgement& judgement, bool& seen_all) {
  for (const grade::CheckResult& result : record.checks) {
    if (result.verdict == Verdict::passed) continue;
    if (is_hidden_here(record, result)) {
      seen_all = false;
      continue;
    }
    Finding found = finding(record, result.check.metric, scenario::to_text(result.check.expected, longest),
                            shown(record, result.observed), result.events);
    found.misconception = result.check.misconception;
    if (!result.check.because.empty()) found.because = result.check.because;
    judgement.findings.push_back(std::move(found));
  }
}

void name_misconception(Finding& found, const RunRecord& record, const scenario::Prediction& prediction,
                        const std::vector<scenario::Check>& guesses) {
  const auto fits = [&](const scenario::Check& guess) {
    return guess.metric == prediction.metric && prediction.guess->kind == scenario::Expected::Kind::equals &&
           grade::holds(guess.expected, prediction.guess->values.front(), record.timeline);
  };
  const auto guess = std::ranges::find_if(guesses, fits);
  if (guess == guesses.end()) return;
  found.misconception = guess->misconception;
  if (!guess->because.empty()) found.because = guess->because;
}

/// Who says `{at_least: 0}` is always right, and has predicted nothing.
bool is_answered(const scenario::Prediction& prediction) {
  return prediction.guess && prediction.guess->kind == scenario::Expected::Kind::equals;
}

/// Why it counts as not answered.
words::Message what_is_missing(const scenario::Prediction& prediction) {
  words::Arguments said = {{"what", prediction.metric}, {"line", prediction.at.line}};
  if (prediction.guess) {
    said.emplace("guess", scenario::to_text(*prediction.guess, longest));
    return {"finding.prediction-of-many"_text, said};
  }
  const bool stands_there = prediction.at.line > 0;
  return {stands_there ? "finding.not-predicted"_text : "finding.no-prediction"_text, said};
}

void judge_predictions(const RunRecord& record, const std::vector<scenario::Check>& guesses, Judgement& judgement,
                       bool& seen_all, bool& answered) {
  for (const grade::PredictionResult& result : record.predictions) {
    switch (is_answered(result.prediction) ? result.verdict : Verdict::unanswered) {
      case Verdict::passed:
        break;
      case Verdict::unanswered:
        answered = false;
        judgement.findings.push_back({.what = "predict." + result.prediction.metric,
                                      .message = words::say(record.language, what_is_missing(result.prediction)),
                                      .line = result.prediction.at.line});
        break;
      default: {
        if (result.verdict == Verdict::not_observable && hides(record.timeline, result.prediction.metric)) {
          seen_all = false;
          break;
        }
        Finding found = finding(record, result.prediction.metric, shown(record, result.observed),
                                scenario::to_text(*result.prediction.guess, longest), result.events);
        found.what = "predict." + result.prediction.metric;
        words::Arguments guess = {{"line", result.prediction.at.line},
                                  {"what", result.prediction.metric},
                                  {"guess", found.observed},
                                  {"was", found.expected}};
        if (!result.events.empty()) guess.emplace("places", places_of(record, result.events));
        found.message = words::say(
            record.language, result.events.empty() ? "finding.prediction"_text : "finding.prediction-at"_text, guess);
        found.line = result.prediction.at.line;
        name_misconception(found, record, result.prediction, guesses);
        judgement.findings.push_back(std::move(found));
      }
    }
  }
}

void judge_expectations(const RunRecord& record, Judgement& judgement) {
  for (const timeline::Event& event : record.timeline.events) {
    const timeline::Expectation* expectation = event.expectation();
    if (expectation == nullptr || expectation->held) continue;
    judgement.findings.push_back({.what = "expect",
                                  .expected = expectation->expected,
                                  .observed = expectation->observed,
                                  .message = words::say(record.language, "finding.expectation"_text,
                                                        {{"line", expectation->line},
                                                         {"expected", expectation->expected},
                                                         {"observed", expectation->observed},
                                                         {"event", event.id}}),
                                  .line = expectation->line,
                                  .events = {event.id}});
  }
}

void judge_endings(const RunRecord& record, Judgement& judgement) {
  for (std::size_t index = 0; index < record.timeline.lanes.size(); ++index) {
    const timeline::Lane& lane = record.timeline.lanes[index];
    if (!render::died_unexpectedly(record, lane)) continue;
    std::vector<EventId> events;
    const timeline::Event* death = timeline::death_of(record.timeline, static_cast<timeline::LaneIndex>(index));
    if (death != nullptr) events = {death->id};
    Finding found = finding(record, lane.name + ".errors", words::say(record.language, "finding.no-failure"_text),
                            lane.failure, events);
    words::Arguments end = {{"actor", lane.name}, {"error", lane.failure}};
    if (!events.empty()) end.emplace("places", places_of(record, events));
    found.message = words::say(record.language, events.empty() ? "finding.ended"_text : "finding.ended-at"_text, end);
    judgement.findings.push_back(std::move(found));
  }
}

std::string waits_of(const RunRecord& record) {
  const timeline::Timeline& line = record.timeline;
  std::vector<std::string> waits;
  for (const timeline::Wait& wait : line.waits) {
    waits.push_back(words::say(record.language, "finding.wait"_text,
                               {{"actor", line.lanes[static_cast<std::size_t>(wait.lane)].name},
                                {"doing", words::say(record.language, wait.doing)},
                                {"line", wait.line}}));
  }
  return fmt::format("{}", fmt::join(waits, words::say(record.language, "list"_text)));
}

/// A deadlock or a limit is what came of it, whatever else failed: it is told first.
void judge_outcome(const RunRecord& record, Judgement& judgement) {
  const Outcome outcome = record.timeline.outcome;
  if (outcome == Outcome::completed) return;
  const bool was_asked_for = std::ranges::any_of(record.checks, [](const grade::CheckResult& result) {
    return result.check.metric == "run.outcome" && result.verdict == Verdict::passed;
  });
  if (was_asked_for) return;
  const std::string name(timeline::to_text(outcome));
  Finding found{.what = "run.outcome", .expected = "completed", .observed = name};
  const std::string waits = waits_of(record);
  const std::string reason = words::say(record.language, record.timeline.outcome_reason);
  const auto behind_colon = [&record](const std::string& text) {
    return text.empty() ? "" : words::say(record.language, "finding.colon"_text) + text;
  };
  found.message =
      words::say(record.language, outcome == Outcome::deadlock ? "finding.deadlock"_text : "finding.outcome"_text,
                 outcome == Outcome::deadlock ? words::Arguments() : words::Arguments{{"outcome", name}}) +
      behind_colon(waits) + behind_colon(reason);
  found.line = record.timeline.waits.empty() ? 0 : record.timeline.waits.front().line;
  judgement.findings.insert(judgement.findings.begin(), std::move(found));
}

}  // namespace

Judgement judge(const RunRecord& record, const std::vector<scenario::Check>& guesses) {
  Judgement judgement;
  const timeline::Timeline& line = record.timeline;
  if (line.outcome == Outcome::unanswered) {
    for (const scenario::Position at : record.scenario.unanswered) {
      judgement.findings.push_back(
          {.what = "unanswered",
           .message = words::say(record.language, "finding.unanswered"_text, {{"line", at.line}}),
           .line = at.line});
    }
    judgement.verdict = Verdict::unanswered;
    return judgement;
  }
  if (line.outcome == Outcome::not_possible_here) {
    judgement.findings.push_back({.what = "run.outcome",
                                  .observed = "not-possible-here",
                                  .message = words::say(record.language, line.outcome_reason)});
    judgement.verdict = Verdict::not_observable;
    return judgement;
  }
  bool seen_all = true;
  bool answered = true;
  judge_checks(record, judgement, seen_all);
  judge_predictions(record, guesses, judgement, seen_all, answered);
  judge_expectations(record, judgement);
  judge_endings(record, judgement);
  judge_outcome(record, judgement);
  const bool only_unanswered = !answered && std::ranges::all_of(judgement.findings, [](const Finding& found) {
    return found.expected.empty() && found.observed.empty();
  });
  if (only_unanswered) {
    judgement.verdict = Verdict::unanswered;
  } else if (!judgement.findings.empty()) {
    judgement.verdict = Verdict::failed;
  } else if (!seen_all) {
    judgement.verdict = Verdict::not_observable;
  } else {
    judgement.verdict = Verdict::passed;
  }
  return judgement;
}

}  // namespace wirelab::grader

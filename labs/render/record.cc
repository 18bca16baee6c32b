#include "labs/render/record.hh"

#include <algorithm>
#include <cctype>

#include "labs/scenario/metric.hh"
#include "labs/timeline/packets.hh"

namespace wirelab::render {

using grade::Verdict;
using timeline::Outcome;

namespace {

void add_ports(const std::vector<scenario::Step>& steps, std::set<std::int64_t>& ports) {
  for (const scenario::Step& step : steps) {
    if (const auto* bind = std::get_if<scenario::Bind>(&step.action)) ports.insert(bind->port);
    if (const auto* connect = std::get_if<scenario::Connect>(&step.action)) ports.insert(connect->port.value_or(0));
    if (const auto* send = std::get_if<scenario::SendTo>(&step.action)) ports.insert(send->port.value_or(0));
    if (const auto* repeat = std::get_if<scenario::Repeat>(&step.action)) add_ports(repeat->steps, ports);
    if (const auto* retry = std::get_if<scenario::Retry>(&step.action)) add_ports(retry->steps, ports);
  }
}

/// Small letters, parted where something else stands: `syn`, `ack`, `lost` of syn-ack-lost.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char letter : name) {
    if (std::isalpha(static_cast<unsigned char>(letter)) != 0) {
      words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

/// What a metric is about, without whose it is: an actor may be called anything.
std::vector<std::string> subject_words(std::string_view metric) {
  const auto known = scenario::parse_metric(metric);
  return known ? words_of(known->call + " " + known->property) : std::vector<std::string>();
}

/// `message` and `messages` are one subject.
bool is_about(const std::vector<std::string>& subject, const std::string& word) {
  return std::any_of(subject.begin(), subject.end(),
                     [&](const std::string& one) { return one.starts_with(word) || word.starts_with(one); });
}

}  // namespace

RunRecord make_record(scenario::Scenario scenario, timeline::Timeline timeline, words::Language language) {
  RunRecord record;
  record.language = language;
  record.scenario = std::move(scenario);
  record.timeline = std::move(timeline);
  record.annotations = explain::explain(record.timeline, language);
  record.provenance = timeline::provenance(record.timeline);
  record.summary = timeline::summary(record.timeline);
  record.predictions = grade::compare_predictions(record.scenario, record.timeline);
  record.checks = grade::check(record.scenario, record.timeline);
  return record;
}

RunRecord without_uncounted_packets(RunRecord record) {
  timeline::Timeline& timeline = record.timeline;
  const std::vector<timeline::EventId> uncounted = timeline::uncounted_packets(timeline);
  if (uncounted.empty()) return record;
  const auto is_uncounted = [&](const timeline::Event& event) {
    return std::binary_search(uncounted.begin(), uncounted.end(), event.id);
  };

  std::vector<timeline::EventId> new_id(timeline.events.size() + 1, 0);
  timeline::EventId kept = 0;
  for (const timeline::Event& event : timeline.events) {
    if (!is_uncounted(event)) new_id[static_cast<std::size_t>(event.id)] = ++kept;
  }
  const auto renumber = [&](timeline::EventId& id) { id = new_id.at(static_cast<std::size_t>(id)); };
  const auto renumber_all = [&](std::vector<timeline::EventId>& ids) {
    for (timeline::EventId& id : ids) renumber(id);
    std::erase(ids, 0);
  };

  std::erase_if(timeline.events, is_uncounted);
  for (timeline::Event& event : timeline.events) {
    renumber(event.id);
    if (auto* packet = std::get_if<timeline::Packet>(&event.what)) {
      renumber(packet->cause);
      renumber(packet->woke);
    }
  }
  for (timeline::Connection& connection : timeline.connections) {
    for (timeline::EventId* id : {&connection.connect, &connection.accept, &connection.listen}) renumber(*id);
    renumber_all(connection.closes);
  }
  for (timeline::Datagram& datagram : timeline.datagrams) {
    renumber(datagram.sent);
    renumber(datagram.received);
  }
  for (explain::Annotation& annotation : record.annotations) renumber_all(annotation.events);
  for (timeline::Provenance& provenance : record.provenance) {
    renumber(provenance.recv);
    for (timeline::Origin& origin : provenance.from) renumber(origin.send);
  }
  for (auto& [metric, measurement] : record.summary) renumber_all(measurement.events);
  for (grade::PredictionResult& prediction : record.predictions) renumber_all(prediction.events);
  for (grade::CheckResult& check : record.checks) renumber_all(check.events);
  return record;
}

std::optional<std::size_t> explanation_of(const RunRecord& record, std::string_view metric,
                                          const std::vector<timeline::EventId>& events) {
  const std::set<timeline::EventId> evidence(events.begin(), events.end());
  const auto suits = [subject = subject_words(metric)](const explain::Annotation& annotation) {
    const std::vector<std::string> rule = words_of(annotation.rule);
    return std::any_of(rule.begin(), rule.end(), [&](const std::string& word) { return is_about(subject, word); });
  };
  std::optional<std::size_t> best;
  std::pair<std::ptrdiff_t, bool> best_fit{0, true};  // nothing in common is no explanation, whatever the rule
  for (std::size_t place = 0; place < record.annotations.size(); ++place) {
    const explain::Annotation& annotation = record.annotations[place];
    const std::set<timeline::EventId> told(annotation.events.begin(), annotation.events.end());
    const std::pair<std::ptrdiff_t, bool> fit{
        std::count_if(told.begin(), told.end(), [&](timeline::EventId id) { return evidence.contains(id); }),
        suits(annotation)};
    if (fit <= best_fit) continue;
    best = place;
    best_fit = fit;
  }
  return best;
}

std::optional<std::size_t> explanation_of(const RunRecord& record, const grade::PredictionResult& prediction) {
  if (prediction.verdict != Verdict::failed) return std::nullopt;
  return explanation_of(record, prediction.prediction.metric, prediction.events);
}

bool is_hidden(const RunRecord& record, std::string_view metric) {
  if (record.reveals) return false;
  return std::any_of(record.predictions.begin(), record.predictions.end(), [&](const grade::PredictionResult& result) {
    return !result.prediction.guess.has_value() && result.prediction.metric == metric;
  });
}

bool is_hidden(const RunRecord& record, const scenario::Check& check) {
  const scenario::Expected* expected = &check.expected;
  while (expected->kind == scenario::Expected::Kind::not_ && !expected->inner.empty())
    expected = &expected->inner.front();
  const bool compares = expected->kind == scenario::Expected::Kind::same_as;
  return is_hidden(record, check.metric) || (compares && is_hidden(record, expected->metric));
}

std::set<std::int64_t> ports_of(const scenario::Scenario& scenario) {
  std::set<std::int64_t> ports;
  for (const scenario::Actor& actor : scenario.actors) add_ports(actor.steps, ports);
  return ports;
}

bool died_unexpectedly(const RunRecord& record, const timeline::Lane& lane) {
  if (lane.failure.empty()) return false;
  return std::none_of(record.checks.begin(), record.checks.end(), [&](const grade::CheckResult& check) {
    return check.check.metric == lane.actor + ".errors" && check.verdict == Verdict::passed;
  });
}

int exit_status(const RunRecord& record) {
  constexpr int all_held = 0, not_held = 1, not_possible = 3, stood_still = 4, interrupted = 130;
  switch (record.timeline.outcome) {
    case Outcome::interrupted:
      return interrupted;
    case Outcome::not_possible_here:
      return not_possible;
    case Outcome::unanswered:
      return all_held;
    case Outcome::deadlock:
    case Outcome::timeout: {
      const bool expected =
          std::any_of(record.checks.begin(), record.checks.end(), [](const grade::CheckResult& check) {
            return check.check.metric == "run.outcome" && check.verdict == Verdict::passed;
          });
      if (!expected) return stood_still;
      break;
    }
    case Outcome::completed:
      break;
  }
  const auto failed = [](const auto& result) { return result.verdict == Verdict::failed; };
  const auto& lanes = record.timeline.lanes;
  const bool any_failed =
      std::any_of(lanes.begin(), lanes.end(),
                  [&](const timeline::Lane& lane) { return died_unexpectedly(record, lane); }) ||
      std::any_of(record.checks.begin(), record.checks.end(), failed) ||
      std::any_of(record.predictions.begin(), record.predictions.end(), failed) ||
      std::any_of(record.timeline.events.begin(), record.timeline.events.end(), [](const timeline::Event& event) {
        return event.expectation() != nullptr && !event.expectation()->held;
      });
  return any_failed ? not_held : all_held;
}

}  // namespace wirelab::render

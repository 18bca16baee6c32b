#include "labs/scenario/metric.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace wirelab::scenario {
namespace {

using Subject = Metric::Subject;

struct Property {
  Subject subject;
  bool of_an_actor;  // <actor> stands before it (after `wire.` for the wire)
  bool of_a_call;    // <call> stands before it
  std::string_view name;
  MetricType type;
  bool observed_time = false;
};

// `messages.distinct` are the messages without repetitions, `messages.missing` those sent to the actor and never seen.
constexpr std::array properties = {
    Property{Subject::actor, true, true, "count", MetricType::number},
    Property{Subject::actor, true, true, "sizes", MetricType::numbers},
    Property{Subject::actor, true, true, "result", MetricType::values},
    Property{Subject::actor, true, true, "blocked", MetricType::yes_no},
    Property{Subject::actor, true, true, "blocked_ms", MetricType::number, true},
    Property{Subject::actor, true, true, "asked_ms", MetricType::number},
    Property{Subject::actor, true, false, "sent.bytes", MetricType::number},
    Property{Subject::actor, true, false, "received.bytes", MetricType::number},
    Property{Subject::actor, true, false, "received.text", MetricType::text},
    Property{Subject::actor, true, false, "received.chunks", MetricType::texts},
    Property{Subject::actor, true, false, "messages", MetricType::texts},
    Property{Subject::actor, true, false, "messages.distinct", MetricType::texts},
    Property{Subject::actor, true, false, "messages.missing", MetricType::texts},
    Property{Subject::actor, true, false, "errors", MetricType::words},
    Property{Subject::actor, true, false, "sha256", MetricType::text},
    Property{Subject::run, false, false, "outcome", MetricType::word},
    Property{Subject::run, false, false, "order", MetricType::words},
    Property{Subject::run, false, false, "elapsed_ms", MetricType::number, true},
    Property{Subject::wire, false, false, "handshake", MetricType::words},
    Property{Subject::wire, false, false, "teardown", MetricType::words},
    Property{Subject::wire, false, false, "packets", MetricType::number},
    Property{Subject::wire, false, false, "data", MetricType::number},
    Property{Subject::wire, false, false, "dropped", MetricType::number},
    Property{Subject::wire, false, false, "duplicated", MetricType::number},
    Property{Subject::wire, false, false, "retransmitted", MetricType::number},
    Property{Subject::wire, false, false, "SYN", MetricType::number},
    Property{Subject::wire, false, false, "SYN-ACK", MetricType::number},
    Property{Subject::wire, false, false, "ACK", MetricType::number},
    Property{Subject::wire, false, false, "FIN", MetricType::number},
    Property{Subject::wire, false, false, "RST", MetricType::number},
    Property{Subject::wire, false, false, "UDP", MetricType::number},
    Property{Subject::wire, false, false, "fragment", MetricType::number},
    Property{Subject::wire, false, false, "ICMP", MetricType::number},
    Property{Subject::wire, false, false, "time_wait", MetricType::words},
    Property{Subject::wire, false, false, "closed_first", MetricType::word},
    Property{Subject::wire, true, false, "handshake", MetricType::words},
    Property{Subject::wire, true, false, "teardown", MetricType::words},
    Property{Subject::wire, true, false, "packets", MetricType::number},
    Property{Subject::wire, true, false, "data", MetricType::number},
    Property{Subject::wire, true, false, "dropped", MetricType::number},
    Property{Subject::wire, true, false, "duplicated", MetricType::number},
    Property{Subject::wire, true, false, "retransmitted", MetricType::number},
    Property{Subject::wire, true, false, "SYN", MetricType::number},
    Property{Subject::wire, true, false, "SYN-ACK", MetricType::number},
    Property{Subject::wire, true, false, "ACK", MetricType::number},
    Property{Subject::wire, true, false, "FIN", MetricType::number},
    Property{Subject::wire, true, false, "RST", MetricType::number},
    Property{Subject::wire, true, false, "UDP", MetricType::number},
    Property{Subject::wire, true, false, "fragment", MetricType::number},
    Property{Subject::wire, true, false, "ICMP", MetricType::number},
    Property{Subject::wire, true, false, "payloads", MetricType::numbers},
    Property{Subject::wire, true, false, "zero_windows", MetricType::number},
    Property{Subject::datagrams, false, false, "sent", MetricType::number},
    Property{Subject::datagrams, false, false, "delivered", MetricType::number},
    Property{Subject::datagrams, false, false, "lost", MetricType::number},
    Property{Subject::datagrams, false, false, "duplicated", MetricType::number},
    Property{Subject::datagrams, false, false, "truncated", MetricType::number},
    Property{Subject::datagrams, false, false, "kernel_dropped", MetricType::number},
};

constexpr std::array<std::string_view, 13> calls = {"socket", "bind",       "listen",    "accept",   "connect",
                                                    "send",   "recv",       "sendto",    "recvfrom", "shutdown",
                                                    "close",  "setsockopt", "getsockopt"};
constexpr std::array<std::string_view, 4> calls_with_sizes = {"send", "recv", "sendto", "recvfrom"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// `sleep` is no call on a socket: it has a count and times, but neither sizes nor results.
bool call_has(std::string_view call, std::string_view property) {
  if (call == "sleep") return property == "count" || property == "asked_ms" || property == "blocked_ms";
  if (property == "asked_ms" || !contains(calls, call)) return false;
  return property != "sizes" || contains(calls_with_sizes, call);
}

std::string_view subject_word(Subject subject) {
  switch (subject) {
    case Subject::actor:
      return "";
    case Subject::wire:
      return "wire";
    case Subject::datagrams:
      return "datagrams";
    case Subject::run:
      return "run";
  }
  return "";
}

Subject subject_of(std::string_view first_word) {
  for (const Subject subject : {Subject::wire, Subject::datagrams, Subject::run}) {
    if (first_word == subject_word(subject)) return subject;
  }
  return Subject::actor;
}

const Property* find_property(Subject subject, bool of_an_actor, bool of_a_call, std::string_view name) {
  const auto found = std::ranges::find_if(properties, [&](const Property& property) {
    return property.subject == subject && property.of_an_actor == of_an_actor && property.of_a_call == of_a_call &&
           property.name == name;
  });
  return found == properties.end() ? nullptr : &*found;
}

// The part before the first dot, which it takes off `rest`; all of it if there is none.
std::string_view take_word(std::string_view& rest) {
  const std::size_t dot = rest.find('.');
  const std::string_view word = rest.substr(0, dot);
  rest.remove_prefix(dot == std::string_view::npos ? rest.size() : dot + 1);
  return word;
}

// `client#7` → actor and copy; false if what follows the # is no number from 1.
bool read_lane(std::string_view lane, Metric& metric) {
  const std::size_t hash = lane.find('#');
  metric.actor = lane.substr(0, hash);
  if (metric.actor.empty()) return false;
  if (hash == std::string_view::npos) return true;
  const std::string_view digits = lane.substr(hash + 1);
  int copy = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), copy);
  if (error != std::errc() || end != digits.data() + digits.size() || copy < 1 || digits[0] == '0') return false;
  metric.copy = copy;
  return true;
}

std::optional<Metric> finish(Metric metric, const Property* property) {
  if (property == nullptr) return std::nullopt;
  metric.property = property->name;
  metric.type = property->type;
  metric.observed_time = property->observed_time;
  return metric;
}

std::optional<Metric> parse_actor_metric(Metric metric, std::string_view rest) {
  if (const Property* property = find_property(Subject::actor, true, false, rest)) return finish(metric, property);
  metric.call = take_word(rest);
  if (!call_has(metric.call, rest)) return std::nullopt;
  return finish(metric, find_property(Subject::actor, true, true, rest));
}

std::vector<std::string> all_patterns() {
  std::vector<std::string> patterns;
  for (const Property& property : properties) {
    std::string pattern(subject_word(property.subject));
    const auto add = [&pattern](std::string_view part) {
      if (!pattern.empty()) pattern += '.';
      pattern += part;
    };
    if (property.of_an_actor) add("<actor>");
    if (property.of_a_call) add(property.name == "asked_ms" ? "sleep" : "<call>");
    add(property.name);
    patterns.push_back(std::move(pattern));
  }
  return patterns;
}

}  // namespace

std::optional<Metric> parse_metric(std::string_view text) {
  Metric metric;
  const std::string_view first_word = take_word(text);
  metric.subject = subject_of(first_word);
  if (metric.subject == Subject::actor) {
    if (!read_lane(first_word, metric)) return std::nullopt;
    return parse_actor_metric(std::move(metric), text);
  }
  const bool of_an_actor = metric.subject == Subject::wire && text.find('.') != std::string_view::npos;
  if (of_an_actor && !read_lane(take_word(text), metric)) return std::nullopt;
  return finish(metric, find_property(metric.subject, of_an_actor, false, text));
}

const std::vector<std::string>& metric_patterns() {
  static const std::vector<std::string> patterns = all_patterns();
  return patterns;
}

std::vector<std::string_view> metric_calls() {
  std::vector<std::string_view> words(calls.begin(), calls.end());
  words.push_back("sleep");
  return words;
}

}  // namespace wirelab::scenario

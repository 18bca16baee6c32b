// The names of what can be measured: `server.recv.sizes`, `wire.handshake`, `datagrams.lost`, `run.outcome`.
// One table of them serves the loader (does it exist, what type has it) and the evaluation (timeline/metrics).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wirelab::scenario {

enum class MetricType { yes_no, number, text, word, numbers, texts, words, values };

/// `server.recv.sizes` → subject actor, actor "server", call "recv", property "sizes".
/// `wire.client.payloads` → subject wire, actor "client", property "payloads".
/// `client#7.messages.distinct` → actor "client", copy 7, property "messages.distinct".
struct Metric {
  enum class Subject { actor, wire, datagrams, run };
  Subject subject = Subject::actor;
  std::string actor;  ///< for `actor`, and for `wire.<actor>.…`; else empty
  std::optional<int> copy;
  std::string call;  ///< a POSIX call, or empty
  std::string property;
  MetricType type = MetricType::number;
  bool observed_time = false;  ///< only bounds may be asked of it
};

/// Nothing if there is no such metric. Whether the actor exists is for the caller to ask.
std::optional<Metric> parse_metric(std::string_view text);

/// All names as a reader would look them up, with `<actor>` and `<call>` in them; for "did you mean" and the docs.
const std::vector<std::string>& metric_patterns();

/// What may stand for `<call>`: the POSIX calls, and `sleep` (which has a count and times only).
std::vector<std::string_view> metric_calls();

}  // namespace wirelab::scenario

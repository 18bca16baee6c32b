#include "labs/render/json.hh"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <set>
#include <string_view>
#include <utility>

#include "labs/render/json_text.hh"
#include "labs/scenario/metric.hh"
#include "labs/scenario/sha256.hh"
#include "labs/timeline/calls.hh"
#include "labs/timeline/packets.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::LaneIndex;

namespace {

constexpr int record_version = 1;

/// RFC 3339, to the nanosecond.
std::string as_utc(timeline::Nanoseconds since_1970) {
  constexpr timeline::Nanoseconds second = 1'000'000'000;
  return fmt::format("{:%FT%T}.{:09}Z", fmt::gmtime(static_cast<std::time_t>(since_1970 / second)),
                     since_1970 % second);
}

Json value_json(const scenario::Value& value) {
  return std::visit(
      [](const auto& held) -> Json {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, scenario::Word>) {
          return bytes_json(held.text);
        } else if constexpr (std::is_same_v<Held, scenario::Bytes>) {
          return bytes_json(held.bytes);
        } else if constexpr (std::is_same_v<Held, scenario::List>) {
          Json list = Json::array();
          for (const scenario::Value& item : held) list.push_back(value_json(item));
          return list;
        } else {
          return held;
        }
      },
      value.held);
}

Json value_json(const std::optional<scenario::Value>& value) { return value ? value_json(*value) : Json(nullptr); }

std::string_view predicate_name(scenario::Expected::Kind kind) {
  using Kind = scenario::Expected::Kind;
  switch (kind) {
    case Kind::equals:
      return "equals";
    case Kind::at_least:
      return "at_least";
    case Kind::at_most:
      return "at_most";
    case Kind::between:
      return "between";
    case Kind::one_of:
      return "one_of";
    case Kind::contains:
      return "contains";
    case Kind::starts_with:
      return "starts_with";
    case Kind::any_order:
      return "any_order";
    case Kind::same_as:
      return "same_as";
    case Kind::not_:
      return "not";
  }
  return "";
}

/// A literal is itself, a predicate an object with its one name: `{"between": [1, 5]}`.
Json expected_json(const scenario::Expected& expected) {
  using Kind = scenario::Expected::Kind;
  Json value;
  switch (expected.kind) {
    case Kind::equals:
      return expected.values.empty() ? Json(nullptr) : value_json(expected.values.front());
    case Kind::same_as:
      value = expected.metric;
      break;
    case Kind::not_:
      value = expected.inner.empty() ? Json(nullptr) : expected_json(expected.inner.front());
      break;
    case Kind::between:
    case Kind::one_of:
    case Kind::any_order:
      value = Json::array();
      for (const scenario::Value& item : expected.values) value.push_back(value_json(item));
      break;
    case Kind::at_least:
    case Kind::at_most:
    case Kind::contains:
    case Kind::starts_with:
      value = expected.values.empty() ? Json(nullptr) : value_json(expected.values.front());
      break;
  }
  return Json{{std::string(predicate_name(expected.kind)), value}};
}

std::string_view to_text(scenario::Pace pace) {
  switch (pace) {
    case scenario::Pace::stepped:
      return "stepped";
    case scenario::Pace::reversed:
      return "reversed";
    case scenario::Pace::free:
      return "free";
  }
  return "";
}

std::string_view to_text(timeline::Verdict verdict) {
  switch (verdict) {
    case timeline::Verdict::passed:
      return "passed";
    case timeline::Verdict::dropped:
      return "dropped";
    case timeline::Verdict::delayed:
      return "delayed";
    case timeline::Verdict::duplicated:
      return "duplicated";
    case timeline::Verdict::held:
      return "held";
    case timeline::Verdict::absorbed:
      return "absorbed";
  }
  return "";
}

std::string_view to_text(timeline::Datagram::Fate fate) {
  using Fate = timeline::Datagram::Fate;
  switch (fate) {
    case Fate::on_the_way:
      return "on-the-way";
    case Fate::delivered:
      return "delivered";
    case Fate::dropped_by_rule:
      return "dropped-by-rule";
    case Fate::buffer_overrun:
      return "buffer-overrun";
    case Fate::refused:
      return "refused";
  }
  return "";
}

Json or_null(timeline::EventId id) { return id == 0 ? Json(nullptr) : Json(id); }

// ------------------------------------------------------------------------------------------------- the record

class Writer {
 public:
  Writer(const RunRecord& record, bool canonical)
      : record_(record), timeline_(record.timeline), canonical_(canonical), ports_(ports_of(record.scenario)) {}

  Json write() const {
    Json json = before_events();
    json["events"] = list(timeline_.events, [this](const auto& event) { return one(event); });
    json.update(after_events());
    return json;
  }

  Json before_events() const {
    Json json;
    json["wirelab"] = record_version;
    json["language"] = words::code_of(record_.language);
    json["scenario"] = scenario();
    json["stage"] = timeline_.stage;
    json["stage_note"] = words::say(record_.language, timeline_.stage_note);
    json["pace"] = to_text(timeline_.pace);
    json["seed"] = timeline_.seed ? Json(*timeline_.seed) : Json(nullptr);
    json["outcome"] = timeline::to_text(timeline_.outcome);
    if (!timeline_.outcome_reason.empty()) {
      json["outcome_reason"] = words::say(record_.language, timeline_.outcome_reason);
    }
    if (!canonical_ && timeline_.began != 0) json["began"] = as_utc(timeline_.began);
    if (!canonical_) json["elapsed_ns"] = timeline_.elapsed;
    json["waits"] = list(timeline_.waits, [this](const auto& wait) { return one(wait); });
    json["lanes"] = list(timeline_.lanes, [](const auto& lane) { return Json(lane.name); });
    json["failures"] = failures();
    return json;
  }

  Json after_events() const {
    Json json;
    if (!timeline_.left_out.empty()) {
      json["packets_left_out"] = list(timeline_.left_out, [this](const auto& alike) { return one(alike); });
    }
    json["connections"] = list(timeline_.connections, [this](const auto& connection) { return one(connection); });
    json["datagrams"] = list(timeline_.datagrams, [this](const auto& datagram) { return one(datagram); });
    json["order"] = timeline_.order;
    json["annotations"] = list(record_.annotations, [this](const auto& annotation) { return one(annotation); });
    json["provenance"] = list(record_.provenance, [](const auto& provenance) { return one(provenance); });
    json["summary"] = summary();
    json["predictions"] = list(record_.predictions, [this](const auto& prediction) { return one(prediction); });
    json["checks"] = list(record_.checks, [this](const auto& check) { return one(check); });
    return json;
  }

 private:
  template <typename Items, typename Write>
  static Json list(const Items& items, Write write_one) {
    Json all = Json::array();
    for (const auto& item : items) all.push_back(write_one(item));
    return all;
  }

  Json lane(LaneIndex index) const {
    const auto place = static_cast<std::size_t>(index);
    return index >= 0 && place < timeline_.lanes.size() ? Json(timeline_.lanes[place].name) : Json(nullptr);
  }

  Json scenario() const {
    const scenario::Scenario& scenario = record_.scenario;
    Json json;
    // Where a file lies differs between machines.
    json["file"] = (canonical_ ? scenario.file.filename() : scenario.file).generic_string();
    json["sha256"] = scenario::sha256(scenario.source);
    json["lab"] = scenario.lab == 0 ? Json(nullptr) : Json(scenario.lab);
    json["title"] = scenario.title;
    return json;
  }

  /// The actors that a step ended which nobody expected to fail.
  Json failures() const {
    Json all = Json::array();
    for (const timeline::Lane& lane : timeline_.lanes) {
      if (!lane.failure.empty()) all.push_back({{"actor", lane.name}, {"errno", lane.failure}});
    }
    return all;
  }

  // -- events

 public:
  Json one(const timeline::Event& event) const {
    Json json;
    if (event.id != 0) json["id"] = event.id;
    if (!canonical_) json["t_ns"] = event.at;
    std::visit([&](const auto& what) { add(json, what); }, event.what);
    return json;
  }

 private:
  Json one(const timeline::LeftOut& alike) const {
    return {{"from", lane(alike.from)},
            {"protocol", alike.protocol},
            {"packet", timeline::to_text(alike.kind)},
            {"verdict", to_text(alike.verdict)},
            {"retransmission", alike.retransmission},
            {"count", alike.count}};
  }

  Json stream(const timeline::StreamRange& range) const {
    return {{"connection", range.connection},
            {"from", lane(range.from)},
            {"to", lane(range.to)},
            {"offset", range.offset},
            {"length", range.length}};
  }

  template <typename What>
  void add_step(Json& json, std::string_view kind, const What& what) const {
    json["kind"] = kind;
    json["actor"] = lane(what.lane);
    json["step"] = what.step;
    json["line"] = what.line;
  }

  /// A file descriptor's number depends on what else the process has open: the actor's own count of sockets does not.
  Json result(const Call& call) const {
    if (!call.returned) return nullptr;
    const bool is_descriptor = call.result >= 0 && (call.call == "socket" || call.call == "accept");
    return canonical_ && is_descriptor ? call.socket : call.result;
  }

  void add(Json& json, const Call& call) const {
    add_step(json, "call", call);
    if (call.round > 0) json["round"] = call.round;
    json["call"] = call.call;
    Json args = Json::object();
    for (const auto& [name, value] : call.args) {
      const auto* number = std::get_if<std::int64_t>(&value);
      if (canonical_ && name == "port" && number != nullptr && !ports_.contains(*number)) continue;
      std::visit([&args, &key = name](const auto& held) { args[key] = held; }, value);
    }
    json["args"] = args;
    if (call.socket > 0) json["socket"] = call.socket;
    if (!call.socket_name.empty()) json["socket_name"] = call.socket_name;
    json["result"] = result(call);
    json["errno"] = call.error.empty() ? Json(nullptr) : Json(call.error);
    if (!call.ended_by.empty()) json["ended_by"] = call.ended_by;
    json["blocked"] = call.found_blocked;
    if (call.piece > 0) json["piece"] = call.piece;
    if (call.pieces > 0) json["pieces"] = call.pieces;
    if (timeline::is_send(call) || timeline::is_receive(call)) json["data"] = base64(call.data);
    if (call.stream) json["stream"] = stream(*call.stream);
    if (call.connection >= 0) json["connection"] = call.connection;
    if (call.datagram) json["datagram"] = *call.datagram;
    if (call.peer != timeline::nobody) json["peer"] = lane(call.peer);
    if (call.full_length > 0) json["full_length"] = call.full_length;
    if (call.truncated) json["truncated"] = true;
    if (call.queue_length) json["queue_length"] = *call.queue_length;
    if (!canonical_) add_machine_dependent(json, call);
  }

  static void add_machine_dependent(Json& json, const Call& call) {
    json["blocked_ns"] = call.asleep;
    json["returned_ns"] = call.returned ? Json(call.returned_at) : Json(nullptr);
    json["epochs"] = Json::array({call.start_epoch, call.return_epoch});
    if (!call.state.empty()) json["state"] = call.state;
    const std::array<std::pair<const char*, const std::optional<std::int64_t>*>, 4> kernel{
        {{"readable", &call.readable},
         {"unacked", &call.unacked},
         {"receive_buffer", &call.receive_buffer},
         {"send_buffer", &call.send_buffer}}};
    for (const auto& [name, value] : kernel) {
      if (*value) json[name] = **value;
    }
  }

  void add(Json& json, const timeline::Packet& packet) const {
    json["kind"] = "packet";
    json["from"] = lane(packet.from);
    json["to"] = lane(packet.to);
    json["protocol"] = packet.protocol;
    json["packet"] = timeline::to_text(packet.kind);
    add_port(json, "source_port", packet.source_port);
    add_port(json, "destination_port", packet.destination_port);
    if (packet.protocol == "tcp") add_tcp(json, packet);
    if (packet.fragment) json["fragment"] = fragment(*packet.fragment);
    if (packet.icmp) json["icmp"] = {{"type", packet.icmp->type}, {"code", packet.icmp->code}};
    json["length"] = packet.length;
    if (!canonical_) json["headers"] = base64(packet.headers);
    json["data"] = packet_data(packet);
    if (packet.connection >= 0) json["connection"] = packet.connection;
    if (packet.stream) json["stream"] = stream(*packet.stream);
    if (packet.datagram) json["datagram"] = *packet.datagram;
    json["retransmission"] = packet.retransmission;
    json["verdict"] = to_text(packet.verdict);
    if (packet.rule_line > 0) json["rule_line"] = packet.rule_line;
    if (packet.cause != 0) json["cause"] = packet.cause;
    if (packet.woke != 0) json["woke"] = packet.woke;
    if (canonical_) {
      json["delivered"] = packet.delivered_at > 0;
    } else {
      json["delivered_ns"] = packet.delivered_at > 0 ? Json(packet.delivered_at) : Json(nullptr);
      json["epochs"] = Json::array({packet.epoch, packet.delivered_epoch});
    }
  }

  /// A kernel answers with the beginning of what it answers to, whose addresses and numbers are other ones each time.
  Json packet_data(const timeline::Packet& packet) const {
    return canonical_ && packet.protocol == "icmp" ? Json(nullptr) : Json(base64(packet.data));
  }

  void add_port(Json& json, const char* name, int port) const {
    if (port > 0 && (!canonical_ || ports_.contains(port))) json[name] = port;
  }

  void add_tcp(Json& json, const timeline::Packet& packet) const {
    json["flags"] = packet.flags;
    json["seq"] = packet.seq;
    json["ack"] = packet.ack;
    if (!canonical_) {
      json["absolute_seq"] = packet.absolute_seq;
      json["window"] = packet.window;
    }
    const timeline::TcpOptions& options = packet.options;
    Json told = Json::object();
    if (options.maximum_segment_size) told["maximum_segment_size"] = *options.maximum_segment_size;
    if (options.window_scale && !canonical_) told["window_scale"] = *options.window_scale;
    if (options.sack_permitted) told["sack_permitted"] = true;
    if (!options.sack.empty()) {
      told["sack"] = list(options.sack, [](const auto& block) { return Json::array({block.first, block.second}); });
    }
    if (options.timestamps) {
      told["timestamps"] = Json::object();
      if (!canonical_) {
        told["timestamps"]["value"] = options.timestamps->value;
        told["timestamps"]["echo"] = options.timestamps->echo;
      }
    }
    if (!told.empty()) json["options"] = told;
  }

  Json fragment(const timeline::Fragment& fragment) const {
    Json json = Json::object();
    if (!canonical_) json["identification"] = fragment.identification;
    json["offset"] = fragment.offset;
    json["more"] = fragment.more;
    return json;
  }

  void add(Json& json, const timeline::Message& message) const {
    add_step(json, "message", message);
    json["sent"] = message.sent;
    json["payload"] = bytes_json(message.payload);
    json["error"] = message.error.empty() ? Json(nullptr) : Json(message.error);
    if (message.stream) json["stream"] = stream(*message.stream);
  }

  void add(Json& json, const timeline::File& file) const {
    add_step(json, "file", file);
    json["name"] = bytes_json(file.name);
    json["had"] = file.had;
    json["has"] = file.has;
    json["promised"] = file.promised ? Json(*file.promised) : Json(nullptr);
    json["sha256"] = file.sha256;
    json["error"] = file.error.empty() ? Json(nullptr) : Json(file.error);
  }

  void add(Json& json, const timeline::Note& note) const {
    add_step(json, "note", note);
    json["text"] = bytes_json(note.text);
  }

  void add(Json& json, const timeline::Expectation& expectation) const {
    add_step(json, "expectation", expectation);
    json["expected"] = bytes_json(expectation.expected);
    json["observed"] = bytes_json(expectation.observed);
    json["held"] = expectation.held;
  }

  // -- what is derived from them

  Json one(const timeline::Wait& wait) const {
    return {{"actor", lane(wait.lane)},
            {"line", wait.line},
            {"step", wait.step},
            {"doing", words::say(record_.language, wait.doing)},
            {"waits_for", lane(wait.waits_for)}};
  }

  Json one(const timeline::Connection& connection) const {
    return {{"client", lane(connection.client)},
            {"server", lane(connection.server)},
            {"connect", or_null(connection.connect)},
            {"accept", or_null(connection.accept)},
            {"closes", connection.closes},
            {"time_wait", list(connection.time_wait, [this](LaneIndex index) { return lane(index); })},
            {"reset", connection.reset}};
  }

  Json one(const timeline::Datagram& datagram) const {
    return {{"sent", datagram.sent},
            {"from", lane(datagram.from)},
            {"to", lane(datagram.to)},
            {"length", datagram.length},
            {"fate", to_text(datagram.fate)},
            {"received", or_null(datagram.received)},
            {"rule_line", datagram.rule_line == 0 ? Json(nullptr) : Json(datagram.rule_line)}};
  }

  Json one(const explain::Annotation& annotation) const {
    Json json{{"rule", annotation.rule}, {"events", annotation.events}, {"text", annotation.seen}};
    if (!canonical_ && !annotation.measured.empty()) json["measured"] = annotation.measured;
    json["why"] = annotation.why;
    json["see"] = annotation.see;
    return json;
  }

  static Json one(const timeline::Provenance& provenance) {
    return {{"recv", provenance.recv}, {"from", list(provenance.from, [](const timeline::Origin& origin) {
                                          return Json{{"send", origin.send}, {"bytes", origin.bytes}};
                                        })}};
  }

  bool is_left_out(std::string_view metric) const {
    const auto known = scenario::parse_metric(metric);
    return canonical_ && known && known->observed_time;
  }

  /// Flat, a key a metric; without what the student is still to predict and what this stage could not see.
  Json summary() const {
    Json json = Json::object();
    for (const auto& [metric, measurement] : record_.summary) {
      if (!measurement.value || is_hidden(record_, metric)) continue;
      if (canonical_ && (measurement.machine_dependent || is_left_out(metric))) continue;
      json[metric] = value_json(*measurement.value);
    }
    return json;
  }

  Json one(const grade::PredictionResult& result) const {
    const std::string& metric = result.prediction.metric;
    const bool is_shown = !is_hidden(record_, metric) && !is_left_out(metric);
    Json json{{"metric", metric},
              {"line", result.prediction.at.line},
              {"predicted", result.prediction.guess ? expected_json(*result.prediction.guess) : Json(nullptr)},
              {"observed", is_shown ? value_json(result.observed) : Json(nullptr)},
              {"verdict", grade::to_text(result.verdict)},
              {"events", is_shown ? Json(result.events) : Json::array()}};
    if (const auto place = explanation_of(record_, result)) json["explained_by"] = *place;
    return json;
  }

  Json one(const grade::CheckResult& result) const {
    const scenario::Check& check = result.check;
    const bool hidden = is_hidden(record_, check);
    const bool is_shown = !hidden && !is_left_out(check.metric);
    Json json;
    json["metric"] = check.metric;
    if (!check.name.empty()) json["name"] = check.name;
    json["line"] = check.at.line;
    json["expected"] = hidden ? Json(nullptr) : expected_json(check.expected);
    json["observed"] = is_shown ? value_json(result.observed) : Json(nullptr);
    json["verdict"] = grade::to_text(result.verdict);
    json["points"] = result.points();
    json["max_points"] = check.points;
    json["events"] = is_shown ? Json(result.events) : Json::array();
    if (!check.because.empty()) json["because"] = check.because;
    if (!check.misconception.empty()) json["misconception"] = check.misconception;
    return json;
  }

  const RunRecord& record_;
  const timeline::Timeline& timeline_;
  bool canonical_;
  std::set<std::int64_t> ports_;  ///< that the file names
};

// --------------------------------------------------------------------------------------------------- the text

/// A line for each key of the record, and for each element of its lists: long enough to be few, short enough to
/// compare.
std::string laid_out(const Json& record) {
  std::string text = "{\n";
  bool is_first_key = true;
  for (const auto& [key, value] : record.items()) {
    if (!std::exchange(is_first_key, false)) text += ",\n";
    text += "  " + compact(key) + ": ";
    const bool by_line = (value.is_array() && !value.empty() && value.front().is_object()) || key == "summary";
    if (!by_line || value.empty()) {
      text += compact(value);
      continue;
    }
    text += value.is_array() ? "[" : "{";
    bool is_first = true;
    for (const auto& [name, element] : value.items()) {
      text += std::exchange(is_first, false) ? "\n    " : ",\n    ";
      if (value.is_object()) text += compact(name) + ": ";
      text += compact(element);
    }
    text += value.is_array() ? "\n  ]" : "\n  }";
  }
  return text + "\n}";
}

}  // namespace

std::string to_json(const RunRecord& record, bool canonical) {
  if (!canonical) return escape_unprintable(laid_out(Writer(record, false).write()));
  return escape_unprintable(laid_out(Writer(without_uncounted_packets(record), true).write()));
}

void write_json_lines(const RunRecord& record, bool canonical, const Sink& sink,
                      const std::function<void()>& left_out) {
  if (canonical && !timeline::uncounted_packets(record.timeline).empty()) {
    return write_json_lines(without_uncounted_packets(record), canonical, sink, left_out);
  }
  const Writer writer(record, canonical);
  const auto line = [&](const Json& json) {
    sink(escape_unprintable(compact(json)));
    sink("\n");
  };
  for (const timeline::Event& event : record.timeline.events) line(writer.one(event));
  if (left_out) left_out();
  Json rest = writer.before_events();
  rest.update(writer.after_events());
  line(rest);
}

std::string json_line(const RunRecord& record, const timeline::Event& packet) {
  return escape_unprintable(compact(Writer(record, false).one(packet))) + "\n";
}

}  // namespace wirelab::render

#include "tests/runner/play.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <sstream>
#include <stdexcept>

#include "labs/render/terminal.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/loader.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::runner::test {
namespace {

std::string indented(const std::string& text, int columns) {
  std::string result;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) result += std::string(static_cast<std::size_t>(columns), ' ') + line + "\n";
  }
  return result;
}

const timeline::Lane& lane(const Played& played, timeline::LaneIndex index) {
  return played.line().lanes.at(static_cast<std::size_t>(index));
}

}  // namespace

void PrintTo(const Played& played, std::ostream* stream) {
  *stream << "\n" << render::to_terminal(played.record, {.columns = 120});
}

scenario::Scenario load(const std::string& yaml, const std::filesystem::path& folder) {
  scenario::Loaded loaded = scenario::load_text(yaml, folder / "test.yaml");
  if (loaded.scenario) return std::move(*loaded.scenario);
  std::string all;
  for (const scenario::Diagnostic& diagnostic : loaded.diagnostics) {
    all += scenario::to_text(diagnostic, loaded.source, words::Language::english) + "\n";
  }
  throw std::runtime_error(all);
}

const Ground& wire_ground() {
  static const Ground made = Ground::best();
  return made;
}

std::string reason_of(const Played& played) {
  return words::say(words::Language::english, played.line().outcome_reason);
}

const Ground& ground() {
  // The test program is told which stage its runs are for: the same lessons have to hold on both.
  static const char* const wanted = std::getenv("WIRELAB_TEST_STAGE");
  static const Ground loopback;
  return wanted && std::string_view(wanted) == "wire" ? wire_ground() : loopback;
}

Played play(scenario::Scenario scenario, const Ground& on) {
  timeline::Timeline line = run(scenario, on).line;
  return {render::make_record(std::move(scenario), std::move(line), words::Language::english)};
}

Played play(scenario::Scenario scenario) { return play(std::move(scenario), ground()); }

Played play(const std::string& yaml, const std::filesystem::path& folder) { return play(load(yaml, folder)); }

std::string scenario_of(const std::vector<Script>& actors, const std::string& top) {
  std::string yaml = "wirelab: 1\n" + indented(top, 0) + "actors:\n";
  for (const Script& actor : actors) {
    yaml += fmt::format("  {}:\n{}    steps:\n{}", actor.name, indented(actor.options, 4), indented(actor.steps, 6));
  }
  return yaml;
}

std::string serving(const std::string& steps) {
  return R"(
- socket: stream
- bind: 8888
- listen: 5
- accept
)" + steps;
}

std::string connecting(const std::string& steps) {
  return R"(
- socket: stream
- connect: server
  after: server.accept blocked
)" + steps;
}

std::string connected(const std::string& server_steps, const std::string& client_steps, const std::string& top) {
  return scenario_of({{"server", serving(server_steps)}, {"client", connecting(client_steps)}}, top);
}

std::string datagrams(const std::string& server_steps, const std::string& client_steps, const std::string& top) {
  return scenario_of(
      {{"server", "- socket: dgram\n- bind: 8888\n" + server_steps},
       {"client", "- socket: dgram\n- note: \"the server is bound\"\n  after: server.bind\n" + client_steps}},
      top);
}

std::string metric(const Played& played, std::string_view name) {
  const timeline::Measurement measured = timeline::measure(played.line(), name);
  return measured.value ? scenario::to_text(*measured.value) : "not observable";
}

timeline::Call call_of(const Played& played, std::string_view lane_name, std::string_view call_name, int nth) {
  int seen = 0;
  for (const timeline::Event& event : played.line().events) {
    const timeline::Call* call = event.call();
    if (call && call->call == call_name && lane(played, call->lane).name == lane_name && ++seen == nth) return *call;
  }
  ADD_FAILURE() << lane_name << " made no " << call_name << " number " << nth << testing::PrintToString(played);
  return {};
}

int turn_of(const Played& played, std::string_view step) {
  const auto& order = played.line().order;
  const auto found = std::find(order.begin(), order.end(), step);
  if (found != order.end()) return static_cast<int>(found - order.begin());
  ADD_FAILURE() << step << " was never let go" << testing::PrintToString(played);
  return -1;
}

std::vector<std::string> notes(const Played& played) {
  std::vector<std::string> texts;
  for (const timeline::Event& event : played.line().events) {
    if (const timeline::Note* note = event.note()) texts.push_back(note->text);
  }
  return texts;
}

std::vector<std::string> broken_expectations(const Played& played) {
  std::vector<std::string> broken;
  for (const timeline::Event& event : played.line().events) {
    const timeline::Expectation* one = event.expectation();
    if (!one || one->held) continue;
    broken.push_back(fmt::format("{}, line {}: expected {}, observed {}", lane(played, one->lane).name, one->line,
                                 one->expected, one->observed));
  }
  return broken;
}

}  // namespace wirelab::runner::test

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "labs/best_ground.hh"
#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/grader/output_file.hh"
#include "labs/last_run.hh"
#include "labs/later_packets.hh"
#include "labs/render/json.hh"
#include "labs/render/pcapng.hh"
#include "labs/render/record.hh"
#include "labs/render/terminal.hh"
#include "labs/runner/runner.hh"

namespace wirelab {
namespace {

/// What is to be written down of such a packet; nothing where they are only counted.
runner::PacketSink sink_for(const RunOptions& options, const scenario::Scenario& scenario, LaterPackets& later) {
  if (options.format == Format::pcapng) {
    return [&](const timeline::Event& packet) { later.add(packet.at, render::pcapng_block(packet)); };
  }
  if (options.format != Format::json_lines || options.canonical) return {};
  render::RunRecord lanes_only;
  lanes_only.timeline.lanes = runner::lanes_of(scenario);
  return [&, lanes_only = std::move(lanes_only)](const timeline::Event& packet) {
    if (packet.id == 0) later.add(packet.at, render::json_line(lanes_only, packet));
  };
}

int run_file(const std::string& file, const RunOptions& options, runner::Ground ground) {
  std::optional<scenario::Scenario> scenario = load_in(options.language, file);
  if (!scenario) return wrong_input;
  if (options.stage) scenario->stage = *options.stage;
  LaterPackets later(options.output);
  ground.sink = sink_for(options, *scenario, later);
  runner::Run run = runner::run(*scenario, ground);
  if (run.line.outcome == timeline::Outcome::interrupted) end_by_interrupt(options.language);
  render::RunRecord record = render::make_record(std::move(*scenario), std::move(run.line), options.language);
  record.reveals = options.reveal;
  grader::OutputFile output(options.output);
  const auto write = [&](std::string_view bytes) { output.write(bytes); };
  const auto write_later = [&] { later.copy_to(output); };
  switch (options.format) {
    case Format::json:
      output.write(render::to_json(record, options.canonical) + "\n");
      break;
    case Format::json_lines:
      render::write_json_lines(record, options.canonical, write, write_later);
      break;
    case Format::pcapng:
      render::write_pcapng(
          record, write,
          later.is_empty() ? std::nullopt : std::optional(render::LaterPackets{later.from(), write_later}));
      break;
    case Format::text:
      render::TerminalStyle style = render::style_for(options.output.empty() ? STDOUT_FILENO : -1, options.language);
      style.canonical = options.canonical;
      output.write(render::to_terminal(record, style));
      if (!options.canonical) remember_run(record);
      break;
  }
  output.finish();
  return render::exit_status(record);
}

/// Plays the files from the one numbered `next`, which counts along, as does the highest `status`.
int run_files(const RunOptions& options, std::size_t& next, int& status, const runner::Ground& ground) {
  for (; next < options.files.size(); ++next) {
    if (next > 0 && options.format == Format::text) print("\n");
    const int one = run_file(options.files[next], options, ground);
    if (one == interrupted) return one;
    status = std::max(status, one);
  }
  return status;
}

}  // namespace

int run(const RunOptions& options) {
  std::size_t next = 0;
  int status = 0;
  const auto play = [&](runner::Ground ground) {
    ground.capture = options.capture;
    ground.most_packets = options.most_packets;
    return run_files(options, next, status, ground);
  };
  // Packets of a loopback device are for whoever may make one.
  if (options.stage == scenario::StageChoice::loopback && !options.capture) return play({});
  return std::max(on_best_ground(next, play), status);
}

}  // namespace wirelab

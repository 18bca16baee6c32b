#include "labs/cli.hh"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hh"
#include "labs/doctor.hh"
#include "labs/render/json.hh"
#include "labs/render/pcapng.hh"
#include "labs/render/record.hh"
#include "labs/render/terminal.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/utf8.hh"
#include "labs/understudy.hh"

namespace wirelab {
namespace {

namespace fs = std::filesystem;

constexpr int wrong_input = 2;
constexpr int machine_failed = 70;  // EX_SOFTWARE, sysexits.h

enum class Format { text, json, json_lines, pcapng };

struct RunOptions {
  std::vector<std::string> files;
  Format format = Format::text;
  bool canonical = false;
  std::optional<scenario::StageChoice> stage;
  bool capture = false;
  std::int64_t most_packets = runner::Ground().most_packets;
  std::string output;  ///< a file; empty: standard output
};

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void complain(const std::string& text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// Where a result goes: standard output, or a file that is there whole or not at all.
class OutputFile {
 public:
  /// Empty: standard output. Throws core::SystemError.
  explicit OutputFile(std::string path) : path_(std::move(path)) {
    if (path_.empty()) return;
    struct stat there {};
    if (stat(path_.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
      // A pipe or a device is written to, and not replaced.
      file_ = std::fopen(path_.c_str(), "we");
      if (!file_) core::throw_errno("open(" + path_ + ")");
      return;
    }
    // In the same folder, so that the rename below is one step, rename(2).
    temporary_ = path_ + "-XXXXXX";
    const int fd = mkostemp(temporary_.data(), O_CLOEXEC);
    if (fd < 0) core::throw_errno("mkstemp(" + path_ + ")");
    file_ = fdopen(fd, "w");
    // mkstemp(3) makes it for its owner alone; a result is as readable as any file the user makes.
    const mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
  }
  ~OutputFile() {
    if (!file_) return;
    std::fclose(file_);
    if (!temporary_.empty()) ::unlink(temporary_.c_str());
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), file_ ? file_ : stdout); }

  /// All is out, and the file gets its name. Throws core::SystemError if that could not be written; what became of
  /// standard output its stream remembers.
  void finish() {
    if (!file_) {
      std::fflush(stdout);
      return;
    }
    const bool failed = std::ferror(file_) != 0;
    const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
    const bool replaces = !temporary_.empty();
    if (failed || !closed || (replaces && ::rename(temporary_.c_str(), path_.c_str()) != 0)) {
      const int error = errno;
      if (replaces) ::unlink(temporary_.c_str());
      throw core::SystemError("write(" + path_ + ")", error);
    }
  }

 private:
  std::string path_;
  std::string temporary_;
  std::FILE* file_ = nullptr;
};

/// Packets that are too many to be kept, written down while the run goes on, until their place in the output has come.
class LaterPackets {
 public:
  /// In the folder of that output, which has room for them; empty: in that for temporary files.
  explicit LaterPackets(const std::string& output)
      : folder_(output.empty() ? fs::temp_directory_path() : fs::absolute(output).parent_path()) {}

  /// Throws core::SystemError.
  void add(timeline::Nanoseconds at, std::string_view bytes) {
    if (!file_) {
      from_ = at;
      std::string path = (folder_ / "wirelab-XXXXXX").string();
      const int fd = mkostemp(path.data(), O_CLOEXEC);
      if (fd < 0) core::throw_errno("mkstemp(" + path + ")");
      ::unlink(path.c_str());
      file_.reset(fdopen(fd, "w+"));
    }
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) core::throw_errno("write");
  }

  void copy_to(OutputFile& output) const {
    if (!file_) return;
    std::rewind(file_.get());
    std::array<char, 65536> buffer;
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), file_.get())) {
      output.write({buffer.data(), size});
    }
  }

  bool is_empty() const { return !file_; }
  timeline::Nanoseconds from() const { return from_; }

 private:
  fs::path folder_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, std::fclose};
  timeline::Nanoseconds from_ = 0;
};

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

/// Shows what is wrong with a file; true if it can be run all the same.
bool report(const scenario::Loaded& loaded) {
  for (const scenario::Diagnostic& diagnostic : loaded.diagnostics) {
    complain(scenario::to_text(diagnostic, loaded.source) + "\n");
  }
  return loaded.scenario.has_value();
}

int run_file(const std::string& file, const RunOptions& options, runner::Ground ground) {
  scenario::Loaded loaded = scenario::load_file(file);
  if (!report(loaded)) return wrong_input;
  if (options.stage) loaded.scenario->stage = *options.stage;
  LaterPackets later(options.output);
  ground.sink = sink_for(options, *loaded.scenario, later);
  runner::Run run = runner::run(*loaded.scenario, ground);
  if (run.line.outcome == timeline::Outcome::interrupted) complain("wirelab: interrupted; nothing is left behind\n");
  const render::RunRecord record = render::make_record(std::move(*loaded.scenario), std::move(run.line));
  OutputFile output(options.output);
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
      render::write_pcapng(record, write,
                           later.is_empty() ? std::nullopt
                                            : std::optional(render::LaterPackets{later.from(), write_later}));
      break;
    case Format::text:
      render::TerminalStyle style = render::style_for(options.output.empty() ? STDOUT_FILENO : -1);
      style.canonical = options.canonical;
      output.write(render::to_terminal(record, style));
      break;
  }
  output.finish();
  return render::exit_status(record);
}

/// Loopback, with what was asked for about packets.
runner::Ground ground_for(const RunOptions& options) {
  return {.capture = options.capture, .most_packets = options.most_packets};
}

/// Plays the files one after the other from the one numbered `next`, which counts along, as does the highest `status`.
int run_files(const RunOptions& options, std::size_t& next, int& status, const runner::Ground& ground) {
  for (; next < options.files.size(); ++next) {
    if (next > 0 && options.format == Format::text) print("\n");
    const int one = run_file(options.files[next], options, ground);
    if (one == 130) return one;
    status = std::max(status, one);
  }
  return status;
}

/// On private hosts where the machine lets us have them, and from where it turns out that it does not, on loopback.
int run(const RunOptions& options) {
  std::size_t next = 0;
  int status = 0;
  // Packets of a loopback device are for whoever may make one.
  if (options.stage == scenario::StageChoice::loopback && !options.capture) {
    return run_files(options, next, status, ground_for(options));
  }
  Understudy understudy([&](const std::string& cue) {
    const auto space = cue.find(' ');
    std::size_t first = std::stoul(cue.substr(0, space));
    runner::Ground loopback = ground_for(options);
    loopback.why_not = cue.substr(space + 1);
    return run_files(options, first, status, loopback);
  });
  try {
    const runner::Ground best = runner::Ground::best();
    runner::Ground ground = ground_for(options);
    ground.right = best.right;
    ground.why_not = best.why_not;
    return run_files(options, next, status, ground);
  } catch (const runner::GroundLost& lost) {
    std::fflush(stdout);
    return std::max(status, understudy.take_over(std::to_string(next) + " " + lost.what()));
  }
}

int check(const std::vector<std::string>& files) {
  int status = 0;
  for (const std::string& file : files) {
    const scenario::Loaded loaded = scenario::load_file(file);
    if (!report(loaded)) {
      status = wrong_input;
    } else {
      print(file + ": well formed\n");
    }
  }
  return status;
}

std::vector<fs::path> sorted(const fs::path& folder, bool (*wanted)(const fs::directory_entry&)) {
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (wanted(entry)) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

int list(const std::string& folder) {
  const auto labs = sorted(folder, [](const fs::directory_entry& entry) { return entry.is_directory(); });
  if (labs.empty()) {
    complain("wirelab: no labs in " + folder + "; name the folder they are in: wirelab list FOLDER\n");
    return wrong_input;
  }
  for (const fs::path& lab : labs) {
    print(lab.filename().string() + "\n");
    const auto files =
        sorted(lab, [](const fs::directory_entry& entry) { return entry.path().extension() == ".yaml"; });
    for (const fs::path& file : files) {
      const scenario::Loaded loaded = scenario::load_file(file);
      const std::string title = loaded.scenario ? loaded.scenario->title : "(not well formed: see wirelab check)";
      print("  " + file.string() + "  " + scenario::printable(title) + "\n");
    }
  }
  return 0;
}

}  // namespace

int command_line(int argc, char** argv) {
  CLI::App app{"Wirelab: scripted lessons about sockets, played on the real kernel's TCP and UDP, and explained."};
  app.require_subcommand(1);
  app.footer(
      "Exit status of run: 0 all held, 1 a check did not, 2 wrong input, 3 not possible here, 4 deadlock or timeout.");

  RunOptions options;
  CLI::App* run_command = app.add_subcommand("run", "play scenarios, show what happened and why");
  run_command->add_option("FILE", options.files, "scenario files")->required();
  run_command->add_option("--format", options.format, "text, json, jsonl: an event a line, or pcapng: the packets, for Wireshark")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Format>{
          {"text", Format::text},
                                                                   {"json", Format::json},
                                                                   {"jsonl", Format::json_lines},
                                                                   {"pcapng", Format::pcapng}}));
  run_command->add_option("-o,--output", options.output, "a file for the result, instead of standard output");
  run_command->add_flag("--canonical", options.canonical,
                        "leave out times and whatever differs between machines: the same bytes on every run");
  run_command->add_flag("--capture", options.capture,
                        "on loopback: show the packets of its device, where the machine allows it");
  run_command
      ->add_option("--packets", options.most_packets,
                   "how many packets to keep as events; the others are counted, and are in jsonl and pcapng")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  scenario::StageChoice stage = scenario::StageChoice::automatic;
  const auto* stage_option =
      run_command->add_option("--stage", stage, "auto, wire or loopback, instead of what the file says")
          ->transform(CLI::CheckedTransformer(
              std::map<std::string, scenario::StageChoice>{{"auto", scenario::StageChoice::automatic},
                                                           {"wire", scenario::StageChoice::wire},
                                                           {"loopback", scenario::StageChoice::loopback}}));

  std::vector<std::string> files_to_check;
  CLI::App* check_command = app.add_subcommand("check", "say what is wrong in scenarios, without playing them");
  check_command->add_option("FILE", files_to_check, "scenario files")->required();

  std::string folder = "scenarios";
  CLI::App* list_command = app.add_subcommand("list", "the labs and their scenarios");
  list_command->add_option("FOLDER", folder, "where the labs are")->capture_default_str();

  std::string folder_to_examine = "scenarios";
  CLI::App* doctor_command = app.add_subcommand("doctor", "what this machine lets Wirelab do, and how to get more");
  doctor_command->add_option("FOLDER", folder_to_examine, "where the labs are")->capture_default_str();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : wrong_input;
  }
  if (stage_option->count() > 0) options.stage = stage;
  if (!options.output.empty() && options.files.size() > 1) {
    complain("wirelab: --output takes the result of one scenario; name one, or call wirelab for each\n");
    return wrong_input;
  }
  if (options.format == Format::pcapng && options.output.empty() && isatty(STDOUT_FILENO)) {
    complain("wirelab: pcapng is not for reading on a terminal; name a file: --output run.pcapng\n");
    return wrong_input;
  }
  int status = machine_failed;
  try {
    if (run_command->parsed()) status = run(options);
    if (check_command->parsed()) status = check(files_to_check);
    if (list_command->parsed()) status = list(folder);
    if (doctor_command->parsed()) status = doctor(folder_to_examine);
  } catch (const std::exception& error) {
    complain(std::string("wirelab: ") + error.what() + "\n");
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout)) {
    complain("wirelab: cannot write the output: it is not complete\n");
    return machine_failed;
  }
  return status;
}

}  // namespace wirelab

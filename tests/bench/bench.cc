// How long whole commands take: wirelab playing a scenario, beside a bare program that makes the same calls, in turn.
// Usage: bench WIRELAB PEER SCENARIO …
#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

extern char** environ;

namespace {

constexpr int runs = 21;

struct Process {
  double ends = 0;             ///< milliseconds from its start to its end
  double most_memory = 0;      ///< MiB
  std::string output;
};

/// Starts the process and waits until it has ended.
Process process_of(std::vector<std::string> command) {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) std::exit(1);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  if (posix_spawn(&child, command[0].c_str(), &actions, nullptr, arguments.data(), environ) != 0) child = -1;
  close(ends[1]);
  Process process;
  std::array<char, 65536> buffer;
  for (ssize_t size = 0; (size = read(ends[0], buffer.data(), buffer.size())) > 0;) {
    process.output.append(buffer.data(), static_cast<std::size_t>(size));
  }
  int status = 0;
  rusage usage{};
  const bool has_run = child >= 0 && wait4(child, &status, 0, &usage) == child && WIFEXITED(status);
  constexpr int not_all_held = 1;  // a lesson may be about that
  if (!has_run || WEXITSTATUS(status) > not_all_held) {
    fmt::print(stderr, "bench: {} did not run\n", command[0]);
    std::exit(1);
  }
  process.ends = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  process.most_memory = static_cast<double>(usage.ru_maxrss) / 1024;
  posix_spawn_file_actions_destroy(&actions);
  close(ends[0]);
  return process;
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// When time 0 of the record was, in milliseconds since 1970.
double beginning_of(const nlohmann::json& record) {
  std::tm time{};
  const std::string began = record["began"];
  const char* fraction = strptime(began.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (!fraction) {
    fmt::print(stderr, "bench: {} is no time\n", began);
    std::exit(1);
  }
  return 1e3 * (static_cast<double>(timegm(&time)) + std::strtod(fraction, nullptr));
}

/// Milliseconds from the start of the process to its first event of that kind. Nothing if there is none.
std::optional<double> time_to_first(const std::string& kind, const std::vector<std::string>& command) {
  std::vector<double> times;
  for (int run = 0; run < runs; ++run) {
    const std::chrono::duration<double, std::milli> start = std::chrono::system_clock::now().time_since_epoch();
    const nlohmann::json record = nlohmann::json::parse(process_of(command).output);
    for (const nlohmann::json& event : record["events"]) {
      if (event["kind"] != kind) continue;
      times.push_back(beginning_of(record) + 1e-6 * event["t_ns"].get<double>() - start.count());
      break;
    }
  }
  return times.empty() ? std::nullopt : std::optional(median(times));
}

/// The same bytes in packets of that size: what a run takes that has very many of them, and what of that is the bytes'.
void measure_many_packets(const std::string& wirelab, int mtu) {
  std::string file = "/tmp/wirelab-bench-XXXXXX";
  const int descriptor = mkstemp(file.data());
  const std::string scenario = fmt::format(
      "wirelab: 1\npace: free\nwire: {{mtu: {}}}\nlimits: {{run: 120s}}\nactors:\n"
      "  server:\n    - socket: stream\n    - bind: 8888\n    - listen: 5\n    - accept\n    - recv: {{until: eof}}\n"
      "    - close\n"
      "  client:\n    - socket: stream\n    - connect: server\n      after: server.listen\n"
      "    - repeat:\n        times: 36\n        steps:\n          - send: {{fill: \"x\", size: 1000000}}\n"
      "    - close\n",
      mtu);
  if (descriptor < 0 || write(descriptor, scenario.data(), scenario.size()) != static_cast<ssize_t>(scenario.size()))
    std::exit(1);
  close(descriptor);
  // Into a file, not to us: of a child Linux tells as its memory what its parent had, if that was more.
  const std::string record = file + ".out";
  const auto count_lines = [&record](std::string_view part) {
    std::ifstream lines(record);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);) count += line.find(part) != std::string::npos ? 1 : 0;
    return count;
  };
  const Process shown = process_of({wirelab, "run", file, "-o", record});
  const std::size_t shown_lines = count_lines("");
  const Process lines = process_of({wirelab, "run", file, "--format", "jsonl", "-o", record});
  const std::size_t packets = count_lines("\"kind\":\"packet\"");
  unlink(file.c_str());
  unlink(record.c_str());
  fmt::print("{:>6.1f} s   {:>6.0f} MiB  {:>8} packets of {:>4} bytes, shown in {} lines\n", shown.ends / 1000,
             shown.most_memory, packets, mtu, shown_lines);
  fmt::print("{:>6.1f} s   {:>6.0f} MiB  the same, a line of JSON for each\n", lines.ends / 1000, lines.most_memory);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    fmt::print(stderr, "usage: bench WIRELAB PEER SCENARIO …\n");
    return 2;
  }
  fmt::print("{:>9}  {:>9}  {:>6}  whole process, warm, median of {} runs in turn\n", "wirelab", "bare", "ratio", runs);
  for (int i = 3; i < argc; ++i) {
    std::vector<double> ours;
    std::vector<double> bare;
    process_of({argv[1], "run", argv[i]});
    for (int run = 0; run < runs; ++run) {
      ours.push_back(process_of({argv[1], "run", argv[i]}).ends);
      bare.push_back(process_of({argv[2]}).ends);
    }
    fmt::print("{:>6.1f} ms  {:>6.1f} ms  {:>6.1f}  {}\n", median(ours), median(bare), median(ours) / median(bare),
               argv[i]);
  }
  const std::vector<std::string> lesson = {argv[1], "run", argv[3], "--format", "json"};
  std::vector<std::string> on_loopback = lesson;
  on_loopback.insert(on_loopback.end(), {"--stage", "loopback"});
  fmt::print("from the start of the process, {}:\n", argv[3]);
  for (const auto& [kind, command, what] : {std::tuple("packet", lesson, "to the first packet on the wire"),
                                            std::tuple("call", lesson, "to the first call on the wire"),
                                            std::tuple("call", on_loopback, "to the first call on loopback")}) {
    if (const auto milliseconds = time_to_first(kind, command)) fmt::print("{:>6.1f} ms  {}\n", *milliseconds, what);
  }
  fmt::print("a run of very many packets, and the same 36 MB in fewer; time and memory of the whole process:\n");
  for (const int mtu : {100, 1500}) measure_many_packets(argv[1], mtu);
}

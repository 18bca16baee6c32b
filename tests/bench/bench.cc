// How long whole commands take: wirelab playing a scenario, beside a bare program that makes the same calls, in turn.
// Usage: bench WIRELAB PEER SCENARIO …
#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

extern char** environ;

namespace {

constexpr int runs = 21;

/// Milliseconds from the start of the process to its end, its output put into a file or thrown away.
double time_of(std::vector<std::string> command, const char* output = "/dev/null") {
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_TRUNC, 0);
  const auto begin = std::chrono::steady_clock::now();
  pid_t child = 0;
  int status = 0;
  if (posix_spawn(&child, command[0].c_str(), &actions, nullptr, arguments.data(), environ) != 0 ||
      waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
    fmt::print(stderr, "bench: {} did not run\n", command[0]);
    std::exit(1);
  }
  posix_spawn_file_actions_destroy(&actions);
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// At most so many milliseconds pass from the start of the process to the first packet on the wire: the whole time less
/// what passed from that packet to the last event. Nothing if the run has no packets.
std::optional<double> time_to_first_packet(const std::string& program, const std::string& scenario) {
  std::string file = "/tmp/wirelab-bench-XXXXXX";
  const int descriptor = mkstemp(file.data());
  if (descriptor < 0) return std::nullopt;
  close(descriptor);
  std::vector<double> times;
  for (int run = 0; run < runs; ++run) {
    const double whole = time_of({program, "run", scenario, "--format", "json"}, file.c_str());
    std::ifstream stream(file);
    const nlohmann::json record = nlohmann::json::parse(stream);
    for (const nlohmann::json& event : record["events"]) {
      if (event["kind"] != "packet") continue;
      times.push_back(whole - 1e-6 * (record["elapsed_ns"].get<double>() - event["t_ns"].get<double>()));
      break;
    }
  }
  unlink(file.c_str());
  return times.empty() ? std::nullopt : std::optional(median(times));
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
    time_of({argv[1], "run", argv[i]});
    for (int run = 0; run < runs; ++run) {
      ours.push_back(time_of({argv[1], "run", argv[i]}));
      bare.push_back(time_of({argv[2]}));
    }
    fmt::print("{:>6.1f} ms  {:>6.1f} ms  {:>6.1f}  {}\n", median(ours), median(bare), median(ours) / median(bare),
               argv[i]);
  }
  if (const auto milliseconds = time_to_first_packet(argv[1], argv[3])) {
    fmt::print("up to the first packet of {}: at most {:.1f} ms\n", argv[3], *milliseconds);
  }
}

#include "labs/doctor.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/error.hh"
#include "core/socket.hh"
#include "labs/grader/sandbox.hh"
#include "labs/runner/scheduler_delay.hh"
#include "labs/runner/smallest_lesson.hh"
#include "labs/scenario/loader.hh"
#include "labs/stage/loopback.hh"
#include "labs/stage/packet_port.hh"
#include "labs/stage/wire.hh"

namespace wirelab {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// A step this machine refused.
struct Obstacle {
  std::string step;
  int error = 0;
};

struct Tried {
  std::optional<Obstacle> obstacle;  ///< absent: it worked
  std::string found;                 ///< in one line
};

/// Does it in a child, because a user namespace cannot be left again.
Tried in_a_child(const std::function<std::string()>& attempt) {
  grader::Sandbox sandbox;
  sandbox.start(0, {}, [&attempt]() -> std::string {
    try {
      return "0 " + attempt();
    } catch (const core::SystemError& error) {
      return std::to_string(error.error()) + " " + error.call();
    } catch (const std::exception& error) {
      return std::to_string(EPROTO) + " " + error.what();
    }
  });
  const grader::Ended ended = sandbox.wait().value();
  if (ended.how != grader::Ended::How::finished) return {Obstacle{"a child process", ECHILD}, ""};
  const std::string& told = ended.report;
  const auto space = told.find(' ');
  const int error = std::stoi(told.substr(0, space));
  const std::string rest = told.substr(space + 1);
  if (error != 0) return {Obstacle{rest, error}, ""};
  return {std::nullopt, rest};
}

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::string make_two_hosts() {
  const auto start = Clock::now();
  const timeline::Timeline line = runner::play_the_smallest_lesson();
  const auto packets = std::count_if(line.events.begin(), line.events.end(),
                                     [](const timeline::Event& event) { return event.packet() != nullptr; });
  return fmt::format("two hosts made, {} packets seen between them, in {:.0f} ms", packets, milliseconds_since(start));
}

std::string first_line(const char* file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

bool says(const char* file, std::string_view wanted) { return first_line(file) == wanted; }

/// Seccomp: 2 in proc(5)'s status: a filter decides about system calls, as in most containers.
bool is_filtered() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("Seccomp:")) return line.find('2') != std::string::npos;
  }
  return false;
}

/// What would take this obstacle away, as a command; else what to ask for.
std::string remedy(const Obstacle& obstacle) {
  const bool at_unshare = obstacle.step.starts_with("unshare");
  if (says("/proc/sys/kernel/unprivileged_userns_clone", "0")) {
    return "sudo sysctl -w kernel.unprivileged_userns_clone=1";
  }
  if (says("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1") && obstacle.error != ENOSPC) {
    return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0";
  }
  if (obstacle.error == ENOSPC && says("/proc/sys/user/max_user_namespaces", "0")) {
    return "sudo sysctl -w user.max_user_namespaces=10000";
  }
  if (obstacle.error == ENOSPC) return "sudo sysctl -w user.max_net_namespaces=10000";
  if (at_unshare && obstacle.error == EPERM && is_filtered()) {
    return "start the container with: docker run --security-opt seccomp=unconfined …";
  }
  if (obstacle.error == EROFS) {
    return "start the container with: docker run --security-opt systempaths=unconfined …";
  }
  if (obstacle.step.find("veth") != std::string::npos && obstacle.error == EOPNOTSUPP) return "sudo modprobe veth";
  if (obstacle.step.find("AF_PACKET") != std::string::npos && obstacle.error == EAFNOSUPPORT) {
    return "sudo modprobe af_packet";
  }
  return "ask whoever runs this machine for user and network namespaces (man 7 user_namespaces)";
}

void line(const std::string& what, bool works, const std::string& found) {
  fmt::print("  {} {:<20} {}\n", works ? "✓" : "✗", what, found);
}

void more(const std::string& text) { fmt::print("    {:<20} {}\n", "", text); }

/// The scenarios that cannot be played on loopback.
std::vector<std::string> scenarios_that_need_hosts(const fs::path& labs) {
  std::vector<std::string> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(labs, error)) {
    const bool is_a_copy = entry.path().parent_path().filename() == "unsolved";
    if (is_a_copy || entry.path().extension() != ".yaml") continue;
    const scenario::Loaded loaded = scenario::load_file(entry.path());
    if (loaded.scenario && stage::loopback_cannot(*loaded.scenario)) {
      found.push_back(fs::relative(entry.path(), labs).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool say_whether_hosts_can_be_made(const fs::path& labs) {
  const Tried hosts = in_a_child(make_two_hosts);
  if (!hosts.obstacle) {
    line("private hosts", true, hosts.found);
    return true;
  }
  line("private hosts", false, fmt::format("{}: {}", hosts.obstacle->step, core::errno_name(hosts.obstacle->error)));
  more("To change it: " + remedy(*hosts.obstacle));
  more("Until then labs play on loopback, and packets are not seen.");
  const std::vector<std::string> lost = scenarios_that_need_hosts(labs);
  if (!lost.empty()) more(fmt::format("{} scenarios need hosts and are not possible:", lost.size()));
  for (const std::string& name : lost) more("  " + name);
  return false;
}

void say_whether_loopback_can_be_captured() {
  const Tried capture = in_a_child([]() -> std::string {
    const stage::PacketPort port(static_cast<int>(if_nametoindex("lo")));
    return "CAP_NET_RAW is there: run --stage loopback --capture shows packets";
  });
  line("packets of loopback", !capture.obstacle,
       capture.obstacle ? fmt::format("{}: {}; the wire shows more, and needs no right", capture.obstacle->step,
                                      core::errno_name(capture.obstacle->error))
                        : capture.found);
}

void say_whether_there_is_ipv6() {
  try {
    core::StreamSocket::create(core::Family::ipv6).bind(core::Address::loopback(core::Family::ipv6, 0));
    line("IPv6", true, "::1 can be bound to");
  } catch (const core::SystemError& error) {
    line("IPv6", false, std::string(error.what()) + ": `family: ipv6` is not possible");
  }
}

void say_how_fast_loopback_refuses() {
  core::StreamSocket held = core::StreamSocket::create(core::Family::ipv4);
  held.bind(core::Address::loopback(core::Family::ipv4, 0));
  core::StreamSocket asks = core::StreamSocket::create(core::Family::ipv4);
  const auto start = Clock::now();
  try {
    asks.connect(held.local_address());
    line("refusal", false, "a port where nobody listens accepted a connection");
  } catch (const core::SystemError& error) {
    line("refusal", error.error() == ECONNREFUSED,
         fmt::format("{} after {:.2f} ms on loopback", core::errno_name(error.error()), milliseconds_since(start)));
  }
}

void say_how_late_the_scheduler_is() {
  const runner::SchedulerDelay delay = runner::measure_scheduler_delay();
  const auto microseconds = [](std::chrono::nanoseconds time) { return static_cast<double>(time.count()) / 1000; };
  line("scheduler", true,
       fmt::format("a thread runs {:.0f} µs after it is woken ({:.0f} µs at worst)", microseconds(delay.median),
                   microseconds(delay.worst)));
}

void say_how_many_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  // A host takes four, an actor's socket one: fifty actors and what the program itself has open.
  constexpr rlim_t enough = 512;
  const bool is_enough = limit.rlim_cur >= enough;
  line("descriptors", is_enough,
       fmt::format("{} at once{}", limit.rlim_cur, is_enough ? "" : "; for fifty actors: ulimit -n 1024"));
}

}  // namespace

int doctor(const fs::path& labs) {
  utsname system{};
  uname(&system);
  fmt::print("What this machine lets Wirelab do (Linux {}, {} processors)\n\n", system.release,
             std::thread::hardware_concurrency());
  const bool has_hosts = say_whether_hosts_can_be_made(labs);
  say_whether_loopback_can_be_captured();
  say_whether_there_is_ipv6();
  say_how_fast_loopback_refuses();
  say_how_late_the_scheduler_is();
  say_how_many_descriptors();
  return has_hosts ? 0 : 3;
}

}  // namespace wirelab

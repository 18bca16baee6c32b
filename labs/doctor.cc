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
#include "labs/scenario/column_width.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/remark.hh"
#include "labs/stage/loopback.hh"
#include "labs/stage/packet_port.hh"
#include "labs/stage/wire.hh"
#include "labs/words/catalogue.hh"

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
  if (ended.how != grader::Ended::How::finished) return {Obstacle{"fork", ECHILD}, ""};
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

std::string make_two_hosts(words::Language language) {
  const auto start = Clock::now();
  const timeline::Timeline line = runner::play_the_smallest_lesson();
  const auto packets = std::count_if(line.events.begin(), line.events.end(),
                                     [](const timeline::Event& event) { return event.packet() != nullptr; });
  return words::say(language, "doctor.hosts-made"_text,
                    {{"packets", packets}, {"milliseconds", fmt::format("{:.0f}", milliseconds_since(start))}});
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
std::string remedy(const Obstacle& obstacle, words::Language language) {
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
    return words::say(language, "doctor.container"_text, {{"options", "--security-opt seccomp=unconfined"}});
  }
  if (obstacle.error == EROFS) {
    return words::say(language, "doctor.container"_text, {{"options", "--security-opt systempaths=unconfined"}});
  }
  if (obstacle.step.find("veth") != std::string::npos && obstacle.error == EOPNOTSUPP) return "sudo modprobe veth";
  if (obstacle.step.find("AF_PACKET") != std::string::npos && obstacle.error == EAFNOSUPPORT) {
    return "sudo modprobe af_packet";
  }
  return words::say(language, "doctor.ask"_text);
}

/// What was tried in a column, what was found beside it.
class Report {
 public:
  explicit Report(words::Language language) : language_(language) {}

  std::string say(words::TextId text, const words::Arguments& arguments = {}) const {
    return words::say(language_, text, arguments);
  }
  words::Language language() const { return language_; }

  void line(words::TextId what, bool works, const std::string& found) const {
    const std::string name = say(what);
    const auto room = static_cast<std::size_t>(std::max(0, name_columns - scenario::display_width(name)));
    fmt::print("  {} {}{} {}\n", works ? "✓" : "✗", name, std::string(room, ' '), found);
  }
  void more(const std::string& text) const { fmt::print("    {:<{}} {}\n", "", name_columns, text); }

 private:
  static constexpr int name_columns = 20;
  words::Language language_;
};

/// The scenarios that cannot be played on loopback.
std::vector<std::string> scenarios_that_need_hosts(const fs::path& labs) {
  std::vector<std::string> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(labs, error)) {
    const fs::path folder = entry.path().parent_path().filename();
    const bool is_a_copy = folder == "unsolved";
    const bool is_translation = folder == "zh";
    if (is_a_copy || is_translation || entry.path().extension() != ".yaml") continue;
    const scenario::Loaded loaded = scenario::load_file(entry.path());
    if (loaded.scenario && stage::loopback_cannot(*loaded.scenario)) {
      found.push_back(fs::relative(entry.path(), labs).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool say_whether_hosts_can_be_made(const fs::path& labs, const Report& report) {
  const Tried hosts = in_a_child([&report] { return make_two_hosts(report.language()); });
  if (!hosts.obstacle) {
    report.line("doctor.hosts"_text, true, hosts.found);
    return true;
  }
  report.line("doctor.hosts"_text, false,
              report.say("doctor.refused"_text,
                         {{"step", hosts.obstacle->step}, {"error", core::errno_name(hosts.obstacle->error)}}));
  report.more(report.say("doctor.to-change"_text, {{"remedy", remedy(*hosts.obstacle, report.language())}}));
  report.more(report.say("doctor.until-then"_text));
  const std::vector<std::string> lost = scenarios_that_need_hosts(labs);
  if (!lost.empty()) report.more(report.say("doctor.lost"_text, {{"count", scenario::counted(lost.size())}}));
  for (const std::string& name : lost) report.more("  " + name);
  return false;
}

void say_whether_loopback_can_be_captured(const Report& report) {
  const Tried capture = in_a_child([&report]() -> std::string {
    const stage::PacketPort port(static_cast<int>(if_nametoindex("lo")));
    return report.say("doctor.can-capture"_text);
  });
  report.line("doctor.loopback-packets"_text, !capture.obstacle,
              capture.obstacle
                  ? report.say("doctor.cannot-capture"_text,
                               {{"step", capture.obstacle->step}, {"error", core::errno_name(capture.obstacle->error)}})
                  : capture.found);
}

void say_whether_there_is_ipv6(const Report& report) {
  try {
    core::StreamSocket::create(core::Family::ipv6).bind(core::Address::loopback(core::Family::ipv6, 0));
    report.line("doctor.ipv6"_text, true, report.say("doctor.has-ipv6"_text));
  } catch (const core::SystemError& error) {
    report.line("doctor.ipv6"_text, false, report.say("doctor.no-ipv6"_text, {{"error", error.what()}}));
  }
}

void say_how_fast_loopback_refuses(const Report& report) {
  core::StreamSocket held = core::StreamSocket::create(core::Family::ipv4);
  held.bind(core::Address::loopback(core::Family::ipv4, 0));
  core::StreamSocket asks = core::StreamSocket::create(core::Family::ipv4);
  const auto start = Clock::now();
  try {
    asks.connect(held.local_address());
    report.line("doctor.refusal"_text, false, report.say("doctor.not-refused"_text));
  } catch (const core::SystemError& error) {
    report.line(
        "doctor.refusal"_text, error.error() == ECONNREFUSED,
        report.say("doctor.refuses-after"_text, {{"error", core::errno_name(error.error())},
                                                 {"milliseconds", fmt::format("{:.2f}", milliseconds_since(start))}}));
  }
}

void say_how_late_the_scheduler_is(const Report& report) {
  const runner::SchedulerDelay delay = runner::measure_scheduler_delay();
  const auto microseconds = [](std::chrono::nanoseconds time) {
    return fmt::format("{:.0f}", static_cast<double>(time.count()) / 1000);
  };
  report.line("doctor.scheduler"_text, true,
              report.say("doctor.wakes-after"_text,
                         {{"median", microseconds(delay.median)}, {"worst", microseconds(delay.worst)}}));
}

void say_how_many_descriptors(const Report& report) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  // A host takes four, an actor's socket one: fifty actors and what the program itself has open.
  constexpr rlim_t enough = 512;
  const bool is_enough = limit.rlim_cur >= enough;
  report.line("doctor.descriptors"_text, is_enough,
              report.say(is_enough ? "doctor.at-once"_text : "doctor.too-few"_text,
                         {{"count", scenario::counted(limit.rlim_cur)}}));
}

}  // namespace

int doctor(const fs::path& labs, words::Language language) {
  const Report report(language);
  utsname system{};
  uname(&system);
  fmt::print("{}\n\n", report.say("doctor.title"_text,
                                  {{"release", system.release}, {"processors", std::thread::hardware_concurrency()}}));
  const bool has_hosts = say_whether_hosts_can_be_made(labs, report);
  say_whether_loopback_can_be_captured(report);
  say_whether_there_is_ipv6(report);
  say_how_fast_loopback_refuses(report);
  say_how_late_the_scheduler_is(report);
  say_how_many_descriptors(report);
  return has_hosts ? 0 : 3;
}

}  // namespace wirelab

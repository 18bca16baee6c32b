#include "tests/export/performance.hh"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "labs/export/page.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/plan.hh"

namespace wirelab::exporter::test {
namespace {

namespace fs = std::filesystem;
using runner::test::content_of;
using scenario::Fact;
using Clock = std::chrono::steady_clock;

constexpr std::string_view question = "press Enter when: ";

[[noreturn]] void fail(const char* call) { throw std::system_error(errno, std::generic_category(), call); }

/// One actor's program, or one copy of it.
class Player {
 public:
  Player(std::string lane, std::string actor, int copy, fs::path place, std::vector<std::string> words,
         std::vector<std::string> start_facts)
      : lane_(std::move(lane)),
        actor_(std::move(actor)),
        copy_(copy),
        place_(std::move(place)),
        words_(std::move(words)),
        start_facts_(std::move(start_facts)) {}
  ~Player() {
    end();
    if (input_ >= 0) ::close(input_);
    if (output_ >= 0) ::close(output_);
  }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  void start() {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    if (pipe2(input.data(), O_CLOEXEC) != 0 || pipe2(output.data(), O_CLOEXEC) != 0) fail("pipe2");
    std::vector<char*> arguments;
    for (std::string& word : words_) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ < 0) fail("fork");
    if (process_ == 0) {
      const bool ready = dup2(input[0], STDIN_FILENO) >= 0 && dup2(output[1], STDOUT_FILENO) >= 0 &&
                         dup2(output[1], STDERR_FILENO) >= 0 && chdir(place_.c_str()) == 0;
      if (ready) execvp(arguments[0], arguments.data());
      _exit(127);
    }
    ::close(input[0]);
    ::close(output[1]);
    input_ = input[1];
    output_ = output[0];
    fcntl(output_, F_SETFL, O_NONBLOCK);
  }

  /// Reads what has been shown; true if there was anything, or the end.
  bool read() {
    if (!is_running()) return false;
    bool news = false;
    std::array<char, 65536> part{};
    for (;;) {
      const ssize_t length = ::read(output_, part.data(), part.size());
      if (length > 0) {
        text_.append(part.data(), static_cast<std::size_t>(length));
        news = true;
      } else if (length == 0) {
        reap();
        return true;
      } else if (errno != EINTR) {
        break;
      }
    }
    if (news) look_at_lines();
    return news;
  }

  void answer() {
    ++answered_;
    if (::write(input_, "\n", 1) != 1) fail("write");
  }

  void end() {
    if (!is_running()) return;
    kill(process_, SIGKILL);
    reap();
  }

  const std::string& lane() const { return lane_; }
  const std::string& actor() const { return actor_; }
  int copy() const { return copy_; }
  const fs::path& place() const { return place_; }
  const std::vector<std::string>& start_facts() const { return start_facts_; }
  bool is_started() const { return output_ >= 0; }
  bool is_running() const { return process_ > 0; }
  bool has_ended() const { return is_started() && !is_running(); }
  int descriptor() const { return output_; }
  const std::string& text() const { return text_; }
  int status() const { return status_; }

  /// The fact that it asks about; nothing if it does not ask.
  std::optional<std::string> asks() const {
    if (!is_running() || questions_.size() <= answered_) return std::nullopt;
    return questions_[answered_];
  }

  /// How it stands with the `nth` time that a step at one of these lines was begun.
  enum class Progress { not_yet, begun, done };
  Progress progress(const std::set<int>& lines, int nth) const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!lines.contains(steps_[i]) || --nth > 0) continue;
      return i + 1 < steps_.size() || has_ended() ? Progress::done : Progress::begun;
    }
    return Progress::not_yet;
  }

  /// The call that has been begun and has not returned; empty if there is none.
  std::string open_call() const {
    const std::size_t begin = text_.rfind('\n') + 1;
    return text_.substr(begin);
  }

  /// Its state and how often it has left the processor, from proc_pid_status(5): the same twice means that it did not
  /// run in between.
  std::pair<char, std::string> state() const {
    std::ifstream file("/proc/" + std::to_string(process_) + "/status");
    char state = '?';
    std::string switches;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("State:")) state = line[line.find_first_not_of(" \t", 6)];
      if (line.find("ctxt_switches") != std::string::npos) switches += line;
    }
    return {state, switches};
  }

 private:
  void look_at_lines() {
    for (std::size_t end = text_.find('\n', seen_); end != std::string::npos; end = text_.find('\n', seen_)) {
      const std::string_view line = std::string_view(text_).substr(seen_, end - seen_);
      seen_ = end + 1;
      if (line.starts_with("line ")) steps_.push_back(std::atoi(line.data() + 5));
      if (line.starts_with(question)) {
        questions_.emplace_back(line.substr(question.size()));
        steps_.push_back(0);  // whatever was before it is done
      }
    }
  }

  void reap() {
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = -1;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    look_at_lines();
  }

  std::string lane_;
  std::string actor_;
  int copy_ = 0;
  fs::path place_;  ///< the folder it is started in
  std::vector<std::string> words_;
  std::vector<std::string> start_facts_;
  pid_t process_ = -1;
  int input_ = -1;
  int output_ = -1;
  int status_ = -1;
  std::string text_;
  std::size_t seen_ = 0;
  std::vector<int> steps_;  ///< lines of the steps it has begun; 0: a question
  std::vector<std::string> questions_;
  std::size_t answered_ = 0;
};

/// Whoever sits in front of all the terminals.
class Audience {
 public:
  Audience(const scenario::Scenario& scenario, std::list<Player>& players) : players_(players) {
    for (const scenario::Actor& actor : scenario.actors) {
      const scenario::Plan plan = scenario::plan_of(actor);
      for (const scenario::PlannedStep& planned : plan.steps) {
        if (planned.step) note_facts(*planned.step);
      }
      plans_.emplace(actor.name, plan);
    }
  }

  void play(bool ends_asleep) {
    const auto deadline = Clock::now() + std::chrono::seconds(100);  // before CTest loses patience, which shows less
    while (std::ranges::any_of(players_, [](const Player& player) { return !player.has_ended(); })) {
      wait_for_news();
      bool acted = false;
      for (Player& player : players_) {
        if (!player.is_started() && all_true(player.start_facts())) {
          player.start();
          acted = true;
        }
        const auto asked = player.asks();
        if (asked && *asked != nothing_moves && is_true(facts_.at(*asked))) {
          player.answer();
          acted = true;
        }
      }
      if (acted) continue;
      if (nothing_else_can_happen() && answer_that_nothing_moves()) continue;
      if (ends_asleep && nothing_else_can_happen() && nobody_asks()) {
        for (Player& player : players_) player.end();
        return;
      }
      if (Clock::now() > deadline) throw std::runtime_error("it comes to no end:\n" + everything_shown());
    }
  }

 private:
  void note_facts(const scenario::Step& step) {
    for (const Fact& fact : step.after) facts_.emplace(fact_in_words(fact.text), fact);
  }

  bool all_true(const std::vector<std::string>& facts) {
    return std::ranges::all_of(facts, [&](const std::string& text) { return is_true(facts_.at(fact_in_words(text))); });
  }

  bool is_true(const Fact& fact) {
    if (fact.settled) return nothing_else_can_happen();
    return std::ranges::any_of(players_, [&](const Player& player) {
      const bool is_meant = player.actor() == fact.actor && (!fact.copy || *fact.copy == player.copy());
      return is_meant && is_true(fact, player);
    });
  }

  bool is_true(const Fact& fact, const Player& player) {
    if (fact.step == "exit") return player.has_ended();
    const scenario::Plan& plan = plans_.at(fact.actor);
    std::set<int> lines;
    for (const std::size_t index : plan.find(fact.step)) lines.insert(plan.steps[index].step->at.line);
    const Player::Progress progress = player.progress(lines, fact.nth.value_or(1));
    if (progress != Player::Progress::begun) return progress == Player::Progress::done;
    if (fact.moment == Fact::Moment::blocked) return !player.open_call().empty() && all_asleep();
    return fact.moment == Fact::Moment::started;
  }

  /// No program has run between two looks at all of them.
  bool all_asleep() {
    const auto look = [&] {
      std::vector<std::pair<char, std::string>> states;
      for (const Player& player : players_) {
        if (player.is_running()) states.push_back(player.state());
      }
      return states;
    };
    const auto states = look();
    const bool asleep = std::ranges::all_of(states, [](const auto& state) { return state.first == 'S'; });
    return asleep && look() == states && !read_all();
  }

  bool nothing_else_can_happen() {
    return all_asleep() && std::ranges::none_of(players_, [](const Player& player) {
             return player.is_running() && player.open_call().find("sleep(") != std::string::npos;
           });
  }

  bool nobody_asks() {
    return std::ranges::none_of(players_, [](const Player& player) { return player.asks().has_value(); });
  }

  bool answer_that_nothing_moves() {
    for (Player& player : players_) {
      if (player.asks() != std::string(nothing_moves)) continue;
      player.answer();
      return true;
    }
    return false;
  }

  bool read_all() {
    bool news = false;
    for (Player& player : players_) news = player.read() || news;
    return news;
  }

  /// That a program has fallen asleep is no news that anybody sends, so it is looked for from time to time.
  void wait_for_news() {
    std::vector<pollfd> outputs;
    for (const Player& player : players_) {
      if (player.is_running()) outputs.push_back({player.descriptor(), POLLIN, 0});
    }
    constexpr int a_moment = 2;  // milliseconds
    ::poll(outputs.data(), outputs.size(), a_moment);
    read_all();
  }

  std::string everything_shown() const {
    std::string text;
    for (const Player& player : players_) {
      text += "---- " + player.lane() + (player.has_ended() ? " (ended)\n" : "\n") + player.text() + "\n";
    }
    return text;
  }

  std::list<Player>& players_;
  std::map<std::string, Fact> facts_;  ///< by what a program calls it
  std::map<std::string, scenario::Plan> plans_;
};

// ------------------------------------------------------------------------------------ what was shown

Shown read_shown(const Player& player) {
  Shown shown;
  for (const fs::directory_entry& file : fs::directory_iterator(player.place()))
    shown.files.push_back(content_of(file));
  shown.output = player.text();
  shown.status = player.status();
  std::istringstream lines(player.text());
  for (std::string line; std::getline(lines, line);) {
    const std::size_t quote = line.find('"');
    const std::size_t result = line.rfind(" = ");
    if (const std::size_t bytes = line.find(" bytes: \""); bytes != std::string::npos && line.starts_with("  ")) {
      shown.received_bytes += std::stoul(line);
      shown.received_all_shown = shown.received_all_shown && !line.ends_with("\"...");
      shown.received += line.substr(quote + 1, line.rfind('"') - quote - 1);
    } else if (line.find(" bytes are in ") != std::string::npos ||
               line.find(" bytes more are in ") != std::string::npos) {
      shown.received_bytes += std::stoul(line);
      shown.received_all_shown = false;
    } else if (line.starts_with("  message: ")) {
      shown.messages.push_back(line.substr(11));
    } else if (line == "  NOT as expected") {
      shown.as_expected = false;
    } else if (line.starts_with("  ") && result != std::string::npos) {
      const std::string value = line.substr(result + 3);
      const bool only_looks = line.find("MSG_PEEK") != std::string::npos;
      if (value.starts_with("-1 (")) {
        shown.errors.push_back(value.substr(4, value.size() - 5));
      } else if (line.starts_with("  recv") && !only_looks) {
        shown.sizes.push_back(std::stoul(value));
      }
    }
  }
  return shown;
}

// ----------------------------------------------------------------------------- where they are played

/// Addresses of the loopback network that nobody else uses (RFC 6890: all of 127.0.0.0/8 is the host itself), so that
/// any number of these tests can go on at once.
std::string own_address(const std::string& preset) {
  static int addresses = 0;
  if (preset == "::1") return preset;
  const int process = static_cast<int>(getpid());
  std::ostringstream address;
  address << "127." << 1 + (process >> 8) % 250 << '.' << process % 256 << '.' << 1 + addresses++ % 250;
  return address.str();
}

int free_port(const std::string& host) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  sockaddr_in6 address6{};
  address6.sin6_family = AF_INET6;
  sockaddr_in address4{};
  address4.sin_family = AF_INET;
  inet_pton(is_ipv6 ? AF_INET6 : AF_INET, host.c_str(),
            is_ipv6 ? static_cast<void*>(&address6.sin6_addr) : static_cast<void*>(&address4.sin_addr));
  const int probe = socket(is_ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) fail("socket");
  sockaddr* address = is_ipv6 ? reinterpret_cast<sockaddr*>(&address6) : reinterpret_cast<sockaddr*>(&address4);
  socklen_t size = is_ipv6 ? sizeof address6 : sizeof address4;
  if (bind(probe, address, size) != 0 || getsockname(probe, address, &size) != 0) fail("bind");
  ::close(probe);
  return ntohs(is_ipv6 ? address6.sin6_port : address4.sin_port);
}

/// The addresses and ports of one performance: what stands in for each preset.
class Places {
 public:
  std::string instead_of(const Parameter& parameter) {
    const bool is_port = parameter.name.starts_with("port");
    const auto found = places_.find(parameter.preset);
    if (found != places_.end()) return found->second;
    const std::string place = is_port ? std::to_string(free_port(host_)) : own_address(parameter.preset);
    if (!is_port && host_.empty()) host_ = place;
    return places_.emplace(parameter.preset, place).first->second;
  }

 private:
  std::map<std::string, std::string> places_;
  std::string host_;
};

bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

}  // namespace

std::string why_not(Language language) {
  static const bool has_c = runs("cc --version");
  static const bool has_python = runs("python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))'");
  if (language == Language::c) return has_c ? "" : "there is no C compiler: Debian's gcc has one";
  return has_python ? "" : "there is no Python 3.9: Debian's python3 is one";
}

std::string as_shown(const std::string& bytes) {
  std::string shown;
  for (const char byte : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    const auto number = static_cast<unsigned char>(byte);
    if (byte == '"' || byte == '\\') {
      shown += {'\\', byte};
    } else if (number < ' ' || number > '~') {
      shown += {'\\', 'x', digits[number / 16], digits[number % 16]};
    } else {
      shown += byte;
    }
  }
  return shown;
}

Company::Company(const fs::path& scenario_file) {
  const scenario::Loaded loaded = scenario::load_file(scenario_file);
  if (!loaded.scenario) throw std::runtime_error(scenario_file.string() + " is no scenario");
  scenario_ = *loaded.scenario;
  for (const Language language : {Language::c, Language::python}) {
    Exported exported = export_programs(scenario_, language);
    if (exported.programs.empty()) {
      throw std::runtime_error(scenario::to_text(exported.refusals.at(0), loaded.source, words::Language::english));
    }
    std::string sources;
    for (const Exported::Program& program : exported.programs) {
      std::ofstream(folder() / program.source.name) << program.source.content;
      if (language != Language::c || !why_not(language).empty()) continue;
      const std::string command = "cd " + folder().string() +
                                  " && cc -std=c17 -Wall -Wextra -Wpedantic -Werror -O0 -o " + program.actor + " " +
                                  program.source.name + " 2>complaints";
      if (std::system(command.c_str()) != 0) throw std::runtime_error(content_of(folder() / "complaints"));
    }
    exported_.emplace(language, std::move(exported));
  }
}

std::map<std::string, Shown> Company::play(const Languages& languages, bool ends_asleep) {
  std::list<Player> players;
  Places places;
  const runner::test::TemporaryFolder playing;  // each begins with the files that belong to it, and no others
  for (std::size_t lane = 0; lane < scenario_.actors.size(); ++lane) {
    const scenario::Actor& actor = scenario_.actors[lane];
    const Language language = languages[lane % languages.size()];
    const Exported::Program& program = exported_.at(language).programs.at(lane);
    for (int copy = 1; copy <= actor.copies; ++copy) {
      const std::string lane_name = scenario::lane_name(actor, copy);
      const fs::path place = playing.path() / lane_name;
      fs::create_directory(place);
      for (const File& data : program.data) std::ofstream(place / data.name, std::ios::binary) << data.content;
      std::vector<std::string> words = language == Language::c
                                           ? std::vector<std::string>{folder() / actor.name}
                                           : std::vector<std::string>{"python3", folder() / program.source.name};
      for (const Parameter& parameter : program.parameters) {
        words.push_back(parameter.name == "copy" ? std::to_string(copy) : places.instead_of(parameter));
      }
      players.emplace_back(lane_name, actor.name, copy, place, std::move(words), program.start_facts);
    }
  }
  Audience(scenario_, players).play(ends_asleep);
  std::map<std::string, Shown> shown;
  for (const Player& player : players) shown.emplace(player.lane(), read_shown(player));
  return shown;
}

}  // namespace wirelab::exporter::test

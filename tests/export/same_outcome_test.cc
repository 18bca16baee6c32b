// Scenarios as programs: what each received and which of its calls failed is what Wirelab's own run says, in C, in
// Python, and with one talking to the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "core/error.hh"
#include "labs/scenario/plan.hh"
#include "labs/scenario/sha256.hh"
#include "tests/export/performance.hh"
#include "tests/runner/program.hh"

namespace wirelab::exporter::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using runner::test::run_program;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const fs::path root = WIRELAB_SOURCE_DIR;

/// The lessons of all labs, those that are compared, and what of the language no lesson has, from the root.
std::vector<fs::path> scenarios() {
  std::vector<fs::path> files;
  const auto add_those_of = [&](const fs::path& folder) {
    for (const fs::directory_entry& entry : fs::directory_iterator(root / folder)) {
      const fs::path name = entry.path().filename();
      const bool is_exercise = name.string().starts_with("exercise");
      if (name.extension() == ".yaml" && !is_exercise) files.push_back(folder / name);
    }
  };
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "scenarios")) {
    const fs::path name = entry.path().filename();
    if (name == "compare" || name.string().starts_with("lab")) add_those_of("scenarios" / name);
  }
  add_those_of("tests/export/scenarios");
  std::sort(files.begin(), files.end());
  return files;
}

/// A scenario of the tables below, by folder and name.
fs::path short_name(const fs::path& file) { return file.parent_path().filename() / file.filename(); }

/// What is not exported, and how the refusal says why.
const std::map<fs::path, std::string> refused = {
    {"lab8/1-refused-without-so-broadcast.yaml", "a broadcast needs several hosts"},
    {"lab8/2-who-hears-it.yaml", "a broadcast needs several hosts"},
    {"lab8/3-answers-arrive-together.yaml", "a broadcast needs several hosts"},
    {"lab8/4-too-many-answers.yaml", "a broadcast needs several hosts"},
    {"lab8/5-lost-for-one.yaml", "a broadcast needs several hosts"},
    {"lab8/6-multicast.yaml", "a group needs several hosts"},
};

/// What no set of programs can bring about, and why: not played.
const std::map<fs::path, std::string> not_played = {
    {"lab5/8-twice-and-out-of-order.yaml", "the wire delivers a datagram twice; without it the server waits for ever"},
    {"lab5/9-fragments.yaml", "the wire loses a fragment; without it the server receives a datagram more"},
};

/// Played, and their own expectations hold; but Wirelab's run has another outcome, or none, on loopback.
const std::map<fs::path, std::string> not_compared = {
    {"compare/tcp.yaml", "the wire drops a segment"},
    {"compare/udp.yaml", "the wire drops a datagram"},
    {"lab1/8-syn-lost.yaml", "the wire drops a SYN"},
    {"lab2/6-nagle.yaml", "the wire takes its time"},
    {"lab2/7-no-delay.yaml", "the wire takes its time"},
    {"lab2/8-zero-window.yaml", "it has `kernel` settings"},
    {"lab2/9-lost-segment.yaml", "the wire drops a segment"},
    {"lab5/2-one-is-lost.yaml", "the wire drops a datagram"},
    {"lab5/3-thirty-percent.yaml", "the wire drops datagrams"},
};

/// What of the outcome nothing in the scenario decides, neither here nor there, or no call shows; and why.
struct Luck {
  enum class Of { sizes, errors, order };
  Of of;
  std::string reason;
};
const std::multimap<fs::path, Luck> luck = {
    {"lab1/5-half-close.yaml", {Luck::Of::sizes, "two sends that nothing keeps apart"}},
    {"lab3/2-cut-in-two.yaml", {Luck::Of::sizes, "pieces that nothing keeps apart"}},
    {"lab3/3-delimiter-inside.yaml", {Luck::Of::sizes, "the end may come with the bytes or behind them"}},
    {"lab4/1-sleep-seems-to-work.yaml", {Luck::Of::sizes, "a sleep keeps sends apart if the receiver is quick"}},
    {"lab4/3-what-it-costs.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"lab6/3-hash.yaml", {Luck::Of::sizes, "Nagle's algorithm may keep what is sent behind the size"}},
    {"lab6/4-cut-connection.yaml", {Luck::Of::sizes, "Nagle's algorithm may keep what is sent behind the size"}},
    {"lab6/5-resume.yaml", {Luck::Of::sizes, "Nagle's algorithm may keep what is sent behind the size"}},
    {"lab7/1-the-end-is-the-end.yaml", {Luck::Of::sizes, "Nagle's algorithm may keep the page"}},
    {"lab7/2-content-length.yaml", {Luck::Of::sizes, "Nagle's algorithm may keep the page"}},
    {"scenarios/copies.yaml", {Luck::Of::order, "which copy comes first"}},
    {"scenarios/expects-bytes.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"scenarios/files.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"scenarios/files-in-parts.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"scenarios/files-in-parts.yaml", {Luck::Of::errors, "that a number is none, no call tells"}},
    {"scenarios/messages-as-records.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"scenarios/messages-by-length.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"lab7/4-chunked.yaml", {Luck::Of::sizes, "pieces that nothing keeps apart"}},
    {"lab7/5-pipelined.yaml", {Luck::Of::sizes, "Nagle's algorithm may keep the second request"}},
    {"scenarios/messages-of-http.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"scenarios/messages-escaped.yaml", {Luck::Of::sizes, "sends that nothing keeps apart"}},
    {"scenarios/how-it-fails.yaml", {Luck::Of::sizes, "the end may come with the bytes or behind them"}},
    {"scenarios/slow-and-cut.yaml", {Luck::Of::sizes, "pieces that nothing keeps apart"}},
    {"scenarios/try-again.yaml", {Luck::Of::errors, "how many attempts it takes"}},
    {"scenarios/two-servers.yaml", {Luck::Of::sizes, "the end may come with the bytes or behind them"}},
};

bool is_luck(const fs::path& scenario, Luck::Of what) {
  const auto [begin, end] = luck.equal_range(scenario);
  return std::any_of(begin, end, [&](const auto& entry) { return entry.second.of == what; });
}

std::string test_name(const testing::TestParamInfo<fs::path>& test) {
  std::string name = short_name(test.param).replace_extension("").string();
  std::ranges::replace_if(
      name, [](char letter) { return std::isalnum(static_cast<unsigned char>(letter)) == 0; }, '_');
  return name;
}

std::string bytes_of(const json& text) {
  if (text.is_string()) return text;
  std::string bytes;
  std::istringstream digits(text.at("hex").get<std::string>());
  for (std::string two; digits >> two;) bytes += static_cast<char>(std::stoi(two, nullptr, 16));
  return bytes;
}

/// Does a failure that a program showed in its own words have that name?
bool is_called(const std::string& shown, const std::string& name) {
  if (name == "timeout")
    return shown == "timed out" || shown == std::strerror(EAGAIN) || shown == std::strerror(EINPROGRESS);
  const auto number = core::errno_by_name(name);
  return number && shown == std::strerror(*number);
}

/// What such an actor received is shown message by message.
bool receives_messages(const scenario::Scenario& scenario, const std::string& name) {
  const auto& actor = *std::ranges::find(scenario.actors, name, &scenario::Actor::name);
  const scenario::Plan plan = scenario::plan_of(actor);
  return std::ranges::any_of(plan.steps, [](const scenario::PlannedStep& planned) {
    return planned.step && std::holds_alternative<scenario::ReceiveMessage>(planned.step->action);
  });
}

class Record {
 public:
  explicit Record(const std::string& text) : json_(json::parse(text)) {}

  std::string outcome() const { return json_.at("outcome"); }

  /// `shown`: what the programs of one actor did, all its copies.
  void compare(const fs::path& scenario, const std::string& actor, const std::vector<Shown>& shown,
               bool by_message) const {
    if (!by_message) compare_bytes(actor, shown, !is_luck(scenario, Luck::Of::order));
    if (shown.size() > 1) return;
    compare_messages(actor, shown[0]);
    if (!is_luck(scenario, Luck::Of::sizes) && !is_luck(scenario, Luck::Of::order)) compare_sizes(actor, shown[0]);
    if (!is_luck(scenario, Luck::Of::errors)) compare_errors(actor, shown[0]);
    compare_file(actor, shown[0]);
  }

 private:
  json of(const std::string& actor, const std::string& property) const {
    const json& summary = json_.at("summary");
    const auto found = summary.find(actor + "." + property);
    return found == summary.end() ? json::array() : *found;
  }

  void compare_bytes(const std::string& actor, const std::vector<Shown>& shown, bool in_order) const {
    std::string expected;
    for (const json& chunk : of(actor, "received.chunks")) expected += bytes_of(chunk);
    std::string received;
    std::size_t size = 0;
    bool all_shown = in_order;
    for (const Shown& one : shown) {
      received += one.received;
      size += one.received_bytes;
      all_shown = all_shown && one.received_all_shown;
    }
    EXPECT_EQ(size, expected.size()) << actor;
    if (!all_shown || shown.size() > 1) return;
    EXPECT_EQ(received, as_shown(expected)) << actor;
  }

  void compare_messages(const std::string& actor, const Shown& shown) const {
    if (shown.messages.empty()) return;
    const bool are_records = shown.messages[0].front() != '"';
    std::vector<std::string> expected;
    for (const json& message : of(actor, "messages")) {
      expected.push_back(are_records ? bytes_of(message) : "\"" + as_shown(bytes_of(message)) + "\"");
    }
    EXPECT_EQ(shown.messages, expected) << actor;
  }

  void compare_sizes(const std::string& actor, const Shown& shown) const {
    std::vector<std::size_t> sizes;
    for (const char* call : {"recv.sizes", "recvfrom.sizes"}) {
      for (const json& size : of(actor, call)) sizes.push_back(size);
    }
    EXPECT_EQ(shown.sizes, sizes) << actor;
  }

  void compare_errors(const std::string& actor, const Shown& shown) const {
    std::vector<std::string> errors;
    for (const json& error : of(actor, "errors")) {
      // The others are no failures of a call: what is wrong with a message the program says in its own way.
      if (error == "timeout" || core::errno_by_name(error.get<std::string>())) errors.push_back(error);
    }
    ASSERT_EQ(shown.errors.size(), errors.size()) << actor << ": " << testing::PrintToString(shown.errors);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      EXPECT_TRUE(is_called(shown.errors[i], errors[i])) << actor << ": " << shown.errors[i] << " for " << errors[i];
    }
  }

  /// What its last recv_file wrote.
  void compare_file(const std::string& actor, const Shown& shown) const {
    const json sum = of(actor, "sha256");
    if (!sum.is_string()) return;
    std::vector<std::string> sums;
    for (const std::string& content : shown.files) sums.push_back(scenario::sha256(content));
    EXPECT_THAT(sums, Contains(sum.get<std::string>())) << actor;
  }

  json json_;
};

void expect_refusal(const fs::path& file, const std::string& reason) {
  const scenario::Loaded loaded = scenario::load_file(file);
  ASSERT_TRUE(loaded.scenario);
  for (const Language language : {Language::c, Language::python}) {
    const Exported exported = export_programs(*loaded.scenario, language);
    ASSERT_THAT(exported.refusals, Not(IsEmpty()));
    EXPECT_THAT(to_text(exported.refusals[0], loaded.source, words::Language::english), HasSubstr(reason));
  }
}

class Scenario : public testing::TestWithParam<fs::path> {};

TEST_P(Scenario, HasTheSameOutcomeAsPrograms) {
  const fs::path name = short_name(GetParam());
  if (const auto found = refused.find(name); found != refused.end()) {
    expect_refusal(root / GetParam(), found->second);
    return;
  }
  if (const auto found = not_played.find(name); found != not_played.end()) GTEST_SKIP() << found->second;
  const bool is_compared = !not_compared.contains(name);
  const fs::path file = root / GetParam();
  Company company(file);
  const Record record(run_program({"run", file, "--stage", "loopback", "--format", "json", "--reveal"}).output);
  const bool ends_asleep = record.outcome() == "deadlock";

  constexpr Language c = Language::c, python = Language::python;
  for (const Languages& languages : {Languages{c}, Languages{python}, Languages{c, python}, Languages{python, c}}) {
    std::string why;
    for (const Language language : languages) why += why_not(language);
    if (!why.empty()) GTEST_SKIP() << why;
    std::map<std::string, std::vector<Shown>> by_actor;
    for (const auto& [lane, shown] : company.play(languages, ends_asleep)) {
      SCOPED_TRACE(lane + " of " + std::to_string(languages.size()) + " languages, first " +
                   (languages[0] == c ? "C" : "Python") + ":\n" + shown.output);
      EXPECT_TRUE(ends_asleep || shown.status == 0) << shown.status;
      EXPECT_TRUE(shown.as_expected);
      by_actor[lane.substr(0, lane.find('#'))].push_back(shown);
    }
    for (const auto& [actor, shown] : by_actor) {
      SCOPED_TRACE(shown[0].output);
      if (is_compared) record.compare(name, actor, shown, receives_messages(company.scenario(), actor));
    }
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Scenario, testing::ValuesIn(scenarios()), test_name);

TEST(Scenarios, ThatAreExceptionsExist) {
  std::vector<fs::path> names;
  for (const fs::path& file : scenarios()) names.push_back(short_name(file));
  for (const auto& table : {refused, not_played, not_compared}) {
    for (const auto& [name, reason] : table) EXPECT_THAT(names, Contains(name));
  }
  for (const auto& [name, what] : luck) EXPECT_THAT(names, Contains(name));
}

}  // namespace
}  // namespace wirelab::exporter::test

// The lessons as programs: what each received and which of its calls failed is what Wirelab's own run says, in C, in
// Python, and with one talking to the other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "core/error.hh"
#include "tests/export/performance.hh"
#include "tests/runner/program.hh"

namespace wirelab::exporter::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using runner::test::run_program;

const fs::path root = WIRELAB_SOURCE_DIR;

std::vector<fs::path> lessons() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "scenarios")) {
    const fs::path& file = entry.path();
    const bool is_lesson = std::isdigit(static_cast<unsigned char>(file.filename().string()[0])) != 0;
    const std::string lab = file.parent_path().filename();
    if (is_lesson && file.extension() == ".yaml" && "lab1" <= lab && lab <= "lab5") {
      files.push_back(fs::relative(file, root / "scenarios"));
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// What no set of programs can bring about, and why: not played.
const std::map<fs::path, std::string> not_played = {
    {"lab5/8-twice-and-out-of-order.yaml", "the wire delivers a datagram twice; without it the server waits for ever"},
    {"lab5/9-fragments.yaml", "the wire loses a fragment; without it the server receives a datagram more"},
};

/// Played, and their own expectations hold; but Wirelab's run has another outcome, or none, on loopback.
const std::map<fs::path, std::string> not_compared = {
    {"lab1/8-syn-lost.yaml", "the wire drops a SYN"},
    {"lab2/6-nagle.yaml", "the wire takes its time"},
    {"lab2/7-no-delay.yaml", "the wire takes its time"},
    {"lab2/8-zero-window.yaml", "it has `kernel` settings"},
    {"lab2/9-lost-segment.yaml", "the wire drops a segment"},
    {"lab5/2-one-is-lost.yaml", "the wire drops a datagram"},
    {"lab5/3-thirty-percent.yaml", "the wire drops datagrams"},
};

/// What is received in one piece here may come in two there.
const std::map<fs::path, std::string> sizes_differ = {
    {"lab1/5-half-close.yaml", "two sends that nothing keeps apart"},
    {"lab3/2-cut-in-two.yaml", "pieces that nothing keeps apart"},
    {"lab3/3-delimiter-inside.yaml", "how often it looks for more depends on when the end of the stream comes"},
    {"lab4/3-what-it-costs.yaml", "as many sends as nothing keeps apart"},
};

std::string test_name(const testing::TestParamInfo<fs::path>& test) {
  std::string name = fs::path(test.param).replace_extension("").string();
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
  if (name == "timeout") return shown == "timed out" || shown == std::strerror(EAGAIN) || shown == std::strerror(EINPROGRESS);
  const auto number = core::errno_by_name(name);
  return number && shown == std::strerror(*number);
}

class Record {
 public:
  explicit Record(const std::string& text) : json_(json::parse(text)) {}

  std::string outcome() const { return json_.at("outcome"); }

  /// What the lane's programs have to have done.
  void compare(const std::string& lane, const Shown& shown, bool with_sizes) const {
    const json& summary = json_.at("summary");
    const auto of = [&](const char* property) {
      const auto found = summary.find(lane + "." + property);
      return found == summary.end() ? json::array() : *found;
    };
    std::string received;
    for (const json& chunk : of("received.chunks")) received += bytes_of(chunk);
    const json messages = of("messages");
    if (shown.messages.empty()) {
      EXPECT_EQ(shown.received_bytes, received.size()) << lane;
      if (shown.received_all_shown) {
        EXPECT_EQ(shown.received, as_shown(received)) << lane;
      }
    } else {
      std::vector<std::string> expected;
      const bool are_records = shown.messages[0].front() != '"';
      for (const json& message : messages) {
        expected.push_back(are_records ? bytes_of(message) : "\"" + as_shown(bytes_of(message)) + "\"");
      }
      EXPECT_EQ(shown.messages, expected) << lane;
    }
    if (with_sizes) {
      std::vector<std::size_t> sizes;
      for (const char* call : {"recv.sizes", "recvfrom.sizes"}) {
        for (const json& size : of(call)) sizes.push_back(size);
      }
      EXPECT_EQ(shown.sizes, sizes) << lane;
    }
    const json errors = of("errors");
    ASSERT_EQ(shown.errors.size(), errors.size()) << lane << ": " << testing::PrintToString(shown.errors);
    for (std::size_t i = 0; i < errors.size(); ++i) {
      EXPECT_TRUE(is_called(shown.errors[i], errors[i])) << lane << ": " << shown.errors[i] << " for " << errors[i];
    }
  }

 private:
  json json_;
};

class Lesson : public testing::TestWithParam<fs::path> {};

TEST_P(Lesson, HasTheSameOutcomeAsPrograms) {
  const fs::path& lesson = GetParam();
  if (const auto found = not_played.find(lesson); found != not_played.end()) GTEST_SKIP() << found->second;
  const bool is_compared = !not_compared.contains(lesson);
  const fs::path file = root / "scenarios" / lesson;
  Company company(file);
  const Record record(run_program({"run", file, "--stage", "loopback", "--format", "json", "--reveal"}).output);
  const bool ends_asleep = record.outcome() == "deadlock";

  constexpr Language c = Language::c, python = Language::python;
  for (const Languages& languages : {Languages{c}, Languages{python}, Languages{c, python}, Languages{python, c}}) {
    std::string why;
    for (const Language language : languages) why += why_not(language);
    if (!why.empty()) GTEST_SKIP() << why;
    for (const auto& [lane, shown] : company.play(languages, ends_asleep)) {
      SCOPED_TRACE(lane + (languages.size() > 1 ? " in both languages, first " : " in ") +
                   (languages[0] == c ? "C" : "Python") + ":\n" + shown.output);
      if (!ends_asleep) {
        EXPECT_EQ(shown.status, 0);
      }
      EXPECT_TRUE(shown.as_expected);
      if (is_compared) record.compare(lane, shown, !sizes_differ.contains(lesson));
    }
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Lesson, testing::ValuesIn(lessons()), test_name);

TEST(Lessons, ThatAreExceptionsExist) {
  for (const auto& table : {not_played, not_compared, sizes_differ}) {
    for (const auto& [lesson, reason] : table) EXPECT_TRUE(fs::exists(root / "scenarios" / lesson)) << lesson;
  }
}

}  // namespace
}  // namespace wirelab::exporter::test

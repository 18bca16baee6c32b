// Files nobody means well with: refused with a place, in no time, with no memory to speak of.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using testing::Contains;
using testing::ElementsAre;

std::string times(const std::string& part, std::size_t count) {
  std::string text;
  text.reserve(part.size() * count);
  for (std::size_t index = 0; index < count; ++index) text += part;
  return text;
}

const std::string actors = "wirelab: 1\nactors:\n";

std::string deeper_and_deeper() {
  std::string text;
  for (int depth = 0; depth < 1'000; ++depth) text += std::string(static_cast<std::size_t>(depth), ' ') + "a:\n";
  return text;
}

std::string many_keys() {
  std::string text;
  for (int index = 0; index < 24'000; ++index) text += "key" + std::to_string(index) + ": v\n";
  return text;
}

std::string nested_repeats() {
  std::string text = actors + "  a:\n    - socket: dgram\n    - ";
  for (int depth = 0; depth < 7; ++depth) text += "repeat: {times: 100000, steps: [{";
  return text + "note: \"x\"" + times("}]}", 6) + "}]}\n";
}

std::string everyone_waits_for_everyone() {
  std::string text = actors;
  for (int actor = 0; actor < 190; ++actor) {
    text += " a" + std::to_string(actor) + ":\n";
    for (int step = 0; step < 10; ++step) {
      text += "  - note: \"x\"\n    after: [";
      for (int fact = 0; fact < 5; ++fact)
        text += "a" + std::to_string((actor * 7 + fact * 31 + step) % 190) + ".note#" + std::to_string(step + 1) + ", ";
      text += "settled]\n";
    }
  }
  return text;
}

/// Its text is made when it is asked for: every test is a process, which need not make those of all the others.
struct Attack {
  std::string name;
  std::function<std::string()> text;
};

std::vector<Attack> attacks() {
  constexpr std::size_t mebibyte = 1 << 20;
  return {
      {"brackets", [] { return "a: " + times("[", mebibyte - 3); }},
      {"braces", [] { return times("{a: ", mebibyte / 4); }},
      {"bracketsBelowTheCeiling", [] { return "a: " + times("[", 49'900); }},
      {"dashes", [] { return times("- ", mebibyte / 2); }},
      {"dashesBelowTheCeiling", [] { return times("- ", 49'900); }},
      {"questionMarks", [] { return times("? ", 49'900); }},
      {"questionMarksInABracket", [] { return "[ " + times("? ", 49'900); }},
      {"colons", [] { return times(": ", 49'900); }},
      {"commas", [] { return "a: [" + times("b,", 49'990); }},
      {"emptyTexts", [] { return "[" + times("\"\"", 24'990); }},
      {"anchors", [] { return times("&a ", 49'900); }},
      {"tags", [] { return times("!a ", 49'900); }},
      {"aliases", [] { return "a: &a [" + times("*a,", 24'000) + "]"; }},
      {"aliasBomb", [] { return "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d]\n"; }},
      {"indentation", deeper_and_deeper},
      {"keys", many_keys},
      {"sameKeys", [] { return times("a: 1\n", 24'000); }},
      {"oneWord", [] { return std::string(mebibyte, 'a'); }},
      {"oneStep", [] { return actors + "  a:\n    - " + std::string(mebibyte - 100, 'a'); }},
      {"oneLongLine", [] { return "a: [" + times("ééééééééééééééééééé, ", 24'000); }},
      {"unclosedTexts", [] { return times("a: \"x\n", 20'000); }},
      {"unclosedTextToTheEnd", [] { return "a: \"" + times("x\n ", 20'000); }},
      {"syntaxErrors", [] { return times("a: b: c\n", 15'000); }},
      {"wrongSteps", [] { return actors + "  a:\n" + times("    - sokket: stream\n", 6'000); }},
      {"wrongActors", [] { return actors + "  a:\n    - socket: stream\n" + times("    - connect: nobody\n", 1'900); }},
      {"wrongMetrics",
       [] { return actors + "  a:\n    - socket: stream\nchecks:\n" + times("  - a.recv.cuont: 1\n", 199); }},
      {"tabs", [] { return "a:\n" + times("\t- x\n", 20'000); }},
      {"blanks", [] { return "a:" + std::string(mebibyte - 100, ' ') + "b\n"; }},
      {"nulBytes", [] { return std::string(mebibyte, '\0'); }},
      {"invalidUtf8", [] { return std::string(mebibyte, '\xff'); }},
      {"data",
       [] {
         return actors + "  a:\n    - socket: dgram\n" +
                times("    - sendto: {to: a, port: 1, data: {fill: \"x\", size: 67108864}}\n", 3);
       }},
      {"hugeNumbers",
       [] { return actors + "  a:\n    - socket: dgram\n    - recv: " + std::string(100'000, '9') + "\n"; }},
      {"nestedRepeats", nested_repeats},
      {"facts", everyone_waits_for_everyone},
  };
}

class AHostileFile : public testing::TestWithParam<Attack> {};

// In a child of its own, so that what it takes is what the system measured of it and nothing else. Sanitizers multiply
// memory and time, so there only the refusal itself is looked at.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool measured = false;
#else
constexpr bool measured = true;
#endif

TEST_P(AHostileFile, IsRefusedWithinASecondAnd64Mebibytes) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Loaded loaded = load_text(GetParam().text(), "hostile.yaml");
    const std::string report = report_of(loaded);
    const bool refused = !loaded.scenario && !loaded.diagnostics.empty() && !report.empty();
    const bool is_short = loaded.diagnostics.size() <= 100 && report.size() < 200'000;
    _exit(refused && is_short ? 0 : 1);
  }
  int status = 0;
  rusage usage{};
  ASSERT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << report_of(load_text(GetParam().text(), "hostile.yaml"));
  if (!measured) return;
  // Processor time: a busy machine must not fail the test.
  const auto milliseconds = [](const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; };
  EXPECT_LT(milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime), 1'000);
  EXPECT_LT(usage.ru_maxrss, 64 * 1024);
}

INSTANTIATE_TEST_SUITE_P(Hostile, AHostileFile, testing::ValuesIn(attacks()),
                         [](const auto& parameter) { return parameter.param.name; });

TEST(TheMistakes, OfAHostileFileAreShownUpToAHundred) {
  std::string text = "wirelab: 1\nactors:\n  a:\n";
  for (int step = 0; step < 1'500; ++step) text += "    - sokket: stream\n";
  EXPECT_EQ(load_text(text, "test.yaml").diagnostics.size(), 100U);
}

// ------------------------------------------------------------------------------- what is no good file

class APathThatIsNoScenario : public testing::Test {
 protected:
  APathThatIsNoScenario() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wirelab-paths-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~APathThatIsNoScenario() override { std::filesystem::remove_all(folder_); }

  std::string only_rule_of(const std::filesystem::path& file) const {
    const Loaded loaded = load_file(file);
    EXPECT_FALSE(loaded.scenario);
    EXPECT_EQ(loaded.diagnostics.size(), 1U);
    return loaded.diagnostics.empty() ? "" : std::string(loaded.diagnostics[0].rule());
  }

  std::filesystem::path folder_;
};

TEST_F(APathThatIsNoScenario, MayNotExist) { EXPECT_EQ(only_rule_of(folder_ / "nowhere.yaml"), "unreadable"); }

TEST_F(APathThatIsNoScenario, MayBeAFolder) { EXPECT_EQ(only_rule_of(folder_), "unreadable"); }

TEST_F(APathThatIsNoScenario, MayBeAPipeThatNobodyWritesTo) {
  ASSERT_EQ(mkfifo((folder_ / "pipe.yaml").c_str(), 0600), 0);
  EXPECT_EQ(only_rule_of(folder_ / "pipe.yaml"), "unreadable");
}

TEST_F(APathThatIsNoScenario, MayBeADeviceWithoutEnd) { EXPECT_EQ(only_rule_of("/dev/zero"), "unreadable"); }

TEST_F(APathThatIsNoScenario, MayBeALinkToItself) {
  std::filesystem::create_symlink(folder_ / "loop.yaml", folder_ / "loop.yaml");
  EXPECT_EQ(only_rule_of(folder_ / "loop.yaml"), "unreadable");
}

TEST_F(APathThatIsNoScenario, MayBeAHundredMegabytesLarge) {
  std::ofstream(folder_ / "large.yaml") << "wirelab: 1\n";
  std::filesystem::resize_file(folder_ / "large.yaml", 100'000'000);
  EXPECT_EQ(only_rule_of(folder_ / "large.yaml"), "ceiling-file");
}

TEST_F(APathThatIsNoScenario, MayBeEmpty) {
  std::ofstream(folder_ / "empty.yaml").flush();
  EXPECT_EQ(only_rule_of(folder_ / "empty.yaml"), "empty-file");
}

TEST(ABadByte, IsShownWithItsPlace) {
  Loaded loaded = load_text(
      "wirelab: 1\ntitle: \"Gr\xfc\xdf"
      "e\"\n",
      "test.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].rule(), "not-utf8");
  EXPECT_EQ(loaded.diagnostics[0].at, (Position{2, 11}));
  loaded = load_text("wirelab: 1\n# \xE4\xB8\x96 " + std::string(1, '\0') + "\n", "test.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.diagnostics[0].rule(), "control-character");
  EXPECT_EQ(loaded.diagnostics[0].at, (Position{2, 5})) << "columns count characters";
}

TEST(ACarriageReturn, WithinALineIsAControlCharacter) {
  EXPECT_THAT(rules_of("wirelab: 1\rlab: 2\n"), ElementsAre("control-character"));
}

}  // namespace
}  // namespace wirelab::scenario

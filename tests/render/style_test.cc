#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <map>
#include <optional>
#include <string>

#include "labs/render/terminal.hh"

namespace wirelab::render {
namespace {

/// Every variable that style_for() looks at, cleared for the test and put back after it.
class Style : public testing::Test {
 protected:
  Style() {
    for (const char* name : names) {
      const char* value = getenv(name);
      before_[name] = value != nullptr ? std::optional<std::string>(value) : std::nullopt;
      unsetenv(name);
    }
  }
  ~Style() override {
    for (const auto& [name, value] : before_) {
      if (value) {
        setenv(name.c_str(), value->c_str(), 1);
      } else {
        unsetenv(name.c_str());
      }
    }
    if (terminal_ >= 0) ::close(terminal_);
    if (controller_ >= 0) ::close(controller_);
  }

  /// A real terminal of that width: a pseudo terminal of this machine.
  int terminal(unsigned short columns) {
    controller_ = posix_openpt(O_RDWR | O_NOCTTY);
    if (controller_ < 0 || grantpt(controller_) != 0 || unlockpt(controller_) != 0) return -1;
    terminal_ = open(ptsname(controller_), O_RDWR | O_NOCTTY);
    winsize size{};
    size.ws_row = 24;
    size.ws_col = columns;
    ioctl(controller_, TIOCSWINSZ, &size);
    return terminal_;
  }

 private:
  static constexpr const char* names[] = {"NO_COLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS",
                                          "LC_ALL",   "LC_CTYPE",       "LANG"};
  std::map<std::string, std::optional<std::string>> before_;
  int controller_ = -1;
  int terminal_ = -1;
};

constexpr int no_terminal = -1;

TEST_F(Style, IsPlainAndEightyColumnsWideWhereThereIsNoTerminal) {
  const TerminalStyle style = style_for(no_terminal, words::Language::english);
  EXPECT_FALSE(style.colour);
  EXPECT_FALSE(style.ascii);
  EXPECT_FALSE(style.canonical);
  EXPECT_EQ(style.columns, 80);
}

TEST_F(Style, IsColouredAndAsWideAsTheTerminalOnATerminal) {
  setenv("TERM", "xterm", 1);
  const int descriptor = terminal(133);
  ASSERT_GE(descriptor, 0);
  EXPECT_TRUE(style_for(descriptor, words::Language::english).colour);
  EXPECT_EQ(style_for(descriptor, words::Language::english).columns, 133);
}

TEST_F(Style, HasNoColourOnADumbTerminalOrWhereNoColorIsSet) {
  const int descriptor = terminal(80);
  ASSERT_GE(descriptor, 0);
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(style_for(descriptor, words::Language::english).colour);
  setenv("TERM", "xterm", 1);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(style_for(descriptor, words::Language::english).colour);
}

TEST_F(Style, IsColouredInAPipeWhenForcedUnlessNoColorIsSet) {
  setenv("CLICOLOR_FORCE", "1", 1);
  EXPECT_TRUE(style_for(no_terminal, words::Language::english).colour);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(style_for(no_terminal, words::Language::english).colour);
  unsetenv("NO_COLOR");
  setenv("CLICOLOR_FORCE", "0", 1);
  EXPECT_FALSE(style_for(no_terminal, words::Language::english).colour);
}

TEST_F(Style, TakesTheWidthFromColumnsAndNeverLessThanForty) {
  setenv("COLUMNS", "160", 1);
  EXPECT_EQ(style_for(no_terminal, words::Language::english).columns, 160);
  setenv("COLUMNS", "7", 1);
  EXPECT_EQ(style_for(no_terminal, words::Language::english).columns, 40);
  setenv("COLUMNS", "wide", 1);
  EXPECT_EQ(style_for(no_terminal, words::Language::english).columns, 80);
  setenv("COLUMNS", "-5", 1);
  EXPECT_EQ(style_for(no_terminal, words::Language::english).columns, 80);
}

TEST_F(Style, IsNeverAsciiInChinese) {
  setenv("LANG", "C", 1);
  EXPECT_FALSE(style_for(no_terminal, words::Language::chinese).ascii);
  EXPECT_EQ(style_for(no_terminal, words::Language::chinese).language, words::Language::chinese);
}

TEST_F(Style, IsAsciiWhereTheLocaleIsNotUtf8) {
  setenv("LANG", "C", 1);
  EXPECT_TRUE(style_for(no_terminal, words::Language::english).ascii);
  setenv("LANG", "zh_CN.GB2312", 1);
  EXPECT_TRUE(style_for(no_terminal, words::Language::english).ascii);
  setenv("LANG", "zh_CN.UTF-8", 1);
  EXPECT_FALSE(style_for(no_terminal, words::Language::english).ascii);
  setenv("LC_ALL", "C.utf8", 1);
  setenv("LANG", "C", 1);
  EXPECT_FALSE(style_for(no_terminal, words::Language::english).ascii);
}

}  // namespace
}  // namespace wirelab::render

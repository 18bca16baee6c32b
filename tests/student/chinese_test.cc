// What a student in China reads: the commands, and the texts of lessons and exercises.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "labs/scenario/column_width.hh"
#include "tests/student/desk.hh"

namespace wirelab::student {
namespace {

using runner::test::Ended;
using runner::test::run_program;
using test::lesson;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class InChinese : public test::Desk {
 protected:
  InChinese() {
    const std::string more = "title: \"Sticky\"\nhints:\n  - \"Look at recv.\"\npredict:\n  server.recv.count: ???\n";
    for (const char* folder : {"lab2/", "lab2/unsolved/"}) {
      write(folder + std::string("exercise-1-stick.yaml"), lesson("Hello", "World", 100, more));
    }
    write("lab2/zh/exercise-1-stick.yaml",
          "texts: 1\npairs:\n  - {english: \"Sticky\", chinese: \"粘在一起\"}\n"
          "  - {english: \"Look at recv.\", chinese: \"请看 recv。\"}\n");
  }
  Ended chinese(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--lang", "zh"});
    return wirelab(arguments);
  }
};

TEST_F(InChinese, AHintIsTheTranslatedOne) {
  EXPECT_THAT(chinese({"hint", "lab2"}).output, HasSubstr("提示 1，共 1 条\n  请看 recv。\n"));
}

TEST_F(InChinese, AListHasTheTranslatedTitles) { EXPECT_THAT(chinese({"list", "."}).output, HasSubstr("粘在一起")); }

TEST_F(InChinese, ALessonHasItsTranslatedTitleAndKeepsOneThatSomebodyHasEdited) {
  write("lab2/exercise-1-stick.yaml", lesson("Hello", "World", 100, "title: \"Sticky\"\n"));
  EXPECT_THAT(chinese({"run", "lab2/exercise-1-stick.yaml"}).output, HasSubstr("粘在一起"));
  write("lab2/exercise-1-stick.yaml", lesson("Hello", "World", 100, "title: \"Sticky as glue\"\n"));
  EXPECT_THAT(chinese({"run", "lab2/exercise-1-stick.yaml"}).output,
              AllOf(HasSubstr("Sticky as glue"), Not(HasSubstr("粘在一起"))));
}

TEST_F(InChinese, WhatIsWrongWithTheTextsIsToldAndTheLessonIsPlayed) {
  write("lab2/zh/exercise-1-stick.yaml", "texts: 1\npairs:\n  - {english: \"Sticky\", chinees: \"粘\"}\n");
  const Ended ended = chinese({"run", "lab2/exercise-1-stick.yaml"});
  EXPECT_THAT(ended.complaints,
              HasSubstr("lab2/zh/exercise-1-stick.yaml:3:25: 错误: `chinees` 不是这里的键（一对文本）"));
  EXPECT_THAT(ended.output, HasSubstr("Sticky"));
}

TEST_F(InChinese, AMistakeIsToldWithItsPlace) {
  write("mine.yaml", "wirelab: 1\nactors:\n  client:\n    - soket: stream\n");
  EXPECT_THAT(chinese({"check", "mine.yaml"}).complaints,
              AllOf(HasSubstr("mine.yaml:4:7: 错误: `soket` 不是动作"), HasSubstr("   = 是否想写 `socket`？")));
}

TEST_F(InChinese, AFolderWithoutExercisesIsToldSo) {
  EXPECT_THAT(chinese({"hint", "elsewhere"}).complaints, HasSubstr("wirelab：elsewhere 中没有练习"));
}

/// Names in one column, what was found in another, in characters of one and of two columns.
TEST(TheDoctor, KeepsItsColumnsInEveryLanguage) {
  constexpr int found_at = 25;
  for (const char* language : {"en", "zh"}) {
    std::istringstream lines(run_program({"--lang", language, "doctor", "."}).output);
    int rows = 0;
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with("  ✓ ") && !line.starts_with("  ✗ ")) continue;
      ++rows;
      const auto inside_character = [&line](std::size_t at) {
        return (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80;
      };
      std::size_t bytes = 0;
      while (bytes < line.size() &&
             (inside_character(bytes) || scenario::display_width(line.substr(0, bytes)) < found_at)) {
        ++bytes;
      }
      ASSERT_LT(bytes, line.size()) << line;
      EXPECT_EQ(scenario::display_width(line.substr(0, bytes)), found_at) << line;
      EXPECT_EQ(line[bytes - 1], ' ') << line;
      EXPECT_NE(line[bytes], ' ') << line;
    }
    EXPECT_EQ(rows, 6) << language;
  }
}

}  // namespace
}  // namespace wirelab::student

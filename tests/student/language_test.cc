// Which language the program speaks, and `wirelab explain` in both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/runner/program.hh"

namespace wirelab::student {
namespace {

using runner::test::Ended;
using runner::test::run_program;
using testing::HasSubstr;
using testing::Not;

const std::string lesson = "scenarios/lab2/1-three-sends-one-recv.yaml";

Ended wirelab(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  return run_program(arguments, WIRELAB_SOURCE_DIR, {}, environment);
}

bool speaks_chinese(std::vector<std::string> environment) {
  return wirelab({"explain", "coalesced-recv"}, std::move(environment)).output.find("粘包") != std::string::npos;
}

TEST(Language, IsEnglishUnlessSomebodyAsksForAnother) { EXPECT_FALSE(speaks_chinese({})); }

TEST(Language, IsAskedForBeforeTheCommandOrBehindIt) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--lang", "zh", "explain", "coalesced-recv"},
        {"explain", "--lang", "zh", "coalesced-recv"},
        {"explain", "coalesced-recv", "--lang=zh"}}) {
    const Ended ended = wirelab(arguments);
    EXPECT_EQ(ended.status, 0) << ended.complaints;
    EXPECT_THAT(ended.output, HasSubstr("粘包"));
  }
}

TEST(Language, ThatThereIsNotIsRefused) {
  const Ended ended = wirelab({"explain", "--lang", "klingon"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.complaints, HasSubstr("--lang"));
}

TEST(Language, IsThatOfTheFirstVariableThatIsSet) {
  EXPECT_TRUE(speaks_chinese({"LC_ALL=", "LANG=zh_CN.UTF-8"}));
  EXPECT_TRUE(speaks_chinese({"LC_ALL=", "LC_MESSAGES=zh_TW", "LANG=en_US.UTF-8"}));
  EXPECT_TRUE(speaks_chinese({"LC_ALL=zh_CN.UTF-8", "LC_MESSAGES=C", "LANG=C"}));
  EXPECT_FALSE(speaks_chinese({"LC_ALL=C.UTF-8", "LC_MESSAGES=zh_CN.UTF-8", "LANG=zh_CN.UTF-8"}));
  EXPECT_FALSE(speaks_chinese({"LC_ALL=", "LC_MESSAGES=POSIX", "LANG=zh_CN.UTF-8"}));
}

TEST(Language, OfWhatProgramsReadIsEnglishUnlessAskedFor) {
  const std::vector<std::string> chinese = {"LC_ALL=zh_CN.UTF-8"};
  const std::vector<std::string> canonical = {"run", lesson, "--stage", "loopback", "--canonical"};
  const std::string english_page = wirelab(canonical).output;
  EXPECT_EQ(wirelab(canonical, chinese).output, english_page);

  std::vector<std::string> record = {"run", lesson, "--stage", "loopback", "--format", "json"};
  EXPECT_THAT(wirelab(record, chinese).output, HasSubstr("\"language\": \"en\""));
  record.push_back("--lang=zh");
  EXPECT_THAT(wirelab(record).output, HasSubstr("\"language\": \"zh\""));

  const std::string page = wirelab({"run", lesson, "--stage", "loopback"}, chinese).output;
  EXPECT_THAT(page, HasSubstr("发生了什么"));
  EXPECT_THAT(english_page, Not(HasSubstr("发生了什么")));
}

TEST(Explain, ListsEveryRuleAndLeadsFromAPageToItsRule) {
  const std::string list = wirelab({"explain"}).output;
  EXPECT_THAT(list, HasSubstr("  coalesced-recv  "));
  const std::string page = wirelab({"explain", "coalesced-recv"}).output;
  EXPECT_THAT(page, HasSubstr(lesson));
  EXPECT_THAT(page, HasSubstr("recv(2)"));
  EXPECT_THAT(wirelab({"run", lesson, "--stage", "loopback"}).output, HasSubstr("make explain RULE=coalesced-recv\n"));
}

TEST(Explain, OfAMisspeltNameSaysWhatWasMeant) {
  const Ended english = wirelab({"explain", "coalesced-rcv"});
  EXPECT_EQ(english.status, 2);
  EXPECT_EQ(english.output, "");
  EXPECT_THAT(english.complaints, HasSubstr("did you mean `coalesced-recv`?"));
  EXPECT_THAT(wirelab({"--lang=zh", "explain", "coalesced-rcv"}).complaints,
              HasSubstr("你是不是想说 `coalesced-recv`？"));
  EXPECT_THAT(wirelab({"explain", "zzz"}).complaints, HasSubstr("`make explain` lists them all"));
}

}  // namespace
}  // namespace wirelab::student

// Files over a stream, through a real run: promised, cut, resumed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "labs/scenario/sha256.hh"
#include "labs/timeline/calls.hh"
#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;

std::vector<timeline::File> files(const Played& played) {
  std::vector<timeline::File> found;
  for (const timeline::Event& event : played.line().events) {
    if (const timeline::File* file = event.file()) found.push_back(*file);
  }
  return found;
}

MATCHER_P(SumsUpTo, content, "has a file with these bytes") {
  return metric(arg, "server.sha256") == "\"" + scenario::sha256(content) + "\"";
}

TEST(RecvFileStep, TakesNoMoreThanItsSize) {
  const Played played = play(connected(R"(
- recv_file: {name: "copy", size: 3}
  when: {readable: 8}
- recv: 1024
  expect: "after"
)",
                                       R"(
- send: "abcafter"
)"));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), SumsUpTo("abc")));
  ASSERT_EQ(files(played).size(), 1U);
  EXPECT_EQ(files(played)[0].has, 3);
  EXPECT_EQ(files(played)[0].promised, 3);
}

TEST(RecvFileStep, TakesTheSizeThatWasReceivedLast) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: "\n"}
  when: {readable: 10}
- recv_file: {name: "copy", size: {received: last}}
- recv: {until: "\r\n"}
- recv_file: {name: "copy", size: {received: last}}
)",
                             R"(
- send: "3\nabc2\r\nde"
)")),
              AllOf(HoldsThroughout(), SumsUpTo("de"), Measures("server.errors", "[]")));
}

TEST(RecvFileStep, OfNoBytesReceivesNothing) {
  EXPECT_THAT(play(connected(R"(
- recv_file: {name: "copy", size: 0}
)",
                             "- send: \"x\"\n")),
              AllOf(HoldsThroughout(), SumsUpTo(""), Measures("server.recv.count", "0")));
}

TEST(RecvFileStep, TellsOfAnEndBeforeItsSizeAndKeepsWhatHasCome) {
  const Played played = play(connected(R"(
- recv_file: {name: "copy", size: 10}
  expect: {fails: truncated}
)",
                                       R"(
- send: "abc"
)"));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), SumsUpTo("abc"), Measures("server.errors", "[truncated]")));
  EXPECT_EQ(files(played).at(0).error, "truncated");
}

TEST(RecvFileStep, TellsOfAResetAndKeepsWhatHasCome) {
  EXPECT_THAT(play(connected(R"(
- recv_file: {name: "copy", size: 10}
  expect: {fails: ECONNRESET}
)",
                             R"(
- send: "abc"
- abort
)")),
              AllOf(HoldsThroughout(), SumsUpTo("abc"), Measures("server.errors", "[ECONNRESET]")));
}

TEST(RecvFileStep, IsWhatTheActorDiesOfIfNobodyExpectedItsEnd) {
  const Played played = play(connected("- recv_file: {name: \"copy\", size: 10}\n", "- send: \"abc\"\n"));
  const timeline::Event* death = timeline::death_of(played.line(), 0);
  ASSERT_NE(death, nullptr);
  ASSERT_NE(death->file(), nullptr);
  EXPECT_EQ(timeline::line_of(*death), death->file()->line);
  EXPECT_EQ(timeline::death_of(played.line(), 1), nullptr);
}

TEST(RecvFileStep, MayBeWhatARepeatWaitsFor) {
  EXPECT_THAT(play(connected(R"(
- repeat:
    until: "ab"
    steps:
      - recv_file: {name: "copy", size: 2}
)",
                             "- send: \"xyab\"\n")),
              AllOf(HoldsThroughout(), SumsUpTo("ab")));
}

TEST(RecvFileStep, GoesOnBehindWhatItHas) {
  const Played played = play(connected(R"(
- recv_file: {name: "copy", size: 3}
- recv_file: {name: "copy", size: 5, append: yes}
- recv: 1024
  expect: "f"
)",
                                       R"(
- send: "abcdef"
)"));
  EXPECT_THAT(played, AllOf(HoldsThroughout(), SumsUpTo("abcde")));
  EXPECT_EQ(files(played).at(1).had, 3);
  EXPECT_EQ(files(played).at(1).has, 5);
}

TEST(RecvFileStep, WritesAnewWithoutAppend) {
  EXPECT_THAT(play(connected(R"(
- recv_file: {name: "copy", size: 3}
- recv_file: {name: "copy", size: 2}
)",
                             "- send: \"abcde\"\n")),
              SumsUpTo("de"));
}

TEST(RecvFileStep, BringsItsBytesToExpect) {
  EXPECT_THAT(play(connected(R"(
- recv_file: {name: "copy", size: 3}
  expect: "abc"
)",
                             "- send: \"abcde\"\n")),
              HoldsThroughout());
}

class ASizeThatIsNone : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(ASizeThatIsNone, FailsBeforeAnythingIsTaken) {
  const auto& [line, error] = GetParam();
  EXPECT_THAT(play(connected(std::string(R"(
- recv: {until: "\n"}
- recv_file: {name: "copy", size: {received: last}}
  expect: {fails: )") + error + R"(}
- recv: {until: eof}
  expect: "abc"
)",
                             std::string("- send: \"") + line + "\\nabc\"\n")),
              AllOf(HoldsThroughout(), Measures("server.errors", "[" + std::string(error) + "]"), SumsUpTo("")));
}

INSTANTIATE_TEST_SUITE_P(OfAStranger, ASizeThatIsNone,
                         testing::Values(std::pair("many", "EINVAL"), std::pair("", "EINVAL"),
                                         std::pair("-1", "EINVAL"), std::pair("0x10", "EINVAL"),
                                         std::pair("99999999999999999999", "EINVAL"), std::pair("67108865", "EFBIG"),
                                         std::pair("9223372036854775807", "EFBIG")));

TEST(TheFilesOfAnActor, AreMeasuredWhileTheyAreReceived) {
  EXPECT_THAT(play(connected(R"(
- send: {size_of: {received: "copy"}}
- recv_file: {name: "copy", size: 3}
- send: {size_of: {received: "copy"}}
- send: {received: "copy"}
- send: {sha256_of: {received: "copy"}}
- send: {size_of: {received: last}}
)",
                             R"(
- send: "abc"
- recv: {until: eof}
)")),
              Measures("client.received.text", "\"03abc" + scenario::sha256("abc") + "3\""));
}

TEST(TheFilesOfAnActor, AreNoOtherActors) {
  EXPECT_THAT(play(connected(R"(
- recv_file: {name: "same", size: 3}
- send: "z"
- recv: {until: eof}
  expect: "1"
)",
                             R"(
- send: "abc"
- recv_file: {name: "same", size: 1}
- send: {size_of: {received: "same"}}
)")),
              HoldsThroughout());
}

}  // namespace
}  // namespace wirelab::runner::test

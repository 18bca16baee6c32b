// Each ceiling from both sides: the last that is allowed, and the first that is not.

#include "labs/scenario/ceilings.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string in_braces(const std::string& steps) { return with_steps("- socket: dgram\n" + steps); }

std::string times(const std::string& part, std::size_t count) {
  std::string text;
  for (std::size_t index = 0; index < count; ++index) text += part;
  return text;
}

TEST(TheCeiling, OfLanesCountsCopies) {
  const auto lanes = [](int one, int other) {
    return fmt::format(
        "wirelab: 1\nactors:\n  a: {{copies: {}, steps: [{{socket: dgram}}]}}\n  b: {{copies: {}, steps: [{{socket: "
        "dgram}}]}}\n",
        one, other);
  };
  EXPECT_THAT(rules_of(lanes(150, 50)), IsEmpty());
  EXPECT_THAT(rules_of(lanes(150, 51)), ElementsAre("ceiling-lanes"));
}

TEST(TheCeiling, OfStepsMultipliesRoundsOut) {
  const auto rounds = [](int outer, int inner) {
    return in_braces(fmt::format(
        "- repeat: {{times: {}, steps: [{{repeat: {{times: {}, steps: [{{note: \"x\"}}]}}}}]}}", outer, inner));
  };
  // A socket, a repeat, 199 repeats and 199 times 1000 notes are 199,201 steps.
  EXPECT_THAT(rules_of(rounds(199, 1000)), IsEmpty());
  EXPECT_THAT(rules_of(rounds(200, 1000)), ElementsAre("ceiling-rounds"));
  EXPECT_THAT(rules_of(rounds(100'000, 100'000)), ElementsAre("ceiling-rounds"));
  EXPECT_THAT(rules_of(rounds(100'001, 1)), ElementsAre("out-of-range"));
}

TEST(TheCeiling, OfWrittenSteps) {
  EXPECT_THAT(rules_of(in_braces(times("- note: \"x\"\n", ceilings::written_steps - 1))), IsEmpty());
  EXPECT_THAT(rules_of(in_braces(times("- note: \"x\"\n", ceilings::written_steps))), ElementsAre("ceiling-steps"));
}

TEST(TheCeiling, OfSentBytesMultipliesRoundsAndCopiesOut) {
  const auto sends = [](int rounds, int copies) {
    return fmt::format(
        "wirelab: 1\nactors:\n  a:\n    copies: {}\n    steps:\n      - socket: dgram\n      - repeat:\n          "
        "times: {}\n"
        "          steps:\n            - sendto: {{to: a, port: 1, data: {{fill: \"x\", size: 65536}}}}\n",
        copies, rounds);
  };
  EXPECT_THAT(rules_of(sends(1024, 4)), IsEmpty());
  EXPECT_THAT(rules_of(sends(1025, 4)), ElementsAre("ceiling-bytes"));
  EXPECT_THAT(rules_of(sends(1024, 5)), ElementsAre("ceiling-bytes"));
}

TEST(TheCeiling, OfOneDatumIsAskedBeforeMemoryIsTaken) {
  EXPECT_THAT(rules_of(in_braces("- sendto: {to: client, port: 1, data: {fill: \"x\", size: 67108865}}")),
              ElementsAre("out-of-range"));
  EXPECT_THAT(rules_of(in_braces("- sendto: {to: client, port: 1, data: {random: 9000000000000000000}}")),
              ElementsAre("out-of-range"));
}

TEST(TheCeiling, OfSleepsIsForEachAndForAllOfAnActor) {
  EXPECT_THAT(rules_of(in_braces("- sleep: 10s")), IsEmpty());
  EXPECT_THAT(rules_of(in_braces("- sleep: 10001ms")), ElementsAre("ceiling-duration"));
  EXPECT_THAT(rules_of(in_braces("- repeat: {times: 6, steps: [{sleep: 10s}]}")), IsEmpty());
  EXPECT_THAT(rules_of(in_braces("- repeat: {times: 7, steps: [{sleep: 10s}]}")), ElementsAre("ceiling-sleep"));
}

TEST(TheCeiling, OfSleepsLetsCopiesSleepSideBySide) {
  EXPECT_THAT(rules_of("wirelab: 1\nactors:\n  a:\n    copies: 50\n    steps:\n      - sleep: 10s\n"), IsEmpty());
}

TEST(TheCeiling, OfLimitsCannotBeLifted) {
  const auto limits = [](const std::string& text) { return with_conversation("limits: " + text + "\n"); };
  EXPECT_THAT(rules_of(limits("{step: 30s, run: 120s}")), IsEmpty());
  EXPECT_THAT(rules_of(limits("{step: 31s}")), ElementsAre("ceiling-duration"));
  EXPECT_THAT(rules_of(limits("{run: 121s}")), ElementsAre("ceiling-duration"));
}

TEST(TheCeiling, OfAMessage) {
  const auto framing = [](const std::string& most) {
    return "wirelab: 1\nframing: {kind: length, max_message: " + most + "}\nactors: {a: [{socket: stream}]}\n";
  };
  EXPECT_THAT(rules_of(framing("16777216")), IsEmpty());
  EXPECT_THAT(rules_of(framing("16777217")), ElementsAre("out-of-range"));
}

TEST(TheCeiling, OfAReceive) {
  EXPECT_THAT(rules_of(in_braces("- recvfrom: 67108864")), IsEmpty());
  EXPECT_THAT(rules_of(in_braces("- recvfrom: 67108865")), ElementsAre("out-of-range"));
}

TEST(TheCeiling, OfChecksAndHints) {
  EXPECT_THAT(rules_of(with_conversation("checks:\n" + times("  - server.recv.count: 2\n", 200))), IsEmpty());
  EXPECT_THAT(rules_of(with_conversation("checks:\n" + times("  - server.recv.count: 2\n", 201))),
              ElementsAre("ceiling-count"));
  EXPECT_THAT(rules_of(with_conversation("hints:\n" + times("  - \"x\"\n", 51))), ElementsAre("ceiling-count"));
}

TEST(TheCeiling, OfTheFileAllowsTheLastByte) {
  std::string text = with_conversation("");
  text += "# " + std::string(ceilings::file_bytes - text.size() - 3, 'x') + "\n";
  ASSERT_EQ(text.size(), ceilings::file_bytes);
  EXPECT_THAT(rules_of(text), IsEmpty());
  EXPECT_THAT(rules_of(text + "\n"), ElementsAre("ceiling-file"));
}

}  // namespace
}  // namespace wirelab::scenario

#include "labs/scenario/edits.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirelab::scenario {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST(LineEdits, OfTheSameTextAreNone) {
  EXPECT_THAT(line_edits("a\nb\n", "a\nb\n"), IsEmpty());
  EXPECT_THAT(line_edits("", ""), IsEmpty());
}

TEST(LineEdits, AreFoundWhereTheyAreAndCanBeDoneAlone) {
  const auto edits = line_edits("a\nb\nc\nd\n", "a\nB\nc\nD\n");
  ASSERT_THAT(edits, SizeIs(2));
  EXPECT_EQ(edits[0].before, (LineRange{2, 2}));
  EXPECT_EQ(edits[0].alone, "a\nB\nc\nd\n");
  EXPECT_EQ(edits[1].after, (LineRange{4, 4}));
  EXPECT_EQ(edits[1].alone, "a\nb\nc\nD\n");
}

TEST(LineEdits, NextToEachOtherAreOneForEachLineIfThereAreAsMany) {
  const auto edits = line_edits("a\nb\nc\n", "A\nB\nc\n");
  ASSERT_THAT(edits, SizeIs(2));
  EXPECT_EQ(edits[0].alone, "A\nb\nc\n");
  EXPECT_EQ(edits[1].alone, "a\nB\nc\n");
}

TEST(LineEdits, OfUnequalLengthAreOne) {
  const auto edits = line_edits("a\nb\nc\n", "a\nB\nB\nc\n");
  ASSERT_THAT(edits, SizeIs(1));
  EXPECT_EQ(edits[0].before, (LineRange{2, 2}));
  EXPECT_EQ(edits[0].after, (LineRange{2, 3}));
}

TEST(LineEdits, KnowLinesThatWereAddedAndRemoved) {
  const auto edits = line_edits("a\nb\nc\n", "a\nc\nd\n");
  ASSERT_THAT(edits, SizeIs(2));
  EXPECT_EQ(edits[0].before, (LineRange{2, 2}));
  EXPECT_EQ(edits[0].after, (LineRange{2, 1}));
  EXPECT_EQ(edits[0].alone, "a\nc\n");
  EXPECT_EQ(edits[1].before, (LineRange{4, 3}));
  EXPECT_EQ(edits[1].after, (LineRange{3, 3}));
  EXPECT_EQ(edits[1].alone, "a\nb\nc\nd\n");
}

TEST(LineEdits, AreTheFewestThatDo) {
  const auto edits = line_edits("a\nb\na\nc\n", "b\na\nc\na\n");
  ASSERT_THAT(edits, SizeIs(2));
  EXPECT_EQ(edits[0].before, (LineRange{1, 1}));
  EXPECT_EQ(edits[1].after, (LineRange{4, 4}));
}

TEST(LineEdits, CopeWithATextThatDoesNotEndInANewline) {
  const auto edits = line_edits("a\nb", "a\nb\nc\n");
  ASSERT_THAT(edits, SizeIs(1));
  EXPECT_EQ(edits[0].alone, "a\nb\nc\n");
  EXPECT_EQ(line_edits("a", "a\nb")[0].alone, "a\nb");
}

TEST(LineEdits, OfTwoLongTextsThatHaveNothingInCommonAreOne) {
  std::string one, other;
  for (int line = 0; line < 5000; ++line) {
    one += "one " + std::to_string(line) + "\n";
    other += "other\n";
  }
  EXPECT_THAT(line_edits(one, other), SizeIs(5000));
  EXPECT_THAT(line_edits(one, other + "other\n"), SizeIs(1));
}

}  // namespace
}  // namespace wirelab::scenario

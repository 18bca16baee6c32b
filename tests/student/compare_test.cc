#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/student/desk.hh"

namespace wirelab::student {
namespace {

using runner::test::Ended;
using test::lesson;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::filesystem::path root = WIRELAB_SOURCE_DIR;

class Compare : public test::Desk {
 protected:
  std::string shipped(const std::string& name) const {
    return runner::test::content_of(root / "scenarios/compare" / name);
  }
  static std::string replaced(std::string text, const std::string& what, const std::string& by) {
    return text.replace(text.find(what), what.size(), by);
  }
  Ended between(const std::string& left, const std::string& right, const std::string& stage) {
    write("left.yaml", left);
    write("right.yaml", right);
    return wirelab({"compare", "left.yaml", "right.yaml", "--stage", stage});
  }
};

TEST_F(Compare, ShowsTheShippedPairWithoutBeingToldOfIt) {
  if (!runner::test::hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts";
  const Ended ended = runner::test::run_program({"compare"}, root);
  EXPECT_EQ(ended.status, 0) << ended.complaints;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("client sent it again. (events:"), HasSubstr("Nobody sent it again."),
                                  HasSubstr("4354 bytes sent, 4354 read."), HasSubstr("4354 bytes sent, 2906 read."),
                                  HasSubstr("listen: 1 time, by server"), HasSubstr("No listen.")));
}

TEST_F(Compare, StaysTrueWhenAFileIsEdited) {
  if (!runner::test::hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts";
  const std::string without_loss = replaced(shipped("tcp.yaml"), "nth: 4", "nth: 400");
  const Ended ended = between(without_loss, shipped("udp.yaml"), "wire");
  EXPECT_THAT(ended.output, AllOf(HasSubstr("Nothing was lost in this run."), Not(HasSubstr("client sent it again"))));
  EXPECT_EQ(ended.status, 1) << "a check of the edited file does not hold any more";
}

TEST_F(Compare, OnLoopbackSaysWhatNeedsTheWire) {
  const Ended ended = between(shipped("tcp.yaml"), shipped("udp.yaml"), "loopback");
  EXPECT_EQ(ended.status, 3);
  EXPECT_THAT(ended.complaints, AllOf(HasSubstr("left.yaml: "), HasSubstr("needs private hosts")));
}

TEST_F(Compare, ShowsCallsWherePacketsCannotBeSeen) {
  const Ended ended = between(lesson("Hello", "World"), lesson("Hello", "World", 5), "loopback");
  EXPECT_EQ(ended.status, 0) << ended.complaints;
  EXPECT_THAT(ended.output, AllOf(HasSubstr("Packets cannot be seen here."), HasSubstr("2 sends of client: 5+5 bytes"),
                                  HasSubstr("2 receives brought one send,")));
}

TEST_F(Compare, AnswersNoPrediction) {
  const std::string asks = lesson("a", "b", 100, "predict:\n  server.recv.count: ???\n");
  const Ended ended = between(lesson("a", "b"), asks, "loopback");
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.output, "");
  EXPECT_THAT(ended.complaints, HasSubstr("right.yaml still says ???"));
}

TEST_F(Compare, TellsWhatIsWrongWithBothFiles) {
  const Ended ended = between("wirelab: 2\n", "wirelab: 3\n", "loopback");
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.complaints, AllOf(HasSubstr("left.yaml:1"), HasSubstr("right.yaml:1")));
}

}  // namespace
}  // namespace wirelab::student

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/student/desk.hh"

namespace wirelab::student {
namespace {

using runner::test::Ended;
using test::lesson;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DiffOfTwoFiles : public test::Desk {
 protected:
  Ended between(const std::string& before, const std::string& after) {
    write("a.yaml", before);
    write("b.yaml", after);
    return wirelab({"diff", "a.yaml", "b.yaml", "--stage", "loopback"});
  }
};

TEST_F(DiffOfTwoFiles, TellsTheEditAndWhatItChangedInTheStory) {
  const Ended ended = between(lesson("Hello", "World"), lesson("Hello", "World", 5));
  EXPECT_EQ(ended.status, 1) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr("line 8: server.recv#1\n    100 → 5\n"));
  EXPECT_THAT(ended.output, HasSubstr("server.recv.sizes: [10, 0] → [5, 5]\n"));
  EXPECT_THAT(ended.output, HasSubstr("− coalesced-recv: "));
  EXPECT_THAT(ended.output, HasSubstr("before: server: recv(100) = 10 \"HelloWorld\" (line 8)\n"));
  EXPECT_THAT(ended.output, HasSubstr("now: server: recv(5) = 5 \"Hello\" (line 8)\n"));
}

TEST_F(DiffOfTwoFiles, TellsWhichEditDidWhat) {
  const Ended ended = between(lesson("Hello", "World"), lesson("Hello", "World!", 100, "limits: {run: 20s}\n"));
  EXPECT_EQ(ended.status, 1) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr("Line 16 alone changes server.recv.sizes, "));
  EXPECT_THAT(ended.output, HasSubstr("Line 20 alone changes nothing that can be seen.\n"));
}

TEST_F(DiffOfTwoFiles, SaysOfAnEditThatCannotStandAloneThatItWorksWithOthers) {
  std::string renamed = lesson("Hello", "World!");
  for (std::size_t at = 0; (at = renamed.find("second", at)) != std::string::npos;) renamed.replace(at, 6, "last");
  EXPECT_THAT(between(lesson("Hello", "World"), renamed).output,
              HasSubstr("Line 17 works only together with others.\n"));
}

TEST_F(DiffOfTwoFiles, TriesNoMoreThanEightEditsAlone) {
  std::string notes, others;
  for (int note = 0; note < 10; ++note) {
    notes += "    - note: \"one\"\n";
    others += "    - note: \"two\"\n";
  }
  EXPECT_THAT(between(lesson("a", "b", 9, notes), lesson("a", "b", 9, others)).output,
              HasSubstr("2 more edits were not tried alone.\n"));
}

TEST_F(DiffOfTwoFiles, SaysSoIfNothingChangedThatCanBeSeen) {
  const Ended ended = between(lesson("a", "b"), lesson("a", "b", 100, "limits: {run: 20s}\n"));
  EXPECT_EQ(ended.status, 0) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr("The edit at line 20 changed nothing that can be seen.\n"));
}

TEST_F(DiffOfTwoFiles, TakesNoNoticeOfCommentsAndTitles) {
  const Ended ended = between(lesson("a", "b"), "# mine\n" + lesson("a", "b", 100, "title: \"Mine\"\n"));
  EXPECT_EQ(ended.status, 0) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr("Nothing was edited that is played"));
}

TEST_F(DiffOfTwoFiles, TellsWhoseVerdictIsAnotherOne) {
  const std::string check = "checks:\n  - server.recv.sizes: [10, 0]\n";
  EXPECT_THAT(between(lesson("Hello", "World", 100, check), lesson("Hello", "World", 5, check)).output,
              HasSubstr("check server.recv.sizes: passed → failed\n"));
}

TEST_F(DiffOfTwoFiles, DoesNotGiveAwayWhatIsStillToBePredicted) {
  const std::string question = "predict:\n  server.recv.sizes: ???\n";
  const Ended ended = between(lesson("Hello", "World", 100, question), lesson("Hello", "World", 5, question));
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, Not(HasSubstr("server.recv.sizes")));
}

TEST_F(DiffOfTwoFiles, SaysWhatIsWrongWithEither) {
  const Ended ended = between("wirelab: 1\n", "actors: {}\n");
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.complaints, AllOf(HasSubstr("a.yaml:"), HasSubstr("b.yaml:")));
  EXPECT_THAT(ended.output, IsEmpty());
}

TEST_F(DiffOfTwoFiles, IsTheSameOnHostsOfTheirOwn) {
  if (!runner::test::hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts";
  write("a.yaml", lesson("Hello", "World"));
  write("b.yaml", lesson("Hello", "World!"));
  const Ended ended = wirelab({"diff", "a.yaml", "b.yaml", "--stage", "wire"});
  EXPECT_EQ(ended.status, 1) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr("wire.client.payloads: [5, 5] → [5, 6]\n"));
  EXPECT_EQ(ended.output, wirelab({"diff", "a.yaml", "b.yaml", "--stage", "wire"}).output);
}

class DiffWithTheLastRun : public test::Desk {
 protected:
  void run(const std::string& text, const std::vector<std::string>& options = {}) {
    write("mine.yaml", text);
    std::vector<std::string> arguments = {"run", "mine.yaml", "--stage", "loopback"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    ASSERT_EQ(wirelab(arguments).status, 0);
  }
  Ended diff() { return wirelab({"diff", "mine.yaml", "--stage", "loopback"}); }
};

TEST_F(DiffWithTheLastRun, TellsWhatWasEditedSince) {
  run(lesson("Hello", "World"));
  write("mine.yaml", lesson("Hello", "World", 5));
  const Ended ended = diff();
  EXPECT_EQ(ended.status, 1) << ended.complaints;
  EXPECT_THAT(ended.output, HasSubstr("server.recv.sizes: [10, 0] → [5, 5]\n"));
}

TEST_F(DiffWithTheLastRun, GoesOneFurtherBackIfTheFileHasBeenRunAsItIs) {
  run(lesson("Hello", "World"));
  run(lesson("Hello", "World", 5));
  run(lesson("Hello", "World", 5));
  EXPECT_THAT(diff().output, HasSubstr("server.recv.sizes: [10, 0] → [5, 5]\n"));
}

TEST_F(DiffWithTheLastRun, KnowsTheFileWhereverOneStands) {
  run(lesson("Hello", "World"));
  write("mine.yaml", lesson("Hello", "World", 5));
  EXPECT_EQ(wirelab({"diff", (folder() / "mine.yaml").string(), "--stage", "loopback"}).status, 1);
}

TEST_F(DiffWithTheLastRun, SaysSoIfThereWasNone) {
  write("mine.yaml", lesson("Hello", "World"));
  const Ended ended = diff();
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.complaints, HasSubstr("nothing is known of an earlier mine.yaml"));
}

TEST_F(DiffWithTheLastRun, LeavesNoTracesOfRunsForMachines) {
  run(lesson("Hello", "World"), {"--format", "json"});
  run(lesson("Hello", "World"), {"--canonical"});
  EXPECT_FALSE(std::filesystem::exists(state()));
}

TEST_F(DiffWithTheLastRun, RunsAllTheSameIfNothingCanBeKept) {
  std::ofstream(state()) << "a file where a folder should be";
  run(lesson("Hello", "World"));
}

TEST_F(DiffWithTheLastRun, KeepsNoMoreThanItsBound) {
  std::filesystem::create_directories(state() / "wirelab");
  for (int text = 0; text < 300; ++text) std::ofstream(state() / "wirelab" / std::to_string(text));
  run(lesson("Hello", "World"));
  std::size_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(state() / "wirelab")) kept += entry.is_regular_file();
  EXPECT_EQ(kept, 200U);
}

}  // namespace
}  // namespace wirelab::student

// Hints, reset and submission, as a student types them.
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

/// Two exercises of lab 2, as they are handed out.
class Practice : public test::Desk {
 protected:
  static constexpr const char* stick = "lab2/exercise-1-stick.yaml";
  static constexpr const char* split = "lab2/exercise-2-split.yaml";

  Practice() {
    const std::string hints = "lab: 2\nhints:\n  - \"Look at recv.\"\n  - \"Count the bytes.\"\n";
    for (const char* exercise : {stick, split}) {
      hand_out(exercise, lesson("Hello", "World", 100, hints + "predict:\n  server.recv.count: ???\n"));
    }
  }
  void hand_out(const std::string& exercise, const std::string& text) {
    write(exercise, text);
    write("lab2/unsolved/" + std::filesystem::path(exercise).filename().string(), text);
  }
  void solve(const std::string& exercise) { write(exercise, lesson("Hello", "World")); }
  Ended hint(const std::vector<std::string>& more = {}) { return ask("hint", more); }
  Ended reset(const std::vector<std::string>& more = {}) { return ask("reset", more); }

 private:
  Ended ask(const std::string& what, const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {what, "lab2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return wirelab(arguments);
  }
};

// ------------------------------------------------------------------------------------------------------- hints

TEST_F(Practice, HintsComeOneAtATimeAndThenNoMore) {
  EXPECT_THAT(hint().output, AllOf(HasSubstr("Hint 1 of 2\n  Look at recv.\n"), Not(HasSubstr("bytes"))));
  EXPECT_THAT(hint().output, AllOf(HasSubstr("Hint 2 of 2\n  Count the bytes.\n"), Not(HasSubstr("recv"))));
  EXPECT_THAT(hint().output, AllOf(HasSubstr("There is no hint left"), HasSubstr("Read docs/lab2.md.")));
}

TEST_F(Practice, HintsThatWereShownCanBeSeenAgain) {
  EXPECT_THAT(hint({"--all"}).output, HasSubstr("No hint has been shown yet."));
  hint();
  EXPECT_THAT(hint({"--all"}).output, AllOf(HasSubstr("Hint 1 of 2"), Not(HasSubstr("Hint 2 of 2"))));
  EXPECT_THAT(hint().output, HasSubstr("Hint 2 of 2"));
}

TEST_F(Practice, HintsAreOfTheFirstExerciseThatIsNotSolved) {
  EXPECT_THAT(hint().output, HasSubstr(stick));
  solve(stick);
  EXPECT_THAT(hint().output, AllOf(HasSubstr(split), HasSubstr("Hint 1 of 2")));
  solve(split);
  EXPECT_THAT(hint().output, AllOf(HasSubstr(stick), HasSubstr("Hint 2 of 2")));
}

TEST_F(Practice, AnExerciseIsNamedByItsNumberOrItsName) {
  for (const char* name : {"2", "split", "2-split", "exercise-2-split", "exercise-2-split.yaml", split}) {
    const Ended ended = hint({"--all", name});
    if (std::string(name) == "split") {
      EXPECT_EQ(ended.status, 2);
    } else {
      EXPECT_THAT(ended.output, HasSubstr(split)) << name;
    }
  }
}

TEST_F(Practice, AnExerciseThatIsNotThereIsAnsweredWithThoseThatAre) {
  const Ended ended = hint({"3"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.complaints, AllOf(HasSubstr("no exercise 3"), HasSubstr("  exercise-1-stick.yaml\n")));
}

TEST_F(Practice, HintsAreThereForAFileThatIsBroken) {
  write(stick, "recv: [");
  EXPECT_THAT(hint().output, AllOf(HasSubstr(stick), HasSubstr("Hint 1 of 2")));
}

TEST_F(Practice, AHintDoesNotComeWithWarningsThatTellMore) {
  std::string warned = lesson("Hello", "World", 100, "hints:\n  - \"Look.\"\n");
  warned.replace(warned.find("bind: 8888"), 10, "bind: 8889");
  warned.replace(warned.find("connect: server"), 15, "connect: {to: server, port: 8888}");
  hand_out(stick, warned);
  EXPECT_THAT(wirelab({"check", stick}).complaints, HasSubstr("warning"));
  EXPECT_EQ(hint().complaints, "");
}

TEST_F(Practice, AHintIsShownEvenIfThatCannotBeRemembered) {
  std::ofstream(state()) << "a file where a folder should be";
  const Ended ended = hint();
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("Hint 1 of 2"));
  EXPECT_THAT(ended.complaints, HasSubstr("XDG_STATE_HOME"));
}

TEST_F(Practice, AFolderWithoutExercisesIsNoLab) {
  EXPECT_EQ(wirelab({"hint", "lab9"}).status, 2);
  EXPECT_EQ(wirelab({"reset", "."}).status, 2);
}

// ------------------------------------------------------------------------------------------------------- reset

TEST_F(Practice, ResetGivesAnExerciseBackAndKeepsWhatWasWritten) {
  const std::string handed_out = read(stick);
  solve(stick);
  const std::string mine = read(stick);
  const Ended ended = reset({"1"});
  EXPECT_EQ(ended.status, 0) << ended.complaints;
  EXPECT_EQ(read(stick), handed_out);
  EXPECT_EQ(read(std::string(stick) + ".mine"), mine);
}

TEST_F(Practice, ResetNeverOverwritesWhatItKeptBefore) {
  for (const char* text : {"one", "two", "three"}) {
    write(stick, text);
    EXPECT_EQ(reset({"1"}).status, 0);
  }
  EXPECT_EQ(read(std::string(stick) + ".mine"), "one");
  EXPECT_EQ(read(std::string(stick) + ".mine-2"), "two");
  EXPECT_EQ(read(std::string(stick) + ".mine-3"), "three");
}

TEST_F(Practice, ResetNeedsNoNameIfOneExerciseWasChanged) {
  solve(split);
  EXPECT_THAT(reset().output, HasSubstr(split));
  EXPECT_FALSE(is_there(std::string(stick) + ".mine"));
}

TEST_F(Practice, ResetAsksWhichIfSeveralWereChanged) {
  solve(stick);
  solve(split);
  const Ended ended = reset();
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.complaints, AllOf(HasSubstr("name the one"), HasSubstr("exercise-2-split.yaml")));
  EXPECT_FALSE(is_there(std::string(stick) + ".mine"));
}

TEST_F(Practice, ResetOfWhatWasNotChangedDoesNothing) {
  EXPECT_THAT(reset().output, HasSubstr("are as handed out already"));
  EXPECT_THAT(reset({"1"}).output, HasSubstr("is as handed out already"));
  EXPECT_FALSE(is_there(std::string(stick) + ".mine"));
}

TEST_F(Practice, ResetBringsBackAFileThatWasRemoved) {
  std::filesystem::remove(folder() / stick);
  EXPECT_EQ(reset().status, 0);
  EXPECT_TRUE(is_there(stick));
  EXPECT_FALSE(is_there(std::string(stick) + ".mine"));
}

// ------------------------------------------------------------------------------------------------- submission

TEST_F(Practice, ASubmissionIsTheExercisesAndWhatTheyUse) {
  write("lab2/letter.txt", "Dear server");
  write("lab2/diary.txt", "not for you");
  std::string uses = lesson("Hello", "World");
  uses.replace(uses.find("\"Hello\""), 7, "{file: \"letter.txt\"}");
  write(stick, uses);
  const Ended ended = wirelab({"submission", "."});
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.output, "lab2/exercise-1-stick.yaml\nlab2/letter.txt\nlab2/exercise-2-split.yaml\n");
}

TEST_F(Practice, ASubmissionSaysWhatIsUnfinished) {
  solve(stick);
  EXPECT_THAT(wirelab({"submission", "."}).complaints,
              testing::ContainsRegex("stick.yaml +handed in\n.*split.yaml +not solved yet\n"));
  write(split, "recv: [");
  EXPECT_THAT(wirelab({"submission", "."}).complaints, testing::ContainsRegex("split.yaml +not well formed"));
}

TEST_F(Practice, ASubmissionSaysWhatIsMissing) {
  std::filesystem::rename(folder() / split, folder() / "lab2/my-exercise.yaml");
  const Ended ended = wirelab({"submission", "."});
  EXPECT_THAT(ended.complaints, testing::ContainsRegex("2-split.yaml +missing: make reset2 EXERCISE=2 gives it back\n"));
  EXPECT_EQ(ended.output, "lab2/exercise-1-stick.yaml\n");
}

TEST_F(Practice, ALinkIsHandedInIfItLeadsToAFile) {
  std::filesystem::rename(folder() / stick, folder() / "mine.yaml");
  std::filesystem::create_symlink("../mine.yaml", folder() / stick);
  EXPECT_THAT(wirelab({"submission", "."}).output, HasSubstr(stick));
  std::filesystem::remove(folder() / "mine.yaml");
  const Ended ended = wirelab({"submission", "."});
  EXPECT_THAT(ended.complaints, testing::ContainsRegex("1-stick.yaml +missing"));
  EXPECT_THAT(ended.output, Not(HasSubstr(stick)));
}

TEST_F(Practice, ASubmissionLeavesOutWhatResetKept) {
  solve(stick);
  reset();
  EXPECT_THAT(wirelab({"submission", "."}).output, Not(HasSubstr("mine")));
}

TEST_F(Practice, ASubmissionOfNothingIsNone) { EXPECT_EQ(wirelab({"submission", "lab2"}).status, 2); }

}  // namespace
}  // namespace wirelab::student

// What `make handout` packs, and what it leaves out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "labs/scenario/translation.hh"
#include "tests/runner/program.hh"
#include "tests/student/desk.hh"

namespace wirelab::student {
namespace {

namespace fs = std::filesystem;
using runner::test::content_of;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const fs::path root = WIRELAB_SOURCE_DIR;

struct Said {
  int status = -1;
  std::string text;
};

/// Of a command for the shell, with both its outputs.
Said shell(const std::string& command) {
  Said said;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> part{};
  for (std::size_t size = 0; (size = fread(part.data(), 1, part.size(), pipe)) > 0;)
    said.text.append(part.data(), size);
  const int status = pclose(pipe);
  said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return said;
}

/// Packed once for all tests, by the real target. The program is there already, and no reason to build anything.
class Handout : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new runner::test::TemporaryFolder();
    const Said said = make("handout HANDOUT=" + archive());
    ASSERT_EQ(said.status, 0) << said.text;
    ASSERT_EQ(shell("tar -xzf " + archive() + " -C " + folder_->path().string()).status, 0);
  }
  static void TearDownTestSuite() { delete folder_; }

  static Said make(const std::string& target) {
    const std::string program = WIRELAB_PROGRAM;
    return shell("env -u MAKEFLAGS -u MAKELEVEL make -C " + root.string() + " -o " + program + " PROGRAM=" + program +
                 " " + target);
  }
  static std::string archive() { return folder_->path() / "handout.tar.gz"; }
  static fs::path unpacked() { return folder_->path() / "wirelab"; }
  static std::vector<std::string> names() {
    std::vector<std::string> found;
    std::istringstream listed(shell("tar -tzf " + archive()).text);
    for (std::string name; std::getline(listed, name);) found.push_back(name);
    return found;
  }

 private:
  static inline runner::test::TemporaryFolder* folder_ = nullptr;
};

TEST_F(Handout, IsTheProjectInOneFolder) {
  const std::vector<std::string> all = names();
  EXPECT_THAT(all, Each(StartsWith("wirelab/")));
  for (const char* name : {"Makefile", "CMakeLists.txt", "README.md", "labs/main.cc", "core/CMakeLists.txt",
                           "scenarios/schema.json", "scenarios/lab1/1-conversation.yaml", "docs/lab1.md"}) {
    EXPECT_THAT(all, Contains("wirelab/" + std::string(name)));
  }
}

TEST_F(Handout, HasNoTestsNoSolutionsAndNothingForTeachers) {
  for (const std::string& name : names()) {
    for (const char* forbidden : {"tests/", "rubrics", "/answers/", "golden", "solution", "instructor", ".mine", "/."}) {
      if (std::string(forbidden) == "/." && name.ends_with(".clang-format")) continue;
      EXPECT_THAT(name, Not(HasSubstr(forbidden)));
    }
  }
}

TEST_F(Handout, HasEveryExerciseUnsolvedWhateverWasDoneToItHere) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "scenarios")) {
    const fs::path path = fs::relative(entry.path(), root);
    if (path.parent_path().filename() != "unsolved") continue;
    const std::string handed_out = content_of(entry.path());
    EXPECT_EQ(content_of(unpacked() / path), handed_out) << path;
    EXPECT_EQ(content_of(unpacked() / path.parent_path().parent_path() / path.filename()), handed_out) << path;
  }
}

TEST_F(Handout, HasTheTextsOfEveryLessonInChinese) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "scenarios")) {
    const fs::path path = fs::relative(entry.path(), root);
    // Of the texts of checks only what is not hidden.
    if (path.parent_path().filename() != "zh" || path.filename() == "checks.yaml") continue;
    EXPECT_EQ(content_of(unpacked() / path), content_of(entry.path())) << path;
  }
  EXPECT_THAT(names(), Contains("wirelab/README.zh.md"));
}

TEST_F(Handout, PromisesNothingThatIsNotInIt) {
  const std::regex link(R"(\]\(([^():]+\.(md|yaml|json))\))");
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(unpacked())) {
    if (entry.path().extension() != ".md") continue;
    const std::string text = content_of(entry.path());
    for (std::sregex_iterator found(text.begin(), text.end(), link), none; found != none; ++found) {
      EXPECT_TRUE(fs::exists(entry.path().parent_path() / found->str(1))) << entry.path() << " has " << found->str();
    }
    if (!entry.path().filename().string().starts_with("README")) continue;
    for (const char* target : {"make test", "make grade"}) EXPECT_THAT(text, Not(HasSubstr(target))) << entry.path();
  }
}

TEST_F(Handout, HasPublicRubricsWithoutWhatIsHidden) {
  if (!fs::exists(root / "tests/rubrics")) GTEST_SKIP() << "no lab has a rubric";
  std::size_t left_out = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(root / "tests/rubrics")) {
    const std::string lab = entry.path().stem();
    if (entry.path().extension() != ".yaml" || !fs::exists(root / "scenarios" / lab)) continue;
    const std::string rubric = content_of(unpacked() / "scenarios" / lab / "checks.yaml");
    EXPECT_THAT(rubric, HasSubstr("rubric: 1")) << lab;
    for (const char* hidden : {"hidden: yes", "proof:", "answer:", "misconception:"}) {
      EXPECT_THAT(rubric, Not(HasSubstr(hidden))) << lab;
    }
    // What is hidden is not told in another language either.
    const fs::path texts = fs::path("scenarios") / lab / "zh" / "checks.yaml";
    const auto kept = scenario::load_translation(unpacked() / texts).texts;
    EXPECT_THAT(kept, Not(IsEmpty())) << lab;
    left_out += scenario::load_translation(root / texts).texts.size() - kept.size();
    for (const auto& [english, chinese] : kept) EXPECT_THAT(rubric, HasSubstr(english)) << lab;
  }
  EXPECT_GT(left_out, 0U);
}

TEST_F(Handout, ConfiguresWithoutTests) {
  const Said said = shell("cmake -S " + unpacked().string() + " -B " + (unpacked() / "build").string());
  EXPECT_EQ(said.status, 0) << said.text;
  EXPECT_THAT(shell("make -C " + unpacked().string() + " help").text,
              testing::AllOf(HasSubstr("make lab1"), Not(HasSubstr("make test")), Not(HasSubstr("make handout"))));
}

class Variant : public test::Desk {
 protected:
  Variant() {
    write("lab2/unsolved/exercise-1-stick.yaml", "# what to do\n" + test::lesson("Hello", "World"));
    write("lab2.yaml",
          "rubric: 1\nlab: 2\nexercises:\n  - file: exercise-1-stick.yaml\n    points: 1\n    edit: [client]\n"
          "    variant: {client.send#1: word}\n    checks:\n      - server.errors: []\n"
          "    cases:\n      - name: \"as handed in\"\n");
    write("key", "only the instructor has this");
    write("other-key", "another one");
  }
  std::string of(const std::string& student, const std::string& key = "key") {
    const runner::test::Ended ended =
        wirelab({"variant", "lab2.yaml", "lab2", "1", "--student", student, "--key", key});
    EXPECT_EQ(ended.status, 0) << ended.complaints;
    return ended.output;
  }
};

TEST_F(Variant, IsTheSameForAStudentAndAnotherOneForOthersAndWithAnotherKey) {
  EXPECT_EQ(of("ada"), of("ada"));
  EXPECT_NE(of("ada"), of("bob"));
  EXPECT_NE(of("ada"), of("ada", "other-key"));
}

TEST_F(Variant, KeepsAllElseOfTheExercise) {
  const std::string own = of("ada");
  EXPECT_THAT(own, StartsWith("# what to do\nwirelab: 1\n"));
  EXPECT_THAT(own, Not(HasSubstr("Hello")));
  EXPECT_THAT(own, HasSubstr("World"));
  write("lab2/exercise-1-stick.yaml", own);
  EXPECT_EQ(wirelab({"check", "lab2/exercise-1-stick.yaml"}).status, 0);
}

TEST_F(Variant, NeedsAKey) {
  write("empty", "");
  for (const char* key : {"empty", "none"}) {
    EXPECT_EQ(wirelab({"variant", "lab2.yaml", "lab2", "1", "--student", "ada", "--key", key}).status, 2) << key;
  }
}

// As a student has it, who keeps an exercise elsewhere.
TEST_F(Handout, IsHandedInWithWhatALinkLeadsTo) {
  const fs::path exercise = unpacked() / "scenarios/lab1/exercise-1-refused.yaml";
  const fs::path elsewhere = unpacked() / "mine.yaml";
  const std::string text = content_of(exercise);
  fs::rename(exercise, elsewhere);
  fs::create_symlink(elsewhere, exercise);
  const std::string program = WIRELAB_PROGRAM;
  const std::string in_there = "cd " + unpacked().string() + " && ";
  const Said said = shell(in_there + "env -u MAKEFLAGS -u MAKELEVEL make -o " + program + " PROGRAM=" + program +
                          " STUDENT=ada submit");
  fs::rename(elsewhere, exercise);
  ASSERT_EQ(said.status, 0) << said.text;
  EXPECT_EQ(shell(in_there + "tar -xOzf submission-ada.tar.gz lab1/exercise-1-refused.yaml").text, text);
}

TEST_F(Handout, IsNotPackedForANameThatIsNone) {
  for (const char* name : {"'a b'", "'../x'", "'$(true)'", "-x"}) {
    const Said said = make(std::string("submit STUDENT=") + name);
    EXPECT_NE(said.status, 0) << name;
    EXPECT_THAT(said.text, HasSubstr("STUDENT= takes letters")) << name;
  }
}

}  // namespace
}  // namespace wirelab::student

// The programs of four lessons, as they are kept, without the functions that all such programs have: read the
// difference before you keep another one. WIRELAB_UPDATE_SNAPSHOTS=1 build/tests/export_tests
// --gtest_filter='*Snapshot*' writes them anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/runner/program.hh"

namespace wirelab::exporter::test {
namespace {

namespace fs = std::filesystem;
using runner::test::content_of;
using runner::test::Ended;
using runner::test::run_program;
using runner::test::TemporaryFolder;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const fs::path root = WIRELAB_SOURCE_DIR;

/// What is this program's own: the comment at its top, and main().
std::string own_part(const std::string& program) {
  const bool is_c = program.starts_with("//");
  const std::size_t top = program.find(is_c ? "\n#include" : "\nimport");
  const std::size_t main = program.find(is_c ? "int main(" : "def main(");
  return program.substr(0, top) + "\n" + program.substr(main);
}

class Snapshot : public testing::TestWithParam<const char*> {};

TEST_P(Snapshot, IsWhatIsExported) {
  const fs::path kept = root / "tests/export/snapshots" / GetParam();
  const TemporaryFolder folder;
  for (const char* language : {"c", "python"}) {
    const fs::path scenario = root / "scenarios" / (std::string(GetParam()) + ".yaml");
    const Ended ended = run_program({"export", scenario, "--language", language, "-o", folder.path()});
    ASSERT_EQ(ended.status, 0) << ended.complaints;
  }
  for (const fs::directory_entry& file : fs::directory_iterator(folder.path())) {
    if (file.path().extension() == ".data") continue;  // what a program sends is in the scenario
    const fs::path there = kept / file.path().filename();
    const std::string own = own_part(content_of(file));
    if (std::getenv("WIRELAB_UPDATE_SNAPSHOTS") != nullptr) {
      fs::create_directories(kept);
      std::ofstream(there) << own;
    }
    ASSERT_TRUE(fs::exists(there)) << there;
    EXPECT_EQ(own, content_of(there)) << "where the new one is right: WIRELAB_UPDATE_SNAPSHOTS=1";
  }
}

INSTANTIATE_TEST_SUITE_P(Of, Snapshot,
                         testing::Values("lab1/1-conversation", "lab3/1-delimiter", "lab5/1-boundaries-kept",
                                         "lab6/5-resume"),
                         [](const testing::TestParamInfo<const char*>& test) {
                           std::string name = test.param;
                           std::ranges::replace(name, '/', '_');
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

const std::string lesson = root / "scenarios/lab1/1-conversation.yaml";

TEST(WithoutAFolder, TheProgramsAreShownEachUnderItsName) {
  const Ended ended = run_program({"export", lesson, "--language", "c"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, StartsWith("// ======== server.c\n"));
  EXPECT_THAT(ended.output, HasSubstr("\n// ======== client.c\n"));
}

TEST(OneActorsProgram, IsShownAlone) {
  const Ended ended = run_program({"export", lesson, "--language", "python", "--actor", "client"});
  EXPECT_EQ(own_part(ended.output), content_of(root / "tests/export/snapshots/lab1/1-conversation/client.py"));
}

TEST(AProgramThatWasChanged, IsNotWrittenOver) {
  const TemporaryFolder folder;
  const auto exported = [&] { return run_program({"export", lesson, "--language", "c", "-o", folder.path()}); };
  ASSERT_EQ(exported().status, 0);
  EXPECT_EQ(exported().status, 0) << "it is the same";
  std::ofstream(folder.path() / "client.c", std::ios::app) << "// mine\n";
  const Ended ended = exported();
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.complaints, HasSubstr("client.c is another file, or was changed"));
  EXPECT_THAT(content_of(folder.path() / "client.c"), EndsWith("// mine\n"));
}

TEST(AnActorThatIsNotThere, IsRefused) {
  const Ended ended = run_program({"export", lesson, "--language", "c", "--actor", "clown"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.complaints, "wirelab: the scenario has no actor clown\n");
}

TEST(AnotherLanguage, IsRefused) {
  EXPECT_EQ(run_program({"export", lesson, "--language", "cobol"}).status, 2);
  EXPECT_EQ(run_program({"export", lesson}).status, 2);
}

}  // namespace
}  // namespace wirelab::exporter::test

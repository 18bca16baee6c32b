#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "labs/grader/submissions.hh"
#include "labs/scenario/ceilings.hh"
#include "tests/grader/class_folder.hh"
#include "tests/grading/archive_file.hh"
#include "tests/runner/program.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;
using runner::test::content_of;
using test::ClassFolder;
using test::Format;
using test::pack;
using testing::HasSubstr;
using testing::Not;

using Kind = Answer::Kind;

TEST(Submissions, AreFoldersAndArchivesByName) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "bob");
  fs::create_directories(folder.path() / ".hidden");
  std::ofstream(folder.path() / "submission-alice.tar.gz") << "";
  std::ofstream(folder.path() / "Carol.TAR.XZ") << "";
  std::ofstream(folder.path() / "notes.txt") << "";
  std::vector<fs::path> passed_over;
  const std::vector<Submission> found = find_submissions(folder.path(), &passed_over);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].student, "Carol");
  EXPECT_EQ(found[1].student, "alice");
  EXPECT_EQ(found[2].student, "bob");
  EXPECT_THAT(passed_over, testing::ElementsAre(folder.path() / "notes.txt"));
}

TEST(Submissions, AreRefusedIfTwoAreOfOneStudent) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "alice");
  std::ofstream(folder.path() / "alice.tar.gz") << "";
  EXPECT_THAT([&] { find_submissions(folder.path()); },
              testing::ThrowsMessage<std::runtime_error>(HasSubstr("two submissions are of alice")));
}

TEST(Submissions, AreRefusedWithNamesThatDoNothingToTheTerminal) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "\x1b[2Jbob");
  std::ofstream(folder.path() / "\x1b[2Jbob.zip") << "";
  EXPECT_THAT([&] { find_submissions(folder.path()); },
              testing::ThrowsMessage<std::runtime_error>(
                  testing::AllOf(HasSubstr("two submissions are of \\x1b[2Jbob"), Not(HasSubstr("\x1b")))));
}

TEST(Submissions, AreFoundBesideALinkThatLeadsNowhere) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "alice");
  // Whichever the folder lists last: neither may refuse the class.
  for (const char* name : {"a-link", "z-link"}) fs::create_symlink("nowhere", folder.path() / name);
  fs::create_symlink("itself", folder.path() / "itself");
  std::vector<fs::path> passed_over;
  const std::vector<Submission> found = find_submissions(folder.path(), &passed_over);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].student, "alice");
  EXPECT_EQ(passed_over.size(), 3U);
}

TEST(Submissions, AreRefusedIfTheirFolderIsNone) {
  const ClassFolder folder;
  EXPECT_THAT([&] { find_submissions(folder.path() / "nowhere"); },
              testing::ThrowsMessage<std::runtime_error>(HasSubstr("cannot be read")));
}

TEST(Submissions, AreOfSomebodyWhateverTheyAreCalled) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "submission-");
  EXPECT_EQ(find_submissions(folder.path()).at(0).student, "submission-");
  fs::remove(folder.path() / "submission-");
  std::ofstream(folder.path() / "submission-.tar.gz") << "";
  EXPECT_EQ(find_submissions(folder.path()).at(0).student, "submission-");
}

Answer answer_in(const fs::path& where) {
  const Submission alice{"alice", where, fs::is_directory(where) ? find_in_folder : find_in_archive};
  return alice.find(alice, 3, "exercise-1.yaml");
}

TEST(AnAnswer, IsFoundInTheLabsFolderFirst) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "alice" / "lab3");
  std::ofstream(folder.path() / "alice" / "exercise-1.yaml") << "an old one";
  std::ofstream(folder.path() / "alice" / "lab3" / "exercise-1.yaml") << "this";
  EXPECT_EQ(answer_in(folder.path() / "alice").text, "this");
}

TEST(AnAnswer, IsMissingWhereThereIsNone) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "alice" / "lab2");
  EXPECT_EQ(answer_in(folder.path() / "alice").kind, Kind::missing);
}

TEST(AnAnswer, IsFoundWhereverStudentsPutIt) {
  for (const char* place : {"lab3/exercise-1.yaml", "scenarios/lab3/exercise-1.yaml", "exercise-1.yaml"}) {
    const ClassFolder folder;
    const fs::path file = folder.path() / "alice" / place;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << place;
    const Answer answer = answer_in(folder.path() / "alice");
    EXPECT_EQ(answer.kind, Kind::there) << place;
    EXPECT_EQ(answer.text, place);
    EXPECT_EQ(answer.file, fs::path("alice") / place);
  }
}

TEST(AnAnswer, IsNotReadThroughALinkThatLeadsOut) {
  const ClassFolder folder;
  std::ofstream(folder.path() / "secret") << "the solution";
  fs::create_directories(folder.path() / "alice" / "lab3");
  fs::create_symlink("../../secret", folder.path() / "alice" / "lab3" / "exercise-1.yaml");
  const Answer answer = answer_in(folder.path() / "alice");
  EXPECT_EQ(answer.kind, Kind::unreadable);
  EXPECT_EQ(answer.text, "");
  EXPECT_THAT(answer.fault, HasSubstr("leads out"));
}

TEST(AnAnswer, IsUnreadableWhereItsFolderCannotBeLookedInto) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "alice");
  fs::create_symlink("lab3", folder.path() / "alice" / "lab3");  // not even the superuser gets to its end
  const Answer answer = answer_in(folder.path() / "alice");
  EXPECT_EQ(answer.kind, Kind::unreadable);
  EXPECT_THAT(answer.fault, HasSubstr("symbolic links"));
}

TEST(AnAnswer, IsUnreadableInAFolderThatIsClosedToTheGrader) {
  if (geteuid() == 0) GTEST_SKIP() << "no folder is closed to the superuser";
  ClassFolder folder;
  folder.hand_in("alice", "this", "../exercise-1.yaml");
  fs::permissions(folder.path() / "alice", fs::perms::none);
  const Answer answer = answer_in(folder.path() / "alice");
  fs::permissions(folder.path() / "alice", fs::perms::owner_all);
  EXPECT_EQ(answer.kind, Kind::unreadable);
  EXPECT_THAT(answer.fault, HasSubstr("Permission denied"));
}

TEST(AnAnswer, IsMissingWhereAFileIsInPlaceOfTheFolder) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "alice");
  std::ofstream(folder.path() / "alice" / "lab3") << "";
  EXPECT_EQ(answer_in(folder.path() / "alice").kind, Kind::missing);
}

TEST(AnAnswer, IsNoPipeThatNobodyWritesTo) {
  const ClassFolder folder;
  fs::create_directories(folder.path() / "alice" / "lab3");
  ASSERT_EQ(mkfifo((folder.path() / "alice" / "lab3" / "exercise-1.yaml").c_str(), 0600), 0);
  EXPECT_EQ(answer_in(folder.path() / "alice").kind, Kind::unreadable);
}

TEST(AnAnswer, IsNoLargerThanAScenarioMayBe) {
  ClassFolder folder;
  folder.hand_in("alice", std::string(scenario::ceilings::file_bytes + 1, '#'), "../exercise-1.yaml");
  EXPECT_EQ(answer_in(folder.path() / "alice").kind, Kind::unreadable);
}

TEST(AnAnswer, IsUnpackedFromAnArchive) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz",
       {{"lab2/exercise-1.yaml", "of another lab", ""}, {"./lab3/exercise-1.yaml", "this", ""}});
  const Answer answer = answer_in(folder.path() / "alice.tar.gz");
  EXPECT_EQ(answer.kind, Kind::there);
  EXPECT_EQ(answer.text, "this");
}

TEST(AnAnswer, IsUnpackedFromOneFolderThatAllWasPackedIn) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz", {{"alice/lab3/exercise-1.yaml", "this", ""}});
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").text, "this");
}

TEST(AnAnswer, IsUnpackedFromAFolderThatOnlyBeginsAsALab) {
  for (const char* folder_packed : {"labs", "lab3-alice", "labor", "lab", "lab3", "lab03"}) {
    const ClassFolder folder;
    pack(folder.path() / "alice.tar.gz", {{std::string(folder_packed) + "/lab3/exercise-1.yaml", "this", ""}});
    EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").text, "this") << folder_packed;
  }
}

TEST(AnAnswer, IsNotInTheFolderOfAnotherLab) {
  for (const char* other : {"lab2", "lab33", "lab99999999999999999999"}) {
    const ClassFolder folder;
    pack(folder.path() / "alice.tar.gz", {{std::string(other) + "/lab3/exercise-1.yaml", "of another lab", ""}});
    EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").kind, Kind::missing) << other;
  }
}

TEST(AnAnswer, IsUnpackedFromWhicheverFormat) {
  for (const Format format : {Format::tar_gz, Format::tar_bz2, Format::zip, Format::seven_zip}) {
    const ClassFolder folder;
    pack(folder.path() / "alice.zip",
         {{"notes", "no answer", ""}, {"lab3/exercise-1.yaml", "this", ""}, {"old", "no answer", ""}}, format);
    EXPECT_EQ(answer_in(folder.path() / "alice.zip").text, "this");
  }
}

TEST(AnAnswer, IsNotACopyThatWasKept) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz", {{"old/lab3/exercise-1.yaml", "an old one", ""},
                                        {"lab3/exercise-1.yaml", "this", ""},
                                        {"older/lab3/exercise-1.yaml", "a very old one", ""}});
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").text, "this");
}

TEST(AnAnswer, IsTheLaterOfTwoInTheSamePlace) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz",
       {{"lab3/exercise-1.yaml", "the first try", ""}, {"lab3/exercise-1.yaml", "this", ""}});
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").text, "this");
}

TEST(AnAnswer, IsNotThatOfAnotherLab) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz", {{"lab2/exercise-1.yaml", "of another lab", ""}});
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").kind, Kind::missing);
}

TEST(AnAnswer, IsNoLinkInAnArchive) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz", {{"lab3/exercise-1.yaml", "", "/etc/passwd"}});
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").kind, Kind::missing);
}

TEST(AnAnswer, IsNotLookedForInWhatIsNoArchive) {
  const ClassFolder folder;
  std::ofstream(folder.path() / "alice.tar.gz") << "no archive at all";
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").kind, Kind::unreadable);
}

/// Changes a byte of `what` wherever it is in the file.
void damage(const fs::path& file, const std::string& what) {
  std::string bytes = content_of(file);
  for (std::size_t at = 0; (at = bytes.find(what, at)) != std::string::npos; ++at) ++bytes[at];
  std::ofstream(file, std::ios::binary) << bytes;
}

TEST(AnAnswer, IsNotLookedForInADamagedArchive) {
  const ClassFolder folder;
  const fs::path archive = folder.path() / "alice.tar";
  pack(archive, {{"notes", "no answer", ""}, {"lab3/exercise-1.yaml", "this", ""}, {"old", "", ""}}, Format::tar);
  damage(archive, "lab3/exercise-1.yaml");
  const Answer answer = answer_in(archive);
  EXPECT_EQ(answer.kind, Kind::unreadable) << "who knows what it was";
  EXPECT_THAT(answer.fault, HasSubstr("the archive cannot be read"));
}

constexpr std::uintmax_t too_much = std::uintmax_t{65} << 20;

TEST(AnAnswer, IsNotLookedForInAnArchiveThatHasNoEnd) {
  for (const Format format : {Format::tar_gz, Format::zip, Format::seven_zip}) {
    const ClassFolder folder;
    pack(folder.path() / "alice.tar.gz",
         {{.name = "bomb", .text = "", .link = "", .zeros = too_much}, {"lab3/exercise-1.yaml", "this", ""}}, format);
    const Answer answer = answer_in(folder.path() / "alice.tar.gz");
    EXPECT_EQ(answer.kind, Kind::unreadable);
    EXPECT_THAT(answer.fault, HasSubstr("64 MiB"));
  }
}

TEST(AnAnswer, IsNotTakenFromAnArchiveWhoseLastMemberHasNoEnd) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz",
       {{"lab3/exercise-1.yaml", "this", ""}, {.name = "bomb", .text = "", .link = "", .zeros = too_much}});
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").kind, Kind::unreadable);
}

TEST(AnAnswer, IsNotLookedForInManyMembersThatAreTooMuchTogether) {
  const ClassFolder folder;
  std::vector<test::Member> members(13, {.name = "part", .text = "", .link = "", .zeros = too_much / 13});
  members.push_back({"lab3/exercise-1.yaml", "this", ""});
  pack(folder.path() / "alice.zip", members, Format::zip);
  EXPECT_EQ(answer_in(folder.path() / "alice.zip").kind, Kind::unreadable);
}

TEST(AnAnswer, IsNoLargerThanAScenarioMayBeInAnArchive) {
  const ClassFolder folder;
  const std::string most(scenario::ceilings::file_bytes, '#');
  for (const Format format : {Format::tar_gz, Format::zip}) {
    const fs::path archive = folder.path() / "alice.tar.gz";
    pack(archive, {{"lab3/exercise-1.yaml", most, ""}}, format);
    EXPECT_EQ(answer_in(archive).text, most);
    pack(archive, {{"lab3/exercise-1.yaml", most + "#", ""}}, format);
    EXPECT_THAT(answer_in(archive).fault, HasSubstr("larger than a scenario may be"));
  }
}

TEST(AnAnswer, IsNotLookedForInAnArchiveThatIsItselfTooLarge) {
  const ClassFolder folder;
  std::ofstream(folder.path() / "alice.tar") << "";
  fs::resize_file(folder.path() / "alice.tar", std::uintmax_t{1} << 40);  // sparse: it has no blocks
  const Answer answer = answer_in(folder.path() / "alice.tar");
  EXPECT_EQ(answer.kind, Kind::unreadable);
  EXPECT_THAT(answer.fault, HasSubstr("the archive is larger than 64 MiB"));
}

TEST(AnAnswer, IsNoHardLinkInAnArchive) {
  const ClassFolder folder;
  pack(folder.path() / "alice.tar.gz", {{"lab3/exercise-1.yaml", "", "/etc/passwd", true}});
  EXPECT_EQ(answer_in(folder.path() / "alice.tar.gz").kind, Kind::missing);
}

TEST(AnAnswer, IsUnpackedFromAFolderWhoseNameIsNotAscii) {
  for (const Format format : {Format::tar_gz, Format::zip, Format::seven_zip}) {
    const ClassFolder folder;
    pack(folder.path() / "alice.zip", {{"M\u00fcller \u5f20/lab3/exercise-1.yaml", "this", ""}}, format);
    EXPECT_EQ(answer_in(folder.path() / "alice.zip").text, "this");
  }
}

TEST(AnArchive, StartsNoProgram) {
  const ClassFolder folder;
  const fs::path program = folder.path() / "lrzip";
  const fs::path traces = folder.path() / "traces";
  std::ofstream(program) << "#!/bin/sh\ntouch " << traces.string() << "\n";
  fs::permissions(program, fs::perms::owner_all);
  const std::string path = std::getenv("PATH");
  setenv("PATH", (folder.path().string() + ":" + path).c_str(), 1);
  // What libarchive(3) leaves to lrzip(1).
  std::ofstream(folder.path() / "alice.tar.gz", std::ios::binary)
      << std::string("LRZI\0\x06", 6) << std::string(1000, '\0');
  const Answer answer = answer_in(folder.path() / "alice.tar.gz");
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(answer.kind, Kind::unreadable);
  EXPECT_FALSE(fs::exists(traces));
}

}  // namespace
}  // namespace wirelab::grader

#include "labs/grader/play.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/error.hh"
#include "labs/grader/sandbox.hh"
#include "tests/grader/class_folder.hh"
#include "tests/runner/program.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;
using grade::Ending;
using grade::Verdict;
using testing::HasSubstr;

const fs::path tests_folder = fs::path(WIRELAB_SOURCE_DIR) / "tests";

scenario::Rubric open_rubric() {
  const fs::path labs = tests_folder / "grader" / "labs";
  return scenario::load_rubric(labs / "rubrics" / "lab2.yaml", labs / "lab2").rubric.value();
}

Answer what_fills_a_small_disk(const Submission&, int, const std::string& file) {
  std::string text = runner::test::content_of(tests_folder / "grader" / "labs" / "lab2" / file);
  const auto replace = [&text](const std::string& was, const std::string& is) {
    text.replace(text.find(was), was.size(), is);
  };
  replace("recv: {until: eof}", "recv_file: \"much\"");
  replace("server.accept blocked\n", "server.accept blocked\n    - send: {fill: \"and on and \", size: 2000000}\n");
  return {.kind = Answer::Kind::there, .file = file, .text = text};
}

// A run that has no file system of its own shares the machine's with everybody, and may find it full.
TEST(APlay, ThatFindsTheMachinesDiskFullIsNoFaultOfTheAnswer) {
  const test::ClassFolder folder;
  const scenario::Rubric rubric = open_rubric();
  Sandbox sandbox;
  sandbox.start(0, {}, [&]() -> std::string {
    try {
      test::mount_a_small_disk(folder.path());
    } catch (const core::SystemError& error) {
      return std::string("not here: ") + error.what();
    }
    const test::TemporaryFilesIn small_disk(folder.path());
    const scenario::Exercise& exercise = rubric.exercises.at(0);
    const Submission submission{.student = "mallory", .where = folder.path(), .find = what_fills_a_small_disk};
    return to_report(play(rubric, exercise, exercise.cases.at(0), {}, submission, {.why_no_hosts = "not asked for"}));
  });
  const Ended ended = sandbox.wait().value();
  if (ended.report.starts_with("not here")) GTEST_SKIP() << ended.report;
  ASSERT_EQ(ended.how, Ended::How::finished) << ended.report;
  const Played played = from_report(ended.report);
  EXPECT_EQ(played.verdict, Verdict::inconclusive);
  EXPECT_EQ(played.ending, Ending::judged);
  EXPECT_THAT(played.machine_fault, HasSubstr("ENOSPC"));
}

}  // namespace
}  // namespace wirelab::grader

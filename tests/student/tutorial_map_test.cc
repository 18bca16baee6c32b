#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "tests/student/desk.hh"

namespace wirelab::student {
namespace {

const std::filesystem::path root = WIRELAB_SOURCE_DIR;

std::vector<std::string> words_of(const std::string& command) {
  std::istringstream stream(command);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

TEST(TutorialMap, NamesCommandsThatShowWhatTheySay) {
  if (!runner::test::hosts_are_allowed()) GTEST_SKIP() << "this machine allows no private hosts";
  const std::string page = runner::test::content_of(root / "docs/tutorial-map.md");
  const std::regex command("`build/wirelab ([^`]+)`");
  int commands = 0;
  for (std::sregex_iterator found(page.begin(), page.end(), command), end; found != end; ++found, ++commands) {
    const runner::test::Ended ended = runner::test::run_program(words_of((*found)[1]), root);
    EXPECT_EQ(ended.status, 0) << found->str() << "\n" << ended.output << ended.complaints;
  }
  EXPECT_GT(commands, 40);
}

}  // namespace
}  // namespace wirelab::student

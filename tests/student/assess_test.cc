// Assessment and progress, as a student types them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/student/desk.hh"

namespace wirelab::student {
namespace {

using runner::test::Ended;
using test::lesson;
using testing::HasSubstr;

/// An exercise of lab 2, which is to be solved by a prediction, and the checks that students have.
class Assessment : public test::Desk {
 protected:
  static constexpr const char* exercise = "scenarios/lab2/exercise-1-stick.yaml";

  Assessment() {
    write("scenarios/lab2/unsolved/exercise-1-stick.yaml", predicting("server.recv.count: ???"));
    write("scenarios/lab2/checks.yaml",
          "rubric: 1\n"
          "lab: 2\n"
          "exercises:\n"
          "  - file: exercise-1-stick.yaml\n"
          "    points: 1\n"
          "    edit: [predict]\n"
          "    cases:\n"
          "      - {name: \"as handed in\", points: 1, predict: [server.recv.count]}\n");
    predict("server.recv.count: ???");
  }
  static std::string predicting(const std::string& prediction) {
    return lesson("Hello", "World", 100, "predict:\n  " + prediction + "\n");
  }
  void predict(const std::string& prediction) { write(exercise, predicting(prediction)); }
  Ended assess() const { return wirelab({"assess", "scenarios/lab2"}); }
};

/// What is sent now arrives as soon as the program waits for it: the mask and what is pending outlive execve(2).
bool send_ctrl_c_ahead() {
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  return sigprocmask(SIG_BLOCK, &interrupt, nullptr) == 0 && raise(SIGINT) == 0;
}

TEST_F(Assessment, EndsByCtrlCAsARunDoes) {
  write("a.yaml", lesson("Hello", "World"));
  write("b.yaml", lesson("Hello", "Moon"));
  const std::vector<std::vector<std::string>> commands = {{"assess", "scenarios/lab2"},
                                                          {"progress"},
                                                          {"run", "a.yaml"},
                                                          {"diff", "a.yaml", "b.yaml"},
                                                          {"compare", "a.yaml", "b.yaml"}};
  for (const std::vector<std::string>& command : commands) {
    const Ended ended = runner::test::run_program(command, folder(), send_ctrl_c_ahead);
    EXPECT_EQ(ended.status, 130) << command[0];
    EXPECT_EQ(ended.complaints, "wirelab: interrupted; nothing is left behind\n") << command[0];
  }
}

// Who has written something else than ??? has not solved it yet.
TEST_F(Assessment, LetsHintsStayWithWhatDidNotGetItsPoints) {
  const std::string second = lesson("Hello", "World", 100, "predict:\n  server.recv.count: ???\n");
  write("scenarios/lab2/exercise-2-split.yaml", second);
  write("scenarios/lab2/unsolved/exercise-2-split.yaml", second);
  predict("server.recv.count: 7");
  EXPECT_EQ(assess().status, 1);
  EXPECT_THAT(wirelab({"hint", "scenarios/lab2"}).output, HasSubstr("exercise-1-stick.yaml"));
  predict("server.recv.count: 2");
  EXPECT_EQ(assess().status, 0) << assess().output;
  EXPECT_THAT(wirelab({"hint", "scenarios/lab2"}).output, HasSubstr("exercise-2-split.yaml"));
}

TEST_F(Assessment, SaysInWordsThatThereIsNoSuchFolder) {
  const Ended ended = wirelab({"progress", "nowhere"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_EQ(ended.complaints, "wirelab: there is nothing to assess in nowhere\n");
}

}  // namespace
}  // namespace wirelab::student

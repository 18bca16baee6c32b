// Rubrics that are as they should be. What is wrong with others is in tests/broken/rubrics.

#include "labs/scenario/rubric.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "labs/scenario/read_rubric.hh"
#include "labs/scenario/spelling.hh"
#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::filesystem::path lab_folder = WIRELAB_SOURCE_DIR "/tests/broken/rubrics/lab";

const std::string rubric_text = R"(rubric: 1
lab: 3
exercises:
  - file: exercise-1-split.yaml
    points: 7
    edit: [framing, server, client.greeting, client.greeting.after, wire.rules]
    forbid: [sleep, when, framing]
    variant: {wire.seed: seed, client.send_message#2: word}
    checks:
      - server.messages: ["Hello", "World", "Again"]
        misconception: one-recv-one-message
        because: "A recv returns what is there, and \"that\" is no message.\nOr is it?"
      - server.errors: []
    cases:
      - name: "as handed in"
        predict: [server.recv.count]
      - name: "cut at every byte"
        points: 2
        hidden: yes
        change: {client.cut: {one_run_per: byte}}
      - name: "other words"
        points: 3
        timing: yes
        change:
          client.cut: each
          client.send_message: ["", "a", {fill: "x", size: 300}]
          server.sleep: 20ms
        checks:
          - server.messages: ["", "a", {fill: "x", size: 300}]
            misconception: a-delimiter-is-enough
      - name: "three seeds"
        hidden: yes
        change: {wire.seed: {one_run_per: [1, 2, 3]}, pace: reversed}
    proof:
      - {answer: "split.solution.yaml", full: yes}
      - {answer: "split.plain-recv.yaml", fails: "as handed in", says: one-recv-one-message}
      - {answer: "split.sleep.yaml", fails: "other words", says: forbidden-sleep}
      - {answer: "split.other-client.yaml", fails: "as handed in", says: changed-the-task}
      - {answer: "split.says-nothing.yaml", fails: "as handed in", ends: unanswered}
)";

// A file of this process alone, gone again with the object.
class WrittenRubric {
 public:
  explicit WrittenRubric(const std::string& text)
      : path_(std::filesystem::temp_directory_path() / ("rubric-test-" + std::to_string(getpid()) + ".yaml")) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~WrittenRubric() { std::filesystem::remove(path_); }
  WrittenRubric(const WrittenRubric&) = delete;
  WrittenRubric& operator=(const WrittenRubric&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Rubric load(const std::string& text, const std::filesystem::path& lab = lab_folder) {
  const WrittenRubric file(text);
  const LoadedRubric loaded = load_rubric(file.path(), lab);
  EXPECT_EQ(report_of(loaded.diagnostics, loaded.source), "");
  return loaded.rubric.value_or(Rubric{});
}

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(TheDocumentationOfRubrics, BeginsWithOneThatLoads) {
  const std::string text = content_of(WIRELAB_SOURCE_DIR "/docs/rubrics.md");
  const std::size_t first = text.find("rubric: 1");
  ASSERT_NE(first, std::string::npos);
  EXPECT_THAT(load(text.substr(first, text.find("```", first) - first)).exercises, SizeIs(1));
}

TEST(TheDocumentationOfRubrics, NamesEveryWordOfThem) {
  const std::string text = content_of(WIRELAB_SOURCE_DIR "/docs/rubrics.md");
  for (const std::string_view word : rubric_words()) EXPECT_THAT(text, HasSubstr(word));
}

TEST(ARubric, IsReadWithAllThatIsInIt) {
  const Rubric rubric = load(rubric_text);
  EXPECT_EQ(rubric.lab, 3);
  EXPECT_EQ(rubric.source, rubric_text);
  ASSERT_THAT(rubric.exercises, SizeIs(1));
  const Exercise& exercise = rubric.exercises[0];
  EXPECT_EQ(exercise.file, "exercise-1-split.yaml");
  EXPECT_EQ(exercise.points, 7);
  EXPECT_THAT(exercise.forbid, ElementsAre("sleep", "when", "framing"));
  EXPECT_EQ(exercise.title, "Split");
  EXPECT_THAT(exercise.hints, ElementsAre("Look at the delimiter."));
  EXPECT_THAT(exercise.unsolved_source, HasSubstr("title: \"Split\""));
  ASSERT_THAT(exercise.variants, SizeIs(2));
  EXPECT_EQ(exercise.variants[1].path, "client.send_message#2");
  EXPECT_EQ(exercise.variants[1].kind, Variant::Kind::word);
  ASSERT_THAT(exercise.proof, SizeIs(5));
  EXPECT_TRUE(exercise.proof[0].full);
  EXPECT_EQ(exercise.proof[1].fails, "as handed in");
  EXPECT_EQ(exercise.proof[1].says, "one-recv-one-message");
  EXPECT_EQ(exercise.proof[2].says, "forbidden-sleep");
  EXPECT_EQ(exercise.proof[3].says, "changed-the-task");
  EXPECT_EQ(exercise.proof[4].ends, "unanswered");
}

TEST(ARubric, NamesStepsAsDifferencesDo) {
  EXPECT_THAT(load(rubric_text).exercises.at(0).edit,
              ElementsAre("framing", "server", "client.send_message#1", "client.send_message#1.after", "wire.rules"));
}

TEST(ARubric, KnowsWhatEachCaseChanges) {
  const std::vector<Case> cases = load(rubric_text).exercises.at(0).cases;
  ASSERT_THAT(cases, SizeIs(4));
  EXPECT_THAT(cases[0].changes, IsEmpty());
  EXPECT_THAT(cases[0].predict, ElementsAre("server.recv.count"));
  EXPECT_EQ(cases[0].points, 1);
  EXPECT_TRUE(cases[1].one_run_per->byte);
  EXPECT_TRUE(cases[1].hidden);
  EXPECT_EQ(cases[1].one_run_per->path, "client.cut");
  ASSERT_THAT(cases[2].changes, SizeIs(3));
  EXPECT_EQ(in_one_line(cases[2].changes[1].value), R"(["", "a", {fill: "x", size: 300}])");
  EXPECT_TRUE(cases[2].timing);
  ASSERT_THAT(cases[3].one_run_per->values, SizeIs(3));
  EXPECT_EQ(cases[3].one_run_per->values[2].text, "3");
  ASSERT_THAT(cases[3].changes, SizeIs(1));
  EXPECT_EQ(cases[3].changes[0].path, "pace");
}

TEST(ARubric, HasChecksWithTheirData) {
  const Exercise exercise = load(rubric_text).exercises.at(0);
  ASSERT_THAT(exercise.checks, SizeIs(2));
  EXPECT_EQ(exercise.checks[0].misconception, "one-recv-one-message");
  const List messages = *exercise.cases.at(2).checks->at(0).expected.values.at(0).as<List>();
  EXPECT_EQ(messages.at(2), Value(Bytes{std::string(300, 'x')}));
  EXPECT_FALSE(exercise.cases.at(0).checks);
}

TEST(ARubric, WithoutChecksOfItsOwnJudgesThoseOfTheFile) {
  const Rubric rubric = load(
      "rubric: 1\nlab: 3\nexercises:\n  - {file: exercise-1-split.yaml, points: 1, cases: [{name: \"as handed "
      "in\"}]}\n");
  ASSERT_THAT(rubric.exercises.at(0).checks, SizeIs(1));
  EXPECT_EQ(rubric.exercises.at(0).checks[0].metric, "server.messages");
}

TEST(TheRubricsOfTheLabs, LoadAndSoDoThePublicOnes) {
  const std::filesystem::path labs = WIRELAB_SOURCE_DIR "/scenarios";
  for (const auto& entry : std::filesystem::directory_iterator(WIRELAB_SOURCE_DIR "/tests/rubrics")) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path());
    const std::filesystem::path lab = labs / entry.path().stem();
    const Rubric whole = load(content_of(entry.path()), lab);
    const Rubric shown = load(public_rubric(whole), lab);
    ASSERT_EQ(shown.exercises.size(), whole.exercises.size());
    for (std::size_t index = 0; index < whole.exercises.size(); ++index) {
      EXPECT_EQ(shown.exercises[index].points, whole.exercises[index].points);
      EXPECT_EQ(shown.exercises[index].edit, whole.exercises[index].edit);
      EXPECT_THAT(shown.exercises[index].checks, SizeIs(whole.exercises[index].checks.size()));
    }
  }
}

TEST(ThePublicRubric, HasTheSameExercisesLessWhatIsHidden) {
  const Rubric rubric = load(rubric_text);
  const std::string text = public_rubric(rubric);
  EXPECT_THAT(text, Not(HasSubstr("cut at every byte")));
  EXPECT_THAT(text, Not(HasSubstr("misconception")));
  EXPECT_THAT(text, Not(HasSubstr("proof")));

  const Exercise whole = rubric.exercises.at(0);
  const Exercise shown = load(text).exercises.at(0);
  EXPECT_EQ(shown.file, whole.file);
  EXPECT_EQ(shown.points, whole.points);
  EXPECT_EQ(shown.edit, whole.edit);
  EXPECT_EQ(shown.forbid, whole.forbid);
  EXPECT_EQ(shown.hidden_cases, 2);
  EXPECT_EQ(shown.hidden_points, 3);
  EXPECT_THAT(shown.proof, IsEmpty());
  ASSERT_THAT(shown.checks, SizeIs(2));
  EXPECT_EQ(shown.checks[0].because, whole.checks[0].because);
  EXPECT_EQ(shown.checks[0].misconception, "");
  ASSERT_THAT(shown.cases, SizeIs(2));
  EXPECT_EQ(shown.cases[0].name, "as handed in");
  EXPECT_EQ(shown.cases[0].predict, whole.cases[0].predict);
  EXPECT_EQ(shown.cases[1].name, "other words");
  EXPECT_TRUE(shown.cases[1].timing);
  ASSERT_THAT(shown.cases[1].changes, SizeIs(3));
  EXPECT_EQ(in_one_line(shown.cases[1].changes[1].value), in_one_line(whole.cases[2].changes[1].value));
  EXPECT_EQ(shown.cases[1].checks->at(0).expected.values, whole.cases[2].checks->at(0).expected.values);
}

TEST(ThePublicRubric, OfAPublicOneIsTheSameAgain) {
  const std::string text = public_rubric(load(rubric_text));
  EXPECT_EQ(public_rubric(load(text)), text);
}

}  // namespace
}  // namespace wirelab::scenario

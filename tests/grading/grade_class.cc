// The grader as GoogleTest: one test for every submission, exercise and case, registered when the program starts. So
// filters, shards, repeats and reports are GoogleTest's own. What comes out is in the results folder;
// docs/instructor.md is the page for people.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "labs/grader/grading.hh"
#include "labs/grader/results.hh"
#include "labs/grader/submissions.hh"
#include "labs/render/scores_terminal.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/rubric.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;

struct CommandLine {
  std::string submissions;
  std::string student;
  fs::path labs = "scenarios";
  fs::path rubrics = "tests/rubrics";
  fs::path results = "grades";
  std::string key_file;
  std::vector<int> only_labs;
  std::size_t side_by_side = usual_side_by_side();
  std::vector<std::string> shards;
  bool verbose = false;
};

/// What GoogleTest can have in a name: of a student or a case the letters, digits and `_`, the rest as `_`. Names that
/// come out the same get a number.
class TestNames {
 public:
  std::string name_of(const std::string& group, const std::string& text) {
    std::string name;
    for (const char c : text) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    const int seen = ++seen_[group + "/" + name];
    return seen == 1 ? name : name + "_" + std::to_string(seen);
  }

 private:
  std::map<std::string, int> seen_;
};

class GradedCase : public testing::Test {
 public:
  GradedCase(Grading& grading, CaseId id) : grading_(grading), id_(id) {}
  void TestBody() override {
    if (end != nullptr) GTEST_SKIP() << "broken off";
    const grade::CaseScore* score = nullptr;
    try {
      score = &grading_.finish(id_);
    } catch (...) {
      // Interrupted, or the machine failed: then no other test can do better.
      end = std::current_exception();
      GTEST_SKIP() << "broken off";
    }
    if (score->verdict == grade::Verdict::passed) return;
    const grade::ExerciseScore exercise{.lab = grading_.rubrics()[id_.rubric].lab, .file = grading_.exercise(id_).file};
    ADD_FAILURE() << render::explanation_of(exercise, *score, render::Audience::instructor);
  }

  /// What ended the grading before its time; null: nothing has.
  static inline std::exception_ptr end;

 private:
  Grading& grading_;
  CaseId id_;
};

using TestsByCase = std::vector<std::pair<CaseId, const testing::TestInfo*>>;

TestsByCase register_tests(Grading& grading) {
  TestsByCase tests;
  TestNames names;
  for (std::size_t s = 0; s < grading.submissions().size(); ++s) {
    const std::string student = names.name_of("", grading.submissions()[s].student);
    for (std::size_t r = 0; r < grading.rubrics().size(); ++r) {
      for (std::size_t e = 0; e < grading.rubrics()[r].exercises.size(); ++e) {
        const scenario::Exercise& exercise = grading.rubrics()[r].exercises[e];
        const std::string lab = "lab" + std::to_string(grading.rubrics()[r].lab);
        for (std::size_t c = 0; c < exercise.cases.size(); ++c) {
          const CaseId id{s, r, e, c};
          const std::string name = names.name_of(
              student, lab + "_" + fs::path(exercise.file).stem().string() + "_" + exercise.cases[c].name);
          tests.emplace_back(
              id, testing::RegisterTest(student.c_str(), name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                                        [&grading, id]() -> testing::Test* { return new GradedCase(grading, id); }));
        }
      }
    }
  }
  return tests;
}

/// Wants, once GoogleTest has chosen, all tests that this process has: so that others are played while one is waited
/// for.
class Beginning : public testing::Environment {
 public:
  Beginning(Grading& grading, TestsByCase tests) : grading_(grading), tests_(std::move(tests)) {}
  void SetUp() override {
    for (const auto& [id, test] : tests_) {
      if (test->should_run()) grading_.want(id);
    }
  }

 private:
  Grading& grading_;
  TestsByCase tests_;
};

std::vector<scenario::Rubric> load_rubrics(const CommandLine& asked) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(asked.rubrics)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<scenario::Rubric> rubrics;
  for (const fs::path& file : files) {
    scenario::LoadedRubric loaded = scenario::load_rubric(file, asked.labs / file.stem());
    for (const scenario::Diagnostic& diagnostic : loaded.diagnostics) {
      std::fprintf(stderr, "%s\n", scenario::to_text(diagnostic, loaded.source, words::Language::english).c_str());
    }
    if (!loaded.rubric) throw std::runtime_error("the rubric " + file.string() + " is not well formed");
    const bool is_wanted =
        asked.only_labs.empty() || std::ranges::find(asked.only_labs, loaded.rubric->lab) != asked.only_labs.end();
    if (is_wanted) rubrics.push_back(std::move(*loaded.rubric));
  }
  if (rubrics.empty()) throw std::runtime_error("there is no rubric for that in " + asked.rubrics.string());
  return rubrics;
}

std::string read_key(const std::string& file) {
  if (file.empty()) return "";
  constexpr std::size_t longest = 4096;
  const scenario::ReadFile read = scenario::read_regular_file(file, longest);
  if (!read.fault.empty() || read.too_large || read.bytes.empty()) {
    throw std::runtime_error("the key in " + file + " cannot be used: " +
                             (read.fault.empty() ? "it must have 1 to 4096 bytes"
                                                 : scenario::first_line(read.fault, words::Language::english)));
  }
  return read.bytes;
}

std::optional<int> number_in(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return std::nullopt;
  int number = 0;
  const char* end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, number);
  if (error != std::errc() || stopped != end) throw std::runtime_error(fmt::format("{}={} is no number", name, text));
  return number;
}

/// Looked at before anything is written: GoogleTest would end the process over it, with the status of a class in which
/// somebody failed.
Shard shard_of_environment() {
  const std::optional<int> index = number_in("GTEST_SHARD_INDEX");
  const std::optional<int> count = number_in("GTEST_TOTAL_SHARDS");
  if (!index && !count) return {};
  if (!index || !count || *index < 0 || *index >= *count) {
    const auto said = [](const std::optional<int>& number) { return number ? std::to_string(*number) : "not set"; };
    throw std::runtime_error(
        fmt::format("GTEST_SHARD_INDEX is {} and GTEST_TOTAL_SHARDS {}: the index counts from 0, and "
                    "is less than the number of shards",
                    said(index), said(count)));
  }
  return {*index, *count};
}

void show(const grade::ClassScore& score, const fs::path& results) {
  const render::TerminalStyle style = render::style_for(STDOUT_FILENO, words::Language::english);
  const std::string page = score.submissions.size() == 1
                               ? render::to_terminal(score.submissions.front(), render::Audience::instructor, style)
                               : render::to_terminal(score, style);
  std::fwrite(page.data(), 1, page.size(), stdout);
  std::printf("\nIn %s: grades.csv, class.html, junit.xml, gradescope/, classroom/\n", results.c_str());
}

/// Says how far it is, where somebody looks on.
class Teller : public testing::EmptyTestEventListener {
 public:
  explicit Teller(std::size_t all) : all_(all), watched_(isatty(STDERR_FILENO) != 0) {}
  void OnTestEnd(const testing::TestInfo&) override {
    ++done_;
    if (watched_) std::fprintf(stderr, "\r%zu of %zu cases graded", done_, all_);
  }
  void OnTestProgramEnd(const testing::UnitTest&) override {
    if (watched_) std::fprintf(stderr, "\r                                        \r");
  }

 private:
  std::size_t all_;
  std::size_t done_ = 0;
  bool watched_;
};

std::vector<Submission> submissions_of(const CommandLine& asked) {
  if (asked.submissions.empty()) return {{asked.student, asked.labs}};
  std::vector<fs::path> passed_over;
  std::vector<Submission> found = find_submissions(asked.submissions, &passed_over);
  for (const fs::path& path : passed_over) {
    const std::string name = scenario::printable(path.filename().string());
    std::fprintf(stderr, "wirelab: passed over %s, which is neither a folder nor an archive\n", name.c_str());
  }
  return found;
}

int merge_shards(const CommandLine& asked) {
  Grading grading(load_rubrics(asked), submissions_of(asked), {.key = read_key(asked.key_file)});
  merge({asked.shards.begin(), asked.shards.end()}, grading);
  write_exports(grading.score(), asked.results);
  show(grading.score(), asked.results);
  return 0;
}

int grade(const CommandLine& asked) {
  const Shard shard = shard_of_environment();
  Results* journal = nullptr;
  Grading::Options options{.side_by_side = asked.side_by_side, .key = read_key(asked.key_file)};
  options.begins = [&](const CaseId& id) { journal->expect(id); };
  options.finished = [&](const CaseId& id, const grade::CaseScore& score) { journal->add(id, score); };
  Grading grading(load_rubrics(asked), submissions_of(asked), std::move(options));
  TestsByCase tests = register_tests(grading);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  Results results(asked.results, grading, shard);
  journal = &results;

  const bool is_part = shard.count > 1;
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  if (!asked.verbose) delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new Teller(tests.size()));
  testing::AddGlobalTestEnvironment(new Beginning(grading, std::move(tests)));
  // There before anything is played, and saying so: whoever looks while we work, or after we were killed, is not
  // misled.
  if (!is_part) write_exports(grading.score(), asked.results);
  const int status = RUN_ALL_TESTS();
  if (!is_part) {
    write_exports(grading.score(), asked.results);
    show(grading.score(), asked.results);
  }
  if (GradedCase::end != nullptr) std::rethrow_exception(GradedCase::end);
  if (is_part) {
    std::printf("Shard %d of %d is graded, in %s; merge them when all are\n", shard.index, shard.count,
                asked.results.c_str());
  }
  return status;
}

}  // namespace
}  // namespace wirelab::grader

int main(int argc, char** argv) {
  using namespace wirelab::grader;
  // GoogleTest takes what is its own and leaves the rest.
  testing::InitGoogleTest(&argc, argv);
  // Tests have students' names, and DISABLED_ may be one's.
  GTEST_FLAG_SET(also_run_disabled_tests, true);
  CommandLine asked;
  CLI::App app{"Grades a class: one GoogleTest test for each student, exercise and case."};
  app.add_option("--submissions", asked.submissions, "a folder with a folder or an archive for each student");
  app.add_option("--student", asked.student, "without --submissions: whose this copy is")->default_val("this-copy");
  app.add_option("--labs", asked.labs, "where the exercises are")->capture_default_str();
  app.add_option("--rubrics", asked.rubrics, "where the rubrics are")->capture_default_str();
  app.add_option("--results", asked.results, "where the results go; what is there already is not graded again")
      ->capture_default_str();
  app.add_option("--key", asked.key_file, "a file with the secret that students' own variants are made from");
  app.add_option("--lab", asked.only_labs, "only these labs");
  app.add_option("--side-by-side", asked.side_by_side, "runs at once")->check(CLI::Range(1, 256));
  app.add_flag("--verbose", asked.verbose, "let GoogleTest print each test as well");
  app.add_option("--merge", asked.shards, "instead of grading: put these shards' results together");
  CLI11_PARSE(app, argc, argv);
  try {
    return asked.shards.empty() ? grade(asked) : merge_shards(asked);
  } catch (const Interrupted&) {
    std::fprintf(stderr, "wirelab: interrupted; call it again and it goes on from here\n");
    return 130;
  } catch (const ServerIsGone& error) {
    std::fprintf(stderr, "wirelab: %s; call it again and it goes on from here\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "wirelab: %s\n", error.what());
    return 2;
  }
}

// Makes a class to be graded: make_class --lab 3 --students 1000 --seed 7 --out DIR. What each answer is made from
// stands in DIR/.expected.tsv.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "labs/scenario/rubric.hh"
#include "tests/grading/class_maker.hh"

namespace {

namespace fs = std::filesystem;
using wirelab::scenario::LoadedRubric;
using wirelab::scenario::Rubric;
namespace test = wirelab::grader::test;

std::vector<Rubric> load(const std::vector<int>& labs, const fs::path& rubrics, const fs::path& scenarios) {
  std::vector<Rubric> all;
  for (const int lab : labs) {
    const std::string name = "lab" + std::to_string(lab);
    LoadedRubric loaded = wirelab::scenario::load_rubric(rubrics / (name + ".yaml"), scenarios / name);
    if (!loaded.rubric) throw std::runtime_error("the rubric of " + name + " is not well formed");
    all.push_back(std::move(*loaded.rubric));
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> labs;
  fs::path rubrics = "tests/rubrics";
  fs::path scenarios = "scenarios";
  fs::path folder;
  test::ClassPlan plan{.answers = "tests/answers", .hostile = "tests/hostile"};
  std::map<std::string, test::Kind> kinds;
  for (const test::Kind kind : plan.kinds) kinds.emplace(to_text(kind), kind);
  CLI::App app{"Makes a class of students, right, wrong, unsolved, missing and hostile."};
  app.add_option("--lab", labs, "of which labs")->required();
  app.add_option("--students", plan.students, "how many")->capture_default_str();
  app.add_option("--seed", plan.seed, "the same class for the same one")->capture_default_str();
  app.add_option("--kinds", plan.kinds, "only answers of these kinds")->transform(CLI::Transformer(kinds));
  app.add_option("--answers", plan.answers, "right and wrong answers")->capture_default_str();
  app.add_option("--hostile", plan.hostile, "hostile ones")->capture_default_str();
  app.add_option("--rubrics", rubrics, "which of the answers are right")->capture_default_str();
  app.add_option("--labs", scenarios, "where the exercises are")->capture_default_str();
  app.add_option("--out", folder, "the folder to be made")->required();
  CLI11_PARSE(app, argc, argv);
  try {
    test::make_class(load(labs, rubrics, scenarios), plan, folder);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_class: %s\n", error.what());
    return 2;
  }
  return 0;
}

#include "tests/grader/class_folder.hh"

#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "core/error.hh"
#include "labs/grader/submissions.hh"
#include "labs/scenario/diagnostic.hh"
#include "labs/stage/private_network.hh"

namespace wirelab::grader::test {
namespace {

namespace fs = std::filesystem;

const fs::path labs = fs::path(WIRELAB_SOURCE_DIR) / "tests" / "grader" / "labs";

}  // namespace

std::string answer(const std::string& steps) {
  std::ostringstream text;
  text << std::ifstream(labs / "lab1" / "unsolved" / "exercise-1-echo.yaml").rdbuf();
  std::string answer = text.str();
  const std::string before = "    - accept\n";
  return answer.insert(answer.find(before) + before.size(), steps);
}

ClassFolder::ClassFolder() {
  std::string pattern = (fs::temp_directory_path() / "wirelab-class-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = pattern;
}

ClassFolder::~ClassFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void ClassFolder::hand_in(const std::string& student, const std::string& text, const std::string& file) {
  const fs::path folder = path_ / student / "lab1";
  fs::create_directories(folder);
  std::ofstream(folder / file, std::ios::binary) << text;
}

TemporaryFilesIn::TemporaryFilesIn(const std::filesystem::path& folder) {
  if (const char* usual = std::getenv("TMPDIR")) usual_ = usual;
  setenv("TMPDIR", folder.c_str(), 1);
}

TemporaryFilesIn::~TemporaryFilesIn() { usual_.empty() ? unsetenv("TMPDIR") : setenv("TMPDIR", usual_.c_str(), 1); }

void mount_a_small_disk(const fs::path& folder) {
  stage::UserNamespace::enter();
  if (unshare(CLONE_NEWNS) != 0) core::throw_errno("unshare");
  if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) core::throw_errno("mount");
  if (mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=1m") != 0) core::throw_errno("mount(tmpfs)");
}

scenario::Rubric rubric() {
  scenario::LoadedRubric loaded = scenario::load_rubric(labs / "rubrics" / "lab1.yaml", labs / "lab1");
  std::string faults;
  for (const scenario::Diagnostic& diagnostic : loaded.diagnostics)
    faults += to_text(diagnostic, loaded.source, words::Language::english) + "\n";
  if (!loaded.rubric) throw std::runtime_error(faults);
  return std::move(*loaded.rubric);
}

grade::ClassScore grade_all(const ClassFolder& folder, Grading::Options options, scenario::Rubric by) {
  std::vector<scenario::Rubric> rubrics;
  rubrics.push_back(std::move(by));
  Grading grading(std::move(rubrics), find_submissions(folder.path()), std::move(options));
  for (const CaseId& id : grading.ids()) grading.want(id);
  for (const CaseId& id : grading.ids()) grading.finish(id);
  return grading.score();
}

std::string shown(const grade::SubmissionScore& score) {
  std::string text;
  for (const grade::ExerciseScore& exercise : score.exercises) {
    for (const grade::CaseScore& one : exercise.cases) {
      text += one.name + ": " + std::string(grade::to_text(one.verdict)) + ", " +
              std::string(grade::to_text(one.ending)) + "\n";
      for (const grade::Finding& finding : one.findings) text += "  " + finding.run + " " + finding.message + "\n";
    }
  }
  return text;
}

}  // namespace wirelab::grader::test

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/exercise_files.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/patch.hh"
#include "labs/scenario/rewritten.hh"
#include "labs/scenario/rubric.hh"
#include "labs/scenario/utf8.hh"
#include "labs/scenario/variant.hh"

namespace wirelab {
namespace {

std::optional<scenario::Rubric> read(const RubricFiles& files) {
  scenario::LoadedRubric loaded = scenario::load_rubric(files.rubric, files.lab);
  report(loaded.diagnostics, loaded.source, words::Language::english);
  return std::move(loaded.rubric);
}

}  // namespace

int public_rubric(const PublicRubricOptions& options) {
  const auto rubric = read(options.files);
  if (!rubric) return wrong_input;
  print(options.texts.empty() ? scenario::public_rubric(*rubric) : scenario::public_texts(*rubric, options.texts));
  return all_well;
}

int variant(const VariantOptions& options) {
  constexpr std::size_t longest_key = 4096;
  const auto rubric = read(options.files);
  if (!rubric) return wrong_input;
  const auto file = find_exercise(exercises_of(options.files.lab), options.exercise);
  if (!file) {
    complain(fmt::format("wirelab: there is no exercise {} in {}\n", scenario::printable(options.exercise),
                         scenario::printable(options.files.lab.string())));
    return wrong_input;
  }
  const scenario::ReadFile key = scenario::read_regular_file(options.key, longest_key);
  if (!key.fault.empty() || key.bytes.empty()) {
    complain(fmt::format("wirelab: {} has no key in it{}\n", scenario::printable(options.key.string()),
                         key.fault.empty() ? "" : ": " + scenario::first_line(key.fault, words::Language::english)));
    return wrong_input;
  }

  const std::string name = file->file.filename();
  const scenario::WrittenFile written = scenario::read_yaml_file(file->unsolved, file->file);
  scenario::Document own = written.document;
  const auto graded = std::find_if(rubric->exercises.begin(), rubric->exercises.end(),
                                   [&](const scenario::Exercise& exercise) { return exercise.file == name; });
  if (graded != rubric->exercises.end()) {
    for (const scenario::Variant& one : graded->variants) {
      scenario::apply(scenario::variant_change(one, key.bytes, options.student, name), own);
    }
  }
  print(own.root ? scenario::rewritten(*written.source, *written.document.root, *own.root) : written.text);
  return all_well;
}

}  // namespace wirelab

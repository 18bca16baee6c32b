#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/exercise_files.hh"
#include "labs/grader/output_file.hh"
#include "labs/render/page.hh"
#include "labs/render/terminal.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/document.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/translation.hh"
#include "labs/scenario/utf8.hh"
#include "labs/state_folder.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {

namespace fs = std::filesystem;

namespace {

constexpr const char* hints_shown = "hints-shown";

/// A file's name as it may be shown.
std::string shown(const fs::path& path) { return scenario::printable(path.string()); }

// ------------------------------------------------------------------------------------------------------- hints

std::size_t number_in(const std::optional<std::string>& text) {
  std::size_t number = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

void draw_hints(const std::vector<std::string>& hints, std::size_t first, std::size_t end, render::Page& page) {
  for (std::size_t hint = first; hint < end; ++hint) {
    page.blank();
    page.prose(page.say("hint.number"_text,
                        {{"number", scenario::counted(hint + 1)}, {"all", scenario::counted(hints.size())}}),
               0, render::Ink::strong);
    page.prose(page.foreign(hints[hint]), 2);
  }
}

void draw_end_of_hints(const scenario::Scenario& exercise, render::Page& page) {
  page.blank();
  page.prose(page.say(exercise.hints.empty() ? "hint.has-none"_text : "hint.none-left"_text), 0);
  if (exercise.lab == 0) return;
  const std::string_view folder = page.style().language == words::Language::chinese ? "docs/zh" : "docs";
  page.prose(page.say("hint.read-on"_text, {{"page", fmt::format("{}/lab{}.md", folder, exercise.lab)}}), 0);
}

// ------------------------------------------------------------------------------------------------------- reset

/// `exercise-1.yaml.mine`, or `….mine-2` if there is one already: a name that nothing has.
fs::path free_name(const fs::path& file) {
  for (int number = 1;; ++number) {
    fs::path name = file;
    name += number == 1 ? ".mine" : fmt::format(".mine-{}", number);
    if (!fs::exists(fs::symlink_status(name))) return name;
  }
}

/// Throws fs::filesystem_error, core::SystemError.
void give_back(const ExerciseFile& exercise, words::Language language) {
  const scenario::ReadFile unsolved = scenario::read_regular_file(exercise.unsolved, fs::file_size(exercise.unsolved));
  std::optional<std::string> kept;
  if (fs::exists(exercise.file)) {
    const fs::path mine = free_name(exercise.file);
    std::error_code error;
    fs::copy_file(exercise.file, mine, error);  // which never overwrites
    if (error) {
      fs::remove(mine);
      throw fs::filesystem_error("cannot keep what you wrote", mine, error);
    }
    kept = shown(mine.filename());
  }
  grader::replace_file(exercise.file, unsolved.bytes);
  words::Arguments names = {{"file", shown(exercise.file)}};
  if (kept) names.emplace("kept", *kept);
  print(words::say(language, kept ? "reset.kept"_text : "reset.none-of-yours"_text, names) + "\n");
}

// --------------------------------------------------------------------------------------------------- submission

words::TextId state_of(const fs::path& file) {
  const scenario::Loaded loaded = scenario::load_file(file);
  if (!loaded.scenario) return "submission.broken"_text;
  const bool unsolved = is_unsolved({file, file.parent_path() / "unsolved" / file.filename()});
  return unsolved ? "submission.unsolved"_text : "submission.handed-in"_text;
}

bool is_there(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error);  // a link counts as what it leads to
}

void tell_state(const fs::path& lab, const fs::path& file, const std::string& state) {
  complain(fmt::format("{:<58} {}\n", shown(lab.filename() / file.filename()), state));
}

void tell_what_is_missing(const fs::path& lab, words::Language language) {
  constexpr std::size_t behind_lab = 3;
  for (const ExerciseFile& exercise : exercises_of(lab)) {
    if (is_there(exercise.file)) continue;
    tell_state(lab, exercise.file,
               words::say(language, "submission.missing"_text,
                          {{"lab", shown(lab.filename()).substr(behind_lab)}, {"exercise", exercise.number()}}));
  }
}

/// The files beside an exercise that it uses and that may be read.
std::vector<std::string> companions_of(const fs::path& file) {
  const scenario::Document document = scenario::read_yaml_file(file, file).document;
  std::vector<std::string> names;
  if (document.root) names = scenario::companions_in(*document.root);
  std::erase_if(names, [&](const std::string& name) { return !scenario::find_companion(file, name).fault.empty(); });
  return names;
}

}  // namespace

int hint(const ExerciseChoice& choice, bool all, words::Language language) {
  const std::optional<ChosenExercise> chosen = look_up(choice, language);
  if (!chosen) return wrong_input;
  const auto unsolved = std::find_if(chosen->all.begin(), chosen->all.end(), is_to_be_done);
  const ExerciseFile& exercise = chosen->named                   ? *chosen->named
                                 : unsolved != chosen->all.end() ? *unsolved
                                                                 : chosen->all.front();
  // Those that were handed out: the student's file may be broken, or have none any more. Files beside it lie in the
  // lab.
  scenario::Loaded loaded = scenario::load_document(scenario::read_yaml_file(exercise.unsolved, exercise.file));
  // Warnings tell what is to be found out.
  if (!loaded.scenario) {
    report(loaded, language);
    return wrong_input;
  }
  translate(*loaded.scenario, exercise.unsolved, language);
  const std::vector<std::string>& hints = loaded.scenario->hints;

  const StateFolder state = StateFolder::of_user();
  const std::size_t before = std::min(number_in(state.read(hints_shown, exercise.file)), hints.size());
  render::Page page(render::style_for(STDOUT_FILENO, language));
  page.prose(page.foreign(exercise.file.string()), 0, render::Ink::faint);
  if (all) {
    draw_hints(hints, 0, before, page);
    if (before == 0) page.prose(page.say("hint.none-shown"_text), 0);
  } else if (before == hints.size()) {
    draw_end_of_hints(*loaded.scenario, page);
  } else {
    draw_hints(hints, before, before + 1, page);
  }
  print(page.text());
  if (!all && before < hints.size() && !state.write(hints_shown, exercise.file, std::to_string(before + 1))) {
    complain(words::say(language, "hint.not-remembered"_text) + "\n");
  }
  return all_well;
}

int reset(const ExerciseChoice& choice, words::Language language) {
  const std::optional<ChosenExercise> chosen = look_up(choice, language);
  if (!chosen) return wrong_input;
  std::vector<ExerciseFile> changed = chosen->named ? std::vector{*chosen->named} : chosen->all;
  std::erase_if(changed, [](const ExerciseFile& exercise) { return !exercise.is_changed(); });
  if (changed.empty()) {
    const std::string said =
        chosen->named ? words::say(language, "reset.nothing-to-do"_text, {{"file", shown(chosen->named->file)}})
                      : words::say(language, "reset.nothing-to-do-in"_text, {{"lab", shown(choice.lab)}});
    print(said + "\n");
    return all_well;
  }
  if (changed.size() > 1) {
    complain(words::say(language, "reset.several"_text) + "\n");
    list_names(changed);
    return wrong_input;
  }
  give_back(changed.front(), language);
  return all_well;
}

int submission(const fs::path& folder, words::Language language) {
  bool any = false;
  for (const fs::path& lab : files_in(folder, "lab", "")) {
    std::vector<std::string> names;
    for (const fs::path& file : files_in(lab, "exercise-", ".yaml")) {
      if (!is_there(file)) continue;
      tell_state(lab, file, words::say(language, state_of(file)));
      names.push_back(file.filename());
      for (std::string& name : companions_of(file)) {
        if (std::find(names.begin(), names.end(), name) != names.end()) continue;
        complain(shown(lab.filename() / name) + "\n");
        names.push_back(std::move(name));
      }
    }
    tell_what_is_missing(lab, language);
    for (const std::string& name : names) print((lab.filename() / name).string() + "\n");
    any = any || !names.empty();
  }
  if (any) return all_well;
  complain(words::say(language, "submission.nothing"_text, {{"folder", shown(folder)}}) + "\n");
  return wrong_input;
}

}  // namespace wirelab

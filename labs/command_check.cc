#include <filesystem>
#include <vector>

#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/exercise_files.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/translation.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {

namespace fs = std::filesystem;

int check(const std::vector<std::string>& files, words::Language language) {
  int status = 0;
  for (const std::string& file : files) {
    if (load_in(language, file)) {
      print(words::say(language, "check.well-formed"_text, {{"file", file}}) + "\n");
    } else {
      status = wrong_input;
    }
  }
  return status;
}

int list(const std::string& folder, words::Language language) {
  std::vector<fs::path> labs = files_in(folder, "", "");
  std::erase_if(labs, [](const fs::path& path) { return !fs::is_directory(path); });
  if (labs.empty()) {
    complain(words::say(language, "list.nothing"_text, {{"folder", folder}}) + "\n");
    return wrong_input;
  }
  for (const fs::path& lab : labs) {
    print(lab.filename().string() + "\n");
    for (const fs::path& file : files_in(lab, "", ".yaml")) {
      if (file.filename() == "checks.yaml") continue;  // what the exercises are graded by
      scenario::Loaded loaded = scenario::load_file(file);
      if (loaded.scenario) translate(*loaded.scenario, file, language);
      const std::string title = loaded.scenario ? loaded.scenario->title : words::say(language, "list.broken"_text);
      print("  " + file.string() + "  " + scenario::printable(title) + "\n");
    }
  }
  return 0;
}

}  // namespace wirelab

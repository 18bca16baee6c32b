#include <filesystem>
#include <vector>

#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/exercise_files.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab {

namespace fs = std::filesystem;

int check(const std::vector<std::string>& files) {
  int status = 0;
  for (const std::string& file : files) {
    const scenario::Loaded loaded = scenario::load_file(file);
    if (!report(loaded)) {
      status = wrong_input;
    } else {
      print(file + ": well formed\n");
    }
  }
  return status;
}

int list(const std::string& folder) {
  std::vector<fs::path> labs = files_in(folder, "", "");
  std::erase_if(labs, [](const fs::path& path) { return !fs::is_directory(path); });
  if (labs.empty()) {
    complain("wirelab: no labs in " + folder + "; name the folder they are in: wirelab list FOLDER\n");
    return wrong_input;
  }
  for (const fs::path& lab : labs) {
    print(lab.filename().string() + "\n");
    for (const fs::path& file : files_in(lab, "", ".yaml")) {
      if (file.filename() == "checks.yaml") continue;  // what the exercises are graded by
      const scenario::Loaded loaded = scenario::load_file(file);
      const std::string title = loaded.scenario ? loaded.scenario->title : "(not well formed: see wirelab check)";
      print("  " + file.string() + "  " + scenario::printable(title) + "\n");
    }
  }
  return 0;
}

}  // namespace wirelab

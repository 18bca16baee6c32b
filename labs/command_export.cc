#include <fmt/format.h>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "core/error.hh"
#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/grader/output_file.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {

namespace fs = std::filesystem;

namespace {

/// All of them; or none, and that is said, where one would take the place of something else.
int write_to(const fs::path& folder, const exporter::Exported& exported) {
  std::vector<exporter::File> files;
  for (const exporter::Exported::Program& program : exported.programs) {
    files.push_back(program.source);
    files.insert(files.end(), program.data.begin(), program.data.end());
  }
  for (const exporter::File& file : files) {
    const fs::path there = folder / file.name;
    constexpr std::size_t a_byte_more = 1;
    if (!fs::exists(there)) continue;
    if (scenario::read_regular_file(there, file.content.size() + a_byte_more).bytes == file.content) continue;
    complain(fmt::format("wirelab: {} is another file, or was changed: it is left as it is; name another folder\n",
                         scenario::printable(there.string())));
    return wrong_input;
  }
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw core::SystemError("mkdir(" + folder.string() + ")", error.value());
  for (const exporter::File& file : files) grader::replace_file(folder / file.name, file.content);
  for (const exporter::Exported::Program& program : exported.programs) {
    print(scenario::printable((folder / program.source.name).string()) + "\n");
  }
  return all_well;
}

}  // namespace

int export_programs(const ExportOptions& options, words::Language spoken) {
  const scenario::Loaded loaded = scenario::load_file(options.file);
  if (!report(loaded, spoken)) return wrong_input;
  exporter::Exported exported = exporter::export_programs(*loaded.scenario, options.language);
  report(exported.refusals, loaded.source, spoken);
  if (exported.programs.empty()) return wrong_input;
  if (!options.actor.empty()) {
    std::erase_if(exported.programs, [&](const auto& program) { return program.actor != options.actor; });
    if (exported.programs.empty()) {
      complain(words::say(spoken, "export.no-actor"_text, {{"actor", scenario::printable(options.actor)}}) + "\n");
      return wrong_input;
    }
  }
  if (!options.folder.empty()) return write_to(options.folder, exported);
  for (const exporter::Exported::Program& program : exported.programs) {
    if (&program != &exported.programs.front()) print("\n");
    if (exported.programs.size() > 1) {
      const bool is_c = options.language == exporter::Language::c;
      print((is_c ? "// ======== " : "# ======== ") + program.source.name + "\n");
    }
    print(program.source.content);
    if (!program.data.empty()) complain(words::say(spoken, "export.reads-files"_text) + "\n");
  }
  return all_well;
}

}  // namespace wirelab

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

int export_programs(const ExportOptions& options) {
  const scenario::Loaded loaded = scenario::load_file(options.file);
  if (!report(loaded)) return wrong_input;
  const auto read_beside = [&](const std::string& name) -> std::optional<std::string> {
    const scenario::CompanionFile file = scenario::find_companion(options.file, name);
    return file.fault.empty() ? scenario::read_companion(file) : std::nullopt;
  };
  exporter::Exported exported = exporter::export_programs(*loaded.scenario, options.language, read_beside);
  report(exported.refusals, loaded.source);
  if (exported.programs.empty()) return wrong_input;
  if (!options.actor.empty()) {
    std::erase_if(exported.programs, [&](const auto& program) { return program.actor != options.actor; });
    if (exported.programs.empty()) {
      complain("wirelab: the scenario has no actor " + scenario::printable(options.actor) + "\n");
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
    if (!program.data.empty()) complain("wirelab: it reads files beside it: have them written with --output FOLDER\n");
  }
  return all_well;
}

}  // namespace wirelab

#include <filesystem>
#include <string>
#include <system_error>

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

void write_to(const fs::path& folder, const exporter::Exported& exported) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw core::SystemError("mkdir(" + folder.string() + ")", error.value());
  for (const exporter::Exported::Program& program : exported.programs) {
    grader::replace_file(folder / program.source.name, program.source.content);
    print(scenario::printable((folder / program.source.name).string()) + "\n");
    for (const exporter::File& data : program.data) grader::replace_file(folder / data.name, data.content);
  }
}

}  // namespace

int export_programs(const ExportOptions& options, words::Language spoken) {
  const scenario::Loaded loaded = scenario::load_file(options.file);
  if (!report(loaded, spoken)) return wrong_input;
  const auto read_beside = [&](const std::string& name) -> std::optional<std::string> {
    const scenario::CompanionFile file = scenario::find_companion(options.file, name);
    return file.fault.empty() ? scenario::read_companion(file) : std::nullopt;
  };
  exporter::Exported exported = exporter::export_programs(*loaded.scenario, options.language, read_beside);
  report(exported.refusals, loaded.source, spoken);
  if (exported.programs.empty()) return wrong_input;
  if (!options.actor.empty()) {
    std::erase_if(exported.programs, [&](const auto& program) { return program.actor != options.actor; });
    if (exported.programs.empty()) {
      complain(words::say(spoken, "export.no-actor"_text, {{"actor", scenario::printable(options.actor)}}) + "\n");
      return wrong_input;
    }
  }
  if (!options.folder.empty()) {
    write_to(options.folder, exported);
    return all_well;
  }
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

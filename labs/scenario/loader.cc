#include "labs/scenario/loader.hh"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/document.hh"
#include "labs/scenario/problems.hh"
#include "labs/scenario/read_scenario.hh"
#include "labs/scenario/reader.hh"
#include "labs/scenario/source_text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/scenario/validate.hh"

namespace wirelab::scenario {
namespace {

void refuse_file(Problems& problems, words::Message what) { problems.error(Place{}, std::move(what)); }

void refuse_too_large(Problems& problems) {
  refuse_file(problems, {"ceiling-file"_text, {{"most", counted(ceilings::file_bytes)}}});
}

// ---- before yaml-cpp sees a byte

std::string hexadecimal(char32_t number) { return fmt::format("{:#04x}", static_cast<unsigned>(number)); }

bool is_allowed_control(char32_t code_point) { return code_point == '\n' || code_point == '\t'; }

// A byte that is no text would be shown and compared in ways nobody meant, and yaml-cpp ends at some of them.
bool refuse_what_is_no_text(const SourceText& source, Problems& problems) {
  std::string_view rest = source.text();
  int line = 0;
  std::size_t line_start = 0;
  std::size_t at = 0;
  while (!rest.empty()) {
    const CodePoint point = first_code_point(rest);
    const bool is_control =
        point.valid && (point.value < 0x20 || point.value == 0x7F) && !is_allowed_control(point.value);
    if (!point.valid || is_control) {
      const Place place{source.position(line, static_cast<int>(at - line_start)), 1};
      if (!point.valid) {
        problems.error(place, {"not-utf8"_text, {{"byte", hexadecimal(static_cast<unsigned char>(rest[0]))}}});
      } else {
        problems.error(place, {"control-character"_text, {{"character", hexadecimal(point.value)}}});
      }
      return true;
    }
    at += point.bytes;
    rest.remove_prefix(point.bytes);
    if (point.value == '\n') {
      ++line;
      line_start = at;
    }
  }
  return false;
}

// Whatever may begin a token of YAML, counted without asking whether it does: an upper bound of what yaml-cpp can be
// made to hold in memory.
bool refuse_too_many_tokens(const SourceText& source, Problems& problems) {
  constexpr std::string_view may_begin_token = "\n,[]{}:-?!&*#|>'\"%";
  const auto tokens = static_cast<std::size_t>(std::ranges::count_if(
      source.text(), [may_begin_token](char byte) { return may_begin_token.find(byte) != std::string_view::npos; }));
  if (tokens <= ceilings::tokens) return false;
  problems.error(Place{{1, 1}, 1}, {"ceiling-tokens"_text, {{"most", counted(ceilings::tokens)}}});
  return true;
}

bool refuse_directives(const SourceText& source, Problems& problems) {
  for (int number = 1; number <= source.line_count(); ++number) {
    const std::string_view line = source.line(number);
    if (line.starts_with('%')) {
      problems.error(Position{number, 1}, {"directive"_text});
      return true;
    }
    const std::size_t first = line.find_first_not_of(" \t");
    if (first != std::string_view::npos && line[first] != '#') return false;
  }
  return false;
}

// ---- reading

ReadScenario read(const Document& document, const std::filesystem::path& file, bool materialise, Problems& problems) {
  Reader reader(problems, file, materialise);
  ReadScenario result = read_scenario(reader, document);
  result.scenario.file = file;
  return result;
}

std::optional<Scenario> load(const WrittenFile& written, Problems& problems) {
  const Document& document = written.document;
  if (!document.root) {
    if (!problems.any_error()) {
      problems.error(Place{{1, 1}, 1}, {"empty-file"_text});
    }
    return std::nullopt;
  }
  const ReadScenario outline = read(document, written.file, false, problems);
  if (document.whole) validate(outline.scenario, {outline.uncertain_actors}, problems);
  if (problems.any_error()) return std::nullopt;
  // Only now that nothing is wrong with it do its data cost memory.
  Problems late(written.file.string(), *written.source);
  ReadScenario result = read(document, written.file, true, late);
  if (!late.any_error()) return std::move(result.scenario);
  problems = std::move(late);
  return std::nullopt;
}

WrittenFile nothing_yet(std::string text, const std::filesystem::path& file) {
  auto source = std::make_shared<const SourceText>(text);
  Problems problems(file.string(), *source);
  return {file, std::move(text), std::move(source), {}, std::move(problems)};
}

}  // namespace

WrittenFile read_yaml(std::string text, const std::filesystem::path& file) {
  if (text.size() > ceilings::file_bytes) {
    WrittenFile refused = nothing_yet("", file);
    refuse_too_large(refused.problems);
    return refused;
  }
  WrittenFile written = nothing_yet(std::move(text), file);
  const bool is_text = !refuse_what_is_no_text(*written.source, written.problems) &&
                       !refuse_too_many_tokens(*written.source, written.problems) &&
                       !refuse_directives(*written.source, written.problems);
  if (is_text) written.document = read_document(*written.source, written.problems);
  return written;
}

WrittenFile read_yaml_file(const std::filesystem::path& file, const std::filesystem::path& path) {
  ReadFile read = read_regular_file(file, ceilings::file_bytes);
  if (read.fault.empty() && !read.too_large) return read_yaml(std::move(read.bytes), path);
  WrittenFile refused = nothing_yet("", path);
  if (read.too_large) {
    refuse_too_large(refused.problems);
  } else {
    refuse_file(refused.problems, {"unreadable"_text, {{"fault", read.fault}}});
  }
  return refused;
}

Loaded load_document(WrittenFile written) {
  Loaded loaded;
  loaded.scenario = load(written, written.problems);
  loaded.diagnostics = written.problems.in_order();
  loaded.source = std::move(written.text);
  if (loaded.scenario) loaded.scenario->source = loaded.source;
  return loaded;
}

Loaded load_text(std::string text, const std::filesystem::path& file) {
  return load_document(read_yaml(std::move(text), file));
}

Loaded load_file(const std::filesystem::path& file) { return load_document(read_yaml_file(file, file)); }

}  // namespace wirelab::scenario

// libFuzzer: any text is either a scenario or comes with a diagnostic that can be shown. Good seeds are scenarios/ and
// tests/broken/.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "labs/scenario/loader.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace wirelab::scenario;
  const Loaded loaded = load_text(std::string(reinterpret_cast<const char*>(bytes), size), "fuzz/scenario.yaml");
  bool has_error = false;
  for (const Diagnostic& diagnostic : loaded.diagnostics) {
    has_error = has_error || diagnostic.severity == Diagnostic::Severity::error;
    if (to_text(diagnostic, loaded.source, wirelab::words::Language::english).empty()) std::abort();
  }
  if (loaded.scenario.has_value() == has_error) std::abort();
  return 0;
}

#include "tests/scenario/loading.hh"

#include <sstream>

namespace wirelab::scenario {

std::string report_of(const std::vector<Diagnostic>& diagnostics, const std::string& source, words::Language language) {
  std::string report;
  for (const Diagnostic& diagnostic : diagnostics) report += to_text(diagnostic, source, language);
  return report;
}

std::string report_of(const Loaded& loaded) { return report_of(loaded.diagnostics, loaded.source); }

Scenario load_silently(const std::string& text) {
  const Loaded loaded = load_text(text, "test.yaml");
  EXPECT_EQ(report_of(loaded), "") << text;
  return loaded.scenario.value_or(Scenario{});
}

std::vector<std::string> rules_of(const std::string& text) {
  std::vector<std::string> rules;
  for (const Diagnostic& diagnostic : load_text(text, "test.yaml").diagnostics) rules.emplace_back(diagnostic.rule());
  return rules;
}

std::string with_steps(const std::string& steps) {
  std::string text = "wirelab: 1\nactors:\n  client:\n";
  std::istringstream lines(steps);
  for (std::string line; std::getline(lines, line);) text += "    " + line + "\n";
  return text;
}

Step step_of(const std::string& step, const std::string& type) {
  const Scenario scenario = load_silently(with_steps("- socket: " + type + "\n" + step));
  if (scenario.actors.size() != 1 || scenario.actors[0].steps.size() < 2) {
    ADD_FAILURE() << "no such step: " << step;
    return {};
  }
  return scenario.actors[0].steps[1];
}

std::string with_conversation(const std::string& more) {
  return R"(wirelab: 1
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
    - accept
    - recv: 1024
      expect: "Hello"
    - recv: 1024
      expect: eof
    - close
  client:
    - socket: stream
    - connect: server
      after: server.accept blocked
    - send: "Hello"
    - close
)" + more;
}

Loaded load_lesson(const std::filesystem::path& file) {
  std::filesystem::path folder = file.parent_path();
  if (folder.filename() == "unsolved") folder = folder.parent_path();
  return load_document(read_yaml_file(file, folder / file.filename()));
}

}  // namespace wirelab::scenario

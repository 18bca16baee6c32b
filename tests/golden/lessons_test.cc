// Which lessons show what `make explain` says they show: read off the golden pages, which golden_test.cc holds to
// what the program really says.
//
// After a change that is wanted: WIRELAB_UPDATE_GOLDEN=1 build/tests/golden_tests --gtest_filter=Lessons.* writes
// labs/explain/lessons.cc anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "labs/explain/rule.hh"
#include "tests/runner/program.hh"

namespace wirelab::golden {
namespace {

namespace fs = std::filesystem;

const fs::path root = WIRELAB_SOURCE_DIR;

/// By rule, the lessons whose golden page on that stage has its name: `lab2/1-three-sends-one-recv`.
std::map<std::string, std::set<std::string>> lessons_by_rule(const std::string& stage) {
  constexpr std::string_view command = "make explain RULE=";
  std::map<std::string, std::set<std::string>> lessons;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / "tests/golden" / stage)) {
    if (entry.path().extension() != ".txt") continue;
    const std::string page = runner::test::content_of(entry.path());
    const std::string lesson = (entry.path().parent_path().filename() / entry.path().stem()).generic_string();
    for (std::size_t at = page.find(command); at != std::string::npos; at = page.find(command, at + 1)) {
      const std::size_t name = at + command.size();
      lessons[page.substr(name, page.find('\n', name) - name)].insert(lesson);
    }
  }
  return lessons;
}

std::string list(const std::set<std::string>& lessons) {
  std::string text;
  for (const std::string& lesson : lessons) text += (text.empty() ? "\"" : ",\n         \"") + lesson + "\"";
  return "{" + text + "}";
}

std::string source_of_table() {
  auto everywhere = lessons_by_rule("loopback");
  auto on_the_wire = lessons_by_rule("wire");
  std::ostringstream source;
  source << "// Written by tests/golden/lessons_test.cc, which says how. clang-format off\n"
            "#include \"labs/explain/pages.hh\"\n"
            "\n"
            "namespace wirelab::explain {\n"
            "\n"
            "const Lessons& lessons_showing(std::string_view rule) {\n"
            "  static const std::map<std::string_view, Lessons> lessons = {\n";
  for (const explain::Rule& rule : explain::all_rules()) {
    const std::string id(rule.id);
    std::set<std::string> with_hosts;
    for (const std::string& lesson : on_the_wire[id]) {
      if (!everywhere[id].contains(lesson)) with_hosts.insert(lesson);
    }
    if (everywhere[id].empty() && with_hosts.empty()) continue;
    source << "      {\"" << id << "\",\n       {" << list(everywhere[id]) << ",\n        " << list(with_hosts)
           << "}},\n";
  }
  source << "  };\n"
            "  static const Lessons none;\n"
            "  const auto found = lessons.find(rule);\n"
            "  return found == lessons.end() ? none : found->second;\n"
            "}\n"
            "\n"
            "}  // namespace wirelab::explain\n";
  return source.str();
}

TEST(Lessons, ShowWhatExplainSaysTheyShow) {
  const fs::path table = root / "labs/explain/lessons.cc";
  if (std::getenv("WIRELAB_UPDATE_GOLDEN")) {
    std::ofstream(table, std::ios::binary) << source_of_table();
    GTEST_SKIP() << table << " is written anew";
  }
  EXPECT_EQ(runner::test::content_of(table), source_of_table());
}

}  // namespace
}  // namespace wirelab::golden

// Which folder may include which: docs/architecture.md, held to by reading the sources.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace wirelab {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

const fs::path root = WIRELAB_SOURCE_DIR;

struct Source {
  std::set<std::string> own;     ///< included from this project, as written: "labs/timeline/event.hh"
  std::set<std::string> others;  ///< included from outside: "yaml-cpp/yaml.h"
};

/// By path from the root: labs/timeline/event.hh.
using Sources = std::map<std::string, Source>;

Source read(const fs::path& file) {
  static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  Source source;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    std::smatch found;
    if (!std::regex_search(line, found, include)) continue;
    (found[1] == "\"" ? source.own : source.others).insert(found[2]);
  }
  return source;
}

const Sources& sources() {
  static const Sources all = [] {
    Sources found;
    for (const char* folder : {"core", "labs"}) {
      for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
        const std::string suffix = entry.path().extension();
        if (suffix != ".cc" && suffix != ".hh") continue;
        found[fs::relative(entry.path(), root).generic_string()] = read(entry.path());
      }
    }
    return found;
  }();
  return all;
}

/// core, labs/timeline; labs for labs/main.cc.
std::string folder_of(const std::string& file) { return fs::path(file).parent_path().generic_string(); }

bool is_header(const std::string& file) { return file.ends_with(".hh"); }

/// What each folder may include of this project besides itself.
const std::map<std::string, std::set<std::string>> may_include = {
    {"core", {}},
    {"labs/words", {}},
    {"labs/scenario", {"labs/words", "core"}},  // and core only where it is not seen by others: below
    {"labs/timeline", {"labs/scenario", "labs/words"}},
    {"labs/stage", {"core", "labs/timeline", "labs/scenario", "labs/words"}},
    {"labs/runner", {"labs/stage", "labs/timeline", "labs/scenario", "labs/words", "core"}},
    {"labs/explain", {"labs/timeline", "labs/scenario", "labs/words", "core"}},  // of core what is pure: below
    {"labs/grade", {"labs/timeline", "labs/scenario", "labs/words"}},
    {"labs/render", {"labs/explain", "labs/grade", "labs/timeline", "labs/scenario", "labs/words"}},
    {"labs/export", {"labs/scenario", "labs/words"}},
    {"labs/programs", {"labs/render", "labs/explain", "labs/timeline", "labs/scenario", "labs/words", "core"}},
    {"labs/grader",
     {"labs/render", "labs/runner", "labs/stage", "labs/grade", "labs/explain", "labs/timeline", "labs/scenario",
      "labs/words", "core"}},
    {"labs",
     {"labs/grader", "labs/programs", "labs/export", "labs/render", "labs/runner", "labs/grade", "labs/explain",
      "labs/stage", "labs/timeline", "labs/scenario", "labs/words", "core"}},
};

TEST(Architecture, IsReadFromTheSources) {
  EXPECT_GT(sources().size(), 50U);
  EXPECT_TRUE(sources().contains("labs/timeline/event.hh"));
  EXPECT_TRUE(sources().at("labs/timeline/event.hh").own.contains("labs/scenario/scenario.hh"));
}

TEST(Architecture, KnowsEveryFolder) {
  for (const auto& [file, source] : sources()) {
    EXPECT_TRUE(may_include.contains(folder_of(file))) << file << " is in a folder that has no place in the order";
  }
}

TEST(Includes, AreWrittenFromTheRootAndExist) {
  for (const auto& [file, source] : sources()) {
    for (const std::string& included : source.own)
      EXPECT_TRUE(sources().contains(included)) << file << " includes " << included;
    for (const std::string& included : source.others) {
      EXPECT_FALSE(sources().contains(included)) << file << ": write \"" << included << "\" with quotes";
    }
  }
}

TEST(Includes, GoInOneDirection) {
  for (const auto& [file, source] : sources()) {
    const std::string folder = folder_of(file);
    const auto allowed = may_include.find(folder);
    if (allowed == may_include.end()) continue;
    for (const std::string& included : source.own) {
      const std::string other = folder_of(included);
      EXPECT_TRUE(other == folder || allowed->second.contains(other)) << file << " must not include " << included;
    }
  }
}

TEST(Includes, OfCoreInScenarioAreSeenByNobodyElse) {
  for (const auto& [file, source] : sources()) {
    if (folder_of(file) != "labs/scenario" || !is_header(file)) continue;
    for (const std::string& included : source.own) {
      EXPECT_NE(folder_of(included), "core") << file << ": a header of the scenario must not include " << included;
    }
  }
}

TEST(Includes, OfTheRunnerAreForTheProgramAndTheGraderAlone) {
  for (const auto& [file, source] : sources()) {
    const std::set<std::string> users = {"labs/runner", "labs/grader", "labs"};
    if (users.contains(folder_of(file))) continue;
    for (const std::string& included : source.own) EXPECT_NE(folder_of(included), "labs/runner") << file;
  }
}

/// Everything a file sees, directly or not.
std::set<std::string> seen_by(const std::string& file) {
  std::set<std::string> seen;
  const std::function<void(const std::string&)> look = [&](const std::string& one) {
    const auto found = sources().find(one);
    if (found == sources().end()) return;
    for (const std::string& included : found->second.own) {
      if (seen.insert(included).second) look(included);
    }
  };
  look(file);
  return seen;
}

/// What is read without a socket, and so by whoever explains it too.
const std::set<std::string> pure_parts_of_core = {"core/http.hh"};

TEST(PureFolders, NeverSeeWhatDoesInputOrOutput) {
  const std::set<std::string> pure = {"labs/words", "labs/timeline", "labs/explain",
                                      "labs/grade", "labs/render",   "labs/export"};
  const std::set<std::string> impure = {"core", "labs/stage", "labs/runner", "labs/programs", "labs/grader"};
  for (const auto& [file, source] : sources()) {
    if (!pure.contains(folder_of(file))) continue;
    for (const std::string& seen : seen_by(file)) {
      EXPECT_FALSE(impure.contains(folder_of(seen)) && !pure_parts_of_core.contains(seen)) << file << " sees " << seen;
    }
  }
}

TEST(Files, DoNotIncludeEachOtherInACircle) {
  for (const auto& [file, source] : sources()) EXPECT_FALSE(seen_by(file).contains(file)) << file << " includes itself";
}

/// Files outside `folder` that include something whose name begins with `library`.
std::vector<std::string> users_of(const std::string& library, const std::set<std::string>& folders) {
  std::vector<std::string> users;
  for (const auto& [file, source] : sources()) {
    const bool uses = std::any_of(source.others.begin(), source.others.end(),
                                  [&](const std::string& included) { return included.starts_with(library); });
    if (uses && !folders.contains(folder_of(file))) users.push_back(file);
  }
  return users;
}

TEST(Libraries, YamlIsKnownToTheLoaderAlone) { EXPECT_THAT(users_of("yaml-cpp/", {"labs/scenario"}), IsEmpty()); }

TEST(Libraries, JsonIsKnownToTheRendererAlone) { EXPECT_THAT(users_of("nlohmann/", {"labs/render"}), IsEmpty()); }

TEST(Libraries, TheCommandLineParserIsKnownToTheProgramAlone) { EXPECT_THAT(users_of("CLI/", {"labs"}), IsEmpty()); }

TEST(PureFolders, UseNoCallsOfTheSystemForSockets) {
  // The terminal's width and colour are asked for in render; sockets, threads and processes never.
  for (const char* header :
       {"sys/socket.h", "netinet/", "arpa/inet.h", "poll.h", "pthread.h", "thread", "sys/wait.h", "netdb.h"}) {
    const std::set<std::string> others = {"core",        "labs",          "labs/scenario", "labs/stage",
                                          "labs/runner", "labs/programs", "labs/grader"};
    EXPECT_THAT(users_of(header, others), IsEmpty()) << header;
  }
}

}  // namespace
}  // namespace wirelab

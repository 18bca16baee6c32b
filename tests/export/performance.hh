// The exported programs of a scenario, played as people would at several terminals: each is started when it says it may
// be, and its questions are answered when what they ask about has happened.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <list>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "labs/export/exporter.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/scenario.hh"
#include "tests/runner/program.hh"

namespace wirelab::exporter::test {

/// What one program showed of what it did.
struct Shown {
  std::string output;
  int status = -1;                 ///< exit status; 128 + the signal that ended it
  std::string received;            ///< of all receives, in the programs' own spelling of bytes
  bool received_all_shown = true;  ///< false: some were too long to be shown whole
  std::size_t received_bytes = 0;
  std::vector<std::size_t> sizes;     ///< each recv and recvfrom that succeeded
  std::vector<std::string> messages;  ///< as shown, with their quotes
  std::vector<std::string> errors;    ///< in words, as strerror(3) has them
  std::vector<std::string> files;     ///< what is in those that it has written, and in those it was given
  bool as_expected = true;            ///< nothing that the scenario expects came out otherwise
};

/// In which languages the programs are, in turn by lane: {c} all in C, {c, python} every second one in Python.
using Languages = std::vector<Language>;

/// Scenario, exported and compiled; to be played in any mixture.
class Company {
 public:
  /// Throws std::runtime_error with the compiler's words if a program does not compile without a warning.
  explicit Company(const std::filesystem::path& scenario_file);

  const scenario::Scenario& scenario() const { return scenario_; }

  /// Plays it to the end; by lane. `ends_asleep`: the programs of this scenario sleep for ever in the end, and are
  /// ended when all do. Throws std::runtime_error, with what everybody showed, if it comes to no end.
  std::map<std::string, Shown> play(const Languages& languages, bool ends_asleep = false);

 private:
  const std::filesystem::path& folder() const { return folder_.path(); }

  runner::test::TemporaryFolder folder_;  ///< the programs
  scenario::Scenario scenario_;
  std::map<Language, Exported> exported_;
};

/// Why a language cannot be tried on this machine; empty if it can.
std::string why_not(Language language);

/// Bytes as the programs show them, without the quotes.
std::string as_shown(const std::string& bytes);

}  // namespace wirelab::exporter::test

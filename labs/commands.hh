// What the program can be asked to do. Each returns the exit status; cli.cc says how each is asked for. The programs
// for two terminals, tcp_server and so on, are declared in labs/programs/programs.hh.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "labs/export/exporter.hh"
#include "labs/programs/programs.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/scenario.hh"
#include "labs/words/language.hh"

namespace wirelab {

enum class Format { text, json, json_lines, pcapng };

struct RunOptions {
  std::vector<std::string> files;
  Format format = Format::text;
  bool canonical = false;
  bool reveal = false;
  std::optional<scenario::StageChoice> stage;
  bool capture = false;
  std::int64_t most_packets = runner::Ground().most_packets;
  std::string output;  ///< a file; empty: standard output
  words::Language language = words::Language::english;
};
/// Plays the files one after the other. The page of a run, and nothing else, is worth remembering: `diff` compares with
/// what a student last looked at, and a script that wants JSON or canonical pages leaves no traces.
int run(const RunOptions& options);

struct DiffOptions {
  std::vector<std::string> files;  ///< two; or one, to be compared with its last run
  std::optional<scenario::StageChoice> stage;
  words::Language language = words::Language::english;
};
/// 0: the same story, 1: another one, 2: wrong input, 3: not possible here, 130: interrupted.
int diff(const DiffOptions& options);

struct ExportOptions {
  std::string file;
  exporter::Language language = exporter::Language::c;
  std::string actor;             ///< whose program; empty: all of them
  std::filesystem::path folder;  ///< where to write them; empty: to standard output
};
/// Writes each actor as a program that makes the same calls. 2: the file is wrong, or no program can do what it says.
int export_programs(const ExportOptions& options, words::Language spoken);

struct CompareOptions {
  std::vector<std::string> files = {"scenarios/compare/tcp.yaml", "scenarios/compare/udp.yaml"};
  std::optional<scenario::StageChoice> stage;
  words::Language language = words::Language::english;
};
/// Plays two files and shows them side by side. The higher exit status of the two runs, as `run` gives it; 2: wrong
/// input.
int compare(const CompareOptions& options);

/// Says what is wrong with the files, and with their texts in that language.
int check(const std::vector<std::string>& files, words::Language language);
int list(const std::string& folder, words::Language language);

/// What a rule explains in general, `coalesced-recv`; empty: the list of all.
int explain_rule(const std::string& rule, words::Language language);

/// An exercise of a lab, as a student names it: `1`, `exercise-1-split`, with or without `.yaml`; empty: whichever is
/// next.
struct ExerciseChoice {
  std::filesystem::path lab;  ///< scenarios/lab2
  std::string exercise;
};
/// The next hint; `all`: those that were shown before.
int hint(const ExerciseChoice& choice, bool all, words::Language language);
/// The exercise as it was handed out; what it was goes to a file beside it.
int reset(const ExerciseChoice& choice, words::Language language);

/// A lab's exercises and what they are graded by.
struct RubricFiles {
  std::filesystem::path rubric;  ///< tests/rubrics/lab2.yaml
  std::filesystem::path lab;     ///< scenarios/lab2
};
struct PublicRubricOptions {
  RubricFiles files;
  std::filesystem::path texts;  ///< scenarios/lab2/zh/checks.yaml; empty: the rubric itself
};
/// Prints the rubric as students may have it, or of its texts in another language what belongs to that.
int public_rubric(const PublicRubricOptions& options);

struct VariantOptions {
  RubricFiles files;
  std::string exercise;
  std::string student;
  std::filesystem::path key;  ///< a file that only the instructor has; its bytes are the key
};
/// Prints an exercise as it is handed out to that student, with the values that are that student's own.
int variant(const VariantOptions& options);

/// Plays the public cases of the chosen exercise, or of all in that lab, and shows points, what is open, and how many
/// hidden checks there are. 0: all points, 1: not all, 2: there is nothing to assess.
int assess(const ExerciseChoice& choice, words::Language language);
/// The same at a glance: a line for each exercise of every lab in the folder.
int progress(const std::filesystem::path& folder, words::Language language);

/// The names of the files a student hands in, from `folder`, a line each, for tar(1); what is unfinished about them to
/// standard error.
int submission(const std::filesystem::path& folder, words::Language language);

}  // namespace wirelab

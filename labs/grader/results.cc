#include "labs/grader/results.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/error.hh"
#include "labs/grader/output_file.hh"
#include "labs/grader/program_digest.hh"
#include "labs/grader/submissions.hh"
#include "labs/render/journal.hh"
#include "labs/render/scores_classroom.hh"
#include "labs/render/scores_csv.hh"
#include "labs/render/scores_gradescope.hh"
#include "labs/render/scores_html.hh"
#include "labs/render/scores_junit.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/sha256.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;

constexpr const char* journal_name = "journal.jsonl";
constexpr const char* shard_name = "shard";
constexpr const char* gradescope = "gradescope";
constexpr const char* classroom = "classroom";

/// What an archive is known by: the digests of its pieces, so that we never have all of it in memory. Nobody unpacks it
/// here: that is for a process of its own.
std::string digest_of_archive(const fs::path& file) {
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return "no regular file";
  if (const std::uintmax_t size = fs::file_size(file, error); !error && size > largest_archive) {
    return fmt::format("too large: {}", size);  // so nobody reads it, whatever is in it
  }
  std::ifstream stream(file, std::ios::binary);
  std::string digests;
  std::string bytes(piece, '\0');
  while (stream.read(bytes.data(), static_cast<std::streamsize>(piece)), stream.gcount() > 0) {
    digests += scenario::sha256(std::string_view(bytes).substr(0, static_cast<std::size_t>(stream.gcount())));
  }
  return scenario::sha256(digests);
}

using ByName = std::map<std::tuple<std::string, int, std::string, std::string>, CaseId>;

ByName by_name(const Grading& grading) {
  ByName names;
  for (const CaseId& id : grading.ids()) {
    names.emplace(std::tuple(grading.submissions()[id.submission].student, grading.rubrics()[id.rubric].lab,
                             grading.exercise(id).file, grading.one(id).name),
                  id);
  }
  return names;
}

/// What the journal has of this grading.
std::map<CaseId, grade::CaseScore> read_journal(const fs::path& folder, const Grading& grading,
                                                Fingerprints& fingerprints) {
  const ByName names = by_name(grading);
  std::map<CaseId, grade::CaseScore> scores;
  std::ifstream journal(folder / journal_name);
  for (std::string line; std::getline(journal, line);) {
    std::optional<render::JournalEntry> entry = render::from_journal_line(line);
    if (!entry) continue;
    const auto found = names.find({entry->student, entry->lab, entry->exercise, entry->score.name});
    if (found == names.end() || entry->fingerprint != fingerprints.of(found->second)) continue;
    scores[found->second] = std::move(entry->score);
  }
  return scores;
}

/// A student's name as the name of a file: letters, digits and `-_.` stay, any other byte is its number. What would be
/// too long for a file system ends in a digest of the name instead.
std::string file_name(const std::string& student) {
  constexpr std::size_t longest = 150;
  constexpr std::size_t kept = 100;
  constexpr std::size_t digits = 16;
  std::string name;
  for (const char c : student) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stays = byte >= 0x80 || std::isalnum(byte) != 0 || c == '-' || c == '_' || (c == '.' && !name.empty());
    name += stays ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  if (name.size() <= longest) return name;
  std::size_t end = kept;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // not inside a character
  return name.substr(0, end) + "-" + scenario::sha256(student).substr(0, digits);
}

/// What an earlier grading was killed over. Only where this one writes: other folders in it are other gradings'.
void remove_half_written_files(const fs::path& folder) {
  for (const fs::path& place : {folder, folder / gradescope, folder / classroom}) {
    if (!fs::is_directory(place)) continue;
    std::vector<fs::path> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(place)) {
      if (entry.is_regular_file() && is_half_written(entry.path())) found.push_back(entry.path());
    }
    for (const fs::path& file : found) fs::remove(file);
  }
}

fs::path gradescope_file(const fs::path& folder, const std::string& student) {
  return folder / gradescope / (file_name(student) + ".json");
}
fs::path classroom_file(const fs::path& folder, const std::string& student) {
  return folder / classroom / (file_name(student) + ".txt");
}

/// Whoever uploads a folder of exports uploads all that is in it: so nobody has a file there who was graded here once
/// and is not in this class.
void remove_exports_of_others(const fs::path& folder, const Grading& grading) {
  std::set<std::string> here;
  for (const Submission& submission : grading.submissions()) here.insert(submission.student);
  std::set<std::string> others;
  std::ifstream journal(folder / journal_name);
  for (std::string line; std::getline(journal, line);) {
    const std::optional<render::JournalEntry> entry = render::from_journal_line(line);
    if (entry && !here.contains(entry->student)) others.insert(entry->student);
  }
  for (const std::string& student : others) {
    fs::remove(gradescope_file(folder, student));
    fs::remove(classroom_file(folder, student));
  }
}

/// Of the files that the exercise or its rubric speaks of, a digest each.
std::string files_beside(const scenario::Rubric& rubric, const scenario::Exercise& exercise) {
  std::string digests;
  for (const auto& names : {scenario::companions_in(*exercise.unsolved_document.root), rubric.companions}) {
    for (const std::string& name : names) {
      const auto bytes = scenario::read_companion(scenario::find_companion(place_of(exercise), name));
      digests += name + " " + (bytes ? scenario::sha256(*bytes) : "none") + "\n";
    }
  }
  return digests;
}

}  // namespace

const std::string& Fingerprints::of(const CaseId& id) {
  std::string& known = known_[{id.submission, id.rubric, id.exercise, 0}];
  if (known.empty()) {
    const scenario::Rubric& rubric = grading_.rubrics()[id.rubric];
    const scenario::Exercise& exercise = grading_.exercise(id);
    const Submission& submission = grading_.submissions()[id.submission];
    known = scenario::sha256(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", program_digest(), rubric.source,
                                         exercise.unsolved_source, files_beside(rubric, exercise), grading_.key(),
                                         submission.student, handed_in(id)));
  }
  return known;
}

std::string Fingerprints::handed_in(const CaseId& id) {
  const Submission& submission = grading_.submissions()[id.submission];
  std::error_code error;
  if (fs::is_directory(submission.where, error)) {
    const Answer answer = submission.find(submission, grading_.rubrics()[id.rubric].lab, grading_.exercise(id).file);
    return fmt::format("{}\n{}\n{}", static_cast<int>(answer.kind), answer.fault, answer.text);
  }
  std::string& archive = archives_[id.submission];
  if (archive.empty()) archive = digest_of_archive(submission.where);
  return archive;
}

Results::Results(fs::path folder, Grading& grading, Shard shard) : grading_(grading), fingerprints_(grading) {
  fs::create_directories(folder);
  const fs::path journal = folder / journal_name;
  // For reading too: how it ends is looked at.
  journal_ = core::FileDescriptor(::open(journal.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!journal_.is_open()) core::throw_errno("open(" + journal.string() + ")");
  if (flock(journal_.get(), LOCK_EX | LOCK_NB) != 0) {
    // Not every file system of a network has locks, flock(2).
    if (errno != EWOULDBLOCK) core::throw_errno("flock(" + journal.string() + ")");
    throw std::runtime_error(
        fmt::format("another grading is at work in {}; name another folder for this one", folder.string()));
  }
  remove_half_written_files(folder);
  remove_exports_of_others(folder, grading);
  replace_file(folder / shard_name, fmt::format("{} {}\n", shard.index, shard.count));
  for (auto& [id, score] : read_journal(folder, grading, fingerprints_)) {
    // What a machine could not tell is for this one to try, which has less to do, or is another.
    using grade::Verdict;
    const bool is_told = score.verdict != Verdict::inconclusive && score.verdict != Verdict::not_observable &&
                         score.ending != grade::Ending::crashed;
    if (is_told) grading.take(id, std::move(score));
  }
  // A line that was torn when somebody was killed must not spoil the next.
  char last = '\n';
  const off_t size = lseek(journal_.get(), 0, SEEK_END);
  if (size > 0 && pread(journal_.get(), &last, 1, size - 1) == 1 && last != '\n') {
    if (::write(journal_.get(), "\n", 1) != 1) core::throw_errno("write(" + journal.string() + ")");
  }
}

void Results::expect(const CaseId& id) { fingerprints_.of(id); }

void Results::add(const CaseId& id, const grade::CaseScore& score) {
  const std::string line = render::to_journal_line({.student = grading_.submissions()[id.submission].student,
                                                    .lab = grading_.rubrics()[id.rubric].lab,
                                                    .exercise = grading_.exercise(id).file,
                                                    .fingerprint = fingerprints_.of(id),
                                                    .score = score}) +
                           "\n";
  // One call: O_APPEND keeps it in one piece, write(2). A short one means a full disk, and the torn line is not
  // believed.
  const ssize_t written = ::write(journal_.get(), line.data(), line.size());
  if (written < 0) core::throw_errno("write(journal)");
  if (static_cast<std::size_t>(written) < line.size()) throw core::SystemError("write(journal)", ENOSPC);
}

void write_exports(const grade::ClassScore& score, const fs::path& folder) {
  fs::create_directories(folder / gradescope);
  fs::create_directories(folder / classroom);
  replace_file(folder / "grades.csv", render::to_csv(score));
  replace_file(folder / "junit.xml", render::to_junit(score));
  replace_file(folder / "class.html", render::to_html(score));
  for (const grade::SubmissionScore& submission : score.submissions) {
    replace_file(gradescope_file(folder, submission.student), render::to_gradescope(submission));
    replace_file(classroom_file(folder, submission.student), render::to_classroom(submission) + "\n");
  }
}

void merge(const std::vector<fs::path>& folders, Grading& grading) {
  Fingerprints fingerprints(grading);
  std::map<int, fs::path> by_index;
  int shards = 0;
  for (const fs::path& folder : folders) {
    Shard shard;
    std::ifstream about(folder / shard_name);
    if (!(about >> shard.index >> shard.count)) {
      throw std::runtime_error(fmt::format("{} is no folder of results", folder.string()));
    }
    if (shards != 0 && shards != shard.count) {
      throw std::runtime_error(
          fmt::format("{} is of a class in {} shards, and another one of {}", folder.string(), shard.count, shards));
    }
    shards = shard.count;
    const auto [twin, is_new] = by_index.emplace(shard.index, folder);
    if (!is_new) {
      throw std::runtime_error(
          fmt::format("shard {} is there twice: {} and {}", shard.index, twin->second.string(), folder.string()));
    }
    for (auto& [id, score] : read_journal(folder, grading, fingerprints)) grading.take(id, std::move(score));
  }
  for (int index = 0; index < shards; ++index) {
    if (!by_index.contains(index)) throw std::runtime_error(fmt::format("shard {} of {} is missing", index, shards));
  }
  std::size_t unfinished = 0;
  std::set<std::string> students;
  for (const CaseId& id : grading.ids()) {
    if (grading.is_done(id)) continue;
    ++unfinished;
    if (students.size() < 3) students.insert(scenario::printable(grading.submissions()[id.submission].student));
  }
  if (unfinished > 0) {
    throw std::runtime_error(
        fmt::format("{} cases have no score in any shard (of {}, …): a shard is not finished, or has graded other "
                    "answers or rubrics",
                    unfinished, fmt::join(students, ", ")));
  }
}

}  // namespace wirelab::grader

#include "labs/grader/submissions.hh"

#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "labs/grader/utf8_names.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> archive_endings = {".tar.gz", ".tgz",     ".tar",     ".zip",
                                                             ".tar.xz", ".tar.bz2", ".tar.zst", ".7z"};

/// The name without the ending of an archive, in whichever case that is; empty if it has none.
std::string without_ending(const std::string& name) {
  std::string small = name;
  std::ranges::transform(small, small.begin(), [](unsigned char letter) { return std::tolower(letter); });
  for (const std::string_view ending : archive_endings) {
    if (small.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return "";
}

/// `make submit` calls its archive so. Where nothing follows, the whole is the name: nobody is called nothing.
std::string student_of(std::string name) {
  constexpr std::string_view prefix = "submission-";
  return name.starts_with(prefix) && name != prefix ? name.substr(prefix.size()) : name;
}

struct FreeArchive {
  void operator()(archive* opened) const { archive_read_free(opened); }
};

std::string error_of(archive* opened) {
  const char* error = archive_error_string(opened);
  return error != nullptr ? error : "no reason is given";
}

/// A member of an archive, read to its end.
struct Unpacked {
  enum class End { whole, too_large, damaged, too_much };
  End end = End::whole;
  std::string text;
};

/// Reads a member, even one that nobody wants: to skip it would be to unpack it as well, and uncounted. What is larger
/// than `most` is not kept. `unpacked` is how much has come out of the archive, whatever its headers promise.
Unpacked read_member(archive* opened, std::size_t most, std::size_t& unpacked) {
  using End = Unpacked::End;
  std::string text;
  bool fits = true;
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  int got = ARCHIVE_OK;
  while ((got = archive_read_data_block(opened, &block, &size, &offset)) == ARCHIVE_OK) {
    unpacked += size;
    if (unpacked > largest_archive) return {End::too_much, ""};
    // Holes lie between the blocks of a sparse file: nobody has to read them, and those that are kept are small.
    const auto begin = static_cast<std::uint64_t>(offset);
    fits = fits && begin <= most && size <= most - begin;
    if (!fits) continue;
    text.resize(begin);
    text.append(static_cast<const char*>(block), size);
  }
  if (got != ARCHIVE_EOF) return {End::damaged, ""};
  return fits ? Unpacked{End::whole, std::move(text)} : Unpacked{End::too_large, ""};
}

/// Whether a folder is another lab's: `lab4`, but not `labs` or `lab3-alice`, which may be what all was packed in.
bool is_of_another_lab(std::string_view folder, int lab) {
  constexpr std::string_view prefix = "lab";
  if (!folder.starts_with(prefix)) return false;
  const std::string_view digits = folder.substr(prefix.size());
  const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return false;
  int number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return parsed.ec != std::errc() || number != lab;
}

/// How good a place an entry of an archive is in, the best is 0: where it belongs, or there in one folder that
/// everything was packed in. Nothing if it is somewhere else, in a copy that was kept, say, or in the folder of another
/// lab.
std::optional<std::size_t> rank_of(std::string_view entry, int lab, const std::array<std::string, 3>& places) {
  if (entry.starts_with("./")) entry.remove_prefix(2);
  const auto place_of = [&](std::string_view name) -> std::optional<std::size_t> {
    const auto found = std::ranges::find(places, name);
    if (found == places.end()) return std::nullopt;
    return static_cast<std::size_t>(found - places.begin());
  };
  if (const auto place = place_of(entry)) return place;
  const std::size_t slash = entry.find('/');
  if (slash == std::string_view::npos || is_of_another_lab(entry.substr(0, slash), lab)) return std::nullopt;
  const auto place = place_of(entry.substr(slash + 1));
  return place ? std::optional(places.size() + *place) : std::nullopt;
}

}  // namespace

std::vector<Submission> find_submissions(const fs::path& folder, std::vector<fs::path>* passed_over) {
  std::vector<Submission> found;
  std::error_code error;
  for (fs::directory_iterator next(folder, error), end; !error && next != end; next.increment(error)) {
    const fs::directory_entry& entry = *next;
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code leads_nowhere;
    if (entry.is_directory(leads_nowhere)) {
      found.push_back({student_of(name), entry.path()});
    } else if (std::string bare = without_ending(name); !bare.empty()) {
      found.push_back({student_of(std::move(bare)), entry.path(), find_in_archive});
    } else if (passed_over != nullptr) {
      passed_over->push_back(entry.path());
    }
  }
  // The names are whatever students chose, and this is for a terminal.
  const auto shown = [](const fs::path& path) { return scenario::printable(path.string()); };
  if (error)
    throw std::runtime_error(fmt::format("the submissions in {} cannot be read: {}", shown(folder), error.message()));
  std::ranges::sort(found, {}, &Submission::student);
  const auto twice = std::ranges::adjacent_find(found, {}, &Submission::student);
  if (twice != found.end()) {
    throw std::runtime_error(fmt::format("two submissions are of {}: {} and {}", scenario::printable(twice->student),
                                         shown(twice->where), shown(std::next(twice)->where)));
  }
  return found;
}

Answer find_in_archive(const Submission& submission, int lab, const std::string& file) {
  const Utf8Names names;
  const std::unique_ptr<archive, FreeArchive> opened(archive_read_new());
  // What the endings promise and nothing else: some of the others libarchive leaves to programs, which it starts.
  archive_read_support_filter_gzip(opened.get());
  archive_read_support_filter_bzip2(opened.get());
  archive_read_support_filter_xz(opened.get());
  archive_read_support_filter_zstd(opened.get());
  archive_read_support_format_tar(opened.get());
  archive_read_support_format_zip(opened.get());
  archive_read_support_format_7zip(opened.get());
  const auto places = places_of(lab, file);
  Answer best{.file = fs::path(submission.student) / places.front()};
  std::error_code error;
  // To open a pipe that nobody writes to would take for ever.
  if (!fs::is_regular_file(submission.where, error)) return unreadable(best, "the archive is no regular file");
  const std::uintmax_t archive_size = fs::file_size(submission.where, error);
  if (!error && archive_size > largest_archive) return unreadable(best, "the archive is larger than 64 MiB");
  constexpr std::size_t block = 64 * 1024;
  if (archive_read_open_filename(opened.get(), submission.where.c_str(), block) != ARCHIVE_OK) {
    return unreadable(best, fmt::format("the archive cannot be read: {}", error_of(opened.get())));
  }
  const std::size_t nowhere = 2 * places.size();
  std::size_t best_rank = nowhere;
  std::size_t unpacked = 0;
  archive_entry* entry = nullptr;
  for (int got = 0; (got = archive_read_next_header(opened.get(), &entry)) != ARCHIVE_EOF;) {
    if (got != ARCHIVE_OK && got != ARCHIVE_WARN) {
      return unreadable(best, fmt::format("the archive cannot be read: {}", error_of(opened.get())));
    }
    const char* name = archive_entry_pathname(entry);
    const bool is_file = name != nullptr && archive_entry_filetype(entry) == AE_IFREG;
    const std::size_t rank = is_file ? rank_of(name, lab, places).value_or(nowhere) : nowhere;
    // Of two in the same place the later one counts, as it does for tar(1).
    const bool is_wanted = rank < nowhere && rank <= best_rank;
    Unpacked member = read_member(opened.get(), is_wanted ? scenario::ceilings::file_bytes : 0, unpacked);
    // Headers count as well where they are packed with the rest, in tar.
    if (member.end == Unpacked::End::too_much ||
        archive_filter_bytes(opened.get(), 0) > static_cast<std::int64_t>(largest_archive)) {
      return unreadable(best, "there is more than 64 MiB in the archive");
    }
    // Beyond what is damaged and not wanted a zip can be read; where that cannot be, the next header says so.
    if (!is_wanted) continue;
    best.file = fs::path(submission.student) / places.at(rank % places.size());
    if (member.end == Unpacked::End::damaged)
      return unreadable(best, fmt::format("it cannot be unpacked: {}", error_of(opened.get())));
    if (member.end == Unpacked::End::too_large) return unreadable(best, "it is larger than a scenario may be");
    best.kind = Answer::Kind::there;
    best.text = std::move(member.text);
    best_rank = rank;
  }
  return best;
}

}  // namespace wirelab::grader

#include "tests/grading/hostile.hh"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include "tests/grading/archive_file.hh"

namespace wirelab::grader::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mebibyte = std::size_t{1} << 20;

std::string times(const std::string& part, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += part;
  return text;
}

Attack text(std::string name, std::string content) {
  return {std::move(name), "invalid", false,
          [content = std::move(content)](const fs::path& submission, const std::string& answer) {
            std::ofstream(submission / answer, std::ios::binary) << content;
          }};
}

/// Of whichever format, it is called as all archives are here: what one is shows in its first bytes.
Attack archive(std::string name, std::string ending,
               std::function<std::vector<Member>(const std::string& answer)> members, Format format = Format::tar_gz) {
  return {std::move(name), std::move(ending), true,
          [members = std::move(members), format](const fs::path& submission, const std::string& answer) {
            pack(submission, members(answer), format);
          }};
}

/// More in one member, the only one, than may be unpacked of an archive. If anybody read to its end, they would find
/// nothing handed in.
Attack bomb(std::string name, Format format) {
  return archive(
      std::move(name), "invalid",
      [](const std::string&) {
        return std::vector<Member>{{.name = "zeros", .text = "", .link = "", .zeros = 65 * mebibyte}};
      },
      format);
}

void make_pipe(const fs::path& path) {
  if (mkfifo(path.c_str(), 0600) != 0) throw std::system_error(errno, std::generic_category(), "mkfifo");
}

std::vector<Attack> made() {
  const std::string head = "wirelab: 1\nactors:\n  a:\n    - socket: stream\n    - note: ";
  std::vector<Attack> all = {
      text("deep-nesting", "a: " + times("[", 49'900)),
      text("deep-indentation",
           [] {
             std::string steps;
             for (std::size_t depth = 0; depth < 1'000; ++depth) steps += std::string(depth, ' ') + "a:\n";
             return steps;
           }()),
      text("nul-bytes", std::string(mebibyte, '\0')),
      text("bad-utf8", head + "\"\xff\xfe\xc0\xaf\xed\xa0\x80\"\n"),
      text("escape-in-a-text", head + "\"\x1b]0;owned\x07\x1b[2J\"\n"),
      text("one-megabyte-in-a-line", head + "\"" + std::string(mebibyte - 200, 'x') + "\n"),
      text("nothing", ""),
      {"hundred-megabytes", "invalid", false,
       [](const fs::path& submission, const std::string& answer) {
         std::ofstream(submission / answer) << "wirelab: 1\n";
         fs::resize_file(submission / answer, 100 * mebibyte);  // sparse: it has no blocks
       }},
      {"pipe", "invalid", false,
       [](const fs::path& submission, const std::string& answer) { make_pipe(submission / answer); }},
      {"folder", "invalid", false,
       [](const fs::path& submission, const std::string& answer) { fs::create_directories(submission / answer); }},
      {"endless-device", "invalid", false,
       [](const fs::path& submission, const std::string& answer) {
         fs::create_symlink("/dev/zero", submission / answer);
       }},
      {"link-to-itself", "invalid", false,
       [](const fs::path& submission, const std::string& answer) {
         fs::create_symlink(fs::path(answer).filename(), submission / answer);
       }},
      {"link-to-the-system", "invalid", false,
       [](const fs::path& submission, const std::string& answer) {
         fs::create_symlink("/etc/passwd", submission / answer);
       }},
      {"link-to-the-neighbour", "invalid", false,
       [](const fs::path& submission, const std::string& answer) {
         fs::create_symlink(fs::absolute(submission.parent_path()) / "alice" / answer, submission / answer);
       }},
      archive("archive-bomb", "invalid",
              [](const std::string& answer) {
                return std::vector<Member>{{.name = "zeros", .text = "", .link = "", .zeros = 128 * mebibyte},
                                           {answer, "wirelab: 1\n", ""}};
              }),
      bomb("archive-bomb-at-the-end", Format::tar_bz2),
      bomb("archive-bomb-in-zip", Format::zip),
      bomb("archive-bomb-in-7z", Format::seven_zip),
      {"archive-that-is-sparse", "invalid", true,
       [](const fs::path& submission, const std::string&) {
         std::ofstream(submission, std::ios::binary) << "";
         fs::resize_file(submission, 1024 * 1024 * mebibyte);  // it has no blocks, and tar reads it as an empty archive
       }},
      archive("archive-with-hard-links", "not-handed-in",
              [](const std::string& answer) {
                const std::string neighbour = "../alice/" + answer;
                return std::vector<Member>{{answer, "", "/etc/passwd", true}, {answer, "", neighbour, true}};
              }),
      archive("archive-with-a-hard-link-to-itself", "not-handed-in",
              [](const std::string& answer) {
                return std::vector<Member>{
                    {"secret", "wirelab: 1\n", ""}, {answer, "", "secret", true}, {answer, "", answer, true}};
              }),
      archive("archive-in-a-folder-named-as-a-lab", "invalid",
              [](const std::string& answer) {
                return std::vector<Member>{{"labs/" + answer, "wirelab: 1\n", ""}};
              }),
      archive("archive-that-climbs", "not-handed-in",
              [](const std::string& answer) {
                return std::vector<Member>{{"../alice/" + fs::path(answer).filename().string() + "/owned", "owned", ""},
                                           {"/tmp/wirelab-owned", "owned", ""},
                                           {answer, "", "/etc/passwd"}};
              }),
      {"archive-that-is-none", "invalid", true,
       [](const fs::path& submission, const std::string&) {
         std::ofstream(submission, std::ios::binary) << "\x1f\x8b" << std::string(1000, '\xff');
       }},
      {"archive-that-is-a-pipe", "invalid", true,
       [](const fs::path& submission, const std::string&) { make_pipe(submission); }},
  };
  return all;
}

}  // namespace

std::vector<Attack> attacks(const fs::path& folder) {
  std::vector<Attack> all = made();
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".yaml") continue;
    all.push_back({entry.path().stem(), entry.path().parent_path().filename(), false,
                   [file = entry.path()](const fs::path& submission, const std::string& answer) {
                     fs::copy_file(file, submission / answer);
                   }});
  }
  std::ranges::sort(all, {}, &Attack::name);
  return all;
}

}  // namespace wirelab::grader::test

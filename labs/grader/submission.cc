#include "labs/grader/submission.hh"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/companion_file.hh"

namespace wirelab::grader {

namespace fs = std::filesystem;

std::array<std::string, 3> places_of(int lab, const std::string& file) {
  return {fmt::format("lab{}/{}", lab, file), fmt::format("scenarios/lab{}/{}", lab, file), file};
}

Answer unreadable(Answer answer, std::string fault) {
  answer.kind = Answer::Kind::unreadable;
  answer.fault = std::move(fault);
  return answer;
}

Answer find_in_folder(const Submission& submission, int lab, const std::string& file) {
  for (const std::string& place : places_of(lab, file)) {
    const fs::path path = submission.where / place;
    Answer answer{.file = fs::path(submission.student) / place};
    std::error_code error;
    const fs::file_type type = fs::symlink_status(path, error).type();
    if (type == fs::file_type::not_found) continue;
    // It may be there: the grader was not let in to look, say.
    if (type == fs::file_type::none) return unreadable(answer, "it cannot be read: " + error.message());
    // The same rules as for the files beside a scenario: nothing outside the folder, whatever a link says.
    const scenario::CompanionFile found = scenario::find_companion(submission.where / "answer", place);
    if (!found.fault.empty()) return unreadable(answer, scenario::first_line(found.fault, words::Language::english));
    scenario::ReadFile read = scenario::read_regular_file(found.path, scenario::ceilings::file_bytes);
    if (!read.fault.empty()) return unreadable(answer, scenario::first_line(read.fault, words::Language::english));
    if (read.too_large) return unreadable(answer, "it is larger than a scenario may be");
    answer.kind = Answer::Kind::there;
    answer.text = std::move(read.bytes);
    return answer;
  }
  return {.file = fs::path(submission.student) / places_of(lab, file).front()};
}

}  // namespace wirelab::grader

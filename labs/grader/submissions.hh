// A class's submissions: a folder for each student, or an archive, as `make submit` packs it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "labs/grader/submission.hh"

namespace wirelab::grader {

/// All that lie in a folder, by name: a student is called what the folder or the archive is called, without its
/// endings. What begins with a dot is none; what is neither folder nor archive is `passed_over`. Throws
/// std::runtime_error if the folder cannot be read, or two submissions are of one student.
std::vector<Submission> find_submissions(const std::filesystem::path& folder,
                                         std::vector<std::filesystem::path>* passed_over = nullptr);

/// In bytes. Whatever an archive says of itself: larger than this none is read, and no more is unpacked of it.
inline constexpr std::size_t largest_archive = std::size_t{64} << 20;

/// As find_in_folder() in an archive, there also in one folder that everything was packed in. One that is larger than
/// `largest_archive`, or has more than that in it, is unreadable.
Answer find_in_archive(const Submission& submission, int lab, const std::string& file);

}  // namespace wirelab::grader

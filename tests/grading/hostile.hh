// What nobody hands in who means well: the files in tests/hostile, and what is better made than kept.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace wirelab::grader::test {

struct Attack {
  std::string name;
  /// How a case of it ends where everything may be edited: grade::to_text of its Ending, or several joined by `-or-`
  /// where it depends on how fast the machine is.
  std::string ending;
  /// It is the whole submission, an archive beside the students' folders, and not one answer in one of them.
  bool is_archive = false;
  /// Hands it in. `submission`: the student's folder, which is there, or the archive, which is not. `answer`: where in
  /// it the exercise's file belongs, `lab1/exercise-1-echo.yaml`; its folder is there.
  std::function<void(const std::filesystem::path& submission, const std::string& answer)> hand_in;
};

/// Of all the files in `folder`/ENDING/, and all that are made; in the same order on every machine.
std::vector<Attack> attacks(const std::filesystem::path& folder);

}  // namespace wirelab::grader::test

// A script as a program, one function a language.
#pragma once

#include <string>
#include <vector>

#include "labs/export/script.hh"

namespace wirelab::exporter {

/// A file by its name and what is in it.
struct File {
  std::string name;
  std::string content;
};

/// The program first, then the files that it reads.
std::vector<File> to_c(const Script& script, scenario::Problems& problems);
std::vector<File> to_python(const Script& script, scenario::Problems& problems);

}  // namespace wirelab::exporter

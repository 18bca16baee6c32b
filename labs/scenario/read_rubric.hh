// The words of a rubric, and the tables that read it. docs/rubrics.md describes them for people.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "labs/scenario/document.hh"
#include "labs/scenario/problems.hh"
#include "labs/scenario/rubric.hh"

namespace wirelab::scenario {

/// With `materialise` the data of its checks are made, as of a scenario (reader.hh).
Rubric read_rubric(Problems& problems, const Document& document, const std::filesystem::path& lab_folder,
                   bool materialise);

/// Every word that is a rubric's own, for the schema's test: keys, and bare words that stand as values.
std::vector<std::string_view> rubric_words();

}  // namespace wirelab::scenario

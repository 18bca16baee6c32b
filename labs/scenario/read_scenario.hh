// The top level of a scenario file, and its actors.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/document.hh"
#include "labs/scenario/reader.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

struct ReadScenario {
  Scenario scenario;
  std::set<std::string> uncertain_actors;  ///< with a mistake or a `???` in them
};

ReadScenario read_scenario(Reader& reader, const Document& document);

/// The keys of the top level, of an actor written as a map, and of `limits`.
std::vector<std::string_view> keys_of_top_level();
std::vector<std::string_view> keys_of_actor();
std::vector<std::string_view> keys_of_limits();

/// Words of the top level, of actors' options and of limits.
std::vector<std::string_view> top_words();

}  // namespace wirelab::scenario

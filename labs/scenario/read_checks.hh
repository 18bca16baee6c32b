// What must be seen: `checks`, `predict`, and the values and predicates in them.
#pragma once

#include <string_view>
#include <vector>

#include "labs/scenario/reader.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

void read_checks(Reader& reader, const Node& node, Scenario& scenario);
void read_predictions(Reader& reader, const Node& node, Scenario& scenario);

/// Words: of checks' own keys and of the predicates.
std::vector<std::string_view> check_words();

}  // namespace wirelab::scenario

// The `wire` section: what happens to packets on their way.
#pragma once

#include <string_view>
#include <vector>

#include "labs/scenario/reader.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

void read_wire(Reader& reader, const Node& node, Wire& wire);

std::vector<std::string_view> keys_of_wire();
std::vector<std::string_view> wire_words();

}  // namespace wirelab::scenario

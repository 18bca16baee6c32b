// Nodes back to YAML, in the spelling of the language.
#pragma once

#include <cstddef>
#include <string>

#include "labs/scenario/document.hh"

namespace wirelab::scenario {

/// In one line and for people: `{send: "Hello", after: server.accept}`. Texts longer than `longest` bytes are shortened
/// in the middle; 0 means never.
std::string in_one_line(const Node& node, std::size_t longest = 0);

/// As a file that reads as the same nodes: what fits in a line is in one, all else is indented by `indent` spaces.
std::string as_yaml(const Node& node, std::size_t indent = 0);

}  // namespace wirelab::scenario

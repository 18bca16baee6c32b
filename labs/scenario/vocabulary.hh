// Every word of the language, drawn from the tables that read it; scenarios/schema.json is held to it by a test.
#pragma once

#include <string_view>
#include <vector>

namespace wirelab::scenario {

/// Sorted, each once: keys, and bare words that stand as values. Not among them: metrics, socket options, errors of the
/// kernel, which come from elsewhere.
std::vector<std::string_view> vocabulary();

}  // namespace wirelab::scenario

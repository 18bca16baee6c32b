// The part of JSON Schema that scenarios/record.schema.json is written in, and no more.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace wirelab::render::test {

/// What is wrong with `document`, each with its place (`/events/3/line: …`). A keyword that this checker does not know
/// is wrong too: no part of the schema goes unchecked without anybody noticing.
std::vector<std::string> violations(const nlohmann::json& schema, const nlohmann::json& document);

}  // namespace wirelab::render::test

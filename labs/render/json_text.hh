// How text and bytes are written in JSON, whichever format it is that they stand in.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace wirelab::render {

using Json = nlohmann::ordered_json;

/// RFC 4648 §4, with padding.
std::string base64(std::string_view bytes);

/// Text where it is text; else as a scenario would spell such bytes, `{"hex": "ff 00"}`.
Json bytes_json(const std::string& bytes);
/// What bytes_json() was given; nothing if that cannot have made `json`.
std::optional<std::string> bytes_from(const Json& json);

/// On one line.
std::string compact(const Json& json);

/// What is not printable stands only inside strings of `json`, and JSON can spell it: shown on a terminal it does no
/// harm, whatever travelled. The library has already spelled what is under U+0020.
std::string escape_unprintable(std::string json);

}  // namespace wirelab::render

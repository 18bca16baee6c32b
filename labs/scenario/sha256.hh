// SHA-256 (FIPS 180-4) of files that travel and of the scenario a record came from.
#pragma once

#include <string>
#include <string_view>

namespace wirelab::scenario {

/// In lower-case hexadecimal, 64 characters.
std::string sha256(std::string_view bytes);

}  // namespace wirelab::scenario

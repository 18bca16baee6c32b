// Bytes written as two hexadecimal digits each: in `hex:` data, in a run record, in the path of a URL.
#pragma once

#include <optional>

namespace wirelab::scenario {

/// What the digit stands for, 0 to 15; nothing if it is none. Upper and lower case are the same.
constexpr std::optional<int> hexadecimal_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
  return std::nullopt;
}

}  // namespace wirelab::scenario

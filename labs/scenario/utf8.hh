// UTF-8, as far as showing text safely needs it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wirelab::scenario {

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;  ///< how many bytes it takes; 1 if they are not valid
  bool valid = false;
};

/// The first code point of `text`, which must not be empty. Overlong forms, surrogates and what is beyond U+10FFFF are
/// not valid (RFC 3629 §3).
CodePoint first_code_point(std::string_view text);

/// Can it stand on a terminal as itself: no control character, nothing invisible, nothing that turns the direction
/// of the text around it.
bool is_printable(char32_t code_point);

/// `text` with everything escaped that is not printable: `\n`, `\x1b`, `\u202e`; bytes that are no UTF-8 as `\xff`.
/// Quotes and backslashes stay as they are.
std::string printable(std::string_view text);

/// The number of code points; each byte that is not valid counts as one.
std::size_t count_code_points(std::string_view text);

}  // namespace wirelab::scenario

// How many columns text takes on a terminal.
#pragma once

#include <string_view>

namespace wirelab::scenario {

/// 0 for combining marks, joiners and other characters that take no place of their own, 2 for East Asian wide and
/// emoji characters, else 1. (Unicode Standard Annex #11; general categories Mn, Me, Cf.)
int column_width(char32_t character);

/// Columns `text` takes. Its characters are counted one by one, as terminals do that do not join emoji sequences; a
/// byte that is not UTF-8 counts as one.
int display_width(std::string_view text);

}  // namespace wirelab::scenario

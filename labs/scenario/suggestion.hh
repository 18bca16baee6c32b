// "Did you mean …?"
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/remark.hh"

namespace wirelab::scenario {

/// How many single edits (a letter put in, left out, changed, or two neighbours swapped) lead from one to the other:
/// the optimal string alignment distance of Damerau and Levenshtein.
std::size_t edit_distance(std::string_view one, std::string_view other);

/// The candidate that `word` was most likely meant to be; empty if none is near enough. The first of equals wins.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

/// ``did you mean `accept`?``, or nothing if `meant` is empty.
Remark did_you_mean(std::string_view meant);

/// ``write `accept` ``, and ``write it like `recv: 1024` ``.
Remark write_this(std::string_view what);
Remark write_it_like(std::string_view example);

/// `` `a`, `b` or `c` ``.
Phrase enumeration(std::span<const std::string_view> words);

/// What the file says, safe and short enough for a message: `recvv`, and the same between backticks.
std::string shown(std::string_view text);
std::string in_ticks(std::string_view text);

}  // namespace wirelab::scenario

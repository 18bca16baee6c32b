// Two sequences laid beside each other, so that what they have in common stands in one row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace wirelab::scenario {

/// Pairs of indices at which two sequences of that many elements agree, as many as there can be, in order: the longest
/// common subsequence. `same(i, j)` compares one of the left with one of the right. Takes a table of all pairs.
template <typename Same>
std::vector<std::pair<std::size_t, std::size_t>> aligned(std::size_t left, std::size_t right, const Same& same) {
  std::vector<int> common((left + 1) * (right + 1), 0);  // of what is left from i and from j on
  const auto at = [&](std::size_t i, std::size_t j) -> int& { return common[i * (right + 1) + j]; };
  for (std::size_t i = left; i-- > 0;) {
    for (std::size_t j = right; j-- > 0;) {
      at(i, j) = same(i, j) ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0, j = 0; i < left && j < right;) {
    if (same(i, j)) {
      pairs.emplace_back(i++, j++);
    } else {
      ++(at(i + 1, j) >= at(i, j + 1) ? i : j);
    }
  }
  return pairs;
}

}  // namespace wirelab::scenario

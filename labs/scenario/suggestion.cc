#include "labs/scenario/suggestion.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

// Longer than any word of the language; keeps a megabyte of letters from costing a megabyte squared.
constexpr std::size_t longest_compared = 80;

// A third of the letters may be wrong, but never all of them.
std::size_t tolerated_edits(std::string_view word) {
  return word.size() <= 3 ? 1 : std::min<std::size_t>(word.size() / 3, 3);
}

std::string without_case(std::string_view word) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return std::tolower(letter); });
  return lower;
}

}  // namespace

std::size_t edit_distance(std::string_view one, std::string_view other) {
  const std::size_t width = other.size() + 1;
  std::vector<std::size_t> before_last(width), last(width), current(width);
  for (std::size_t column = 0; column < width; ++column) last[column] = column;
  for (std::size_t row = 1; row <= one.size(); ++row) {
    current[0] = row;
    for (std::size_t column = 1; column < width; ++column) {
      const bool same = one[row - 1] == other[column - 1];
      current[column] = std::min({last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1)});
      const bool swapped =
          row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1];
      if (swapped) current[column] = std::min(current[column], before_last[column - 2] + 1);
    }
    before_last.swap(last);
    last.swap(current);
  }
  return last.back();
}

std::string_view closest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > longest_compared) return {};
  const std::string lower = without_case(word);
  std::string_view best;
  std::size_t best_distance = tolerated_edits(word) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference = std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
    if (candidate.size() > longest_compared || difference >= best_distance) continue;
    const std::size_t distance = edit_distance(lower, without_case(candidate));
    if (distance >= best_distance || distance >= candidate.size()) continue;
    best = candidate;
    best_distance = distance;
  }
  return best;
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  const std::vector<std::string_view> views(candidates.begin(), candidates.end());
  return std::string(closest(word, views));
}

Remark did_you_mean(std::string_view meant) {
  return meant.empty() ? Remark{} : remark("did-you-mean"_text, {{"meant", std::string(meant)}});
}

Remark write_this(std::string_view what) { return remark("write.this"_text, {{"this", std::string(what)}}); }

Remark write_it_like(std::string_view example) {
  return remark("write.like"_text, {{"example", std::string(example)}});
}

Phrase enumeration(std::span<const std::string_view> words) {
  Phrase sofar = std::string();
  for (std::size_t index = 0; index < words.size(); ++index) {
    Phrase next = fmt::format("`{}`", words[index]);
    const bool is_last = index + 1 == words.size();
    sofar = index == 0 ? std::move(next)
                       : phrase(is_last ? "enumeration.last"_text : "enumeration.further"_text,
                                {{"before", std::move(sofar)}, {"next", std::move(next)}});
  }
  return sofar;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return printable(text);
  std::size_t end = longest;
  while (end > longest - 3 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return printable(text.substr(0, end)) + "…";
}

std::string in_ticks(std::string_view text) { return fmt::format("`{}`", shown(text)); }

}  // namespace wirelab::scenario

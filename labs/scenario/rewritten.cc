#include "labs/scenario/rewritten.hh"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <vector>

#include "labs/scenario/spelling.hh"

namespace wirelab::scenario {
namespace {

struct Replacement {
  Position at;
  std::string text;
};

bool is_block(const SourceText& source, Position at) {
  const std::string_view line = source.line(at.line);
  const std::size_t byte = source.byte_in_line(at);
  return byte < line.size() && (line[byte] == '|' || line[byte] == '>');
}

/// False if the two differ in more than scalars that stand on one line.
bool collect(const SourceText& source, const Node& before, const Node& after, std::vector<Replacement>& found) {
  if (before.kind != after.kind || before.items.size() != after.items.size() ||
      before.entries.size() != after.entries.size()) {
    return false;
  }
  if (std::tie(before.text, before.quoted) != std::tie(after.text, after.quoted)) {
    if (is_block(source, before.at)) return false;
    found.push_back({before.at, in_one_line(after)});
  }
  for (std::size_t i = 0; i < before.items.size(); ++i) {
    if (!collect(source, before.items[i], after.items[i], found)) return false;
  }
  for (std::size_t i = 0; i < before.entries.size(); ++i) {
    const Entry& was = before.entries[i];
    const Entry& is = after.entries[i];
    if (was.key.text != is.key.text || !collect(source, was.value, is.value, found)) return false;
  }
  return true;
}

}  // namespace

std::string rewritten(const SourceText& source, const Node& before, const Node& after) {
  std::vector<Replacement> replacements;
  if (!collect(source, before, after, replacements)) return as_yaml(after);
  // From right to left, so that the places to the left stay where they are.
  std::sort(replacements.begin(), replacements.end(),
            [](const Replacement& one, const Replacement& other) { return one.at.column > other.at.column; });
  std::string text;
  for (int number = 1; number <= source.line_count(); ++number) {
    std::string line(source.line(number));
    for (const Replacement& replacement : replacements) {
      if (replacement.at.line != number) continue;
      const std::size_t start = source.byte_in_line(replacement.at);
      const int width = source.word_at(replacement.at).width;
      const std::size_t end = source.byte_in_line({number, replacement.at.column + width});
      line.replace(start, end - start, replacement.text);
    }
    text += line;
    if (number < source.line_count()) text += '\n';
  }
  return text;
}

}  // namespace wirelab::scenario

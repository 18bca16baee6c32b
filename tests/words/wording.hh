// What may be wrong with a text before anybody has said it, for tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "labs/words/catalogue.hh"

namespace wirelab::words {

/// The names between the braces of a text, each with the most forms that it gives a number: 0 if it gives none.
inline std::map<std::string, std::size_t> placeholders(std::string_view pattern) {
  std::map<std::string, std::size_t> names;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '{') continue;
    if (pattern.substr(i).starts_with("{{")) {
      ++i;
      continue;
    }
    const std::size_t close = pattern.find('}', i);
    const std::string_view inside = pattern.substr(i + 1, close - i - 1);
    const std::size_t colon = inside.find(':');
    std::size_t forms = 0;
    if (colon != std::string_view::npos) {
      forms = 1;
      for (const char letter : inside.substr(colon)) forms += letter == '|' ? 1 : 0;
    }
    std::size_t& most = names[std::string(inside.substr(0, colon))];
    most = std::max(most, forms);
    i = close;
  }
  return names;
}

inline std::set<std::string> names_in(std::string_view pattern) {
  std::set<std::string> names;
  for (const auto& [name, forms] : placeholders(pattern)) names.insert(name);
  return names;
}

/// Each number gets as many forms as the language has.
inline std::string fault_of_forms(const Catalogue& catalogue, std::string_view pattern) {
  std::size_t wanted = 1;
  for (const std::int64_t number : {0, 1, 2, 5, 11, 100}) wanted = std::max(wanted, catalogue.plural_form(number) + 1);
  for (const auto& [name, forms] : placeholders(pattern)) {
    if (forms != 0 && forms != wanted) return "{" + name + "} has another number of forms than the language";
  }
  return "";
}

/// Chinese as it is set: a blank between Han and Latin, full-width marks beside Han and no blank beside those. Empty if
/// it is so.
std::string fault_of_chinese(std::string_view pattern);

}  // namespace wirelab::words

#include "labs/explain/catalogue.hh"

#include <stdexcept>
#include <string>

#include "labs/explain/catalogues.hh"

namespace wirelab::explain {
namespace {

/// Throws std::logic_error if a key is there twice.
Entries joined(Entries calls, Entries packets, Entries http) {
  for (Entries* more : {&packets, &http}) {
    calls.merge(*more);
    if (!more->empty()) throw std::logic_error("two entries are called " + std::string(more->begin()->first));
  }
  return calls;
}

const Entries& in_english() {
  static const Entries entries = joined(english_of_calls(), english_of_packets(), english_of_http());
  return entries;
}

const Entries& in_chinese() {
  static const Entries entries = joined(chinese_of_calls(), chinese_of_packets(), chinese_of_http());
  return entries;
}

}  // namespace

const Entries& entries(words::Language language) {
  return language == words::Language::chinese ? in_chinese() : in_english();
}

const std::vector<std::string_view>& references(std::string_view key) { return in_english().at(key).see; }

}  // namespace wirelab::explain

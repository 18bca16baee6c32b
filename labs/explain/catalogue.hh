// The words of the annotations, apart from the rules that find what there is to say: a catalogue for each language. The
// rules hand over names and numbers only.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "labs/words/language.hh"

namespace wirelab::explain {

/// What is said about one kind of finding. All of it may hold placeholders (labs/words/catalogue.hh).
struct Entry {
  std::string_view seen;
  std::string_view why;
  std::vector<std::string_view> see = {};  ///< only in English: references are the same in every language
  std::string_view measured = {};          ///< with the arguments that differ from run to run, and with no others
};

using Entries = std::map<std::string_view, Entry>;  ///< by Telling::key

const Entries& entries(words::Language language);

/// RFCs and manual pages on that kind of finding; they may hold placeholders as well.
const std::vector<std::string_view>& references(std::string_view key);

}  // namespace wirelab::explain

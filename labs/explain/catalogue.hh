// The words of the annotations, apart from the rules that find what there is to say. Another language is another
// Catalogue: the rules hand over names and numbers only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wirelab::explain {

/// A piece of text with a catalogue entry of its own, for lists whose length only the run knows.
struct Fragment {
  std::string_view text;  ///< key in Catalogue::fragments
  std::vector<std::pair<std::string, std::variant<std::int64_t, std::string>>> arguments;
};

/// What a template's placeholders stand for. Texts are names, quoted data, sums like `5+5+5`: nothing to translate.
using Argument = std::variant<std::int64_t, std::string, std::vector<Fragment>>;
using Arguments = std::map<std::string, Argument>;

/// What is said about one kind of finding. `seen`, `why` and `see` hold placeholders of fmt: `{actor}`; a number takes
/// the forms of its noun, `{bytes:byte|bytes}` is "1 byte" or "15 bytes", and `{lost:!was|were}` is the word alone.
struct Entry {
  std::string_view seen;
  std::string_view why;
  std::vector<std::string_view> see;
  std::string_view measured = {};  ///< with the arguments that differ from run to run, and with no others
};

struct Catalogue {
  /// Which of the forms between the bars a number takes, from 0.
  std::size_t (*plural_form)(std::int64_t number);
  std::map<std::string_view, Entry> entries;               ///< by Telling::key
  std::map<std::string_view, std::string_view> fragments;  ///< by Fragment::text
  std::string_view separator;                              ///< between the fragments of a list
  std::string_view again;                                  ///< after `seen`: it was so {times} more times
};

const Catalogue& english();

/// A template with its placeholders filled in. Throws fmt::format_error if the template names an argument that is not
/// there, or gives a text the forms of a number: a mistake in the catalogue, which the tests look for.
std::string fill(const Catalogue& catalogue, std::string_view pattern, const Arguments& arguments);

}  // namespace wirelab::explain

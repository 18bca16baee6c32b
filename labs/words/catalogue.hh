// The texts that people are shown, by their names, in each language.
//
// A text holds placeholders of fmt: `{actor}`. A number takes the forms of its noun: `{bytes:byte|bytes}` is "1 byte"
// or "15 bytes", and `{lost:!was|were}` is the word alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labs/words/language.hh"
#include "labs/words/message.hh"

namespace wirelab::words {

using Texts = std::map<std::string_view, std::string_view>;

struct Catalogue {
  /// Which of the forms between the bars a number takes, from 0.
  std::size_t (*plural_form)(std::int64_t number);
  Texts texts;  ///< by TextId::name
};

const Catalogue& catalogue(Language language);

/// A text with its placeholders filled in. Throws fmt::format_error if it names an argument that is not there, or gives
/// a text the forms of a number: a mistake in the catalogue, which the tests look for.
std::string fill(const Catalogue& catalogue, std::string_view pattern, const Arguments& arguments);

std::string say(Language language, TextId id, const Arguments& arguments = {});
std::string say(Language language, const Message& message);
/// One sentence after the other.
std::string say(Language language, const std::vector<Message>& sentences);

}  // namespace wirelab::words

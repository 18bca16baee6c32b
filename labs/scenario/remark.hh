// What is said about a file, in no language yet, and the parts of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "labs/words/language.hh"
#include "labs/words/message.hh"

namespace wirelab::scenario {

/// A sentence, or none.
using Remark = std::vector<words::Message>;

/// A part of a sentence: words of the language, which stay what they are (`` `bind` ``), or a text of the catalogues.
using Phrase = words::Argument;

inline Remark remark(words::TextId id, words::Arguments arguments = {}) { return {{id, std::move(arguments)}}; }
inline Phrase phrase(words::TextId id, words::Arguments arguments = {}) { return remark(id, std::move(arguments)); }

/// What is wrong, without what to write instead; empty if there is nothing to say.
std::string first_line(const Remark& remark, words::Language language);

/// A size as a number to be said.
constexpr std::int64_t counted(std::size_t size) { return static_cast<std::int64_t>(size); }

}  // namespace wirelab::scenario

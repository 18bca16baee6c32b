// Text as columns on a terminal: how wide it is, and how to cut and wrap it. What makes foreign text harmless is
// scenario::printable (labs/scenario/utf8.hh).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/column_width.hh"
#include "labs/words/language.hh"

namespace wirelab::render {

using scenario::column_width;
using scenario::display_width;

/// For terminals that cannot show UTF-8: punctuation by its usual stand-in (… as ..., § as section), all else that is
/// not ASCII as `\u4f60`. The input must be printable.
std::string to_ascii(std::string_view text);

/// At most `columns` columns; what is longer loses its end and gets `ellipsis`.
std::string shorten_end(std::string_view text, int columns, std::string_view ellipsis);

/// `bytes` in quotes and escaped, if that takes at most `columns` columns.
std::optional<std::string> quoted_whole(const std::string& bytes, int columns, bool ascii);

enum class SizeShown { when_cut, never };

/// `bytes` in quotes and escaped in at most `columns` columns: what is longer loses its middle and, unless the reader
/// is told elsewhere, names its size, `"Lorem…orum" 65536 bytes`. With very few columns only the size or `…` is left.
std::string quoted_to_fit(const std::string& bytes, int columns, bool ascii, SizeShown size = SizeShown::when_cut,
                          words::Language language = words::Language::english);

/// Lines of at most `columns` columns, broken between words; a word that is wider than a line is broken inside, behind a
/// bracket or a colon rather than anywhere. Wide characters (Chinese, Japanese) stand without spaces: a line may be
/// broken beside any of them, but not before a mark that ends a phrase nor behind one that begins it. Never empty.
std::vector<std::string> wrap(std::string_view text, int columns);

/// Lines of foreign text, each made harmless.
std::vector<std::string> harmless_lines(std::string_view foreign);

/// "1 byte", "5 bytes".
std::string count_of(std::int64_t count, std::string_view thing);

}  // namespace wirelab::render

// The languages that people are spoken to in. Which one it is, labs/cli.cc decides; from there it is handed down as a
// value.
#pragma once

#include <string_view>

namespace wirelab::words {

enum class Language { english, chinese };

/// What the name of a locale asks for, POSIX.1-2017 XBD §8.2: `zh_CN.UTF-8`, `zh_TW`, `zh` mean Chinese; `C`, `POSIX`
/// and all others English. So does `zh_CN.GBK`: what is written is UTF-8, and such a terminal cannot show it.
Language language_of_locale(std::string_view locale);

/// `en`, `zh`: ISO 639-1.
std::string_view code_of(Language language);

}  // namespace wirelab::words

#include "labs/words/language.hh"

#include <algorithm>
#include <cctype>
#include <string>

namespace wirelab::words {

Language language_of_locale(std::string_view locale) {
  const std::string_view language = locale.substr(0, locale.find_first_of("_.@-"));
  if (language != "zh") return Language::english;
  const std::size_t dot = locale.find('.');
  if (dot == std::string_view::npos) return Language::chinese;
  std::string charset(locale.substr(dot + 1));
  charset = charset.substr(0, charset.find('@'));
  std::transform(charset.begin(), charset.end(), charset.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return charset == "utf-8" || charset == "utf8" ? Language::chinese : Language::english;
}

std::string_view code_of(Language language) { return language == Language::chinese ? "zh" : "en"; }

}  // namespace wirelab::words

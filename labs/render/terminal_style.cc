#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "labs/render/terminal.hh"

namespace wirelab::render {
namespace {

constexpr int least_columns = 40;
constexpr int most_columns = 1000;  // a COLUMNS of a million is a mistake, not a terminal
constexpr int usual_columns = 80;

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' ? std::optional<std::string>(value) : std::nullopt;
}

bool wants_colour(int descriptor) {
  if (environment("NO_COLOR")) return false;  // https://no-color.org
  if (const auto force = environment("CLICOLOR_FORCE"); force && *force != "0") return true;
  return isatty(descriptor) == 1 && environment("TERM").value_or("dumb") != "dumb";
}

int width_of(int descriptor) {
  int columns = 0;
  if (const auto asked = environment("COLUMNS")) {
    std::from_chars(asked->data(), asked->data() + asked->size(), columns);
  }
  winsize size{};
  if (columns <= 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  if (columns <= 0) columns = usual_columns;
  return std::clamp(columns, least_columns, most_columns);
}

bool charset_is_utf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (auto locale = environment(name)) {
      std::transform(locale->begin(), locale->end(), locale->begin(),
                     [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
      return locale->find("UTF-8") != std::string::npos || locale->find("UTF8") != std::string::npos;
    }
  }
  return true;
}

}  // namespace

TerminalStyle style_for(int descriptor, words::Language language) {
  TerminalStyle style;
  style.columns = width_of(descriptor);
  style.colour = wants_colour(descriptor);
  style.ascii = language == words::Language::english && !charset_is_utf8();
  style.language = language;
  return style;
}

}  // namespace wirelab::render

#include "labs/render/markup.hh"

#include <fmt/format.h>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::render {
namespace {

std::string_view entity_of(char byte) {
  switch (byte) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return "";
  }
}

std::string with_entities(std::string_view harmless) {
  std::string text;
  for (const char byte : harmless) {
    const std::string_view entity = entity_of(byte);
    entity.empty() ? text += byte : text += entity;
  }
  return text;
}

}  // namespace

std::string markup_text(std::string_view foreign) {
  return with_entities(fmt::format("{}", fmt::join(harmless_lines(foreign), "\n")));
}

std::string markup_attribute(std::string_view foreign) { return with_entities(scenario::printable(foreign)); }

}  // namespace wirelab::render

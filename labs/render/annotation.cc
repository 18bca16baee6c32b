#include "labs/render/annotation.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

#include "labs/render/text.hh"
#include "labs/words/message.hh"

namespace wirelab::render {
namespace {

/// Where to read on, and last what to type: in one piece, to be copied.
void draw_references(const explain::Annotation& annotation, int indent, Page& page) {
  const std::string command = page.foreign("make explain RULE=" + annotation.rule);
  const std::string between = page.say("list.of-words"_text);
  const std::string listed = fmt::format("{}", fmt::join(annotation.see, between));
  const auto read = [&](const std::string& references) {
    return page.foreign(page.say("annotation.read"_text, {{"references", references}}));
  };
  const std::string all = read(listed.empty() ? command : listed + between + command);
  if (listed.empty() || indent + display_width(all) <= page.columns()) {
    page.prose(all, indent, Ink::faint);
  } else {
    page.prose(read(listed), indent, Ink::faint);
    page.prose(command, indent, Ink::faint);
  }
}

}  // namespace

void add_annotation(Page& page, const explain::Annotation& annotation, std::string_view mark, int indent) {
  const bool is_measured = !annotation.measured.empty() && !page.style().canonical;
  const std::string seen =
      is_measured ? annotation.seen + page.say("between-sentences"_text) + annotation.measured : annotation.seen;
  page.prose_after(mark, Ink::mark, page.foreign(seen), indent, Ink::strong);
  if (!annotation.why.empty()) page.prose(page.foreign(annotation.why), indent);
  draw_references(annotation, indent, page);
}

}  // namespace wirelab::render

#include "labs/render/verdict_rows.hh"

#include <vector>

#include "labs/render/text.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using grade::Verdict;

Sign sign_of(Verdict verdict, const Glyphs& glyphs) {
  switch (verdict) {
    case Verdict::passed:
      return {glyphs.passed, Ink::good};
    case Verdict::failed:
      return {glyphs.failed, Ink::bad};
    case Verdict::unanswered:
      return {"?", Ink::mark};
    case Verdict::not_observable:
    case Verdict::inconclusive:
      break;
  }
  return {glyphs.not_seen, Ink::faint};
}

std::string verdict_text(Verdict verdict, words::Language language) {
  switch (verdict) {
    case Verdict::passed:
      return words::say(language, "verdict.passed"_text);
    case Verdict::failed:
      return words::say(language, "verdict.failed"_text);
    case Verdict::not_observable:
      return words::say(language, "verdict.not-observable"_text);
    case Verdict::unanswered:
      return words::say(language, "verdict.unanswered"_text);
    case Verdict::inconclusive:
      return words::say(language, "verdict.inconclusive"_text);
  }
  return "";
}

void draw_signed(const Sign& sign, const std::string& text, const std::string& at_right, Page& page) {
  constexpr int least_room = 28;
  const int room_beside = page.columns() - verdict_indent - display_width(at_right) - 2;
  const bool beside = room_beside >= least_room;
  const std::vector<std::string> lines =
      wrap(page.foreign(text), beside ? room_beside : page.columns() - verdict_indent);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    Line line = page.line();
    if (index == 0) line.put(verdict_indent - 1 - display_width(sign.glyph), sign.glyph, sign.ink);
    if (index == 0 && beside) line.put(page.columns() - display_width(at_right), at_right, Ink::faint);
    line.put(verdict_indent, lines[index], sign.ink == Ink::faint ? Ink::faint : Ink::plain);
    page.add(line);
  }
  if (!beside) page.prose(at_right, detail_indent, Ink::faint);
}

void draw_verdict(Verdict verdict, const std::string& text, const std::string& at_right, Page& page) {
  draw_signed(sign_of(verdict, page.glyphs()), text, at_right, page);
}

void draw_detail(std::string_view label, const std::string& value, Ink ink, Page& page) {
  constexpr int value_indent = detail_indent + 11;
  const std::vector<std::string> lines = wrap(page.foreign(value), page.columns() - value_indent);
  for (std::size_t index = 0; index < lines.size(); ++index) {
    Line line = page.line();
    if (index == 0) line.put(detail_indent, label, Ink::faint);
    line.put(value_indent, lines[index], ink);
    page.add(line);
  }
}

}  // namespace wirelab::render

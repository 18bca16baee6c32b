// What held and what did not, as rows of a page: a sign, what it is about, a note at the right edge, details below.
#pragma once

#include <string>
#include <string_view>

#include "labs/grade/checks.hh"
#include "labs/render/page.hh"

namespace wirelab::render {

struct Sign {
  std::string_view glyph;
  Ink ink;
};
Sign sign_of(grade::Verdict verdict, const Glyphs& glyphs);

/// `passed`, as a reader is told it.
std::string verdict_text(grade::Verdict verdict, words::Language language);

constexpr int verdict_indent = 4;
constexpr int detail_indent = 6;

/// `✓ text` and, at the right edge, a note if there is room for it.
void draw_signed(const Sign& sign, const std::string& text, const std::string& at_right, Page& page);
void draw_verdict(grade::Verdict verdict, const std::string& text, const std::string& at_right, Page& page);

/// `label  value`, the value wrapped under itself.
void draw_detail(std::string_view label, const std::string& value, Ink ink, Page& page);

}  // namespace wirelab::render

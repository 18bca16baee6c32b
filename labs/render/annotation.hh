// An explanation on a page.
#pragma once

#include <string_view>

#include "labs/explain/explain.hh"
#include "labs/render/page.hh"

namespace wirelab::render {

/// What was seen, why, and where to read on, from column `indent` on; `mark` stands before it.
void add_annotation(Page& page, const explain::Annotation& annotation, std::string_view mark, int indent);

}  // namespace wirelab::render

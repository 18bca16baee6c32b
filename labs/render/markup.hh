// Foreign text in XML and HTML. Whatever is not printable is spelled out, so nothing is left that XML 1.0 §2.2 does not
// allow.
#pragma once

#include <string>
#include <string_view>

namespace wirelab::render {

/// To stand between tags: lines stay lines.
std::string markup_text(std::string_view foreign);

/// To stand in quotes of either kind: there a newline would become a blank, so it is spelled out like the rest.
std::string markup_attribute(std::string_view foreign);

}  // namespace wirelab::render

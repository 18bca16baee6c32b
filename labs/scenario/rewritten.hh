// A changed document as a text that a person has written: with the comments and the layout it had.
#pragma once

#include <string>

#include "labs/scenario/document.hh"
#include "labs/scenario/source_text.hh"

namespace wirelab::scenario {

/// `source`, which reads as `before`, so that it reads as `after`. Where only words and texts within lines differ, only
/// they are replaced. Any other change makes all of it be written anew, and comments are lost.
std::string rewritten(const SourceText& source, const Node& before, const Node& after);

}  // namespace wirelab::scenario

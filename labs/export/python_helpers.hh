// What the Python programs of an export are made of besides main(): each has only the parts that it uses.
#pragma once

#include <span>

#include "labs/export/page.hh"

namespace wirelab::exporter {

/// In the order in which they stand in a program. `{{NAME}}` in a text is for the program to fill in.
std::span<const Helper> python_helpers();

}  // namespace wirelab::exporter

// What a rule is about, for the terminal: `wirelab explain`.
#pragma once

#include <string>
#include <string_view>

#include "labs/render/terminal.hh"

namespace wirelab::render {

/// All rules, grouped, a line each.
std::string list_of_rules(const TerminalStyle& style);

/// The page of one rule, which must exist: what is seen, why, which lessons show it, where to read on.
std::string page_of_rule(std::string_view rule, const TerminalStyle& style);

}  // namespace wirelab::render

// Actors' steps: actions, modifiers, facts.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/reader.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

std::vector<Step> read_steps(Reader& reader, const Node& list, const Phrase& what);

/// `server.accept blocked`, `client#7.send#2`, `settled`. Whether the actor makes such a step is validate's to say.
std::optional<Fact> read_fact(Reader& reader, const Node& node);

/// Is it the name of an errno, or of an error of our own such as `timeout`?
bool is_error_name(std::string_view word);
std::vector<std::string_view> error_names();

/// The words of the actions in the order of the documentation, `exit` not among them.
std::vector<std::string_view> action_words();
std::vector<std::string_view> modifier_words();
/// All other words of steps: keys and values of their arguments.
std::vector<std::string_view> step_words();

}  // namespace wirelab::scenario

// Loading scenarios from text in tests.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "labs/scenario/loader.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

/// All diagnostics as the user would read them.
std::string report_of(const std::vector<Diagnostic>& diagnostics, const std::string& source,
                      words::Language language = words::Language::english);
std::string report_of(const Loaded& loaded);

/// The scenario of a text that must load without a word; fails the test with the diagnostics otherwise.
Scenario load_silently(const std::string& text);

/// One of our own lessons. What was handed out is read as it will be played: in the lab's folder, where the files beside it
/// are.
Loaded load_lesson(const std::filesystem::path& file);

/// The rules of what is wrong with a text, in order of line; warnings included.
std::vector<std::string> rules_of(const std::string& text);

/// A scenario whose only actor, `client`, makes these steps, each line one of the list's.
std::string with_steps(const std::string& steps);

/// The only actor's first step after a `socket`, loaded without a word.
Step step_of(const std::string& step, const std::string& type = "dgram");

/// A server and a client that talk in good order, with more lines after the actors.
std::string with_conversation(const std::string& more);

}  // namespace wirelab::scenario

// What to do about a call that failed.
#pragma once

#include <string>

#include "core/error.hh"
#include "labs/programs/program.hh"

namespace wirelab::programs {

/// Lines in the user's language; those that are indented are for typing. Empty if there is nothing to be done.
std::string advice(const core::SystemError& error, const Program& program);

/// As a shell takes it for one word: what is not plain in quotes.
std::string shell_word(const std::string& text);

/// The words that start a program: `build/wirelab tcp-server 127.0.0.1 8888`, as this one was started.
std::string command(const std::string& program, const core::Address& address);

}  // namespace wirelab::programs

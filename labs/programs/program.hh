// What every program for two terminals has, and how it ends.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/address.hh"
#include "labs/programs/endpoint.hh"
#include "labs/programs/interruption.hh"
#include "labs/programs/narrator.hh"
#include "labs/programs/programs.hh"
#include "labs/programs/terminal.hh"
#include "labs/words/message.hh"

namespace wirelab::programs {

/// The program has not done what it was started for.
struct Failed {
  words::Message why;
};

struct Description {
  std::string name;   ///< of the command: tcp-server
  std::string other;  ///< for the other terminal: tcp-client
  Role role = Role::server;
  core::Transport transport = core::Transport::stream;
};

struct Program {
  Program(const Description& of, const Options& options);

  Description description;
  core::Address address;  ///< to wait at, or to call
  Interruption interruption;
  Terminal terminal;
  Narrator narrator;
};

/// The next line to be sent; nothing when the user is done: at an empty line, at `q`, at the end of the input.
std::optional<std::string> ask_for_message(Program& program);

/// Runs a program. Its sockets live inside `body`: whichever way it ends, they are closed before the last words.
int perform(const Description& description, const Options& options, const std::function<void(Program&)>& body);

}  // namespace wirelab::programs

#include "labs/programs/program.hh"

#include <signal.h>

#include "core/error.hh"
#include "labs/programs/advice.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::programs {

Program::Program(const Description& of, const Options& options)
    : description(of),
      address(endpoint(options.host, options.port, of.role)),
      terminal(interruption, options.language),
      narrator(terminal, of.role, !options.explain) {}

std::optional<std::string> ask_for_message(Program& program) {
  std::optional<std::string> line = program.terminal.ask("program.message"_text);
  if (line && (line->empty() || *line == "q")) line.reset();
  return line;
}

int perform(const Description& description, const Options& options, const std::function<void(Program&)>& body) {
  ::signal(SIGXFSZ, SIG_IGN);  // so that a limit on files is an error of write, EFBIG, like a full disk
  Program program(description, options);
  try {
    body(program);
    return 0;
  } catch (const Interrupted&) {
    program.terminal.say("program.interrupted"_text);
    return 0;
  } catch (const Failed& failed) {
    program.terminal.advise(words::say(program.terminal.language(), failed.why));
    return 1;
  } catch (const core::SystemError& error) {
    program.terminal.advise(error.what() + ("\n" + advice(error, program)));
    return 1;
  }
}

}  // namespace wirelab::programs

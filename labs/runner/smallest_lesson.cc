#include "labs/runner/smallest_lesson.hh"

#include <cerrno>

#include "core/error.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/loader.hh"

namespace wirelab::runner {
namespace {

constexpr const char* smallest_lesson = R"(wirelab: 1
stage: wire
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 1
    - accept
    - close
  client:
    - socket: stream
    - connect: server
      after: server.accept blocked
    - close
)";

}  // namespace

timeline::Timeline play_the_smallest_lesson() {
  const scenario::Loaded loaded = scenario::load_text(smallest_lesson, "the smallest lesson");
  Ground ground;
  ground.right = stage::UserNamespace::enter();
  timeline::Timeline line = run(*loaded.scenario, ground).line;
  if (line.outcome != timeline::Outcome::completed) throw core::SystemError("a handshake between two hosts", EPROTO);
  return line;
}

}  // namespace wirelab::runner

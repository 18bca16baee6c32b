// Where a command plays: on private hosts as far as the machine lets us have them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "labs/runner/runner.hh"

namespace wirelab {

/// Calls `play` with the best ground there is; what it returns. If it turns out in the middle that this ground is lost,
/// another process, which is as this one was before, sets `scene` to what it has come to and plays on from there on
/// loopback: what it returns. While the process has one thread.
int on_best_ground(std::size_t& scene, const std::function<int(runner::Ground ground)>& play);

/// The same for a command of one scene, which somebody may have asked to be on that stage.
int on_best_ground(std::optional<scenario::StageChoice> stage, const std::function<int(runner::Ground ground)>& play);

}  // namespace wirelab

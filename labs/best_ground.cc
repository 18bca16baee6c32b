#include "labs/best_ground.hh"

#include <cstdio>
#include <string>

#include "labs/understudy.hh"

namespace wirelab {

int on_best_ground(std::size_t& scene, const std::function<int(runner::Ground ground)>& play) {
  Understudy understudy([&](const std::string& cue) {
    const auto space = cue.find(' ');
    scene = std::stoul(cue.substr(0, space));
    runner::Ground loopback;
    loopback.why_not = cue.substr(space + 1);
    return play(loopback);
  });
  try {
    return play(runner::Ground::best());
  } catch (const runner::GroundLost& lost) {
    std::fflush(stdout);
    return understudy.take_over(std::to_string(scene) + " " + lost.what());
  }
}

int on_best_ground(std::optional<scenario::StageChoice> stage, const std::function<int(runner::Ground ground)>& play) {
  if (stage == scenario::StageChoice::loopback) return play({});
  std::size_t only_scene = 0;
  return on_best_ground(only_scene, play);
}

}  // namespace wirelab

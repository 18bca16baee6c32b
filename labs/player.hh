// Plays one text after the other for commands that compare runs, and remembers what stood in the way.
#pragma once

#include <optional>
#include <string>

#include "labs/render/record.hh"
#include "labs/runner/runner.hh"
#include "labs/words/language.hh"

namespace wirelab {

class Player {
 public:
  /// `stage`: instead of what the texts say. The ground must outlive it.
  Player(std::optional<scenario::StageChoice> stage, words::Language language, const runner::Ground& ground)
      : stage_(stage), language_(language), ground_(ground) {}

  /// Nothing if the text is no scenario.
  std::optional<render::RunRecord> play(const std::string& text, const std::string& file);
  render::RunRecord play(scenario::Scenario scenario);

  bool was_interrupted() const { return was_interrupted_; }
  /// What could not be played here, and why; empty if all could.
  const std::string& why_not() const { return why_not_; }

 private:
  std::optional<scenario::StageChoice> stage_;
  words::Language language_;
  const runner::Ground& ground_;
  bool was_interrupted_ = false;
  std::string why_not_;
};

}  // namespace wirelab

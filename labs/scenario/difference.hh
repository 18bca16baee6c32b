// Where two scenarios differ as data: spaces, comments, the order of keys and the spelling of a value do not count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/document.hh"

namespace wirelab::scenario {

struct Difference {
  enum class Kind { changed, added, removed };
  Kind kind = Kind::changed;
  /// What differs, as paths of patch.hh name it, as fine as can be: `wire.loss`, `server.framing`, `client.send#2`,
  /// `server.recv#1.when`; of a step that was added, removed or replaced `client.sleep#1`. A list of checks is one
  /// thing: `checks`.
  std::string path;
  Position before;    ///< where it stood; of what was added: what it was added behind; 0: nowhere
  Position after;     ///< where it stands; of what was removed: what is there now; 0: nowhere
  std::string was;    ///< in one line, as a scenario would spell it; empty if added
  std::string is;     ///< the same; empty if removed
  std::string actor;  ///< of a step or an option: whose; else empty
  std::string word;   ///< of a step: its word
  /// Words of the language (actions, modifiers, options of actors, keys of the top level) that stand in it now and were
  /// not in it before; one that is there twice more, twice. What was moved was removed in one place and added in
  /// another.
  std::vector<std::string> new_words;
};

/// In order of place in `after`. `title`, `about` and `hints` are for readers and are not compared. The order of actors
/// is the order of lanes, which decides who goes first: another one is a change of `actors`. What was changed or
/// removed has the number that it had in `before`, what was added that which it has in `after`.
std::vector<Difference> differences(const Document& before, const Document& after);

/// Is `path` the thing that `allowed` names, or a part of it? `server` covers `server.recv#1.when`, `client.sleep`
/// covers `client.sleep#2`, `client.steps` every step of the client.
bool covers(std::string_view allowed, std::string_view path);

/// The same, and an added step is covered by no path that names one step: whoever may change `client.send#2` may not
/// put another one in its place and keep it. `actors` covers every difference in one.
bool covers(std::string_view allowed, const Difference& difference);

}  // namespace wirelab::scenario

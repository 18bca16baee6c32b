// Paths name places of a scenario as it is written: `wire.seed`, `client.cut`, `client.send#2.when`. What they name is
// said in patch.hh; docs/rubrics.md describes them for people.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/document.hh"
#include "labs/scenario/remark.hh"

namespace wirelab::scenario {

struct Path {
  enum class Kind {
    key,       ///< `pace`
    part,      ///< `wire.seed`
    actor,     ///< `client`
    option,    ///< `client.cut`
    step,      ///< `client.send`: the arguments of all steps of that word
    modifier,  ///< `client.send.when`
  };
  Kind kind = Kind::key;
  std::string first;          ///< the key of the top level, or the actor
  std::string second;         ///< the key in it, the option, the step's word or id
  std::optional<int> number;  ///< of a step: the how manieth of that word, from 1; absent: all of them
  bool is_id = false;         ///< `second` is the id of a step
  std::string modifier;       ///< `when`

  Remark fault;  ///< why it cannot name anything in that document; nothing else counts then
};

/// A key of the top level goes before an actor of the same name, an option before a step with that id.
Path parse_path(std::string_view text, const Document& document);

/// An actor's steps in order of the text, those inside loops behind the loop; each a bare word or a map with an action.
template <typename AnyNode>
struct WrittenStep {
  AnyNode* node = nullptr;
  std::string word;
  int number = 1;  ///< the how manieth of that word
};
std::vector<WrittenStep<const Node>> steps_of(const Node& actor);
std::vector<WrittenStep<Node>> steps_of(Node& actor);

/// Those steps of the actor that a path of kind `step` or `modifier` names.
std::vector<WrittenStep<const Node>> steps_named(const Node& actor, const Path& path);
std::vector<WrittenStep<Node>> steps_named(Node& actor, const Path& path);

/// Why there are no such steps: "`client` has only 2 `send` steps"; empty if there are some.
Remark steps_fault(const Node& actor, const Path& path);

/// The actors' map, and one of them; nullptr if there is none.
const Node* actors_of(const Document& document);
const Node* actor_of(const Document& document, std::string_view name);

/// Makes the value of that key reachable for a change; nullptr if there is none.
Node* value_of(Node& map, std::string_view key);

/// `[…]` becomes `{steps: […]}`, and `accept` becomes `accept:`. The same as data, and one form less to deal with.
void make_actor_map(Node& actor);
void make_step_map(Node& step);

}  // namespace wirelab::scenario

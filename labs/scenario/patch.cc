#include "labs/scenario/patch.hh"

#include <ranges>
#include <stdexcept>
#include <utility>

#include "labs/scenario/path.hh"

namespace wirelab::scenario {
namespace {

void move_to(Position at, Node& node) {
  node.at = at;
  for (Node& item : node.items) move_to(at, item);
  for (Entry& entry : node.entries) {
    move_to(at, entry.key);
    move_to(at, entry.value);
  }
}

void replace(Node& node, Node value) {
  move_to(node.at, value);
  node = std::move(value);
}

// Of an actor without a delimiter: a message like any other.
constexpr const char* plain_text = "no delimiter";

Node delimiter_of(const std::string& name, const Document& document) {
  const Node* actor = actor_of(document, name);
  const Node* framing = actor == nullptr ? nullptr : actor->find("framing");
  if (framing == nullptr) framing = document.root->find("framing");
  const Node* delimiter = framing == nullptr ? nullptr : framing->find("delimiter");
  return delimiter == nullptr ? Node{.kind = Node::Kind::scalar, .quoted = true, .text = plain_text} : *delimiter;
}

Node with_delimiters(Node value, const Document& document) {
  if (const Node* actor = value.find(delimiter_of_word)) return delimiter_of(actor->text, document);
  for (Node& item : value.items) item = with_delimiters(std::move(item), document);
  for (Entry& entry : value.entries) entry.value = with_delimiters(std::move(entry.value), document);
  return value;
}

// `owner` is where a diagnostic points if the key was not there.
void put(Node& map, const std::string& key, Node value, Position owner) {
  if (Node* old = value_of(map, key)) {
    replace(*old, std::move(value));
    return;
  }
  move_to(owner, value);
  map.entries.push_back({Node{.kind = Node::Kind::scalar, .text = key, .at = owner}, std::move(value)});
}

void put_into_key(Node& root, const Path& path, const Node& value) {
  if (value_of(root, path.first) == nullptr) put(root, path.first, Node{.kind = Node::Kind::map}, root.at);
  Node& map = *value_of(root, path.first);
  if (map.kind != Node::Kind::map) map = Node{.kind = Node::Kind::map, .at = map.at};
  put(map, path.second, value, map.at);
}

bool gives_one_each(const Path& path, const Node& value) {
  return path.kind == Path::Kind::step && !path.number && !path.is_id && value.kind == Node::Kind::list;
}

// From the last to the first: an inner step's place is gone once the loop around it is replaced.
void put_into_steps(Node& actor, const Path& path, const Node& value) {
  const std::vector<WrittenStep<Node>> steps = steps_named(actor, path);
  const bool is_one_each = gives_one_each(path, value);
  std::size_t left = steps.size();
  for (const WrittenStep<Node>& step : steps | std::views::reverse) {
    --left;
    const Position at = step.node->at;
    make_step_map(*step.node);
    if (path.kind == Path::Kind::modifier) {
      put(*step.node, path.modifier, value, at);
    } else {
      put(*step.node, step.word, is_one_each ? value.items[left] : value, at);
    }
  }
}

Remark count_fault(const Node& actor, const Path& path, const Node& value) {
  const Remark fault = steps_fault(actor, path);
  if (!fault.empty() || !gives_one_each(path, value)) return fault;
  const std::size_t steps = steps_named(actor, path).size();
  if (steps == value.items.size()) return {};
  return remark("fault.other-count"_text, {{"actor", path.first},
                                           {"word", path.second},
                                           {"count", counted(steps)},
                                           {"given", counted(value.items.size())}});
}

}  // namespace

Remark change_fault(const Document& document, const Change& change) {
  if (!document.root || document.root->kind != Node::Kind::map) return remark("fault.no-scenario"_text);
  const Path path = parse_path(change.path, document);
  if (!path.fault.empty()) return path.fault;
  if (path.kind != Path::Kind::step && path.kind != Path::Kind::modifier) return {};
  return count_fault(*actor_of(document, path.first), path, change.value);
}

void apply(const Change& change, Document& document) {
  if (const Remark fault = change_fault(document, change); !fault.empty()) {
    throw std::invalid_argument(first_line(fault, words::Language::english));
  }
  const Path path = parse_path(change.path, document);
  const Node value = with_delimiters(change.value, document);
  Node& root = *document.root;
  if (path.kind == Path::Kind::key) return put(root, path.first, value, root.at);
  if (path.kind == Path::Kind::part) return put_into_key(root, path, value);
  Node& actors = *value_of(root, "actors");
  Node& actor = *value_of(actors, path.first);
  if (path.kind == Path::Kind::actor) return replace(actor, value);
  if (path.kind != Path::Kind::option) return put_into_steps(actor, path, value);
  make_actor_map(actor);
  put(actor, path.second, value, actor.at);
}

}  // namespace wirelab::scenario

#include "labs/scenario/path.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "labs/scenario/kernel_settings.hh"
#include "labs/scenario/metric.hh"
#include "labs/scenario/read_scenario.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/read_wire.hh"
#include "labs/scenario/reader.hh"
#include "labs/scenario/step_rules.hh"
#include "labs/scenario/suggestion.hh"

namespace wirelab::scenario {
namespace {

using Words = std::vector<std::string_view>;

bool is_among(const Words& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

std::pair<std::string_view, std::string_view> split_at_dot(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {text, {}};
  return {text.substr(0, dot), text.substr(dot + 1)};
}

Path refused(words::Message fault) { return {.fault = {std::move(fault)}}; }

// ----------------------------------------------------------------------------------------- top level

Path parse_prediction(std::string_view metric, const Document& document) {
  Path path{.kind = Path::Kind::part, .first = "predict", .second = std::string(metric)};
  const auto parsed = parse_metric(metric);
  if (!parsed) return refused({"unknown-path.metric"_text, {{"metric", in_ticks(metric)}}});
  if (!parsed->actor.empty() && actor_of(document, parsed->actor) == nullptr) {
    return refused({"unknown-path.actor"_text, {{"actor", in_ticks(parsed->actor)}}});
  }
  return path;
}

Words parts_of(std::string_view key) {
  if (key == "wire") return keys_of_wire();
  if (key == "limits") return keys_of_limits();
  if (key == "kernel") {
    Words names;
    for (const KernelSetting& setting : kernel_settings()) names.push_back(setting.name);
    return names;
  }
  return {};
}

Path parse_key(std::string_view key, std::string_view part, const Document& document) {
  if (part.empty()) return {.kind = Path::Kind::key, .first = std::string(key)};
  if (key == "predict") return parse_prediction(part, document);
  const Words parts = parts_of(key);
  if (parts.empty()) return refused({"unknown-path.into-key"_text, {{"key", std::string(key)}}});
  if (!is_among(parts, part))
    return refused(
        {"unknown-path.key"_text,
         {{"key", std::string(key)}, {"part", in_ticks(part)}, {"mend", did_you_mean(closest(part, parts))}}});
  return {.kind = Path::Kind::part, .first = std::string(key), .second = std::string(part)};
}

// ------------------------------------------------------------------------------------------ an actor

const Node* id_of(const Node& step) { return step.find("id"); }

Path parse_in_actor(std::string_view actor, std::string_view text, const Node& node) {
  Path path{.kind = Path::Kind::option, .first = std::string(actor)};
  auto [second, modifier] = split_at_dot(text);
  const std::string_view written = second;
  const bool has_good_number = take_number(second, path.number);
  path.second = second;
  if (!has_good_number) {
    return refused({"unknown-path.step"_text, {{"step", in_ticks(written)}}});
  }
  if (is_among(keys_of_actor(), second) && !path.number) {
    if (modifier.empty()) return path;
    return refused({"unknown-path.into-option"_text, {{"option", std::string(second)}, {"actor", std::string(actor)}}});
  }
  path.kind = modifier.empty() ? Path::Kind::step : Path::Kind::modifier;
  path.modifier = modifier;
  if (find_action(second) == nullptr) {
    Words known = keys_of_actor();
    std::ranges::copy(action_words(), std::back_inserter(known));
    for (const auto& step : steps_of(node)) {
      if (const Node* id = id_of(*step.node)) known.emplace_back(id->text);
    }
    path.is_id = true;
    if (path.number || !is_among(known, second)) {
      return refused({"unknown-path.in-actor"_text,
                      {{"actor", std::string(actor)},
                       {"name", in_ticks(written)},
                       {"mend", did_you_mean(closest(second, known))}}});
    }
  }
  if (!modifier.empty() && !is_modifier(modifier)) {
    return refused({"unknown-path.modifier"_text,
                    {{"modifier", in_ticks(modifier)}, {"mend", did_you_mean(closest(modifier, modifier_words()))}}});
  }
  return path;
}

// --------------------------------------------------------------------------------------------- steps

template <typename AnyNode>
AnyNode* value_in(AnyNode& map, std::string_view key) {
  for (auto& entry : map.entries) {
    if (entry.key.text == key) return &entry.value;
  }
  return nullptr;
}

std::string word_of_step(const Node& step) {
  if (step.kind == Node::Kind::scalar) return step.text;
  for (const Entry& entry : step.entries) {
    if (find_action(entry.key.text) != nullptr) return entry.key.text;
  }
  return "";
}

template <typename AnyNode>
void add_steps(AnyNode& list, std::vector<WrittenStep<AnyNode>>& steps, std::map<std::string, int>& numbers) {
  for (AnyNode& item : list.items) {
    const std::string word = word_of_step(item);
    if (word.empty()) continue;
    steps.push_back({&item, word, ++numbers[word]});
    AnyNode* argument = value_in(item, word);
    AnyNode* inner = argument == nullptr ? nullptr : value_in(*argument, "steps");
    if (inner != nullptr) add_steps(*inner, steps, numbers);
  }
}

template <typename AnyNode>
std::vector<WrittenStep<AnyNode>> all_steps(AnyNode& actor) {
  std::vector<WrittenStep<AnyNode>> steps;
  std::map<std::string, int> numbers;
  AnyNode* list = actor.kind == Node::Kind::map ? value_in(actor, "steps") : &actor;
  if (list != nullptr) add_steps(*list, steps, numbers);
  return steps;
}

template <typename AnyNode>
std::vector<WrittenStep<AnyNode>> chosen_steps(AnyNode& actor, const Path& path) {
  std::vector<WrittenStep<AnyNode>> steps = all_steps(actor);
  std::erase_if(steps, [&path](const WrittenStep<AnyNode>& step) {
    if (!path.is_id) return step.word != path.second || (path.number && path.number != step.number);
    const Node* id = id_of(*step.node);
    return id == nullptr || id->text != path.second;
  });
  return steps;
}

}  // namespace

std::vector<WrittenStep<const Node>> steps_of(const Node& actor) { return all_steps(actor); }
std::vector<WrittenStep<Node>> steps_of(Node& actor) { return all_steps(actor); }

std::vector<WrittenStep<const Node>> steps_named(const Node& actor, const Path& path) {
  return chosen_steps(actor, path);
}
std::vector<WrittenStep<Node>> steps_named(Node& actor, const Path& path) { return chosen_steps(actor, path); }

Remark steps_fault(const Node& actor, const Path& path) {
  if (!steps_named(actor, path).empty()) return {};
  Path all = path;
  all.number.reset();
  const std::size_t count = steps_named(actor, all).size();
  if (count == 0) return remark("fault.no-step"_text, {{"actor", path.first}, {"word", path.second}});
  return remark("fault.only-steps"_text, {{"actor", path.first}, {"word", path.second}, {"count", counted(count)}});
}

const Node* actors_of(const Document& document) { return document.root ? document.root->find("actors") : nullptr; }

const Node* actor_of(const Document& document, std::string_view name) {
  const Node* actors = actors_of(document);
  return actors == nullptr ? nullptr : actors->find(name);
}

Node* value_of(Node& map, std::string_view key) { return value_in(map, key); }

void make_actor_map(Node& actor) {
  if (actor.kind == Node::Kind::map) return;
  Node map{.kind = Node::Kind::map, .at = actor.at};
  Node key{.kind = Node::Kind::scalar, .text = "steps", .at = actor.at};
  map.entries.push_back({std::move(key), std::move(actor)});
  actor = std::move(map);
}

void make_step_map(Node& step) {
  if (step.kind != Node::Kind::scalar) return;
  Node map{.kind = Node::Kind::map, .at = step.at};
  map.entries.push_back({step, Node{.at = step.at}});
  step = std::move(map);
}

Path parse_path(std::string_view text, const Document& document) {
  const auto [first, rest] = split_at_dot(text);
  if (is_among(keys_of_top_level(), first)) return parse_key(first, rest, document);
  if (const Node* actor = actor_of(document, first)) {
    if (rest.empty()) return {.kind = Path::Kind::actor, .first = std::string(first)};
    return parse_in_actor(first, rest, *actor);
  }
  Words known = keys_of_top_level();
  if (const Node* actors = actors_of(document)) {
    for (const Entry& entry : actors->entries) known.emplace_back(entry.key.text);
  }
  return refused(
      {"unknown-path.start"_text, {{"name", in_ticks(first)}, {"mend", did_you_mean(closest(first, known))}}});
}

}  // namespace wirelab::scenario

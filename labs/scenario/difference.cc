#include "labs/scenario/difference.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <map>
#include <span>
#include <tuple>
#include <utility>

#include "labs/scenario/alignment.hh"
#include "labs/scenario/path.hh"
#include "labs/scenario/spelling.hh"

namespace wirelab::scenario {
namespace {

using Kind = Difference::Kind;

// ------------------------------------------------------------------------------------------ equality

bool same_data(const Node& one, const Node& other) {
  if (std::tie(one.kind, one.quoted, one.text) != std::tie(other.kind, other.quoted, other.text)) return false;
  if (one.entries.size() != other.entries.size()) return false;
  return std::ranges::equal(one.items, other.items, same_data) &&
         std::ranges::all_of(one.entries, [&other](const Entry& entry) {
           const Node* value = other.find(entry.key.text);
           return value != nullptr && same_data(entry.value, *value);
         });
}

// ------------------------------------------------------------------------------------- one comparison

constexpr std::array<std::string_view, 3> for_readers = {"title", "about", "hints"};
// Keys of the top level that are compared key by key.
constexpr std::array<std::string_view, 4> compared_by_part = {"wire", "kernel", "limits", "predict"};

constexpr std::size_t longest_text = 80;

bool is_in(const auto& words, std::string_view word) { return std::ranges::find(words, word) != words.end(); }

std::string spelled(const Node* node) { return node == nullptr ? "" : in_one_line(*node, longest_text); }

std::string spelled_step(const Node& step) {
  if (step.entries.size() != 1) return spelled(&step);
  const Entry& entry = step.entries[0];
  return entry.value.kind == Node::Kind::nothing ? entry.key.text
                                                 : fmt::format("{}: {}", entry.key.text, spelled(&entry.value));
}

Position place_of(const Node* node, Position otherwise) { return node == nullptr ? otherwise : node->at; }

Position key_place(const Node& map, std::string_view key) {
  const auto found = std::ranges::find_if(map.entries, [key](const Entry& entry) { return entry.key.text == key; });
  return found == map.entries.end() ? Position{} : found->key.at;
}

// With every actor and every step written as a map.
Document in_one_form(Document document) {
  if (!document.root) return document;
  Node* actors = value_of(*document.root, "actors");
  if (actors == nullptr) return document;
  for (Entry& actor : actors->entries) {
    make_actor_map(actor.value);
    for (const WrittenStep<Node>& step : steps_of(actor.value)) make_step_map(*step.node);
  }
  return document;
}

// The keys of both maps, each once.
std::vector<std::string> keys_of_both(const Node& before, const Node& after) {
  std::vector<std::string> keys;
  for (const Node* map : {&before, &after}) {
    for (const Entry& entry : map->entries) {
      if (!is_in(keys, entry.key.text)) keys.push_back(entry.key.text);
    }
  }
  return keys;
}

// ---- words of the language

using Words = std::vector<std::string>;

// A key of a step, an actor or the top level and what it has: the key, and the words of all steps in it.
Words words_in(std::string_view key, const Node* value) {
  if (value == nullptr) return {};
  Words words = {std::string(key)};
  for (const WrittenStep<const Node>& step : steps_of(*value)) {
    for (const Entry& entry : step.node->entries) words.push_back(entry.key.text);
  }
  return words;
}

Words words_in(const Node* step_or_actor) {
  Words words;
  if (step_or_actor == nullptr) return words;
  for (const Entry& entry : step_or_actor->entries) {
    std::ranges::move(words_in(entry.key.text, &entry.value), std::back_inserter(words));
  }
  return words;
}

Words new_words(Words before, Words now) {
  std::ranges::sort(before);
  std::ranges::sort(now);
  Words more;
  std::ranges::set_difference(now, before, std::back_inserter(more));
  return more;
}

using Numbered = std::map<const Node*, WrittenStep<const Node>>;

Numbered numbered(const Node& actor) {
  Numbered steps;
  for (auto& step : steps_of(actor)) steps.emplace(step.node, step);
  return steps;
}

class Comparison {
 public:
  std::vector<Difference> found;

  void compare(const Node& before, const Node& after) {
    for (const std::string& key : keys_of_both(before, after)) {
      if (is_in(for_readers, key)) continue;
      const Node* was = before.find(key);
      const Node* is = after.find(key);
      if (key == "actors") {
        compare_actors(was, is);
      } else if (is_in(compared_by_part, key)) {
        compare_parts(key, was, is, key_place(before, key), key_place(after, key));
      } else {
        compare_values(key, key, was, is, {}, {});
      }
    }
  }

 private:
  void add(std::string path, const Node* was, const Node* is, Position before, Position after, Words new_words) {
    const Kind kind = was == nullptr ? Kind::added : is == nullptr ? Kind::removed : Kind::changed;
    found.push_back({kind, std::move(path), place_of(was, before), place_of(is, after), spelled(was), spelled(is),
                     actor_, word_, std::move(new_words)});
  }

  // What that key has. `before` and `after` are places for what is not there.
  void compare_values(const std::string& path, std::string_view key, const Node* was, const Node* is, Position before,
                      Position after) {
    if (was == nullptr && is == nullptr) return;
    if (was != nullptr && is != nullptr && same_data(*was, *is)) return;
    add(path, was, is, before, after, new_words(words_in(key, was), words_in(key, is)));
  }

  void compare_parts(const std::string& key, const Node* was, const Node* is, Position before, Position after) {
    static const Node none{.kind = Node::Kind::map};
    const Node& left = was == nullptr ? none : *was;
    const Node& right = is == nullptr ? none : *is;
    if (left.kind != Node::Kind::map || right.kind != Node::Kind::map) {
      compare_values(key, key, was, is, before, after);
      return;
    }
    for (const std::string& part : keys_of_both(left, right)) {
      // Whoever writes the first part writes the key.
      const std::string& word = was == nullptr ? key : part;
      compare_values(fmt::format("{}.{}", key, part), word, left.find(part), right.find(part), before, after);
    }
  }

  // ---- actors

  void compare_actors(const Node* was, const Node* is) {
    if (was == nullptr || is == nullptr || was->kind != Node::Kind::map || is->kind != Node::Kind::map) {
      compare_values("actors", "actors", was, is, {}, {});
      return;
    }
    compare_order(*was, *is);
    for (const std::string& name : keys_of_both(*was, *is)) {
      actor_ = name;
      const Node* left = was->find(name);
      const Node* right = is->find(name);
      if (left == nullptr || right == nullptr) {
        add(name, left, right, was->at, is->at, new_words(words_in(left), words_in(right)));
      } else {
        compare_actor(*left, *right, key_place(*was, name), key_place(*is, name));
      }
      actor_.clear();
    }
  }

  void compare_order(const Node& was, const Node& is) {
    const auto common = [](const Node& map, const Node& other) {
      Node names{.kind = Node::Kind::list, .at = map.at};
      for (const Entry& entry : map.entries) {
        if (other.find(entry.key.text) != nullptr) names.items.push_back(entry.key);
      }
      return names;
    };
    const Node before = common(was, is);
    const Node after = common(is, was);
    compare_values("actors", "actors", &before, &after, {}, {});
  }

  void compare_actor(const Node& was, const Node& is, Position before, Position after) {
    for (const std::string& option : keys_of_both(was, is)) {
      const Node* left = was.find(option);
      const Node* right = is.find(option);
      const bool are_lists =
          left != nullptr && right != nullptr && left->kind == Node::Kind::list && right->kind == Node::Kind::list;
      if (option != "steps" || !are_lists) {
        compare_values(fmt::format("{}.{}", actor_, option), option, left, right, before, after);
        continue;
      }
      before_ = numbered(was);
      after_ = numbered(is);
      compare_steps(*left, *right, before, after);
    }
  }

  // ---- steps

  std::string word_of(const Numbered& steps, const Node& step) const {
    const auto found_step = steps.find(&step);
    return found_step == steps.end() ? "" : found_step->second.word;
  }

  // What is no step has no number either; the loader has more to say about it.
  std::string path_of(const Numbered& steps, const Node& step) const {
    const auto found_step = steps.find(&step);
    if (found_step == steps.end()) return fmt::format("{}.steps", actor_);
    return fmt::format("{}.{}#{}", actor_, found_step->second.word, found_step->second.number);
  }

  void compare_steps(const Node& was, const Node& is, Position before, Position after) {
    const auto& left = was.items;
    const auto& right = is.items;
    auto equal =
        aligned(left.size(), right.size(), [&](std::size_t i, std::size_t j) { return same_data(left[i], right[j]); });
    equal.emplace_back(left.size(), right.size());
    std::size_t i = 0;
    std::size_t j = 0;
    for (const auto& [next_i, next_j] : equal) {
      const Position behind = i == 0 ? before : left[i - 1].at;
      const Position ahead = next_j < right.size() ? right[next_j].at : right.empty() ? after : right.back().at;
      compare_gap({left.begin() + static_cast<std::ptrdiff_t>(i), left.begin() + static_cast<std::ptrdiff_t>(next_i)},
                  {right.begin() + static_cast<std::ptrdiff_t>(j), right.begin() + static_cast<std::ptrdiff_t>(next_j)},
                  behind, ahead);
      i = next_i + 1;
      j = next_j + 1;
    }
  }

  // Steps between two that are the same in both lists.
  void compare_gap(std::span<const Node> left, std::span<const Node> right, Position behind, Position ahead) {
    auto pairs = aligned(left.size(), right.size(), [&](std::size_t i, std::size_t j) {
      const std::string word = word_of(before_, left[i]);
      return !word.empty() && word == word_of(after_, right[j]);
    });
    pairs.emplace_back(left.size(), right.size());
    std::size_t i = 0;
    std::size_t j = 0;
    for (const auto& [next_i, next_j] : pairs) {
      const Position there_now = next_j < right.size() ? right[next_j].at : ahead;
      for (; i < next_i; ++i) add_step(&left[i], nullptr, behind, j < next_j ? right[j].at : there_now);
      if (i > 0) behind = left[i - 1].at;
      for (; j < next_j; ++j) add_step(nullptr, &right[j], behind, ahead);
      if (i == left.size() || j == right.size()) break;
      compare_step(left[i], right[j]);
      behind = left[i].at;
      ++i;
      ++j;
    }
  }

  void add_step(const Node* was, const Node* is, Position before, Position after) {
    const Numbered& steps = was == nullptr ? after_ : before_;
    const Node& step = was == nullptr ? *is : *was;
    word_ = word_of(steps, step);
    add(path_of(steps, step), was, is, before, after, new_words(words_in(was), words_in(is)));
    (was == nullptr ? found.back().is : found.back().was) = spelled_step(step);
    word_.clear();
  }

  void compare_step(const Node& was, const Node& is) {
    const std::string path = path_of(before_, was);
    const std::string word = word_of(before_, was);
    for (const std::string& key : keys_of_both(was, is)) {
      word_ = word;
      const Node* left = was.find(key);
      const Node* right = is.find(key);
      const Node* left_steps = left == nullptr ? nullptr : left->find("steps");
      const Node* right_steps = right == nullptr ? nullptr : right->find("steps");
      if (key != word) {
        compare_values(fmt::format("{}.{}", path, key), key, left, right, was.at, is.at);
      } else if (left_steps == nullptr || right_steps == nullptr) {
        compare_values(path, key, left, right, was.at, is.at);
      } else {
        const Node left_rest = without_steps(*left);
        const Node right_rest = without_steps(*right);
        compare_values(path, key, &left_rest, &right_rest, was.at, is.at);
        word_.clear();
        compare_steps(*left_steps, *right_steps, was.at, is.at);
      }
    }
    word_.clear();
  }

  static Node without_steps(Node loop) {
    std::erase_if(loop.entries, [](const Entry& entry) { return entry.key.text == "steps"; });
    return loop;
  }

  // What is being compared.
  std::string actor_;
  std::string word_;
  Numbered before_;
  Numbered after_;
};

bool names_one_step(std::string_view path) { return path.find('#') != std::string_view::npos; }

}  // namespace

std::vector<Difference> differences(const Document& before, const Document& after) {
  static const Node none{.kind = Node::Kind::map};
  const Document left = in_one_form(before);
  const Document right = in_one_form(after);
  Comparison comparison;
  comparison.compare(left.root ? *left.root : none, right.root ? *right.root : none);
  std::ranges::stable_sort(comparison.found, {}, [](const Difference& difference) {
    return std::pair(difference.after.line, difference.after.column);
  });
  return std::move(comparison.found);
}

bool covers(std::string_view allowed, std::string_view path) {
  constexpr std::string_view steps = ".steps";
  if (path == allowed) return true;
  if (allowed.ends_with(steps)) {
    const std::string_view actor = allowed.substr(0, allowed.size() - steps.size() + 1);
    return path.starts_with(actor) && names_one_step(path);
  }
  return path.starts_with(allowed) && (path[allowed.size()] == '.' || path[allowed.size()] == '#');
}

bool covers(std::string_view allowed, const Difference& difference) {
  if (allowed == "actors" && !difference.actor.empty()) return true;
  // An added modifier is a change of its step, and has a dot behind the number.
  const std::size_t number = difference.path.find('#');
  const bool is_step = number != std::string::npos && difference.path.find('.', number) == std::string::npos;
  if (is_step && difference.kind == Kind::added && names_one_step(allowed)) return false;
  return covers(allowed, difference.path);
}

}  // namespace wirelab::scenario

#include "labs/scenario/rubric.hh"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "labs/scenario/loader.hh"
#include "labs/scenario/path.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/read_rubric.hh"
#include "labs/scenario/spelling.hh"

namespace wirelab::scenario {
namespace {

std::optional<Rubric> load(WrittenFile& written, const std::filesystem::path& lab_folder) {
  Problems& problems = written.problems;
  if (!written.document.root) {
    if (!problems.any_error()) {
      problems.error(Place{{1, 1}, 1}, {"empty-file.rubric"_text});
    }
    return std::nullopt;
  }
  read_rubric(problems, written.document, lab_folder, false);
  if (problems.any_error()) return std::nullopt;
  // As with a scenario: only now its data cost memory.
  Problems late(written.file.string(), *written.source);
  Rubric rubric = read_rubric(late, written.document, lab_folder, true);
  if (!late.any_error()) return rubric;
  problems = std::move(late);
  return std::nullopt;
}

// ---------------------------------------------------------------------------------- the public rubric

void remove(Node& map, std::string_view key) {
  std::erase_if(map.entries, [key](const Entry& entry) { return entry.key.text == key; });
}

void add(Node& map, std::string_view key, Node value) {
  map.entries.push_back({Node{.kind = Node::Kind::scalar, .text = std::string(key)}, std::move(value)});
}

Node number(std::int64_t value) { return {.kind = Node::Kind::scalar, .text = fmt::format("{}", value)}; }

void leave_out_misconceptions(Node& owner) {
  if (Node* checks = value_of(owner, "checks")) {
    for (Node& check : checks->items) remove(check, "misconception");
  }
}

void make_public(Node& node, const Exercise& exercise) {
  std::int64_t cases = exercise.hidden_cases;
  std::int64_t points = exercise.hidden_points;
  Node& written = *value_of(node, "cases");
  std::vector<Node> shown;
  for (std::size_t index = 0; index < exercise.cases.size(); ++index) {
    if (exercise.cases[index].hidden) {
      ++cases;
      points += exercise.cases[index].points;
    } else {
      leave_out_misconceptions(written.items[index]);
      shown.push_back(std::move(written.items[index]));
    }
  }
  written.items = std::move(shown);
  leave_out_misconceptions(node);
  remove(node, "guesses");
  remove(node, "proof");
  remove(node, "hidden");
  if (cases == 0) return;
  Node hidden{.kind = Node::Kind::map};
  add(hidden, "cases", number(cases));
  add(hidden, "points", number(points));
  add(node, "hidden", std::move(hidden));
}

Node public_part(const Rubric& rubric) {
  Node root = *read_yaml(rubric.source, rubric.file).document.root;
  Node& exercises = *value_of(root, "exercises");
  for (std::size_t index = 0; index < rubric.exercises.size(); ++index) {
    make_public(exercises.items[index], rubric.exercises[index]);
  }
  return root;
}

bool has_text(const Node& node, const std::string& text) {
  const auto has_it = [&text](const Node& inner) { return has_text(inner, text); };
  return (node.is_text() && node.text == text) || std::ranges::any_of(node.items, has_it) ||
         std::ranges::any_of(node.entries, has_it, &Entry::value);
}

}  // namespace

std::filesystem::path place_of(const Exercise& exercise) {
  return exercise.unsolved.parent_path().parent_path() / exercise.file;
}

LoadedRubric load_rubric(const std::filesystem::path& file, const std::filesystem::path& lab_folder) {
  WrittenFile written = read_yaml_file(file, file);
  LoadedRubric loaded;
  loaded.rubric = load(written, lab_folder);
  loaded.diagnostics = written.problems.in_order();
  loaded.source = std::move(written.text);
  if (loaded.rubric) {
    loaded.rubric->file = file;
    loaded.rubric->source = loaded.source;
    loaded.rubric->companions = companions_in(*written.document.root);
  }
  return loaded;
}

std::string public_rubric(const Rubric& rubric) {
  return "# What students have of the rubric: hidden cases are counted, and nothing else is said of them.\n" +
         as_yaml(public_part(rubric));
}

std::string public_texts(const Rubric& rubric, const std::filesystem::path& translation) {
  std::optional<Node> texts = read_yaml_file(translation, translation).document.root;
  Node* pairs = texts ? value_of(*texts, "pairs") : nullptr;
  if (pairs == nullptr) throw std::runtime_error(fmt::format("there are no texts in {}", translation.string()));
  const Node shown = public_part(rubric);
  std::erase_if(pairs->items, [&shown](const Node& pair) {
    const Node* english = pair.find("english");
    return english == nullptr || !has_text(shown, english->text);
  });
  return as_yaml(*texts);
}

}  // namespace wirelab::scenario

#include "labs/scenario/spelling.hh"

#include <fmt/format.h>

#include <algorithm>

#include "labs/scenario/utf8.hh"
#include "labs/scenario/value.hh"

namespace wirelab::scenario {
namespace {

std::string in_one_line(const Entry& entry, std::size_t longest) {
  const std::string key = in_one_line(entry.key, longest);
  return entry.value.kind == Node::Kind::nothing ? key + ":"
                                                 : fmt::format("{}: {}", key, in_one_line(entry.value, longest));
}

template <typename Parts>
std::string joined(const Parts& parts, std::size_t longest) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + in_one_line(part, longest);
  return text;
}

bool is_empty(const Node& node) { return node.items.empty() && node.entries.empty(); }

// Between brackets some bare words would fall apart.
bool may_stand_in_brackets(const Node& node) {
  if (node.is_word()) return node.text != "???" && node.text.find_first_of(",[]{}?") == std::string::npos;
  return std::ranges::all_of(node.items, may_stand_in_brackets) &&
         std::ranges::all_of(node.entries, [](const Entry& entry) {
           return may_stand_in_brackets(entry.key) && may_stand_in_brackets(entry.value);
         });
}

bool fits_in_a_line(const Node& node, std::size_t indent) {
  constexpr std::size_t columns = 100;
  if ((node.kind != Node::Kind::list && node.kind != Node::Kind::map) || is_empty(node)) return true;
  return may_stand_in_brackets(node) && indent + in_one_line(node).size() <= columns;
}

}  // namespace

std::string in_one_line(const Node& node, std::size_t longest) {
  switch (node.kind) {
    case Node::Kind::scalar:
      return node.quoted ? quoted(node.text, longest) : printable(node.text);
    case Node::Kind::list:
      return fmt::format("[{}]", joined(node.items, longest));
    case Node::Kind::map:
      return fmt::format("{{{}}}", joined(node.entries, longest));
    case Node::Kind::nothing:
    case Node::Kind::refused:
      break;
  }
  return "";
}

std::string as_yaml(const Node& node, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string text;
  for (const Node& item : node.items) {
    const bool in_line = fits_in_a_line(item, indent) && item.entries.empty();
    // A block that begins behind `- ` has its first line there, without its margin.
    text += fmt::format("{}- {}", margin,
                        in_line ? in_one_line(item) + "\n" : as_yaml(item, indent + 2).substr(indent + 2));
  }
  for (const Entry& entry : node.entries) {
    const bool in_line = fits_in_a_line(entry.value, indent + entry.key.text.size());
    text += margin + in_one_line(entry.key) + ":";
    if (in_line) {
      const std::string value = in_one_line(entry.value);
      text += value.empty() ? "\n" : " " + value + "\n";
    } else {
      text += "\n" + as_yaml(entry.value, indent + 2);
    }
  }
  return text;
}

}  // namespace wirelab::scenario

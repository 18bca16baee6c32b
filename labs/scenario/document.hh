// A YAML text as a tree of nodes that know their places. The only user of yaml-cpp is document.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/problems.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

struct Entry;

struct Node {
  enum class Kind {
    nothing,  ///< no value at all: `accept:`
    scalar,
    list,
    map,
    refused,  ///< an alias or the like: reported already, nobody needs to complain again
  };
  Kind kind = Kind::nothing;
  bool quoted = false;  ///< a scalar in quotes, or a block text after `|` or `>`
  std::string text;     ///< of a scalar
  Position at;
  std::vector<Node> items;     ///< of a list
  std::vector<Entry> entries;  ///< of a map, in order; each key a scalar, no two alike

  bool is_word() const { return kind == Kind::scalar && !quoted; }
  bool is_text() const { return kind == Kind::scalar && quoted; }

  /// The value of that key; nullptr if this is no map or has no such key.
  const Node* find(std::string_view key) const;
};

struct Entry {
  Node key;
  Node value;
};

struct Document {
  std::optional<Node> root;  ///< absent if there is nothing that could be read
  bool whole = true;         ///< false: parts could not be read, so nothing can be said of what is missing
};

/// The text's one document. Everything that is no plain YAML (syntax, several documents, anchors, aliases, tags, merge
/// keys, keys twice, too deep, too many nodes) goes into `problems`.
///
/// yaml-cpp gives up at the first mistake of syntax. So each known kind is mended, as the diagnostic proposes, in a
/// copy of the text, and the copy is read again; what cannot be mended is cut out.
Document read_document(const SourceText& source, Problems& problems);

}  // namespace wirelab::scenario

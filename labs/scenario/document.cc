#include "labs/scenario/document.hh"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/suggestion.hh"
#include "labs/scenario/syntax.hh"

namespace wirelab::scenario {
namespace {

// Thrown out of yaml-cpp's event loop once a ceiling is reached; never leaves this file.
struct CeilingReached {};

// A text in quotes that does not end on its line. YAML would fold the lines that follow into it, and yaml-cpp even
// takes the end of the file for its end; here it is a quote that was forgotten.
struct UnclosedQuote {
  YAML::Mark mark;
};

// Builds the tree out of yaml-cpp's events: unlike YAML::Node these keep quotes, tags, repeated keys and places.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const MendedText& text, Problems& problems) : text_(text), problems_(problems) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    ++documents_;
    if (documents_ == 2) {
      problems_.error(Place{position(mark), 3}, {"several-documents"_text});
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Position at = position(mark);
    refuse_anchor(at, anchor);
    Node node{.kind = Node::Kind::nothing, .at = at};
    // `~` and `null` arrive here too, but they are words somebody wrote.
    for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
      if (text_.source().line(at.line).substr(text_.source().byte_in_line(at)).starts_with(word)) {
        node.kind = Node::Kind::scalar;
        node.text = word;
        break;
      }
    }
    add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    const Position at = position(mark);
    problems_.error(at, {"alias"_text});
    add(Node{.kind = Node::Kind::refused, .at = at});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Position at = position(mark);
    refuse_unclosed_quote(mark);
    refuse_anchor(at, anchor);
    if (refuse_tag(at, tag)) {
      add(Node{.kind = Node::Kind::refused, .at = at});
    } else {
      add(Node{.kind = Node::Kind::scalar, .quoted = tag == "!", .text = value, .at = at});
    }
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  int documents() const { return documents_; }

  // What is there, also if reading stopped in the middle.
  std::optional<Node> take_root() {
    while (!open_.empty()) close();
    return std::move(root_);
  }

 private:
  struct Open {
    Node node;
    std::optional<Node> key;  // of a map: read, its value not yet
    std::unordered_map<std::string, int> lines_of_keys;
  };

  Position position(const YAML::Mark& mark) const { return text_.original_position(mark.line, mark.column); }

  void refuse_unclosed_quote(const YAML::Mark& mark) const {
    const std::string_view line = text_.line(mark.line);
    const std::string_view rest = line.substr(std::min(static_cast<std::size_t>(mark.column), line.size()));
    if ((rest.starts_with('"') || rest.starts_with('\'')) && !closes_its_quote(rest)) throw UnclosedQuote{mark};
  }

  void refuse_anchor(Position at, YAML::anchor_t anchor) {
    if (anchor == YAML::NullAnchor) return;
    problems_.error(at, {"anchor"_text});
  }

  bool refuse_tag(Position at, const std::string& tag) {
    const std::string_view rest = text_.source().line(at.line).substr(text_.source().byte_in_line(at));
    const bool written = rest.starts_with('!');
    if (tag.empty() || tag == "?" || (tag == "!" && !written)) return false;
    problems_.error(at, {"tag"_text});
    return true;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const Position at = position(mark);
    refuse_anchor(at, anchor);
    refuse_tag(at, tag);
    count_node(at);
    if (static_cast<int>(open_.size()) >= ceilings::nesting) {
      problems_.error(Place{at, 1}, {"ceiling-nesting"_text, {{"most", ceilings::nesting}}});
      throw CeilingReached{};
    }
    open_.push_back({Node{.kind = kind, .at = at}, std::nullopt, {}});
  }

  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(node));
  }

  void add(Node node) {
    count_node(node.at);
    place(std::move(node));
  }

  void count_node(Position at) {
    if (++nodes_ <= ceilings::nodes) return;
    problems_.error(Place{at, 1}, {"ceiling-nodes"_text, {{"most", counted(ceilings::nodes)}}});
    throw CeilingReached{};
  }

  void place(Node node) {
    if (open_.empty()) {
      if (documents_ == 1 && !root_) root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      parent.key = std::move(node);
    } else {
      add_entry(parent, std::move(node));
    }
  }

  void add_entry(Open& parent, Node value) {
    Node key = std::move(*parent.key);
    parent.key.reset();
    if (!accept_key(parent, key)) return;
    // yaml-cpp puts what is not there where the next thing begins.
    if (value.kind == Node::Kind::nothing) value.at = key.at;
    parent.node.entries.push_back({std::move(key), std::move(value)});
  }

  bool accept_key(Open& parent, const Node& key) {
    if (key.kind == Node::Kind::refused) return false;
    if (key.kind != Node::Kind::scalar) {
      problems_.error(key.at, {"key-no-word"_text});
      return false;
    }
    if (key.text == "<<" && !key.quoted) {
      problems_.error(key.at, {"merge-key"_text});
      return false;
    }
    const auto [first, is_new] = parent.lines_of_keys.emplace(key.text, key.at.line);
    if (is_new) return true;
    problems_.error(key.at, {"duplicate-key"_text, {{"key", in_ticks(key.text)}, {"line", first->second}}});
    return false;
  }

  const MendedText& text_;
  Problems& problems_;
  std::vector<Open> open_;
  std::optional<Node> root_;
  int documents_ = 0;
  std::size_t nodes_ = 0;
};

struct Attempt {
  Document document;
  std::optional<SyntaxError> syntax_error;
};

Attempt attempt(const MendedText& text, Problems& problems) {
  Attempt result;
  TreeBuilder builder(text, problems);
  try {
    std::istringstream stream(text.text());
    YAML::Parser parser(stream);
    while (builder.documents() < 2 && parser.HandleNextDocument(builder)) {
    }
  } catch (const CeilingReached&) {
    result.document.whole = false;
    return result;
  } catch (const UnclosedQuote& quote) {
    result.syntax_error = SyntaxError{quote.mark.line, quote.mark.column, "unclosed quote"};
  } catch (const YAML::Exception& error) {
    result.document.whole = false;
    result.syntax_error = SyntaxError{error.mark.line, error.mark.column, error.msg};
  }
  result.document.root = builder.take_root();
  return result;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find_if(entries, [key](const Entry& entry) { return entry.key.text == key; });
  return found == entries.end() ? nullptr : &found->value;
}

Document read_document(const SourceText& source, Problems& problems) {
  MendedText text(source);
  bool whole = true;
  while (true) {
    Problems found_now = problems;
    Attempt result = attempt(text, found_now);
    const bool mended = result.syntax_error && mend(text, *result.syntax_error, problems, whole);
    if (mended) continue;
    if (result.syntax_error) {
      // The diagnostics of this attempt's tree still stand; those of mend() come from `problems`.
      problems.ignore_from(text.original_position(result.syntax_error->line, 0).line);
      Attempt last = attempt(text, problems);
      last.document.whole = false;
      return std::move(last.document);
    }
    problems = std::move(found_now);
    result.document.whole = result.document.whole && whole;
    return std::move(result.document);
  }
}

}  // namespace wirelab::scenario

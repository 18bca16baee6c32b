#include "labs/scenario/rewritten.hh"

#include <gtest/gtest.h>

#include "labs/scenario/loader.hh"
#include "labs/scenario/patch.hh"

namespace wirelab::scenario {
namespace {

constexpr const char* text =
    "# a comment\n"
    "wirelab: 1\n"
    "wire: {seed: 1, loss: 30%}   # and another\n"
    "actors:\n"
    "  client:\n"
    "    - send: \"Hello ✓\"  # first\n"
    "    - accept\n"
    "    - note: |\n"
    "        long\n";

std::string with(const std::string& path, Node value) {
  const WrittenFile written = read_yaml(text, "scenario.yaml");
  Document changed = written.document;
  apply({path, std::move(value), {}}, changed);
  return rewritten(*written.source, *written.document.root, *changed.root);
}

Node word(std::string letters) { return {.kind = Node::Kind::scalar, .text = std::move(letters)}; }
Node quoted_text(std::string letters) { return {.kind = Node::Kind::scalar, .quoted = true, .text = std::move(letters)}; }

std::string replaced(const std::string& old, const std::string& by) {
  std::string result = text;
  return result.replace(result.find(old), old.size(), by);
}

TEST(Rewritten, IsTheSameTextIfNothingWasChanged) {
  const WrittenFile written = read_yaml(text, "scenario.yaml");
  EXPECT_EQ(rewritten(*written.source, *written.document.root, *written.document.root), text);
}

TEST(Rewritten, KeepsCommentsAndLayoutAroundAWordThatWasChanged) {
  EXPECT_EQ(with("wire.seed", word("48151")), replaced("seed: 1", "seed: 48151"));
}

TEST(Rewritten, KeepsThemAroundATextThatWasChanged) {
  EXPECT_EQ(with("client.send#1", quoted_text("Bye")), replaced("\"Hello ✓\"", "\"Bye\""));
}

TEST(Rewritten, IsWrittenAnewWhereMoreHasChanged) {
  for (const auto& [path, value] : {std::pair{"client.note#1", quoted_text("short")}, std::pair{"pace", word("free")}}) {
    const std::string result = with(path, value);
    EXPECT_EQ(result.find('#'), std::string::npos);
    EXPECT_NE(result.find(value.text), std::string::npos) << result;
  }
}

}  // namespace
}  // namespace wirelab::scenario

// What tests of rendered pages share.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wirelab::render::test {

std::vector<std::string> lines_of(const std::string& text);

/// Compares with tests/render/snapshots/NAME.txt, or writes it if WIRELAB_UPDATE_SNAPSHOTS is set.
void expect_snapshot(const std::string& name, const std::string& page, std::string_view suffix = ".txt");

/// What RFC 4648 §4 makes of it.
std::string base64_decoded(std::string_view text);

/// A tag of XML or HTML with its attributes, `&lt;` and the like replaced by what they stand for.
struct Tag {
  std::string name;  ///< `testcase`; `/testcase` where it ends
  std::vector<std::pair<std::string, std::string>> attributes;
  std::string attribute(std::string_view key) const;  ///< empty if there is none
};
/// All tags in order. It fails the test on a `<` that begins none: the page has let something through.
std::vector<Tag> tags_of(const std::string& markup);

}  // namespace wirelab::render::test

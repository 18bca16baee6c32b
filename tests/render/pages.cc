#include "tests/render/pages.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace wirelab::render::test {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

void expect_snapshot(const std::string& name, const std::string& page, std::string_view suffix) {
  const std::filesystem::path file =
      std::filesystem::path(WIRELAB_SOURCE_DIR) / "tests/render/snapshots" / (name + std::string(suffix));
  if (std::getenv("WIRELAB_UPDATE_SNAPSHOTS") != nullptr) std::ofstream(file) << page;
  std::ifstream stream(file);
  std::stringstream kept;
  kept << stream.rdbuf();
  EXPECT_EQ(kept.str(), page) << "where the new page is right: WIRELAB_UPDATE_SNAPSHOTS=1";
}

std::string base64_decoded(std::string_view text) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char letter : text) {
    if (letter == '=') break;
    bits = bits << 6 | static_cast<unsigned>(alphabet.find(letter));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes += static_cast<char>(bits >> count & 0xFF);
  }
  return bytes;
}

std::string Tag::attribute(std::string_view key) const {
  const auto found = std::ranges::find(attributes, key, &std::pair<std::string, std::string>::first);
  return found == attributes.end() ? "" : found->second;
}

namespace {

std::string without_entities(std::string text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> entities{
      {{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}}};
  for (const auto& [entity, meant] : entities) {
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + meant.size())) {
      text.replace(at, entity.size(), meant);
    }
  }
  return text;
}

}  // namespace

std::vector<Tag> tags_of(const std::string& markup) {
  std::vector<Tag> tags;
  for (std::size_t at = markup.find('<'); at != std::string::npos; at = markup.find('<', at + 1)) {
    const std::string_view text = std::string_view(markup).substr(at + 1, markup.find('>', at) - at - 1);
    if (text.empty() || text.find('<') != std::string_view::npos || text.front() == ' ' ||
        std::ranges::count(text, '"') % 2 != 0) {
      ADD_FAILURE() << "no tag: " << text;
      continue;
    }
    Tag tag{std::string(text.substr(0, text.find_first_of(" /", 1))), {}};
    for (std::size_t key = tag.name.size() + 1; key < text.size();) {
      const std::size_t equals = text.find("=\"", key);
      const std::size_t end = text.find('"', equals == std::string_view::npos ? equals : equals + 2);
      if (end == std::string_view::npos) break;
      tag.attributes.emplace_back(text.substr(key, equals - key),
                                  without_entities(std::string(text.substr(equals + 2, end - equals - 2))));
      key = end + 2;
    }
    tags.push_back(std::move(tag));
  }
  return tags;
}

}  // namespace wirelab::render::test

// scenarios/schema.json is for editors; the loader's tables are what counts. Here they are held together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "labs/scenario/kernel_settings.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/vocabulary.hh"

namespace wirelab::scenario {
namespace {

using Json = nlohmann::json;
using Words = std::set<std::string>;

const Json& schema() {
  static const Json parsed = Json::parse(std::ifstream(WIRELAB_SOURCE_DIR "/scenarios/schema.json"));
  return parsed;
}

void add_words(const Json& node, Words& words) {
  if (node.is_array()) {
    for (const Json& item : node) add_words(item, words);
  }
  if (!node.is_object()) return;
  for (const auto& [key, value] : node.items()) {
    if (key == "properties") {
      for (const auto& [name, ignored] : value.items()) words.insert(name);
    }
    if (key == "enum") {
      for (const Json& word : value) {
        if (word.is_string()) words.insert(word.get<std::string>());
      }
    }
    if (key == "const" && value.is_string()) words.insert(value.get<std::string>());
    add_words(value, words);
  }
}

Words words_of_schema() {
  Words words;
  add_words(schema(), words);
  words.erase("???");
  return words;
}

TEST(TheSchema, HasEveryWordOfTheLanguageAndNoOther) {
  Words of_the_loader;
  for (const std::string_view word : vocabulary()) of_the_loader.insert(std::string(word));
  EXPECT_THAT(words_of_schema(), testing::ContainerEq(of_the_loader));
}

const Json& step_properties() {
  const auto& alternatives = schema().at("$defs").at("steps").at("anyOf").at(0).at("items").at("anyOf");
  return alternatives.at(1).at("properties");
}

TEST(TheSchema, OffersExactlyTheActionsAndModifiersInAStep) {
  Words expected;
  for (const std::string_view word : action_words()) expected.insert(std::string(word));
  for (const std::string_view word : modifier_words()) expected.insert(std::string(word));
  Words offered;
  for (const auto& [word, ignored] : step_properties().items()) offered.insert(word);
  EXPECT_EQ(offered, expected);
}

TEST(TheSchema, ExplainsEveryActionAndModifier) {
  for (const auto& [word, property] : step_properties().items()) EXPECT_TRUE(property.contains("description")) << word;
}

TEST(TheSchema, GivesKernelSettingsTheSameRanges) {
  const Json& properties = schema().at("$defs").at("kernel").at("anyOf").at(0).at("properties");
  for (const KernelSetting& setting : kernel_settings()) {
    const Json& type = properties.at(std::string(setting.name)).at("anyOf").at(0);
    if (setting.yes_no) continue;
    EXPECT_EQ(type.at("minimum").get<std::int64_t>(), setting.least) << setting.name;
    EXPECT_EQ(type.at("maximum").get<std::int64_t>(), setting.most) << setting.name;
  }
}

}  // namespace
}  // namespace wirelab::scenario

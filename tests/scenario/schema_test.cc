// The schemas in scenarios/ are for editors; the loader's tables are what counts. Here they are held together.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/kernel_settings.hh"
#include "labs/scenario/read_rubric.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/vocabulary.hh"

namespace wirelab::scenario {
namespace {

using Json = nlohmann::json;
using Words = std::set<std::string>;

Json schema_in(const std::string& name) { return Json::parse(std::ifstream(WIRELAB_SOURCE_DIR "/scenarios/" + name)); }

const Json& schema() {
  static const Json parsed = schema_in("schema.json");
  return parsed;
}

const Json& rubric_schema() {
  static const Json parsed = schema_in("rubric.schema.json");
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

Words words_in(const Json& some_schema) {
  Words words;
  add_words(some_schema, words);
  words.erase("???");
  return words;
}

Words as_set(const std::vector<std::string_view>& words) { return {words.begin(), words.end()}; }

TEST(TheSchema, HasEveryWordOfTheLanguageAndNoOther) {
  EXPECT_THAT(words_in(schema()), testing::ContainerEq(as_set(vocabulary())));
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

TEST(TheSchemaOfRubrics, HasEveryWordOfThemAndNoOther) {
  EXPECT_THAT(words_in(rubric_schema()), testing::ContainerEq(as_set(rubric_words())));
}

TEST(TheSchemaOfRubrics, TakesChecksFromTheLanguage) {
  const Json& exercise = rubric_schema().at("properties").at("exercises").at("items").at("properties");
  EXPECT_EQ(exercise.at("checks").at("$ref"), "schema.json#/properties/checks");
  EXPECT_TRUE(schema().at("properties").contains("checks"));
}

TEST(TheSchemaOfRubrics, HasTheCeilingsOfTheLoader) {
  const Json& exercises = rubric_schema().at("properties").at("exercises");
  const Json& change = rubric_schema().at("$defs").at("case").at("properties").at("change");
  EXPECT_EQ(exercises.at("maxItems"), ceilings::exercises);
  EXPECT_EQ(exercises.at("items").at("properties").at("cases").at("maxItems"), ceilings::cases);
  EXPECT_EQ(change.at("maxProperties"), ceilings::rubric_entries);
  EXPECT_EQ(change.at("additionalProperties")
                .at("anyOf")
                .at(0)
                .at("properties")
                .at("one_run_per")
                .at("anyOf")
                .at(1)
                .at("maxItems"),
            ceilings::runs_of_a_case);
}

}  // namespace
}  // namespace wirelab::scenario

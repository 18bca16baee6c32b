// What each student has of their own. The numbers were made by another program from what `openssl dgst -sha256 -hmac`
// says: a student's value must be the same next year and on every machine.

#include "labs/scenario/variant.hh"

#include <gtest/gtest.h>

namespace wirelab::scenario {
namespace {

Node value_for(const std::string& student, const std::string& path, Variant::Kind kind) {
  return variant_change({path, kind, {4, 5}}, "a key", student, "split.yaml").value;
}

TEST(AVariant, IsASeed) {
  EXPECT_EQ(value_for("anna", "wire.seed", Variant::Kind::seed).text, "217732");
  EXPECT_EQ(value_for("bert", "wire.seed", Variant::Kind::seed).text, "429151");
  EXPECT_TRUE(value_for("anna", "wire.seed", Variant::Kind::seed).is_word());
}

TEST(AVariant, IsANumber) {
  EXPECT_EQ(value_for("anna", "client.recv#2", Variant::Kind::number).text, "49");
  EXPECT_EQ(value_for("bert", "wire.seed", Variant::Kind::number).text, "85");
}

TEST(AVariant, IsAWordInQuotes) {
  EXPECT_EQ(value_for("anna", "client.send#1", Variant::Kind::word).text, "ekunjhc");
  EXPECT_EQ(value_for("bert", "client.send#1", Variant::Kind::word).text, "oxzmwu");
  EXPECT_TRUE(value_for("anna", "client.send#1", Variant::Kind::word).is_text());
}

TEST(AVariant, DependsOnKeyStudentFileAndPath) {
  const Variant seed{"wire.seed", Variant::Kind::seed, {}};
  const auto value = [](const Variant& variant, const char* key, const char* student, const char* file) {
    return variant_change(variant, key, student, file).value.text;
  };
  const std::string one = value(seed, "key", "anna", "a.yaml");
  EXPECT_EQ(value(seed, "key", "anna", "a.yaml"), one);
  EXPECT_NE(value(seed, "yek", "anna", "a.yaml"), one);
  EXPECT_NE(value(seed, "key", "ann", "aa.yaml"), one);
  EXPECT_NE(value(seed, "key", "anna", "b.yaml"), one);
  EXPECT_NE(value({"wire.mtu", Variant::Kind::seed, {}}, "key", "anna", "a.yaml"), one);
}

TEST(AVariant, IsAChangeAtItsPath) {
  const Change change = variant_change({"wire.seed", Variant::Kind::seed, {4, 5}}, "a key", "anna", "split.yaml");
  EXPECT_EQ(change.path, "wire.seed");
  EXPECT_EQ(change.at, (Position{4, 5}));
}

}  // namespace
}  // namespace wirelab::scenario

#include "labs/scenario/suggestion.hh"

#include <gtest/gtest.h>

#include <array>

#include "labs/words/catalogue.hh"

namespace wirelab::scenario {
namespace {

TEST(EditDistance, CountsLettersPutInLeftOutChangedAndSwapped) {
  EXPECT_EQ(edit_distance("accept", "accept"), 0U);
  EXPECT_EQ(edit_distance("acept", "accept"), 1U);
  EXPECT_EQ(edit_distance("acccept", "accept"), 1U);
  EXPECT_EQ(edit_distance("axcept", "accept"), 1U);
  EXPECT_EQ(edit_distance("acecpt", "accept"), 1U);
  EXPECT_EQ(edit_distance("", "accept"), 6U);
  EXPECT_EQ(edit_distance("ca", "abc"), 3U) << "no letter is edited twice";
}

TEST(TheClosestWord, IsTheOneWithTheFewestEdits) {
  constexpr std::array<std::string_view, 4> words = {"send", "sendto", "send_message", "recv"};
  EXPECT_EQ(closest("snedto", words), "sendto");
  EXPECT_EQ(closest("send_mesage", words), "send_message");
  EXPECT_EQ(closest("RECV", words), "recv");
}

TEST(TheClosestWord, IsNoneIfNothingIsNear) {
  constexpr std::array<std::string_view, 2> words = {"send", "recv"};
  EXPECT_EQ(closest("teardown", words), "");
  EXPECT_EQ(closest("x", words), "");
  EXPECT_EQ(closest("", words), "");
  EXPECT_EQ(closest(std::string(1'000'000, 'a'), words), "");
}

TEST(AnEnumeration, EndsWithOr) {
  constexpr std::array<std::string_view, 3> words = {"write", "read", "both"};
  EXPECT_EQ(words::say(words::Language::english, {"it-is"_text, {{"words", enumeration(words)}}}),
            "it is `write`, `read` or `both`");
}

TEST(WhatTheFileSays, IsShownSafelyAndShort) {
  EXPECT_EQ(in_ticks("\x1b[2J"), "`\\x1b[2J`");
  EXPECT_LT(in_ticks(std::string(100'000, 'x')).size(), 100U);
}

}  // namespace
}  // namespace wirelab::scenario

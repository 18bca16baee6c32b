#include "labs/render/text.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wirelab::render {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::StartsWith;

TEST(DisplayWidth, CountsChineseJapaneseAndKoreanCharactersAsTwoColumns) {
  EXPECT_EQ(display_width("hello"), 5);
  EXPECT_EQ(display_width("你好"), 4);
  EXPECT_EQ(display_width("こんにちは"), 10);
  EXPECT_EQ(display_width("한글"), 4);
  EXPECT_EQ(display_width("ＡＢ"), 4);
}

TEST(DisplayWidth, CountsEmojiAsTwoColumns) { EXPECT_EQ(display_width("🎉🚀"), 4); }

TEST(DisplayWidth, GivesCombiningMarksNoColumn) {
  EXPECT_EQ(display_width("cafe\xCC\x81"), 4);
  EXPECT_EQ(display_width("นี้"), 1);
}

TEST(DisplayWidth, CountsBoxDrawingAndCircledDigitsAsOneColumn) { EXPECT_EQ(display_width("│├─▶◀✗✓①"), 8); }

TEST(DisplayWidth, CountsEachInvalidByteAsOneColumn) { EXPECT_EQ(display_width("a\xFF\xFE"), 3); }

TEST(Wrap, BreaksBetweenWords) { EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three")); }

TEST(Wrap, BreaksAWordThatIsWiderThanALine) {
  EXPECT_THAT(wrap("a abcdefgh b", 4), ElementsAre("a", "abcd", "efgh", "b"));
}

TEST(Wrap, BreaksChineseBetweenAnyTwoCharactersButNotBeforePunctuation) {
  EXPECT_THAT(wrap("你好世界", 4), ElementsAre("你好", "世界"));
  EXPECT_THAT(wrap("你好，世界", 4), ElementsAre("你", "好，", "世界"));
}

TEST(Wrap, BreaksBesideChineseButKeepsMarksWithWhatTheyBelongTo) {
  EXPECT_THAT(wrap("错误为 EACCES：重试", 14), ElementsAre("错误为", "EACCES：重试"));
  EXPECT_THAT(wrap("EACCES：server 失败", 8), ElementsAre("EACCES：", "server", "失败"));
  EXPECT_THAT(wrap("标准（MSS）规定", 8), ElementsAre("标准", "（MSS）", "规定"));
  EXPECT_THAT(wrap("俗称“粘包”。", 6), ElementsAre("俗称", "“粘", "包”。"));
}

TEST(Wrap, KeepsChineseNextToLatinWordsTogetherWithoutASpace) {
  EXPECT_THAT(wrap("用 recv() 读取", 40), ElementsAre("用 recv() 读取"));
}

TEST(Wrap, GivesAnEmptyTextOneEmptyLine) { EXPECT_THAT(wrap("", 10), ElementsAre("")); }

TEST(ShortenEnd, LeavesWhatFitsAndCutsWhatDoesNot) {
  EXPECT_EQ(shorten_end("abcdef", 6, "…"), "abcdef");
  EXPECT_EQ(shorten_end("abcdefg", 6, "…"), "abcde…");
  EXPECT_EQ(shorten_end("你好世界", 6, "…"), "你好…");
}

TEST(QuotedToFit, ShowsEverythingThatFits) { EXPECT_EQ(quoted_to_fit("Hello\n", 9, false), R"("Hello\n")"); }

TEST(QuotedToFit, CutsTheMiddleAndNamesTheSize) {
  const std::string text = quoted_to_fit(std::string(30, 'a') + std::string(30, 'z'), 24, false);
  EXPECT_THAT(text, StartsWith("\"aaa"));
  EXPECT_THAT(text, EndsWith("zzz\" 60 bytes"));
  EXPECT_LE(display_width(text), 24);
}

TEST(QuotedToFit, NamesOnlyTheSizeWhereNothingElseFits) {
  EXPECT_EQ(quoted_to_fit(std::string(100, 'x'), 9, false), "100 bytes");
}

TEST(QuotedToFit, NeverCutsACharacterOfSeveralBytes) {
  const std::string text = quoted_to_fit("你好世界你好世界你好世界", 26, false);
  EXPECT_EQ(text.find("\\x"), std::string::npos) << text;
  EXPECT_LE(display_width(text), 26);
}

TEST(QuotedToFit, IsQuickForALotOfData) {
  EXPECT_LE(display_width(quoted_to_fit(std::string(50'000'000, '\xFF'), 30, false)), 30);
}

TEST(ToAscii, SpellsOutWhatAsciiCannotShow) {
  EXPECT_EQ(to_ascii("§3.7 … 你 🎉"), "section 3.7 ... \\u4f60 \\U0001f389");
}

TEST(CountOf, KnowsOneFromMany) {
  EXPECT_EQ(count_of(1, "byte"), "1 byte");
  EXPECT_EQ(count_of(0, "byte"), "0 bytes");
}

}  // namespace
}  // namespace wirelab::render

#include "labs/scenario/value.hh"

#include <gtest/gtest.h>

namespace wirelab::scenario {
namespace {

TEST(AValue, IsSpelledAsAScenarioSpellsIt) {
  EXPECT_EQ(to_text(Value(true)), "yes");
  EXPECT_EQ(to_text(Value(false)), "no");
  EXPECT_EQ(to_text(Value(15)), "15");
  EXPECT_EQ(to_text(Value(Word{"ECONNREFUSED"})), "ECONNREFUSED");
  EXPECT_EQ(to_text(Value(Bytes{"Hello"})), "\"Hello\"");
  EXPECT_EQ(to_text(Value(List{15, 0})), "[15, 0]");
  EXPECT_EQ(to_text(Value(List{})), "[]");
}

TEST(AValue, TellsTheWordEofFromTheTextEof) {
  EXPECT_NE(Value(Word{"eof"}), Value(Bytes{"eof"}));
  EXPECT_NE(to_text(Value(Word{"eof"})), to_text(Value(Bytes{"eof"})));
}

TEST(Quoted, EscapesWhatWouldEndTheQuotesOrTheLine) {
  EXPECT_EQ(quoted("say \"Hello\""), R"("say \"Hello\"")");
  EXPECT_EQ(quoted("C:\\"), R"("C:\\")");
  EXPECT_EQ(quoted("one\ntwo\r\n\t"), R"("one\ntwo\r\n\t")");
}

TEST(Quoted, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(quoted("\x1b[31mred"), R"("\x1b[31mred")");
  EXPECT_EQ(quoted(std::string("\0\x07\x7f", 3)), R"("\x00\x07\x7f")");
  EXPECT_EQ(quoted("\u009b31m"), R"("\u009b31m")");
  EXPECT_EQ(quoted("abc\u202edef"), R"("abc\u202edef")");
  EXPECT_EQ(quoted("a\u200bb\ufeff"), R"("a\u200bb\ufeff")");
  EXPECT_EQ(quoted("line\u2028end"), R"("line\u2028end")");
}

TEST(Quoted, KeepsPrintableTextOfEveryLanguage) {
  EXPECT_EQ(quoted("Grüße, 世界, Привет, مرحبا 🙂"),
            "\"Grüße, 世界, Привет, مرحبا 🙂\"");
}

TEST(Quoted, ShowsBytesThatAreNoUtf8AsTheyAre) {
  EXPECT_EQ(quoted("\xff\xfe"), R"("\xff\xfe")");
  EXPECT_EQ(quoted("\xc0\xaf"), R"("\xc0\xaf")") << "an overlong slash";
  EXPECT_EQ(quoted("\xed\xa0\x80"), R"("\xed\xa0\x80")") << "half of a surrogate pair";
  EXPECT_EQ(quoted("\xe4\xb8"), R"("\xe4\xb8")") << "a character cut in two";
}

TEST(Quoted, ShortensLongBytesInTheMiddleAndTellsTheirNumber) {
  const std::string shown = quoted(std::string(65536, 'x'), 30);
  EXPECT_EQ(shown, "\"" + std::string(20, 'x') + "…" + std::string(10, 'x') + "\" (65536 bytes)");
  EXPECT_EQ(quoted("short", 30), "\"short\"");
  EXPECT_EQ(quoted(std::string(65536, 'x'), 0).size(), 65538U);
}

TEST(Quoted, NeverCutsACharacterInTwo) {
  std::string text;
  for (int count = 0; count < 100; ++count) text += "世";
  for (std::size_t longest = 10; longest < 40; ++longest) {
    EXPECT_EQ(quoted(text, longest).find("\\x"), std::string::npos) << longest;
  }
}

TEST(ALongList, IsShortenedAndTellsHowManyMoreThereAre) {
  List numbers;
  for (int i = 0; i < 100; ++i) numbers.emplace_back(7);
  EXPECT_EQ(to_text(Value(numbers), 1), "[7, 7, 7, 7, 7, 7, 7, … 93 more]");
  EXPECT_EQ(to_text(Value(numbers)).size(), 300U);
}

TEST(Quoted, ShortensBytesThatAreNothingButContinuations) {
  EXPECT_NE(quoted(std::string(1000, '\x80'), 30).find("(1000 bytes)"), std::string::npos);
}

}  // namespace
}  // namespace wirelab::scenario

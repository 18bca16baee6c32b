#include "labs/scenario/diagnostic.hh"

#include <gtest/gtest.h>

namespace wirelab::scenario {
namespace {

Diagnostic at(int line, int column, int width) {
  return {.file = "a.yaml", .at = {line, column}, .width = width, .rule = "rule", .message = "it is wrong"};
}

TEST(ADiagnostic, ShowsTheLineACaretUnderThePlaceAndTheMend) {
  Diagnostic diagnostic = at(2, 5, 5);
  diagnostic.mend = "did you mean `accept`?";
  EXPECT_EQ(to_text(diagnostic, "actors:\n  - acept\n"),
            "a.yaml:2:5: error: it is wrong\n"
            " 2 |   - acept\n"
            "   |     ^~~~~\n"
            "   = did you mean `accept`?\n");
}

TEST(ADiagnostic, SaysWhenItIsOnlyAWarning) {
  Diagnostic diagnostic = at(1, 1, 1);
  diagnostic.severity = Diagnostic::Severity::warning;
  EXPECT_TRUE(to_text(diagnostic, "x\n").starts_with("a.yaml:1:1: warning: it is wrong\n"));
}

TEST(ADiagnostic, AboutTheWholeFileShowsNoLine) {
  EXPECT_EQ(to_text(at(0, 0, 1), "x\n"), "a.yaml: error: it is wrong\n");
}

TEST(ADiagnostic, KeepsTheCaretUnderItsPlaceBehindATab) {
  EXPECT_EQ(to_text(at(1, 3, 2), "\ta\tbc\n").substr(31),
            " 1 |     a   bc\n"
            "   |      ^~~~\n");
}

TEST(ADiagnostic, KeepsTheCaretUnderItsPlaceBehindWideCharacters) {
  EXPECT_EQ(to_text(at(1, 3, 2), "世界ab\n").substr(31),
            " 1 | 世界ab\n"
            "   |     ^~\n");
  EXPECT_EQ(to_text(at(1, 1, 2), "世界ab\n").substr(31),
            " 1 | 世界ab\n"
            "   | ^~~~\n");
}

TEST(ADiagnostic, KeepsTheCaretUnderItsPlaceBehindEmojiAndCombiningMarks) {
  EXPECT_EQ(to_text(at(1, 3, 1), "🟠🫠x\n").substr(31),
            " 1 | 🟠🫠x\n"
            "   |     ^\n");
  EXPECT_EQ(to_text(at(1, 3, 1), "ש\xD6\xBFx\n").substr(31),
            " 1 | ש\xD6\xBFx\n"
            "   |  ^\n");
}

TEST(ADiagnostic, EscapesWhatATerminalWouldObeyAndKeepsTheCaretUnderIt) {
  EXPECT_EQ(to_text(at(1, 2, 1), "a\x1bz\n").substr(31),
            " 1 | a\\x1bz\n"
            "   |  ^~~~\n");
}

TEST(ADiagnostic, PutsTheCaretBehindTheLineWhereSomethingIsMissing) {
  EXPECT_EQ(to_text(at(1, 4, 1), "ab:\n").substr(31),
            " 1 | ab:\n"
            "   |    ^\n");
}

TEST(ADiagnostic, ShowsAPieceOfALineThatIsTooLong) {
  const std::string source = std::string(5000, 'a') + "b" + std::string(5000, 'c') + "\n";
  const std::string text = to_text(at(1, 5001, 1), source);
  EXPECT_LT(text.size(), 500U);
  const std::size_t line = text.find(" 1 | ");
  const std::size_t caret = text.find("   | ");
  EXPECT_EQ(text.find('b', line) - line - std::string("…").size() + 1, text.find('^') - caret);
}

TEST(ADiagnostic, ShowsLinesThatEndWithACarriageReturn) {
  EXPECT_EQ(to_text(at(2, 1, 1), "one\r\ntwo\r\n").substr(31),
            " 2 | two\n"
            "   | ^\n");
}

}  // namespace
}  // namespace wirelab::scenario

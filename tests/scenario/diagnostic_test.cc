#include "labs/scenario/diagnostic.hh"

#include <gtest/gtest.h>

namespace wirelab::scenario {
namespace {

using words::Language;

Diagnostic at(int line, int column, int width) {
  return {.file = "a.yaml", .at = {line, column}, .width = width, .what = {"no-action.empty"_text}};
}

/// The line of the source and the caret below it.
std::string excerpt(const Diagnostic& diagnostic, const std::string& source) {
  std::string text = to_text(diagnostic, source, Language::english);
  text.erase(0, text.find('\n') + 1);
  return text.substr(0, text.rfind("   = "));
}

TEST(ADiagnostic, ShowsTheLineACaretUnderThePlaceAndTheMend) {
  EXPECT_EQ(to_text(at(2, 5, 5), "actors:\n  - acept\n", Language::english),
            "a.yaml:2:5: error: this step makes no call\n"
            " 2 |   - acept\n"
            "   |     ^~~~~\n"
            "   = write an action: `- accept`\n");
}

TEST(ADiagnostic, IsToldInChinese) {
  EXPECT_EQ(to_text(at(2, 5, 5), "actors:\n  - acept\n", Language::chinese),
            "a.yaml:2:5: 错误: 这个步骤没有发出调用\n"
            " 2 |   - acept\n"
            "   |     ^~~~~\n"
            "   = 请写一个动作：`- accept`\n");
}

TEST(ADiagnostic, HasTheNameOfItsKindOfMistake) {
  EXPECT_EQ(at(1, 1, 1).rule(), "no-action");
  EXPECT_EQ((Diagnostic{.what = {"tab"_text}}).rule(), "tab");
}

TEST(ADiagnostic, SaysWhenItIsOnlyAWarning) {
  Diagnostic diagnostic = at(1, 1, 1);
  diagnostic.severity = Diagnostic::Severity::warning;
  EXPECT_TRUE(to_text(diagnostic, "x\n", Language::english).starts_with("a.yaml:1:1: warning: this step"));
}

TEST(ADiagnostic, AboutTheWholeFileShowsNoLine) {
  EXPECT_EQ(to_text(at(0, 0, 1), "x\n", Language::english),
            "a.yaml: error: this step makes no call\n   = write an action: `- accept`\n");
}

TEST(ADiagnostic, KeepsTheCaretUnderItsPlaceBehindATab) {
  EXPECT_EQ(excerpt(at(1, 3, 2), "\ta\tbc\n"),
            " 1 |     a   bc\n"
            "   |      ^~~~\n");
}

TEST(ADiagnostic, KeepsTheCaretUnderItsPlaceBehindWideCharacters) {
  EXPECT_EQ(excerpt(at(1, 3, 2), "世界ab\n"),
            " 1 | 世界ab\n"
            "   |     ^~\n");
  EXPECT_EQ(excerpt(at(1, 1, 2), "世界ab\n"),
            " 1 | 世界ab\n"
            "   | ^~~~\n");
}

TEST(ADiagnostic, KeepsTheCaretUnderItsPlaceBehindEmojiAndCombiningMarks) {
  EXPECT_EQ(excerpt(at(1, 3, 1), "🟠🫠x\n"),
            " 1 | 🟠🫠x\n"
            "   |     ^\n");
  EXPECT_EQ(excerpt(at(1, 3, 1), "ש\xD6\xBFx\n"),
            " 1 | ש\xD6\xBFx\n"
            "   |  ^\n");
}

TEST(ADiagnostic, EscapesWhatATerminalWouldObeyAndKeepsTheCaretUnderIt) {
  EXPECT_EQ(excerpt(at(1, 2, 1), "a\x1bz\n"),
            " 1 | a\\x1bz\n"
            "   |  ^~~~\n");
}

TEST(ADiagnostic, PutsTheCaretBehindTheLineWhereSomethingIsMissing) {
  EXPECT_EQ(excerpt(at(1, 4, 1), "ab:\n"),
            " 1 | ab:\n"
            "   |    ^\n");
}

TEST(ADiagnostic, ShowsAPieceOfALineThatIsTooLong) {
  const std::string source = std::string(5000, 'a') + "b" + std::string(5000, 'c') + "\n";
  const std::string text = to_text(at(1, 5001, 1), source, Language::english);
  EXPECT_LT(text.size(), 500U);
  const std::size_t line = text.find(" 1 | ");
  const std::size_t caret = text.find("   | ");
  EXPECT_EQ(text.find('b', line) - line - std::string("…").size() + 1, text.find('^') - caret);
}

TEST(ADiagnostic, ShowsLinesThatEndWithACarriageReturn) {
  EXPECT_EQ(excerpt(at(2, 1, 1), "one\r\ntwo\r\n"),
            " 2 | two\n"
            "   | ^\n");
}

}  // namespace
}  // namespace wirelab::scenario

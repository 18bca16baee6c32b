// All the mistakes of syntax of a file at once, each with the place it has in the file, not in the mended copy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using testing::ElementsAre;

struct Found {
  int line;
  int column;
  std::string rule;
  bool operator==(const Found&) const = default;
  friend void PrintTo(const Found& found, std::ostream* out) {
    *out << found.line << ":" << found.column << " " << found.rule;
  }
};

std::vector<Found> found_in(const std::string& text) {
  std::vector<Found> found;
  for (const Diagnostic& diagnostic : load_text(text, "test.yaml").diagnostics) {
    found.push_back({diagnostic.at.line, diagnostic.at.column, std::string(diagnostic.rule())});
  }
  return found;
}

TEST(SeveralMistakesOfSyntax, AreAllReported) {
  EXPECT_THAT(found_in("wirelab: 1\n"
                       "actors:\n"
                       "  client:\n"
                       "    - socket: dgram\n"
                       "    - recvfrom: 10\n"
                       "        timeout: 1s\n"
                       "    - note:\"one\"\n"
                       "      id: first\n"
                       "    - note: \"two\n"
                       "    - setsockopt: {SO_RCVBUF: 4096\n"
                       "    - close\n"
                       "      after: client.first\n"),
              ElementsAre(Found{6, 9, "indentation"}, Found{7, 11, "space-after-colon"}, Found{9, 13, "unclosed-quote"},
                          Found{10, 19, "unclosed-bracket"}, Found{11, 7, "colon-missing"}));
}

TEST(AMistakeBehindAMendedPlace, KeepsItsColumnInTheFile) {
  EXPECT_THAT(
      found_in("wirelab: 1\nactors:\n  client:\n    - socket: dgram\n    - recvfrom: 10\n      when: {readable: ???, "
               "raedable: 1}\n"),
      ElementsAre(Found{6, 13, "one-of-these"}, Found{6, 24, "question-marks-in-braces"}, Found{6, 29, "unknown-key"}));
}

TEST(AMistakeOfMeaning, IsReportedBesideOneOfSyntax) {
  EXPECT_THAT(found_in("wirelab: 1\nactors:\n  client:\n    - sokket: dgram\n    - note: \"x\n"),
              ElementsAre(Found{4, 7, "unknown-action"}, Found{5, 13, "unclosed-quote"}));
}

TEST(WhatCannotBeMended, IsCutOutAndNothingIsSaidOfWhatIsMissing) {
  EXPECT_THAT(found_in("wirelab: 1\nactors: a: b\nchecks:\n  - server.recv.count: \"x\"\n  - servr.recv.cuont: 1\n"),
              ElementsAre(Found{2, 10, "second-colon"}, Found{5, 5, "unknown-metric"}));
}

TEST(QuotesInsideABlockText, AreNothingButText) {
  EXPECT_THAT(found_in("wirelab: 1\nabout: |\n  It says \"all received,\n  and more\".\nactors:\n  client:\n    - "
                       "close\n      id: x\n    - socket: dgram\n"),
              ElementsAre(Found{7, 7, "colon-missing"}, Found{7, 7, "no-socket"}));
}

TEST(ATextInQuotes, EndsOnItsLine) {
  EXPECT_THAT(found_in("wirelab: 1\ntitle: \"one\n  two\"\nactors: {a: [{socket: dgram}]}\n").front(),
              (Found{2, 8, "unclosed-quote"}));
}

TEST(ATabInTheIndentation, EndsTheReading) {
  EXPECT_THAT(found_in("wirelab: 1\nactors:\n\tclient:\n\t\t- accept\n"), ElementsAre(Found{3, 1, "tab"}));
}

TEST(EveryPrefixOfALesson, IsReadOrExplained) {
  const std::string text = with_conversation(
      "wire:\n  rules:\n    - drop: {from: client, nth: [1, 2]}\nchecks:\n  - server.recv.sizes: [5, 0]\n    because: "
      "\"It's \\\"so\\\".\"\n");
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Loaded loaded = load_text(text.substr(0, length), "test.yaml");
    EXPECT_EQ(loaded.scenario.has_value(),
              std::ranges::none_of(
                  loaded.diagnostics,
                  [](const Diagnostic& diagnostic) { return diagnostic.severity == Diagnostic::Severity::error; }))
        << length;
  }
}

TEST(EveryLessonWithOneByteChanged, IsReadOrExplained) {
  const std::string text = with_conversation("checks:\n  - server.recv.sizes: [5, 0]\n");
  for (std::size_t index = 0; index < text.size(); ++index) {
    for (const char byte : {' ', '"', '{', ':', '-', '#', '\n'}) {
      std::string changed = text;
      changed[index] = byte;
      const Loaded loaded = load_text(changed, "test.yaml");
      EXPECT_TRUE(loaded.scenario || !loaded.diagnostics.empty()) << index << " " << byte;
      for (const Diagnostic& diagnostic : loaded.diagnostics) {
        EXPECT_GE(diagnostic.at.line, 1) << index << " " << byte;
        EXPECT_FALSE(in_words(diagnostic.what, words::Language::english).message.empty());
      }
    }
  }
}

}  // namespace
}  // namespace wirelab::scenario

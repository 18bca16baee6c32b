// What a student changed, found out from two files.

#include "labs/scenario/difference.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labs/scenario/loader.hh"

namespace wirelab::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Document document_of(const std::string& text) { return read_yaml(text, "test.yaml").document; }

std::vector<Difference> between(const std::string& before, const std::string& after) {
  return differences(document_of(before), document_of(after));
}

std::string in_words(const Difference& difference) {
  switch (difference.kind) {
    case Difference::Kind::added:
      return fmt::format("+ {}: {}", difference.path, difference.is);
    case Difference::Kind::removed:
      return fmt::format("- {}: {}", difference.path, difference.was);
    case Difference::Kind::changed:
      return fmt::format("{}: {} → {}", difference.path, difference.was, difference.is);
  }
  return "";
}

std::vector<std::string> told(const std::string& before, const std::string& after) {
  std::vector<std::string> all;
  for (const Difference& difference : between(before, after)) all.push_back(in_words(difference));
  return all;
}

std::string client(const std::string& steps) { return "actors:\n  client:\n" + steps; }

TEST(Differences, AreNoneWhereOnlyTheSpellingDiffers) {
  const std::string one =
      "title: \"A\"\nwire: {loss: 3%, seed: 7}\nactors:\n  a: [accept, {send: \"x\", after: b.send}]\n";
  const std::string other = R"(# a comment
actors:
  a:
    steps:
      - accept:
      - after: b.send
        send: 'x'
wire:
  seed: 7
  loss: 3%
hints: ["another"]
about: "for readers"
)";
  EXPECT_THAT(told(one, other), IsEmpty());
}

TEST(Differences, TellABareWordFromAText) {
  EXPECT_THAT(told(client("    - recv: {until: eof}\n"), client("    - recv: {until: \"eof\"}\n")),
              ElementsAre("client.recv#1: {until: eof} → {until: \"eof\"}"));
}

TEST(Differences, OfTheTopLevelAreByKeyAndPart) {
  EXPECT_THAT(told("pace: free\nwire: {loss: 3%, seed: 7}\nframing: {kind: length}\nchecks: [{a.b: 1}]\n",
                   "wire: {loss: 4%, mtu: 99}\nframing: {kind: length, bytes: 2}\nchecks: [{a.b: 2}]\n"),
              ElementsAre("- pace: free", "- wire.seed: 7", "wire.loss: 3% → 4%", "+ wire.mtu: 99",
                          "framing: {kind: length} → {kind: length, bytes: 2}", "checks: [{a.b: 1}] → [{a.b: 2}]"));
}

TEST(Differences, OfPredictionsAreByMetric) {
  EXPECT_THAT(told("predict:\n  a.recv.count: ???\n  a.recv.sizes: ???\n",
                   "predict:\n  a.recv.count: 3\n  a.recv.sizes: ???\n"),
              ElementsAre("predict.a.recv.count: ??? → 3"));
}

TEST(Differences, OfActorsAreByOption) {
  EXPECT_THAT(told("actors: {a: [accept], b: [close], c: [abort]}\n",
                   "actors: {a: {slow: yes, steps: [accept]}, b: [close], d: [abort]}\n"),
              ElementsAre("- c: {steps: [{abort:}]}", "+ a.slow: yes", "+ d: {steps: [{abort:}]}"));
}

TEST(Differences, AreThereIfTheLanesChangePlaces) {
  EXPECT_THAT(told("actors: {a: [accept], b: [close]}\n", "actors: {b: [close], a: [accept]}\n"),
              ElementsAre("actors: [a, b] → [b, a]"));
}

TEST(Differences, OfAStepAreItsArgumentAndItsModifiers) {
  EXPECT_THAT(told(client("    - send: \"a\"\n    - send: \"b\"\n      after: x.y\n      timeout: 1s\n"),
                   client("    - send: \"a\"\n    - send: \"c\"\n      after: x.z\n      when: {unacked: 0}\n")),
              ElementsAre("- client.send#2.timeout: 1s", "client.send#2: \"b\" → \"c\"",
                          "client.send#2.after: x.y → x.z", "+ client.send#2.when: {unacked: 0}"));
}

TEST(Differences, FindAnAddedStepAmongEqualOnes) {
  const std::string before = client("    - send: \"a\"\n    - send: \"b\"\n    - close\n");
  const std::string after = client("    - send: \"a\"\n    - sleep: 20ms\n    - send: \"b\"\n    - close\n");
  EXPECT_THAT(told(before, after), ElementsAre("+ client.sleep#1: sleep: 20ms"));
  EXPECT_THAT(told(after, before), ElementsAre("- client.sleep#1: sleep: 20ms"));
}

TEST(Differences, OfAReplacedStepAreOneThatWentAndOneThatCame) {
  EXPECT_THAT(told(client("    - accept\n    - recv: 5\n    - close\n"),
                   client("    - accept\n    - recv_message\n    - close\n")),
              ElementsAre("- client.recv#1: recv: 5", "+ client.recv_message#1: recv_message"));
}

TEST(Differences, LookIntoLoops) {
  const auto loop = [](const std::string& times, const std::string& steps) {
    return client("    - send: \"a\"\n    - repeat:\n        times: " + times + "\n        steps: [" + steps + "]\n");
  };
  EXPECT_THAT(told(loop("2", "{send: \"b\"}, close"), loop("3", "{send: \"c\"}, {sleep: 1s}, close")),
              ElementsAre("client.repeat#1: {times: 2} → {times: 3}", "client.send#2: \"b\" → \"c\"",
                          "+ client.sleep#1: sleep: 1s"));
}

TEST(Differences, HavePlacesInBothFiles) {
  const auto found = between(client("    - accept\n    - send: \"b\"\n    - close\n"),
                             client("    - accept\n    - sleep: 20ms\n    - send: \"c\"\n"));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].path, "client.sleep#1");
  EXPECT_EQ(found[0].before, (Position{3, 7}));  // behind `accept`
  EXPECT_EQ(found[0].after, (Position{4, 7}));
  EXPECT_EQ(found[1].path, "client.close#1");
  EXPECT_EQ(found[1].before, (Position{5, 7}));
  EXPECT_EQ(found[1].after, (Position{5, 7}));  // the step that is the last one now
  EXPECT_EQ(found[2].path, "client.send#1");
  EXPECT_EQ(found[2].before, (Position{4, 13}));
  EXPECT_EQ(found[2].after, (Position{5, 13}));
}

TEST(Differences, SayWhoseTheyAre) {
  const Difference found = between(client("    - recv: 1\n"), client("    - recv: 2\n")).at(0);
  EXPECT_EQ(found.actor, "client");
  EXPECT_EQ(found.word, "recv");
  EXPECT_EQ(between("pace: free\n", "pace: stepped\n").at(0).actor, "");
}

TEST(Differences, FromAFileThatIsNoScenarioAreEverything) {
  EXPECT_THAT(told("pace: free\n", ""), ElementsAre("- pace: free"));
  EXPECT_THAT(told(client("    - [a]\n"), client("    - [b]\n")),
              ElementsAre("- client.steps: [a]", "+ client.steps: [b]"));
}

TEST(APath, CoversItselfAndItsParts) {
  EXPECT_TRUE(covers("server", "server.recv#1.when"));
  EXPECT_TRUE(covers("client.sleep", "client.sleep#2"));
  EXPECT_TRUE(covers("client.sleep#2", "client.sleep#2.after"));
  EXPECT_TRUE(covers("wire", "wire.rules"));
  EXPECT_TRUE(covers("server", "server.framing"));
  EXPECT_TRUE(covers("client.steps", "client.send#2"));
  EXPECT_TRUE(covers("predict", "predict.client#7.send.count"));
}

TEST(APath, CoversNothingThatOnlyBeginsLikeIt) {
  EXPECT_FALSE(covers("client", "client2.send#1"));
  EXPECT_FALSE(covers("client.send", "client.send_message#1"));
  EXPECT_FALSE(covers("client.send#1", "client.send#10"));
  EXPECT_FALSE(covers("client.send#1", "client"));
  EXPECT_FALSE(covers("client.steps", "client.framing"));
}

TEST(APathOfOneStep, DoesNotCoverAnotherThatWasPutInItsPlace) {
  const auto found = between(client("    - send: \"a\"\n    - send: \"b\"\n"),
                             client("    - send: \"a\"\n    - send: \"x\"\n    - send: \"b\"\n"));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].path, "client.send#2");
  EXPECT_FALSE(covers("client.send#2", found[0]));
  EXPECT_TRUE(covers("client.send", found[0]));
  EXPECT_TRUE(covers("actors", found[0]));
}

// ---- the words that a difference brings

std::vector<std::string> new_words(const std::string& before, const std::string& after) {
  std::vector<std::string> all;
  for (const Difference& difference : between(before, after)) {
    for (const std::string& word : difference.new_words) {
      all.push_back(fmt::format("{} in line {}", word, difference.after.line));
    }
  }
  return all;
}

TEST(NewWords, AreActionsModifiersOptionsAndKeys) {
  const std::string before = "actors:\n  a:\n    - accept\n    - recv: 1\n";
  EXPECT_THAT(new_words(before, "actors:\n  a:\n    - accept\n    - sleep: 1ms\n    - recv: 1\n"),
              ElementsAre("sleep in line 4"));
  EXPECT_THAT(new_words(before, "actors:\n  a:\n    - accept\n    - recv: 1\n      when: {readable: 1}\n"),
              ElementsAre("when in line 5"));
  EXPECT_THAT(new_words(before, "actors:\n  a:\n    slow: yes\n    steps:\n    - accept\n    - recv: 1\n"),
              ElementsAre("slow in line 3"));
  EXPECT_THAT(new_words(before, before + "pace: free\n"), ElementsAre("pace in line 5"));
  EXPECT_THAT(new_words(before, before + "wire: {loss: 1%}\n"), ElementsAre("wire in line 5"));
}

TEST(NewWords, AreThoseOfStepsInALoopToo) {
  const std::string loop = "    - repeat: {times: 2, steps: [{sleep: 1ms}, {sleep: 2ms, after: x}]}\n";
  EXPECT_THAT(new_words(client("    - accept\n"), client("    - accept\n" + loop)),
              ElementsAre("after in line 4", "repeat in line 4", "sleep in line 4", "sleep in line 4"));
  const std::string head = "    - repeat:\n        times: 2\n        steps:\n";
  const std::string inside = "          - accept\n";
  EXPECT_THAT(new_words(client(head + inside), client(head + "          - sleep: 1ms\n" + inside)),
              ElementsAre("sleep in line 6"));
}

TEST(NewWords, AreThoseOfWhatWasMoved) {
  EXPECT_THAT(new_words(client("    - accept\n    - recv: 1\n    - sleep: 1ms\n"),
                        client("    - sleep: 1ms\n    - accept\n    - recv: 1\n")),
              ElementsAre("sleep in line 3"));
  EXPECT_THAT(new_words(client("    - close\n    - close: listener\n      after: b.exit\n"),
                        client("    - close:\n      after: b.exit\n    - close: listener\n")),
              ElementsAre("after in line 4"));
}

TEST(NewWords, AreNoneWhereAWordHasAnotherValueOrIsGone) {
  const std::string before = client("    - sleep: 1ms\n    - recv: 1\n      after: b.exit\n");
  EXPECT_THAT(new_words(before, client("    - sleep: 2ms\n    - recv: 2\n      after: b.accept\n")), IsEmpty());
  EXPECT_THAT(new_words(before, client("    - recv: 1\n")), IsEmpty());
  EXPECT_THAT(new_words(before, before), IsEmpty());
}

TEST(NewWords, AreNoTextsAndNoKeysOfValues) {
  EXPECT_THAT(new_words(client("    - note: \"a\"\n"), client("    - note: \"sleep\"\n")), IsEmpty());
  EXPECT_THAT(new_words(client("    - connect: b\n"), client("    - connect: {to: b, port: 1}\n")), IsEmpty());
}

}  // namespace
}  // namespace wirelab::scenario

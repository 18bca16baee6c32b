// The top level, actors' options, the wire, checks and predictions as they arrive in plain data.

#include "labs/scenario/scenario.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(AScenario, HasWhatItsTopLevelSays) {
  const Scenario scenario = load_silently(R"(# a comment
wirelab: 1
lab: 2
title: "Three sends: one recv"
about: |
  TCP carries a *stream*.

  Watch.
stage: loopback
pace: reversed
family: ipv6
actors:
  client:
    - socket: stream
hints:
  - "Look at listen()."
  - |
    Then at accept().
limits: {step: 2s, run: 20s}
)");
  EXPECT_EQ(scenario.lab, 2);
  EXPECT_EQ(scenario.title, "Three sends: one recv");
  EXPECT_EQ(scenario.about, "TCP carries a *stream*.\n\nWatch.\n");
  EXPECT_EQ(scenario.stage, StageChoice::loopback);
  EXPECT_EQ(scenario.pace, Pace::reversed);
  EXPECT_EQ(scenario.family, Family::ipv6);
  EXPECT_THAT(scenario.hints, ElementsAre("Look at listen().", "Then at accept().\n"));
  EXPECT_EQ(scenario.limits.step, seconds(2));
  EXPECT_EQ(scenario.limits.run, seconds(20));
  EXPECT_EQ(scenario.file, "test.yaml");
  EXPECT_TRUE(scenario.source.starts_with("# a comment\nwirelab: 1\n"));
}

TEST(AScenario, ThatSaysLittleHasTheUsualRest) {
  const Scenario scenario = load_silently("wirelab: 1\nactors: {client: [{socket: stream}]}\n");
  EXPECT_EQ(scenario.lab, 0);
  EXPECT_EQ(scenario.stage, StageChoice::automatic);
  EXPECT_EQ(scenario.pace, Pace::stepped);
  EXPECT_EQ(scenario.family, Family::ipv4);
  EXPECT_EQ(scenario.limits.step, seconds(5));
  EXPECT_EQ(scenario.limits.run, seconds(30));
  EXPECT_THAT(scenario.unanswered, IsEmpty());
}

TEST(AScenario, MayComeFromAnEditorOfAnySystem) {
  const std::string plain = with_conversation("");
  std::string windows = "\xEF\xBB\xBF";
  for (const char byte : plain) windows += byte == '\n' ? std::string("\r\n") : std::string(1, byte);
  const Scenario scenario = load_silently(windows);
  ASSERT_EQ(scenario.actors.size(), 2U);
  EXPECT_EQ(scenario.actors[1].steps[1].at, (Position{15, 7}));
  EXPECT_EQ(scenario.source, windows) << "the file's own bytes";
}

TEST(AScenario, MayBeginWithADocumentMark) { load_silently("---\n" + with_conversation("")); }

// -------------------------------------------------------------------------------------------- actors

TEST(Actors, StandInTheOrderOfTheFile) {
  const Scenario scenario =
      load_silently("wirelab: 1\nactors:\n  zoe: [{socket: stream}]\n  anna: [{socket: stream}]\n");
  EXPECT_EQ(scenario.actors[0].name, "zoe");
  EXPECT_EQ(scenario.actors[1].name, "anna");
  EXPECT_EQ(scenario.actors[1].at, (Position{4, 3}));
}

TEST(Actors, HaveOptionsBesideTheirSteps) {
  const Scenario scenario = load_silently(R"(wirelab: 1
kernel: {tcp_rto_min_us: 5000, tcp_window_scaling: 0}
actors:
  one:
    copies: 50
    kernel: {tcp_window_scaling: 1, delayed_ack: yes}
    cut: [3, 9]
    slow: yes
    steps:
      - socket: stream
  other:
    cut: each
    slow: no
    steps:
      - socket: stream
)");
  const Actor& one = scenario.actors[0];
  EXPECT_EQ(one.copies, 50);
  EXPECT_THAT(one.kernel, UnorderedElementsAre(Pair("tcp_rto_min_us", 5000), Pair("tcp_window_scaling", 1),
                                               Pair("delayed_ack", 1)));
  ASSERT_TRUE(one.cut);
  EXPECT_FALSE(one.cut->each);
  EXPECT_THAT(one.cut->offsets, ElementsAre(3, 9));
  EXPECT_TRUE(one.slow);
  const Actor& other = scenario.actors[1];
  EXPECT_EQ(other.copies, 1);
  EXPECT_THAT(other.kernel, UnorderedElementsAre(Pair("tcp_rto_min_us", 5000), Pair("tcp_window_scaling", 0)));
  EXPECT_TRUE(other.cut->each);
  EXPECT_FALSE(other.slow);
}

TEST(LaneNames, HaveANumberOnlyWithSeveralCopies) {
  EXPECT_EQ(lane_name(Actor{.name = "client"}, 1), "client");
  EXPECT_EQ(lane_name(Actor{.name = "client", .copies = 50}, 7), "client#7");
}

// ---------------------------------------------------------------------------------------------- wire

Wire wire_of(const std::string& wire) { return load_silently(with_conversation("wire:\n" + wire)).wire; }

TEST(TheWire, HasDelayAndRateForAllOrByDirection) {
  const Wire everywhere = wire_of("  delay: 20ms\n  rate: 10mbit\n");
  EXPECT_EQ(everywhere.delay.everywhere, milliseconds(20));
  EXPECT_EQ(everywhere.bits_per_second.everywhere, 10'000'000);
  EXPECT_THAT(everywhere.delay.between, IsEmpty());
  const Wire one_way =
      wire_of("  delay: {client->server: 20ms, server->client: 1ms}\n  rate: {client->server: 64kbit}\n");
  EXPECT_EQ(one_way.delay.everywhere, std::nullopt);
  EXPECT_EQ(one_way.delay.between.at({"client", "server"}), milliseconds(20));
  EXPECT_EQ(one_way.delay.between.at({"server", "client"}), milliseconds(1));
  EXPECT_EQ(one_way.bits_per_second.between.at({"client", "server"}), 64'000);
  EXPECT_EQ(wire_of("  rate: 1gbit\n").bits_per_second.everywhere, 1'000'000'000);
  EXPECT_EQ(wire_of("  rate: 9600bit\n").bits_per_second.everywhere, 9600);
}

TEST(TheWire, HasAnMtuALossAndASeed) {
  const Wire wire = wire_of("  mtu: 1500\n  loss: 30%\n  seed: 7\n");
  EXPECT_EQ(wire.mtu, 1500);
  EXPECT_EQ(wire.seed, 7U);
  EXPECT_DOUBLE_EQ(std::get<UniformLoss>(*wire.loss).probability, 0.3);
  EXPECT_DOUBLE_EQ(std::get<UniformLoss>(*wire_of("  loss: 0.5%\n").loss).probability, 0.005);
  const auto burst = std::get<GilbertElliott>(*wire_of("  loss: {model: gilbert-elliott, p: 5%, r: 30%}\n").loss);
  EXPECT_DOUBLE_EQ(burst.p, 0.05);
  EXPECT_DOUBLE_EQ(burst.r, 0.3);
}

TEST(TheWire, HasRulesInTheirOrder) {
  const Wire wire = wire_of(R"(  rules:
    - drop:      {from: client, packet: SYN, nth: 1}
    - drop:      {from: client, to: server, packet: data, nth: [2, 5]}
    - delay:     {from: client, packet: data, nth: 2, by: 100ms}
    - duplicate: {contains: "pay 10", nth: {every: 3}}
    - hold:      {from: server, packet: ACK, nth: 2, until: client.send}
    - hold:      {until: next}
    - hold:      {until: settled}
    - pass:      {contains: {hex: "00"}}
)");
  ASSERT_EQ(wire.rules.size(), 8U);
  EXPECT_EQ(wire.rules[0].kind, WireRule::Kind::drop);
  EXPECT_EQ(wire.rules[0].match.from, "client");
  EXPECT_EQ(wire.rules[0].match.packet, PacketKind::syn);
  EXPECT_THAT(wire.rules[0].match.nth, ElementsAre(1));
  EXPECT_EQ(wire.rules[0].at, (Position{21, 7}));
  EXPECT_EQ(wire.rules[1].match.to, "server");
  EXPECT_THAT(wire.rules[1].match.nth, ElementsAre(2, 5));
  EXPECT_EQ(wire.rules[2].by, milliseconds(100));
  EXPECT_EQ(wire.rules[3].kind, WireRule::Kind::duplicate);
  EXPECT_EQ(wire.rules[3].match.contains, "pay 10");
  EXPECT_EQ(wire.rules[3].match.every, 3);
  EXPECT_EQ(wire.rules[4].until, WireRule::HoldUntil::fact);
  EXPECT_EQ(wire.rules[4].fact->step, "send");
  EXPECT_EQ(wire.rules[5].until, WireRule::HoldUntil::next);
  EXPECT_EQ(wire.rules[6].until, WireRule::HoldUntil::settled);
  EXPECT_EQ(wire.rules[7].kind, WireRule::Kind::pass);
  EXPECT_EQ(wire.rules[7].match.contains, std::string(1, '\0'));
}

TEST(TheWire, KnowsEveryKindOfPacket) {
  const std::vector<std::pair<std::string, PacketKind>> kinds = {
      {"SYN", PacketKind::syn},   {"SYN-ACK", PacketKind::syn_ack},   {"ACK", PacketKind::ack},
      {"data", PacketKind::data}, {"FIN", PacketKind::fin},           {"RST", PacketKind::rst},
      {"UDP", PacketKind::udp},   {"fragment", PacketKind::fragment}, {"ICMP", PacketKind::icmp}};
  for (const auto& [word, kind] : kinds) {
    EXPECT_EQ(wire_of("  rules:\n    - pass: {packet: " + word + "}\n").rules.at(0).match.packet, kind) << word;
  }
}

// ----------------------------------------------------------------------------------- checks, predict

std::vector<Check> checks_of(const std::string& checks) {
  return load_silently(with_conversation("checks:\n" + checks)).checks;
}

Expected expected_of(const std::string& check) {
  const auto checks = checks_of("  - " + check + "\n");
  EXPECT_EQ(checks.size(), 1U) << check;
  return checks.empty() ? Expected{} : checks[0].expected;
}

TEST(ACheck, HasPointsAReasonANameAndAMisconception) {
  const Check check = checks_of(R"(  - server.recv.sizes: [5, 0]
    points: 2
    because: "TCP keeps bytes in order."
    name: "as handed in"
    misconception: one-recv-one-message
)")
                          .at(0);
  EXPECT_EQ(check.metric, "server.recv.sizes");
  EXPECT_EQ(check.expected.kind, Expected::Kind::equals);
  EXPECT_EQ(check.expected.values[0], Value(List{5, 0}));
  EXPECT_EQ(check.points, 2);
  EXPECT_EQ(check.because, "TCP keeps bytes in order.");
  EXPECT_EQ(check.name, "as handed in");
  EXPECT_EQ(check.misconception, "one-recv-one-message");
  EXPECT_EQ(check.at, (Position{20, 5}));
}

TEST(ACheck, IsWorthAPointIfItDoesNotSay) { EXPECT_EQ(checks_of("  - server.recv.count: 2\n").at(0).points, 1); }

TEST(AnExpectedValue, HasTheTypeOfItsMetric) {
  const auto value = [](const std::string& check) { return expected_of(check).values.at(0); };
  EXPECT_EQ(value("server.recv.count: 2"), Value(2));
  EXPECT_EQ(value("server.recv.count: -1"), Value(-1));
  EXPECT_EQ(value("server.accept.blocked: yes"), Value(true));
  EXPECT_EQ(value("server.received.text: \"Hello\""), Value(Bytes{"Hello"}));
  EXPECT_EQ(value("server.received.text: {fill: \"x\", size: 3}"), Value(Bytes{"xxx"}));
  EXPECT_EQ(value("server.messages: [\"Hello\", {hex: \"00\"}]"),
            Value(List{Bytes{"Hello"}, Bytes{std::string(1, '\0')}}));
  EXPECT_EQ(value("server.messages: []"), Value(List{}));
  EXPECT_EQ(value("client.errors: [ECONNREFUSED, timeout]"), Value(List{Word{"ECONNREFUSED"}, Word{"timeout"}}));
  EXPECT_EQ(value("client.connect.result: [0, ECONNREFUSED]"), Value(List{0, Word{"ECONNREFUSED"}}));
  EXPECT_EQ(value("run.outcome: not-possible-here"), Value(Word{"not-possible-here"}));
  EXPECT_EQ(value("wire.handshake: [SYN, SYN-ACK, ACK]"), Value(List{Word{"SYN"}, Word{"SYN-ACK"}, Word{"ACK"}}));
  EXPECT_EQ(value("wire.teardown: [client FIN, server ACK]"), Value(List{Word{"client FIN"}, Word{"server ACK"}}));
  EXPECT_EQ(value("wire.time_wait: [client]"), Value(List{Word{"client"}}));
  EXPECT_EQ(value("wire.closed_first: client"), Value(Word{"client"}));
}

TEST(AnExpectedValue, MayBeAPredicate) {
  using Kind = Expected::Kind;
  const Expected at_least = expected_of("server.recv.count: {at_least: 2}");
  EXPECT_EQ(at_least.kind, Kind::at_least);
  EXPECT_THAT(at_least.values, ElementsAre(Value(2)));
  EXPECT_EQ(expected_of("run.elapsed_ms: {at_most: 500}").kind, Kind::at_most);
  EXPECT_THAT(expected_of("server.recv.count: {between: [1, 3]}").values, ElementsAre(Value(1), Value(3)));
  EXPECT_THAT(expected_of("server.recv.sizes: {one_of: [[5, 0], [2, 3, 0]]}").values,
              ElementsAre(Value(List{5, 0}), Value(List{2, 3, 0})));
  EXPECT_THAT(expected_of("server.received.text: {contains: \"ell\"}").values, ElementsAre(Value(Bytes{"ell"})));
  EXPECT_THAT(expected_of("server.recv.sizes: {contains: 5}").values, ElementsAre(Value(5)));
  EXPECT_THAT(expected_of("server.recv.sizes: {contains: [5, 0]}").values, ElementsAre(Value(List{5, 0})));
  EXPECT_EQ(expected_of("server.received.text: {starts_with: \"He\"}").kind, Kind::starts_with);
  EXPECT_THAT(expected_of("server.recv.sizes: {starts_with: [5]}").values, ElementsAre(Value(List{5})));
  EXPECT_THAT(expected_of("server.messages: {any_order: [\"b\", \"a\"]}").values,
              ElementsAre(Value(Bytes{"b"}), Value(Bytes{"a"})));
  EXPECT_EQ(expected_of("server.received.bytes: {same_as: client.sent.bytes}").metric, "client.sent.bytes");
  const Expected negated = expected_of("server.recv.count: {not: {at_least: 5}}");
  EXPECT_EQ(negated.kind, Kind::not_);
  ASSERT_EQ(negated.inner.size(), 1U);
  EXPECT_EQ(negated.inner[0].kind, Kind::at_least);
}

TEST(AnExpectedValue, IsShownAsTheFileSpellsIt) {
  for (const char* spelled :
       {"[5, 0]", "{at_least: 2}", "{between: [1, 3]}", "{one_of: [[5, 0], [6]]}", "{not: {at_most: 3}}",
        "{any_order: [0, 5]}", "{same_as: client.send.sizes}", "{contains: 5}"}) {
    const bool of_a_number = std::string(spelled).find("at_") == 1 || std::string(spelled).starts_with("{between") ||
                             std::string(spelled).starts_with("{not");
    const std::string metric = of_a_number ? "server.recv.count: " : "server.recv.sizes: ";
    EXPECT_EQ(to_text(expected_of(metric + spelled)), spelled);
  }
}

TEST(Predictions, MayBeAnsweredOrNot) {
  const Scenario scenario =
      load_silently(with_conversation("predict:\n  server.recv.count: ???\n  server.recv.sizes: [5, 0]\n  "
                                      "client.send.sizes: [\"???\", 5]\n  run.elapsed_ms: {at_most: 5}\n"));
  ASSERT_EQ(scenario.predict.size(), 4U);
  EXPECT_EQ(scenario.predict[0].metric, "server.recv.count");
  EXPECT_EQ(scenario.predict[0].guess, std::nullopt);
  EXPECT_EQ(scenario.predict[1].guess->values[0], Value(List{5, 0}));
  EXPECT_EQ(scenario.predict[2].guess, std::nullopt) << "half an answer is none";
  EXPECT_EQ(scenario.predict[3].guess->kind, Expected::Kind::at_most);
  EXPECT_THAT(scenario.unanswered, IsEmpty()) << "an unanswered prediction does not keep a file from running";
}

TEST(UnansweredSteps, AreNoMistakesAndAreAllFound) {
  const Scenario scenario = load_silently(R"(wirelab: 1
framing: ???
pace: ???
wire:
  rules:
    - drop: {from: client, nth: "???"}
actors:
  server:
    - socket: ???
    - bind: 8888
    - ???
    - recv: ???
      when: {readable: "???"}
      expect: ???
    - send_message: "x"
  client:
    - socket: stream
    - connect: server
      after: ???
    - sleep: "???"
    - send: {fill: "x", size: "???"}
    - repeat: {times: "???", steps: [{send_message: "x"}]}
  lazy: ???
checks:
  - server.recv.count: 1
)");
  std::vector<int> lines;
  for (const Position& position : scenario.unanswered) lines.push_back(position.line);
  std::ranges::sort(lines);
  EXPECT_THAT(lines, ElementsAre(2, 3, 6, 9, 11, 12, 13, 14, 19, 20, 21, 22, 23));
  EXPECT_EQ(scenario.actors.size(), 3U);
}

TEST(UnansweredSteps, DoNotHideMistakesElsewhere) {
  EXPECT_EQ(rules_of("wirelab: 1\nactors:\n  server:\n    - socket: ???\n    - lisen: 5\n"),
            std::vector<std::string>{"unknown-action"});
}

TEST(ThreeQuestionMarksInAComment, AreNothing) {
  EXPECT_THAT(load_silently("wirelab: 1 # ???\nactors: {client: [{socket: stream}]}\n").unanswered, IsEmpty());
}

TEST(TheExampleLessons, AllLoadWithoutAnError) {
  int lessons = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(WIRELAB_SOURCE_DIR "/scenarios")) {
    if (entry.path().extension() != ".yaml" || entry.path().parent_path().filename() == "zh") continue;
    const Loaded loaded = load_lesson(entry.path());
    EXPECT_TRUE(loaded.scenario) << report_of(loaded);
    ++lessons;
  }
  EXPECT_GT(lessons, 0);
}

}  // namespace
}  // namespace wirelab::scenario

// Which packets a scenario's wire loses: the same ones on every machine, for ever.
#include "labs/stage/policy.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace wirelab::stage {
namespace {

using scenario::PacketKind;
using scenario::PacketMatch;
using scenario::Wire;
using scenario::WireRule;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitMix64, GivesItsPublishedNumbers) {
  // Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 16, by hand.
  std::uint64_t state = 1234567;
  EXPECT_EQ(splitmix64(state), 6457827717110365317U);
  EXPECT_EQ(splitmix64(state), 3203168211198807973U);
  EXPECT_EQ(splitmix64(state), 9817491932198370423U);
  EXPECT_EQ(splitmix64(state), 4593380528125082431U);
  EXPECT_EQ(splitmix64(state), 16408922859458223821U);
  state = 0;
  EXPECT_EQ(splitmix64(state), 0xe220a8397b1dcdafU);
  EXPECT_EQ(splitmix64(state), 0x6e789e6aa1b965f4U);
}

TEST(UnitInterval, IsFrom0UpToButNot1) {
  EXPECT_EQ(unit_interval(0), 0.0);
  EXPECT_EQ(unit_interval(std::uint64_t{1} << 63), 0.5);
  EXPECT_EQ(unit_interval(0x7ff), 0.0) << "the top 53 bits alone count";
  EXPECT_LT(unit_interval(~std::uint64_t{0}), 1.0);
}

PacketView udp(std::string_view payload, std::string_view from = "client", std::string_view to = "server") {
  const auto actor = [](std::string_view lane) { return lane.substr(0, lane.find('#')); };
  return {from, to, actor(from), actor(to), PacketKind::udp, payload};
}

Wire with_loss(std::variant<scenario::UniformLoss, scenario::GilbertElliott> loss, std::uint64_t seed) {
  Wire wire;
  wire.loss = loss;
  wire.seed = seed;
  return wire;
}

/// The numbers, from 1, of those of the sender's packets that are dropped.
std::vector<int> dropped(Policy& policy, int packets, std::string_view from = "client") {
  std::vector<int> numbers;
  for (int i = 1; i <= packets; ++i) {
    if (policy.judge(udp("", from)).kind == WireRule::Kind::drop) numbers.push_back(i);
  }
  return numbers;
}

std::vector<int> dropped(const Wire& wire, int packets, std::string_view from = "client") {
  Policy policy(wire);
  return dropped(policy, packets, from);
}

// The lists below were computed from the published algorithms, not copied from this program.

TEST(UniformLoss, TakesTheSamePacketsForTheSameSeed) {
  EXPECT_THAT(dropped(with_loss(scenario::UniformLoss{0.3}, 7), 30),
              ElementsAre(1, 3, 5, 6, 7, 13, 20, 21, 24, 26, 27));
  EXPECT_THAT(dropped(with_loss(scenario::UniformLoss{0.3}, 8), 30), ElementsAre(5, 6, 8, 10, 12, 13, 14, 15, 17, 27));
}

TEST(UniformLoss, TakesOthersFromAnotherSender) {
  EXPECT_THAT(dropped(with_loss(scenario::UniformLoss{0.3}, 7), 30, "server"), ElementsAre(1, 2, 3, 12, 13, 24, 30));
  EXPECT_THAT(dropped(with_loss(scenario::UniformLoss{0.3}, 7), 30, "client#2"), ElementsAre(1, 3, 9, 22, 23, 24, 30));
}

TEST(UniformLoss, DependsOnTheSendersOwnPacketsAlone) {
  const Wire wire = with_loss(scenario::UniformLoss{0.3}, 7);
  Policy policy(wire);
  std::vector<int> of_client;
  for (int i = 1; i <= 30; ++i) {
    for (int others = 0; others < i % 3; ++others) policy.judge(udp("", "server", "client"));
    if (policy.judge(udp(std::string(static_cast<std::size_t>(i), 'x'))).kind == WireRule::Kind::drop) {
      of_client.push_back(i);
    }
  }
  EXPECT_EQ(of_client, dropped(wire, 30));
}

TEST(UniformLoss, TakesAsManyAsItSays) {
  EXPECT_EQ(dropped(with_loss(scenario::UniformLoss{0.3}, 7), 100'000).size(), 29'979U);
  EXPECT_THAT(dropped(with_loss(scenario::UniformLoss{0}, 7), 1000), IsEmpty());
  EXPECT_EQ(dropped(with_loss(scenario::UniformLoss{1}, 7), 1000).size(), 1000U);
}

TEST(GilbertElliott, LosesInBurstsTheSamePacketsForTheSameSeed) {
  EXPECT_THAT(dropped(with_loss(scenario::GilbertElliott{0.2, 0.4}, 7), 30),
              ElementsAre(1, 3, 4, 6, 13, 14, 15, 16, 17, 18, 19, 26));
  EXPECT_THAT(dropped(with_loss(scenario::GilbertElliott{0.05, 0.3}, 7), 100), ElementsAre(61, 92));
}

TEST(GilbertElliott, KeepsTheStateOfEachSenderApart) {
  const Wire wire = with_loss(scenario::GilbertElliott{0.2, 0.4}, 7);
  Policy policy(wire);
  const std::vector<int> alone = dropped(wire, 30, "client");
  dropped(policy, 17, "server");
  EXPECT_EQ(dropped(policy, 30, "client"), alone);
}

TEST(NoLoss, PassesEverything) {
  const Wire wire;
  EXPECT_THAT(dropped(wire, 1000), IsEmpty());
}

// ------------------------------------------------------------------------------------------------------ rules

WireRule rule(WireRule::Kind kind, PacketMatch match) {
  WireRule made;
  made.kind = kind;
  made.match = std::move(match);
  return made;
}

Wire with_rules(std::vector<WireRule> rules) {
  Wire wire;
  wire.rules = std::move(rules);
  return wire;
}

TEST(Rule, WithoutAnythingFitsEveryPacket) {
  EXPECT_THAT(dropped(with_rules({rule(WireRule::Kind::drop, {})}), 3), ElementsAre(1, 2, 3));
}

TEST(Rule, OfTheNthFitsThatOneAlone) {
  EXPECT_THAT(dropped(with_rules({rule(WireRule::Kind::drop, {.nth = {2}})}), 9), ElementsAre(2));
}

TEST(Rule, OfSeveralNthFitsEachOfThem) {
  EXPECT_THAT(dropped(with_rules({rule(WireRule::Kind::drop, {.nth = {5, 2}})}), 9), ElementsAre(2, 5));
}

TEST(Rule, OfEveryThirdFitsEveryThird) {
  EXPECT_THAT(dropped(with_rules({rule(WireRule::Kind::drop, {.every = 3})}), 10), ElementsAre(3, 6, 9));
}

TEST(Rule, CountsOnlyThePacketsThatFitIt) {
  const Wire wire = with_rules({rule(WireRule::Kind::drop, {.contains = "pay", .nth = {2}})});
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp("pay 1")).kind, WireRule::Kind::pass);
  EXPECT_EQ(policy.judge(udp("hello")).kind, WireRule::Kind::pass);
  EXPECT_EQ(policy.judge(udp("pay 2")).kind, WireRule::Kind::drop);
  EXPECT_EQ(policy.judge(udp("pay 3")).kind, WireRule::Kind::pass);
}

TEST(Rule, CountsAlsoWhereAnEarlierRuleDecided) {
  // As the wire lessons read it: "its second packet" is the second, whatever became of the first.
  const Wire wire = with_rules({rule(WireRule::Kind::drop, {.nth = {1}}), rule(WireRule::Kind::delay, {.nth = {2}})});
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp("")).kind, WireRule::Kind::drop);
  EXPECT_EQ(policy.judge(udp("")).kind, WireRule::Kind::delay);
  EXPECT_EQ(policy.judge(udp("")).kind, WireRule::Kind::pass);
}

TEST(Rule, OfContentFitsWhatContainsIt) {
  const Wire wire = with_rules({rule(WireRule::Kind::drop, {.contains = std::string("\0b", 2)})});
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp(std::string_view("a\0b", 3))).kind, WireRule::Kind::drop);
  EXPECT_EQ(policy.judge(udp("ab")).kind, WireRule::Kind::pass);
}

TEST(Rule, OfASenderFitsItsPacketsAlone) {
  const Wire wire = with_rules({rule(WireRule::Kind::drop, {.from = "client"})});
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp("", "client", "server")).kind, WireRule::Kind::drop);
  EXPECT_EQ(policy.judge(udp("", "server", "client")).kind, WireRule::Kind::pass);
}

TEST(Rule, OfAReceiverFitsWhatGoesThereAlone) {
  const Wire wire = with_rules({rule(WireRule::Kind::drop, {.to = "client"})});
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp("", "client", "server")).kind, WireRule::Kind::pass);
  EXPECT_EQ(policy.judge(udp("", "server", "client")).kind, WireRule::Kind::drop);
}

TEST(Rule, OfAnActorWithCopiesFitsAllOfThemAndOfACopyThatOne) {
  const Wire wire =
      with_rules({rule(WireRule::Kind::drop, {.from = "client#2"}), rule(WireRule::Kind::delay, {.from = "client"})});
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp("", "client#1")).kind, WireRule::Kind::delay);
  EXPECT_EQ(policy.judge(udp("", "client#2")).kind, WireRule::Kind::drop);
}

TEST(Rule, OfAKindFitsThatKindAlone) {
  const Wire wire = with_rules({rule(WireRule::Kind::drop, {.packet = PacketKind::syn})});
  Policy policy(wire);
  PacketView syn = udp("");
  EXPECT_EQ(policy.judge(syn).kind, WireRule::Kind::pass);
  syn.kind = PacketKind::syn;
  EXPECT_EQ(policy.judge(syn).kind, WireRule::Kind::drop);
}

TEST(Rules, TheFirstThatFitsWins) {
  Wire wire = with_rules({rule(WireRule::Kind::pass, {.contains = "END"}), rule(WireRule::Kind::drop, {})});
  wire.rules[1].at.line = 12;
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp("END")).kind, WireRule::Kind::pass);
  const Decision decision = policy.judge(udp("other"));
  EXPECT_EQ(decision.kind, WireRule::Kind::drop);
  ASSERT_NE(decision.rule, nullptr);
  EXPECT_EQ(decision.rule->at.line, 12);
}

TEST(Rules, ComeBeforeTheLoss) {
  Wire wire = with_loss(scenario::UniformLoss{1}, 7);
  wire.rules = {rule(WireRule::Kind::pass, {.nth = {2}})};
  EXPECT_THAT(dropped(wire, 4), ElementsAre(1, 3, 4));
}

TEST(Rules, ThatSpareAPacketDoNotShiftTheFateOfTheOthers) {
  Wire wire = with_loss(scenario::UniformLoss{0.3}, 7);
  wire.rules = {rule(WireRule::Kind::pass, {.nth = {1}})};
  EXPECT_THAT(dropped(wire, 30), ElementsAre(3, 5, 6, 7, 13, 20, 21, 24, 26, 27));
}

TEST(Loss, HasNoRuleToName) {
  const Wire wire = with_loss(scenario::UniformLoss{1}, 7);
  Policy policy(wire);
  EXPECT_EQ(policy.judge(udp("")).rule, nullptr);
}

// ------------------------------------------------------------------------------------------- one for several

const std::vector<Receiver> two_receivers = {{"one", "one"}, {"two", "two"}};

std::vector<WireRule::Kind> kinds(const std::vector<Decision>& decisions) {
  std::vector<WireRule::Kind> found;
  for (const Decision& decision : decisions) found.push_back(decision.kind);
  return found;
}

TEST(OneForSeveral, IsLostForAllByARuleThatSaysNoReceiver) {
  PacketMatch second;
  second.nth = {2};
  Policy policy(with_rules({rule(WireRule::Kind::drop, second)}));
  using enum WireRule::Kind;
  EXPECT_THAT(kinds(policy.judge(udp(""), two_receivers)), ElementsAre(pass, pass)) << "it counts as one";
  EXPECT_THAT(kinds(policy.judge(udp(""), two_receivers)), ElementsAre(drop, drop));
  EXPECT_THAT(kinds(policy.judge(udp(""), two_receivers)), ElementsAre(pass, pass));
}

TEST(OneForSeveral, IsLostForOneByARuleThatNamesIt) {
  PacketMatch to_two;
  to_two.to = "two";
  to_two.nth = {1};
  Policy policy(with_rules({rule(WireRule::Kind::drop, to_two)}));
  using enum WireRule::Kind;
  EXPECT_THAT(kinds(policy.judge(udp(""), two_receivers)), ElementsAre(pass, drop));
  EXPECT_THAT(kinds(policy.judge(udp(""), two_receivers)), ElementsAre(pass, pass));
}

TEST(OneForSeveral, IsLostByChanceForAllOrForNone) {
  Policy policy(with_loss(scenario::UniformLoss{0.3}, 7));
  std::vector<int> lost;
  for (int i = 1; i <= 30; ++i) {
    const std::vector<Decision> decisions = policy.judge(udp(""), two_receivers);
    EXPECT_EQ(decisions[0].kind, decisions[1].kind);
    if (decisions[0].kind == WireRule::Kind::drop) lost.push_back(i);
  }
  EXPECT_EQ(lost, dropped(with_loss(scenario::UniformLoss{0.3}, 7), 30)) << "one draw, however many hear it";
}

}  // namespace
}  // namespace wirelab::stage

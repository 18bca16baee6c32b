// The loopback stage: ports of the file on real ones, held until they are bound; and what it cannot play.
#include "labs/stage/loopback.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <thread>

#include "core/error.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::stage {
namespace {

using core::Address;
using core::Family;
using scenario::BindAddress;
using scenario::SocketType;
using testing::HasSubstr;

int error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const core::SystemError& error) {
    return error.error();
  }
  return 0;
}

scenario::Step step(scenario::Action action) {
  scenario::Step made;
  made.action = std::move(action);
  return made;
}

/// Two actors with datagram sockets, or stream sockets; lanes 0 and 1.
scenario::Scenario two_actors(SocketType type) {
  scenario::Scenario scenario;
  for (const char* name : {"server", "client"}) {
    scenario::Actor actor;
    actor.name = name;
    actor.steps.push_back(step(scenario::Socket{type}));
    scenario.actors.push_back(std::move(actor));
  }
  return scenario;
}

std::vector<timeline::Lane> lanes_of(const scenario::Scenario& scenario) {
  std::vector<timeline::Lane> lanes;
  for (const scenario::Actor& actor : scenario.actors) lanes.push_back({actor.name, actor.name, 0, {}, false});
  return lanes;
}

class OnLoopback : public testing::Test {
 protected:
  static constexpr LaneIndex server = 0;
  static constexpr LaneIndex client = 1;

  scenario::Scenario scenario_ = two_actors(SocketType::stream);
  std::vector<timeline::Lane> lanes_ = lanes_of(scenario_);
  Loopback stage_{scenario_, lanes_, "", Capture::no};
};

TEST_F(OnLoopback, APortOfTheFileIsAlwaysTheSameRealOne) {
  const Address destination = stage_.destination(server, SocketType::stream, 8888);
  EXPECT_EQ(stage_.destination(server, SocketType::stream, 8888), destination);
  EXPECT_EQ(stage_.where_to_bind(server, SocketType::stream, 8888, BindAddress::any), destination);
  EXPECT_EQ(stage_.port_in_file(server, SocketType::stream, destination.port()), 8888);
  EXPECT_TRUE(destination.is_loopback());
}

TEST_F(OnLoopback, TheSamePortOfTwoActorsIsTwoRealOnes) {
  EXPECT_NE(stage_.destination(server, SocketType::stream, 8888), stage_.destination(client, SocketType::stream, 8888));
}

TEST_F(OnLoopback, TheSamePortOfTwoProtocolsIsHeldForEach) {
  const Address tcp = stage_.destination(server, SocketType::stream, 8888);
  const Address udp = stage_.destination(server, SocketType::dgram, 8888);
  EXPECT_EQ(stage_.port_in_file(server, SocketType::stream, tcp.port()), 8888);
  EXPECT_EQ(stage_.port_in_file(server, SocketType::dgram, udp.port()), 8888);
}

TEST_F(OnLoopback, APortTheKernelChoseStaysWhatItIs) {
  EXPECT_EQ(stage_.port_in_file(server, SocketType::stream, 54321), 54321);
  EXPECT_EQ(stage_.where_to_bind(server, SocketType::stream, 0, BindAddress::any).port(), 0);
}

TEST_F(OnLoopback, AStreamPortNobodyHasBoundRefuses) {
  const Address held = stage_.destination(server, SocketType::stream, 8888);
  core::StreamSocket knocking = core::StreamSocket::create(Family::ipv4);
  EXPECT_EQ(error_of([&] { knocking.connect(held); }), ECONNREFUSED);
}

TEST_F(OnLoopback, ADatagramPortNobodyHasBoundRefuses) {
  const Address held = stage_.destination(server, SocketType::dgram, 8888);
  core::DatagramSocket asking = core::DatagramSocket::create(Family::ipv4);
  asking.connect(held);
  const std::array<std::byte, 1> byte{};
  asking.send(byte);
  std::array<std::byte, 1> buffer{};
  EXPECT_EQ(error_of([&] { asking.receive_from(buffer); }), ECONNREFUSED);
}

TEST_F(OnLoopback, APortNobodyHasBoundIsHeldSoThatNoOtherProgramAnswersOnIt) {
  const Address tcp = stage_.destination(server, SocketType::stream, 8888);
  const Address udp = stage_.destination(server, SocketType::dgram, 8888);
  core::StreamSocket stranger = core::StreamSocket::create(Family::ipv4);
  core::DatagramSocket other_stranger = core::DatagramSocket::create(Family::ipv4);
  EXPECT_EQ(error_of([&] { stranger.bind(tcp); }), EADDRINUSE);
  EXPECT_EQ(error_of([&] { other_stranger.bind(udp); }), EADDRINUSE);
}

TEST_F(OnLoopback, APortIsLetGoForTheActorThatBindsIt) {
  const Address held = stage_.destination(server, SocketType::stream, 8888);
  core::StreamSocket own = core::StreamSocket::create(Family::ipv4);
  EXPECT_EQ(error_of([&] { own.bind(stage_.where_to_bind(server, SocketType::stream, 8888, BindAddress::any)); }), 0);
  EXPECT_EQ(own.local_address(), held);
}

TEST_F(OnLoopback, ARealPortIsNeverOneTheKernelGivesAway) {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  int first = 32768;
  file >> first;
  if (first <= 10000) GTEST_SKIP() << "this machine gives nearly every port away";
  EXPECT_LT(stage_.destination(server, SocketType::stream, 8888).port(), first);
}

TEST_F(OnLoopback, AnActorsThreadHasNoPrivileges) {
  int error = 0;
  std::thread([&] {
    stage_.enter(server);
    core::StreamSocket socket = core::StreamSocket::create(Family::ipv4);
    error = error_of([&] { socket.bind(stage_.where_to_bind(server, SocketType::stream, 80, BindAddress::any)); });
  }).join();
  std::ifstream file("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  int first_free = 1024;
  file >> first_free;
  if (first_free <= 80) GTEST_SKIP() << "this machine lets everyone bind port 80";
  EXPECT_EQ(error, EACCES);
}

TEST_F(OnLoopback, AStreamSocketIsMadeTheSameOnEveryMachine) {
  core::StreamSocket socket = core::StreamSocket::create(Family::ipv4);
  stage_.prepare(socket);
  std::array<char, 16> name{};
  socklen_t size = name.size();
  ASSERT_EQ(getsockopt(socket.fd(), IPPROTO_TCP, /* TCP_CONGESTION */ 13, name.data(), &size), 0);
  EXPECT_STREQ(name.data(), "reno");
}

TEST_F(OnLoopback, AConnectionIsFoundInTheKernelsTable) {
  core::StreamSocket bound = core::StreamSocket::create(Family::ipv4);
  bound.bind(stage_.where_to_bind(server, SocketType::stream, 8888, BindAddress::any));
  core::Listener listener(std::move(bound), 5);
  core::StreamSocket connecting = core::StreamSocket::create(Family::ipv4);
  connecting.connect(stage_.destination(server, SocketType::stream, 8888));
  const auto found = stage_.tcp_socket(client, connecting.local_address(), listener.local_address());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->state, "ESTABLISHED");
}

TEST(LossOnLoopback, HappensInTheReceiversKernel) {
  scenario::Scenario scenario = two_actors(SocketType::dgram);
  scenario::WireRule rule;
  rule.match.contains = "lose me";
  rule.at = {12, 5};
  scenario.wire.rules = {rule};
  const std::vector<timeline::Lane> lanes = lanes_of(scenario);
  Loopback stage(scenario, lanes, "", Capture::no);

  core::DatagramSocket receiver = core::DatagramSocket::create(Family::ipv4);
  stage.prepare(receiver);
  receiver.bind(stage.where_to_bind(0, SocketType::dgram, 8888, BindAddress::any));
  core::DatagramSocket sender = core::DatagramSocket::create(Family::ipv4);
  stage.prepare(sender);
  const Address destination = stage.destination(0, SocketType::dgram, 8888);
  for (const std::string_view text : {"one", "lose me", "two"}) {
    const DatagramVerdict verdict = stage.before_send(sender, 1, 0, text);
    EXPECT_EQ(verdict.dropped, text == "lose me");
    EXPECT_EQ(verdict.rule_line, text == "lose me" ? 12 : 0);
    sender.send_to(std::as_bytes(std::span(text)), destination);
    if (verdict.dropped) stage.after_send(sender);
  }
  const auto received = [&] {
    std::array<char, 100> buffer{};
    const core::ReceivedDatagram datagram = receiver.receive_from(std::as_writable_bytes(std::span(buffer)));
    return std::string(buffer.data(), datagram.copied);
  };
  EXPECT_EQ(received(), "one");
  EXPECT_EQ(received(), "two");
  EXPECT_EQ(receiver.memory_info().drops, 1U);
}

// ---------------------------------------------------------------------------------------- what it cannot play

TEST(LoopbackCannot, PlaysWhatHasNoWire) {
  EXPECT_EQ(loopback_cannot(two_actors(SocketType::stream)), std::nullopt);
  EXPECT_EQ(loopback_cannot(two_actors(SocketType::dgram)), std::nullopt);
}

TEST(LoopbackCannot, PlaysLossOfDatagrams) {
  scenario::Scenario scenario = two_actors(SocketType::dgram);
  scenario.wire.loss = scenario::UniformLoss{0.3};
  scenario::WireRule pass;
  pass.kind = scenario::WireRule::Kind::pass;
  scenario.wire.rules = {scenario::WireRule{}, pass};
  EXPECT_EQ(loopback_cannot(scenario), std::nullopt);
}

struct Impossible {
  const char* name;
  const char* said;
  SocketType type;
  std::function<void(scenario::Scenario&)> ask;
};
void PrintTo(const Impossible& one, std::ostream* stream) { *stream << one.name; }

class LoopbackCannotPlay : public testing::TestWithParam<Impossible> {};

TEST_P(LoopbackCannotPlay, AndSaysWhatItWas) {
  scenario::Scenario scenario = two_actors(GetParam().type);
  GetParam().ask(scenario);
  const auto reason = loopback_cannot(scenario);
  ASSERT_TRUE(reason);
  EXPECT_THAT(words::say(words::Language::english, *reason), HasSubstr(GetParam().said));
}

void add_rule(scenario::Scenario& scenario, scenario::WireRule::Kind kind, std::optional<scenario::PacketKind> packet) {
  scenario::WireRule rule;
  rule.kind = kind;
  rule.match.packet = packet;
  rule.at.line = 9;
  scenario.wire.rules.push_back(rule);
}

/// As it is refused without, and then no wire is missed.
void allow_broadcast(scenario::Scenario& scenario) {
  scenario::SetSocketOption allow;
  allow.options = {{"SO_BROADCAST", 1}};
  scenario.actors[1].steps.push_back(step(allow));
}

TEST(LoopbackCannot, PlaysABroadcastThatIsRefused) {
  scenario::Scenario scenario = two_actors(SocketType::dgram);
  scenario.actors[1].steps.push_back(step(scenario::SendTo{"everyone", 9000, {}}));
  EXPECT_EQ(loopback_cannot(scenario), std::nullopt);
}

using Kind = scenario::WireRule::Kind;
INSTANTIATE_TEST_SUITE_P(
    Anything, LoopbackCannotPlay,
    testing::Values(Impossible{"TheWireItself", "`stage: wire` needs", SocketType::stream,
                               [](auto& scenario) { scenario.stage = scenario::StageChoice::wire; }},
                    Impossible{"Delay", "`wire: delay` needs", SocketType::stream,
                               [](auto& scenario) { scenario.wire.delay.everywhere = std::chrono::milliseconds(20); }},
                    Impossible{"DelayOfOneDirection", "`wire: delay` needs", SocketType::stream,
                               [](auto& scenario) {
                                 scenario.wire.delay.between[{"client", "server"}] = std::chrono::milliseconds(20);
                               }},
                    Impossible{"Rate", "`wire: rate` needs", SocketType::dgram,
                               [](auto& scenario) { scenario.wire.bits_per_second.everywhere = 10'000'000; }},
                    Impossible{"Mtu", "`wire: mtu` needs", SocketType::dgram,
                               [](auto& scenario) { scenario.wire.mtu = 1500; }},
                    Impossible{"LossOnTcp", "`wire: loss` on TCP needs", SocketType::stream,
                               [](auto& scenario) { scenario.wire.loss = scenario::UniformLoss{0.3}; }},
                    Impossible{"RuleOnTcp", "a rule about TCP packets needs", SocketType::stream,
                               [](auto& scenario) { add_rule(scenario, Kind::drop, {}); }},
                    Impossible{"RuleOnSyn", "packets other than UDP (line 9)", SocketType::dgram,
                               [](auto& scenario) { add_rule(scenario, Kind::drop, scenario::PacketKind::syn); }},
                    Impossible{"RuleThatDelays", "delays, duplicates or holds packets (line 9)", SocketType::dgram,
                               [](auto& scenario) { add_rule(scenario, Kind::delay, scenario::PacketKind::udp); }},
                    Impossible{"RuleThatDuplicates", "delays, duplicates or holds packets (line 9)", SocketType::dgram,
                               [](auto& scenario) { add_rule(scenario, Kind::duplicate, {}); }},
                    Impossible{"RuleThatHolds", "delays, duplicates or holds packets (line 9)", SocketType::dgram,
                               [](auto& scenario) { add_rule(scenario, Kind::hold, {}); }},
                    Impossible{"Kernel", "`kernel`", SocketType::stream,
                               [](auto& scenario) { scenario.actors[0].kernel["tcp_syn_retries"] = 1; }},
                    Impossible{"Broadcast", "a broadcast", SocketType::dgram,
                               [](auto& scenario) {
                                 allow_broadcast(scenario);
                                 scenario.actors[1].steps.push_back(step(scenario::SendTo{"everyone", 9000, {}}));
                               }},
                    Impossible{"BroadcastInARepeat", "a broadcast", SocketType::dgram,
                               [](auto& scenario) {
                                 allow_broadcast(scenario);
                                 scenario::Repeat repeat;
                                 repeat.times = 2;
                                 repeat.steps.push_back(step(scenario::SendTo{"everyone", 9000, {}}));
                                 scenario.actors[1].steps.push_back(step(std::move(repeat)));
                               }},
                    Impossible{"BroadcastOfIPv6", "a broadcast", SocketType::dgram,
                               [](auto& scenario) {
                                 scenario.family = scenario::Family::ipv6;
                                 scenario.actors[1].steps.push_back(step(scenario::SendTo{"everyone", 9000, {}}));
                               }},
                    Impossible{"Group", "a multicast group", SocketType::dgram,
                               [](auto& scenario) {
                                 scenario.actors[1].steps.push_back(step(scenario::SendTo{"239.1.2.3", 9000, {}}));
                               }},
                    Impossible{"Membership", "a multicast group", SocketType::dgram,
                               [](auto& scenario) {
                                 scenario::SetSocketOption join;
                                 join.options = {{"IP_ADD_MEMBERSHIP", "239.1.2.3"}};
                                 scenario.actors[1].steps.push_back(step(join));
                               }}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace wirelab::stage

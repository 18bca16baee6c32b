// Every metric and every predicate of the language, measured in real runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "labs/scenario/metric.hh"
#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using grade::Verdict;

/// A conversation with a little of everything that TCP knows, a framing and a file.
Played conversation() {
  return play(scenario_of({{"server", R"(
- socket: stream
- setsockopt: {SO_KEEPALIVE: 1}
- getsockopt: SO_KEEPALIVE
- bind: 8888
- listen: 5
- accept
- recv: 5
  when: {readable: 10}
- recv: 100
- send: "Welcome"
- recv_message: 3
- recv_file: "abc"
- send: "too late"
  expect: {fails: ECONNRESET}
  after: client.abort
)",
                            "framing: {kind: length, bytes: 1}"},
                           {"client", R"(
- socket: stream
- connect: server
  after: server.accept blocked
- send: "HelloWorld"
- recv: 100
- send_message: "one"
- send_message: "two"
- send_message: "one"
- send_message: "abc"
- send_message: "never read"
- sleep: 10ms
- sleep: 15ms
- shutdown: read
- abort
)",
                            "framing: {kind: length, bytes: 1}"},
                           {"late", R"(
- socket: stream
- bind: 9000
- close
)"}}));
}

/// Datagrams of which some are lost, one is cut and one is refused.
Played letters() {
  return play(scenario_of({{"server", R"(
- socket: dgram
- setsockopt: {SO_RCVBUF: 1}
- bind: 8888
- recvfrom: 3
  after: client.third
- sendto: "answer"
)"},
                           {"client", R"(
- socket: dgram
- sendto: {to: server, data: "lost by rule"}
  after: server.bind
- sendto: {to: server, data: {fill: "x", size: 4000}}
- sendto: {to: server, data: {fill: "y", size: 4000}}
  id: third
- recvfrom: 100
)"}},
                          R"(
wire:
  rules:
    - drop: {contains: "lost"}
)"));
}

struct Case {
  const char* metric;
  const char* value;
};

const Case conversation_cases[] = {
    {"client.socket.count", "1"},
    {"late.bind.count", "1"},
    {"server.listen.count", "1"},
    {"server.accept.count", "1"},
    {"client.connect.count", "1"},
    {"client.send.count", "6"},
    {"server.recv.count", "6"},
    {"client.sendto.count", "0"},
    {"client.recvfrom.count", "0"},
    {"client.shutdown.count", "1"},
    {"late.close.count", "1"},
    {"server.setsockopt.count", "1"},
    {"server.getsockopt.count", "1"},
    {"client.sleep.count", "2"},
    {"client.send.sizes", "[10, 4, 4, 4, 4, 11]"},
    {"client.connect.result", "[0]"},
    {"server.accept.blocked", "yes"},
    {"late.bind.blocked", "no"},
    {"client.sent.bytes", "37"},
    {"client.received.bytes", "7"},
    {"client.received.text", "\"Welcome\""},
    {"client.received.chunks", "[\"Welcome\"]"},
    {"server.messages", "[\"one\", \"two\", \"one\", \"abc\"]"},
    {"server.messages.distinct", "[\"one\", \"two\", \"abc\"]"},
    {"server.messages.missing", "[\"never read\"]"},
    {"server.errors", "[ECONNRESET]"},
    {"client.sleep.asked_ms", "25"},
    {"server.sha256", "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""},
    {"run.outcome", "completed"},
    {"wire.time_wait", "[]"},
    {"wire.closed_first", "client"},
    {"wire.handshake", "not observable"},
    {"wire.teardown", "not observable"},
    {"wire.packets", "not observable"},
    {"wire.data", "not observable"},
    {"wire.dropped", "not observable"},
    {"wire.duplicated", "not observable"},
    {"wire.retransmitted", "not observable"},
    {"wire.SYN", "not observable"},
    {"wire.SYN-ACK", "not observable"},
    {"wire.ACK", "not observable"},
    {"wire.FIN", "not observable"},
    {"wire.RST", "not observable"},
    {"wire.UDP", "not observable"},
    {"wire.fragment", "not observable"},
    {"wire.ICMP", "not observable"},
    {"wire.client.handshake", "not observable"},
    {"wire.client.teardown", "not observable"},
    {"wire.client.packets", "not observable"},
    {"wire.client.data", "not observable"},
    {"wire.client.dropped", "not observable"},
    {"wire.client.duplicated", "not observable"},
    {"wire.client.retransmitted", "not observable"},
    {"wire.client.SYN", "not observable"},
    {"wire.client.SYN-ACK", "not observable"},
    {"wire.client.ACK", "not observable"},
    {"wire.client.FIN", "not observable"},
    {"wire.client.RST", "not observable"},
    {"wire.client.UDP", "not observable"},
    {"wire.client.fragment", "not observable"},
    {"wire.client.ICMP", "not observable"},
    {"wire.client.payloads", "not observable"},
    {"wire.client.zero_windows", "not observable"},
};

const Case letters_cases[] = {
    {"datagrams.sent", "4"},          {"datagrams.delivered", "2"},
    {"datagrams.lost", "2"},          {"datagrams.duplicated", "0"},
    {"datagrams.truncated", "1"},     {"datagrams.kernel_dropped", "1"},
    {"server.recvfrom.sizes", "[3]"}, {"client.sendto.result", "[12, 4000, 4000]"},
    {"client.recvfrom.count", "1"},   {"client.messages", "[\"answer\"]"},
};

// Times that were observed, and the order, which have no one value: each has a test below.
constexpr std::string_view tested_below[] = {"<actor>.<call>.blocked_ms", "run.elapsed_ms", "run.order"};

TEST(Metrics, OfAConversation) {
  const Played played = conversation();
  for (const Case& one : conversation_cases) {
    // What a stage that sees packets has to say of them: wire_test.cc.
    if (played.line().sees_packets && std::string_view(one.value) == "not observable") continue;
    EXPECT_THAT(played, Measures(one.metric, one.value));
  }
}

TEST(Metrics, OfDatagrams) {
  const Played played = letters();
  for (const Case& one : letters_cases) EXPECT_THAT(played, Measures(one.metric, one.value));
}

TEST(Metrics, OfTimesCountWhatWasObserved) {
  const Played played = play(connected(R"(
- recv: 100
)",
                                       R"(
- sleep: 30ms
  after: server.recv blocked
- send: "Hello"
)"));
  const auto milliseconds = [&](std::string_view name) {
    const timeline::Measurement measured = timeline::measure(played.line(), name);
    EXPECT_TRUE(measured.machine_dependent) << name;
    return *measured.value->as<std::int64_t>();
  };
  EXPECT_GE(milliseconds("server.recv.blocked_ms"), 29);
  EXPECT_GE(milliseconds("run.elapsed_ms"), milliseconds("server.recv.blocked_ms"));
}

TEST(Metrics, OfTheOrderNameTheStepsAsTheyWereLetGo) {
  EXPECT_THAT(
      play(scenario_of({{"one", "- socket: dgram\n  after: two.note\n"}, {"two", "- note: \"first\"\n  id: named\n"}})),
      Measures("run.order", "[two.named, one.socket#1, one.exit, two.exit]"));
}

TEST(Metrics, OfCopiesAddUpNumbersAndJoinLists) {
  const Played played = play(scenario_of({{"many", "- socket: dgram\n- setsockopt: {TCP_NODELAY: 1}\n", "copies: 3"}}));
  EXPECT_THAT(played, Measures("many.socket.count", "3"));
  EXPECT_THAT(played, Measures("many.errors", "[ENOPROTOOPT, ENOPROTOOPT, ENOPROTOOPT]"));
  EXPECT_THAT(played, Measures("many#2.errors", "[ENOPROTOOPT]"));
}

TEST(Metrics, AreAllMeasuredHere) {
  std::set<std::string> measured(std::begin(tested_below), std::end(tested_below));
  std::set<std::string> counted;
  const auto note = [&](const Case& one) {
    const auto parsed = scenario::parse_metric(one.metric);
    ASSERT_TRUE(parsed) << one.metric;
    const std::string_view subjects[] = {"", "wire.", "datagrams.", "run."};
    std::string pattern(subjects[static_cast<int>(parsed->subject)]);
    if (!parsed->actor.empty()) pattern += "<actor>.";
    if (parsed->property == "asked_ms") {
      pattern += "sleep.";
    } else if (!parsed->call.empty()) {
      pattern += "<call>.";
    }
    measured.insert(pattern + parsed->property);
    if (parsed->property == "count") counted.insert(parsed->call);
  };
  for (const Case& one : conversation_cases) note(one);
  for (const Case& one : letters_cases) note(one);
  for (const std::string& pattern : scenario::metric_patterns()) EXPECT_TRUE(measured.contains(pattern)) << pattern;
  for (const std::string_view call : scenario::metric_calls()) {
    EXPECT_TRUE(counted.contains(std::string(call))) << call << ".count";
  }
}

// --------------------------------------------------------------------------------------------------- predicates

struct Asked {
  const char* check;
  Verdict verdict;
};
void PrintTo(const Asked& asked, std::ostream* stream) { *stream << asked.check; }

class Predicate : public testing::TestWithParam<Asked> {};

TEST_P(Predicate, IsJudgedByWhatWasMeasured) {
  const bool is_about_packets = GetParam().verdict == Verdict::not_observable;
  if (is_about_packets && ground().right) GTEST_SKIP() << "on this stage packets are seen";
  const Played played = play(connected(R"(
- recv: 100
  when: {readable: 10}
- recv: 100
)",
                                       R"(
- send: "Hello"
- send: "World"
)",
                                       std::string("checks:\n  - ") + GetParam().check + "\n    points: 3\n"));
  ASSERT_EQ(played.record.checks.size(), 1U);
  const grade::CheckResult& result = played.record.checks[0];
  EXPECT_EQ(result.verdict, GetParam().verdict) << testing::PrintToString(played);
  EXPECT_EQ(result.points(), GetParam().verdict == Verdict::passed ? 3 : 0);
  EXPECT_EQ(render::exit_status(played.record), GetParam().verdict == Verdict::failed ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(OfTheLanguage, Predicate,
                         testing::Values(Asked{"client.send.count: 2", Verdict::passed},
                                         Asked{"client.send.count: 3", Verdict::failed},
                                         Asked{"server.recv.sizes: [10, 0]", Verdict::passed},
                                         Asked{"server.recv.sizes: [10]", Verdict::failed},
                                         Asked{"server.received.text: \"HelloWorld\"", Verdict::passed},
                                         Asked{"run.outcome: completed", Verdict::passed},
                                         Asked{"server.recv.blocked: no", Verdict::failed},
                                         Asked{"client.sent.bytes: {at_least: 10}", Verdict::passed},
                                         Asked{"client.sent.bytes: {at_least: 11}", Verdict::failed},
                                         Asked{"client.sent.bytes: {at_most: 10}", Verdict::passed},
                                         Asked{"client.sent.bytes: {at_most: 9}", Verdict::failed},
                                         Asked{"run.elapsed_ms: {at_most: 120000}", Verdict::passed},
                                         Asked{"client.sent.bytes: {between: [10, 11]}", Verdict::passed},
                                         Asked{"client.sent.bytes: {between: [11, 12]}", Verdict::failed},
                                         Asked{"client.send.count: {one_of: [1, 2]}", Verdict::passed},
                                         Asked{"client.send.count: {one_of: [1, 3]}", Verdict::failed},
                                         Asked{"server.received.text: {contains: \"oWo\"}", Verdict::passed},
                                         Asked{"server.received.text: {contains: \"owo\"}", Verdict::failed},
                                         Asked{"server.received.text: {starts_with: \"Hello\"}", Verdict::passed},
                                         Asked{"server.received.text: {starts_with: \"World\"}", Verdict::failed},
                                         Asked{"server.recv.sizes: {any_order: [0, 10]}", Verdict::passed},
                                         Asked{"server.recv.sizes: {any_order: [0, 5]}", Verdict::failed},
                                         Asked{"server.received.bytes: {same_as: client.sent.bytes}", Verdict::passed},
                                         Asked{"server.recv.count: {same_as: client.recv.count}", Verdict::failed},
                                         Asked{"client.send.count: {not: 3}", Verdict::passed},
                                         Asked{"client.send.count: {not: {one_of: [1, 2]}}", Verdict::failed},
                                         Asked{"wire.handshake: [SYN, ACK]", Verdict::not_observable}));

TEST(Prediction, IsComparedWithWhatWasMeasured) {
  const auto with_guess = [](const std::string& guess) {
    return play(connected("- recv: 100\n  expect: \"Hello\"\n", "- send: \"Hello\"\n",
                          "predict:\n  server.recv.count: " + guess + "\n"));
  };
  const auto verdict = [](const Played& played) { return played.record.predictions.at(0).verdict; };
  EXPECT_EQ(verdict(with_guess("1")), Verdict::passed);
  EXPECT_EQ(verdict(with_guess("2")), Verdict::failed);
  EXPECT_EQ(verdict(with_guess("???")), Verdict::unanswered);
  EXPECT_EQ(render::exit_status(with_guess("2").record), 1);
  EXPECT_EQ(render::exit_status(with_guess("???").record), 0);
}

}  // namespace
}  // namespace wirelab::runner::test

// Every action and modifier, as it arrives in plain data.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labs/scenario/read_steps.hh"
#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

template <typename T>
T action_of(const Step& step) {
  const T* action = std::get_if<T>(&step.action);
  EXPECT_NE(action, nullptr) << word_of(step.action);
  return action ? *action : T{};
}

std::string bytes_of(const Data& data) {
  const auto* literal = std::get_if<Literal>(&data.what);
  EXPECT_NE(literal, nullptr);
  return literal ? literal->bytes : "";
}

// The steps of `server` in a file in which it listens and `client` connects in good order.
std::vector<Step> server_steps(const std::string& after_accept) {
  const Scenario scenario = load_silently(R"(wirelab: 1
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
    - accept
)" + after_accept + R"(  client:
    - socket: stream
    - connect: server
      after: server.accept blocked
    - send: "Hello"
    - recv: {until: eof}
)");
  return scenario.actors.empty() ? std::vector<Step>{} : scenario.actors[0].steps;
}

Step server_step(const std::string& step) {
  std::vector<Step> steps = server_steps(step);
  EXPECT_EQ(steps.size(), 5U);
  return steps.empty() ? Step{} : steps.back();
}

TEST(TheStep, SocketHasAType) {
  const Scenario scenario = load_silently(with_steps("- socket: stream\n- socket: dgram"));
  EXPECT_EQ(action_of<Socket>(scenario.actors[0].steps[0]).type, SocketType::stream);
  EXPECT_EQ(action_of<Socket>(scenario.actors[0].steps[1]).type, SocketType::dgram);
}

TEST(TheStep, BindTakesAPortOrAPortWithAnAddress) {
  EXPECT_EQ(action_of<Bind>(step_of("- bind: 8888")).port, 8888);
  EXPECT_EQ(action_of<Bind>(step_of("- bind: 8888")).address, BindAddress::any);
  const auto own = action_of<Bind>(step_of("- bind: {port: 9000, address: own}"));
  EXPECT_EQ(own.port, 9000);
  EXPECT_EQ(own.address, BindAddress::own);
}

TEST(TheStep, ListenTakesABacklog) {
  EXPECT_EQ(action_of<Listen>(step_of("- listen: 5", "stream")).backlog, 5);
  EXPECT_EQ(action_of<Listen>(step_of("- listen: 0", "stream")).backlog, 0);
}

TEST(TheStep, AcceptStandsAloneOrBeforeModifiers) {
  const std::vector<Step> steps = server_steps("    - close\n    - accept:\n      as: second\n      timeout: 1s\n");
  action_of<Accept>(steps.at(3));
  action_of<Accept>(steps.at(5));
  EXPECT_EQ(steps.at(5).as, "second");
  EXPECT_EQ(steps.at(5).timeout, milliseconds(1000));
}

TEST(TheStep, ConnectNamesAnActorAndPerhapsAPort) {
  const Scenario scenario = load_silently(R"(wirelab: 1
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
  client:
    - socket: stream
    - connect: server
      after: server.listen
  other:
    - socket: stream
    - connect: {to: server, port: 8888}
      after: server.listen
)");
  EXPECT_EQ(action_of<Connect>(scenario.actors[1].steps[1]).to, "server");
  EXPECT_EQ(action_of<Connect>(scenario.actors[1].steps[1]).port, std::nullopt);
  EXPECT_EQ(action_of<Connect>(scenario.actors[2].steps[1]).port, 8888);
}

TEST(TheStep, SendTakesData) { EXPECT_EQ(bytes_of(action_of<Send>(server_step("    - send: \"Hi\"\n")).data), "Hi"); }

TEST(TheStep, RecvTakesAMostOrSaysWhenItIsEnough) {
  using R = Receive;
  EXPECT_EQ(std::get<R::AtMost>(action_of<R>(server_step("    - recv: 1024\n")).how).bytes, 1024U);
  EXPECT_EQ(std::get<R::AtMost>(action_of<R>(server_step("    - recv: 0\n")).how).bytes, 0U);
  EXPECT_EQ(std::get<R::Exactly>(action_of<R>(server_step("    - recv: {exactly: 5}\n")).how).bytes, 5U);
  EXPECT_TRUE(std::holds_alternative<R::UntilEof>(action_of<R>(server_step("    - recv: {until: eof}\n")).how));
  EXPECT_EQ(std::get<R::UntilBytes>(action_of<R>(server_step("    - recv: {until: \"\\r\\n\\r\\n\"}\n")).how).bytes,
            "\r\n\r\n");
  EXPECT_EQ(std::get<R::UntilBytes>(action_of<R>(server_step("    - recv: {until: \"eof\"}\n")).how).bytes, "eof")
      << "in quotes it is three bytes";
  EXPECT_EQ(std::get<R::UntilBytes>(action_of<R>(server_step("    - recv: {until: {hex: \"00 ff\"}}\n")).how).bytes,
            std::string("\0\xff", 2));
}

TEST(TheStep, SendtoNamesAnActorEveryoneOrTheLastSender) {
  const auto named = action_of<SendTo>(step_of("- sendto: {to: client, port: 9000, data: \"Hi\"}"));
  EXPECT_EQ(named.to, "client");
  EXPECT_EQ(named.port, 9000);
  EXPECT_EQ(bytes_of(named.data), "Hi");
  EXPECT_EQ(action_of<SendTo>(step_of("- sendto: {to: everyone, port: 9000, data: \"Hi\"}")).to, "everyone");

  const Scenario scenario = load_silently(
      with_steps("- socket: dgram\n- bind: 9000\n- recvfrom: 512\n- sendto: \"Hi\"\n- sendto: {fill: \"x\", size: 3}"));
  const std::vector<Step>& steps = scenario.actors[0].steps;
  EXPECT_EQ(action_of<ReceiveFrom>(steps[2]).at_most, 512U);
  EXPECT_EQ(action_of<SendTo>(steps[3]).to, std::nullopt);
  EXPECT_EQ(bytes_of(action_of<SendTo>(steps[3]).data), "Hi");
  EXPECT_EQ(bytes_of(action_of<SendTo>(steps[4]).data), "xxx");
}

TEST(TheStep, OfAMessageGoesThroughTheFraming) {
  const Scenario scenario = load_silently(R"(wirelab: 1
framing: {kind: delimiter, delimiter: "\n"}
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
    - accept
    - recv_message
    - recv_message: 3
    - recv_message: eof
  client:
    - socket: stream
    - connect: server
      after: server.accept blocked
    - send_message: "one"
)");
  const std::vector<Step>& steps = scenario.actors[0].steps;
  EXPECT_EQ(action_of<ReceiveMessage>(steps[4]).count, 1);
  EXPECT_FALSE(action_of<ReceiveMessage>(steps[4]).until_eof);
  EXPECT_EQ(action_of<ReceiveMessage>(steps[5]).count, 3);
  EXPECT_TRUE(action_of<ReceiveMessage>(steps[6]).until_eof);
  EXPECT_EQ(bytes_of(action_of<SendMessage>(scenario.actors[1].steps[2]).data), "one");
}

TEST(TheStep, RecvFileMayHaveASizeAndGoOn) {
  const auto receive = action_of<ReceiveFile>(server_step("    - recv_file: {name: \"copy\", size: 7, append: yes}\n"));
  EXPECT_EQ(receive.name, "copy");
  EXPECT_EQ(std::get<std::int64_t>(receive.size.value()), 7);
  EXPECT_TRUE(receive.append);
}

TEST(TheStep, RecvFileMayBeToldItsSizeByThePeer) {
  const auto receive = action_of<ReceiveFile>(
      server_steps("    - recv: 9\n    - recv_file: {name: \"copy\", size: {received: last}}\n").back());
  EXPECT_TRUE(std::holds_alternative<Received>(receive.size.value()));
  EXPECT_FALSE(receive.append);
}

TEST(TheStep, RecvFileNamesAFile) {
  EXPECT_EQ(action_of<ReceiveFile>(server_step("    - recv_file: \"copy.bin\"\n")).name, "copy.bin");
}

TEST(TheStep, ShutdownNamesASide) {
  EXPECT_EQ(action_of<Shutdown>(server_step("    - shutdown: write\n")).side, ShutdownSide::write);
  EXPECT_EQ(action_of<Shutdown>(server_step("    - shutdown: read\n")).side, ShutdownSide::read);
  EXPECT_EQ(action_of<Shutdown>(server_step("    - shutdown: both\n")).side, ShutdownSide::both);
}

TEST(TheStep, CloseMayNameTheSocket) {
  EXPECT_EQ(action_of<Close>(step_of("- close")).socket, std::nullopt);
  EXPECT_EQ(action_of<Close>(server_steps("    - close: listener\n    - recv: {until: eof}\n").at(4)).socket,
            "listener");
}

TEST(TheStep, AbortStandsAlone) { action_of<Abort>(server_step("    - abort\n")); }

TEST(TheStep, SetsockoptTakesPosixIntegersByName) {
  const auto set = action_of<SetSocketOption>(step_of("- setsockopt: {SO_RCVBUF: 4096, SO_BROADCAST: 1}"));
  EXPECT_THAT(set.options, ElementsAre(std::pair("SO_RCVBUF", 4096), std::pair("SO_BROADCAST", 1)));
  EXPECT_EQ(action_of<GetSocketOption>(step_of("- getsockopt: SO_RCVBUF")).option, "SO_RCVBUF");
}

TEST(TheStep, SleepTakesADurationInAnyUnit) {
  const auto slept = [](const std::string& duration) {
    return action_of<Sleep>(step_of("- sleep: " + duration)).duration;
  };
  EXPECT_EQ(slept("0ms"), Duration(0));
  EXPECT_EQ(slept("20ms"), milliseconds(20));
  EXPECT_EQ(slept("1s"), milliseconds(1000));
  EXPECT_EQ(slept("1.5s"), milliseconds(1500));
  EXPECT_EQ(slept("500us"), std::chrono::microseconds(500));
  EXPECT_EQ(slept("0.25ms"), std::chrono::microseconds(250));
  EXPECT_EQ(slept("7ns"), Duration(7));
}

TEST(TheStep, RepeatHasTimesOrAText) {
  const auto counted = action_of<Repeat>(step_of("- repeat: {times: 10, steps: [{note: \"again\"}]}"));
  EXPECT_EQ(counted.times, 10);
  EXPECT_EQ(counted.until, std::nullopt);
  ASSERT_EQ(counted.steps.size(), 1U);
  EXPECT_EQ(action_of<Note>(counted.steps[0]).text, "again");

  const auto until = action_of<Repeat>(step_of("- repeat:\n    until: \"END\"\n    steps:\n      - recv: 100"));
  EXPECT_EQ(until.times, std::nullopt);
  EXPECT_EQ(until.until, "END");
}

TEST(TheStep, RetryHasTimes) {
  const auto retry = action_of<Retry>(step_of("- retry:\n    times: 5\n    steps:\n      - recv: 100"));
  EXPECT_EQ(retry.times, 5);
  EXPECT_EQ(retry.steps.size(), 1U);
}

TEST(TheStep, NoteKeepsTheAuthorsWords) {
  EXPECT_EQ(action_of<Note>(step_of("- note: \"Look here.\"")).text, "Look here.");
}

TEST(TheStep, RemembersItsLineAndColumn) {
  EXPECT_EQ(step_of("- note: \"x\"").at, (Position{5, 7}));
  EXPECT_EQ(server_steps("    - close\n").at(3).at, (Position{7, 7})) << "a bare word";
}

TEST(TheWordOfAStep, IsTheOneItIsWrittenWith) {
  EXPECT_EQ(word_of(Action(Socket{})), "socket");
  EXPECT_EQ(word_of(Action(ReceiveMessage{})), "recv_message");
  EXPECT_EQ(word_of(Action(GetSocketOption{})), "getsockopt");
  EXPECT_EQ(word_of(Action(Note{})), "note");
}

TEST(TheWordOfAStep, IsAnActionOfTheLoaderForEachKindOfStep) {
  EXPECT_EQ(action_words().size(), std::variant_size_v<Action>);
}

// ----------------------------------------------------------------------------------------- modifiers

TEST(TheModifier, IdNamesAStep) { EXPECT_EQ(step_of("- note: \"x\"\n  id: look").id, "look"); }

TEST(TheModifier, UsingNamesASocket) {
  const Scenario scenario =
      load_silently(with_steps("- socket: dgram\n  as: first\n- socket: dgram\n- bind: 9000\n  using: first"));
  EXPECT_EQ(scenario.actors[0].steps[0].as, "first");
  EXPECT_EQ(scenario.actors[0].steps[2].using_socket, "first");
}

TEST(TheModifier, WhenHasOneOfThreeStates) {
  const auto readable = server_step("    - recv: 1024\n      when: {readable: 5}\n").when;
  ASSERT_TRUE(readable);
  EXPECT_EQ(readable->kind, When::Kind::readable);
  EXPECT_EQ(readable->value, 5);
  EXPECT_EQ(server_step("    - send: \"x\"\n      when: {unacked: 0}\n").when->kind, When::Kind::unacked);
  const auto queued = server_steps("    - close\n    - accept:\n      when: {queued: 2}\n").at(5).when;
  ASSERT_TRUE(queued);
  EXPECT_EQ(queued->kind, When::Kind::queued);
  EXPECT_EQ(queued->value, 2);
}

TEST(TheModifier, ExpectTakesEofATextANumberOfBytesMessagesOrAFailure) {
  const auto expected = [](const std::string& what) {
    const auto expect = server_step("    - recv: 1024\n      expect: " + what + "\n").expect;
    EXPECT_TRUE(expect) << what;
    return expect ? expect->what : decltype(Expect::what){};
  };
  EXPECT_TRUE(std::holds_alternative<ExpectEof>(expected("eof")));
  EXPECT_EQ(bytes_of(std::get<ExpectData>(expected("\"eof\"")).data), "eof");
  EXPECT_EQ(bytes_of(std::get<ExpectData>(expected("{hex: \"00\"}")).data), std::string(1, '\0'));
  EXPECT_EQ(std::get<ExpectBytes>(expected("{bytes: 15}")).bytes, 15);
  EXPECT_EQ(std::get<ExpectFails>(expected("{fails: ECONNRESET}")).error, "ECONNRESET");
  EXPECT_EQ(std::get<ExpectFails>(expected("{fails: timeout}")).error, "timeout");
  EXPECT_EQ(std::get<ExpectFails>(expected("{fails: truncated}")).error, "truncated");
  EXPECT_EQ(std::get<ExpectFails>(expected("{fails: when-impossible}")).error, "when-impossible");
  EXPECT_EQ(std::get<ExpectFails>(expected("{fails: message-too-long}")).error, "message-too-long");
  EXPECT_EQ(std::get<ExpectFails>(expected("{fails: malformed}")).error, "malformed");

  const Step step = load_silently(
                        "wirelab: 1\nframing: {kind: length}\nactors:\n  client:\n    - socket: dgram\n"
                        "    - recv_message: 2\n      expect: {messages: [\"a\", {fill: \"b\", size: 2}]}\n")
                        .actors[0]
                        .steps[1];
  const auto messages = std::get<ExpectMessages>(step.expect.value_or(Expect{}).what).messages;
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(bytes_of(messages[1]), "bb");
}

TEST(TheModifier, TimeoutTakesADuration) {
  EXPECT_EQ(step_of("- recvfrom: 100\n  timeout: 50ms").timeout, milliseconds(50));
}

TEST(TheModifier, AfterTakesOneFactOrSeveral) {
  const Scenario scenario = load_silently(R"(wirelab: 1
actors:
  server:
    - socket: dgram
    - bind: 9000
    - recvfrom: 10
      id: first
    - recvfrom: 10
  client:
    copies: 8
    steps:
      - socket: dgram
      - note: "x"
        after: [server.first blocked, server.recvfrom#2 started, client#7.socket, server.exit, settled]
)");
  const std::vector<Fact>& facts = scenario.actors[1].steps[1].after;
  ASSERT_EQ(facts.size(), 5U);
  EXPECT_EQ(facts[0].actor, "server");
  EXPECT_EQ(facts[0].step, "first");
  EXPECT_EQ(facts[0].moment, Fact::Moment::blocked);
  EXPECT_EQ(facts[0].nth, std::nullopt);
  EXPECT_EQ(facts[0].text, "server.first blocked");
  EXPECT_EQ(facts[1].step, "recvfrom");
  EXPECT_EQ(facts[1].nth, 2);
  EXPECT_EQ(facts[1].moment, Fact::Moment::started);
  EXPECT_EQ(facts[2].copy, 7);
  EXPECT_EQ(facts[2].moment, Fact::Moment::done);
  EXPECT_EQ(facts[3].step, "exit");
  EXPECT_TRUE(facts[4].settled);
}

}  // namespace
}  // namespace wirelab::scenario

// The actions of stream sockets, each through a real run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <fstream>

#include "tests/runner/play.hh"

namespace wirelab::runner::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(SocketStep, MakesASocketOfEitherType) {
  const Played played = play(scenario_of({{"alone", R"(
- socket: stream
- getsockopt: SO_TYPE
- socket: dgram
- getsockopt: SO_TYPE
)"}}));
  EXPECT_THAT(played, AllOf(Measures("alone.socket.count", "2"), Measures("alone.errors", "[]"), EndsAs("completed")));
  const auto type_found = [&](int nth) {
    return std::get<std::int64_t>(call_of(played, "alone", "getsockopt", nth).args.back().second);
  };
  EXPECT_EQ(type_found(1), SOCK_STREAM);
  EXPECT_EQ(type_found(2), SOCK_DGRAM);
}

TEST(BindStep, ShowsThePortOfTheFileWhateverTheRealOneIs) {
  const Played played = play(connected("", ""));
  const timeline::Call bind = call_of(played, "server", "bind");
  EXPECT_THAT(bind.args, ElementsAre(testing::Pair("port", timeline::Argument(std::int64_t{8888}))));
  EXPECT_EQ(bind.result, 0);
}

TEST(BindStep, TakesItsOwnAddressWhereItIsAsked) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: {port: 8888, address: own}
- listen: 5
- accept
- recv: 10
  expect: "Hello"
)"},
                                {"client", connecting(R"(
- send: "Hello"
)")}})),
              HoldsThroughout());
}

TEST(BindStep, OfAnyAddressIsTheDefault) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: {port: 8888, address: any}
- listen: 5
- accept
)"},
                                {"client", connecting("")}})),
              AllOf(HoldsThroughout(), Measures("client.connect.result", "[0]")));
}

TEST(BindStep, OfAPortThatAnotherSocketOwnsFailsWithEADDRINUSE) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
- socket: stream
- bind: 8888
  expect: {fails: EADDRINUSE}
)"}})),
              AllOf(HoldsThroughout(), Measures("server.errors", "[EADDRINUSE]")));
}

TEST(BindStep, OfAPortBelow1024FailsWithEACCESWhoeverRunsTheLab) {
  std::ifstream file("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  int first_free = 1024;
  file >> first_free;
  if (first_free <= 80) GTEST_SKIP() << "this machine lets everyone bind port 80";
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 80
  expect: {fails: EACCES}
)"}})),
              AllOf(HoldsThroughout(), Measures("server.bind.result", "[EACCES]")));
}

TEST(ListenStep, AfterAnotherChangesTheBacklogOnly) {
  EXPECT_THAT(
      play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 1
- listen: 5
- accept
)"},
                        {"client", connecting("")}})),
      AllOf(HoldsThroughout(), Measures("server.listen.result", "[0, 0]"), Measures("client.connect.result", "[0]")));
}

TEST(AcceptStep, TakesTheConnectionThatWaitedLongest) {
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
- accept:
  after: [first.connect, second.connect]
- recv: 100
- accept
- recv: 100
)"},
                                          {"first", R"(
- socket: stream
- connect: server
  after: server.listen
- send: "first"
)"},
                                          {"second", R"(
- socket: stream
- connect: server
  after: first.connect
- send: "second"
)"}}));
  EXPECT_THAT(played, Measures("server.received.chunks", R"(["first", "second"])"));
  EXPECT_EQ(call_of(played, "server", "accept", 1).queue_length, 1);
  EXPECT_EQ(call_of(played, "server", "accept", 2).queue_length, 0);
}

TEST(SocketStep, OfTheWrongKindIsToldWhatTheKernelSays) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 1
- send: "x"
  expect: {fails: EPIPE}
- recv: 1
  expect: {fails: ENOTCONN}
- connect: {to: other, port: 8888}
  expect: {fails: EISCONN}
)"},
                                {"other", R"(
- socket: dgram
- listen: 1
  expect: {fails: EOPNOTSUPP}
- accept:
  expect: {fails: EOPNOTSUPP}
)"}})),
              HoldsThroughout());
}

TEST(AcceptStep, WithTcpDeferAcceptWaitsForTheFirstBytes) {
  const Played played = play(scenario_of({{"server", R"(
- socket: stream
- setsockopt: {TCP_DEFER_ACCEPT: 30}
- bind: 8888
- listen: 1
- accept
- recv: 100
  expect: "Hello"
)"},
                                          {"client", connecting("- id: later\n  sleep: 10ms\n- send: \"Hello\"\n")}}));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_GE(call_of(played, "server", "accept").return_epoch, call_of(played, "client", "send").start_epoch);
}

TEST(ConnectStep, GoesToTheLastPortItsPeerBound) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
  as: older
- bind: 8888
- listen: 5
- socket: stream
  as: newer
- bind: 9999
- listen: 5
- accept:
  using: newer
)"},
                                {"client", R"(
- socket: stream
- connect: server
  after: server.accept blocked
)"}})),
              HoldsThroughout());
}

TEST(ConnectStep, GoesToThePortItNames) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
  as: older
- bind: 8888
- listen: 5
- socket: stream
- bind: 9999
- listen: 5
- accept:
  using: older
)"},
                                {"client", R"(
- socket: stream
- connect: {to: server, port: 8888}
  after: server.accept blocked
)"}})),
              HoldsThroughout());
}

TEST(ConnectStep, ToABoundPortThatDoesNotListenIsRefused) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
)"},
                                {"client", R"(
- socket: stream
- connect: server
  after: server.bind
  expect: {fails: ECONNREFUSED}
)"}})),
              AllOf(HoldsThroughout(), Measures("client.errors", "[ECONNREFUSED]")));
}

TEST(ConnectStep, ToAPortNobodyEverBoundIsRefused) {
  EXPECT_THAT(play(scenario_of({{"server", "- note: \"runs nothing\""}, {"client", R"(
- socket: stream
- connect: {to: server, port: 8888}
  expect: {fails: ECONNREFUSED}
)"}})),
              HoldsThroughout());
}

TEST(ConnectStep, MayBeTriedAgainOnTheSameSocketAfterARefusal) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
  after: client.early
- accept
)"},
                                {"client", R"(
- socket: stream
- connect: server
  id: early
  after: server.bind
  expect: {fails: ECONNREFUSED}
- connect: server
  after: server.accept blocked
)"}})),
              AllOf(HoldsThroughout(), Measures("client.connect.result", "[ECONNREFUSED, 0]")));
}

TEST(SendStep, OfMoreThanTheBuffersHoldSleepsAndIsOneSend) {
  EXPECT_THAT(
      play(scenario_of({{"server", R"(
- socket: stream
- setsockopt: {SO_RCVBUF: 32768}
- bind: 8888
- listen: 5
- accept
- recv: {until: eof}
  after: client.send blocked
  expect: {bytes: 200000}
)"},
                        {"client", R"(
- socket: stream
- setsockopt: {SO_SNDBUF: 32768}
- connect: server
  after: server.accept blocked
- send: {fill: "x", size: 200000}
)"}})),
      AllOf(HoldsThroughout(), Measures("client.send.blocked", "yes"), Measures("client.sent.bytes", "200000")));
}

TEST(SendStep, OfNothingIsACallAndBringsNothing) {
  EXPECT_THAT(play(connected(R"(
- recv: 10
  expect: eof
)",
                             R"(
- send: ""
)")),
              AllOf(HoldsThroughout(), Measures("client.send.result", "[0]")));
}

TEST(SendStep, AfterThePeerHasResetTheConnectionFailsWithEPIPE) {
  EXPECT_THAT(play(connected(R"(
- abort
)",
                             R"(
- recv: 10
  after: server.abort
  expect: {fails: ECONNRESET}
- send: "Hello"
  expect: {fails: EPIPE}
)")),
              AllOf(HoldsThroughout(), Measures("client.errors", "[ECONNRESET, EPIPE]")));
}

TEST(RecvStep, TakesAtMostWhatItIsAskedFor) {
  EXPECT_THAT(play(connected(R"(
- recv: 3
  when: {readable: 5}
  expect: "Hel"
- recv: 3
  expect: "lo"
)",
                             R"(
- send: "Hello"
)")),
              AllOf(HoldsThroughout(), Measures("server.recv.sizes", "[3, 2]")));
}

TEST(RecvStep, ExactlyWaitsForTheLastByteAndLeavesWhatFollows) {
  EXPECT_THAT(play(connected(R"(
- recv: {exactly: 8}
  expect: "HelloWor"
- recv: 100
  expect: "ld"
)",
                             R"(
- send: "Hello"
  after: server.recv blocked
- send: "World"
)")),
              HoldsThroughout());
}

TEST(RecvStep, WokenInTheMiddleOfAShortSendStillTellsWhatStaysInTheBuffer) {
  const Played played = play(connected(R"(
- recv: {exactly: 3}
- recv: 100
)",
                                       R"(
- send: "HelloWorld"
  after: server.recv blocked
)"));
  EXPECT_EQ(call_of(played, "server", "recv", 1).readable, 7);
}

TEST(RecvStep, ExactlyFailsWithTruncatedIfTheStreamEndsBefore) {
  EXPECT_THAT(play(connected(R"(
- recv: {exactly: 8}
  expect: {fails: truncated}
- note: "goes on"
)",
                             R"(
- send: "Hello"
)")),
              AllOf(HoldsThroughout(), Measures("run.outcome", "completed")));
}

TEST(RecvStep, UntilEndOfFileReadsAllThereIs) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: eof}
  expect: "HelloWorld"
)",
                             R"(
- send: "Hello"
  after: server.recv blocked
- send: "World"
- shutdown: write
)")),
              AllOf(HoldsThroughout(), Measures("server.recv.sizes", "[5, 5, 0]")));
}

TEST(RecvStep, UntilSomeBytesKeepsWhatCameBeyondThemForTheNextOne) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: "\r\n\r\n"}
  when: {readable: 30}
  expect: "GET / HTTP/1.0\r\n\r\n"
- recv: {until: "\r\n\r\n"}
  expect: "and more\r\n\r\n"
)",
                             R"(
- send: "GET / HTTP/1.0\r\n\r\nand more\r\n\r\n"
)")),
              AllOf(HoldsThroughout(), Measures("server.recv.count", "1")));
}

TEST(RecvStep, UntilSomeBytesFindsThemAcrossTwoReceives) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: "END"}
  expect: "one E two END"
)",
                             R"(
- send: "one E two E"
  after: server.recv blocked
- send: "ND"
)")),
              AllOf(HoldsThroughout(), Measures("server.recv.sizes", "[11, 2]")));
}

TEST(RecvStep, UntilSomeBytesThatNeverComeFailsWithTruncatedAtEndOfFile) {
  EXPECT_THAT(play(connected(R"(
- recv: {until: "END"}
  expect: {fails: truncated}
)",
                             R"(
- send: "EN"
)")),
              HoldsThroughout());
}

TEST(RecvStep, OnAConnectionThatWasRefusedFailsWithENOTCONN) {
  EXPECT_THAT(play(scenario_of({{"server", "- socket: stream\n- bind: 8888\n"}, {"client", R"(
- socket: stream
- connect: server
  after: server.bind
  expect: {fails: ECONNREFUSED}
- recv: 10
  expect: {fails: ENOTCONN}
)"}})),
              AllOf(HoldsThroughout(), Measures("client.errors", "[ECONNREFUSED, ENOTCONN]")));
}

TEST(ShutdownStep, OfWriteEndsOneDirectionOnly) {
  EXPECT_THAT(
      play(connected(R"(
- recv: {until: eof}
  expect: "question"
- send: "answer"
)",
                     R"(
- send: "question"
- shutdown: write
- recv: 100
  expect: "answer"
- send: "more"
  expect: {fails: EPIPE}
)")),
      AllOf(HoldsThroughout(), Measures("client.shutdown.result", "[0]"), Measures("wire.closed_first", "client")));
}

TEST(ShutdownStep, OfReadIsEndOfFileAtOnceAndDoesNotStopLaterData) {
  EXPECT_THAT(play(connected(R"(
- shutdown: read
- recv: 100
  expect: eof
- recv: 100
  when: {readable: 5}
  expect: "Hello"
)",
                             R"(
- send: "Hello"
  after: server.recv
)")),
              HoldsThroughout());
}

TEST(ShutdownStep, OfBothEndsBothDirections) {
  EXPECT_THAT(play(connected(R"(
- recv: 100
  expect: eof
)",
                             R"(
- shutdown: both
- recv: 100
  expect: eof
- send: "more"
  expect: {fails: EPIPE}
)")),
              HoldsThroughout());
}

TEST(CloseStep, MakesThePreviousSocketCurrentAgain) {
  EXPECT_THAT(
      play(connected(R"(
- close
- getsockopt: SO_ACCEPTCONN
- close
)",
                     R"(
- recv: 10
  expect: eof
)")),
      AllOf(HoldsThroughout(), Measures("server.close.result", "[0, 0]"), Measures("server.getsockopt.result", "[0]")));
}

TEST(CloseStep, OfTheListenerLeavesItsConnectionsOpen) {
  EXPECT_THAT(play(connected(R"(
- close: listener
- recv: 10
  expect: "Hello"
)",
                             R"(
- send: "Hello"
  after: server.close
- socket: stream
- connect: server
  expect: {fails: ECONNREFUSED}
)")),
              HoldsThroughout());
}

TEST(CloseStep, WithUnreadBytesResetsTheConnection) {
  EXPECT_THAT(play(connected(R"(
- close:
  when: {readable: 5}
)",
                             R"(
- send: "Hello"
- recv: 10
  expect: {fails: ECONNRESET}
)")),
              AllOf(HoldsThroughout(), Measures("wire.time_wait", "[]"), Measures("wire.closed_first", "server")));
}

TEST(AbortStep, ResetsAConnectionThatHasNothingUnread) {
  EXPECT_THAT(play(connected(R"(
- abort
)",
                             R"(
- recv: 10
  expect: {fails: ECONNRESET}
)")),
              AllOf(HoldsThroughout(), Measures("wire.time_wait", "[]"), Measures("client.errors", "[ECONNRESET]")));
}

TEST(Exit, ClosesTheSocketsOfAnActorInTheOrderTheyWereOpened) {
  const Played played = play(scenario_of({{"alone", R"(
- socket: stream
- socket: dgram
- socket: stream
)"}}));
  EXPECT_EQ(call_of(played, "alone", "exit", 1).socket, 1);
  EXPECT_EQ(call_of(played, "alone", "exit", 2).socket, 2);
  EXPECT_EQ(call_of(played, "alone", "exit", 3).socket, 3);
  EXPECT_EQ(turn_of(played, "alone.exit"), 3);
}

TEST(Exit, IsAFactLikeAnyOther) {
  const Played played = play(connected(R"(
- recv: 10
  after: client.exit
  expect: eof
)",
                                       ""));
  EXPECT_THAT(played, HoldsThroughout());
  EXPECT_LT(turn_of(played, "client.exit"), turn_of(played, "server.recv#1"));
}

TEST(TimeWait, IsForWhoeverClosedFirst) {
  EXPECT_THAT(play(connected("- close\n", "- recv: 10\n  expect: eof\n- close\n")),
              Measures("wire.time_wait", "[server]"));
  EXPECT_THAT(play(connected("- recv: 10\n  expect: eof\n- close\n", "- close\n")),
              Measures("wire.time_wait", "[client]"));
}

TEST(TimeWait, OwnsThePortUntilSO_REUSEADDRIsSetOnBothSockets) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- setsockopt: {SO_REUSEADDR: 1}
- bind: 8888
- listen: 5
- accept
- close
- close: listener
  after: client.exit
- socket: stream
- bind: 8888
  expect: {fails: EADDRINUSE}
- setsockopt: {SO_REUSEADDR: 1}
- bind: 8888
)"},
                                {"client", connecting("- recv: 10\n  expect: eof\n")}})),
              AllOf(HoldsThroughout(), Measures("server.bind.result", "[0, EADDRINUSE, 0]")));
}

TEST(TimeWait, OwnsThePortIfTheFirstSocketHadNoSO_REUSEADDR) {
  EXPECT_THAT(play(scenario_of({{"server", R"(
- socket: stream
- bind: 8888
- listen: 5
- accept
- close
- close: listener
  after: client.exit
- socket: stream
- setsockopt: {SO_REUSEADDR: 1}
- bind: 8888
  expect: {fails: EADDRINUSE}
)"},
                                {"client", connecting("- recv: 10\n  expect: eof\n")}})),
              HoldsThroughout());
}

}  // namespace
}  // namespace wirelab::runner::test

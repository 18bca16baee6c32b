// Rules that look at the packets of a handshake and of an ending.
#include "tests/explain/connection_on_wire.hh"
#include "tests/explain/told.hh"

namespace wirelab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::ConnectionOnWire;
using tests::TimelineBuilder;
using timeline::EventId;
namespace flag = tests::flag;

/// A connection with its handshake seen on the wire.
struct Connected {
  explicit Connected(int backlog = 5) {
    run.listen("server", 8888, backlog);
    connection = run.connected("client", "server");
    wire.emplace(run, connection);
    wire->shake_hands();
  }

  TimelineBuilder run = server_and_client();
  int connection = 0;
  std::optional<ConnectionOnWire> wire;
};

TEST(HandshakeOnTheWire, IsToldPacketByPacket) {
  Connected pair;
  const std::vector<Annotation> annotations = told(pair.run, "handshake");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "Three packets made the connection: SYN from client, seq 0 (MSS 1460, SACK, timestamps, window scale); "
            "SYN-ACK from server, seq 0 ack 1 (the same); ACK from client, seq 1 ack 1.");
  EXPECT_EQ(annotations[0].measured,
            "In this run client really began with 1000000 and server with 2000000. Their windows count in units of 128 "
            "bytes.");
  EXPECT_THAT(annotations[0].events, SizeIs(3));
}

TEST(HandshakeOnTheWire, TellsWhatEachSideOffersWhereTheyDiffer) {
  TimelineBuilder run = server_and_client();
  ConnectionOnWire wire(run, run.connect("client", "server"));
  wire.packet(wire.client(flag::syn)).options = {};
  wire.packet(wire.server(flag::syn | flag::ack)).options.sack_permitted = false;
  wire.client(flag::ack);
  const std::vector<Annotation> annotations = told(run, "handshake");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_THAT(annotations[0].seen, HasSubstr("SYN from client, seq 0; SYN-ACK from server, seq 0 ack 1 (MSS 1460, "
                                             "timestamps, window scale); ACK"));
  EXPECT_THAT(annotations[0].measured, testing::Not(HasSubstr("windows")));
}

TEST(HandshakeOnTheWire, IsToldInFullOnceAndCountedThen) {
  TimelineBuilder run({{"server", 1}, {"client", 3}});
  for (int copy = 1; copy <= 3; ++copy) {
    ConnectionOnWire(run, run.connect("client#" + std::to_string(copy), "server"), 40000 + copy).shake_hands();
  }
  const std::vector<std::string> texts = seen(run, "handshake");
  ASSERT_THAT(texts, SizeIs(1));
  EXPECT_THAT(texts[0], HasSubstr("(and 2 more times in this run)"));
}

TEST(HandshakeOnTheWire, IsNotToldOfTwoSynsThatCrossed) {
  TimelineBuilder run = server_and_client();
  ConnectionOnWire wire(run, run.connect("client", "server"));
  wire.client(flag::syn);
  wire.server(flag::syn);
  wire.server(flag::syn | flag::ack);
  wire.client(flag::syn | flag::ack);
  wire.client(flag::ack);
  EXPECT_THAT(told(run, "handshake"), IsEmpty());
}

TEST(HandshakeOnTheWire, NeedsAllItsPackets) {
  TimelineBuilder run = server_and_client();
  ConnectionOnWire wire(run, run.connect("client", "server"));
  wire.client(flag::syn);
  wire.server(flag::syn | flag::ack);
  EXPECT_THAT(told(run, "handshake"), IsEmpty());
  wire.lost(wire.client(flag::ack));
  EXPECT_THAT(told(run, "handshake"), IsEmpty());
  wire.client(flag::ack | flag::psh, "Hello");
  EXPECT_THAT(seen(run, "handshake"), ElementsAre(HasSubstr("ACK from client, seq 1 ack 1, together with more.")));
}

TEST(HandshakeBeforeAcceptOnTheWire, NamesThePackets) {
  TimelineBuilder run = server_and_client();
  const int connection = run.connect("client", "server");
  ConnectionOnWire wire(run, connection);
  wire.shake_hands();
  run.accept("server", connection);
  EXPECT_THAT(seen(run, "handshake-before-accept"),
              ElementsAre("SYN, SYN-ACK and ACK had crossed the wire, and client's connect had returned, before server "
                          "called accept."));
}

TEST(AcceptAsleepOnTheWire, NamesThePacketThatWokeIt) {
  TimelineBuilder run = server_and_client();
  const int connection = run.connected("client", "server");
  const timeline::Connection& made = run.timeline().connections[0];
  run.woken_by(made.accept, made.connect);
  ConnectionOnWire wire(run, connection);
  wire.client(flag::syn);
  wire.server(flag::syn | flag::ack);
  const EventId ack = wire.client(flag::ack);
  wire.packet(ack).woke = made.accept;
  EXPECT_THAT(seen(run, "accept-asleep"),
              ElementsAre("server was asleep in accept until the last packet of client's handshake came."));
}

TEST(AcceptAsleepOnTheWire, SaysNothingOfTheHandshakeWhereTheServerDefersAccept) {
  TimelineBuilder run = server_and_client();
  run.call("server", "setsockopt", {{"option", "TCP_DEFER_ACCEPT"}, {"value", std::int64_t{5}}});
  const int connection = run.connected("client", "server");
  const timeline::Connection& made = run.timeline().connections[0];
  run.woken_by(made.accept, made.connect);
  ConnectionOnWire wire(run, connection);
  wire.client(flag::syn);
  wire.server(flag::syn | flag::ack);
  wire.packet(wire.client(flag::ack)).woke = made.accept;
  EXPECT_THAT(seen(run, "accept-asleep"),
              ElementsAre("server was asleep in accept until the connection of client came."));
}

TEST(NeverAccepted, IsNotToldOfAServerThatDefersAccept) {
  TimelineBuilder run = server_and_client();
  run.call("server", "setsockopt", {{"option", "TCP_DEFER_ACCEPT"}, {"value", std::int64_t{5}}});
  run.connect("client", "server");
  EXPECT_THAT(told(run, "never-accepted"), IsEmpty()) << "it was not in the queue";
}

// ----------------------------------------------------------------------------------------------- queues

/// `first` is connected and waits: one more than listen(0) has room for.
struct FullQueue {
  explicit FullQueue(int backlog = 0) {
    run.listen("server", 8888, backlog);
    first = run.connect("first", "server");
    ConnectionOnWire(run, first, 40001).shake_hands();
    late = run.connect("late", "server");
  }
  void accept_first() {
    const EventId accept = run.accept("server", first);
    run.edit(accept).returned_at = run.timeline().events.back().at;
    run.woken_by(run.timeline().connections[static_cast<std::size_t>(late)].connect, accept);
  }

  TimelineBuilder run{{{"server", 1}, {"first", 1}, {"late", 1}}};
  int first = 0;
  int late = 0;
};

TEST(ConnectAsleepOnTheWire, SaysThatTheFullQueueLeftTheSynWithoutAnAnswer) {
  FullQueue queue;
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  const EventId syn = wire.client(flag::syn);
  queue.accept_first();
  wire.again(syn);
  wire.server(flag::syn | flag::ack);
  wire.client(flag::ack);
  EXPECT_THAT(seen(queue.run, "connect-asleep"),
              ElementsAre("late's SYN came to server and got no answer: 1 finished connection waited in the queue that "
                          "server had made with listen(0)."));
}

TEST(ConnectAsleepOnTheWire, SaysThatHandshakesWereHalfDone) {
  TimelineBuilder run({{"server", 1}, {"first", 1}, {"late", 1}});
  run.listen("server", 8888, 1);
  const int first = run.connect("first", "server");
  ConnectionOnWire half(run, first, 40001);
  half.client(flag::syn);
  half.held(half.server(flag::syn | flag::ack));
  const int late = run.connect("late", "server");
  ConnectionOnWire wire(run, late, 40002);
  const EventId syn = wire.client(flag::syn);
  run.edit(run.timeline().connections[1].connect).found_blocked = true;
  EXPECT_THAT(seen(run, "connect-asleep"),
              ElementsAre("late's SYN came to server and got no answer while 1 handshake was half done there, after "
                          "listen(1)."));
  wire.packet(syn).delivered_at = 0;
  EXPECT_THAT(seen(run, "connect-asleep"),
              ElementsAre("late was asleep in connect to server while nothing else moved."));
}

TEST(ConnectAsleepOnTheWire, LeavesALostSynToTheRuleAboutIt) {
  TimelineBuilder run = server_and_client();
  const int connection = run.connect("client", "server");
  run.edit(run.timeline().connections[0].connect).found_blocked = true;
  ConnectionOnWire wire(run, connection);
  wire.again(wire.lost(wire.client(flag::syn)));
  wire.server(flag::syn | flag::ack);
  EXPECT_THAT(told(run, "connect-asleep"), IsEmpty());
  EXPECT_THAT(told(run, "syn-lost"), SizeIs(1));
}

/// `late`'s last ACK comes when the queue is full.
EventId late_ack(ConnectionOnWire& wire) {
  wire.client(flag::syn);
  wire.server(flag::syn | flag::ack);
  return wire.client(flag::ack);
}

TEST(HandshakeNotTaken, IsToldOfAnAckThatTheKernelIgnored) {
  FullQueue queue;
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  const EventId ack = late_ack(wire);
  wire.again(ack - 1);
  const std::vector<Annotation> annotations = told(queue.run, "handshake-not-taken");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "The last ACK of late's handshake came to server when 1 finished connection waited in the queue of "
            "listen(0): its kernel ignored the ACK and sent its SYN-ACK again.");
  EXPECT_EQ(annotations[0].events.back(), ack);
  EXPECT_THAT(seen(queue.run, "handshake"),
              ElementsAre(testing::AllOf(HasSubstr("SYN from first"), testing::Not(HasSubstr("more time")))));
}

TEST(HandshakeNotTaken, IsToldOfAnAckThatWasAnsweredWithReset) {
  FullQueue queue;
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  late_ack(wire);
  wire.server(flag::rst);
  EXPECT_THAT(seen(queue.run, "handshake-not-taken"),
              ElementsAre("The last ACK of late's handshake came to server when 1 finished connection waited in the "
                          "queue of listen(0): its kernel answered with RST."));
  EXPECT_THAT(seen(queue.run, "never-accepted"), ElementsAre(HasSubstr("first was connected to server")));
}

TEST(HandshakeNotTaken, IsNotToldOfOneThatTheQueueHadRoomFor) {
  FullQueue queue;
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  late_ack(wire);
  EXPECT_THAT(told(queue.run, "handshake-not-taken"), IsEmpty());
}

TEST(HandshakeNotTaken, IsNotToldWhereTheResetAnswersALaterSegment) {
  FullQueue queue;
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  late_ack(wire);
  wire.client(flag::ack | flag::psh, "Hello");
  wire.server(flag::rst);
  EXPECT_THAT(told(queue.run, "handshake-not-taken"), IsEmpty());
  EXPECT_THAT(seen(queue.run, "never-accepted"), ElementsAre(HasSubstr("first was connected to server")));
}

TEST(NeverAcceptedOnTheWire, IsNotToldWhereTheServerDidNotAcknowledgeWhatHadCome) {
  FullQueue queue;
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  late_ack(wire);
  EXPECT_THAT(told(queue.run, "never-accepted"), SizeIs(2));
  wire.client(flag::ack | flag::psh, "Hello");
  wire.packet(wire.server(flag::ack)).ack = 1;
  EXPECT_THAT(seen(queue.run, "never-accepted"), ElementsAre(HasSubstr("first was connected to server")));
  EXPECT_THAT(seen(queue.run, "handshake"), ElementsAre(testing::Not(HasSubstr("more time"))));
}

TEST(NeverAcceptedOnTheWire, IsNotToldWhereTheLastAckNeverCame) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  ConnectionOnWire wire(run, run.connect("client", "server"));
  wire.client(flag::syn);
  wire.server(flag::syn | flag::ack);
  wire.lost(wire.client(flag::ack));
  EXPECT_THAT(told(run, "never-accepted"), IsEmpty());
}

TEST(HandshakeNotTaken, DoesNotBlameAQueueWithRoom) {
  FullQueue queue(1);
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  wire.again(late_ack(wire) - 1);
  EXPECT_THAT(told(queue.run, "handshake-not-taken"), IsEmpty());
}

TEST(HandshakeNotTaken, IsNotToldOfAConnectionThatIsAbortedLater) {
  FullQueue queue;
  ConnectionOnWire wire(queue.run, queue.late, 40002);
  late_ack(wire);
  wire.server(flag::rst | flag::ack);
  EXPECT_THAT(told(queue.run, "handshake-not-taken"), IsEmpty());
}

TEST(ConnectRefusedOnTheWire, ShowsTheSynAndItsReset) {
  TimelineBuilder run = server_and_client();
  const int connection = run.connect("client", "server");
  const EventId connect = run.fails(run.timeline().connections[0].connect, "ECONNREFUSED");
  ConnectionOnWire wire(run, connection);
  const EventId syn = wire.client(flag::syn);
  const EventId reset = wire.server(flag::rst | flag::ack);
  const std::vector<Annotation> annotations = told(run, "connect-refused");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_THAT(annotations[0].events, ElementsAre(syn, reset, connect));
}

TEST(ConnectUnansweredOnTheWire, CountsTheSynsThatWereLost) {
  TimelineBuilder run = server_and_client();
  const int connection = run.connect("client", "server");
  run.fails(run.timeline().connections[0].connect, "ETIMEDOUT");
  ConnectionOnWire wire(run, connection);
  const EventId syn = wire.lost(wire.client(flag::syn));
  const EventId again = wire.lost(wire.again(syn));
  EXPECT_THAT(seen(run, "connect-unanswered"),
              ElementsAre("client's connect failed with ETIMEDOUT: its SYN was sent 2 times, and each time dropped by "
                          "the rule at line 6."));
  EXPECT_THAT(told(run, "syn-lost"), IsEmpty());
  wire.packet(again).verdict = timeline::Verdict::passed;
  EXPECT_THAT(seen(run, "connect-unanswered"), ElementsAre("client's connect failed with ETIMEDOUT."));
}

// ------------------------------------------------------------------------------------------------ endings

TEST(Ending, IsToldInFourPackets) {
  Connected pair;
  pair.wire->client(flag::fin | flag::ack);
  pair.wire->server(flag::ack);
  pair.wire->server(flag::fin | flag::ack);
  const EventId last = pair.wire->client(flag::ack);
  const std::vector<Annotation> annotations = told(pair.run, "ending");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "Four packets ended the connection: FIN from client, ACK from server, FIN from server, ACK from client.");
  EXPECT_THAT(annotations[0].events, ElementsAre(last - 3, last - 2, last - 1, last));
}

TEST(Ending, IsToldInThreePacketsWhenFinAndAckTravelTogether) {
  Connected pair;
  pair.wire->server(flag::fin | flag::ack);
  pair.wire->client(flag::fin | flag::ack);
  pair.wire->server(flag::ack);
  EXPECT_THAT(seen(pair.run, "ending"),
              ElementsAre("Three packets ended the connection: FIN from server, FIN and ACK in one from client, ACK "
                          "from server."));
}

TEST(Ending, SaysThatAFinWasAcknowledgedTogetherWithData) {
  Connected pair;
  pair.wire->client(flag::fin | flag::ack);
  pair.wire->server(flag::ack | flag::psh, "more");
  pair.wire->client(flag::ack);
  pair.wire->server(flag::fin | flag::ack);
  pair.wire->client(flag::ack);
  EXPECT_THAT(seen(pair.run, "ending"),
              ElementsAre("The connection ended with FIN from client, which server acknowledged together with data, "
                          "then FIN from server, ACK from client."));
}

/// Both FINs are under way before either is delivered.
void cross(Connected& pair) {
  const EventId fin = pair.wire->held(pair.wire->client(flag::fin | flag::ack));
  pair.wire->server(flag::fin | flag::ack);
  pair.wire->deliver(fin);
  pair.wire->client(flag::ack);
  pair.wire->server(flag::ack);
  pair.run.close("client", pair.connection);
  pair.run.close("server", pair.connection);
}

TEST(Ending, IsToldOfFinsThatCrossed) {
  Connected pair;
  cross(pair);
  pair.run.edit().connections[0].time_wait = {pair.run.lane("client"), pair.run.lane("server")};
  EXPECT_THAT(seen(pair.run, "ending"), ElementsAre("The FINs of client and server crossed on the wire: both keep the "
                                                    "connection in TIME-WAIT."));
  EXPECT_THAT(told(pair.run, "time-wait"), IsEmpty());
}

TEST(Ending, DoesNotSayOfFinsThatCrossedWhatTheKernelsDoNotKeep) {
  Connected pair;
  cross(pair);
  EXPECT_THAT(told(pair.run, "ending"), IsEmpty());
}

TEST(Ending, IsNotToldOfOneThatIsNotComplete) {
  Connected pair;
  pair.wire->client(flag::fin | flag::ack);
  pair.wire->server(flag::ack);
  EXPECT_THAT(told(pair.run, "ending"), IsEmpty());
  pair.wire->server(flag::fin | flag::ack);
  EXPECT_THAT(told(pair.run, "ending"), IsEmpty());
}

TEST(Ending, IsNotToldOfAReset) {
  Connected pair;
  pair.wire->client(flag::fin | flag::ack);
  pair.wire->server(flag::fin | flag::ack);
  pair.wire->client(flag::ack);
  pair.wire->server(flag::rst);
  EXPECT_THAT(told(pair.run, "ending"), IsEmpty());
}

TEST(Ending, IsNotToldWhereAnAckOfAFinWasLost) {
  Connected pair;
  pair.wire->client(flag::fin | flag::ack);
  pair.wire->lost(pair.wire->server(flag::ack));
  pair.wire->server(flag::fin | flag::ack);
  pair.wire->client(flag::ack);
  EXPECT_THAT(told(pair.run, "ending"), IsEmpty());
}

TEST(ClosedUnreadOnTheWire, NeedsTheResetOfThatClosing) {
  Connected pair;
  pair.run.send("server", pair.connection, "hi");
  pair.wire->server(flag::psh | flag::ack, "hi");
  pair.run.send("client", pair.connection, "abc");
  pair.wire->client(flag::psh | flag::ack, "abc");
  pair.run.close("server", pair.connection);
  pair.wire->server(flag::rst | flag::ack);
  pair.run.close("client", pair.connection);
  pair.run.edit().connections[0].reset = true;
  EXPECT_THAT(
      seen(pair.run, "closed-unread"),
      ElementsAre("server's socket was closed with 3 bytes of client unread: its kernel sent RST instead of FIN."));
}

TEST(ResetOnTheWire, SaysWhenTheResetAnsweredALaterSegment) {
  Connected pair;
  pair.run.send("client", pair.connection, "never read");
  pair.wire->client(flag::psh | flag::ack, "never read");
  const EventId close = pair.run.close("server", pair.connection);
  pair.wire->lost(pair.wire->server(flag::rst | flag::ack));
  pair.run.send("client", pair.connection, "again");
  pair.wire->client(flag::psh | flag::ack, "again");
  const EventId reset = pair.wire->server(flag::rst);
  const EventId recv = pair.run.fails(pair.run.recv("client", pair.connection), "ECONNRESET");
  const std::vector<Annotation> annotations = told(pair.run, "reset");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "client's recv failed with ECONNRESET: server's socket had been closed, and its kernel answered a segment "
            "that came later with RST.");
  EXPECT_THAT(annotations[0].events, ElementsAre(close, reset, recv));
}

/// The server's FIN is under way when the client, which has shut down reading, calls recv.
TEST(EndOfFileOnTheWire, IsOfTheOwnShutdownUntilTheFinHasCome) {
  Connected pair;
  pair.run.close("server", pair.connection);
  const EventId fin = pair.wire->held(pair.wire->server(flag::fin | flag::ack));
  pair.run.shutdown("client", pair.connection, "read");
  const EventId recv = pair.run.recv("client", pair.connection);
  pair.run.edit(recv).returned_at = pair.run.timeline().events.back().at;
  pair.wire->deliver(fin);
  EXPECT_THAT(seen(pair.run, "end-of-file"),
              ElementsAre("client's recv returned 0 because client itself had shut down reading."));
  pair.run.edit(recv).returned_at = pair.wire->packet(fin).delivered_at;
  EXPECT_THAT(seen(pair.run, "end-of-file"),
              ElementsAre("client's recv returned 0: server had closed, and all it had sent before had been read."));
}

TEST(ResetUnheard, IsToldOfAnAbortThatNoCallTells) {
  Connected pair;
  const EventId abort = pair.run.close("server", pair.connection, "abort");
  const EventId reset = pair.wire->server(flag::rst | flag::ack);
  pair.wire->packet(reset).cause = abort;
  EXPECT_THAT(
      seen(pair.run, "reset-unheard"),
      ElementsAre("server aborted the connection with client: its kernel sent RST, and no call of client's program "
                  "told of it."));
}

TEST(ResetUnheard, IsNotToldWhenACallTellsIt) {
  Connected pair;
  const EventId abort = pair.run.close("server", pair.connection, "abort");
  pair.wire->packet(pair.wire->server(flag::rst | flag::ack)).cause = abort;
  pair.run.fails(pair.run.recv("client", pair.connection), "ECONNRESET");
  EXPECT_THAT(told(pair.run, "reset-unheard"), IsEmpty());
  EXPECT_THAT(told(pair.run, "reset"), SizeIs(1));
}

TEST(ResetUnheard, IsToldThoughThePeerStillReadsWhatHadComeAndCloses) {
  Connected pair;
  pair.run.send("server", pair.connection, "two halves");
  const EventId abort = pair.run.close("server", pair.connection, "abort");
  pair.wire->packet(pair.wire->server(flag::rst | flag::ack)).cause = abort;
  pair.run.recv("client", pair.connection);
  pair.run.close("client", pair.connection);
  EXPECT_THAT(told(pair.run, "reset-unheard"), SizeIs(1));
}

TEST(ResetUnheard, IsNotToldOfAResetThatNobodyMeant) {
  Connected pair;
  pair.wire->server(flag::rst);
  EXPECT_THAT(told(pair.run, "reset-unheard"), IsEmpty());
}

}  // namespace
}  // namespace wirelab::explain

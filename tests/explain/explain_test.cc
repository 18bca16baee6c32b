// Each rule: it speaks where it should, with the numbers of the run, and it is silent where it has nothing to say.
#include "labs/explain/explain.hh"

#include "tests/explain/told.hh"

namespace wirelab::explain {
namespace {

using scenario::DelimiterFraming;
using scenario::Framing;
using scenario::LengthFraming;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::TimelineBuilder;
using timeline::EventId;
using Fate = timeline::Datagram::Fate;

// ------------------------------------------------------------------------------------------------ connections

TEST(HandshakeBeforeAccept, IsToldWhenConnectReturnedBeforeAcceptWasCalled) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  run.connected("client", "server");
  EXPECT_THAT(seen(run, "handshake-before-accept"),
              ElementsAre("client's connect had returned before server called accept."));
}

TEST(HandshakeBeforeAccept, IsNotToldWhenAcceptWasAlreadyWaiting) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  run.connected("client", "server");
  run.woken_by(run.timeline().connections[0].accept, run.timeline().connections[0].connect);
  EXPECT_THAT(told(run, "handshake-before-accept"), IsEmpty());
  EXPECT_THAT(seen(run, "accept-asleep"),
              ElementsAre("server was asleep in accept until the connection of client came."));
}

TEST(AcceptAsleep, IsNotToldOfAnAcceptThatFoundAConnection) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  EXPECT_THAT(told(run, "accept-asleep"), IsEmpty());
}

TEST(NeverAccepted, IsToldOfAConnectionThatWaitedInVain) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  run.connect("client", "server");
  EXPECT_THAT(seen(run, "never-accepted"),
              ElementsAre("client was connected to server, and server never accepted that connection."));
}

TEST(NeverAccepted, IsNotToldOfAnAcceptedOrARefusedOne) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  run.connect("client", "server");
  run.fails(run.timeline().connections[1].connect, "ECONNREFUSED");
  EXPECT_THAT(told(run, "never-accepted"), IsEmpty());
}

TEST(NeverAccepted, IsNotToldOfSocketsThatConnectedToEachOther) {
  TimelineBuilder run = server_and_client();
  run.connect("client", "server");
  EXPECT_THAT(told(run, "never-accepted"), IsEmpty());
}

TEST(ConnectAsleep, NamesTheFullQueue) {
  TimelineBuilder run({{"server", 1}, {"client", 3}});
  run.listen("server", 8888, 1);
  run.connect("client#1", "server");
  run.connect("client#2", "server");
  const int late = run.connect("client#3", "server");
  const EventId accept = run.accept("server", 0);
  run.woken_by(run.timeline().connections[static_cast<std::size_t>(late)].connect, accept);
  EXPECT_THAT(seen(run, "connect-asleep"),
              ElementsAre("client#3 was asleep in connect: 2 finished connections waited in the queue that server had "
                          "made with listen(1)."));
}

TEST(ConnectAsleep, DoesNotBlameAQueueWithRoom) {
  TimelineBuilder run({{"server", 1}, {"client", 2}});
  run.listen("server", 8888, 1);
  run.connect("client#1", "server");
  run.connect("client#2", "server");
  run.edit(run.timeline().connections[1].connect).found_blocked = true;
  EXPECT_THAT(seen(run, "connect-asleep"),
              ElementsAre("client#2 was asleep in connect to server while nothing else moved."));
}

TEST(ConnectAsleep, IsNotToldOfAConnectThatWentThrough) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  EXPECT_THAT(told(run, "connect-asleep"), IsEmpty());
}

EventId refused_connect(TimelineBuilder& run) {
  const EventId id = run.fails(run.call("client", "connect"), "ECONNREFUSED");
  run.edit(id).peer = run.lane("server");
  return id;
}

TEST(ConnectRefused, SaysThatThePeerNeverListened) {
  TimelineBuilder run = server_and_client();
  refused_connect(run);
  EXPECT_THAT(seen(run, "connect-refused"),
              ElementsAre("client's connect failed with ECONNREFUSED: server never called listen."));
}

TEST(ConnectRefused, SaysThatThePeerListenedTooLate) {
  TimelineBuilder run = server_and_client();
  refused_connect(run);
  run.listen("server");
  EXPECT_THAT(seen(run, "connect-refused"),
              ElementsAre("client's connect failed with ECONNREFUSED: server called listen only afterwards."));
}

TEST(ConnectRefused, SaysThatTheListeningSocketWasClosed) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  run.edit(run.call("server", "close")).socket = 1;
  refused_connect(run);
  EXPECT_THAT(seen(run, "connect-refused"),
              ElementsAre("client's connect failed with ECONNREFUSED: server's listening socket was closed by then."));
}

TEST(ConnectRefused, NamesThePortThatWasMeant) {
  TimelineBuilder run = server_and_client();
  run.listen("server", 8888);
  run.edit(refused_connect(run)).args = {{"to", "server"}, {"port", std::int64_t{9999}}};
  EXPECT_THAT(seen(run, "connect-refused"),
              ElementsAre("client's connect to port 9999 failed with ECONNREFUSED: server listens on port 8888."));
}

TEST(ConnectRefused, DoesNotBlameTheClosingOfASocketThatListenedOnAnotherPort) {
  TimelineBuilder run = server_and_client();
  run.listen("server", 7777);
  run.edit(run.call("server", "close")).socket = 1;
  run.edit(refused_connect(run)).args = {{"to", "server"}, {"port", std::int64_t{9999}}};
  EXPECT_THAT(seen(run, "connect-refused"), ElementsAre("client's connect failed with ECONNREFUSED."));
}

TEST(ConnectRefused, LooksOnlyAtWhoListenedOnThatPort) {
  TimelineBuilder run = server_and_client();
  run.listen("server", 7777);
  run.edit(refused_connect(run)).args = {{"to", "server"}, {"port", std::int64_t{8888}}};
  run.listen("server", 8888);
  EXPECT_THAT(seen(run, "connect-refused"),
              ElementsAre("client's connect failed with ECONNREFUSED: server called listen only afterwards."));
}

TEST(ConnectRefused, GivesNoReasonItCannotKnow) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  refused_connect(run);
  EXPECT_THAT(seen(run, "connect-refused"), ElementsAre("client's connect failed with ECONNREFUSED."));
}

TEST(ConnectRefused, IsNotToldOfOtherErrors) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("client", "connect"), "ETIMEDOUT");
  EXPECT_THAT(told(run, "connect-refused"), IsEmpty());
  EXPECT_THAT(seen(run, "connect-unanswered"), ElementsAre("client's connect failed with ETIMEDOUT."));
}

// ----------------------------------------------------------------------------------------------------- stream

TEST(CoalescedRecv, CountsTheSendsThatCameOutTogether) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.send("client", c, "World");
  run.send("client", c, "Again");
  const EventId recv = run.recv("server", c);
  const std::vector<Annotation> annotations = told(run, "coalesced-recv");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "3 sends of client (5+5+5 bytes) came out of one recv of 15 bytes: \"HelloWorldAgain\".");
  EXPECT_THAT(annotations[0].events, ElementsAre(3, 4, 5, recv));
  EXPECT_THAT(annotations[0].see, testing::Contains("recv(2)"));
}

TEST(CoalescedRecv, SaysWhenASendIsNotWhole) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.send("client", c, "World");
  run.recv("server", c, 7);
  EXPECT_THAT(seen(run, "coalesced-recv"),
              ElementsAre("One recv of server brought 7 bytes that came from 2 sends of client (5+2): \"HelloWo\". Not "
                          "every one of them is whole."));
}

TEST(CoalescedRecv, IsNotToldOfOneSend) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.recv("server", c);
  run.send("client", c, "World");
  run.recv("server", c);
  EXPECT_THAT(told(run, "coalesced-recv"), IsEmpty());
}

TEST(CoalescedRecv, TakesThePiecesOfACutSendForOneSend) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send_in_pieces("client", c, {"He", "llo"});
  run.recv("server", c);
  EXPECT_THAT(told(run, "coalesced-recv"), IsEmpty());
}

TEST(CoalescedRecv, IsToldTwiceInFullAndCountedFromThenOn) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  for (const std::string text : {"a", "bb", "ccc", "dddd", "eeeee"}) {
    run.send("client", c, text);
    run.send("client", c, text);
    run.recv("server", c);
  }
  EXPECT_THAT(
      seen(run, "coalesced-recv"),
      ElementsAre("2 sends of client (1+1 bytes) came out of one recv of 2 bytes: \"aa\".",
                  "2 sends of client (2+2 bytes) came out of one recv of 4 bytes: \"bbbb\". (and 3 more times in "
                  "this run)"));
}

TEST(NodelayKeepsNoBoundaries, IsToldOfASenderThatSetIt) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId option = run.call("client", "setsockopt", {{"option", "TCP_NODELAY"}, {"value", std::int64_t{1}}});
  const EventId send = run.send("client", c, "Hello");
  run.edit(option).socket = run.edit(send).socket;
  run.send("client", c, "World");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "nodelay-keeps-no-boundaries"),
              ElementsAre("client had TCP_NODELAY set, and 2 sends came out of one recv all the same."));
}

TEST(NodelayKeepsNoBoundaries, IsNotToldOfASenderThatSwitchedItOff) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId option = run.call("client", "setsockopt", {{"option", "TCP_NODELAY"}, {"value", std::int64_t{0}}});
  const EventId send = run.send("client", c, "Hello");
  run.edit(option).socket = run.edit(send).socket;
  run.send("client", c, "World");
  run.recv("server", c);
  EXPECT_THAT(told(run, "nodelay-keeps-no-boundaries"), IsEmpty());
}

TEST(SplitSend, ListsTheRecvsASendCameOutOf) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "HelloWorld");
  run.recv("server", c, 4);
  run.recv("server", c, 4);
  run.recv("server", c, 4);
  EXPECT_THAT(seen(run, "split-send"), ElementsAre("One send of client (10 bytes) came out of 3 recvs of server: 4+4+2 "
                                                   "bytes."));
}

TEST(SplitSend, CountsThePiecesOfACutSend) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send_in_pieces("client", c, {"Hel", "lo"});
  run.recv("server", c, 1);
  run.recv("server", c, 4);
  EXPECT_THAT(seen(run, "split-send"),
              ElementsAre("One send of client (5 bytes), handed over in 2 pieces, came out of 2 recvs of server: 1+4 "
                          "bytes."));
}

TEST(SplitSend, IsNotToldOfAWholeSendNorOfOneThatWasNotReadToItsEnd) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.recv("server", c);
  run.send("client", c, "HelloWorld");
  run.recv("server", c, 3);
  run.recv("server", c, 3);
  EXPECT_THAT(told(run, "split-send"), IsEmpty());
}

TEST(ShortRecv, TellsWhatStayedInTheBuffer) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.recv("server", c, 4);
  EXPECT_THAT(seen(run, "short-recv"),
              ElementsAre("After a recv of 4 bytes by server, 1 byte more was waiting in the kernel's buffer."));
}

TEST(ShortRecv, IsNotToldWhenNothingWasLeft) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.recv("server", c, 5);
  EXPECT_THAT(told(run, "short-recv"), IsEmpty());
}

TEST(ShortRecv, IsNotToldWhileALongSendIsStillArriving) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId send = run.send("client", c, std::string(100000, 'x'));
  const EventId recv = run.recv("server", c, 1000);
  run.woken_by(recv, send);
  EXPECT_THAT(told(run, "short-recv"), IsEmpty());
  run.never_returns(send);
  run.edit(send).stream.reset();
  run.edit(send).connection = c;
  EXPECT_THAT(told(run, "short-recv"), IsEmpty());
}

TEST(RecvLoop, CountsTheCallsOfOneStep) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  const EventId first = run.recv("server", c);
  run.send("client", c, "World");
  const EventId second = run.recv("server", c);
  run.edit(second).step = run.edit(first).step;
  EXPECT_THAT(seen(run, "recv-loop"), ElementsAre("server called recv 2 times for 10 bytes: 5+5."));
}

TEST(RecvLoop, IsNotToldOfTwoStepsNorOfARepeatedOne) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "HelloWorldAgain");
  run.recv("server", c, 5);
  const EventId second = run.recv("server", c, 5);
  const EventId third = run.recv("server", c, 5);
  run.edit(third).step = run.edit(second).step;
  run.edit(third).round = 2;
  EXPECT_THAT(told(run, "recv-loop"), IsEmpty());
}

TEST(SendBuffered, IsToldWhenNobodyHadReadYet) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "send-buffered"),
              ElementsAre("client's send had returned before server called the recv that took its bytes."));
}

TEST(SendBuffered, IsToldWhenThereWasNotEvenAnAccept) {
  TimelineBuilder run = server_and_client();
  const int c = run.connect("client", "server");
  run.send("client", c, "Hello");
  run.accept("server", c);
  run.recv("server", c);
  EXPECT_THAT(seen(run, "send-buffered"), ElementsAre("client's send had returned before server called accept."));
}

TEST(SendBuffered, IsNotToldWhenTheReceiverWasWaiting) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId send = run.send("client", c, "Hello");
  run.woken_by(run.recv("server", c), send);
  EXPECT_THAT(told(run, "send-buffered"), IsEmpty());
  EXPECT_THAT(seen(run, "recv-woken"), ElementsAre("server was asleep in recv until bytes of client came."));
}

TEST(RecvWoken, SaysThatMsgWaitallWaitedForAllItsBytes) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  const EventId last = run.send("client", c, "World");
  const EventId recv = run.recv("server", c, 10);
  run.edit(recv).args.emplace_back("flags", "MSG_WAITALL");
  run.woken_by(recv, last);
  EXPECT_THAT(seen(run, "recv-woken"), ElementsAre("server was asleep in recv with MSG_WAITALL until all the 10 bytes "
                                                   "it had asked for had come from client."));
}

TEST(RecvWoken, IsNotToldWhereAnythingButBytesEndedTheWaiting) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId send = run.send("client", c, "Hello");
  const EventId recv = run.recv("server", c, 10);
  run.edit(recv).args.emplace_back("flags", "MSG_WAITALL");
  run.woken_by(recv, send);
  EXPECT_THAT(told(run, "recv-woken"), IsEmpty());
}

TEST(RecvWoken, DoesNotSayThatAnyBytesWakeWhoWaitsForMore) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.call("server", "setsockopt", {{"option", "SO_RCVLOWAT"}, {"value", std::int64_t{10}}});
  const EventId send = run.send("client", c, "HelloWorld");
  run.woken_by(run.recv("server", c), send);
  EXPECT_THAT(told(run, "recv-woken"), IsEmpty());
}

TEST(RecvWoken, IsNotToldOfARecvThatFoundBytes) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.recv("server", c);
  EXPECT_THAT(told(run, "recv-woken"), IsEmpty());
}

TEST(SendAsleep, NamesTheReceiverThatMadeRoom) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId send = run.send("client", c, "much");
  run.woken_by(send, run.recv("server", c));
  EXPECT_THAT(seen(run, "send-asleep"), ElementsAre("client was asleep in send until server read."));
}

TEST(SendAsleep, DoesNotSayThatItWokeIfItDidNot) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.never_returns(run.send("client", c, "much"));
  EXPECT_THAT(seen(run, "send-asleep"), ElementsAre("client was asleep in send."));
}

TEST(SendAsleep, IsNotToldOfASendThatWentThrough) {
  TimelineBuilder run = server_and_client();
  run.send("client", run.connected("client", "server"), "little");
  EXPECT_THAT(told(run, "send-asleep"), IsEmpty());
}

TEST(ShortSend, IsToldOnlyIfTheKernelTookLessThanItWasGiven) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId send = run.send("client", c, "Hel");
  EXPECT_THAT(told(run, "short-send"), IsEmpty());
  run.edit(send).args = {{"len", std::int64_t{5}}};
  EXPECT_THAT(seen(run, "short-send"), ElementsAre("A send of client took only a part of what it was given."));
}

// ---------------------------------------------------------------------------------------------------- closing

TEST(EndOfFile, NamesTheCloseThatCausedIt) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId close = run.close("client", c);
  const EventId recv = run.recv("server", c);
  const std::vector<Annotation> annotations = told(run, "end-of-file");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "server's recv returned 0: client had closed, and all it had sent before had been read.");
  EXPECT_THAT(annotations[0].events, ElementsAre(close, recv));
}

TEST(EndOfFile, TellsAShutdownAndAnEndedProcessFromAClose) {
  TimelineBuilder run({{"server", 1}, {"client", 2}});
  const int one = run.connected("client#1", "server");
  const int two = run.connected("client#2", "server");
  run.shutdown("client#1", one, "write");
  run.recv("server", one);
  run.close("client#2", two, "exit");
  run.recv("server", two);
  EXPECT_THAT(seen(run, "end-of-file"),
              ElementsAre(HasSubstr("client#1 had shut down writing"), HasSubstr("client#2 had ended")));
}

TEST(EndOfFile, SaysThatTheReceiverHadShutDownReadingItself) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.shutdown("server", c, "read");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "end-of-file"),
              ElementsAre("server's recv returned 0 because server itself had shut down reading."));
}

TEST(EndOfFile, DoesNotTakeOnesOwnBrokenPipeForAReset) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.shutdown("client", c, "write");
  run.fails(run.send("client", c, "x"), "EPIPE");
  run.close("server", c);
  run.recv("client", c);
  EXPECT_THAT(seen(run, "end-of-file"),
              ElementsAre("client's recv returned 0: server had closed, and all it had sent before had been read."));
}

TEST(EndOfFile, DoesNotSayThatTheOtherDirectionIsOpen) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.shutdown("server", c, "write");
  run.shutdown("client", c, "both");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "end-of-file"), ElementsAre(HasSubstr("client had shut down writing")));
  EXPECT_THAT(why(run, "end-of-file"), testing::Not(HasSubstr("open")));
}

TEST(EndOfFile, IsAnotherThingAfterAReset) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c, "abort");
  run.fails(run.recv("server", c), "ECONNRESET");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "end-of-file"),
              ElementsAre("server's recv returned 0 on a connection that had already failed."));
}

TEST(EndOfFile, IsNotToldOfAnEmptyDatagramNorOfData) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "x");
  run.recv("server", c);
  run.recvfrom("server", run.sendto("client", "server", ""));
  EXPECT_THAT(told(run, "end-of-file"), IsEmpty());
  EXPECT_THAT(seen(run, "empty-datagram"),
              ElementsAre("server's recvfrom returned 0: a datagram of 0 bytes from client."));
}

TEST(EmptyDatagram, IsNotToldOfOneWithData) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "x"));
  EXPECT_THAT(told(run, "empty-datagram"), IsEmpty());
}

TEST(HalfClose, CountsWhatCameAfterwards) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.shutdown("client", c, "write");
  run.send("server", c, "still");
  run.send("server", c, "here");
  run.recv("client", c, 5);
  run.recv("client", c, 5);
  EXPECT_THAT(seen(run, "half-close"),
              ElementsAre("client had shut down writing and still received 9 bytes that server sent afterwards."));
}

TEST(HalfClose, IsNotToldWhenNothingCameAfterwards) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("server", c, "before");
  run.shutdown("client", c, "write");
  run.recv("client", c);
  EXPECT_THAT(told(run, "half-close"), IsEmpty());
}

TEST(ShutdownRead, IsToldWhenBytesCameAllTheSame) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.shutdown("server", c, "read");
  run.send("client", c, "x");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "shutdown-read"),
              ElementsAre("server had shut down reading, and recv still brought bytes that client sent afterwards."));
}

TEST(ShutdownRead, IsNotToldOfBytesThatWereThereBefore) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "x");
  run.shutdown("server", c, "read");
  run.recv("server", c);
  EXPECT_THAT(told(run, "shutdown-read"), IsEmpty());
}

TEST(Reset, NamesTheAbort) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c, "abort");
  run.fails(run.recv("server", c), "ECONNRESET");
  EXPECT_THAT(seen(run, "reset"),
              ElementsAre("server's recv failed with ECONNRESET: client had aborted the connection."));
}

TEST(Reset, NamesTheUnreadBytes) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "unread");
  run.close("server", c);
  run.edit().connections[0].reset = true;
  run.fails(run.recv("client", c), "ECONNRESET");
  EXPECT_THAT(seen(run, "reset"), ElementsAre("client's recv failed with ECONNRESET: server's socket was closed while "
                                              "bytes in it were unread."));
  EXPECT_THAT(
      seen(run, "closed-unread"),
      ElementsAre("server's socket was closed with 6 bytes of client unread: its kernel sent RST instead of FIN."));
}

TEST(Reset, NamesTheListeningSocketThatWentAway) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  const int c = run.connect("client", "server");
  run.edit(run.call("server", "close")).socket = 1;
  run.fails(run.recv("client", c), "ECONNRESET");
  EXPECT_THAT(seen(run, "reset"),
              ElementsAre("client's recv failed with ECONNRESET: server's listening socket was closed "
                          "before it had accepted the connection."));
}

TEST(Reset, GivesNoReasonItCannotKnow) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("server", c);
  run.fails(run.recv("client", c), "ECONNRESET");
  EXPECT_THAT(seen(run, "reset"),
              ElementsAre("client's recv failed with ECONNRESET: the connection with server was reset."));
}

TEST(Reset, IsNotToldOfAnOrderlyEnd) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("server", c);
  run.recv("client", c);
  EXPECT_THAT(told(run, "reset"), IsEmpty());
  EXPECT_THAT(told(run, "closed-unread"), IsEmpty());
}

TEST(SentToClosed, IsToldOfTheFirstSendThatFoundNobody) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId closing = run.close("server", c);
  const EventId first = run.send("client", c, "more");
  run.send("client", c, "still more");
  run.edit().connections[0].reset = true;
  const std::vector<Annotation> annotations = told(run, "sent-to-closed");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "client sent 4 bytes to a socket that server had already closed: server's kernel answered with RST.");
  EXPECT_THAT(annotations[0].events, ElementsAre(closing, first));
}

TEST(SentToClosed, SaysThatOnlyTheNextSendTellsOfIt) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("server", c);
  run.send("client", c, "more");
  run.edit().connections[0].reset = true;
  EXPECT_THAT(why(run, "sent-to-closed"), HasSubstr("it is the next send that tells of the RST, with EPIPE"));
}

TEST(ClosedUnread, IsNotToldOfASocketWhoseConnectionWasResetBefore) {
  for (const std::string ending : {"abort", "close"}) {
    TimelineBuilder run = server_and_client();
    const int c = run.connected("client", "server");
    run.send("client", c, "unread");
    run.send("server", c, "unread too");
    run.close("client", c, ending);
    run.close("server", c);
    run.edit().connections[0].reset = true;
    const std::vector<std::string> texts = seen(run, "closed-unread");
    EXPECT_THAT(texts, Each(HasSubstr("client's socket was closed"))) << ending;
  }
}

TEST(ClosedUnread, IsToldThoughTheClosersOwnShutdownMadeASendFail) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "unread");
  run.shutdown("server", c, "write");
  run.fails(run.send("server", c, "x"), "EPIPE");
  run.close("server", c);
  run.edit().connections[0].reset = true;
  EXPECT_THAT(told(run, "closed-unread"), SizeIs(1));
}

TEST(SentToClosed, IsToldOfAProcessThatHasEndedToo) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("server", c, "exit");
  run.send("client", c, "more");
  run.edit().connections[0].reset = true;
  EXPECT_THAT(told(run, "sent-to-closed"), SizeIs(1));
}

TEST(SentToClosed, IsNotToldOfAPeerThatOnlyShutDownWriting) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.shutdown("server", c, "write");
  run.send("client", c, "more");
  run.close("server", c);
  run.edit().connections[0].reset = true;
  EXPECT_THAT(told(run, "sent-to-closed"), IsEmpty());
}

TEST(SentToClosed, IsNotToldOfAPeerThatHadResetTheConnectionItself) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "unread");
  run.close("server", c);
  run.send("client", c, "more");
  run.edit().connections[0].reset = true;
  EXPECT_THAT(told(run, "sent-to-closed"), IsEmpty());
}

TEST(SentToClosed, IsNotToldWhereTheConnectionEndedWithoutAReset) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("server", c);
  run.send("client", c, "");
  EXPECT_THAT(told(run, "sent-to-closed"), IsEmpty());
}

TEST(BrokenPipe, NamesThePeerThatHadClosed) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("server", c);
  run.send("client", c, "one");
  run.fails(run.send("client", c, "two"), "EPIPE");
  EXPECT_THAT(seen(run, "broken-pipe"),
              ElementsAre("client's send failed with EPIPE: server had closed, and the connection had been reset."));
}

TEST(BrokenPipe, NamesTheSendersOwnShutdown) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.shutdown("client", c, "write");
  run.close("server", c);
  run.fails(run.send("client", c, "x"), "EPIPE");
  EXPECT_THAT(seen(run, "broken-pipe"),
              ElementsAre("client's send failed with EPIPE: client itself had shut down writing."));
}

TEST(BrokenPipe, OfADatagramSocketHasNothingToDoWithAConnection) {
  TimelineBuilder run = server_and_client();
  run.call("client", "shutdown", {{"how", "write"}});
  run.fails(run.call("client", "send"), "EPIPE");
  EXPECT_THAT(seen(run, "broken-pipe"),
              ElementsAre("client's send failed with EPIPE: client itself had shut down writing."));
  EXPECT_THAT(why(run, "broken-pipe"), HasSubstr("UDP has no FIN"));
}

TEST(BrokenPipe, GivesNoReasonItCannotKnow) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("client", "send"), "EPIPE");
  EXPECT_THAT(seen(run, "broken-pipe"), ElementsAre("client's send failed with EPIPE."));
}

TEST(BrokenPipe, IsNotToldOfASendThatWentThrough) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("server", c);
  run.send("client", c, "one");
  EXPECT_THAT(told(run, "broken-pipe"), IsEmpty());
}

TEST(TimeWait, BelongsToWhoClosedFirst) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c);
  run.close("server", c);
  run.edit().connections[0].time_wait = {run.lane("client")};
  EXPECT_THAT(seen(run, "time-wait"), ElementsAre("client was the first to end its direction: its kernel keeps the "
                                                  "connection with server in TIME-WAIT."));
}

TEST(TimeWait, IsOnBothSidesWhenTheFinsCross) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c);
  run.close("server", c);
  run.edit().connections[0].time_wait = {run.lane("server"), run.lane("client")};
  EXPECT_THAT(
      seen(run, "time-wait"),
      ElementsAre("Both FINs were under way at once: client and server both keep the connection in TIME-WAIT."));
}

TEST(TimeWait, IsNowhereAfterAReset) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c, "abort");
  run.edit().connections[0].reset = true;
  EXPECT_THAT(seen(run, "time-wait"),
              ElementsAre("The connection of client and server ended with a reset: neither keeps "
                          "it in TIME-WAIT."));
}

TEST(TimeWait, IsNotToldOfAConnectionThatIsStillOpen) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  EXPECT_THAT(told(run, "time-wait"), IsEmpty());
}

TEST(TimeWait, IsNotAttributedToWhoDidNotCloseFirst) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c);
  run.edit().connections[0].time_wait = {run.lane("server")};
  EXPECT_THAT(told(run, "time-wait"), IsEmpty());
}

TEST(ClosedByExit, IsToldOfAProcessThatLeftItsConnectionOpen) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c, "exit");
  EXPECT_THAT(seen(run, "closed-by-exit"),
              ElementsAre("client ended while its connection with server was open: its kernel closed it."));
}

TEST(ClosedByExit, IsNotToldOfACloseNorOfWhatEndedInAReset) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.close("client", c);
  run.close("server", c, "exit");
  run.edit().connections[0].reset = true;
  EXPECT_THAT(told(run, "closed-by-exit"), IsEmpty());
}

// -------------------------------------------------------------------------------------------------- datagrams

TEST(DatagramBoundaries, AreToldOfDatagramsReadOneByOne) {
  TimelineBuilder run = server_and_client();
  const int one = run.sendto("client", "server", "Hello");
  const int two = run.sendto("client", "server", "You");
  run.recvfrom("server", one);
  run.recvfrom("server", two);
  EXPECT_THAT(seen(run, "datagram-boundaries"),
              ElementsAre("server read 2 datagrams (5+3 bytes), one with each call."));
}

TEST(DatagramBoundaries, AreNotToldOfOneDatagramNorOfTruncatedOnes) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "Hello"));
  EXPECT_THAT(told(run, "datagram-boundaries"), IsEmpty());
  run.recvfrom("server", run.sendto("client", "server", "Hello"), 2);
  EXPECT_THAT(told(run, "datagram-boundaries"), IsEmpty());
}

TEST(DatagramTruncated, TellsHowMuchIsGone) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "0123456789"), 4);
  EXPECT_THAT(seen(run, "datagram-truncated"),
              ElementsAre("A datagram of 10 bytes from client was read by server into room for 4: 6 bytes of it are "
                          "gone."));
}

TEST(DatagramTruncated, IsNotToldOfOneThatFits) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "0123"), 4);
  EXPECT_THAT(told(run, "datagram-truncated"), IsEmpty());
}

TEST(DatagramWoke, IsToldOnlyOfAReceiverThatWasAsleep) {
  TimelineBuilder run = server_and_client();
  const int datagram = run.sendto("client", "server", "x");
  const EventId received = run.recvfrom("server", datagram);
  EXPECT_THAT(told(run, "datagram-woke"), IsEmpty());
  run.woken_by(received, run.timeline().datagrams[0].sent);
  EXPECT_THAT(seen(run, "datagram-woke"),
              ElementsAre("server was asleep in recvfrom until a datagram of client came."));
}

TEST(DatagramsLost, TellsWhereAndByWhichRule) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "one"));
  run.sendto("client", "server", "two", Fate::dropped_by_rule, 12);
  run.sendto("client", "server", "three", Fate::dropped_by_rule);
  run.sendto("client", "server", "four", Fate::buffer_overrun);
  run.sendto("client", "server", "five", Fate::buffer_overrun);
  EXPECT_THAT(seen(run, "datagrams-lost"),
              ElementsAre("1 of 5 datagrams from client to server was dropped by the rule at line 12; the first was "
                          "\"two\".",
                          "1 of 5 datagrams from client to server was lost on the way; the first was \"three\".",
                          "2 of 5 datagrams from client to server found the receive buffer full; the first was "
                          "\"four\"."));
}

TEST(DatagramsLost, IsNotToldWhenAllCameOrAreStillOnTheirWay) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "one"));
  run.sendto("client", "server", "two", Fate::on_the_way);
  EXPECT_THAT(told(run, "datagrams-lost"), IsEmpty());
}

TEST(DatagramRefused, IsToldAtTheCallThatGotTheError) {
  TimelineBuilder run = server_and_client();
  const int datagram = run.sendto("client", "server", "x", Fate::refused);
  const EventId failed = run.fails(run.call("client", "recvfrom"), "ECONNREFUSED");
  run.edit(failed).socket = 1;
  const std::vector<Annotation> annotations = told(run, "datagram-refused");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "client's recvfrom failed with ECONNREFUSED: a datagram sent before had found nobody at "
            "its port.");
  EXPECT_THAT(annotations[0].events,
              ElementsAre(run.timeline().datagrams[static_cast<std::size_t>(datagram)].sent, failed));
  EXPECT_THAT(told(run, "datagram-never-refused"), IsEmpty());
}

TEST(DatagramRefused, IsNotToldOfAStreamThatWasRefused) {
  TimelineBuilder run = server_and_client();
  refused_connect(run);
  EXPECT_THAT(told(run, "datagram-refused"), IsEmpty());
}

TEST(DatagramNeverRefused, IsToldOfAnUnconnectedSender) {
  TimelineBuilder run = server_and_client();
  run.sendto("client", "server", "one", Fate::refused);
  run.sendto("client", "server", "two", Fate::refused);
  EXPECT_THAT(seen(run, "datagram-never-refused"),
              ElementsAre("2 datagrams from client found nobody at the port of server, and client was not told."));
}

TEST(DatagramNeverRefused, IsNotToldOfAConnectedSenderNorOfDeliveredDatagrams) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "fine"));
  run.edit(run.call("client", "connect")).socket = 1;
  run.sendto("client", "server", "one", Fate::refused);
  EXPECT_THAT(told(run, "datagram-never-refused"), IsEmpty());
}

TEST(DatagramsUnread, CountsWhatWasDeliveredInVain) {
  TimelineBuilder run = server_and_client();
  run.recvfrom("server", run.sendto("client", "server", "one"));
  EXPECT_THAT(told(run, "datagrams-unread"), IsEmpty());
  run.sendto("client", "server", "two");
  EXPECT_THAT(seen(run, "datagrams-unread"),
              ElementsAre("1 datagram that had been delivered to server was never read."));
}

TEST(DatagramsReordered, ShowsWhichCameLate) {
  TimelineBuilder run = server_and_client();
  const int one = run.sendto("client", "server", "one");
  const int two = run.sendto("client", "server", "two");
  run.recvfrom("server", two);
  EXPECT_THAT(told(run, "datagrams-reordered"), IsEmpty());
  run.recvfrom("server", one);
  EXPECT_THAT(seen(run, "datagrams-reordered"),
              ElementsAre("server got \"one\" after \"two\", though it was sent before."));
}

TEST(DatagramsReordered, DoesNotCompareTwoSocketsOfAReceiver) {
  TimelineBuilder run = server_and_client();
  const int first = run.sendto("client", "server", "first");
  const int second = run.sendto("client", "server", "second");
  run.edit(run.recvfrom("server", second)).socket = 2;
  run.recvfrom("server", first);
  EXPECT_THAT(told(run, "datagrams-reordered"), IsEmpty()) << "the order of reading was the program's own";
}

TEST(DatagramsReordered, DoesNotCompareTwoSenders) {
  TimelineBuilder run({{"server", 1}, {"client", 2}});
  const int one = run.sendto("client#1", "server", "one");
  const int two = run.sendto("client#2", "server", "two");
  run.recvfrom("server", two);
  run.recvfrom("server", one);
  EXPECT_THAT(told(run, "datagrams-reordered"), IsEmpty());
}

TEST(DatagramDuplicated, ShowsWhatCameTwice) {
  TimelineBuilder run = server_and_client();
  const int one = run.sendto("client", "server", "pay 10");
  run.recvfrom("server", one);
  EXPECT_THAT(told(run, "datagram-duplicated"), IsEmpty());
  run.recvfrom("server", one);
  EXPECT_THAT(seen(run, "datagram-duplicated"),
              ElementsAre("server got \"pay 10\" from client more than once, though it was sent once."));
}

// ---------------------------------------------------------------------------------------------------- framing

Framing delimiter(const std::string& text, std::optional<char> escape = std::nullopt) {
  return {DelimiterFraming{text, escape}, 64 * 1024, {}};
}

/// Server and client with the same framing, and a connection (index 0).
TimelineBuilder framed(const Framing& framing) {
  TimelineBuilder run = server_and_client();
  for (timeline::Lane& lane : run.edit().lanes) lane.framing = framing;
  run.connected("client", "server");
  return run;
}

TEST(FramingRestored, IsToldWhenRecvsAndMessagesEndElsewhere) {
  TimelineBuilder run = framed(delimiter("\n"));
  run.send("client", 0, "Hello\nWorld\n");
  run.message_sent("client", 0, "Hello", 0, 6);
  run.message_sent("client", 0, "World", 6, 6);
  run.recv("server", 0, 8);
  run.message_decoded("server", 0, "Hello", 0, 6);
  run.recv("server", 0, 8);
  run.message_decoded("server", 0, "World", 6, 6);
  EXPECT_THAT(seen(run, "framing-restored"),
              ElementsAre("2 recvs of server (8+4 bytes) became 2 messages, each as client sent it."));
  EXPECT_THAT(seen(run, "message-cut"), ElementsAre("The message \"World\" came to server in 2 recvs."));
}

TEST(FramingRestored, DoesNotSayAsSentOfWhatWasNotSentAsMessages) {
  TimelineBuilder run = framed(delimiter("\n"));
  run.send("client", 0, "Hello\nWorld\n");
  run.recv("server", 0);
  run.message_decoded("server", 0, "Hello", 0, 6);
  run.message_decoded("server", 0, "World", 6, 6);
  EXPECT_THAT(seen(run, "framing-restored"), ElementsAre("1 recv of server (12 bytes) became 2 messages."));
}

TEST(FramingRestored, CountsNoRecvThatBroughtNothingOfTheMessages) {
  TimelineBuilder run = framed(delimiter("\n"));
  run.send("client", 0, "Hello\nWor");
  run.send("client", 0, "ld");
  run.recv("server", 0, 9);
  run.message_decoded("server", 0, "Hello", 0, 6);
  run.recv("server", 0);
  EXPECT_THAT(
      seen(run, "framing-restored"),
      ElementsAre("1 recv of server (9 bytes) brought 1 message of client, and 3 bytes behind that became none."));
}

TEST(FramingRestored, IsNotToldWhenEachRecvWasOneMessage) {
  TimelineBuilder run = framed(delimiter("\n"));
  run.send("client", 0, "Hello\n");
  run.recv("server", 0);
  run.message_decoded("server", 0, "Hello", 0, 6);
  EXPECT_THAT(told(run, "framing-restored"), IsEmpty());
  EXPECT_THAT(told(run, "message-cut"), IsEmpty());
}

TEST(DelimiterCut, TellsHowManyOfItsBytesHadCome) {
  TimelineBuilder run = framed(delimiter("\r\n"));
  run.send("client", 0, "Hello\r\n");
  run.recv("server", 0, 6);
  run.recv("server", 0, 6);
  run.message_decoded("server", 0, "Hello", 0, 7);
  EXPECT_THAT(seen(run, "delimiter-cut"),
              ElementsAre("A recv of server ended after 1 of the 2 bytes of the delimiter \"\\r\\n\"."));
  EXPECT_THAT(told(run, "message-cut"), IsEmpty());
}

TEST(DelimiterCut, IsNotToldOfACutBeforeIt) {
  TimelineBuilder run = framed(delimiter("\r\n"));
  run.send("client", 0, "Hello\r\n");
  run.recv("server", 0, 5);
  run.recv("server", 0, 5);
  run.message_decoded("server", 0, "Hello", 0, 7);
  EXPECT_THAT(told(run, "delimiter-cut"), IsEmpty());
}

TEST(MessageCut, TellsOfALengthPrefixInTwoParts) {
  TimelineBuilder run = framed({LengthFraming{4, true}, 1024, {}});
  run.send("client", 0, std::string("\0\0\0\2Hi", 6));
  run.recv("server", 0, 3);
  run.recv("server", 0, 3);
  run.message_decoded("server", 0, "Hi", 0, 6);
  EXPECT_THAT(seen(run, "message-cut"),
              ElementsAre("A recv of server ended after 3 of the 4 bytes that tell the length of \"Hi\"."));
}

TEST(DelimiterInPayload, CountsWhatBecameOfTheMessage) {
  TimelineBuilder run = framed(delimiter("|"));
  run.send("client", 0, "a|b|");
  run.message_sent("client", 0, "a|b", 0, 4);
  run.recv("server", 0);
  run.message_decoded("server", 0, "a", 0, 2);
  run.message_decoded("server", 0, "b", 2, 2);
  EXPECT_THAT(seen(run, "delimiter-in-payload"),
              ElementsAre("client sent \"a|b\" as one message, and server took 2 messages out of it."));
}

TEST(DelimiterInPayload, TellsWhenTheEscapeSavedTheMessage) {
  TimelineBuilder run = framed(delimiter("|", '\\'));
  run.send("client", 0, "a\\|b|");
  run.message_sent("client", 0, "a|b", 0, 5);
  run.recv("server", 0);
  run.message_decoded("server", 0, "a|b", 0, 5);
  EXPECT_THAT(seen(run, "delimiter-in-payload"),
              ElementsAre("\"a|b\" from client contains the delimiter \"|\", and server got it as one message."));
}

TEST(DelimiterInPayload, IsNotToldOfOtherPayloads) {
  TimelineBuilder run = framed(delimiter("|"));
  run.send("client", 0, "ab|");
  run.message_sent("client", 0, "ab", 0, 3);
  run.recv("server", 0);
  run.message_decoded("server", 0, "ab", 0, 3);
  EXPECT_THAT(told(run, "delimiter-in-payload"), IsEmpty());
}

TEST(MessageTooLong, TellsTheLimit) {
  TimelineBuilder run = framed({LengthFraming{4, true}, 100, {}});
  EXPECT_THAT(told(run, "message-too-long"), IsEmpty());
  run.message_failed("server", "message-too-long");
  EXPECT_THAT(seen(run, "message-too-long"),
              ElementsAre("server refused a message that would be longer than 100 bytes."));
}

TEST(MessageTooLong, TellsTheLimitOfALengthPrefix) {
  TimelineBuilder run = framed({LengthFraming{1, true}, 65536, {}});
  const EventId failed = run.message_failed("client", "message-too-long");
  std::get<timeline::Message>(run.edit().events.at(static_cast<std::size_t>(failed) - 1).what).sent = true;
  EXPECT_THAT(seen(run, "message-too-long"),
              ElementsAre("client did not send a message that is longer than 255 bytes."));
  for (timeline::Lane& lane : run.edit().lanes) lane.framing = Framing{LengthFraming{1, true}, 100, {}};
  EXPECT_THAT(seen(run, "message-too-long"),
              ElementsAre("client did not send a message that is longer than 100 bytes."));
}

TEST(MessageTruncated, IsToldOfAStreamThatEndedTooEarly) {
  TimelineBuilder run = framed(delimiter("\n"));
  EXPECT_THAT(told(run, "message-truncated"), IsEmpty());
  run.message_failed("server", "truncated");
  EXPECT_THAT(seen(run, "message-truncated"), ElementsAre("The stream ended before server had all of a message."));
}

TEST(FramingMismatch, ShowsBothFramings) {
  TimelineBuilder run = framed(delimiter("\n"));
  run.send("client", 0, "Hello\n");
  run.message_sent("client", 0, "Hello", 0, 6);
  run.edit(run.recv("server", 0)).word = "recv_message";
  EXPECT_THAT(told(run, "framing-mismatch"), IsEmpty());
  run.edit().lanes[0].framing = Framing{LengthFraming{2, false}, 1024, {}};
  EXPECT_THAT(seen(run, "framing-mismatch"),
              ElementsAre("client puts messages into the stream with {kind: delimiter, delimiter: \"\\n\"}, and server "
                          "takes them out with {kind: length, bytes: 2, order: little}."));
}

TEST(MessageTruncated, TellsHowMuchOfItHadCome) {
  TimelineBuilder run = framed(delimiter("\n"));
  const EventId id = run.message_failed("server", "truncated");
  std::get<timeline::Message>(run.edit().events[static_cast<std::size_t>(id) - 1].what).stream =
      timeline::StreamRange{0, run.lane("client"), run.lane("server"), 0, 3};
  EXPECT_THAT(seen(run, "message-truncated"),
              ElementsAre("The stream ended, and server had 3 bytes that are no whole message."));
}

// ----------------------------------------------------------------------------------------------------- sleeps

TEST(SleepBetweenSends, SeemedToWorkWhenEachWasReadInTime) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.recv("server", c);
  run.sleep("client", 100);
  run.send("client", c, "World");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "sleep-seemed-to-work"),
              ElementsAre("client slept between its 2 sends, and each came out of a recv of its own."));
  EXPECT_THAT(seen(run, "sleep-cost"), ElementsAre("Between the 2 sends of client there is 1 sleep, 100 ms in all."));
  EXPECT_THAT(told(run, "sleep-defeated"), IsEmpty());
}

TEST(SleepBetweenSends, IsDefeatedByALateReceiver) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.sleep("client", 100);
  run.send("client", c, "World");
  run.sleep("client", 100);
  run.send("client", c, "Again");
  run.recv("server", c);
  EXPECT_THAT(seen(run, "sleep-defeated"),
              ElementsAre("client slept between its sends, and still 3 of them came out of one recv of 15 bytes."));
  EXPECT_THAT(seen(run, "sleep-cost"), ElementsAre("Between the 3 sends of client there are 2 sleeps, 200 ms in all."));
  EXPECT_THAT(told(run, "sleep-seemed-to-work"), IsEmpty());
}

TEST(SleepBetweenSends, IsNotDefeatedWhereNobodySlept) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.send("client", c, "World");
  run.recv("server", c);
  run.sleep("client", 100);
  run.send("client", c, "Again");
  run.recv("server", c);
  EXPECT_THAT(told(run, "sleep-defeated"), IsEmpty());
  EXPECT_THAT(told(run, "sleep-seemed-to-work"), IsEmpty());
}

TEST(SleepBetweenSends, IsNotToldOfSleepsBeforeOrAfterThemNorOfEmptyOnes) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.sleep("client", 100);
  run.send("client", c, "Hello");
  run.recv("server", c);
  run.sleep("client", 0);
  run.send("client", c, "World");
  run.recv("server", c);
  run.sleep("client", 100);
  for (const char* rule : {"sleep-seemed-to-work", "sleep-defeated", "sleep-cost"}) {
    EXPECT_THAT(told(run, rule), IsEmpty()) << rule;
  }
}

// --------------------------------------------------------------------------------------------------- failures

TEST(AddressInUse, IsToldOfTheBind) {
  TimelineBuilder run = server_and_client();
  const EventId bind = run.call("server", "bind");
  EXPECT_THAT(told(run, "address-in-use"), IsEmpty());
  run.fails(bind, "EADDRINUSE");
  EXPECT_THAT(seen(run, "address-in-use"), ElementsAre("server's bind failed with EADDRINUSE: its port is taken."));
}

TEST(AddressInUse, NamesTheConnectionThatTheKernelKeeps) {
  TimelineBuilder run = server_and_client();
  run.listen("server", 8888);
  const int c = run.connected("client", "server");
  run.close("server", c);
  run.edit(run.call("server", "close")).socket = 1;
  run.edit(run.fails(run.call("server", "bind", {{"port", std::int64_t{8888}}}), "EADDRINUSE")).socket = 3;
  EXPECT_THAT(seen(run, "address-in-use"), ElementsAre("server's bind failed with EADDRINUSE: its port is taken."));
  run.edit().connections[0].time_wait = {run.lane("server")};
  EXPECT_THAT(seen(run, "address-in-use"),
              ElementsAre("server's bind failed with EADDRINUSE: its kernel still keeps the "
                          "connection with client on that port."));
}

TEST(AddressInUse, NamesTheConnectionThatIsStillOpen) {
  TimelineBuilder run = server_and_client();
  run.listen("server", 8888);
  const int c = run.connected("client", "server");
  run.edit(run.call("server", "close")).socket = 1;
  run.edit(run.fails(run.call("server", "bind", {{"port", std::int64_t{8888}}}), "EADDRINUSE")).socket = 3;
  run.close("server", c);
  run.edit().connections[0].time_wait = {run.lane("server")};
  EXPECT_THAT(seen(run, "address-in-use"), ElementsAre("server's bind failed with EADDRINUSE: the connection with "
                                                       "client on that port was still open."));
}

TEST(AddressInUse, SaysThatAGroupWasJoinedAlready) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("server", "setsockopt", {{"option", "IP_ADD_MEMBERSHIP"}, {"value", "239.1.2.3"}}), "EADDRINUSE");
  EXPECT_THAT(seen(run, "address-in-use"),
              ElementsAre("server's setsockopt failed with EADDRINUSE: the socket is in that group already."));
}

TEST(AddressInUse, SaysNothingOfTimeWaitToADatagramSocket) {
  TimelineBuilder run = server_and_client();
  run.edit(run.call("server", "socket", {{"type", std::string("dgram")}})).socket = 4;
  run.edit(run.fails(run.call("server", "bind", {{"port", std::int64_t{8888}}}), "EADDRINUSE")).socket = 4;
  EXPECT_THAT(why(run, "address-in-use"), HasSubstr("UDP has no connections"));
  EXPECT_THAT(why(run, "address-in-use"), testing::Not(HasSubstr("TIME-WAIT")));
}

TEST(AddressInUse, SaysHowDatagramSocketsShareAPort) {
  TimelineBuilder run = server_and_client();
  for (const int socket : {1, 2}) {
    run.edit(run.call("server", "socket", {{"type", "dgram"}})).socket = socket;
    const EventId bind = run.call("server", "bind", {{"port", std::int64_t{8888}}});
    run.edit(bind).socket = socket;
    if (socket == 2) run.fails(bind, "EADDRINUSE");
  }
  EXPECT_THAT(
      seen(run, "address-in-use"),
      ElementsAre("server's bind failed with EADDRINUSE: another socket of server is still bound to that port."));
  EXPECT_THAT(why(run, "address-in-use"), HasSubstr("SO_REUSEADDR, or all with SO_REUSEPORT"));
}

TEST(NotConnected, SaysNothingOfAcceptToADatagramSocket) {
  TimelineBuilder run = server_and_client();
  run.edit(run.call("server", "socket", {{"type", "dgram"}})).socket = 1;
  run.edit(run.fails(run.call("server", "shutdown", {{"how", "read"}}), "ENOTCONN")).socket = 1;
  EXPECT_THAT(why(run, "not-connected"), testing::AllOf(HasSubstr("no connect has named"), Not(HasSubstr("accept"))));
}

TEST(OptionRefused, NamesTheGroupOrTheValue) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("server", "setsockopt", {{"option", "IP_DROP_MEMBERSHIP"}, {"group", "239.1.2.3"}}),
            "EADDRNOTAVAIL");
  run.fails(run.call("client", "setsockopt", {{"option", "IP_MULTICAST_TTL"}, {"value", std::int64_t{256}}}), "EINVAL");
  EXPECT_THAT(seen(run, "option-refused"),
              testing::UnorderedElementsAre(
                  "server's setsockopt failed with EADDRNOTAVAIL: the socket is not in the group 239.1.2.3.",
                  "client's setsockopt failed with EINVAL: IP_MULTICAST_TTL does not take 256, or not on this socket "
                  "now."));
}

TEST(NoRoomToSend, IsToldWhereTheProgramItselfMadeTheBufferSmall) {
  TimelineBuilder run = server_and_client();
  const auto sends = [&] {
    run.sendto("client", "server", "much");
    run.edit().datagrams.pop_back();
    run.edit(run.timeline().events.back().id).datagram.reset();
    run.fails(run.timeline().events.back().id, "ENOBUFS");
  };
  sends();
  EXPECT_THAT(told(run, "no-room-to-send"), IsEmpty()) << "nobody knows which room there was none of";
  run.edit(run.call("client", "setsockopt", {{"option", "SO_SNDBUF"}, {"value", std::int64_t{1}}})).socket = 1;
  sends();
  EXPECT_THAT(seen(run, "no-room-to-send"),
              ElementsAre("client's sendto failed with ENOBUFS: the datagram, in fragments, needs more than the send "
                          "buffer."));
}

TEST(AddressInUse, NamesTheActorsOwnOpenSocket) {
  TimelineBuilder run = server_and_client();
  run.listen("server", 8888);
  run.edit(run.fails(run.call("server", "bind", {{"port", std::int64_t{8888}}}), "EADDRINUSE")).socket = 2;
  EXPECT_THAT(
      seen(run, "address-in-use"),
      ElementsAre("server's bind failed with EADDRINUSE: another socket of server is still bound to that port."));
}

TEST(Permission, TellsAPrivilegedPortFromABroadcast) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("server", "bind", {{"port", std::int64_t{80}}}), "EACCES");
  run.fails(run.call("client", "sendto"), "EACCES");
  EXPECT_THAT(seen(run, "permission"), ElementsAre("server's bind to port 80 failed with EACCES.",
                                                   "client's sendto failed with EACCES: it went to everyone."));
}

TEST(Permission, IsNotToldOfAHighPort) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("server", "bind", {{"port", std::int64_t{8080}}}), "EACCES");
  EXPECT_THAT(told(run, "permission"), IsEmpty());
}

TEST(Errors, ThatHaveALessonHaveARule) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("client", "sendto"), "EMSGSIZE");
  run.edit(run.fails(run.call("client", "recv"), "ENOTCONN")).socket = 2;
  run.fails(run.call("client", "send"), "EDESTADDRREQ");
  EXPECT_THAT(seen(run, "datagram-too-long"), ElementsAre("client's sendto failed with EMSGSIZE."));
  EXPECT_THAT(seen(run, "no-destination"), ElementsAre("client's send failed with EDESTADDRREQ."));
  const std::vector<Annotation> not_connected = told(run, "not-connected");
  ASSERT_THAT(not_connected, SizeIs(1));
  EXPECT_EQ(not_connected[0].seen, "client's recv failed with ENOTCONN.");
  EXPECT_THAT(not_connected[0].see, ElementsAre("recv(2)", "accept(2)"));
}

TEST(Timeout, TellsAWaitForADatagramFromOtherCalls) {
  TimelineBuilder run = server_and_client();
  run.fails(run.call("client", "recvfrom"), "timeout");
  run.fails(run.call("server", "accept"), "timeout");
  EXPECT_THAT(seen(run, "timeout"), ElementsAre("client's recvfrom had found no datagram when its timeout was over.",
                                                "server's accept was given up when the step's timeout was over."));
}

TEST(Timeout, IsNotToldOfACallThatTheEndOfTheRunCutOff) {
  TimelineBuilder run = server_and_client();
  run.never_returns(run.call("server", "accept"), "limit");
  EXPECT_THAT(told(run, "timeout"), IsEmpty());
}

TEST(Deadlock, SaysWhoWaitsForWhomAtWhichLine) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId one = run.never_returns(run.recv("server", c));
  const EventId two = run.never_returns(run.recv("client", c));
  run.edit().outcome = timeline::Outcome::deadlock;
  run.edit().waits = {
      {run.lane("server"), 12, "recv#1", words::Message{"wait.asleep"_text, {{"call", "recv"}}}, run.lane("client")},
      {run.lane("client"), 20, "recv#1", words::Message{"wait.asleep"_text, {{"call", "recv"}}}, timeline::nobody}};
  const std::vector<Annotation> annotations = told(run, "deadlock");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "Nobody could move any more: server is asleep in recv, line 12, and needs client; client "
            "is asleep in recv, line 20.");
  EXPECT_THAT(annotations[0].events, ElementsAre(one, two));
}

TEST(Deadlock, SaysWhoWaitsForOneThatHasEnded) {
  TimelineBuilder run = server_and_client();
  run.never_returns(run.call("server", "accept"));
  run.call("client", "exit");
  run.edit().outcome = timeline::Outcome::deadlock;
  run.edit().waits = {{run.lane("server"), 8, "accept#1", words::Message{"wait.asleep"_text, {{"call", "accept"}}},
                       run.lane("client")}};
  EXPECT_THAT(seen(run, "deadlock"), ElementsAre("Nobody could move any more: server is asleep in accept, line 8, and "
                                                 "needs client, which has ended."));
}

TEST(Deadlock, NamesTwoFullBuffersFacingEachOther) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.never_returns(run.send("server", c, "x"));
  run.never_returns(run.send("client", c, "x"));
  run.edit().outcome = timeline::Outcome::deadlock;
  run.edit().waits = {
      {run.lane("server"), 12, "send#1", words::Message{"wait.asleep"_text, {{"call", "send"}}}, run.lane("client")},
      {run.lane("client"), 20, "send#1", words::Message{"wait.asleep"_text, {{"call", "send"}}}, run.lane("server")}};
  EXPECT_THAT(why(run, "deadlock"), HasSubstr("the buffers are full both ways"));
}

TEST(Deadlock, IsNotToldOfARunThatEnded) {
  TimelineBuilder run = server_and_client();
  run.connected("client", "server");
  EXPECT_THAT(told(run, "deadlock"), IsEmpty());
}

TEST(UnexpectedFailure, IsToldOfTheCallThatEndedItsActor) {
  TimelineBuilder run = server_and_client();
  run.edit(run.fails(run.call("client", "connect"), "ECONNREFUSED")).line = 21;
  const std::vector<Annotation> annotations = told(run, "unexpected-failure");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "client's connect failed with ECONNREFUSED at line 21, which nobody had expected: client ended there.");
  EXPECT_THAT(annotations[0].see, ElementsAre("connect(2)", "errno(3)"));
}

TEST(UnexpectedFailure, IsToldOfAStepThatExpectedSomethingElse) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.expectation(run.fails(run.recv("client", c), "ECONNRESET"), "eof");
  EXPECT_THAT(told(run, "unexpected-failure"), SizeIs(1));
}

TEST(UnexpectedFailure, IsNotToldOfAnExpectedOneNorOfOneThatWasTriedAgain) {
  TimelineBuilder run = server_and_client();
  run.expectation(run.fails(run.call("client", "connect"), "ECONNREFUSED"), "{fails: ECONNREFUSED}");
  run.fails(run.call("server", "connect"), "ECONNREFUSED");
  run.call("server", "connect");
  EXPECT_THAT(told(run, "unexpected-failure"), IsEmpty());
}

TEST(UnexpectedFailure, IsToldOfAMessageThatEndedItsActor) {
  TimelineBuilder run = server_and_client();
  const EventId failed = run.message_failed("server", "message-too-long");
  const std::vector<Annotation> annotations = told(run, "unexpected-failure");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "server's recv_message failed with message-too-long at line 1, which nobody had expected: server ended "
            "there.");
  EXPECT_THAT(annotations[0].events, ElementsAre(failed));
}

TEST(UnexpectedFailure, NamesTheStepWhoseBytesDidNotCome) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  const EventId receive = run.recv("server", c);
  run.edit(receive).step = "recv_message#1";
  run.message_failed("server", "truncated");
  EXPECT_THAT(seen(run, "unexpected-failure"), ElementsAre(HasSubstr("server's recv failed with truncated")));
}

TEST(UnexpectedFailure, IsNotToldOfAMessageThatWasExpectedToFail) {
  TimelineBuilder run = server_and_client();
  run.message_failed("server", "truncated");
  timeline::Expectation expectation;
  expectation.lane = run.lane("server");
  expectation.step = "recv_message#1";
  expectation.expected = "{fails: truncated}";
  expectation.held = true;
  run.edit().events.push_back({2, 2000, expectation});
  EXPECT_THAT(told(run, "unexpected-failure"), IsEmpty());
}

TEST(BufferSize, ComparesWhatWasAskedWithWhatIsRead) {
  TimelineBuilder run = server_and_client();
  run.call("server", "setsockopt", {{"option", "SO_RCVBUF"}, {"value", std::int64_t{4096}}});
  const EventId read = run.call("server", "getsockopt", {{"option", "SO_RCVBUF"}, {"value", std::int64_t{8192}}});
  EXPECT_THAT(seen(run, "buffer-size"), ElementsAre("server asked for SO_RCVBUF 4096, and getsockopt tells 8192."));
  run.edit(read).args = {{"option", "SO_RCVBUF"}, {"value", std::int64_t{4096}}};
  EXPECT_THAT(told(run, "buffer-size"), IsEmpty());
}

// ---------------------------------------------------------------------------------------------------- overall

TEST(Explain, HasNothingToSayOfARunWithoutEvents) {
  TimelineBuilder run = server_and_client();
  EXPECT_THAT(explain(run.timeline(), words::Language::english), IsEmpty());
}

TEST(Explain, CountsFiftyClientsInsteadOfNamingEach) {
  TimelineBuilder run({{"server", 1}, {"client", 50}});
  run.listen("server", 8888, 50);
  for (int i = 1; i <= 50; ++i) run.connected(fmt::format("client#{}", i), "server");
  EXPECT_THAT(
      seen(run, "handshake-before-accept"),
      ElementsAre("client#1's connect had returned before server called accept. (and 49 more times in this run)"));
}

TEST(Explain, OrdersWhatItSaysByWhereItIsShown) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  const int c = run.connected("client", "server");
  run.send("client", c, "Hello");
  run.send("client", c, "World");
  run.recv("server", c, 7);
  run.recv("server", c, 7);
  run.close("client", c);
  run.recv("server", c);
  const std::vector<Annotation> annotations = explain(run.timeline(), words::Language::english);
  EXPECT_TRUE(std::is_sorted(annotations.begin(), annotations.end(), [](const Annotation& a, const Annotation& b) {
    return a.events.back() < b.events.back();
  }));
}

TEST(Explain, ShowsHostileDataEscaped) {
  TimelineBuilder run = server_and_client();
  const int c = run.connected("client", "server");
  run.send("client", c, "\x1b[31m");
  run.send("client", c, "{}");
  run.recv("server", c);
  for (const Annotation& annotation : explain(run.timeline(), words::Language::english))
    EXPECT_EQ(annotation.seen.find('\x1b'), std::string::npos);
  EXPECT_THAT(seen(run, "coalesced-recv"), ElementsAre(HasSubstr("{}")));
}

}  // namespace
}  // namespace wirelab::explain

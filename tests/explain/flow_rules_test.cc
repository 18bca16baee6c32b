// Rules about when TCP sends, how much at a time, and when it acknowledges.
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

constexpr int push = flag::ack | flag::psh;

class Flow : public testing::Test {
 protected:
  Flow() {
    wire.client(flag::syn);
    syn_ack = wire.server(flag::syn | flag::ack);
    wire.client(flag::ack);
  }

  /// A send, and when it returned.
  EventId send(const std::string& lane, const std::string& data) {
    const EventId id = run.send(lane, connection, data);
    run.edit(id).returned_at = run.timeline().events.back().at + 100;
    return id;
  }
  void set_nodelay() { set_option("TCP_NODELAY", 1); }
  EventId set_option(const std::string& name, std::int64_t value) {
    const EventId option = run.call("client", "setsockopt", {{"option", name}, {"value", value}});
    run.edit(option).socket = run.edit(run.timeline().connections[0].connect).socket;
    return option;
  }
  static std::string bytes(std::int64_t count) { return std::string(static_cast<std::size_t>(count), 'x'); }

  TimelineBuilder run = server_and_client();
  int connection = run.connected("client", "server");
  ConnectionOnWire wire{run, connection};
  EventId syn_ack = 0;
};

// ----------------------------------------------------------------------------------------------- segmentation

TEST_F(Flow, TellsTheSegmentsOfALongSend) {
  const EventId call = send("client", bytes(4000));
  wire.client(flag::ack, bytes(1448));
  wire.client(flag::ack, bytes(1448));
  const EventId last = wire.client(push, bytes(1104));
  const std::vector<Annotation> annotations = told(run, "segmentation");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen, "One send of client (4000 bytes) left in 3 segments: 1448+1448+1104 bytes.");
  EXPECT_THAT(annotations[0].why, HasSubstr("at most 1460 bytes in a segment (MSS)"));
  EXPECT_THAT(annotations[0].why, HasSubstr("Timestamps take 12"));
  EXPECT_THAT(annotations[0].events, ElementsAre(call, last - 2, last - 1, last));
}

TEST_F(Flow, DoesNotBlameTheMssForShorterSegments) {
  send("client", bytes(3000));
  wire.client(flag::ack, bytes(1000));
  wire.client(flag::ack, bytes(1000));
  wire.client(push, bytes(1000));
  EXPECT_THAT(told(run, "segmentation"), IsEmpty());
}

TEST_F(Flow, DoesNotSpeakOfASendThatFitsIntoOneSegment) {
  send("client", bytes(1448));
  wire.client(push, bytes(1448));
  EXPECT_THAT(told(run, "segmentation"), IsEmpty());
}

TEST_F(Flow, DoesNotSpeakOfASegmentThatHasBytesOfTheNextSend) {
  send("client", bytes(2000));
  send("client", bytes(500));
  wire.client(flag::ack, bytes(1448));
  wire.client(push, bytes(1052));
  EXPECT_THAT(told(run, "segmentation"), IsEmpty());
}

// ------------------------------------------------------------------------------------------------------ Nagle

TEST_F(Flow, TellsThatNagleHeldSmallSendsBack) {
  const EventId first = send("client", "aaaa");
  wire.packet(wire.client(push, "aaaa")).cause = first;
  const EventId ack = wire.held(wire.server(flag::ack));
  const EventId second = send("client", "bbbb");
  const EventId third = send("client", "cccc");
  wire.deliver(ack);
  const EventId segment = wire.client(push, "bbbbcccc");
  const std::vector<Annotation> annotations = told(run, "nagle");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "2 sends of client (4+4 bytes) had returned, but their bytes left only when the ACK of the 4 bytes before "
            "had come, in one segment.");
  EXPECT_THAT(annotations[0].events, testing::UnorderedElementsAre(second, third, ack, segment));
}

TEST_F(Flow, DoesNotBlameNagleWhenTheSendCameAfterTheAck) {
  send("client", "aaaa");
  wire.client(push, "aaaa");
  wire.server(flag::ack);
  send("client", "bbbb");
  wire.client(push, "bbbb");
  EXPECT_THAT(told(run, "nagle"), IsEmpty());
}

TEST_F(Flow, DoesNotBlameNagleWhenItIsSwitchedOff) {
  set_nodelay();
  send("client", "aaaa");
  wire.client(push, "aaaa");
  const EventId ack = wire.held(wire.server(flag::ack));
  send("client", "bbbb");
  wire.deliver(ack);
  wire.client(push, "bbbb");
  EXPECT_THAT(told(run, "nagle"), IsEmpty());
}

TEST_F(Flow, TellsThatWhatNagleHeldBackLeftWithTheFin) {
  wire.packet(wire.client(push, "aaaa")).cause = send("client", "aaaa");
  const EventId ack = wire.held(wire.server(flag::ack));
  const EventId second = send("client", "bbbb");
  const EventId close = run.close("client", connection);
  const EventId segment = wire.client(push | flag::fin, "bbbb");
  wire.deliver(ack);
  const std::vector<Annotation> annotations = told(run, "nagle");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "1 send of client (4 bytes) had returned, but its bytes left only together with its FIN: server's ACK of "
            "the 4 bytes before had not come yet.");
  EXPECT_THAT(annotations[0].events, ElementsAre(second, close, segment));
}

TEST_F(Flow, DoesNotBlameNagleForBytesThatLeftWithTheFinThoughAllWasAcknowledged) {
  send("client", "aaaa");
  wire.client(push, "aaaa");
  wire.server(flag::ack);
  send("client", "bbbb");
  run.close("client", connection);
  wire.client(push | flag::fin, "bbbb");
  EXPECT_THAT(told(run, "nagle"), IsEmpty());
}

TEST_F(Flow, DoesNotBlameNagleForAClosedWindow) {
  wire.packet(syn_ack).window = 6;
  send("client", "aaaa");
  wire.client(push, "aaaa");
  const EventId ack = wire.held(wire.server(flag::ack));
  send("client", "bbbb");
  wire.deliver(ack);
  wire.client(push, "bbbb");
  EXPECT_THAT(told(run, "nagle"), IsEmpty());
}

TEST_F(Flow, DoesNotBlameNagleForWhatFollowsAFullSegment) {
  send("client", bytes(1448));
  wire.client(push, bytes(1448));
  const EventId ack = wire.held(wire.server(flag::ack));
  send("client", "bbbb");
  wire.deliver(ack);
  wire.client(push, "bbbb");
  EXPECT_THAT(told(run, "nagle"), IsEmpty());
}

TEST_F(Flow, DoesNotBlameNagleAfterALoss) {
  send("client", "aaaa");
  wire.again(wire.lost(wire.client(push, "aaaa")));
  const EventId ack = wire.held(wire.server(flag::ack));
  send("client", "bbbb");
  wire.deliver(ack);
  wire.client(push, "bbbb");
  EXPECT_THAT(told(run, "nagle"), IsEmpty());
}

TEST_F(Flow, DoesNotBlameNagleForASendThatHadNotReturned) {
  send("client", "aaaa");
  wire.client(push, "aaaa");
  const EventId ack = wire.held(wire.server(flag::ack));
  const EventId second = send("client", "bbbb");
  wire.deliver(ack);
  run.edit(second).returned_at = wire.packet(ack).delivered_at + 1;
  wire.client(push, "bbbb");
  EXPECT_THAT(told(run, "nagle"), IsEmpty());
}

TEST_F(Flow, SaysWhatNaglesAlgorithmWouldHaveHeldBack) {
  set_nodelay();
  wire.packet(wire.client(push, "aaaa")).cause = send("client", "aaaa");
  const EventId cause = send("client", "bbbb");
  const EventId segment = wire.client(push, "bbbb");
  wire.packet(segment).cause = cause;
  EXPECT_THAT(seen(run, "nagle-off"),
              ElementsAre("client had TCP_NODELAY set: 1 small segment (4 bytes) left while earlier bytes were "
                          "unacknowledged."));
}

TEST_F(Flow, DoesNotPraiseNodelayForWhatWouldNotHaveWaited) {
  set_nodelay();
  const EventId full = wire.client(push, bytes(1448));
  wire.packet(full).cause = send("client", bytes(1448));
  const EventId behind_a_full_one = wire.client(push, "bbbb");
  wire.packet(behind_a_full_one).cause = send("client", "bbbb");
  wire.server(flag::ack);
  const EventId after_the_ack = wire.client(push, "cccc");
  wire.packet(after_the_ack).cause = send("client", "cccc");
  EXPECT_THAT(told(run, "nagle-off"), IsEmpty());
}

// ------------------------------------------------------------------------------------------------ delayed ACK

TEST_F(Flow, DoesNotCallAnAckDelayedThatCameAtOnce) {
  wire.client(push, "Hello");
  wire.server(flag::ack);
  wire.client(push, "World");
  wire.server(flag::ack);
  EXPECT_THAT(told(run, "delayed-ack"), IsEmpty());
}

TEST_F(Flow, TellsOfAnAckThatWentWithData) {
  const EventId question = wire.client(push, "Hello");
  send("server", "World");
  const EventId answer = wire.server(push, "World");
  const std::vector<Annotation> annotations = told(run, "delayed-ack");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "server's kernel did not acknowledge 5 bytes of client when they came: the ACK went with server's own next "
            "packet.");
  EXPECT_THAT(annotations[0].events, ElementsAre(question, answer));
}

TEST_F(Flow, TellsOfOneAckForTwoSegments) {
  wire.client(push, "Hello");
  wire.client(push, "World");
  wire.server(flag::ack);
  EXPECT_THAT(seen(run, "delayed-ack"), ElementsAre("server's kernel did not acknowledge 5 bytes of client when they "
                                                    "came: one ACK did for them and the next segment."));
}

TEST_F(Flow, TellsOfAnAckThatWentAlone) {
  wire.client(push, "Hello");
  run.call("client", "socket");
  wire.server(flag::ack);
  EXPECT_THAT(seen(run, "delayed-ack"),
              ElementsAre("server's kernel acknowledged 5 bytes of client only some time after they had come."));
}

TEST_F(Flow, DoesNotCallAnAckDelayedThatWaitedForAGap) {
  const EventId missing = wire.lost(wire.client(push, "Hello"));
  wire.client(push, "World");
  wire.server(flag::ack);
  wire.again(missing);
  wire.server(flag::ack);
  EXPECT_THAT(told(run, "delayed-ack"), IsEmpty());
}

TEST_F(Flow, DoesNotCallAnAckDelayedOfWhatHadToBeSentAgain) {
  const EventId not_taken = wire.client(push, "Hello");
  run.call("client", "socket");
  wire.again(not_taken);
  wire.server(flag::ack);
  EXPECT_THAT(told(run, "delayed-ack"), IsEmpty());
}

TEST_F(Flow, KnowsNothingOfDelayedAcksWhereNobodyWaits) {
  run.edit().pace = scenario::Pace::free;
  wire.client(push, "Hello");
  run.call("client", "socket");
  wire.server(flag::ack);
  EXPECT_THAT(told(run, "delayed-ack"), IsEmpty());
}

TEST_F(Flow, SaysThatNagleAndDelayedAckWaitedForEachOther) {
  send("client", "ques");
  wire.client(push, "ques");
  send("client", "tion");
  wire.server(flag::ack);
  wire.client(push, "tion");
  EXPECT_THAT(seen(run, "nagle"),
              ElementsAre("1 send of client (4 bytes) had returned, but its bytes waited for the ACK "
                          "of the 4 bytes before, and server's kernel put that ACK off."));
  EXPECT_THAT(told(run, "delayed-ack"), IsEmpty());
}

// ------------------------------------------------------------------------------------------------------- cork

TEST_F(Flow, TellsThatTakingTheCorkOffLetBytesGo) {
  set_option("TCP_CORK", 1);
  const EventId one = send("client", "one");
  const EventId two = send("client", "two");
  const EventId off = set_option("TCP_CORK", 0);
  const EventId segment = wire.client(push, "onetwo");
  const std::vector<Annotation> annotations = told(run, "cork");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "2 sends of client (3+3 bytes) had returned, but their bytes left only when TCP_CORK was taken off.");
  EXPECT_THAT(annotations[0].events, ElementsAre(one, two, off, segment));
}

TEST_F(Flow, TellsThatACorkHoldsBytesForAWhileOnly) {
  set_option("TCP_CORK", 1);
  send("client", "one");
  const EventId segment = wire.client(push, "one");
  EXPECT_THAT(told(run, "cork"), IsEmpty());
  run.edit().events.at(static_cast<std::size_t>(segment) - 1).at += 200'000'000;
  EXPECT_THAT(seen(run, "cork"),
              ElementsAre("1 send of client (3 bytes) had returned, but TCP_CORK held its bytes back for a while."));
}

// ----------------------------------------------------------------------------------------------- asleep in send

TEST_F(Flow, DoesNotSpeakOfTheWindowWhereASendOnlyWaitedForAcknowledgements) {
  const EventId asleep = send("client", bytes(2000));
  wire.client(flag::ack, bytes(1448));
  wire.server(flag::ack);
  wire.client(push, bytes(552));
  run.woken_by(asleep, run.recv("server", connection));
  run.edit(asleep).returned_at = run.timeline().events.back().at;
  EXPECT_THAT(seen(run, "send-asleep"),
              ElementsAre("client was asleep in send until bytes it had sent before were acknowledged."));
}

TEST_F(Flow, GivesNoReasonForASendThatFilledTheWindow) {
  wire.set_window_of_server(2000);
  wire.server(flag::ack);
  const EventId asleep = send("client", bytes(2000));
  wire.client(flag::ack, bytes(1448));
  wire.server(flag::ack);
  run.woken_by(asleep, run.recv("server", connection));
  run.edit(asleep).returned_at = run.timeline().events.back().at;
  wire.client(push, bytes(552));
  EXPECT_THAT(seen(run, "send-asleep"), ElementsAre(HasSubstr("were acknowledged")));
  wire.packet(syn_ack).window = 2000;
  EXPECT_THAT(seen(run, "send-asleep"), ElementsAre("client was asleep in send."));
}

TEST_F(Flow, SaysThatReadingWokeASendWhereTheWindowHadClosed) {
  const EventId asleep = send("client", bytes(2000));
  wire.client(flag::ack, bytes(1448));
  wire.set_window_of_server(0);
  wire.server(flag::ack);
  run.woken_by(asleep, run.recv("server", connection));
  wire.set_window_of_server(64240);
  wire.server(flag::ack);
  run.edit(asleep).returned_at = run.timeline().events.back().at + 1000;
  EXPECT_THAT(seen(run, "send-asleep"), ElementsAre("client was asleep in send until server read."));
}

// ------------------------------------------------------------------------------------------ sleeps between sends

TEST_F(Flow, SaysThatBytesOfSeveralSendsTravelledTogetherToAReceiverThatWaited) {
  send("client", "Hello");
  run.sleep("client", 100);
  const EventId last = send("client", "World");
  wire.client(push, "HelloWorld");
  run.woken_by(run.recv("server", connection), last);
  EXPECT_THAT(seen(run, "sleep-defeated"),
              ElementsAre("client slept between its sends, and still 2 of them came out of one recv of 10 bytes: bytes "
                          "of different sends had travelled in one segment."));
}

// ------------------------------------------------------------------------------------------------ zero window

TEST_F(Flow, TellsOfAClosedWindowAndWhoOpenedIt) {
  send("client", "Hello");
  wire.client(push, "Hello");
  wire.set_window_of_server(0);
  const EventId closed = wire.server(flag::ack);
  wire.probe_by_client();
  wire.server(flag::ack);
  const EventId recv = run.recv("server", connection);
  run.edit(recv).returned_at = run.timeline().events.back().at + 100;
  wire.set_window_of_server(5);
  const EventId open = wire.server(flag::ack);
  const std::vector<Annotation> annotations = told(run, "zero-window");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "server's kernel told client that it had no room left (win=0), and when server had read, that there was "
            "room again.");
  EXPECT_THAT(annotations[0].measured, HasSubstr("with 1 probe in between"));
  EXPECT_THAT(annotations[0].events, ElementsAre(closed, recv, open));
}

TEST_F(Flow, TellsOfAWindowThatStaysClosed) {
  wire.client(push, "Hello");
  wire.set_window_of_server(0);
  wire.server(flag::ack);
  EXPECT_THAT(seen(run, "zero-window"), ElementsAre("server's kernel told client that it had no room left (win=0)."));
}

TEST_F(Flow, DoesNotTakeTheWindowOfAResetForAClosedOne) {
  wire.client(push, "Hello");
  wire.set_window_of_server(0);
  wire.server(flag::rst | flag::ack);
  EXPECT_THAT(told(run, "zero-window"), IsEmpty());
}

}  // namespace
}  // namespace wirelab::explain

// Rules about TCP packets that get lost, overtake each other or come twice.
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

class Losses : public testing::Test {
 protected:
  TimelineBuilder run = server_and_client();
  ConnectionOnWire wire{run, run.connect("client", "server")};

  /// That packet and all behind it came as late as after a timer of Linux.
  void a_timer_before(EventId id) {
    constexpr timeline::Nanoseconds timer = 205'000'000;
    for (timeline::Event& event : run.edit().events) {
      if (event.id < id) continue;
      event.at += timer;
      if (auto* packet = std::get_if<timeline::Packet>(&event.what); packet && packet->delivered_at > 0) {
        packet->delivered_at += timer;
      }
    }
  }
};

TEST_F(Losses, OfASynAreToldWithTheRuleThatDroppedIt) {
  const EventId syn = wire.lost(wire.client(flag::syn));
  const EventId again = wire.again(syn);
  EXPECT_THAT(told(run, "syn-lost"), IsEmpty());
  wire.server(flag::syn | flag::ack);
  const std::vector<Annotation> annotations = told(run, "syn-lost");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen, "1 SYN of client was dropped by the rule at line 6; the next one got through.");
  EXPECT_THAT(annotations[0].events, ElementsAre(syn, again));
  EXPECT_THAT(annotations[0].see, testing::Contains("RFC 6298 §2"));
}

TEST_F(Losses, OfSeveralSynsAreCounted) {
  const EventId syn = wire.lost(wire.client(flag::syn));
  wire.packet(syn).rule_line = 0;
  wire.lost(wire.again(syn));
  wire.again(syn);
  wire.server(flag::syn | flag::ack);
  EXPECT_THAT(seen(run, "syn-lost"), ElementsAre("2 SYNs of client were lost on the way; the next one got through."));
}

TEST_F(Losses, AreNotToldOfASynThatIsOnlySentAgain) {
  wire.again(wire.client(flag::syn));
  wire.server(flag::syn | flag::ack);
  EXPECT_THAT(told(run, "syn-lost"), IsEmpty());
}

TEST_F(Losses, OfASynAckAreTold) {
  wire.client(flag::syn);
  const EventId answer = wire.lost(wire.server(flag::syn | flag::ack));
  EXPECT_THAT(told(run, "syn-ack-lost"), IsEmpty());
  wire.again(answer);
  wire.client(flag::ack);
  EXPECT_THAT(seen(run, "syn-ack-lost"),
              ElementsAre("server's SYN-ACK was dropped by the rule at line 6; the handshake "
                          "went on only when it had been sent again."));
}

TEST_F(Losses, ThatNothingTellsOfAreMendedByTheTimer) {
  wire.shake_hands();
  const EventId segment = wire.lost(wire.client(push, "Hello"));
  const EventId again = wire.again(segment);
  a_timer_before(again);
  const std::vector<Annotation> annotations = told(run, "segment-lost");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(
      annotations[0].seen,
      "1 segment of client (5 bytes) was dropped by the rule at line 6, and nothing came back that told of it: it "
      "was sent again when the retransmission timer had run out.");
  EXPECT_THAT(annotations[0].events, ElementsAre(segment, again));
  EXPECT_EQ(annotations[0].measured, "It took 205 ms.");
}

TEST_F(Losses, OfWhatWasSentAgainAreCounted) {
  wire.shake_hands();
  const EventId segment = wire.lost(wire.client(push, "Hello"));
  wire.lost(wire.again(segment));
  wire.again(segment);
  EXPECT_THAT(seen(run, "segment-lost"),
              ElementsAre(HasSubstr("when the retransmission timer had run out (1 repetition was lost too).")));
}

TEST_F(Losses, OfAFinAreToldAsThat) {
  wire.shake_hands();
  a_timer_before(wire.again(wire.lost(wire.client(flag::fin | flag::ack))));
  EXPECT_THAT(seen(run, "segment-lost"),
              ElementsAre("client's FIN was dropped by the rule at line 6, and was sent again when the retransmission "
                          "timer had run out."));
  EXPECT_THAT(why(run, "segment-lost"), HasSubstr("its kernel sees to it, even when the program has ended."));
}

TEST_F(Losses, ThatAreMendedSoonerThanAnyTimerRunsOutAreNotPutDownToIt) {
  wire.shake_hands();
  wire.again(wire.lost(wire.client(push, "Hello")));
  EXPECT_THAT(seen(run, "segment-lost"),
              ElementsAre(HasSubstr("sent again all the same, sooner than the 200 ms that the retransmission timer")));
  EXPECT_THAT(why(run, "segment-lost"), HasSubstr("tail loss probe"));
}

TEST_F(Losses, AreNotToldBeforeTheyAreMended) {
  wire.shake_hands();
  wire.lost(wire.client(push, "Hello"));
  EXPECT_THAT(told(run, "segment-lost"), IsEmpty());
}

TEST_F(Losses, AreNotToldOfWhatIsSentAgainForNothing) {
  wire.shake_hands();
  wire.again(wire.client(push, "Hello"));
  EXPECT_THAT(told(run, "segment-lost"), IsEmpty());
}

/// Five segments, the second of them lost; after each of the others the server acknowledges. With `repeated` ACKs the
/// client hears of the gap.
EventId with_gap(ConnectionOnWire& wire, int repeated, bool sack) {
  wire.shake_hands();
  wire.client(push, "1111");
  wire.server(flag::ack);
  const EventId missing = wire.lost(wire.client(push, "2222"));
  std::vector<EventId> behind;
  for (int i = 0; i < repeated; ++i) {
    const EventId segment = wire.client(push, "3333");
    const EventId ack = wire.server(flag::ack);
    if (sack) wire.packet(ack).options.sack = {{9, wire.packet(segment).seq + 4}};
  }
  return missing;
}

TEST_F(Losses, ThatThreeAcksTellOfAreMendedWithoutATimer) {
  const EventId missing = with_gap(wire, 3, false);
  const EventId again = wire.again(missing);
  const std::vector<Annotation> annotations = told(run, "segment-lost");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "1 segment of client (4 bytes) was dropped by the rule at line 6. 3 ACKs of server asked for byte 5 once "
            "more, and client's kernel sent it again without waiting for a timer.");
  EXPECT_THAT(annotations[0].events, ElementsAre(missing, missing + 2, missing + 4, missing + 6, again));
}

TEST_F(Losses, ThatSackTellsOfSayWhatHadComeBehindTheGap) {
  wire.again(with_gap(wire, 3, true));
  EXPECT_THAT(seen(run, "segment-lost"),
              ElementsAre(HasSubstr("told by SACK what had come behind it (9-12, 9-16, 9-20);")));
}

TEST_F(Losses, ThatTooFewAcksTellOfAreNotCalledFastRetransmit) {
  wire.again(with_gap(wire, 2, false));
  EXPECT_THAT(seen(run, "segment-lost"),
              ElementsAre("1 segment of client (4 bytes) was dropped by the rule at line 6. 2 ACKs of server told that "
                          "something behind it had come, and it was sent again."));
}

TEST_F(Losses, AreNotToldByTheAckOfWhatCameBefore) {
  wire.shake_hands();
  wire.client(push, "1111");
  const EventId missing = wire.lost(wire.client(push, "2222"));
  wire.server(flag::ack);
  wire.again(missing);
  EXPECT_THAT(seen(run, "segment-lost"), ElementsAre(HasSubstr("nothing came back that told of it")));
}

TEST_F(Losses, DoNotCountAcksThatCameAfterTheRepair) {
  const EventId missing = with_gap(wire, 3, false);
  wire.again(missing);
  for (const EventId ack : {missing + 2, missing + 4, missing + 6}) {
    wire.packet(ack).delivered_at = run.timeline().events.back().at + 900;
  }
  EXPECT_THAT(seen(run, "segment-lost"), ElementsAre(HasSubstr("nothing came back that told of it")));
}

TEST_F(Losses, OfTheFastRepetitionAreMendedByTheTimer) {
  const EventId missing = with_gap(wire, 3, false);
  wire.lost(wire.again(missing));
  const EventId again = wire.again(missing);
  a_timer_before(again);
  const std::vector<Annotation> annotations = told(run, "segment-lost");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "1 segment of client (4 bytes) was dropped by the rule at line 6. 3 ACKs of server told that something "
            "behind had come. It was sent again, but 1 repetition was lost too, and the next one went only when the "
            "retransmission timer had run out.");
  EXPECT_EQ(annotations[0].events.back(), again);
}

TEST_F(Losses, OfTheFastRepetitionAreNotPutDownToTheTimerIfAnAckMayHaveToldOfThem) {
  const EventId missing = with_gap(wire, 3, false);
  wire.lost(wire.again(missing));
  wire.client(push, "4444");
  wire.server(flag::ack);
  wire.again(missing);
  EXPECT_THAT(seen(run, "segment-lost"),
              ElementsAre(testing::EndsWith("but 1 repetition was lost too before one got through.")));
}

TEST_F(Losses, ThatAreNeverMendedAreToldIfTheyWereTried) {
  wire.shake_hands();
  const EventId segment = wire.lost(wire.client(push, "Hello"));
  const EventId again = wire.lost(wire.again(segment));
  const EventId last = wire.lost(wire.again(segment));
  const std::vector<Annotation> annotations = told(run, "segment-lost");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(
      annotations[0].seen,
      "1 segment of client (5 bytes) was dropped by the rule at line 6, and 2 repetitions too: in this run server "
      "never got it.");
  EXPECT_THAT(annotations[0].events, ElementsAre(segment, again, last));
}

TEST_F(Losses, ThatAreNeverMendedEndInACallThatTimesOut) {
  wire.shake_hands();
  const EventId segment = wire.lost(wire.client(push, "Hello"));
  wire.lost(wire.again(segment));
  const EventId call = run.fails(run.recv("client", 0), "ETIMEDOUT");
  const std::vector<Annotation> annotations = told(run, "connection-timed-out");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "client's recv failed with ETIMEDOUT: what it had sent to server went out 2 times and was never "
            "acknowledged.");
  EXPECT_THAT(annotations[0].events, ElementsAre(segment, call));
}

TEST_F(Losses, OfNothingThatWasSentLeaveATimeoutToTheKernel) {
  wire.shake_hands();
  run.fails(run.recv("client", 0), "ETIMEDOUT");
  EXPECT_THAT(seen(run, "connection-timed-out"),
              ElementsAre("client's recv failed with ETIMEDOUT: its kernel had given up the connection with server."));
}

TEST_F(Losses, AreMendedEachByItsOwnRepetition) {
  wire.shake_hands();
  wire.client(push, "1111");
  wire.server(flag::ack);
  const EventId first = wire.lost(wire.client(push, "2222"));
  for (int i = 0; i < 3; ++i) {
    wire.client(push, "3333");
    wire.server(flag::ack);
  }
  const EventId last = wire.lost(wire.client(push, "tail"));
  wire.again(first);
  wire.server(flag::ack);
  wire.lost(wire.again(last));
  wire.again(last);
  EXPECT_THAT(
      seen(run, "segment-lost"),
      ElementsAre(HasSubstr("1 segment of client (4 bytes) was dropped by the rule at line 6. 3 ACKs of server"),
                  HasSubstr("when the retransmission timer had run out (1 repetition was lost too).")));
}

TEST_F(Losses, NameTheRuleOfEach) {
  wire.shake_hands();
  const EventId first = wire.lost(wire.client(push, "Hello"));
  const EventId second = wire.lost(wire.client(push, "World"));
  wire.packet(second).rule_line = 7;
  wire.again(first);
  wire.again(second);
  EXPECT_THAT(seen(run, "segment-lost"), ElementsAre(HasSubstr("line 6"), HasSubstr("line 7")));
}

TEST_F(Losses, OfSeveralSegmentsAtATimeAreToldTogether) {
  wire.shake_hands();
  const EventId first = wire.lost(wire.client(push, "Hello"));
  const EventId second = wire.lost(wire.client(push, "World!"));
  wire.again(first);
  wire.again(second);
  EXPECT_THAT(seen(run, "segment-lost"),
              ElementsAre(HasSubstr("2 segments of client (5+6 bytes) were dropped by the rule at line 6")));
}

TEST_F(Losses, OfAnAckCostNothingIfTheNextOneSaysMore) {
  wire.shake_hands();
  wire.client(push, "Hello");
  const EventId lost = wire.lost(wire.server(flag::ack));
  wire.client(push, "World");
  EXPECT_THAT(told(run, "ack-lost"), IsEmpty());
  const EventId next = wire.server(flag::ack);
  const std::vector<Annotation> annotations = told(run, "ack-lost");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "An ACK of server (ack 6) was dropped by the rule at line 6, and nothing had to be sent again.");
  EXPECT_THAT(annotations[0].why, HasSubstr("the next one, ack 11,"));
  EXPECT_THAT(annotations[0].events, ElementsAre(lost, next));
}

TEST_F(Losses, OfAnAckCostNothingIfTheNextPacketSaysTheSame) {
  wire.shake_hands();
  wire.client(push, "Hello");
  wire.lost(wire.server(flag::ack));
  wire.server(push, "thanks");
  EXPECT_THAT(why(run, "ack-lost"), HasSubstr("the next one, ack 6,"));
}

TEST_F(Losses, OfAnAckThatSaidNothingNewAreNotTold) {
  wire.shake_hands();
  wire.client(push, "Hello");
  wire.server(flag::ack);
  wire.lost(wire.server(flag::ack));
  wire.server(flag::ack);
  EXPECT_THAT(told(run, "ack-lost"), IsEmpty());
}

TEST_F(Losses, OfAnAckMakeTheOtherSideSendAgainWhatHadCome) {
  wire.shake_hands();
  const EventId segment = wire.client(push, "Hello");
  const EventId lost = wire.lost(wire.server(flag::ack));
  const EventId again = wire.again(segment);
  EXPECT_THAT(told(run, "ack-lost"), IsEmpty());
  const EventId answer = wire.server(flag::ack);
  const std::vector<Annotation> annotations = told(run, "ack-lost");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "An ACK of server (ack 6) was dropped by the rule at line 6, and client's kernel sent 5 bytes again that "
            "had come already; they were acknowledged once more.");
  EXPECT_THAT(annotations[0].events, ElementsAre(lost, again, answer));
  wire.packet(answer).options.sack = {{1, 6}};
  EXPECT_THAT(seen(run, "ack-lost"), ElementsAre(testing::EndsWith("the answer says that they came twice.")));
}

TEST_F(Losses, OfTheLastAckAreWhatTimeWaitIsFor) {
  wire.shake_hands();
  wire.client(flag::fin | flag::ack);
  wire.server(flag::ack);
  const EventId fin = wire.server(flag::fin | flag::ack);
  wire.lost(wire.client(flag::ack));
  wire.again(fin);
  wire.client(flag::ack);
  EXPECT_THAT(
      seen(run, "ack-lost"),
      ElementsAre("The last ACK of the connection, from client, was dropped by the rule at line 6: server's FIN "
                  "came again, and client's kernel answered it from TIME-WAIT."));
}

TEST_F(Losses, OfTheAckOfTheFirstFinMakeThatComeAgain) {
  wire.shake_hands();
  const EventId fin = wire.client(flag::fin | flag::ack);
  wire.lost(wire.server(flag::ack));
  wire.again(fin);
  wire.server(flag::ack);
  EXPECT_THAT(seen(run, "ack-lost"),
              ElementsAre("server's ACK of the FIN of client was dropped by the rule at line 6: the FIN came again and "
                          "was acknowledged once more."));
}

TEST_F(Losses, OfTheLastAckOfAHandshakeMakeTheSynAckComeAgain) {
  wire.client(flag::syn);
  const EventId answer = wire.server(flag::syn | flag::ack);
  wire.lost(wire.client(flag::ack));
  wire.again(answer);
  wire.client(flag::ack);
  EXPECT_THAT(seen(run, "ack-lost"),
              ElementsAre("The last ACK of client's handshake was dropped by the rule at line 6: server's kernel sent "
                          "its SYN-ACK again, and client's kernel acknowledged that."));
}

TEST_F(Losses, OfTheLastAckOfAHandshakeCostNothingIfDataFollow) {
  wire.client(flag::syn);
  wire.server(flag::syn | flag::ack);
  wire.lost(wire.client(flag::ack));
  wire.client(push, "Hello");
  EXPECT_THAT(seen(run, "ack-lost"), ElementsAre(testing::EndsWith("and client's next packet did in its place.")));
}

TEST_F(Losses, AreNotToldOfSegmentsThatOvertakeEachOther) {
  wire.shake_hands();
  const EventId late = wire.held(wire.client(push, "Hello"));
  const EventId early = wire.client(push, "World");
  wire.deliver(late);
  EXPECT_THAT(told(run, "segment-lost"), IsEmpty());
  const std::vector<Annotation> annotations = told(run, "segments-reordered");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "server's kernel got seq 1, \"Hello\", after seq 6, \"World\", though it was sent before.");
  EXPECT_THAT(annotations[0].events, ElementsAre(late, early));
}

TEST_F(Losses, AreMistakenlySeenInASegmentThatIsOnlyLate) {
  wire.shake_hands();
  const EventId late = wire.held(wire.client(push, "Hello"));
  wire.client(push, "World");
  const EventId again = wire.again(late);
  wire.packet(again).verdict = timeline::Verdict::absorbed;
  wire.packet(again).delivered_at = 0;
  wire.deliver(late);
  EXPECT_THAT(seen(run, "segments-reordered"),
              ElementsAre(testing::EndsWith("client's kernel had sent it again: it took it for lost, but it was only "
                                            "late.")));
}

TEST_F(Losses, AreNotToldOfSegmentsInTheirOrder) {
  wire.shake_hands();
  wire.client(push, "Hello");
  wire.client(push, "World");
  EXPECT_THAT(told(run, "segments-reordered"), IsEmpty());
  EXPECT_THAT(told(run, "segment-duplicated"), IsEmpty());
}

TEST_F(Losses, HaveAnOppositeInSegmentsThatComeTwice) {
  wire.shake_hands();
  const EventId twice = wire.client(push, "Hello");
  wire.packet(twice).verdict = timeline::Verdict::duplicated;
  wire.packet(twice).rule_line = 9;
  EXPECT_THAT(seen(run, "segment-duplicated"),
              ElementsAre("The wire delivered \"Hello\" to server twice (line 9), and server's kernel kept it once."));
}

}  // namespace
}  // namespace wirelab::explain

// Who hears one datagram for many, who does not, and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/explain/told.hh"

namespace wirelab::explain {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::TimelineBuilder;
using Fate = timeline::Datagram::Fate;

/// A caller on a network with others.
class OnALan : public testing::Test {
 protected:
  /// A socket for datagrams, bound.
  void listens(const std::string& lane, std::int64_t port, bool own_address = false) {
    run.edit(run.call(lane, "socket", {{"type", "dgram"}})).socket = 1;
    std::vector<std::pair<std::string, timeline::Argument>> args = {{"port", port}};
    if (own_address) args.emplace_back("address", "own");
    run.edit(run.call(lane, "bind", args)).socket = 1;
  }

  void sets_membership(const std::string& lane, const std::string& option, const std::string& group) {
    run.edit(run.call(lane, "setsockopt", {{"option", option}, {"group", group}})).socket = 1;
  }

  void sets(const std::string& lane, const std::string& option, std::int64_t value) {
    run.edit(run.call(lane, "setsockopt", {{"option", option}, {"value", value}})).socket = 1;
  }

  /// The frame of what the caller asked last, on the wire.
  timeline::Packet& frame() {
    const timeline::EventId call = run.timeline().events.back().id;
    timeline::Packet& packet = packet_at(run.packet("caller", "one", scenario::PacketKind::udp));
    packet.to = timeline::nobody;
    packet.cause = call;
    return packet;
  }

  /// The caller's datagram for many, with a copy for each of these; the datagrams.
  std::vector<int> asks(const std::string& to, const std::vector<std::string>& hearers) {
    const timeline::EventId sent = run.call("caller", "sendto", {{"to", to}, {"port", std::int64_t{9000}}});
    run.edit(sent).data = "who?";
    run.edit(sent).socket = 1;
    run.edit(sent).result = 4;
    std::vector<int> copies;
    for (const std::string& hearer : hearers) {
      copies.push_back(static_cast<int>(run.timeline().datagrams.size()));
      run.edit().datagrams.push_back({sent, run.lane("caller"), run.lane(hearer), 4, Fate::delivered, 0, 0, 1});
    }
    if (!copies.empty()) run.edit(sent).datagram = copies.front();
    return copies;
  }

  timeline::Datagram& datagram(int index) { return run.edit().datagrams.at(static_cast<std::size_t>(index)); }

  timeline::Packet& packet_at(timeline::EventId id) {
    return std::get<timeline::Packet>(run.edit().events.at(static_cast<std::size_t>(id) - 1).what);
  }

  TimelineBuilder run{{{"caller", 1}, {"one", 1}, {"two", 1}}};
};

TEST_F(OnALan, ABroadcastIsHeardByThoseWhoHaveACopy) {
  listens("one", 9000);
  listens("two", 9000);
  asks("everyone", {"one", "two"});
  EXPECT_THAT(seen(run, "broadcast"),
              ElementsAre("One datagram of caller to everyone was heard on 2 hosts: one, two."));
  EXPECT_THAT(told(run, "broadcast-unheard"), IsEmpty());
}

TEST_F(OnALan, ADatagramForOneIsNoBroadcast) {
  listens("one", 9000);
  run.sendto("caller", "one", "for you");
  for (const char* rule : {"broadcast", "broadcast-unheard", "broadcast-lost", "answers-together"}) {
    EXPECT_THAT(told(run, rule), IsEmpty()) << rule;
  }
}

TEST_F(OnALan, WhoIsBoundToAnotherPortDoesNotHear) {
  listens("one", 9001);
  asks("everyone", {});
  EXPECT_THAT(seen(run, "broadcast"), ElementsAre("One datagram of caller to everyone was heard by nobody."));
  EXPECT_THAT(seen(run, "broadcast-unheard"),
              ElementsAre("one did not hear caller: it is bound to port 9001, and the datagram was for port 9000."));
}

TEST_F(OnALan, WhoIsBoundToItsOwnAddressDoesNotHear) {
  listens("one", 9000, true);
  asks("everyone", {});
  EXPECT_THAT(seen(run, "broadcast-unheard"), ElementsAre("one did not hear caller: it is bound to its own address."));
}

TEST_F(OnALan, WhoHasNoSocketForItIsNotMissed) {
  run.call("one", "socket", {{"type", "stream"}});
  run.call("one", "bind", {{"port", std::int64_t{9000}}});
  asks("everyone", {});
  EXPECT_THAT(told(run, "broadcast-unheard"), IsEmpty());
}

TEST_F(OnALan, WhoHasNotJoinedDoesNotHearAGroup) {
  listens("one", 9000);
  listens("two", 9000);
  sets_membership("one", "IP_ADD_MEMBERSHIP", "239.1.2.3");
  asks("239.1.2.3", {"one"});
  EXPECT_THAT(seen(run, "group"), ElementsAre("one joined the group 239.1.2.3."));
  EXPECT_THAT(seen(run, "broadcast"),
              ElementsAre("One datagram of caller to the group 239.1.2.3 was heard on 1 host: one."));
  EXPECT_THAT(seen(run, "broadcast-unheard"),
              ElementsAre("two did not hear caller: nobody on its host has joined 239.1.2.3."));
  sets_membership("one", "IP_DROP_MEMBERSHIP", "239.1.2.3");
  EXPECT_THAT(seen(run, "group"), ElementsAre("one joined the group 239.1.2.3.", "one left the group 239.1.2.3."));
}

TEST_F(OnALan, WhatMayReachNoNetworkDoesNotLeaveAHostThatIsAMember) {
  const auto sets_ttl = [&](std::int64_t value) { sets("caller", "IP_MULTICAST_TTL", value); };
  run.edit().sees_packets = true;
  listens("one", 9000);
  sets_membership("one", "IP_ADD_MEMBERSHIP", "239.1.2.3");
  sets_ttl(0);
  asks("239.1.2.3", {"caller"});
  EXPECT_THAT(seen(run, "broadcast"),
              ElementsAre("One datagram of caller to 239.1.2.3 did not leave the host: IP_MULTICAST_TTL was 0."));
  EXPECT_THAT(told(run, "broadcast-unheard"), IsEmpty());
  sets_ttl(1);
  asks("239.1.2.3", {"one"});
  EXPECT_THAT(seen(run, "broadcast"),
              testing::Contains("One datagram of caller to the group 239.1.2.3 was heard on 1 host: one."));
}

TEST_F(OnALan, WhatLeftTheHostWithATtlOf0IsToldAsHeard) {
  run.edit().sees_packets = true;
  sets("caller", "IP_MULTICAST_TTL", 0);
  asks("239.1.2.3", {"one"});
  frame();
  EXPECT_THAT(seen(run, "broadcast"),
              ElementsAre("One datagram of caller to the group 239.1.2.3 was heard on 1 host: one."));
  EXPECT_THAT(seen(run, "broadcast-limit"),
              ElementsAre("One datagram of caller to 239.1.2.3 left the host, though IP_MULTICAST_TTL was 0."));
  sets("caller", "IP_MULTICAST_TTL", 1);
  asks("239.1.2.3", {"one"});
  frame();
  EXPECT_THAT(told(run, "broadcast-limit"), testing::SizeIs(1));
}

TEST_F(OnALan, WhatStaysOnAHostThatIsToHearNothingIsForNobody) {
  run.edit().sees_packets = true;
  listens("caller", 9000);
  sets_membership("caller", "IP_ADD_MEMBERSHIP", "239.1.2.3");
  sets("caller", "IP_MULTICAST_TTL", 0);
  sets("caller", "IP_MULTICAST_LOOP", 0);
  asks("239.1.2.3", {});
  EXPECT_THAT(why(run, "broadcast"), HasSubstr("the host has no copy either"));
  EXPECT_THAT(told(run, "broadcast-limit"), IsEmpty());
}

TEST_F(OnALan, ASenderThatTurnedItsOwnCopyOffDoesNotHearItself) {
  listens("caller", 9000);
  sets("caller", "IP_MULTICAST_LOOP", 0);
  asks("239.1.2.3", {"one"});
  EXPECT_THAT(told(run, "broadcast-unheard"), IsEmpty()) << "it is no member";
  sets_membership("caller", "IP_ADD_MEMBERSHIP", "239.1.2.3");
  asks("239.1.2.3", {"one"});
  EXPECT_THAT(seen(run, "broadcast-unheard"),
              ElementsAre("caller did not hear its own datagram: IP_MULTICAST_LOOP was 0."));
  sets_membership("caller", "IP_DROP_MEMBERSHIP", "239.1.2.3");
  asks("239.1.2.3", {"one"});
  sets_membership("caller", "IP_ADD_MEMBERSHIP", "239.1.2.3");
  sets("caller", "IP_MULTICAST_LOOP", 1);
  asks("239.1.2.3", {"one", "caller"});
  EXPECT_THAT(told(run, "broadcast-unheard"), testing::SizeIs(1));
}

TEST_F(OnALan, WhoIsConnectedDoesNotHear) {
  listens("one", 9000);
  run.edit(run.call("one", "connect", {{"port", std::int64_t{7000}}})).socket = 1;
  asks("everyone", {});
  EXPECT_THAT(seen(run, "broadcast-unheard"), ElementsAre("one did not hear caller: its socket is connected."));
}

TEST_F(OnALan, Ipv6HasNoBroadcast) {
  asks("everyone", {"one"});
  frame().headers = std::string(12, '\0') + "\x86\xdd";
  EXPECT_THAT(seen(run, "broadcast"), ElementsAre("One datagram of caller to everyone was heard on 1 host: one."));
  EXPECT_THAT(why(run, "broadcast"), HasSubstr("IPv6 has no broadcast"));
}

TEST_F(OnALan, WhereTheWireIsSeenNobodyElseMayHaveHeard) {
  run.edit().sees_packets = true;
  asks("everyone", {});
  EXPECT_THAT(seen(run, "broadcast"), ElementsAre("One datagram of caller to everyone was heard by nobody."));
}

TEST_F(OnALan, ACopyIsLostForOneEvenIfNobodyElseWasToHear) {
  const std::vector<int> copies = asks("239.1.2.3", {"one"});
  datagram(copies[0]).fate = Fate::dropped_by_rule;
  datagram(copies[0]).rule_line = 6;
  EXPECT_THAT(seen(run, "broadcast-lost"),
              ElementsAre("The copy of one of a datagram of caller for all was dropped by the rule at line 6."));
  frame();
  EXPECT_THAT(seen(run, "broadcast-lost"),
              ElementsAre("The copy of one of a datagram of caller for all was dropped by the rule at line 6."));
  packet_at(run.timeline().events.back().id).verdict = timeline::Verdict::dropped;
  packet_at(run.timeline().events.back().id).rule_line = 6;
  EXPECT_THAT(seen(run, "broadcast-lost"),
              ElementsAre("One datagram of caller for all was dropped by the rule at line 6: no other host was given "
                          "it."));
}

TEST_F(OnALan, AFrameIsLostEvenIfNobodyWasToHearIt) {
  listens("one", 9000);
  asks("239.1.2.3", {});
  frame().verdict = timeline::Verdict::dropped;
  EXPECT_THAT(seen(run, "broadcast-lost"),
              ElementsAre("One datagram of caller for all was lost on the way: no other host was given it."));
  EXPECT_THAT(told(run, "broadcast"), IsEmpty());
  EXPECT_THAT(told(run, "broadcast-unheard"), IsEmpty()) << "it had not come";
}

TEST_F(OnALan, WhoJoinsWhileItIsOnItsWayMayHearItYet) {
  listens("one", 9000);
  asks("239.1.2.3", {});
  sets_membership("one", "IP_ADD_MEMBERSHIP", "239.1.2.3");
  timeline::Call& read = run.edit(run.call("one", "recvfrom"));
  read.socket = 1;
  read.peer = run.lane("caller");
  read.data = "who?";
  read.result = 4;
  EXPECT_THAT(seen(run, "broadcast"),
              ElementsAre("One datagram of caller to the group 239.1.2.3 was heard on 1 host: one."));
  EXPECT_THAT(told(run, "broadcast-unheard"), IsEmpty());
}

TEST_F(OnALan, AFrameThatDoesNotKnowItsCallIsFoundByItsBytes) {
  run.edit().sees_packets = true;
  sets("caller", "IP_MULTICAST_TTL", 0);
  listens("one", 9000);
  asks("239.1.2.3", {});
  timeline::Packet& packet = frame();
  packet.cause = 0;
  packet.destination_port = 9000;
  packet.data = "who?";
  EXPECT_THAT(seen(run, "broadcast"), ElementsAre("One datagram of caller to 239.1.2.3 was heard by nobody."));
  EXPECT_THAT(told(run, "broadcast-limit"), testing::SizeIs(1));
  packet.verdict = timeline::Verdict::dropped;
  EXPECT_THAT(told(run, "broadcast-lost"), testing::SizeIs(1));
  EXPECT_THAT(told(run, "broadcast-unheard"), IsEmpty());
  packet.data = "what?";
  EXPECT_THAT(why(run, "broadcast"), HasSubstr("there is no frame")) << "that is another's";
}

TEST_F(OnALan, ACopyOfAFragmentIsLostForOne) {
  const std::vector<int> copies = asks("everyone", {"one", "two"});
  datagram(copies[1]).fate = Fate::dropped_by_rule;
  datagram(copies[1]).rule_line = 6;
  timeline::Packet& packet = frame();
  packet.datagram = copies[0];
  packet.fragment = timeline::Fragment{7, 0, true};
  EXPECT_THAT(seen(run, "broadcast-lost"), ElementsAre(HasSubstr("A fragment of the copy of two of a datagram")));
}

TEST_F(OnALan, TheSenderHearsItself) {
  const std::vector<int> copies = asks("everyone", {"one", "caller"});
  EXPECT_THAT(told(run, "broadcast-echo"), IsEmpty()) << "it has not read it";
  run.recvfrom("caller", copies[1]);
  EXPECT_THAT(seen(run, "broadcast-echo"), ElementsAre("caller heard its own datagram."));
}

TEST_F(OnALan, AFrameIsLostForAllAndACopyForOne) {
  const std::vector<int> first = asks("everyone", {"one", "two"});
  for (const int copy : first) {
    datagram(copy).fate = Fate::dropped_by_rule;
    datagram(copy).rule_line = 12;
  }
  const std::vector<int> second = asks("everyone", {"one", "two"});
  datagram(second[1]).fate = Fate::dropped_by_rule;
  datagram(second[1]).rule_line = 13;
  const std::vector<int> third = asks("everyone", {"one", "two"});
  for (const int copy : third) datagram(copy).fate = Fate::dropped_by_rule;
  EXPECT_THAT(seen(run, "broadcast-lost"),
              ElementsAre("One datagram of caller for all was dropped by the rule at line 12: no other host was given "
                          "it.",
                          "The copy of two of a datagram of caller for all was dropped by the rule at line 13.",
                          "One datagram of caller for all was lost on the way: no other host was given it."));
  EXPECT_THAT(told(run, "datagrams-lost"), IsEmpty()) << "it is told once";
  EXPECT_THAT(seen(run, "broadcast"), ElementsAre("One datagram of caller to everyone was heard on 1 host: one."));
}

TEST_F(OnALan, AnswersThatWaitTogetherAreCounted) {
  asks("everyone", {"one", "two"});
  const int of_one = run.sendto("one", "caller", "me");
  const int of_two = run.sendto("two", "caller", "me too");
  run.recvfrom("caller", of_one);
  run.recvfrom("caller", of_two);
  EXPECT_THAT(seen(run, "answers-together"),
              ElementsAre("2 answers to one datagram of caller had come before it read the first of them."));
}

TEST_F(OnALan, AnAnswerThatIsReadAtOnceDoesNotWait) {
  asks("everyone", {"one", "two"});
  const int of_one = run.sendto("one", "caller", "me");
  run.recvfrom("caller", of_one);
  run.sendto("two", "caller", "me too");
  EXPECT_THAT(told(run, "answers-together"), IsEmpty());
}

TEST_F(OnALan, AnAnswerThatIsStillOnItsWayDoesNotWait) {
  asks("everyone", {"one", "two"});
  const int of_one = run.sendto("one", "caller", "me");
  const int of_two = run.sendto("two", "caller", "me too");
  const timeline::EventId id = run.packet("two", "caller", scenario::PacketKind::udp);
  packet_at(id).protocol = "udp";
  packet_at(id).datagram = of_two;
  run.recvfrom("caller", of_one);
  timeline::Call& read = run.edit(run.timeline().events.back().id);
  read.returned_at = 10'000'000;
  packet_at(id).delivered_at = 20'000'000;
  EXPECT_THAT(told(run, "answers-together"), IsEmpty());
  packet_at(id).delivered_at = 5'000'000;
  EXPECT_THAT(told(run, "answers-together"), testing::SizeIs(1));
}

TEST_F(OnALan, OfAFrameThatWasOneOfSeveralOnlyTheFragmentsAreTold) {
  const std::vector<int> copies = asks("everyone", {"one", "two"});
  for (const int copy : copies) {
    datagram(copy).fate = Fate::dropped_by_rule;
    datagram(copy).rule_line = 12;
  }
  const timeline::EventId id = run.packet("caller", "one", scenario::PacketKind::fragment);
  timeline::Packet& packet = packet_at(id);
  packet.datagram = copies[0];
  packet.fragment = timeline::Fragment{7, 0, true};
  packet.verdict = timeline::Verdict::dropped;
  EXPECT_THAT(told(run, "broadcast-lost"), IsEmpty());
}

TEST_F(OnALan, AnswersWithoutRoomAreLost) {
  asks("everyone", {"one", "two"});
  const int of_one = run.sendto("one", "caller", "me");
  run.sendto("two", "caller", "me too", Fate::buffer_overrun);
  run.recvfrom("caller", of_one);
  EXPECT_THAT(
      seen(run, "answers-together"),
      ElementsAre(HasSubstr("2 answers to one datagram of caller came before it read the first of them; 1 found")));
}

}  // namespace
}  // namespace wirelab::explain

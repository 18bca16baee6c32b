// Rules about datagrams whose packets were seen.
#include "tests/explain/told.hh"

namespace wirelab::explain {
namespace {

using scenario::PacketKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::TimelineBuilder;
using timeline::EventId;
using timeline::Packet;
using timeline::Verdict;
using Fate = timeline::Datagram::Fate;

Packet& edit(TimelineBuilder& run, EventId id) {
  return std::get<Packet>(run.edit().events.at(static_cast<std::size_t>(id) - 1).what);
}

/// The packet of a datagram, or one fragment of it, delivered at once.
EventId packet_of(TimelineBuilder& run, int datagram, PacketKind kind = PacketKind::udp, std::int64_t length = 0) {
  const timeline::Datagram& of = run.timeline().datagrams.at(static_cast<std::size_t>(datagram));
  const auto name = [&](timeline::LaneIndex lane) {
    return run.timeline().lanes.at(static_cast<std::size_t>(lane)).name;
  };
  const EventId id = run.packet(name(of.from), name(of.to), kind, length);
  Packet& packet = edit(run, id);
  packet.protocol = "udp";
  packet.datagram = datagram;
  packet.delivered_at = run.timeline().events.back().at + 500;
  if (kind == PacketKind::fragment) packet.fragment = timeline::Fragment{7, 0, true};
  return id;
}

EventId drop(TimelineBuilder& run, EventId id) {
  edit(run, id).verdict = Verdict::dropped;
  edit(run, id).rule_line = 6;
  edit(run, id).delivered_at = 0;
  return id;
}

EventId icmp(TimelineBuilder& run, const std::string& from, const std::string& to, int type, int code) {
  const EventId id = run.packet(from, to, PacketKind::icmp);
  edit(run, id).protocol = "icmp";
  edit(run, id).icmp = timeline::IcmpMessage{type, code};
  edit(run, id).delivered_at = run.timeline().events.back().at + 500;
  return id;
}

std::vector<EventId> three_fragments(TimelineBuilder& run, int datagram) {
  return {packet_of(run, datagram, PacketKind::fragment, 1472), packet_of(run, datagram, PacketKind::fragment, 1480),
          packet_of(run, datagram, PacketKind::fragment, 1048)};
}

TEST(Fragments, OfADatagramAreListed) {
  TimelineBuilder run = server_and_client();
  const int datagram = run.sendto("client", "server", std::string(4000, 'x'));
  const std::vector<EventId> pieces = three_fragments(run, datagram);
  const std::vector<Annotation> annotations = told(run, "fragments");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen, "client's datagram of 4000 bytes went in 3 fragments: 1472+1480+1048 bytes.");
  EXPECT_EQ(annotations[0].events, pieces);
}

TEST(Fragments, AreNotToldOfADatagramThatFitsIntoOnePacket) {
  TimelineBuilder run = server_and_client();
  packet_of(run, run.sendto("client", "server", "Hello"));
  EXPECT_THAT(told(run, "fragments"), IsEmpty());
}

TEST(Fragments, ThatAreLostTakeTheDatagramWithThem) {
  TimelineBuilder run = server_and_client();
  const int datagram = run.sendto("client", "server", std::string(4000, 'x'), Fate::dropped_by_rule, 6);
  drop(run, three_fragments(run, datagram)[1]);
  EXPECT_THAT(seen(run, "fragments"),
              ElementsAre("1 of the 3 fragments of client's datagram of 4000 bytes was dropped by the rule at line 6: "
                          "server got nothing of it, and client was not told."));
  EXPECT_THAT(told(run, "datagrams-lost"), IsEmpty());
}

TEST(Fragments, ThatAreLostDoNotHideOtherLosses) {
  TimelineBuilder run = server_and_client();
  const int large = run.sendto("client", "server", std::string(4000, 'x'), Fate::dropped_by_rule, 6);
  drop(run, three_fragments(run, large)[1]);
  const int small = run.sendto("client", "server", "Hello", Fate::dropped_by_rule, 6);
  drop(run, packet_of(run, small));
  EXPECT_THAT(seen(run, "datagrams-lost"),
              ElementsAre(HasSubstr("1 of 2 datagrams from client to server was dropped")));
}

TEST(Fragments, ThatAreLostMayBeReported) {
  TimelineBuilder run = server_and_client();
  const int datagram = run.sendto("client", "server", std::string(4000, 'x'), Fate::dropped_by_rule, 6);
  drop(run, three_fragments(run, datagram)[2]);
  const EventId report = icmp(run, "server", "client", 11, 1);
  const std::vector<Annotation> annotations = told(run, "fragments");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_THAT(annotations[0].seen, HasSubstr("answered with ICMP \"reassembly time exceeded\"."));
  EXPECT_EQ(annotations[0].events.back(), report);
  edit(run, report).icmp = timeline::IcmpMessage{3, 1};  // of IPv4: host unreachable
  EXPECT_THAT(seen(run, "fragments"), ElementsAre(HasSubstr("and client was not told.")));
  edit(run, report).headers = std::string(12, '\0') + "\x86\xdd";
  EXPECT_THAT(seen(run, "fragments"), ElementsAre(HasSubstr("answered with ICMP")));
}

TEST(Fragments, OfOneForManyThatAreLostAreMissingAtAllOthers) {
  TimelineBuilder run({{"client", 1}, {"one", 1}, {"two", 1}});
  const int datagram = run.sendto("client", "one", std::string(4000, 'x'), Fate::dropped_by_rule, 6);
  run.edit().datagrams.push_back(run.timeline().datagrams.back());
  run.edit().datagrams.back().to = run.lane("two");
  run.edit().datagrams.push_back(run.timeline().datagrams.back());
  run.edit().datagrams.back().to = run.lane("client");
  drop(run, three_fragments(run, datagram)[1]);
  EXPECT_THAT(seen(run, "fragments"), ElementsAre(HasSubstr("one, two got nothing of it")));
}

TEST(PortUnreachable, IsShownBetweenTheDatagramAndTheCallThatFails) {
  TimelineBuilder run = server_and_client();
  const int datagram = run.sendto("client", "server", "Hello?", Fate::refused);
  packet_of(run, datagram);
  const EventId answer = icmp(run, "server", "client", 3, 3);
  const EventId call = run.fails(run.call("client", "recvfrom"), "ECONNREFUSED");
  run.edit(call).socket = 1;
  const std::vector<Annotation> annotations = told(run, "datagram-refused");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "client's recvfrom failed with ECONNREFUSED: ICMP \"port unreachable\" had come back for a datagram sent "
            "before.");
  EXPECT_THAT(annotations[0].events, ElementsAre(run.timeline().datagrams[0].sent, answer, call));
}

TEST(PortUnreachable, IsSeenAlsoWhereTheProgramIsNotTold) {
  TimelineBuilder run = server_and_client();
  packet_of(run, run.sendto("client", "server", "Hello?", Fate::refused));
  EXPECT_THAT(seen(run, "datagram-never-refused"), ElementsAre(HasSubstr("and client was not told.")));
  icmp(run, "server", "client", 3, 3);
  EXPECT_THAT(seen(run, "datagram-never-refused"),
              ElementsAre("1 datagram from client found nobody at the port of server. ICMP \"port unreachable\" came "
                          "back, and client's program was not told."));
}

TEST(PortUnreachable, ThatIsLostIsToldOfAConnectedSocket) {
  TimelineBuilder run = server_and_client();
  run.edit(run.call("client", "connect", {{"port", std::int64_t{8888}}})).socket = 1;
  packet_of(run, run.sendto("client", "server", "Hello?", Fate::refused));
  EXPECT_THAT(told(run, "datagram-never-refused"), IsEmpty()) << "its next call will tell it";
  const EventId answer = drop(run, icmp(run, "server", "client", 3, 3));
  const std::vector<Annotation> annotations = told(run, "datagram-never-refused");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "1 datagram from client found nobody at the port of server. ICMP \"port unreachable\" was lost on its way "
            "back, and client was not told.");
  EXPECT_EQ(annotations[0].events.back(), answer);
}

/// The server's socket is bound to 8888 and, perhaps, connected to somebody; then a datagram for it is refused.
TimelineBuilder with_socket_at_the_port(bool is_connected) {
  TimelineBuilder run = server_and_client();
  run.edit(run.call("server", "socket", {{"type", "dgram"}})).socket = 1;
  run.edit(run.call("server", "bind", {{"port", std::int64_t{8888}}})).socket = 1;
  if (is_connected) run.edit(run.call("server", "connect", {{"port", std::int64_t{7777}}})).socket = 1;
  run.sendto("client", "server", "Hello?", Fate::refused);
  run.edit(run.timeline().datagrams.back().sent).args.emplace_back("port", std::int64_t{8888});
  return run;
}

TEST(PortUnreachable, IsToldOtherwiseIfTheSocketThereIsConnectedToSomebodyElse) {
  EXPECT_THAT(seen(with_socket_at_the_port(false), "datagram-never-refused"),
              ElementsAre(HasSubstr("found nobody at the port of server")));
  EXPECT_THAT(seen(with_socket_at_the_port(true), "datagram-never-refused"),
              ElementsAre(HasSubstr("found a socket at the port of server, but a connected one")));
}

TEST(ReorderedDatagrams, NameTheRuleThatKeptOneBack) {
  TimelineBuilder run = server_and_client();
  const int late = run.sendto("client", "server", "two");
  const EventId held = packet_of(run, late);
  edit(run, held).verdict = Verdict::held;
  edit(run, held).rule_line = 6;
  const int early = run.sendto("client", "server", "three");
  packet_of(run, early);
  run.recvfrom("server", early);
  run.recvfrom("server", late);
  EXPECT_THAT(seen(run, "datagrams-reordered"),
              ElementsAre("server got \"two\" after \"three\", though it was sent before: the wire kept it back (line "
                          "6)."));
  edit(run, held).verdict = Verdict::passed;
  EXPECT_THAT(seen(run, "datagrams-reordered"),
              ElementsAre("server got \"two\" after \"three\", though it was sent before."));
}

TEST(DuplicatedDatagrams, NameTheRuleThatDoubledOne) {
  TimelineBuilder run = server_and_client();
  const int datagram = run.sendto("client", "server", "two");
  const EventId twice = packet_of(run, datagram);
  edit(run, twice).verdict = Verdict::duplicated;
  edit(run, twice).rule_line = 6;
  run.recvfrom("server", datagram);
  run.recvfrom("server", datagram);
  const std::vector<Annotation> annotations = told(run, "datagram-duplicated");
  ASSERT_THAT(annotations, SizeIs(1));
  EXPECT_EQ(annotations[0].seen,
            "server got \"two\" from client more than once, though it was sent once: the wire delivered it twice (line "
            "6).");
  EXPECT_THAT(annotations[0].events, testing::Contains(twice));
  for (timeline::Event& event : run.edit().events) {
    auto* call = std::get_if<timeline::Call>(&event.what);
    if (call && call->call == "recvfrom") call->data = "t";
  }
  EXPECT_THAT(seen(run, "datagram-duplicated"), ElementsAre(HasSubstr("got \"two\""))) << "read in part";
}

}  // namespace
}  // namespace wirelab::explain

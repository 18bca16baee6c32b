#include "labs/timeline/order.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/timeline/timeline_builder.hh"

namespace wirelab::timeline {
namespace {

using testing::ElementsAre;
using tests::TimelineBuilder;

/// `client send`, and `client send returns` for a second point.
std::vector<std::string> story_of(const Timeline& timeline) {
  std::vector<std::string> story;
  for (const Moment& moment : moments_of(timeline)) {
    const Event& event = timeline.events[moment.event];
    const auto name = [&](LaneIndex lane) { return timeline.lanes.at(static_cast<std::size_t>(lane)).name; };
    if (const Call* call = event.call()) {
      story.push_back(name(call->lane) + " " + call->call + (moment.is_end ? " returns" : ""));
    } else if (const Packet* packet = event.packet()) {
      std::string flags;
      for (const std::string& flag : packet->flags) flags += (flags.empty() ? "" : "-") + flag;
      story.push_back(name(packet->from) + " " + flags + (moment.is_end ? " delivered" : ""));
    }
  }
  return story;
}

/// What the runner has before it sorts: events in the order in which they were noticed.
void notice_in_order(Timeline& timeline, const std::vector<EventId>& ids) {
  std::vector<Event> events;
  std::vector<EventId> new_id(timeline.events.size() + 1);
  for (const EventId id : ids) {
    events.push_back(timeline.events[static_cast<std::size_t>(id) - 1]);
    new_id[static_cast<std::size_t>(id)] = static_cast<EventId>(events.size());
    events.back().id = static_cast<EventId>(events.size());
  }
  timeline.events = std::move(events);
  for (Connection& connection : timeline.connections) {
    connection.connect = new_id[static_cast<std::size_t>(connection.connect)];
    connection.accept = new_id[static_cast<std::size_t>(connection.accept)];
    for (EventId& id : connection.closes) id = new_id[static_cast<std::size_t>(id)];
  }
}

void in_epoch(TimelineBuilder& run, EventId id, Epoch epoch) {
  run.edit(id).start_epoch = run.edit(id).return_epoch = epoch;
}

EventId tcp_packet(TimelineBuilder& run, const std::string& from, const std::string& to, std::vector<std::string> flags,
                   int connection, Epoch epoch) {
  const EventId id = run.packet(from, to, scenario::PacketKind::ack);
  auto& packet = std::get<Packet>(run.edit().events.back().what);
  packet.flags = std::move(flags);
  packet.connection = connection;
  packet.epoch = packet.delivered_epoch = epoch;
  return id;
}
Packet& edit_packet(TimelineBuilder& run, EventId id) {
  return std::get<Packet>(run.edit().events.at(static_cast<std::size_t>(id) - 1).what);
}

TEST(TheStory, TellsACallThatWasAsleepTwice) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.listen("server");
  const int connection = run.connect("client", "server");
  const EventId accept = run.accept("server", connection);
  run.woken_by(accept, run.timeline().connections[0].connect);
  // The server was asleep in accept before the client called connect.
  notice_in_order(run.edit(), {1, 2, 3, 5, 4});
  EXPECT_THAT(story_of(run.timeline()), ElementsAre("server socket", "server bind", "server listen", "server accept",
                                                    "client connect", "server accept returns"));
}

TEST(TheStory, TellsACallThatReturnedAtOnceOnce) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int connection = run.connected("client", "server");
  run.send("client", connection, "Hello");
  run.recv("server", connection);
  EXPECT_THAT(story_of(run.timeline()), ElementsAre("client connect", "server accept", "client send", "server recv"));
}

TEST(TheStory, TellsAReceiveOfAllAfterTheSendThatItWokeAndThatFedIt) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int connection = run.connected("client", "server");
  const EventId send = run.send("client", connection, std::string(300'000, 'x'));
  // recv with MSG_WAITALL: let go in one epoch, in which the sender wakes too, and returned in the same.
  const EventId receive = run.recv("server", connection, 300'000);
  run.edit(send).return_epoch = run.edit(receive).start_epoch;
  EXPECT_THAT(story_of(run.timeline()), ElementsAre("client connect", "server accept", "client send", "server recv",
                                                    "client send returns", "server recv returns"));
}

TEST(TheStory, TellsAReceiveThatTookAPartWholeBeforeTheSendThatItWoke) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int connection = run.connected("client", "server");
  const EventId send = run.send("client", connection, std::string(300'000, 'x'));
  const EventId receive = run.recv("server", connection, 1000);
  run.edit(send).return_epoch = run.edit(receive).start_epoch;
  EXPECT_THAT(story_of(run.timeline()),
              ElementsAre("client connect", "server accept", "client send", "server recv", "client send returns"));
}

TEST(TheStory, TellsEachExitBeforeTheEndThatItsPeerSees) {
  TimelineBuilder run({{"zed", 1}, {"mid", 1}, {"client", 1}});
  const int to_zed = run.connected("client", "zed");
  const int to_mid = run.connected("client", "mid");
  const EventId at_zed = run.recv("zed", to_zed);
  const EventId at_mid = run.recv("mid", to_mid);
  const EventId first = run.close("client", to_zed, "exit");
  const EventId second = run.close("client", to_mid, "exit");
  const Epoch epoch = run.edit(first).start_epoch;
  in_epoch(run, second, epoch);
  for (const EventId id : {at_zed, at_mid}) {
    run.edit(id).return_epoch = epoch;
    run.edit(id).returned_at = 1'000'000;
  }
  EXPECT_THAT(story_of(run.timeline()),
              ElementsAre("client connect", "zed accept", "client connect", "mid accept", "zed recv", "mid recv",
                          "client exit", "zed recv returns", "client exit", "mid recv returns"));
}

TEST(TheStory, TellsWhoDiedOfAnothersDeathAfterIt) {
  // zed (lane 0) sees the end only because mid (lane 1) saw the client's and died of it, all in one epoch.
  TimelineBuilder run({{"zed", 1}, {"mid", 1}, {"client", 1}});
  const int to_zed = run.connected("mid", "zed");
  const int to_mid = run.connected("client", "mid");
  const EventId at_zed = run.recv("zed", to_zed);
  const EventId at_mid = run.recv("mid", to_mid);
  const EventId of_client = run.close("client", to_mid, "exit");
  const EventId of_mid = run.close("mid", to_zed, "exit");
  const EventId of_zed = run.close("zed", to_zed, "exit");
  const Epoch epoch = run.edit(of_client).start_epoch;
  for (const EventId id : {of_mid, of_zed}) in_epoch(run, id, epoch);
  run.edit(at_zed).return_epoch = run.edit(at_mid).return_epoch = epoch;
  run.edit(at_mid).returned_at = run.timeline().event(of_client)->at + 1;
  run.edit(at_zed).returned_at = run.timeline().event(of_mid)->at + 1;
  const auto expected = ElementsAre("mid connect", "zed accept", "client connect", "mid accept", "zed recv", "mid recv",
                                    "client exit", "mid recv returns", "mid exit", "zed recv returns", "zed exit");
  EXPECT_THAT(story_of(run.timeline()), expected);
  std::vector<LaneIndex> let_go_in(static_cast<std::size_t>(epoch) + 1, nobody);
  let_go_in.back() = run.lane("client");
  order_causally(run.edit(), let_go_in);
  EXPECT_THAT(story_of(run.timeline()), expected);
  EXPECT_EQ(run.timeline().call(8)->lane, run.lane("mid"));
}

TEST(TheStory, TellsPacketsBetweenTheCallThatSentThemAndTheOneTheyWoke) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const EventId accept = run.call("server", "accept");
  const int connection = run.connect("client", "server");
  const EventId connect = run.timeline().connections[0].connect;
  const Epoch epoch = run.edit(connect).start_epoch;
  const EventId syn = tcp_packet(run, "client", "server", {"SYN"}, connection, epoch);
  const EventId syn_ack = tcp_packet(run, "server", "client", {"SYN", "ACK"}, connection, epoch);
  const EventId ack = tcp_packet(run, "client", "server", {"ACK"}, connection, epoch);
  edit_packet(run, syn).cause = connect;
  edit_packet(run, syn_ack).woke = connect;
  edit_packet(run, ack).woke = accept;
  run.edit(accept).return_epoch = epoch;
  const auto expected = ElementsAre("server accept", "client connect", "client SYN", "server SYN-ACK", "client ACK",
                                    "client connect returns", "server accept returns");
  EXPECT_THAT(story_of(run.timeline()), expected);
}

TEST(TheStory, TellsAPacketThatWasHeldAgainWhenItIsDelivered) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int connection = run.connected("client", "server");
  const EventId first = tcp_packet(run, "client", "server", {"PSH"}, connection, 20);
  tcp_packet(run, "client", "server", {"FIN"}, connection, 20);
  edit_packet(run, first).verdict = Verdict::held;
  edit_packet(run, first).delivered_at = 1'000'000;
  EXPECT_THAT(story_of(run.timeline()),
              ElementsAre("client connect", "server accept", "client PSH", "client FIN", "client PSH delivered"));
}

TEST(TheStory, GoesByTheClockInAFreeRun) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.edit().pace = scenario::Pace::free;
  const int connection = run.connected("client", "server");
  const EventId receive = run.recv("server", connection);
  const EventId send = run.send("client", connection, "x");
  run.edit(receive).returned_at = run.timeline().event(send)->at + 5;
  EXPECT_THAT(story_of(run.timeline()),
              ElementsAre("client connect", "server accept", "server recv", "client send", "server recv returns"));
}

TEST(OrderingCausally, PutsWhoWasLetGoFirstAndTheOthersByLane) {
  TimelineBuilder run({{"a", 1}, {"b", 1}, {"c", 1}});
  const EventId of_b = run.call("b", "close");
  const EventId of_c = run.call("c", "close");
  const EventId of_a = run.call("a", "close");
  for (const EventId id : {of_a, of_b, of_c}) in_epoch(run, id, 1);
  order_causally(run.edit(), {nobody, run.lane("c")});
  EXPECT_THAT(story_of(run.timeline()), ElementsAre("c close", "a close", "b close"));
}

TEST(OrderingCausally, MendsEveryReference) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const EventId accept = run.call("server", "accept");
  const int connection = run.connect("client", "server");
  const EventId close = run.close("client", connection);
  const EventId packet = tcp_packet(run, "client", "server", {"FIN"}, connection, 30);
  edit_packet(run, packet).cause = close;
  edit_packet(run, packet).woke = accept;
  in_epoch(run, accept, 99);
  order_causally(run.edit(), {});
  EXPECT_EQ(run.timeline().connections[0].connect, 1);
  EXPECT_THAT(run.timeline().connections[0].closes, ElementsAre(2));
  const auto& sorted = *run.timeline().events[2].packet();
  EXPECT_EQ(sorted.cause, 2);
  EXPECT_EQ(sorted.woke, 4);
}

TEST(OrderingCausally, ComesToAnEndEvenIfCausesGoInACircle) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int connection = run.connected("client", "server");
  const EventId send = run.send("client", connection, "x");
  const EventId receive = run.recv("server", connection);
  for (const EventId id : {send, receive}) in_epoch(run, id, 7);
  const EventId packet = tcp_packet(run, "client", "server", {"PSH"}, connection, 7);
  edit_packet(run, packet).cause = receive;
  edit_packet(run, packet).woke = send;
  order_causally(run.edit(), {});
  EXPECT_EQ(run.timeline().events.size(), 5U);
}

}  // namespace
}  // namespace wirelab::timeline

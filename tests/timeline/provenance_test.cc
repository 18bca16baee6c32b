#include "labs/timeline/provenance.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/timeline/timeline_builder.hh"

namespace wirelab::timeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::TimelineBuilder;

/// `1:5 2:5 → 3` for a receive (event 3) of five bytes each from the sends 1 and 2.
std::vector<std::string> origins(const TimelineBuilder& run) {
  std::vector<std::string> all;
  for (const Provenance& entry : provenance(run.timeline())) {
    std::string text;
    for (const Origin& origin : entry.from) text += fmt::format("{}:{} ", origin.send, origin.bytes);
    all.push_back(text + fmt::format("→ {}", entry.recv));
  }
  return all;
}

TEST(Provenance, FindsEverySendInARecvThatTookSeveral) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");  // events 1 and 2
  run.send("client", c, "Hello");
  run.send("client", c, "World");
  run.send("client", c, "Again");
  run.recv("server", c);
  EXPECT_THAT(origins(run), ElementsAre("3:5 4:5 5:5 → 6"));
}

TEST(Provenance, DividesASendBetweenTheRecvsThatTookIt) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.send("client", c, "HelloWorld");
  run.send("client", c, "Again");
  run.recv("server", c, 4);
  run.recv("server", c, 8);
  run.recv("server", c, 8);
  EXPECT_THAT(origins(run), ElementsAre("3:4 → 5", "3:6 4:2 → 6", "4:3 → 7"));
}

TEST(Provenance, KeepsTheTwoDirectionsOfAConnectionApart) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.send("client", c, "ping");
  run.send("server", c, "pong!");
  run.recv("client", c);
  run.recv("server", c);
  EXPECT_THAT(origins(run), ElementsAre("4:5 → 5", "3:4 → 6"));
}

TEST(Provenance, KeepsTwoConnectionsApart) {
  TimelineBuilder run({{"server", 1}, {"client", 2}});
  const int one = run.connected("client#1", "server");
  const int two = run.connected("client#2", "server");
  run.send("client#1", one, "one");
  run.send("client#2", two, "two");
  run.recv("server", two);
  EXPECT_THAT(origins(run), ElementsAre("6:3 → 7"));
}

TEST(Provenance, HasNoEntryForTheEndOfTheStream) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  run.close("client", c);
  run.recv("server", c);
  EXPECT_THAT(origins(run), IsEmpty());
}

TEST(Provenance, AttributesWhatWasReadFromASendThatNeverReturned) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  const int c = run.connected("client", "server");
  const EventId send = run.send("client", c, "abcdefgh");
  run.recv("server", c);
  run.never_returns(send);
  run.edit(send).stream.reset();
  run.edit(send).connection = c;
  EXPECT_THAT(origins(run), ElementsAre("3:8 → 4"));
}

TEST(Provenance, TracesADatagramToItsSendto) {
  TimelineBuilder run({{"server", 1}, {"client", 1}});
  run.sendto("client", "server", "lost", Datagram::Fate::dropped_by_rule, 7);
  const int kept = run.sendto("client", "server", "kept");
  run.recvfrom("server", kept, 3);
  EXPECT_THAT(origins(run), ElementsAre("2:3 → 3"));
}

}  // namespace
}  // namespace wirelab::timeline

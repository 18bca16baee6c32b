// What is told where one side alone is seen: a program of ours that talks with somebody else's. Nothing may be told
// that only the other side knows.
#include "tests/explain/told.hh"

namespace wirelab::explain {
namespace {

using testing::ElementsAre;
using tests::TimelineBuilder;

/// Two lanes, a connection between them, and no call of the other side.
class OneSide : public testing::Test {
 protected:
  OneSide() { run.edit().connections.push_back({.client = client, .server = server, .established = true}); }

  /// A call of `lane` on the connection.
  timeline::Call& call(const std::string& lane, const std::string& name) {
    timeline::Call& made = run.edit(run.call(lane, name, {{"len", std::int64_t{1024}}}));
    made.connection = 0;
    made.socket = 2;
    made.peer = lane == "server" ? client : server;
    return made;
  }
  void receive(const std::string& bytes) {
    timeline::Call& made = call("server", "recv");
    made.data = bytes;
    made.result = static_cast<std::int64_t>(bytes.size());
    made.stream = timeline::StreamRange{0, client, server, received_, made.result};
    received_ += made.result;
  }
  void send(const std::string& bytes) {
    timeline::Call& made = call("server", "send");
    made.data = bytes;
    made.result = static_cast<std::int64_t>(bytes.size());
    made.args = {{"len", made.result}};
    made.stream = timeline::StreamRange{0, server, client, 0, made.result};
  }
  void receive_datagram(const std::string& bytes) {
    const auto size = static_cast<std::int64_t>(bytes.size());
    timeline::Call& made = call("server", "recvfrom");
    made.connection = -1;
    made.data = bytes;
    made.result = made.full_length = size;
    made.datagram = static_cast<int>(run.timeline().datagrams.size());
    run.edit().datagrams.push_back({.from = client,
                                    .to = server,
                                    .length = size,
                                    .fate = timeline::Datagram::Fate::delivered,
                                    .received = run.timeline().events.back().id});
  }
  std::vector<std::string> rules() {
    std::vector<std::string> found;
    for (const Annotation& annotation : explain(run.timeline(), words::Language::english)) found.push_back(annotation.rule);
    return found;
  }

  TimelineBuilder run = server_and_client();
  const timeline::LaneIndex server = run.lane("server");
  const timeline::LaneIndex client = run.lane("client");

 private:
  std::int64_t received_ = 0;
};

TEST_F(OneSide, TellsThatAnAcceptedConnectionHadBeenMadeBefore) {
  call("server", "accept");
  EXPECT_THAT(seen(run, "handshake-before-accept"),
              ElementsAre("server's accept found a finished connection of client."));
  EXPECT_THAT(rules(), ElementsAre("handshake-before-accept"));
}

TEST_F(OneSide, TellsThatAConnectedClientKnowsNothingOfAccept) {
  call("client", "connect");
  EXPECT_THAT(seen(run, "handshake-before-accept"),
              ElementsAre("client's connect returned: the two kernels have done the three-way handshake."));
  EXPECT_THAT(rules(), ElementsAre("handshake-before-accept"));
}

TEST_F(OneSide, TellsThatTheSendsBehindARecvAreUnknown) {
  receive("Hello");
  EXPECT_THAT(seen(run, "coalesced-recv"), ElementsAre("One recv of server brought 5 bytes. Of how many sends of "
                                                       "client cannot be told from this side."));
  EXPECT_THAT(rules(), ElementsAre("coalesced-recv"));
}

TEST_F(OneSide, TellsThatSentIsNotRead) {
  send("Hello");
  EXPECT_THAT(seen(run, "send-buffered"), ElementsAre("server's send returned: the kernel has taken the bytes."));
  EXPECT_THAT(rules(), ElementsAre("send-buffered"));
}

TEST_F(OneSide, TellsTheEndOfAStreamWithoutItsCause) {
  receive("");
  EXPECT_THAT(seen(run, "end-of-file"), ElementsAre("server's recv returned 0: client sends no more, and all it had "
                                                    "sent before has been read."));
  EXPECT_THAT(rules(), ElementsAre("end-of-file"));
}

TEST_F(OneSide, TellsAResetWithoutItsCause) {
  timeline::Call& made = call("server", "recv");
  made.result = -1;
  made.error = "ECONNRESET";
  run.expectation(run.timeline().events.back().id, "{fails: ECONNRESET}");
  EXPECT_THAT(seen(run, "reset"),
              ElementsAre("server's recv failed with ECONNRESET: the connection with client was reset."));
  EXPECT_THAT(rules(), ElementsAre("reset"));
}

TEST_F(OneSide, DoesNotTakeTwoDatagramsThatLookAlikeForOne) {
  receive_datagram("Hello");
  receive_datagram("Hello");
  EXPECT_THAT(rules(), ElementsAre("datagram-boundaries"));
}

TEST_F(OneSide, TellsThatADatagramMayBeLost) {
  timeline::Call& made = call("server", "sendto");
  made.connection = -1;
  made.result = 5;
  EXPECT_THAT(seen(run, "datagrams-lost"), ElementsAre("server's sendto returned 5. Whether the datagram arrives at "
                                                       "client cannot be told from this side."));
  EXPECT_THAT(rules(), ElementsAre("datagrams-lost"));
}

TEST(BothSides, LeaveNothingThatCannotBeTold) {
  TimelineBuilder run = server_and_client();
  run.listen("server");
  const int connection = run.connected("client", "server");
  run.send("client", connection, "Hello");
  run.recv("server", connection);
  run.close("client", connection);
  run.recv("server", connection);
  run.recvfrom("server", run.sendto("client", "server", "Hello"));
  for (const Annotation& annotation : explain(run.timeline(), words::Language::english)) {
    EXPECT_THAT(annotation.seen, testing::Not(testing::HasSubstr("from this side"))) << annotation.rule;
  }
}

}  // namespace
}  // namespace wirelab::explain

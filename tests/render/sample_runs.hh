// Runs written down by hand, as the runner would record them: what the renderers are tested with.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labs/render/record.hh"

namespace wirelab::render::test {

/// Writes a timeline call by call. Each call is let go in an epoch of its own, as in a stepped run.
class RunBuilder {
 public:
  explicit RunBuilder(std::vector<std::string> lanes);

  scenario::Scenario& scenario() { return record_.scenario; }
  timeline::Timeline& timeline() { return record_.timeline; }
  RunRecord& record() { return record_; }

  /// A call that returned at once.
  timeline::EventId call(std::string_view lane, std::string_view name,
                         std::vector<std::pair<std::string, timeline::Argument>> args = {}, std::int64_t result = 0);
  timeline::EventId fails(std::string_view lane, std::string_view name,
                          std::vector<std::pair<std::string, timeline::Argument>> args, std::string error);
  /// A call that sleeps: it returns in the epoch of the latest call when woken() is called, or never.
  timeline::EventId sleeps(std::string_view lane, std::string_view name,
                           std::vector<std::pair<std::string, timeline::Argument>> args = {});
  timeline::Call& woken(timeline::EventId id, std::int64_t result = 0);

  /// A TCP connection between two lanes; send, recv and close then know where they belong.
  int connection(std::string_view client, std::string_view server);
  timeline::EventId connect(std::string_view client, std::string_view server, int port);
  timeline::EventId send(std::string_view lane, std::string data, int connection = 0);
  timeline::EventId receive(std::string_view lane, std::string data, int room = 1024, int connection = 0);
  timeline::EventId close(std::string_view lane, int connection = 0, std::string_view how = "close");

  timeline::EventId send_datagram(std::string_view from, std::string_view to, std::string data,
                                  timeline::Datagram::Fate fate = timeline::Datagram::Fate::delivered,
                                  int rule_line = 0);
  /// Reads the datagram that send_datagram() gave.
  timeline::EventId receive_datagram(std::string_view lane, timeline::EventId sent, std::size_t room = 1024);

  /// Packets, on a stage that sees them. Each comes to the wire in the epoch of what was before it, and is delivered in
  /// one of its own, as the wire does it. The number of a lane's stream and what it acknowledges are worked out.
  timeline::EventId tcp(std::string_view from, std::string_view to, std::vector<std::string> flags,
                        std::string data = "", timeline::EventId cause = 0, int connection = 0);
  /// Of the datagram that send_datagram() gave; to everyone if `to` is empty.
  timeline::EventId udp(std::string_view to, timeline::EventId sent);
  timeline::Packet& packet_of(timeline::EventId id);
  /// The same bytes on the wire once more.
  timeline::EventId again(timeline::EventId id);
  /// The wire does not let it go on.
  void lose(timeline::EventId packet, int rule_line = 0);
  /// What the wire had held comes now.
  void deliver_late(timeline::EventId packet);

  void note(std::string_view lane, std::string text);
  /// What a step recv_file has kept; lane, step, line and epoch are filled in.
  void file(std::string_view lane, timeline::File file);
  void message(std::string_view lane, std::string payload, bool sent, int connection = 0);
  void expectation(std::string_view lane, timeline::EventId of, std::string expected, std::string observed, bool held);
  void annotate(std::string rule, std::vector<timeline::EventId> events, std::string seen, std::string why,
                std::vector<std::string> see);
  void check(std::string metric, scenario::Value expected, scenario::Value observed, std::int64_t points = 1,
             std::string because = "");
  void predict(std::string metric, std::optional<scenario::Value> guess, scenario::Value observed,
               std::vector<timeline::EventId> events = {});
  void summary(std::string metric, scenario::Value value, bool machine_dependent = false);

  timeline::Call& call_of(timeline::EventId id);
  timeline::LaneIndex lane(std::string_view name) const;

 private:
  timeline::Event& add(timeline::Event event);
  timeline::EventId add_packet(timeline::Packet packet);
  timeline::Call start(std::string_view lane, std::string_view name,
                       std::vector<std::pair<std::string, timeline::Argument>> args);

  RunRecord record_;
  timeline::Nanoseconds now_ = 0;
  timeline::Epoch epoch_ = 0;
  int line_ = 20;
  std::vector<std::pair<std::int64_t, std::int64_t>> sent_;  ///< by connection: bytes sent by client, by server
  std::vector<std::pair<std::int64_t, std::int64_t>> read_;
  std::map<std::pair<int, timeline::LaneIndex>, std::int64_t> next_seq_;
  std::map<std::pair<int, timeline::LaneIndex>, std::int64_t> arrived_;  ///< all of the lane's up to here
};

RunRecord three_sends_one_recv();
RunRecord refused();
RunRecord datagrams_lost();
RunRecord deadlock();
RunRecord half_close();
RunRecord full_buffers();
RunRecord fifty_clients();
RunRecord chinese();
RunRecord framed_messages();
RunRecord resumed_file();
RunRecord three_actors();
RunRecord conversation_on_the_wire();
RunRecord lost_syn();
/// One of four segments lost, told by repeated ACKs and sent again; one of them comes twice.
RunRecord lost_segment();
/// Datagrams lost, doubled, held, in fragments of which one is lost, refused.
RunRecord troubled_datagrams();
RunRecord broadcast();
RunRecord bulk_transfer();
/// Title, note and payload full of what a terminal must never get.
RunRecord hostile();
/// A step is still `???`.
RunRecord unanswered();
/// One of each kind of event, check and prediction, packets included.
RunRecord everything();

std::vector<std::pair<std::string, RunRecord>> all_samples();

}  // namespace wirelab::render::test

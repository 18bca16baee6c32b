// Small timelines for the tests of everything after the waist: who did what, one call after the other, as a stepped run
// would have recorded it. Offsets, sizes and what is left in the buffers are worked out from what was sent and read.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "labs/scenario/value.hh"
#include "labs/timeline/event.hh"

namespace wirelab::tests {

class TimelineBuilder {
 public:
  /// Lanes in this order; `{"client", 3}` makes client#1 … client#3.
  explicit TimelineBuilder(const std::vector<std::pair<std::string, int>>& actors);

  const timeline::Timeline& timeline() const { return timeline_; }
  timeline::Timeline& edit() { return timeline_; }
  timeline::Call& edit(timeline::EventId id);
  timeline::LaneIndex lane(const std::string& name) const;

  /// Any call that returned; a step of its own, let go after everything before had come to rest.
  timeline::EventId call(const std::string& lane, const std::string& call,
                         std::vector<std::pair<std::string, timeline::Argument>> args = {});
  /// The call failed with that error.
  timeline::EventId fails(timeline::EventId id, const std::string& error);
  /// The call was found asleep, and came back when `waker` was made.
  timeline::EventId woken_by(timeline::EventId id, timeline::EventId waker);
  /// The call was found asleep and never came back.
  timeline::EventId never_returns(timeline::EventId id, const std::string& ended_by = "deadlock");

  timeline::EventId listen(const std::string& server, int port = 8888, int backlog = 5);
  /// A connection whose handshake the kernels have done; its index.
  int connect(const std::string& client, const std::string& server);
  timeline::EventId accept(const std::string& server, int connection);
  /// connect, and accept after it.
  int connected(const std::string& client, const std::string& server);

  timeline::EventId send(const std::string& lane, int connection, const std::string& data);
  /// One send() of the script that `cut` handed over in these pieces; the first one's event.
  timeline::EventId send_in_pieces(const std::string& lane, int connection, const std::vector<std::string>& pieces);
  /// Takes what the peer has sent and nobody has read, `room` bytes of it at most; 0 bytes: the end of the stream.
  timeline::EventId recv(const std::string& lane, int connection, std::int64_t room = 1024);
  timeline::EventId shutdown(const std::string& lane, int connection, const std::string& how);
  /// close, abort or exit, as `word` says.
  timeline::EventId close(const std::string& lane, int connection, const std::string& word = "close");

  timeline::EventId sleep(const std::string& lane, std::int64_t milliseconds);

  /// A datagram and what became of it; its index.
  int sendto(const std::string& from, const std::string& to, const std::string& data,
             timeline::Datagram::Fate fate = timeline::Datagram::Fate::delivered, int rule_line = 0);
  timeline::EventId recvfrom(const std::string& lane, int datagram, std::int64_t room = 1024);

  /// A message the lane's framing put into the connection's stream, taking `length` bytes from `offset` on …
  timeline::EventId message_sent(const std::string& lane, int connection, const std::string& payload,
                                 std::int64_t offset, std::int64_t length);
  /// … or took out of what the peer sent.
  timeline::EventId message_decoded(const std::string& lane, int connection, const std::string& payload,
                                    std::int64_t offset, std::int64_t length);
  timeline::EventId message_failed(const std::string& lane, const std::string& error);
  /// What a step recv_file has kept; lane, step and epoch are filled in.
  timeline::EventId file(const std::string& lane, timeline::File file);

  timeline::EventId expectation(timeline::EventId of, const std::string& expected = "eof");
  timeline::EventId packet(const std::string& from, const std::string& to, scenario::PacketKind kind,
                           std::int64_t length = 0);

 private:
  timeline::EventId add(decltype(timeline::Event::what) what);
  timeline::LaneIndex peer_of(timeline::LaneIndex lane, int connection) const;
  int socket_on(timeline::LaneIndex lane, int connection);

  struct Stream {
    std::string sent;
    std::int64_t read = 0;
  };

  /// Epochs stand this far apart, so that a call can be put between two others.
  static constexpr timeline::Epoch step = 10;

  timeline::Timeline timeline_;
  timeline::Epoch epoch_ = 0;
  std::map<std::pair<timeline::LaneIndex, std::string>, int> steps_;
  std::map<std::pair<int, timeline::LaneIndex>, Stream> streams_;  // by connection and sender
  std::map<std::pair<int, timeline::LaneIndex>, int> sockets_;
  std::map<timeline::LaneIndex, int> sockets_of_lane_;
};

/// The events line by line, for a test that fails: SCOPED_TRACE(to_text(run.timeline())).
inline std::string to_text(const timeline::Timeline& timeline);

// ------------------------------------------------------------------------------------------------------------

inline TimelineBuilder::TimelineBuilder(const std::vector<std::pair<std::string, int>>& actors) {
  timeline_.stage = "loopback";
  for (const auto& [name, copies] : actors) {
    for (int copy = 1; copy <= copies; ++copy) {
      timeline_.lanes.push_back(
          {copies > 1 ? fmt::format("{}#{}", name, copy) : name, name, copies > 1 ? copy : 0, {}, false});
    }
  }
}

inline timeline::Call& TimelineBuilder::edit(timeline::EventId id) {
  return std::get<timeline::Call>(timeline_.events.at(static_cast<std::size_t>(id) - 1).what);
}

inline timeline::LaneIndex TimelineBuilder::lane(const std::string& name) const {
  for (std::size_t i = 0; i < timeline_.lanes.size(); ++i) {
    if (timeline_.lanes[i].name == name) return static_cast<timeline::LaneIndex>(i);
  }
  throw std::invalid_argument("no lane is called " + name);
}

inline timeline::EventId TimelineBuilder::add(decltype(timeline::Event::what) what) {
  const auto id = static_cast<timeline::EventId>(timeline_.events.size()) + 1;
  timeline_.events.push_back({id, id * 1000, std::move(what)});
  return id;
}

inline timeline::EventId TimelineBuilder::call(const std::string& lane_name, const std::string& name,
                                               std::vector<std::pair<std::string, timeline::Argument>> args) {
  timeline::Call call;
  call.lane = lane(lane_name);
  call.call = name;
  call.word = name;
  call.step = fmt::format("{}#{}", name, ++steps_[{call.lane, name}]);
  call.line = static_cast<int>(timeline_.events.size()) + 10;
  call.args = std::move(args);
  call.returned = true;
  epoch_ += step;
  call.start_epoch = call.return_epoch = epoch_;
  timeline_.order.push_back(lane_name + "." + call.step);
  return add(std::move(call));
}

inline timeline::EventId TimelineBuilder::fails(timeline::EventId id, const std::string& error) {
  edit(id).error = error;
  edit(id).result = -1;
  return id;
}

inline timeline::EventId TimelineBuilder::woken_by(timeline::EventId id, timeline::EventId waker) {
  edit(id).found_blocked = true;
  edit(id).start_epoch = edit(waker).start_epoch - step / 2;
  edit(id).return_epoch = edit(waker).start_epoch;
  return id;
}

inline timeline::EventId TimelineBuilder::never_returns(timeline::EventId id, const std::string& ended_by) {
  edit(id).returned = false;
  edit(id).found_blocked = true;
  edit(id).ended_by = ended_by;
  edit(id).result = 0;
  return id;
}

inline timeline::EventId TimelineBuilder::listen(const std::string& server, int port, int backlog) {
  const int socket = ++sockets_of_lane_[lane(server)];
  edit(call(server, "socket")).socket = socket;
  edit(call(server, "bind", {{"port", std::int64_t{port}}})).socket = socket;
  const timeline::EventId id = call(server, "listen", {{"backlog", std::int64_t{backlog}}});
  edit(id).socket = socket;
  return id;
}

inline int TimelineBuilder::connect(const std::string& client, const std::string& server) {
  const timeline::EventId id = call(client, "connect");
  timeline::Connection connection;
  connection.client = lane(client);
  connection.server = lane(server);
  connection.connect = id;
  for (const timeline::Event& event : timeline_.events) {
    const timeline::Call* made = event.call();
    if (made && made->call == "listen" && made->lane == connection.server) connection.listen = event.id;
  }
  timeline_.connections.push_back(connection);
  const int index = static_cast<int>(timeline_.connections.size()) - 1;
  edit(id).connection = index;
  edit(id).peer = connection.server;
  edit(id).socket = socket_on(connection.client, index);
  return index;
}

inline timeline::EventId TimelineBuilder::accept(const std::string& server, int connection) {
  const timeline::EventId id = call(server, "accept");
  timeline::Connection& of = timeline_.connections.at(static_cast<std::size_t>(connection));
  of.accept = id;
  edit(id).connection = connection;
  edit(id).peer = of.client;
  if (const timeline::Call* listen = timeline_.call(of.listen)) edit(id).socket = listen->socket;
  edit(id).result = socket_on(of.server, connection);
  return id;
}

inline int TimelineBuilder::connected(const std::string& client, const std::string& server) {
  const int connection = connect(client, server);
  accept(server, connection);
  return connection;
}

inline timeline::LaneIndex TimelineBuilder::peer_of(timeline::LaneIndex lane, int connection) const {
  const timeline::Connection& between = timeline_.connections.at(static_cast<std::size_t>(connection));
  return between.client == lane ? between.server : between.client;
}

inline int TimelineBuilder::socket_on(timeline::LaneIndex lane, int connection) {
  int& socket = sockets_[{connection, lane}];
  if (socket == 0) socket = ++sockets_of_lane_[lane];
  return socket;
}

inline timeline::EventId TimelineBuilder::send(const std::string& name, int connection, const std::string& data) {
  const auto size = static_cast<std::int64_t>(data.size());
  const timeline::EventId id = call(name, "send", {{"len", size}});
  timeline::Call& made = edit(id);
  Stream& stream = streams_[{connection, made.lane}];
  made.data = data;
  made.result = size;
  made.socket = socket_on(made.lane, connection);
  made.stream = timeline::StreamRange{connection, made.lane, peer_of(made.lane, connection),
                                      static_cast<std::int64_t>(stream.sent.size()), size};
  stream.sent += data;
  return id;
}

inline timeline::EventId TimelineBuilder::send_in_pieces(const std::string& name, int connection,
                                                         const std::vector<std::string>& pieces) {
  timeline::EventId first = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const timeline::EventId id = send(name, connection, pieces[i]);
    if (first == 0) first = id;
    edit(id).piece = static_cast<int>(i) + 1;
    edit(id).pieces = static_cast<int>(pieces.size());
    edit(id).step = edit(first).step;
    edit(id).line = edit(first).line;
  }
  return first;
}

inline timeline::EventId TimelineBuilder::recv(const std::string& name, int connection, std::int64_t room) {
  const timeline::EventId id = call(name, "recv", {{"len", room}});
  timeline::Call& made = edit(id);
  const timeline::LaneIndex peer = peer_of(made.lane, connection);
  Stream& stream = streams_[{connection, peer}];
  made.data = stream.sent.substr(static_cast<std::size_t>(stream.read), static_cast<std::size_t>(room));
  made.result = static_cast<std::int64_t>(made.data.size());
  made.socket = socket_on(made.lane, connection);
  made.stream = timeline::StreamRange{connection, peer, made.lane, stream.read, made.result};
  stream.read += made.result;
  made.readable = static_cast<std::int64_t>(stream.sent.size()) - stream.read;
  return id;
}

inline timeline::EventId TimelineBuilder::shutdown(const std::string& name, int connection, const std::string& how) {
  const timeline::EventId id = call(name, "shutdown", {{"how", how}});
  edit(id).connection = connection;
  edit(id).socket = socket_on(lane(name), connection);
  if (how != "read") timeline_.connections.at(static_cast<std::size_t>(connection)).closes.push_back(id);
  return id;
}

inline timeline::EventId TimelineBuilder::close(const std::string& name, int connection, const std::string& word) {
  const timeline::EventId id = call(name, word);
  timeline::Call& made = edit(id);
  made.word = word;
  made.connection = connection;
  made.socket = socket_on(made.lane, connection);
  const Stream& incoming = streams_[{connection, peer_of(made.lane, connection)}];
  made.readable = static_cast<std::int64_t>(incoming.sent.size()) - incoming.read;
  timeline_.connections.at(static_cast<std::size_t>(connection)).closes.push_back(id);
  return id;
}

inline timeline::EventId TimelineBuilder::sleep(const std::string& name, std::int64_t milliseconds) {
  return call(name, "sleep", {{"duration_ns", milliseconds * 1'000'000}});
}

inline int TimelineBuilder::sendto(const std::string& from, const std::string& to, const std::string& data,
                                   timeline::Datagram::Fate fate, int rule_line) {
  const auto size = static_cast<std::int64_t>(data.size());
  const timeline::EventId id = call(from, "sendto", {{"to", to}, {"len", size}});
  const auto index = static_cast<int>(timeline_.datagrams.size());
  edit(id).data = data;
  edit(id).result = size;
  edit(id).socket = 1;
  edit(id).datagram = index;
  edit(id).peer = lane(to);
  timeline_.datagrams.push_back({id, lane(from), lane(to), size, fate, 0, rule_line});
  return index;
}

inline timeline::EventId TimelineBuilder::recvfrom(const std::string& name, int index, std::int64_t room) {
  const timeline::EventId id = call(name, "recvfrom", {{"len", room}});
  timeline::Datagram& datagram = timeline_.datagrams.at(static_cast<std::size_t>(index));
  datagram.received = id;
  timeline::Call& made = edit(id);
  made.data = timeline_.call(datagram.sent)->data.substr(0, static_cast<std::size_t>(room));
  made.result = static_cast<std::int64_t>(made.data.size());
  made.socket = 1;
  made.datagram = index;
  made.peer = datagram.from;
  made.full_length = datagram.length;
  made.truncated = datagram.length > room;
  return id;
}

inline timeline::EventId TimelineBuilder::message_sent(const std::string& name, int connection,
                                                       const std::string& payload, std::int64_t offset,
                                                       std::int64_t length) {
  const timeline::LaneIndex from = lane(name);
  return add(timeline::Message{from, "send_message#1", 1, true, payload, "",
                               timeline::StreamRange{connection, from, peer_of(from, connection), offset, length},
                               epoch_});
}

inline timeline::EventId TimelineBuilder::message_decoded(const std::string& name, int connection,
                                                          const std::string& payload, std::int64_t offset,
                                                          std::int64_t length) {
  const timeline::LaneIndex to = lane(name);
  return add(timeline::Message{to, "recv_message#1", 1, false, payload, "",
                               timeline::StreamRange{connection, peer_of(to, connection), to, offset, length}, epoch_});
}

inline timeline::EventId TimelineBuilder::message_failed(const std::string& name, const std::string& error) {
  return add(timeline::Message{lane(name), "recv_message#1", 1, false, "", error, {}, epoch_});
}

inline timeline::EventId TimelineBuilder::file(const std::string& name, timeline::File file) {
  file.lane = lane(name);
  if (file.step.empty()) file.step = "recv_file#1";
  file.line = 1;
  file.epoch = epoch_;
  return add(std::move(file));
}

inline timeline::EventId TimelineBuilder::expectation(timeline::EventId of, const std::string& expected) {
  const timeline::Call& call = edit(of);
  return add(timeline::Expectation{call.lane, call.step, call.line, expected, "", true, epoch_});
}

inline timeline::EventId TimelineBuilder::packet(const std::string& from, const std::string& to,
                                                 scenario::PacketKind kind, std::int64_t length) {
  timeline_.sees_packets = true;
  timeline::Packet packet;
  packet.from = lane(from);
  packet.to = lane(to);
  packet.protocol = kind == scenario::PacketKind::udp ? "udp" : "tcp";
  packet.kind = kind;
  packet.length = length;
  packet.window = 1000;
  return add(std::move(packet));
}

inline std::string to_text(const timeline::Timeline& timeline) {
  std::string text;
  const auto name = [&](timeline::LaneIndex lane) {
    return lane < 0 ? std::string("nobody") : timeline.lanes.at(static_cast<std::size_t>(lane)).name;
  };
  for (const timeline::Event& event : timeline.events) {
    text += fmt::format("{:3} ", event.id);
    if (const timeline::Call* call = event.call()) {
      text += fmt::format("{} {} = {}", name(call->lane), call->call,
                          !call->returned       ? "?"
                          : call->error.empty() ? std::to_string(call->result)
                                                : call->error);
      if (!call->data.empty()) text += " " + scenario::quoted(call->data, 40);
      if (call->found_blocked) text += " asleep";
      text += fmt::format(" ({}..{})", call->start_epoch, call->return_epoch);
    } else if (const timeline::Packet* packet = event.packet()) {
      text += fmt::format("packet {} -> {}, {} bytes", name(packet->from), name(packet->to), packet->length);
    } else if (const timeline::Message* message = event.message()) {
      text += fmt::format("{} {} message {} {}", name(message->lane), message->sent ? "sent" : "decoded",
                          scenario::quoted(message->payload, 40), message->error);
    } else if (const timeline::Expectation* expectation = event.expectation()) {
      text += fmt::format("{} expectation {}", name(expectation->lane), expectation->held ? "held" : "did not hold");
    }
    text += "\n";
  }
  return text;
}

}  // namespace wirelab::tests

#include "tests/render/sample_runs.hh"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace wirelab::render::test {

using scenario::Bytes;
using scenario::List;
using scenario::Value;
using scenario::Word;
using timeline::Argument;
using timeline::Call;
using timeline::Datagram;
using timeline::Event;
using timeline::EventId;
using timeline::LaneIndex;

namespace {

constexpr timeline::Nanoseconds between_calls = 73'000;
constexpr timeline::Nanoseconds call_length = 9'000;

scenario::Expected equal_to(Value value) {
  scenario::Expected expected;
  expected.values = {std::move(value)};
  return expected;
}

}  // namespace

RunBuilder::RunBuilder(std::vector<std::string> lanes) {
  timeline().stage = "loopback";
  timeline().stage_note = {{"stage.shares-address"_text, {{"address", "127.0.0.1"}}}};
  for (std::string& name : lanes) {
    timeline::Lane here;
    const std::size_t number = name.find('#');
    here.actor = name.substr(0, number);
    if (number != std::string::npos) here.copy = std::stoi(name.substr(number + 1));
    here.name = std::move(name);
    timeline().lanes.push_back(std::move(here));
  }
  scenario().file = "lessons/sample.yaml";
  scenario().source = "wirelab: 1\n";
  scenario().lab = 2;
  scenario::Actor& actor = scenario().actors.emplace_back();
  for (const int port : {8888, 9000}) actor.steps.emplace_back().action = scenario::Bind{port};
}

LaneIndex RunBuilder::lane(std::string_view name) const {
  const auto& lanes = record_.timeline.lanes;
  const auto found =
      std::find_if(lanes.begin(), lanes.end(), [&](const timeline::Lane& one) { return one.name == name; });
  if (found == lanes.end()) throw std::invalid_argument(fmt::format("no lane {}", name));
  return static_cast<LaneIndex>(found - lanes.begin());
}

Call& RunBuilder::call_of(EventId id) {
  return std::get<Call>(timeline().events.at(static_cast<std::size_t>(id) - 1).what);
}

Event& RunBuilder::add(Event event) {
  event.id = static_cast<EventId>(timeline().events.size()) + 1;
  event.at = now_;
  timeline().elapsed = now_;
  timeline().events.push_back(std::move(event));
  return timeline().events.back();
}

Call RunBuilder::start(std::string_view lane_name, std::string_view name,
                       std::vector<std::pair<std::string, Argument>> args) {
  now_ += between_calls;
  ++epoch_;
  Call call;
  call.lane = lane(lane_name);
  call.call = name;
  call.word = name;
  call.step = fmt::format("{}#1", name);
  call.line = line_++;
  call.args = std::move(args);
  call.start_epoch = epoch_;
  call.return_epoch = epoch_;
  timeline().order.push_back(fmt::format("{}.{}", lane_name, call.step));
  return call;
}

EventId RunBuilder::call(std::string_view lane_name, std::string_view name,
                         std::vector<std::pair<std::string, Argument>> args, std::int64_t result) {
  Call made = start(lane_name, name, std::move(args));
  made.returned = true;
  made.result = result;
  made.returned_at = now_ + call_length;
  return add({0, 0, std::move(made)}).id;
}

EventId RunBuilder::fails(std::string_view lane_name, std::string_view name,
                          std::vector<std::pair<std::string, Argument>> args, std::string error) {
  const EventId id = call(lane_name, name, std::move(args), -1);
  call_of(id).error = std::move(error);
  return id;
}

EventId RunBuilder::sleeps(std::string_view lane_name, std::string_view name,
                           std::vector<std::pair<std::string, Argument>> args) {
  Call made = start(lane_name, name, std::move(args));
  made.found_blocked = true;
  return add({0, 0, std::move(made)}).id;
}

Call& RunBuilder::woken(EventId id, std::int64_t result) {
  Call& call = call_of(id);
  call.returned = true;
  call.result = result;
  call.return_epoch = epoch_;
  call.returned_at = now_ + 2 * call_length;
  call.asleep = call.returned_at - timeline().event(id)->at;
  return call;
}

int RunBuilder::connection(std::string_view client, std::string_view server) {
  timeline::Connection connection;
  connection.client = lane(client);
  connection.server = lane(server);
  timeline().connections.push_back(connection);
  sent_.emplace_back(0, 0);
  read_.emplace_back(0, 0);
  return static_cast<int>(timeline().connections.size()) - 1;
}

EventId RunBuilder::connect(std::string_view client, std::string_view server, int port) {
  const int made = connection(client, server);
  const EventId id = call(client, "connect", {{"to", std::string(server)}, {"port", std::int64_t{port}}});
  call_of(id).connection = made;
  call_of(id).peer = lane(server);
  call_of(id).state = "ESTABLISHED";
  timeline().connections.back().connect = id;
  return id;
}

EventId RunBuilder::send(std::string_view lane_name, std::string data, int connection) {
  const auto length = static_cast<std::int64_t>(data.size());
  const EventId id = call(lane_name, "send", {{"len", length}}, length);
  const auto& known = timeline().connections.at(static_cast<std::size_t>(connection));
  const bool by_client = known.client == lane(lane_name);
  auto& counts = sent_.at(static_cast<std::size_t>(connection));
  std::int64_t& sent = by_client ? counts.first : counts.second;
  Call& made = call_of(id);
  made.data = std::move(data);
  made.connection = connection;
  made.state = "ESTABLISHED";
  made.unacked = length;
  made.stream = timeline::StreamRange{connection, made.lane, by_client ? known.server : known.client, sent, length};
  sent += length;
  return id;
}

EventId RunBuilder::receive(std::string_view lane_name, std::string data, int room, int connection) {
  const auto length = static_cast<std::int64_t>(data.size());
  const EventId id = call(lane_name, "recv", {{"len", std::int64_t{room}}}, length);
  const auto& known = timeline().connections.at(static_cast<std::size_t>(connection));
  const bool by_client = known.client == lane(lane_name);
  auto& counts = read_.at(static_cast<std::size_t>(connection));
  std::int64_t& read = by_client ? counts.first : counts.second;
  Call& made = call_of(id);
  made.data = std::move(data);
  made.connection = connection;
  made.stream = timeline::StreamRange{connection, by_client ? known.server : known.client, made.lane, read, length};
  made.readable = 0;
  read += length;
  return id;
}

EventId RunBuilder::close(std::string_view lane_name, int connection, std::string_view how) {
  const bool shuts = how == "shutdown";
  const EventId id =
      shuts ? call(lane_name, how, {{"how", "write"}}) : call(lane_name, how, {{"socket", std::string()}});
  call_of(id).connection = connection;
  timeline().connections.at(static_cast<std::size_t>(connection)).closes.push_back(id);
  return id;
}

EventId RunBuilder::send_datagram(std::string_view from, std::string_view to, std::string data, Datagram::Fate fate,
                                  int rule_line) {
  const auto length = static_cast<std::int64_t>(data.size());
  const EventId id =
      call(from, "sendto", {{"len", length}, {"to", std::string(to)}, {"port", std::int64_t{9000}}}, length);
  call_of(id).data = std::move(data);
  call_of(id).datagram = static_cast<int>(timeline().datagrams.size());
  call_of(id).peer = lane(to);
  timeline().datagrams.push_back({id, lane(from), lane(to), length, fate, 0, rule_line});
  return id;
}

EventId RunBuilder::receive_datagram(std::string_view lane_name, EventId sent, std::size_t room) {
  const std::string data = call_of(sent).data.substr(0, room);
  const EventId id =
      call(lane_name, "recvfrom", {{"len", static_cast<std::int64_t>(room)}}, static_cast<std::int64_t>(data.size()));
  Call& made = call_of(id);
  made.datagram = call_of(sent).datagram;
  made.peer = call_of(sent).lane;
  made.full_length = static_cast<std::int64_t>(call_of(sent).data.size());
  made.truncated = call_of(sent).data.size() > room;
  made.data = data;
  timeline().datagrams.at(static_cast<std::size_t>(*made.datagram)).received = id;
  return id;
}

EventId RunBuilder::add_packet(timeline::Packet packet) {
  constexpr timeline::Nanoseconds on_the_wire = 31'000;
  timeline().stage = "wire";
  timeline().stage_note.clear();
  timeline().sees_packets = true;
  now_ += on_the_wire;
  packet.epoch = epoch_;
  packet.delivered_epoch = ++epoch_;
  packet.delivered_at = now_ + on_the_wire / 2;
  packet.headers = std::string(14, '\x02') + "\x45 and what else the headers are";
  return add({0, 0, std::move(packet)}).id;
}

timeline::Packet& RunBuilder::packet_of(EventId id) {
  return std::get<timeline::Packet>(timeline().events.at(static_cast<std::size_t>(id) - 1).what);
}

EventId RunBuilder::tcp(std::string_view from, std::string_view to, std::vector<std::string> flags, std::string data,
                        EventId cause, int connection) {
  const auto has = [&](std::string_view flag) { return std::find(flags.begin(), flags.end(), flag) != flags.end(); };
  timeline::Packet packet;
  packet.from = lane(from);
  packet.to = lane(to);
  packet.protocol = "tcp";
  packet.kind = has("RST")                 ? scenario::PacketKind::rst
                : has("FIN")               ? scenario::PacketKind::fin
                : has("SYN") && has("ACK") ? scenario::PacketKind::syn_ack
                : has("SYN")               ? scenario::PacketKind::syn
                : data.empty()             ? scenario::PacketKind::ack
                                           : scenario::PacketKind::data;
  const bool by_client = timeline().connections.at(static_cast<std::size_t>(connection)).client == packet.from;
  packet.source_port = by_client ? 40123 : 8888;
  packet.destination_port = by_client ? 8888 : 40123;
  std::int64_t& next = next_seq_[{connection, packet.from}];
  packet.seq = next;
  packet.absolute_seq = 2'871'000'000u + static_cast<std::uint32_t>(next);
  packet.ack = has("ACK") ? arrived_[{connection, packet.to}] : 0;
  packet.window = 64240;
  packet.length = static_cast<std::int64_t>(data.size());
  packet.connection = connection;
  packet.cause = cause;
  if (has("SYN")) packet.options = {.maximum_segment_size = 1460, .window_scale = 7, .sack_permitted = true};
  packet.options.timestamps = timeline::TcpOptions::Timestamps{77'001, 76'998};
  if (!data.empty()) packet.stream = timeline::StreamRange{connection, packet.from, packet.to, next - 1, packet.length};
  next += packet.length + (has("SYN") || has("FIN") ? 1 : 0);
  arrived_[{connection, packet.from}] = next;
  packet.flags = std::move(flags);
  packet.data = std::move(data);
  return add_packet(std::move(packet));
}

EventId RunBuilder::udp(std::string_view to, EventId sent) {
  const Call& call = call_of(sent);
  timeline::Packet packet;
  packet.from = call.lane;
  if (!to.empty()) packet.to = lane(to);
  packet.protocol = "udp";
  packet.kind = scenario::PacketKind::udp;
  packet.source_port = 51234;
  packet.destination_port = 9000;
  packet.data = call.data;
  packet.length = static_cast<std::int64_t>(call.data.size());
  packet.datagram = call.datagram;
  packet.cause = sent;
  return add_packet(std::move(packet));
}

EventId RunBuilder::again(EventId id) {
  timeline::Packet packet = packet_of(id);
  packet.retransmission = true;
  packet.verdict = timeline::Verdict::passed;
  packet.rule_line = 0;
  packet.cause = 0;
  return add_packet(std::move(packet));
}

void RunBuilder::lose(EventId id, int rule_line) {
  timeline::Packet& packet = packet_of(id);
  packet.verdict = timeline::Verdict::dropped;
  packet.rule_line = rule_line;
  packet.delivered_at = 0;
  packet.delivered_epoch = 0;
  arrived_[{packet.connection, packet.from}] = packet.seq;
}

void RunBuilder::deliver_late(EventId id) {
  timeline::Packet& packet = packet_of(id);
  packet.delivered_epoch = ++epoch_;
  packet.delivered_at = now_ += 20'000;
}

void RunBuilder::note(std::string_view lane_name, std::string text) {
  add({0, 0, timeline::Note{lane(lane_name), "note#1", line_++, std::move(text), epoch_}});
}

void RunBuilder::file(std::string_view lane_name, timeline::File file) {
  file.lane = lane(lane_name);
  file.step = "recv_file#1";
  file.line = line_ - 1;
  file.epoch = epoch_;
  add({0, 0, std::move(file)});
}

void RunBuilder::message(std::string_view lane_name, std::string payload, bool sent, int connection) {
  timeline::Message message;
  message.lane = lane(lane_name);
  message.step = sent ? "send_message#1" : "recv_message#1";
  message.line = line_ - 1;
  message.sent = sent;
  message.payload = std::move(payload);
  message.epoch = epoch_;
  const auto& known = timeline().connections.at(static_cast<std::size_t>(connection));
  const bool by_client = known.client == message.lane;
  std::int64_t offset = 0;
  for (const Event& event : timeline().events) {
    const timeline::Message* before = event.message();
    if (before != nullptr && before->lane == message.lane && before->sent == sent) offset += before->stream->length;
  }
  const LaneIndex other = by_client ? known.server : known.client;
  message.stream = timeline::StreamRange{connection, sent ? message.lane : other, sent ? other : message.lane, offset,
                                         static_cast<std::int64_t>(message.payload.size()) + 1};
  add({0, 0, std::move(message)});
}

void RunBuilder::expectation(std::string_view lane_name, EventId of, std::string expected, std::string observed,
                             bool held) {
  add({0, 0,
       timeline::Expectation{lane(lane_name), call_of(of).step, call_of(of).line, std::move(expected),
                             std::move(observed), held, epoch_}});
}

void RunBuilder::annotate(std::string rule, std::vector<EventId> events, std::string seen, std::string why,
                          std::vector<std::string> see) {
  record_.annotations.push_back({std::move(rule), std::move(events), std::move(seen), std::move(why), std::move(see)});
}

void RunBuilder::check(std::string metric, Value expected, Value observed, std::int64_t points, std::string because) {
  grade::CheckResult result;
  result.verdict = expected == observed ? grade::Verdict::passed : grade::Verdict::failed;
  result.observed = std::move(observed);
  result.check.metric = std::move(metric);
  result.check.expected = equal_to(std::move(expected));
  result.check.points = points;
  result.check.because = std::move(because);
  result.check.at = {line_++, 5};
  result.events = {1, static_cast<EventId>(timeline().events.size())};
  record_.checks.push_back(std::move(result));
}

void RunBuilder::predict(std::string metric, std::optional<Value> guess, Value observed, std::vector<EventId> events) {
  grade::PredictionResult result;
  result.prediction.metric = std::move(metric);
  result.prediction.at = {line_++, 3};
  if (guess) {
    result.verdict = *guess == observed ? grade::Verdict::passed : grade::Verdict::failed;
    result.prediction.guess = equal_to(*guess);
  }
  result.observed = std::move(observed);
  result.events = std::move(events);
  record_.predictions.push_back(std::move(result));
}

void RunBuilder::summary(std::string metric, Value value, bool machine_dependent) {
  record_.summary.emplace_back(std::move(metric), timeline::Measurement{std::move(value), {1}, machine_dependent});
}

// ----------------------------------------------------------------------------------------------------- samples

RunRecord three_sends_one_recv() {
  RunBuilder run({"server", "client"});
  run.scenario().file = "scenarios/lab2/three-sends.yaml";
  run.scenario().title = "Three sends, one recv";
  run.scenario().about =
      "TCP carries a stream of bytes. Watch where the boundaries\nbetween your sends go.\n\n- one connection\n- "
      "fifteen bytes\n";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "bind", {{"port", std::int64_t{8888}}});
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  const EventId accept = run.sleeps("server", "accept");
  run.call("client", "socket", {{"type", "stream"}});
  const EventId connect = run.connect("client", "server", 8888);
  run.woken(accept, 5).peer = run.lane("client");
  const EventId first = run.send("client", "Hello");
  const EventId second = run.send("client", "World");
  const EventId third = run.send("client", "Again");
  const EventId receive = run.receive("server", "HelloWorldAgain");
  run.expectation("server", receive, "\"HelloWorldAgain\"", "\"HelloWorldAgain\"", true);
  run.close("client");
  const EventId end = run.receive("server", "");
  run.close("server");
  run.timeline().connections[0].time_wait = {run.lane("client")};
  run.annotate("accept-asleep", {accept, connect}, "accept() was asleep for 0.2 ms until client's connect came.",
               "accept() takes a finished connection out of the listener's queue. With none there it sleeps.",
               {"accept(2)"});
  run.annotate("coalesced-recv", {first, second, third, receive},
               "3 sends (5+5+5 bytes) came out of one recv of 15 bytes.",
               "TCP keeps bytes in order; it does not keep sends apart. What lies in the receive buffer when recv() is "
               "called comes out together, as far as it fits.",
               {"RFC 9293 §3.7", "recv(2)"});
  run.annotate("end-of-file", {end}, "recv() returned 0: client had closed its side and every byte was read.",
               "An empty receive is how the end of a stream is told.", {"recv(2)"});
  run.predict("server.recv.count", Value(3), Value(2), {receive, end});
  run.predict("client.sent.bytes", Value(15), Value(15));
  run.check("server.recv.sizes", List{Value(15), Value(0)}, List{Value(15), Value(0)}, 2,
            "TCP keeps bytes in order; it does not keep sends apart.");
  run.check("client.send.count", Value(3), Value(3));
  run.check("server.errors", List{Value(Word{"ECONNRESET"})}, List{}, 1, "Nobody resets anything here.");
  run.summary("server.recv.count", Value(2));
  run.summary("server.recv.sizes", List{Value(15), Value(0)});
  run.summary("run.elapsed_ms", Value(1), true);
  RunRecord record = run.record();
  record.provenance = {{receive, {{first, 5}, {second, 5}, {third, 5}}}};
  return record;
}

RunRecord refused() {
  RunBuilder run({"client", "server"});
  run.scenario().file = "scenarios/lab1/refused.yaml";
  run.scenario().lab = 1;
  run.scenario().title = "Refused";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "bind", {{"port", std::int64_t{8888}}});
  run.call("client", "socket", {{"type", "stream"}});
  const EventId connect =
      run.fails("client", "connect", {{"to", "server"}, {"port", std::int64_t{8888}}}, "ECONNREFUSED");
  run.call_of(connect).peer = run.lane("server");
  run.call("client", "exit", {{"socket", std::string()}});
  run.call("server", "exit", {{"socket", "listener"}});
  run.annotate("refused", {connect}, "connect() failed with ECONNREFUSED.",
               "The host is there, but nobody listens on port 8888: its kernel answers the SYN with a RST.",
               {"RFC 9293 §3.10.7.1", "connect(2)"});
  run.check("client.errors", List{Value(Word{"ECONNREFUSED"})}, List{Value(Word{"ECONNREFUSED"})});
  return run.record();
}

RunRecord datagrams_lost() {
  RunBuilder run({"sender", "receiver"});
  run.scenario().file = "scenarios/lab5/lost.yaml";
  run.scenario().lab = 5;
  run.scenario().title = "Datagrams get lost";
  run.call("receiver", "socket", {{"type", "dgram"}});
  run.call("receiver", "bind", {{"port", std::int64_t{9000}}});
  run.call("sender", "socket", {{"type", "dgram"}});
  const EventId one = run.send_datagram("sender", "receiver", "one");
  const EventId two = run.send_datagram("sender", "receiver", "two", Datagram::Fate::dropped_by_rule, 11);
  run.send_datagram("sender", "receiver", "three", Datagram::Fate::buffer_overrun);
  const EventId four = run.send_datagram("sender", "receiver", "four, which is longer");
  run.send_datagram("sender", "receiver", "five");
  run.receive_datagram("receiver", one);
  run.receive_datagram("receiver", four, 10);
  run.annotate("datagram-lost", {two}, "1 of 5 datagrams was dropped by the rule in line 11.",
               "UDP sends each datagram once and never asks what became of it.", {"RFC 768", "udp(7)"});
  run.check("datagrams.lost", Value(2), Value(2));
  return run.record();
}

RunRecord deadlock() {
  RunBuilder run({"server", "client"});
  run.scenario().title = "Two who wait for each other";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "bind", {{"port", std::int64_t{8888}}});
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  const EventId accept = run.sleeps("server", "accept");
  run.call("client", "socket", {{"type", "stream"}});
  run.connect("client", "server", 8888);
  run.woken(accept, 5).peer = run.lane("client");
  const EventId server = run.sleeps("server", "recv", {{"len", std::int64_t{1024}}});
  const EventId client = run.sleeps("client", "recv", {{"len", std::int64_t{1024}}});
  for (const EventId id : {server, client}) run.call_of(id).ended_by = "deadlock";
  run.timeline().outcome = timeline::Outcome::deadlock;
  run.timeline().waits = {{0, 26, "recv#1", words::Message{"wait.asleep"_text, {{"call", "recv"}}}, 1},
                          {1, 27, "recv#1", words::Message{"wait.asleep"_text, {{"call", "recv"}}}, 0}};
  return run.record();
}

RunRecord half_close() {
  RunBuilder run({"client", "server"});
  run.scenario().lab = 1;
  run.scenario().title = "Half-close";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "bind", {{"port", std::int64_t{8888}}});
  run.call("server", "listen", {{"backlog", std::int64_t{1}}});
  const EventId accept = run.sleeps("server", "accept");
  run.call("client", "socket", {{"type", "stream"}});
  run.connect("client", "server", 8888);
  run.woken(accept, 5).peer = run.lane("client");
  run.note("client", "The client has a question and will say nothing after it, but it still listens.");
  run.send("client", "How many?\r\n");
  run.close("client", 0, "shutdown");
  run.receive("server", "How many?\r\n");
  run.receive("server", "");
  run.send("server", "Forty-two \xE2\x80\xAE\x1b[31m");
  run.receive("client", "Forty", 5);
  run.receive("client", "-two \xE2\x80\xAE\x1b[31m");
  run.close("server");
  run.close("client");
  return run.record();
}

RunRecord full_buffers() {
  RunBuilder run({"server", "client"});
  run.scenario().title = "A send that sleeps";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "listen", {{"backlog", std::int64_t{1}}});
  run.call("client", "socket", {{"type", "stream"}});
  run.connect("client", "server", 8888);
  run.call_of(run.call("server", "accept", {}, 5)).peer = run.lane("client");
  const EventId send = run.send("client", std::string(400'000, 'x'));
  for (int part = 0; part < 7; ++part) run.receive("server", std::string(50'000, 'x'), 50'000);
  run.woken(send, 400'000);
  run.receive("server", std::string(50'000, 'x'), 50'000);
  run.close("client");
  run.receive("server", "");
  return run.record();
}

RunRecord fifty_clients() {
  std::vector<std::string> lanes{"server"};
  for (int copy = 1; copy <= 50; ++copy) lanes.push_back(fmt::format("client#{}", copy));
  RunBuilder run(lanes);
  run.scenario().title = "Fifty clients";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "listen", {{"backlog", std::int64_t{50}}});
  for (int copy = 1; copy <= 50; ++copy) {
    const std::string client = fmt::format("client#{}", copy);
    const EventId socket = run.call(client, "socket", {{"type", "stream"}});
    const EventId connect = run.connect(client, "server", 8888);
    const EventId accept = run.call("server", "accept", {}, 5);
    run.call_of(accept).peer = run.lane(client);
    const EventId send = run.send(client, fmt::format("Hello from {}", copy), copy - 1);
    const EventId receive = run.receive("server", fmt::format("Hello from {}", copy), 1024, copy - 1);
    const EventId close = run.close(client, copy - 1);
    int line = 30;
    for (const EventId id : {socket, connect, accept, send, receive, close}) run.call_of(id).line = line++;
  }
  return run.record();
}

RunRecord chinese() {
  RunBuilder run({"server", "client"});
  run.scenario().title = "三次发送，一次接收 🎉";
  run.scenario().about =
      "TCP 传输的是字节流，不是一条一条的消息。请注意观察：每次发送之间的边界到哪里去了？接收方一次就读到了全部内容。";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  run.call("client", "socket", {{"type", "stream"}});
  run.connect("client", "server", 8888);
  run.send("client", "你好");
  run.send("client", "，世界");
  run.receive("server", "你", 4);
  run.receive("server", "好，世界");
  run.send("server", "cafe\xCC\x81 한글");
  run.receive("client", "cafe\xCC\x81 \xED\x95", 8);
  run.receive("client", "\x9C글");
  run.annotate("short-recv", {8}, "recv(4) 只取走了 3 个字节。",
               "其余的字节仍在内核的接收缓冲区里，等待下一次 recv()。", {"recv(2)"});
  return run.record();
}

RunRecord framed_messages() {
  RunBuilder run({"server", "client"});
  run.scenario().lab = 3;
  run.scenario().title = "A delimiter";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  run.call("client", "socket", {{"type", "stream"}});
  run.connect("client", "server", 8888);
  for (const std::string text : {"Hello", "big World", "Again"}) {
    run.message("client", text, true);
    run.send("client", text + "\n");
  }
  run.receive("server", "Hello\nbig");
  run.message("server", "Hello", false);
  run.receive("server", " World\nAgain\n");
  run.message("server", "big World", false);
  run.message("server", "Again", false);
  return run.record();
}

RunRecord resumed_file() {
  RunBuilder run({"server", "client"});
  run.scenario().lab = 6;
  run.scenario().title = "A file in two parts";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  run.call("client", "socket", {{"type", "stream"}});
  run.connect("client", "server", 8888);
  run.send("client", "abc");
  run.receive("server", "abc");
  run.file("server",
           {.name = "copy.txt", .has = 3, .promised = 5, .sha256 = std::string(64, 'a'), .error = "truncated"});
  run.send("client", "de");
  run.receive("server", "de");
  run.file("server", {.name = "copy.txt", .had = 3, .has = 5, .promised = 5, .sha256 = std::string(64, 'b')});
  run.file("server", {.name = "e\x1b[2Jvil", .has = 1, .sha256 = std::string(64, 'c')});
  return run.record();
}

RunRecord three_actors() {
  RunBuilder run({"alice", "server", "bob"});
  run.scenario().title = "A chat of three";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "bind", {{"port", std::int64_t{8888}}});
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  run.call("alice", "socket", {{"type", "stream"}});
  run.connect("alice", "server", 8888);
  run.call_of(run.call("server", "accept", {}, 5)).peer = run.lane("alice");
  run.call("bob", "socket", {{"type", "stream"}});
  run.connect("bob", "server", 8888);
  run.call_of(run.call("server", "accept", {}, 6)).peer = run.lane("bob");
  run.send("alice", "Is anybody out there who likes long sentences?", 0);
  run.receive("server", "Is anybody out there who likes long sentences?", 1024, 0);
  run.send("server", "Is anybody out there who likes long sentences?", 1);
  run.receive("bob", "Is anybody out there who likes long sentences?", 1024, 1);
  run.close("bob", 1);
  run.close("alice", 0);
  return run.record();
}

namespace {

/// Server and client, and a connection whose handshake is done on the wire.
struct Connected {
  RunBuilder run{{"server", "client"}};
  EventId connect = 0, syn = 0, syn_ack = 0, ack = 0;

  explicit Connected(std::string title) {
    run.scenario().lab = 1;
    run.scenario().title = std::move(title);
    run.call("server", "socket", {{"type", "stream"}});
    run.call("server", "listen", {{"backlog", std::int64_t{5}}});
    const EventId accept = run.sleeps("server", "accept");
    run.call("client", "socket", {{"type", "stream"}});
    run.connection("client", "server");
    connect = run.sleeps("client", "connect", {{"to", "server"}, {"port", std::int64_t{8888}}});
    run.call_of(connect).connection = 0;
    run.timeline().connections[0].connect = connect;
    syn = run.tcp("client", "server", {"SYN"}, "", connect);
    syn_ack = run.tcp("server", "client", {"SYN", "ACK"});
    run.woken(connect);
    run.packet_of(syn_ack).woke = connect;
    ack = run.tcp("client", "server", {"ACK"});
    run.woken(accept, 5).peer = run.lane("client");
    run.packet_of(ack).woke = accept;
    run.timeline().connections[0].accept = accept;
  }

  /// A send, its segment and the answer to that.
  EventId send(std::string_view from, std::string_view to, const std::string& data) {
    const EventId sent = run.send(from, data);
    const EventId segment = run.tcp(from, to, {"ACK", "PSH"}, data, sent);
    run.tcp(to, from, {"ACK"});
    return segment;
  }
  void close(std::string_view from, std::string_view to) {
    const EventId closing = run.close(from);
    run.tcp(from, to, {"ACK", "FIN"}, "", closing);
    run.tcp(to, from, {"ACK"});
  }
};

}  // namespace

RunRecord conversation_on_the_wire() {
  Connected talk("A conversation, packet by packet");
  RunBuilder& run = talk.run;
  run.annotate("handshake", {talk.syn, talk.syn_ack, talk.ack}, "Three packets made the connection.",
               "Each says where it begins.", {"RFC 9293 §3.5"});
  run.record().annotations.back().measured = "It took 0.1 ms.";
  talk.send("client", "server", "Hello, server");
  run.receive("server", "Hello, server");
  talk.send("server", "client", "Hello!");
  run.receive("client", "Hello!");
  talk.close("client", "server");
  run.receive("server", "");
  talk.close("server", "client");
  return run.record();
}

RunRecord lost_syn() {
  RunBuilder run({"server", "client"});
  run.scenario().title = "The first SYN is lost";
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "listen", {{"backlog", std::int64_t{5}}});
  run.call("client", "socket", {{"type", "stream"}});
  run.connection("client", "server");
  const EventId connect = run.sleeps("client", "connect", {{"to", "server"}, {"port", std::int64_t{8888}}});
  run.call_of(connect).connection = 0;
  run.timeline().connections[0].connect = connect;
  const EventId first = run.tcp("client", "server", {"SYN"}, "", connect);
  run.lose(first, 12);
  run.again(first);
  run.packet_of(run.tcp("server", "client", {"SYN", "ACK"})).ack = 1;
  run.woken(connect);
  run.tcp("client", "server", {"ACK"});
  run.annotate("syn-lost", {first}, "1 SYN of client was dropped by the rule at line 12.", "Nobody tells.",
               {"RFC 6298"});
  return run.record();
}

RunRecord lost_segment() {
  Connected talk("One segment of four is lost");
  RunBuilder& run = talk.run;
  std::vector<EventId> segments;
  for (const std::string word : {"Hello", "World", "Again", "There"}) {
    const EventId sent = run.send("client", word);
    segments.push_back(run.tcp("client", "server", {"ACK", "PSH"}, word, sent));
  }
  run.lose(segments[1], 14);
  run.packet_of(segments[3]).verdict = timeline::Verdict::duplicated;
  run.packet_of(segments[3]).rule_line = 15;
  const auto acknowledge = [&](std::int64_t ack, std::vector<std::pair<std::int64_t, std::int64_t>> sack) {
    timeline::Packet& packet = run.packet_of(run.tcp("server", "client", {"ACK"}));
    packet.ack = ack;
    packet.options.sack = std::move(sack);
  };
  acknowledge(6, {});
  acknowledge(6, {{11, 16}});
  acknowledge(6, {{11, 21}});
  acknowledge(6, {{11, 21}});
  const EventId repeated = run.again(segments[1]);
  acknowledge(21, {});
  run.receive("server", "HelloWorldAgainThere");
  run.annotate("segment-lost", {segments[1], repeated}, "1 segment of client was dropped.", "It was sent again.",
               {"RFC 5681 §3.2"});
  return run.record();
}

RunRecord troubled_datagrams() {
  RunBuilder run({"sender", "receiver"});
  run.scenario().lab = 5;
  run.scenario().title = "What can become of datagrams";
  run.call("receiver", "socket", {{"type", "dgram"}});
  run.call("receiver", "bind", {{"port", std::int64_t{9000}}});
  run.call("sender", "socket", {{"type", "dgram"}});
  const EventId one = run.send_datagram("sender", "receiver", "one", Datagram::Fate::dropped_by_rule, 11);
  run.lose(run.udp("receiver", one), 11);
  const EventId two = run.send_datagram("sender", "receiver", "two");
  timeline::Packet& twice = run.packet_of(run.udp("receiver", two));
  twice.verdict = timeline::Verdict::duplicated;
  twice.rule_line = 12;
  const EventId three = run.send_datagram("sender", "receiver", "three");
  const EventId held = run.udp("receiver", three);
  run.packet_of(held).verdict = timeline::Verdict::held;
  run.packet_of(held).rule_line = 13;
  const EventId four = run.send_datagram("sender", "receiver", "four");
  run.udp("receiver", four);
  run.deliver_late(held);
  const EventId five = run.send_datagram("sender", "receiver", "five");
  const EventId delayed = run.udp("receiver", five);
  run.packet_of(delayed).verdict = timeline::Verdict::delayed;
  run.deliver_late(delayed);
  const EventId full = run.send_datagram("sender", "receiver", "six", Datagram::Fate::buffer_overrun);
  run.udp("receiver", full);
  const EventId large =
      run.send_datagram("sender", "receiver", std::string(4000, 'x'), Datagram::Fate::dropped_by_rule);
  for (int piece = 0; piece < 3; ++piece) {
    const EventId id = run.udp("receiver", large);
    timeline::Packet& packet = run.packet_of(id);
    packet.kind = scenario::PacketKind::fragment;
    packet.fragment = timeline::Fragment{4711, 1480 * piece, piece < 2};
    packet.length = piece == 0 ? 1472 : piece == 1 ? 1480 : 1048;
    packet.data = std::string(static_cast<std::size_t>(packet.length), 'x');
    if (piece == 1) run.lose(id);
  }
  const EventId refused = run.send_datagram("sender", "receiver", "nobody?", Datagram::Fate::refused);
  run.udp("receiver", refused);
  timeline::Packet& answer = run.packet_of(run.udp("sender", refused));
  answer.from = run.lane("receiver");
  answer.protocol = "icmp";
  answer.kind = scenario::PacketKind::icmp;
  answer.icmp = timeline::IcmpMessage{3, 3};
  answer.cause = 0;
  answer.datagram.reset();
  answer.source_port = answer.destination_port = 0;
  for (const EventId sent : {two, four, three, five}) run.receive_datagram("receiver", sent);
  return run.record();
}

RunRecord broadcast() {
  RunBuilder run({"alice", "bob", "carol"});
  run.scenario().title = "One call reaches everybody";
  for (const std::string lane : {"alice", "bob", "carol"}) {
    run.call(lane, "socket", {{"type", "dgram"}});
    run.call(lane, "bind", {{"port", std::int64_t{9000}}});
  }
  const EventId shout = run.send_datagram("bob", "alice", "Anybody there?");
  run.timeline().datagrams.push_back(run.timeline().datagrams.back());
  run.timeline().datagrams.back().to = run.lane("carol");
  run.timeline().datagrams.back().fate = Datagram::Fate::dropped_by_rule;
  run.call_of(shout).args = {{"len", std::int64_t{14}}, {"to", "everyone"}, {"port", std::int64_t{9000}}};
  run.udp("", shout);
  run.receive_datagram("alice", shout);
  const EventId answer = run.send_datagram("alice", "bob", "Yes");
  run.udp("bob", answer);
  run.receive_datagram("bob", answer);
  return run.record();
}

RunRecord bulk_transfer() {
  Connected talk("Much data");
  RunBuilder& run = talk.run;
  constexpr std::size_t segments = 150, segment = 1448;
  const EventId sent = run.send("client", std::string(segments * segment, 'x'));
  for (std::size_t index = 0; index < segments; ++index) {
    const EventId id = run.tcp("client", "server", {"ACK"}, std::string(segment, 'x'), sent);
    const bool is_lost = index == 70;
    if (is_lost) run.lose(id, 14);
    if (!is_lost) run.tcp("server", "client", {"ACK"});
    if (is_lost) {
      run.again(id);
      run.tcp("server", "client", {"ACK"});
    }
  }
  run.receive("server", std::string(segments * segment, 'x'), segments * segment);
  talk.close("client", "server");
  return run.record();
}

RunRecord hostile() {
  RunBuilder run({"server", "client"});
  const std::string attack =
      "\x1b]0;owned\x07\x1b[2J\xC2\x9B"
      "31m\xE2\x80\xAEnoitamrof\xE2\x81\xA6\r\nsecond\tline\xFF\x7F";
  run.scenario().title = "title " + attack;
  run.scenario().about = "about " + attack;
  run.scenario().file = "evil" + attack + ".yaml";
  run.timeline().stage_note = {{"stage.shares-address"_text, {{"address", attack}}}};
  run.call("server", "socket", {{"type", attack}});
  run.connect("client", "server", 8888);
  run.send("client", attack);
  const EventId receive = run.receive("server", attack);
  run.note("client", "note " + attack);
  run.message("server", attack, false);
  run.expectation("server", receive, attack, attack, false);
  run.call_of(run.fails("client", "setsockopt", {{"option", attack}, {"value", std::int64_t{1}}}, attack)).socket_name =
      attack;
  run.annotate(attack, {receive}, "seen " + attack, "why " + attack, {attack});
  run.predict("server.received.text", Value(Bytes{attack}), Value(Bytes{"x"}));
  run.check("server.received.text", Value(Bytes{attack}), Value(Bytes{"other " + attack}), 1, attack);
  run.record().checks.back().check.name = attack;
  run.record().checks.back().check.misconception = attack;
  run.timeline().outcome = timeline::Outcome::deadlock;
  run.timeline().outcome_reason = {{"not-here.no-hosts"_text, {{"reason", attack}}}};
  run.timeline().waits = {{0, 3, "recv#1", {"wait.for-fact"_text, {{"fact", attack}}}, 1}};
  run.summary("server.received.text", Value(Bytes{attack}));
  return run.record();
}

RunRecord unanswered() {
  RunBuilder run({"server", "client"});
  run.scenario().lab = 4;
  run.scenario().title = "Choose a sleep";
  run.timeline().outcome = timeline::Outcome::unanswered;
  run.scenario().unanswered = {{17, 9}};
  return run.record();
}

RunRecord everything() {
  RunBuilder run({"server", "client"});
  run.scenario().title = "One of everything";
  run.timeline().seed = 7;
  run.timeline().pace = scenario::Pace::reversed;
  run.call("server", "socket", {{"type", "stream"}});
  run.call("server", "setsockopt", {{"option", "SO_REUSEADDR"}, {"value", std::int64_t{1}}});
  const EventId option = run.call("server", "getsockopt", {{"option", "SO_RCVBUF"}, {"value", std::int64_t{2304}}});
  run.call_of(option).socket_name = "listener";
  run.connect("client", "server", 8888);
  run.call("client", "sleep", {{"duration_ns", std::int64_t{100'000'000}}});
  const EventId send = run.send("client", "ab");
  run.call_of(send).piece = 1;
  run.call_of(send).pieces = 2;
  run.call_of(send).round = 3;
  run.call_of(send).send_buffer = 16384;
  const EventId receive = run.receive("server", "ab");
  run.call_of(receive).receive_buffer = 2304;
  run.message("server", "a", false);
  run.note("server", "A word from the author.");
  run.expectation("server", receive, "eof", "\"ab\"", false);
  timeline::Packet packet;
  packet.from = 1;
  packet.to = 0;
  packet.protocol = "tcp";
  packet.flags = {"PSH", "ACK"};
  packet.seq = 1;
  packet.ack = 1;
  packet.window = 64256;
  packet.length = 2;
  packet.data = "ab";
  packet.stream = timeline::StreamRange{0, 1, 0, 0, 2};
  packet.verdict = timeline::Verdict::dropped;
  packet.retransmission = true;
  packet.epoch = 8;
  run.timeline().events.push_back({static_cast<EventId>(run.timeline().events.size()) + 1, 900'000, packet});
  const EventId one = run.send_datagram("client", "server", "\xFF\x00 not text");
  run.receive_datagram("server", one, 4);
  const EventId stuck = run.sleeps("server", "recv", {{"len", std::int64_t{10}}});
  run.call_of(stuck).ended_by = "timeout";
  run.call_of(run.call("client", "abort", {{"socket", std::string()}})).readable = 3;
  run.timeline().connections[0].reset = true;
  run.timeline().lanes[1].failure = "EPIPE";
  run.timeline().outcome = timeline::Outcome::timeout;
  run.timeline().outcome_reason = {{"limit.run"_text, {{"milliseconds", std::int64_t{30'000}}}}};
  run.timeline().waits = {{0, 12, "recv#2", words::Message{"wait.asleep"_text, {{"call", "recv"}}}, 1}};
  run.annotate("reset", {send, receive}, "seen", "why", {"RFC 9293 §3.5.2"});
  run.predict("server.recv.count", std::nullopt, Value(4242));
  run.predict("client.sent.bytes", Value(3), Value(2));
  run.check("server.recv.count", Value(4242), Value(4242));
  run.check("server.messages", List{Value(Bytes{"a"})}, List{Value(Bytes{"\xFF"})}, 2, "because");
  run.record().checks.back().check.misconception = "one-recv-one-message";
  run.check("server.recv.blocked", Value(true), Value(true));
  grade::CheckResult bound;
  bound.check.metric = "run.elapsed_ms";
  bound.check.expected.kind = scenario::Expected::Kind::between;
  bound.check.expected.values = {Value(1), Value(5000)};
  bound.check.at = {60, 5};
  bound.observed = Value(12);
  bound.verdict = grade::Verdict::passed;
  run.record().checks.push_back(bound);
  grade::CheckResult unseen;
  unseen.check.metric = "wire.handshake";
  unseen.check.expected = equal_to(List{Value(Word{"SYN"})});
  unseen.check.at = {61, 5};
  unseen.verdict = grade::Verdict::not_observable;
  run.record().checks.push_back(unseen);
  run.summary("server.recv.count", Value(4242));
  run.summary("server.recv.blocked", Value(true));
  run.summary("server.received.text", Value(Bytes{"ab"}));
  run.summary("client.errors", List{Value(Word{"EPIPE"})});
  run.summary("run.elapsed_ms", Value(12), true);
  run.record().provenance = {{receive, {{send, 2}}}};
  return run.record();
}

std::vector<std::pair<std::string, RunRecord>> all_samples() {
  return {{"three sends", three_sends_one_recv()},
          {"refused", refused()},
          {"datagrams lost", datagrams_lost()},
          {"deadlock", deadlock()},
          {"half-close", half_close()},
          {"full buffers", full_buffers()},
          {"fifty clients", fifty_clients()},
          {"chinese", chinese()},
          {"framed messages", framed_messages()},
          {"resumed file", resumed_file()},
          {"three actors", three_actors()},
          {"conversation on the wire", conversation_on_the_wire()},
          {"lost SYN", lost_syn()},
          {"lost segment", lost_segment()},
          {"troubled datagrams", troubled_datagrams()},
          {"broadcast", broadcast()},
          {"bulk transfer", bulk_transfer()},
          {"hostile", hostile()},
          {"unanswered", unanswered()},
          {"everything", everything()}};
}

}  // namespace wirelab::render::test

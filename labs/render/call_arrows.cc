#include "labs/render/call_arrows.hh"

#include <fmt/format.h>

#include <algorithm>

#include "labs/timeline/calls.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::Connection;
using timeline::Datagram;
using timeline::Event;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::nobody;

namespace {

LaneIndex other_end(const Connection& connection, LaneIndex lane) {
  return connection.client == lane ? connection.server : connection.client;
}

/// Closing with bytes unread, or with SO_LINGER 0, is told to the other side by an RST (RFC 1122 §4.2.2.13).
bool resets(const Call& call) {
  const bool aborts = call.call == "abort" || call.word == "abort";
  return aborts || (call.call != "shutdown" && call.readable.value_or(0) > 0);
}

Arrow arrow(LaneIndex from, LaneIndex to, std::string label, Arrow::End end = Arrow::End::arrives) {
  return {.from = from, .to = to, .labels = {std::move(label)}, .end = end};
}

}  // namespace

std::string ArrowsOfCalls::say(words::TextId id, const words::Arguments& arguments) const {
  return words::say(language_, id, arguments);
}

Arrow ArrowsOfCalls::arrow_of(const Datagram& datagram) const {
  Arrow on_its_way = arrow(datagram.from, datagram.to, say("bytes"_text, {{"bytes", datagram.length}}));
  switch (datagram.fate) {
    case Datagram::Fate::on_the_way:
    case Datagram::Fate::delivered:
      break;
    case Datagram::Fate::dropped_by_rule:
      on_its_way.end = Arrow::End::lost;
      on_its_way.fate = say("fate.lost"_text);
      if (datagram.rule_line > 0) on_its_way.fate += fmt::format(" :{}", datagram.rule_line);
      break;
    case Datagram::Fate::buffer_overrun:
      on_its_way.end = Arrow::End::turned_away;
      on_its_way.labels = {say("fate.buffer-full"_text)};
      break;
    case Datagram::Fate::refused:
      on_its_way.end = Arrow::End::turned_away;
      on_its_way.labels = {say("fate.no-such-port"_text)};
      break;
  }
  return on_its_way;
}

ArrowsOfCalls::ArrowsOfCalls(const timeline::Timeline& timeline, words::Language language)
    : timeline_(timeline), language_(language) {
  for (const Datagram& datagram : timeline.datagrams) datagrams_[datagram.sent].push_back(&datagram);
  for (const Connection& connection : timeline.connections) {
    for (const EventId id : connection.closes) closes_[id].push_back(&connection);
  }
}

std::vector<Arrow> ArrowsOfCalls::made_by(const Event& event, const Call& call, CallRow row) const {
  std::vector<Arrow> arrows;
  if (timeline_.sees_packets) return arrows;
  const bool is_last_row = row != CallRow::falls_asleep;
  if (call.call == "connect" && is_last_row && call.returned) add_connect(call, arrows);
  // One that woke up with less than it had asked for was woken by something else than room: the rest never left.
  const bool gave_up = row == CallRow::wakes_up && timeline::asked_bytes(call).value_or(0) > call.result;
  if (call.call == "send" && call.stream && call.error.empty() && !call.datagram && !gave_up) {
    const std::string label = row == CallRow::whole      ? say("bytes"_text, {{"bytes", call.stream->length}})
                              : row == CallRow::wakes_up ? say("send.the-rest"_text)
                                                         : say("send.what-fits"_text);
    arrows.push_back(arrow(call.lane, call.stream->to, label));
  }
  if (is_last_row) {
    if (const auto sent = datagrams_.find(event.id); sent != datagrams_.end()) {
      for (const Datagram* datagram : sent->second) arrows.push_back(arrow_of(*datagram));
    }
    if (const auto closed = closes_.find(event.id); closed != closes_.end()) {
      for (const Connection* connection : closed->second) {
        if (was_reset_before(*connection, event.id)) continue;
        arrows.push_back(arrow(call.lane, other_end(*connection, call.lane), resets(call) ? "RST" : "FIN"));
      }
    }
  }
  std::erase_if(arrows, [](const Arrow& one) { return one.to == nobody || one.from == one.to; });
  return arrows;
}

void ArrowsOfCalls::add_connect(const Call& call, std::vector<Arrow>& arrows) const {
  LaneIndex to = call.peer;
  const bool is_tcp = call.connection >= 0 && static_cast<std::size_t>(call.connection) < timeline_.connections.size();
  if (is_tcp && to == nobody) to = timeline_.connections[static_cast<std::size_t>(call.connection)].server;
  if (call.error.empty() && is_tcp) arrows.push_back(arrow(call.lane, to, say("connect.handshake"_text)));
  if (call.error == "ECONNREFUSED")
    arrows.push_back(arrow(call.lane, to, say("connect.refused"_text), Arrow::End::turned_away));
  if (call.error == "ETIMEDOUT") {
    arrows.push_back(arrow(call.lane, to, "SYN", Arrow::End::lost));
    arrows.back().fate = say("connect.no-answer"_text);
  }
}

/// There is nothing left then that a FIN could be sent on.
bool ArrowsOfCalls::was_reset_before(const Connection& connection, EventId id) const {
  const Call* closing = timeline_.call(id);
  const bool by_closing = std::any_of(connection.closes.begin(), connection.closes.end(), [&](EventId other) {
    return other < id && timeline_.call(other) != nullptr && resets(*timeline_.call(other));
  });
  const bool by_error = std::any_of(timeline_.events.begin(), timeline_.events.end(), [&](const Event& event) {
    const Call* call = event.call();
    return call != nullptr && event.id < id && call->lane == closing->lane && call->connection == closing->connection &&
           (call->error == "ECONNRESET" || call->error == "EPIPE");
  });
  return by_closing || by_error;
}

}  // namespace wirelab::render

#include "labs/explain/story.hh"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace wirelab::explain {

using timeline::Call;
using timeline::EventId;
using timeline::LaneIndex;
using timeline::nobody;
using timeline::StreamRange;

Story::Story(const timeline::Timeline& of) : timeline(of) {
  for (const timeline::Event& event : timeline.events) {
    if (const Call* call = event.call()) calls.push_back({event.id, call});
  }
  packets = seen_packets(timeline);
  std::copy_if(packets.begin(), packets.end(), std::back_inserter(errors),
               [](const SeenPacket& seen) { return seen->icmp && is_delivered(*seen); });
  std::copy_if(calls.begin(), calls.end(), std::back_inserter(options),
               [](const MadeCall& made) { return made->call == "setsockopt" && timeline::succeeded(*made); });
  talks = talks_of(timeline, packets);
  find_connections();
  find_sends();
  find_receives();
  http_talks = http_talks_of(*this);
}

const std::string& Story::name(LaneIndex lane) const {
  static const std::string none;
  return lane == nobody ? none : timeline.lanes.at(static_cast<std::size_t>(lane)).name;
}

const std::string& Story::actor(LaneIndex lane) const {
  static const std::string none;
  return lane == nobody ? none : timeline.lanes.at(static_cast<std::size_t>(lane)).actor;
}

bool Story::sees(LaneIndex lane) const {
  return std::any_of(calls.begin(), calls.end(), [&](const MadeCall& made) { return made->lane == lane; });
}

const timeline::Datagram* Story::datagram(const Call& call) const {
  if (!call.datagram || *call.datagram < 0) return nullptr;
  const auto index = static_cast<std::size_t>(*call.datagram);
  return index < timeline.datagrams.size() ? &timeline.datagrams[index] : nullptr;
}

const Talk* Story::talk(int connection) const {
  const auto found =
      std::find_if(talks.begin(), talks.end(), [&](const Talk& one) { return one.connection == connection; });
  return found == talks.end() ? nullptr : &*found;
}

int Story::connection_of(const MadeCall& made) const {
  const auto found = connections_.find(made.id);
  return found == connections_.end() ? -1 : found->second;
}

bool Story::knows(int connection) const {
  return connection >= 0 && static_cast<std::size_t>(connection) < timeline.connections.size();
}

LaneIndex Story::peer_in(int connection, LaneIndex lane) const {
  if (!knows(connection)) return nobody;
  const timeline::Connection& between = timeline.connections[static_cast<std::size_t>(connection)];
  if (lane == between.client) return between.server;
  return lane == between.server ? between.client : nobody;
}

std::vector<MadeCall> Story::calls_on(int connection, LaneIndex lane) const {
  std::vector<MadeCall> found;
  for (const MadeCall& made : calls) {
    if (made->lane == lane && connection >= 0 && connection_of(made) == connection) found.push_back(made);
  }
  return found;
}

std::vector<MadeCall> Story::before_on_socket(const MadeCall& made) const {
  std::vector<MadeCall> found;
  for (const MadeCall& other : calls) {
    if (other.id >= made.id) break;
    if (other->lane == made->lane && other->socket == made->socket) found.push_back(other);
  }
  return found;
}

void Story::find_connections() {
  std::map<std::pair<LaneIndex, int>, int> of_socket;  // the connection a socket was last seen on
  for (const MadeCall& made : calls) {
    const auto socket = std::pair(made->lane, made->socket);
    const int told = made->connection >= 0 ? made->connection : made->stream ? made->stream->connection : -1;
    if (told >= 0) {
      connections_[made.id] = told;
      // accept speaks of a connection, but the socket it is called on stays the listener.
      if (made->call != "accept") of_socket[socket] = told;
    } else if (const auto known = of_socket.find(socket); known != of_socket.end() && made->socket != 0) {
      connections_[made.id] = known->second;
    }
  }
}

void Story::find_sends() {
  for (const timeline::ScriptSend& script : timeline::script_sends(timeline)) {
    StreamSend send;
    for (const EventId id : script.calls) {
      const MadeCall piece = made(id);
      if (!piece->stream || !knows(piece->stream->connection)) continue;
      if (send.calls.empty())
        send.range =
            StreamRange{piece->stream->connection, piece->stream->from, piece->stream->to, piece->stream->offset, 0};
      send.range.length += piece->stream->length;
      send.calls.push_back(piece);
    }
    if (!send.calls.empty() && send.range.length > 0) sends.push_back(std::move(send));
  }
}

void Story::find_receives() {
  std::map<EventId, std::size_t> send_of;
  for (std::size_t i = 0; i < sends.size(); ++i) {
    for (const MadeCall& piece : sends[i].calls) send_of[piece.id] = i;
  }
  for (const timeline::Provenance& entry : timeline::provenance(timeline)) {
    const MadeCall receive = made(entry.recv);
    if (!receive->stream || !knows(receive->stream->connection)) continue;
    StreamReceive found{receive, *receive->stream, {}, {}};
    for (const timeline::Origin& origin : entry.from) {
      const auto send = send_of.find(origin.send);
      if (send == send_of.end()) continue;
      if (found.sends.empty() || found.sends.back() != send->second) {
        found.sends.push_back(send->second);
        found.bytes.push_back(0);
      }
      found.bytes.back() += origin.bytes;
    }
    receives.push_back(std::move(found));
  }
}

bool returned_before(const Call& earlier, const Call& later) {
  return earlier.returned && earlier.return_epoch < later.start_epoch;
}

bool is_closing(const Call& call) { return call.call == "close" || call.call == "exit" || call.call == "abort"; }

bool is_abort(const Call& call) { return call.call == "abort"; }

bool option_in_force(const Story& story, const MadeCall& made, std::string_view option) {
  bool set = false;
  for (const MadeCall& other : story.options) {
    const bool applies = other.id < made.id && other->lane == made->lane && other->socket == made->socket;
    const auto value = applies && other->word == "setsockopt" ? timeline::socket_option(*other) : std::nullopt;
    if (value && value->name == option) set = value->value != 0;
  }
  return set;
}

bool is_on_datagram_socket(const Story& story, const MadeCall& made) {
  const auto tells_of_datagrams = [](const MadeCall& one) {
    return timeline::is_datagram_call(*one) ||
           (one->call == "socket" && timeline::text_argument(*one, "type") == "dgram");
  };
  const std::vector<MadeCall> before = story.before_on_socket(made);
  return tells_of_datagrams(made) || std::any_of(before.begin(), before.end(), tells_of_datagrams);
}

std::string as_sum(const std::vector<std::int64_t>& numbers) {
  constexpr std::size_t longest = 8;
  if (numbers.size() <= longest) return fmt::format("{}", fmt::join(numbers, "+"));
  return fmt::format("{}+…+{}", fmt::join(numbers.begin(), numbers.begin() + 4, "+"), numbers.back());
}

words::Argument as_quoted(const std::string& data) {
  constexpr std::size_t longest = 40;
  std::string text = scenario::quoted(data, longest);
  // How long a shortened one is, that function says in English.
  const std::string length = fmt::format(" ({} bytes)", data.size());
  if (data.size() <= longest || !text.ends_with(length)) return text;
  text.resize(text.size() - length.size());
  return std::vector<words::Message>{
      {"data.shortened"_text, {{"data", std::move(text)}, {"bytes", static_cast<std::int64_t>(data.size())}}}};
}

std::string as_duration(timeline::Nanoseconds duration) {
  constexpr timeline::Nanoseconds second = 1'000'000'000;
  if (duration != 0 && duration % second == 0) return fmt::format("{} s", duration / second);
  return fmt::format("{} ms", static_cast<double>(duration) / 1e6);
}

std::string as_measured(timeline::Nanoseconds duration) {
  const double milliseconds = static_cast<double>(duration) / 1e6;
  if (milliseconds >= 1000) return fmt::format("{:.2f} s", milliseconds / 1000);
  return milliseconds >= 10 ? fmt::format("{:.0f} ms", milliseconds) : fmt::format("{:.1f} ms", milliseconds);
}

}  // namespace wirelab::explain

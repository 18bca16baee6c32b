#include "labs/timeline/provenance.hh"

#include <algorithm>
#include <limits>
#include <map>

#include "labs/timeline/calls.hh"

namespace wirelab::timeline {
namespace {

/// The bytes begin … end-1 of a direction were handed to the kernel by this call.
struct Piece {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  EventId send = 0;
};

using Direction = std::pair<int, LaneIndex>;  // connection, sender

/// How much the kernel took of a send that never returned is known to nobody: it begins where the one before ended, and
/// whatever was read from there on is of it.
Piece unreturned(const Call& call, EventId id, const std::vector<Piece>& before) {
  const std::int64_t begin = call.stream ? call.stream->offset : before.empty() ? 0 : before.back().end;
  return {begin, std::numeric_limits<std::int64_t>::max(), id};
}

std::map<Direction, std::vector<Piece>> sent_pieces(const Timeline& timeline) {
  std::map<Direction, std::vector<Piece>> sent;
  for (const Event& event : timeline.events) {
    const Call* call = event.call();
    if (!call || !is_send(*call) || is_datagram_call(*call)) continue;
    if (!call->returned && call->connection >= 0) {
      std::vector<Piece>& pieces = sent[{call->connection, call->lane}];
      pieces.push_back(unreturned(*call, event.id, pieces));
    } else if (call->stream && call->stream->length > 0) {
      const StreamRange& range = *call->stream;
      sent[{range.connection, range.from}].push_back({range.offset, range.offset + range.length, event.id});
    }
  }
  return sent;
}

std::vector<Origin> origins(const std::vector<Piece>& pieces, std::int64_t begin, std::int64_t end) {
  std::vector<Origin> from;
  auto piece = std::partition_point(pieces.begin(), pieces.end(), [&](const Piece& p) { return p.end <= begin; });
  for (; piece != pieces.end() && piece->begin < end; ++piece) {
    from.push_back({piece->send, std::min(piece->end, end) - std::max(piece->begin, begin)});
  }
  return from;
}

}  // namespace

std::vector<Provenance> provenance(const Timeline& timeline) {
  const auto sent = sent_pieces(timeline);
  std::vector<Provenance> all;
  for (const Event& event : timeline.events) {
    const Call* call = event.call();
    if (!call || !is_receive(*call) || !succeeded(*call) || call->result <= 0) continue;
    Provenance entry{event.id, {}};
    if (call->stream) {
      const StreamRange& range = *call->stream;
      const auto pieces = sent.find({range.connection, range.from});
      if (pieces != sent.end()) entry.from = origins(pieces->second, range.offset, range.offset + range.length);
    } else if (call->datagram && *call->datagram >= 0 &&
               static_cast<std::size_t>(*call->datagram) < timeline.datagrams.size()) {
      entry.from.push_back({timeline.datagrams[static_cast<std::size_t>(*call->datagram)].sent, call->result});
    }
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace wirelab::timeline

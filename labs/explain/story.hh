// A timeline prepared for the rules: who was connected to whom, which calls belong together, what came from where.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "labs/explain/http_talk.hh"
#include "labs/explain/made_call.hh"
#include "labs/explain/talk.hh"
#include "labs/timeline/calls.hh"
#include "labs/timeline/event.hh"
#include "labs/timeline/provenance.hh"
#include "labs/words/message.hh"

namespace wirelab::explain {

/// One send of the script (all its pieces if it was `cut`) on a connection, with the bytes it put into the stream.
struct StreamSend {
  std::vector<MadeCall> calls;
  timeline::StreamRange range;

  const MadeCall& first() const { return calls.front(); }
  const MadeCall& last() const { return calls.back(); }
};

/// A receive that brought bytes of a stream, and which sends they are of (indices into Story::sends).
struct StreamReceive {
  MadeCall receive;
  timeline::StreamRange range;
  std::vector<std::size_t> sends;
  std::vector<std::int64_t> bytes;  ///< of each of those sends, how many
};

/// Everything the rules ask of a run more than once. Holds on to the timeline it was made from.
class Story {
 public:
  explicit Story(const timeline::Timeline& timeline);

  const timeline::Timeline& timeline;
  std::vector<MadeCall> calls;    ///< all, in event order, the kernel's closing at the end of a process too
  std::vector<StreamSend> sends;  ///< that put at least one byte into a stream
  std::vector<StreamReceive> receives;
  std::vector<SeenPacket> packets;   ///< all, in event order; none on a stage that sees none
  std::vector<Talk> talks;           ///< one for each connection of which a packet was seen
  std::vector<SeenPacket> errors;    ///< of the packets: ICMP that came to whom it was for
  std::vector<MadeCall> options;     ///< of the calls: setsockopt that succeeded
  std::vector<HttpTalk> http_talks;  ///< one for each connection on which HTTP went

  const std::string& name(timeline::LaneIndex lane) const;   ///< client#7; "" for nobody
  const std::string& actor(timeline::LaneIndex lane) const;  ///< client

  /// Whether anything of what that lane did is in the timeline. Of a program that only talks with one of ours there is
  /// not: what came from it is known, and nothing can be concluded from what it has not done.
  bool sees(timeline::LaneIndex lane) const;

  MadeCall made(timeline::EventId id) const { return {id, timeline.call(id)}; }
  const timeline::Datagram* datagram(const timeline::Call& call) const;

  /// The packets of a connection; nullptr if none was seen.
  const Talk* talk(int connection) const;

  /// Whether there is such a connection in the timeline.
  bool knows(int connection) const;
  /// The connection a call was about, also of a call that failed; -1 if there was none. Indices into
  /// Timeline::connections.
  int connection_of(const MadeCall& made) const;
  timeline::LaneIndex peer_in(int connection, timeline::LaneIndex lane) const;

  /// The calls of `lane` that are about the connection, in order.
  std::vector<MadeCall> calls_on(int connection, timeline::LaneIndex lane) const;

  /// The earlier calls of the same actor on the same socket, in order.
  std::vector<MadeCall> before_on_socket(const MadeCall& made) const;

 private:
  void find_connections();
  void find_sends();
  void find_receives();

  std::map<timeline::EventId, int> connections_;
};

/// `earlier` had returned before `later` was made, on every machine: something was let go in between.
bool returned_before(const timeline::Call& earlier, const timeline::Call& later);

/// The call closes a socket: close, abort, or the end of the process.
bool is_closing(const timeline::Call& call);

/// The call closes with SO_LINGER 0, so that the peer sees a reset.
bool is_abort(const timeline::Call& call);

/// Whether the actor had switched on that option (TCP_NODELAY) of the socket a call was made on.
bool option_in_force(const Story& story, const MadeCall& made, std::string_view option);

/// `5+5+5`; of a long list the first few, "…" and the last.
std::string as_sum(const std::vector<std::int64_t>& numbers);

/// Whether a call was made on a socket for datagrams, even if the call itself does not tell, as a recv that timed out.
bool is_on_datagram_socket(const Story& story, const MadeCall& made);

/// Data of the run as a reader sees it: quoted, harmless, long ones shortened.
words::Argument as_quoted(const std::string& data);

/// `100 ms`, `0.5 ms`, `2 s`.
std::string as_duration(timeline::Nanoseconds duration);

/// What a clock has shown, as exactly as it means something: `1.03 s`, `206 ms`, `0.8 ms`.
std::string as_measured(timeline::Nanoseconds duration);

}  // namespace wirelab::explain

// The waist of Wirelab: what happened, as plain data.
//
// Before it is everything that does I/O (core, stage, runner); after it are pure functions (metrics, provenance,
// explain, grade, render). Whatever a student is told about a run is drawn from this and from nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "labs/scenario/scenario.hh"
#include "labs/words/message.hh"

namespace wirelab::timeline {

/// Nanoseconds on the run's own steady clock; 0 is the first event.
using Nanoseconds = std::int64_t;

/// An event's place in Timeline::events, counted from 1; 0 is "none".
using EventId = int;

/// How often the director had let something go when a thing happened. Between two releases the world comes to rest,
/// so in a stepped run an epoch is the same on every machine, however long anything took.
using Epoch = int;

/// One actor, or one copy of it; the columns of every picture.
struct Lane {
  std::string name;    ///< client, client#7
  std::string actor;   ///< client
  int copy = 0;        ///< 7; 0 if there is one only
  std::optional<scenario::Framing> framing;
  bool slow = false;
  std::string failure;         ///< of the step nobody expected to fail, which ended the actor: ECONNREFUSED; or empty
};

using LaneIndex = int;
inline constexpr LaneIndex nobody = -1;

/// A piece of one direction of a TCP connection: bytes offset … offset+length-1 of what `from` sent to `to`.
struct StreamRange {
  int connection = 0;            ///< index into Timeline::connections
  LaneIndex from = nobody;
  LaneIndex to = nobody;
  std::int64_t offset = 0;
  std::int64_t length = 0;
};

using Argument = std::variant<std::int64_t, std::string>;

/// One POSIX call of an actor, from its start to its return.
struct Call {
  LaneIndex lane = nobody;
  std::string step;              ///< send#1, an id, or exit: the step that made it
  std::string word;              ///< the word of that step: send, recv_message, exit
  int line = 0;                  ///< of the step in the file
  int round = 0;                 ///< {i} of the nearest repeat; 0 outside one
  std::string call;              ///< socket bind listen accept connect send recv sendto recvfrom shutdown close
                                 ///< setsockopt getsockopt sleep; exit: the kernel closes a socket of an ended process
  std::vector<std::pair<std::string, Argument>> args;  ///< as a student would write them; ports as in the file
  int socket = 0;                ///< number of the socket in its actor, from 1; 0: none
  std::string socket_name;       ///< what the file calls it, or ""
  bool returned = false;
  std::int64_t result = 0;       ///< what it returned; -1 with `error`
  std::string error;             ///< ECONNREFUSED, or `timeout`; empty if it succeeded
  std::string ended_by;          ///< deadlock, timeout, limit, interrupt: why it never returned

  Nanoseconds returned_at = 0;
  Nanoseconds asleep = 0;        ///< time off the processor between start and return
  bool found_blocked = false;    ///< asleep in the call while the whole world was still
  Epoch start_epoch = 0;
  Epoch return_epoch = 0;

  std::string data;              ///< what was sent (as far as the kernel took it) or received
  std::optional<StreamRange> stream;   ///< TCP send and recv
  int connection = -1;           ///< index into Timeline::connections for connect, accept, shutdown, close, exit …
  std::optional<int> datagram;   ///< sendto, recvfrom, send/recv on a connected dgram: index into Timeline::datagrams
                                 ///< (of several receivers: the first)
  LaneIndex peer = nobody;       ///< whom connect, accept, sendto, recvfrom were about
  std::int64_t full_length = 0;  ///< recvfrom: the datagram's true length
  bool truncated = false;        ///< recvfrom: longer than the buffer, the rest is gone
  int piece = 0;                 ///< of a `cut` send: which piece, from 1; 0: not cut
  int pieces = 0;                ///< of a `cut` send: how many

  // The kernel's side, asked right after the return.
  std::string state;                         ///< TCP state by its RFC 9293 name, "" if not TCP
  std::optional<std::int64_t> readable;      ///< recv, recvfrom, close, exit, abort: bytes waiting unread (FIONREAD)
  std::optional<std::int64_t> unacked;       ///< send: bytes not yet acknowledged by the peer (SIOCOUTQ)
  std::optional<std::int64_t> receive_buffer;  ///< recv, recvfrom: SO_RCVBUF
  std::optional<std::int64_t> send_buffer;     ///< send, sendto: SO_SNDBUF
  std::optional<std::int64_t> queue_length;  ///< accept: connections still waiting; listen: 0
};

/// What the wire did with a packet.
enum class Verdict {
  passed,
  dropped,
  delayed,
  duplicated,
  held,
  absorbed,  ///< sent again by its kernel though the first one, or the answer to it, was still with the wire, or though
             ///< the other side was to ask again first: not needed
};

/// What a TCP header may carry besides the fixed fields: RFC 9293 §3.2, RFC 7323 §2 and §3, RFC 2018 §3.
struct TcpOptions {
  struct Timestamps {
    std::uint32_t value = 0;
    std::uint32_t echo = 0;
  };
  std::optional<std::int64_t> maximum_segment_size;
  std::optional<int> window_scale;  ///< the shift count
  bool sack_permitted = false;
  std::vector<std::pair<std::int64_t, std::int64_t>> sack;  ///< relative like `ack`: first byte held, first one not held
  std::optional<Timestamps> timestamps;
};

/// One piece of a datagram too large for the link, RFC 791 §3.2.
struct Fragment {
  std::uint32_t identification = 0;
  std::int64_t offset = 0;  ///< of its first byte in the IP payload, which begins with the UDP header
  bool more = false;        ///< it is not the last
};

struct IcmpMessage {
  int type = 0;
  int code = 0;
};

/// One packet seen on the wire, as the sender's kernel handed it to its link. Event::at is when it came to the wire.
struct Packet {
  LaneIndex from = nobody;
  LaneIndex to = nobody;  ///< nobody: broadcast
  std::string protocol;   ///< tcp, udp, icmp, arp
  scenario::PacketKind kind = scenario::PacketKind::data;
  std::string headers;  ///< the frame's bytes before `data`: Ethernet, IP, and TCP, UDP or ICMP
  std::string data;     ///< the payload, to the frame's end
  int source_port = 0;  ///< TCP, UDP
  int destination_port = 0;
  std::optional<Fragment> fragment;
  std::optional<IcmpMessage> icmp;

  // TCP
  std::vector<std::string> flags;  ///< SYN, ACK, PSH, FIN, RST, URG, ECE, CWR: in that order
  std::int64_t seq = 0;            ///< relative: SYN is 0
  std::int64_t ack = 0;            ///< relative to the other side's SYN; 0 without the ACK flag
  std::uint32_t absolute_seq = 0;  ///< as sent: of a SYN, the initial sequence number
  std::int64_t window = 0;         ///< in bytes: the scale of the handshake is applied
  TcpOptions options;

  std::int64_t length = 0;  ///< of the payload
  std::optional<StreamRange> stream;
  int connection = -1;          ///< index into Timeline::connections
  std::optional<int> datagram;  ///< index into Timeline::datagrams (of a broadcast: the first)
  bool retransmission = false;  ///< its bytes, SYN or FIN have been on the wire before

  Verdict verdict = Verdict::passed;
  int rule_line = 0;              ///< of the rule that decided; 0: the loss percentage, or nothing did
  Nanoseconds delivered_at = 0;   ///< when it was given to the receiver's link; 0: never
  Epoch epoch = 0;
  Epoch delivered_epoch = 0;
  EventId cause = 0;              ///< the call that sent it, as far as bytes, SYN and FIN tell; 0: the kernel's own
  EventId woke = 0;               ///< the call that returned because of it; 0: none
};

/// A message the actor's framing made out of a stream, or put into one; or what went wrong with it.
struct Message {
  LaneIndex lane = nobody;
  std::string step;
  int line = 0;
  bool sent = false;             ///< false: decoded from received bytes
  std::string payload;           ///< without framing; for a record: its fields as `id=7 text="Hello"`
  std::string error;             ///< message-too-long, malformed, truncated; empty: a good message
  std::optional<StreamRange> stream;  ///< the bytes it takes on the stream, framing included
  Epoch epoch = 0;
};

/// What a step recv_file has made of its file, when it ended: well or not.
struct File {
  LaneIndex lane = nobody;
  std::string step;
  int line = 0;
  std::string name;
  std::int64_t had = 0;          ///< bytes it had before the step
  std::int64_t has = 0;          ///< bytes it has now
  std::optional<std::int64_t> promised;  ///< bytes it was to have; absent: nobody had said
  std::string sha256;            ///< of what it has, in lower-case hexadecimal digits
  std::string error;             ///< what no call has said: truncated; EINVAL, EFBIG of the promise; EMFILE; or empty
  Epoch epoch = 0;
};

/// The author's words, shown in place.
struct Note {
  LaneIndex lane = nobody;
  std::string step;
  int line = 0;
  std::string text;
  Epoch epoch = 0;
};

/// What a step's `expect` said and what came.
struct Expectation {
  LaneIndex lane = nobody;
  std::string step;
  int line = 0;
  std::string expected;          ///< as the file would spell it
  std::string observed;
  bool held = false;
  Epoch epoch = 0;
};

struct Event {
  EventId id = 0;
  Nanoseconds at = 0;            ///< calls: when it started
  std::variant<Call, Packet, Message, File, Note, Expectation> what;

  const Call* call() const { return std::get_if<Call>(&what); }
  const Packet* packet() const { return std::get_if<Packet>(&what); }
  const Message* message() const { return std::get_if<Message>(&what); }
  const File* file() const { return std::get_if<File>(&what); }
  const Note* note() const { return std::get_if<Note>(&what); }
  const Expectation* expectation() const { return std::get_if<Expectation>(&what); }
};

/// What became of one datagram on its way to one receiver.
struct Datagram {
  enum class Fate {
    on_the_way,      ///< the run ended before it was seen to arrive
    delivered,       ///< put into the receiver's socket
    dropped_by_rule, ///< a rule or the loss of the scenario's wire
    buffer_overrun,  ///< the receiver's buffer was full: its kernel dropped it
    refused,         ///< nobody was bound to the port: ICMP port unreachable
  };
  EventId sent = 0;
  LaneIndex from = nobody;
  LaneIndex to = nobody;
  std::int64_t length = 0;
  Fate fate = Fate::on_the_way;
  EventId received = 0;          ///< 0: nobody read it
  int rule_line = 0;             ///< dropped_by_rule: the rule's line in the file; 0: the loss percentage
  int socket = 0;                ///< which of the receiver's, if it was for everyone or a group; 0: it was for one
};

/// One TCP connection between two lanes, as far as the runs' calls and the kernel told.
struct Connection {
  LaneIndex client = nobody;     ///< who connected
  LaneIndex server = nobody;     ///< who listened
  EventId connect = 0;
  bool established = false;      ///< connect returned 0; false: refused, or still trying at the end of the run
  EventId accept = 0;            ///< 0: never accepted
  EventId listen = 0;
  std::vector<EventId> closes;   ///< shutdown(write), close, abort and exit that ended a direction, in order
  std::vector<LaneIndex> time_wait;  ///< whose kernel keeps it in TIME-WAIT at the end of the run
  bool reset = false;            ///< ended by RST
};

/// Packets that were counted and not kept as events: all that have this in common.
struct LeftOut {
  LaneIndex from = nobody;
  std::string protocol;
  scenario::PacketKind kind = scenario::PacketKind::data;
  Verdict verdict = Verdict::passed;
  bool retransmission = false;
  std::int64_t count = 0;
};

enum class Outcome { completed, unanswered, deadlock, timeout, not_possible_here, interrupted };

/// Why somebody never moved again: at a deadlock or a time limit.
struct Wait {
  LaneIndex lane = nobody;
  int line = 0;
  std::string step;
  words::Message doing = {"wait.about-to-go-on"_text};
  LaneIndex waits_for = nobody;
};

struct Timeline {
  std::string stage;             ///< loopback, wire
  std::vector<words::Message> stage_note;  ///< sentences on what this stage cannot show; may be empty
  bool sees_packets = false;
  scenario::Pace pace = scenario::Pace::stepped;
  std::optional<std::uint64_t> seed;
  Outcome outcome = Outcome::completed;
  std::vector<words::Message> outcome_reason;  ///< not_possible_here, timeout: sentences on what and what to do
  std::vector<Lane> lanes;
  std::vector<Event> events;     ///< in causal order (timeline/order.hh), ids 1, 2, 3 …
  std::vector<LeftOut> left_out;  ///< packets of a run that has too many of them
  std::vector<Connection> connections;
  std::vector<Datagram> datagrams;
  std::vector<std::string> order;  ///< steps as they were let go: server.socket#1, client.exit
  std::vector<Wait> waits;
  Nanoseconds began = 0;  ///< when time 0 was, by the clock on the wall: since 1970, UTC; 0 if nobody looked
  Nanoseconds elapsed = 0;

  const Event* event(EventId id) const {
    return id >= 1 && static_cast<std::size_t>(id) <= events.size() ? &events[static_cast<std::size_t>(id) - 1] : nullptr;
  }
  const Call* call(EventId id) const {
    const Event* found = event(id);
    return found ? found->call() : nullptr;
  }
};

}  // namespace wirelab::timeline

// A scenario as plain data: what a YAML file says, checked, with the line each part came from.
// docs/scenario-language.md is its description for people; the loader is the only code that knows YAML.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "labs/scenario/value.hh"

namespace wirelab::scenario {

using Duration = std::chrono::nanoseconds;

/// Where something stands in the file, counted from 1; 0 is "nowhere in the file".
struct Position {
  int line = 0;
  int column = 0;
  bool operator==(const Position&) const = default;
};

// ---------------------------------------------------------------------------------------------- data

/// Bytes known when the file is read ({hex:…}, {fill:…}, {random:…}, {file:…} and what is measured of these too), or
/// text in which `{i}` and `{copy}` are still to be replaced.
struct Literal {
  std::string bytes;
  bool has_placeholders = false;
};
/// What this actor received last; with a name, all that is in the file of that name which it receives: nothing before.
struct Received {
  std::string file;  ///< empty: last
};
/// The length of it in bytes, in decimal text.
struct SizeOf {
  Received what;
};
/// SHA-256 of it, in lower-case hexadecimal text.
struct Sha256Of {
  Received what;
};
/// A file beside the scenario from that byte on whose number the actor received last, counted from 0.
struct FileFrom {
  std::string file;      ///< its bytes, all of them
  std::size_t most = 0;  ///< bytes of it at most
};
/// Fields for the actor's record framing: numbers and texts by field name.
struct RecordData {
  std::vector<std::pair<std::string, Value>> fields;
};

struct Data {
  std::variant<Literal, Received, SizeOf, Sha256Of, FileFrom, RecordData> what;
  Position at;
};

// ------------------------------------------------------------------------------------------- framing

struct DelimiterFraming {
  std::string delimiter;
  std::optional<char> escape;  ///< put before a delimiter (or itself) inside a message
};
struct LengthFraming {
  int bytes = 4;  ///< 1, 2, 4 or 8
  bool big_endian = true;
};
struct RecordField {
  enum class Type { u8, u16, u32, u64, i8, i16, i32, i64, characters };
  std::string name;
  Type type = Type::u32;
  std::size_t size = 0;  ///< bytes it takes
};
/// A fixed layout of typed fields in network byte order; texts are padded with zero bytes.
struct RecordFraming {
  std::vector<RecordField> fields;
};
/// Messages of HTTP/1.1: they are received by it, and sent by hand.
struct HttpFraming {};
struct Framing {
  std::variant<DelimiterFraming, LengthFraming, RecordFraming, HttpFraming> kind;
  std::size_t max_message = 64 * 1024;
  Position at;
};

// --------------------------------------------------------------------------------------------- steps

enum class SocketType { stream, dgram };
enum class BindAddress { any, own };
enum class ShutdownSide { write, read, both };

struct Socket {
  SocketType type = SocketType::stream;
};
struct Bind {
  int port = 0;
  BindAddress address = BindAddress::any;
};
struct Listen {
  int backlog = 0;
};
struct Accept {};
struct Connect {
  std::string to;
  std::optional<int> port;
};
struct Send {
  Data data;
};
struct Receive {
  struct AtMost {
    std::size_t bytes;
  };
  struct Exactly {
    std::size_t bytes;
  };
  struct UntilEof {};
  struct UntilBytes {
    std::string bytes;
  };
  std::variant<AtMost, Exactly, UntilEof, UntilBytes> how;
};
struct SendTo {
  std::optional<std::string> to;  ///< an actor, `everyone`, or the address of a group; absent: whoever sent last
  std::optional<int> port;
  Data data;
};
struct ReceiveFrom {
  std::size_t at_most = 0;
};
struct SendMessage {
  Data data;
};
struct ReceiveMessage {
  int count = 1;
  bool until_eof = false;
};
struct ReceiveFile {
  std::string name;
  std::optional<std::variant<std::int64_t, Received>> size;  ///< of the whole file; absent: as much as comes
  bool append = false;                                       ///< behind what it has already
};
struct Shutdown {
  ShutdownSide side = ShutdownSide::write;
};
struct Close {
  std::optional<std::string> socket;
};
struct Abort {};
struct SetSocketOption {
  /// A number; of IP_ADD_MEMBERSHIP and IP_DROP_MEMBERSHIP the address of a group.
  std::vector<std::pair<std::string, std::variant<int, std::string>>> options;
};
struct GetSocketOption {
  std::string option;
};
struct Sleep {
  Duration duration{};
};
struct Note {
  std::string text;
};

struct Step;
struct Repeat {
  std::optional<int> times;
  std::optional<std::string> until;  ///< bytes; a receive or message equal to it ends the loop
  std::vector<Step> steps;
};
struct Retry {
  int times = 1;
  std::vector<Step> steps;
};

using Action =
    std::variant<Socket, Bind, Listen, Accept, Connect, Send, Receive, SendTo, ReceiveFrom, SendMessage, ReceiveMessage,
                 ReceiveFile, Shutdown, Close, Abort, SetSocketOption, GetSocketOption, Sleep, Repeat, Retry, Note>;

/// A fact another actor's step establishes: `server.accept blocked`, `client#7.send#2`, or `settled`.
/// Once true it stays true.
struct Fact {
  enum class Moment { done, started, blocked };
  bool settled = false;  ///< the fact is `settled`; the rest is empty
  std::string actor;
  std::optional<int> copy;  ///< client#7; absent: any copy
  std::string step;         ///< an id, or the word of an action (`send`), or `exit`
  std::optional<int> nth;   ///< the n-th time the actor makes that step, from 1; absent: the first
  Moment moment = Moment::done;
  Position at;
  std::string text;  ///< as written
};

/// The state of the step's socket that must hold before the call is made.
struct When {
  enum class Kind { readable, unacked, queued };
  Kind kind = Kind::readable;
  std::int64_t value = 0;
  Position at;
};

struct ExpectEof {};
struct ExpectData {
  Data data;
};
struct ExpectBytes {
  std::int64_t bytes = 0;
};
struct ExpectMessages {
  std::vector<Data> messages;
};
struct ExpectFails {
  std::string error;
};  ///< ECONNREFUSED, `timeout`, `truncated`, `message-too-long`, `malformed`
struct Expect {
  std::variant<ExpectEof, ExpectData, ExpectBytes, ExpectMessages, ExpectFails> what;
  Position at;
};

struct Step {
  Action action;
  Position at;
  std::string id;            ///< empty: none
  std::string using_socket;  ///< empty: the current one
  Position using_at;
  std::string as;  ///< the name `socket` and `accept` give; empty: none
  std::vector<Fact> after;
  std::optional<When> when;
  std::optional<Expect> expect;
  std::optional<Duration> timeout;
};

/// The address of a multicast group, "239.1.2.3"; the name of an actor begins with a letter.
bool is_group(std::string_view to);
/// What is sent there may have several receivers: everyone, or a group.
bool is_for_several(std::string_view to);

/// The word a step is written with: `recv_message` for ReceiveMessage.
std::string_view word_of(const Action& action);
/// `readable`.
std::string_view word_of(When::Kind kind);

// -------------------------------------------------------------------------------------------- actors

/// `cut: [3, 9]` or `cut: each`: the actor's stream handed over in pieces cut at these offsets.
struct Cut {
  bool each = false;
  std::vector<std::int64_t> offsets;
};

/// A setting of a host's own TCP/IP stack, by sysctl name.
using KernelSettings = std::map<std::string, std::int64_t>;

struct Actor {
  std::string name;
  Position at;
  int copies = 1;                  ///< more than 1: client#1 … client#50
  std::optional<Framing> framing;  ///< its own, or the scenario's default already filled in
  KernelSettings kernel;           ///< its own over the scenario's
  std::optional<Cut> cut;
  bool slow = false;
  std::vector<Step> steps;
};

/// `client` with one copy, `client#7` with several.
std::string lane_name(const Actor& actor, int copy);

// ---------------------------------------------------------------------------------------------- wire

enum class PacketKind { syn, syn_ack, ack, data, fin, rst, udp, fragment, icmp };

/// Which packets a rule speaks of. Everything absent fits every packet.
struct PacketMatch {
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::optional<PacketKind> packet;
  std::optional<std::string> contains;
  std::vector<std::int64_t> nth;      ///< empty: all; counted from 1
  std::optional<std::int64_t> every;  ///< nth: {every: 3}
};
struct WireRule {
  enum class Kind { drop, delay, duplicate, hold, pass };
  enum class HoldUntil { next, settled, fact };
  Kind kind = Kind::drop;
  PacketMatch match;
  Duration by{};                      ///< delay
  HoldUntil until = HoldUntil::next;  ///< hold
  std::optional<Fact> fact;           ///< hold until a step
  Position at;
};
struct UniformLoss {
  double probability = 0;
};
struct GilbertElliott {
  double p = 0;  ///< good → bad
  double r = 0;  ///< bad → good
};
/// A setting for all directions, or for `client->server` only.
template <typename T>
struct PerDirection {
  std::optional<T> everywhere;
  std::map<std::pair<std::string, std::string>, T> between;
};
struct Wire {
  PerDirection<Duration> delay;
  PerDirection<std::int64_t> bits_per_second;
  std::optional<int> mtu;
  std::optional<std::variant<UniformLoss, GilbertElliott>> loss;
  std::optional<std::uint64_t> seed;
  std::vector<WireRule> rules;
  Position at;
};

// ----------------------------------------------------------------------------------- checks, predict

/// What a check expects: a literal, or one predicate.
struct Expected {
  enum class Kind { equals, at_least, at_most, between, one_of, contains, starts_with, any_order, same_as, not_ };
  Kind kind = Kind::equals;
  std::vector<Value> values;    ///< one; two for `between`; any number for `one_of` and `any_order`
  std::string metric;           ///< same_as
  std::vector<Expected> inner;  ///< not: exactly one
};
/// As a scenario would spell it.
std::string to_text(const Expected& expected, std::size_t longest = 0);

struct Check {
  std::string metric;
  Expected expected;
  std::int64_t points = 1;
  std::string because;
  std::string name;
  std::string misconception;
  Position at;
};

struct Prediction {
  std::string metric;
  std::optional<Expected> guess;  ///< absent: `???`, not answered yet
  Position at;
};

// ------------------------------------------------------------------------------------------ the file

enum class StageChoice { automatic, wire, loopback };
enum class Pace { stepped, reversed, free };
enum class Family { ipv4, ipv6 };

struct Limits {
  Duration step = std::chrono::seconds(5);  ///< longest time in which nothing moves
  Duration run = std::chrono::seconds(30);
};

struct Scenario {
  std::filesystem::path file;  ///< as given on the command line
  std::string source;          ///< the file's bytes
  int lab = 0;                 ///< 0: none
  std::string title;
  std::string about;
  StageChoice stage = StageChoice::automatic;
  Pace pace = Pace::stepped;
  Family family = Family::ipv4;
  Wire wire;
  std::vector<Actor> actors;  ///< in lane order
  std::vector<Prediction> predict;
  std::vector<Check> checks;
  std::vector<std::string> hints;
  Limits limits;
  std::vector<Position> unanswered;  ///< every `???` in a step: the file is not run
};

}  // namespace wirelab::scenario

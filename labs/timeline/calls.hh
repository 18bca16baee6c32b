// Questions that several readers of a timeline ask of its calls. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/scenario.hh"
#include "labs/timeline/event.hh"

namespace wirelab::timeline {

/// False for the closing that the kernel does at the end of a process: no line of the script made that call.
bool made_by_script(const Call& call);

/// It returned, and not with an error.
bool succeeded(const Call& call);

/// recv or recvfrom; send or sendto.
bool is_receive(const Call& call);
bool is_send(const Call& call);

/// About a datagram, or on a socket that carries datagrams as far as the call itself tells.
bool is_datagram_call(const Call& call);

/// A receive on a stream that returned 0 because the stream is over: one that had room for no byte returns 0 anyway.
bool told_the_end(const Call& call);

/// A receive that brought a datagram, be it one of zero bytes.
bool brought_datagram(const Call& call);

std::optional<std::int64_t> number_argument(const Call& call, std::string_view name);
std::optional<std::string> text_argument(const Call& call, std::string_view name);

/// How many bytes a send had to hand over or a receive had room for.
std::optional<std::int64_t> asked_bytes(const Call& call);

/// What a sleep asked for; nothing for other calls.
std::optional<Nanoseconds> asked_sleep(const Call& call);

/// Which side a shutdown shut; nothing for other calls.
std::optional<scenario::ShutdownSide> shutdown_side(const Call& call);

/// Name and value of a socket option: of setsockopt what was asked for, of getsockopt what was read.
struct OptionValue {
  std::string name;
  std::int64_t value = 0;
};
std::optional<OptionValue> socket_option(const Call& call);

/// One send() as the script means it: a single call, or all the pieces of a send that `cut` handed over in pieces.
struct ScriptSend {
  std::vector<EventId> calls;
  LaneIndex lane = nobody;
  std::int64_t bytes = 0;  ///< what the kernel took of all its pieces
};

/// The sends (not sendto) of the script, in event order of their first calls.
std::vector<ScriptSend> script_sends(const Timeline& timeline);

/// The line of the scenario that caused it; 0 if none did: a packet, what the kernel closed at the end of a process.
int line_of(const Event& event);

/// What an actor died of: its last call, message or file with the failure its lane ended by, or the `when` that can never
/// be; nullptr if it lives, or came to its end.
const Event* death_of(const Timeline& timeline, LaneIndex lane);

/// `client` for lanes of one actor with several copies, the lane's own name if there is one only.
std::string names_of(const Timeline& timeline, const std::vector<LaneIndex>& lanes);

/// `not-possible-here`: as records and scenarios spell an outcome.
std::string_view to_text(Outcome outcome);

}  // namespace wirelab::timeline

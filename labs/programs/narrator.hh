// What a program's calls do, told as they are made: with --explain.
#pragma once

#include <cerrno>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/address.hh"
#include "core/error.hh"
#include "labs/programs/endpoint.hh"
#include "labs/programs/terminal.hh"
#include "labs/render/story.hh"
#include "labs/timeline/event.hh"

namespace wirelab::programs {

/// Keeps the timeline of one program, with the program as its first lane and each peer as another, and asks the rules
/// of the labs what there is to explain in it. Of a peer nothing gets in but what has come from it: no call of it, and
/// no fate of what was sent to it. So the rules cannot claim what only the other side knows.
///
/// An explanation is told once. The timeline is one of the latest calls alone, however long the program runs.
class Narrator {
 public:
  /// Silent, it makes the calls and nothing else.
  Narrator(Terminal& terminal, Role role, bool is_silent);

  bool is_silent() const { return is_silent_; }

  /// The number of a socket that is new, from 1.
  int new_socket() { return ++sockets_; }

  /// A call of the program that is about to be made, on its socket of that number.
  timeline::Call begin(std::string call, int socket);

  /// Makes it with `make`, completes its event with `fill(event, result)`, tells it, and returns what `make` returned.
  /// What `make` throws is thrown on: told, unless the call would have slept (EAGAIN, EINPROGRESS) and so is not over.
  template <typename Make, typename Fill>
  auto call(timeline::Call made, Make make, Fill fill) {
    try {
      auto result = make();
      if (!is_silent_) {
        fill(made, result);
        end(std::move(made));
      }
      return result;
    } catch (const core::SystemError& error) {
      if (!is_silent_ && error.error() != EAGAIN && error.error() != EINPROGRESS) {
        fail(std::move(made), core::errno_name(error.error()));
      }
      throw;
    }
  }

  /// Tells a call that waited for as long as it was to, in vain.
  void give_up(timeline::Call made);

  /// What has become of a file by the call made last. Lane, step and epoch are filled in.
  void tell(timeline::File file);

  // What a call is about.

  /// The connection of that socket.
  void set_connection(timeline::Call& made, int socket);
  /// It sent, or received, these bytes of one direction of its connection.
  void set_stream(timeline::Call& made, std::int64_t offset, std::int64_t length);
  /// By it the connection ends with RST.
  void set_reset(const timeline::Call& made);
  /// A datagram that came from that address, or went there.
  void set_datagram(timeline::Call& made, const core::Address& peer);

 private:
  void end(timeline::Call made);
  void fail(timeline::Call made, std::string error);
  void tell(const timeline::Call& made);
  /// A row, and what there is to explain now.
  void show(const std::vector<render::Phrase>& phrases);
  void forget();
  timeline::LaneIndex add_peer();
  timeline::LaneIndex own_lane() const { return 0; }
  timeline::EventId next() const { return static_cast<timeline::EventId>(line_.events.size()) + 1; }

  Terminal& terminal_;
  Role role_;
  bool is_silent_;
  timeline::Timeline line_;
  int sockets_ = 0;
  int calls_ = 0;
  std::map<int, int> connections_;                        ///< of a socket, by its number
  std::map<std::string, timeline::LaneIndex> addresses_;  ///< who sends datagrams
  std::set<std::pair<std::string, std::string>> told_;    ///< rule, and why
};

}  // namespace wirelab::programs

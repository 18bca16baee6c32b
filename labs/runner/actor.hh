// An actor: a thread with sockets of its own that makes the calls of its steps, one after the other, really blocking.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/file_descriptor.hh"
#include "core/framing.hh"
#include "core/socket.hh"
#include "labs/runner/world.hh"

namespace wirelab::runner {

/// A step did not do what it was to do: an errno's name, `timeout`, `truncated`, `message-too-long`, `malformed`,
/// `when-impossible`.
struct StepFailed {
  std::string error;
};

class Actor {
 public:
  /// All must outlive it.
  Actor(World& world, const scenario::Actor& script, LaneIndex lane);

  /// The thread's body: enters its host, makes every step, exits as a process would. Never throws.
  void run();

 private:
  struct OwnSocket {
    int number = 0;
    std::string name;
    std::variant<core::StreamSocket, core::Listener, core::DatagramSocket> socket;
    int connection = -1;
    int side = 0;  ///< of that connection: 0 connected, 1 accepted
    std::unique_ptr<core::Decoder> decoder;
    std::string sent;                  ///< what the decoder has not taken note of; kept for HTTP alone
    std::string leftover;              ///< received beyond what a step asked for
    std::uint64_t decoder_begins = 0;  ///< where on the stream the decoder was started
    std::optional<core::Address> last_sender;
    LaneIndex last_sender_lane = timeline::nobody;
    int last_sender_port = 0;
    LaneIndex connected_lane = timeline::nobody;  ///< a connected datagram socket
    int connected_port = 0;
    bool no_delay_for_pieces = false;
  };
  /// What a step brought, for `expect` and `repeat: until`.
  struct Outcome {
    std::optional<std::string> bytes;  ///< received; for a message its payload
    bool eof = false;
    std::vector<std::string> messages;
    std::optional<std::size_t> sent;  ///< bytes the kernel took; of a message, those of its framing too
  };
  struct Round {
    int number = 0;  ///< {i}; 0 outside a repeat
  };

  // Steps: one function a kind.
  void perform_all(const std::vector<scenario::Step>& steps, Round round);
  void perform(const scenario::Step& step, Round round);
  Outcome act(const scenario::Step& step, Round round);
  Outcome act(const scenario::Socket& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Bind& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Listen& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Accept& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Connect& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Send& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Receive& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::SendTo& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::ReceiveFrom& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::SendMessage& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::ReceiveMessage& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::ReceiveFile& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Shutdown& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Close& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Abort& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::SetSocketOption& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::GetSocketOption& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Sleep& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Repeat& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Retry& action, const scenario::Step& step, Round round);
  Outcome act(const scenario::Note& action, const scenario::Step& step, Round round);
  void exit();

  // Calls: each is one event.
  template <typename Make, typename Fill>
  auto call(timeline::Call event, std::optional<Blocking> blocking, Make make, Fill fill);
  std::size_t send_once(OwnSocket& own, std::string_view bytes, int piece, int pieces);
  /// All of it, in as many calls as it takes; how many bytes that were.
  std::size_t send_stream(OwnSocket& own, std::string_view bytes);
  /// One recv. `again`: the step has made one already, so this one waits until the world is still, like a step: then
  /// what it finds does not depend on how far the sender's kernel had got.
  enum class Amount { what_is_there, all };
  std::string receive_once(OwnSocket& own, std::size_t at_most, bool again, Amount amount = Amount::what_is_there);
  /// Where a datagram goes; without an address, to whom the socket is connected.
  struct Target {
    LaneIndex lane = timeline::nobody;
    int port = 0;
    std::optional<core::Address> address;
    std::string several;  ///< `everyone`, or the address of a group; empty: it is for one
  };
  std::size_t send_datagram(OwnSocket& own, std::string_view bytes, const Target& target);
  std::string receive_datagram(OwnSocket& own, std::size_t at_most, std::string_view call_name);
  void close(OwnSocket& own, std::string_view call_name);
  void set_option(OwnSocket& own, std::string_view name, int value);
  void set_membership(OwnSocket& own, std::string_view name, const std::string& group);
  /// A call that cannot even be made on that socket, recorded with the error the kernel would give.
  [[noreturn]] void throw_failed_call(std::string call_name, OwnSocket* own, int error);

  // Sockets.
  OwnSocket* own_or_none(const scenario::Step& step);
  OwnSocket& own(const scenario::Step& step);
  OwnSocket* find(std::string_view name);
  core::StreamSocket& stream(OwnSocket& own, std::string_view call_name);
  core::DatagramSocket& datagram(OwnSocket& own, std::string_view call_name);
  OwnSocket& add(std::variant<core::StreamSocket, core::Listener, core::DatagramSocket> socket, std::string name);
  void forget(OwnSocket& own);
  timeline::Call event(std::string call_name, const OwnSocket* own) const;
  timeline::StreamRange range(const OwnSocket& own, bool outgoing, std::int64_t length);
  /// EPIPE after an own shutdown is no reset; any other is.
  void note_reset(const timeline::Call& event, std::string_view error);
  void ask_the_kernel(timeline::Call& event, OwnSocket& own, bool sent);

  // Files.
  /// As open(2) with O_CREAT. Throws DiskFull, StepFailed{"EMFILE"}, which is recorded.
  const core::FileDescriptor& open_file(const std::string& name);
  /// In place of what it has, or behind it. Throws DiskFull.
  static void write_file(const core::FileDescriptor& file, std::string_view bytes, bool append);
  /// Up to `most` bytes, less if the stream ends before. What had come goes into `bytes` even if a call fails.
  void receive_up_to(OwnSocket& socket, std::size_t most, std::string& bytes);
  /// How many bytes the file is to have. Throws StepFailed for what is no number, or too large a one.
  std::int64_t promised_size(const scenario::ReceiveFile& action) const;
  void record_file(timeline::File file);

  // Messages.
  core::Decoder& decoder(OwnSocket& own);
  std::optional<core::Decoded> next_message(OwnSocket& own, bool& again);
  void record_message(const OwnSocket& own, bool sent, std::string payload, std::string error, std::int64_t begin,
                      std::int64_t length);
  /// What was received last, `length` bytes of it, ended as it should not: `truncated`, `message-too-long`,
  /// `malformed`.
  void record_broken_end(const OwnSocket& own, std::string error, std::int64_t length);
  std::string shown(const std::string& payload) const;

  // Data.
  std::string resolve(const scenario::Data& data, Round round) const;
  std::string with_placeholders(std::string text, Round round) const;
  std::string received(const scenario::Received& what) const;
  /// What was received last, read as a whole number. Throws StepFailed.
  std::int64_t received_number() const;
  /// The step's `when` can never hold any more.
  void record_impossible(const scenario::When& when);
  void compare(const scenario::Expect& expect, const Outcome& outcome, const std::string& failure, Round round);
  int port_of(LaneIndex lane, scenario::SocketType type, std::optional<int> port) const;

  World& world_;
  const scenario::Actor& script_;
  LaneIndex lane_;
  /// What it has received, by the names the scenario gives. On the disk they have none, so that none is left there.
  std::map<std::string, core::FileDescriptor> files_;
  std::optional<core::Format> format_;
  std::list<OwnSocket> sockets_;  ///< in the order they became current; the last one is current
  int next_number_ = 1;
  std::string last_received_;
  std::vector<std::string> received_;  ///< all that receives brought, for `repeat: until`
  bool reached_eof_ = false;           ///< in this round of a repeat
  EventId last_receive_ = 0;
  int round_ = 0;  ///< for events: {i} of the step that is made
};

}  // namespace wirelab::runner

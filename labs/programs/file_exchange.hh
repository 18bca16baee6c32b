// What file-send and file-receive say to each other (docs/programs.md), and how each of them reads it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "labs/programs/sockets.hh"
#include "labs/words/message.hh"

namespace wirelab::programs {

/// The other program does not follow the exchange.
struct BadExchange {
  words::Message fault;
};

/// The other program was silent for longer than anybody waits.
struct Silent {};

/// A file is received, hashed and written in pieces of this size: one that the processor's cache holds.
inline constexpr std::size_t file_piece = 256 * 1024;

/// How a refusal begins; the reason follows, to the end of the line.
inline constexpr std::string_view refusal = "no: ";

/// What is answered to a file that is whole.
inline constexpr std::string_view all_well = "whole";

/// A connection that is read by lines, and for a while by bytes. What throws Interrupted throws Silent too, if there is
/// a limit to how long the next bytes may take.
class LineReader {
 public:
  explicit LineReader(TcpConnection& connection, std::optional<Patience> patience = std::nullopt)
      : connection_(connection), patience_(patience) {}

  /// The next line, without its line feed; nothing if the stream ends before it is complete. Throws BadExchange for one
  /// that is longer than any that is due, and Interrupted.
  std::optional<std::string> line();

  /// At least one byte and at most so many, from behind the last line on; "" at the end of the stream. Holds good until
  /// the next call. Throws Interrupted.
  std::string_view bytes(std::size_t most);

 private:
  TcpConnection& connection_;
  std::optional<Patience> patience_;
  std::string buffer_;     ///< room for one recv
  std::string_view rest_;  ///< of buffer_: received, and not yet handed out
};

/// A whole number in decimal digits, not negative; nothing if the text is none.
std::optional<std::int64_t> number_in(std::string_view text);

/// What is wrong with a name that a stranger gives to a file of ours; empty if nothing is.
std::string name_fault(std::string_view name);

}  // namespace wirelab::programs

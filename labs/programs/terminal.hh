// What a program shows and asks on the terminal it was started from.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "labs/programs/interruption.hh"
#include "labs/render/page.hh"
#include "labs/words/message.hh"

namespace wirelab::programs {

class Terminal {
 public:
  Terminal(const Interruption& interruption, words::Language language);

  words::Language language() const { return style_.language; }

  /// One line, at once. Whatever in it is not printable is spelled out, so bytes of a peer may stand in it.
  void say(std::string_view line);
  /// The same, in the user's language.
  void say(words::TextId id, const words::Arguments& arguments = {});

  /// The same to standard error: what is said about what goes to standard output.
  void remark(std::string_view line);
  void remark(words::TextId id, const words::Arguments& arguments = {});

  /// To standard error: lines, each wrapped and indented as it is.
  void advise(std::string_view text);

  /// An empty page for print(), as wide as this terminal.
  render::Page page() const { return render::Page(style_); }
  void print(const render::Page& page);

  /// The next line of standard input, without its end; nothing when there is no more. A line longer than longest_line
  /// is refused, and asked for again. Throws Interrupted.
  std::optional<std::string> ask(words::TextId question);

  static constexpr std::size_t longest_line = 64 * 1024;

 private:
  void write(std::FILE* stream, std::string_view text);
  std::optional<std::string> read_line();

  const Interruption& interruption_;
  render::TerminalStyle style_;
  std::string input_;  ///< read and not yet handed out
};

}  // namespace wirelab::programs

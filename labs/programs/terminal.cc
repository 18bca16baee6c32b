#include "labs/programs/terminal.hh"

#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "core/error.hh"
#include "labs/render/text.hh"

namespace wirelab::programs {
/// So much at once has room in a pipe of which poll(2) says that it has some, pipe(7). What has none because nobody
/// reads is not written when the program is to end.
void Terminal::write(std::FILE* stream, std::string_view text) {
  while (!text.empty() && interruption_.waits_for_room(fileno(stream))) {
    const std::string_view piece = text.substr(0, PIPE_BUF);
    std::fwrite(piece.data(), 1, piece.size(), stream);
    std::fflush(stream);
    text.remove_prefix(piece.size());
  }
}

Terminal::Terminal(const Interruption& interruption, words::Language language)
    : interruption_(interruption), style_(render::style_for(STDOUT_FILENO, language)) {}

void Terminal::say(std::string_view line) { write(stdout, page().foreign(line) + "\n"); }

void Terminal::say(words::TextId id, const words::Arguments& arguments) { say(page().say(id, arguments)); }

void Terminal::remark(std::string_view line) { write(stderr, page().foreign(line) + "\n"); }

void Terminal::remark(words::TextId id, const words::Arguments& arguments) { remark(page().say(id, arguments)); }

void Terminal::advise(std::string_view text) {
  render::Page advice = page();
  for (const std::string& line : render::harmless_lines(text)) {
    const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
    advice.prose(advice.foreign(line.substr(indent)), static_cast<int>(indent));
  }
  write(stderr, advice.text());
}

void Terminal::print(const render::Page& page) { write(stdout, page.text()); }

std::optional<std::string> Terminal::ask(words::TextId question) {
  while (true) {
    write(stdout, page().foreign(page().say(question)));
    std::optional<std::string> line = read_line();
    // Whoever types ends the line on the screen, too.
    if (!line || isatty(STDIN_FILENO) == 0) write(stdout, "\n");
    if (!line || line->size() <= longest_line) return line;
    say("program.line-too-long"_text, {{"bytes", std::int64_t{longest_line}}});
  }
}

/// Of a line that is too long, no more than shows that it is.
std::optional<std::string> Terminal::read_line() {
  std::string line;
  while (true) {
    const std::size_t end = input_.find('\n');
    line += input_.substr(0, end);
    if (line.size() > longest_line) line.resize(longest_line + 1);
    if (end != std::string::npos) {
      input_.erase(0, end + 1);
      return line;
    }
    interruption_.wait(STDIN_FILENO, POLLIN);
    std::array<char, 4096> part{};
    const ssize_t bytes = ::read(STDIN_FILENO, part.data(), part.size());
    if (bytes == -1) core::throw_errno("read");
    input_.assign(part.data(), static_cast<std::size_t>(bytes));
    if (bytes == 0) return line.empty() ? std::nullopt : std::optional(line);
  }
}

}  // namespace wirelab::programs

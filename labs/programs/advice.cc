#include "labs/programs/advice.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "labs/words/catalogue.hh"

namespace wirelab::programs {
namespace {

std::string in_use(const Program& program) {
  const words::Language language = program.terminal.language();
  const bool is_stream = program.description.transport == core::Transport::stream;
  const std::uint16_t port = program.address.port();
  const std::uint16_t other = port == std::numeric_limits<std::uint16_t>::max() ? port - 1 : port + 1;
  const std::string of_port = fmt::format("'sport = :{}'", port);
  const std::string listening = (is_stream ? "ss -ltnp " : "ss -lunp ") + of_port;
  std::vector<std::string> lines = {
      say(language, "advice.in-use"_text, {{"port", std::int64_t{port}}, {"look", listening}})};
  if (is_stream) {
    lines.push_back(say(language, "advice.in-use.time-wait"_text, {{"look", "ss -tan " + of_port}}));
    lines.push_back(say(language, "advice.in-use.reuse"_text));
  }
  lines.push_back(say(language, "advice.in-use.other-port"_text,
                      {{"command", command(program.description.name, program.address.with_port(other))}}));
  return fmt::format("{}", fmt::join(lines, "\n"));
}

}  // namespace

std::string advice(const core::SystemError& error, const Program& program) {
  const words::Language language = program.terminal.language();
  switch (error.error()) {
    case EADDRINUSE:
      return in_use(program);
    case ECONNREFUSED:
      return say(
          language, "advice.refused"_text,
          {{"address", program.address.to_string()}, {"command", command(program.description.other, program.address)}});
    case EACCES:
      return error.call() == "bind" ? say(language, "advice.privileged"_text) : "";
    case EAFNOSUPPORT:
    case EADDRNOTAVAIL:
      return say(language, "advice.no-address"_text);
    case ECONNRESET:
    case EPIPE:
      return say(language, "advice.ended"_text);
    default:
      return "";
  }
}

std::string shell_word(const std::string& text) {
  const bool is_plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char byte) {
    return std::isalnum(byte) != 0 || byte >= 0x80 || std::string_view("_-./:@%+,=").find(byte) != std::string::npos;
  });
  if (is_plain) return text;
  std::string word = "'";
  for (const char byte : text) word += byte == '\'' ? std::string("'\\''") : std::string(1, byte);
  return word + "'";
}

std::string command(const std::string& program, const core::Address& address) {
  if (address == core::Address::loopback_broadcast(address.port())) {
    const std::string_view text = program == "broadcast-send" ? " \"Who is there?\"" : "";
    return fmt::format("{} {}{} {}", program_invocation_name, program, text, address.port());
  }
  return fmt::format("{} {} {} {}", program_invocation_name, program, address.host(), address.port());
}

}  // namespace wirelab::programs

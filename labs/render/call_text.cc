#include "labs/render/call_text.hh"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::nobody;
using timeline::Timeline;

namespace {

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string duration_text(timeline::Nanoseconds duration) {
  const double milliseconds = static_cast<double>(duration) / 1e6;
  return milliseconds < 1000 ? fmt::format("{:g} ms", milliseconds) : fmt::format("{:g} s", milliseconds / 1000);
}

/// POSIX spells these constants in capitals; a scenario uses the word.
std::string posix_constant(const std::string& word) {
  constexpr std::pair<std::string_view, std::string_view> constants[] = {{"stream", "SOCK_STREAM"},
                                                                         {"dgram", "SOCK_DGRAM"},
                                                                         {"write", "SHUT_WR"},
                                                                         {"read", "SHUT_RD"},
                                                                         {"both", "SHUT_RDWR"}};
  for (const auto& [scenario_word, constant] : constants) {
    if (word == scenario_word) return std::string(constant);
  }
  return word;
}

/// `server:8888`, or whichever of the two there is.
std::string destination(const Call& call) {
  std::string text = scenario::printable(timeline::text_argument(call, "to").value_or(""));
  if (const auto port = timeline::number_argument(call, "port"))
    text += fmt::format("{}{}", text.empty() ? "" : ":", *port);
  return text;
}

/// The arguments but for the bytes of a send, which are shown themselves.
std::string arguments_text(const Call& call) {
  if (is_one_of(call.call, {"connect", "send", "sendto"})) return destination(call);
  if (is_one_of(call.call, {"recv", "recvfrom"})) {
    const auto flags = timeline::text_argument(call, "flags");
    const std::string asked = fmt::format("{}", timeline::asked_bytes(call).value_or(0));
    return flags ? asked + ", " + scenario::printable(*flags) : asked;
  }
  if (call.call == "sleep") return duration_text(timeline::asked_sleep(call).value_or(0));
  if (call.call == "getsockopt") return scenario::printable(timeline::text_argument(call, "option").value_or(""));
  if (is_one_of(call.call, {"socket", "shutdown"}) && !call.args.empty()) {
    const auto* word = std::get_if<std::string>(&call.args.front().second);
    return word != nullptr ? scenario::printable(posix_constant(*word)) : std::string();
  }
  std::string text;
  for (const auto& [name, value] : call.args) {
    const auto* number = std::get_if<std::int64_t>(&value);
    const std::string shown =
        number != nullptr ? fmt::format("{}", *number) : scenario::printable(std::get<std::string>(value));
    if (shown.empty()) continue;
    text += text.empty() ? shown : ", " + shown;
  }
  return text;
}

bool is_abort(const Call& call) { return call.call == "abort" || call.word == "abort"; }

std::string call_text(const Call& call) { return fmt::format("{}({})", call.call, arguments_text(call)); }

}  // namespace

std::string lane_name(const Timeline& timeline, timeline::LaneIndex lane) {
  return lane >= 0 && static_cast<std::size_t>(lane) < timeline.lanes.size()
             ? scenario::printable(timeline.lanes[static_cast<std::size_t>(lane)].name)
             : std::string("?");
}

std::vector<Phrase> call_phrases(const Call& call, CallRow row, words::Language language) {
  const auto say = [&](words::TextId id, const words::Arguments& arguments = {}) {
    return words::say(language, id, arguments);
  };
  if (call.call == "exit") {
    const std::string socket = arguments_text(call);
    const std::string closes =
        socket.empty() ? say("exit.closes"_text) : say("exit.closes-socket"_text, {{"socket", socket}});
    return {{"exit:", {}, ""}, {closes, {}, "", Ink::faint}};
  }
  if (is_abort(call)) return {{"abort()", {}, ""}, {say("abort.how"_text), {}, "", Ink::faint}};
  if (call.call == "connect" && row == CallRow::wakes_up) return {{"connect()", {}, ""}};
  if (!timeline::is_send(call)) return {{call_text(call), {}, ""}};
  const std::string to = destination(call);
  const std::int64_t asked = timeline::asked_bytes(call).value_or(0);
  // The data is what the kernel took in the end; a call that falls asleep has asked for more than that.
  const bool took_less = row == CallRow::falls_asleep && static_cast<std::int64_t>(call.data.size()) < asked;
  if ((call.data.empty() || took_less || row == CallRow::wakes_up) && asked > 0) {
    const std::string bytes = say("bytes"_text, {{"bytes", asked}});
    return {{fmt::format("{}({}{}{})", call.call, to, to.empty() ? "" : ", ", bytes), {}, ""}};
  }
  const SizeShown size = row == CallRow::whole && call.error.empty() ? SizeShown::never : SizeShown::when_cut;
  if (to.empty()) return {{call.call + "(", call.data, ")", Ink::plain, size}};
  return {{fmt::format("{}({},", call.call, to), {}, ""}, {"", call.data, ")", Ink::plain, size}};
}

timeline::Call without_chosen_port(timeline::Call call, const std::set<std::int64_t>& ports) {
  std::erase_if(call.args, [&](const auto& argument) {
    const auto* port = std::get_if<std::int64_t>(&argument.second);
    return argument.first == "port" && port != nullptr && !ports.contains(*port);
  });
  return call;
}

std::vector<Phrase> result_phrases(const Timeline& timeline, const Call& call, CallRow row, words::Language language) {
  const auto say = [&](words::TextId id, const words::Arguments& arguments = {}) {
    return words::say(language, id, arguments);
  };
  if (!call.error.empty()) return {{"= " + scenario::printable(call.error), {}, "", Ink::bad}};
  std::vector<Phrase> phrases;
  if (call.call == "accept") {
    if (call.peer != nobody) phrases.push_back({"= " + lane_name(timeline, call.peer), {}, ""});
  } else if (call.call == "getsockopt") {
    // What it read is not what it returned.
    const auto option = timeline::socket_option(call);
    phrases.push_back({option ? say("getsockopt.value"_text, {{"result", call.result}, {"value", option->value}})
                              : fmt::format("= {}", call.result),
                       {},
                       ""});
  } else if (timeline::is_send(call) || timeline::is_receive(call)) {
    phrases.push_back({fmt::format("= {}", call.result), {}, ""});
  } else if (call.call == "sleep" && row == CallRow::wakes_up) {
    phrases.push_back({say("sleep.is-over"_text), {}, "", Ink::asleep});
  } else if (row == CallRow::wakes_up) {
    phrases.push_back({fmt::format("= {}", call.result), {}, ""});
  }
  if (timeline::is_send(call)) {
    if (const std::int64_t asked = timeline::asked_bytes(call).value_or(0); asked > call.result) {
      phrases.push_back({say("send.of"_text, {{"bytes", asked}}), {}, "", Ink::faint});
    }
  }
  if (timeline::is_receive(call)) {
    if (!call.data.empty()) {
      phrases.push_back({"", call.data, "", Ink::data, SizeShown::never, timeline::brought_datagram(call)});
    } else if (timeline::told_the_end(call)) {
      phrases.push_back({say("recv.end-of-file"_text), {}, "", Ink::strong});
    }
    if (call.call == "recvfrom" && call.peer != nobody) {
      phrases.push_back({say("recv.from"_text, {{"peer", lane_name(timeline, call.peer)}}), {}, "", Ink::faint});
    }
    if (call.truncated) phrases.push_back({say("recv.cut-off"_text, {{"bytes", call.full_length}}), {}, "", Ink::bad});
  }
  if (call.pieces > 1) {
    phrases.push_back(
        {say("send.piece"_text, {{"piece", std::int64_t{call.piece}}, {"pieces", std::int64_t{call.pieces}}}),
         {},
         "",
         Ink::faint});
  }
  return phrases;
}

std::vector<Phrase> file_phrases(const timeline::File& file, words::Language language) {
  const std::string amount =
      file.had == 0 ? fmt::format("{}", file.has) : fmt::format("{}+{}", file.had, file.has - file.had);
  const bool is_short = file.promised && file.has < *file.promised;
  std::vector<Phrase> phrases = {
      {words::say(language, "file.kept-in"_text, {{"file", scenario::printable(file.name)}}), {}, "", Ink::faint},
      {file.promised ? words::say(language, "file.bytes-of"_text, {{"amount", amount}, {"promised", *file.promised}})
                     : words::say(language, "file.bytes"_text, {{"amount", amount}}),
       {},
       "",
       is_short ? Ink::bad : Ink::data}};
  if (!file.error.empty()) phrases.push_back({fmt::format("({})", scenario::printable(file.error)), {}, "", Ink::bad});
  return phrases;
}

}  // namespace wirelab::render

#include "labs/timeline/calls.hh"

#include <algorithm>

namespace wirelab::timeline {
namespace {

const Argument* find_argument(const Call& call, std::string_view name) {
  const auto found =
      std::find_if(call.args.begin(), call.args.end(), [&](const auto& arg) { return arg.first == name; });
  return found == call.args.end() ? nullptr : &found->second;
}

bool is_short(const Call& call) { return asked_bytes(call).value_or(0) > call.result; }

/// Whether `next` hands over more of the send that `last` began to hand over in pieces.
bool continues(const Call& last, const Call& next) {
  if (last.piece == 0 || next.piece == 0 || last.step != next.step || last.round != next.round) return false;
  return next.piece > last.piece || (next.piece == last.piece && is_short(last));
}

}  // namespace

bool made_by_script(const Call& call) { return call.word != "exit" && call.call != "exit"; }

bool succeeded(const Call& call) { return call.returned && call.error.empty(); }

bool is_receive(const Call& call) { return call.call == "recv" || call.call == "recvfrom"; }

bool is_send(const Call& call) { return call.call == "send" || call.call == "sendto"; }

bool is_datagram_call(const Call& call) {
  return call.datagram.has_value() || call.call == "sendto" || call.call == "recvfrom";
}

bool told_the_end(const Call& call) {
  return is_receive(call) && succeeded(call) && call.result == 0 && !is_datagram_call(call) && asked_bytes(call) != 0;
}

bool brought_datagram(const Call& call) { return is_receive(call) && succeeded(call) && is_datagram_call(call); }

std::optional<std::int64_t> number_argument(const Call& call, std::string_view name) {
  const Argument* argument = find_argument(call, name);
  const auto* number = argument ? std::get_if<std::int64_t>(argument) : nullptr;
  return number ? std::optional(*number) : std::nullopt;
}

std::optional<std::string> text_argument(const Call& call, std::string_view name) {
  const Argument* argument = find_argument(call, name);
  const auto* text = argument ? std::get_if<std::string>(argument) : nullptr;
  return text ? std::optional(*text) : std::nullopt;
}

std::optional<std::int64_t> asked_bytes(const Call& call) {
  return is_send(call) || is_receive(call) ? number_argument(call, "len") : std::nullopt;
}

std::optional<Nanoseconds> asked_sleep(const Call& call) {
  return call.call == "sleep" ? number_argument(call, "duration_ns") : std::nullopt;
}

std::optional<scenario::ShutdownSide> shutdown_side(const Call& call) {
  if (call.call != "shutdown") return std::nullopt;
  const std::string how = text_argument(call, "how").value_or("");
  if (how == "write") return scenario::ShutdownSide::write;
  if (how == "read") return scenario::ShutdownSide::read;
  if (how == "both") return scenario::ShutdownSide::both;
  return std::nullopt;
}

std::optional<OptionValue> socket_option(const Call& call) {
  if (call.call != "setsockopt" && call.call != "getsockopt") return std::nullopt;
  const auto name = text_argument(call, "option");
  const auto value = number_argument(call, "value");
  return name && value ? std::optional(OptionValue{*name, *value}) : std::nullopt;
}

std::vector<ScriptSend> script_sends(const Timeline& timeline) {
  std::vector<ScriptSend> sends;
  std::vector<std::size_t> latest(timeline.lanes.size(), std::string::npos);  // of each lane, its send in `sends`
  for (const Event& event : timeline.events) {
    const Call* call = event.call();
    if (!call || call->call != "send" || !made_by_script(*call) || call->lane < 0) continue;
    std::size_t& last = latest.at(static_cast<std::size_t>(call->lane));
    const Call* before = last == std::string::npos ? nullptr : timeline.call(sends[last].calls.back());
    if (!before || !continues(*before, *call)) {
      last = sends.size();
      sends.push_back({{}, call->lane, 0});
    }
    sends[last].calls.push_back(event.id);
    if (succeeded(*call)) sends[last].bytes += call->result;
  }
  return sends;
}

namespace {

struct LineOf {
  int operator()(const Packet&) const { return 0; }
  template <typename What>
  int operator()(const What& what) const {
    return what.line;
  }
};

/// It is of that actor, and says that it failed like this.
struct TellsOfFailure {
  const LaneIndex lane;
  const std::string& failure;
  bool operator()(const Packet&) const { return false; }
  bool operator()(const Note&) const { return false; }
  // No call says of a `when` that it can never be: it is written down as an expectation.
  bool operator()(const Expectation& expectation) const {
    return expectation.lane == lane && !expectation.held && failure == "when-impossible";
  }
  template <typename What>
  bool operator()(const What& what) const {
    return what.lane == lane && what.error == failure;
  }
};

}  // namespace

int line_of(const Event& event) { return std::visit(LineOf{}, event.what); }

const Event* death_of(const Timeline& timeline, LaneIndex lane) {
  const std::string& failure = timeline.lanes.at(static_cast<std::size_t>(lane)).failure;
  if (failure.empty()) return nullptr;
  const auto found = std::find_if(timeline.events.rbegin(), timeline.events.rend(), [&](const Event& event) {
    return std::visit(TellsOfFailure{lane, failure}, event.what);
  });
  return found == timeline.events.rend() ? nullptr : &*found;
}

std::string names_of(const Timeline& timeline, const std::vector<LaneIndex>& lanes) {
  if (lanes.empty() || lanes.front() < 0) return "";
  const Lane& first = timeline.lanes.at(static_cast<std::size_t>(lanes.front()));
  const bool alone = std::all_of(lanes.begin(), lanes.end(), [&](LaneIndex lane) { return lane == lanes.front(); });
  return alone ? first.name : first.actor;
}

std::string_view to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::completed:
      return "completed";
    case Outcome::unanswered:
      return "unanswered";
    case Outcome::deadlock:
      return "deadlock";
    case Outcome::timeout:
      return "timeout";
    case Outcome::not_possible_here:
      return "not-possible-here";
    case Outcome::interrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace wirelab::timeline

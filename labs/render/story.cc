#include "labs/render/story.hh"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::Connection;
using timeline::Datagram;
using timeline::Event;
using timeline::LaneIndex;
using timeline::nobody;
using timeline::Timeline;

namespace {

// ------------------------------------------------------------------------------------------ the words of a call

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

bool brings_data(const Call& call) { return timeline::is_receive(call); }
bool takes_data(const Call& call) { return timeline::is_send(call); }

std::string lane_name(const Timeline& timeline, LaneIndex lane) {
  return lane >= 0 && static_cast<std::size_t>(lane) < timeline.lanes.size()
             ? scenario::printable(timeline.lanes[static_cast<std::size_t>(lane)].name)
             : std::string("?");
}

/// The rows of a call that slept are two: one without a result, and one that need not show again what was sent.
enum class CallRow { whole, falls_asleep, wakes_up };

std::vector<Phrase> call_phrases(const Call& call, CallRow row) {
  if (call.call == "exit") {
    const std::string socket = arguments_text(call);
    return {{"exit:", {}, ""}, {"closes " + (socket.empty() ? std::string("its socket") : socket), {}, "", Ink::faint}};
  }
  if (is_abort(call)) return {{"abort()", {}, ""}, {"(close with SO_LINGER 0)", {}, "", Ink::faint}};
  if (!takes_data(call)) return {{call_text(call), {}, ""}};
  const std::string to = destination(call);
  const std::int64_t asked = timeline::asked_bytes(call).value_or(0);
  if ((call.data.empty() || row == CallRow::wakes_up) && asked > 0) {
    return {{fmt::format("{}({}{}{})", call.call, to, to.empty() ? "" : ", ", count_of(asked, "byte")), {}, ""}};
  }
  const SizeShown size = row == CallRow::whole && call.error.empty() ? SizeShown::never : SizeShown::when_cut;
  if (to.empty()) return {{call.call + "(", call.data, ")", Ink::plain, size}};
  return {{fmt::format("{}({},", call.call, to), {}, ""}, {"", call.data, ")", Ink::plain, size}};
}

void add_result(const Timeline& timeline, const Call& call, std::vector<Phrase>& phrases) {
  if (!call.error.empty()) {
    phrases.push_back({"= " + scenario::printable(call.error), {}, "", Ink::bad});
    return;
  }
  if (call.call == "accept") {
    if (call.peer != nobody) phrases.push_back({"= " + lane_name(timeline, call.peer), {}, ""});
  } else if (takes_data(call) || brings_data(call) || call.call == "getsockopt") {
    phrases.push_back({fmt::format("= {}", call.result), {}, ""});
  }
  if (takes_data(call)) {
    if (const std::int64_t asked = timeline::asked_bytes(call).value_or(0); asked > call.result) {
      phrases.push_back({fmt::format("(of {})", asked), {}, "", Ink::faint});
    }
  }
  if (brings_data(call)) {
    if (!call.data.empty()) {
      phrases.push_back({"", call.data, "", Ink::data, SizeShown::never});
    } else if (call.result == 0 && !timeline::is_datagram_call(call)) {
      phrases.push_back({"end of file", {}, "", Ink::strong});
    }
    if (const auto file = timeline::text_argument(call, "file")) {
      phrases.push_back({"kept in " + scenario::printable(*file), {}, "", Ink::faint});
    }
    if (call.call == "recvfrom" && call.peer != nobody) {
      phrases.push_back({"from " + lane_name(timeline, call.peer), {}, "", Ink::faint});
    }
    if (call.truncated) phrases.push_back({fmt::format("(cut off, it had {})", call.full_length), {}, "", Ink::bad});
  }
  if (call.pieces > 1)
    phrases.push_back({fmt::format("(piece {} of {})", call.piece, call.pieces), {}, "", Ink::faint});
}

std::string_view never_returned(const Call& call) {
  if (call.ended_by == "deadlock") return "never woke up";
  if (call.ended_by == "interrupt") return "interrupted";
  if (call.ended_by == "limit") return "stopped at a limit";
  return "still asleep at the end";
}

// ------------------------------------------------------------------------------------------------------- arrows

LaneIndex other_end(const Connection& connection, LaneIndex lane) {
  return connection.client == lane ? connection.server : connection.client;
}

Arrow datagram_arrow(const Datagram& datagram) {
  Arrow arrow{datagram.from, datagram.to, count_of(datagram.length, "byte"), Arrow::End::arrives};
  switch (datagram.fate) {
    case Datagram::Fate::on_the_way:
    case Datagram::Fate::delivered:
      break;
    case Datagram::Fate::dropped_by_rule:
      arrow.end = Arrow::End::lost;
      arrow.label = datagram.rule_line > 0 ? fmt::format("dropped by :{}", datagram.rule_line) : "lost";
      break;
    case Datagram::Fate::buffer_overrun:
      arrow.end = Arrow::End::turned_away;
      arrow.label = "buffer full";
      break;
    case Datagram::Fate::refused:
      arrow.end = Arrow::End::turned_away;
      arrow.label = "no such port";
      break;
  }
  return arrow;
}

/// Closing with bytes unread, or with SO_LINGER 0, is told to the other side by an RST (RFC 1122 §4.2.2.13).
bool resets(const Call& call) { return is_abort(call) || (call.call != "shutdown" && call.readable.value_or(0) > 0); }

/// What a call sends out, as far as the calls alone tell. Where packets are seen, they are the arrows.
class ArrowsOfCalls {
 public:
  explicit ArrowsOfCalls(const Timeline& timeline) : timeline_(timeline) {
    for (const Datagram& datagram : timeline.datagrams) datagrams_[datagram.sent].push_back(&datagram);
    for (const Connection& connection : timeline.connections) {
      for (const timeline::EventId id : connection.closes) closes_[id].push_back(&connection);
    }
  }

  std::vector<Arrow> made_by(const Event& event, const Call& call, bool slept, bool is_return) const {
    std::vector<Arrow> arrows;
    if (timeline_.sees_packets) return arrows;
    const bool is_last_row = !slept || is_return;
    if (call.call == "connect" && is_last_row && call.returned) add_connect(call, arrows);
    if (call.call == "send" && call.stream && call.error.empty() && !call.datagram) {
      const std::string label = !slept ? count_of(call.stream->length, "byte") : is_return ? "the rest" : "what fits";
      arrows.push_back({call.lane, call.stream->to, label, Arrow::End::arrives});
    }
    if (is_last_row) {
      if (const auto sent = datagrams_.find(event.id); sent != datagrams_.end()) {
        for (const Datagram* datagram : sent->second) arrows.push_back(datagram_arrow(*datagram));
      }
      if (const auto closed = closes_.find(event.id); closed != closes_.end()) {
        for (const Connection* connection : closed->second) {
          if (was_reset_before(*connection, event.id)) continue;
          const std::string label = resets(call) ? "RST" : "FIN";
          arrows.push_back({call.lane, other_end(*connection, call.lane), label, Arrow::End::arrives});
        }
      }
    }
    std::erase_if(arrows, [](const Arrow& arrow) { return arrow.to == nobody || arrow.from == arrow.to; });
    return arrows;
  }

 private:
  void add_connect(const Call& call, std::vector<Arrow>& arrows) const {
    LaneIndex to = call.peer;
    const bool is_tcp =
        call.connection >= 0 && static_cast<std::size_t>(call.connection) < timeline_.connections.size();
    if (is_tcp && to == nobody) to = timeline_.connections[static_cast<std::size_t>(call.connection)].server;
    if (call.error.empty() && is_tcp) arrows.push_back({call.lane, to, "handshake", Arrow::End::arrives});
    if (call.error == "ECONNREFUSED") arrows.push_back({call.lane, to, "refused", Arrow::End::turned_away});
    if (call.error == "ETIMEDOUT") arrows.push_back({call.lane, to, "no answer", Arrow::End::lost});
  }

  /// There is nothing left then that a FIN could be sent on.
  bool was_reset_before(const Connection& connection, timeline::EventId id) const {
    const Call* closing = timeline_.call(id);
    const bool by_closing =
        std::any_of(connection.closes.begin(), connection.closes.end(), [&](timeline::EventId other) {
          return other < id && timeline_.call(other) != nullptr && resets(*timeline_.call(other));
        });
    const bool by_error = std::any_of(timeline_.events.begin(), timeline_.events.end(), [&](const Event& event) {
      const Call* call = event.call();
      return call != nullptr && event.id < id && call->lane == closing->lane &&
             call->connection == closing->connection && is_one_of(call->error, {"ECONNRESET", "EPIPE"});
    });
    return by_closing || by_error;
  }

  const Timeline& timeline_;
  std::map<timeline::EventId, std::vector<const Datagram*>> datagrams_;
  std::map<timeline::EventId, std::vector<const Connection*>> closes_;
};

std::string packet_label(const timeline::Packet& packet) {
  std::string label;
  for (const std::string& flag : packet.flags) label += (label.empty() ? "" : "-") + flag;
  if (label.empty()) label = packet.protocol;
  if (packet.length > 0) label += " " + count_of(packet.length, "byte");
  if (packet.retransmission) label += ", again";
  switch (packet.verdict) {
    case timeline::Verdict::passed:
      break;
    case timeline::Verdict::dropped:
      label += ", dropped";
      break;
    case timeline::Verdict::delayed:
      label += ", delayed";
      break;
    case timeline::Verdict::duplicated:
      label += ", twice";
      break;
    case timeline::Verdict::held:
      label += ", held";
      break;
  }
  return label;
}

// -------------------------------------------------------------------------------------------------------- order

/// Was it let go in one moment and back only in a later one? In a free run any call may be, so it must be one that can
/// block.
bool slept(const Call& call) {
  return call.returned && call.return_epoch > call.start_epoch &&
         is_one_of(call.call, {"accept", "connect", "send", "recv", "sendto", "recvfrom", "sleep"});
}

/// One row to come: an event, or the waking up of a call that slept.
struct Moment {
  std::size_t event = 0;
  bool wake_up = false;
};

timeline::Epoch start_epoch(const Event& event) {
  return std::visit(
      [](const auto& what) {
        if constexpr (std::is_same_v<std::decay_t<decltype(what)>, Call>) {
          return what.start_epoch;
        } else {
          return what.epoch;
        }
      },
      event.what);
}

LaneIndex lane_of(const Event& event) {
  return std::visit(
      [](const auto& what) {
        if constexpr (std::is_same_v<std::decay_t<decltype(what)>, timeline::Packet>) {
          return what.from;
        } else {
          return what.lane;
        }
      },
      event.what);
}

/// Actors run as they like there: what the clock saw is all there is to go by.
std::vector<Moment> moments_by_clock(const Timeline& timeline) {
  std::vector<std::pair<timeline::Nanoseconds, Moment>> timed;
  for (std::size_t index = 0; index < timeline.events.size(); ++index) {
    const Event& event = timeline.events[index];
    timed.push_back({event.at, {index, false}});
    const Call* call = event.call();
    if (call == nullptr || !call->returned) continue;
    const bool others_moved = std::any_of(timeline.events.begin(), timeline.events.end(), [&](const Event& other) {
      return lane_of(other) != call->lane && other.at > event.at && other.at < call->returned_at;
    });
    if (others_moved) timed.push_back({call->returned_at, {index, true}});
  }
  std::stable_sort(timed.begin(), timed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Moment> moments;
  for (const auto& [at, moment] : timed) moments.push_back(moment);
  return moments;
}

/// Between two releases of the director the world comes to rest. What it let go comes first in its epoch, then the
/// calls that this woke; a lane's own rows never change places.
std::vector<Moment> moments_by_epoch(const Timeline& timeline) {
  struct Epoch {
    std::vector<std::size_t> starts;
    std::vector<std::size_t> wakes;
  };
  std::map<timeline::Epoch, Epoch> epochs;
  for (std::size_t index = 0; index < timeline.events.size(); ++index) {
    const Event& event = timeline.events[index];
    epochs[start_epoch(event)].starts.push_back(index);
    const Call* call = event.call();
    if (call != nullptr && slept(*call)) {
      epochs[call->return_epoch].wakes.push_back(index);
    }
  }
  const auto lane_at = [&](std::size_t index) { return lane_of(timeline.events[index]); };

  std::vector<Moment> moments;
  for (const auto& [number, epoch] : epochs) {
    const auto wakes_here = [&](LaneIndex lane) {
      return std::any_of(epoch.wakes.begin(), epoch.wakes.end(),
                         [&](std::size_t wake) { return lane_at(wake) == lane; });
    };
    // Up to the call that was let go; what a woken lane did then comes after its waking up.
    std::vector<std::size_t> after_wakes;
    bool let_go = false;
    for (const std::size_t start : epoch.starts) {
      if (let_go || wakes_here(lane_at(start))) {
        after_wakes.push_back(start);
      } else {
        moments.push_back({start, false});
        let_go = timeline.events[start].call() != nullptr;
      }
    }
    for (const std::size_t wake : epoch.wakes) moments.push_back({wake, true});
    for (const std::size_t start : after_wakes) moments.push_back({start, false});
  }
  return moments;
}

std::vector<Moment> moments_of(const Timeline& timeline) {
  return timeline.pace == scenario::Pace::free ? moments_by_clock(timeline) : moments_by_epoch(timeline);
}

// --------------------------------------------------------------------------------------------------------- rows

class Storyteller {
 public:
  Storyteller(const RunRecord& record, const TerminalStyle& style)
      : record_(record),
        timeline_(record.timeline),
        style_(style),
        glyphs_(glyphs_for(style)),
        ports_(ports_of(record.scenario)),
        arrows_(timeline_) {}

  std::vector<Row> tell() {
    const std::vector<Moment> moments = moments_of(timeline_);
    std::set<std::size_t> sleepers;
    for (const Moment& moment : moments) {
      if (moment.wake_up) sleepers.insert(moment.event);
    }
    for (const Moment& moment : moments) {
      const Event& event = timeline_.events[moment.event];
      if (const Call* call = event.call()) {
        add_call(event, *call, sleepers.contains(moment.event), moment.wake_up);
      } else {
        std::visit([&](const auto& what) { add(event, what); }, event.what);
      }
    }
    add_marks();
    return std::move(rows_);
  }

 private:
  template <typename What>
  Row row_for(Row::Kind kind, const Event& event, const What& what) const {
    Row row;
    row.kind = kind;
    row.event = event.id;
    row.lane = what.lane;
    row.step = what.step;
    row.at = event.at;
    row.source_line = what.line;
    return row;
  }

  void add_call(const Event& event, const Call& call, bool slept, bool is_return) {
    Row row = row_for(is_return ? Row::Kind::wake_up : Row::Kind::call, event, call);
    if (is_return) row.at = call.returned_at;
    const CallRow kind = is_return                 ? CallRow::wakes_up
                         : slept || !call.returned ? CallRow::falls_asleep
                                                   : CallRow::whole;
    row.phrases = style_.canonical ? call_phrases(without_chosen_port(call), kind) : call_phrases(call, kind);
    if (!call.returned) {
      row.falls_asleep = true;
      row.phrases.push_back({std::string(never_returned(call)), {}, "", Ink::bad});
    } else if (slept && !is_return) {
      row.falls_asleep = true;
      row.phrases.push_back({std::string("asleep") + std::string(glyphs_.ellipsis), {}, "", Ink::asleep});
    } else {
      if (is_return && call.call == "sleep") row.phrases.push_back({"is over", {}, "", Ink::asleep});
      add_result(timeline_, call, row.phrases);
    }
    row.arrows = arrows_.made_by(event, call, slept || !call.returned, is_return);
    rows_.push_back(std::move(row));
  }

  /// The port of an answer to somebody who was never bound is whatever that kernel had free.
  Call without_chosen_port(Call call) const {
    std::erase_if(call.args, [this](const auto& argument) {
      const auto* port = std::get_if<std::int64_t>(&argument.second);
      return argument.first == "port" && port != nullptr && !ports_.contains(*port);
    });
    return call;
  }

  void add(const Event&, const Call&) {}

  void add(const Event& event, const timeline::Packet& packet) {
    Row row;
    row.kind = Row::Kind::packet;
    row.event = event.id;
    row.lane = packet.from;
    row.at = event.at;
    const bool dropped = packet.verdict == timeline::Verdict::dropped;
    if (packet.to != nobody) {
      row.arrows.push_back(
          {packet.from, packet.to, packet_label(packet), dropped ? Arrow::End::lost : Arrow::End::arrives});
    } else {
      row.phrases.push_back({packet_label(packet) + " to everyone", {}, "", Ink::arrow});
    }
    rows_.push_back(std::move(row));
  }

  void add(const Event& event, const timeline::Message& message) {
    Row row = row_for(Row::Kind::message, event, message);
    row.source_line = 0;
    if (!message.error.empty()) {
      row.phrases.push_back({"message: " + scenario::printable(message.error), {}, "", Ink::bad});
    } else {
      row.phrases.push_back({message.sent ? "message sent:" : "message:", {}, "", Ink::faint});
      const Ink ink = message.sent ? Ink::plain : Ink::data;
      if (is_record(message)) {
        row.phrases.push_back({scenario::printable(message.payload), {}, "", ink});
      } else {
        row.phrases.push_back({"", message.payload, "", ink});
      }
    }
    rows_.push_back(std::move(row));
  }

  /// Its payload is a list of fields then, written for people, and no longer bytes.
  bool is_record(const timeline::Message& message) const {
    const auto place = static_cast<std::size_t>(message.lane);
    if (place >= timeline_.lanes.size() || !timeline_.lanes[place].framing) return false;
    return std::holds_alternative<scenario::RecordFraming>(timeline_.lanes[place].framing->kind);
  }

  void add(const Event& event, const timeline::Note& note) {
    Row row = row_for(Row::Kind::note, event, note);
    row.phrases.push_back({note.text, {}, ""});
    rows_.push_back(std::move(row));
  }

  /// One that held is a tick behind its step; one that did not is a row of its own.
  void add(const Event& event, const timeline::Expectation& expectation) {
    if (expectation.held) {
      const auto step = std::find_if(rows_.rbegin(), rows_.rend(), [&](const Row& row) {
        return row.lane == expectation.lane && row.step == expectation.step && row.kind != Row::Kind::note;
      });
      if (step != rows_.rend()) {
        step->phrases.push_back({std::string(glyphs_.passed), {}, "", Ink::good});
        return;
      }
    }
    Row row = row_for(Row::Kind::expectation, event, expectation);
    const std::string_view verdict = expectation.held ? glyphs_.passed : glyphs_.failed;
    const Ink ink = expectation.held ? Ink::good : Ink::bad;
    row.phrases.push_back(
        {fmt::format("{} expected {}", verdict, scenario::printable(expectation.expected)), {}, "", ink});
    if (!expectation.held) row.phrases.push_back({"but saw " + scenario::printable(expectation.observed), {}, "", ink});
    rows_.push_back(std::move(row));
  }

  void add_marks() {
    for (std::size_t index = 0; index < record_.annotations.size(); ++index) {
      const explain::Annotation& annotation = record_.annotations[index];
      if (annotation.events.empty()) continue;
      const auto last = std::find_if(rows_.rbegin(), rows_.rend(),
                                     [&](const Row& row) { return row.event == annotation.events.back(); });
      if (last == rows_.rend()) continue;
      last->phrases.push_back({numbered_mark(static_cast<int>(index) + 1, style_), {}, "", Ink::mark});
    }
  }

  const RunRecord& record_;
  const Timeline& timeline_;
  const TerminalStyle& style_;
  const Glyphs& glyphs_;
  std::set<std::int64_t> ports_;  ///< that the file names
  ArrowsOfCalls arrows_;
  std::vector<Row> rows_;
};

}  // namespace

std::string call_text(const Call& call) { return fmt::format("{}({})", call.call, arguments_text(call)); }

std::vector<Row> story_of(const RunRecord& record, const TerminalStyle& style) {
  return Storyteller(record, style).tell();
}

}  // namespace wirelab::render

#include "labs/programs/narrator.hh"

#include <fmt/format.h>

#include "labs/explain/explain.hh"
#include "labs/render/annotation.hh"
#include "labs/render/call_text.hh"
#include "labs/render/flow.hh"
#include "labs/timeline/calls.hh"

namespace wirelab::programs {
namespace {

/// After so many the timeline begins anew. Rules look at all that happened, again after each call.
constexpr std::size_t most_events = 100;

timeline::Lane lane(Role role) {
  const std::string name = role == Role::server ? "server" : "client";
  return {.name = name, .actor = name};
}

}  // namespace

Narrator::Narrator(Terminal& terminal, Role role, bool is_silent)
    : terminal_(terminal), role_(role), is_silent_(is_silent) {
  line_.stage = "loopback";
  forget();
}

void Narrator::forget() {
  line_.events.clear();
  line_.connections.clear();
  line_.datagrams.clear();
  line_.lanes = {lane(role_)};
  connections_.clear();
  addresses_.clear();
}

timeline::LaneIndex Narrator::add_peer() {
  line_.lanes.push_back(lane(role_ == Role::server ? Role::client : Role::server));
  return static_cast<timeline::LaneIndex>(line_.lanes.size()) - 1;
}

timeline::Call Narrator::begin(std::string call, int socket) {
  timeline::Call made;
  if (is_silent_) return made;
  if (line_.events.size() >= most_events) forget();
  ++calls_;
  made.lane = own_lane();
  made.step = fmt::format("{}#{}", call, calls_);
  made.word = call;
  made.call = std::move(call);
  made.socket = socket;
  made.start_epoch = made.return_epoch = calls_;
  return made;
}

void Narrator::set_connection(timeline::Call& made, int socket) {
  if (is_silent_) return;
  const auto [known, is_new] = connections_.try_emplace(socket, static_cast<int>(line_.connections.size()));
  made.connection = known->second;
  if (is_new) {
    timeline::Connection connection{.established = true};
    const timeline::LaneIndex peer = add_peer();
    connection.client = role_ == Role::client ? own_lane() : peer;
    connection.server = role_ == Role::server ? own_lane() : peer;
    line_.connections.push_back(connection);
  }
  const timeline::Connection& of = line_.connections[static_cast<std::size_t>(made.connection)];
  made.peer = role_ == Role::server ? of.client : of.server;
  if (made.call == "accept") line_.connections[static_cast<std::size_t>(made.connection)].accept = next();
}

void Narrator::set_stream(timeline::Call& made, std::int64_t offset, std::int64_t length) {
  const bool is_sent = timeline::is_send(made);
  made.stream = timeline::StreamRange{made.connection, is_sent ? own_lane() : made.peer,
                                      is_sent ? made.peer : own_lane(), offset, length};
}

void Narrator::set_reset(const timeline::Call& made) {
  line_.connections[static_cast<std::size_t>(made.connection)].reset = true;
}

void Narrator::set_datagram(timeline::Call& made, const core::Address& peer) {
  const auto [known, is_new] = addresses_.try_emplace(peer.to_string(), timeline::nobody);
  if (is_new) known->second = add_peer();
  made.peer = known->second;
  if (!timeline::is_receive(made)) return;
  made.datagram = static_cast<int>(line_.datagrams.size());
  line_.datagrams.push_back({.from = made.peer,
                             .to = own_lane(),
                             .length = made.full_length,
                             .fate = timeline::Datagram::Fate::delivered,
                             .received = next()});
}

void Narrator::end(timeline::Call made) {
  made.returned = true;
  line_.events.push_back({next(), 0, made});
  tell(made);
}

void Narrator::give_up(timeline::Call made) {
  if (!is_silent_) fail(std::move(made), "timeout");
}

void Narrator::fail(timeline::Call made, std::string error) {
  made.returned = true;
  made.result = -1;
  made.error = std::move(error);
  line_.events.push_back({next(), 0, made});
  // What a program knows what to do about has not ended it.
  const std::string failure = fmt::format("{{fails: {}}}", made.error);
  line_.events.push_back({next(), 0, timeline::Expectation{own_lane(), made.step, 0, failure, failure, true, calls_}});
  tell(made);
}

void Narrator::tell(timeline::File file) {
  if (is_silent_) return;
  const timeline::Call* made = line_.events.empty() ? nullptr : line_.events.back().call();
  file.lane = own_lane();
  file.step = made == nullptr ? "" : made->step;
  file.epoch = calls_;
  const std::vector<render::Phrase> phrases = render::file_phrases(file, terminal_.language());
  line_.events.push_back({next(), 0, std::move(file)});
  show(phrases);
}

void Narrator::tell(const timeline::Call& made) {
  std::vector<render::Phrase> phrases = render::call_phrases(made, render::CallRow::whole, terminal_.language());
  for (render::Phrase& phrase : render::result_phrases(line_, made, render::CallRow::whole, terminal_.language())) {
    phrases.push_back(std::move(phrase));
  }
  show(phrases);
}

void Narrator::show(const std::vector<render::Phrase>& phrases) {
  constexpr int lane_column = 2;
  constexpr int text_column = 4;
  render::Page page = terminal_.page();
  std::string_view glyph = page.glyphs().call;
  for (const render::TextLine& text : render::lines_of(phrases, page.columns() - text_column, page)) {
    render::Line row = page.line();
    row.put(lane_column, glyph, render::Ink::faint);
    render::put(row, text_column, text);
    page.add(row);
    glyph = page.glyphs().lifeline;
  }
  for (const explain::Annotation& annotation : explain::explain(line_, terminal_.language())) {
    if (!told_.emplace(annotation.rule, annotation.why).second) continue;
    render::add_annotation(page, annotation, page.glyphs().lifeline, text_column);
  }
  terminal_.print(page);
}

}  // namespace wirelab::programs

#include "labs/runner/actor.hh"

#include <sys/prctl.h>

#include <algorithm>
#include <utility>

#include "core/file.hh"
#include "labs/runner/framing.hh"
#include "labs/scenario/reader.hh"
#include "labs/scenario/sha256.hh"

namespace wirelab::runner {
namespace {

/// What a scenario would write after `expect:` for what came.
std::string describe(const std::optional<std::string>& bytes, bool eof, const std::vector<std::string>& messages) {
  constexpr std::size_t longest = 200;
  if (!messages.empty()) {
    scenario::List list;
    for (const std::string& message : messages) list.emplace_back(scenario::Bytes{message});
    return "{messages: " + scenario::to_text(scenario::Value(std::move(list)), longest) + "}";
  }
  if (eof && (!bytes || bytes->empty())) return "eof";
  if (bytes) return scenario::quoted(*bytes, longest);
  return "success";
}

bool is_expected(const scenario::Step& step, std::string_view failure) {
  const auto* fails = step.expect ? std::get_if<scenario::ExpectFails>(&step.expect->what) : nullptr;
  return fails != nullptr && fails->error == failure;
}

}  // namespace

Actor::Actor(World& world, const scenario::Actor& script, LaneIndex lane)
    : world_(world), script_(script), lane_(lane) {
  if (script.framing) format_ = to_format(*script.framing);
}

void Actor::run() {
  // For ps(1), strace(1) and gdb(1): who of them sleeps in which call. Fifteen bytes of it are kept, prctl(2).
  prctl(PR_SET_NAME, world_.line.lanes[static_cast<std::size_t>(lane_)].name.c_str());
  try {
    world_.stage().enter(lane_);
    world_.begin(lane_);
    try {
      perform_all(script_.steps, {});
    } catch (const StepFailed& failed) {
      // As a program whose call failed and that does not know what to do: it exits.
      world_.note_failure(lane_, failed.error);
    }
    exit();
  } catch (const RunEnded&) {
    // The run is over; what is open is closed with the actor.
  } catch (const std::exception&) {
    world_.fail(std::current_exception());
  }
  world_.finish(lane_);
}

void Actor::perform_all(const std::vector<scenario::Step>& steps, Round round) {
  for (const scenario::Step& step : steps) perform(step, round);
}

void Actor::perform(const scenario::Step& step, Round round) {
  const bool is_container =
      std::holds_alternative<scenario::Repeat>(step.action) || std::holds_alternative<scenario::Retry>(step.action);
  int socket_for_when = 0;
  if (step.when) {
    const OwnSocket* asked = own_or_none(step);
    socket_for_when = asked ? asked->number : 0;  // no such socket: the call itself will say so
  }
  const bool gated = !is_container || !step.after.empty();
  const bool possible =
      world_.enter_step(lane_, &step, std::string(scenario::word_of(step.action)), gated, socket_for_when);
  round_ = round.number;
  Outcome outcome;
  std::string failure;
  try {
    if (!possible) {
      if (!is_expected(step, "when-impossible")) record_impossible(*step.when);
      throw StepFailed{"when-impossible"};
    }
    outcome = act(step, round);
  } catch (const StepFailed& failed) {
    failure = failed.error;
  }
  if (outcome.bytes) {
    last_received_ = *outcome.bytes;
    received_.push_back(*outcome.bytes);
  }
  received_.insert(received_.end(), outcome.messages.begin(), outcome.messages.end());
  if (outcome.eof) reached_eof_ = true;
  if (step.expect) compare(*step.expect, outcome, failure, round);
  world_.leave_step(lane_);
  const bool failure_was_expected = step.expect && std::holds_alternative<scenario::ExpectFails>(step.expect->what);
  if (!failure.empty() && !failure_was_expected) throw StepFailed{failure};
}

Actor::Outcome Actor::act(const scenario::Step& step, Round round) {
  return std::visit([&](const auto& action) { return act(action, step, round); }, step.action);
}

Actor::Outcome Actor::act(const scenario::Repeat& action, const scenario::Step&, Round) {
  const bool bounded = action.times.has_value();
  for (int number = 1; !bounded || number <= *action.times; ++number) {
    const std::size_t before = received_.size();
    reached_eof_ = false;
    perform_all(action.steps, {number});
    if (!action.until) continue;
    const auto begin = received_.begin() + static_cast<std::ptrdiff_t>(before);
    if (std::find(begin, received_.end(), *action.until) != received_.end()) break;
    // After the end of the stream what we wait for cannot come any more.
    if (reached_eof_) break;
  }
  return {};
}

Actor::Outcome Actor::act(const scenario::Retry& action, const scenario::Step&, Round round) {
  for (int attempt = 1;; ++attempt) {
    try {
      perform_all(action.steps, round);
      return {};
    } catch (const StepFailed&) {
      if (attempt >= action.times) throw;
    }
  }
}

Actor::Outcome Actor::act(const scenario::Note& action, const scenario::Step& step, Round round) {
  timeline::Note note;
  note.lane = lane_;
  note.step = world_.here(lane_).name;
  note.line = step.at.line;
  note.text = with_placeholders(action.text, round);
  world_.record(std::move(note));
  return {};
}

void Actor::exit() {
  world_.enter_step(lane_, nullptr, "exit", true, 0);
  sockets_.sort([](const OwnSocket& left, const OwnSocket& right) { return left.number < right.number; });
  while (!sockets_.empty()) close(sockets_.front(), "exit");
  world_.leave_step(lane_);
}

std::string Actor::with_placeholders(std::string text, Round round) const {
  const auto replace = [&](std::string_view placeholder, int number) {
    const std::string digits = std::to_string(number);
    for (std::size_t at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at + digits.size())) {
      text.replace(at, placeholder.size(), digits);
    }
  };
  if (round.number != 0) replace("{i}", round.number);
  replace("{copy}", world_.line.lanes[static_cast<std::size_t>(lane_)].copy);
  return text;
}

std::string Actor::resolve(const scenario::Data& data, Round round) const {
  struct Resolver {
    const Actor& actor;
    Round round;
    std::string operator()(const scenario::Literal& literal) const {
      return literal.has_placeholders ? actor.with_placeholders(literal.bytes, round) : literal.bytes;
    }
    std::string operator()(const scenario::Received& received) const { return actor.received(received); }
    std::string operator()(const scenario::SizeOf& size) const {
      return std::to_string(actor.received(size.what).size());
    }
    std::string operator()(const scenario::Sha256Of& sum) const { return scenario::sha256(actor.received(sum.what)); }
    std::string operator()(const scenario::FileFrom& part) const {
      // As pread(2): behind the end there is nothing.
      const auto from = std::min(part.file.size(), static_cast<std::size_t>(actor.received_number()));
      return part.file.substr(from, part.most);
    }
    std::string operator()(const scenario::RecordData& record) const {
      return core::encode_record(std::get<core::RecordFormat>(*actor.format_).fields, to_record(record));
    }
  };
  return std::visit(Resolver{*this, round}, data.what);
}

std::string Actor::received(const scenario::Received& what) const {
  if (what.file.empty()) return last_received_;
  const auto file = files_.find(what.file);
  return file == files_.end() ? "" : core::read_whole(file->second.get());
}

std::int64_t Actor::received_number() const {
  constexpr std::string_view white_space = " \t\r\n";
  const std::size_t begin = std::min(last_received_.find_first_not_of(white_space), last_received_.size());
  const std::size_t end = last_received_.find_last_not_of(white_space) + 1;
  const auto number = scenario::parse_whole_number(std::string_view(last_received_).substr(begin, end - begin));
  if (!number || *number < 0) throw StepFailed{"EINVAL"};
  return *number;
}

void Actor::record_impossible(const scenario::When& when) {
  const StepAt at = world_.here(lane_);
  timeline::Expectation found;
  found.lane = lane_;
  found.step = at.name;
  found.line = when.at.line != 0 ? when.at.line : at.line;
  found.expected = "when: {" + std::string(scenario::word_of(when.kind)) + ": " + std::to_string(when.value) + "}";
  found.observed = "the end of the stream or an error: that can never be";
  world_.record(std::move(found));
}

void Actor::compare(const scenario::Expect& expect, const Outcome& outcome, const std::string& failure, Round round) {
  const StepAt at = world_.here(lane_);
  timeline::Expectation found;
  found.lane = lane_;
  found.step = at.name;
  found.line = expect.at.line != 0 ? expect.at.line : at.line;
  found.observed =
      failure.empty() ? describe(outcome.bytes, outcome.eof, outcome.messages) : "{fails: " + failure + "}";
  const bool succeeded = failure.empty();
  constexpr std::size_t longest = 200;
  if (std::holds_alternative<scenario::ExpectEof>(expect.what)) {
    found.expected = "eof";
    found.held = succeeded && outcome.eof && (!outcome.bytes || outcome.bytes->empty()) && outcome.messages.empty();
  } else if (const auto* data = std::get_if<scenario::ExpectData>(&expect.what)) {
    const std::string wanted = resolve(data->data, round);
    found.expected = scenario::quoted(wanted, longest);
    std::string got = outcome.bytes.value_or("");
    for (const std::string& message : outcome.messages) got += message;
    const bool brought_data = (outcome.bytes && !outcome.eof) || !outcome.messages.empty();
    found.held = succeeded && (brought_data || !wanted.empty() || !outcome.eof) && got == wanted;
  } else if (const auto* size = std::get_if<scenario::ExpectBytes>(&expect.what)) {
    found.expected = "{bytes: " + std::to_string(size->bytes) + "}";
    std::size_t bytes = outcome.sent.value_or(outcome.bytes.value_or("").size());
    for (const std::string& message : outcome.messages) bytes += message.size();
    found.held = succeeded && static_cast<std::int64_t>(bytes) == size->bytes;
    if (succeeded) found.observed = "{bytes: " + std::to_string(bytes) + "}";
  } else if (const auto* messages = std::get_if<scenario::ExpectMessages>(&expect.what)) {
    std::vector<std::string> wanted;
    scenario::List list;
    for (const scenario::Data& one : messages->messages) {
      wanted.push_back(resolve(one, round));
      list.emplace_back(scenario::Bytes{wanted.back()});
    }
    found.expected = "{messages: " + scenario::to_text(scenario::Value(std::move(list)), longest) + "}";
    found.held = succeeded && outcome.messages == wanted;
  } else {
    const std::string& error = std::get<scenario::ExpectFails>(expect.what).error;
    found.expected = "{fails: " + error + "}";
    found.held = failure == error;
  }
  world_.record(std::move(found));
}

}  // namespace wirelab::runner

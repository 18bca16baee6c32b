#include "labs/render/story.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <variant>

#include "labs/render/call_arrows.hh"
#include "labs/render/call_text.hh"
#include "labs/render/fold.hh"
#include "labs/render/packet_rows.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"
#include "labs/timeline/order.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using timeline::Call;
using timeline::Event;
using timeline::Moment;
using timeline::Timeline;

namespace {

words::TextId never_returned(const Call& call) {
  if (call.ended_by == "deadlock") return "never-returned.deadlock"_text;
  if (call.ended_by == "interrupt") return "never-returned.interrupt"_text;
  if (call.ended_by == "limit") return "never-returned.limit"_text;
  return "never-returned.end"_text;
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
        arrows_(timeline_, style.language),
        packets_(timeline_, record.scenario.wire, style, story_.rows) {}

  Story tell() {
    const std::vector<Moment> moments = timeline::moments_of(timeline_);
    std::set<std::size_t> sleepers;
    for (const Moment& moment : moments) {
      if (moment.is_end) sleepers.insert(moment.event);
    }
    for (const Moment& moment : moments) {
      const Event& event = timeline_.events[moment.event];
      if (const timeline::Packet* packet = event.packet()) {
        if (moment.is_end) {
          packets_.add_delivery(event, *packet);
        } else {
          packets_.add_arrival(event, *packet);
        }
        continue;
      }
      packets_.end_stretch();
      if (const Call* call = event.call()) {
        add_call(event, *call, sleepers.contains(moment.event), moment.is_end);
      } else {
        std::visit([&](const auto& what) { add(event, what); }, event.what);
      }
    }
    packets_.end_stretch();
    std::set<timeline::EventId> annotated;
    for (const explain::Annotation& annotation : record_.annotations) {
      if (!annotation.events.empty()) annotated.insert(annotation.events.back());
    }
    story_.rows = abridged(folded(std::move(story_.rows), style_.language), annotated, timeline_, style_.language);
    add_marks();
    return std::move(story_);
  }

 private:
  std::string say(words::TextId id, const words::Arguments& arguments = {}) const {
    return words::say(style_.language, id, arguments);
  }

  template <typename What>
  Row row_for(Row::Kind kind, const Event& event, const What& what) const {
    Row row;
    row.kind = kind;
    row.events = {event.id};
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
    row.phrases =
        call_phrases(style_.canonical ? without_chosen_port(call, ports_) : call, kind, style_.language);
    if (!call.returned) {
      row.falls_asleep = true;
      row.phrases.push_back({say(never_returned(call)), {}, "", Ink::bad});
    } else if (slept && !is_return) {
      row.falls_asleep = true;
      row.phrases.push_back({say("asleep"_text) + std::string(glyphs_.ellipsis), {}, "", Ink::asleep});
    } else {
      for (Phrase& phrase : result_phrases(timeline_, call, kind, style_.language)) row.phrases.push_back(std::move(phrase));
    }
    row.arrows = arrows_.made_by(event, call, kind);
    story_.rows.push_back(std::move(row));
  }

  void add(const Event&, const Call&) {}
  void add(const Event&, const timeline::Packet&) {}

  void add(const Event& event, const timeline::Message& message) {
    Row row = row_for(Row::Kind::message, event, message);
    row.source_line = 0;
    if (!message.error.empty()) {
      row.phrases.push_back({say(message.sent ? "message.not-sent"_text : "message.failed"_text), {}, "", Ink::bad});
      row.phrases.push_back({scenario::printable(message.error), {}, "", Ink::bad});
    } else {
      row.phrases.push_back({say(message.sent ? "message.sent"_text : "message.received"_text), {}, "", Ink::faint});
      const Ink ink = message.sent ? Ink::plain : Ink::data;
      if (is_record(message)) {
        row.phrases.push_back({scenario::printable(message.payload), {}, "", ink});
      } else {
        row.phrases.push_back({"", message.payload, "", ink});
      }
    }
    story_.rows.push_back(std::move(row));
  }

  /// Its payload is a list of fields then, written for people, and no longer bytes.
  bool is_record(const timeline::Message& message) const {
    const auto place = static_cast<std::size_t>(message.lane);
    if (place >= timeline_.lanes.size() || !timeline_.lanes[place].framing) return false;
    return std::holds_alternative<scenario::RecordFraming>(timeline_.lanes[place].framing->kind);
  }

  void add(const Event& event, const timeline::File& file) {
    Row row = row_for(Row::Kind::message, event, file);
    row.source_line = 0;
    row.phrases = file_phrases(file, style_.language);
    story_.rows.push_back(std::move(row));
  }

  void add(const Event& event, const timeline::Note& note) {
    Row row = row_for(Row::Kind::note, event, note);
    row.phrases.push_back({note.text, {}, ""});
    story_.rows.push_back(std::move(row));
  }

  /// One that held is a tick behind its step; one that did not is a row of its own.
  void add(const Event& event, const timeline::Expectation& expectation) {
    std::vector<Row>& rows = story_.rows;
    if (expectation.held) {
      const auto step = std::find_if(rows.rbegin(), rows.rend(), [&](const Row& row) {
        return row.lane == expectation.lane && row.step == expectation.step && row.kind != Row::Kind::note;
      });
      if (step != rows.rend()) {
        step->phrases.push_back({std::string(glyphs_.passed), {}, "", Ink::good});
        return;
      }
    }
    Row row = row_for(Row::Kind::expectation, event, expectation);
    const std::string_view verdict = expectation.held ? glyphs_.passed : glyphs_.failed;
    const Ink ink = expectation.held ? Ink::good : Ink::bad;
    row.phrases.push_back(
        {fmt::format("{} {}", verdict,
                     say("expectation.expected"_text, {{"expected", scenario::printable(expectation.expected)}})),
         {},
         "",
         ink});
    if (!expectation.held) {
      row.phrases.push_back(
          {say("expectation.but-saw"_text, {{"observed", scenario::printable(expectation.observed)}}), {}, "", ink});
    }
    rows.push_back(std::move(row));
  }

  /// Numbers them from top to bottom, as a reader meets them; those of no row come last.
  void add_marks() {
    std::map<timeline::EventId, std::size_t> last_row;
    for (std::size_t row = 0; row < story_.rows.size(); ++row) {
      for (const timeline::EventId id : story_.rows[row].events) last_row[id] = row;
    }
    const auto row_of = [&](std::size_t annotation) {
      const std::vector<timeline::EventId>& events = record_.annotations[annotation].events;
      const auto found = events.empty() ? last_row.end() : last_row.find(events.back());
      return found == last_row.end() ? story_.rows.size() : found->second;
    };
    for (std::size_t index = 0; index < record_.annotations.size(); ++index) story_.annotations.push_back(index);
    std::stable_sort(story_.annotations.begin(), story_.annotations.end(),
                     [&](std::size_t one, std::size_t other) { return row_of(one) < row_of(other); });
    int number = 0;
    for (const std::size_t annotation : story_.annotations) {
      ++number;
      if (const std::size_t row = row_of(annotation); row < story_.rows.size()) {
        story_.rows[row].phrases.push_back({numbered_mark(number, style_), {}, "", Ink::mark});
      }
    }
  }

  const RunRecord& record_;
  const Timeline& timeline_;
  const TerminalStyle& style_;
  const Glyphs& glyphs_;
  std::set<std::int64_t> ports_;  ///< that the file names
  ArrowsOfCalls arrows_;
  Story story_;
  PacketRows packets_;
};

}  // namespace

Story story_of(const RunRecord& record, const TerminalStyle& style) { return Storyteller(record, style).tell(); }

}  // namespace wirelab::render

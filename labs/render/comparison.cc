#include "labs/render/comparison.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "labs/render/call_text.hh"
#include "labs/render/packet_text.hh"
#include "labs/render/page.hh"
#include "labs/render/text.hh"
#include "labs/render/verdict_rows.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {
namespace {

constexpr std::size_t longest_value = 48;  // bytes of a text

// ---------------------------------------------------------------------------------------------------- compare

/// What can be told of a run by a name: of those both have, only the differences are of interest.
using Told = std::vector<std::pair<std::string, std::string>>;

std::vector<Changed> differing(const Told& before, const Told& after) {
  const std::map<std::string, std::string> later(after.begin(), after.end());
  std::vector<Changed> changed;
  for (const auto& [subject, was] : before) {
    const auto found = later.find(subject);
    if (found != later.end() && found->second != was) changed.push_back({subject, was, found->second});
  }
  return changed;
}

/// The second of the same name is `server.recv.count (2)`.
class Names {
 public:
  std::string next(const std::string& name) {
    const int count = ++seen_[name];
    return count == 1 ? name : fmt::format("{} ({})", name, count);
  }

 private:
  std::map<std::string, int> seen_;
};

Told verdicts_of(const RunRecord& record) {
  Told told;
  Names names;
  const auto say = [&](words::TextId id, const words::Arguments& arguments = {}) {
    return words::say(record.language, id, arguments);
  };
  for (const grade::CheckResult& result : record.checks) {
    told.emplace_back(names.next(say("diff.check"_text, {{"metric", result.check.metric}})),
                      verdict_text(result.verdict, record.language));
  }
  for (const grade::PredictionResult& result : record.predictions) {
    told.emplace_back(names.next(say("diff.prediction"_text, {{"metric", result.prediction.metric}})),
                      verdict_text(result.verdict, record.language));
  }
  for (const timeline::Event& event : record.timeline.events) {
    const timeline::Expectation* expectation = event.expectation();
    if (expectation == nullptr) continue;
    const std::string& actor = record.timeline.lanes.at(static_cast<std::size_t>(expectation->lane)).name;
    told.emplace_back(names.next(say("diff.expect"_text, {{"step", actor + "." + expectation->step}})),
                      say(expectation->held ? "diff.met"_text : "diff.not-met"_text));
  }
  return told;
}

std::vector<Changed> changed_metrics(const RunRecord& before, const RunRecord& after) {
  const auto values_of = [&](const RunRecord& record) {
    std::map<std::string, scenario::Value> values;
    for (const auto& [metric, measurement] : record.summary) {
      const bool hidden = is_hidden(before, metric) || is_hidden(after, metric);
      // The order of the steps is told better by where the stories part.
      if (metric == "run.order" || hidden) continue;
      if (measurement.value && !measurement.machine_dependent) values.emplace(metric, *measurement.value);
    }
    return values;
  };
  const auto text_of = [](const scenario::Value* value) {
    return value != nullptr ? scenario::to_text(*value, longest_value) : std::string();
  };
  const std::map<std::string, scenario::Value> earlier = values_of(before);
  const std::map<std::string, scenario::Value> later = values_of(after);
  std::vector<Changed> changed;
  const auto add = [&](const std::string& metric) {
    const auto find = [&](const auto& values) {
      const auto found = values.find(metric);
      return found == values.end() ? nullptr : &found->second;
    };
    const scenario::Value* was = find(earlier);
    const scenario::Value* is = find(later);
    if (was != nullptr && is != nullptr && *was == *is) return;
    changed.push_back({metric, text_of(was), text_of(is)});
    if (changed.back().was == changed.back().is) changed.back().is = words::say(after.language, "diff.other-bytes"_text);
  };
  // In the order of the record; what only the earlier one has comes last.
  for (const auto& [metric, measurement] : after.summary) {
    if (later.contains(metric)) add(metric);
  }
  for (const auto& [metric, value] : earlier) {
    if (!later.contains(metric)) add(metric);
  }
  return changed;
}

/// An explanation that names a line is the same one when the line has moved.
std::string without_line_numbers(std::string_view text, words::Language language) {
  const std::string word = words::say(language, "diff.before-line-number"_text);
  std::string kept;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word)) {
    kept += text.substr(0, at + word.size());
    text.remove_prefix(at + word.size());
    text.remove_prefix(std::min(text.find_first_not_of("0123456789"), text.size()));
  }
  return kept += text;
}

/// Those of `some` that `others` do not have, as often as they have them.
std::vector<explain::Annotation> without(const std::vector<explain::Annotation>& some,
                                         const std::vector<explain::Annotation>& others, words::Language language) {
  const auto key_of = [&](const explain::Annotation& annotation) {
    return std::pair(annotation.rule, without_line_numbers(annotation.seen, language));
  };
  std::multiset<std::pair<std::string, std::string>> known;
  for (const explain::Annotation& annotation : others) known.insert(key_of(annotation));
  std::vector<explain::Annotation> left;
  for (const explain::Annotation& annotation : some) {
    const auto same = known.find(key_of(annotation));
    if (same == known.end()) {
      left.push_back(annotation);
    } else {
      known.erase(same);
    }
  }
  return left;
}

/// What happened, event by event, in words that any run of the scenario has: without lines, times and the kernel's
/// choices. An expectation is a verdict on what happened and no part of it.
class Scenes {
 public:
  explicit Scenes(const RunRecord& record)
      : timeline_(record.timeline), language_(record.language), ports_(ports_of(record.scenario)) {}

  std::vector<Parting::Scene> all() const {
    std::vector<Parting::Scene> scenes;
    for (const timeline::Event& event : timeline_.events) {
      if (event.expectation() != nullptr) continue;
      scenes.push_back(std::visit([&](const auto& what) { return scene(what); }, event.what));
    }
    return scenes;
  }

 private:
  std::string say(words::TextId id, const words::Arguments& arguments = {}) const {
    return words::say(language_, id, arguments);
  }

  std::string name(timeline::LaneIndex lane) const {
    return lane == timeline::nobody ? say("everyone"_text) : timeline_.lanes.at(static_cast<std::size_t>(lane)).name;
  }

  static std::string text_of(const std::vector<Phrase>& phrases) {
    std::string text;
    for (const Phrase& phrase : phrases) {
      text += (text.empty() ? "" : " ") + phrase.before;
      if (phrase.bytes) text += scenario::quoted(*phrase.bytes, longest_value);
      text += phrase.after;
    }
    return text;
  }

  Parting::Scene scene(const timeline::Call& call) const {
    std::vector<Phrase> phrases = call_phrases(without_chosen_port(call, ports_), CallRow::whole, language_);
    if (call.found_blocked) phrases.push_back({say("diff.after-sleeping"_text)});
    if (!call.returned) {
      phrases.push_back({say("diff.never-returned"_text)});
    } else {
      for (Phrase& phrase : result_phrases(timeline_, call, CallRow::whole, language_)) phrases.push_back(std::move(phrase));
    }
    return {fmt::format("{}: {}", name(call.lane), text_of(phrases)), call.line};
  }
  Parting::Scene scene(const timeline::Packet& packet) const {
    const std::string label = labels_of(packet, {}, true, language_).longest_first.front();
    return {fmt::format("{} → {}: {}", name(packet.from), name(packet.to),
                        packet.delivered_at > 0 ? label : say("diff.did-not-arrive"_text, {{"packet", label}})),
            packet.rule_line};
  }
  Parting::Scene scene(const timeline::Message& message) const {
    const std::string what = message.error.empty() ? scenario::quoted(message.payload, longest_value) : message.error;
    const words::TextId id = message.sent ? "diff.message-sent"_text : "diff.message-received"_text;
    return {fmt::format("{}: {}", name(message.lane), say(id, {{"message", what}})), message.line};
  }
  Parting::Scene scene(const timeline::File& file) const {
    return {fmt::format("{}: {}, SHA-256 {}", name(file.lane), text_of(file_phrases(file, language_)), file.sha256),
            file.line};
  }
  Parting::Scene scene(const timeline::Note& note) const {
    const std::string text = scenario::quoted(note.text, longest_value);
    return {fmt::format("{}: {}", name(note.lane), say("diff.note"_text, {{"text", text}})), note.line};
  }
  Parting::Scene scene(const timeline::Expectation&) const { return {}; }

  const timeline::Timeline& timeline_;
  words::Language language_;
  std::set<std::int64_t> ports_;
};

std::optional<Parting> parting_of(const RunRecord& before, const RunRecord& after) {
  const std::vector<Parting::Scene> earlier = Scenes(before).all();
  const std::vector<Parting::Scene> later = Scenes(after).all();
  const auto [was, is] =
      std::mismatch(earlier.begin(), earlier.end(), later.begin(), later.end(),
                    [](const Parting::Scene& one, const Parting::Scene& other) { return one.text == other.text; });
  if (was == earlier.end() && is == later.end()) return std::nullopt;
  Parting parting;
  parting.events_alike = static_cast<std::size_t>(was - earlier.begin());
  if (was != earlier.end()) parting.was = *was;
  if (is != later.end()) parting.is = *is;
  return parting;
}

// ------------------------------------------------------------------------------------------------------ words

constexpr int indent = 2;
constexpr int deeper = 4;
constexpr int longest_told = 240;  // columns of one value or event

/// The most telling of what changed, as parts of a sentence.
std::vector<std::string> gist_of(const StoryChanges& changes, const Page& page) {
  constexpr std::size_t most_named = 4;
  std::vector<std::string> subjects;
  for (const Changed& one : changes.verdicts) {
    subjects.push_back(page.say("check.named"_text, {{"name", one.subject}, {"metric", one.is}}));
  }
  for (const Changed& one : changes.metrics) subjects.push_back(one.subject);
  if (subjects.empty() && !(changes.went.empty() && changes.came.empty())) {
    subjects.push_back(page.say("diff.what-is-explained"_text));
  }
  if (subjects.empty()) subjects.push_back(page.say("diff.what-happens"_text));
  if (subjects.size() > most_named) {
    const auto more = static_cast<std::int64_t>(subjects.size() - (most_named - 1));
    subjects.resize(most_named - 1);
    subjects.push_back(page.say("diff.more"_text, {{"more", more}}));
  }
  return subjects;
}

class ComparisonPage {
 public:
  ComparisonPage(const Comparison& comparison, const TerminalStyle& style) : comparison_(comparison), page_(style) {}

  std::string text() {
    draw_edits();
    draw_changes();
    draw_attempts();
    return page_.text().substr(1);  // a heading has an empty line above it
  }

 private:
  /// `a`, `a and b`, `a, b and c`.
  std::string enumeration(const std::vector<std::string>& things) const {
    std::string text;
    for (std::size_t i = 0; i < things.size(); ++i) {
      if (i > 0) text += page_.say(i + 1 == things.size() ? "list.last-of-words"_text : "list.of-words"_text);
      text += things[i];
    }
    return text;
  }

  std::string change_text(const std::string& was, const std::string& is) const {
    const std::string nothing = page_.say("diff.nothing"_text);
    return fmt::format("{} → {}", was.empty() ? nothing : was, is.empty() ? nothing : is);
  }

  static words::Arguments line_arguments(const scenario::LineRange& lines) {
    return {{"first", std::int64_t{lines.first}}, {"last", std::int64_t{lines.last}}};
  }

  /// Where the later file has it; what is there no longer, by its place in the earlier one.
  std::string place_of(const scenario::LineEdit& edit) const {
    const bool is_removed = edit.after.last < edit.after.first;
    const scenario::LineRange& lines = is_removed ? edit.before : edit.after;
    const bool is_one = lines.first == lines.last;
    return page_.say(is_removed ? (is_one ? "diff.line-taken-out"_text : "diff.lines-taken-out"_text)
                                : (is_one ? "diff.line"_text : "diff.lines"_text),
                     line_arguments(lines));
  }

  std::string place_of(const scenario::Difference& difference) const {
    using Kind = scenario::Difference::Kind;
    const words::Arguments lines = {{"line", std::int64_t{difference.after.line}},
                                    {"before", std::int64_t{difference.before.line}}};
    if (difference.kind == Kind::removed) return page_.say("diff.place-before"_text, lines);
    const bool has_moved = difference.kind != Kind::added && difference.before.line != difference.after.line;
    return page_.say(has_moved ? "diff.place-moved"_text : "diff.place"_text, lines);
  }

  void tell(const std::string& text, int columns = indent, Ink ink = Ink::plain) {
    page_.prose(shorten_end(page_.foreign(text), longest_told, page_.glyphs().ellipsis), columns, ink);
  }
  void tell_signed(std::string_view sign, Ink ink, const std::string& text) {
    page_.prose_after(sign, ink, shorten_end(page_.foreign(text), longest_told, page_.glyphs().ellipsis), deeper);
  }

  void draw_edits() {
    page_.heading(page_.say("heading.edited"_text));
    for (const scenario::Difference& edit : comparison_.edits) {
      tell(page_.say("about"_text, {{"subject", place_of(edit)}, {"told", edit.path}}));
      tell(change_text(edit.was, edit.is), deeper);
    }
  }

  std::string edited_lines() const {
    std::vector<std::string> places;
    for (const scenario::Difference& edit : comparison_.edits) places.push_back(place_of(edit));
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return enumeration(places);
  }

  void draw_changes() {
    const StoryChanges& changes = comparison_.changes;
    page_.heading(page_.say("heading.changed"_text));
    if (changes.none()) {
      const auto edits = static_cast<std::int64_t>(comparison_.edits.size());
      page_.prose(
          page_.foreign(page_.say("diff.changed-nothing"_text, {{"edits", edits}, {"places", edited_lines()}})), indent);
      return;
    }
    for (const Changed& one : changes.verdicts) {
      tell(change_of(one), indent, Ink::strong);
    }
    for (const Changed& one : changes.metrics) {
      tell(change_of(one));
    }
    draw_explanations(page_.say("diff.no-longer-explained"_text), page_.style().ascii ? "-" : "−", Ink::bad, changes.went);
    draw_explanations(page_.say("diff.now-explained"_text), "+", Ink::good, changes.came);
    if (changes.parting) draw_parting(*changes.parting);
  }

  std::string change_of(const Changed& one) const {
    return page_.say("about"_text, {{"subject", one.subject}, {"told", change_text(one.was, one.is)}});
  }

  void draw_explanations(std::string_view title, std::string_view sign, Ink ink,
                         const std::vector<explain::Annotation>& annotations) {
    if (annotations.empty()) return;
    page_.prose(title, indent);
    for (const explain::Annotation& annotation : annotations) {
      tell_signed(sign, ink, fmt::format("{}: {}", annotation.rule, annotation.seen));
    }
  }

  void draw_parting(const Parting& parting) {
    page_.prose(parting.events_alike == 0
                    ? page_.say("diff.nothing-in-common"_text)
                    : page_.say("diff.part"_text, {{"events", static_cast<std::int64_t>(parting.events_alike)}}),
                indent);
    const auto scene = [&](words::TextId when, const Parting::Scene& one) {
      const std::string text = one.text.empty() ? page_.say("diff.nothing-more"_text) : one.text;
      const std::string line = one.line > 0 ? page_.say("diff.at-line"_text, {{"line", std::int64_t{one.line}}}) : "";
      tell(fmt::format("{}{}{}", page_.say(when), text, line), deeper);
    };
    scene("diff.before"_text, parting.was);
    scene("diff.now"_text, parting.is);
  }

  void draw_attempts() {
    if (comparison_.alone.empty()) return;
    page_.heading(page_.say("heading.which-edit"_text));
    for (const Attempt& attempt : comparison_.alone) {
      const scenario::LineEdit& edit = attempt.edit;
      const bool is_removed = edit.after.last < edit.after.first;
      const scenario::LineRange& lines = is_removed ? edit.before : edit.after;
      const words::Arguments arguments = {
          {"place", place_of(edit)},
          {"lines", std::int64_t{lines.last} - lines.first + 1},
          {"what", !attempt.changes            ? ""
                   : attempt.changes->none() ? page_.say("diff.nothing-seen"_text)
                                             : enumeration(gist_of(*attempt.changes, page_))}};
      tell(page_.say(attempt.changes ? "diff.alone"_text : "diff.only-together"_text, arguments));
    }
    if (comparison_.not_tried > 0) {
      const auto more = static_cast<std::int64_t>(comparison_.not_tried);
      tell(page_.say(more == 1 ? "diff.one-not-tried"_text : "diff.not-tried"_text, {{"more", more}}), indent, Ink::faint);
    }
  }

  const Comparison& comparison_;
  Page page_;
};

}  // namespace

StoryChanges compare(const RunRecord& before, const RunRecord& after) {
  const RunRecord earlier = without_uncounted_packets(before);
  const RunRecord later = without_uncounted_packets(after);
  StoryChanges changes;
  changes.verdicts = differing(verdicts_of(earlier), verdicts_of(later));
  changes.metrics = changed_metrics(earlier, later);
  changes.went = without(earlier.annotations, later.annotations, before.language);
  changes.came = without(later.annotations, earlier.annotations, before.language);
  changes.parting = parting_of(earlier, later);
  return changes;
}

std::string to_terminal(const Comparison& comparison, const TerminalStyle& style) {
  return ComparisonPage(comparison, style).text();
}

}  // namespace wirelab::render

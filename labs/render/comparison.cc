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
#include "labs/scenario/utf8.hh"

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
  for (const grade::CheckResult& result : record.checks) {
    told.emplace_back(names.next("check " + result.check.metric), grade::to_text(result.verdict));
  }
  for (const grade::PredictionResult& result : record.predictions) {
    told.emplace_back(names.next("prediction " + result.prediction.metric), grade::to_text(result.verdict));
  }
  for (const timeline::Event& event : record.timeline.events) {
    const timeline::Expectation* expectation = event.expectation();
    if (expectation == nullptr) continue;
    const std::string& actor = record.timeline.lanes.at(static_cast<std::size_t>(expectation->lane)).name;
    told.emplace_back(names.next(fmt::format("expect of {}.{}", actor, expectation->step)),
                      expectation->held ? "met" : "not met");
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
    if (changed.back().was == changed.back().is) changed.back().is = "as long, with other bytes";
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
std::string without_line_numbers(std::string_view text) {
  constexpr std::string_view word = "line ";
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
                                         const std::vector<explain::Annotation>& others) {
  const auto key_of = [](const explain::Annotation& annotation) {
    return std::pair(annotation.rule, without_line_numbers(annotation.seen));
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
  explicit Scenes(const RunRecord& record) : timeline_(record.timeline), ports_(ports_of(record.scenario)) {}

  std::vector<Parting::Scene> all() const {
    std::vector<Parting::Scene> scenes;
    for (const timeline::Event& event : timeline_.events) {
      if (event.expectation() != nullptr) continue;
      scenes.push_back(std::visit([&](const auto& what) { return scene(what); }, event.what));
    }
    return scenes;
  }

 private:
  std::string name(timeline::LaneIndex lane) const {
    return lane == timeline::nobody ? "everyone" : timeline_.lanes.at(static_cast<std::size_t>(lane)).name;
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
    std::vector<Phrase> phrases = call_phrases(without_chosen_port(call, ports_), CallRow::whole);
    if (call.found_blocked) phrases.push_back({"after sleeping in it:"});
    if (!call.returned) {
      phrases.push_back({"and never returned"});
    } else {
      for (Phrase& phrase : result_phrases(timeline_, call, CallRow::whole)) phrases.push_back(std::move(phrase));
    }
    return {fmt::format("{}: {}", name(call.lane), text_of(phrases)), call.line};
  }
  Parting::Scene scene(const timeline::Packet& packet) const {
    const std::string fate = packet.delivered_at > 0 ? "" : ", which did not arrive";
    return {fmt::format("{} → {}: {}{}", name(packet.from), name(packet.to),
                        labels_of(packet, {}, true).longest_first.front(), fate),
            packet.rule_line};
  }
  Parting::Scene scene(const timeline::Message& message) const {
    const std::string what = message.error.empty() ? scenario::quoted(message.payload, longest_value) : message.error;
    return {fmt::format("{}: message {} {}", name(message.lane), message.sent ? "sent:" : "received:", what),
            message.line};
  }
  Parting::Scene scene(const timeline::Note& note) const {
    return {fmt::format("{}: note {}", name(note.lane), scenario::quoted(note.text, longest_value)), note.line};
  }
  Parting::Scene scene(const timeline::Expectation&) const { return {}; }

  const timeline::Timeline& timeline_;
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

std::string lines_text(const scenario::LineRange& lines) {
  return lines.first == lines.last ? fmt::format("line {}", lines.first)
                                   : fmt::format("lines {}–{}", lines.first, lines.last);
}

/// Where the later file has it; what is there no longer, by its place in the earlier one.
std::string place_of(const scenario::LineEdit& edit) {
  const bool is_removed = edit.after.last < edit.after.first;
  return is_removed ? lines_text(edit.before) + " of before, taken out," : lines_text(edit.after);
}

std::string place_of(const scenario::Difference& difference) {
  using Kind = scenario::Difference::Kind;
  if (difference.kind == Kind::removed) return fmt::format("line {} of before", difference.before.line);
  if (difference.kind == Kind::added || difference.before.line == difference.after.line) {
    return fmt::format("line {}", difference.after.line);
  }
  return fmt::format("line {} (line {} of before)", difference.after.line, difference.before.line);
}

std::string change_text(const std::string& was, const std::string& is, const std::string& nothing) {
  return fmt::format("{} → {}", was.empty() ? nothing : was, is.empty() ? nothing : is);
}

/// `a`, `a and b`, `a, b and c`.
std::string enumeration(const std::vector<std::string>& things) {
  std::string text;
  for (std::size_t i = 0; i < things.size(); ++i) {
    if (i > 0) text += i + 1 == things.size() ? " and " : ", ";
    text += things[i];
  }
  return text;
}

/// The most telling of what changed, in half a sentence.
std::string gist_of(const StoryChanges& changes) {
  constexpr std::size_t most_named = 4;
  std::vector<std::string> subjects;
  for (const Changed& one : changes.verdicts) subjects.push_back(fmt::format("{} ({})", one.subject, one.is));
  for (const Changed& one : changes.metrics) subjects.push_back(one.subject);
  if (subjects.empty() && !(changes.went.empty() && changes.came.empty())) subjects.push_back("what is explained");
  if (subjects.empty()) subjects.push_back("what happens, or in which order");
  if (subjects.size() > most_named) {
    const std::size_t more = subjects.size() - (most_named - 1);
    subjects.resize(most_named - 1);
    subjects.push_back(fmt::format("{} more", more));
  }
  return enumeration(subjects);
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
  void tell(const std::string& text, int columns = indent, Ink ink = Ink::plain) {
    page_.prose(shorten_end(page_.foreign(text), longest_told, page_.glyphs().ellipsis), columns, ink);
  }
  void tell_signed(std::string_view sign, Ink ink, const std::string& text) {
    page_.prose_after(sign, ink, shorten_end(page_.foreign(text), longest_told, page_.glyphs().ellipsis), deeper);
  }

  void draw_edits() {
    page_.heading("What was edited");
    for (const scenario::Difference& edit : comparison_.edits) {
      tell(fmt::format("{}: {}", place_of(edit), edit.path));
      tell(change_text(edit.was, edit.is, "(nothing)"), deeper);
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
    page_.heading("What that changed in the story");
    if (changes.none()) {
      const bool one = comparison_.edits.size() == 1;
      page_.prose(page_.foreign(fmt::format("The edit{} at {} changed nothing that can be seen.", one ? "" : "s",
                                            edited_lines())),
                  indent);
      return;
    }
    for (const Changed& one : changes.verdicts) {
      tell(fmt::format("{}: {}", one.subject, change_text(one.was, one.is, "")), indent, Ink::strong);
    }
    for (const Changed& one : changes.metrics) {
      tell(fmt::format("{}: {}", one.subject, change_text(one.was, one.is, "(nothing)")));
    }
    draw_explanations("No longer explained:", page_.style().ascii ? "-" : "−", Ink::bad, changes.went);
    draw_explanations("Now explained:", "+", Ink::good, changes.came);
    if (changes.parting) draw_parting(*changes.parting);
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
                    ? "The two stories have nothing in common from the first event on:"
                    : fmt::format("The stories are the same for {}, then they part:",
                                  count_of(static_cast<std::int64_t>(parting.events_alike), "event")),
                indent);
    const auto scene = [&](std::string_view when, const Parting::Scene& one) {
      const std::string line = one.line > 0 ? fmt::format("  (line {})", one.line) : "";
      tell(fmt::format("{} {}{}", when, one.text.empty() ? "nothing more happened" : one.text, line), deeper);
    };
    scene("before:", parting.was);
    scene("now:   ", parting.is);
  }

  void draw_attempts() {
    if (comparison_.alone.empty()) return;
    page_.heading("Which edit changed what");
    for (const Attempt& attempt : comparison_.alone) {
      std::string place = place_of(attempt.edit);
      const std::string_view ending = place.starts_with("lines") ? "" : "s";
      place.front() = 'L';
      if (!attempt.changes) {
        tell(fmt::format("{} work{} only together with others.", place, ending));
      } else {
        const std::string what = attempt.changes->none() ? "nothing that can be seen" : gist_of(*attempt.changes);
        tell(fmt::format("{} alone change{} {}.", place, ending, what));
      }
    }
    if (comparison_.not_tried > 0) {
      tell(fmt::format("{} not tried alone.", comparison_.not_tried == 1
                                                  ? std::string("One more edit was")
                                                  : fmt::format("{} more edits were", comparison_.not_tried)),
           indent, Ink::faint);
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
  changes.went = without(earlier.annotations, later.annotations);
  changes.came = without(later.annotations, earlier.annotations);
  changes.parting = parting_of(earlier, later);
  return changes;
}

std::string to_terminal(const Comparison& comparison, const TerminalStyle& style) {
  return ComparisonPage(comparison, style).text();
}

}  // namespace wirelab::render

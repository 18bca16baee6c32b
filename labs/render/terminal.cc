#include "labs/render/terminal.hh"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string_view>

#include "labs/render/annotation.hh"
#include "labs/render/datagram_table.hh"
#include "labs/render/lanes.hh"
#include "labs/render/page.hh"
#include "labs/render/stream_ruler.hh"
#include "labs/render/text.hh"
#include "labs/render/verdict_rows.hh"
#include "labs/scenario/column_width.hh"
#include "labs/scenario/metric.hh"
#include "labs/scenario/utf8.hh"
#include "labs/timeline/calls.hh"
#include "labs/timeline/packets.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {

using grade::Verdict;
using timeline::Outcome;

namespace {

constexpr std::size_t longest_value = 48;  // bytes of a text inside an expected or observed value

// --------------------------------------------------------------------------------------------- title and about

void draw_title(const RunRecord& record, Page& page) {
  const scenario::Scenario& scenario = record.scenario;
  Line line = page.line();
  std::string title = scenario.lab > 0 ? page.say("title.lab"_text, {{"lab", std::int64_t{scenario.lab}}}) : "";
  if (!scenario.title.empty()) {
    if (!title.empty()) title += fmt::format(" {} ", page.glyphs().separator);
    title += page.foreign(scenario.title);
  }
  if (title.empty()) title = page.foreign(scenario.file.filename().string());
  const std::string stage = record.timeline.stage.empty()
                                ? ""
                                : page.say("title.stage"_text, {{"stage", page.foreign(record.timeline.stage)}});
  const int room = page.columns() - display_width(stage) - 2;
  if (display_width(title) <= room) {
    line.put(0, title, Ink::strong);
    line.put(page.columns() - display_width(stage), stage, Ink::faint);
    page.add(line);
  } else {
    page.prose(title, 0, Ink::strong);
    if (!stage.empty()) page.prose(stage, 0, Ink::faint);
  }
  Line rule = page.line();
  rule.fill(0, page.columns(), page.glyphs().rule, Ink::faint);
  page.add(rule);
}

char32_t last_character(std::string_view text) {
  std::size_t start = text.size() - 1;
  while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) --start;
  return scenario::first_code_point(text.substr(start)).value;
}

/// The next line of a paragraph. Between characters like 中 there are no blanks, so that a line may end anywhere.
void add_line(std::string& paragraph, std::string_view line) {
  const bool runs_on = !paragraph.empty() && scenario::column_width(last_character(paragraph)) == 2 &&
                       scenario::column_width(scenario::first_code_point(line).value) == 2;
  if (!paragraph.empty() && !runs_on) paragraph += ' ';
  paragraph += line;
}

/// Markdown as far as a plain reader needs it: lines of a paragraph run together, lists and indented code stay lines.
void draw_about(std::string_view about, Page& page) {
  std::string paragraph;
  const auto end_paragraph = [&] {
    if (!paragraph.empty()) page.prose(page.foreign(paragraph), 0);
    paragraph.clear();
  };
  bool blank_wanted = false;
  for (std::size_t start = 0; start < about.size();) {
    const std::size_t end = std::min(about.find('\n', start), about.size());
    std::string_view text = about.substr(start, end - start);
    start = end + 1;
    while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
    const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
    const std::string_view words = text.substr(indent);
    if (words.empty()) {
      end_paragraph();
      blank_wanted = true;
      continue;
    }
    const bool is_item = words.starts_with("- ") || words.starts_with("* ");
    const bool is_code = indent >= 4;
    if (blank_wanted || is_item || is_code) end_paragraph();
    if (std::exchange(blank_wanted, false)) page.blank();
    if (is_code) {
      Line line = page.line();
      line.put(4, page.foreign(words));
      page.add(line);
    } else if (is_item) {
      paragraph.clear();
      page.prose_after("-", Ink::plain, page.foreign(words.substr(2)),
                       2 + static_cast<int>(std::min<std::size_t>(indent, 4)));
    } else {
      add_line(paragraph, words);
    }
  }
  end_paragraph();
}

// ------------------------------------------------------------------------------------------------ annotations

/// In the order in which their marks are met in the timeline above.
void draw_annotations(const RunRecord& record, const Story& story, Page& page) {
  if (record.annotations.empty()) return;
  page.heading(page.say("heading.annotations"_text));
  constexpr int indent = 5;
  int number = 0;
  for (const std::size_t place : story.annotations) {
    const explain::Annotation& annotation = record.annotations[place];
    if (number > 0) page.blank();
    ++number;
    add_annotation(page, annotation, numbered_mark(number, page.style()), indent);
  }
}

// ------------------------------------------------------------------------------------------------- verdicts

/// `:36`, as in the margin of the timeline.
std::string line_text(int source_line) { return source_line > 0 ? fmt::format(":{}", source_line) : std::string(); }

/// `scenarios/lab2/mine.yaml:36`, for an editor to jump to. Where the file lies differs between machines.
std::string place_text(const RunRecord& record, int source_line, const Page& page) {
  const std::filesystem::path& file = record.scenario.file;
  return (page.style().canonical ? file.filename() : file).generic_string() + line_text(source_line);
}

/// Observed times differ from run to run.
bool is_left_out(std::string_view metric, const Page& page) {
  const auto known = scenario::parse_metric(metric);
  return page.style().canonical && known && known->observed_time;
}

std::string value_text(std::string_view metric, const std::optional<scenario::Value>& value, const Page& page) {
  if (is_left_out(metric, page)) return page.say("value.another-time"_text);
  return value ? scenario::to_text(*value, longest_value) : page.say("value.not-observable"_text);
}

/// The lines of the file that the evidence came from: `lines 20, 26`.
std::string evidence_text(const RunRecord& record, const std::vector<timeline::EventId>& events, const Page& page) {
  constexpr std::size_t most_lines = 8;
  std::vector<int> lines;
  for (const timeline::EventId id : events) {
    const timeline::Call* call = record.timeline.call(id);
    if (call != nullptr && call->line > 0) lines.push_back(call->line);
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::string text;
  for (std::size_t index = 0; index < std::min(lines.size(), most_lines); ++index) {
    if (index > 0) text += page.say("list.of-words"_text);
    text += fmt::format("{}", lines[index]);
  }
  if (lines.size() > most_lines) text += " …";
  if (text.empty()) return text;
  return page.say(lines.size() == 1 ? "evidence.line"_text : "evidence.lines"_text, {{"lines", text}});
}

void draw_evidence(const RunRecord& record, const std::vector<timeline::EventId>& events, Page& page) {
  const std::string lines = evidence_text(record, events, page);
  if (!lines.empty()) draw_detail(page.say("detail.seen-at"_text), lines, Ink::faint, page);
}

/// The explanation that a reader has met above under its number, in short.
void draw_explanation(const RunRecord& record, const Story& story, std::size_t place, Page& page) {
  constexpr int longest_reminder = 120;
  const auto drawn = std::find(story.annotations.begin(), story.annotations.end(), place);
  const int number = static_cast<int>(drawn - story.annotations.begin()) + 1;
  const std::string seen = page.foreign(record.annotations[place].seen);
  draw_detail(page.say("detail.because"_text),
              fmt::format("{} {}", numbered_mark(number, page.style()),
                          shorten_end(seen, longest_reminder, page.glyphs().ellipsis)),
              Ink::plain, page);
}

void draw_predictions(const RunRecord& record, const Story& story, Page& page) {
  if (record.predictions.empty()) return;
  page.heading(page.say("heading.predictions"_text));
  bool any_unanswered = false;
  for (const grade::PredictionResult& result : record.predictions) {
    const scenario::Prediction& prediction = result.prediction;
    const std::string at = line_text(prediction.at.line);
    if (!prediction.guess) {
      const bool hidden = is_hidden(record, prediction.metric);
      any_unanswered = any_unanswered || hidden;
      const words::Arguments it_was = {{"metric", prediction.metric},
                                       {"value", value_text(prediction.metric, result.observed, page)}};
      draw_verdict(Verdict::unanswered,
                   hidden ? page.say("about"_text, {{"subject", prediction.metric}, {"told", "???"}})
                          : page.say("prediction.not-answered"_text, it_was),
                   at, page);
      continue;
    }
    const std::string guess = scenario::to_text(*prediction.guess, longest_value);
    if (result.verdict == Verdict::passed) {
      draw_verdict(result.verdict, page.say("prediction.right"_text, {{"metric", prediction.metric}, {"guess", guess}}),
                   at, page);
      continue;
    }
    draw_verdict(result.verdict, prediction.metric, at, page);
    draw_detail(page.say("detail.you-said"_text), guess, Ink::plain, page);
    draw_detail(page.say("detail.it-was"_text), value_text(prediction.metric, result.observed, page), Ink::strong,
                page);
    if (const auto place = explanation_of(record, result)) draw_explanation(record, story, *place, page);
    draw_evidence(record, result.events, page);
    draw_detail(page.say("detail.written-at"_text), place_text(record, prediction.at.line, page), Ink::faint, page);
  }
  if (any_unanswered) {
    page.prose(page.foreign(page.say("predictions.write-yours"_text)), verdict_indent, Ink::faint);
  }
}

std::string points_text(std::int64_t points, std::int64_t possible, const Page& page) {
  return page.say("points"_text, {{"points", points}, {"possible", possible}});
}

std::string points_text(const grade::CheckResult& result, const Page& page) {
  const bool counts = result.verdict == Verdict::passed || result.verdict == Verdict::failed;
  return counts ? points_text(result.points(), result.check.points, page)
                : verdict_text(result.verdict, page.style().language);
}

void draw_check(const RunRecord& record, const grade::CheckResult& result, Page& page) {
  const scenario::Check& check = result.check;
  const std::string right = fmt::format("{}  {}", points_text(result, page), line_text(check.at.line));
  const std::string expected = scenario::to_text(check.expected, longest_value);
  const std::string subject = check.name.empty()
                                  ? check.metric
                                  : page.say("check.named"_text, {{"name", check.name}, {"metric", check.metric}});
  if (is_hidden(record, check)) {
    draw_verdict(result.verdict, page.say("check.hidden"_text, {{"subject", subject}}), right, page);
    return;
  }
  if (result.verdict == Verdict::failed) {
    draw_verdict(result.verdict, subject, right, page);
    draw_detail(page.say("detail.expected"_text), expected, Ink::plain, page);
    draw_detail(page.say("detail.seen"_text), value_text(check.metric, result.observed, page), Ink::bad, page);
    draw_evidence(record, result.events, page);
    draw_detail(page.say("detail.written-at"_text), place_text(record, check.at.line, page), Ink::faint, page);
    if (!check.misconception.empty())
      draw_detail(page.say("detail.looks-like"_text), check.misconception, Ink::plain, page);
  } else if (check.expected.kind == scenario::Expected::Kind::equals || result.verdict != Verdict::passed) {
    draw_verdict(result.verdict, page.say("about"_text, {{"subject", subject}, {"told", expected}}), right, page);
  } else if (is_left_out(check.metric, page)) {
    draw_verdict(result.verdict, page.say("about"_text, {{"subject", subject}, {"told", expected}}), right, page);
  } else {
    draw_verdict(result.verdict,
                 page.say("check.seen"_text, {{"subject", subject},
                                              {"expected", expected},
                                              {"observed", value_text(check.metric, result.observed, page)}}),
                 right, page);
  }
  if (!check.because.empty() && result.verdict != Verdict::not_observable) {
    page.prose(page.foreign(check.because), detail_indent, Ink::faint);
  }
}

void draw_checks(const RunRecord& record, Page& page) {
  if (record.checks.empty()) return;
  page.heading(page.say("heading.checks"_text));
  std::int64_t points = 0;
  std::int64_t possible = 0;
  for (const grade::CheckResult& result : record.checks) {
    draw_check(record, result, page);
    if (result.verdict == Verdict::passed || result.verdict == Verdict::failed) {
      points += result.points();
      possible += result.check.points;
    }
  }
  if (possible == 0) return;
  Line total = page.line();
  total.put(verdict_indent, points_text(points, possible, page), Ink::strong);
  page.add(total);
}

void draw_failed_expectations(const RunRecord& record, Page& page) {
  bool first = true;
  for (const timeline::Event& event : record.timeline.events) {
    const timeline::Expectation* expectation = event.expectation();
    if (expectation == nullptr || expectation->held) continue;
    if (std::exchange(first, false)) page.heading(page.say("heading.expectations"_text));
    const auto lane = static_cast<std::size_t>(expectation->lane);
    const std::string actor = lane < record.timeline.lanes.size() ? record.timeline.lanes[lane].name + "." : "";
    draw_verdict(Verdict::failed, actor + expectation->step, line_text(expectation->line), page);
    draw_detail(page.say("detail.expected"_text), expectation->expected, Ink::plain, page);
    draw_detail(page.say("detail.seen"_text), expectation->observed, Ink::bad, page);
    draw_detail(page.say("detail.written-at"_text), place_text(record, expectation->line, page), Ink::faint, page);
  }
}

void draw_deaths(const RunRecord& record, Page& page) {
  bool first = true;
  for (std::size_t lane = 0; lane < record.timeline.lanes.size(); ++lane) {
    const timeline::Lane& dead = record.timeline.lanes[lane];
    if (!died_unexpectedly(record, dead)) continue;
    if (std::exchange(first, false)) page.heading(page.say("heading.deaths"_text));
    const timeline::Event* death = timeline::death_of(record.timeline, static_cast<timeline::LaneIndex>(lane));
    draw_verdict(Verdict::failed, page.say("death"_text, {{"actor", dead.name}, {"error", dead.failure}}),
                 line_text(death == nullptr ? 0 : timeline::line_of(*death)), page);
  }
}

// -------------------------------------------------------------------------------------------------- outcome

/// At its end whoever waits for nothing any more has come to its own.
bool has_ended(const timeline::Timeline& timeline, timeline::LaneIndex lane) {
  return std::none_of(timeline.waits.begin(), timeline.waits.end(),
                      [&](const timeline::Wait& wait) { return wait.lane == lane; });
}

void draw_waits(const RunRecord& record, Page& page) {
  const auto name_of = [&](timeline::LaneIndex lane) {
    return lane >= 0 && static_cast<std::size_t>(lane) < record.timeline.lanes.size()
               ? record.timeline.lanes[static_cast<std::size_t>(lane)].name
               : std::string();
  };
  for (const timeline::Wait& wait : record.timeline.waits) {
    const std::string other = name_of(wait.waits_for);
    const words::TextId id = other.empty()                                ? "waits"_text
                             : wait.waits_for == wait.lane                ? "waits.for-itself"_text
                             : has_ended(record.timeline, wait.waits_for) ? "waits.for-ended"_text
                                                                          : "waits.for"_text;
    const std::string text =
        page.say(id, {{"actor", name_of(wait.lane)}, {"doing", std::vector{wait.doing}}, {"other", other}});
    draw_signed({page.glyphs().asleep, Ink::mark}, text, line_text(wait.line), page);
  }
}

words::TextId why_nobody_moves(const timeline::Timeline& timeline) {
  const bool all_asleep = std::all_of(timeline.waits.begin(), timeline.waits.end(),
                                      [](const timeline::Wait& wait) { return wait.doing.id == "wait.asleep"_text; });
  if (!all_asleep) return "deadlock.nobody-can-go-on"_text;
  return timeline.waits.size() == timeline.lanes.size() ? "deadlock.everybody-sleeps"_text
                                                        : "deadlock.the-others-sleep"_text;
}

void draw_outcome(const RunRecord& record, Page& page) {
  const timeline::Timeline& timeline = record.timeline;
  switch (timeline.outcome) {
    case Outcome::completed:
      return;
    case Outcome::deadlock:
      page.heading(page.say("heading.deadlock"_text));
      page.prose(page.say(why_nobody_moves(timeline)), 0);
      draw_waits(record, page);
      break;
    case Outcome::timeout:
      page.heading(page.say("heading.timeout"_text));
      draw_waits(record, page);
      break;
    case Outcome::not_possible_here:
      page.heading(page.say("heading.not-possible-here"_text));
      break;
    case Outcome::interrupted:
      page.heading(page.say("heading.interrupted"_text));
      page.prose(page.say("interrupted"_text), 0);
      break;
    case Outcome::unanswered:
      page.heading(page.say("heading.unanswered"_text));
      page.prose(page.say("unanswered"_text), 0);
      for (const scenario::Position& position : record.scenario.unanswered) {
        draw_verdict(Verdict::unanswered, page.say("unanswered.here"_text), place_text(record, position.line, page),
                     page);
      }
      break;
  }
  if (!timeline.outcome_reason.empty()) {
    page.prose(page.foreign(words::say(record.language, timeline.outcome_reason)), 0);
  }
}

void draw_left_out(const timeline::Timeline& timeline, Page& page) {
  if (timeline.left_out.empty()) return;
  std::map<scenario::PacketKind, std::int64_t> kinds;
  std::int64_t all = 0;
  for (const timeline::LeftOut& alike : timeline.left_out) {
    kinds[alike.kind] += alike.count;
    all += alike.count;
  }
  std::vector<std::string> counts;
  for (const auto& [kind, count] : kinds) counts.push_back(fmt::format("{} {}", count, timeline::to_text(kind)));
  page.blank();
  const std::string kinds_shown = fmt::format("{}", fmt::join(counts, page.say("list.of-words"_text)));
  page.prose(page.say("left-out.counted"_text, {{"packets", all}, {"kinds", kinds_shown}}), 0, Ink::faint);
}

std::string page_of(const RunRecord& record, const TerminalStyle& style) {
  Page page(style);
  draw_title(record, page);
  draw_about(record.scenario.about, page);
  if (!record.timeline.stage_note.empty()) {
    if (!record.scenario.about.empty()) page.blank();
    page.prose(page.foreign(words::say(record.language, record.timeline.stage_note)), 0, Ink::faint);
  }
  const Story story = story_of(record, style);
  if (!story.rows.empty()) {
    page.blank();
    draw_timeline(record.timeline, story.rows, page);
  }
  draw_left_out(record.timeline, page);
  draw_outcome(record, page);
  draw_annotations(record, story, page);
  draw_streams(record.timeline, page);
  draw_datagrams(record.timeline, page);
  draw_deaths(record, page);
  draw_failed_expectations(record, page);
  draw_predictions(record, story, page);
  draw_checks(record, page);
  return page.text();
}

}  // namespace

std::string to_terminal(const RunRecord& record, const TerminalStyle& style) {
  TerminalStyle sane = style;
  sane.columns = std::max(style.columns, 40);
  sane.language = record.language;
  return sane.canonical ? page_of(without_uncounted_packets(record), sane) : page_of(record, sane);
}

}  // namespace wirelab::render

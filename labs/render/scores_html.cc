#include "labs/render/scores_html.hh"

#include <fmt/format.h>

#include <algorithm>

#include "labs/render/markup.hh"
#include "labs/render/text.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::ClassScore;
using grade::ExerciseScore;
using grade::Finding;
using grade::SubmissionScore;

namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ground: #fff; --text: #1c2024; --faint: #5f6b76; --line: #dde2e7; --band: #f5f7f9;
  --good: #1a6b3c; --good-ground: #e3f4e9; --bad: #a8281e; --bad-ground: #fbe9e7; --odd: #7a4d00; --odd-ground: #fdf1d7;
  --bar: #3d6fb6; }
@media (prefers-color-scheme: dark) { :root { --ground: #15181b; --text: #e4e7ea; --faint: #98a3ad; --line: #30363c;
  --band: #1d2125; --good: #7fd3a0; --good-ground: #15301f; --bad: #f3a199; --bad-ground: #3a1b18; --odd: #ecc46e;
  --odd-ground: #352812; --bar: #6d9be0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.5rem 4rem; max-width: 76rem; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
h3 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
h1, h3, summary, .name, p { overflow-wrap: anywhere; }
a { color: inherit; text-underline-offset: .2em; text-decoration-color: var(--faint); }
.faint, .worth { color: var(--faint); font-weight: normal; }
.facts { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0; padding: 0; list-style: none; }
.facts li { flex: 1 1 8rem; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: .5rem; color: var(--faint); }
.facts b { display: block; font-size: 1.5rem; line-height: 1.3; color: var(--text); font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { padding: .35rem .75rem; text-align: right; white-space: nowrap; }
th:first-child { text-align: left; }
thead th { border-bottom: 1px solid var(--line); background: var(--band); vertical-align: bottom; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.scores th:first-child { position: sticky; left: 0; background: var(--ground); max-width: 22rem; overflow: hidden;
  text-overflow: ellipsis; }
.scores thead th:first-child { background: var(--band); }
td.full { background: var(--good-ground); color: var(--good); }
td.none { background: var(--bad-ground); color: var(--bad); }
td.total { font-weight: 600; }
.flag { display: inline-block; min-width: .7em; color: var(--odd); font-weight: 700; text-align: left; }
.legend { margin: .5rem 0 0; color: var(--faint); font-size: .9rem; }
.bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: .4rem .9rem; align-items: center; margin: 0; }
.bars dt { overflow-wrap: anywhere; } .bars dd { margin: 0; }
.bar { height: .8rem; border-radius: .2rem; background: var(--bar); min-width: 2px; print-color-adjust: exact; }
details { border-top: 1px solid var(--line); }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { display: flex; gap: 1rem; padding: .55rem .25rem; cursor: pointer; font-weight: 600; }
summary::before { content: "▸"; color: var(--faint); }
details[open] > summary::before { content: "▾"; }
summary .points, h3 .points, li .points { margin-left: auto; white-space: nowrap; font-variant-numeric: tabular-nums; }
details > div { padding: 0 .25rem 1.25rem 1.6rem; scroll-margin-top: 3.5rem; }
h3 { display: flex; gap: 1rem; }
.cases { margin: 0; padding: 0; list-style: none; }
.cases li { padding: .2rem 0; }
.case { display: flex; gap: .6rem; }
.mark { width: 1.1em; text-align: center; font-weight: 700; }
.passed .mark { color: var(--good); } .failed .mark { color: var(--bad); } .error .mark { color: var(--odd); }
.tag { align-self: center; padding: 0 .45rem; border-radius: .6rem; background: var(--band); color: var(--faint);
  font-size: .8rem; white-space: nowrap; }
.error .tag { background: var(--odd-ground); color: var(--odd); }
.finding { margin: .25rem 0 .5rem .5rem; padding: .4rem .9rem; border-left: 3px solid var(--line); }
.finding p { margin: 0; white-space: pre-wrap; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  details::details-content { content-visibility: visible; block-size: auto; }
  summary::before { content: none; }
  .wide { overflow: visible; border: 0; }
  .scores th:first-child { position: static; }
  thead { display: table-header-group; }
  tr, .cases li, h3, summary { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
}
)";

/// `full`, `some`, `none`: what a cell is coloured by.
std::string_view share_of(std::int64_t points, std::int64_t max_points) {
  if (points == 0 && max_points > 0) return "none";
  return points == max_points ? "full" : "some";
}

std::string named(const ExerciseScore& exercise) {
  const std::string name = markup_text(exercise_name(exercise));
  if (exercise.title.empty()) return name;
  return fmt::format("{} <span class=\"faint\">{}</span>", name, markup_text(exercise.title));
}

std::string fact(std::string_view value, std::string_view meaning) {
  return fmt::format("<li><b>{}</b> {}</li>\n", value, meaning);
}

std::string facts(const ClassScore& scores, const ClassSummary& summary) {
  return "<ul class=\"facts\">\n" + fact(std::to_string(scores.submissions.size()), "submissions") +
         fact(fmt::format("{:.15g}", summary.median), fmt::format("median of {} points", summary.max_points)) +
         fact(std::to_string(summary.full), "with all points") + fact(std::to_string(summary.none), "with no points") +
         fact(std::to_string(summary.inconclusive), "with something inconclusive") + "</ul>\n";
}

std::string misconceptions(const ClassSummary& summary) {
  if (summary.misconceptions.empty()) return "";
  std::string text = "<h2>Misconceptions, and how many students show them</h2>\n<dl class=\"bars\">\n";
  const int most = summary.misconceptions.front().second;
  for (const auto& [name, students] : summary.misconceptions) {
    text += fmt::format(
        "<dt>{}</dt><dd><div class=\"bar\" style=\"width: {}%\"></div></dd><dd data-misconception=\"{}\">{}</dd>\n",
        markup_text(name), 100 * students / most, markup_attribute(name), students);
  }
  return text + "</dl>\n";
}

std::string cell(const ExerciseScore* exercise) {
  if (exercise == nullptr) return "<td></td>";
  return fmt::format("<td class=\"{}\">{}<span class=\"flag\">{}</span></td>",
                     share_of(exercise->points(), exercise->max_points()),
                     is_not_handed_in(*exercise) ? "–" : std::to_string(exercise->points()), flags_of(*exercise));
}

std::string table(const ClassScore& scores) {
  const std::vector<ExerciseColumn> columns = columns_of(scores);
  std::string text = "<h2>Students</h2>\n<div class=\"wide\"><table class=\"scores\">\n<thead><tr><th>Student</th>";
  for (const ExerciseColumn& column : columns) {
    text += fmt::format(
        "<th title=\"{}\">{}<span class=\"flag\"></span><br><span class=\"worth\">{}</span><span "
        "class=\"flag\"></span></th>",
        markup_attribute(exercise_name(*column.exercise)), column.number, column.worth);
  }
  text += "<th>Total</th></tr></thead>\n<tbody>\n";
  int number = 0;
  for (const SubmissionScore& submission : scores.submissions) {
    text += fmt::format(
        "<tr data-student=\"{0}\" data-points=\"{1}\" data-max=\"{2}\"><th scope=\"row\"><a "
        "href=\"#s{3}\">{4}</a></th>",
        markup_attribute(submission.student), submission.points(), submission.max_points(), ++number,
        markup_text(submission.student));
    for (const ExerciseColumn& column : columns) text += cell(find_exercise(submission, *column.exercise));
    text += fmt::format("<td class=\"total {}\">{} of {}</td></tr>\n",
                        share_of(submission.points(), submission.max_points()), submission.points(),
                        submission.max_points());
  }
  text += "</tbody></table></div>\n<p class=\"legend\">";
  for (const ExerciseColumn& column : columns) {
    text += fmt::format("{} {}<br>\n", column.number, named(*column.exercise));
  }
  for (const Flag& flag : flags)
    text += fmt::format("<span class=\"flag\">{}</span> {}<br>\n", flag.sign, flag.meaning);
  return text + "– not handed in</p>\n";
}

std::string finding_block(const ExerciseScore& exercise, const Finding& finding) {
  std::string text = "<div class=\"finding\">";
  const auto add = [&](std::string_view before, const std::string& foreign, std::string_view after) {
    if (!foreign.empty()) text += fmt::format("{}{}{}", before, markup_text(foreign), after);
  };
  add("<p class=\"faint\">", place_of(exercise, finding), "</p>");
  add("<p>", finding.message, "</p>");
  add("<p>looks like <b>", finding.misconception, "</b></p>");
  add("<p class=\"faint\">", finding.because, "</p>");
  return text + "</div>";
}

std::string case_item(const ExerciseScore& exercise, const CaseScore& score) {
  const Standing standing = standing_of(score);
  const bool is_passed = standing == Standing::passed;
  const std::string_view outcome = score.outcome();
  std::string text = fmt::format(
      "<li class=\"{}\" data-exercise=\"{}\" data-case=\"{}\" data-outcome=\"{}\" data-points=\"{}\" data-max=\"{}\">"
      "<div class=\"case\"><span class=\"mark\">{}</span><span class=\"name\">{}</span>",
      is_passed                      ? "passed"
      : standing == Standing::failed ? "failed"
                                     : "error",
      markup_attribute(exercise_name(exercise)), markup_attribute(score.name), outcome, score.points(),
      score.max_points,
      is_passed                      ? "✓"
      : standing == Standing::failed ? "✗"
                                     : "!",
      markup_text(score.name));
  if (!meaning_of(outcome).empty()) {
    text += fmt::format("<span class=\"tag\" title=\"{}\">{}</span>", meaning_of(outcome), outcome);
  }
  if (score.hidden) text += "<span class=\"tag\">hidden</span>";
  text += fmt::format("<span class=\"points\">{} of {}</span></div>", score.points(), score.max_points);
  for (const Finding& finding : score.findings) text += finding_block(exercise, finding);
  return text + "</li>\n";
}

std::string submission_block(const SubmissionScore& submission, int number) {
  std::string text = fmt::format(
      "<details data-student=\"{}\"><summary>{}<span class=\"points\">{} of {}</span></summary>\n<div id=\"s{}\">\n",
      markup_attribute(submission.student), markup_text(submission.student), submission.points(),
      submission.max_points(), number);
  for (const ExerciseScore& exercise : submission.exercises) {
    text += fmt::format("<h3><span>{}</span><span class=\"points\">{} of {}</span></h3>\n<ul class=\"cases\">\n",
                        named(exercise), exercise.points(), exercise.max_points());
    for (const CaseScore& score : exercise.cases) text += case_item(exercise, score);
    text += "</ul>\n";
    const std::string more = hidden_checks(exercise.hidden_cases, exercise.hidden_points);
    if (!more.empty()) text += fmt::format("<p class=\"faint\">{}</p>\n", more);
  }
  return text + "</div></details>\n";
}

}  // namespace

std::string to_html(const ClassScore& scores) {
  const std::string title = markup_text(scores.title.empty() ? "Scores" : scores.title);
  std::string text = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n"
      "<h1>{0}</h1>\n",
      title, style);
  const ClassSummary summary = summary_of(scores);
  text += facts(scores, summary) + table(scores) + misconceptions(summary);
  text += "<h2>In detail</h2>\n";
  int number = 0;
  for (const SubmissionScore& submission : scores.submissions) text += submission_block(submission, ++number);
  return text + "</body>\n</html>\n";
}

}  // namespace wirelab::render

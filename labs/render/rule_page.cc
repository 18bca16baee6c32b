#include "labs/render/rule_page.hh"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "labs/explain/pages.hh"
#include "labs/render/page.hh"
#include "labs/render/text.hh"

namespace wirelab::render {
namespace {

constexpr int indent = 2;

void draw_lesson(std::string_view lesson, bool needs_hosts, Page& page) {
  constexpr std::string_view folder = "lab";
  constexpr int file_indent = 10;
  const std::string file = fmt::format("scenarios/{}.yaml", lesson);
  Line line = page.line();
  // The pair that is played side by side is of no lab.
  if (lesson.starts_with(folder)) {
    const std::string lab(lesson.substr(folder.size(), lesson.find('/') - folder.size()));
    line.put(indent, page.say("explain.lab"_text, {{"lab", lab}}));
  }
  const int end = line.put(file_indent, file, Ink::strong);
  if (needs_hosts) line.put(end + 2, page.say("explain.needs-hosts"_text), Ink::faint);
  page.add(line);
}

/// Those that every machine can play first, of each kind those that a student meets first.
void draw_lessons(const explain::Lessons& lessons, Page& page) {
  constexpr std::size_t most_lessons = 6;
  const std::size_t all = lessons.everywhere.size() + lessons.with_hosts.size();
  if (all == 0) page.prose(page.say("explain.no-lesson"_text), indent);
  std::size_t shown = 0;
  for (const bool needs_hosts : {false, true}) {
    for (const std::string_view lesson : needs_hosts ? lessons.with_hosts : lessons.everywhere) {
      if (shown == most_lessons) break;
      ++shown;
      draw_lesson(lesson, needs_hosts, page);
    }
  }
  if (shown == all) return;
  const auto more = static_cast<std::int64_t>(all - shown);
  page.prose(fmt::format("{} {}", page.glyphs().ellipsis, page.say("explain.more-lessons"_text, {{"lessons", more}})),
             indent, Ink::faint);
}

}  // namespace

std::string list_of_rules(const TerminalStyle& style) {
  Page page(style);
  std::size_t longest = 0;
  for (const auto& [rule, about] : explain::rule_pages(style.language)) longest = std::max(longest, rule.size());
  for (const explain::Subject& subject : explain::subjects()) {
    page.heading(page.say(subject.heading));
    for (const std::string_view rule : subject.rules) {
      Line line = page.line();
      line.put(indent, rule, Ink::strong);
      line.put(indent + static_cast<int>(longest) + 2, explain::rule_pages(style.language).at(rule).title);
      page.add(line);
    }
  }
  page.blank();
  page.prose(page.say("explain.how"_text), 0, Ink::faint);
  return page.text().substr(1);  // a heading has an empty line above it
}

std::string page_of_rule(std::string_view rule, const TerminalStyle& style) {
  Page page(style);
  const explain::RulePage& about = explain::rule_pages(style.language).at(rule);
  page.prose(fmt::format("{} {} {}", rule, page.glyphs().separator, about.title), 0, Ink::strong);
  page.heading(page.say("explain.what"_text));
  page.prose(about.what, indent);
  page.heading(page.say("explain.why"_text));
  page.prose(about.why, indent);
  page.heading(page.say("explain.lessons"_text));
  draw_lessons(explain::lessons_showing(rule), page);
  if (const std::vector<std::string_view> references = explain::references_of(rule); !references.empty()) {
    page.heading(page.say("explain.references"_text));
    page.prose(page.foreign(fmt::format("{}", fmt::join(references, page.say("list.of-words"_text)))), indent);
  }
  return page.text();
}

}  // namespace wirelab::render

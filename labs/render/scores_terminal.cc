#include "labs/render/scores_terminal.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "labs/render/page.hh"
#include "labs/render/text.hh"
#include "labs/render/verdict_rows.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::ClassScore;
using grade::ExerciseScore;
using grade::Finding;
using grade::SubmissionScore;

namespace {

std::string points_text(std::int64_t points, std::int64_t max_points, const Page& page) {
  return page.say("scores.points"_text, {{"points", points}, {"most", max_points}});
}

std::string named_exercise(const ExerciseScore& exercise, const Page& page) {
  const std::string name = page.foreign(exercise_name(exercise));
  if (exercise.title.empty()) return name;
  return fmt::format("{} {} {}", name, page.glyphs().separator, page.foreign(exercise.title));
}

void draw_heading(const std::string& text, Page& page) {
  page.heading(shorten_end(text, page.columns(), page.glyphs().ellipsis));
}

// ---------------------------------------------------------------------------------------------- one submission

/// `  12 | text` of a diagnostic and the caret below it, whose columns must stay under each other.
bool is_excerpt(std::string_view line) {
  const std::size_t bar = line.find_first_not_of(" 0123456789");
  return line.starts_with(' ') && bar != std::string_view::npos && line[bar] == '|';
}

void draw_finding(const ExerciseScore& exercise, const Finding& finding, Page& page) {
  if (const std::string place = place_of(exercise, finding); !place.empty()) {
    page.prose(page.foreign(place), detail_indent, Ink::faint);
  }
  for (const std::string& line : harmless_lines(finding.message)) {
    if (is_excerpt(line)) {
      page.verbatim(page.foreign(line), detail_indent);
    } else {
      page.prose(page.foreign(line), detail_indent);
    }
  }
  if (!finding.misconception.empty())
    draw_detail(page.say("scores.looks-like"_text), finding.misconception, Ink::plain, page);
  if (!finding.because.empty()) draw_detail(page.say("scores.because"_text), finding.because, Ink::faint, page);
}

void draw_exercise(const ExerciseScore& exercise, Audience audience, Page& page) {
  draw_heading(named_exercise(exercise, page), page);
  std::set<std::string_view> explained;
  for (const CaseScore& score : exercise.cases) {
    const std::string_view outcome = score.outcome();
    const words::Language language = page.style().language;
    const std::string meaning = meaning_of(outcome, language);
    const std::string points = points_text(score.points(), score.max_points, page);
    draw_verdict(score.verdict, case_name(score, audience, language),
                 meaning.empty() ? points : fmt::format("{}  {}", outcome_in_words(outcome, language), points), page);
    if (!meaning.empty() && explained.insert(outcome).second) {
      page.prose(page.foreign(meaning), detail_indent, Ink::faint);
    }
    if (score.hidden && audience == Audience::student) continue;
    for (const Finding& finding : score.findings) draw_finding(exercise, finding, page);
  }
  page.prose(points_text(exercise.points(), exercise.max_points(), page), verdict_indent, Ink::strong);
  if (exercise.hidden_cases > 0) {
    page.prose(hidden_checks(exercise.hidden_cases, exercise.hidden_points, page.style().language), verdict_indent,
               Ink::faint);
  }
}

/// `2 unanswered, 1 inconclusive`: the cases in which there is something left to do.
std::string open_cases(const SubmissionScore& submission, const Page& page) {
  constexpr std::array<std::string_view, 4> open{"unanswered", "not-handed-in", "inconclusive", "did-not-finish"};
  std::string text;
  for (const std::string_view outcome : open) {
    const int count = count_outcome(submission, outcome);
    if (count == 0) continue;
    if (!text.empty()) text += page.say("list.of-words"_text);
    text += page.say("scores.open"_text,
                     {{"cases", std::int64_t{count}}, {"outcome", outcome_in_words(outcome, page.style().language)}});
  }
  return text;
}

void draw_total(const SubmissionScore& submission, Page& page) {
  page.heading(page.say("scores.total"_text));
  page.prose(points_text(submission.points(), submission.max_points(), page), verdict_indent, Ink::strong);
  if (const std::string open = open_cases(submission, page); !open.empty()) {
    page.prose(page.say("scores.still-open"_text, {{"open", open}}), verdict_indent);
  }
  int cases = 0;
  std::int64_t points = 0;
  for (const ExerciseScore& exercise : submission.exercises) {
    cases += exercise.hidden_cases;
    points += exercise.hidden_points;
  }
  if (cases > 0) page.prose(hidden_checks(cases, points, page.style().language), verdict_indent, Ink::faint);
}

/// What an exercise is as a whole: done, begun, or not even that.
grade::Verdict standing_of_all(const ExerciseScore& exercise) {
  if (exercise.points() == exercise.max_points()) return grade::Verdict::passed;
  const bool any_open = std::ranges::any_of(exercise.cases, [](const CaseScore& score) {
    return score.verdict == grade::Verdict::unanswered || score.ending == grade::Ending::not_handed_in;
  });
  return any_open ? grade::Verdict::unanswered : grade::Verdict::failed;
}

// -------------------------------------------------------------------------------------------------- the class

struct Cell {
  std::string points;  ///< to the right, so that digits stand under digits
  std::string flags;   ///< behind them
  Ink ink = Ink::plain;
};

struct Column {
  Cell title;
  Cell worth;
  std::vector<Cell> cells;  ///< one a submission

  template <typename Visit>
  int widest(Visit part) const {
    int width = std::max(display_width(part(title)), display_width(part(worth)));
    for (const Cell& cell : cells) width = std::max(width, display_width(part(cell)));
    return width;
  }
  int points_width() const {
    return widest([](const Cell& cell) -> std::string_view { return cell.points; });
  }
  int width() const {
    return points_width() + widest([](const Cell& cell) -> std::string_view { return cell.flags; });
  }
};

constexpr int column_gap = 2;
constexpr int left_margin = 1;

Ink ink_of(std::int64_t points, std::int64_t max_points) {
  if (points == 0 && max_points > 0) return Ink::bad;
  return points == max_points ? Ink::good : Ink::plain;
}

class ClassTable {
 public:
  ClassTable(const ClassScore& scores, const Page& page) : scores_(scores), glyphs_(page.glyphs()) {
    for (const ExerciseColumn& column : columns_of(scores)) {
      columns_.push_back(drawn(column));
      names_.emplace_back(column.number, named_exercise(*column.exercise, page));
    }
    columns_.push_back(total());
    for (const SubmissionScore& submission : scores.submissions) students_.push_back(page.foreign(submission.student));
  }

  /// As many tables below each other as it takes.
  void draw(Page& page) const {
    const int most_for_names = std::max(16, page.columns() / 3);
    int name_width = display_width(heading_of_names);
    for (const std::string& student : students_) name_width = std::max(name_width, display_width(student));
    name_width = left_margin + std::min(name_width, most_for_names);
    for (std::size_t first = 0; first < columns_.size();) {
      int used = name_width;
      std::size_t last = first;
      while (last < columns_.size() &&
             (last == first || used + column_gap + columns_[last].width() <= page.columns())) {
        used += column_gap + columns_[last++].width();
      }
      if (first > 0) page.blank();
      draw_block(
          {columns_.begin() + static_cast<std::ptrdiff_t>(first), columns_.begin() + static_cast<std::ptrdiff_t>(last)},
          name_width, page);
      first = last;
    }
  }

  void draw_flags(Page& page) const {
    for (const Flag& flag : flags) {
      if (uses(flag)) page.prose_after(flag.sign, Ink::mark, flag.meaning, verdict_indent, Ink::faint);
    }
    const bool any_missing = std::ranges::any_of(scores_.submissions, [](const SubmissionScore& submission) {
      return std::ranges::any_of(submission.exercises, is_not_handed_in);
    });
    if (any_missing) page.prose_after(glyphs_.not_seen, Ink::mark, "not handed in", verdict_indent, Ink::faint);
  }

  void draw_exercises(Page& page) const {
    page.heading("Exercises");
    for (const auto& [number, name] : names_) page.prose_after(number, Ink::strong, name, 7);
  }

 private:
  static constexpr std::string_view heading_of_names = "student";

  bool uses(const Flag& flag) const {
    return std::ranges::any_of(scores_.submissions, [&](const SubmissionScore& submission) {
      return std::ranges::any_of(submission.exercises,
                                 [&](const ExerciseScore& exercise) { return has_flag(exercise, flag); });
    });
  }

  Cell cell_of(const ExerciseScore* exercise) const {
    if (exercise == nullptr) return {};
    return {is_not_handed_in(*exercise) ? std::string(glyphs_.not_seen) : std::to_string(exercise->points()),
            flags_of(*exercise), ink_of(exercise->points(), exercise->max_points())};
  }

  Column drawn(const ExerciseColumn& of) const {
    Column column{{of.number, "", Ink::strong}, {std::to_string(of.worth), "", Ink::faint}, {}};
    for (const SubmissionScore& submission : scores_.submissions) {
      column.cells.push_back(cell_of(find_exercise(submission, *of.exercise)));
    }
    return column;
  }

  Column total() const {
    Column column{{"total", "", Ink::strong}, {}, {}};
    for (const SubmissionScore& submission : scores_.submissions) {
      column.cells.push_back({fmt::format("{} of {}", submission.points(), submission.max_points()), "",
                              ink_of(submission.points(), submission.max_points())});
    }
    return column;
  }

  void draw_block(const std::vector<Column>& columns, int name_width, Page& page) const {
    const auto draw_row = [&](std::string_view name, Ink ink, auto&& cell_in) {
      Line line = page.line();
      line.put(left_margin, shorten_end(name, name_width - left_margin, glyphs_.ellipsis), ink);
      int left = name_width;
      for (const Column& column : columns) {
        const Cell& cell = cell_in(column);
        const int right = left + column_gap + column.points_width();
        line.put(right - display_width(cell.points), cell.points, cell.ink);
        line.put(right, cell.flags, Ink::mark);
        left += column_gap + column.width();
      }
      page.add(line);
    };
    draw_row(heading_of_names, Ink::strong, [](const Column& column) -> const Cell& { return column.title; });
    draw_row("worth", Ink::faint, [](const Column& column) -> const Cell& { return column.worth; });
    for (std::size_t row = 0; row < students_.size(); ++row) {
      draw_row(students_[row], Ink::plain, [&](const Column& column) -> const Cell& { return column.cells[row]; });
    }
  }

  const ClassScore& scores_;
  const Glyphs& glyphs_;
  std::vector<Column> columns_;
  std::vector<std::pair<std::string, std::string>> names_;  ///< 3.1 → lab3/exercise-1-split · its title
  std::vector<std::string> students_;
};

void draw_summary(const ClassScore& scores, Page& page) {
  const ClassSummary summary = summary_of(scores);
  const auto students = static_cast<std::int64_t>(scores.submissions.size());
  page.heading("Summary");
  page.prose(fmt::format("{}, median {:.15g} of {}", count_of(students, "student"), summary.median,
                         count_of(summary.max_points, "point")),
             verdict_indent);
  page.prose(fmt::format("{} with all points, {} with no points, {} with something inconclusive", summary.full,
                         summary.none, summary.inconclusive),
             verdict_indent);
  if (summary.misconceptions.empty()) return;
  constexpr std::size_t most_shown = 8;
  page.heading("Misconceptions, and how many students show them");
  const std::size_t shown = std::min(most_shown, summary.misconceptions.size());
  for (std::size_t index = 0; index < shown; ++index) {
    const auto& [name, count] = summary.misconceptions[index];
    page.prose_after(std::to_string(count), Ink::strong, page.foreign(name), 7);
  }
  if (shown < summary.misconceptions.size()) {
    page.prose(fmt::format("and {} more", summary.misconceptions.size() - shown), 7, Ink::faint);
  }
}

}  // namespace

std::string to_terminal(const SubmissionScore& submission, Audience audience, const TerminalStyle& style) {
  Page page(style);
  if (!submission.student.empty()) page.prose(page.foreign(submission.student), 0, Ink::strong);
  for (const ExerciseScore& exercise : submission.exercises) draw_exercise(exercise, audience, page);
  draw_total(submission, page);
  return page.text();
}

std::string to_progress(const SubmissionScore& submission, const TerminalStyle& style) {
  Page page(style);
  int lab = 0;
  for (const ExerciseScore& exercise : submission.exercises) {
    if (lab != exercise.lab) draw_heading(page.say("scores.lab"_text, {{"lab", lab = exercise.lab}}), page);
    draw_verdict(standing_of_all(exercise), exercise.title.empty() ? exercise.file : exercise.title,
                 points_text(exercise.points(), exercise.max_points(), page), page);
  }
  draw_total(submission, page);
  return page.text();
}

std::string to_terminal(const ClassScore& scores, const TerminalStyle& style) {
  Page page(style);
  if (!scores.title.empty()) page.prose(page.foreign(scores.title), 0, Ink::strong);
  const ClassTable table(scores, page);
  page.blank();
  table.draw(page);
  table.draw_flags(page);
  draw_summary(scores, page);
  table.draw_exercises(page);
  return page.text();
}

}  // namespace wirelab::render

#include "tests/render/sample_scores.hh"

#include <fmt/format.h>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wirelab::render::test {

using grade::CaseScore;
using grade::ClassScore;
using grade::Ending;
using grade::ExerciseScore;
using grade::Finding;
using grade::SubmissionScore;
using grade::Verdict;

namespace {

CaseScore shown(std::string name, std::int64_t max_points, Verdict verdict, Ending ending = Ending::judged) {
  CaseScore score;
  score.name = std::move(name);
  score.max_points = max_points;
  score.verdict = verdict;
  score.ending = ending;
  score.runs = ending == Ending::judged ? 1 : 0;
  score.milliseconds = ending == Ending::judged ? 12 : 0;
  return score;
}

CaseScore hidden(std::string name, std::int64_t max_points, Verdict verdict, Ending ending = Ending::judged) {
  CaseScore score = shown(std::move(name), max_points, verdict, ending);
  score.hidden = true;
  return score;
}

CaseScore with(CaseScore score, Finding finding) {
  score.findings.push_back(std::move(finding));
  return score;
}

Finding half_a_message() {
  return {.run = "cut after byte 6 of 18",
          .what = "server.messages",
          .expected = R"(["Hello", "World", "Again"])",
          .observed = R"(["Hello", "W", "orld", "Again"])",
          .message =
              "server.messages was [\"Hello\", \"W\", \"orld\", \"Again\"]\n"
              "and should have been [\"Hello\", \"World\", \"Again\"]; see events 12 and 18",
          .misconception = "one-recv-one-message",
          .because = "A recv returns what is there, and that is not a message.",
          .line = 14,
          .events = {12, 18}};
}

ExerciseScore split(std::vector<CaseScore> cases) {
  return {
      .lab = 3, .file = "exercise-1-split.yaml", .title = "Split what the stream joined", .cases = std::move(cases)};
}

ExerciseScore stick(std::vector<CaseScore> cases) {
  return {.lab = 2, .file = "exercise-1-stick.yaml", .title = "Make three sends stick", .cases = std::move(cases)};
}

ExerciseScore split_all(Verdict verdict, Ending ending = Ending::judged) {
  return split({shown("as handed in", 1, verdict, ending), hidden("cut at every byte", 2, verdict, ending),
                hidden("other words", 1, verdict, ending)});
}

ExerciseScore stick_all(Verdict verdict, Ending ending = Ending::judged) {
  return stick({shown("as handed in", 2, verdict, ending), shown("in the other order", 1, verdict, ending)});
}

}  // namespace

ClassScore small_class() {
  const Finding dropped{.what = "client.recv.timeout",
                        .message = "client.recv.timeout was no and should have been yes",
                        .misconception = "sleeping-is-synchronizing",
                        .because = "How long a sleep must be is the other machine's affair.",
                        .line = 9};
  return {
      .title = "Network programming, autumn",
      .submissions = {
          {"ada", {stick_all(Verdict::passed), split_all(Verdict::passed)}},
          {"bob",
           {stick({shown("as handed in", 2, Verdict::passed),
                   shown("in the other order", 1, Verdict::inconclusive, Ending::judged)}),
            split({shown("as handed in", 1, Verdict::passed),
                   with(hidden("cut at every byte", 2, Verdict::failed), half_a_message()),
                   hidden("other words", 1, Verdict::passed)})}},
          {"grace",
           {stick_all(Verdict::unanswered, Ending::unanswered), split_all(Verdict::failed, Ending::not_handed_in)}},
          {"陈小明",
           {stick({shown("as handed in", 2, Verdict::passed), shown("in the other order", 1, Verdict::not_observable)}),
            split({with(with(shown("as handed in", 1, Verdict::failed), half_a_message()), dropped),
                   hidden("cut at every byte", 2, Verdict::failed, Ending::crashed),
                   hidden("other words", 1, Verdict::failed, Ending::over_limit)})}},
          {"=HYPERLINK(\"http://example.org\")",
           {stick_all(Verdict::failed, Ending::invalid), split_all(Verdict::failed, Ending::not_allowed)}},
          {"<script>alert(1)</script>",
           {stick_all(Verdict::failed), split_all(Verdict::failed, Ending::did_not_finish)}},
      }};
}

ClassScore whole_term() {
  ClassScore scores{.title = "A whole term", .submissions = {}};
  for (int student = 1; student <= 3; ++student) {
    SubmissionScore submission{.student = fmt::format("student-{}", student), .exercises = {}};
    for (int lab = 1; lab <= 5; ++lab) {
      for (int number = 1; number <= 4; ++number) {
        submission.exercises.push_back(
            {.lab = lab,
             .file = fmt::format("exercise-{}.yaml", number),
             .title = "",
             .cases = {shown("as handed in", 5, (lab + number) % student == 0 ? Verdict::passed : Verdict::failed)}});
      }
    }
    scores.submissions.push_back(std::move(submission));
  }
  return scores;
}

SubmissionScore own_check() {
  ExerciseScore sticking = stick({shown("as handed in", 2, Verdict::passed),
                                  shown("in the other order", 1, Verdict::unanswered, Ending::unanswered)});
  ExerciseScore splitting = split({with(shown("as handed in", 1, Verdict::failed), half_a_message())});
  splitting.hidden_cases = 2;
  splitting.hidden_points = 3;
  return {.student = "", .exercises = {std::move(sticking), std::move(splitting)}};
}

ClassScore hostile_class(std::uint32_t seed) {
  using namespace std::string_view_literals;
  constexpr std::array texts{"<script>alert(1)</script>"sv,
                             "=cmd|' /C calc'!A0"sv,
                             "  +1+1"sv,
                             "＝1"sv,
                             "@SUM(A1)"sv,
                             "-2"sv,
                             "\x1b[2J\x1b[31mred"sv,
                             "nul\0inside"sv,
                             "\"quoted\", 'and', commas"sv,
                             "two\nlines\r\nand more"sv,
                             "\tafter a tab"sv,
                             "陈小明"sv,
                             "\xff\xfe no UTF-8 \xc3"sv,
                             "]]>&amp;&lt;<!--"sv,
                             "::error::1 of 1 point"sv,
                             "##[set-output]"sv,
                             "\u202egnp.exe"sv,
                             "\uffff\ufffe"sv,
                             "{\"hex\": \"00\"}"sv,
                             "\\n \\x1b"sv,
                             ""sv,
                             "plain"sv};
  std::mt19937 random(seed);  // its numbers are the same everywhere; those of the distributions are not
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const auto text = [&] { return std::string(texts[below(texts.size())]); };

  ClassScore scores{.title = text(), .submissions = {}};
  for (std::size_t submission = below(6); submission > 0; --submission) {
    SubmissionScore one{.student = text(), .exercises = {}};
    for (int number = 1; number <= 4; ++number) {
      if (below(4) == 0) continue;
      ExerciseScore exercise{.lab = number, .file = text() + ".yaml", .title = text(), .cases = {}};
      for (std::size_t count = below(5); count > 0; --count) {
        CaseScore score = shown(fmt::format("{} {}", count, text()), static_cast<std::int64_t>(below(6)),
                                static_cast<Verdict>(below(5)), static_cast<Ending>(below(8)));
        score.hidden = below(2) == 0;
        score.milliseconds = static_cast<std::int64_t>(below(5000));
        score.runs = static_cast<int>(below(30));
        for (std::size_t findings = below(3); findings > 0 && score.verdict != Verdict::passed; --findings) {
          score.findings.push_back({.run = text(),
                                    .what = text(),
                                    .expected = text(),
                                    .observed = text(),
                                    .message = text(),
                                    .misconception = text(),
                                    .because = text(),
                                    .line = static_cast<int>(below(40)),
                                    .events = {static_cast<int>(below(100)), 7}});
        }
        exercise.cases.push_back(std::move(score));
      }
      one.exercises.push_back(std::move(exercise));
    }
    scores.submissions.push_back(std::move(one));
  }
  return scores;
}

}  // namespace wirelab::render::test

#include "labs/grader/grading.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "core/error.hh"
#include "labs/grader/attempt.hh"
#include "labs/runner/scheduler_delay.hh"
#include "labs/runner/smallest_lesson.hh"
#include "labs/scenario/ceilings.hh"

namespace wirelab::grader {
namespace {

using namespace std::chrono_literals;
using grade::CaseScore;
using grade::Ending;
using grade::Finding;
using grade::Verdict;

// What grading a case costs has to stay bounded, and so has what is said of it.
constexpr std::size_t most_findings = 8;
constexpr std::int64_t most_cuts = scenario::ceilings::cuts;

// An order, and the only one that is empty.
const std::string the_smallest_lesson;

std::string why_it_cannot_be_played() {
  try {
    runner::play_the_smallest_lesson();
    return "";
  } catch (const core::SystemError& error) {
    return error.what();
  }
}

/// Plays the smallest lesson a few times: whether there can be hosts, and how long a run takes here. The scheduler's
/// delay says how much longer it can take in a bad moment.
Machine examine_the_machine(ForkServer& runs) {
  constexpr int rounds = 3;
  constexpr auto usual_run = 40ms;
  constexpr auto usual_delay = 10ms;
  constexpr double most_patient = 20;
  Machine machine;
  std::chrono::milliseconds slowest{};
  for (int round = 0; round < rounds && machine.why_no_hosts.empty(); ++round) {
    runs.start(0, {}, the_smallest_lesson);
    const std::optional<Ended> ended = runs.wait();
    machine.why_no_hosts = ended->how == Ended::How::finished ? ended->report : "the process that tried it died";
    slowest = std::max(slowest, ended->time);
  }
  const auto times = [](auto measured, auto usual) {
    return std::chrono::duration<double>(measured) / std::chrono::duration<double>(usual);
  };
  machine.patience =
      std::clamp(std::max(times(slowest, usual_run), times(runner::measure_scheduler_delay().worst, usual_delay)), 1.0,
                 most_patient);
  return machine;
}

/// Every byte would be a run, and it is the answer that says how many there are.
Played too_many_runs(std::int64_t stream_bytes) {
  return over_limit(
      fmt::format("it would have to be played for each of the {} bytes of its stream, and {} are the most",
                  stream_bytes, most_cuts));
}

Allowance scaled(Allowance allowance, double patience) {
  allowance.time =
      std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(allowance.time.count()) * patience));
  return allowance;
}

}  // namespace

std::size_t usual_side_by_side() { return 2 * std::max(1U, std::thread::hardware_concurrency()); }

/// A case on its way to its score.
struct Grading::Progress {
  CaseScore score;
  bool wanted = false;
  bool done = false;
  int open_runs = 0;                 ///< waiting or playing
  std::optional<int> first_failure;  ///< the lowest number of a run that did not pass
};

struct Grading::Run {
  CaseId id;
  Turn turn;
  int attempt = 1;
};

/// What a child is told, as bytes, and behind it why there can be no hosts. What else it needs it has already.
struct Grading::Order {
  Run run;
  double patience = 1;
};

Grading::Grading(std::vector<scenario::Rubric> rubrics, std::vector<Submission> submissions, Options options)
    : rubrics_(std::move(rubrics)),
      submissions_(std::move(submissions)),
      options_(std::move(options)),
      runs_([this](const std::string& order) { return report_on(order); }) {
  for (std::size_t s = 0; s < submissions_.size(); ++s) {
    for (std::size_t r = 0; r < rubrics_.size(); ++r) {
      for (std::size_t e = 0; e < rubrics_[r].exercises.size(); ++e) {
        const std::vector<scenario::Case>& all = rubrics_[r].exercises[e].cases;
        for (std::size_t c = 0; c < all.size(); ++c) {
          cases_[{s, r, e, c}].score = {.name = all[c].name, .hidden = all[c].hidden, .max_points = all[c].points};
        }
      }
    }
  }
}

Grading::~Grading() = default;

const scenario::Exercise& Grading::exercise(const CaseId& id) const {
  return rubrics_.at(id.rubric).exercises.at(id.exercise);
}

const scenario::Case& Grading::one(const CaseId& id) const { return exercise(id).cases.at(id.one); }

std::vector<CaseId> Grading::ids() const {
  std::vector<CaseId> all;
  for (const auto& [id, progress] : cases_) all.push_back(id);
  return all;
}

bool Grading::is_done(const CaseId& id) const { return cases_.at(id).done; }

void Grading::take(const CaseId& id, CaseScore score) {
  Progress& progress = cases_.at(id);
  progress.score = std::move(score);
  progress.wanted = true;
  progress.done = true;
}

void Grading::want(const CaseId& id) {
  Progress& progress = cases_.at(id);
  if (std::exchange(progress.wanted, true)) return;
  // Where each byte gets a run, one without a cut tells how many there are.
  const auto& per = one(id).one_run_per;
  const std::size_t runs = per && !per->byte ? per->values.size() : 1;
  for (std::size_t i = 0; i < runs; ++i) {
    Turn turn{.number = static_cast<int>(i)};
    if (per && !per->byte) turn.value = i;
    waiting_.push_back({id, turn});
    ++progress.open_runs;
  }
}

const CaseScore& Grading::finish(const CaseId& id) {
  want(id);
  const Progress& progress = cases_.at(id);
  if (!interrupts_) interrupts_.emplace();
  if (!machine_) {
    machine_ = examine_the_machine(runs_);
    options_.allowance = scaled(options_.allowance, machine_->patience);
  }
  while (!progress.done) {
    fill();
    if (progress.done) break;
    const std::optional<Ended> ended = runs_.wait(interrupts_->fd());
    if (!ended) throw Interrupted();
    take_in(*ended);
  }
  return progress.score;
}

void Grading::fill() {
  while (!waiting_.empty() && runs_.at_work() < options_.side_by_side) {
    const Run run = waiting_.front();
    Progress& progress = cases_.at(run.id);
    // A run before it has failed already: what this one would show changes nothing.
    const bool is_needless = progress.first_failure && *progress.first_failure < run.turn.number;
    if (!is_needless && !start(run)) return;
    waiting_.pop_front();
    if (!is_needless) continue;
    --progress.open_runs;
    settle(run.id);
  }
}

bool Grading::start(const Run& run) {
  static_assert(std::is_trivially_copyable_v<Order>);
  if (options_.begins) options_.begins(run.id);
  const double attempts_patience = run.attempt == 1 ? 1 : 4;
  const Order order{run, machine_->patience * attempts_patience};
  std::string bytes(sizeof order, '\0');
  std::memcpy(bytes.data(), &order, sizeof order);
  const int ticket = tickets_ + 1;
  try {
    runs_.start(ticket, scaled(options_.allowance, attempts_patience), bytes + machine_->why_no_hosts);
  } catch (const core::SystemError&) {
    // Too many processes or descriptors: there will be room once one of those at work has ended.
    if (runs_.at_work() == 0) throw;
    return false;
  }
  playing_[++tickets_] = run;
  return true;
}

std::string Grading::report_on(const std::string& bytes) const {
  if (bytes == the_smallest_lesson) return why_it_cannot_be_played();
  Order order;
  std::memcpy(&order, bytes.data(), sizeof order);
  const CaseId& id = order.run.id;
  const Terms terms{.key = options_.key,
                    .patience = order.patience,
                    .why_no_hosts = bytes.substr(sizeof order),
                    .language = options_.language};
  return to_report(
      play(rubrics_[id.rubric], exercise(id), one(id), order.run.turn, submissions_[id.submission], terms));
}

void Grading::take_in(const Ended& ended) {
  const auto found = playing_.find(ended.ticket);
  Run run = std::move(found->second);
  playing_.erase(found);
  const scenario::Case& one = this->one(run.id);
  Progress& progress = cases_.at(run.id);
  ++progress.score.runs;
  progress.score.milliseconds += ended.time.count();

  Attempt attempt = attempt_of(ended, options_.allowance, one.timing, run.attempt);
  if (attempt.again) {
    ++run.attempt;
    waiting_.push_front(std::move(run));
    return;
  }
  --progress.open_runs;
  Played& played = attempt.played;
  const bool is_to_be_cut =
      one.one_run_per && one.one_run_per->byte && run.turn.number == 0 && played.verdict == Verdict::passed;
  if (is_to_be_cut && played.stream_bytes > most_cuts) played = too_many_runs(played.stream_bytes);
  if (played.verdict != Verdict::passed) {
    if (!progress.first_failure || run.turn.number < *progress.first_failure) {
      progress.first_failure = run.turn.number;
      progress.score.verdict = played.verdict;
      progress.score.ending = played.ending;
      progress.score.findings = std::move(played.findings);
      if (progress.score.findings.size() > most_findings) progress.score.findings.resize(most_findings);
      for (Finding& finding : progress.score.findings) finding.run = label_of(one, run.turn);
    }
  } else if (is_to_be_cut) {
    // In front: the cases that are begun are finished before others are.
    for (std::int64_t byte = played.stream_bytes - 1; byte >= 1; --byte) {
      waiting_.push_front({run.id, {.number = static_cast<int>(byte), .cut_after = byte, .of = played.stream_bytes}});
      ++progress.open_runs;
    }
  }
  settle(run.id);
}

void Grading::settle(const CaseId& id) {
  Progress& progress = cases_.at(id);
  if (progress.open_runs > 0 || progress.done) return;
  if (!progress.first_failure) {
    progress.score.verdict = Verdict::passed;
    progress.score.ending = Ending::judged;
  }
  progress.done = true;
  if (options_.finished) options_.finished(id, progress.score);
}

grade::ClassScore Grading::score() const {
  grade::ClassScore all;
  for (std::size_t s = 0; s < submissions_.size(); ++s) {
    grade::SubmissionScore submission{.student = submissions_[s].student, .exercises = {}};
    for (std::size_t r = 0; r < rubrics_.size(); ++r) {
      for (std::size_t e = 0; e < rubrics_[r].exercises.size(); ++e) {
        const scenario::Exercise& exercise = rubrics_[r].exercises[e];
        grade::ExerciseScore score{.lab = rubrics_[r].lab,
                                   .file = exercise.file,
                                   .title = exercise.title,
                                   .cases = {},
                                   .hidden_cases = exercise.hidden_cases,
                                   .hidden_points = exercise.hidden_points};
        for (std::size_t c = 0; c < exercise.cases.size(); ++c) score.cases.push_back(cases_.at({s, r, e, c}).score);
        submission.exercises.push_back(std::move(score));
      }
    }
    all.submissions.push_back(std::move(submission));
  }
  return all;
}

}  // namespace wirelab::grader

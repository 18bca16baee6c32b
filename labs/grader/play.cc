#include "labs/grader/play.hh"

#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "labs/grader/judge.hh"
#include "labs/render/journal.hh"
#include "labs/render/record.hh"
#include "labs/runner/runner.hh"
#include "labs/scenario/difference.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/spelling.hh"
#include "labs/scenario/variant.hh"
#include "labs/stage/private_network.hh"
#include "labs/timeline/metrics.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::grader {
namespace {

namespace fs = std::filesystem;
using grade::Ending;
using grade::Finding;
using grade::Verdict;
using scenario::Change;
using scenario::Document;
using scenario::WrittenFile;

// What is said of a file that is no scenario: the first mistakes are enough to begin with.
constexpr std::size_t most_mistakes = 3;

Played ended(Ending ending, Finding finding) {
  return {.verdict = Verdict::failed, .ending = ending, .findings = {std::move(finding)}};
}

Played invalid(const scenario::Loaded& loaded, const std::string& what, words::Language language) {
  Played played{.ending = Ending::invalid};
  for (const scenario::Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.severity != scenario::Diagnostic::Severity::error) continue;
    if (played.findings.size() == most_mistakes) break;
    played.findings.push_back(
        {.what = what, .message = to_text(diagnostic, loaded.source, language), .line = diagnostic.at.line});
  }
  return played;
}

Finding refused(const scenario::Difference& difference, const WrittenFile& written, const std::string& what,
                words::Message reason, std::string misconception, words::Language language) {
  const scenario::Diagnostic diagnostic{
      .file = written.file.string(), .at = difference.after, .what = std::move(reason)};
  return {.what = what,
          .expected = difference.was,
          .observed = difference.is,
          .message = to_text(diagnostic, written.text, language),
          .misconception = std::move(misconception),
          .line = difference.after.line};
}

Finding change_finding(const scenario::Difference& difference, const WrittenFile& written, words::Language language) {
  using Kind = scenario::Difference::Kind;
  words::Arguments change = {{"path", difference.path}};
  if (difference.kind != Kind::added) change.emplace("was", difference.was);
  const words::TextId what = difference.kind == Kind::added     ? "not-allowed.added"_text
                             : difference.kind == Kind::removed ? "not-allowed.removed"_text
                                                                : "not-allowed.changed"_text;
  return refused(difference, written, "edit", {what, std::move(change)}, scenario::changed_the_task, language);
}

Finding word_finding(const scenario::Difference& difference, const WrittenFile& written, const std::string& word,
                     words::Language language) {
  return refused(difference, written, "forbid", {"not-allowed.word"_text, {{"word", word}}},
                 scenario::misconception_of_forbidden(word), language);
}

std::vector<Finding> forbidden_changes(const scenario::Exercise& exercise, const WrittenFile& written,
                                       const std::vector<scenario::Difference>& changes, words::Language language) {
  std::vector<Finding> findings;
  for (const scenario::Difference& difference : changes) {
    const bool allowed =
        std::ranges::any_of(exercise.edit, [&](const std::string& path) { return scenario::covers(path, difference); });
    if (!allowed) findings.push_back(change_finding(difference, written, language));
    for (const std::string& word : exercise.forbid) {
      const bool is_new = std::ranges::find(difference.new_words, word) != difference.new_words.end();
      if (is_new) findings.push_back(word_finding(difference, written, word, language));
    }
  }
  return findings;
}

scenario::Node word_node(std::string text) {
  return {.kind = scenario::Node::Kind::scalar, .quoted = false, .text = std::move(text)};
}

std::vector<Change> changes_of(const scenario::Case& one, const Turn& turn) {
  std::vector<Change> changes = one.changes;
  if (!one.one_run_per) return changes;
  if (turn.value) {
    changes.push_back({one.one_run_per->path, one.one_run_per->values.at(*turn.value), one.one_run_per->at});
  } else if (turn.cut_after) {
    scenario::Node cut{.kind = scenario::Node::Kind::list};
    cut.items.push_back(word_node(std::to_string(*turn.cut_after)));
    changes.push_back({one.one_run_per->path, std::move(cut), one.one_run_per->at});
  }
  return changes;
}

/// Makes them; the finding if one cannot be made in what the student handed in.
std::optional<Finding> make(const std::vector<Change>& changes, Document& document, words::Language language) {
  for (const Change& change : changes) {
    const scenario::Remark fault = change_fault(document, change);
    if (!fault.empty()) {
      const scenario::Remark reason =
          scenario::remark("cannot-be-changed"_text, {{"path", change.path}, {"fault", fault}});
      return Finding{.what = change.path, .message = scenario::first_line(reason, language)};
    }
    apply(change, document);
  }
  return std::nullopt;
}

bool is_prediction(const scenario::Difference& difference) { return scenario::covers("predict", difference); }

/// Of what checks have found; a wrong prediction has its own.
void forget_misconceptions_of_steps(std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (!finding.what.starts_with("predict.")) finding.misconception.clear();
  }
}

/// The actor whose stream `client.cut` is about.
std::string actor_of(const std::string& path) { return path.substr(0, path.find('.')); }

std::int64_t sent_by(const timeline::Timeline& line, const std::string& actor) {
  const timeline::Measurement sent = timeline::measure(line, actor + ".sent.bytes");
  const std::int64_t* bytes = sent.value ? sent.value->as<std::int64_t>() : nullptr;
  return bytes == nullptr ? 0 : *bytes;
}

/// Nothing outside is reachable from here on, and what is written to the folder for temporary files is nobody else's
/// and gone with the process: a file system in memory, tmpfs(5), in a mount namespace of its own, mount_namespaces(7).
/// Where the machine does not give that, files are bounded by the limits of the process.
class Seclusion {
 public:
  explicit Seclusion(const stage::UserNamespace& right) : network_(right) {
    if (unshare(CLONE_NEWNS) != 0) return;
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return;
    has_own_disk_ = mount("tmpfs", fs::temp_directory_path().c_str(), "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                          "size=64m,mode=1777") == 0;
  }
  bool has_own_disk() const { return has_own_disk_; }

 private:
  stage::WireNamespace network_;
  bool has_own_disk_ = false;
};

/// What the student says of each metric that the case asks for.
std::vector<scenario::Prediction> predictions_asked_for(const scenario::Scenario& scenario, const scenario::Case& one) {
  std::vector<scenario::Prediction> asked;
  for (const std::string& metric : one.predict) {
    const auto found = std::ranges::find(scenario.predict, metric, &scenario::Prediction::metric);
    asked.push_back(found != scenario.predict.end() ? *found : scenario::Prediction{.metric = metric});
  }
  return asked;
}

Played judged(scenario::Scenario scenario, const scenario::Exercise& exercise, const scenario::Case& one,
              const runner::Ground& ground, words::Language language) {
  if (one.checks || !exercise.checks.empty()) scenario.checks = one.checks ? *one.checks : exercise.checks;
  scenario.predict = predictions_asked_for(scenario, one);
  timeline::Timeline line = runner::run(scenario, ground).line;
  Played played;
  if (one.one_run_per) played.stream_bytes = sent_by(line, actor_of(one.one_run_per->path));
  played.out_of_time = line.outcome == timeline::Outcome::timeout;
  const render::RunRecord record = render::make_record(std::move(scenario), std::move(line), language);
  Judgement judgement = judge(record, exercise.guesses);
  played.verdict = judgement.verdict;
  played.findings = std::move(judgement.findings);
  if (played.verdict == Verdict::unanswered) played.ending = Ending::unanswered;
  if (played.out_of_time && played.verdict == Verdict::failed) played.ending = Ending::over_limit;
  return played;
}

Played played_in_seclusion(scenario::Scenario scenario, const scenario::Exercise& exercise, const scenario::Case& one,
                           const Terms& terms) {
  bool has_own_disk = false;
  try {
    runner::Ground ground{.why_not = terms.why_no_hosts};
    if (!terms.why_no_hosts.empty()) return judged(std::move(scenario), exercise, one, ground, terms.language);
    ground.right = stage::UserNamespace::enter();
    const Seclusion seclusion(*ground.right);
    has_own_disk = seclusion.has_own_disk();
    return judged(std::move(scenario), exercise, one, ground, terms.language);
  } catch (const runner::DiskFull& error) {
    // A disk of its own is empty when the run begins: nobody else has filled it.
    if (has_own_disk) return {.ending = Ending::over_limit, .out_of_file_space = true};
    return {.verdict = Verdict::inconclusive, .machine_fault = error.what()};
  } catch (const std::exception& error) {
    // Whatever an answer says, playing it must not throw: the machine failed, or we did.
    return {.verdict = Verdict::inconclusive, .machine_fault = error.what()};
  }
}

void be_patient(scenario::Limits& limits, double patience) {
  for (scenario::Duration* limit : {&limits.step, &limits.run}) {
    *limit = scenario::Duration(static_cast<scenario::Duration::rep>(static_cast<double>(limit->count()) * patience));
  }
}

}  // namespace

std::string label_of(const scenario::Case& one, const Turn& turn) {
  if (turn.cut_after) return fmt::format("cut after byte {} of {}", *turn.cut_after, turn.of);
  if (turn.value)
    return fmt::format("{}: {}", one.one_run_per->path, in_one_line(one.one_run_per->values.at(*turn.value)));
  return "";
}

Played play(const scenario::Rubric& rubric, const scenario::Exercise& exercise, const scenario::Case& one,
            const Turn& turn, const Submission& submission, const Terms& terms) {
  const auto say = [&terms](words::TextId text, const words::Arguments& arguments) {
    return words::say(terms.language, text, arguments);
  };
  Answer answer = submission.find(submission, rubric.lab, exercise.file);
  if (answer.kind == Answer::Kind::missing) {
    return ended(Ending::not_handed_in,
                 {.what = "file", .message = say("answer.not-handed-in"_text, {{"file", exercise.file}})});
  }
  if (answer.kind == Answer::Kind::unreadable) {
    return ended(
        Ending::invalid,
        {.what = "file", .message = say("answer.unreadable"_text, {{"file", exercise.file}, {"fault", answer.fault}})});
  }

  WrittenFile written = scenario::read_yaml(std::move(answer.text), place_of(exercise));
  // As it is first: what is no scenario is told as that, and not as a change of what was handed out.
  if (const scenario::Loaded as_it_is = load_document(written); !as_it_is.scenario)
    return invalid(as_it_is, "file", terms.language);
  Document handed_out = exercise.unsolved_document;

  std::vector<Change> variants;
  if (!terms.key.empty()) {
    for (const scenario::Variant& variant : exercise.variants) {
      variants.push_back(variant_change(variant, terms.key, submission.student, exercise.file));
    }
  }
  if (auto fault = make(variants, handed_out, terms.language)) throw std::runtime_error(fault->message);
  if (auto fault = make(variants, written.document, terms.language))
    return ended(Ending::not_allowed, std::move(*fault));

  const std::vector<scenario::Difference> changes = differences(handed_out, written.document);
  std::vector<Finding> forbidden = forbidden_changes(exercise, written, changes, terms.language);
  if (!forbidden.empty()) return {.ending = Ending::not_allowed, .findings = std::move(forbidden)};
  if (auto fault = make(changes_of(one, turn), written.document, terms.language)) {
    // It could be made in what was handed out.
    fault->misconception = scenario::changed_the_task;
    return ended(Ending::not_allowed, std::move(*fault));
  }

  scenario::Loaded loaded = load_document(std::move(written));
  if (!loaded.scenario) return invalid(loaded, "change", terms.language);
  be_patient(loaded.scenario->limits, terms.patience);

  Played played = played_in_seclusion(std::move(*loaded.scenario), exercise, one, terms);
  // Nobody has thought anything wrong yet in what is as it was handed out.
  if (std::ranges::all_of(changes, is_prediction)) forget_misconceptions_of_steps(played.findings);
  if (changes.empty() && played.verdict == Verdict::failed) {
    played.findings.insert(played.findings.begin(), {.what = "file", .message = say("answer.untouched"_text, {})});
  }
  return played;
}

// A line of numbers; what the machine could not do, its length told before; the findings.
std::string to_report(const Played& played) {
  return fmt::format("{} {} {} {:d} {:d} {}\n{}{}", static_cast<int>(played.verdict), static_cast<int>(played.ending),
                     played.stream_bytes, played.out_of_time, played.out_of_file_space, played.machine_fault.size(),
                     played.machine_fault, render::to_json(played.findings));
}

Played from_report(const std::string& report) {
  Played played;
  std::istringstream stream(report);
  int verdict = 0;
  int ending = 0;
  std::size_t fault = 0;
  stream >> verdict >> ending >> played.stream_bytes >> played.out_of_time >> played.out_of_file_space >> fault;
  const std::size_t begin = report.find('\n') + 1;
  const bool is_sound = stream && begin != 0 && fault <= report.size() - begin && verdict >= 0 && ending >= 0 &&
                        verdict <= static_cast<int>(Verdict::inconclusive) &&
                        ending <= static_cast<int>(Ending::did_not_finish);
  auto findings = is_sound ? render::findings_from_json(std::string_view(report).substr(begin + fault)) : std::nullopt;
  if (!findings) throw std::runtime_error("a process that played a case reported nonsense");
  played.verdict = static_cast<Verdict>(verdict);
  played.ending = static_cast<Ending>(ending);
  played.machine_fault = report.substr(begin, fault);
  played.findings = std::move(*findings);
  return played;
}

}  // namespace wirelab::grader

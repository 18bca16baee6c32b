#include "labs/scenario/read_rubric.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <system_error>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/difference.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/path.hh"
#include "labs/scenario/read_checks.hh"
#include "labs/scenario/read_scenario.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/reader.hh"
#include "labs/scenario/suggestion.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

constexpr std::string_view unsolved_folder = "unsolved";

struct ExerciseDraft {
  std::filesystem::path lab_folder;
  Exercise exercise;
  std::optional<WrittenFile> handout;  // as it was handed out; absent if it is no good
  Scenario scenario;                   // the same, read
};

struct CaseDraft {
  Case what;
  ExerciseDraft* of = nullptr;
};

// Nothing that leads to another folder.
bool is_file_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
         name == printable(name);
}

// -------------------------------------------------------------------------------- what was handed out

std::vector<std::string> files_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    names.push_back(entry->path().filename());
  }
  return names;
}

const Diagnostic* first_error(const std::vector<Diagnostic>& diagnostics) {
  const auto found = std::ranges::find(diagnostics, Diagnostic::Severity::error, &Diagnostic::severity);
  return found == diagnostics.end() ? nullptr : &*found;
}

void read_handout(Reader& reader, const Node& value, ExerciseDraft& draft) {
  Exercise& exercise = draft.exercise;
  const std::filesystem::path folder = draft.lab_folder / unsolved_folder;
  exercise.unsolved = folder / exercise.file;
  const std::string shown_name = fmt::format("{}/{}", unsolved_folder, exercise.file);
  std::error_code error;
  if (!std::filesystem::exists(exercise.unsolved, error)) {
    reader.error(value,
                 {"unknown-exercise"_text,
                  {{"file", in_ticks(shown_name)}, {"mend", did_you_mean(closest(exercise.file, files_in(folder)))}}});
    return;
  }
  // The path that the student's file will have: files beside it are looked for there.
  WrittenFile written = read_yaml_file(exercise.unsolved, draft.lab_folder / exercise.file);
  Loaded loaded = load_document(written);
  if (!loaded.scenario) {
    const Diagnostic& first = *first_error(loaded.diagnostics);
    reader.error(value, {"broken-exercise"_text,
                         {{"file", in_ticks(shown_name)}, {"line", first.at.line}, {"first", Remark{first.what}}}});
    return;
  }
  draft.scenario = std::move(*loaded.scenario);
  draft.handout = std::move(written);
  exercise.unsolved_source = draft.scenario.source;
  exercise.unsolved_document = draft.handout->document;
  exercise.title = draft.scenario.title;
  exercise.hints = draft.scenario.hints;
  exercise.checks = draft.scenario.checks;
  std::vector<std::string> actors;
  for (const Actor& actor : draft.scenario.actors) actors.push_back(actor.name);
  reader.set_actors(std::move(actors), true);
}

void read_exercise_file(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  const std::optional<std::string> name = reader.word(value, "`file`");
  if (!name) return;
  if (!is_file_name(*name)) {
    reader.error(value, {"bad-file-name"_text, {{"name", in_ticks(*name)}}});
    return;
  }
  draft.exercise.file = *name;
  read_handout(reader, value, draft);
}

// --------------------------------------------------------------------------------------------- paths

// Nothing after a diagnostic, or if it is not known what there is to name.
std::optional<Path> read_path(Reader& reader, const Node& node, const ExerciseDraft& draft) {
  if (!draft.handout) return std::nullopt;
  Path path = parse_path(node.text, draft.handout->document);
  if (path.fault.empty()) return path;
  reader.error(node, path.fault.front());
  return std::nullopt;
}

bool names_steps(const Path& path) { return path.kind == Path::Kind::step || path.kind == Path::Kind::modifier; }

// `client.greeting` → `client.send#2`: differences are named like that.
std::string without_id(const Path& path, const std::string& text, const Document& document) {
  if (!path.is_id) return text;
  const auto steps = steps_named(*actor_of(document, path.first), path);
  const std::string modifier = path.modifier.empty() ? "" : "." + path.modifier;
  return fmt::format("{}.{}#{}{}", path.first, steps.at(0).word, steps.at(0).number, modifier);
}

void read_edit_path(Reader& reader, const Node& node, ExerciseDraft& draft) {
  const std::optional<std::string> text = reader.word(node, phrase("what.path"_text));
  if (!text) return;
  const std::optional<Path> path = read_path(reader, node, draft);
  if (!path) return;
  const Document& document = draft.handout->document;
  // Steps of a word that is not there yet may be added; the second of them may not be changed if there is only one.
  if (names_steps(*path) && path->number) {
    const Remark fault = steps_fault(*actor_of(document, path->first), *path);
    if (!fault.empty()) return reader.error(node, {"unknown-path"_text, {{"fault", fault}}});
  }
  draft.exercise.edit.push_back(without_id(*path, *text, document));
}

void read_edit(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  if (!reader.is_list(value, "`edit`", "[framing, server]", ceilings::rubric_entries)) return;
  for (const Node& item : value.items) read_edit_path(reader, item, draft);
}

void read_forbid(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  if (!reader.is_list(value, "`forbid`", "[sleep, when]", ceilings::rubric_entries)) return;
  std::vector<std::string_view> known;
  for (const auto& some : {action_words(), modifier_words(), keys_of_actor(), keys_of_top_level()}) {
    known.insert(known.end(), some.begin(), some.end());
  }
  for (const Node& item : value.items) {
    const std::optional<std::string> word = reader.word(item, phrase("what.forbidden"_text));
    if (!word) continue;
    if (std::ranges::find(known, std::string_view(*word)) == known.end()) {
      reader.error(item, {"unknown-word.forbid"_text,
                          {{"word", in_ticks(*word)}, {"mend", did_you_mean(closest(*word, known))}}});
    } else {
      draft.exercise.forbid.push_back(*word);
    }
  }
}

constexpr std::array variant_kinds = {Choice<Variant::Kind>{"seed", Variant::Kind::seed},
                                      Choice<Variant::Kind>{"number", Variant::Kind::number},
                                      Choice<Variant::Kind>{"word", Variant::Kind::word}};

void read_variant(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  if (!reader.is_map(value, "`variant`", "{wire.seed: seed}")) return;
  for (const Entry& entry : value.entries) {
    reader.refuse_quoted_key(entry.key);
    const std::optional<Path> path = read_path(reader, entry.key, draft);
    if (path && names_steps(*path)) {
      const Remark fault = steps_fault(*actor_of(draft.handout->document, path->first), *path);
      if (!fault.empty()) reader.error(entry.key, {"unknown-path"_text, {{"fault", fault}}});
    }
    if (const auto kind = reader.choice<Variant::Kind>(entry.value, phrase("what.variant"_text), variant_kinds)) {
      draft.exercise.variants.push_back({entry.key.text, *kind, entry.key.at});
    }
  }
}

// -------------------------------------------------------------------------------------------- checks

// Nothing if it is not known who there is to check.
std::optional<std::vector<Check>> read_own_checks(Reader& reader, const Node& value, ExerciseDraft& draft) {
  if (!draft.handout) return std::nullopt;
  std::vector<Check> checks_of_file = std::exchange(draft.scenario.checks, {});
  read_checks(reader, value, draft.scenario);
  return std::exchange(draft.scenario.checks, std::move(checks_of_file));
}

void read_exercise_checks(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  if (auto checks = read_own_checks(reader, value, draft)) draft.exercise.checks = std::move(*checks);
}

void read_case_checks(Reader& reader, const Node&, const Node& value, CaseDraft& draft) {
  draft.what.checks = read_own_checks(reader, value, *draft.of);
}

// The one whose metric the exercise does not ask for gets an error.
void refuse_unasked(Reader& reader, const Node& node, const std::string& metric, const ExerciseDraft& draft) {
  std::vector<std::string> asked;
  for (const Prediction& prediction : draft.scenario.predict) asked.push_back(prediction.metric);
  if (std::ranges::find(asked, metric) != asked.end()) return;
  reader.error(node,
               {"not-predicted"_text, {{"metric", in_ticks(metric)}, {"mend", did_you_mean(closest(metric, asked))}}});
}

void read_guesses(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  const std::size_t errors_before = reader.problems().errors();
  std::optional<std::vector<Check>> guesses = read_own_checks(reader, value, draft);
  if (!guesses || reader.problems().errors() != errors_before) return;
  for (std::size_t index = 0; index < guesses->size(); ++index) {
    const Check& guess = (*guesses)[index];
    refuse_unasked(reader, value.items[index], guess.metric, draft);
    if (!guess.misconception.empty()) continue;
    reader.error(value.items[index], {"guess-without-misconception"_text});
  }
  draft.exercise.guesses = std::move(*guesses);
}

// -------------------------------------------------------------------------------------------- change

constexpr std::string_view one_run_per_word = "one_run_per";
constexpr std::array places = {Choice<bool>{"byte", true}};

bool holds_one_run_per(const Node& node) {
  return node.find(one_run_per_word) != nullptr || std::ranges::any_of(node.items, holds_one_run_per) ||
         std::ranges::any_of(node.entries, [](const Entry& entry) { return holds_one_run_per(entry.value); });
}

void read_delimiter_of(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  const std::optional<std::string> actor = reader.word(value, fmt::format("`{}`", delimiter_of_word));
  if (actor && draft.handout) reader.actor_exists(value, *actor);
}
constexpr std::array delimiter_keys = {Key<ExerciseDraft>{delimiter_of_word, read_delimiter_of, true}};

void read_delimiters(Reader& reader, const Node& value, ExerciseDraft& draft) {
  if (value.find(delimiter_of_word) != nullptr) {
    reader.keys<ExerciseDraft>(value, delimiter_keys, draft, fmt::format("`{}`", delimiter_of_word),
                               "{delimiter_of: client}");
    return;
  }
  for (const Node& item : value.items) read_delimiters(reader, item, draft);
  for (const Entry& entry : value.entries) read_delimiters(reader, entry.value, draft);
}

// What `edit` does not cover stays as it was handed out; what it covers may have other steps once it is solved.
bool may_come_to_be(const Path& path, const std::string& text, const Exercise& exercise) {
  return names_steps(path) && !path.is_id &&
         std::ranges::any_of(exercise.edit, [&text](const std::string& edit) { return covers(edit, text); });
}

void refuse_impossible(Reader& reader, const Node& key, const Path& path, const Node& value,
                       const ExerciseDraft& draft) {
  const Remark fault = change_fault(draft.handout->document, {key.text, value, key.at});
  if (fault.empty() || may_come_to_be(path, key.text, draft.exercise)) return;
  reader.error(key, {"impossible-change"_text, {{"fault", fault}}});
}

void read_runs(Reader& reader, const Node&, const Node& value, OneRunPer& runs) {
  if (value.is_word()) {
    runs.byte = reader.choice<bool>(value, "`one_run_per`", places).value_or(false);
    return;
  }
  if (!reader.is_list(value, "`one_run_per`", "[1, 2, 3]", ceilings::runs_of_a_case)) return;
  if (value.items.empty()) reader.error(value, {"empty-list.runs"_text});
  runs.values = value.items;
}
constexpr std::array runs_keys = {Key<OneRunPer>{one_run_per_word, read_runs, true}};

void read_one_run_per(Reader& reader, const Entry& entry, const std::optional<Path>& path, CaseDraft& draft) {
  if (draft.what.one_run_per) {
    reader.error(entry.key, {"two-one-run-per"_text,
                             {{"word", std::string(one_run_per_word)}, {"path", draft.what.one_run_per->path}}});
    return;
  }
  OneRunPer runs{.path = entry.key.text, .at = entry.key.at};
  reader.keys<OneRunPer>(entry.value, runs_keys, runs, fmt::format("`{}`", one_run_per_word), "{one_run_per: byte}");
  if (path) {
    const bool is_cut = path->kind == Path::Kind::option && path->second == "cut";
    if (runs.byte && !is_cut) {
      reader.error(entry.value, {"byte-of-no-cut"_text});
    }
    for (const Node& value : runs.values) refuse_impossible(reader, entry.key, *path, value, *draft.of);
  }
  draft.what.one_run_per = std::move(runs);
}

void read_one_change(Reader& reader, const Entry& entry, CaseDraft& draft) {
  reader.refuse_quoted_key(entry.key);
  const std::optional<Path> path = read_path(reader, entry.key, *draft.of);
  if (reader.is_unanswered(entry.value)) return;
  read_delimiters(reader, entry.value, *draft.of);
  if (entry.value.find(one_run_per_word) != nullptr) return read_one_run_per(reader, entry, path, draft);
  if (holds_one_run_per(entry.value)) {
    reader.error(entry.value, {"one-run-per-inside"_text,
                               {{"word", std::string(one_run_per_word)}, {"path", shown(entry.key.text)}}});
    return;
  }
  if (path) refuse_impossible(reader, entry.key, *path, entry.value, *draft.of);
  draft.what.changes.push_back({entry.key.text, entry.value, entry.key.at});
}

// What the changes make of the exercise must still be a scenario. If they change steps that only an answer has, that is
// for the proofs to show.
std::optional<Diagnostic> fault_of(std::vector<Change> changes, const ExerciseDraft& draft) {
  WrittenFile changed = *draft.handout;
  for (const Change& change : changes) {
    if (!change_fault(changed.document, change).empty()) return std::nullopt;
    apply(change, changed.document);
  }
  const Loaded loaded = load_document(std::move(changed));
  const Diagnostic* first = first_error(loaded.diagnostics);
  return first == nullptr ? std::nullopt : std::optional(*first);
}

void refuse_unplayable(Reader& reader, const Node& key, const CaseDraft& draft) {
  const auto refuse_with = [&](std::vector<Change> changes, Position at) {
    const std::optional<Diagnostic> fault = fault_of(std::move(changes), *draft.of);
    if (!fault) return false;
    reader.problems().error(at, {"impossible-change.unplayable"_text, {{"fault", Remark{fault->what}}}});
    return true;
  };
  const std::vector<Change>& changes = draft.what.changes;
  if (!changes.empty() && refuse_with(changes, changes.size() == 1 ? changes[0].at : key.at)) return;
  if (!draft.what.one_run_per) return;
  for (const Node& value : draft.what.one_run_per->values) {
    std::vector<Change> with_value = changes;
    with_value.push_back({draft.what.one_run_per->path, value, value.at});
    if (refuse_with(std::move(with_value), value.at)) return;
  }
}

void read_change(Reader& reader, const Node& key, const Node& value, CaseDraft& draft) {
  if (!reader.is_map(value, "`change`", "{client.cut: each}")) return;
  if (value.entries.size() > ceilings::rubric_entries) {
    reader.error(value, {"ceiling-count.changes"_text, {{"most", counted(ceilings::rubric_entries)}}});
    return;
  }
  const std::size_t errors_before = reader.problems().errors();
  for (const Entry& entry : value.entries) read_one_change(reader, entry, draft);
  const bool is_clean = reader.problems().errors() == errors_before && draft.of->handout;
  if (is_clean) refuse_unplayable(reader, key, draft);
}

// --------------------------------------------------------------------------------------------- cases

std::int64_t read_number(Reader& reader, const Node& value, const Phrase& what, std::int64_t otherwise) {
  return reader.whole_number(value, what, {0, ceilings::points}).value_or(otherwise);
}

std::string read_one_line(Reader& reader, const Node& value, const Phrase& what) {
  std::string text = reader.text(value, what).value_or("");
  if (value.is_text() && text.empty()) reader.error(value, {"empty-text"_text, {{"what", what}}});
  if (text.find('\n') != std::string::npos) reader.error(value, {"one-line.text"_text, {{"what", what}}});
  return text;
}

void read_case_name(Reader& reader, const Node&, const Node& value, CaseDraft& draft) {
  draft.what.name = read_one_line(reader, value, "`name`");
  const auto& cases = draft.of->exercise.cases;
  const auto same = std::ranges::find(cases, draft.what.name, &Case::name);
  if (draft.what.name.empty() || same == cases.end()) return;
  reader.error(value, {"duplicate-case"_text, {{"name", in_ticks(draft.what.name)}, {"line", same->at.line}}});
}
void read_case_points(Reader& reader, const Node&, const Node& value, CaseDraft& draft) {
  draft.what.points = read_number(reader, value, "`points`", 1);
}
void read_case_hidden(Reader& reader, const Node&, const Node& value, CaseDraft& draft) {
  draft.what.hidden = reader.yes_no(value, "`hidden`").value_or(false);
}
void read_timing(Reader& reader, const Node&, const Node& value, CaseDraft& draft) {
  draft.what.timing = reader.yes_no(value, "`timing`").value_or(false);
}

void read_predict(Reader& reader, const Node&, const Node& value, CaseDraft& draft) {
  if (!reader.is_list(value, "`predict`", "[server.recv.count]", ceilings::predictions)) return;
  for (const Node& item : value.items) {
    const std::optional<std::string> metric = reader.word(item, phrase("what.metric"_text));
    if (!metric || !draft.of->handout) continue;
    refuse_unasked(reader, item, *metric, *draft.of);
    draft.what.predict.push_back(*metric);
  }
}

constexpr std::array case_keys = {
    Key<CaseDraft>{"name", read_case_name, true}, Key<CaseDraft>{"points", read_case_points},
    Key<CaseDraft>{"hidden", read_case_hidden},   Key<CaseDraft>{"timing", read_timing},
    Key<CaseDraft>{"change", read_change},        Key<CaseDraft>{"predict", read_predict},
    Key<CaseDraft>{"checks", read_case_checks}};

void read_cases(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  if (!reader.is_list(value, "`cases`", "- name: \"as handed in\"", ceilings::cases)) return;
  for (const Node& item : value.items) {
    CaseDraft read{{.at = item.at}, &draft};
    reader.keys<CaseDraft>(item, case_keys, read, phrase("what.case"_text), "{name: \"as handed in\", points: 1}");
    draft.exercise.cases.push_back(std::move(read.what));
  }
}

void read_hidden_cases(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  draft.exercise.hidden_cases = static_cast<int>(read_number(reader, value, "`cases`", 0));
}
void read_hidden_points(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  draft.exercise.hidden_points = read_number(reader, value, "`points`", 0);
}
constexpr std::array left_out_keys = {Key<ExerciseDraft>{"cases", read_hidden_cases, true},
                                      Key<ExerciseDraft>{"points", read_hidden_points, true}};

void read_left_out(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  reader.keys<ExerciseDraft>(value, left_out_keys, draft, "`hidden`", "{cases: 2, points: 3}");
}

// --------------------------------------------------------------------------------------------- proof

struct ProofDraft {
  Proof proof;
  const ExerciseDraft* of = nullptr;
};

void read_answer(Reader& reader, const Node&, const Node& value, ProofDraft& draft) {
  const std::string name = reader.text(value, "`answer`").value_or("");
  if (value.is_text() && !is_file_name(name)) {
    reader.error(value, {"bad-file-name.answer"_text, {{"name", in_ticks(name)}}});
  }
  draft.proof.answer = name;
}
void read_full(Reader& reader, const Node&, const Node& value, ProofDraft& draft) {
  const std::optional<bool> full = reader.yes_no(value, "`full`");
  draft.proof.full = full.value_or(true);
  if (full == false) {
    reader.error(value, {"wrong-proof.full"_text});
  }
}

const Case* case_named(const Exercise& exercise, std::string_view name) {
  const auto found = std::ranges::find(exercise.cases, name, &Case::name);
  return found == exercise.cases.end() ? nullptr : &*found;
}

void read_fails(Reader& reader, const Node&, const Node& value, ProofDraft& draft) {
  draft.proof.fails = reader.text(value, "`fails`").value_or("");
  if (!value.is_text() || case_named(draft.of->exercise, draft.proof.fails) != nullptr) return;
  std::vector<std::string> names;
  for (const Case& one : draft.of->exercise.cases) names.push_back(one.name);
  reader.error(value,
               {"unknown-case"_text,
                {{"name", in_ticks(draft.proof.fails)}, {"mend", did_you_mean(closest(draft.proof.fails, names))}}});
}

void read_says(Reader& reader, const Node&, const Node& value, ProofDraft& draft) {
  draft.proof.says = reader.word(value, "`says`").value_or("");
  const Case* failed = case_named(draft.of->exercise, draft.proof.fails);
  if (draft.proof.says.empty() || failed == nullptr || !draft.of->handout) return;
  std::vector<std::string> named;
  for (const Check& check : failed->checks ? *failed->checks : draft.of->exercise.checks) {
    if (!check.misconception.empty()) named.push_back(check.misconception);
  }
  for (const Check& guess : draft.of->exercise.guesses) {
    const bool is_judged = std::ranges::find(failed->predict, guess.metric) != failed->predict.end();
    if (is_judged) named.push_back(guess.misconception);
  }
  named.emplace_back(changed_the_task);
  for (const std::string& word : draft.of->exercise.forbid) named.push_back(misconception_of_forbidden(word));
  if (std::ranges::find(named, draft.proof.says) != named.end()) return;
  reader.error(value,
               {"unknown-misconception"_text,
                {{"name", in_ticks(draft.proof.says)}, {"mend", did_you_mean(closest(draft.proof.says, named))}}});
}

// Those that name no misconception. What was not allowed names one, and is for `says`.
constexpr std::array endings = {Choice<std::string_view>{"unanswered", "unanswered"},
                                Choice<std::string_view>{"invalid", "invalid"},
                                Choice<std::string_view>{"over-limit", "over-limit"}};

void read_ends(Reader& reader, const Node&, const Node& value, ProofDraft& draft) {
  draft.proof.ends = reader.choice<std::string_view>(value, "`ends`", endings).value_or("");
}

constexpr std::array proof_keys = {Key<ProofDraft>{"answer", read_answer, true}, Key<ProofDraft>{"full", read_full},
                                   Key<ProofDraft>{"fails", read_fails}, Key<ProofDraft>{"says", read_says},
                                   Key<ProofDraft>{"ends", read_ends}};

void refuse_wrong_proof(Reader& reader, const Node& proof) {
  if (proof.kind != Node::Kind::map) return;
  const bool is_full = proof.find("full") != nullptr;
  const bool fails = proof.find("fails") != nullptr;
  const bool says = proof.find("says") != nullptr;
  const bool ends = proof.find("ends") != nullptr;
  if (is_full == fails) {
    reader.error(proof, {"wrong-proof"_text});
  } else if (is_full && (says || ends)) {
    reader.error(proof, {"wrong-proof.says"_text});
  } else if (fails && says == ends) {
    reader.error(proof, {"wrong-proof.fails"_text});
  }
}

void read_proof(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  if (!reader.is_list(value, "`proof`", "- {answer: \"solution.yaml\", full: yes}", ceilings::rubric_entries)) return;
  for (const Node& item : value.items) {
    ProofDraft read{{.at = item.at}, &draft};
    reader.keys<ProofDraft>(item, proof_keys, read, phrase("what.proof"_text),
                            "{answer: \"solution.yaml\", full: yes}");
    refuse_wrong_proof(reader, item);
    draft.exercise.proof.push_back(std::move(read.proof));
  }
}

// ----------------------------------------------------------------------------------------- exercises

void read_exercise_points(Reader& reader, const Node&, const Node& value, ExerciseDraft& draft) {
  draft.exercise.points = read_number(reader, value, "`points`", 0);
}

// First the file, which all else speaks of; before the cases what they speak of, after them what speaks of them.
constexpr std::array exercise_keys = {Key<ExerciseDraft>{"file", read_exercise_file, true},
                                      Key<ExerciseDraft>{"points", read_exercise_points, true},
                                      Key<ExerciseDraft>{"edit", read_edit},
                                      Key<ExerciseDraft>{"forbid", read_forbid},
                                      Key<ExerciseDraft>{"variant", read_variant},
                                      Key<ExerciseDraft>{"checks", read_exercise_checks},
                                      Key<ExerciseDraft>{"guesses", read_guesses},
                                      Key<ExerciseDraft>{"cases", read_cases, true},
                                      Key<ExerciseDraft>{"hidden", read_left_out},
                                      Key<ExerciseDraft>{"proof", read_proof}};

void refuse_wrong_sum(Reader& reader, const Node& node, const Exercise& exercise) {
  std::int64_t sum = exercise.hidden_points;
  for (const Case& one : exercise.cases) sum += one.points;
  if (sum == exercise.points) return;
  reader.error(*node.find("points"), {"wrong-points"_text, {{"sum", sum}, {"points", exercise.points}}});
}

std::filesystem::path path_of_exercise(const Node& node, const std::filesystem::path& lab_folder) {
  const Node* file = node.find("file");
  return lab_folder / (file == nullptr ? "" : file->text);
}

void read_exercise(Reader& outer, const Node& node, const std::filesystem::path& lab_folder, Rubric& rubric) {
  ExerciseDraft draft{.lab_folder = lab_folder, .exercise = {.at = node.at}, .handout = std::nullopt, .scenario = {}};
  // `{file: …}` in its checks lies beside the exercise.
  Reader reader(outer.problems(), path_of_exercise(node, lab_folder), outer.materialise());
  const std::size_t errors_before = reader.problems().errors();
  reader.keys<ExerciseDraft>(node, exercise_keys, draft, phrase("what.exercise"_text),
                             "{file: exercise-1.yaml, points: 1, cases: […]}");
  Exercise& exercise = draft.exercise;
  const bool is_clean = reader.problems().errors() == errors_before;
  if (is_clean && exercise.cases.empty() && exercise.hidden_cases == 0) {
    reader.error(node, {"no-cases"_text});
  } else if (is_clean) {
    refuse_wrong_sum(reader, node, exercise);
  }
  const auto same = std::ranges::find(rubric.exercises, exercise.file, &Exercise::file);
  if (!exercise.file.empty() && same != rubric.exercises.end()) {
    reader.error(*node.find("file"),
                 {"duplicate-exercise"_text, {{"file", in_ticks(exercise.file)}, {"line", same->at.line}}});
  }
  rubric.exercises.push_back(std::move(exercise));
}

// ----------------------------------------------------------------------------------------- the rubric

struct RubricDraft {
  Rubric rubric;
  std::filesystem::path lab_folder;
};

void read_version(Reader& reader, const Node&, const Node& value, RubricDraft&) {
  if (value.is_word() && value.text == "1") return;
  reader.error(value, {"unknown-version.rubric"_text, {{"version", in_ticks(value.text)}}});
}
void read_lab(Reader& reader, const Node&, const Node& value, RubricDraft& draft) {
  draft.rubric.lab = static_cast<int>(reader.whole_number(value, "`lab`", {1, 999}).value_or(0));
}
void read_exercises(Reader& reader, const Node&, const Node& value, RubricDraft& draft) {
  if (!reader.is_list(value, "`exercises`", "- file: exercise-1.yaml", ceilings::exercises)) return;
  for (const Node& item : value.items) read_exercise(reader, item, draft.lab_folder, draft.rubric);
}

constexpr std::array rubric_keys = {Key<RubricDraft>{"rubric", read_version, true},
                                    Key<RubricDraft>{"lab", read_lab, true},
                                    Key<RubricDraft>{"exercises", read_exercises, true}};

}  // namespace

Rubric read_rubric(Problems& problems, const Document& document, const std::filesystem::path& lab_folder,
                   bool materialise) {
  RubricDraft draft{.rubric = {}, .lab_folder = lab_folder};
  Reader reader(problems, lab_folder, materialise);
  reader.set_actors({}, document.whole);
  reader.keys<RubricDraft>(*document.root, rubric_keys, draft, phrase("what.rubric"_text), "rubric: 1");
  return std::move(draft.rubric);
}

std::vector<std::string_view> rubric_words() {
  std::vector<std::string_view> words = {one_run_per_word, "yes", "no"};
  const auto add = [&words](const auto& table) { std::ranges::copy(words_of(table), std::back_inserter(words)); };
  add(rubric_keys);
  add(exercise_keys);
  add(left_out_keys);
  add(delimiter_keys);
  add(case_keys);
  add(proof_keys);
  add(variant_kinds);
  add(endings);
  add(places);
  return words;
}

}  // namespace wirelab::scenario

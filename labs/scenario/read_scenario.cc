#include "labs/scenario/read_scenario.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "labs/scenario/ceilings.hh"
#include "labs/scenario/kernel_settings.hh"
#include "labs/scenario/read_checks.hh"
#include "labs/scenario/read_data.hh"
#include "labs/scenario/read_steps.hh"
#include "labs/scenario/read_wire.hh"

namespace wirelab::scenario {
namespace {

// The scenario, and what its actors take over from the top level.
struct Draft {
  Scenario scenario;
  std::optional<Framing> framing;
  KernelSettings kernel;
  std::set<std::string> uncertain_actors;
};

constexpr std::array<std::string_view, 4> reserved_names = {"wire", "run", "datagrams", "everyone"};

// -------------------------------------------------------------------------------------------- actors

void read_kernel(Reader& reader, const Node& value, KernelSettings& settings) {
  if (!reader.is_map(value, "`kernel`", "{tcp_rto_min_us: 5000}")) return;
  for (const Entry& entry : value.entries) {
    const KernelSetting* setting = find_kernel_setting(entry.key.text);
    if (setting == nullptr) {
      std::vector<std::string_view> names;
      for (const KernelSetting& known : kernel_settings()) names.push_back(known.name);
      reader.error(entry.key,
                   {"unknown-kernel-setting"_text,
                    {{"name", in_ticks(entry.key.text)}, {"mend", did_you_mean(closest(entry.key.text, names))}}});
      continue;
    }
    if (reader.is_unanswered(entry.value)) continue;
    if (setting->yes_no) {
      if (const auto yes = reader.yes_no(entry.value, in_ticks(setting->name)))
        settings[std::string(setting->name)] = *yes ? 1 : 0;
    } else if (const auto number =
                   reader.whole_number(entry.value, in_ticks(setting->name), {setting->least, setting->most})) {
      settings[std::string(setting->name)] = *number;
    }
  }
}

void read_copies(Reader& reader, const Node&, const Node& value, Actor& actor) {
  if (const auto copies = reader.whole_number(value, "`copies`", {1, ceilings::lanes}))
    actor.copies = static_cast<int>(*copies);
  reader.copies = actor.copies;
  reader.multiplier = actor.copies;
}

void read_actor_framing(Reader& reader, const Node&, const Node& value, Actor& actor) {
  if (auto framing = scenario::read_framing(reader, value)) actor.framing = std::move(*framing);
  reader.framing = actor.framing ? &*actor.framing : nullptr;
}

void read_actor_kernel(Reader& reader, const Node&, const Node& value, Actor& actor) {
  read_kernel(reader, value, actor.kernel);
}

void read_cut(Reader& reader, const Node&, const Node& value, Actor& actor) {
  if (value.is_word() && value.text == "each") {
    actor.cut = Cut{.each = true};
    return;
  }
  if (!reader.is_list(value, "`cut`", "[3, 9]", ceilings::cuts)) return;
  Cut cut;
  for (const Node& item : value.items) {
    if (reader.is_unanswered(item)) continue;
    const auto offset =
        reader.whole_number(item, phrase("what.offset"_text), {1, std::numeric_limits<std::int64_t>::max()});
    if (!offset) continue;
    if (!cut.offsets.empty() && *offset <= cut.offsets.back()) {
      reader.error(item, {"not-ascending"_text});
    }
    cut.offsets.push_back(*offset);
  }
  actor.cut = std::move(cut);
}

void read_slow(Reader& reader, const Node&, const Node& value, Actor& actor) {
  actor.slow = reader.yes_no(value, "`slow`").value_or(false);
}

void read_actor_steps(Reader& reader, const Node&, const Node& value, Actor& actor) {
  actor.steps = read_steps(reader, value, fmt::format("`{}`", actor.name));
}

// Before `steps` what steps depend on.
constexpr std::array actor_keys = {
    Key<Actor>{"copies", read_copies},       Key<Actor>{"framing", read_actor_framing},
    Key<Actor>{"kernel", read_actor_kernel}, Key<Actor>{"cut", read_cut},
    Key<Actor>{"slow", read_slow},           Key<Actor>{"steps", read_actor_steps, true}};

void read_actor_body(Reader& reader, const Node& key, const Node& value, Actor& actor) {
  if (reader.is_unanswered(value)) return;
  const auto is_action = [](const Entry& entry) {
    const std::vector<std::string_view> words = action_words();
    return std::ranges::find(words, entry.key.text) != words.end();
  };
  if (value.kind == Node::Kind::map && std::ranges::any_of(value.entries, is_action)) {
    reader.error(value, {"wrong-kind.steps"_text, {{"actor", actor.name}}});
  } else if (value.kind == Node::Kind::map) {
    reader.keys<Actor>(value, actor_keys, actor, phrase("what.this-actor"_text, {{"actor", actor.name}}),
                       "{copies: 50, steps: […]}");
  } else if (value.kind == Node::Kind::nothing) {
    reader.error(key, {"no-steps"_text, {{"what", in_ticks(actor.name)}}});
  } else {
    read_actor_steps(reader, key, value, actor);
  }
}

bool actor_name_is_good(Reader& reader, const Node& key) {
  if (!reader.name(key, phrase("what.actor"_text))) return false;
  if (std::ranges::find(reserved_names, std::string_view(key.text)) == reserved_names.end()) return true;
  reader.error(key, {"reserved-name"_text, {{"name", in_ticks(key.text)}, {"names", enumeration(reserved_names)}}});
  return false;
}

void start_actor(Reader& reader, const Actor& actor) {
  reader.framing = actor.framing ? &*actor.framing : nullptr;
  reader.copies = 1;
  reader.multiplier = 1;
  reader.repeats_around = 0;
  reader.spending = {};
  reader.lines_of_ids.clear();
  reader.in_steps = true;
}

void read_actor(Reader& reader, const Entry& entry, Draft& draft) {
  actor_name_is_good(reader, entry.key);
  Actor actor{.name = entry.key.text, .at = entry.key.at, .framing = draft.framing, .kernel = draft.kernel};
  start_actor(reader, actor);
  const std::size_t errors_before = reader.problems().errors();
  const std::size_t unanswered_before = reader.unanswered().size();
  read_actor_body(reader, entry.key, entry.value, actor);
  if (reader.problems().errors() > errors_before || reader.unanswered().size() > unanswered_before) {
    draft.uncertain_actors.insert(actor.name);
  }
  reader.framing = nullptr;
  reader.in_steps = false;
  draft.scenario.actors.push_back(std::move(actor));
}

void refuse_too_many_lanes(Reader& reader, const Node& node, const Scenario& scenario) {
  std::int64_t lanes = 0;
  for (const Actor& actor : scenario.actors) lanes += actor.copies;
  if (lanes <= ceilings::lanes) return;
  reader.error(Node{.kind = Node::Kind::scalar, .at = node.at},
               {"ceiling-lanes.copies"_text, {{"lanes", lanes}, {"most", ceilings::lanes}}});
}

void read_actors(Reader& reader, const Node& key, const Node& value, Draft& draft) {
  if (!reader.is_map(value, "`actors`", "server: […]")) return;
  if (value.entries.size() > static_cast<std::size_t>(ceilings::lanes)) {
    reader.error(key, {"ceiling-lanes"_text, {{"actors", counted(value.entries.size())}, {"most", ceilings::lanes}}});
    return;
  }
  if (value.entries.empty()) reader.error(value, {"no-actors"_text});
  for (const Entry& entry : value.entries) read_actor(reader, entry, draft);
  refuse_too_many_lanes(reader, key, draft.scenario);
}

// ----------------------------------------------------------------------------------------- top level

void read_version(Reader& reader, const Node&, const Node& value, Draft&) {
  if (value.is_word() && value.text == "1") return;
  reader.error(value, {"unknown-version"_text, {{"version", in_ticks(value.text)}}});
}
void read_lab(Reader& reader, const Node&, const Node& value, Draft& draft) {
  draft.scenario.lab = static_cast<int>(reader.whole_number(value, "`lab`", {1, 999}).value_or(0));
}
void read_title(Reader& reader, const Node&, const Node& value, Draft& draft) {
  draft.scenario.title = reader.text(value, "`title`").value_or("");
  if (draft.scenario.title.find('\n') != std::string::npos) reader.error(value, {"one-line"_text});
}
void read_about(Reader& reader, const Node&, const Node& value, Draft& draft) {
  draft.scenario.about = reader.text(value, "`about`").value_or("");
}

constexpr std::array stages = {Choice<StageChoice>{"auto", StageChoice::automatic},
                               Choice<StageChoice>{"wire", StageChoice::wire},
                               Choice<StageChoice>{"loopback", StageChoice::loopback}};
constexpr std::array paces = {Choice<Pace>{"stepped", Pace::stepped}, Choice<Pace>{"reversed", Pace::reversed},
                              Choice<Pace>{"free", Pace::free}};
constexpr std::array families = {Choice<Family>{"ipv4", Family::ipv4}, Choice<Family>{"ipv6", Family::ipv6}};

void read_stage(Reader& reader, const Node&, const Node& value, Draft& draft) {
  if (const auto stage = reader.choice<StageChoice>(value, "`stage`", stages)) draft.scenario.stage = *stage;
}
void read_pace(Reader& reader, const Node&, const Node& value, Draft& draft) {
  if (const auto pace = reader.choice<Pace>(value, "`pace`", paces)) draft.scenario.pace = *pace;
}
void read_family(Reader& reader, const Node&, const Node& value, Draft& draft) {
  if (const auto family = reader.choice<Family>(value, "`family`", families)) draft.scenario.family = *family;
}
void read_top_framing(Reader& reader, const Node&, const Node& value, Draft& draft) {
  draft.framing = scenario::read_framing(reader, value);
}
void read_top_kernel(Reader& reader, const Node&, const Node& value, Draft& draft) {
  read_kernel(reader, value, draft.kernel);
}
void read_top_wire(Reader& reader, const Node&, const Node& value, Draft& draft) {
  read_wire(reader, value, draft.scenario.wire);
}

void read_top_checks(Reader& reader, const Node&, const Node& value, Draft& draft) {
  read_checks(reader, value, draft.scenario);
}
void read_predict(Reader& reader, const Node&, const Node& value, Draft& draft) {
  read_predictions(reader, value, draft.scenario);
}

void read_hints(Reader& reader, const Node&, const Node& value, Draft& draft) {
  if (!reader.is_list(value, "`hints`", "- \"Look at listen().\"", ceilings::hints)) return;
  for (const Node& item : value.items) {
    if (auto hint = reader.text(item, phrase("what.hint"_text))) draft.scenario.hints.push_back(std::move(*hint));
  }
}

void read_step_limit(Reader& reader, const Node&, const Node& value, Limits& limits) {
  if (const auto limit = reader.duration(value, "`step`", std::chrono::milliseconds(10), ceilings::step_limit))
    limits.step = *limit;
}
void read_run_limit(Reader& reader, const Node&, const Node& value, Limits& limits) {
  if (const auto limit = reader.duration(value, "`run`", std::chrono::milliseconds(10), ceilings::run_limit))
    limits.run = *limit;
}
constexpr std::array limit_keys = {Key<Limits>{"step", read_step_limit}, Key<Limits>{"run", read_run_limit}};

void read_limits(Reader& reader, const Node&, const Node& value, Draft& draft) {
  reader.keys<Limits>(value, limit_keys, draft.scenario.limits, "`limits`", "{step: 5s, run: 30s}");
}

// Which parts a student fills in: `???` elsewhere is a mistake.
enum class Asks { nothing, answers };

struct TopKey {
  std::string_view word;
  Asks asks;
  void (*read)(Reader&, const Node& key, const Node& value, Draft&);
};
// Before `actors` what actors take over, after them what speaks of them.
constexpr std::array top_keys = {
    TopKey{"wirelab", Asks::nothing, read_version},   TopKey{"lab", Asks::nothing, read_lab},
    TopKey{"title", Asks::nothing, read_title},       TopKey{"about", Asks::nothing, read_about},
    TopKey{"stage", Asks::answers, read_stage},       TopKey{"pace", Asks::answers, read_pace},
    TopKey{"family", Asks::answers, read_family},     TopKey{"framing", Asks::answers, read_top_framing},
    TopKey{"kernel", Asks::answers, read_top_kernel}, TopKey{"actors", Asks::answers, read_actors},
    TopKey{"wire", Asks::answers, read_top_wire},     TopKey{"predict", Asks::nothing, read_predict},
    TopKey{"checks", Asks::nothing, read_top_checks}, TopKey{"hints", Asks::nothing, read_hints},
    TopKey{"limits", Asks::nothing, read_limits}};

std::vector<std::string> actor_names(const Node& root) {
  std::vector<std::string> names;
  const Node* actors = root.find("actors");
  if (actors == nullptr) return names;
  for (const Entry& entry : actors->entries) names.push_back(entry.key.text);
  return names;
}

void require_top_keys(Reader& reader, const Node& root) {
  if (!reader.whole()) return;
  for (const auto& [word, missing] :
       {std::pair("wirelab", "missing-key.version"_text), std::pair("actors", "missing-key.actors"_text)}) {
    if (root.find(word) == nullptr) reader.problems().error(Place{root.at, 1}, {missing});
  }
}

void read_top(Reader& reader, const Node& root, Draft& draft) {
  reader.refuse_unknown_keys(root, keys_of_top_level(), phrase("what.scenario"_text));
  require_top_keys(reader, root);
  for (const TopKey& key : top_keys) {
    const Entry* entry = Reader::find(root, key.word);
    if (entry == nullptr) continue;
    const std::size_t errors_before = reader.problems().errors();
    reader.allow_unanswered(key.asks == Asks::answers);
    const bool unanswered = reader.is_unanswered(entry->value);
    if (!unanswered) key.read(reader, entry->key, entry->value, draft);
    // A missing framing would make every message of every actor look wrong.
    const bool concerns_all = key.word == "framing" && (unanswered || reader.problems().errors() > errors_before);
    if (concerns_all) draft.uncertain_actors.insert("everyone");
  }
}

}  // namespace

ReadScenario read_scenario(Reader& reader, const Document& document) {
  Draft draft;
  const Node& root = *document.root;
  if (root.kind != Node::Kind::map) {
    reader.error(root, {"wrong-kind.scenario"_text});
    return {};
  }
  reader.set_actors(actor_names(root), document.whole);
  read_top(reader, root, draft);
  draft.scenario.unanswered = reader.unanswered();
  return {std::move(draft.scenario), std::move(draft.uncertain_actors)};
}

std::vector<std::string_view> keys_of_top_level() { return words_of(top_keys); }
std::vector<std::string_view> keys_of_actor() { return words_of(actor_keys); }
std::vector<std::string_view> keys_of_limits() { return words_of(limit_keys); }

std::vector<std::string_view> top_words() {
  std::vector<std::string_view> words = keys_of_top_level();
  const auto add = [&words](const auto& table) {
    for (const auto& row : table) words.push_back(row.word);
  };
  add(actor_keys);
  add(limit_keys);
  add(stages);
  add(paces);
  add(families);
  words.push_back("each");
  return words;
}

}  // namespace wirelab::scenario

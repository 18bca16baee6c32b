#include <unistd.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "labs/best_ground.hh"
#include "labs/commands.hh"
#include "labs/console.hh"
#include "labs/last_run.hh"
#include "labs/player.hh"
#include "labs/render/comparison.hh"
#include "labs/render/record.hh"
#include "labs/render/terminal.hh"
#include "labs/scenario/difference.hh"
#include "labs/scenario/document.hh"
#include "labs/scenario/edits.hh"
#include "labs/scenario/loader.hh"
#include "labs/scenario/utf8.hh"
#include "labs/words/catalogue.hh"

namespace wirelab {
namespace {

constexpr int same_story = 0, other_story = 1;

scenario::Document document_of(const std::string& text) { return scenario::read_yaml(text, "").document; }

/// Two texts of a scenario, the earlier and the later; the files they are from, for what lies beside them.
struct Versions {
  std::string before;
  std::string before_file;
  std::string after;
  std::string after_file;
};

/// Nothing if they cannot be compared, which has been said.
std::optional<Versions> with_last_run(const std::string& file, words::Language language) {
  const scenario::Loaded now = scenario::load_file(file);
  if (!report(now, language)) return std::nullopt;
  std::optional<std::string> before = text_played_before(file, now.source);
  if (before) return Versions{std::move(*before), file, now.source, file};
  complain(words::say(language, "diff.no-earlier"_text, {{"file", scenario::printable(file)}}) + "\n");
  return std::nullopt;
}

std::optional<Versions> of_two_files(const std::string& before, const std::string& after, words::Language language) {
  const scenario::Loaded earlier = scenario::load_file(before);
  const scenario::Loaded later = scenario::load_file(after);
  const bool can_be_played = report(earlier, language);
  if (!report(later, language) || !can_be_played) return std::nullopt;
  return Versions{earlier.source, before, later.source, after};
}

/// An edit that leaves the data as they are (a comment, a space) is none.
std::vector<scenario::LineEdit> edits_of_data(const Versions& versions) {
  std::vector<scenario::LineEdit> edits = scenario::line_edits(versions.before, versions.after);
  const scenario::Document before = document_of(versions.before);
  std::erase_if(edits, [&](const scenario::LineEdit& edit) {
    const scenario::Document alone = document_of(edit.alone);
    return alone.root && alone.whole && scenario::differences(before, alone).empty();
  });
  return edits;
}

int compare(const Versions& versions, const DiffOptions& options, const runner::Ground& ground) {
  constexpr std::size_t most_attempts = 8;
  render::Comparison comparison;
  comparison.edits = scenario::differences(document_of(versions.before), document_of(versions.after));
  if (comparison.edits.empty()) {
    print(words::say(options.language, "diff.nothing-edited"_text) + "\n");
    return same_story;
  }

  Player player(options.stage, options.language, ground);
  const auto before = player.play(versions.before, versions.before_file);
  const auto after = player.play(versions.after, versions.after_file);
  if (player.was_interrupted()) return end_by_interrupt(options.language);
  if (!player.why_not().empty()) {
    complain("wirelab: " + scenario::printable(player.why_not()) + "\n");
    return not_possible;
  }
  // A text that was played once may have lost the files beside it.
  if (!before || !after) {
    complain(words::say(options.language, "diff.earlier-lost"_text) + "\n");
    return wrong_input;
  }
  comparison.changes = render::compare(*before, *after);

  std::vector<scenario::LineEdit> edits = edits_of_data(versions);
  if (edits.size() > 1 && !comparison.changes.none()) {
    comparison.not_tried = edits.size() > most_attempts ? edits.size() - most_attempts : 0;
    edits.resize(edits.size() - comparison.not_tried);
    for (scenario::LineEdit& edit : edits) {
      const auto alone = player.play(edit.alone, versions.before_file);
      if (player.was_interrupted()) return end_by_interrupt(options.language);
      auto changes = alone ? std::optional(render::compare(*before, *alone)) : std::nullopt;
      comparison.alone.push_back({std::move(edit), std::move(changes)});
    }
  }
  print(render::to_terminal(comparison, render::style_for(STDOUT_FILENO, options.language)));
  return comparison.changes.none() ? same_story : other_story;
}

}  // namespace

int diff(const DiffOptions& options) {
  const auto versions = options.files.size() == 2 ? of_two_files(options.files[0], options.files[1], options.language)
                                                  : with_last_run(options.files[0], options.language);
  if (!versions) return wrong_input;
  const auto play = [&](const runner::Ground& ground) { return compare(*versions, options, ground); };
  return on_best_ground(options.stage, play);
}

}  // namespace wirelab

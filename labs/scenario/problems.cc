#include "labs/scenario/problems.hh"

#include <algorithm>
#include <tuple>
#include <utility>

#include "labs/scenario/ceilings.hh"

namespace wirelab::scenario {

void Problems::error(Place place, words::Message what) { add(Diagnostic::Severity::error, place, std::move(what)); }

void Problems::warning(Place place, words::Message what) { add(Diagnostic::Severity::warning, place, std::move(what)); }

void Problems::error(Position at, words::Message what) { error(source_->word_at(at), std::move(what)); }

void Problems::warning(Position at, words::Message what) { warning(source_->word_at(at), std::move(what)); }

void Problems::add(Diagnostic::Severity severity, Place place, words::Message what) {
  if (place.at.line >= unreadable_from_) return;
  if (severity == Diagnostic::Severity::error) ++errors_;
  if (found_.size() >= ceilings::gathered_diagnostics) return;
  found_.push_back({severity, file_, place.at, place.width, std::move(what)});
}

std::vector<Diagnostic> Problems::in_order() const {
  std::vector<Diagnostic> sorted = found_;
  const auto place_of = [](const Diagnostic& found) { return std::pair(found.at.line, found.at.column); };
  std::ranges::stable_sort(sorted, {}, place_of);
  const auto same = [](const Diagnostic& one, const Diagnostic& other) {
    return one.at == other.at && one.what == other.what;
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  if (sorted.size() <= ceilings::shown_diagnostics) return sorted;
  // Warnings must not push the errors out of what is shown.
  const auto last_kept = sorted.begin() + static_cast<std::ptrdiff_t>(ceilings::shown_diagnostics);
  const bool error_kept = std::any_of(
      sorted.begin(), last_kept, [](const Diagnostic& found) { return found.severity == Diagnostic::Severity::error; });
  if (any_error() && !error_kept) {
    std::erase_if(sorted, [](const Diagnostic& found) { return found.severity == Diagnostic::Severity::warning; });
  }
  if (sorted.size() > ceilings::shown_diagnostics)
    sorted.erase(sorted.begin() + ceilings::shown_diagnostics, sorted.end());
  return sorted;
}

}  // namespace wirelab::scenario

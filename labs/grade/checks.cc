#include "labs/grade/checks.hh"

#include <algorithm>

#include "labs/timeline/metrics.hh"

namespace wirelab::grade {
namespace {

using scenario::Bytes;
using scenario::Expected;
using scenario::List;
using scenario::Value;
using scenario::Word;
using timeline::Measurement;
using timeline::Outcome;
using timeline::Timeline;

/// The characters of bytes or of a word; nothing for numbers, yes/no and lists.
const std::string* characters(const Value& value) {
  if (const auto* bytes = value.as<Bytes>()) return &bytes->bytes;
  if (const auto* word = value.as<Word>()) return &word->text;
  return nullptr;
}

bool same_kind(const Value& one, const Value& other) { return one.held.index() == other.held.index(); }

/// Every element of `part` stands in `whole`, as often as it stands in `part`; the order does not matter.
bool includes(List whole, const List& part) {
  return std::all_of(part.begin(), part.end(), [&](const Value& wanted) {
    const auto found = std::find(whole.begin(), whole.end(), wanted);
    if (found == whole.end()) return false;
    whole.erase(found);
    return true;
  });
}

/// A list contains an element or several, a text contains a shorter text.
bool contains(const Value& observed, const Value& wanted) {
  if (const auto* list = observed.as<List>()) {
    const auto* several = wanted.as<List>();
    return includes(*list, several ? *several : List{wanted});
  }
  const std::string* text = characters(observed);
  return text && same_kind(observed, wanted) && text->find(*characters(wanted)) != std::string::npos;
}

bool starts_with(const Value& observed, const Value& wanted) {
  if (const auto* list = observed.as<List>()) {
    const auto* several = wanted.as<List>();
    const List start = several ? *several : List{wanted};
    return start.size() <= list->size() && std::equal(start.begin(), start.end(), list->begin());
  }
  const std::string* text = characters(observed);
  return text && same_kind(observed, wanted) && text->starts_with(*characters(wanted));
}

bool within(const Value& observed, const Value* lowest, const Value* highest) {
  const auto* number = observed.as<std::int64_t>();
  const auto fits = [&](const Value* bound, auto compare) {
    if (!bound) return true;
    const auto* limit = bound->as<std::int64_t>();
    return limit && compare(*number, *limit);
  };
  return number && fits(lowest, std::greater_equal<>()) && fits(highest, std::less_equal<>());
}

/// Whether everything that `expected` compares with can be seen on this stage.
bool is_observable(const Expected& expected, const Timeline& timeline) {
  if (expected.kind == Expected::Kind::same_as) return timeline::measure(timeline, expected.metric).value.has_value();
  return std::all_of(expected.inner.begin(), expected.inner.end(),
                     [&](const Expected& inner) { return is_observable(inner, timeline); });
}

Verdict judge(const Expected& expected, const Measurement& measured, const Timeline& timeline) {
  if (timeline.outcome == Outcome::unanswered) return Verdict::unanswered;
  if (!measured.value || !is_observable(expected, timeline)) return Verdict::not_observable;
  if (holds(expected, *measured.value, timeline)) return Verdict::passed;
  return timeline.outcome == Outcome::interrupted ? Verdict::inconclusive : Verdict::failed;
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::not_observable:
      return "not-observable";
    case Verdict::unanswered:
      return "unanswered";
    case Verdict::inconclusive:
      return "inconclusive";
  }
  return "";
}

bool holds(const Expected& expected, const Value& observed, const Timeline& timeline) {
  const auto value = [&](std::size_t i) { return i < expected.values.size() ? &expected.values[i] : nullptr; };
  switch (expected.kind) {
    case Expected::Kind::equals:
      return value(0) && *value(0) == observed;
    case Expected::Kind::at_least:
      return value(0) && within(observed, value(0), nullptr);
    case Expected::Kind::at_most:
      return value(0) && within(observed, nullptr, value(0));
    case Expected::Kind::between:
      return value(0) && value(1) && within(observed, value(0), value(1));
    case Expected::Kind::one_of:
      return std::find(expected.values.begin(), expected.values.end(), observed) != expected.values.end();
    case Expected::Kind::contains:
      return value(0) && contains(observed, *value(0));
    case Expected::Kind::starts_with:
      return value(0) && starts_with(observed, *value(0));
    case Expected::Kind::any_order: {
      const auto* list = observed.as<List>();
      return list && list->size() == expected.values.size() && includes(*list, expected.values);
    }
    case Expected::Kind::same_as: {
      const Measurement other = timeline::measure(timeline, expected.metric);
      return other.value && *other.value == observed;
    }
    case Expected::Kind::not_:
      return expected.inner.size() == 1 && !holds(expected.inner[0], observed, timeline);
  }
  return false;
}

std::vector<CheckResult> check(const scenario::Scenario& scenario, const Timeline& timeline) {
  std::vector<CheckResult> results;
  for (const scenario::Check& one : scenario.checks) {
    Measurement measured = timeline::measure(timeline, one.metric);
    const Verdict verdict = judge(one.expected, measured, timeline);
    results.push_back({one, std::move(measured.value), verdict, std::move(measured.events)});
  }
  return results;
}

std::vector<PredictionResult> compare_predictions(const scenario::Scenario& scenario, const Timeline& timeline) {
  std::vector<PredictionResult> results;
  for (const scenario::Prediction& one : scenario.predict) {
    Measurement measured = timeline::measure(timeline, one.metric);
    const Verdict verdict = one.guess ? judge(*one.guess, measured, timeline) : Verdict::unanswered;
    results.push_back({one, std::move(measured.value), verdict, std::move(measured.events)});
  }
  return results;
}

}  // namespace wirelab::grade

#include "labs/explain/explain.hh"

#include <algorithm>
#include <map>

#include "labs/explain/catalogue.hh"
#include "labs/explain/rule.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::explain {
namespace {

struct Told {
  Finding finding;
  std::string seen;
  std::int64_t again = 0;
};

/// What was said, without telling client#1 from client#2: fifty copies that do the same are one thing to read.
std::string without_copy_numbers(const std::string& seen) {
  std::string same;
  bool in_number = false;
  for (const char c : seen) {
    in_number = c == '#' || (in_number && c >= '0' && c <= '9');
    if (!in_number) same += c;
  }
  return same;
}

/// What a rule has found, in the words of one language.
class Teller {
 public:
  explicit Teller(words::Language language)
      : language_(language), entries_(entries(language)), words_(words::catalogue(language)) {}

  std::vector<Annotation> tell(const Rule& rule, const Story& story) const {
    std::vector<Annotation> annotations;
    for (Told& told : condense(rule.find(story), rule.told_in_full)) {
      annotations.push_back(annotate(rule, std::move(told)));
    }
    return annotations;
  }

 private:
  std::string fill(std::string_view pattern, const Arguments& arguments) const {
    return words::fill(words_, pattern, arguments);
  }

  /// The same thing ten times is said once and counted.
  std::vector<Told> condense(std::vector<Finding> findings, std::size_t told_in_full) const {
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.events.back() < b.events.back(); });
    std::vector<Told> told;
    std::map<std::pair<std::string_view, std::string>, std::vector<std::size_t>> alike;
    for (Finding& finding : findings) {
      std::string seen = fill(entries_.at(finding.key).seen, finding.arguments);
      std::vector<std::size_t>& group = alike[{finding.key, finding.about}];
      const auto same = std::find_if(group.begin(), group.end(), [&](std::size_t i) {
        return without_copy_numbers(told[i].seen) == without_copy_numbers(seen);
      });
      if (same != group.end()) {
        ++told[*same].again;
      } else if (group.size() == told_in_full) {
        ++told[group.back()].again;
      } else {
        group.push_back(told.size());
        told.push_back({std::move(finding), std::move(seen)});
      }
    }
    return told;
  }

  Annotation annotate(const Rule& rule, Told told) const {
    const Arguments& arguments = told.finding.arguments;
    const Entry& entry = entries_.at(told.finding.key);
    Annotation annotation{
        std::string(rule.id), told.finding.events, std::move(told.seen), fill(entry.why, arguments), {}, {}};
    if (told.again > 0) annotation.seen += words::say(language_, "again"_text, {{"times", told.again}});
    if (!told.finding.measured.empty()) annotation.measured = fill(entry.measured, told.finding.measured);
    for (const std::string_view reference : references(told.finding.key)) {
      annotation.see.push_back(fill(reference, arguments));
    }
    return annotation;
  }

  words::Language language_;
  const Entries& entries_;
  const words::Catalogue& words_;
};

}  // namespace

std::vector<Annotation> explain(const timeline::Timeline& timeline, words::Language language) {
  if (timeline.events.empty()) return {};
  const Story story(timeline);
  const Teller teller(language);
  std::vector<Annotation> annotations;
  for (const Rule& rule : all_rules()) {
    for (Annotation& annotation : teller.tell(rule, story)) annotations.push_back(std::move(annotation));
  }
  std::stable_sort(annotations.begin(), annotations.end(),
                   [](const Annotation& a, const Annotation& b) { return a.events.back() < b.events.back(); });
  return annotations;
}

}  // namespace wirelab::explain

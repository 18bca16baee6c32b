#include "labs/render/journal.hh"

#include <array>
#include <cstdint>
#include <utility>

#include "labs/render/json_text.hh"

namespace wirelab::render {

using grade::CaseScore;
using grade::Ending;
using grade::Finding;
using grade::Verdict;

namespace {

Json to_object(const Finding& finding) {
  return {{"run", bytes_json(finding.run)},
          {"what", bytes_json(finding.what)},
          {"expected", bytes_json(finding.expected)},
          {"observed", bytes_json(finding.observed)},
          {"message", bytes_json(finding.message)},
          {"misconception", bytes_json(finding.misconception)},
          {"because", bytes_json(finding.because)},
          {"line", finding.line},
          {"events", finding.events}};
}

Json to_array(const std::vector<Finding>& findings) {
  Json array = Json::array();
  for (const Finding& finding : findings) array.push_back(to_object(finding));
  return array;
}

std::string spell(const Json& json) { return escape_unprintable(compact(json)); }

/// A whole number, if the type has room for it.
template <typename Number>
std::optional<Number> number_in(const Json& value) {
  if (value.is_number_unsigned() && std::in_range<Number>(value.get<std::uint64_t>())) return value.get<Number>();
  if (!value.is_number_integer() || value.is_number_unsigned()) return std::nullopt;
  return std::in_range<Number>(value.get<std::int64_t>()) ? std::optional(value.get<Number>()) : std::nullopt;
}

/// Reads the keys of one object, and remembers whether each of them was there and of its type.
class Reader {
 public:
  explicit Reader(const Json& object) : object_(object), good_(object.is_object()) {}

  template <typename Number>
  Number number(const char* key) {
    const std::optional<Number> found = number_in<Number>(at(key));
    good_ = good_ && found.has_value();
    return found.value_or(0);
  }

  bool yes_or_no(const char* key) {
    const Json& value = at(key);
    good_ = good_ && value.is_boolean();
    return good_ && value.get<bool>();
  }

  std::string bytes(const char* key) {
    std::optional<std::string> found = bytes_from(at(key));
    good_ = good_ && found.has_value();
    return std::move(found).value_or("");
  }

  /// The one of `all` that is spelled so.
  template <typename Word, std::size_t count>
  Word word(const char* key, const std::array<Word, count>& all) {
    const std::string spelled = bytes(key);
    for (const Word candidate : all) {
      if (to_text(candidate) == spelled) return candidate;
    }
    good_ = false;
    return all.front();
  }

  /// What `key` holds; null if it holds nothing.
  const Json& at(const char* key) {
    static const Json nothing;
    const auto found = object_.is_object() ? object_.find(key) : object_.end();
    good_ = good_ && found != object_.end();
    return good_ ? *found : nothing;
  }

  bool is_good() const { return good_; }

 private:
  const Json& object_;
  bool good_;
};

std::optional<std::vector<timeline::EventId>> events_in(const Json& array) {
  if (!array.is_array()) return std::nullopt;
  std::vector<timeline::EventId> events;
  for (const Json& value : array) {
    const auto event = number_in<timeline::EventId>(value);
    if (!event) return std::nullopt;
    events.push_back(*event);
  }
  return events;
}

std::optional<Finding> finding_in(const Json& object) {
  Reader read(object);
  Finding finding;
  finding.run = read.bytes("run");
  finding.what = read.bytes("what");
  finding.expected = read.bytes("expected");
  finding.observed = read.bytes("observed");
  finding.message = read.bytes("message");
  finding.misconception = read.bytes("misconception");
  finding.because = read.bytes("because");
  finding.line = read.number<int>("line");
  std::optional<std::vector<timeline::EventId>> events = events_in(read.at("events"));
  if (!read.is_good() || !events) return std::nullopt;
  finding.events = *std::move(events);
  return finding;
}

std::optional<std::vector<Finding>> findings_in(const Json& array) {
  if (!array.is_array()) return std::nullopt;
  std::vector<Finding> findings;
  for (const Json& object : array) {
    std::optional<Finding> finding = finding_in(object);
    if (!finding) return std::nullopt;
    findings.push_back(*std::move(finding));
  }
  return findings;
}

/// What is no JSON becomes a value that is neither object nor array.
Json parsed(std::string_view text) { return Json::parse(text, nullptr, false); }

}  // namespace

std::string to_journal_line(const JournalEntry& entry) {
  const CaseScore& score = entry.score;
  return spell({{"student", bytes_json(entry.student)},
                {"lab", entry.lab},
                {"exercise", bytes_json(entry.exercise)},
                {"fingerprint", bytes_json(entry.fingerprint)},
                {"case", bytes_json(score.name)},
                {"hidden", score.hidden},
                {"max_points", score.max_points},
                {"verdict", grade::to_text(score.verdict)},
                {"ending", grade::to_text(score.ending)},
                {"findings", to_array(score.findings)},
                {"runs", score.runs},
                {"milliseconds", score.milliseconds}});
}

std::optional<JournalEntry> from_journal_line(std::string_view line) {
  constexpr std::array verdicts{Verdict::passed, Verdict::failed, Verdict::not_observable, Verdict::unanswered,
                                Verdict::inconclusive};
  constexpr std::array endings{Ending::judged,      Ending::not_handed_in, Ending::unanswered, Ending::invalid,
                               Ending::not_allowed, Ending::crashed,       Ending::over_limit, Ending::did_not_finish};
  const Json object = parsed(line);
  Reader read(object);
  JournalEntry entry;
  entry.student = read.bytes("student");
  entry.lab = read.number<int>("lab");
  entry.exercise = read.bytes("exercise");
  entry.fingerprint = read.bytes("fingerprint");
  entry.score.name = read.bytes("case");
  entry.score.hidden = read.yes_or_no("hidden");
  entry.score.max_points = read.number<std::int64_t>("max_points");
  entry.score.verdict = read.word("verdict", verdicts);
  entry.score.ending = read.word("ending", endings);
  entry.score.runs = read.number<int>("runs");
  entry.score.milliseconds = read.number<std::int64_t>("milliseconds");
  std::optional<std::vector<Finding>> findings = findings_in(read.at("findings"));
  if (!read.is_good() || !findings) return std::nullopt;
  entry.score.findings = *std::move(findings);
  return entry;
}

std::string to_json(const std::vector<Finding>& findings) { return spell(to_array(findings)); }

std::optional<std::vector<Finding>> findings_from_json(std::string_view text) { return findings_in(parsed(text)); }

}  // namespace wirelab::render

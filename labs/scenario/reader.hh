// Nodes of a document → values of the language, with a diagnostic for whatever is not one.
//
// The parts of a scenario are read by the read_….cc files, each with its tables of words; this is what they share.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labs/scenario/document.hh"
#include "labs/scenario/problems.hh"
#include "labs/scenario/scenario.hh"
#include "labs/scenario/suggestion.hh"

namespace wirelab::scenario {

/// A bare word and what it stands for.
template <typename Meaning>
struct Choice {
  std::string_view word;
  Meaning meaning;
};

struct Limits64 {
  std::int64_t least;
  std::int64_t most;
};

class Reader;

/// A key of a map and what reads its value.
template <typename Target>
struct Key {
  std::string_view word;
  void (*read)(Reader& reader, const Node& key, const Node& value, Target& target);
  bool required = false;
};

/// The words of such a table, in its order.
template <typename Table>
std::vector<std::string_view> words_of(const Table& table) {
  std::vector<std::string_view> words;
  for (const auto& row : table) words.push_back(row.word);
  return words;
}

/// What one actor has used up of the ceilings, rounds and copies multiplied out.
struct Spending {
  std::int64_t executed_steps = 0;
  std::int64_t sent_bytes = 0;
  Duration slept{};
};

class Reader {
 public:
  /// With `materialise` the bytes of {fill: …}, {random: …} and {file: …} are made; without it only their sizes are
  /// looked at, so that a file that is going to be refused costs no memory.
  Reader(Problems& problems, std::filesystem::path file, bool materialise)
      : problems_(problems), file_(std::move(file)), materialise_(materialise) {}

  Problems& problems() { return problems_; }
  const std::filesystem::path& file() const { return file_; }
  bool materialise() const { return materialise_; }

  // ---- diagnostics under a node
  void error(const Node& node, words::Message what);
  void warning(const Node& node, words::Message what);
  /// "… must be …": the one shape of a value of the wrong kind. `what` is the thing, `wanted` ends the sentence.
  void wrong_kind(const Node& node, const Phrase& what, Phrase wanted, Remark mend = {});

  // ---- scalars; nothing after a diagnostic
  std::optional<std::int64_t> whole_number(const Node& node, const Phrase& what, Limits64 limits);
  std::optional<bool> yes_no(const Node& node, const Phrase& what);
  /// Data or prose: always in quotes (or a block after `|`).
  std::optional<std::string> text(const Node& node, const Phrase& what);
  /// A bare word; whether it is one of the language's is for the caller.
  std::optional<std::string> word(const Node& node, const Phrase& what);
  /// A small letter, then small letters, digits, `_`: actors, ids, sockets.
  std::optional<std::string> name(const Node& node, const Phrase& what);
  std::optional<Duration> duration(const Node& node, const Phrase& what, Duration least, Duration most);
  std::optional<double> percentage(const Node& node, const Phrase& what);

  template <typename Meaning>
  std::optional<Meaning> choice(const Node& node, const Phrase& what, std::span<const Choice<Meaning>> choices) {
    const std::optional<std::string> written = word(node, what);
    if (!written) return std::nullopt;
    std::vector<std::string_view> words;
    for (const Choice<Meaning>& candidate : choices) {
      if (candidate.word == *written) return candidate.meaning;
      words.push_back(candidate.word);
    }
    unknown_word(node, what, words);
    return std::nullopt;
  }

  /// "… is none of …", with a "did you mean".
  void unknown_word(const Node& node, const Phrase& what, std::span<const std::string_view> known);

  // ---- lists and maps
  /// False after a diagnostic if the node is no list, or has more than `most` items.
  bool is_list(const Node& node, const Phrase& what, std::string_view example, std::size_t most);

  /// Reads a map by its table: keys in the table's order whatever their order in the file, then complains about
  /// unknown and missing ones. A value `???` is noted as unanswered and not read.
  template <typename Target>
  void keys(const Node& map, std::span<const Key<Target>> table, Target& target, const Phrase& what,
            std::string_view example) {
    if (!is_map(map, what, example)) return;
    refuse_unknown_keys(map, words_of(table), what);
    for (const Key<Target>& key : table) {
      const Entry* entry = find(map, key.word);
      if (entry == nullptr) {
        if (key.required) missing_key(map, key.word, what);
      } else if (!is_unanswered(entry->value)) {
        key.read(*this, entry->key, entry->value, target);
      }
    }
  }
  bool is_map(const Node& node, const Phrase& what, std::string_view example);
  static const Entry* find(const Node& map, std::string_view key);
  /// Is there a full-width colon, as Chinese keyboards make it, where YAML wants `: `? Then that is the error.
  bool refuse_wide_colon(const Node& key);
  void unknown_key(const Node& key, std::span<const std::string_view> known, const Phrase& what);
  void missing_key(const Node& map, std::string_view key, const Phrase& what);
  void refuse_unknown_keys(const Node& map, std::span<const std::string_view> known, const Phrase& what);
  void refuse_quoted_key(const Node& key);

  // ---- `???`
  /// Is it `???`? Then its place is noted, or, where nobody asked a question, it is an error.
  bool is_unanswered(const Node& node);
  static bool says_question_marks(const Node& node) { return node.kind == Node::Kind::scalar && node.text == "???"; }
  void allow_unanswered(bool allowed) { unanswered_allowed_ = allowed; }
  std::vector<Position>& unanswered() { return unanswered_; }

  // ---- actors by name
  /// The names, known before anything that mentions one is read. `complete` is false if part of the file was
  /// unreadable.
  void set_actors(std::vector<std::string> names, bool complete) {
    actors_ = std::move(names);
    whole_ = complete;
  }
  const std::vector<std::string>& actors() const { return actors_; }
  bool whole() const { return whole_; }
  /// False after a diagnostic if there is no such actor.
  bool actor_exists(const Node& node, const std::string& name);

  // ---- the surroundings of what is being read
  const Framing* framing = nullptr;  ///< of the actor being read
  std::int64_t multiplier = 1;       ///< rounds and copies a step stands for
  bool in_steps = false;
  int repeats_around = 0;
  int copies = 1;                           ///< of the actor being read
  Spending spending;                        ///< of the actor being read
  std::map<std::string, int> lines_of_ids;  ///< of the actor being read
  std::int64_t sent_by_all = 0;
  std::size_t written_steps = 0;
  std::int64_t written_data = 0;

 private:
  Problems& problems_;
  std::filesystem::path file_;
  bool materialise_;
  bool unanswered_allowed_ = false;
  bool whole_ = true;
  std::vector<std::string> actors_;
  std::vector<Position> unanswered_;
};

/// `one` times `other`, or the largest number if that is too much.
std::int64_t saturated_product(std::int64_t one, std::int64_t other);
std::int64_t saturated_sum(std::int64_t one, std::int64_t other);

/// Does `text` fit `[a-z][a-z0-9_]*`, 40 letters at most?
bool is_name(std::string_view text);

/// `5s`, `20ms`, `1.5s`; nothing if the text is no duration, or one too long to count in nanoseconds.
std::optional<Duration> parse_duration(std::string_view text);

/// As a scenario would spell it: the largest unit that needs no fraction.
std::string duration_text(Duration duration);

/// Plain decimal without a leading zero, with or without a minus sign.
std::optional<std::int64_t> parse_whole_number(std::string_view text);

/// Takes `#7` off the end of `text`, if it has one. False if what follows the # is no number from 1.
bool take_number(std::string_view& text, std::optional<int>& number);

}  // namespace wirelab::scenario

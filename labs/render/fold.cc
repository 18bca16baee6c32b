#include "labs/render/fold.hh"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "labs/render/packet_text.hh"
#include "labs/words/catalogue.hh"

namespace wirelab::render {
namespace {

constexpr std::size_t fewest_equal = 3;
constexpr std::size_t fewest_alike = 6;
constexpr std::size_t longest_group = 12;

/// The bytes of a stream that a receive brought: with those of the next they are one text. Two datagrams are none.
bool is_what_came(const Phrase& phrase) {
  return phrase.bytes && phrase.ink == Ink::data && phrase.size == SizeShown::never && !phrase.is_datagram;
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

/// `PSH-ACK 5 bytes seq= ack=`: where a packet stands in its stream is another place each time.
std::string without_place(std::string_view label) {
  std::string text;
  for (std::size_t index = 0; index < label.size(); ++index) {
    text += label[index];
    const bool names_place = text.ends_with(" seq=") || text.ends_with(" ack=") || text.ends_with(" win=");
    while (names_place && index + 1 < label.size() && is_digit(label[index + 1])) ++index;
  }
  return text;
}

bool same_but_for_place(const Arrow& one, const Arrow& other) {
  return one.from == other.from && one.to == other.to && one.end == other.end && one.fate == other.fate &&
         one.comes_twice == other.comes_twice && one.is_quiet == other.is_quiet &&
         one.not_arriving == other.not_arriving && one.only_at == other.only_at &&
         without_place(one.labels.front()) == without_place(other.labels.front());
}

enum class Likeness {
  equal,
  but_for_what_came,
  but_for_place,  ///< of packets in their streams
};

bool are_alike(const Row& one, const Row& other, Likeness likeness) {
  const auto same_phrase = [&](const Phrase& phrase, const Phrase& other_phrase) {
    const bool both_came =
        likeness == Likeness::but_for_what_came && is_what_came(phrase) && is_what_came(other_phrase);
    return both_came || phrase == other_phrase;
  };
  const auto same_arrow = [&](const Arrow& arrow, const Arrow& other_arrow) {
    return likeness == Likeness::but_for_place ? same_but_for_place(arrow, other_arrow) : arrow == other_arrow;
  };
  return one.kind == other.kind && one.lane == other.lane && one.source_line == other.source_line &&
         one.falls_asleep == other.falls_asleep &&
         std::equal(one.phrases.begin(), one.phrases.end(), other.phrases.begin(), other.phrases.end(), same_phrase) &&
         std::equal(one.arrows.begin(), one.arrows.end(), other.arrows.begin(), other.arrows.end(), same_arrow);
}

bool can_become_one(const Row& row) {
  return (row.kind == Row::Kind::call || row.kind == Row::Kind::message) && !row.falls_asleep;
}

bool can_be_in_a_group(const Row& row) {
  return row.kind != Row::Kind::folded && row.kind != Row::Kind::note && row.kind != Row::Kind::expectation;
}

void add_events(Row& row, const Row& other) {
  row.events.insert(row.events.end(), other.events.begin(), other.events.end());
}

/// How many rows from `first` on are like it, itself counted.
std::size_t run_at(const std::vector<Row>& rows, std::size_t first, Likeness likeness) {
  std::size_t end = first + 1;
  while (can_become_one(rows[first]) && end < rows.size() && can_become_one(rows[end]) &&
         are_alike(rows[first], rows[end], likeness)) {
    ++end;
  }
  return end - first;
}

std::vector<Row> with_single_rows_folded(std::vector<Row> rows) {
  std::vector<Row> result;
  for (std::size_t index = 0; index < rows.size();) {
    const std::size_t equal = run_at(rows, index, Likeness::equal);
    const std::size_t alike = run_at(rows, index, Likeness::but_for_what_came);
    const bool joins_what_came = equal < fewest_equal && alike >= fewest_alike;
    const std::size_t length = equal >= fewest_equal ? equal : joins_what_came ? alike : 1;
    result.push_back(std::move(rows[index]));
    Row& row = result.back();
    for (std::size_t more = index + 1; more < index + length; ++more) {
      add_events(row, rows[more]);
      for (std::size_t phrase = 0; joins_what_came && phrase < row.phrases.size(); ++phrase) {
        if (is_what_came(row.phrases[phrase])) *row.phrases[phrase].bytes += *rows[more].phrases[phrase].bytes;
      }
    }
    if (length > 1) row.phrases.push_back({fmt::format("×{}", length), {}, "", Ink::mark});
    index += length;
  }
  return result;
}

/// How often the `length` rows from `first` on come, directly after each other.
std::size_t times_at(const std::vector<Row>& rows, std::size_t first, std::size_t length) {
  const auto same = [&](std::size_t next) {
    for (std::size_t row = 0; row < length; ++row) {
      if (!are_alike(rows[first + row], rows[next + row], Likeness::but_for_place)) return false;
    }
    return true;
  };
  bool has_call = false;  // packets alone are folded where they become rows
  for (std::size_t row = first; row < first + length; ++row) {
    if (!can_be_in_a_group(rows[row])) return 1;
    has_call = has_call || rows[row].kind != Row::Kind::packet;
  }
  if (!has_call) return 1;
  std::size_t times = 1;
  while (first + (times + 1) * length <= rows.size() && same(first + times * length)) ++times;
  return times;
}

std::vector<Row> with_groups_folded(std::vector<Row> rows, words::Language language) {
  std::vector<Row> result;
  for (std::size_t index = 0; index < rows.size();) {
    std::size_t length = 1, times = 1;
    for (std::size_t candidate = 2; candidate <= longest_group && index + 2 * candidate <= rows.size(); ++candidate) {
      const std::size_t found = times_at(rows, index, candidate);
      if (found >= fewest_equal && found * candidate > times * length) {
        length = candidate;
        times = found;
      }
    }
    for (std::size_t row = index; row < index + length; ++row) result.push_back(std::move(rows[row]));
    if (times > 1) {
      Row more;
      more.kind = Row::Kind::folded;
      for (std::size_t row = index + length; row < index + length * times; ++row) add_events(more, rows[row]);
      const auto again = static_cast<std::int64_t>(times - 1);
      more.phrases = {{words::say(language, "folded.the-same"_text, {{"times", again}}), {}, "", Ink::mark}};
      result.push_back(std::move(more));
    }
    index += length * times;
  }
  return result;
}

// ------------------------------------------------------------------------------------------- what is left out

constexpr std::size_t most_rows = 500;
constexpr std::size_t first_rows = 240;
constexpr std::size_t last_rows = 120;
constexpr std::size_t most_between = 80;

bool is_out_of_the_ordinary(const Row& row, const std::set<timeline::EventId>& annotated) {
  const bool is_told_about =
      std::any_of(row.events.begin(), row.events.end(), [&](timeline::EventId id) { return annotated.contains(id); });
  const bool did_not_arrive = std::any_of(row.arrows.begin(), row.arrows.end(),
                                          [](const Arrow& arrow) { return arrow.end != Arrow::End::arrives; });
  return is_told_about || did_not_arrive || row.kind == Row::Kind::note || row.kind == Row::Kind::expectation;
}

/// `… left out: 120 calls, 1 432 packets`
Row count_of_rows(std::vector<Row>::const_iterator first, std::vector<Row>::const_iterator last,
                  const timeline::Timeline& timeline, words::Language language) {
  Row counted;
  counted.kind = Row::Kind::folded;
  std::int64_t calls = 0, packets = 0;
  for (auto row = first; row != last; ++row) {
    for (const timeline::EventId id : row->events) {
      const timeline::Event* event = timeline.event(id);
      if (event != nullptr && event->call() != nullptr && row->kind != Row::Kind::wake_up) ++calls;
      if (event != nullptr && event->packet() != nullptr) ++packets;
    }
    add_events(counted, *row);
  }
  const words::Arguments counts = {{"calls", calls},
                                   {"calls_shown", grouped(calls)},
                                   {"packets", packets},
                                   {"packets_shown", grouped(packets)}};
  const words::TextId id = packets > 0 ? "left-out.calls-and-packets"_text : "left-out.calls"_text;
  counted.phrases = {{words::say(language, id, counts), {}, "", Ink::mark}};
  return counted;
}

}  // namespace

std::vector<Row> abridged(std::vector<Row> rows, const std::set<timeline::EventId>& annotated,
                          const timeline::Timeline& timeline, words::Language language) {
  if (rows.size() <= most_rows) return rows;
  std::vector<Row> result(rows.begin(), rows.begin() + first_rows);
  const auto end = rows.cend() - last_rows;
  auto left_out = rows.cbegin() + first_rows;
  std::size_t between = 0;
  for (auto row = left_out; row != end; ++row) {
    if (between == most_between || !is_out_of_the_ordinary(*row, annotated)) continue;
    ++between;
    if (row != left_out) result.push_back(count_of_rows(left_out, row, timeline, language));
    result.push_back(*row);
    left_out = row + 1;
  }
  if (left_out != end) result.push_back(count_of_rows(left_out, end, timeline, language));
  result.insert(result.end(), end, rows.cend());
  return result;
}

std::vector<Row> folded(std::vector<Row> rows, words::Language language) {
  return with_groups_folded(with_single_rows_folded(std::move(rows)), language);
}

}  // namespace wirelab::render

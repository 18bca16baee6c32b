// The tables of actions and modifiers, shared by the files that read steps and by nothing else.
#pragma once

#include <string_view>
#include <vector>

#include "labs/scenario/reader.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

/// What goes with an action, as bits.
enum Suits : unsigned {
  nothing_else = 0,
  takes_using = 1U << 0,
  takes_as = 1U << 1,
  takes_timeout = 1U << 2,
  when_readable = 1U << 3,
  when_unacked = 1U << 4,
  when_queued = 1U << 5,
  expect_eof = 1U << 6,
  expect_data = 1U << 7,
  expect_bytes = 1U << 8,
  expect_messages = 1U << 9,
  expect_fails = 1U << 10,
};
inline constexpr unsigned any_when = when_readable | when_unacked | when_queued;
inline constexpr unsigned any_expect = expect_eof | expect_data | expect_bytes | expect_messages | expect_fails;

struct ActionRule {
  std::string_view word;
  unsigned suits;  ///< which modifiers go with it
  bool needs_argument;
  std::string_view example;  ///< the step with a usual argument
  void (*read)(Reader&, const Node& value, Step&);
};

/// nullptr if there is no such action.
const ActionRule* find_action(std::string_view word);

/// The words of the actions that any of these modifiers goes with.
std::vector<std::string_view> actions_that_suit(unsigned kinds);

bool is_modifier(std::string_view word);

/// Reads all modifiers among a step's keys.
void read_modifiers(Reader& reader, const ActionRule& action, const Node& map, Step& step);

/// Words of arguments and of modifiers' values, for the vocabulary.
std::vector<std::string_view> argument_words();
std::vector<std::string_view> modifier_value_words();

}  // namespace wirelab::scenario

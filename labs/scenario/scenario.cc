#include "labs/scenario/scenario.hh"

#include <fmt/format.h>

#include <array>

namespace wirelab::scenario {
namespace {

// In the order of Action's alternatives.
constexpr std::array<std::string_view, std::variant_size_v<Action>> action_words = {
    "socket", "bind",       "listen",       "accept",       "connect",   "send",     "recv",
    "sendto", "recvfrom",   "send_message", "recv_message", "recv_file", "shutdown", "close",
    "abort",  "setsockopt", "getsockopt",   "sleep",        "repeat",    "retry",    "note"};

// In the order of Expected::Kind.
constexpr std::array<std::string_view, 10> predicate_words = {
    "equals", "at_least", "at_most", "between", "one_of", "contains", "starts_with", "any_order", "same_as", "not"};

bool takes_a_list(Expected::Kind kind) {
  return kind == Expected::Kind::between || kind == Expected::Kind::one_of || kind == Expected::Kind::any_order;
}

std::string argument_text(const Expected& expected, std::size_t longest) {
  if (expected.kind == Expected::Kind::same_as) return expected.metric;
  if (expected.kind == Expected::Kind::not_) return to_text(expected.inner.at(0), longest);
  if (takes_a_list(expected.kind)) return to_text(Value(expected.values), longest);
  return to_text(expected.values.at(0), longest);
}

}  // namespace

bool is_group(std::string_view to) { return to.starts_with("239."); }

bool is_for_several(std::string_view to) { return to == "everyone" || is_group(to); }

std::string_view word_of(const Action& action) { return action_words.at(action.index()); }

std::string_view word_of(When::Kind kind) {
  switch (kind) {
    case When::Kind::readable:
      return "readable";
    case When::Kind::unacked:
      return "unacked";
    case When::Kind::queued:
      return "queued";
  }
  return "";
}

std::string lane_name(const Actor& actor, int copy) {
  return actor.copies > 1 ? fmt::format("{}#{}", actor.name, copy) : actor.name;
}

std::string to_text(const Expected& expected, std::size_t longest) {
  const std::string argument = argument_text(expected, longest);
  if (expected.kind == Expected::Kind::equals) return argument;
  return fmt::format("{{{}: {}}}", predicate_words.at(static_cast<std::size_t>(expected.kind)), argument);
}

}  // namespace wirelab::scenario

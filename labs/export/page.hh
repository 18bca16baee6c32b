// A program's text as it is written, and what both languages say alike.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labs/export/script.hh"

namespace wirelab::exporter {

/// Lines of a program, indented.
class Page {
 public:
  void line(std::string_view text);
  /// A call whose first argument ends `begin`; the others stand under it if the line were too long.
  void call(std::string_view begin, std::string_view rest);
  void blank();
  void indent() { ++depth_; }
  void outdent() { --depth_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  int depth_ = 0;
};

/// A function, a variable or a macro that a program has only if it is used.
struct Helper {
  std::string_view name;
  std::vector<std::string_view> needs;    ///< other helpers
  std::vector<std::string_view> headers;  ///< or modules
  std::string_view text;
};

/// Those with these names and all that they need, in the order of the table. Throws std::out_of_range for a name that
/// is in no table.
std::vector<const Helper*> with_needs(std::span<const Helper> table, const std::set<std::string>& names);

/// What stands at the top of a program, line by line, without the marks of a comment: whose it is, how it is made and
/// called, when to start it, what stays with Wirelab. `how_to`: the commands that make and start it.
std::vector<std::string> heading(const Script& script, const std::vector<std::string>& how_to);

/// ` [HOST [PORT]]`
std::string arguments_of(const Script& script);

/// The line of the scenario with that step, as it may stand in a comment.
std::string source_line(const scenario::Scenario& scenario, const scenario::Step& step);

/// `settled` and `slow` in words; any other fact as it is.
std::string fact_in_words(const std::string& fact);
inline constexpr std::string_view nothing_moves = "nothing moves in the other programs any more";

/// The shortest text of which `bytes` is so many repetitions, the last one perhaps cut short; `bytes` if it takes more
/// than `longest_period`.
std::string_view period_of(std::string_view bytes);
inline constexpr std::size_t longest_period = 64;

/// More bytes stand in a file beside the program, unless they are a repetition.
inline constexpr std::size_t longest_literal = 160;

/// A text with `{i}` and `{copy}` in it, as printf() and Python's `%` take it.
struct Format {
  std::string format;                  ///< `number %d`
  std::vector<std::string> arguments;  ///< variables
};
/// `round`: the variable of the nearest repeat; empty outside of any.
Format format_of(const std::string& text, const std::string& round, const scenario::Actor& actor);

}  // namespace wirelab::exporter

// A value as checks, predictions and metrics know it: what a scenario says must be seen, and what was seen.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace wirelab::scenario {

/// A bare word of the language: `eof`, `ECONNREFUSED`, `deadlock`, `SYN-ACK`, `client FIN`.
/// Distinct from text, so that `eof` and "eof" never compare equal.
struct Word {
  std::string text;
  bool operator==(const Word&) const = default;
};

/// Bytes that travelled or should have: always quoted in a scenario. Any bytes, not only valid UTF-8.
struct Bytes {
  std::string bytes;
  bool operator==(const Bytes&) const = default;
};

struct Value;
using List = std::vector<Value>;

struct Value {
  std::variant<bool, std::int64_t, Word, Bytes, List> held;

  Value() : held(std::int64_t{0}) {}
  Value(bool yes) : held(yes) {}
  Value(std::int64_t number) : held(number) {}
  Value(int number) : held(static_cast<std::int64_t>(number)) {}
  Value(Word word) : held(std::move(word)) {}
  Value(Bytes bytes) : held(std::move(bytes)) {}
  Value(List list) : held(std::move(list)) {}
  bool operator==(const Value&) const = default;

  template <typename T>
  const T* as() const {
    return std::get_if<T>(&held);
  }
};

/// The value as a scenario would spell it: `yes`, `15`, `ECONNREFUSED`, `"Hello\n"`, `[15, 0]`.
/// Bytes that are not printable are escaped (`\n`, `\x00`), so it is safe to show on a terminal.
/// `longest` shortens long bytes in the middle ("xxxx… 65536 bytes"), and a list behind twenty times as much (`… 880
/// more`); 0 means never.
std::string to_text(const Value& value, std::size_t longest = 0);

/// `bytes` with quotes round it and everything escaped that a terminal or a reader could stumble over.
std::string quoted(const std::string& bytes, std::size_t longest = 0);

}  // namespace wirelab::scenario

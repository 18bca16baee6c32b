// Something to be said, in no language yet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wirelab {

namespace words {
class TextId;
}
consteval words::TextId operator""_text(const char* name, std::size_t length);

namespace words {

/// The name of a text. It is written `"outcome.deadlock"_text` and can be had in no other way: whoever reads the
/// sources knows each text that may be said, and a test does (tests/words).
class TextId {
 public:
  constexpr std::string_view name() const { return name_; }
  bool operator==(const TextId&) const = default;

 private:
  friend consteval TextId wirelab::operator""_text(const char* name, std::size_t length);
  constexpr explicit TextId(std::string_view name) : name_(name) {}
  std::string_view name_;
};

struct Message;

/// What a text's placeholders stand for. Texts are names, quoted data, sums like `5+5+5`: nothing to translate.
/// Messages are a list whose length only the run knows.
using Argument = std::variant<std::int64_t, std::string, std::vector<Message>>;
using Arguments = std::map<std::string, Argument>;

struct Message {
  TextId id;
  Arguments arguments = {};

  bool operator==(const Message&) const = default;
};

}  // namespace words

consteval words::TextId operator""_text(const char* name, std::size_t length) {
  return words::TextId(std::string_view(name, length));
}

}  // namespace wirelab

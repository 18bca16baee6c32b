#include "labs/words/catalogue.hh"

#include <fmt/format.h>

#include <initializer_list>
#include <stdexcept>

#include "labs/words/texts.hh"

namespace wirelab::words {
namespace {

std::size_t one_or_many(std::int64_t number) { return number == 1 ? 0 : 1; }
std::size_t always_the_same(std::int64_t /*number*/) { return 0; }

Texts joined(std::initializer_list<Texts> subjects) {
  Texts all;
  for (const Texts& subject : subjects) {
    for (const auto& text : subject) {
      if (!all.insert(text).second) throw std::logic_error(fmt::format("two texts are named {}", text.first));
    }
  }
  return all;
}

const Catalogue& in_english() {
  static const Catalogue catalogue{
      one_or_many, joined({english::of_commands(), english::of_diagnostics(), english::of_explanations(),
                           english::of_runs(), english::of_pages(), english::of_programs()})};
  return catalogue;
}

const Catalogue& in_chinese() {
  static const Catalogue catalogue{
      always_the_same, joined({chinese::of_commands(), chinese::of_diagnostics(), chinese::of_explanations(),
                               chinese::of_runs(), chinese::of_pages(), chinese::of_programs()})};
  return catalogue;
}

}  // namespace

const Catalogue& catalogue(Language language) { return language == Language::chinese ? in_chinese() : in_english(); }

std::string say(Language language, TextId id, const Arguments& arguments) {
  const Catalogue& words = catalogue(language);
  return fill(words, words.texts.at(id.name()), arguments);
}

std::string say(Language language, const Message& message) { return say(language, message.id, message.arguments); }

std::string say(Language language, const std::vector<Message>& sentences) {
  std::string text;
  for (const Message& sentence : sentences) {
    if (!text.empty()) text += say(language, "between-sentences"_text);
    text += say(language, sentence);
  }
  return text;
}

}  // namespace wirelab::words

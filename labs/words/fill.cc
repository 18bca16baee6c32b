#include <fmt/args.h>
#include <fmt/format.h>

#include "labs/words/catalogue.hh"

namespace wirelab::words {
namespace {

/// A number that brings its grammar along.
struct Count {
  std::int64_t number = 0;
  std::size_t form = 0;
};

}  // namespace
}  // namespace wirelab::words

template <>
struct fmt::formatter<wirelab::words::Count> {
  constexpr auto parse(fmt::format_parse_context& context) {
    const auto* end = context.begin();
    while (end != context.end() && *end != '}') ++end;
    forms_ = std::string_view(context.begin(), static_cast<std::size_t>(end - context.begin()));
    return end;
  }

  template <typename Context>
  auto format(const wirelab::words::Count& count, Context& context) const {
    if (forms_.empty()) return fmt::format_to(context.out(), "{}", count.number);
    const bool word_alone = forms_.front() == '!';
    std::string_view forms = word_alone ? forms_.substr(1) : forms_;
    for (std::size_t i = 0; i < count.form; ++i) {
      const auto bar = forms.find('|');
      if (bar == std::string_view::npos) throw fmt::format_error("too few forms of a word");
      forms.remove_prefix(bar + 1);
    }
    const std::string_view word = forms.substr(0, forms.find('|'));
    return word_alone ? fmt::format_to(context.out(), "{}", word)
                      : fmt::format_to(context.out(), "{} {}", count.number, word);
  }

 private:
  std::string_view forms_;
};

namespace wirelab::words {
namespace {

class ArgumentStore {
 public:
  explicit ArgumentStore(const Catalogue& catalogue) : catalogue_(catalogue) {}

  void add(const std::string& name, std::int64_t number) {
    store_.push_back(fmt::arg(name.c_str(), Count{number, catalogue_.plural_form(number)}));
  }
  void add(const std::string& name, const std::string& text) { store_.push_back(fmt::arg(name.c_str(), text)); }
  void add(const std::string& name, const std::vector<Message>& messages) {
    std::string list;
    for (const Message& message : messages) {
      if (!list.empty()) list += catalogue_.texts.at("list"_text.name());
      list += words::fill(catalogue_, catalogue_.texts.at(message.id.name()), message.arguments);
    }
    add(name, list);
  }
  std::string fill(std::string_view pattern) const { return fmt::vformat(pattern, store_); }

 private:
  const Catalogue& catalogue_;
  fmt::dynamic_format_arg_store<fmt::format_context> store_;
};

}  // namespace

std::string fill(const Catalogue& catalogue, std::string_view pattern, const Arguments& arguments) {
  ArgumentStore store(catalogue);
  for (const auto& [key, value] : arguments) {
    std::visit([&store, &name = key](const auto& held) { store.add(name, held); }, value);
  }
  return store.fill(pattern);
}

}  // namespace wirelab::words

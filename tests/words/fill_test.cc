#include <fmt/format.h>
#include <gtest/gtest.h>

#include "labs/words/catalogue.hh"

namespace wirelab::words {
namespace {

const Catalogue& english_words() { return catalogue(Language::english); }

TEST(Fill, TakesTheFormThatFitsTheNumber) {
  const auto filled = [](std::string_view pattern, std::int64_t bytes) {
    return fill(english_words(), pattern, {{"bytes", bytes}});
  };
  EXPECT_EQ(filled("{bytes:byte|bytes} {bytes:!was|were} read", 1), "1 byte was read");
  EXPECT_EQ(filled("{bytes:byte|bytes} {bytes:!was|were} read", 15), "15 bytes were read");
  EXPECT_EQ(filled("{bytes:byte|bytes}", 0), "0 bytes");
  EXPECT_EQ(filled("recv = {bytes}", 7), "recv = 7");
}

TEST(Fill, HasOneFormInChinese) {
  for (const std::int64_t number : {0, 1, 15}) {
    EXPECT_EQ(fill(catalogue(Language::chinese), "{bytes:字节}", {{"bytes", number}}),
              std::to_string(number) + " 字节");
  }
}

TEST(Fill, JoinsMessages) {
  const Message asleep{"wait.asleep"_text, {{"call", "recv"}}};
  const std::vector<Message> waits = {
      {"deadlock.waits"_text, {{"actor", "server"}, {"doing", std::vector{asleep}}, {"line", std::int64_t{3}}}},
      {"deadlock.waits-for"_text,
       {{"actor", "client"}, {"doing", std::vector{asleep}}, {"line", std::int64_t{9}}, {"other", "server"}}}};
  EXPECT_EQ(fill(english_words(), "{waits}", {{"waits", waits}}),
            "server is asleep in recv, line 3; client is asleep in recv, line 9, and needs server");
  EXPECT_EQ(fill(catalogue(Language::chinese), "{waits}", {{"waits", waits}}),
            "server 阻塞在 recv 中（第 3 行）；client 阻塞在 recv 中（第 9 行），等着 server");
}

TEST(Fill, LetsBracesOfTheDataAlone) {
  EXPECT_EQ(fill(english_words(), "{data}", {{"data", std::string("{sends} {")}}), "{sends} {");
}

TEST(Fill, RefusesAPlaceholderWithoutAValue) {
  EXPECT_THROW(fill(english_words(), "{nothing}", {}), fmt::format_error);
}

TEST(Fill, ServesALanguageWithOtherFormsOfAWord) {
  Catalogue catalogue;
  catalogue.plural_form = [](std::int64_t number) -> std::size_t { return number == 1 ? 0 : number < 5 ? 1 : 2; };
  const auto filled = [&](std::int64_t n) { return fill(catalogue, "{n:bajt|bajty|bajtów}", {{"n", n}}); };
  EXPECT_EQ(filled(1), "1 bajt");
  EXPECT_EQ(filled(3), "3 bajty");
  EXPECT_EQ(filled(7), "7 bajtów");
}

TEST(Say, PutsOneSentenceBehindTheOther) {
  const std::vector<Message> sentences = {{"limit.run"_text, {{"milliseconds", std::int64_t{5}}}},
                                          {"not-here.ipv6"_text}};
  EXPECT_EQ(say(Language::english, sentences),
            "The run took longer than its limit of 5 ms. `family: ipv6`: this machine's kernel has no IPv6.");
  EXPECT_EQ(say(Language::english, std::vector<Message>{}), "");
}

}  // namespace
}  // namespace wirelab::words

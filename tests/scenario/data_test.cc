// Data and framings as they arrive in plain data.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "labs/scenario/sha256.hh"
#include "tests/scenario/loading.hh"

namespace wirelab::scenario {
namespace {

Data sent(const std::string& data) {
  const Step step = step_of("- sendto: {to: client, port: 9000, data: " + data + "}");
  const auto* send = std::get_if<SendTo>(&step.action);
  return send ? send->data : Data{};
}

std::string bytes_of(const Data& data) {
  const auto* literal = std::get_if<Literal>(&data.what);
  EXPECT_NE(literal, nullptr);
  return literal ? literal->bytes : "";
}

TEST(DataSpelledAs, ATextIsItsBytes) {
  EXPECT_EQ(bytes_of(sent("\"Hello #1: {x}\"")), "Hello #1: {x}");
  EXPECT_EQ(bytes_of(sent("'single # quotes'")), "single # quotes");
  EXPECT_EQ(bytes_of(sent("\"\"")), "");
  EXPECT_EQ(bytes_of(sent("\"tab\\tnul\\0end\"")), std::string("tab\tnul\0end", 11));
  EXPECT_EQ(bytes_of(sent("\"Grüße 世界\"")), "Grüße 世界");
  EXPECT_EQ(bytes_of(sent("\"yes\"")), "yes");
  EXPECT_EQ(bytes_of(sent("\"010\"")), "010");
}

TEST(DataSpelledAs, ABlockKeepsItsLines) {
  const Step step =
      step_of("- sendto:\n    to: client\n    port: 9000\n    data: |\n      GET / HTTP/1.0\n      # no comment");
  EXPECT_EQ(bytes_of(std::get<SendTo>(step.action).data), "GET / HTTP/1.0\n# no comment\n");
}

TEST(DataSpelledAs, HexadecimalMayHaveBlanks) {
  EXPECT_EQ(bytes_of(sent("{hex: \"de ad BE EF 00\"}")), std::string("\xde\xad\xbe\xef\0", 5));
  EXPECT_EQ(bytes_of(sent("{hex: \"\"}")), "");
}

TEST(DataSpelledAs, AFillRepeatsItsText) {
  EXPECT_EQ(bytes_of(sent("{fill: \"x\", size: 5}")), "xxxxx");
  EXPECT_EQ(bytes_of(sent("{fill: \"abc\", size: 7}")), "abcabca");
  EXPECT_EQ(bytes_of(sent("{fill: \"x\", size: 0}")), "");
}

TEST(DataSpelledAs, RandomIsTheSameForTheSameSeedOnEveryMachine) {
  EXPECT_EQ(bytes_of(sent("{random: 4096, seed: 7}")), bytes_of(sent("{random: 4096, seed: 7}")));
  EXPECT_NE(bytes_of(sent("{random: 4096, seed: 7}")), bytes_of(sent("{random: 4096, seed: 8}")));
  EXPECT_EQ(bytes_of(sent("{random: 13}")).size(), 13U);
  // The 64-bit Mersenne twister is fixed by the C++ standard: with seed 5489 its first number is 14514284786278117030.
  EXPECT_EQ(bytes_of(sent("{random: 8, seed: 5489}")), "\xa6\xae\xf6\xf6\x1c\x19\x6d\xc9");
}

TEST(DataSpelledAs, WhatWasReceivedLastIsLeftToTheRun) {
  const Scenario scenario =
      load_silently(with_steps("- socket: dgram\n- bind: 9000\n- recvfrom: 100\n- sendto: {received: last}"));
  const Data& data = std::get<SendTo>(scenario.actors[0].steps[3].action).data;
  EXPECT_TRUE(std::holds_alternative<Received>(data.what));
}

TEST(Placeholders, AreMarkedWhereTheyMeanSomething) {
  EXPECT_TRUE(std::get<Literal>(sent("\"copy {copy}\"").what).has_placeholders);
  EXPECT_FALSE(std::get<Literal>(sent("\"{copies}\"").what).has_placeholders);
  const Step step =
      step_of("- repeat:\n    times: 3\n    steps:\n      - sendto: {to: client, port: 1, data: \"{i}\"}");
  const Step& inner = std::get<Repeat>(step.action).steps.at(0);
  EXPECT_TRUE(std::get<Literal>(std::get<SendTo>(inner.action).data.what).has_placeholders);
}

TEST(Placeholders, OfARoundOutsideEveryRepeatDeserveAWarning) {
  EXPECT_EQ(rules_of(with_steps("- socket: dgram\n- sendto: {to: client, port: 1, data: \"{i}\"}")),
            std::vector<std::string>{"placeholder-outside-repeat"});
}

// ---------------------------------------------------------------------------- files beside a scenario

class FilesBesideAScenario : public testing::Test {
 protected:
  FilesBesideAScenario() {
    std::string pattern = (std::filesystem::temp_directory_path() / "wirelab-files-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ / "lab" / "data");
    write(folder_ / "lab" / "hello.txt", "Hello\n");
    write(folder_ / "lab" / "data" / "deep.txt", "deep");
    write(folder_ / "secret.txt", "secret");
  }
  ~FilesBesideAScenario() override { std::filesystem::remove_all(folder_); }

  static void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
  }

  Loaded load(const std::string& data) const {
    return load_text(with_steps("- socket: dgram\n- sendto: {to: client, port: 1, data: " + data + "}"),
                     folder_ / "lab" / "scenario.yaml");
  }

  Data data_of(const std::string& data) const {
    const Loaded loaded = load(data);
    EXPECT_EQ(report_of(loaded), "");
    return loaded.scenario ? std::get<SendTo>(loaded.scenario->actors[0].steps[1].action).data : Data{};
  }

  std::filesystem::path folder_;
};

TEST_F(FilesBesideAScenario, AreReadWhenItIsLoaded) {
  EXPECT_EQ(bytes_of(data_of("{file: \"hello.txt\"}")), "Hello\n");
  EXPECT_EQ(bytes_of(data_of("{file: \"data/deep.txt\"}")), "deep");
}

TEST_F(FilesBesideAScenario, AreMeasuredAndHashedByName) {
  EXPECT_EQ(bytes_of(data_of("{size_of: \"hello.txt\"}")), "6");
  EXPECT_EQ(bytes_of(data_of("{sha256_of: \"hello.txt\"}")), sha256("Hello\n"));
}

TEST_F(FilesBesideAScenario, AreReadInParts) {
  EXPECT_EQ(bytes_of(data_of("{file: \"hello.txt\", from: 1, size: 3}")), "ell");
  EXPECT_EQ(bytes_of(data_of("{file: \"hello.txt\", from: 6}")), "");
  EXPECT_EQ(bytes_of(data_of("{file: \"hello.txt\", size: 100}")), "Hello\n");
  EXPECT_NE(report_of(load("{file: \"hello.txt\", from: 7}")), "");
}

TEST_F(FilesBesideAScenario, AreSentFromAByteThatOnlyTheRunKnows) {
  const Loaded loaded = load_text(
      with_steps(
          "- socket: dgram\n- bind: 1\n- recvfrom: 9\n- sendto: {to: client, port: 1, data: {file: \"hello.txt\", "
          "from: {received: last}, size: 3}}"),
      folder_ / "lab" / "scenario.yaml");
  ASSERT_EQ(report_of(loaded), "");
  const Data& data = std::get<SendTo>(loaded.scenario->actors[0].steps[3].action).data;
  EXPECT_EQ(std::get<FileFrom>(data.what).file, "Hello\n");
  EXPECT_EQ(std::get<FileFrom>(data.what).most, 3U);
}

TEST_F(FilesBesideAScenario, AreNotTheOnlyDataThatIsMeasured) {
  EXPECT_EQ(bytes_of(data_of("{size_of: {file: \"hello.txt\", from: 2}}")), "4");
  EXPECT_EQ(bytes_of(data_of("{size_of: {random: 1200}}")), "1200");
  EXPECT_EQ(bytes_of(data_of("{sha256_of: {fill: \"ab\", size: 3}}")), sha256("aba"));
  EXPECT_EQ(bytes_of(data_of("{sha256_of: {size_of: \"hello.txt\"}}")), sha256("6"));
}

TEST_F(FilesBesideAScenario, CanBeWhatACheckExpects) {
  const Loaded loaded = load_text(
      "wirelab: 1\nactors:\n  client:\n    - socket: dgram\nchecks:\n  - client.sha256: {sha256_of: \"hello.txt\"}\n"
      "  - client.received.text: {size_of: \"hello.txt\"}\n",
      folder_ / "lab" / "scenario.yaml");
  ASSERT_EQ(report_of(loaded), "");
  EXPECT_EQ(loaded.scenario->checks[0].expected.values[0], Value(Bytes{sha256("Hello\n")}));
  EXPECT_EQ(loaded.scenario->checks[1].expected.values[0], Value(Bytes{"6"}));
}

TEST_F(FilesBesideAScenario, AreNeverAboveOrOutsideItsFolder) {
  for (const char* name :
       {"../secret.txt", "data/../../secret.txt", "/etc/passwd", "", ".", "data", "nowhere", "a\\nb"}) {
    for (const char* form : {"file", "size_of", "sha256_of"}) {
      const Loaded loaded = load(std::string("{") + form + ": \"" + name + "\"}");
      EXPECT_FALSE(loaded.scenario) << name;
      ASSERT_EQ(loaded.diagnostics.size(), 1U) << name;
      EXPECT_EQ(loaded.diagnostics[0].rule(), "bad-file") << name;
    }
  }
}

TEST_F(FilesBesideAScenario, AreNotReachedThroughALinkThatLeadsOut) {
  std::filesystem::create_symlink(folder_ / "secret.txt", folder_ / "lab" / "out.txt");
  std::filesystem::create_symlink(folder_, folder_ / "lab" / "up");
  EXPECT_FALSE(load("{file: \"out.txt\"}").scenario);
  EXPECT_FALSE(load("{file: \"up/secret.txt\"}").scenario);
  EXPECT_NE(report_of(load("{file: \"out.txt\"}")).find("leads out"), std::string::npos);
}

TEST_F(FilesBesideAScenario, MayBeLinksThatStayInside) {
  std::filesystem::create_symlink("data/deep.txt", folder_ / "lab" / "shortcut.txt");
  EXPECT_EQ(bytes_of(data_of("{file: \"shortcut.txt\"}")), "deep");
}

TEST_F(FilesBesideAScenario, AreRegularFiles) {
  ASSERT_EQ(mkfifo((folder_ / "lab" / "pipe").c_str(), 0600), 0);
  EXPECT_NE(report_of(load("{file: \"pipe\"}")).find("no regular file"), std::string::npos);
}

TEST_F(FilesBesideAScenario, HaveACeilingThatIsAskedBeforeTheyAreRead) {
  write(folder_ / "lab" / "large.bin", "");
  std::filesystem::resize_file(folder_ / "lab" / "large.bin", 10ULL << 30);
  EXPECT_NE(report_of(load("{file: \"large.bin\"}")).find("10737418240 bytes"), std::string::npos);
}

// ------------------------------------------------------------------------------------------- framing

Framing framing_of(const std::string& framing) {
  const Scenario scenario =
      load_silently("wirelab: 1\nframing: " + framing + "\nactors:\n  client:\n    - socket: stream\n");
  EXPECT_TRUE(scenario.actors.at(0).framing);
  return scenario.actors.at(0).framing.value_or(Framing{});
}

TEST(AFraming, ByDelimiterMayHaveAnEscape) {
  const Framing plain = framing_of("{kind: delimiter, delimiter: \"\\n\"}");
  EXPECT_EQ(std::get<DelimiterFraming>(plain.kind).delimiter, "\n");
  EXPECT_EQ(std::get<DelimiterFraming>(plain.kind).escape, std::nullopt);
  EXPECT_EQ(plain.max_message, 65536U);
  const Framing escaped = framing_of("{kind: delimiter, delimiter: \"||\", escape: \"\\\\\", max_message: 100}");
  EXPECT_EQ(std::get<DelimiterFraming>(escaped.kind).escape, '\\');
  EXPECT_EQ(escaped.max_message, 100U);
}

TEST(AFraming, ByLengthHasSizeAndOrder) {
  const auto usual = std::get<LengthFraming>(framing_of("{kind: length}").kind);
  EXPECT_EQ(usual.bytes, 4);
  EXPECT_TRUE(usual.big_endian);
  const auto little = std::get<LengthFraming>(framing_of("{kind: length, bytes: 2, order: little}").kind);
  EXPECT_EQ(little.bytes, 2);
  EXPECT_FALSE(little.big_endian);
}

TEST(AFraming, OfHttpHasALongestMessage) {
  const Framing http = framing_of("{kind: http, max_message: 100}");
  EXPECT_TRUE(std::holds_alternative<HttpFraming>(http.kind));
  EXPECT_EQ(http.max_message, 100U);
}

TEST(AFraming, ByRecordHasTypedFields) {
  const auto record = std::get<RecordFraming>(
      framing_of(
          "{kind: record, fields: [{a: u8}, {b: u16}, {c: u32}, {d: u64}, {e: i8}, {f: i16}, {g: i32}, {h: i64}, "
          "{text: char(16)}]}")
          .kind);
  ASSERT_EQ(record.fields.size(), 9U);
  const std::vector<std::size_t> sizes = {1, 2, 4, 8, 1, 2, 4, 8, 16};
  for (std::size_t index = 0; index < sizes.size(); ++index) EXPECT_EQ(record.fields[index].size, sizes[index]);
  EXPECT_EQ(record.fields[3].type, RecordField::Type::u64);
  EXPECT_EQ(record.fields[4].type, RecordField::Type::i8);
  EXPECT_EQ(record.fields[8].type, RecordField::Type::characters);
  EXPECT_EQ(record.fields[8].name, "text");
}

constexpr std::string_view record_scenario = R"(wirelab: 1
framing: {kind: record, fields: [{id: i16}, {text: char(16)}]}
actors:
  server:
    - socket: stream
    - bind: 8888
    - listen: 5
    - accept
    - recv_message: eof
  client:
    - socket: stream
    - connect: server
      after: server.accept blocked
    - send_message: {record: {text: "Hello", id: -7}}
checks:
  - server.messages: [{record: {text: "Hello", id: -7}}]
)";

TEST(ARecord, HasItsFieldsInTheOrderOfTheFraming) {
  const Scenario scenario = load_silently(std::string(record_scenario));
  const auto& data = std::get<SendMessage>(scenario.actors[1].steps[2].action).data;
  const auto& fields = std::get<RecordData>(data.what).fields;
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0], (std::pair<std::string, Value>("id", -7)));
  EXPECT_EQ(fields[1], (std::pair<std::string, Value>("text", Bytes{"Hello"})));
}

TEST(ARecord, IsComparedAsItsMessageIsShown) {
  const Scenario scenario = load_silently(std::string(record_scenario));
  EXPECT_EQ(scenario.checks[0].expected.values[0], Value(List{Bytes{"id=-7 text=\"Hello\""}}));
}

TEST(AnActor, HasTheScenariosFramingUnlessItHasItsOwn) {
  const Scenario scenario = load_silently(R"(wirelab: 1
framing: {kind: length}
actors:
  one:
    - socket: stream
  other:
    framing: {kind: delimiter, delimiter: ";"}
    steps:
      - socket: stream
)");
  EXPECT_TRUE(std::holds_alternative<LengthFraming>(scenario.actors[0].framing->kind));
  EXPECT_TRUE(std::holds_alternative<DelimiterFraming>(scenario.actors[1].framing->kind));
}

}  // namespace
}  // namespace wirelab::scenario

#include "core/record.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <stdexcept>

namespace wirelab::core {
namespace {

using namespace std::string_literals;
using Type = RecordField::Type;

const std::vector<RecordField> id_and_text{{"id", Type::u32}, {"text", Type::characters, 8}};

Record hello() { return {{"id", std::uint64_t{7}}, {"text", "Hello"s}}; }

/// What the std::invalid_argument says that `call` throws.
std::string refusal_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const std::invalid_argument& refused) {
    return refused.what();
  }
  return "(it was not refused)";
}

TEST(Record, TravelsInNetworkOrderWithNothingBetweenTheFields) {
  const std::vector<RecordField> fields{{"a", Type::u8}, {"b", Type::u32}, {"c", Type::i16}};
  const Record record{{"a", std::uint64_t{1}}, {"b", std::uint64_t{0x02030405}}, {"c", std::int64_t{-2}}};
  EXPECT_EQ(encode_record(fields, record), "\x01\x02\x03\x04\x05\xff\xfe");
  EXPECT_EQ(size_of(fields), 7u) << "a C struct of these would have had 12";
}

TEST(Record, FillsTextsUpWithZeroBytes) { EXPECT_EQ(encode_record(id_and_text, hello()), "\0\0\0\7Hello\0\0\0"s); }

TEST(Record, IsTheSameAfterTheJourney) {
  EXPECT_EQ(decode_record(id_and_text, encode_record(id_and_text, hello())), hello());
}

TEST(Record, TakesItsFieldsInAnyOrder) {
  const Record reversed{{"text", "Hello"s}, {"id", std::uint64_t{7}}};
  EXPECT_EQ(encode_record(id_and_text, reversed), encode_record(id_and_text, hello()));
}

TEST(Record, HoldsTheLeastAndTheMostOfEachType) {
  struct Range {
    Type type;
    FieldValue least;
    FieldValue most;
  };
  const auto ranges = {
      Range{Type::u8, std::uint64_t{0}, std::uint64_t{255}},
      Range{Type::u16, std::uint64_t{0}, std::uint64_t{65535}},
      Range{Type::u32, std::uint64_t{0}, std::uint64_t{4294967295}},
      Range{Type::u64, std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()},
      Range{Type::i8, std::int64_t{-128}, std::int64_t{127}},
      Range{Type::i16, std::int64_t{-32768}, std::int64_t{32767}},
      Range{Type::i32, std::int64_t{-2147483648}, std::int64_t{2147483647}},
      Range{Type::i64, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()},
  };
  for (const Range& range : ranges) {
    const std::vector<RecordField> field{{"n", range.type}};
    for (const FieldValue& value : {range.least, range.most}) {
      const Record record{{"n", value}};
      EXPECT_EQ(decode_record(field, encode_record(field, record)), record) << to_text(record);
    }
  }
}

TEST(Record, RefusesANumberThatDoesNotFit) {
  const auto refused = [](Type type, FieldValue value) {
    return refusal_of([&] { encode_record(std::vector<RecordField>{{"n", type}}, {{"n", value}}); });
  };
  EXPECT_EQ(refused(Type::u8, std::int64_t{256}), "field n: 256 does not fit into 1 bytes");
  EXPECT_EQ(refused(Type::u8, std::uint64_t{256}), "field n: 256 does not fit into 1 bytes");
  EXPECT_EQ(refused(Type::u64, std::int64_t{-1}), "field n: -1 does not fit into 8 bytes");
  EXPECT_EQ(refused(Type::i8, std::int64_t{128}), "field n: 128 does not fit into 1 bytes");
  EXPECT_EQ(refused(Type::i8, std::int64_t{-129}), "field n: -129 does not fit into 1 bytes");
  EXPECT_EQ(refused(Type::i64, std::uint64_t{1} << 63), "field n: 9223372036854775808 does not fit into 8 bytes");
}

TEST(Record, RefusesATextThatIsTooLong) {
  EXPECT_EQ(refusal_of([] {
              encode_record(id_and_text, {{"id", std::uint64_t{7}}, {"text", "123456789"s}});
            }),
            "field text: a text of 9 bytes does not fit into 8 bytes");
}

TEST(Record, RefusesFieldsThatAreMissingUnknownDoubledOrOfTheOtherKind) {
  Record record = hello();
  record.pop_back();
  EXPECT_EQ(refusal_of([&] { encode_record(id_and_text, record); }), "field text is missing");
  record = hello();
  record.emplace_back("txt", "x"s);
  EXPECT_EQ(refusal_of([&] { encode_record(id_and_text, record); }), "the record has no field txt");
  record = hello();
  record.emplace_back("id", std::uint64_t{8});
  EXPECT_EQ(refusal_of([&] { encode_record(id_and_text, record); }), "field id is given twice");
  EXPECT_EQ(refusal_of([] { encode_record(id_and_text, {{"id", "7"s}, {"text", "x"s}}); }), "field id is a number");
  EXPECT_EQ(refusal_of([] {
              encode_record(id_and_text, {{"id", std::int64_t{7}}, {"text", std::int64_t{7}}});
            }),
            "field text is a text");
}

TEST(Record, RefusesBytesThatAreNotOneRecord) {
  EXPECT_EQ(refusal_of([] { decode_record(id_and_text, "too short"); }), "the record has 12 bytes, not 9");
}

TEST(Record, TakesOffZeroBytesAtTheEndOnly) {
  const std::vector<RecordField> field{{"text", Type::characters, 5}};
  EXPECT_EQ(decode_record(field, "a\0b\0\0"s), (Record{{"text", "a\0b"s}}));
  EXPECT_EQ(decode_record(field, "\0\0\0\0\0"s), (Record{{"text", ""s}}));
  EXPECT_EQ(decode_record(field, "12345"), (Record{{"text", "12345"s}}));
}

TEST(Record, IsWrittenWithItsNames) {
  EXPECT_EQ(to_text(hello()), "id=7 text=\"Hello\"");
  EXPECT_EQ(to_text({{"n", std::int64_t{-1}}, {"m", std::numeric_limits<std::uint64_t>::max()}}),
            "n=-1 m=18446744073709551615");
}

TEST(Record, ShowsNothingToATerminalThatCouldMoveIt) {
  EXPECT_EQ(to_text({{"t", "a\"b\\c\n\x1b[2J\x7f\xff\0"s}}), R"(t="a\"b\\c\n\x1b[2J\x7f\xff\x00")");
}

}  // namespace
}  // namespace wirelab::core

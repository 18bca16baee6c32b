#include "core/byte_order.hh"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstring>

namespace wirelab::core {
namespace {

using namespace std::string_literals;

TEST(ByteOrder, BigPutsTheMostSignificantByteFirst) {
  EXPECT_EQ(write_number(0x01020304, 4, ByteOrder::big), "\x01\x02\x03\x04");
  EXPECT_EQ(write_number(5, 2, ByteOrder::big), "\x00\x05"s);
}

TEST(ByteOrder, LittlePutsItLast) {
  EXPECT_EQ(write_number(0x01020304, 4, ByteOrder::little), "\x04\x03\x02\x01");
  EXPECT_EQ(write_number(5, 8, ByteOrder::little), "\x05\0\0\0\0\0\0\0"s);
}

TEST(ByteOrder, BigIsTheOrderOfHtonl) {
  const std::uint32_t network = htonl(0xdeadbeef);
  std::string bytes(sizeof network, '\0');
  std::memcpy(bytes.data(), &network, sizeof network);
  EXPECT_EQ(write_number(0xdeadbeef, 4, ByteOrder::big), bytes);
}

TEST(ByteOrder, ReadsWhatItWrote) {
  for (const ByteOrder order : {ByteOrder::big, ByteOrder::little}) {
    for (const std::size_t size : {1u, 2u, 4u, 8u}) {
      for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{0x80}, largest_number(size)}) {
        EXPECT_EQ(read_number(write_number(number, size, order), order), number) << size << " bytes";
      }
    }
  }
}

TEST(ByteOrder, KnowsTheLargestNumberOfEachSize) {
  EXPECT_EQ(largest_number(1), 255u);
  EXPECT_EQ(largest_number(2), 65535u);
  EXPECT_EQ(largest_number(4), 4294967295u);
  EXPECT_EQ(largest_number(8), ~std::uint64_t{0});
}

}  // namespace
}  // namespace wirelab::core

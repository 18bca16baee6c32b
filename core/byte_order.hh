// Unsigned numbers as bytes. The network's order is big-endian, whatever this machine's is: byteorder(3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wirelab::core {

enum class ByteOrder { big, little };

/// The number these bytes, 8 at most, spell.
std::uint64_t read_number(std::string_view bytes, ByteOrder order);

/// `size` bytes that spell the number; it fits if it is no larger than largest_number(size).
std::string write_number(std::uint64_t number, std::size_t size, ByteOrder order);

/// 255 for 1 byte, 65535 for 2. `size` is 1 … 8.
std::uint64_t largest_number(std::size_t size);

}  // namespace wirelab::core

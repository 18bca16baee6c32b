#include "core/byte_order.hh"

#include <limits>

namespace wirelab::core {

// Shifts work on values, not on memory, so this is right on machines of either order and needs to ask for neither.

std::uint64_t read_number(std::string_view bytes, ByteOrder order) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char byte = order == ByteOrder::big ? bytes[i] : bytes[bytes.size() - 1 - i];
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

std::string write_number(std::uint64_t number, std::size_t size, ByteOrder order) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i, number >>= 8) {
    bytes[order == ByteOrder::big ? size - 1 - i : i] = static_cast<char>(number & 0xff);
  }
  return bytes;
}

std::uint64_t largest_number(std::size_t size) { return std::numeric_limits<std::uint64_t>::max() >> (64 - 8 * size); }

}  // namespace wirelab::core

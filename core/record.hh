// "Sending a data structure": typed fields as bytes that every machine reads alike.
//
// Sending a C struct as it lies in memory would send this machine's byte order and its padding along.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wirelab::core {

/// One member of a record. Numbers travel in network byte order, signed ones in two's complement; characters take
/// `size` bytes, filled up with zero bytes.
struct RecordField {
  enum class Type { u8, u16, u32, u64, i8, i16, i32, i64, characters };
  std::string name;
  Type type = Type::u32;
  std::size_t size = 0;  ///< of characters; a number's follows from its type and is not looked at
};

/// i… fields are std::int64_t, u… fields std::uint64_t, characters std::string.
using FieldValue = std::variant<std::int64_t, std::uint64_t, std::string>;

/// Values by field name.
using Record = std::vector<std::pair<std::string, FieldValue>>;

/// Bytes a field, or a record of these fields, takes: they stand in this order with nothing between them.
std::size_t size_of(const RecordField& field);
std::size_t size_of(std::span<const RecordField> fields);

/// A record's bytes from its values, given in any order; either type of number will do if the value fits.
/// Throws std::invalid_argument if a field is missing, unknown or given twice, a number does not fit, a text is too
/// long, or one is given for the other.
std::string encode_record(std::span<const RecordField> fields, const Record& record);

/// The values in the order of the fields; zero bytes at the end of characters are taken off.
/// Throws std::invalid_argument if the bytes are not exactly one record.
Record decode_record(std::span<const RecordField> fields, std::string_view bytes);

/// `id=7 text="Hello"`; in a text everything but printable ASCII is escaped (\n, \x00).
std::string to_text(const Record& record);

}  // namespace wirelab::core

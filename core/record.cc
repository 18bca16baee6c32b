#include "core/record.hh"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/byte_order.hh"

namespace wirelab::core {
namespace {

using Type = RecordField::Type;

bool is_signed(Type type) { return type == Type::i8 || type == Type::i16 || type == Type::i32 || type == Type::i64; }

[[noreturn]] void does_not_fit(const RecordField& field, const std::string& value) {
  throw std::invalid_argument(
      fmt::format("field {}: {} does not fit into {} bytes", field.name, value, size_of(field)));
}

std::string encode_number(const RecordField& field, std::int64_t number) {
  const std::size_t size = size_of(field);
  const auto most = static_cast<std::int64_t>(largest_number(size) >> 1);  // of a signed number
  const bool fits = is_signed(field.type) ? -most - 1 <= number && number <= most
                                          : number >= 0 && static_cast<std::uint64_t>(number) <= largest_number(size);
  if (!fits) does_not_fit(field, std::to_string(number));
  return write_number(static_cast<std::uint64_t>(number), size, ByteOrder::big);
}

std::string encode_number(const RecordField& field, std::uint64_t number) {
  const std::size_t size = size_of(field);
  if (number > (is_signed(field.type) ? largest_number(size) >> 1 : largest_number(size))) {
    does_not_fit(field, std::to_string(number));
  }
  return write_number(number, size, ByteOrder::big);
}

std::string encode_field(const RecordField& field, const FieldValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if ((text != nullptr) != (field.type == Type::characters)) {
    throw std::invalid_argument(
        fmt::format("field {} is a {}", field.name, field.type == Type::characters ? "text" : "number"));
  }
  if (text != nullptr) {
    if (text->size() > field.size) does_not_fit(field, fmt::format("a text of {} bytes", text->size()));
    return *text + std::string(field.size - text->size(), '\0');
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) return encode_number(field, *number);
  return encode_number(field, std::get<std::uint64_t>(value));
}

FieldValue decode_field(const RecordField& field, std::string_view bytes) {
  if (field.type == Type::characters) return std::string(bytes.substr(0, bytes.find_last_not_of('\0') + 1));
  const std::uint64_t number = read_number(bytes, ByteOrder::big);
  if (!is_signed(field.type)) return number;
  // Moved to the top and back again, the number's own sign bit fills the bits above it.
  const auto unused = static_cast<int>(64 - 8 * bytes.size());
  return static_cast<std::int64_t>(number << unused) >> unused;
}

std::string quoted(std::string_view text) {
  std::string shown = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') {
      shown += fmt::format("\\{}", byte);
    } else if (byte == '\n') {
      shown += "\\n";
    } else if (byte < 0x20 || byte > 0x7e) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
    } else {
      shown += byte;
    }
  }
  return shown + '"';
}

}  // namespace

std::size_t size_of(const RecordField& field) {
  switch (field.type) {
    case Type::u8:
    case Type::i8:
      return 1;
    case Type::u16:
    case Type::i16:
      return 2;
    case Type::u32:
    case Type::i32:
      return 4;
    case Type::u64:
    case Type::i64:
      return 8;
    case Type::characters:
      return field.size;
  }
  throw std::invalid_argument("unknown type of field");
}

std::size_t size_of(std::span<const RecordField> fields) {
  std::size_t size = 0;
  for (const RecordField& field : fields) size += size_of(field);
  return size;
}

std::string encode_record(std::span<const RecordField> fields, const Record& record) {
  for (const auto& each : record) {
    const auto has_its_name = [&](const RecordField& field) { return field.name == each.first; };
    if (std::none_of(fields.begin(), fields.end(), has_its_name)) {
      throw std::invalid_argument(fmt::format("the record has no field {}", each.first));
    }
  }
  std::string bytes;
  for (const RecordField& field : fields) {
    const auto named = [&](const auto& each) { return each.first == field.name; };
    const auto found = std::find_if(record.begin(), record.end(), named);
    if (found == record.end()) throw std::invalid_argument(fmt::format("field {} is missing", field.name));
    if (std::find_if(found + 1, record.end(), named) != record.end()) {
      throw std::invalid_argument(fmt::format("field {} is given twice", field.name));
    }
    bytes += encode_field(field, found->second);
  }
  return bytes;
}

Record decode_record(std::span<const RecordField> fields, std::string_view bytes) {
  if (bytes.size() != size_of(fields)) {
    throw std::invalid_argument(fmt::format("the record has {} bytes, not {}", size_of(fields), bytes.size()));
  }
  Record record;
  for (const RecordField& field : fields) {
    record.emplace_back(field.name, decode_field(field, bytes.substr(0, size_of(field))));
    bytes.remove_prefix(size_of(field));
  }
  return record;
}

std::string to_text(const Record& record) {
  std::string text;
  for (const auto& [name, value] : record) {
    if (!text.empty()) text += ' ';
    text += name + '=';
    if (const auto* characters = std::get_if<std::string>(&value)) {
      text += quoted(*characters);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      text += std::to_string(*number);
    } else {
      text += std::to_string(std::get<std::uint64_t>(value));
    }
  }
  return text;
}

}  // namespace wirelab::core

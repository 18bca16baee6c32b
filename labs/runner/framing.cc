#include "labs/runner/framing.hh"

#include <variant>

namespace wirelab::runner {
namespace {

struct ToFormat {
  std::size_t max_message;

  core::Format operator()(const scenario::DelimiterFraming& framing) const {
    return core::DelimiterFormat{framing.delimiter, framing.escape, max_message};
  }
  core::Format operator()(const scenario::LengthFraming& framing) const {
    return core::LengthFormat{framing.bytes, framing.big_endian, max_message};
  }
  core::Format operator()(const scenario::RecordFraming& framing) const {
    core::RecordFormat format;
    format.max_message = max_message;
    for (const scenario::RecordField& field : framing.fields) {
      // The two lists of types are the same, in the same order.
      format.fields.push_back({field.name, static_cast<core::RecordField::Type>(field.type), field.size});
    }
    return format;
  }
  core::Format operator()(const scenario::HttpFraming&) const { return core::HttpFormat{max_message}; }
};

}  // namespace

core::Format to_format(const scenario::Framing& framing) {
  return std::visit(ToFormat{framing.max_message}, framing.kind);
}

core::Record to_record(const scenario::RecordData& data) {
  core::Record record;
  for (const auto& [name, value] : data.fields) {
    if (const auto* number = value.as<std::int64_t>()) {
      record.emplace_back(name, *number);
    } else if (const auto* text = value.as<scenario::Bytes>()) {
      record.emplace_back(name, text->bytes);
    }
  }
  return record;
}

}  // namespace wirelab::runner

#include "labs/scenario/read_data.hh"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <random>

#include "core/framing.hh"
#include "labs/scenario/ceilings.hh"
#include "labs/scenario/companion_file.hh"
#include "labs/scenario/hexadecimal.hh"
#include "labs/scenario/sha256.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::scenario {
namespace {

// ---------------------------------------------------------------------------------------------- data

bool charge_written_data(Reader& reader, const Node& node, std::int64_t size) {
  reader.written_data = saturated_sum(reader.written_data, size);
  if (reader.written_data <= ceilings::written_data) return true;
  if (reader.written_data - size <= ceilings::written_data) {
    reader.error(node, {"ceiling-data"_text, {{"most", ceilings::written_data}}});
  }
  return false;
}

std::optional<ReadData> literal(Reader& reader, const Node& node, std::string bytes, std::int64_t size,
                                bool has_placeholders = false) {
  if (!charge_written_data(reader, node, size)) return std::nullopt;
  return ReadData{{Literal{std::move(bytes), has_placeholders}, node.at}, size};
}

// `{i}` outside every repeat has no round to stand for: it stays as it is.
bool has_placeholders(const Reader& reader, std::string_view text) {
  const bool has_round = text.find("{i}") != std::string_view::npos && reader.repeats_around > 0;
  return has_round || text.find("{copy}") != std::string_view::npos;
}

std::optional<ReadData> read_text_data(Reader& reader, const Node& node) {
  const bool names_round = node.text.find("{i}") != std::string::npos;
  if (names_round && reader.in_steps && reader.repeats_around == 0) {
    reader.warning(node, {"placeholder-outside-repeat"_text});
  }
  return literal(reader, node, node.text, static_cast<std::int64_t>(node.text.size()),
                 has_placeholders(reader, node.text));
}

std::optional<ReadData> read_hex(Reader& reader, const Node& /*map*/, const Node& node) {
  const std::optional<std::string> text = reader.text(node, "`hex`");
  if (!text) return std::nullopt;
  std::string bytes;
  std::optional<int> high;
  for (const char letter : *text) {
    if (letter == ' ' || letter == '\n') continue;
    const std::optional<int> digit = hexadecimal_digit(letter);
    if (!digit) {
      reader.error(node, {"bad-hex.digit"_text, {{"digit", in_ticks(std::string_view(&letter, 1))}}});
      return std::nullopt;
    }
    if (!high) {
      high = digit;
    } else {
      bytes += static_cast<char>(*high * 16 + *digit);
      high.reset();
    }
  }
  if (high) {
    reader.error(node, {"bad-hex.odd"_text});
    return std::nullopt;
  }
  const auto size = static_cast<std::int64_t>(bytes.size());
  return literal(reader, node, std::move(bytes), size);
}

std::optional<std::int64_t> read_size(Reader& reader, const Node& node, const Phrase& what) {
  return reader.whole_number(node, what, {0, ceilings::datum});
}

std::string repeated(std::string_view pattern, std::size_t size) {
  std::string bytes;
  bytes.reserve(size);
  while (bytes.size() < size) bytes += pattern.substr(0, size - bytes.size());
  return bytes;
}

std::optional<ReadData> read_fill(Reader& reader, const Node& map, const Node& node) {
  const std::optional<std::string> pattern = reader.text(node, "`fill`");
  const Node* size_node = map.find("size");
  if (size_node == nullptr) {
    reader.missing_key(map, "size", "`fill`");
    return std::nullopt;
  }
  if (reader.is_unanswered(*size_node)) return std::nullopt;
  const std::optional<std::int64_t> size = read_size(reader, *size_node, "`size`");
  if (!pattern || !size) return std::nullopt;
  if (pattern->empty() && *size > 0) {
    reader.error(node, {"empty-fill"_text});
    return std::nullopt;
  }
  return literal(reader, map, reader.materialise() ? repeated(*pattern, static_cast<std::size_t>(*size)) : "", *size);
}

// std::mt19937_64 is specified to the bit, so the same seed gives the same bytes on every machine.
std::string random_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::string bytes;
  bytes.reserve(size);
  while (bytes.size() < size) {
    std::uint64_t drawn = generator();
    for (int index = 0; index < 8 && bytes.size() < size; ++index, drawn >>= 8)
      bytes += static_cast<char>(drawn & 0xFF);
  }
  return bytes;
}

// Of a key that may be left out; nothing after a diagnostic.
std::optional<std::int64_t> number_or(Reader& reader, const Node* node, const Phrase& what, Limits64 limits,
                                      std::int64_t otherwise) {
  if (node == nullptr) return otherwise;
  return reader.is_unanswered(*node) ? std::nullopt : reader.whole_number(*node, what, limits);
}

std::optional<ReadData> read_random(Reader& reader, const Node& map, const Node& node) {
  const std::optional<std::int64_t> size = read_size(reader, node, "`random`");
  const auto seed = number_or(reader, map.find("seed"), "`seed`", {0, std::numeric_limits<std::int64_t>::max()}, 1);
  if (!size || !seed) return std::nullopt;
  const auto length = static_cast<std::size_t>(*size);
  return literal(reader, map, reader.materialise() ? random_bytes(length, static_cast<std::uint64_t>(*seed)) : "",
                 *size);
}

std::optional<CompanionFile> look_up(Reader& reader, const Node& node, const Phrase& what) {
  const std::optional<std::string> name = reader.text(node, what);
  if (!name) return std::nullopt;
  CompanionFile found = find_companion(reader.file(), *name);
  if (found.fault.empty()) return found;
  reader.error(node, {"bad-file.fault"_text, {{"name", in_ticks(*name)}, {"fault", found.fault}}});
  return std::nullopt;
}

// All that is in it.
std::optional<ReadData> read_whole(Reader& reader, const Node& map, const Node& name, const CompanionFile& file) {
  std::optional<std::string> bytes = reader.materialise() ? read_companion(file) : std::string();
  if (bytes) return literal(reader, map, std::move(*bytes), static_cast<std::int64_t>(file.size));
  reader.error(name, {"bad-file.end"_text, {{"name", in_ticks(name.text)}}});
  return std::nullopt;
}

std::optional<ReadData> read_file_data(Reader& reader, const Node& map, const Node& node) {
  const std::optional<CompanionFile> file = look_up(reader, node, "`file`");
  const auto length = file ? static_cast<std::int64_t>(file->size) : ceilings::datum;
  const auto size = number_or(reader, map.find("size"), "`size`", {0, ceilings::datum}, length);
  const Node* from_node = map.find("from");
  const bool from_received = from_node != nullptr && from_node->kind == Node::Kind::map;
  if (from_received && !reads_received_last(reader, *from_node, "`from`")) return std::nullopt;
  const auto from = from_received ? 0 : number_or(reader, from_node, "`from`", {0, length}, 0);
  if (!file || !size || !from) return std::nullopt;
  std::optional<ReadData> read = read_whole(reader, map, node, *file);
  if (!read) return std::nullopt;
  read->size = std::min(length - *from, *size);
  std::string& bytes = std::get<Literal>(read->data.what).bytes;
  if (from_received) {
    read->data.what = FileFrom{std::move(bytes), static_cast<std::size_t>(*size)};
  } else if (reader.materialise()) {
    bytes = bytes.substr(static_cast<std::size_t>(*from), static_cast<std::size_t>(*size));
  }
  return read;
}

std::optional<ReadData> read_received(Reader& reader, const Node& map, const Node& node) {
  if (node.is_text()) {
    std::optional<std::string> name = read_received_name(reader, node);
    return name ? std::optional(ReadData{{Received{std::move(*name)}, map.at}, 0}) : std::nullopt;
  }
  const std::optional<std::string> which = reader.word(node, "`received`");
  if (!which) return std::nullopt;
  if (*which != "last") {
    constexpr std::array<std::string_view, 1> known = {"last"};
    reader.unknown_word(node, "`received`", known);
    return std::nullopt;
  }
  return ReadData{{Received{}, map.at}, 0};
}

// What `size_of` and `sha256_of` are about: bytes that are known now, or what will have been received.
std::optional<std::variant<Literal, Received>> measured(Reader& reader, const Node& node,
                                                        std::optional<ReadData> read) {
  if (!read) return std::nullopt;
  if (auto* bytes = std::get_if<Literal>(&read->data.what)) return std::move(*bytes);
  if (auto* received = std::get_if<Received>(&read->data.what)) return std::move(*received);
  reader.error(node, {"not-known-yet.measured"_text});
  return std::nullopt;
}

std::optional<ReadData> read_size_of(Reader& reader, const Node& map, const Node& node) {
  std::int64_t size = 0;
  if (node.kind == Node::Kind::map) {
    std::optional<ReadData> read = read_data(reader, node, "`size_of`");
    size = read ? read->size : 0;
    auto what = measured(reader, node, std::move(read));
    if (!what) return std::nullopt;
    constexpr std::int64_t most_digits = 8;  // ceilings::datum
    if (auto* received = std::get_if<Received>(&*what)) return ReadData{{SizeOf{*received}, map.at}, most_digits};
  } else {
    const std::optional<CompanionFile> file = look_up(reader, node, "`size_of`");
    if (!file) return std::nullopt;
    size = static_cast<std::int64_t>(file->size);
  }
  std::string digits = fmt::format("{}", size);
  const auto length = static_cast<std::int64_t>(digits.size());
  return literal(reader, map, std::move(digits), length);
}

std::optional<ReadData> read_sha256_of(Reader& reader, const Node& map, const Node& node) {
  constexpr std::int64_t digits = 64;
  std::optional<ReadData> read;
  if (node.kind == Node::Kind::map) {
    read = read_data(reader, node, "`sha256_of`");
  } else if (const std::optional<CompanionFile> file = look_up(reader, node, "`sha256_of`")) {
    read = read_whole(reader, node, node, *file);
  }
  auto what = measured(reader, node, std::move(read));
  if (!what) return std::nullopt;
  if (auto* received = std::get_if<Received>(&*what)) return ReadData{{Sha256Of{*received}, map.at}, digits};
  return literal(reader, map, reader.materialise() ? sha256(std::get<Literal>(*what).bytes) : "", digits);
}

// ---- records

struct NumberType {
  std::string_view word;
  RecordField::Type type;
  std::size_t size;
  std::int64_t least;
  std::int64_t most;
};
// A u64 above 2^63-1 cannot be written: the language's whole numbers are signed.
constexpr std::array number_types = {
    NumberType{"u8", RecordField::Type::u8, 1, 0, 0xFF},
    NumberType{"u16", RecordField::Type::u16, 2, 0, 0xFFFF},
    NumberType{"u32", RecordField::Type::u32, 4, 0, 0xFFFFFFFF},
    NumberType{"u64", RecordField::Type::u64, 8, 0, std::numeric_limits<std::int64_t>::max()},
    NumberType{"i8", RecordField::Type::i8, 1, -0x80, 0x7F},
    NumberType{"i16", RecordField::Type::i16, 2, -0x8000, 0x7FFF},
    NumberType{"i32", RecordField::Type::i32, 4, -0x80000000LL, 0x7FFFFFFF},
    NumberType{"i64", RecordField::Type::i64, 8, std::numeric_limits<std::int64_t>::min(),
               std::numeric_limits<std::int64_t>::max()},
};

const NumberType* number_type(RecordField::Type type) {
  const auto found = std::ranges::find(number_types, type, &NumberType::type);
  return found == number_types.end() ? nullptr : &*found;
}

std::size_t size_of(const RecordFraming& framing) {
  std::size_t size = 0;
  for (const RecordField& field : framing.fields) size += field.size;
  return size;
}

std::optional<Value> read_field_value(Reader& reader, const Node& node, const RecordField& field) {
  const std::string what = fmt::format("`{}`", field.name);
  if (const NumberType* type = number_type(field.type)) {
    const auto number = reader.whole_number(node, what, {type->least, type->most});
    return number ? std::optional<Value>(*number) : std::nullopt;
  }
  std::optional<std::string> text = reader.text(node, what);
  if (!text) return std::nullopt;
  if (text->size() > field.size) {
    reader.error(node, {"field-too-long"_text,
                        {{"what", what}, {"bytes", counted(text->size())}, {"room", counted(field.size)}}});
    return std::nullopt;
  }
  return Value(Bytes{std::move(*text)});
}

std::optional<ReadData> read_record(Reader& reader, const Node& map, const Node& node) {
  const auto* framing = reader.framing ? std::get_if<RecordFraming>(&reader.framing->kind) : nullptr;
  if (framing == nullptr) {
    reader.error(map, {"record-without-framing"_text});
    return std::nullopt;
  }
  if (!reader.is_map(node, "`record`", "{id: 7, text: \"Hello\"}")) return std::nullopt;
  std::vector<std::string_view> names;
  for (const RecordField& field : framing->fields) names.push_back(field.name);
  reader.refuse_unknown_keys(node, names, phrase("what.record"_text));
  RecordData record;
  for (const RecordField& field : framing->fields) {
    const Node* value = node.find(field.name);
    if (value == nullptr) {
      reader.missing_key(node, field.name, phrase("what.record"_text));
    } else if (!reader.is_unanswered(*value)) {
      if (auto read = read_field_value(reader, *value, field)) record.fields.emplace_back(field.name, std::move(*read));
    }
  }
  return ReadData{{std::move(record), map.at}, static_cast<std::int64_t>(size_of(*framing))};
}

struct DataForm {
  std::string_view word;
  std::array<std::string_view, 2> companions;  // further keys it may have; empty: none
  std::optional<ReadData> (*read)(Reader&, const Node& map, const Node& value);
  bool names_file = false;
};
constexpr std::array data_forms = {DataForm{"hex", {}, read_hex},
                                   DataForm{"fill", {"size"}, read_fill},
                                   DataForm{"random", {"seed"}, read_random},
                                   DataForm{"file", {"from", "size"}, read_file_data, true},
                                   DataForm{"received", {}, read_received},
                                   DataForm{"size_of", {}, read_size_of, true},
                                   DataForm{"sha256_of", {}, read_sha256_of, true},
                                   DataForm{"record", {}, read_record}};

const DataForm* form_of(const Node& map) {
  const auto found = std::ranges::find_if(data_forms, [&map](const DataForm& form) { return map.find(form.word); });
  return found == data_forms.end() ? nullptr : &*found;
}

std::vector<std::string_view> form_words() {
  std::vector<std::string_view> words;
  for (const DataForm& form : data_forms) words.push_back(form.word);
  return words;
}

void refuse_unknown_form(Reader& reader, const Node& map, const Phrase& what) {
  const bool looks_like_placeholder = map.entries.size() == 1 && map.entries[0].value.kind == Node::Kind::nothing;
  if (looks_like_placeholder) {
    const std::string& word = map.entries[0].key.text;
    reader.error(map, {"unquoted-text.braces"_text, {{"what", what}, {"word", shown(word)}}});
    return;
  }
  if (map.entries.empty()) {
    reader.wrong_kind(map, what, phrase("kind.text-in-quotes"_text));
  } else {
    reader.unknown_key(map.entries[0].key, form_words(), phrase("what.data"_text));
  }
}

std::optional<ReadData> read_data_map(Reader& reader, const Node& map, const Phrase& what) {
  const DataForm* form = form_of(map);
  if (form == nullptr) {
    refuse_unknown_form(reader, map, what);
    return std::nullopt;
  }
  std::vector<std::string_view> allowed = {form->word};
  std::ranges::copy_if(form->companions, std::back_inserter(allowed),
                       [](std::string_view key) { return !key.empty(); });
  reader.refuse_unknown_keys(map, allowed, fmt::format("`{}`", form->word));
  const Node& value = *map.find(form->word);
  if (reader.is_unanswered(value)) return std::nullopt;
  return form->read(reader, map, value);
}

// ------------------------------------------------------------------------------------------- framing

enum class FramingKind { delimiter, length, record, http };
constexpr std::array framing_kinds = {
    Choice<FramingKind>{"delimiter", FramingKind::delimiter}, Choice<FramingKind>{"length", FramingKind::length},
    Choice<FramingKind>{"record", FramingKind::record}, Choice<FramingKind>{"http", FramingKind::http}};
constexpr std::array byte_orders = {Choice<bool>{"big", true}, Choice<bool>{"little", false}};

std::optional<RecordField> read_field_type(Reader& reader, const std::string& name, const Node& node) {
  const std::optional<std::string> type = reader.word(node, phrase("what.field-type"_text, {{"field", name}}));
  if (!type) return std::nullopt;
  const auto number = std::ranges::find(number_types, std::string_view(*type), &NumberType::word);
  if (number != number_types.end()) return RecordField{name, number->type, number->size};
  if (type->starts_with("char(") && type->ends_with(")")) {
    const auto size = parse_whole_number(std::string_view(*type).substr(5, type->size() - 6));
    if (size && *size >= 1 && *size <= ceilings::max_message) {
      return RecordField{name, RecordField::Type::characters, static_cast<std::size_t>(*size)};
    }
  }
  std::vector<std::string_view> words;
  for (const NumberType& candidate : number_types) words.push_back(candidate.word);
  words.push_back("char(16)");
  reader.unknown_word(node, phrase("what.field-type"_text, {{"field", name}}), words);
  return std::nullopt;
}

void read_field(Reader& reader, const Node& item, RecordFraming& framing) {
  if (!reader.is_map(item, phrase("what.field"_text), "{id: u32}")) return;
  if (item.entries.size() != 1) {
    reader.error(item, {"one-field-each"_text});
    return;
  }
  const Entry& entry = item.entries[0];
  if (reader.is_unanswered(entry.value)) return;
  const std::optional<std::string> name = reader.name(entry.key, phrase("what.field"_text));
  if (!name) return;
  if (std::ranges::find(framing.fields, *name, &RecordField::name) != framing.fields.end()) {
    reader.error(entry.key, {"duplicate-key.field"_text, {{"field", in_ticks(*name)}}});
    return;
  }
  if (auto field = read_field_type(reader, *name, entry.value)) framing.fields.push_back(std::move(*field));
}

struct FramingDraft {
  std::optional<FramingKind> kind;
  DelimiterFraming delimiter;
  LengthFraming length;
  RecordFraming record;
  std::size_t max_message = Framing{}.max_message;
};

void read_delimiter(Reader& reader, const Node&, const Node& value, FramingDraft& draft) {
  const std::optional<std::string> bytes = read_bytes(reader, value, "`delimiter`");
  if (!bytes) return;
  if (bytes->empty() || bytes->size() > static_cast<std::size_t>(ceilings::delimiter)) {
    reader.error(value, {"out-of-range.delimiter"_text, {{"most", ceilings::delimiter}}});
    return;
  }
  draft.delimiter.delimiter = *bytes;
}

void read_escape(Reader& reader, const Node&, const Node& value, FramingDraft& draft) {
  const std::optional<std::string> bytes = read_bytes(reader, value, "`escape`");
  if (!bytes) return;
  if (bytes->size() != 1) {
    reader.error(value, {"out-of-range.escape"_text, {{"bytes", counted(bytes->size())}}});
  } else if (draft.delimiter.delimiter.find(*bytes) != std::string::npos) {
    reader.error(value, {"escape-in-delimiter"_text});
  } else {
    draft.delimiter.escape = bytes->front();
  }
}

void read_prefix_bytes(Reader& reader, const Node&, const Node& value, FramingDraft& draft) {
  const auto bytes = reader.whole_number(value, "`bytes`", {1, 8});
  if (!bytes) return;
  if (*bytes != 1 && *bytes != 2 && *bytes != 4 && *bytes != 8) {
    reader.error(value, {"out-of-range.prefix"_text});
    return;
  }
  draft.length.bytes = static_cast<int>(*bytes);
}

void read_order(Reader& reader, const Node&, const Node& value, FramingDraft& draft) {
  if (const auto big = reader.choice<bool>(value, "`order`", byte_orders)) draft.length.big_endian = *big;
}

void read_fields(Reader& reader, const Node&, const Node& value, FramingDraft& draft) {
  if (!reader.is_list(value, "`fields`", "[{id: u32}, {text: char(16)}]", ceilings::record_fields)) return;
  for (const Node& item : value.items) {
    if (!reader.is_unanswered(item)) read_field(reader, item, draft.record);
  }
  if (value.items.empty()) reader.error(value, {"no-fields"_text});
}

void read_max_message(Reader& reader, const Node&, const Node& value, FramingDraft& draft) {
  if (const auto most = reader.whole_number(value, "`max_message`", {1, ceilings::max_message})) {
    draft.max_message = static_cast<std::size_t>(*most);
  }
}

void read_kind(Reader& reader, const Node&, const Node& value, FramingDraft& draft) {
  draft.kind = reader.choice<FramingKind>(value, "`kind`", framing_kinds);
}

constexpr std::array delimiter_keys = {
    Key<FramingDraft>{"kind", read_kind, true}, Key<FramingDraft>{"delimiter", read_delimiter, true},
    Key<FramingDraft>{"escape", read_escape}, Key<FramingDraft>{"max_message", read_max_message}};
constexpr std::array length_keys = {
    Key<FramingDraft>{"kind", read_kind, true}, Key<FramingDraft>{"bytes", read_prefix_bytes},
    Key<FramingDraft>{"order", read_order}, Key<FramingDraft>{"max_message", read_max_message}};
constexpr std::array record_keys = {Key<FramingDraft>{"kind", read_kind, true},
                                    Key<FramingDraft>{"fields", read_fields, true},
                                    Key<FramingDraft>{"max_message", read_max_message}};

constexpr std::array http_keys = {Key<FramingDraft>{"kind", read_kind, true},
                                  Key<FramingDraft>{"max_message", read_max_message}};

constexpr std::string_view framing_example = "{kind: delimiter, delimiter: \"\\n\"}";

std::span<const Key<FramingDraft>> keys_of(FramingKind kind) {
  switch (kind) {
    case FramingKind::delimiter:
      return delimiter_keys;
    case FramingKind::length:
      return length_keys;
    case FramingKind::record:
      return record_keys;
    case FramingKind::http:
      return http_keys;
  }
  return {};
}

Framing framing_of(FramingDraft draft, Position at) {
  Framing framing{.kind = {}, .max_message = draft.max_message, .at = at};
  switch (*draft.kind) {
    case FramingKind::delimiter:
      framing.kind = std::move(draft.delimiter);
      break;
    case FramingKind::length:
      framing.kind = draft.length;
      break;
    case FramingKind::record:
      framing.kind = std::move(draft.record);
      break;
    case FramingKind::http:
      framing.kind = HttpFraming{};
      break;
  }
  return framing;
}

void refuse_record_above_ceiling(Reader& reader, const Node& node, const Framing& framing) {
  const auto* record = std::get_if<RecordFraming>(&framing.kind);
  if (record == nullptr || size_of(*record) <= framing.max_message) return;
  reader.error(
      node, {"record-too-long"_text, {{"bytes", counted(size_of(*record))}, {"most", counted(framing.max_message)}}});
}

}  // namespace

bool reads_received_last(Reader& reader, const Node& node, const Phrase& what) {
  const std::optional<ReadData> read = read_data(reader, node, what);
  if (!read) return false;
  const auto* received = std::get_if<Received>(&read->data.what);
  if (received != nullptr && received->file.empty()) return true;
  reader.wrong_kind(node, what, phrase("kind.number-or-last"_text));
  return false;
}

std::optional<std::string> read_received_name(Reader& reader, const Node& node) {
  std::optional<std::string> name = reader.text(node, phrase("what.file-name"_text));
  if (!name) return std::nullopt;
  const bool is_plain = name->find('/') == std::string::npos && *name != "." && *name != "..";
  if (companion_name_fault(*name).empty() && is_plain) return name;
  reader.error(node, {"bad-file.name"_text, {{"name", in_ticks(*name)}}});
  return std::nullopt;
}

bool spells_data(const Node& node) { return node.kind == Node::Kind::map && form_of(node) != nullptr; }

std::optional<ReadData> read_data(Reader& reader, const Node& node, const Phrase& what) {
  if (node.is_text()) return read_text_data(reader, node);
  if (node.kind == Node::Kind::map) return read_data_map(reader, node, what);
  reader.text(node, what);
  return std::nullopt;
}

std::optional<std::string> read_bytes(Reader& reader, const Node& node, const Phrase& what) {
  if (node.is_text()) return node.text;
  if (!spells_data(node)) {
    reader.text(node, what);
    return std::nullopt;
  }
  std::optional<ReadData> read = read_data(reader, node, what);
  if (!read) return std::nullopt;
  if (auto* bytes = std::get_if<Literal>(&read->data.what)) return std::move(bytes->bytes);
  reader.error(node, {"not-known-yet"_text, {{"what", what}}});
  return std::nullopt;
}

std::vector<std::string> companions_in(const Node& node) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  const auto add_all = [&add](const Node& inner) { std::ranges::for_each(companions_in(inner), add); };
  for (const Entry& entry : node.entries) {
    const bool names_file = std::ranges::any_of(
        data_forms, [&entry](const DataForm& form) { return form.names_file && form.word == entry.key.text; });
    if (names_file && entry.value.is_text()) add(entry.value.text);
    add_all(entry.value);
  }
  std::ranges::for_each(node.items, add_all);
  return names;
}

std::optional<Framing> read_framing(Reader& reader, const Node& node) {
  if (!reader.is_map(node, "`framing`", framing_example)) return std::nullopt;
  const Node* kind_node = node.find("kind");
  if (kind_node == nullptr) {
    reader.missing_key(node, "kind", "`framing`");
    return std::nullopt;
  }
  if (reader.is_unanswered(*kind_node)) return std::nullopt;
  const auto kind = reader.choice<FramingKind>(*kind_node, "`kind`", framing_kinds);
  if (!kind) return std::nullopt;
  FramingDraft draft;
  reader.keys<FramingDraft>(node, keys_of(*kind), draft, phrase("what.framing"_text, {{"kind", kind_node->text}}),
                            framing_example);
  Framing framing = framing_of(std::move(draft), node.at);
  refuse_record_above_ceiling(reader, node, framing);
  return framing;
}

std::string record_text(const RecordData& record, const RecordFraming& framing) {
  core::Record fields;
  for (const RecordField& field : framing.fields) {
    const auto found = std::ranges::find(record.fields, field.name, &std::pair<std::string, Value>::first);
    if (found == record.fields.end()) continue;
    if (const auto* number = found->second.as<std::int64_t>()) fields.emplace_back(field.name, *number);
    if (const auto* text = found->second.as<Bytes>()) fields.emplace_back(field.name, text->bytes);
  }
  return core::to_text(fields);
}

std::vector<std::string_view> data_words() {
  std::vector<std::string_view> words = form_words();
  for (const DataForm& form : data_forms) {
    std::ranges::copy_if(form.companions, std::back_inserter(words), [](std::string_view key) { return !key.empty(); });
  }
  words.push_back("last");
  return words;
}

std::vector<std::string_view> framing_words() {
  std::vector<std::string_view> words;
  for (const auto& kind : framing_kinds) {
    words.push_back(kind.word);
    for (const auto& key : keys_of(kind.meaning)) words.push_back(key.word);
  }
  for (const auto& order : byte_orders) words.push_back(order.word);
  for (const NumberType& type : number_types) words.push_back(type.word);
  return words;
}

}  // namespace wirelab::scenario

// Data and framings: how a scenario spells the bytes that travel.
#pragma once

#include <optional>
#include <string>

#include "labs/scenario/reader.hh"
#include "labs/scenario/scenario.hh"

namespace wirelab::scenario {

/// Any spelling of data, with the number of bytes it has, as far as the file tells.
struct ReadData {
  Data data;
  std::int64_t size = 0;
};
std::optional<ReadData> read_data(Reader& reader, const Node& node, const Phrase& what);

/// Data that is known to the byte: a text, {hex: …} or {fill: …}, {random: …}, {file: …}, and what is measured of these.
std::optional<std::string> read_bytes(Reader& reader, const Node& node, const Phrase& what);

/// True if it is `{received: last}`, in the place of a number that only the run knows. False after a diagnostic.
bool reads_received_last(Reader& reader, const Node& node, const Phrase& what);

/// The name of a file that an actor receives: no path.
std::optional<std::string> read_received_name(Reader& reader, const Node& node);

/// Is this a map that spells data ({hex: …})?
bool spells_data(const Node& node);

/// The names of the files beside a scenario that it speaks of anywhere, each once. Whether there are such files, and
/// may be read, is for find_companion() to say.
std::vector<std::string> companions_in(const Node& node);

std::optional<Framing> read_framing(Reader& reader, const Node& node);

/// `id=7 text="Hello"`: how a record's message is shown and compared; in the order of the framing's fields.
std::string record_text(const RecordData& record, const RecordFraming& framing);

/// The words of the tables, for vocabulary.cc.
std::vector<std::string_view> data_words();
std::vector<std::string_view> framing_words();

}  // namespace wirelab::scenario

#include "labs/render/pcapng.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "labs/render/text.hh"
#include "labs/scenario/utf8.hh"

namespace wirelab::render {
namespace {

using explain::Annotation;
using timeline::Call;
using timeline::Event;
using timeline::EventId;
using timeline::Packet;
using timeline::Verdict;

// The numbers of the draft: of blocks in §4, of options in §3.5 and with each block.
enum class BlockType : std::uint32_t { interface_description = 1, enhanced_packet = 6, section_header = 0x0A0D0D0A };
enum class Option : std::uint16_t {
  end = 0,
  comment = 1,
  section_os = 3,
  section_application = 4,
  interface_name = 2,
  interface_time_resolution = 9,
  packet_flags = 2,
};

/// One block of the file. Numbers have the lowest byte first on every machine; the section header says so.
class Block {
 public:
  explicit Block(BlockType type) { number(static_cast<std::uint32_t>(type)).number(length_to_come); }

  template <typename Number>
  Block& number(Number value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(Number); ++i, rest >>= 8U) bytes_ += static_cast<char>(rest & 0xFFU);
    return *this;
  }

  /// Filled up with zeros to a multiple of four bytes.
  Block& bytes(std::string_view value) {
    bytes_ += value;
    bytes_.append((4 - value.size() % 4) % 4, '\0');
    return *this;
  }

  /// Longer ones than the format can hold lose their end, at the boundary of a character.
  Block& option(Option code, std::string_view value) {
    std::size_t length = std::min<std::size_t>(value.size(), 0xFFFF);
    const auto continues = [&](std::size_t at) { return (static_cast<unsigned char>(value[at]) & 0xC0U) == 0x80; };
    while (length < value.size() && continues(length)) --length;
    has_options_ = true;
    return number(static_cast<std::uint16_t>(code))
        .number(static_cast<std::uint16_t>(length))
        .bytes(value.substr(0, length));
  }

  std::string finished() && {
    if (has_options_) number(static_cast<std::uint16_t>(Option::end)).number(std::uint16_t{0});
    // The length stands at both ends, so that a file can be read backwards.
    const auto length = static_cast<std::uint32_t>(bytes_.size() + sizeof(length_to_come));
    number(length);
    bytes_.replace(sizeof(BlockType), sizeof(length), bytes_, bytes_.size() - sizeof(length), sizeof(length));
    return std::move(bytes_);
  }

 private:
  static constexpr std::uint32_t length_to_come = 0;

  std::string bytes_;
  bool has_options_ = false;
};

// -------------------------------------------------------------------------------------------------------- comments

std::string with_rule(std::string text, const Packet& packet) {
  return packet.rule_line > 0 ? fmt::format("{}: rule in line {}", text, packet.rule_line) : text;
}

/// How long the wire kept it, or that it kept it for good.
std::string kept(std::string_view how, const Event& event, const Packet& packet) {
  if (packet.delivered_at == 0) return fmt::format("{} by the wire and never delivered", how);
  const double milliseconds = static_cast<double>(packet.delivered_at - event.at) / 1e6;
  return fmt::format("{} by the wire for {:.3f} ms", how, milliseconds);
}

/// What the wire did with the packet; empty if it just let it through.
std::string fate(const Event& event, const Packet& packet) {
  switch (packet.verdict) {
    case Verdict::passed:
      return "";
    case Verdict::dropped:
      return with_rule("dropped by the wire", packet) + (packet.rule_line > 0 ? "" : ": loss");
    case Verdict::delayed:
      return with_rule(kept("delayed", event, packet), packet);
    case Verdict::held:
      return with_rule(kept("held", event, packet), packet);
    case Verdict::duplicated:
      return with_rule("delivered twice by the wire", packet);
    case Verdict::absorbed:
      return "not delivered: sent again only because a timer ran out, and not needed";
  }
  return "";
}

/// `client: send#1 in line 26`.
std::string step_of(const timeline::Timeline& timeline, const Call& call) {
  const std::string& lane = timeline.lanes.at(static_cast<std::size_t>(call.lane)).name;
  return call.line > 0 ? fmt::format("{}: {} in line {}", lane, call.step, call.line)
                       : fmt::format("{}: {}", lane, call.step);
}

/// The annotations by the packets they speak of. Each is told in full at the last of them.
class AnnotationsOfPackets {
 public:
  explicit AnnotationsOfPackets(const RunRecord& record) {
    for (const Annotation& annotation : record.annotations) {
      EventId last = 0;
      for (const EventId id : annotation.events) {
        const Event* event = record.timeline.event(id);
        if (!event || !event->packet()) continue;
        auto& told = by_packet_[id];
        if (told.empty() || told.back().first != &annotation) told.emplace_back(&annotation, false);
        last = id;
      }
      if (last != 0) by_packet_[last].back().second = true;
    }
  }

  std::vector<std::string> comments(EventId packet) const {
    std::vector<std::string> comments;
    const auto found = by_packet_.find(packet);
    if (found == by_packet_.end()) return comments;
    for (const auto& [annotation, in_full] : found->second) comments.push_back(text(*annotation, in_full));
    return comments;
  }

 private:
  static std::string text(const Annotation& annotation, bool in_full) {
    std::string text = fmt::format("{}: {}", annotation.rule, annotation.seen);
    if (!in_full) return text;
    if (!annotation.measured.empty()) text += " " + annotation.measured;
    if (!annotation.why.empty()) text += " " + annotation.why;
    if (!annotation.see.empty()) text += fmt::format(" See {}.", fmt::join(annotation.see, ", "));
    return text;
  }

  std::unordered_map<EventId, std::vector<std::pair<const Annotation*, bool>>> by_packet_;
};

// ---------------------------------------------------------------------------------------------------------- blocks

std::string section_header(const RunRecord& record) {
  std::string comment =
      record.scenario.title.empty() ? record.scenario.file.filename().string() : record.scenario.title;
  if (!record.timeline.sees_packets) comment += ". This stage saw no packets";
  Block block(BlockType::section_header);
  block.number(std::uint32_t{0x1A2B3C4D})
      .number(std::uint16_t{1})  // version 1.0
      .number(std::uint16_t{0})
      .number(std::int64_t{-1})  // the section goes on to the end of the file
      .option(Option::comment, scenario::printable(comment))
      .option(Option::section_os, "Linux")
      .option(Option::section_application, "Wirelab");
  return std::move(block).finished();
}

std::string interface_description(const timeline::Lane& host) {
  Block block(BlockType::interface_description);
  block
      .number(std::uint16_t{1})  // Ethernet
      .number(std::uint16_t{0})
      .number(std::uint32_t{0})  // packets of any length are whole
      .option(Option::interface_name, host.name)
      .option(Option::interface_time_resolution, "\x09");  // 10^-9 s
  return std::move(block).finished();
}

using Comments = std::vector<std::string>;

std::string enhanced_packet(const Event& event, const Comments& comments) {
  const Packet& packet = *event.packet();
  const auto length = static_cast<std::uint32_t>(packet.headers.size() + packet.data.size());
  const auto time = static_cast<std::uint64_t>(event.at);
  Block block(BlockType::enhanced_packet);
  block.number(static_cast<std::uint32_t>(packet.from))
      .number(static_cast<std::uint32_t>(time >> 32U))
      .number(static_cast<std::uint32_t>(time))
      .number(length)
      .number(length)
      .bytes(packet.headers + packet.data);
  const auto comment = [&](const std::string& text) {
    if (!text.empty()) block.option(Option::comment, scenario::printable(text));
  };
  comment(fate(event, packet));
  for (const std::string& text : comments) comment(text);
  constexpr char outbound[] = {2, 0, 0, 0};
  block.option(Option::packet_flags, std::string_view(outbound, sizeof(outbound)));
  return std::move(block).finished();
}

Comments comments_on(const RunRecord& record, const AnnotationsOfPackets& annotations, const Event& event) {
  Comments comments;
  const Packet& packet = *event.packet();
  const auto add = [&](std::string_view how, EventId id) {
    const Call* call = record.timeline.call(id);
    if (call) comments.push_back(fmt::format("{} {}", how, step_of(record.timeline, *call)));
  };
  add("sent by", packet.cause);
  add("woke", packet.woke);
  for (std::string& text : annotations.comments(event.id)) comments.push_back(std::move(text));
  return comments;
}

}  // namespace

void write_pcapng(const RunRecord& record, const Sink& sink, const std::optional<LaterPackets>& later) {
  std::vector<const Event*> packets;
  for (const Event& event : record.timeline.events) {
    if (event.packet() && !(later && event.at >= later->from)) packets.push_back(&event);
  }
  // The events are in causal order, in which things that have nothing to do with each other have no order by time.
  std::stable_sort(packets.begin(), packets.end(), [](const Event* a, const Event* b) { return a->at < b->at; });

  sink(section_header(record));
  for (const timeline::Lane& host : record.timeline.lanes) sink(interface_description(host));
  const AnnotationsOfPackets annotations(record);
  for (const Event* event : packets) sink(enhanced_packet(*event, comments_on(record, annotations, *event)));
  if (later) later->write();
}

std::string pcapng_block(const timeline::Event& packet) { return enhanced_packet(packet, {}); }

std::string to_pcapng(const RunRecord& record) {
  std::string file;
  write_pcapng(record, [&](std::string_view bytes) { file += bytes; });
  return file;
}

}  // namespace wirelab::render

#include "labs/render/packet_text.hh"

#include <fmt/format.h>

#include <algorithm>

#include "labs/words/catalogue.hh"

namespace wirelab::render {

using timeline::Packet;

namespace {

bool has_flag(const Packet& packet, std::string_view flag) {
  return std::find(packet.flags.begin(), packet.flags.end(), flag) != packet.flags.end();
}

/// The two families number their messages differently; only the frame tells which one it is.
bool is_ipv6(const Packet& packet) {
  constexpr std::size_t ether_type_at = 12;
  return packet.headers.size() >= ether_type_at + 2 && packet.headers.substr(ether_type_at, 2) == "\x86\xDD";
}

/// The first `enough` of them tell enough; those that say no more than the next one are left out.
PacketLabels without_repetitions(std::vector<std::string> labels, std::size_t enough) {
  PacketLabels result;
  for (std::size_t index = 0; index < labels.size(); ++index) {
    std::vector<std::string>& kept = result.longest_first;
    if (kept.empty() || kept.back() != labels[index]) kept.push_back(std::move(labels[index]));
    if (index < enough) result.enough = kept.size();
  }
  return result;
}

/// SYN, FIN, RST, PSH, URG before ACK, as one says them: SYN-ACK, FIN-ACK. Data that asks for nothing has no other
/// name.
std::string flags_text(const Packet& packet, words::Language language) {
  std::string text;
  for (const std::string& flag : packet.flags) {
    if (flag != "ACK") text += (text.empty() ? "" : "-") + flag;
  }
  if (!has_flag(packet, "ACK")) return text.empty() ? "TCP" : text;
  if (text.empty()) return packet.length > 0 ? words::say(language, "packet.data"_text) : "ACK";
  return text + "-ACK";
}

/// `FIN `: what changes the connection is never left out, however short the label of the bytes it comes with.
std::string turn_text(const Packet& packet) {
  for (const std::string_view flag : {"RST", "SYN", "FIN"}) {
    if (has_flag(packet, flag)) return fmt::format("{} ", flag);
  }
  return "";
}

std::string size_text(const Packet& packet, words::Language language) {
  return words::say(language, "bytes"_text, {{"bytes", packet.length}});
}

PacketLabels tcp_labels(const Packet& packet, const PacketContext& context, bool canonical, words::Language language) {
  const std::string flags = flags_text(packet, language);
  const std::string size = packet.length > 0 ? size_text(packet, language) : "";
  const std::string again = packet.retransmission ? " " + words::say(language, "packet.again"_text)
                            : context.is_probe    ? " " + words::say(language, "packet.probe"_text)
                            : context.repeats_ack ? " " + words::say(language, "packet.repeated"_text)
                                                  : "";
  const bool is_bare = is_bare_ack(packet);
  const std::string ack = has_flag(packet, "ACK") ? fmt::format(" ack={}", packet.ack) : "";
  const std::string seq = is_bare ? ack : fmt::format(" seq={}", packet.seq);
  std::string sack;
  for (const auto& [begin, end] : packet.options.sack) sack += fmt::format(" sack={}-{}", begin, end - 1);
  const bool window_shown = (context.tells_window || has_flag(packet, "SYN")) && (!canonical || packet.window == 0);
  const std::string window = window_shown ? fmt::format(" win={}", packet.window) : "";
  std::string mss;
  if (const auto most = packet.options.maximum_segment_size) mss = fmt::format(" mss={}", *most);

  const std::string what = flags + (size.empty() ? "" : " " + size) + again;
  // What an acknowledgement without data has to say is in its numbers.
  if (is_bare && context.is_probe) {
    const std::string place = fmt::format(" seq={}", packet.seq);
    return without_repetitions({what + place + ack, what + place, what}, 2);
  }
  if (is_bare) {
    const std::string numbers = what + ack + (sack.empty() ? window : "");
    return without_repetitions(
        {what + ack + sack + window, sack.empty() ? numbers : "ACK" + ack + sack, numbers, what + ack, what}, 4);
  }
  const std::string short_what = size.empty() ? what : turn_text(packet) + size + again;
  const std::string only_place = size.empty() ? flags + again + seq : turn_text(packet) + seq.substr(1) + again;
  return without_repetitions(
      {what + seq + ack + sack + window + mss, what + seq + ack + sack + window, what + seq + ack, what + seq,
       short_what + seq, flags + again + seq, only_place, what, flags + again},
      5);
}

PacketLabels fragment_labels(const Packet& packet, words::Language language) {
  const auto say = [&](words::TextId id) {
    return words::say(language, id, {{"bytes", packet.length}, {"offset", packet.fragment->offset}});
  };
  const std::string last = packet.fragment->more ? "" : say("fragment.last"_text);
  return without_repetitions({say("fragment.of-bytes"_text) + last, say("fragment.at"_text) + last,
                              say("fragment.at"_text), say("fragment"_text)},
                             3);
}

}  // namespace

std::string icmp_text(const Packet& packet, words::Language language) {
  if (!packet.icmp) return "";
  struct Known {
    bool ipv6;
    int type, code;
    words::TextId text;
  };
  // RFC 792, RFC 1191; RFC 4443.
  constexpr Known known[] = {
      {false, 0, 0, "icmp.echo-reply"_text},
      {false, 3, 0, "icmp.net-unreachable"_text},
      {false, 3, 1, "icmp.host-unreachable"_text},
      {false, 3, 2, "icmp.protocol-unreachable"_text},
      {false, 3, 3, "icmp.port-unreachable"_text},
      {false, 3, 4, "icmp.too-large"_text},
      {false, 8, 0, "icmp.echo-request"_text},
      {false, 11, 0, "icmp.time-to-live-exceeded"_text},
      {false, 11, 1, "icmp.reassembly-time-exceeded"_text},
      {true, 1, 0, "icmp.no-route"_text},
      {true, 1, 1, "icmp.prohibited"_text},
      {true, 1, 3, "icmp.address-unreachable"_text},
      {true, 1, 4, "icmp.port-unreachable"_text},
      {true, 2, 0, "icmp.packet-too-big"_text},
      {true, 3, 0, "icmp.hop-limit-exceeded"_text},
      {true, 3, 1, "icmp.reassembly-time-exceeded"_text},
      {true, 128, 0, "icmp.echo-request"_text},
      {true, 129, 0, "icmp.echo-reply"_text},
  };
  for (const Known& message : known) {
    if (message.ipv6 == is_ipv6(packet) && message.type == packet.icmp->type && message.code == packet.icmp->code) {
      return words::say(language, message.text);
    }
  }
  return words::say(language, "icmp.numbers"_text,
                    {{"type", std::int64_t{packet.icmp->type}}, {"code", std::int64_t{packet.icmp->code}}});
}

bool is_bare_ack(const Packet& packet) {
  return packet.protocol == "tcp" && packet.length == 0 && packet.flags == std::vector<std::string>{"ACK"};
}

PacketLabels labels_of(const Packet& packet, const PacketContext& context, bool canonical, words::Language language) {
  if (packet.fragment) return fragment_labels(packet, language);
  if (packet.protocol == "tcp") return tcp_labels(packet, context, canonical, language);
  if (packet.protocol == "udp") return {{"UDP " + size_text(packet, language)}, 1};
  if (packet.protocol == "icmp" && packet.icmp) {
    const std::string told = icmp_text(packet, language);
    return {{"ICMP " + told, told, "ICMP"}, 2};
  }
  std::string name = packet.protocol;
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char letter) { return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 32) : letter; });
  return {{name + " " + size_text(packet, language), name}, 1};
}

std::string grouped(std::int64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::size_t place = digits.size(); place > 3 + (number < 0 ? 1u : 0u);) {
    place -= 3;
    digits.insert(place, "\xC2\xA0");  // a space that no line is broken at
  }
  return digits;
}

}  // namespace wirelab::render
